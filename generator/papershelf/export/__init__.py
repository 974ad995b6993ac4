"""Papers → the formats that other programs read. What is written here, `read` reads back.

One module a format, each with one function `paper → text`; a format is a `Format`: what
stands before, between and after the papers of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from papershelf.export import bibtex, csl_json, jsonl, ris, table
from papershelf.model import Paper

__all__ = ["EXPORTS", "Format", "export"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format to export to: how a paper is written, and what makes papers a file."""

    suffix: str
    media_type: str
    write: Callable[[Paper], str]
    head: str = ""
    between: str = ""
    tail: str = ""


EXPORTS: dict[str, Format] = {
    "bibtex": Format(".bib", "application/x-bibtex", bibtex.write, between="\n"),
    "ris": Format(".ris", "application/x-research-info-systems", ris.write, between="\n"),
    "csl-json": Format(
        ".json", "application/vnd.citationstyles.csl+json", csl_json.write, "[\n", ",\n", "\n]\n"
    ),
    "jsonl": Format(".jsonl", "application/jsonl", jsonl.write),
    "csv": Format(".csv", "text/csv", table.write, head=table.HEAD),
}
"""Name → format, as `papershelf export --format` takes it."""


def export(papers: Iterable[Paper], format: str) -> Iterator[str]:
    """The text of a file with the papers, in pieces; citation keys are made unique.

    Raises:
        KeyError: the format is not in `EXPORTS`.
    """
    chosen = EXPORTS[format]
    yield chosen.head
    for number, paper in enumerate(_distinct(papers)):
        yield (chosen.between if number else "") + chosen.write(paper)
    yield chosen.tail


def _distinct(papers: Iterable[Paper]) -> Iterator[Paper]:
    """The papers, with `details["key"]` made and told apart by a letter where it must be."""
    taken: set[str] = set()
    for paper in papers:
        key = bibtex.citation_key(paper)
        number = 0
        while (found := key + _letters(number)).lower() in taken:
            number += 1
        taken.add(found.lower())
        yield bibtex.with_key(paper, found)


def _letters(number: int) -> str:
    """0, 1, 2 … as nothing, a, b, … z, aa, ab and so on.

    >>> [_letters(n) for n in (0, 1, 26, 27)]
    ['', 'a', 'z', 'aa']
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
