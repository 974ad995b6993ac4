"""The home page: what is here, what is new, and the ways in."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from papershelf.compose.browse import SHARD
from papershelf.compose.env import Env, front
from papershelf.compose.feeds import feed_links, has_feeds
from papershelf.compose.topics import shelves_of
from papershelf.compose.views import Shelf
from papershelf.identity import digest
from papershelf.model import Catalog
from papershelf.site import Asset, Page

_LATEST = 8
_BIGGEST = 24
_ON_A_SHELF = 4
_MARKED = 20_000  # latest papers of which a returning reader may hear: 80 kB of marks
_NAMED = 100  # of these, the latest, are named beside the marks; others in the browse page's data


def compose_home(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """The page at the root of the site; when there is no paper yet, it tells how to add some.

    `assets/data/new.js` is what a browser that was here before tells the new papers by.
    """
    settings = env.settings
    count = len(catalog.collection)
    said = settings.site_description or _said(count, env)
    biggest = sorted(env.chips.values(), key=lambda chip: (-chip.count, chip.label.casefold()))
    news = _news(env)
    yield env.page(
        "",
        "home.j2",
        front(env.say("Home"), said, search={"exclude": True}, part="home"),
        lead=settings.site_description,
        counts={
            "papers": count,
            "topics": len(catalog.topics.topics),
            "sources": len(env.sources.all),
        },
        ways=env.ways,
        shelves=[_best_of(shelf) for shelf in shelves_of(env)],
        biggest=biggest[:_BIGGEST],
        latest=env.cards(env.newest(catalog.collection.papers)[:_LATEST], ""),
        feeds=feed_links("") if has_feeds(env) else [],
        exports=list(settings.exports) if count else [],
        sources=list(settings.sources),
    )
    yield env.data("new", lambda: news, news)


def _said(count: int, env: Env) -> str:
    return env.say_many(
        "%(count)s paper, by topic, title, source and search.",
        "%(count)s papers, by topic, title, source and search.",
        count,
    )


def _best_of(shelf: Shelf) -> Shelf:
    best = sorted(shelf.chips, key=lambda chip: (-chip.count, chip.label.casefold()))
    return replace(shelf, chips=tuple(best[:_ON_A_SHELF]))


def _news(env: Env) -> dict[str, Any]:
    """What a browser needs to tell by itself which papers it has not seen.

    `marks` has four signs a paper, in collection order. Of a larger collection only the latest
    papers have marks; `steps` then leads from each to the next. `papers` names the latest:
    place, slug, title, authors. The `shard` papers of a file of the browse page name the others.
    """
    places = {id: place for place, id in enumerate(env.catalog.collection.papers)}
    latest = env.newest(places)[:_MARKED]
    marked = sorted(latest, key=places.__getitem__)
    return {
        "marks": "".join(mark(env.catalog.slugs[id]) for id in marked),
        "steps": _steps(latest, places) if len(latest) < len(places) else [],
        "shard": SHARD,
        "papers": [(places[id], *_told(id, env)) for id in latest[:_NAMED]],
    }


def mark(slug: str) -> str:
    """Four signs by which a browser knows a paper again.

    They are 24 bits: one new paper in 800 is taken for one of 20,000 that were there before.

    >>> mark("deep-nets")
    'aJEd'
    """
    return urlsafe_b64encode(bytes.fromhex(digest(slug, 6))).decode()


def _steps(latest: Sequence[str], places: Mapping[str, int]) -> list[int]:
    """The steps from marked paper to marked paper, from before the first one on.

    A step below zero leads to one of the oldest tenth. These are no news: they may have slid in
    as later papers left, or came with dates that were mended.
    """
    ages = {places[id]: age for age, id in enumerate(latest)}
    last = len(latest) - len(latest) // 10
    return [
        place - before if ages[place] < last else before - place
        for before, place in pairwise([-1, *sorted(ages)])
    ]


def _told(id: str, env: Env) -> tuple[str, str, str]:
    paper = env.catalog.collection[id]
    return env.catalog.slugs[id], paper.title.plain, env.short_authors(paper.authors)
