"""Walks of readers through whole sites of real papers, and what their pages weigh."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from long_tasks import Walk, freezes
from playwright.sync_api import Browser, Page, expect
from shelves import Shelf, kinds_of
from test_csp import Visit, visiting
from test_everyone import PATIENCE, search

from conftest import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.shared]


@pytest.fixture(params=["http", "file"])
def visit(request: pytest.FixtureRequest, chromium: Browser, shelf: Shelf) -> Iterator[Visit]:
    if request.param == "file":
        with visiting(chromium, f"{shelf.site.as_uri()}/") as found:
            yield found
    else:
        with serve(shelf.site) as address, visiting(chromium, address) as found:
            yield found


def test_nothing_breaks_on_any_kind_of_page_and_none_is_wider_than_a_phone(
    visit: Visit, shelf: Shelf
) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    for name, place in kinds_of(shelf.site).items():
        if name == "nowhere" and visit.root.startswith("file:"):
            continue  # a disk has no such page; its links start at the root of a host
        visit.go(place)
        visit.page.wait_for_timeout(100)
        assert visit.wrong == [], name
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, name
        moving = "document.getAnimations().filter(one => one.playState === 'running').length"
        assert visit.page.evaluate(moving) == 0, name


def test_a_reader_chooses_reads_keeps_and_passes_on(
    visit: Visit, shelf: Shelf, chromium: Browser
) -> None:
    page = visit.page
    visit.go("")
    page.get_by_role("link", name="Browse all papers").click()
    page.locator(".ps-facet-values input[type=checkbox]").first.check()
    expect(page).to_have_url(re.compile(r"\?.*topic="))
    chosen, count = page.url, page.locator(".ps-browse-status").inner_text()
    assert 0 < int(count.split()[0].replace(",", "")) < shelf.source.papers
    page.locator(".ps-browse-list a").nth(2).click()
    title = page.locator("h1").inner_text()
    page.get_by_role("button", name="Star", exact=True).click()
    page.locator(".ps-walk [rel=next]").click()  # along the list that was chosen
    page.get_by_role("button", name="Star", exact=True).click()
    page.go_back()
    expect(page.locator("h1")).to_have_text(title)
    page.go_back()
    expect(page).to_have_url(chosen)
    expect(page.locator(".ps-browse-status")).to_have_text(count)
    visit.go("reading-list/")
    expect(page.locator("[data-ps-list] .ps-card-title")).to_have_count(2)
    slugs = [
        re.search("papers/([^/]+)/", str(link.get_attribute("href")))[1]  # type: ignore[index]
        for link in page.locator(".ps-card-title a").all()
    ]
    assert visit.wrong == []
    with visiting(chromium, visit.root) as other:
        other.go("reading-list/#papers=" + ",".join(slugs))
        other.page.get_by_role("button", name="Add 2 papers").click()
        kept = other.page.locator("[data-ps-list] .ps-card-title")
        assert sorted(kept.all_inner_texts()) == sorted(
            page.locator("[data-ps-list] .ps-card-title").all_inner_texts()
        )
        assert other.wrong == []


def test_search_and_map_lead_to_papers(visit: Visit, shelf: Shelf) -> None:
    page = visit.page
    visit.go("cloud/")
    page.keyboard.press("/")
    page.keyboard.type(shelf.source.word)
    page.locator(".md-search-result__item a").first.click(timeout=PATIENCE)
    expect(page.locator("h1")).to_contain_text(shelf.source.title)
    visit.go("map/")
    page.locator("[data-ps-map][data-ready]").wait_for()
    page.locator(".ps-map-search").fill(shelf.source.word)
    expect(page.locator(".ps-map-status")).to_contain_text("1 ")
    assert visit.wrong == []


# Keys alone -------------------------------------------------------------------------------------


FOCUS = """() => {
  const one = document.activeElement;  // the theme shows its switch of colours by a label
  const shown = one.matches('.md-option') ? one.nextElementSibling : one;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const ring = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none';
  return {name: one.tagName + ' ' + (one.ariaLabel || one.textContent).trim().slice(0, 60),
          text: one.textContent.trim(), ring: ring || style.boxShadow !== 'none',
          seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
          body: one === document.body};
}"""


def tab_to(page: Page, text: str, limit: int = 80) -> list[str]:
    """Presses Tab until what has the focus says `text`; the stops, each of them to be seen."""
    stops = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        stops.append(stop["name"])
        assert stop["seen"] and stop["ring"], stop
        if stop["text"] == text:
            return stops
    raise AssertionError(f"no way to {text!r} from {stops}")


def test_keys_alone_lead_from_the_home_page_to_a_citation_and_back(
    chromium: Browser, shelf: Shelf
) -> None:
    with serve(shelf.site) as address, visiting(chromium, address) as visit:
        page = visit.page
        page.set_viewport_size({"width": 1280, "height": 900})
        visit.go("")
        tab_to(page, "Browse all papers")
        page.keyboard.press("Enter")
        page.locator(".ps-browse-list a").first.wait_for()
        first = page.locator(".ps-browse-list a").first.inner_text()
        tab_to(page, first, 120)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(first)
        tab_to(page, "Cite")
        page.keyboard.press("Enter")
        expect(page.locator(".ps-dialog")).to_be_visible()
        inside = "document.activeElement.closest('.ps-dialog, body').className"
        for _ in range(12):  # the focus goes round in the dialog, or out to the browser's own bars
            page.keyboard.press("Tab")
            at = page.evaluate(inside)
            assert "ps-dialog" in at or page.evaluate("document.activeElement === document.body")
        page.keyboard.press("Escape")
        expect(page.locator(".ps-dialog")).to_be_hidden()
        assert page.evaluate(FOCUS)["text"] == "Cite"
        page.go_back()  # the browser's own key
        expect(page.locator("h1")).to_have_text("Browse")
        assert visit.wrong == []


@pytest.mark.parametrize("kind", ["home", "browse", "paper", "topic", "map", "reading list"])
def test_no_page_keeps_the_focus(chromium: Browser, shelf: Shelf, kind: str) -> None:
    with serve(shelf.site) as address, visiting(chromium, address) as visit:
        visit.go(kinds_of(shelf.site)[kind])
        visit.page.evaluate("document.querySelector('.md-footer a').focus()")
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement === document.body"), "past the end"
        visit.page.keyboard.press("Tab")
        expect(visit.page.locator(":focus")).to_have_text("Skip to content")


# Without scripts ---------------------------------------------------------------------------------


@pytest.fixture
def still(chromium: Browser, shelf: Shelf) -> Iterator[Page]:
    """The home page in a browser that runs no scripts."""
    context = chromium.new_context(java_script_enabled=False)
    with serve(shelf.site) as address:
        page = context.new_page()
        page.goto(address)
        yield page
        context.close()


def test_without_scripts_a_reader_gets_from_topic_to_paper_to_paper(still: Page) -> None:
    still.get_by_role("navigation", name="Ways in").get_by_role("link", name="Topics").click()
    still.locator(".ps-topic-list a").first.click()
    still.locator(".ps-card-title a").first.click()
    expect(still.locator(".ps-abstract")).to_be_visible()
    first = still.locator("h1").inner_text()
    still.locator("summary.ps-do-cite").click()
    expect(still.locator(".ps-forms")).to_contain_text("@")
    still.locator(".ps-related a").first.click()
    expect(still.locator("h1")).not_to_have_text(first)


def test_without_scripts_a_title_is_found_by_its_letter(still: Page, shelf: Shelf) -> None:
    still.get_by_role("navigation", name="Ways in").get_by_role("link", name="A to Z").click()
    still.locator(".ps-volume-letter").get_by_text(shelf.source.title[0], exact=True).click()
    title = still.locator(".ps-titles a", has_text=shelf.source.title)
    while not title.count():
        still.get_by_role("link", name="Next →").click()
    title.click()
    expect(still.locator("h1")).to_contain_text(shelf.source.title)


def test_without_scripts_links_lead_to_every_paper(shelf: Shelf) -> None:
    """What stands as a link in the pages that are not papers, followed from the home page on."""
    site = shelf.site
    reached, waiting = {""}, [""]
    while waiting:
        here = waiting.pop()
        text = (site / here / "index.html").read_text("utf-8")
        for href in re.findall(r'<a [^>]*?href="([^"]*)"', text):
            parts = urlsplit(urljoin(f"http://shelf/{here}", urldefrag(href).url))
            address = unquote(parts.path[1:])
            is_new = parts.netloc == "shelf" and address not in reached
            if is_new and (site / address / "index.html").is_file():
                reached.add(address)
                waiting += [] if address.startswith("papers/") else [address]
    papers = {f"papers/{path.parent.name}/" for path in site.glob("papers/*/index.html")}
    assert len(papers) == shelf.source.papers
    assert papers - reached == set()


# Swift -------------------------------------------------------------------------------------------


def test_no_page_keeps_a_reader_waiting(chromium: Browser, shelf: Shelf) -> None:
    def steps(walk: Walk) -> None:
        for name, place in kinds_of(shelf.site).items():
            walk.page.goto(address + place, wait_until="load")
            walk.page.wait_for_timeout(600)
            walk.note(name)
        search(walk.page, shelf.source.word)
        walk.note("search")

    with serve(shelf.site) as address:
        assert freezes(chromium, steps) == {}


# Light -------------------------------------------------------------------------------------------


def test_a_paper_page_is_light(shelf: Shelf) -> None:
    """35 KB, but for what is many: authors, whom each form names anew, and signs of formulas."""
    pages = list(shelf.site.glob("papers/*/index.html"))
    assert {page.parent.name: over for page in pages if (over := weight_over(page))} == {}
    assert sum(page.stat().st_size > LIGHT for page in pages) <= len(pages) / 10


LIGHT, EACH_AUTHOR, FEW = 35 * 1024, 300, 5


def weight_over(page: Path) -> int:
    """By how many bytes a page is heavier than it may be; 0 when it is not."""
    text = page.read_bytes()
    authors = text.count(b'name="citation_author"')
    formulas = sum(map(len, re.findall(rb"<math.*?</math>", text, re.DOTALL)))
    return max(0, len(text) - formulas - LIGHT - EACH_AUTHOR * max(0, authors - FEW))


NEEDED = {
    "assets/images/favicon.svg",
    "assets/javascripts/bundle.js",
    "assets/javascripts/papershelf-paper.js",
    "assets/javascripts/papershelf.js",
    "assets/javascripts/theme/palette.js",
    "assets/javascripts/theme/scope.js",
    "assets/javascripts/workers/search.js",
    "assets/stylesheets/main.css",
    "assets/stylesheets/palette.css",
    "assets/stylesheets/papershelf-paper.css",
    "assets/stylesheets/papershelf.css",
}


def test_a_page_loads_what_it_needs_and_no_more(chromium: Browser, shelf: Shelf) -> None:
    """Ours and the theme's css and js, packed as hosts send them; `docs/paper-pages.md` tells."""
    with serve(shelf.site) as address, visiting(chromium, address) as visit:
        asked: list[str] = []
        visit.page.on("request", lambda request: asked.append(request.url[len(address) :]))
        visit.go(kinds_of(shelf.site)["paper"])
        visit.page.wait_for_timeout(500)
        loaded = asked[1:]
        with visit.page.expect_request("**/search_index.json"):  # when somebody means to search
            visit.page.keyboard.press("/")
    assert {re.sub(r"\.[0-9a-f]{8}\.min", "", name) for name in loaded} == NEEDED
    heavy = [(shelf.site / name).read_bytes() for name in loaded if name.endswith((".css", ".js"))]
    assert sum(len(gzip.compress(text)) for text in heavy) <= 100 * 1024


# Paper -------------------------------------------------------------------------------------------


def test_a_paper_prints_as_a_hand_out(chromium: Browser, shelf: Shelf) -> None:
    with serve(shelf.site) as address, visiting(chromium, address) as visit:
        visit.go(kinds_of(shelf.site)["paper"])
        visit.page.locator(".ps-do-cite").click()
        visit.page.keyboard.press("Escape")
        visit.page.emulate_media(media="print", color_scheme="dark")
        shown = visit.page.locator("body").inner_text()
        title = visit.page.locator("h1").inner_text()
        assert title in shown and title in visit.page.locator(".ps-print-cite").inner_text()
        assert visit.page.locator(".ps-print-address").inner_text().startswith("https://")
        for word in ("Cite", "Copy link", "Star", "Related papers", "Search"):
            assert word not in shown.split("\n"), word
        assert visit.page.get_by_role("button").count() == 0
