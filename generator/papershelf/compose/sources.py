"""Where the papers come from: a page for every source and date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from papershelf.compose.env import Env, front, root_of, shown_date
from papershelf.compose.facts import spoken
from papershelf.compose.listed import Source
from papershelf.compose.paging import paged
from papershelf.compose.views import Entrance, Pager
from papershelf.model import Catalog
from papershelf.site import Asset, Page


def compose_sources(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`sources/` with all sources, and `sources/<slug>/` with what each of them listed, paged."""
    entrances = [_entrance(source, len(source.ids)) for source in env.sources.all]
    said = f"Where the {len(catalog.collection)} papers come from."
    meta = front("Sources", said, search={"exclude": True})
    yield env.page("sources/", "sources.j2", meta, entrances=entrances, ways=env.ways)
    for source in env.sources.all:
        yield from _pages(source, catalog, env)


def _pages(source: Source, catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    others = env.sources.shared(source, catalog.collection)
    shared = [_entrance(other, count) for other, count in others]
    for address, part, pager in paged(source.ids, source.address, env.settings.page_size):
        yield env.page(
            address,
            "source.j2",
            _meta(source, pager),
            source=_entrance(source, len(source.ids)),
            shared=shared,
            cards=env.cards(part, root_of(address)),
            pager=pager,
        )


def _entrance(source: Source, count: int) -> Entrance:
    return Entrance(source.label, source.address, count, date=shown_date(source.date))


def _meta(source: Source, pager: Pager) -> dict[str, Any]:
    date = spoken(source.date) if source.date else ""
    title = ", ".join(part for part in (source.label, date) if part)
    tail = f", page {pager.number}" if pager.number > 1 else ""
    count = len(source.ids)
    papers = "1 paper" if count == 1 else f"{count} papers"
    return front(f"{title}{tail}", f"{papers} listed in {title}{tail}.", search={"exclude": True})
