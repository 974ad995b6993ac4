"""Metadata for machines: what programs that collect papers find on a page of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from catalogs import catalog_of, full_paper, paper, settings, site_of, small_catalog
from metadata_reader import Found, read_page, zotero_item
from papershelf.clean import clean
from papershelf.compose import compose
from papershelf.compose.machine import Subject, coins, metadata
from papershelf.export.apa import is_preprint
from papershelf.export.parts import inverted, sorted_links
from papershelf.merge import merge
from papershelf.model import Author, Catalog, Date, Paper, Settings
from papershelf.prose import Prose
from papershelf.read import read
from papershelf.report import Report
from papershelf.site import Page, Site

# schema.org, the properties of ScholarlyArticle that are used here, with what each expects.
_TEXT = {"type": "string", "minLength": 1}
_URL = {"type": "string", "format": "uri", "pattern": "^https?://"}


def _kind(kind: str, required: tuple[str, ...] = (), /, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"@type": {"const": kind}, **properties},
        "required": ["@type", *required],
        "additionalProperties": False,
    }


_PERIODICAL = _kind("Periodical", ("name",), name=_TEXT)
_VOLUME = _kind(
    "PublicationVolume", ("volumeNumber", "isPartOf"), volumeNumber=_TEXT, isPartOf=_PERIODICAL
)
_ISSUE = _kind(
    "PublicationIssue", ("issueNumber", "isPartOf"), issueNumber=_TEXT,
    isPartOf={"anyOf": [_VOLUME, _PERIODICAL]},
)  # fmt: skip
_ORGANIZATION = _kind("Organization", ("name",), name=_TEXT)
_PERSON = _kind(
    "Person", ("name",), name=_TEXT, sameAs=_URL,
)  # fmt: skip
SCHOLARLY_ARTICLE: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_kind(
        "ScholarlyArticle",
        ("@context", "headline"),
        **{"@context": {"const": "https://schema.org"}},
        url=_URL,
        headline=_TEXT,
        alternateName=_TEXT,
        description=_TEXT,
        author={"type": "array", "items": {"anyOf": [_PERSON, _ORGANIZATION]}, "maxItems": 20},
        datePublished={"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"},
        isPartOf={"anyOf": [_ISSUE, _VOLUME, _PERIODICAL, _kind("Book", ("name",), name=_TEXT)]},
        pageStart=_TEXT,
        pageEnd=_TEXT,
        publisher=_ORGANIZATION,
        inLanguage=_TEXT,
        keywords={"type": "array", "items": _TEXT},
        identifier={
            "type": "array",
            "items": _kind("PropertyValue", ("propertyID", "value"), propertyID=_TEXT, value=_TEXT),
        },
        sameAs={"type": "array", "items": _URL},
        encoding=_kind(
            "MediaObject", ("contentUrl",), contentUrl=_URL,
            encodingFormat={"const": "application/pdf"},
        ),
    ),
}  # fmt: skip
VALIDATOR = jsonschema.Draft202012Validator(SCHOLARLY_ARTICLE)

HOSTILE = [
    "</script><script>alert(1)</script>", "<!-- <script>", "]]>", '" onload="alert(1)', "it's",
    "a\u2028b\u2029c", "a\nb", "\u202eabc", "&lt;b&gt;", "{{ 7*7 }}", "</title>", "x\x00y", "--!>",
    "a=b&c=d%20e+f", "Ünï 深度学习 𝒪",
]  # fmt: skip


def found_on(page: Page) -> Found:
    found = read_page(page.meta["head"], page.body)
    assert not found.scripts
    return found


def pages_of(catalog: Catalog, site: Site) -> Iterator[tuple[Paper, Found]]:
    for one in catalog.collection:
        page = site[f"papers/{catalog.slugs[one.id]}/"]
        assert isinstance(page, Page)
        yield one, found_on(page)


def line(text: str) -> str:
    return " ".join(text.split())


def assert_is_told(paper: Paper, found: Found) -> None:
    """All that is known of the paper is found, by each kind of reader, and says the same."""
    item, (article,), (context,) = zotero_item(found), found.json_ld, found.coins
    title = line(paper.title.plain)
    assert item["title"] == article["headline"] == title
    assert title in {value for values in context.values() for value in values}
    assert item["creators"] == [inverted(author) for author in paper.authors]
    assert [one["name"] for one in article.get("author", [])] == [
        str(author) for author in paper.authors[:20]
    ]
    if paper.date and paper.date.year:
        assert item["date"] == article["datePublished"] == str(paper.date)
        assert context["rft.date"] == [str(paper.date)]
    doi = paper.identifiers.get("doi", "")
    assert item["DOI"] == doi
    assert (f"info:doi/{doi}" in context["rft_id"]) == bool(doi)
    assert found.one("citation_arxiv_id") == paper.identifiers.get("arxiv", "")
    assert item["pdf"] == sorted_links(paper).pdf
    if paper.venue and not is_preprint(paper):
        assert paper.venue in {value for name, (value, *_) in found.meta.items() if "title" in name
                               or "institution" in name}  # fmt: skip
    VALIDATOR.validate(article)


def test_a_full_paper_is_told_in_every_form() -> None:
    catalog = small_catalog()
    told = {one.id: found for one, found in pages_of(catalog, site_of(catalog))}
    full = full_paper()
    found = told[full.id]
    assert_is_told(full, found)
    item = zotero_item(found)
    assert item["itemType"] == "journalArticle"
    assert item["pages"] == "1-20" and item["volume"] == "12" and item["issue"] == "3"
    assert item["creators"] == ["Ada, Byron", "van Gogh, Vincent", "CERN"]
    assert item["url"] == "https://papers.example.org/papers/thin-nets-with-xx2/"
    assert item["tags"] == ["Pruning", "Quantization"]
    (article,), (context,) = found.json_ld, found.coins
    assert article["isPartOf"]["isPartOf"]["isPartOf"]["name"] == "Letters on Sundials & Shade"
    assert context["rft.genre"] == ["article"] and context["rft.jtitle"] == [full.venue]
    assert context["rft.aulast"] == ["Ada"] and context["rft.spage"] == ["1"]
    assert found.meta["DC.identifier"][0] == "https://doi.org/10.1234/thin"


@pytest.mark.parametrize(
    ("more", "kind", "genre"),
    [
        ({"venue": "Proceedings of the Fish Workshop"}, "conferencePaper", ["proceeding"]),
        ({"venue": "Journal of Fish"}, "journalArticle", ["article"]),
        ({"venue": "MIT", "details": {"type": "phdthesis"}}, "thesis", []),
        ({"venue": "A Book", "details": {"type": "incollection"}}, "bookSection", ["bookitem"]),
        ({"venue": "NIST", "details": {"type": "techreport"}}, "report", ["report"]),
        ({"identifiers": {"arxiv": "2404.01234"}}, "preprint", []),
        ({"identifiers": {"arxiv": "2404.01234"}, "venue": "arXiv"}, "preprint", []),
        ({}, "webpage", []),
    ],
)
def test_a_collecting_program_sees_which_kind_of_paper_it_is(
    more: dict[str, Any], kind: str, genre: list[str]
) -> None:
    one = paper("Counting fish", **more)
    catalog = catalog_of([one])
    ((_, found),) = pages_of(catalog, site_of(catalog))
    assert_is_told(one, found)
    assert zotero_item(found)["itemType"] == kind
    assert found.coins[0]["rft.genre"] == genre


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_is_code_elsewhere_stays_text(text: str) -> None:
    authors = (Author(text, text), Author(literal=text))
    details = {"pages": text, "volume": text, "publisher": text}
    one = paper(f"A {text} b", text, authors=authors, venue=text, details=details, tags=(text,))
    catalog = catalog_of([one])
    ((_, found),) = pages_of(catalog, site_of(catalog))
    (article,), (context,) = found.json_ld, found.coins
    VALIDATOR.validate(article)
    shown = re.sub(r"[\x00-\x1f]", lambda sign: " " * (sign[0] == "\n"), f"A {text} b")
    assert line(found.one("citation_title")) == line(shown)
    assert line(article["headline"].replace("\x00", "")) == line(shown)
    assert context["rft.atitle"] == [line(f"A {text} b")]


# html5lib, which is strict here, takes signs that Unicode has not given out for errors.
letters = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=20)


@effort(max_examples=80)
@given(st.lists(st.sampled_from(HOSTILE) | letters, min_size=1, max_size=4))
def test_no_text_breaks_out_of_the_head(words: list[str]) -> None:
    text = "".join(words)
    one = Paper("x", (), Prose.of(f"x{text}"), Prose(), (), (Author(f"x{text}"),), venue=text)
    found = read_page(metadata(Subject(one, keywords=(text,))), coins(Subject(one)))
    assert not found.scripts and len(found.coins) == len(found.json_ld) == 1
    assert set(found.meta) <= {
        "citation_title", "citation_author", "citation_journal_title", "citation_keywords",
        "citation_conference_title", "DC.title", "DC.creator", "DC.type", "DC.source",
    }  # fmt: skip


def test_a_date_that_no_calendar_has_is_told_as_far_as_it_is_one() -> None:
    one = paper("Counting fish", date=Date(2024, 13, 4))
    assert read_page(metadata(Subject(one))).one("DC.date") == "2024"


def test_of_a_crowd_only_highwire_tags_name_all() -> None:
    crowd = tuple(Author(f"Name{number}", "A.") for number in range(300))
    found = read_page(metadata(Subject(paper("Crowd", authors=crowd))))
    assert len(found.meta["citation_author"]) == 300
    assert len(found.meta["DC.creator"]) == len(found.json_ld[0]["author"]) == 20


def test_every_page_unfolds_where_its_address_is_pasted() -> None:
    for item in site_of(small_catalog()):
        if isinstance(item, Page) and item.meta.get("head"):
            found = read_page(item.meta["head"])
            assert found.one("og:url") == f"https://papers.example.org/{item.address}"
            assert found.one("og:title") and found.one("og:type") in {"website", "article"}
            assert found.one("og:site_name") == "Sun & Shade"
            assert found.one("twitter:card") in {"summary", "summary_large_image"}


def test_a_site_that_does_not_know_its_address_makes_none_up() -> None:
    nowhere = Settings(Path("/nowhere"), overrides_dir=Path("/nowhere/o"))
    site = compose(small_catalog(), nowhere, {}, Report())
    for item in site:
        if isinstance(item, Page) and item.meta.get("head"):
            found = read_page(item.meta["head"])
            assert not {"og:url", "og:image", "citation_abstract_html_url"} & set(found.meta)


@pytest.mark.shared
def test_every_page_of_the_listings_is_read_by_collecting_programs(shared: Path) -> None:
    chosen = Settings(root=shared, sources=("seeds",))
    papers = list(merge(clean(read(chosen, {}, Report()), chosen, {}, Report()), Report()))
    assert len(papers) > 600
    for one in papers:
        subject = Subject(one, settings().site_url + "papers/x/", keywords=one.tags)
        assert_is_told(one, read_page(metadata(subject), coins(subject)))
