"""The home page: what is here, and the ways in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from papershelf.compose.env import Env, front
from papershelf.compose.topics import shelves_of
from papershelf.compose.views import Shelf
from papershelf.model import Catalog
from papershelf.site import Asset, Page

_LATEST = 8
_BIGGEST = 24
_ON_A_SHELF = 4


def compose_home(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """The page at the root of the site; when there is no paper yet, it tells how to add some."""
    settings = env.settings
    count = len(catalog.collection)
    said = settings.site_description or f"{count} papers, by topic, title, source and search."
    biggest = sorted(env.chips.values(), key=lambda chip: (-chip.count, chip.label.casefold()))
    yield env.page(
        "",
        "home.j2",
        front(settings.site_name, said, search={"exclude": True}),
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
        exports=list(settings.exports) if count else [],
        sources=list(settings.sources),
    )


def _best_of(shelf: Shelf) -> Shelf:
    best = sorted(shelf.chips, key=lambda chip: (-chip.count, chip.label.casefold()))
    return replace(shelf, chips=tuple(best[:_ON_A_SHELF]))
