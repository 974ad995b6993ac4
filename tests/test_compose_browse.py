"""The data of the browse page, of the reading list and of the home page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import accumulate
from typing import Any

import pytest

from catalogs import catalog_of, listing, paper, settings, site_of, small_catalog
from papershelf.compose import home
from papershelf.compose.browse import SHARD, Facet, facets_of, spelt
from papershelf.compose.env import Env
from papershelf.compose.home import mark
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


def test_every_paper_has_a_mark_and_the_latest_a_name() -> None:
    catalog = small_catalog()
    ids, slugs = list(catalog.collection.papers), catalog.slugs
    news = data(site_of(catalog), "new")
    assert re.findall("....", news["marks"]) == [mark(slugs[id]) for id in ids]
    latest = Env(catalog, settings(), Report()).newest(ids)
    assert [(place, name) for place, name, *_ in news["papers"]] == [
        (ids.index(id), slugs[id]) for id in latest
    ]
    title, by = next(told[2:] for told in news["papers"] if told[1] == slugs["10.1234/thin"])
    assert (title, by) == (catalog.collection["10.1234/thin"].title.plain, "Ada et al.")
    assert (news["steps"], news["shard"]) == ([], SHARD)


def test_a_mark_is_the_papers_own_whatever_else_is_there() -> None:
    one = paper("Alone")
    lists = [[one], [paper("A first"), one, paper("Zebra")]]
    for papers in lists:
        news = data(site_of(catalog_of(papers)), "new")
        assert mark("alone") in re.findall("....", news["marks"])
        assert len(news["marks"]) == 4 * len(papers)


def test_of_a_large_collection_the_latest_have_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_MARKED", 20)
    monkeypatch.setattr(home, "_NAMED", 3)
    papers = [paper(f"Paper {n:02}", date=Date(1900 + n * 7 % 50)) for n in range(50)]
    catalog = catalog_of(papers)
    news = data(site_of(catalog), "new")
    years = [one.date.year for one in catalog.collection if one.date]
    places = list(accumulate(map(abs, news["steps"]), initial=-1))[1:]
    assert [years[place] for place in places] == [year for year in years if year >= 1930]
    slugs = [catalog.slugs[id] for id in catalog.collection.papers]
    assert re.findall("....", news["marks"]) == [mark(slugs[place]) for place in places]
    oldest = [years[place] for place, step in zip(places, news["steps"], strict=True) if step < 0]
    assert sorted(oldest) == [1930, 1931]
    assert [years[place] for place, *_ in news["papers"]] == [1949, 1948, 1947]


def test_a_collection_can_be_sorted_by_listing_where_that_is_another_order() -> None:
    march, may = Date(2024, 3), Date(2024, 5)
    papers = [
        paper("A", date=Date(2020), listings=(listing(date=may), listing(date=march))),
        paper("B", date=Date(2021), listings=(listing(date=may),)),
        paper("C", date=Date(2022), listings=(listing(date=march),)),
        paper("D", date=Date(2023)),
    ]
    site = site_of(catalog_of(papers))
    assert data(site, "browse/index")["sorts"] == ["listed"]
    assert data(site, "browse/0")["listed"] == [2, 3, 1, 0]


@pytest.mark.parametrize("date", [None, Date(2024, 3)])
def test_listings_that_say_nothing_else_than_dates_are_no_order(date: Date | None) -> None:
    papers = [paper("A", listings=(listing(date=Date(2024, 3)),), date=date), paper("B")]
    site = site_of(catalog_of(papers))
    assert data(site, "browse/index")["sorts"] == []
    assert "listed" not in data(site, "browse/0")


def test_data_cannot_end_the_script_that_holds_them() -> None:
    catalog = catalog_of([paper("</script><script>alert(1)</script>", "<!-- x"), paper("B")])
    for item in site_of(catalog):
        if item.address.startswith("assets/data/"):
            assert b"<" not in item.body
