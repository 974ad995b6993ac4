"""JSON: a list of papers, wherever in the document it stands.

Knows the shapes of CSL-JSON, OpenAlex, Semantic Scholar, OpenReview, Crossref, the daily
papers of Hugging Face, and recorded answers that hold an Atom feed as text; any other list
of objects with titles is read by the names of its fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from papershelf.model import Origin, Problem, Record
from papershelf.read import atom
from papershelf.read.fields import record_of
from papershelf.read.shapes import reshape
from papershelf.read.strict_json import BadJson, StrictJson
from papershelf.read.values import plain_name
from papershelf.report import Report

SUMMARY = "JSON: CSL-JSON, OpenAlex, Semantic Scholar, OpenReview, Crossref, or names of your own"
SUFFIXES = (".json",)
EXAMPLE = """{"data": [
  {"title": "A Paper", "abstract": "What it says.", "authors": [{"name": "Ada Lee"}], "year": 2021},
  {"paper": {"title": "Another", "summary": "More of it."}}
]}
"""

_TITLES = {"title", "papertitle", "name", "paper", "displayname", "headline"}
_LISTS = (
    "data",
    "papers",
    "results",
    "items",
    "notes",
    "references",
    "records",
    "documents",
    "works",
)


def sniff(head: str) -> float:
    """0.8 for a document that opens with a bracket and names a title; less without."""
    start = head.lstrip("\ufeff \t\n")
    if not re.match(r"[\[{]\s*(?:[\[{\"\]}]|\Z)", start):
        return 0.0
    # A line that closes what it opened, followed by another, is JSON Lines.
    lines = [line for line in start.split("\n", 2)[:2] if line.strip()]
    if len(lines) == 2 and all(
        line.startswith("{") and line.rstrip().endswith("}") for line in lines
    ):
        return 0.1
    return (
        0.8 if re.search(r'"(?:paper_?)?(?:title|name|display_name|body)"\s*:', head, re.I) else 0.3
    )


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A document → a record for every object that can be a paper."""
    start = _list_start(text)
    if start is None:
        yield from _read_other(text, origin, report)
        return
    line, counted = 1, 0
    for at, end in _elements(text, start):
        line, counted = line + text.count("\n", counted, at), at
        place = replace(origin, line=line)
        data = _decoded(text[at:end], place, report)
        if isinstance(data, Mapping):
            yield record_of(reshape(data), place, report)
        elif data is not None:
            report.problem(Problem("odd-value", "an element is no object", place))


def _decoded(text: str, origin: Origin, report: Report) -> Any:
    """The value of a JSON text, or nothing and a problem."""
    decoder = StrictJson()
    try:
        value = decoder.decode(text)
    except BadJson as error:
        start = " ".join(text[:60].split())
        report.problem(Problem("bad-json", f"not read: {error}", origin, f"it begins with {start}"))
        return None
    for note in dict.fromkeys(decoder.notes):
        report.problem(Problem("odd-json", note, origin))
    return value


_NAMED_LIST = re.compile(rf'"({"|".join(_LISTS)})"\s*:\s*\[')


def _list_start(text: str) -> int | None:
    """Where the list of papers opens: at once, or as one of the usual members."""
    opening = re.match(r"[\ufeff\s]*\[", text)
    if opening:
        return opening.end()
    for match in _NAMED_LIST.finditer(text, 0, 200_000):
        if re.match(r"\s*\{", text[match.end() : match.end() + 1000]):
            return match.end()
    return None


_MARK = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],]', re.DOTALL)


def _elements(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each element of a list begins and ends, told by its brackets alone.

    So a malformed element ends where its brackets do, and the next one is read.
    """
    depth, begin = 0, start
    for mark in _MARK.finditer(text, start):
        sign = mark[0]
        if sign in "{[" and len(sign) == 1:
            depth += 1
        elif sign in ("}", "]"):
            depth -= 1
        if depth < 0 or (depth == 0 and sign == ","):
            yield from _trimmed(text, begin, mark.start())
            begin = mark.end()
        if depth < 0:
            return
    yield from _trimmed(text, begin, len(text))


def _trimmed(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[begin:end]
    inner = piece.strip()
    if inner:
        at = begin + len(piece) - len(piece.lstrip())
        yield at, at + len(inner)


def _read_other(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """One object: a paper, papers by their keys, or a recorded answer with a feed in it."""
    value = _decoded(text, replace(origin, line=1), report)
    if not isinstance(value, Mapping):
        return
    body = value.get("body")
    if isinstance(body, str) and atom.sniff(body[:4000]):
        yield from (
            replace(r, origin=replace(origin, line=1)) for r in atom.read(body, origin, report)
        )
        return
    for name, data in _papers_in(value):
        record = record_of(reshape(data), replace(origin, line=1), report)
        if name and "key" not in record.fields:
            record = replace(record, fields={**record.fields, "key": name})
        yield record


def _papers_in(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The object itself if it has a title, else its members that have one, or lists of such."""
    if _titled(value):
        yield "", value
        return
    for name, member in value.items():
        if isinstance(member, Mapping) and _titled(member):
            yield name, member
        elif isinstance(member, Mapping):
            yield from _papers_in_list(member.values())
        elif isinstance(member, list):
            yield from _papers_in_list(member)


def _papers_in_list(members: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from (("", m) for m in members if isinstance(m, Mapping) and _titled(m))


def _titled(value: Mapping[str, Any]) -> bool:
    return any(plain_name(str(name)) in _TITLES for name in value)
