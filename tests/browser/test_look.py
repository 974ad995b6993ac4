"""What a reader sees, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from catalogs import LONG
from papershelf import identity

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KINDS = {
    "home": "",
    "browse": "browse/",
    "browse, as cards": "browse/?view=cards",
    "list of a link": "reading-list/#papers=mended,gone-paper",
    "paper": "papers/thin-nets-with-xx2/",
    "plain paper": "papers/pruning-by-halves-part-1/",
    "mended paper": "papers/mended/",
    "crowded paper": "papers/crowd/",
    "long title": f"papers/{identity.slug(LONG)}/",
    "departed paper": "papers/gone-paper/",
    "topics": "topics/",
    "topic": "topics/pruning/",
    "second page of a topic": "topics/pruning/2/",
    "cloud": "cloud/",
    "map": "map/",
    "timeline": "timeline/",
    "letters": "a-z/",
    "letter": "a-z/p/",
    "sources": "sources/",
    "source": "sources/mail-03-14/",
    "authors": "authors/",
    "names": "authors/n/",
    "author": "authors/byron-ada/",
    "venues": "venues/",
    "venue": "venues/letters-on-sundials-and-shade/",
    "years": "years/",
    "year": "years/2024/",
    "month": "years/2023/05/",
    "nowhere": "404.html",
}


@dataclass
class Shown:
    """A page of one kind, as loaded once for all tests of it; `wrong` is what should not be."""

    page: Page
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=list(KINDS.values()), ids=list(KINDS))
def shown(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Shown]:
    context = chromium.new_context(color_scheme="light", reduced_motion="reduce")
    found = Shown(context.new_page())

    def ask(request: Request) -> None:
        if not request.url.startswith((address, "data:")):
            found.wrong.append(request.url)

    def say(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.wrong.append(message.text)

    found.page.on("request", ask)
    found.page.on("console", say)
    found.page.on("pageerror", lambda error: found.wrong.append(str(error)))
    found.page.goto(address + request.param, wait_until="load")
    found.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    yield found
    context.close()


def test_nothing_comes_from_elsewhere_and_nothing_breaks(shown: Shown) -> None:
    assert shown.wrong == []
    assert shown.page.locator("h1").count() == 1


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_no_page_is_wider_than_the_screen(shown: Shown, width: int) -> None:
    shown.page.set_viewport_size({"width": width, "height": 800})
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width


CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const poor = [];
  const parts = '.md-header *, .md-tabs *, .ps-page *, .md-footer *';
  const shown = {visibilityProperty: true, opacityProperty: true};
  for (const element of document.querySelectorAll(parts)) {
    const text = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const style = getComputedStyle(element);
    if (!text || !element.checkVisibility(shown)) continue;
    if (element.closest('.md-search__output, .md-header__topic + .md-header__topic')) continue;
    const [a, b] = [light(rgba(style.color)), light(ground(element))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && style.fontWeight >= 600) ? 3 : 4.5;
    const found = (a + 0.05) / (b + 0.05);
    if (found < wanted) poor.push(`${element.className || element.tagName} ${found.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(shown: Shown, scheme: Any) -> None:
    shown.page.set_viewport_size({"width": 1280, "height": 800})
    shown.page.emulate_media(color_scheme=scheme)
    wanted = {"light": "default", "dark": "slate"}[scheme]
    expect(shown.page.locator("body")).to_have_attribute("data-md-color-scheme", wanted)
    assert shown.page.evaluate(CONTRASTS) == []


def scheme_of(page: Page) -> str | None:
    return page.locator("body").get_attribute("data-md-color-scheme")


def test_the_scheme_follows_the_system_until_the_reader_chooses(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(address)
    assert scheme_of(page) == "slate"
    page.get_by_title("Switch to light").click()
    assert scheme_of(page) == "default"
    page.get_by_title("Switch to dark").click()
    page.goto(f"{address}papers/mended/")
    page.emulate_media(color_scheme="light")
    assert scheme_of(page) == "slate"


def test_search_finds_a_paper_and_shows_its_title(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Search titles and abstracts").click()
    page.keyboard.type("kernel")
    result = page.locator(".md-search-result__item").first
    expect(result.locator("h1")).to_have_text("A <kernel> + <model> of 8*16B … 8*16B")
    result.locator("a").first.click()
    expect(page.locator(".ps-title")).to_contain_text("8*16B … 8*16B")
    assert "/papers/a-kernel-plus-model-of-8-16b-8-16b/" in page.url


def test_search_finds_what_stood_there_before_a_repair(page: Page, address: str) -> None:
    page.goto(f"{address}cloud/")
    page.keyboard.press("/")
    page.keyboard.type("4times70 about")
    titles = page.locator(".md-search-result__item h1")
    expect(titles.first).to_be_visible()
    assert "Thin nets with xx²" in titles.all_text_contents()


def test_a_topic_is_found_by_its_name_first(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("sundials")
    expect(page.locator(".md-search-result__item h1").first).to_have_text("Sundials")


def test_text_that_looks_like_code_is_shown_and_not_run(page: Page, address: str) -> None:
    page.goto(f"{address}a-z/a/")
    page.get_by_role("link", name="A <kernel> + <model>").click()
    expect(page.locator(".ps-abstract")).to_have_text("Is {{ this }} *safe*? <b>No.</b>")


def test_the_first_key_offers_a_way_past_the_header(page: Page, address: str) -> None:
    page.goto(f"{address}papers/mended/")
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    expect(link).to_have_text("Skip to content")
    link.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.ps-page') !== null")


def test_paper_gets_a_clean_hand_out(page: Page, address: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{address}papers/thin-nets-with-xx2/")
    for hidden in (".md-header", ".md-tabs", ".md-footer", ".ps-related", ".ps-repairs"):
        expect(page.locator(hidden).first).to_be_hidden()
    shown = page.locator(".ps-print-address")
    expect(shown).to_have_text("https://papershelf.example.org/papers/thin-nets-with-xx2/")
    body = "getComputedStyle(document.body)"
    assert page.evaluate(f"{body}.backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(f"{body}.color") == "rgb(0, 0, 0)"
    after = "getComputedStyle(document.querySelector('.ps-button'), '::after').content"
    assert page.evaluate(after) == '" https://example.org/thin.pdf"'


def test_the_site_can_be_read_without_scripts(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".ps-search")).to_be_hidden()
    page.get_by_role("link", name="Topics", exact=True).first.click()
    page.get_by_role("link", name="Pruning", exact=True).click()
    page.get_by_role("link", name="Next →").click()
    page.locator(".ps-card-title a").first.click()
    expect(page.locator(".ps-abstract")).to_be_visible()
    context.close()


def test_departed_papers_are_kept_from_search_engines(page: Page, address: str) -> None:
    page.goto(f"{address}papers/gone-paper/")
    assert page.locator("meta[name=robots]").get_attribute("content") == "noindex"
    page.goto(f"{address}papers/mended/")
    assert page.locator("meta[name=robots]").count() == 0


def test_the_drawer_opens_on_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{address}papers/mended/")
    page.locator("label.md-header__button[for=__drawer]").click()
    page.get_by_role("navigation").get_by_role("link", name="Cloud").last.click()
    expect(page.locator(".ps-cloud")).to_be_visible()


def test_no_page_carries_a_script_address_or_an_inline_style(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "javascript:" not in text, path
        assert " style=" not in text, path
        assert " onclick=" not in text, path
