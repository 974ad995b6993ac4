"""JSON: a list of papers, wherever in the document it stands.

Knows the shapes of CSL-JSON, OpenAlex, Semantic Scholar, OpenReview, Crossref, the daily
papers of Hugging Face, and recorded answers that hold an Atom feed as text; any other list
of objects with titles is read by the names of its fields.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from papershelf.model import Origin, Problem, Record
from papershelf.read import atom, jsonl
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
    opened = len(lines) == 2 and all(line.startswith("{") for line in lines)
    if opened and lines[0].rstrip().endswith("}"):
        return 0.1
    return (
        0.8 if re.search(r'"(?:paper_?)?(?:title|name|display_name|body)"\s*:', head, re.I) else 0.3
    )


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A file → a record for every object that can be a paper.

    It may hold several documents, one after another, with blanks or commas between them. What
    stands between them besides is told.
    """
    if _LINES.match(text):  # the first one so long that its end could not be seen
        yield from jsonl.read(text, origin, report)
        return
    lines, at = _Lines(text), _BETWEEN.match(text).end()  # type: ignore[union-attr]
    while at < len(text):
        if text[at] not in "{[":
            place = replace(origin, line=lines.at(at))
            report.problem(Problem("odd-json", "text that belongs to no object", place))
            found = _OPENING.search(text, at)
            at = found.end() - 1 if found else len(text)
            continue
        end = yield from _document(_Part(text, at, lines, origin), report)
        at = _BETWEEN.match(text, end).end()  # type: ignore[union-attr]


_BETWEEN = re.compile(r"[\ufeff\s,;\x1e]*+")
_OPENING = re.compile(r"\n[ \t]*+[{\[]")


