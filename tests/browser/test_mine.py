"""Stars, read marks, notes, the reading list, and what is new, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from long_tasks import AFTER_LOADING, Walk, freezes
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from catalogs import paper, settings
from papershelf.compose import home
from papershelf.compose.env import Env
from papershelf.compose.home import compose_home
from papershelf.model import Catalog, Collection, Origin, Record, Relations, Topics
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


@pytest.fixture
def reader(chromium: Browser) -> Iterator[BrowserContext]:
    """Somebody who was never here."""
    context = chromium.new_context()
    yield context
    context.close()


WHOLE = big_catalog()


def without(count: int) -> Catalog:
    """The shelf before so many of its papers came, some of the first and last by title."""
    ids = list(WHOLE.collection.papers)
    gone = {*ids[: count - count // 2], *ids[len(ids) - count // 2 :]}
    papers = {one.id: one for one in WHOLE.collection if one.id not in gone}
    return replace(WHOLE, collection=Collection(papers))


def visit(reader: BrowserContext, address: str, catalog: Catalog) -> Page:
    """Opens the home page in a new tab, when the news are those of another state of the shelf."""
    [item] = [one for one in compose_home(catalog, Env(catalog, settings(), Report()))
              if one.address == "assets/data/new.js"]  # fmt: skip
    assert isinstance(item, Asset)
    body = item.body

    def fulfil(route: Route) -> None:
        route.fulfill(body=body, content_type="text/javascript")

    reader.unroute_all()
    reader.route("**/assets/data/new.js", fulfil)
    page = reader.new_page()
    page.goto(address, wait_until="networkidle")
    return page


def told(page: Page) -> list[str]:
    """The slugs of the papers that are told of as new, which the heading counts."""
    news = page.locator(".ps-news")
    links = news.locator("li a").all()
    if not news.is_visible():
        assert not links
        return []
    expect(news.locator("h2")).to_have_text(f"{len(links)} new since your last visit")
    return [str(link.get_attribute("href")).split("/")[-2] for link in links]


def new_in(before: Catalog, after: Catalog) -> list[str]:
    """The slugs of papers that came, the latest first."""
    ids = Env(after, settings(), Report()).newest(after.collection.papers)
    return [after.slugs[id] for id in ids if id not in before.collection.papers]


def test_the_home_page_tells_what_is_new_since_the_last_visit(
    reader: BrowserContext, address: str
) -> None:
    before, after = without(3), WHOLE
    page = visit(reader, address, before)
    assert told(page) == []
    page.close()
    page = visit(reader, address, after)
    assert told(page) == new_in(before, after)
    assert len(told(page)) == 3
    page.reload(wait_until="networkidle")  # the same visit
    assert told(page) == new_in(before, after)
    page.locator(".ps-news li a").first.click()
    expect(page.locator("h1")).not_to_be_empty()
    assert "/papers/" in page.url
    page.close()
    assert told(visit(reader, address, after)) == []  # another one


def test_what_comes_during_a_visit_is_told_with_what_was_new_before(
    reader: BrowserContext, address: str
) -> None:
    visit(reader, address, without(5)).close()
    page = visit(reader, address, without(2))
    assert told(page) == new_in(without(5), without(2))
    visit(reader, address, WHOLE).close()  # in another tab, which saw it first
    page.reload(wait_until="networkidle")
    assert told(page) == new_in(without(5), without(2))


def test_a_paper_that_leaves_is_no_news(reader: BrowserContext, address: str) -> None:
    visit(reader, address, WHOLE).close()
    assert told(visit(reader, address, without(4))) == []


def test_papers_that_have_no_name_in_the_news_have_it_from_the_browse_data(
    reader: BrowserContext, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "_NAMED", 2)
    visit(reader, address, without(9)).close()
    page = visit(reader, address, WHOLE)
    found = told(page)
    assert sorted(found) == sorted(new_in(without(9), WHOLE))
    titles = page.locator(".ps-news li a").all_inner_texts()
    names = {WHOLE.slugs[one.id]: one.title.plain for one in WHOLE.collection}
    assert titles == [names[slug] for slug in found]


def test_of_a_large_shelf_what_slides_into_sight_is_no_news(
    reader: BrowserContext, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "_MARKED", 10)
    monkeypatch.setattr(home, "_NAMED", 0)
    latest = Env(WHOLE, settings(), Report()).newest(WHOLE.collection.papers)
    papers = {id: one for id, one in WHOLE.collection.papers.items() if id != latest[0]}
    page = visit(reader, address, WHOLE)
    page.close()
    # One of the latest ten has left, and the eleventh has a mark now.
    page = visit(reader, address, replace(WHOLE, collection=Collection(papers)))
    assert told(page) == []
    page.close()
    page = visit(reader, address, WHOLE)  # and has come again
    assert told(page) == [WHOLE.slugs[latest[0]]]


def test_more_than_a_few_are_shown_when_they_are_asked_for(
    reader: BrowserContext, address: str
) -> None:
    visit(reader, address, without(15)).close()
    page = visit(reader, address, WHOLE)
    news = page.locator(".ps-news")
    expect(news.locator("h2")).to_have_text("15 new since your last visit")
    expect(news.locator("li")).to_have_count(12)
    page.get_by_role("button", name="Show 3 more").click()
    expect(news.locator("li")).to_have_count(15)
    expect(news.get_by_role("button")).to_be_hidden()
    expect(news.locator("li a").nth(12)).to_be_focused()
    assert told(page) == new_in(without(15), WHOLE)


def test_ten_thousand_papers_are_compared_without_a_pause(chromium: Browser, address: str) -> None:
    none = Topics({}, {}, {}, {})
    papers = {one.id: one for one in (paper(f"Paper {n}") for n in range(10_000))}
    slugs = {id: f"paper-{n}" for n, id in enumerate(papers)}
    shelves = [
        Catalog(Collection(dict(islice(papers.items(), count))), none, Relations({}), slugs)
        for count in (9000, 10_000)
    ]

    def steps(walk: Walk) -> None:
        for shelf in shelves:
            visit(
                walk.page.context, "about:blank", shelf
            ).close()  # whose marks are served from now on
            walk.page.goto(address, wait_until="networkidle")
            walk.page.wait_for_timeout(500)
            walk.note(f"{len(shelf.collection)} papers")
        news = walk.page.locator(".ps-news h2")
        expect(news).to_have_text("1,000 new since your last visit")

    assert freezes(chromium, steps, 4, AFTER_LOADING) == {}


def test_a_first_visit_has_no_news(reader: BrowserContext, address: str) -> None:
    assert told(visit(reader, address, WHOLE)) == []


def test_news_that_cannot_be_kept_are_none(reader: BrowserContext, address: str) -> None:
    reader.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    visit(reader, address, without(3)).close()
    assert told(visit(reader, address, WHOLE)) == []


def test_what_former_versions_kept_is_dropped(reader: BrowserContext, address: str) -> None:
    page = visit(reader, address, without(3))
    page.evaluate("localStorage.clear()")
    kept = json.dumps({"keys": "off", "edition": 4})
    page.evaluate("text => localStorage.setItem('papershelf:/:settings', text)", kept)
    page.close()
    page = visit(reader, address, WHOLE)
    assert told(page) == []
    assert page.evaluate("localStorage.getItem('papershelf:/:settings')") == '{"keys":"off"}'


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
