"""A text that was recognised → its units: the smallest parts that are read by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from textwrap import shorten

from papershelf.cache import key_of
from papershelf.model import Origin, Problem, Record
from papershelf.read.bounds import bounded
from papershelf.read.content import Text
from papershelf.read.reader import LineReader, Reader, StreamingReader
from papershelf.read.sources import Source
from papershelf.report import Report


@dataclass(frozen=True, slots=True)
class Unit:
    """One record, read or yet to be read, at most; `key` tells all that it is made from."""

    key: str
    origin: Origin
    read: Callable[[Report], Iterator[Record]]


@dataclass(slots=True)
class Sheet:
    """One text with the reader that knows it. The units must be taken before the next sheet.

    It is cut when it turned out to be damaged on the way, which was told then. Units that are
    read line by line cost nothing until they are read.
    """

    source: Source
    format: str
    units: Iterator[Unit] = field(default_factory=lambda: iter(()))
    is_cut: bool = False
    by_line: bool = False

    def close(self, found: int, report: Report) -> None:
        """To be told how many records there were, with or without a title."""
        if not found and not self.is_cut:
            message = f"no paper in it, though it looks like {self.format}"
            report.problem(self.source.problem("no-records", message, "", "warning"))


def units(reader: Reader, origin: Origin, text: Text, report: Report) -> Iterator[Unit]:
    """The units of a text in order. Of what is wrong between records, the report is told."""
    if isinstance(reader, LineReader):
        yield from _lines(reader, origin, text)
        return
    for record in _records(reader, origin, text, report):
        key = key_of(origin.format, record.markup, record.fields, record.extra)
        yield Unit(key, record.origin, partial(_ready, record))


def _records(reader: Reader, origin: Origin, text: Text, report: Report) -> Iterator[Record]:
    if isinstance(reader, StreamingReader):
        return reader.read_lines(text.lines(), origin, report)
    return reader.read(text.whole(), origin, report)


def _lines(reader: LineReader, origin: Origin, text: Text) -> Iterator[Unit]:
    for number, line in enumerate(text.lines(), start=1):
        here = Origin(origin.path, number, origin.format)
        key = key_of(origin.format, line.encode("utf-8", "surrogatepass"))
        yield Unit(key, here, partial(_read_line, reader, line, here))


def _read_line(reader: LineReader, line: str, origin: Origin, report: Report) -> Iterator[Record]:
    for record in reader.read_line(line, origin, report):
        yield bounded(record, report)


def _ready(record: Record, report: Report) -> Iterator[Record]:
    yield bounded(record, report)


def has_title(record: Record, report: Report) -> bool:
    """Whether a record can become a page: counted when it can, told of when it cannot."""
    if record.text("title").strip():
        report.count("records")
        return True
    start = shorten(record.text("abstract"), 80, placeholder="…")
    about = f' before the abstract "{start}"' if start else ""
    hint = "give it one: without a title there is no page"
    report.problem(Problem("no-title", f"no title{about}", record.origin, hint))
    return False
