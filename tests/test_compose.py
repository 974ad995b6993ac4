from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from catalogs import (
    TOPICS,
    catalog_of,
    full_paper,
    listing,
    paper,
    settings,
    site_of,
    small_catalog,
)
from markup import Tree, squeeze
from papershelf.compose import COMPOSERS, Env, compose
from papershelf.model import Author, Catalog, Date, Link, Related
from papershelf.report import Report
from papershelf.site import Asset, Page, Site
from papershelf.write import content_of


@pytest.fixture(scope="module")
def site() -> Site:
    return site_of(small_catalog())


def tree(site: Site, address: str) -> Tree:
    item = site[address]
    assert isinstance(item, Page)
    return Tree(item.body)


def meta(site: Site, address: str) -> Any:
    item = site[address]
    assert isinstance(item, Page)
    return item.meta


def texts(elements: list[Any]) -> list[str]:
    return [squeeze(element.text) for element in elements]


# ---- the site ---------------------------------------------------------------------------


def test_every_page_the_navigation_names_is_there_even_when_there_is_no_paper() -> None:
    empty = site_of(catalog_of([]))
    pages = {item.address for item in empty if isinstance(item, Page)}
    assert {"", "browse/", "topics/", "cloud/", "a-z/", "sources/", "reading-list/"} <= pages
    assert "papershelf formats" in tree(empty, "").text
    assert not tree(empty, "").all("button")


def test_pages_are_counted_and_know_who_made_them(site: Site) -> None:
    report = Report()
    again = site_of(small_catalog(), report)
    assert report.counts["pages"] == sum(isinstance(item, Page) for item in again)
    # Nobody wrote two of these papers, none of them has moved, and the words are English.
    assert {item.made_by for item in site} == set(COMPOSERS) - {"authors", "moved", "words"}


def test_the_same_catalog_gives_the_same_pages(site: Site) -> None:
    again = site_of(small_catalog())
    assert [item.address for item in again] == [item.address for item in site]
    assert {item.key for item in again} == {item.key for item in site}
    assert [content_of(item) for item in again] == [content_of(item) for item in site]


