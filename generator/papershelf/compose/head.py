"""What stands in a page's head: how it unfolds where its address is pasted, and what else it has.

Open Graph (ogp.me) and the cards of X, which read Open Graph for most of it; and
`rel=alternate` for feeds and other forms of the page. The canonical link is the theme's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from papershelf.model import Settings
from papershelf.prose import escape


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another form of a page, or a feed: its media type, its title, its address in the site."""

    type: str
    title: str
    address: str


EVERYWHERE: tuple[Alternate, ...] = ()
"""The alternates of every page."""


@dataclass(frozen=True, slots=True)
class About:
    """What a head says beside title and description.

    `image` is the address of a picture in the site; `more` final HTML.
    """

    kind: str = "website"
    image: str = ""
    alternates: tuple[Alternate, ...] = EVERYWHERE
    more: str = ""


def head(
    address: str, meta: Mapping[str, Any], settings: Settings, about: About | None = None
) -> str:
    """Final HTML for the head of the page at `address`.

    Title and description are those of the front matter, where they are escaped already. What
    must be a whole web address is left out where the site does not know its own.
    """
    about = about or About()
    lines = [f'<meta {tag}="{name}" content="{said}">' for tag, name, said in
             _cards(address, meta, settings, about) if said]  # fmt: skip
    root = "../" * address.count("/")
    lines += [
        f'<link rel="alternate" type="{one.type}" title="{escape(one.title)}" '
        f'href="{root}{escape(one.address)}">'
        for one in about.alternates
    ]
    return "\n".join([*lines, *filter(None, [about.more])])


def absolute(address: str, settings: Settings) -> str:
    """The web address of what lies at an address of the site; empty when the site's is unknown."""
    site = settings.site_url.rstrip("/")
    return f"{site}/{address}" if site else ""


def _cards(
    address: str, meta: Mapping[str, Any], settings: Settings, about: About
) -> Iterator[tuple[str, str, str]]:
    image = escape(absolute(about.image, settings)) if about.image else ""
    yield "property", "og:type", about.kind
    yield "property", "og:title", meta["title"]
    yield "property", "og:description", meta.get("description", "")
    yield "property", "og:url", escape(absolute(address, settings))
    yield "property", "og:site_name", escape(settings.site_name)
    yield "property", "og:image", image
    yield "name", "twitter:card", "summary_large_image" if image else "summary"
