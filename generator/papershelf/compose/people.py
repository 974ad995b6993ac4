"""Which names are one person: a rule that would rather leave two apart than make one of two.

One ORCID is one person, and two are two. Without one, the same name is one person, since
nothing tells namesakes apart. An abbreviated name joins a fuller one only when that is the
only one it can stand for, and when both have a co-author in common.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_lowercase
from typing import Any

from papershelf import identity
from papershelf.compose.names import (
    Name,
    distinct_slugs,
    filed,
    fold,
    is_initial,
    name_of,
    spelling,
)
from papershelf.model import Author, Collection, Paper

CROWD = 50
"""Papers of more authors tell nothing about who works with whom, and cost the square of them."""

_SHELVES = frozenset({*ascii_lowercase, "0-9"})  # where the index by letter is


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """An author, or a group of them. `filed` is the name as an index has it.

    `address` is empty when there are too few `papers` (ids, in collection order) for a page
    of their own. `spellings` are the other ways in which papers write the name.
    """

    name: str
    filed: str
    orcid: str
    papers: tuple[str, ...]
    spellings: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody, as filed; and who wrote a paper, author by author (nothing for the nameless)."""

    all: tuple[Person, ...]
    of: Mapping[str, tuple[Person | None, ...]]

    def writers(self, ids: Iterable[str]) -> Counter[Person]:
        """Who wrote these papers, and how many of them; papers of crowds do not count."""
        rows = [self.of[id] for id in ids]
        return Counter(one for row in rows if len(row) <= CROWD for one in {*row} if one)


def written(collection: Collection) -> tuple[list[int], list[Author]]:
    """How many authors each paper has, and all of them in a row: all that `people` goes by."""
    sizes = [len(paper.authors) for paper in collection]
    return sizes, [author for paper in collection for author in paper.authors]


def people(collection: Collection, fewest: int) -> People:
    """The people of a collection; those with at least `fewest` papers get an address.

    Does not depend on the order of the papers. The time it takes grows with the number of
    authors of all papers.
    """
    papers = list(collection)
    rows = _parted(papers)
    groups = _Groups(form for row in rows for form in row if form)
    _join_by_orcid(groups)
    _join_middle_initials(groups)
    _join_initials(groups)
    made = _addressed({root: _person(forms, papers) for root, forms in groups.all()}, fewest)
    of = {
        paper.id: tuple(made[groups.of(form)] if form else None for form in row)
        for paper, row in zip(papers, rows, strict=True)
    }
    for row in rows:  # which hold forms, which hold rows: nobody looks for such rings
        row.clear()
    return People(tuple(sorted(made.values(), key=_place)), of)


def encoded(people: People, ids: Iterable[str]) -> Any:
    """The people as JSON has them; `ids` are those of the collection, in its order."""
    places, numbers = (
        {id: n for n, id in enumerate(ids)},
        {one: n for n, one in enumerate(people.all)},
    )
    persons = [
        [
            one.name,
            one.filed,
            one.orcid,
            one.address,
            one.spellings,
            [places[id] for id in one.papers],
        ]
        for one in people.all
    ]
    rows = [[one and numbers[one] for one in people.of[id]] for id in places]
    return [persons, rows]


def decoded(data: Any, ids: Sequence[str]) -> People:
    """What was encoded, of the same ids.

    Raises:
        ValueError, TypeError, IndexError: the data is not ours.
    """
    persons, rows = data
    everybody = tuple([_decoded(row, ids) for row in persons])
    found = [tuple([None if n is None else everybody[n] for n in row]) for row in rows]
    return People(everybody, dict(zip(ids, found, strict=True)))


def _decoded(row: list[Any], ids: Sequence[str]) -> Person:
    name, filed, orcid, address, spellings, places = row
    if not {str}.issuperset(map(type, (name, filed, orcid, address, *spellings))):
        raise TypeError("expected text")
    papers = tuple([ids[place] for place in places])
    return Person(name, filed, orcid, papers, tuple(spellings), address)


