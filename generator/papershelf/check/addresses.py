"""Which addresses a page holds: those that it loads by itself, and those that a reader follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from papershelf.check.page import Element, Page

LOADING_LINKS = {
    "stylesheet": "style",
    "icon": "img",
    "apple-touch-icon": "img",
    "mask-icon": "img",
    "manifest": "manifest",
    "modulepreload": "script",
    "preload": "",
    "prefetch": "",
    "prerender": "",
    "preconnect": "connect",
    "dns-prefetch": "connect",
}
"""The relations of `link` at which a browser asks a host for something, and for what."""

_SOURCES = {
    "script": "script",
    "img": "img",
    "image": "img",
    "input": "img",
    "iframe": "frame",
    "frame": "frame",
    "embed": "object",
    "audio": "media",
    "video": "media",
    "source": "media",
    "track": "media",
}
_STYLED = re.compile(
    r"""@import\s+(?:url\(\s*)?["']?([^"')\s;]+)|url\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s"']*))""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Load:
    """Something that a browser fetches unasked: its URL, its kind as CSP names it, its element."""

    url: str
    kind: str
    element: Element


def loads(page: Page) -> Iterator[Load]:
    """Everything that opening the page fetches, styles written into it included."""
    for element in page.having("src"):
        yield Load(element.get("src"), _SOURCES.get(element.tag, "default"), element)
    for name in ("srcset", "imagesrcset"):
        for element in page.having(name):
            for url in candidates(element.get(name)):
                yield Load(url, "img", element)
    for name, kind in (("poster", "img"), ("background", "img"), ("data", "object")):
        for element in page.having(name):
            if name != "data" or element.tag == "object":
                yield Load(element.get(name), kind, element)
    yield from _links(page)
    yield from _drawings(page)
    yield from _styles(page)


def _links(page: Page) -> Iterator[Load]:
    for element in page.all("link"):
        for rel in element.get("rel").lower().split():
            if rel in LOADING_LINKS and element.get("href"):
                yield Load(element.get("href"), LOADING_LINKS[rel] or element.get("as"), element)


def _drawings(page: Page) -> Iterator[Load]:
    """SVG fetches images, filters and scripts through `href` as well."""
    for name in ("href", "xlink:href"):
        for element in page.having(name):
            if element.drawn and element.tag not in {"a", "script"}:
                yield Load(element.get(name), "img", element)
            elif element.drawn and element.tag == "script":
                yield Load(element.get(name), "script", element)


def _styles(page: Page) -> Iterator[Load]:
    for element in page.all("style"):
        yield from (Load(url, "img", element) for url in styled(element.text))
    for element in page.having("style"):
        yield from (Load(url, "img", element) for url in styled(element.get("style")))


def styled(css: str) -> list[str]:
    """The URLs that a style sheet fetches: images, fonts, other sheets.

    >>> styled('@import "a.css"; b { background: url(c.png) }')
    ['a.css', 'c.png']
    """
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return [next(filter(None, match.groups()), "") for match in _STYLED.finditer(plain)]


def candidates(srcset: str) -> list[str]:
    """The URLs of a `srcset`.

    >>> candidates("a.png 1x, b.png 2x")
    ['a.png', 'b.png']
    """
    return [part.split()[0] for part in re.split(r",\s+|,$", srcset) if part.split()]


def followed(page: Page) -> Iterator[tuple[str, Element]]:
    """The addresses that a reader or a search engine follows, with their elements."""
    for element in page.having("href"):
        rels = set(element.get("rel").lower().split())
        loaded = element.tag == "link" and rels & LOADING_LINKS.keys()
        drawn = element.drawn and element.tag != "a"
        if not (loaded or drawn or element.tag == "base"):
            yield element.get("href"), element
    for name in ("action", "formaction", "cite"):
        for element in page.having(name):
            yield element.get(name), element
    for element in page.having("xlink:href"):
        if element.tag == "a":
            yield element.get("xlink:href"), element


def goal(page: Page, url: str) -> tuple[str, str]:
    """The file of the site that a URL on a page leads to, and the fragment; empty for neither."""
    try:
        target = page.built.target(url, page.base)
    except ValueError:
        return "", ""
    path = page.built.answer(target.path) if target.path is not None else None
    return path or "", target.fragment
