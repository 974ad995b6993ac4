"""The Content-Security-Policy in a real browser: nothing is refused, nothing asked of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, expect
from test_look import KINDS

from small_site import build

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
        path = re.match("[^?#]*", address)[0]  # type: ignore[index]
        file = "" if path.endswith(".html") else "index.html"
        self.page.goto(f"{self.root}{path}{file}{address[len(path) :]}", wait_until="load")


@contextmanager
def visiting(chromium: Browser, root: str) -> Iterator[Visit]:
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


@pytest.fixture(params=["http", "file"])
def visit(
    request: pytest.FixtureRequest, chromium: Browser, address: str, site: Path
) -> Iterator[Visit]:
    root = address if request.param == "http" else f"{site.as_uri()}/"
    with visiting(chromium, root) as found:
        yield found


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


# Other ways to build ----------------------------------------------------------------------------


def test_under_zensical_nothing_is_refused_and_search_works_from_disk(
    chromium: Browser, tmp_path: Path
) -> None:
    site = build(tmp_path, "zensical")
    with visiting(chromium, f"{site.as_uri()}/") as visit:
        for address in ("papers/mended/", "topics/pruning/", "cloud/", ""):
            visit.go(address)
        visit.page.keyboard.press("/")
        visit.page.wait_for_timeout(500)  # its search is not there at once
        visit.page.keyboard.type("crowd", delay=30)
        expect(visit.page.get_by_role("option").first).to_contain_text("Crowd")
        assert visit.wrong == []


def test_comments_ask_nobody_before_a_click_and_are_allowed_after(
    chromium: Browser, tmp_path: Path
) -> None:
    giscus = {"repo": "a/b", "repo_id": "R_1", "category": "C", "category_id": "D_1"}
    site = build(tmp_path, "mkdocs", extra={"giscus": giscus})
    with visiting(chromium, f"{site.as_uri()}/") as visit:
        visit.go("cloud/")
        assert visit.page.get_by_role("button", name="Show comments").count() == 0
        asked: list[str] = []

        def answer(route: Route) -> None:
            asked.append(route.request.url)
            text = """const at = document.currentScript.dataset;
              const frame = document.createElement("iframe");
              frame.src = "https://giscus.app/widget?" + at.repo + at.categoryId + at.theme;
              document.currentScript.after(frame);"""
            kind = "text/javascript" if route.request.url.endswith(".js") else "text/html"
            body = text if kind == "text/javascript" else "<p>hello</p>"
            headers = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(body=body, content_type=kind, headers=headers)

        visit.page.context.route("https://giscus.app/**", answer)
        visit.go("papers/mended/")
        assert visit.wrong == []
        visit.page.get_by_role("button", name="Show comments").click()
        expect(visit.page.frame_locator(".ps-comments iframe").get_by_text("hello")).to_be_visible()
        assert asked == ["https://giscus.app/client.js", "https://giscus.app/widget?a/bD_1light"]
        assert visit.wrong == asked  # and nothing was refused
