"""Requests to other hosts: opening a page of the site tells nobody else that it was opened."""

from __future__ import annotations

from collections.abc import Iterator

from papershelf.check.addresses import loads, styled
from papershelf.check.built import Built, Target, cleaned
from papershelf.check.page import Page
from papershelf.check.problems import short, wrong
from papershelf.check.summary import Summaries
from papershelf.model import Problem

_HINT = "keep a copy in the site"


def check_requests(page: Page) -> Iterator[Problem]:
    """Scripts, styles, pictures, fonts and frames of the page come from the site itself."""
    for load in loads(page):
        yield from _check(page.built, load.url, page.base, page.path, load.element.line)
    for name in ("action", "formaction"):
        for element in page.having(name):
            if cleaned(element.get(name)).lower().startswith("http:"):
                message = f"a form is sent in the clear to {short(element.get(name))}"
                yield wrong("mixed-content", message, page.path, element.line)


def check_styles(built: Built, pages: Summaries) -> Iterator[Problem]:
    """What style sheets load comes from the site, and is there."""
    for path in built.under(".css"):
        css = built.read(path).decode("utf-8", "replace")
        for url in dict.fromkeys(styled(css)):
            line = css[: css.find(url)].count("\n") + 1
            yield from _check(built, url, built.url(path), path, line)
            target = _target(built, url, built.url(path))
            if target and target.path is not None and built.answer(target.path) is None:
                yield wrong("broken-resource", f"nothing answers {short(url)}", path, line)


def _target(built: Built, url: str, base: str) -> Target | None:
    try:
        return built.target(url, base)
    except ValueError:
        return None


def _check(built: Built, url: str, base: str, path: str, line: int) -> Iterator[Problem]:
    target = _target(built, url, base)
    if target and target.host and not target.outside:
        message = f"fetches {short(url)} from {target.host}"
        yield wrong("foreign-request", message, path, line, _HINT)
    if cleaned(url).lower().startswith("http:"):
        message = f"{short(url)} comes unencrypted; browsers refuse it on an https page"
        yield wrong("mixed-content", message, path, line)
