"""The pages of authors, venues, years and months, and the ways that lead to them."""

from __future__ import annotations

from typing import Any

import pytest

from catalogs import catalog_of, full_paper, listing, paper, settings, site_of
from markup import Tree, squeeze
from papershelf.compose import compose
from papershelf.compose.dated import years
from papershelf.compose.published import venues
from papershelf.model import Author, Catalog, Collection, Date, Paper
from papershelf.report import Report
from papershelf.site import Page, Site

ADA, MAX = Author("Byron", "Ada", orcid="0000-0001-0000-000X"), Author("Born", "Max")
ODD = Author("<i>", '"&')


def sample() -> Catalog:
    """Five papers: Ada wrote four, of which Max helped with two; two appeared in Acts."""
    papers = [
        paper("Looms", authors=(ADA, MAX, ODD), venue="Acts & Laws", date=Date(2024, 5, 2)),
        paper("Tides", authors=(ADA, MAX), venue="The Acts and Laws", date=Date(2024, 5, 9)),
        paper("Notes", authors=(Author("Byron", "A. B."), ADA), date=Date(2024)),
        paper("Rain", authors=(ADA,), venue="Weather", date=Date(2023, 12)),
        paper("Mail", listings=(listing(date=Date(None, 3, 14)),)),
    ]
    return catalog_of(papers, {"Looms": ["attention"], "Tides": ["attention", "pruning"]})


@pytest.fixture(scope="module")
def site() -> Site:
    return site_of(sample(), min_author_papers=2)


def tree(site: Site, address: str) -> Tree:
    item = site[address]
    assert isinstance(item, Page)
    return Tree(item.body)


def texts(elements: list[Any]) -> list[str]:
    return [squeeze(element.text) for element in elements]


def addresses(site: Site, folder: str) -> set[str]:
    return {item.address for item in site if item.address.startswith(folder)}


def links(page: Tree) -> dict[str, str]:
    return {squeeze(a.text): a["href"] for a in page.all("a")}


def test_a_collection_that_tells_nothing_of_this_has_no_such_page_and_no_way_to_one() -> None:
    site = site_of(
        catalog_of([paper("Alone"), paper("Listed", listings=(listing(date=Date(None, 3)),))])
    )
    for folder in ("authors", "venues", "years"):
        assert addresses(site, folder) == set()
    for page in [item for item in site if isinstance(item, Page)]:
        assert "More ways in" not in page.body
        assert not [a for a in Tree(page.body).all("a") if "authors/" in a["href"]]


@pytest.mark.parametrize("address", ["topics/", "a-z/", "sources/"])
def test_every_index_leads_to_those_that_the_navigation_cannot_name(
    site: Site, address: str
) -> None:
    page = tree(site, address)
    assert texts(page.all("nav", cls="ps-ways-in")) == ["More ways in Authors 4 Venues 2 Years 2"]


def test_the_home_page_counts_them(site: Site) -> None:
    assert {"4 authors", "2 venues", "2 years"} <= set(texts(tree(site, "").all("a")))
    alone = site_of(catalog_of([paper("One", authors=(MAX,), date=Date(2024))]))
    assert "1 author" in texts(tree(alone, "").all("a"))


# ---- authors ----------------------------------------------------------------------------


def test_who_wrote_two_papers_has_a_page(site: Site) -> None:
    assert addresses(site, "authors/") == {
        "authors/", "authors/b/", "authors/i/", "authors/ada-byron/", "authors/max-born/",
    }  # fmt: skip
    three = compose(sample(), settings(min_author_papers=3), {}, Report())
    assert "authors/max-born/" not in addresses(three, "authors/")


def test_the_page_of_an_author_tells_papers_topics_companions_and_years(site: Site) -> None:
    page = tree(site, "authors/ada-byron/")
    assert page.one("h1").text == "Ada Byron"
    assert page.one("p", cls="ps-kicker").text == "Authors / B"
    assert texts(page.all("h3")) == ["Tides", "Looms", "Notes", "Rain"]
    assert texts(page.all("h2")) == ["Topics", "Often writes with", "Years", "4 papers"]
    beside = [a for a in page.all("a") if "aside" in a.parents]
    assert texts(beside)[:2] == ["Attention 2", "Pruning 1"]
    assert texts(page.all("ul", cls="ps-tally")) == ["Max Born 2", "2024 3 2023 1"]
    assert links(page)["0000-0001-0000-000X"] == "https://orcid.org/0000-0001-0000-000X"