def test_a_composer_of_a_users_own_adds_pages_or_takes_the_place_of_ours() -> None:
    def compose_extra(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
        yield Asset("count.txt", str(len(catalog.collection)).encode())
        assert env.link("x/", "papers/a/") == "../papers/a/"

    site = site_of(small_catalog(), composers={"extra": compose_extra, "cloud": compose_extra})
    count = site["count.txt"]
    assert isinstance(count, Asset)
    assert (count.body, count.made_by) == (b"5", "cloud")
    with pytest.raises(KeyError):
        site["cloud/"]


def test_an_address_claimed_twice_stays_with_the_first_and_is_reported() -> None:
    def compose_second(_: Catalog, __: Env) -> Iterator[Page | Asset]:
        yield Page("cloud/", {}, "<div>mine</div>")

    report = Report()
    site = site_of(small_catalog(), report, {"second": compose_second})
    assert tree(site, "cloud/").one("h1").text == "Cloud"
    (problem,) = report.problems
    assert (problem.code, problem.level) == ("address-taken", "error")
    assert "second and cloud" in problem.message


# ---- a paper ----------------------------------------------------------------------------

FULL = "papers/thin-nets-with-xx2/"


def test_a_paper_of_which_all_is_known_shows_all(site: Site) -> None:
    page = tree(site, FULL)
    assert page.one("h1").text == "Thin nets with xx2"
    assert page.one("math")
    assert page.one(cls="ps-kicker").text == "Compression & speed"
    assert "Byron Ada, Vincent van Gogh, CERN" in page.one(cls="ps-authors").text
    facts = texts(page.all("li"))
    assert facts[:5] == [
        "30 April 2024",
        "Letters on Sundials & Shade, 12(3), 1–20",
        "DOI 10.1234/thin",
        "arXiv 2404.01234",
        "ACL Anthology 2024.sun-1.2",
    ]
    assert page.one("time", datetime="2024-04-30")
    abstract = page.one("section", cls="ps-abstract")
    assert abstract.text.strip().startswith("Large networks are slow")
    assert len([p for p in page.all("p") if "section" in p.parents and not p.classes]) == 2


def test_identifiers_lead_to_their_resolvers(site: Site) -> None:
    links = {a["href"] for a in tree(site, FULL).all("a") if a["href"].startswith("http")}
    assert {
        "https://doi.org/10.1234/thin",
        "https://arxiv.org/abs/2404.01234",
        "https://aclanthology.org/2024.sun-1.2/",
    } <= links


def test_links_are_buttons_by_kind_and_tell_twins_apart(site: Site) -> None:
    buttons = tree(site, FULL).all("a", cls="ps-button")
    assert texts(buttons) == ["PDF", "Code: dial", "Code: shade"]
    assert buttons[0]["title"] == "example.org/thin.pdf"
    assert buttons[1]["href"] == "https://code.example.org/sun/dial"


def test_topics_are_chips_that_say_why(site: Site) -> None:
    page = tree(site, FULL)
    chips = page.all("a", cls="ps-chip")
    assert texts(chips) == ["Pruning", "Quantization"]
    assert [chip["href"] for chip in chips] == [
        "../../topics/pruning/",
        "../../topics/quantization/",
    ]
    assert chips[0]["title"] == '"pruning" in the title'


def test_related_papers_say_why_and_versions_say_so(site: Site) -> None:
    page = tree(site, FULL)
    inside = [a for a in page.all("a") if "aside" in a.parents and "ol" in a.parents]
    assert texts(inside) == ["Bits and weights", "Attention to pruning"]
    assert page.one(cls="ps-label").text == "another version of this paper"
    assert texts(page.all(cls="ps-why")) == ["same title", "both speak of weights"]


def test_versions_that_only_the_paper_knows_of_come_first() -> None:
    second = paper("A net", "Told anew.")
    third = paper("Nets")
    first = paper("A net", "Told once.", versions=(second.id, "not-here"))
    catalog = catalog_of(
        [first, second, third], related={first.id: [Related(third.id, 0.5, "similar", "nets")]}
    )
    site = site_of(catalog)
    page = tree(site, f"papers/{catalog.slugs[first.id]}/")
    links = [a["href"] for a in page.all("a") if "ol" in a.parents]
    assert links == [f"../../papers/{catalog.slugs[second.id]}/", "../../papers/nets/"]


def test_every_place_where_a_paper_was_listed_is_linked(site: Site) -> None:
    page = tree(site, FULL)
    assert "Listed in 2 sources" in page.text
    places = [li for li in page.all("li") if "section" in li.parents and "line" in li.text]
    assert texts(places) == ["papers/mail.txt 2 May 2024, line 3", "more.jsonl June 2024, line 7"]


def test_repairs_are_told_and_can_be_searched(site: Site) -> None:
    page = tree(site, FULL)
    fold = page.one("details", cls="ps-repairs")
    assert squeeze(fold.text).startswith("1 repair to the text times, in the abstract")
    assert page.one("del").text == "about 4times70 of them"
    assert page.one("ins").text == "about 4×70 of them"
    assert "data-search-exclude" not in fold.attributes


def test_a_paper_of_which_little_is_known_invents_nothing() -> None:
    site = site_of(catalog_of([paper("Alone", "One sentence only.")]))
    page = tree(site, "papers/alone/")
    tools = squeeze(page.one("div", cls="ps-tools").text)
    assert squeeze(page.text).replace(f"{tools} ", "") == (
        "Alone One sentence only. Listed in 1 source mail.txt line 3 "
        "Alone. (n.d.). https://papers.example.org/papers/alone/"
    )
    assert not page.all("time") and len(page.all("details")) == 1
    assert meta(site, "papers/alone/")["paper"] == {
        "id": next(iter(catalog_of([paper("Alone", "One sentence only.")]).slugs)),
        "title": "Alone",
        "topics": [],
        "listed": [{"source": "papers/mail.txt", "line": 3}],
    }


def test_a_paper_without_an_abstract_says_so(site: Site) -> None:
    page = tree(site, "papers/a-sundial-in-the-dark/")
    assert "No abstract was listed" in page.one("section", cls="ps-abstract").text
    assert meta(site, "papers/a-sundial-in-the-dark/")["description"] == "A sundial in the dark"


def test_three_thousand_authors_are_folded_away() -> None:
    crowd = tuple(Author(f"Name{n}", "A.") for n in range(3000))
    site = site_of(catalog_of([paper("Collider", authors=crowd)]))
    page = tree(site, "papers/collider/")
    fold = page.one("details", cls="ps-fold")
    assert fold.text.strip().startswith("and 2,988 more")
    assert "Name2999" in fold.text
    assert "Name12" not in page.one("div", cls="ps-authors").text.partition("and 2,988 more")[0]
    assert "Name0 et al." in tree(site, "a-z/c/").text


def test_the_front_matter_of_a_paper_has_the_raw_values(site: Site) -> None:
    found = meta(site, FULL)
    assert found["title"] == "Thin nets with xx²"
    assert found["description"].startswith("Large networks are slow, e.g. on phones.")
    assert found["tags"] == ["Pruning", "Quantization"]
    assert found["paper"]["title"] == "Thin nets with xx²"
    assert found["paper"]["topics"] == ["pruning", "quantization"]
    assert found["paper"]["listed"] == [
        {"source": "papers/mail.txt", "date": "2024-05-02", "line": 3},
        {"source": "papers/more.jsonl", "date": "2024-06", "line": 7},
    ]
    assert found["paper"]["authors"] == ["Byron Ada", "Vincent van Gogh", "CERN"]
    assert found["paper"]["date"] == "2024-04-30"
    assert found["paper"]["venue"] == "Letters on Sundials & Shade"
    assert found["paper"]["details"] == {"number": "3", "pages": "1--20", "volume": "12"}
    assert found["paper"]["identifiers"]["arxiv"] == "2404.01234"
    assert {"kind": "pdf", "url": "https://example.org/thin.pdf"} in found["paper"]["links"]


def test_title_and_description_are_escaped_since_themes_print_them_raw() -> None:
    site = site_of(catalog_of([paper("<b>*B* & C", "Is 1 < 2? {{ yes }}")]))
    address = "papers/b-b-and-c/"
    assert meta(site, address)["title"] == "&lt;b&gt;&#42;B&#42; &amp; C"
    assert meta(site, address)["description"] == "Is 1 &lt; 2? &#123;&#123; yes &#125;&#125;"
    assert meta(site, address)["paper"]["title"] == "<b>*B* & C"


def test_links_that_could_run_something_are_left_out() -> None:
    bad = paper("Bad", links=(Link("code", "javascript:alert(1)"), Link("pdf", 'https://e.org/"x')))
    assert not tree(site_of(catalog_of([bad])), "papers/bad/").all("a", cls="ps-button")


def test_an_odd_identifier_stays_inside_its_link() -> None:
    odd = paper("Odd", identifiers={"doi": '10.1/a b"><i>', "openreview": "a&b"})
    hrefs = [a["href"] for a in tree(site_of(catalog_of([odd])), "papers/odd/").all("a")][:2]
    assert hrefs == [
        "https://doi.org/10.1/a%20b%22%3E%3Ci%3E",
        "https://openreview.net/forum?id=a%26b",
    ]


# ---- what is gone, and short addresses --------------------------------------------------


def test_a_departed_paper_leaves_a_page_that_says_so(site: Site) -> None:
    page = tree(site, "papers/gone-paper/")
    assert page.one("h1").text == "Gone: a paper"
    assert "has been removed" in page.text
    assert [a["href"] for a in page.all("a")] == ["../../", "../../a-z/"]
    found = meta(site, "papers/gone-paper/")
    assert (found["robots"], found["search"]) == ("noindex", {"exclude": True})


def test_a_short_id_leads_to_its_paper_without_any_script(site: Site) -> None:
    item = site["p/abc123/index.html"]
    assert isinstance(item, Asset)
    page = Tree(item.body.decode().removeprefix("<!doctype html>"))
    assert page.one("link", rel="canonical")["href"] == (
        "https://papers.example.org/papers/bits-and-weights/"
    )
    refresh = [m for m in page.all("meta") if m.attributes.get("http-equiv") == "refresh"]
    assert [m["content"] for m in refresh] == ["0; url=../../papers/bits-and-weights/"]
    assert page.one("a")["href"] == "../../papers/bits-and-weights/"
    assert not page.all("script")


def test_a_redirect_has_a_relative_canonical_when_the_site_has_no_address() -> None:
    site = compose(small_catalog(), replace(settings(), site_url=""), {}, Report())
    item = site["p/abc123/index.html"]
    assert isinstance(item, Asset)
    assert b'href="../../papers/bits-and-weights/"' in item.body


# ---- topics and cloud -------------------------------------------------------------------


def test_a_topic_page_tells_what_it_is_and_what_goes_with_it(site: Site) -> None:
    page = tree(site, "topics/pruning/")
    assert page.one("h1").text == "Pruning"
    assert page.one("p", cls="ps-lead").text == "Leaving out weights that do little."
    assert page.one(cls="ps-kicker").text == "Compression & speed"
    companions = [a for a in page.all("a", cls="ps-chip") if "aside" in a.parents]
    assert texts(companions) == ["Quantization 2", "Attention 1"]
    assert "3 papers" in page.text


def test_a_topic_lists_newest_first_then_by_title(site: Site) -> None:
    titles = texts(tree(site, "topics/pruning/").all("h3"))
    assert titles == ["Attention to pruning", "Bits and weights", "Thin nets with xx2"]


def test_a_card_has_a_teaser_a_date_and_its_topics(site: Site) -> None:
    card = tree(site, "topics/pruning/").all("li", cls="ps-card")[2]
    assert squeeze(card.text) == (
        "Thin nets with xx2 Ada et al.30 April 2024 "
        "We propose to leave out nine weights in ten. Pruning Quantization"
    )


def test_a_discovered_topic_says_where_it_comes_from(site: Site) -> None:
    page = tree(site, "topics/sundials/")
    assert "Found in the collection" in page.text
    assert page.all("a")[0]["href"] == "../../topics/"


def test_only_first_pages_of_topics_can_be_searched() -> None:
    site = site_of(small_catalog(), page_size=2)
    assert meta(site, "topics/pruning/")["tags"] == ["Pruning"]
    second = meta(site, "topics/pruning/2/")
    assert second["title"] == "Pruning, page 2"
    assert second["search"] == {"exclude": True}


def test_a_long_list_is_paged_with_links_both_ways() -> None:
    papers = [paper(f"Paper {n:03}") for n in range(25)]
    topics = {one.title.plain: ["pruning"] for one in papers}
    site = site_of(catalog_of(papers, topics), page_size=2)
    page = tree(site, "topics/pruning/7/")
    assert page.one("a", rel="prev")["href"] == "../../../topics/pruning/6/"
    assert page.one("a", rel="next")["href"] == "../../../topics/pruning/8/"
    pager = texts([li for li in page.all("li") if "nav" in li.parents])
    assert pager == ["1", "…", "5", "6", "7", "8", "9", "…", "13"]
    here = [a for a in page.all("a") if a.attributes.get("aria-current") == "page"]
    assert texts(here) == ["7"]
    assert len(page.all("h3")) == 2 and not page.all("aside")
    last = tree(site, "topics/pruning/13/")
    assert len(last.all("h3")) == 1 and not last.all("a", rel="next")
    with pytest.raises(KeyError):
        site["topics/pruning/14/"]


def test_the_topic_index_stands_area_by_area(site: Site) -> None:
    page = tree(site, "topics/")
    assert texts(page.all("h2")) == [
        "Compression & speed 3 papers", "Sequence models 1 paper", "Other topics 2 papers",
    ]  # fmt: skip
    assert [h2["id"] for h2 in page.all("h2")] == ["area-comp", "area-seq", "area-other"]
    jumps = [a["href"] for a in page.all("a", cls="ps-chip")]
    assert jumps == ["#area-comp", "#area-seq", "#area-other"]
    assert "Numbers of few bits." in page.text


def test_the_cloud_is_a_list_in_order_with_sizes_and_counts(site: Site) -> None:
    page = tree(site, "cloud/")
    assert page.one("ul", cls="ps-cloud")
    items = [li for li in page.all("li") if li.parents[-1] == "ul"]
    assert texts(items) == [
        "Attention 1 1 paper", "Pruning 3 3 papers", "Quantization 2 2 papers",
        "Sundials 2 2 papers",
    ]  # fmt: skip
    assert [li["class"] for li in items] == ["ps-size-1", "ps-size-8", "ps-size-5", "ps-size-5"]
    assert not [element for element in page.elements if "style" in element.attributes]


# ---- letters and sources ----------------------------------------------------------------


def test_every_title_stands_under_its_letter(site: Site) -> None:
    entrances = [a for a in tree(site, "a-z/").all("a") if "nav" not in a.parents]
    assert [a["href"] for a in entrances] == [
        "../a-z/0-9/", "../a-z/a/", "../a-z/b/", "../a-z/t/",
    ]  # fmt: skip
    assert squeeze(entrances[1].text) == "A A sundial in the dark – Attention to pruning 2 papers"
    page = tree(site, "a-z/a/")
    listed = [li.text.strip() for li in page.all("li") if "ol" in li.parents]
    assert listed == ["A sundial in the dark", "Attention to pruning 2 May 2024"]
    current = [a for a in page.all("a") if "aria-current" in a.attributes]
    assert texts(current) == ["A"]


def test_a_letter_with_many_titles_is_paged() -> None:
    site = site_of(catalog_of([paper(f"Zebra {n}") for n in range(5)]), page_size=2)
    assert meta(site, "a-z/z/3/")["title"] == "Z, page 3 – A to Z"


def test_a_source_page_lists_in_the_order_of_the_source(site: Site) -> None:
    page = tree(site, "sources/papers-mail-2024-05-02/")
    assert texts(page.all("h3")) == [
        "Thin nets with xx2",
        "Attention to pruning",
        "Bits and weights",
    ]
    assert page.one("p", cls="ps-lead").text == "Listed 2 May 2024: 3 papers"
    shared = page.one("details")
    assert squeeze(shared.text) == (
        "Shares papers with 1 other source more.jsonl June 20241 paper in common"
    )


def test_sources_come_latest_first_and_files_of_one_name_are_told_apart(site: Site) -> None:
    entrances = [a for a in tree(site, "sources/").all("a") if "nav" not in a.parents]
    assert texts(entrances) == [
        "more.jsonl",
        "papers/mail.txt",
        "other/mail.txt",
        "papers/mail.txt",
    ]
    assert len({a["href"] for a in entrances}) == 4


def test_a_folder_of_the_users_is_not_published() -> None:
    far = paper("Far", listings=(listing("/home/someone/secret/list.txt", 1),))
    page = tree(site_of(catalog_of([far])), "sources/")
    assert "someone" not in page.text


def test_sources_whose_names_differ_in_signs_only_get_addresses_of_their_own() -> None:
    papers = [
        paper(f"P{n}", listings=(listing(path, 1),))
        for n, path in enumerate(["a/x y.txt", "a/x_y.txt", "a/x-y.bib", "a/z.txt"])
    ]
    site = site_of(catalog_of(papers))
    hrefs = [a["href"] for a in tree(site, "sources/").all("a")]
    assert len(set(hrefs)) == 4 and "../sources/z/" in hrefs


def test_a_paper_listed_twice_in_one_source_stands_there_once() -> None:
    twice = paper("Twice", listings=(listing(line=3), listing(line=9)))
    page = tree(site_of(catalog_of([twice])), "sources/mail/")
    assert texts(page.all("h3")) == ["Twice"]
    assert "1 paper" in page.text


# ---- home -------------------------------------------------------------------------------


def test_the_home_page_tells_what_is_here(site: Site) -> None:
    page = tree(site, "")
    assert page.one("h1").text == "Sun & Shade"
    doors = ["Browse all papers", "Topics", "Cloud", "Map", "Timeline", "A to Z", "My list"]
    links = texts(page.all("a"))
    assert links[:7] == doors
    assert links[7:10] == ["5 papers", "4 topics", "4 sources"]
    assert texts(page.all("button")) == ["Search titles and abstracts /"]
    assert texts(page.all("h3"))[:3] == ["Compression & speed", "Sequence models", "Other topics"]
    assert texts(page.all("h3"))[3:] == [
        "Attention to pruning", "Bits and weights", "Thin nets with xx2", "3D sundials",
        "A sundial in the dark",
    ]  # fmt: skip
    assert texts(page.all("a", cls="ps-chip"))[:2] == ["Pruning 3", "Quantization 2"]


def test_a_collection_without_topics_has_a_home_page_too() -> None:
    page = tree(site_of(catalog_of([paper("Alone")])), "")
    assert texts(page.all("h2")) == ["New since your last visit", "Latest papers"]
    assert "hidden" in page.one("section", cls="ps-news").attributes


def test_counts_of_one_are_spoken_of_in_the_singular() -> None:
    site = site_of(catalog_of([paper("Alone")], {"Alone": ["attention"]}))
    assert squeeze(tree(site, "topics/").one("p", cls="ps-lead").text).startswith(
        "1 topic · 1 area · "
    )
    assert meta(site, "topics/attention/")["description"] == "1 paper."
    assert "1 paper by title." in tree(site, "a-z/").text


def test_a_topic_that_is_not_in_the_catalog_is_passed_over() -> None:
    catalog = small_catalog()
    topics = replace(catalog.topics, topics={"pruning": TOPICS["pruning"]})
    site = site_of(replace(catalog, topics=topics))
    assert texts(tree(site, FULL).all("a", cls="ps-chip")) == ["Pruning"]


def test_dates_of_papers_that_have_none_come_from_their_listings() -> None:
    catalog = catalog_of([full_paper(), paper("New", listings=(listing(date=Date(2025)),))])
    assert texts(tree(site_of(catalog), "").all("h3"))[:2] == ["New", "Thin nets with xx2"]
