"""The pages of years and months, and the index of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from papershelf.compose.beside import topics_of
from papershelf.compose.dated import Period
from papershelf.compose.env import Content, Env, front, root_of
from papershelf.compose.language import noted
from papershelf.compose.paging import paged
from papershelf.compose.views import Aside, Entrance, Volume
from papershelf.model import Catalog, Date
from papershelf.site import Asset, Page

_NEAR = 4  # years shown on either side; all of them on every page would be their square


def compose_years(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`years/`, `years/2024/` and `years/2024/05/`, all paged, where years are known."""
    every = list(env.years.values())
    if not every:
        return
    for address, part, pager in paged(every, "years/", env.settings.page_size, "page-"):
        volumes = [Volume(_entrance(year, env), _entrances(year.months, env)) for year in part]
        said = env.told(env.say("The papers by year."), pager)
        meta = front(env.turned(env.say("Years"), pager), said, search={"exclude": True})
        ways = env.ways_but("years/")
        yield env.page(address, "years.j2", meta, volumes=volumes, ways=ways, pager=pager)
    for place, year in enumerate(every):
        near = every[max(0, place - _NEAR) : place + _NEAR + 1]
        yield from _pages(year, near[::-1], Entrance(env.say("Years"), "years/"), env)
        for month in year.months:
            yield from _pages(month, year.months, _entrance(year, env), env)


def _pages(
    period: Period, near: Sequence[Period], above: Entrance, env: Env
) -> Iterator[Page | Asset]:
    ids = env.newest(period.papers)
    values = {
        "label": env.language.date(period.date),
        "above": above,
        "near": _entrances(near, env) if len(near) > 1 else [],
        "current": _entrance(period, env).label,
        "count": len(ids),
    }
    key = env.list_key(ids)
    for address, part, pager in paged(ids, period.address, env.settings.page_size, "page-"):
        shown = {**values, "cards": env.cards(part, root_of(address)), "pager": pager}
        make = partial(_content, period, ids, shown, env)
        # Only the first page shows more than its own papers.
        beside = (_entrances(period.months, env), key) if pager.number == 1 else ()
        yield env.later(address, "year.j2", make, shown, beside)


def _content(period: Period, ids: Sequence[str], values: Mapping[str, Any], env: Env) -> Content:
    label, pager = values["label"], values["pager"]
    forms = noted("%(count)s paper of %(time)s.", "%(count)s papers of %(time)s.")
    said = env.told(env.say_many(*forms, len(ids), time=label), pager)
    meta = front(env.turned(label, pager), said, search={"exclude": True})
    return meta, {**values, "asides": _asides(period, ids, env) if pager.number == 1 else []}


def _asides(period: Period, ids: Sequence[str], env: Env) -> list[Aside]:
    asides = [
        Aside(env.say("Months"), _entrances(period.months, env)),
        Aside(env.say("Topics"), chips=topics_of(ids, env)),
    ]
    return [aside for aside in asides if aside]


def _entrance(period: Period, env: Env) -> Entrance:
    """A year by its number, a month by its name."""
    date = period.date
    label = env.language.date(Date(None, date.month) if date.month else date)
    return Entrance(label, period.address, len(period.papers))


def _entrances(periods: Sequence[Period], env: Env) -> list[Entrance]:
    return [_entrance(period, env) for period in periods]
