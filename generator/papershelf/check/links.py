"""Links, anchors and the files that pages load: each leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from papershelf.check.addresses import followed, loads
from papershelf.check.built import Built, Target, cleaned, scheme
from papershelf.check.page import Element, Page
from papershelf.check.problems import doubtful, short, wrong
from papershelf.check.summary import Summaries
from papershelf.model import Problem

# Fragments that every browser knows, whatever the page holds.
_EVERYWHERE = {"", "top"}


def check_links(page: Page) -> Iterator[Problem]:
    """Every address of the page that lies in the site is answered by a file of the site."""
    for url, element in followed(page):
        yield from _check(page, url, element, "broken-link")
    for load in loads(page):
        yield from _check(page, load.url, load.element, "broken-resource")


def _check(page: Page, url: str, element: Element, code: str) -> Iterator[Problem]:
    try:
        target = page.built.target(url, page.base)
    except ValueError:
        yield wrong("broken-url", f"no browser can read {short(url)}", page.path, element.line)
        return
    if target.outside:
        hint = f"the site stands at {page.built.root}; write the link relative to its page"
        yield wrong(code, f"{short(url)} leads out of the site", page.path, element.line, hint)
    elif target.path is not None and page.built.answer(target.path) is None:
        yield wrong(
            code, f"nothing answers {short(url)}", page.path, element.line, _near(page, target)
        )
    elif page.path == "404.html" and _depends_on_place(page, url):
        hint = "it is shown at every address that is not there: begin its links with /"
        message = f"{short(url)} on 404.html leads somewhere else from each folder"
        yield doubtful("relative-link", message, page.path, element.line, hint)


def _depends_on_place(page: Page, url: str) -> bool:
    text = cleaned(url)
    free = not text or text.startswith(("/", "\\", "#")) or scheme(text)
    return not free and "base" not in page.tags


def _near(page: Page, target: Target) -> str:
    """The file that was meant where only its case differs: that works on some machines alone."""
    wanted = (target.path or "").casefold().rstrip("/")
    ways = {wanted, f"{wanted}/index.html"}
    found = next((path for path in page.built.files if path.casefold() in ways), "")
    return f"there is {found}, which differs in case" if found else ""


def check_anchors(built: Built, pages: Summaries) -> Iterator[Problem]:
    """Every link into a page finds the id or the named anchor that it asks for."""
    for path, page in pages.items():
        for anchor in page.anchors:
            goal = pages.get(anchor.path)
            wanted = anchor.fragment.split(":~:")[0]
            known = {wanted, unquote(wanted)}
            if goal and wanted.lower() not in _EVERYWHERE and known.isdisjoint(goal.ids):
                message = f'{anchor.path} has no part "{short(anchor.fragment)[1:-1]}"'
                yield wrong("broken-anchor", message, path, anchor.line)


def check_redirects(built: Built, pages: Summaries) -> Iterator[Problem]:
    """A page that sends on sends to a page that is there, at one go, and never in a circle."""
    for path in pages:
        seen = [path]
        while (
            (following := pages[seen[-1]].refresh) and following in pages and following not in seen
        ):
            seen.append(following)
        if following and following in seen:
            yield wrong("redirect-loop", f"sends round: {' → '.join([*seen, following])}", path)
        elif len(seen) > 2:
            hint = f"send to {seen[-1]} at once"
            yield doubtful("redirect-chain", f"sends on {len(seen) - 1} times", path, 0, hint)
