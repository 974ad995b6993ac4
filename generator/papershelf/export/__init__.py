"""Papers → the formats that other programs read. What is written here, `read` reads back.

One module a format, each with one function `write`; a format is a `Format`: what
stands before, between and after the papers of a file. What each of them can hold, and what
not, is told in docs/exports.md and tested by reading it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from papershelf.export import bibtex, csl_json, jsonl, ris, table
from papershelf.export.keys import keyed
from papershelf.model import Paper

__all__ = ["EXPORTS", "Format", "export"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format to export to: how a paper is written, and what makes papers a file.

    `write` is given a paper and its permalink, or nothing. `needs_keys` is set where nothing
    can be cited without a key of its own. `title` is what people call the format, `purpose`
    what they would want it for.
    """

    title: str
    suffix: str
    purpose: str
    write: Callable[[Paper, str], str]
    head: str = ""
    between: str = ""
    tail: str = ""
    needs_keys: bool = False

    def part(self, paper: Paper, permalink: str, is_first: bool) -> str:
        """A paper as it stands in a file, with what parts it from the one before."""
        written = self.write(paper, permalink)
        return written if is_first else self.between + written


EXPORTS: dict[str, Format] = {
    "bibtex": Format(
        "BibTeX", ".bib", "For LaTeX, JabRef and BibDesk.",
        bibtex.write, between="\n", needs_keys=True,
    ),
    "ris": Format(
        "RIS", ".ris", "For Zotero, EndNote, Mendeley and Citavi.", ris.write, between="\n"
    ),
    "csl-json": Format(
        "CSL-JSON", ".json", "For Pandoc, Quarto and other citation processors.",
        csl_json.write, "[\n", ",\n", "\n]\n", needs_keys=True,
    ),
    "jsonl": Format(
        "JSON Lines", ".jsonl", "All that is known, a paper a line; for programs, and for "
        "papershelf itself.", jsonl.write,
    ),
    "csv": Format("CSV", ".csv", "For spreadsheets.", table.write, head=table.HEAD),
}  # fmt: skip
"""Name → format, as `papershelf export --format` takes it."""


def export(
    papers: Iterable[Paper], format: str, permalinks: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """The text of a file with the papers, in pieces, in the order in which they come.

    `permalinks` gives the web addresses of the papers' pages by the papers' ids; where a
    format has a place for it, it says so.

    Raises:
        KeyError: the format is not in `EXPORTS`.
    """
    chosen = EXPORTS[format]
    yield chosen.head
    for number, paper in enumerate(keyed(papers) if chosen.needs_keys else papers):
        yield chosen.part(paper, permalinks.get(paper.id, ""), number == 0)
    yield chosen.tail
