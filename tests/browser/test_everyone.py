"""axe-core over every kind of page: what can be told by machine of WCAG 2.2 A and AA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page
from shelves import Shelf, kinds_of
from test_csp import visiting
from test_look import KINDS

from conftest import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE = 200_000
"""ms for the first search of 10,000 papers, which the theme reads anew on each page."""

LOOKS = {"light": (1280, 900), "dark": (360, 800)}  # each rule sees both widths, both colours


def cite(page: Page) -> None:
    page.locator(".ps-do-cite").click()


def search(page: Page, word: str = "pruning") -> None:
    page.keyboard.press("/")
    page.keyboard.type(word)
    page.locator(".md-search-result__item").first.wait_for(timeout=PATIENCE)


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


@pytest.mark.shared
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_kind_of_page_of_a_whole_site_stands_in_anybodys_way(
    chromium: Browser, shelf: Shelf, scheme: Literal["light", "dark"], width: int
) -> None:
    places = kinds_of(shelf.site)
    states: dict[str, tuple[str, Callable[[Page], None]]] = {
        **{name: (place, lambda page: None) for name, place in places.items()},
        "citations": (places["paper"], cite),
        "search": ("", lambda page: search(page, shelf.source.word)),
    }
    found = {}
    with serve(shelf.site) as address, visiting(chromium, address) as visit:
        visit.page.set_viewport_size({"width": width, "height": 800})
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.add_init_script(path=AXE)
        for name, (place, act) in states.items():
            visit.go(place)
            act(visit.page)
            found[name] = violations(visit.page) + visit.wrong
            visit.wrong.clear()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_what_stands_in_the_way_is_found(seen: Page, address: str) -> None:
    seen.goto(address)
    seen.evaluate("document.querySelector('.ps-page').append(document.createElement('img'))")
    seen.evaluate("document.querySelector('.md-search').removeAttribute('aria-label')")
    assert [one.split(":")[0] for one in violations(seen)] == ["aria-dialog-name", "image-alt"]
