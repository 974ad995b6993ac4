"""`read(export(x)) == x`, for every format and for papers made of hostile records.

What a format cannot hold is said in `HOLDS`, and nowhere else: both sides of the comparison
go through `shown`, which drops just that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings

from export_strategies import SETTINGS, cleaned, paper, papers
from papershelf.clean import clean
from papershelf.clean.characters import encoding
from papershelf.export import export
from papershelf.model import Author, Date, Link, Origin, Paper, Problem, Record
from papershelf.read import READERS
from papershelf.report import Report

READER_OF = {"bibtex": "bibtex", "ris": "ris", "csl-json": "json", "jsonl": "jsonl", "csv": "table"}


@dataclass(frozen=True)
class Holds:
    """What a format can hold; docs/exports.md says the same in words."""

    paragraphs: bool = True
    """Paragraphs of an abstract stay apart."""
    particles: bool = True
    """The particle of a family name is told apart by the format, not by a list of known ones."""
    braces_in_names: bool = True
    orcid: bool = False
    no_year: bool = False
    """Dates without a year."""
    kinds: bool = True
    """What a link leads to is told by the format, not by its address."""
    braces_in_addresses: bool = True
    type: bool = False
    """The type of publication in the source's own words."""
    bare_key: bool = False
    """A paper without a citation key stays without."""
    order: bool = False
    """The order of links of different kinds."""
    extra: bool = False
    """What the source said beside."""
    formulas: bool = False
    """Formulas are formulas, and not the text that they read as."""


HOLDS = {
    "bibtex": Holds(braces_in_addresses=False, formulas=True),
    "ris": Holds(
        paragraphs=False, particles=False, braces_in_names=False, kinds=False, bare_key=True
    ),
    "csl-json": Holds(particles=False),
    "jsonl": Holds(
        orcid=True, no_year=True, type=True, bare_key=True, order=True, extra=True, formulas=True
    ),
    "csv": Holds(particles=False, braces_in_names=False, no_year=True, type=True, bare_key=True),
}


def shown(paper: Paper, holds: Holds, had_key: bool) -> dict[str, Any]:
    """All of a paper that the format can hold."""
    abstract = paper.abstract.plain
    links: Iterable[Any] = [link_as_held(link, holds) for link in paper.links]
    kept = {**paper.details}
    if not holds.type:
        kept.pop("type", None)
    if not holds.bare_key and not had_key:
        kept.pop("key", None)
    return {
        "id": paper.id,
        "keys": paper.keys if holds.paragraphs else (),
        "title": paper.title.plain,
        "abstract": abstract if holds.paragraphs else " ".join(abstract.split()),
        "formulas": formulas(paper) if holds.formulas else [],
        "authors": [author_as_held(author, holds) for author in paper.authors],
        "date": date_as_held(paper.date, holds),
        "venue": paper.venue,
        "identifiers": paper.identifiers,
        "version": paper.extra.get("arxiv_version"),
        "links": list(links) if holds.order else set(links),
        "tags": paper.tags,
        "details": kept,
        "extra": paper.extra if holds.extra else {},
    }


def formulas(paper: Paper) -> list[str]:
    """The MathML of a paper's formulas."""
    spans = [*paper.title.spans, *paper.abstract.spans]
    return [span.text for span in spans if span.kind == "math" and span.plain[:1] not in "$\\"]


def author_as_held(author: Author, holds: Holds) -> Author:
    author = author if holds.orcid else replace(author, orcid="")
    if not holds.particles:
        family = f"{author.particle} {author.family}".strip()
        author = replace(author, family=family, particle="")
    if not holds.braces_in_names:
        literal = " ".join(re.sub(r"[{}]", " ", author.literal).split())
        author = replace(author, literal=literal)
    return author


def date_as_held(date: Date | None, holds: Holds) -> Date | None:
    return date if date and (date.year or holds.no_year) else None


def link_as_held(link: Link, holds: Holds) -> tuple[str, str]:
    url = link.url
    if not holds.braces_in_addresses:
        url = url.replace("{", "%7B").replace("}", "%7D")
    # In a PDF's own place it is one in every format.
    return (link.kind if holds.kinds else "", url)


def read_back(papers: Iterable[Paper], format: str) -> tuple[list[Paper], list[Problem]]:
    """The papers in an exported file, and what reading it complained of."""
    report = Report()
    text = "".join(export(papers, format)).replace("\r\n", "\n")
    records = READERS[READER_OF[format]].read(text, Origin("x", 0, format), report)
    return list(clean(records, SETTINGS, {}, report)), report.problems


def assert_same(before: list[Paper], format: str) -> None:
    after, problems = read_back(before, format)
    assert problems == []
    assert len(after) == len(before)
    for old, new in zip(before, after, strict=True):
        had_key = "key" in old.details
        assert shown(new, HOLDS[format], had_key) == shown(old, HOLDS[format], had_key)


def is_fixed(paper: Paper, holds: Holds) -> bool:
    """Whether its texts are such that cleaning, as plain text, finds nothing to repair in them.

    A file for other programs says how a paper reads (`x²`, not `$x^2$`), and on its way back
    this is text like any other. That cleaning twice is cleaning once is a law of its own.
    """
    abstract = shown(paper, holds, True)["abstract"]
    texts = {"title": paper.title.plain, "abstract": abstract, "venue": paper.venue}
    (again,) = cleaned(Record(texts, Origin("x")))
    if not {link.url for link in again.links} <= {link.url for link in paper.links}:
        return False
    return {"title": again.title.plain, "abstract": again.abstract.plain,
            "venue": again.venue} == texts  # fmt: skip


LAWFUL = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)


@LAWFUL
@given(papers() | papers("latex"))
def test_json_lines_hold_everything(paper: Paper) -> None:
    assert_same([paper], "jsonl")


@LAWFUL
@given(papers() | papers("latex"))
@example(paper("text", title="BERT $$ BERT BERT $$"))
@example(paper("text", title="BERT $$u_t + u_{xxx} = 0$$ BERT"))
def test_bibtex_comes_back(paper: Paper) -> None:
    texts = (paper.title.plain, paper.abstract.plain)
    # Signs that only now look like a wrong encoding, and half of a quotation in TeX's manner
    # that LaTeX completes: cleaning's own business.
    assume(all(encoding(text) == text and not {"‘", "'"} <= {*text} for text in texts))
    assert_same([paper], "bibtex")


@pytest.mark.parametrize("format", ["ris", "csl-json", "csv"])
@LAWFUL
@given(paper=papers())
def test_other_formats_come_back(paper: Paper, format: str) -> None:
    assume(is_fixed(paper, HOLDS[format]))
    assert_same([paper], format)
