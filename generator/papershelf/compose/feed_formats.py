"""Entries → Atom 1.0 (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from papershelf.prose import is_plain

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


def atom(channel: Channel, entries: Iterable[str]) -> bytes:
    """The feed as an Atom document, in UTF-8; the entries are from `atom_entry`."""
    head = (
        _element("id", channel.self_link),
        _element("title", channel.title),
        _element("subtitle", channel.said) if channel.said else "",
        _element("updated", channel.updated),
        _element("link", rel="self", type="application/atom+xml", href=channel.self_link),
        _element("link", rel="alternate", type="text/html", href=channel.page),
        _author(channel.title),  # holds for entries whose authors are unknown
    )
    start = f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="{ATOM}">'
    return "".join([start, *head, *entries, "</feed>\n"]).encode()


def atom_entry(entry: Entry) -> str:
    """A paper as it stands in every Atom feed."""
    related = (
        _element("link", rel="related", title=kind, href=url, **_PDF if kind == "pdf" else {})
        for kind, url in entry.links
    )
    parts = (
        _element("id", entry.link),
        _element("title", entry.title),
        _element("updated", entry.updated),
        _element("published", entry.updated),
        _element("link", rel="alternate", type="text/html", href=entry.link),
        *related,
        *map(_author, entry.authors),
        *(_element("category", term=topic) for topic in entry.topics),
        _element("summary", entry.abstract, type="html") if entry.abstract else "",
    )
    return f"<entry>{''.join(parts)}</entry>"


_PDF = {"type": "application/pdf"}


def _author(name: str) -> str:
    return f"<author>{_element('name', name)}</author>"


def _element(tag: str, text: str = "", **attributes: str) -> str:
    """An element of text alone. By hand, as a tree takes ten times as long."""
    said = "".join([f' {name}="{_quoted(value)}"' for name, value in attributes.items()])
    inside = _escaped(text)
    return f"<{tag}{said}>{inside}</{tag}>" if inside else f"<{tag}{said} />"


def _escaped(text: str) -> str:
    return escape(_fit(text), quote=False)


def _fit(text: str) -> str:
    """The text without what XML has no form for, none of which can be printed."""
    return text if is_plain(text) or text.isprintable() else _NOT_XML.sub("", text)


_IN_QUOTES = str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _quoted(text: str) -> str:
    return _escaped(text).translate(_IN_QUOTES)


def json_feed(channel: Channel, items: Iterable[str]) -> bytes:
    """The feed as JSON, in UTF-8; the items are from `json_item`."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.page,
        "feed_url": channel.self_link,
        **({"description": channel.said} if channel.said else {}),
    }
    return f'{_json(head)[:-1]},"items":[{",".join(items)}]}}\n'.encode()


def json_item(entry: Entry) -> str:
    """A paper as it stands in every JSON feed."""
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
    return _json({name: value for name, value in found.items() if value})


def _json(value: dict[str, Any]) -> str:
    # Dates and addresses are plain, text may hold half a character: no UTF-8, so it goes.
    return _fit(_encode(value))


_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
