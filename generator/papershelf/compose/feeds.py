"""Feeds: new papers of the whole shelf, of a topic, of an author, of a venue.

Each is there twice, as Atom 1.0 (`feed.xml`) and as JSON Feed 1.1 (`feed.json`), at the address
of the page that lists the same papers. A reader of feeds has nothing but absolute addresses to
go by, so a site that does not know its own (`site_url`) has no feeds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import NamedTuple

from papershelf.compose import facts
from papershelf.compose.env import Env
from papershelf.compose.exports import permalinks
from papershelf.compose.feed_formats import Channel, Entry, atom, json_feed
from papershelf.identity import fold
from papershelf.model import Catalog, Date, Paper
from papershelf.site import Asset, Page

FORMATS = {"feed.xml": atom, "feed.json": json_feed}
_KINDS = {"feed.xml": ("Atom", "application/atom+xml"),
          "feed.json": ("JSON Feed", "application/feed+json")}  # fmt: skip


class Feed(NamedTuple):
    """The papers of one page as a feed; `address` is the page's, `papers` are ids."""

    address: str
    title: str
    said: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed as a page names it: `type` is a media type, `address` is from the site's root."""

    label: str
    type: str
    address: str


def compose_feeds(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`feed.xml` and `feed.json` for everything, and beside the pages that `feeds` names."""
    links = permalinks(catalog, env)
    # A paper stands in several feeds: its place among all is found once.
    ranks = {id: rank for rank, id in enumerate(newest(catalog))} if has_feeds(env) else {}
    for feed in feeds(env):
        ids = sorted(feed.papers, key=ranks.__getitem__)[: env.settings.feed_papers]
        papers = [catalog.collection[id] for id in ids]
        addresses = [links[id] for id in ids]
        labels = [tuple(chip.label for chip in env.chips_of(id)) for id in ids]
        entries = list(zip(papers, addresses, labels, strict=True))
        depends = env.key(feed[:3], papers, addresses, labels, _fallback())
        for name in FORMATS:
            make = partial(_file, feed, name, entries, env)
            yield env.asset(f"{feed.address}{name}", make, depends)


def feeds(env: Env) -> Iterator[Feed]:
    """Every feed of the site: all papers, each topic, authors and venues with papers enough."""
    settings, topics = env.settings, env.catalog.topics
    if not has_feeds(env):
        return
    every = tuple(env.catalog.collection.papers)
    yield Feed("", settings.site_name, settings.site_description, every)
    for slug, topic in topics.topics.items():
        said = topic.description or env.say("Papers on %(topic)s.", topic=topic.label)
        yield Feed(f"topics/{slug}/", topic.label, said, topics.papers.get(slug, ()))
    for person in env.people.all:
        if _has_feed(person.address, person.papers, env):
            said = env.say("Papers by %(name)s.", name=person.name)
            yield Feed(person.address, person.name, said, person.papers)
    for venue in env.venues.all:
        if _has_feed(venue.address, venue.papers, env):
            said = env.say("Papers in %(name)s.", name=venue.name)
            yield Feed(venue.address, venue.name, said, venue.papers)


def has_feeds(env: Env) -> bool:
    """Whether the site has any, and so whether each topic has."""
    return bool(env.settings.site_url and env.settings.feed_papers and env.catalog.collection)


def _has_feed(address: str, papers: Sequence[str], env: Env) -> bool:
    return bool(address) and len(papers) >= env.settings.min_feed_papers


def feed_links(address: str) -> list[FeedLink]:
    """The feeds that stand beside the page at this address, if it has any."""
    return [FeedLink(*kind, f"{address}{file}") for file, kind in _KINDS.items()]


def newest(catalog: Catalog) -> list[str]:
    """All papers, the latest first: by date, then by edition, then by title."""

    def order(id: str) -> tuple[int, int, str, str]:
        paper, edition = catalog.collection[id], catalog.editions.get(id, 0)
        known = day_of(facts.when(paper))
        return (-known.toordinal() if known else 0, -edition, fold(paper.title.plain), id)

    return sorted(catalog.collection.papers, key=order)


def day_of(when: Date | None) -> date | None:
    """The day of a date, the first one where only month or year is known; none without a year.

    >>> str(day_of(Date(2024, 3))), day_of(Date(None, 3, 14)), day_of(Date(2023, 2, 30))
    ('2024-03-01', None, None)
    """
    if when is None or when.year is None:
        return None
    try:
        return date(when.year, when.month or 1, when.day or 1 if when.month else 1)
    except ValueError:
        return None


def _fallback() -> str:
    """The time of what has none: never the clock's, so that two builds agree.

    SOURCE_DATE_EPOCH is the convention of reproducible-builds.org: seconds since 1970.
    """
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = int(told) if told.isdecimal() and len(told) <= 11 else 0
    return _stamp(datetime.fromtimestamp(seconds, UTC).date())


def _stamp(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"  # RFC 3339; `strftime` forgets zeros before year 1000


def _file(
    feed: Feed, name: str, entries: Sequence[tuple[Paper, str, Sequence[str]]], env: Env
) -> bytes:
    days = [day_of(facts.when(paper)) for paper, _, _ in entries]
    latest = max((day for day in days if day), default=None)
    updated = _stamp(latest) if latest else _fallback()
    settings = env.settings
    root = settings.site_url.rstrip("/") + "/"
    title = f"{feed.title} – {settings.site_name}" if feed.address else settings.site_name
    channel = Channel(title, feed.said, root + feed.address, root + feed.address + name, updated)
    found = [
        _entry(paper, link, labels, _stamp(day) if day else updated)
        for (paper, link, labels), day in zip(entries, days, strict=True)
    ]
    return FORMATS[name](channel, found)


def _entry(paper: Paper, link: str, labels: Sequence[str], updated: str) -> Entry:
    return Entry(
        paper.title.plain.strip() or "Untitled",
        link,
        updated,
        paper.abstract.html() if paper.abstract.plain.strip() else "",
        facts.teaser(paper.abstract.plain),
        tuple(str(author) for author in paper.authors),
        tuple(labels),
        tuple((link.kind, link.url) for link in paper.links),
    )
