"""Files → Records: the first stage.

One module a format, chosen by what the file holds. A reader is any module with `sniff` and
`read` (see `reader.Reader`); to add one, write it and name it in `READERS`. Everything
around it is done here: folders, packed files, encodings, bounds, messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from textwrap import shorten
from time import perf_counter

from papershelf.model import Level, Origin, Problem, Record, Settings
from papershelf.read import (
    acl_xml,
    atom,
    bibtex,
    copac,
    endnote_tagged,
    endnote_xml,
    html_page,
    inspec,
    isi,
    json_file,
    jsonl,
    listing,
    markdown,
    mods,
    nbib,
    pubmed_xml,
    ris,
    rss,
    smart,
    table,
    yaml_paper,
)
from papershelf.read.content import Content, Refused, Text, contents
from papershelf.read.reader import Reader, StreamingReader
from papershelf.read.sources import Source, walk
from papershelf.read.strangers import stranger
from papershelf.report import Report, WrongUse

__all__ = ["READERS", "Reader", "StreamingReader", "read"]

READERS: dict[str, Reader] = {
    "listing": listing,
    "bibtex": bibtex,
    "ris": ris,
    "nbib": nbib,
    "isi": isi,
    "endnote": endnote_tagged,
    "copac": copac,
    "inspec": inspec,
    "smart": smart,
    "endnote-xml": endnote_xml,
    "pubmed-xml": pubmed_xml,
    "mods": mods,
    "acl-xml": acl_xml,
    "atom": atom,
    "rss": rss,
    "jsonl": jsonl,
    "json": json_file,
    "table": table,
    "yaml": yaml_paper,
    "markdown": markdown,
    "html": html_page,
}
"""Name → reader. The name stands in every origin and is what `format` in the settings takes."""


def read(settings: Settings, readers: Mapping[str, Reader], report: Report) -> Iterator[Record]:
    """Every record of every source, file by file; nothing is cleaned, nothing is merged.

    `readers` are the user's own; one of the same name takes the place of ours. The files are
    read while the records are taken, so that memory holds one file at most.

    Raises:
        WrongUse: the settings ask for a reader that there is not.
    """
    known = {**READERS, **readers}
    if settings.format and settings.format not in known:
        message = f'there is no reader called "{settings.format}"'
        raise WrongUse(message, f"can be read: {', '.join(known)}")
    desk = _Desk(known, settings.format, report)
    sources = walk(settings.sources, settings.root, report)
    records = (record for source in sources for record in desk.read(source))
    yield from report.track(_timed(records, report), "reading")


def _timed(records: Iterator[Record], report: Report) -> Iterator[Record]:
    """Books on this stage only the time spent in it, not what is done with its records."""
    while True:
        start = perf_counter()
        record = next(records, None)
        report.seconds["read"] = report.seconds.get("read", 0.0) + perf_counter() - start
        if record is None:
            return
        yield record


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where files are opened, recognised and read. `format` forces one reader."""

    readers: Mapping[str, Reader]
    format: str
    report: Report

    def read(self, source: Source) -> Iterator[Record]:
        """The records of all that the source holds."""
        try:
            with contents(source) as found:
                for content in found:
                    yield from self._read_content(content)
        except Refused as refusal:
            self._refuse(source, refusal)

    def _read_content(self, content: Content) -> Iterator[Record]:
        try:
            with content.open_text() as text:
                yield from self._read_text(content.source, text)
        except Refused as refusal:
            self._refuse(content.source, refusal)

    def _refuse(self, source: Source, refusal: Refused) -> None:
        if refusal.code == "no-text":
            self._unrecognised(source, refusal.message)
            return
        origin = Origin(source.shown, refusal.line)
        self.report.problem(Problem(refusal.code, refusal.message, origin, refusal.hint, "error"))

    def _read_text(self, source: Source, text: Text) -> Iterator[Record]:
        head = text.head()
        if not head.strip("\ufeff \t\n"):
            level: Level = "warning" if source.named else "info"
            self.report.problem(source.problem("empty-file", "the file is empty", "", level))
            return
        name = self._recognise(source, head)
        if not name:
            self._unrecognised(source, _why_not(head))
            return
        if not text.encoding.usual:
            message = f"read as {text.encoding.name}, not UTF-8"
            hint = "if signs look wrong, save the file as UTF-8"
            self.report.problem(source.problem("encoding", message, hint, "info"))
        origin = Origin(source.shown, 0, name)
        records = _records(self.readers[name], origin, text, self.report)
        yield from self._checked(source, name, records)

    def _recognise(self, source: Source, head: str) -> str:
        """The name of the reader that is surest of the file; the suffix only breaks ties."""
        names = [self.format] if self.format else list(self.readers)
        scores = {name: self.readers[name].sniff(head) for name in names}
        if self.format and not source.aside:
            return self.format
        best = max(names, key=lambda name: (scores[name], self._suffix_fits(source, name)))
        return best if scores[best] > (_CERTAIN if source.aside else 0) else ""

    def _suffix_fits(self, source: Source, name: str) -> bool:
        suffix = PurePosixPath(source.shown.lower().removesuffix(".gz")).suffix
        return suffix in getattr(self.readers[name], "SUFFIXES", ())

    def _unrecognised(self, source: Source, message: str) -> None:
        level: Level = "info" if source.aside else "warning"
        hint = (
            f"can be read: {', '.join(self.readers)}; `format` in the settings forces one. Many "
            "programs export BibTeX or RIS"
        )
        self.report.problem(source.problem("unknown-format", message, hint, level))

    def _checked(self, source: Source, name: str, records: Iterator[Record]) -> Iterator[Record]:
        """The records that can become a page, counted."""
        found = False
        for record in records:
            found = True
            if record.text("title").strip():
                self.report.count("records")
                yield record
            else:
                self.report.problem(_untitled(record))
        if not found:
            message = f"no paper in it, though it looks like {name}"
            self.report.problem(source.problem("no-records", message, "", "warning"))


def _why_not(head: str) -> str:
    """What to say of a file that no reader wants."""
    name = stranger(head)
    return f"this is {name}, which is not read" if name else "no reader knows this format"


_CERTAIN = 0.5  # a README that merely has the shape of a listing is a README


def _records(reader: Reader, origin: Origin, text: Text, report: Report) -> Iterator[Record]:
    if isinstance(reader, StreamingReader):
        return reader.read_lines(text.lines(), origin, report)
    return reader.read(text.whole(), origin, report)


def _untitled(record: Record) -> Problem:
    start = shorten(record.text("abstract"), 80, placeholder="…")
    about = f' before the abstract "{start}"' if start else ""
    hint = "give it one: without a title there is no page"
    return Problem("no-title", f"no title{about}", record.origin, hint)
