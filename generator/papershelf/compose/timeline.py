"""The timeline: the papers over time, and area by area."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from papershelf.compose.env import Env, front
from papershelf.compose.kinship import first_area
from papershelf.compose.language import noted, term
from papershelf.compose.spans import Chart, Scale, scales, stacked
from papershelf.compose.topics import shelves_of
from papershelf.compose.views import Shelf
from papershelf.model import Catalog, Date
from papershelf.site import Asset, Page


@dataclass(frozen=True, slots=True)
class Row:
    """An area over time: its chart on a height of its own."""

    area: Shelf
    chart: Chart
    count: int


@dataclass(frozen=True, slots=True)
class Period:
    """A chart of the timeline page, with what stands around it."""

    title: str
    chart: Chart
    rows: tuple[Row, ...]
    count: int


_TITLES = {
    "decade": term("By decade"),
    "year": term("By year"),
    "month": term("By month"),
    "day": term("By day"),
}


def compose_timeline(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`timeline/`: the papers over time, and area by area."""
    areas = _areas(catalog, env)
    periods = [_period(scale, areas, env) for scale in scales(catalog, env.language)]
    dated = sum(period.count for period in periods)
    forms = noted("%(count)s paper over time.", "%(count)s papers over time.")
    said = env.say_many(*forms, dated)
    meta = front(env.say("Timeline"), said, search={"exclude": True}, part="timeline")
    undated = len(catalog.collection) - dated
    yield env.page("timeline/", "timeline.j2", meta, periods=periods, undated=undated)


def _areas(catalog: Catalog, env: Env) -> list[tuple[Shelf, frozenset[str]]]:
    """The areas with the papers whose first topic is theirs, so that each paper counts once."""
    found: dict[str, set[str]] = defaultdict(set)
    for id in catalog.collection.papers:
        found[first_area(id, catalog)].add(id)
    shelves = [*shelves_of(env), Shelf("", env.say("No topic"), 0, 0, ())]
    return [(shelf, frozenset(found[shelf.slug])) for shelf in shelves if found[shelf.slug]]


def _period(scale: Scale, areas: Sequence[tuple[Shelf, frozenset[str]]], env: Env) -> Period:
    whole = scale.chart(scale.of)
    count = [
        (area.hue, Counter(scale.of[id] for id in ids if id in scale.of)) for area, ids in areas
    ]
    most = max(column.count for column in whole.columns)
    columns = tuple(
        replace(
            column,
            address=column.address or _day_address(key, scale, env),
            pieces=stacked([(hue, by[key]) for hue, by in count], most),
        )
        for key, column in zip(scale.keys, whole.columns, strict=True)
    )
    rows = [Row(area, scale.chart(ids), sum(id in scale.of for id in ids)) for area, ids in areas]
    shown = tuple(row for row in rows if row.count)
    title = env.say(_TITLES[scale.unit])
    return Period(title, replace(whole, columns=columns), shown, len(scale.of))


def _day_address(key: tuple[int, ...], scale: Scale, env: Env) -> str:
    """The page of the source of a day without a year, or that of all where there are several."""
    if scale.unit != "day" or len(key) < 2:
        return ""
    found = [source.address for source in env.sources.all if source.date == Date(None, *key)]
    return found[0] if len(found) == 1 else "sources/" if found else ""
