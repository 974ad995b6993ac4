"""Stars, read marks, notes, the reading list, and what is new, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from catalogs import site_of
from papershelf.model import Catalog, Origin, Record
from papershelf.read import READERS
from papershelf.report import Report
from papershelf.site import Asset
from small_site import big_catalog

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THIN, CROWD = "thin-nets-with-xx2", "crowd"
PART = "Pruning by halves, part 0"


def star(page: Page, address: str, *slugs: str) -> None:
    for slug in slugs:
        page.goto(f"{address}papers/{slug}/")
        page.get_by_role("button", name="Star", exact=True).click()


def listed(page: Page) -> list[str]:
    return page.locator("[data-ps-list] .ps-card-title").all_inner_texts()


def test_a_star_on_a_card_a_mark_and_a_note_meet_on_the_list(page: Page, address: str) -> None:
    page.goto(f"{address}topics/pruning/")
    page.get_by_role("button", name=f"Star: {PART}").click()
    page.goto(f"{address}papers/pruning-by-halves-part-0/")
    pressed = page.get_by_role("button", name="Star", exact=True)
    expect(pressed).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Read", exact=True).click()
    page.locator("summary", has_text="Note").click()
    page.get_by_label("Private note").fill("<b>mine</b>")
    page.goto(f"{address}reading-list/")
    assert listed(page) == [PART]
    expect(page.get_by_label(f"Note on {PART}")).to_have_value("<b>mine</b>")
    expect(page.get_by_role("button", name=f"Read: {PART}")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_label("Show").select_option("unread")
    assert listed(page) == []


def test_what_is_removed_can_be_had_back(page: Page, address: str) -> None:
    star(page, address, CROWD, THIN)
    page.goto(f"{address}reading-list/")
    before = listed(page)
    page.get_by_role("button", name="Remove: Crowd").click()
    assert listed(page) == ["Thin nets with xx²"]
    page.keyboard.press("Enter")  # the focus is on "Undo"
    assert listed(page) == before


def download(page: Page, format: str) -> str:
    page.get_by_label("Format").select_option(format)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    return Path(waiting.value.path()).read_text("utf-8")


def read(text: str, name: str) -> list[Record]:
    report = Report()
    found = list(READERS[name].read(text, Origin("x", 0, name), report))
    assert report.problems == []
    return found


@pytest.mark.parametrize(("format", "reader"), [("bibtex", "bibtex"), ("ris", "ris")])
def test_a_file_of_the_list_is_read_back(
    page: Page, address: str, format: str, reader: str
) -> None:
    star(page, address, CROWD, THIN)
    page.goto(f"{address}reading-list/")
    thin, crowd = read(download(page, format), reader)
    assert thin.text("doi") == "10.1234/thin" and "Thin nets" in thin.text("title")
    assert crowd.text("title").strip("{}") == "Crowd"


def test_csl_json_and_markdown_hold_the_list(page: Page, address: str) -> None:
    star(page, address, CROWD, THIN)
    page.goto(f"{address}reading-list/")
    page.get_by_label("Note on Crowd").fill("read *again*\n# soon")
    items = json.loads(download(page, "csl"))
    assert [item["title"] for item in items] == ["Thin nets with xx²", "Crowd"]
    assert items[0]["DOI"] == "10.1234/thin"
    assert items[0]["author"][1] == {
        "family": "Gogh", "given": "Vincent", "non-dropping-particle": "van"
    }  # fmt: skip
    text = download(page, "markdown")
    assert f"- [ ] [Crowd]({address}papers/crowd/), Name0 et al\\." not in text
    assert f"- [ ] [Crowd]({address}papers/crowd/)" in text
    assert "  read \\*again\\*\n  \\# soon\n" in text


def test_a_link_carries_the_list_to_another_browser(
    page: Page, address: str, chromium: Browser
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    star(page, address, CROWD, THIN)
    page.goto(f"{address}reading-list/")
    page.get_by_role("button", name="Copy a link").click()
    expect(page.locator(".ps-list-said")).to_contain_text("The link is copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{address}reading-list/#papers={THIN},{CROWD}"

    other = chromium.new_context().new_page()
    star(other, address, "mended")
    other.goto(f"{link},no-such-paper,%3Cb%3E")
    offer = other.locator(".ps-list-offer")
    expect(offer.locator("h2")).to_have_text("This link carries 2 papers")
    expect(offer.locator(".ps-list-unknown")).to_contain_text("no-such-paper, <b>")
    offer.get_by_role("button", name="Add 2 papers").click()
    assert listed(other) == ["Thin nets with xx²", "Crowd", "Mended"]
    assert other.url == f"{address}reading-list/"
    other.goto("about:blank")
    other.goto(link)
    other.get_by_role("button", name="Put them in the place of my list").click()
    assert listed(other) == listed(page)
    other.context.close()


def test_a_paper_that_left_stays_on_the_list_with_its_title(page: Page, address: str) -> None:
    star(page, address, CROWD)
    page.evaluate("papershelf.mine.set('gone-paper', {star: 1, title: 'Gone: a paper'})")
    page.goto(f"{address}reading-list/")
    assert listed(page) == ["Crowd", "Gone: a paper"]
    row = page.locator("[data-slug=gone-paper]")
    expect(row).to_contain_text("No longer on this shelf.")
    assert len(read(download(page, "bibtex"), "bibtex")) == 1
    expect(page.locator(".ps-list-said")).to_have_text("Without 1 paper no longer on this shelf.")


@pytest.mark.parametrize(
    "text", ["{", "[1]", "7", '{"crowd": 3}', "null", '{"crowd": {"star": 1}}']
)
def test_odd_storage_breaks_nothing(page: Page, address: str, text: str) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{address}reading-list/")
    page.evaluate("text => localStorage.setItem('papershelf:/', text)", text)
    star(page, address, THIN)
    page.goto(f"{address}reading-list/")
    assert "Thin nets with xx²" in listed(page)
    assert wrong == []


def test_what_cannot_be_kept_is_said_and_lasts_as_long_as_the_page(
    page: Page, address: str
) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    page.goto(f"{address}papers/crowd/")
    button = page.get_by_role("button", name="Star", exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.locator("summary", has_text="Note").click()
    page.get_by_label("Private note").fill("soon gone")
    expect(page.locator(".ps-mine [role=status]")).to_contain_text("keeps nothing")


def test_shelves_of_one_host_do_not_mix(page: Page, address: str) -> None:
    star(page, address, CROWD)
    assert page.evaluate("Object.keys(localStorage).filter(k => /^papershelf:/.test(k))") == [
        "papershelf:/"
    ]


# ---- new since the last visit ---------------------------------------------------------------


def answer(page: Page, catalog: Catalog) -> None:
    """Serves the news of another state of the shelf."""
    item = site_of(catalog)["assets/data/new.js"]
    assert isinstance(item, Asset)

    def fulfil(route: Route) -> None:
        route.fulfill(body=item.body, content_type="text/javascript")

    page.context.unroute_all()
    page.context.route("**/assets/data/new.js", fulfil)


def states() -> Iterator[Catalog]:
    """The shelf as it was, and with three papers of a later edition."""
    catalog = big_catalog()
    ids = sorted(catalog.collection.papers)
    yield replace(catalog, editions=dict.fromkeys(ids, 1))
    yield replace(catalog, editions={**dict.fromkeys(ids, 1), **dict.fromkeys(ids[:3], 2)})


def test_the_home_page_tells_what_is_new_since_the_last_visit(
    chromium: Browser, address: str
) -> None:
    before, after = states()
    context = chromium.new_context()
    page = context.new_page()
    news = page.locator(".ps-news")
    answer(page, before)
    page.goto(address, wait_until="networkidle")
    expect(news).to_be_hidden()
    page.close()
    page = context.new_page()
    news = page.locator(".ps-news")
    answer(page, after)
    page.goto(address)
    expect(news.locator("h2")).to_have_text("3 new since your last visit")
    assert news.locator("li").count() == 3
    page.reload()  # the same visit
    expect(news.locator("h2")).to_have_text("3 new since your last visit")
    page.close()
    page = context.new_page()  # another one
    page.goto(address, wait_until="networkidle")
    expect(page.locator(".ps-news")).to_be_hidden()
    context.close()


def test_a_first_visit_has_no_news(chromium: Browser, address: str) -> None:
    _, after = states()
    context = chromium.new_context()
    page = context.new_page()
    answer(page, after)
    page.goto(address, wait_until="networkidle")
    expect(page.locator(".ps-news")).to_be_hidden()
    context.close()


# ---- from disk ------------------------------------------------------------------------------


def test_all_of_it_works_from_disk(page: Page, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="Browse all papers").click()
    page.wait_for_selector("[data-state=all]")
    page.get_by_label("Sort").select_option("title")
    page.wait_for_selector("[data-state='?sort=title']")
    page.get_by_role("button", name="Star: Crowd").click()
    page.get_by_role("link", name="Crowd", exact=True).click()
    expect(page.locator(".ps-title")).to_have_text("Crowd")
    pressed = page.get_by_role("button", name="Star", exact=True)
    expect(pressed).to_have_attribute("aria-pressed", "true")
    page.goto((site / "reading-list" / "index.html").as_uri())
    assert listed(page) == ["Crowd"]
    assert len(read(download(page, "bibtex"), "bibtex")) == 1
