"""A page → what the checks of the whole site need to know of it, and no more.

29,000 pages are held at once, so the trees are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from papershelf.check.addresses import goal
from papershelf.check.page import Page, refresh_url
from papershelf.check.policy import stated


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link into a page: which file, which part of it, from which line."""

    path: str
    fragment: str
    line: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept of a page when its tree is gone.

    `refresh` is the file that the page sends on to, empty for none; `policy` its Content Security
    Policy.
    """

    ids: tuple[str, ...]
    anchors: tuple[Anchor, ...]
    refresh: str
    indexable: bool
    policy: str


Summaries = Mapping[str, Summary]


def summarise(page: Page) -> Summary:
    """Everything that other pages' checks may ask of this one."""
    ids = [element.get("id") for element in page.having("id")]
    names = [element.get("name") for element in page.all("a") if "name" in element.attrs]
    return Summary((*ids, *names), _anchors(page), _refresh(page), page.indexable, stated(page))


def _anchors(page: Page) -> tuple[Anchor, ...]:
    found: dict[tuple[str, str], int] = {}
    for element in page.having("href"):
        if "#" in element.get("href"):
            path, fragment = goal(page, element.get("href"))
            if path and fragment:
                found.setdefault((path, fragment), element.line)
    return tuple(Anchor(path, fragment, line) for (path, fragment), line in found.items())


def _refresh(page: Page) -> str:
    url = refresh_url(page.refresh) if page.refresh else ""
    return goal(page, url)[0] if url else ""
