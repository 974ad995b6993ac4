"""YAML and front matter: one paper a file (PMLR posts, CITATION.cff), or a list of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from papershelf.model import Origin, Problem, Record
from papershelf.read.fields import record_of
from papershelf.read.shapes import csl_name
from papershelf.report import Report
from papershelf.yaml_lines import Yaml, YamlError, load_yaml

SUMMARY = "YAML and Markdown front matter: PMLR posts, digests, CITATION.cff"
SUFFIXES = (".yaml", ".yml", ".cff", ".md")
EXAMPLE = """---
title: A Shelf of Posts
abstract: How to keep a library.
author:
- given: Ada
  family: Lee
date: 2021-05-03
---
"""

_FENCED = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^(?:- )?[ \t]{0,4}title:[ \t]*\S", re.MULTILINE)
_TEXT = re.compile(r"^[ \t]{0,4}(?:- )?(?:abstract|summary|cff-version|authors?):", re.MULTILINE)


def sniff(head: str) -> float:
    """0.8 for front matter, or a whole file of YAML, with a title and an abstract or authors."""
    fenced = _FENCED.match(head)
    text = fenced[1] if fenced else head
    if not fenced and not re.match(r"\ufeff?(?:#.*\n|---\n|\s)*(?:- )?[\w-]+:(?:\s|$)", head):
        return 0.0
    return 0.8 if _TITLE.search(text) and _TEXT.search(text) else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """Front matter → a record, its abstract from the body if need be; a list → a record each."""
    fenced = _FENCED.match(text)
    # The fence's line is kept as an empty one, so that line numbers hold.
    source = f"\n{fenced[1]}" if fenced else text.lstrip("\ufeff")
    body = text[fenced.end() :].strip() if fenced else ""
    try:
        loaded = [(0, load_yaml(source, origin.path))]
    except YamlError as error:
        loaded = list(_items(source, error, origin, report))
    for before, yaml in loaded:
        for line, data in _papers(yaml):
            yield _record(data, body, replace(origin, line=before + line), report)


_ITEM = re.compile(r"^- ", re.MULTILINE)


def _items(
    source: str, error: YamlError, origin: Origin, report: Report
) -> Iterator[tuple[int, Yaml]]:
    """The items of a broken list, each read by itself, with the number of lines before it."""
    starts = [match.start() for match in _ITEM.finditer(source)]
    if not starts:
        report.problem(_not_read(error, 0, origin))
        return
    before, counted = 0, 0
    for start, end in zip(starts, [*starts[1:], len(source)], strict=True):
        before, counted = before + source.count("\n", counted, start), start
        try:
            yield before, load_yaml(source[start:end], origin.path)
        except YamlError as broken:
            report.problem(_not_read(broken, before, origin))


def _not_read(error: YamlError, before: int, origin: Origin) -> Problem:
    place = replace(origin, line=before + error.origin.line)
    hint = "quote values that hold a colon or begin with a sign"
    return Problem("bad-yaml", f"not read: {error.message}", place, hint)


def _papers(yaml: Yaml) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Line and data of each paper: the document itself, or the objects of its list."""
    if isinstance(yaml.data, list):
        for number, data in enumerate(yaml.data):
            if isinstance(data, Mapping):
                yield yaml.line(number), data
    elif isinstance(yaml.data, Mapping):
        yield yaml.line("title"), yaml.data


def _record(data: Mapping[str, Any], body: str, origin: Origin, report: Report) -> Record:
    plain = {name: _plain(name, value) for name, value in data.items() if value is not None}
    if body and not {"abstract", "summary", "description"} & plain.keys():
        plain["abstract"] = re.sub(r"^#+ .*$", "", body, flags=re.MULTILINE).strip()
    first, last = plain.pop("firstpage", ""), plain.pop("lastpage", "")
    if first and last and "pages" not in plain:
        plain["pages"] = f"{first}-{last}"
        plain.pop("page", None)
    record = record_of(plain, origin, report)
    # PMLR, and everybody who writes for Jekyll with mathematics, writes LaTeX.
    return replace(record, markup="latex") if "tex_title" in data else record


def _plain(name: str, value: Any) -> Any:
    """The value as `fields` wants it: names in parts, CITATION.cff's among them."""
    if name in {"author", "authors", "editor"} and isinstance(value, list):
        return [csl_name(_cff_name(one)) for one in value]
    return value


_CFF = {
    "family-names": "family", "given-names": "given", "name-particle": "non-dropping-particle",
    "name-suffix": "suffix",
}  # fmt: skip


def _cff_name(value: Any) -> Any:
    """A person of a CITATION.cff under the names of CSL."""
    if not isinstance(value, Mapping):
        return value
    return {_CFF.get(str(name), str(name)): part for name, part in value.items() if part}
