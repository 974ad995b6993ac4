"""The ways to walk the shelf: topic pages, the timeline, and the map with its list."""

from __future__ import annotations

import json
from typing import Any

import pytest

from catalogs import TOPICS, catalog_of, listing, paper, site_of
from markup import Tree, squeeze
from papershelf.compose.kinship import TYPICAL, Kinship
from papershelf.compose.spans import MOST, over_time, scales
from papershelf.model import Author, Catalog, Date, Paper, Related
from papershelf.site import Asset, Page, Site

ADA = Author("Byron", "Ada")


def tree(site: Site, address: str) -> Tree:
    item = site[address]
    assert isinstance(item, Page)
    return Tree(item.body)


def texts(elements: list[Any]) -> list[str]:
    return [squeeze(element.text) for element in elements]


def dated(*dates: Date | None, **more: Any) -> list[Paper]:
    return [paper(f"Paper {n:03}", date=date, **more) for n, date in enumerate(dates)]


def shelf() -> Catalog:
    """Of 40 papers all are on pruning, ten of them on quantization too, ten others on attention."""
    papers = dated(*(Date(2020 + n % 4) for n in range(40)), authors=(ADA,))
    topics = {
        one.title.plain: ["pruning", *["quantization"] * (n < 10)] if n < 30 else ["attention"]
        for n, one in enumerate(papers)
    }
    hub = papers[7]
    related = {one.id: [Related(hub.id, 0.5, "similar", "")] for one in papers if one is not hub}
    return catalog_of(papers, topics, related)


# ---- topics -----------------------------------------------------------------------------


def test_a_topic_lies_within_a_larger_one_of_its_area_that_has_most_of_its_papers() -> None:
    kinship = Kinship(shelf())
    assert kinship.parts("pruning") == ["quantization"]
    assert kinship.wholes("quantization") == ["pruning"]
    assert kinship.parts("quantization") == kinship.wholes("pruning") == []
    page = tree(site_of(shelf()), "topics/pruning/")
    assert texts(page.all("h2"))[:4] == [
        "Within it", "Often together with", "Authors", "Most typical"
    ]  # fmt: skip


def test_companions_are_those_that_meet_more_often_than_by_chance() -> None:
    [companion] = Kinship(shelf()).companions("quantization")
    assert (companion.slug, companion.count) == ("pruning", 10)
    assert companion.lift == pytest.approx(10 * 40 / (10 * 30))
    everywhere = {f"Paper {n:03}": ["pruning", "attention"] for n in range(4)}
    always = Kinship(catalog_of(dated(*[None] * 4), everywhere))
    assert always.companions("pruning") == []


def test_the_most_typical_papers_are_those_with_most_relations_inside_the_topic() -> None:
    catalog = shelf()
    typical = Kinship(catalog).typical("pruning")
    assert len(typical) == TYPICAL
    assert catalog.collection[typical[0]].title.plain == "Paper 007"
    # In pruning alone 007 is told by 29 papers; attention, where it is not, has no relation.
    assert Kinship(catalog).typical("attention") == ()
    page = tree(site_of(catalog), "topics/pruning/")
    marked = [a for a in page.all("a") if "section" in a.parents and "/papers/" in a["href"]]
    assert marked[0]["href"] == f"../../papers/{catalog.slugs[typical[0]]}/"


def test_a_small_topic_tells_no_typical_ones() -> None:
    assert "Most typical" not in tree(site_of(shelf()), "topics/quantization/").text


def test_a_topic_shows_its_course_as_a_picture_that_says_its_numbers() -> None:
    site = site_of(shelf(), page_size=20)
    picture = tree(site, "topics/attention/").one("svg")
    assert picture["role"] == "img"
    assert picture["aria-label"] == "Papers over time: 2020: 2, 2021: 2, 2022: 3, 2023: 3"
    assert not tree(site, "topics/pruning/2/").all("svg")


def test_a_topic_names_who_wrote_most_of_its_papers() -> None:
    page = tree(site_of(shelf()), "topics/attention/")
    [link] = [a for a in page.all("a") if "/authors/" in a["href"]]
    assert squeeze(link.text) == "Ada Byron"


def test_without_dates_a_topic_has_no_course() -> None:
    site = site_of(catalog_of(dated(None, None), {"Paper 000": ["pruning"]}))
    assert not tree(site, "topics/pruning/").all("svg")


# ---- time -------------------------------------------------------------------------------


def test_months_are_shown_where_most_papers_have_one_and_no_month_is_left_out() -> None:
    [scale] = scales(catalog_of(dated(Date(2023, 11), Date(2024, 2, 3), Date(2024, 2))))
    assert scale.unit == "month"
    assert scale.keys == ((2023, 11), (2023, 12), (2024, 1), (2024, 2))
    columns = scale.chart(scale.of).columns
    assert [(c.mark, c.group, c.count) for c in columns] == [
        ("Nov", "2023", 1), ("Dec", "", 0), ("Jan", "2024", 0), ("Feb", "", 2),
    ]  # fmt: skip
    assert [c.address for c in columns] == ["years/2023/11/", "", "", "years/2024/02/"]


