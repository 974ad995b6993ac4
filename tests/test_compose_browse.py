"""The data of the browse page, of the reading list and of the home page."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from catalogs import catalog_of, listing, paper, settings, site_of, small_catalog
from papershelf.compose.browse import SHARD, Facet, facets_of, spelt
from papershelf.compose.env import Env
from papershelf.compose.mine import shard_count, shard_of
from papershelf.export import export
from papershelf.model import Author, Catalog, Date, Link
from papershelf.report import Report
from papershelf.site import Asset, Site


def data(site: Site, name: str) -> Any:
    item = site[f"assets/data/{name}.js"]
    assert isinstance(item, Asset)
    text = item.body.decode()
    head, tail = f"papershelf.receive({json.dumps(name)},", ")"
    body = text.strip().rstrip(";")
    assert body.startswith(head) and body.endswith(tail), text[:80]
    return json.loads(body.removeprefix(head).removesuffix(tail))


def facets(catalog: Catalog) -> dict[str, Facet]:
    env = Env(catalog, settings(), Report())
    return {facet.name: facet for facet in facets_of(list(catalog.collection), env)}


def given(facet: Facet) -> list[list[str]]:
    """The labels of each paper."""
    return [[facet.values[number][1] for number in row] for row in facet.of]


def test_columns_are_in_collection_order_and_of_one_length() -> None:
    catalog = small_catalog()
    columns = data(site_of(catalog), "browse/0")
    assert {len(values) for values in columns.values()} == {5}
    assert columns["title"] == [paper.title.plain for paper in catalog.collection]
    slugs = [slug or spelt(title) for slug, title in zip(columns["slug"], columns["title"])]  # noqa: B905
    assert slugs == [catalog.slugs[paper.id] for paper in catalog.collection]


def test_shards_hold_every_paper_once() -> None:
    catalog = catalog_of([paper(f"Paper {n}") for n in range(SHARD + 3)])
    site = site_of(catalog)
    parts = [data(site, f"browse/{n}")["title"] for n in range(2)]
    assert [len(part) for part in parts] == [SHARD, 3]
    assert parts[0] + parts[1] == [one.title.plain for one in catalog.collection]
    assert data(site, "browse/index")["count"] == SHARD + 3


def test_topics_are_grouped_by_area_in_taxonomy_order() -> None:
    side = facets(small_catalog())["topic"]
    assert [label for _, label in side.values] == [
        "Pruning", "Quantization", "Attention", "Sundials"
    ]  # fmt: skip
    groups = [side.shelves[group][0] for group in side.groups]
    assert groups == ["Compression & speed"] * 2 + ["Sequence models", "Other topics"]


@pytest.mark.parametrize(
    ("dates", "label", "values"),
    [
        ([Date(2023, 5), Date(2024), Date(2024, 1, 2)], "Year", ["2024", "2023"]),
        ([Date(2024, 5, 1), Date(2024, 6)], "Month", ["June 2024", "May 2024"]),
        ([Date(2024, 5, 1), Date(2024, 5, 2)], "Date", ["2 May 2024", "1 May 2024"]),
        ([Date(None, 3, 14), Date(None, 3, 15)], "Date", ["15 March", "14 March"]),
        ([Date(None, 3, 14), Date(None, 4, 1)], "Month", ["April", "March"]),
    ],
)
def test_dates_are_told_as_coarsely_as_tells_the_papers_apart(
    dates: list[Date], label: str, values: list[str]
) -> None:
    side = facets(catalog_of([paper(f"P{n}", date=date) for n, date in enumerate(dates)]))["date"]
    assert side.label == label
    assert [told for _, told in side.values] == values


def test_a_paper_has_what_its_links_and_its_abstract_give() -> None:
    links = (Link("code", "https://e.org/1"), Link("code", "https://e.org/2"),
             Link("reference", "https://e.org/3"))  # fmt: skip
    catalog = catalog_of([paper("A", links=links), paper("B", abstract="")])
    assert given(facets(catalog)["has"]) == [["Abstract", "Code"], []]


def test_a_facet_that_tells_nothing_apart_is_not_offered() -> None:
    catalog = catalog_of([paper("A", venue="V"), paper("B", venue="V")])
    assert not facets(catalog)["venue"]
    offered = [head["name"] for head in data(site_of(catalog), "browse/index")["facets"]]
    assert offered == []


def test_the_authors_come_apart_and_only_those_with_a_page() -> None:
    ada, bo = Author("Byron", "Ada"), Author("Li", "Bo")
    catalog = catalog_of([paper("A", authors=(ada, bo)), paper("B", authors=(ada,)), paper("C")])
    site = site_of(catalog, min_author_papers=2)
    head = next(f for f in data(site, "browse/index")["facets"] if f["name"] == "author")
    assert "labels" not in head and "author" not in data(site, "browse/0")
    assert data(site, "browse/author")["labels"] == ["Ada Byron"]
    assert data(site, "browse/author-0")["author"] == [[0], [0], []]


def test_source_with_a_date_says_so() -> None:
    papers = [
        paper("A", listings=(listing("papers/x.txt", 1, Date(2024, 3, 14)),)),
        paper("B", listings=(listing("papers/y.txt"),)),
    ]
    assert given(facets(catalog_of(papers))["source"]) == [["x.txt, 14 March 2024"], ["y.txt"]]


# ---- the reading list ---------------------------------------------------------------------


def test_every_citation_lies_where_its_slug_says_and_is_that_of_the_exports() -> None:
    # Two papers that want one key must have the keys that the exports give them.
    twins = [paper("Same word one"), paper("Same word two")]
    catalog = catalog_of([*small_catalog().collection, *twins])
    site, shards = site_of(catalog), shard_count(len(catalog.collection))
    bare = [replace(one, abstract=type(one.abstract)()) for one in catalog.collection]
    entries = "".join(export(bare, "bibtex"))
    for one in catalog.collection:
        slug = catalog.slugs[one.id]
        found = data(site, f"cite/{shard_of(slug, shards)}")[slug]
        assert found["title"] == one.title.plain
        assert found["bibtex"].splitlines()[0] in entries
        assert found["csl"]["custom"]["permalink"].endswith(f"/papers/{slug}/")
        assert "abstract" not in found["csl"] and "AB  -" not in found["ris"]


@pytest.mark.parametrize(("papers", "shards"), [(0, 1), (32, 1), (33, 2), (65, 4), (10_000, 512)])
def test_files_of_citations_are_small_and_few(papers: int, shards: int) -> None:
    assert shard_count(papers) == shards


def test_the_list_knows_who_left_and_who_moved() -> None:
    catalog = replace(small_catalog(), moved={"old-name": "bits-and-weights"})
    found = data(site_of(catalog), "left")
    assert found == {"departed": ["gone-paper"], "moved": {"old-name": "bits-and-weights"}}


# ---- what is new ----------------------------------------------------------------------------


def test_news_are_the_papers_of_later_editions_the_latest_first() -> None:
    catalog = small_catalog()
    ids = sorted(catalog.collection.papers)
    site = site_of(replace(catalog, editions=dict(zip(ids, [1, 2, 3, 3, 1], strict=True))))
    news = data(site, "new")
    assert (news["edition"], news["counts"]) == (3, {"2": 1, "3": 2})
    assert [told["edition"] for told in news["papers"]] == [3, 3, 2]
    body = site[""].body
    assert "New on the shelf" in body and "New since your last visit" in body


def test_a_first_edition_is_no_news() -> None:
    catalog = small_catalog()
    site = site_of(replace(catalog, editions=dict.fromkeys(catalog.collection.papers, 1)))
    assert data(site, "new") == {"edition": 1, "counts": {}, "papers": []}
    assert "New on the shelf" not in site[""].body


def test_data_cannot_end_the_script_that_holds_them() -> None:
    catalog = catalog_of([paper("</script><script>alert(1)</script>", "<!-- x"), paper("B")])
    for item in site_of(catalog):
        if item.address.startswith("assets/data/"):
            assert b"<" not in item.body
