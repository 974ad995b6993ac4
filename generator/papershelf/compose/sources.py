"""Where the papers come from: a page for every source and date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from papershelf.compose.env import Env, front, root_of
from papershelf.compose.listed import Source
from papershelf.compose.paging import paged
from papershelf.compose.views import Entrance, Pager
from papershelf.model import Catalog
from papershelf.site import Asset, Page


def compose_sources(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`sources/` with all sources, and `sources/<slug>/` with what each of them listed, paged."""
    entrances = [_entrance(source, len(source.ids), env) for source in env.sources.all]
    said = env.say_many(
        "Where the paper comes from.",
        "Where the %(count)s papers come from.",
        len(catalog.collection),
    )
    meta = front(env.say("Sources"), said, search={"exclude": True})
    yield env.page("sources/", "sources.j2", meta, entrances=entrances, ways=env.ways)
    for source in env.sources.all:
        yield from _pages(source, catalog, env)


def _pages(source: Source, catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    others = env.sources.shared(source, catalog.collection)
    shared = [_entrance(other, count, env) for other, count in others]
    for address, part, pager in paged(source.ids, source.address, env.settings.page_size):
        yield env.page(
            address,
            "source.j2",
            _meta(source, pager, env),
            source=_entrance(source, len(source.ids), env),
            shared=shared,
            cards=env.cards(part, root_of(address)),
            pager=pager,
        )


def _entrance(source: Source, count: int, env: Env) -> Entrance:
    return Entrance(source.label, source.address, count, date=env.shown_date(source.date))


def _meta(source: Source, pager: Pager, env: Env) -> dict[str, Any]:
    date = env.language.date(source.date) if source.date else ""
    title = ", ".join(part for part in (source.label, date) if part)
    said = env.say_many(
        "%(count)s paper listed in %(source)s.",
        "%(count)s papers listed in %(source)s.",
        len(source.ids),
        source=title,
    )
    return front(env.turned(title, pager), env.told(said, pager), search={"exclude": True})
