"""The home page: what is here, what is new, and the ways in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from papershelf.compose.env import Env, front
from papershelf.compose.feeds import feed_links, has_feeds
from papershelf.compose.topics import shelves_of
from papershelf.compose.views import Shelf
from papershelf.model import Catalog
from papershelf.site import Asset, Page

_LATEST = 8
_BIGGEST = 24
_ON_A_SHELF = 4
_NEWS = 60  # papers of the latest editions that a returning reader is told of by name


def compose_home(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """The page at the root of the site; when there is no paper yet, it tells how to add some.

    `assets/data/new.js` says which papers came with which edition.
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
        newcomers=[env.view(id) for id in _newcomers(env)[:_LATEST]],
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


def _edition(id: str, env: Env) -> int:
    return env.catalog.editions.get(id, 1)


def _newcomers(env: Env) -> list[str]:
    """The papers that came with later editions than the first, the latest edition first."""
    later = [id for id in env.catalog.collection.papers if _edition(id, env) > 1]
    return sorted(env.newest(later), key=lambda id: -_edition(id, env))


def _news(env: Env) -> dict[str, Any]:
    newcomers = _newcomers(env)
    counts = Counter(_edition(id, env) for id in newcomers)
    return {
        "edition": max(counts, default=1),
        "counts": {str(edition): counts[edition] for edition in sorted(counts)},
        "papers": [_told(id, env) for id in newcomers[:_NEWS]],
    }


def _told(id: str, env: Env) -> dict[str, Any]:
    paper = env.catalog.collection[id]
    return {
        "slug": env.catalog.slugs[id],
        "title": paper.title.plain,
        "by": env.short_authors(paper.authors),
        "edition": _edition(id, env),
    }
