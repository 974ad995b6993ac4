"""Another language, from right to left, as a reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from test_look import KINDS

from conftest import serve
from papershelf.compose.language import language_of
from papershelf.report import Report
from small_site import build, mkdocs_config

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ARABIC = language_of("ar", Path("nowhere"), Report())


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small site in Arabic; its address."""
    theme = {**mkdocs_config()["theme"], "language": "ar"}
    with serve(build(tmp_path_factory.mktemp("arabic"), "mkdocs", theme=theme)) as address:
        yield address


@pytest.fixture(scope="module")
def narrow(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    yield page
    page.close()


@pytest.mark.parametrize("place", list(KINDS.values()), ids=list(KINDS))
def test_no_page_in_arabic_is_wider_than_the_screen(arabic: str, narrow: Page, place: str) -> None:
    wrong: list[str] = []
    narrow.once("pageerror", lambda error: wrong.append(str(error)))
    narrow.goto(arabic + place)
    narrow.wait_for_load_state("networkidle")
    assert narrow.evaluate("[document.documentElement.lang, document.body.dir]") == ["ar", "rtl"]
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 360
    assert not wrong


def test_scripts_speak_the_language_of_the_page(arabic: str, narrow: Page) -> None:
    narrow.goto(f"{arabic}browse/")
    forms = ("%(count)s paper", "%(count)s papers")
    count = int(narrow.locator("[data-ps-browse]").get_attribute("data-count") or 0)
    expect(narrow.locator(".ps-browse-status")).to_have_text(ARABIC.say_many(*forms, count))
    said = narrow.evaluate(
        "[0, 1, 2, 3, 11, 100, 1234].map((n) => papershelf.sayMany('%(count)s paper', '', n))"
    )
    assert said == [ARABIC.say_many(*forms, n) for n in (0, 1, 2, 3, 11, 100, 1234)]


def test_the_navigation_calls_pages_what_they_call_themselves(arabic: str, page: Page) -> None:
    names = ["Home", "Browse", "Topics", "Cloud", "Map", "Timeline", "My list"]
    page.goto(arabic)
    assert page.locator(".md-tabs__link").all_inner_texts() == [ARABIC.say(name) for name in names]
    assert page.title() == mkdocs_config()["site_name"]


def test_what_lies_on_either_side_changes_places(arabic: str, page: Page) -> None:
    """A column of topics stands to the left of the papers; time and the map stay as they are."""
    page.goto(f"{arabic}topics/pruning/")
    beside, papers = page.locator(".ps-companions"), page.locator(".ps-list")
    left, right = beside.bounding_box(), papers.bounding_box()
    assert left and right and left["x"] < right["x"]
    page.goto(f"{arabic}timeline/")
    assert page.locator(".ps-columns").first.evaluate("e => getComputedStyle(e).direction") == "ltr"
    page.goto(f"{arabic}map/")
    assert page.locator(".ps-map-frame").evaluate("e => getComputedStyle(e).direction") == "ltr"


def test_a_title_runs_its_own_way_and_stands_where_the_page_begins(arabic: str, page: Page) -> None:
    page.goto(f"{arabic}a-z/p/")
    title = page.locator(".ps-titles a").first
    assert title.evaluate("e => getComputedStyle(e).direction") == "ltr"
    box, around = title.bounding_box(), page.locator(".ps-titles li").first.bounding_box()
    assert box and around
    assert abs(box["x"] + box["width"] - around["x"] - around["width"]) < 3