@dataclass(slots=True, eq=False)
class _Form:
    """A name with an ORCID or without: the papers that have it, by position, and its spellings."""

    name: Name
    orcid: str
    papers: dict[int, _Row] = field(default_factory=dict)
    spellings: Counter[Author] = field(default_factory=Counter)

    def note(self, name: Name, author: Author) -> None:
        # One key can be parted in several ways ("García Márquez", "YU Wang"): the order must not
        # choose, and of two names "yu" is greater than "y", "u".
        self.name = name if self.name is name else max(self.name, name)
        self.spellings[author] += 1

    @property
    def circle(self) -> tuple[str, str]:
        """Family name and first initial: all that an abbreviated name is sure to tell."""
        name = self.name
        return (name.family, name.initials[:1]) if name.family else (name.key, "")

    def others(self) -> Iterator[_Circle]:
        """The co-authors on each paper; papers of crowds do not count."""
        for row in self.papers.values():
            if len(row) <= CROWD:
                yield {other.circle for other in row if other} - {self.circle}


_Row = list[_Form | None]  # a paper, author by author; nothing for the nameless
_Circle = set[tuple[str, str]]


def _parted(papers: Sequence[Paper]) -> list[_Row]:
    names: dict[Author, Name] = {}
    forms: dict[tuple[str, str], _Form] = {}
    rows: list[_Row] = [[] for _ in papers]
    for position, paper in enumerate(papers):
        shared, row = _shared_orcids(paper), rows[position]
        for author in paper.authors:
            name = names.get(author) or names.setdefault(author, name_of(author))
            orcid = "" if author.orcid in shared else author.orcid
            form = forms.get((name.key, orcid))
            if form is None:
                form = forms[name.key, orcid] = _Form(name, orcid)
            form.note(name, author)
            form.papers[position] = row
            row.append(form if name.key else None)
    return rows


def _shared_orcids(paper: Paper) -> set[str]:
    """Those that a paper gives to several authors: some are wrong, and no one knows which."""
    count = Counter(author.orcid for author in paper.authors if author.orcid)
    return {orcid for orcid, number in count.items() if number > 1}


class _Groups:
    """Forms that are one person, as sets that can be joined."""

    def __init__(self, forms: Iterable[_Form]) -> None:
        self.forms = sorted(set(forms), key=lambda form: (form.name.key, form.orcid))
        self._above = {form: form for form in self.forms}

    def of(self, form: _Form) -> _Form:
        """The form that stands for the whole group."""
        while self._above[form] is not form:
            self._above[form] = form = self._above[self._above[form]]
        return form

    def join(self, one: _Form, other: _Form) -> None:
        self._above[self.of(other)] = self.of(one)

    def all(self) -> Iterator[tuple[_Form, list[_Form]]]:
        found: dict[_Form, list[_Form]] = defaultdict(list)
        for form in self.forms:
            found[self.of(form)].append(form)
        yield from found.items()

    def shelves(self, key: Callable[[_Form], Hashable]) -> Iterator[list[_Form]]:
        """The forms that share a key, where several do; those without one are in none."""
        found: dict[Hashable, list[_Form]] = defaultdict(list)
        for form in self.forms:
            if wanted := key(form):
                found[wanted].append(form)
        yield from (forms for forms in found.values() if len(forms) > 1)


def _join_by_orcid(groups: _Groups) -> None:
    """One ORCID is one person; a name without one is the only person with an ORCID of that name."""
    for forms in groups.shelves(lambda form: form.orcid):
        for form in forms:
            groups.join(forms[0], form)
    for forms in groups.shelves(lambda form: form.name.key):
        if not forms[0].orcid and len({groups.of(form) for form in forms[1:]}) == 1:
            groups.join(forms[1], forms[0])


def _join_middle_initials(groups: _Groups) -> None:
    """`Geoffrey Hinton` and `Geoffrey Everest Hinton` join `Geoffrey E. Hinton`."""
    for forms in groups.shelves(lambda form: form.name.first and (form.circle, form.name.first)):
        middle = [form for form in forms if form.name.spelt == 1 and len(form.name.words) > 1]
        if middle and _may_be_one(forms, groups):
            _join_acquainted(middle[0], forms, groups, _share_one)


