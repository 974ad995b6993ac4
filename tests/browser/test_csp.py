"""The Content-Security-Policy in a real browser: nothing is refused, nothing asked of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from test_look import KINDS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LISTEN = """document.addEventListener("securitypolicyviolation", event =>
  console.error("refused: " + event.violatedDirective + " " + event.blockedURI))"""


@dataclass
class Visit:
    """A reader's browser; `wrong` is what the policy refused and what was asked of others."""

    page: Page
    root: str
    wrong: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Loads a page; a folder on the disk has to be named in full."""
        whole = address or "index.html"
        whole += "index.html" if whole.endswith("/") else ""
        self.page.goto(self.root + whole, wait_until="load")


@pytest.fixture(params=["http", "file"])
def visit(
    request: pytest.FixtureRequest, chromium: Browser, address: str, site: Path
) -> Iterator[Visit]:
    root = address if request.param == "http" else f"{site.as_uri()}/"
    context = chromium.new_context(color_scheme="light", reduced_motion="reduce")
    found = Visit(context.new_page(), root)

    def say(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.wrong.append(message.text)

    def ask(request: Request) -> None:
        if not request.url.startswith((root, "data:")):
            found.wrong.append(request.url)

    found.page.add_init_script(LISTEN)
    found.page.on("console", say)
    found.page.on("pageerror", lambda error: found.wrong.append(str(error)))
    found.page.on("request", ask)
    yield found
    context.close()


def scheme(visit: Visit) -> str | None:
    return visit.page.locator("body").get_attribute("data-md-color-scheme")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_refused_on_any_kind_of_page(visit: Visit, kind: str) -> None:
    if kind == "nowhere" and visit.root.startswith("file:"):
        return  # a disk has no such page; its links start at the root of a host
    visit.go(KINDS[kind])
    for wanted in ("light", "dark"):
        visit.page.emulate_media(color_scheme=wanted)  # type: ignore[arg-type]
        visit.page.wait_for_timeout(50)
    assert visit.wrong == []
    policy = visit.page.locator("meta[http-equiv=Content-Security-Policy]")
    assert "unsafe" not in str(policy.get_attribute("content"))


def test_the_policy_is_in_force(visit: Visit) -> None:
    visit.go("")
    visit.page.evaluate(
        """() => { const one = document.createElement('script');
        one.textContent = 'window.ran = true'; document.head.append(one);
        const two = document.createElement('img');
        two.src = 'https://other.example/x.png'; document.body.append(two); }"""
    )
    visit.page.wait_for_timeout(200)
    assert visit.page.evaluate("window.ran === undefined")
    assert [text for text in visit.wrong if text.startswith("refused: script-src-elem inline")]
    assert [text for text in visit.wrong if text.startswith("refused: img-src")]


def test_the_choice_of_colours_is_kept_from_page_to_page(visit: Visit) -> None:
    visit.go("")
    visit.page.get_by_title("Switch to light").click()
    visit.page.get_by_title("Switch to dark").click()
    assert scheme(visit) == "slate"
    visit.go("papers/mended/")
    assert scheme(visit) == "slate"
    assert visit.wrong == []


def test_search_finds_papers_and_leads_to_them(visit: Visit) -> None:
    visit.go("cloud/")
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("crowd")
    result = visit.page.locator(".md-search-result__item a").first
    expect(result).to_contain_text("Crowd")
    result.click()
    expect(visit.page.locator("h1")).to_have_text("Crowd")
    assert visit.wrong == []


def test_links_lead_to_pages_and_the_way_up_is_offered(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 1280, "height": 500})
    visit.go("")
    visit.page.locator(".md-tabs").get_by_role("link", name="Topics").click()
    expect(visit.page.locator("h1")).to_have_text("Topics")
    visit.go("papers/crowd/")
    visit.page.mouse.wheel(0, 2000)
    visit.page.wait_for_timeout(200)
    visit.page.mouse.wheel(0, -150)
    expect(visit.page.locator(".md-top")).to_be_visible()
    assert visit.wrong == []
