"""Text that means harm, in a real browser: nothing runs, and nobody else is asked for anything.

The policy of the pages is switched off here: the escaping alone has to hold.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, Request

from conftest import Quiet
from hostile import FIELDS
from hostile_site import Built, built

__all__ = ["built"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("hostile")]

WATCH = """
window.__hits = [];
window.__hit = (n) => window.__hits.push(n);
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => window.__hits.push(name);
addEventListener("securitypolicyviolation", (e) => window.__hits.push("policy: " + e.blockedURI));
"""
TOUCH = """() => {
  const all = document.querySelectorAll(".ps-page *, .md-search-result *");
  for (const one of [...all].slice(0, 400)) {
    for (const kind of ["mouseover", "mouseenter", "focus", "pointerdown"])
      one.dispatchEvent(new Event(kind, { bubbles: true }));
    if (one.tagName === "DETAILS") one.open = true;
    if (one.focus) one.focus();
  }
  return window.__hits;
}"""


@dataclass
class Watched:
    """A page of the browser, and what went wrong in it."""

    page: Page
    root: str
    foreign: list[str] = field(default_factory=list)

    def visit(self, address: str) -> list[str]:
        """What ran on a page: while it loaded, and when everything in it was touched."""
        self.page.goto(self.root + address, wait_until="load")
        return list(self.page.evaluate(TOUCH))


@pytest.fixture(scope="module")
def watched(built: Built, chromium: Browser) -> Iterator[Watched]:
    handler = functools.partial(Quiet, directory=str(built.site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}/"
        context = chromium.new_context(bypass_csp=True, reduced_motion="reduce")
        context.add_init_script(WATCH)
        shown = Watched(context.new_page(), root)

        def asked(request: Request) -> None:
            if not request.url.startswith((root, "data:", "blob:" + root)):
                shown.foreign.append(request.url)

        context.on("request", asked)
        context.route(lambda url: not url.startswith(root), lambda route: route.abort())
        context.route("**/*.{woff2,png}", lambda route: route.abort())
        yield shown
        context.close()
        server.shutdown()


def chosen(built: Built) -> list[str]:
    """Each shape in three formats and fields, as far as there are so many: over 400 records."""
    seen: dict[str, int] = {}
    names = []
    for name in sorted(built.papers, key=lambda name: name[::-1]):
        shape = built.records[name].shape
        if seen.get(shape, 0) < 3:
            seen[shape] = seen.get(shape, 0) + 1
            names.append(name)
    return names


def test_nothing_runs_on_the_pages_of_papers(built: Built, watched: Watched) -> None:
    names = chosen(built)
    watched.page.route("**/bundle.*.js", lambda route: route.abort())  # it is in the other tests
    assert len(names) > 400
    assert {built.records[name].field for name in names} == {*FIELDS, "url"}
    ran = {name: hits for name in names if (hits := watched.visit(f"{built.addresses[name]}/"))}
    assert not ran
    watched.page.unroute("**/bundle.*.js")
    ran = {
        name: hits for name in names[::9] if (hits := watched.visit(f"{built.addresses[name]}/"))
    }
    assert not ran
    assert not watched.foreign


def test_nothing_runs_where_papers_are_listed(built: Built, watched: Watched) -> None:
    pages = [
        path.parent.relative_to(built.site).as_posix() + "/"
        for path in sorted(built.site.rglob("index.html"))
        if path.parent.parent.name != "papers"
    ]
    pages = [*pages[:: max(1, len(pages) // 40)], ""]
    ran = {page: hits for page in pages if (hits := watched.visit(page))}
    assert not ran
    assert not watched.foreign


@pytest.mark.parametrize(
    "query", ["script", "onerror", "javascript", "evil", "press", "plain title"]
)
def test_nothing_runs_in_the_search(watched: Watched, query: str) -> None:
    watched.visit("")
    page = watched.page
    page.locator("[data-md-component=search-query]").fill(query, force=True)
    page.wait_for_selector(".md-search-result__item", state="attached", timeout=20_000)
    assert page.evaluate(TOUCH) == []
    assert not watched.foreign
