"""What a reader is: anything with `sniff` and `read`. A module will do; nothing to subclass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from papershelf.model import Origin, Record
from papershelf.report import Report


class Reader(Protocol):
    """Reads one format.

    A reader meets every kind of file, so neither function may raise, whatever the text:
    what is wrong with the input goes to the report, and the rest gets through. Both must
    take time in proportion to the text. A reader may also name `SUFFIXES`, such as
    `(".bib",)`: they break ties and nothing more.
    """

    SUMMARY: str
    """One line for `papershelf formats`: what files these are."""

    EXAMPLE: str
    """A tiny file of the format, for `papershelf formats`; reading it gives a record."""

    def sniff(self, head: str) -> float:
        """How surely the file is of this format, from its first 64 K characters.

        0 is no; up to 0.5 a guess from the shape; 0.9 and more a mark that only this
        format bears. `head` may stop in the middle of a line.
        """
        ...

    def read(self, text: str, origin: Origin, report: Report) -> Iterator[Record]:
        r"""The records in a file's whole text, in order.

        Lines end in `\n`, whatever the file had. `origin` has path and format; a record's
        own origin adds its line: `replace(origin, line=17)`. A record without a title is
        left out by the caller, who also says so.
        """
        ...


@runtime_checkable
class StreamingReader(Protocol):
    """A reader that can also do with a line at a time: files of any length in little memory."""

    def read_lines(self, lines: Iterator[str], origin: Origin, report: Report) -> Iterator[Record]:
        r"""As `read`, from lines that keep their `\n`."""
        ...


@runtime_checkable
class LineReader(Protocol):
    """A reader to which each line tells all: one that has not changed is not read again."""

    def read_line(self, line: str, origin: Origin, report: Report) -> Iterator[Record]:
        """The record of a line, if it holds one; `origin` is that of the line."""
        ...
