"""What stands beside a list of papers: their topics, years and authors, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from heapq import nsmallest

from papershelf.compose.env import Env
from papershelf.compose.facts import when
from papershelf.compose.people import Person
from papershelf.compose.views import Chip, Entrance

_MOST_TOPICS = 8
_MOST_WRITERS = 12


def topics_of(ids: Sequence[str], env: Env) -> list[Chip]:
    """The topics that most of the papers are about."""
    count = Counter(given.topic for id in ids for given in env.catalog.topics.of.get(id, ()))
    best = sorted(count, key=lambda slug: (-count[slug], slug))[:_MOST_TOPICS]
    return [
        Chip(chip.label, chip.address, chip.hue, count[slug])
        for slug in best
        if (chip := env.chips.get(slug))
    ]


def years_of(ids: Collection[str], env: Env) -> list[Entrance]:
    """The years of the papers, latest first; the count is of these papers."""
    count = Counter(year for id in ids if (year := _year_of(id, env)))
    return [
        Entrance(str(year), env.years[year].address, count[year])
        for year in sorted(count, reverse=True)
    ]


def _year_of(id: str, env: Env) -> int | None:
    date = when(env.catalog.collection[id])
    return date.year if date and date.year in env.years else None


def writers_of(ids: Sequence[str], env: Env, but: Person | None = None) -> list[Entrance]:
    """Who wrote most of the papers, of those who have a page; the count is of these papers."""
    count = env.people.writers(ids)
    known = [person for person in count if person.address and person is not but]
    most = nsmallest(_MOST_WRITERS, known, lambda one: (-count[one], one.filed, one.address))
    return [Entrance(person.name, person.address, count[person]) for person in most]
