"""When papers appeared: the years and their months, each with an address of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from papershelf.compose import facts
from papershelf.model import Collection, Date


@dataclass(frozen=True, slots=True)
class Period:
    """A year, or a month of one, with the ids of its papers in collection order."""

    date: Date
    papers: tuple[str, ...]
    months: tuple[Period, ...] = ()

    @property
    def address(self) -> str:
        """Where its page is: `years/2024/`, `years/2024/05/`."""
        return address_of(self.date)


def address_of(date: Date) -> str:
    """The address of the month of a date, else of its year, else nothing.

    >>> address_of(Date(2024, 5, 2)), address_of(Date(2024)), address_of(Date(None, 5))
    ('years/2024/05/', 'years/2024/', '')
    """
    if not date.year or date.year < 0:
        return ""
    month = f"{date.month:02d}/" if date.month and 1 <= date.month <= 12 else ""
    return f"years/{date.year:04d}/{month}"


def years(collection: Collection) -> Mapping[int, Period]:
    """The years of a collection, latest first. Papers of which no year is known are in none."""
    found: dict[int, list[str]] = defaultdict(list)
    months: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for paper in collection:
        date = facts.when(paper)
        if date and date.year and address_of(date):
            found[date.year].append(paper.id)
            if date.month and address_of(date) != address_of(Date(date.year)):
                months[date.year][date.month].append(paper.id)
    return {
        year: Period(Date(year), tuple(found[year]), _months(year, months[year]))
        for year in sorted(found, reverse=True)
    }


def _months(year: int, papers: Mapping[int, list[str]]) -> tuple[Period, ...]:
    return tuple(Period(Date(year, month), tuple(papers[month])) for month in sorted(papers))
