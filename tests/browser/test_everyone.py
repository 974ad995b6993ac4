"""axe-core over every kind of page: what can be told by machine of WCAG 2.2 A and AA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page
from test_look import KINDS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = {"light": (1280, 900), "dark": (390, 844)}  # each rule sees both widths, both colours


def cite(page: Page) -> None:
    page.locator(".ps-do-cite").click()


def search(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("pruning")
    page.locator(".md-search-result__item").first.wait_for()


def keep(page: Page) -> None:
    page.locator(".ps-list-offer .ps-button").first.click()
    page.locator(".ps-list-empty").wait_for(state="hidden")


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def drawer(page: Page) -> None:
    if page.locator(".ps-browse-drawer").is_visible():
        page.locator(".ps-browse-drawer").click()


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    **{name: (address, lambda page: None) for name, address in KINDS.items()},
    "browse, as a table": ("browse/?view=table", drawer),
    "all unfolded": (KINDS["crowded paper"], unfold),
    "citations": (KINDS["paper"], cite),
    "search": ("", search),
    "kept list": (KINDS["list of a link"], keep),
    "empty list": ("reading-list/", lambda page: None),
}


@pytest.fixture(scope="module", params=list(LOOKS))
def seen(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """One page for all kinds, with axe-core in each document before its own policy counts."""
    width, height = LOOKS[request.param]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=request.param,
        reduced_motion="reduce",
    )
    context.add_init_script(path=AXE)
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    """The rules that are broken, each with the first elements that break it."""
    found = page.evaluate(
        "tags => axe.run(document, {resultTypes: ['violations'], runOnly: tags})", RULES
    )
    return [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


@pytest.mark.parametrize("state", STATES)
def test_nothing_stands_in_anybodys_way(seen: Page, address: str, state: str) -> None:
    at, act = STATES[state]
    seen.goto("about:blank")  # a change of the fragment alone would load nothing
    seen.goto(address + at, wait_until="load")
    seen.evaluate("localStorage.clear()")
    act(seen)
    assert violations(seen) == []


def test_what_stands_in_the_way_is_found(seen: Page, address: str) -> None:
    seen.goto(address)
    seen.evaluate("document.querySelector('.ps-page').append(document.createElement('img'))")
    seen.evaluate("document.querySelector('.md-search').removeAttribute('aria-label')")
    assert [one.split(":")[0] for one in violations(seen)] == ["aria-dialog-name", "image-alt"]