def test_other_spellings_are_named() -> None:
    friend = Author("Li", "Bo")
    papers = [
        paper(f"P{n}", authors=(Author("Byron", given), friend))
        for n, given in enumerate(["Ada", "Ada K.", "ADA"])
    ]
    page = tree(site_of(catalog_of(papers)), "authors/ada-k-byron/")
    assert "Also written ADA Byron; Ada Byron" in squeeze(page.text)


def test_an_author_with_many_papers_is_paged() -> None:
    papers = [paper(f"P{n}", authors=(ADA, MAX)) for n in range(5)]
    site = compose(catalog_of(papers), settings(page_size=2), {}, Report())
    second = site["authors/ada-byron/2/"]
    assert second.meta["title"] == "Ada Byron, page 2"
    assert second.meta["search"] == {"exclude": True}
    assert not tree(site, "authors/ada-byron/2/").all("aside")
    assert "search" not in site["authors/ada-byron/"].meta


def test_names_stand_under_their_letter_with_a_page_or_with_their_papers(site: Site) -> None:
    entrances = [a for a in tree(site, "authors/").all("a") if "nav" not in a.parents]
    assert texts(entrances) == ["B Born, Max – Byron, Ada 3", 'I <i>, "& 1']
    rows = tree(site, "authors/b/").all("li")[2:]
    assert texts(rows) == ["Born, Max 2 papers", "Byron, A. B. Notes", "Byron, Ada 4 papers"]
    page = links(tree(site, "authors/b/"))
    assert page["Born, Max"] == "../../authors/max-born/"
    assert page["Notes"] == "../../papers/notes/"
    assert "Byron, A. B." not in page


def test_a_letter_with_many_names_is_paged_and_its_first_page_tells_where_each_begins() -> None:
    crowd = tuple(Author(f"Ng{chr(97 + n)}", "X") for n in range(5))
    site = compose(catalog_of([paper("P", authors=crowd)]), settings(page_size=2), {}, Report())
    fold = tree(site, "authors/n/").one("details")
    assert squeeze(fold.text) == "Where each page begins Nga, X Ngc, X Nge, X"
    assert texts(tree(site, "authors/n/3/").all("li"))[1:-3] == ["Nge, X P"]
    assert not tree(site, "authors/n/2/").all("details")


def test_at_most_five_papers_stand_in_a_line() -> None:
    papers = [paper(f"P{n}", authors=(MAX,)) for n in range(7)]
    site = compose(catalog_of(papers), settings(min_author_papers=8), {}, Report())
    assert texts(tree(site, "authors/b/").all("li"))[1:] == ["Born, Max P0 P1 P2 P3 P4"]


# ---- venues -----------------------------------------------------------------------------


def test_venues_that_differ_in_signs_are_one(site: Site) -> None:
    assert addresses(site, "venues/") == {"venues/", "venues/acts-and-laws/"}
    page = tree(site, "venues/acts-and-laws/")
    assert page.one("h1").text == "Acts & Laws"
    assert texts(page.all("h3")) == ["Tides", "Looms"]
    assert texts(page.all("ul", cls="ps-tally")) == ["Max Born 2 Ada Byron 2", "2024 2"]


def test_every_venue_stands_in_the_index(site: Site) -> None:
    rows = [li for li in tree(site, "venues/").all("li") if "nav" not in li.parents]
    assert texts(rows) == ["Acts & Laws 2 papers", "Weather Rain"]
    assert links(tree(site, "venues/"))["Rain"] == "../papers/rain/"


def test_a_venue_is_called_as_most_papers_call_it() -> None:
    names = ["ACTS", "Acts", "Acts", "  ", "!!", "!?"]
    papers = [paper(f"P{n}", venue=venue) for n, venue in enumerate(names)]
    found = venues(Collection({one.id: one for one in papers}), 1)
    assert sorted(venue.name for venue in found.all) == ["!!", "!?", "Acts"]
    assert len({venue.address for venue in found.all}) == 3
    assert papers[3].id not in found.of


