"""The browse page: the whole collection as columns of numbers, for a script to filter and sort.

Titles and facets come in shards of some hundred kilobytes; what is said of the papers, and who
wrote which, in others, which load when a reader asks for them. Where there is no script, the
ways in that stand on the page are left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from papershelf.compose import facts
from papershelf.compose.env import Env, front
from papershelf.compose.language import term
from papershelf.compose.topics import shelves_of
from papershelf.compose.views import LINK_LABELS, Entrance
from papershelf.identity import MAX_SLUG
from papershelf.model import Catalog, Date, Paper
from papershelf.site import Asset, Page

SHARD = 2000
"""How many papers a file holds: of 10,000 papers of machine learning 70 kB, compressed."""

_Pair = tuple[str, str]  # the name of a value in an address, and what people call it


@dataclass(frozen=True, slots=True)
class Facet:
    """A side of the papers: `values` are names and labels, `of` has the numbers of each paper's.

    Where `many` is set a paper can have several, so that a reader may ask for all at once;
    where `ranked`, the most frequent come first. A `late` one is loaded when it is opened: the
    authors of 10,000 papers weigh as much as all the rest. `groups` has the number of each
    value's group, `shelves` the label and the colour of each group.
    """

    name: str
    label: str
    values: tuple[_Pair, ...]
    of: tuple[tuple[int, ...], ...]
    many: bool = False
    ranked: bool = True
    late: bool = False
    shelves: tuple[tuple[str, int], ...] = ()
    groups: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether it tells papers apart."""
        return len(set(self.of)) > 1

    def head(self) -> dict[str, Any]:
        """What the script is told of it at once."""
        more = {} if self.late else self.tail()
        traits = {"many": self.many, "ranked": self.ranked, "late": self.late}
        return {"name": self.name, "label": self.label, **traits, **more}

    def tail(self) -> dict[str, Any]:
        """Its values; a name that the label spells is left to the script."""
        return {
            "keys": [_unless_spelt(key, label) for key, label in self.values],
            "labels": [label for _, label in self.values],
            "shelves": self.shelves,
            "groups": self.groups,
        }


