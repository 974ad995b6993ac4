"""The map in a real browser: hands, keys, the state in the address, and the list beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READY = "[data-ps-map][data-ready]"


@pytest.fixture
def shown(page: Page, address: str) -> Page:
    page.goto(address + "map/")
    page.wait_for_selector(READY)
    return page


def spot(page: Page, slug: str) -> tuple[float, float]:
    """Where on the screen a paper stands, by the data of the map; with all in view."""
    found: Any = page.evaluate(
        """async slug => {
          const part = await papershelf.load('map/0');
          const at = part.slug.indexOf(slug), canvas = document.querySelector('.ps-map-canvas');
          canvas.scrollIntoView({block: 'center'});
          const box = canvas.getBoundingClientRect();
          const scale = Math.min(box.width, box.height) / 4096;
          return [box.left + box.width / 2 + (part.x[at] - 2048) * scale,
                  box.top + box.height / 2 + (part.y[at] - 2048) * scale];
        }""",
        slug,
    )
    return found[0], found[1]


def colours(page: Page) -> int:
    """How many pixels of the canvas are not empty."""
    counted: int = page.evaluate(
        """() => { const c = document.querySelector('.ps-map-canvas');
          const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; }"""
    )
    return counted


def test_points_and_names_are_drawn(shown: Page) -> None:
    assert colours(shown) > 500
    assert int(shown.locator("[data-ps-map]").get_attribute("data-labels") or 0) > 0


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_picture_is_as_fine_as_the_screen(chromium: Browser, address: str, ratio: int) -> None:
    context = chromium.new_context(device_scale_factor=ratio)
    page = context.new_page()
    page.goto(address + "map/")
    page.wait_for_selector(READY)
    shown = page.evaluate(
        "[...document.querySelectorAll('canvas')].map(c => c.width / c.clientWidth)"
    )
    assert shown[0] == pytest.approx(ratio, abs=0.01)
    context.close()


def test_a_point_tells_its_paper_and_a_click_opens_it(shown: Page) -> None:
    x, y = spot(shown, "crowd")
    shown.mouse.move(x, y)
    expect(shown.locator(".ps-map-card a")).to_have_text("Crowd")
    expect(shown.locator(".ps-map-topics")).to_contain_text("Pruning")
    shown.mouse.click(x, y)
    shown.wait_for_url("**/papers/crowd/")


def test_dragging_moves_and_opens_nothing(shown: Page) -> None:
    x, y = spot(shown, "crowd")
    shown.mouse.move(x, y)
    shown.mouse.down()
    shown.mouse.move(x + 60, y + 30, steps=4)
    shown.mouse.up()
    shown.wait_for_url(re.compile(r"map/#.*x="))
    assert "/map/" in shown.url


def test_the_map_can_be_walked_with_keys_alone(shown: Page) -> None:
    shown.get_by_label("Find on the map").focus()
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.matches('canvas')")
    for key in ("+", "+", "ArrowRight", "ArrowDown"):
        shown.keyboard.press(key)
    shown.wait_for_url(re.compile(r"#z=2\.56&x=\d+&y=\d+"))
    shown.keyboard.press("0")
    shown.keyboard.press("Enter")
    title = shown.locator(".ps-map-card a")
    expect(title).to_be_visible()
    target = title.get_attribute("href")
    shown.keyboard.press("Enter")
    shown.wait_for_url(str(target))


def test_an_area_can_be_hidden_and_the_address_keeps_it(shown: Page) -> None:
    before = colours(shown)
    area = shown.get_by_role("button", name="Compression & speed")
    expect(area).to_have_attribute("aria-pressed", "true")
    area.click()
    expect(area).to_have_attribute("aria-pressed", "false")
    shown.wait_for_url("**/map/#off=0")
    assert colours(shown) < before
    shown.reload()
    shown.wait_for_selector(READY)
    again = shown.get_by_role("button", name="Compression & speed")
    expect(again).to_have_attribute("aria-pressed", "false")


def test_the_address_brings_back_zoom_paper_and_query(page: Page, address: str) -> None:
    page.goto(address + "map/#z=4.00&x=1000&y=900&p=crowd&q=halves")
    page.wait_for_selector(READY)
    expect(page.locator(".ps-map-card a")).to_have_text("Crowd")
    expect(page.get_by_label("Find on the map")).to_have_value("halves")
    expect(page.get_by_role("status").first).to_have_text("12 matches")
    page.wait_for_timeout(300)
    assert page.url.endswith("#z=4.00&x=1000&y=900&p=crowd&q=halves")


def test_finding_counts_the_matches_and_hides_the_rest_a_little(shown: Page) -> None:
    field = shown.get_by_label("Find on the map")
    field.fill("crowd")
    expect(shown.locator(".ps-map-status")).to_have_text("1 match")
    field.press("Enter")
    shown.wait_for_url(re.compile(r"z=\d.*q=crowd"))


def test_a_tap_shows_the_paper_and_its_link_opens_it(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(address + "map/")
    page.wait_for_selector(READY)
    page.touchscreen.tap(*spot(page, "crowd"))
    title = page.locator(".ps-map-card a")
    expect(title).to_be_visible()
    assert page.url.split("#")[0].endswith("/map/")
    target = str(title.get_attribute("href"))
    title.tap()
    page.wait_for_url(target)
    context.close()


def test_without_a_script_the_list_leads_on(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "map/")
    assert page.locator("canvas").count() == 0
    link = page.locator(".ps-region li li a").first
    expect(link).to_be_visible()
    link.click()
    expect(page.locator(".ps-paper")).to_be_visible()
    context.close()


def test_the_map_is_drawn_from_a_file_too(page: Page, site: Path) -> None:
    page.goto((site / "map" / "index.html").as_uri())
    page.wait_for_selector(READY)
    assert colours(page) > 500
    page.mouse.click(*spot(page, "crowd"))
    page.wait_for_url("file://**/papers/crowd/index.html")


def test_colours_follow_the_scheme(shown: Page) -> None:
    ink = "getComputedStyle(document.querySelector('.ps-map-swatch')).color"
    light = shown.evaluate(ink)
    shown.emulate_media(color_scheme="dark")
    expect(shown.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert shown.evaluate(ink) != light
    assert colours(shown) > 500


def test_a_timeline_wider_than_the_screen_shows_the_latest_columns_first(
    chromium: Browser, address: str
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address + "timeline/")
    seen = page.evaluate(
        "[...document.querySelectorAll('.ps-scroll')]"
        ".map(one => [one.scrollWidth - one.clientWidth, one.scrollLeft])"
    )
    assert seen and all(abs(left - right) <= 1 for left, right in seen)
    assert max(left for left, _ in seen) > 0
    context.close()
