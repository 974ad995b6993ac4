"""The pages of venues, and the index of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from papershelf.compose.beside import topics_of, writers_of, years_of
from papershelf.compose.env import Content, Env, front, root_of
from papershelf.compose.feeds import feeds_beside
from papershelf.compose.paging import paged
from papershelf.compose.published import Venue
from papershelf.compose.views import Aside, Named, Pager
from papershelf.model import Catalog
from papershelf.site import Asset, Page

_TITLES = 5


def compose_venues(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`venues/` with all venues, and `venues/<slug>/` for those with papers enough, both paged."""
    every = env.venues.all
    if not every:
        return
    for address, part, pager in paged(every, "venues/", env.settings.page_size, "page-"):
        said = env.say_many(
            "Where the papers appeared: %(count)s venue.",
            "Where the papers appeared: %(count)s venues.",
            len(every),
        )
        title = env.turned(env.say("Venues"), pager)
        yield env.page(
            address,
            "venues.j2",
            front(title, env.told(said, pager), search={"exclude": True}),
            names=[_named(venue, env) for venue in part],
            count=len(every),
            ways=env.ways_but("venues/"),
            pager=pager,
        )
    for venue in every:
        if venue.address:
            yield from _pages(venue, env)


def _pages(venue: Venue, env: Env) -> Iterator[Page | Asset]:
    ids = env.newest(venue.papers)
    every = env.list_key(ids)
    for address, part, pager in paged(ids, venue.address, env.settings.page_size):
        cards = env.cards(part, root_of(address))
        make = partial(_content, venue, ids, cards, pager, env)
        # Only the first page shows more than its own papers.
        depends = venue.name, len(ids), every if pager.number == 1 else b"", cards, pager
        yield env.later(address, "venue.j2", make, depends)


def _content(
    venue: Venue, ids: Sequence[str], cards: Sequence[Markup], pager: Pager, env: Env
) -> Content:
    said = env.say_many(
        "%(count)s paper that appeared in %(venue)s.",
        "%(count)s papers that appeared in %(venue)s.",
        len(ids),
        venue=venue.name,
    )
    more = {"search": {"exclude": True}} if pager.number > 1 else {}
    return front(env.turned(venue.name, pager), env.told(said, pager), **more), {
        "name": venue.name,
        "asides": _asides(ids, env) if pager.number == 1 else [],
        "feeds": feeds_beside(venue.address, venue.papers, env),
        "count": len(ids),
        "cards": cards,
        "pager": pager,
    }


def _asides(ids: Sequence[str], env: Env) -> list[Aside]:
    asides = [
        Aside(env.say("Topics"), chips=topics_of(ids, env)),
        Aside(env.say("Authors"), writers_of(ids, env)),
        Aside(env.say("Years"), years_of(ids, env)),
    ]
    return [aside for aside in asides if aside]


def _named(venue: Venue, env: Env) -> Named:
    few = () if venue.address else env.newest(venue.papers)[:_TITLES]
    return Named(venue.name, venue.address, len(venue.papers), tuple(map(env.view, few)))
