"""What every page's head says, whatever composer it is from: its feeds, and what it unfolds to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from papershelf.compose.env import Env
from papershelf.compose.feeds import feed_links, feeds
from papershelf.compose.head import About, head
from papershelf.compose.previews import preview_address
from papershelf.prose import escape
from papershelf.site import Page, Sheet


class Heads:
    """Completes the heads of the pages of a site."""

    def __init__(self, env: Env) -> None:
        self._env = env

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
        return {**meta, "head": "\n".join([own, *self._links(address)])}, body

    def _head(self, address: str, meta: Mapping[str, Any]) -> str:
        # Of the pages that come here only topics have an image of their own.
        kind, _, slug = address.rstrip("/").partition("/")
        has_own = kind == "topics" and slug in self._env.catalog.topics.topics
        about = About(image=preview_address(self._env, address if has_own else ""))
        # The home is called "Home" among other pages, and by the site's name everywhere else.
        title = meta["title"] if address else escape(self._env.settings.site_name)
        return head(address, {**meta, "title": title}, self._env.settings, about)

    def _links(self, address: str) -> Iterable[str]:
        root = "../" * address.count("/")
        for place in dict.fromkeys((address, "")):
            for link in feed_links(place) if place in self._feeds else ():
                title = f"{self._feeds[place]} ({link.label})"
                yield (
                    f'<link rel="alternate" type="{link.type}" title="{escape(title)}" '
                    f'href="{root}{escape(link.address)}">'
                )
