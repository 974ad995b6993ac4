"""What is told of a paper, as far as it can contradict what is told of another."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache

from papershelf.identity import STRONG, fold, strong_identifiers
from papershelf.merge.combine import family_names, key_of
from papershelf.model import Paper

MOST_COMPARED = 20
"""More different papers than this behind one identifier or title are no longer compared in
pairs: the identifier says nothing then (a journal's DOI), nor does the title ("Editorial")."""

SAME_TEXT = 0.8
"""Shared words of two tellings of one abstract, as a part of all their words. Of 61 papers
known under the same title from two origins, copies have 1.00, and other versions 0.49."""

AKIN_TEXT = 0.5
"""The same for papers of one title by the same people: a preprint's abstract is often
written anew for the journal."""


@dataclass(slots=True)
class Facts:
    """What is known of one paper or several joined ones, as far as it can contradict."""

    years: set[int] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    identifiers: dict[str, set[str]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, paper: Paper) -> Facts:
        """What one paper tells."""
        plain, year = paper.abstract.plain, paper.date.year if paper.date else None
        return cls(
            {year} if year else set(),
            family_names(paper),
            _comparable(paper.identifiers.items()),
            {key_of(paper, "both"): plain} if plain else {},
        )

    def absorb(self, other: Facts) -> None:
        """Takes over what is known of papers that were joined to these."""
        self.years |= other.years
        self.people |= other.people
        self.texts |= other.texts
        for scheme, values in other.identifiers.items():
            self.identifiers.setdefault(scheme, set()).update(values)

    def size(self) -> int:
        """How much there is to copy when it is absorbed."""
        return len(self.people) + len(self.texts) + sum(map(len, self.identifiers.values()))

    def profile(self) -> object:
        """All of it, to find those that tell the same."""
        identifiers = sorted((scheme, *sorted(held)) for scheme, held in self.identifiers.items())
        return repr((sorted(self.years), sorted(self.people), identifiers, sorted(self.texts)))


def _comparable(identifiers: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Identifiers that tell papers apart; an arXiv DOI beside a publisher's does not."""
    found = dict(identifiers)
    strong = strong_identifiers(found)
    if strong.get("doi", "").endswith(strong.get("arxiv") or "\0"):
        del strong["doi"]
    others = {scheme: value for scheme, value in found.items() if scheme not in STRONG and value}
    return {scheme: {value} for scheme, value in {**others, **strong}.items()}


def contradicts(one: Facts, other: Facts) -> bool:
    """Whether two papers of one title cannot be the same, by anything both of them tell."""
    return (
        _years_differ(one, other)
        or are_strangers(one, other)
        or identifiers_differ(one, other)
        or bool(one.texts and other.texts and not texts_agree(one, other, _least(one, other)))
    )


def _least(one: Facts, other: Facts) -> float:
    """How much two abstracts under one title must share: less where most authors are the same."""
    return AKIN_TEXT if overlap(one.people, other.people) >= AKIN_TEXT else SAME_TEXT


def are_versions(one: Paper, other: Paper) -> bool:
    """Whether two papers of one title are the same work told anew, and not mere namesakes."""
    first, second = Facts.of(one), Facts.of(other)
    if first.people and second.people:
        return not are_strangers(first, second)
    return not _years_differ(first, second)


def _years_differ(one: Facts, other: Facts) -> bool:
    """By more than the one year that lies between many a preprint and its publication."""
    return bool(one.years and other.years) and not any(
        {year - 1, year, year + 1} & other.years for year in one.years
    )


def are_strangers(one: Facts, other: Facts) -> bool:
    """Whether both have authors, and none in common."""
    return bool(one.people and other.people) and one.people.isdisjoint(other.people)


def identifiers_differ(one: Facts, other: Facts) -> bool:
    """Whether both have an identifier of one scheme, and it is not the same."""
    return any(
        held.isdisjoint(other.identifiers[scheme])
        for scheme, held in one.identifiers.items()
        if scheme in other.identifiers
    )


def texts_agree(one: Facts, other: Facts, least: float = SAME_TEXT) -> bool:
    """Whether any two abstracts are tellings of one; of many, the first three are compared."""
    if not one.texts.keys().isdisjoint(other.texts):
        return True
    few, more = (
        [_words(facts.texts[key]) for key in sorted(facts.texts)[:3]] for facts in (one, other)
    )
    return any(overlap(words, others) >= least for words in few for others in more)


@lru_cache(maxsize=3 * MOST_COMPARED)
def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


def overlap(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """What two sets share, as a part of all that they hold; 0 for two empty ones."""
    return len(one & other) / (len(one | other) or 1)