def test_years_are_shown_where_months_are_rare() -> None:
    [scale] = scales(catalog_of(dated(Date(2020), Date(2022), Date(2022, 5))))
    assert scale.unit == "year"
    assert scale.chart(scale.of).told == "2020: 1, 2022: 2"


def test_a_long_time_is_told_in_decades_and_one_early_paper_does_not_make_it_long() -> None:
    [long] = scales(catalog_of(dated(*(Date(1900 + n) for n in range(100)))))
    assert (long.unit, len(long.keys)) == ("decade", 10)
    [scale] = scales(catalog_of(dated(Date(1666), *(Date(2000 + n) for n in range(20)))))
    assert (scale.unit, len(scale.keys)) == ("year", MOST)
    first = scale.chart(scale.of).columns[0]
    assert (first.label, first.count, first.address) == ("1972 and before", 1, "")


def test_days_without_a_year_make_a_chart_of_their_own() -> None:
    days = [
        paper(f"Mail {n}", listings=(listing(date=Date(None, 3, day)),))
        for n, day in enumerate((12, 12, 14))
    ]
    catalog = catalog_of([*days, *dated(Date(2024))])
    assert [scale.unit for scale in scales(catalog)] == ["day", "month"] or [
        scale.unit for scale in scales(catalog)
    ] == ["day", "year"]
    page = tree(site_of(catalog), "timeline/")
    assert texts(page.all("h2"))[0] == "By day 3 papers"
    links = {squeeze(a.text): a["href"] for a in page.all("a")}
    assert links["12 March: 2 papers 2 12 Mar"].startswith("../sources/")


def test_the_heights_of_a_column_are_those_of_its_areas() -> None:
    papers = dated(*[Date(2020)] * 4, *[Date(2021)] * 2)
    topics = {
        one.title.plain: ["pruning" if n % 2 else "attention"] for n, one in enumerate(papers)
    }
    page = tree(site_of(catalog_of(papers, topics)), "timeline/")
    bars = [(r["class"], r["y"], r["height"]) for r in page.all("rect") if "ol" in r.parents]
    assert bars == [
        ("ps-hue-1", "50.0", "50.0"), ("ps-hue-2", "0.0", "50.0"),
        ("ps-hue-1", "75.0", "25.0"), ("ps-hue-2", "50.0", "25.0"),
    ]  # fmt: skip


def test_a_timeline_without_dates_says_so() -> None:
    catalog = catalog_of(dated(None))
    assert over_time(catalog) is None
    assert "No paper here has a date" in tree(site_of(catalog), "timeline/").text
    assert "There is no paper yet" in tree(site_of(catalog_of([])), "timeline/").text


# ---- map --------------------------------------------------------------------------------


def data(site: Site, name: str) -> Any:
    item = site[f"assets/data/{name}.js"]
    assert isinstance(item, Asset)
    body = item.body.decode()
    head = f"papershelf.receive({json.dumps(name)},"
    assert body.startswith(head) and body.endswith(");\n") and "<" not in body
    return json.loads(body[len(head) : -3])


def test_the_map_knows_place_area_topics_and_page_of_every_paper() -> None:
    odd = paper("</script><b>")
    catalog = catalog_of([odd, paper("Plain")], {"Plain": ["attention", "sundials"]})
    site = site_of(catalog)
    head, part = data(site, "map/index"), data(site, "map/0")
    assert head["count"] == 2
    assert head["areas"] == [["Sequence models", 2], ["Other topics", 0]]
    places = list(zip(part["x"], part["y"], strict=True))
    assert places == [catalog.places[id] for id in catalog.collection.papers]
    at = part["title"].index("Plain")
    assert part["area"] == [-1 if n != at else 0 for n in range(2)]
    assert [head["topics"][n][0] for n in part["topics"][at]] == ["Attention", "Sundials"]
    assert head["topics"][0][2:] == [*places[at], 1]
    assert part["slug"][at] == "plain"


def test_the_list_of_the_map_leads_to_topics_and_their_central_papers() -> None:
    page = tree(site_of(shelf()), "map/")
    assert texts(page.all("h3")) == ["Compression & speed 30 papers", "Sequence models 10 papers"]
    links = [a["href"] for a in page.all("a")]
    assert "../topics/quantization/" in links
    assert len([link for link in links if "/papers/" in link]) == 3 * len(
        set(TOPICS) - {"sundials"}
    )


def test_an_empty_map_is_a_page_without_data() -> None:
    site = site_of(catalog_of([]))
    assert "There is no paper yet" in tree(site, "map/").text
    with pytest.raises(KeyError):
        site["assets/data/map/index.js"]
