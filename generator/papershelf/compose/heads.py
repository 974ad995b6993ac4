"""What every page's head says, whatever composer it is from: its feeds, and what it unfolds to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from papershelf.compose.env import Env, root_of
from papershelf.compose.feeds import feed_links, feeds
from papershelf.compose.head import About, head
from papershelf.compose.previews import preview_address
from papershelf.prose import escape
from papershelf.site import Page, Sheet


class Heads:
    """Completes the heads of the pages of a site."""

    def __init__(self, env: Env) -> None:
        self._env = env
        # Those of the home stand on every page.
        self._links = lru_cache(64)(self._make_links)

    @cached_property
    def _feeds(self) -> Mapping[str, str]:
        """The addresses of the pages that have feeds → the feeds' titles."""
        return {feed.address: feed.title for feed in feeds(self._env)}

    def completed(self, page: Page) -> Page:
        """The page with its feeds and that of everything in its head.

        One whose composer made no head gets one.
        """
        return page.finished(self._finished)

    def _finished(self, address: str, sheet: Sheet) -> Sheet:
        meta, body = sheet
        own = meta.get("head") or self._head(address, meta)
        links = (self._links(root_of(address), place) for place in dict.fromkeys((address, "")))
        return {**meta, "head": "\n".join(chain([own], *links))}, body

    def _head(self, address: str, meta: Mapping[str, Any]) -> str:
        # Of the pages that come here only topics have an image of their own.
        kind, _, slug = address.rstrip("/").partition("/")
        has_own = kind == "topics" and slug in self._env.catalog.topics.topics
        about = About(image=preview_address(self._env, address if has_own else ""))
        # The home is called "Home" among other pages, and by the site's name everywhere else.
        title = meta["title"] if address else escape(self._env.settings.site_name)
        return head(address, {**meta, "title": title}, self._env.settings, about)

    def _make_links(self, root: str, place: str) -> list[str]:
        """The feeds of the page at a place, for a page from which the site's root is at `root`."""
        return [
            f'<link rel="alternate" type="{link.type}" '
            f'title="{escape(f"{self._feeds[place]} ({link.label})")}" '
            f'href="{root}{escape(link.address)}">'
            for link in (feed_links(place) if place in self._feeds else ())
        ]