def test_many_venues_are_paged_and_none_has_the_address_of_a_page() -> None:
    papers = [paper(f"P{n}", venue=name) for n, name in enumerate(["2", "Page 2", "Acts"])]
    chosen = settings(page_size=2, min_venue_papers=1)
    site = compose(catalog_of(papers), chosen, {}, report := Report())
    assert report.problems == []
    found = addresses(site, "venues/")
    assert {"venues/", "venues/page-2/", "venues/2/", "venues/acts/"} < found
    assert len(found) == 5
    assert tree(site, "venues/").one("a", rel="next")["href"] == "../venues/page-2/"


# ---- years ------------------------------------------------------------------------------


def test_years_and_months_have_pages(site: Site) -> None:
    assert addresses(site, "years/") == {
        "years/", "years/2024/", "years/2024/05/", "years/2023/", "years/2023/12/",
    }  # fmt: skip
    rows = [li for li in tree(site, "years/").all("li") if "nav" not in li.parents]
    assert texts(rows) == ["2024 3 papers May 2", "2023 1 paper December 1"]
    page = tree(site, "years/2024/")
    assert texts(page.all("h3")) == ["Tides", "Looms", "Notes"]
    assert texts(page.all("h2")) == ["Months", "Topics", "3 papers"]
    month = tree(site, "years/2024/05/")
    assert month.one("h1").text == "May 2024"
    assert texts(month.all("h3")) == ["Tides", "Looms"]
    assert links(month)["2024"] == "../../../years/2024/"


def test_a_year_leads_to_those_before_and_after(site: Site) -> None:
    bar = tree(site, "years/2023/").one("nav", cls="ps-alphabet")
    assert squeeze(bar.text) == "2023 2024"


def test_a_year_with_many_papers_is_paged_beside_its_months() -> None:
    papers = [paper(f"P{n}", date=Date(2024, 2)) for n in range(5)]
    site = compose(catalog_of(papers), settings(page_size=2), {}, report := Report())
    assert report.problems == []
    assert {"years/2024/page-2/", "years/2024/02/", "years/2024/02/page-3/"} < addresses(
        site, "years/"
    )
    assert site["years/2024/page-2/"].meta["title"] == "2024, page 2"


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (paper("A", date=Date(2024, 13)), {2024: []}),
        (paper("A", date=Date(0, 5)), {}),
        (paper("A", date=Date(None, 5, 2)), {}),
        (paper("A", listings=(listing(date=Date(2025, 3, 1)),)), {2025: [3]}),
        (paper("A", date=Date(2024), listings=(listing(date=Date(2025)),)), {2024: []}),
    ],
)
def test_a_paper_counts_when_its_year_is_known(one: Paper, found: dict[int, list[int]]) -> None:
    result = years(Collection({one.id: one}))
    assert {year: [m.date.month for m in one.months] for year, one in result.items()} == found


# ---- from a paper -----------------------------------------------------------------------


def test_a_paper_leads_to_its_authors_venue_and_month(site: Site) -> None:
    page = tree(site, "papers/looms/")
    found = links(page)
    assert found["Ada Byron"] == "../../authors/ada-byron/"
    assert found["Max Born"] == "../../authors/max-born/"
    assert found["Acts & Laws"] == "../../venues/acts-and-laws/"
    assert found["2 May 2024"] == "../../years/2024/05/"
    assert '"& <i>' not in found
    assert squeeze(page.one("div", cls="ps-authors").text) == 'Ada Byron, Max Born, "& <i>'


def test_what_has_no_page_is_not_linked() -> None:
    full = full_paper()
    page = tree(site_of(catalog_of([full])), "papers/thin-nets-with-xx2/")
    assert squeeze(page.one("div", cls="ps-authors").text) == "Byron Ada, Vincent van Gogh, CERN"
    assert not [a for a in page.all("a") if "authors/" in a["href"] or "venues/" in a["href"]]
    venue = page.one("li", cls="ps-venue").text
    assert squeeze(venue) == "Letters on Sundials & Shade, 12(3), 1–20"