def _join_initials(groups: _Groups) -> None:
    """`G. Hinton` joins `Geoffrey Hinton` when no other name can stand behind it."""
    for forms in groups.shelves(lambda form: form.name.family and form.circle):
        spelt = [form for form in forms if form.name.first]
        if len({groups.of(form) for form in spelt}) == 1 and _may_be_one(forms, groups):
            _join_acquainted(spelt[0], forms, groups, _share_two_each)


def _may_be_one(forms: Sequence[_Form], groups: _Groups) -> bool:
    """Whether nothing tells that these are several people.

    Such as given names that differ, two ORCIDs, or a paper that has two of them as authors.
    """
    if not _agree(forms) or len({form.orcid for form in forms} - {""}) > 1:
        return False
    held: dict[int, _Form] = {}
    return all(
        held.setdefault(position, groups.of(form)) is groups.of(form)
        for form in forms
        for position in form.papers
    )


def _agree(forms: Sequence[_Form]) -> bool:
    """Whether no given name contradicts another in its place; an initial agrees with a name."""
    fullest: dict[int, str] = {}
    for form in forms:
        for place, word in enumerate(form.name.words):
            other = fullest.setdefault(place, word)
            if other != word and (
                other[0] != word[0] or not (is_initial(other) or is_initial(word))
            ):
                return False
            fullest[place] = max(other, word, key=len)
    return True


def _join_acquainted(
    known: _Form, forms: Sequence[_Form], groups: _Groups, vouch: Callable[[_Form, _Circle], bool]
) -> None:
    """Joins the forms for which the co-authors of the known one vouch."""
    person = groups.of(known)
    members = [form for form in forms if groups.of(form) is person]
    circle = {one for form in members for others in form.others() for one in others}
    for form in forms:
        if groups.of(form) is not person and vouch(form, circle):
            groups.join(known, form)


def _share_one(form: _Form, circle: _Circle) -> bool:
    return any(not others.isdisjoint(circle) for others in form.others())


def _share_two_each(form: _Form, circle: _Circle) -> bool:
    """Whether every paper has two co-authors in common, or the only one that it has.

    Measured by abbreviating all names in half of 9,868 papers of machine learning: of what is
    joined 97 % is right, with one co-author in common on any paper 92 %.
    """
    found = list(form.others())
    return bool(found) and all(
        others and len(others & circle) >= min(2, len(others)) for others in found
    )


def _person(forms: Sequence[_Form], papers: Sequence[Paper]) -> Person:
    """The person that several forms are, called as in the form that spells out most."""
    fullest = max(forms, key=lambda form: (form.name.spelt, len(form.name.words), form.name.key))
    called = _commonest(form for form in forms if form.name.key == fullest.name.key)[0]
    name, spellings = spelling(called), dict.fromkeys(map(spelling, _commonest(forms)))
    orcids = [form.orcid for form in forms if form.orcid]
    positions = sorted({position for form in forms for position in form.papers})
    return Person(
        name,
        filed(called),
        min(orcids, default=""),
        tuple(papers[position].id for position in positions),
        tuple(other for other in spellings if other != name),
    )


def _commonest(forms: Iterable[_Form]) -> list[Author]:
    """The spellings of a name, the most common first; else those with their accents."""
    count: Counter[Author] = Counter()
    for form in forms:
        count.update(form.spellings)
    if len(count) == 1:
        return list(count)
    return sorted(count, key=lambda author: (-count[author], str(author).isascii(), repr(author)))


def _addressed(persons: Mapping[_Form, Person], fewest: int) -> dict[_Form, Person]:
    """The same people; those with papers enough have an address, which no other has."""
    known = {form: person for form, person in persons.items() if len(person.papers) >= fewest}
    keys = {form: person.orcid or form.name.key for form, person in known.items()}
    wishes = {keys[form]: identity.slug(person.name) for form, person in known.items()}
    slugs = distinct_slugs(wishes, _SHELVES)
    return {
        form: replace(person, address=f"authors/{slugs[keys[form]]}/") if form in keys else person
        for form, person in persons.items()
    }


def _place(person: Person) -> tuple[str, str, str, tuple[str, ...]]:
    return fold(person.filed), person.filed, person.orcid, person.papers
