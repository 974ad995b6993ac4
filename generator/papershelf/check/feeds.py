"""Feeds: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1, well formed, with links that lead on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from papershelf.check.built import Built
from papershelf.check.problems import doubtful, short, wrong
from papershelf.check.summary import Summaries
from papershelf.model import Problem

ATOM = "{http://www.w3.org/2005/Atom}"

# Declarations let a few lines unfold without end; neither a feed nor a sitemap has any. Drawing
# programs name the type of an SVG file, which nobody fetches and which declares nothing by itself.
_DECLARES = re.compile(rb"<!(DOCTYPE(?!\s+svg\s[^\[<>]*>)|ENTITY)", re.IGNORECASE)


def read_xml(content: bytes) -> Element:
    """Bytes → the root of their XML.

    Raises:
        ValueError: it is not well formed, or declares entities; the message says where.
    """
    if _DECLARES.search(content):
        raise ValueError("it declares a document type, which nobody should have to follow")
    try:
        return ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ValueError(str(error)) from None


def check_feeds(built: Built, pages: Summaries) -> Iterator[Problem]:
    """Each feed of the site can be read, names itself, and leads to pages that are there."""
    for path in built.files:
        if path.endswith((".xml", ".atom", ".rss")):
            content = built.read(path)
            if re.search(rb"<(?:\w+:)?(feed|rss|RDF)[\s>]", content[:2000]):
                yield from _xml(built, path, content)
        elif path.endswith(".json") and b"jsonfeed.org/version" in (content := built.read(path)):
            yield from _json(built, path, content)


def _xml(built: Built, path: str, content: bytes) -> Iterator[Problem]:
    try:
        root = read_xml(content)
    except ValueError:
        return  # `text` reports it, as of every XML file
    parts = _atom(root) if root.tag == f"{ATOM}feed" else _rss(root)
    for where, missing, links in parts:
        for name in missing:
            yield wrong("bad-feed", f"{where} has no {name}", path)
        yield from _resolve(built, path, links)
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    if len(ids) != len(set(ids)):
        yield wrong("bad-feed", "two entries with one id", path)


Part = tuple[str, list[str], list[str]]


def _atom(root: Element) -> Iterator[Part]:
    for part in (root, *root.iter(f"{ATOM}entry")):
        needed = ("id", "title", "updated")
        missing = [name for name in needed if not (part.findtext(f"{ATOM}{name}") or "").strip()]
        links = [link.get("href") or "" for link in part.findall(f"{ATOM}link")]
        yield f"<{part.tag.removeprefix(ATOM)}>", missing, links


def _rss(root: Element) -> Iterator[Part]:
    for channel in root.iter("channel"):
        needed = ("title", "link", "description")
        missing = [name for name in needed if channel.find(name) is None]
        yield "<channel>", missing, [channel.findtext("link") or ""]
    for item in root.iter("item"):
        named = item.findtext("title") or item.findtext("description")
        yield "<item>", [] if named else ["title or description"], [item.findtext("link") or ""]


def _json(built: Built, path: str, content: bytes) -> Iterator[Problem]:
    try:
        feed: Any = json.loads(content)
    except (ValueError, RecursionError):
        return  # `text` reports it, as of every JSON file
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        yield wrong("bad-feed", "a JSON Feed is an object with a list of items", path)
        return
    if not feed.get("title"):
        yield wrong("bad-feed", "the feed has no title", path)
    items = [item for item in feed["items"] if isinstance(item, dict)]
    for item in items:
        if not item.get("id"):
            yield wrong("bad-feed", "an item has no id", path)
        elif not (item.get("content_html") or item.get("content_text")):
            yield wrong("bad-feed", f"item {short(str(item['id']))} has no content", path)
    links = [feed.get("home_page_url"), feed.get("feed_url"), *(item.get("url") for item in items)]
    yield from _resolve(built, path, [link for link in links if isinstance(link, str)])


def _resolve(built: Built, path: str, links: list[str]) -> Iterator[Problem]:
    for link in filter(None, links):
        try:
            target = built.target(link, built.url(path))
        except ValueError:
            yield wrong("bad-feed", f"no program can read {short(link)}", path)
            continue
        if target.path is not None and built.answer(target.path) is None:
            yield wrong("broken-link", f"nothing answers {short(link)}", path)
        elif built.address and "//" not in link and target.scheme != "mailto":
            message = f"{short(link)} is no whole address, and a feed is read elsewhere"
            yield doubtful("bad-feed", message, path)
