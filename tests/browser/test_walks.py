"""Walks of readers through the site of the five real listings, and what its pages weigh."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from test_csp import Visit, visiting

from conftest import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.shared]

KINDS = {
    "home": "",
    "browse": "browse/",
    "browse, as a table": "browse/?view=table",
    "paper": "papers/*/",
    "topics": "topics/",
    "topic": "topics/*/",
    "cloud": "cloud/",
    "map": "map/",
    "timeline": "timeline/",
    "reading list": "reading-list/",
    "letters": "a-z/",
    "letter": "a-z/*/",
    "sources": "sources/",
    "source": "sources/*/",
    "exports": "exports/",
    "nowhere": "404.html",
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """The site of the listings, made by the command line alone."""
    folder = tmp_path_factory.mktemp("walks")
    for words in (["new", "."], ["build", str(shared / "seeds")]):
        done = subprocess.run(
            [sys.executable, "-m", "papershelf", *words],
            cwd=folder,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(params=["http", "file"])
def visit(request: pytest.FixtureRequest, chromium: Browser, shelf: Path) -> Iterator[Visit]:
    if request.param == "file":
        with visiting(chromium, f"{shelf.as_uri()}/") as found:
            yield found
    else:
        with serve(shelf) as address, visiting(chromium, address) as found:
            yield found


def some(shelf: Path, pattern: str) -> str:
    """The address of the largest page of a kind: it has the most to show."""
    if "*" not in pattern:
        return pattern
    pages = shelf.glob(f"{pattern}index.html")
    largest = max(pages, key=lambda path: (path.stat().st_size, path))
    return f"{largest.parent.relative_to(shelf).as_posix()}/"


def test_nothing_breaks_on_any_kind_of_page_and_none_is_wider_than_a_phone(
    visit: Visit, shelf: Path
) -> None:
    visit.page.set_viewport_size({"width": 360, "height": 740})
    for name, pattern in KINDS.items():
        if name == "nowhere" and visit.root.startswith("file:"):
            continue  # a disk has no such page; its links start at the root of a host
        visit.go(some(shelf, pattern))
        visit.page.wait_for_timeout(100)
        assert visit.wrong == [], name
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360, name
        moving = "document.getAnimations().filter(one => one.playState === 'running').length"
        assert visit.page.evaluate(moving) == 0, name


def test_a_reader_chooses_reads_keeps_and_passes_on(visit: Visit, chromium: Browser) -> None:
    page = visit.page
    visit.go("")
    page.get_by_role("link", name="Browse all papers").click()
    page.locator(".ps-facet-values input[type=checkbox]").first.check()
    expect(page).to_have_url(re.compile(r"\?.*topic="))
    chosen, count = page.url, page.locator(".ps-browse-status").inner_text()
    assert int(count.split()[0]) < 649
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


def test_search_and_map_lead_to_papers(visit: Visit) -> None:
    page = visit.page
    visit.go("cloud/")
    page.keyboard.press("/")
    page.keyboard.type("instatune")
    page.locator(".md-search-result__item a").first.click()
    expect(page.locator("h1")).to_contain_text("InstaTune")
    visit.go("map/")
    page.locator("[data-ps-map][data-ready]").wait_for()
    page.locator(".ps-map-search").fill("instatune")
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
    chromium: Browser, shelf: Path
) -> None:
    with serve(shelf) as address, visiting(chromium, address) as visit:
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
def test_no_page_keeps_the_focus(chromium: Browser, shelf: Path, kind: str) -> None:
    with serve(shelf) as address, visiting(chromium, address) as visit:
        visit.go(some(shelf, KINDS[kind]))
        visit.page.evaluate("document.querySelector('.md-footer a').focus()")
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement === document.body"), "past the end"
        visit.page.keyboard.press("Tab")
        expect(visit.page.locator(":focus")).to_have_text("Skip to content")


# Without scripts ---------------------------------------------------------------------------------


def test_without_scripts_links_lead_to_every_paper(shelf: Path) -> None:
    """What stands as a link in the pages themselves, followed from the home page on."""
    reached, waiting = {""}, [""]
    while waiting:
        here = waiting.pop()
        text = (shelf / here / "index.html").read_text("utf-8")
        for href in re.findall(r'<a [^>]*?href="([^"]*)"', text):
            parts = urlsplit(urljoin(f"http://shelf/{here}", urldefrag(href).url))
            address = unquote(parts.path[1:])
            is_page = parts.netloc == "shelf" and (shelf / address / "index.html").is_file()
            if is_page and address not in reached:
                reached.add(address)
                waiting.append(address)
    papers = {f"papers/{path.parent.name}/" for path in shelf.glob("papers/*/index.html")}
    assert len(papers) > 600
    assert papers - reached == set()


# Light -------------------------------------------------------------------------------------------


def test_a_paper_page_is_light(shelf: Path) -> None:
    sizes = {path.stat().st_size: path for path in shelf.glob("papers/*/index.html")}
    assert max(sizes) <= 35 * 1024, sizes[max(sizes)]


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


def test_a_page_loads_what_it_needs_and_no_more(chromium: Browser, shelf: Path) -> None:
    """Ours and the theme's css and js, packed as hosts send them; `docs/paper-pages.md` tells."""
    with serve(shelf) as address, visiting(chromium, address) as visit:
        asked: list[str] = []
        visit.page.on("request", lambda request: asked.append(request.url[len(address) :]))
        visit.go(some(shelf, KINDS["paper"]))
        visit.page.wait_for_timeout(500)
        loaded = asked[1:]
        with visit.page.expect_request("**/search_index.json"):  # when somebody means to search
            visit.page.keyboard.press("/")
    assert {re.sub(r"\.[0-9a-f]{8}\.min", "", name) for name in loaded} == NEEDED
    heavy = [(shelf / name).read_bytes() for name in loaded if name.endswith((".css", ".js"))]
    assert sum(len(gzip.compress(text)) for text in heavy) <= 100 * 1024


# Paper -------------------------------------------------------------------------------------------


def test_a_paper_prints_as_a_hand_out(chromium: Browser, shelf: Path) -> None:
    with serve(shelf) as address, visiting(chromium, address) as visit:
        visit.go(some(shelf, KINDS["paper"]))
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
