"""HTML → what the checks ask of it. The only door to turbohtml.

The tree is the one that a browser builds (WHATWG), so what hides behind a misplaced end tag is
seen; elements in templates and shadow roots count as any other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

import turbohtml

from papershelf.check.built import Built, cleaned

_REFRESH = re.compile(r"\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?([^\"']*)", re.IGNORECASE)


@dataclass(slots=True, eq=False)  # frozen, it takes twice as long to make, 300 to a page
class Element:
    """One element: its tag and attributes in small letters, its line, and where it stands.

    `line` counts from 1; 0 is an element that the parser put in. `drawn` tells that it belongs to
    SVG or MathML.
    """

    tag: str
    attrs: dict[str, str]
    line: int
    drawn: bool
    node: turbohtml.Element

    @property
    def text(self) -> str:
        """All text below it, as it stands in the tree."""
        return self.node.text

    def get(self, name: str) -> str:
        """An attribute; empty when it is not there."""
        return self.attrs.get(name, "")


def elements(html: str, scripting: bool) -> list[Element]:
    """Every element in the order of the page; `scripting` decides how `noscript` is read."""
    tree = turbohtml.parse(html, scripting=scripting, allow_declarative_shadow_roots=False)
    plain = turbohtml.Namespace.HTML
    return [
        Element(
            node.tag.lower(),
            {
                name.lower(): value if type(value) is str else _flat(value)
                for name, value in node.attrs.items()
            },
            node.source_line or 0,
            node.namespace is not plain,
            node,
        )
        for node in tree.iter_elements()
    ]


def _flat(value: str | list[str] | None) -> str:
    """The parser hands over `class` and `rel` as lists, and nothing for a bare attribute."""
    return " ".join(value) if isinstance(value, list) else value or ""


@dataclass(slots=True)
class Page:
    """One page of a site: its path in it, its text, and its elements."""

    path: str
    html: str
    built: Built
    elements: list[Element]
    tags: dict[str, list[Element]] = field(default_factory=lambda: defaultdict(list))
    holders: dict[str, list[Element]] = field(default_factory=lambda: defaultdict(list))
    base: str = ""

    def __post_init__(self) -> None:
        for element in self.elements:
            self.tags[element.tag].append(element)
            for name in element.attrs:
                self.holders[name].append(element)
        self.base = self._base()

    def all(self, *tags: str) -> Iterator[Element]:
        """The elements of these kinds, kind by kind."""
        return (element for tag in tags for element in self.tags.get(tag, ()))

    def having(self, name: str) -> list[Element]:
        """The elements with an attribute."""
        return self.holders.get(name, [])

    def metas(self, name: str) -> list[Element]:
        """The `meta` elements of a name, as Highwire tags and descriptions are written."""
        return [meta for meta in self.all("meta") if meta.get("name").lower() == name]

    def link(self, rel: str) -> Element | None:
        """The first `link` with a relation."""
        return next((e for e in self.all("link") if rel in e.get("rel").lower().split()), None)

    def _base(self) -> str:
        """The address against which the page's links are resolved."""
        own = self.built.url(self.path)
        found = next((e for e in self.all("base") if "href" in e.attrs), None)
        try:
            return urljoin(own, cleaned(found.get("href"))) if found else own
        except ValueError:
            return own

    @property
    def refresh(self) -> Element | None:
        """The `meta` element that sends a reader elsewhere."""
        return next((e for e in self.all("meta") if e.get("http-equiv").lower() == "refresh"), None)

    @property
    def indexable(self) -> bool:
        """Whether the page wants to be found: it neither sends elsewhere nor says `noindex`."""
        robots = " ".join(meta.get("content").lower() for meta in self.metas("robots"))
        return not self.refresh and "noindex" not in robots


def refresh_url(meta: Element) -> str:
    """The URL of a refresh; empty when the page only loads itself anew."""
    match = _REFRESH.match(meta.get("content"))
    return match[1].strip() if match else ""


def parse(path: str, content: bytes, built: Built) -> Page:
    """The bytes of a page → the page. What is no UTF-8 is replaced; `text` reports it."""
    html = content.decode("utf-8-sig", "replace")
    return Page(path, html, built, elements(html, scripting=False))


def scripted(page: Page) -> list[Page]:
    """The page as a browser with scripts on reads it; nothing where that is no different."""
    if "noscript" not in page.tags:
        return []
    return [Page(page.path, page.html, page.built, elements(page.html, scripting=True))]
