"""Entries → Atom 1.0 (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

ATOM = "http://www.w3.org/2005/Atom"

# XML 1.0 has no form for these, not even an escaped one.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself. `page` and `self_link` are absolute, `updated` is RFC 3339."""

    title: str
    said: str
    page: str
    self_link: str
    updated: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper in a feed. `link` is its permalink and its id; `abstract` is HTML.

    `links` are pairs of a kind (`pdf`, `code`, …) and an absolute address.
    """

    title: str
    link: str
    updated: str
    abstract: str
    teaser: str
    authors: tuple[str, ...]
    topics: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


def atom(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """The feed as an Atom document, in UTF-8."""
    feed = Element("feed", xmlns=ATOM)
    _add(feed, "id", channel.self_link)
    _add(feed, "title", channel.title)
    if channel.said:
        _add(feed, "subtitle", channel.said)
    _add(feed, "updated", channel.updated)
    _add(feed, "link", rel="self", type="application/atom+xml", href=channel.self_link)
    _add(feed, "link", rel="alternate", type="text/html", href=channel.page)
    _author(feed, channel.title)  # holds for entries whose authors are unknown
    for entry in entries:
        _atom_entry(SubElement(feed, "entry"), entry)
    body: bytes = tostring(feed, "utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body + b"\n"


def _atom_entry(element: Element, entry: Entry) -> None:
    _add(element, "id", entry.link)
    _add(element, "title", entry.title)
    _add(element, "updated", entry.updated)
    _add(element, "published", entry.updated)
    _add(element, "link", rel="alternate", type="text/html", href=entry.link)
    for kind, url in entry.links:
        more = {"type": "application/pdf"} if kind == "pdf" else {}
        _add(element, "link", rel="related", title=kind, href=url, **more)
    for name in entry.authors:
        _author(element, name)
    for topic in entry.topics:
        _add(element, "category", term=topic)
    if entry.abstract:
        _add(element, "summary", entry.abstract, type="html")


def _author(element: Element, name: str) -> None:
    _add(SubElement(element, "author"), "name", name)


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> None:
    clean = {name: _NOT_XML.sub("", value) for name, value in attributes.items()}
    SubElement(parent, tag, clean).text = _NOT_XML.sub("", text) or None


def json_feed(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """The feed as JSON, in UTF-8."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.page,
        "feed_url": channel.self_link,
        **({"description": channel.said} if channel.said else {}),
        "items": [_item(entry) for entry in entries],
    }
    # Dates and addresses are plain, text may hold half a character: no UTF-8, so it goes.
    text = json.dumps(feed, ensure_ascii=False, separators=(",", ":"))
    return _NOT_XML.sub("", text).encode() + b"\n"


def _item(entry: Entry) -> dict[str, Any]:
    found = {
        "id": entry.link,
        "url": entry.link,
        "external_url": entry.links[0][1] if entry.links else "",
        "title": entry.title,
        "content_html": entry.abstract,
        "content_text": "" if entry.abstract else entry.title,  # one of the two is asked for
        "summary": entry.teaser,
        "date_published": entry.updated,
        "authors": [{"name": name} for name in entry.authors],
        "tags": list(entry.topics),
    }
    return {name: value for name, value in found.items() if value}