def compose_browse(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`browse/`, and its data at `assets/data/browse/`."""
    count = len(catalog.collection)
    said = env.say_many(
        "%(count)s paper on one page, to filter and sort.",
        "All %(count)s papers on one page, to filter and sort.",
        count,
    )
    meta = front(env.say("Browse"), said, search={"exclude": True}, part="browse")
    yield env.page("browse/", "browse.j2", meta, count=count, ways=ways_in(env))
    if count:
        yield from _data(list(catalog.collection), env)


def ways_in(env: Env) -> list[Entrance]:
    """Every index of the site, for pages that lead on without a script."""
    papers, topics, say = len(env.catalog.collection), len(env.catalog.topics.topics), env.say
    found = [
        Entrance(say("Topics"), "topics/", topics, say("by area")),
        Entrance(say("Cloud"), "cloud/", topics, say("topics by weight")),
        Entrance(say("Map"), "map/", papers, say("by likeness")),
        Entrance(say("Timeline"), "timeline/", papers, say("by date")),
        Entrance(say("A to Z"), "a-z/", papers, say("by title")),
        *env.ways,
        Entrance(say("Sources"), "sources/", len(env.sources.all), say("where papers were listed")),
    ]
    if env.settings.exports:
        found.append(Entrance(say("Exports"), "exports/", papers, say("as files")))
    return [way for way in found if way.count]


def _data(papers: Sequence[Paper], env: Env) -> Iterator[Asset]:
    facets = [facet for facet in facets_of(papers, env) if facet]
    dates = _dates(papers)
    columns = _columns(papers, {date: n for n, date in enumerate(dates)}, env)
    head = {
        "count": len(papers),
        "shard": SHARD,
        "sorts": ["listed"] if "listed" in columns else [],
        "facets": [facet.head() for facet in facets],
        "dates": [(env.language.date(date), facts.machine(date)) for date in dates],
    }
    yield env.data("browse/index", lambda: head, head)
    at_once = {facet.name: facet.of for facet in facets if not facet.late}
    yield from _shards("browse/", {**columns, **at_once}, env)
    for number, part in enumerate(_parts(papers)):
        depends = [env.paper_key(paper.id) for paper in part]
        yield env.data(f"browse/text-{number}", partial(_texts, part), depends)
    for facet in facets:
        if facet.late:
            yield env.data(f"browse/{facet.name}", facet.tail, facet.values)
            yield from _shards(f"browse/{facet.name}-", {facet.name: facet.of}, env)


def _shards(name: str, columns: Mapping[str, Sequence[Any]], env: Env) -> Iterator[Asset]:
    parts = {column: _parts(values) for column, values in columns.items()}
    for number, row in enumerate(zip(*parts.values(), strict=True)):
        part = dict(zip(parts, row, strict=True))
        yield env.data(f"{name}{number}", partial(dict, part), part)


def _parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + SHARD] for start in range(0, len(values), SHARD)]


def _columns(
    papers: Sequence[Paper], dates: Mapping[Date, int], env: Env
) -> dict[str, Sequence[Any]]:
    """Column → the values of all papers. In collection order, which is that of titles."""
    slugs = env.catalog.slugs
    return {
        "title": [paper.title.plain for paper in papers],
        "slug": [_unless_spelt(slugs[paper.id], paper.title.plain) for paper in papers],
        "by": [env.short_authors(paper.authors) for paper in papers],
        "first": _ranks([_filed(paper, env) for paper in papers]),
        "when": [dates[facts.when(paper) or Date()] for paper in papers],
        **_listed(papers),
    }


def _listed(papers: Sequence[Paper]) -> dict[str, Sequence[Any]]:
    """When papers were last listed; where this is all that is known of their dates, nothing."""
    if all(facts.listed(paper) in (None, facts.when(paper)) for paper in papers):
        return {}
    return {"listed": _ranks([(_age(facts.listed(one)), _age(facts.when(one))) for one in papers])}


def _texts(papers: Sequence[Paper]) -> dict[str, Sequence[Any]]:
    """What is too much for every visit: a sentence of the abstract, and everybody's name."""
    return {
        "teaser": [facts.teaser(paper.abstract.plain) for paper in papers],
        "authors": [", ".join(map(str, paper.authors)) for paper in papers],
    }


def spelt(text: str) -> str:
    """The name in an address that the script makes of a text by itself.

    >>> spelt("Big nets, small: it's 2x"), len(spelt("word " * 40))
    ('big-nets-small-its-2x', 79)
    """
    text = text.lower()
    if not text.isascii():
        text = re.sub(r"[^\x00-\x7f]", " ", text.replace("’", ""))
    made = "-".join(text.translate(_SPELT).split())
    if len(made) <= MAX_SLUG:
        return made
    return made[: made.rfind("-", 0, MAX_SLUG + 1)] if "-" in made[: MAX_SLUG + 1] else ""


_SPELT = {code: " " for code in range(128) if not chr(code).isalnum()} | {ord("'"): None}


def _unless_spelt(name: str, text: str) -> str | int:
    """Nothing where the script knows: that makes two in three addresses at 10,000 papers."""
    return 0 if name == spelt(text) else name


def _filed(paper: Paper, env: Env) -> str:
    """The first author as an index has the name; those without one come last."""
    person = next(iter(env.people.of[paper.id]), None)
    return person.filed.casefold() if person else "\U0010ffff"


def _ranks(keys: Sequence[Any]) -> list[int]:
    order = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [order[key] for key in keys]


def _dates(papers: Iterable[Paper]) -> list[Date]:
    """Every date, earliest first; one of which nothing is known stands for a missing one."""
    return sorted({facts.when(paper) or Date() for paper in papers}, key=_age)


def _age(date: Date | None) -> tuple[tuple[int, int, int], str]:
    date = date or Date()
    return date.sort_key(), str(date)


def facets_of(papers: Sequence[Paper], env: Env) -> Iterator[Facet]:
    """The sides of these papers, in the order in which they are offered."""
    yield _topics(papers, env)
    yield _periods(papers, env)
    yield _facet("venue", env.say("Venue"), papers, partial(_venue, env=env))
    yield _facet(
        "author", env.say("Author"), papers, partial(_people, env=env), many=True, late=True
    )
    yield _facet("source", env.say("Source"), papers, _sources(env), many=True)
    yield _facet("has", env.say("Has"), papers, _kinds(env), many=True)


def _facet(
    name: str, label: str, papers: Sequence[Paper], pairs: Callable[[Paper], Iterable[_Pair]],
    **more: Any,
) -> Facet:  # fmt: skip
    """A facet whose values are numbered by label."""
    given = [tuple(pairs(paper)) for paper in papers]
    each = {pair for row in set(given) for pair in row}
    values = sorted(each, key=lambda pair: (pair[1], pair[0]))
    return _numbered(name, label, values, given, **more)


def _numbered(
    name: str, label: str, values: Sequence[_Pair], given: Sequence[tuple[_Pair, ...]], **more: Any
) -> Facet:
    numbers = {pair: number for number, pair in enumerate(values)}
    # Many papers have the same: what is found out of them is found out once.
    of = {row: tuple(sorted({numbers[pair] for pair in row})) for row in set(given)}
    return Facet(name, label, tuple(values), tuple([of[row] for row in given]), **more)


def _topics(papers: Iterable[Paper], env: Env) -> Facet:
    """The topics, in taxonomy order and grouped by area."""
    shelves, chips, of = shelves_of(env), env.chips, env.catalog.topics.of
    slugs = {chip.address: slug for slug, chip in chips.items()}
    pairs = {slug: (slug, chip.label) for slug, chip in chips.items()}
    placed = [
        (group, slugs[chip.address], chip.label)
        for group, shelf in enumerate(shelves)
        for chip in shelf.chips
    ]
    given = [
        tuple([pairs[one.topic] for one in of.get(paper.id, ()) if one.topic in pairs])
        for paper in papers
    ]
    values = [(slug, label) for _, slug, label in placed]
    more = {
        "shelves": tuple((shelf.label, shelf.hue) for shelf in shelves),
        "groups": tuple(group for group, *_ in placed),
    }
    return _numbered("topic", env.say("Topic"), values, given, many=True, **more)


_LEVELS: dict[str, Callable[[Date], Date]] = {
    term("Year"): lambda date: Date(date.year),
    term("Month"): lambda date: Date(date.year, date.month),
    term("Date"): lambda date: date,
}


def _periods(papers: Sequence[Paper], env: Env) -> Facet:
    """Years where there are several, else months, else days: what tells the papers apart."""
    dates = [facts.when(paper) for paper in papers]
    for label, cut in _LEVELS.items():
        cuts = [cut(date) if date and env.language.date(cut(date)) else None for date in dates]
        known = sorted({date for date in cuts if date}, key=_age, reverse=True)
        if len(known) > 1 or label == "Date":
            break
    pairs = {date: (str(date), env.language.date(date)) for date in known}
    given = [(pairs[date],) if date else () for date in cuts]
    return _numbered("date", env.say(label), list(pairs.values()), given, ranked=False)


def _last(address: str) -> str:
    """The part of an address that tells it from its kin: `authors/x/` → `x`."""
    return address.rstrip("/").rpartition("/")[2]


def _venue(paper: Paper, env: Env) -> Iterator[_Pair]:
    if venue := env.venues.of.get(paper.id):
        yield _last(venue.address) or venue.name, venue.name


def _people(paper: Paper, env: Env) -> Iterator[_Pair]:
    """Those with a page: who wrote one paper alone is found by the text filter."""
    for person in env.people.of[paper.id]:
        if person and person.address:
            yield _last(person.address), person.name


def _sources(env: Env) -> Callable[[Paper], Iterable[_Pair]]:
    """What tells the sources of a paper."""
    called: dict[str, _Pair] = {}
    for source in env.sources.all:
        date = env.language.date(source.date) if source.date else ""
        label = f"{source.label}, {date}" if date else source.label
        called[source.slug] = source.slug, label
    of = env.sources.of
    return lambda paper: [called[of(listing).slug] for listing in paper.listings]


def _kinds(env: Env) -> Callable[[Paper], Iterable[_Pair]]:
    """What tells to what the links of a paper lead; a mere reference says nothing."""
    kinds = {kind: (kind, env.say(label)) for kind, label in LINK_LABELS.items()}
    del kinds["reference"]
    text = [("abstract", env.say("Abstract"))]

    def has(paper: Paper) -> list[_Pair]:
        links = [kinds[link.kind] for link in paper.links if link.kind in kinds]
        return text + links if paper.abstract else links

    return has
