"""Files → Records: the first stage.

One module a format, chosen by what the file holds. A reader is any module with `sniff` and
`read` (see `reader.Reader`); to add one, write it and name it in `READERS`. Everything
around it is done here: folders, packed files, encodings, bounds, messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from papershelf.cache import Cache
from papershelf.model import Level, Origin, Paper, Problem, Record, Settings
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
from papershelf.read.content import Content, Refused, Text, contents, refusing
from papershelf.read.kept import Make, fresh, gather
from papershelf.read.reader import LineReader, Reader, StreamingReader
from papershelf.read.sheets import Sheet, Unit, has_title, units
from papershelf.read.sources import Source, walk
from papershelf.read.strangers import stranger
from papershelf.report import Report, WrongUse

__all__ = ["READERS", "LineReader", "Reader", "StreamingReader", "changed", "harvest", "read"]

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
    desk = _desk(settings, readers)
    for source in walk(settings.sources, settings.root, report):
        for sheet in desk.sheets(source, report):
            found = 0
            for unit in sheet.units:
                for record in unit.read(report):
                    found += 1
                    if has_title(record, report):
                        yield record
            sheet.close(found, report)


def harvest(
    settings: Settings,
    readers: Mapping[str, Reader],
    make: Make,
    cache: Cache,
    report: Report,
) -> Iterator[Paper]:
    """What `make` makes of every record of every source; the cache knows what it made before.

    The papers, the problems and the counts are those of `read` with `make` after it. In the
    cache, a file is known by its bytes, and within a file that changed each record is.

    Raises:
        WrongUse: the settings ask for a reader that there is not.
    """
    desk = _desk(settings, readers)
    sources = walk(settings.sources, settings.root, report)
    for source in report.track(sources, "reading"):
        yield from gather(source, desk.sheets, make, cache, report)


def changed(settings: Settings, make: Make, cache: Cache, most: int) -> list[Paper]:
    """What `make` makes of the records that `harvest` did not meet in this process's last run.

    At most so many. Of those that went away nothing is told.
    """
    desk = _desk(settings, {})
    found: list[Paper] = []
    for source in walk(settings.sources, settings.root, Report()):
        found += fresh(source, desk.sheets, make, cache, most - len(found))
    return found


def _desk(settings: Settings, readers: Mapping[str, Reader]) -> _Desk:
    known = {**READERS, **readers}
    if settings.format and settings.format not in known:
        message = f'there is no reader called "{settings.format}"'
        raise WrongUse(message, f"can be read: {', '.join(known)}")
    return _Desk(known, settings.format)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where files are opened, recognised and read. `format` forces one reader."""

    readers: Mapping[str, Reader]
    format: str

    def sheets(self, source: Source, report: Report) -> Iterator[Sheet]:
        """All that the source holds, each text open while its turn lasts."""
        try:
            with contents(source) as found:
                for content in found:
                    yield from self._open(content, report)
        except Refused as refusal:
            self._refuse(source, refusal, report)

    def _open(self, content: Content, report: Report) -> Iterator[Sheet]:
        try:
            with content.open_text() as text:
                yield from self._sheet(content.source, text, report)
        except Refused as refusal:
            self._refuse(content.source, refusal, report)

    def _refuse(self, source: Source, refusal: Refused, report: Report) -> None:
        if refusal.code == "no-text":
            report.problem(self._unrecognised(source, refusal.message))
            return
        origin = Origin(source.shown, refusal.line)
        report.problem(Problem(refusal.code, refusal.message, origin, refusal.hint, "error"))

    def _sheet(self, source: Source, text: Text, report: Report) -> Iterator[Sheet]:
        head = text.head()
        if not head.strip("\ufeff \t\n"):
            level: Level = "warning" if source.named else "info"
            report.problem(source.problem("empty-file", "the file is empty", "", level))
            return
        name = self._recognise(source, head)
        if not name:
            report.problem(self._unrecognised(source, _why_not(head)))
            return
        if not text.encoding.usual:
            message = f"read as {text.encoding.name}, not UTF-8"
            hint = "if signs look wrong, save the file as UTF-8"
            report.problem(source.problem("encoding", message, hint, "info"))
        origin = Origin(source.shown, 0, name)
        sheet = Sheet(source, name, by_line=isinstance(self.readers[name], LineReader))
        sheet.units = self._guarded(sheet, units(self.readers[name], origin, text, report), report)
        yield sheet

    def _guarded(self, sheet: Sheet, units: Iterator[Unit], report: Report) -> Iterator[Unit]:
        """The units up to where the text turns out to be damaged."""
        try:
            with refusing():
                yield from units
        except Refused as refusal:
            sheet.is_cut = True
            self._refuse(sheet.source, refusal, report)

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

    def _unrecognised(self, source: Source, message: str) -> Problem:
        level: Level = "info" if source.aside else "warning"
        hint = (
            f"can be read: {', '.join(self.readers)}; `format` in the settings forces one. Many "
            "programs export BibTeX or RIS"
        )
        return source.problem("unknown-format", message, hint, level)


def _why_not(head: str) -> str:
    """What to say of a file that no reader wants."""
    name = stranger(head)
    return f"this is {name}, which is not read" if name else "no reader knows this format"


_CERTAIN = 0.5  # a README that merely has the shape of a listing is a README
