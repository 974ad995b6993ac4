"""Feeds: new papers of the whole shelf, of a topic, of an author, of a venue.

Each is there twice, as Atom 1.0 (`feed.xml`) and as JSON Feed 1.1 (`feed.json`), at the address
of the page that lists the same papers. A reader of feeds has nothing but absolute addresses to
go by, so a site that does not know its own (`site_url`) has no feeds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import NamedTuple

from papershelf.compose import facts
from papershelf.compose.env import Env
from papershelf.compose.exports import permalinks
from papershelf.compose.feed_formats import (
    Channel,
    Entry,
    atom,
    atom_entry,
    json_feed,
    json_item,
)
from papershelf.model import Catalog, Date
from papershelf.site import Asset, Page

FORMATS = {"feed.xml": (atom, atom_entry), "feed.json": (json_feed, json_item)}
"""File → what makes the feed, and what makes an entry of it."""
_ENTRIES_KEPT = 1 << 13  # some 40 MB
_ENTRIES_SHARED = 1 << 9  # the two formats of a feed ask one soon after the other
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
    links = permalinks(env)
    # A paper stands in several feeds: its place among all is found once.
    ranks = {id: rank for rank, id in enumerate(newest(catalog))} if has_feeds(env) else {}
    entry = lru_cache(_ENTRIES_SHARED)(partial(_entry, env, links))
    shown = lru_cache(_ENTRIES_KEPT)(partial(_shown, entry))
    for feed in feeds(env):
        ids = sorted(feed.papers, key=ranks.__getitem__)[: env.settings.feed_papers]
        depends = env.key(feed[:3], [(env.paper_key(id), links[id]) for id in ids], _fallback())
        for name in FORMATS:
            yield env.asset(
                f"{feed.address}{name}", partial(_file, feed, name, ids, shown, env), depends
            )


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


def feeds_beside(address: str, papers: Sequence[str], env: Env) -> list[FeedLink]:
    """The feeds of an author or a venue; none for one of too few papers."""
    return feed_links(address) if has_feeds(env) and _has_feed(address, papers, env) else []


def newest(catalog: Catalog) -> list[str]:
    """All papers, the latest first; of one day by title, as the collection has them."""

    def order(id: str) -> int:
        known = day_of(facts.when(catalog.collection[id]))
        return -known.toordinal() if known else 0

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


_Shown = Callable[[str, str, str], str]


def _file(feed: Feed, name: str, ids: Sequence[str], shown: _Shown, env: Env) -> bytes:
    days = [day_of(facts.when(env.catalog.collection[id])) for id in ids]
    latest = max((day for day in days if day), default=None)
    updated = _stamp(latest) if latest else _fallback()
    settings = env.settings
    root = settings.site_url.rstrip("/") + "/"
    title = f"{feed.title} – {settings.site_name}" if feed.address else settings.site_name
    channel = Channel(title, feed.said, root + feed.address, root + feed.address + name, updated)
    dated = zip(ids, days, strict=True)
    return FORMATS[name][0](channel, [shown(name, id, _stamp(day) if day else updated)
                                      for id, day in dated])  # fmt: skip


def _shown(entry: Callable[[str, str], Entry], name: str, id: str, updated: str) -> str:
    """A paper in a feed: the same in all feeds of a format, and each paper is in half a dozen."""
    return FORMATS[name][1](entry(id, updated))


def _entry(env: Env, links: Mapping[str, str], id: str, updated: str) -> Entry:
    paper, abstract = env.catalog.collection[id], env.catalog.collection[id].abstract
    return Entry(
        paper.title.plain.strip() or "Untitled",
        links[id],
        updated,
        abstract.html() if abstract.plain.strip() else "",
        facts.teaser(abstract.plain),
        tuple(str(author) for author in paper.authors),
        tuple(chip.label for chip in env.chips_of(id)),
        tuple((link.kind, link.url) for link in paper.links),
    )
