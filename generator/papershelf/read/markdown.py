"""Markdown: a page on one paper, a digest with a heading a paper, or an "awesome" list.

Only the shapes that such pages share are known; what stands between them is no paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from papershelf.model import Origin, Problem, Record
from papershelf.report import Report

SUMMARY = 'Markdown: "awesome" lists, digests, a page a paper'
SUFFIXES = (".md", ".markdown")
EXAMPLE = """# Papers on shelves

- [A Shelf of Lists](https://arxiv.org/abs/2101.00001) [[code](https://github.com/lee/shelf)]
- **A Shelf of Bold Titles**, Ada Lee, 2021. [[paper](https://doi.org/10.1234/bold)]
"""

# Possessive throughout (`*+`): a link that never closes costs one pass over the line.
_LINK = re.compile(
    r"\[((?:\\.|[^\[\]\\]|\[(?:\\.|[^\[\]\\])*+\])*+)\]"
    r"\(<?(https?://[^\s()<>]*+(?:\([^\s()]*+\)[^\s()<>]*+)*+)>?[^()\n]*+\)"
)
_IMAGE = re.compile(r"!\[[^\[\]]*+\]\([^()]*+\)")
_ITEM = re.compile(r"\s{0,6}(?:[-*+]|\d{1,4}[.)])\s+(.+)")
_BOLD = re.compile(r"(\*\*|__)(.+?)\1")
_HEADING = re.compile(r"#{1,5}[ \t]+(.+)")
_LABEL = re.compile(
    r"[*_]*(authors?|abstract|summary|tl;?dr|published|date|tags|keywords|topics|venue|"
    r"arxiv categories|paper|code|link|url)[*_]*:[*_]*\s*(.*)",
    re.IGNORECASE,
)
_PAPERISH = re.compile(
    r"arxiv\.org|doi\.org|openreview\.net|aclanthology|aclweb\.org|proceedings|"
    r"huggingface\.co/papers|\.pdf\b|semanticscholar|neurips\.cc|thecvf\.com|ieeexplore|"
    r"dl\.acm\.org|mlr\.press",
    re.IGNORECASE,
)
_NAMES = {
    "author": "authors", "authors": "authors", "abstract": "abstract", "summary": "abstract",
    "tldr": "abstract", "tl;dr": "abstract", "published": "date", "date": "date",
    "tags": "keywords", "keywords": "keywords", "topics": "keywords", "venue": "venue",
    "arxiv categories": "keywords",
}  # fmt: skip
_TELLING = frozenset({"author", "authors", "abstract", "summary"})
_LONGEST_LINE = 20_000


def sniff(head: str) -> float:
    """0.7 for a list whose items lead to papers, or headings with authors or an abstract below."""
    lines = [line for _, line in _lines(head)][:600]
    items = sum(1 for line in lines if _ITEM.match(line) and _PAPERISH.search(line))
    headings = any(_HEADING.match(line) for line in lines)
    labels = (_LABEL.match(line) for line in lines)
    if headings and any(label and label[1].lower() in _TELLING for label in labels):
        return 0.7
    return 0.7 if items > 1 or (items and headings) else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A page → a record for each heading with a paper below, and each item that leads to one."""
    for section in _sections(text):
        if fields := _section_fields(section):
            yield Record(fields, replace(origin, line=section.line))
        else:
            yield from _from_items(section, origin, report)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without those of code between fences."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        mark = line.lstrip()[:3]
        if mark in {"```", "~~~"} and fence in {"", mark}:
            fence = "" if fence else mark
        elif not fence:
            yield number, line[:_LONGEST_LINE]


@dataclass(slots=True)
class _Section:
    """A heading and the lines below it, up to the next one."""

    line: int = 0
    title: str = ""
    lines: list[tuple[int, str]] = field(default_factory=list)


def _sections(text: str) -> Iterator[_Section]:
    section = _Section()
    for number, line in _lines(text):
        heading = _HEADING.match(line)
        if heading:
            yield section
            section = _Section(number, heading[1].rstrip("# \t"))
        else:
            section.lines.append((number, line))
    yield section


def _section_fields(section: _Section) -> dict[str, Any]:
    """A paper's fields, when the section names authors or an abstract; else none."""
    found = _labelled(section)
    if not section.title or not {"authors", "abstract"} & found.keys():
        return {}
    if "abstract" not in found and (paragraphs := _paragraphs(section)):
        found["abstract"] = _plain("\n\n".join(paragraphs))
    whole = [section.title, *(_IMAGE.sub("", line) for _, line in section.lines)]
    links = [(match[1], match[2]) for line in whole for match in _LINK.finditer(line)]
    return {"title": _plain(section.title), **found, **_links(links)}


def _labelled(section: _Section) -> dict[str, Any]:
    """What lines such as `**Authors:** Ada Lee` tell."""
    found: dict[str, Any] = {}
    for _, line in section.lines:
        label = _LABEL.match(line.strip())
        name = _NAMES.get(label[1].lower()) if label else None
        if label and name and label[2].strip():
            _take(found, name, _plain(label[2]))
    return found


def _take(found: dict[str, Any], name: str, value: str) -> None:
    if name == "keywords":
        words = [word.strip() for word in re.split(r"[,;]", value) if word.strip()]
        found[name] = [*found.get(name, []), *words]
    else:
        found.setdefault(name, value.partition("|")[0].strip() if name == "date" else value)


_NO_PROSE = re.compile(r"\s*(?:[-*_]{3,}|\||!\[|>|\[)")


def _paragraphs(section: _Section) -> list[str]:
    """The running text below a heading: no labels, items, rules, tables, pictures, quotations."""
    parts: list[list[str]] = [[]]
    for _, line in section.lines:
        if not line.strip():
            parts.append([])
        elif not (_LABEL.match(line.strip()) or _ITEM.match(line) or _NO_PROSE.match(line)):
            parts[-1].append(line.strip())
    return [" ".join(part) for part in parts if part]


def _from_items(section: _Section, origin: Origin, report: Report) -> Iterator[Record]:
    """A record for each item of a list that leads to a paper."""
    extra = {"section": _plain(section.title)} if section.title else {}
    for number, line in section.lines:
        item = _ITEM.match(line)
        if not item or not _PAPERISH.search(item[1]):
            continue
        place = replace(origin, line=number)
        fields = _item_fields(_IMAGE.sub("", item[1]))
        if "](" in fields.get("title", "") and _is_open(item[1]):
            message = f'a link that does not end in "{line.strip()[:60]}"'
            report.problem(Problem("odd-line", message, place, "close its bracket"))
        elif fields:
            yield Record(fields, place, extra)


def _is_open(text: str) -> bool:
    """Whether a link begins that does not end; a sign after a backslash begins nothing."""
    return "](" in re.sub(r"\\.", "", _LINK.sub("", text))


_LINK_WORDS = re.compile(
    r"\W*(?:paper|pdf|arxiv|code|github|project(?: page)?|page|website|link|demo|dataset|model|"
    r"blog|slides?|video|poster|abs|html|bib(?:tex)?|openreview|acl|doi)\W*",
    re.IGNORECASE,
)
_LEADING_YEAR = re.compile(r"(?<!\s)\s*+[\[(](?:[A-Z][\w' .]{1,15})?(?:19|20)\d\d[\])]\s*")
_YEAR = re.compile(r"\b(19[5-9]\d|20[0-4]\d)\b")
_TITLE_END = re.compile(r"[.,;]\s|\s[\[(|–-]")
_SHORTEST_TITLE = 8


def _item_fields(text: str) -> dict[str, Any]:
    """Title, links and year of an item, as far as its shape tells them; nothing without a title."""
    links = [(match[1], match[2]) for match in _LINK.finditer(text)]
    rest = _LINK.sub("", text)
    title = _LEADING_YEAR.sub("", _item_title(text, rest, [label for label, _ in links]), count=1)
    if len(title) < _SHORTEST_TITLE:
        return {}
    year = _YEAR.search(rest.replace(title, ""))
    return {"title": title, **({"date": year[1]} if year else {}), **_links(links)}


def _item_title(text: str, rest: str, labels: list[str]) -> str:
    """The first link that is called by more than what it leads to, else bold, else the start."""
    named = (plain for label in labels if not _LINK_WORDS.fullmatch(plain := _plain(label)))
    if title := next(named, ""):
        return title
    bold = _BOLD.search(text)
    return _plain(bold[2] if bold else _TITLE_END.split(rest, maxsplit=1)[0])


_KINDS = (("code", "code"), ("github", "code"), ("pdf", "pdf"), ("project", "project"),
          ("page", "project"), ("website", "project"), ("demo", "demo"), ("dataset", "data"),
          ("model", "model"))  # fmt: skip


def _links(links: list[tuple[str, str]]) -> dict[str, Any]:
    """The first address that leads to a paper, and all others with the kind they are called."""
    paper = next((url for _, url in links if _PAPERISH.search(url)), "")
    others = [_named(label, url) for label, url in dict.fromkeys(links) if url != paper]
    return {**({"url": paper} if paper else {}), **({"links": others} if others else {})}


def _named(label: str, url: str) -> Any:
    kind = next((kind for word, kind in _KINDS if word in label.lower()), "")
    return {"kind": kind, "url": url} if kind else url


_MARKED = re.compile(r"(\*\*|__|`)(.+?)\1")
_SLANTED = re.compile(r"(?<![\w*])\*([^*\s][^*]{0,200}+)\*(?![\w*])")
# Any punctuation may stand after a backslash; in a formula it is TeX, and so is an accent: within a
# word, or before a vowel where no quotation begins.
_MARKED_OFF = r"\\([\\`*_{}\[\]()#+.!|~<>$-])"
_ACCENT = (
    r"(?<=[A-Za-z]\\)(?:['\"^](?=[A-Za-z])|=(?=[AEIOUaeiou]))"
    r"|(?<![A-Za-z]\\)(['\"^])(?=[AEIOUaeiou])(?![^\\]*[^\\\s]\\\3(?![A-Za-z]))"
    r"|['\"=^]\{"
)
_ESCAPED = re.compile(
    r"(\$(?=\S)(?:\\.|[^$\\\n])*+(?<=\S)\$(?!\d))"
    rf"|{_MARKED_OFF}|\\(?:{_ACCENT})|\\([%&,/:;?@'\"=^])"
)


def _plain(text: str) -> str:
    """Text without Markdown's own signs around it: links by their labels, bold, code, escapes."""
    text = _LINK.sub(lambda match: match[1], _IMAGE.sub("", text))
    text = _SLANTED.sub(r"\1", _MARKED.sub(r"\2", text))
    return _ESCAPED.sub(_unescaped, text).strip(" \t*")


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return re.sub(_MARKED_OFF, r"\1", match[1])
    return match[2] or match[4] or match[0]
