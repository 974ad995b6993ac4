"""Papers → columns of time, for the timeline page and the small charts of topics.

What is known of dates decides how they are shown: by decade, year or month where most papers
have a year, by day of the year where they have none. No year is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from papershelf.compose import facts
from papershelf.compose.dated import address_of
from papershelf.compose.language import IN_ENGLISH, Language
from papershelf.model import Catalog, Date

Unit = Literal["decade", "year", "month", "day"]

MOST = 48
"""Columns of a chart; what is earlier stands in one column together."""
_HIGH = 100  # units of a column's height

_Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column: an area's colour, where it begins from above, and how high it is."""

    hue: int
    top: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    """A span of time: what it is called, where it leads (or nothing), how many papers it has.

    `mark` is the short name below the column and `group` the one below that, where it changes;
    `left` is where it begins in a chart, ten units a column.
    """

    label: str
    mark: str
    group: str
    address: str
    count: int
    pieces: tuple[Piece, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns in order of time; `told` says in words what they show."""

    columns: tuple[Column, ...]
    told: str

    @property
    def is_course(self) -> bool:
        """Whether it shows how things went: a single column shows nothing."""
        return sum(column.count > 0 for column in self.columns) > 1


@dataclass(frozen=True, slots=True)
class Scale:
    """Spans of time without a gap, and the span of each dated paper; days are only those known.

    When `lumped`, the first span holds all that is earlier too.
    """

    unit: Unit
    keys: tuple[_Key, ...]
    of: Mapping[str, _Key]
    lumped: bool = False
    language: Language = IN_ENGLISH

    def chart(self, ids: Iterable[str]) -> Chart:
        """Some papers over time, in one colour."""
        count = Counter(self.of[id] for id in ids if id in self.of)
        most = max(count.values(), default=1)
        columns = [
            replace(
                self.column(key, count[key]), pieces=stacked([(0, count[key])], most), left=10 * at
            )
            for at, key in enumerate(self.keys)
        ]
        told = ", ".join(f"{column.label}: {column.count}" for column in columns if column.count)
        return Chart(tuple(columns), told)

    def column(self, key: _Key, count: int) -> Column:
        """A span by its names, without a height."""
        date = _date(key, self.unit)
        label, mark, group = _names(key, self.unit, self.language)
        first = key == self.keys[0]
        if first and self.lumped:
            label = self.language.say("%(time)s and before", time=label)
            return Column(label, f"≤ {mark}", group, "", count)
        if not first and self._told_before(key):
            group = ""
        return Column(label, mark, group, address_of(date) if count else "", count)

    def _told_before(self, key: _Key) -> bool:
        """Whether the column before is of the same month, or of the same year."""
        before = self.keys[self.keys.index(key) - 1]
        return len(key) > 1 and before[0] == key[0]


def scales(catalog: Catalog, language: Language = IN_ENGLISH) -> list[Scale]:
    """How to show the dates of a collection: by years and by days without one, the fuller first."""
    dates = {paper.id: date for paper in catalog.collection if (date := facts.when(paper))}
    years = {id: date for id, date in dates.items() if address_of(date)}
    days = {
        id: date
        for id, date in dates.items()
        if not date.year and date.month and date.day and 1 <= date.month <= 12
    }
    found = [_by_year(years), _by_day(days)]
    shown = [replace(scale, language=language) for scale in found if scale.of]
    return sorted(shown, key=lambda scale: -len(scale.of))


def _by_year(dates: Mapping[str, Date]) -> Scale:
    months = {id: date for id, date in dates.items() if date.month and 1 <= date.month <= 12}
    spread = {(date.year or 0) * 12 + (date.month or 0) for date in months.values()}
    if 2 * len(months) > len(dates) and max(spread) - min(spread) < MOST:
        return _scale("month", {id: (d.year or 0, d.month or 0) for id, d in months.items()})
    years = {id: date.year or 0 for id, date in dates.items()}
    unit: Unit = "year" if max(years.values(), default=0) - _tenth(years) < MOST else "decade"
    step = 10 if unit == "decade" else 1
    return _scale(unit, {id: (year // step * step,) for id, year in years.items()})


def _tenth(years: Mapping[str, int]) -> int:
    """A year before which only one paper in ten appeared."""
    ordered = sorted(years.values())
    return ordered[len(ordered) // 10] if ordered else 0


def _by_day(dates: Mapping[str, Date]) -> Scale:
    of: dict[str, _Key] = {id: (date.month or 0, date.day or 0) for id, date in dates.items()}
    if len(set(of.values())) > MOST:
        of = {id: key[:1] for id, key in of.items()}
    return Scale("day", tuple(sorted(set(of.values()))), of)


def _scale(unit: Unit, of: Mapping[str, _Key]) -> Scale:
    """The spans from the first to the last, but no more than a chart can show."""
    if not of:
        return Scale(unit, (), of)
    last, keys = max(of.values()), [min(of.values())]
    while keys[-1] < last:
        keys.append(_next(keys[-1], unit))
    kept = tuple(keys[-MOST:])
    return Scale(unit, kept, {id: max(key, kept[0]) for id, key in of.items()}, len(keys) > MOST)


def _next(key: _Key, unit: Unit) -> _Key:
    if unit == "month":
        return (key[0] + key[1] // 12, key[1] % 12 + 1)
    return (key[0] + (10 if unit == "decade" else 1),)


def _date(key: _Key, unit: Unit) -> Date:
    if unit == "day":
        return Date(None, *key)
    return Date() if unit == "decade" else Date(*key)


def _names(key: _Key, unit: Unit, language: Language) -> tuple[str, str, str]:
    """What a span is called: in full, shortly, and what it is a part of."""
    if unit == "decade":
        decade = language.say("%(year)ss", year=str(key[0]))
        return decade, decade, ""
    if unit == "year":
        return str(key[0]), str(key[0]), ""
    spoken = language.date(_date(key, unit))
    month = language.month(key[1] if unit == "month" else key[0], short=True)
    if unit == "month":
        return spoken, month, str(key[0])
    return (spoken, str(key[1]), month) if len(key) > 1 else (spoken, month, "")


def stacked(counts: Sequence[tuple[int, int]], most: int) -> tuple[Piece, ...]:
    """Counts by colour, the first at the foot of the column; `most` fills the height."""
    pieces, top = [], float(_HIGH)
    for hue, count in counts:
        high = round(count * _HIGH / most, 2)
        if count:
            top = round(top - high, 2)
            pieces.append(Piece(hue, max(top, 0.0), high))
    return tuple(pieces)


def over_time(catalog: Catalog, language: Language = IN_ENGLISH) -> Scale | None:
    """The scale that shows most papers; nothing where one span, or none, is all."""
    best = next(iter(scales(catalog, language)), None)
    return best if best and len(best.keys) > 1 else None