class _Lines:
    """Which line a place is in; asked from the front to the back."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line, self._counted = 1, 0

    def at(self, place: int) -> int:
        """The line, from 1."""
        self._line += self._text.count("\n", self._counted, place)
        self._counted = place
        return self._line


@dataclass(frozen=True, slots=True)
class _Part:
    """A document within a text: where it begins."""

    text: str
    start: int
    lines: _Lines
    origin: Origin

    def place(self, at: int) -> Origin:
        """The origin of what stands at a place."""
        return replace(self.origin, line=self.lines.at(at))


def _document(part: _Part, report: Report) -> Generator[Record, None, int]:
    """The records of one document; gives back where it ends."""
    if part.text[part.start] == "[":
        return (yield from _read_list(part, part.start + 1, report))
    end = _end(part.text, part.start)
    if found := _list_in(part.text, part.start, end):
        yield from _read_list(part, found, report)
    else:
        yield from _read_object(part, end, report)
    return end


def _read_list(part: _Part, start: int, report: Report) -> Generator[Record, None, int]:
    """A record for each object of a list; gives back where the list ends."""
    decoder, elements = StrictJson(), _elements(part.text, start)
    while True:
        try:
            at, end = next(elements)
        except StopIteration as stop:
            return int(stop.value)
        place = part.place(at)
        data = _decoded(part.text[at:end], decoder, place, report)
        if isinstance(data, Mapping):
            yield record_of(reshape(data), place, report)
        elif data is not None:
            report.problem(Problem("odd-value", "an element is no object", place))


def _decoded(text: str, decoder: StrictJson, origin: Origin, report: Report) -> Any:
    """The value of a JSON text, or nothing and a problem."""
    try:
        value = decoder.decode(text)
    except BadJson as error:
        start = " ".join(text[:60].split())
        report.problem(Problem("bad-json", f"not read: {error}", origin, f"it begins with {start}"))
        return None
    for note in dict.fromkeys(decoder.notes):
        report.problem(Problem("odd-json", note, origin))
    return value


_LINES = re.compile(r"[\ufeff \t\n]*\{[^\n]*\}[ \t]*\n\s*\{")

_NAMED_LIST = re.compile(rf'"({"|".join(_LISTS)})"\s*:\s*\[')


def _list_in(text: str, start: int, end: int) -> int | None:
    """Where the list of papers opens that is one of the usual members of an object."""
    for match in _NAMED_LIST.finditer(text, start, min(end, start + 200_000)):
        if re.match(r"\s*\{", text[match.end() : match.end() + 1000]):
            return match.end()
    return None


_MARK = re.compile(r'"(?:[^"\\\n]|\\.)*+"|[{}\[\],]')
_OPENER = {"}": "{", "]": "["}


def _end(text: str, start: int) -> int:
    """Where the bracket closes that opens at a place, as `_elements` sees brackets."""
    open_ = _Brackets()
    for mark in _MARK.finditer(text, start):
        if mark[0] in {"{", "["}:
            open_.open(mark[0])
        elif mark[0] in _OPENER and open_.close(_OPENER[mark[0]]) and not open_.innermost:
            return mark.end()
    return len(text)


def _elements(
    text: str, start: int, stop: int | None = None
) -> Generator[tuple[int, int], None, int]:
    """Where each element of a list (or member of an object) begins and ends; then, where all ends.

    Told by brackets alone, so that a malformed one costs itself: a closing bracket closes
    what its fellow opened, whatever was left open within; and an object that follows a
    comma inside an object, where only a name can stand, is the next element.
    """
    open_, begin, comma = _Brackets(), start, -1
    for mark in _MARK.finditer(text, start, len(text) if stop is None else stop):
        sign = mark[0]
        if sign == "{" and open_.innermost == "{" and _blank(text, comma, mark.start()):
            yield from _trimmed(text, begin, comma)
            open_, begin = _Brackets(), mark.start()
        if sign in {"{", "["}:
            open_.open(sign)
        elif sign in _OPENER and not open_.close(_OPENER[sign]):
            yield from _trimmed(text, begin, mark.start())
            return mark.end()
        elif sign == "," and not open_.innermost:
            yield from _trimmed(text, begin, mark.start())
            begin = mark.end()
        comma = mark.start() if sign == "," else -1
    yield from _trimmed(text, begin, len(text) if stop is None else stop)
    return len(text) if stop is None else stop


class _Brackets:
    """What is open; counted, so that asking takes no longer the deeper it goes."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count = {"{": 0, "[": 0}

    @property
    def innermost(self) -> str:
        return self._open[-1] if self._open else ""

    def open(self, sign: str) -> None:
        self._open.append(sign)
        self._count[sign] += 1

    def close(self, opener: str) -> bool:
        """Closes the innermost bracket of a kind, with all inside; false when there is none."""
        if not self._count[opener]:
            return False
        closed = ""
        while closed != opener:
            closed = self._open.pop()
            self._count[closed] -= 1
        return True


def _blank(text: str, comma: int, end: int) -> bool:
    """Whether a bracket follows a comma directly."""
    return comma >= 0 and not text[comma + 1 : end].strip()


def _trimmed(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[begin:end]
    inner = piece.strip()
    if inner:
        at = begin + len(piece) - len(piece.lstrip())
        yield at, at + len(inner)


def _read_object(part: _Part, end: int, report: Report) -> Iterator[Record]:
    """One object: a paper, papers by their keys, or a recorded answer with a feed in it."""
    first = part.place(part.start)
    members = list(_members(part, end, report))
    whole = {name: value for _, name, value in members}
    if isinstance(feed := whole.get("body"), str) and atom.sniff(feed[:4000]):
        yield from (replace(r, origin=first) for r in atom.read(feed, part.origin, report))
    elif _titled(whole):
        yield record_of(reshape(whole), first, report)
    else:
        for place, name, value in members:
            for key, data in _papers_in(name, value):
                record = record_of(reshape(data), place, report)
                fields = {**({"key": key} if key else {}), **record.fields}
                yield replace(record, fields=fields)


def _members(part: _Part, end: int, report: Report) -> Iterator[tuple[Origin, str, Any]]:
    """Place, name and value of each member of the outermost object; bad ones are reported."""
    decoder = StrictJson()
    for at, stop in _elements(part.text, part.start + 1, end):
        place = part.place(at)
        value = _decoded(f"{{{part.text[at:stop]}}}", decoder, place, report)
        if isinstance(value, Mapping):
            yield from ((place, name, inner) for name, inner in value.items())


def _papers_in(name: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Key and data of a member that is a paper, or of the papers in it."""
    if isinstance(value, Mapping) and _titled(value):
        yield name, value
    elif isinstance(value, Mapping | list):
        inner = value.values() if isinstance(value, Mapping) else value
        yield from (("", part) for part in inner if isinstance(part, Mapping) and _titled(part))


def _titled(value: Mapping[str, Any]) -> bool:
    return any(plain_name(str(name)) in _TITLES for name in value)
