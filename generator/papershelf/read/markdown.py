"""Markdown: a page on one paper, a digest with a heading a paper, or an "awesome" list.

Only the shapes that such pages share are known; what stands between them is no paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from papershelf.model import Origin, Record
from papershelf.report import Report

SUMMARY = 'Markdown: "awesome" lists, digests, a page a paper'
SUFFIXES = (".md", ".markdown")
EXAMPLE = """# Papers on shelves

- [A Shelf of Lists](https://arxiv.org/abs/2101.00001) [[code](https://github.com/lee/shelf)]
- **A Shelf of Bold Titles**, Ada Lee, 2021. [[paper](https://doi.org/10.1234/bold)]
"""

_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(<?(https?://[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?[^()\n]*\)"
)
_ITEM = re.compile(r"^(\s{0,6})(?:[-*+]|\d{1,4}[.)])\s+(.+)$")
_BOLD = re.compile(r"(?:\*\*|__)(.+?)(?:\*\*|__)")
_HEADING = re.compile(r"^(#{1,5})\s+(.+?)\s*#*$")
_LABEL = re.compile(
    r"^[*_]*(authors?|abstract|summary|tl;?dr|published|date|tags|keywords|topics|venue|"
    r"arxiv categories|paper|code|link|url)[*_]*:[*_]*\s*(.*)$",
    re.IGNORECASE,
)
_PAPERISH = re.compile(
    r"arxiv\.org|doi\.org|openreview\.net|aclanthology|aclweb\.org|proceedings|huggingface\.co/papers|"
    r"\.pdf\b|semanticscholar|neurips\.cc|thecvf\.com|ieeexplore|dl\.acm\.org|mlr\.press",
    re.IGNORECASE,
)
_NAMES = {
    "author": "authors", "authors": "authors", "abstract": "abstract", "summary": "abstract",
    "tldr": "abstract", "tl;dr": "abstract", "published": "date", "date": "date",
    "tags": "keywords",
    "keywords": "keywords", "topics": "keywords", "venue": "venue", "arxiv categories": "keywords",
}  # fmt: skip


def sniff(head: str) -> float:
    """0.7 for a list whose items lead to papers, or headings with authors or an abstract below."""
    lines = head.split("\n")[:600]
    items = [line for line in lines if _ITEM.match(line) and _PAPERISH.search(line)]
    headings = sum(1 for line in lines if _HEADING.match(line))
    labels = sum(1 for line in lines if (m := _LABEL.match(line)) and m[1].lower() in _TELLING)
    if headings and labels:
        return 0.7
    return 0.7 if len(items) > 1 or (items and headings) else 0.0


_TELLING = frozenset({"author", "authors", "abstract", "summary"})


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A page → a record for each item that leads to a paper, and each heading that has one."""
    lines = text.split("\n")
    yield from _from_headings(lines, origin)
    yield from _from_items(lines, origin)


@dataclass(slots=True)
class _Section:
    """A heading and what stands below it, up to the next one."""

    line: int
    title: str
    text: list[str] = field(default_factory=list)


def _from_headings(lines: list[str], origin: Origin) -> Iterator[Record]:
    for section in _sections(lines):
        fields = _section_fields(section)
        if fields:
            yield Record(fields, replace(origin, line=section.line))


def _sections(lines: list[str]) -> Iterator[_Section]:
    section: _Section | None = None
    for number, line in enumerate(lines, 1):
        heading = _HEADING.match(line)
        if heading:
            if section:
                yield section
            section = _Section(number, heading[2])
        elif section:
            section.text.append(line)
    if section:
        yield section


def _section_fields(section: _Section) -> dict[str, Any]:
    """A paper's fields, when the section names authors or an abstract; else none."""
    found: dict[str, Any] = {}
    prose: list[list[str]] = [[]]
    for line in section.text:
        label = _LABEL.match(line.strip())
        if label:
            name = _NAMES.get(label[1].lower())
            if name and label[2].strip():
                _take(found, name, label[2])
        elif not line.strip():
            prose.append([])
        elif not _ITEM.match(line) and not re.match(r"\s*(?:[-*_]{3,}|\||!\[|>)", line):
            prose[-1].append(line.strip())
    if not {"authors", "abstract"} & found.keys():
        return {}
    paragraphs = [" ".join(part) for part in prose if part and not _LINK.match(part[0])]
    if paragraphs:
        found.setdefault("abstract", _plain("\n\n".join(paragraphs)))
    title_link = _LINK.search(section.title)
    links = [(m[1], m[2]) for line in section.text for m in _LINK.finditer(line)]
    return {
        "title": _plain(section.title),
        **found,
        **_links([(m[1], m[2]) for m in [title_link] if m] + links),
    }


def _take(found: dict[str, Any], name: str, value: str) -> None:
    if name == "keywords":
        words = [word.strip() for word in re.split(r"[,;]", _plain(value)) if word.strip()]
        found[name] = [*found.get(name, []), *words]
    elif name == "date":
        found.setdefault(name, re.split(r"\s*\|", _plain(value))[0])
    else:
        found.setdefault(name, _plain(value))


def _from_items(lines: list[str], origin: Origin) -> Iterator[Record]:
    """A record for each item of a list that leads to a paper."""
    topic = ""
    for number, line in enumerate(lines, 1):
        heading = _HEADING.match(line)
        topic = _plain(heading[2]) if heading else topic
        item = _ITEM.match(line)
        if item and _PAPERISH.search(item[2]):
            fields = _item_fields(item[2])
            if fields.get("title"):
                extra = {"section": topic} if topic else {}
                yield Record(fields, replace(origin, line=number), extra)


_LINK_WORDS = re.compile(
    r"\W*(?:paper|pdf|arxiv|code|github|project(?: page)?|page|website|link|demo|dataset|model|"
    r"blog|slides?|video|poster|abs|html|bib(?:tex)?|openreview|acl|doi)\W*\Z",
    re.IGNORECASE,
)


def _item_fields(text: str) -> dict[str, Any]:
    """Title, links, year and venue of an item, as far as its shape tells them."""
    links = [(match[1], match[2]) for match in _LINK.finditer(text)]
    bold = _BOLD.search(text)
    named = next((label for label, _ in links if not _LINK_WORDS.match(_plain(label))), "")
    rest = _LINK.sub("", text)
    title = _plain(named) or (
        _plain(bold[1]) if bold else _plain(re.split(r"[.,;]\s|\s[\[(|–-]", rest)[0])
    )
    title = re.sub(r"^\s*[\[(](?:[A-Z][\w' .]{1,15})?(?:19|20)\d\d[\])]\s*", "", title)
    if len(title) < 8:
        return {}
    year = re.search(r"\b(19[5-9]\d|20[0-4]\d)\b", rest.replace(title, ""))
    return {"title": title, **({"date": year[1]} if year else {}), **_links(links)}


_KINDS = (("code", "code"), ("github", "code"), ("pdf", "pdf"), ("project", "project"),
          ("page", "project"), ("website", "project"), ("demo", "demo"), ("dataset", "data"),
          ("model", "model"))  # fmt: skip


def _links(links: list[tuple[str, str]]) -> dict[str, Any]:
    """The first address that leads to a paper, and all others with the kind they are called."""
    found: dict[str, Any] = {}
    paper = next((url for _, url in links if _PAPERISH.search(url)), "")
    if paper:
        found["url"] = paper
    others = [_named(label, url) for label, url in dict.fromkeys(links) if url != paper]
    return {**found, **({"links": others} if others else {})}


def _named(label: str, url: str) -> Any:
    kind = next((kind for word, kind in _KINDS if word in label.lower()), "")
    return {"kind": kind, "url": url} if kind else url


def _plain(text: str) -> str:
    """Text without Markdown's own signs around it: links by their labels, bold, code, escapes."""
    text = _LINK.sub(lambda match: match[1], re.sub(r"!\[[^\[\]]*\]\([^()]*\)", "", text))
    text = re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|~<>$-])", r"\1", text).strip(" \t*")
