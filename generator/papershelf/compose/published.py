"""Where papers appeared: the venues, each with an address of its own."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from papershelf import identity
from papershelf.compose.names import distinct_slugs, fold, named
from papershelf.model import Collection

_NUMBERED = re.compile(r"page-\d+")  # the further pages of the index


@dataclass(frozen=True, slots=True, eq=False)
class Venue:
    """A journal, a conference. `address` is empty when it has too few `papers` for a page."""

    name: str
    papers: tuple[str, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Venues:
    """All venues by name, and which one a paper appeared in."""

    all: tuple[Venue, ...]
    of: Mapping[str, Venue]


def venues(collection: Collection, fewest: int) -> Venues:
    """The venues of a collection; those with at least `fewest` papers get an address.

    Names that differ in case, accents, signs, `&` for `and` or a leading `The` are one venue,
    called as most papers call it.
    """
    names: dict[str, Counter[str]] = defaultdict(Counter)
    papers: dict[str, list[str]] = defaultdict(list)
    for paper in collection:
        if name := " ".join(paper.venue.split()):
            names[_key(name)][name] += 1
            papers[_key(name)].append(paper.id)
    called = {key: min(count, key=lambda n: (-count[n], n)) for key, count in names.items()}
    wishes = {key: identity.slug(called[key]) for key in papers if len(papers[key]) >= fewest}
    slugs = distinct_slugs(wishes, {wish for wish in wishes.values() if _NUMBERED.fullmatch(wish)})
    found = {
        key: Venue(called[key], tuple(ids), f"venues/{slugs[key]}/" if key in slugs else "")
        for key, ids in papers.items()
    }
    of = {id: venue for venue in found.values() for id in venue.papers}
    return Venues(tuple(found[key] for key in sorted(found)), of)


def _key(name: str) -> str:
    return fold(named(name.replace("&", " and "))).removeprefix("the ") or name
