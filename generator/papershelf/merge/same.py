"""Same: which papers are one. Found by identifiers, then by text, then by title alone.

Joining is symmetric and works on papers in a fixed order, so that the result depends on
the papers only. Nothing is ever compared for mere likeness of titles: different papers
reach a similarity of 0.82 ("RepQ-ViT" and "MPTQ-ViT"), true copies need none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from papershelf.identity import STRONG, fold, strong_identifiers
from papershelf.merge.combine import family_names, key_of
from papershelf.model import Paper, Problem
from papershelf.report import Report

MOST_COMPARED = 20
"""More different papers than this behind one identifier or title are no longer compared in
pairs: the identifier says nothing then (a journal's DOI), nor does the title ("Editorial")."""

SAME_TEXT = 0.8
"""Shared words of two tellings of one abstract, as a part of all their words. Of 61 papers
known under the same title from two origins, copies have 1.00, and other versions 0.49."""


@dataclass(frozen=True, slots=True)
class Group:
    """Papers that are one, in the order of their origins; why; and keys they do not own."""

    papers: list[Paper]
    why: tuple[str, ...]
    contested: frozenset[str]


def group(papers: list[Paper], report: Report) -> list[Group]:
    """Papers in a fixed order → groups of those that are one."""
    joins = _Joins(papers)
    _join_by_identifier(joins)
    _join_by_text(joins)
    _join_by_title(joins, report)
    return list(joins.groups(_contested(joins, report)))


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
        or _are_strangers(one, other)
        or _identifiers_differ(one, other)
        or bool(one.texts and other.texts and not _texts_agree(one, other))
    )


def are_versions(one: Paper, other: Paper) -> bool:
    """Whether two papers of one title are the same work told anew, and not mere namesakes."""
    first, second = Facts.of(one), Facts.of(other)
    if first.people and second.people:
        return not _are_strangers(first, second)
    return not _years_differ(first, second)


def _years_differ(one: Facts, other: Facts) -> bool:
    """By more than the one year that lies between many a preprint and its publication."""
    return bool(one.years and other.years) and not any(
        {year - 1, year, year + 1} & other.years for year in one.years
    )


def _are_strangers(one: Facts, other: Facts) -> bool:
    return bool(one.people and other.people) and one.people.isdisjoint(other.people)


def _identifiers_differ(one: Facts, other: Facts) -> bool:
    return any(
        held.isdisjoint(other.identifiers[scheme])
        for scheme, held in one.identifiers.items()
        if scheme in other.identifiers
    )


def _texts_agree(one: Facts, other: Facts, least: float = SAME_TEXT) -> bool:
    """Whether any two abstracts are tellings of one; of many, the first three are compared."""
    if not one.texts.keys().isdisjoint(other.texts):
        return True
    few, more = (
        [_words(facts.texts[key]) for key in sorted(facts.texts)[:3]] for facts in (one, other)
    )
    return any(_overlap(words, others) >= least for words in few for others in more)


@lru_cache(maxsize=3 * MOST_COMPARED)
def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


def _overlap(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    return len(one & other) / (len(one | other) or 1)


class _Joins:
    """Which papers are joined so far, with the reasons: a union-find over their positions."""

    def __init__(self, papers: list[Paper]) -> None:
        self.papers = papers
        self.facts = [Facts.of(paper) for paper in papers]
        self._parents = list(range(len(papers)))
        self._why: dict[int, set[str]] = {}

    def root(self, at: int) -> int:
        """The position that stands for all papers joined to this one."""
        while self._parents[at] != at:
            self._parents[at] = self._parents[self._parents[at]]
            at = self._parents[at]
        return at

    def join(self, places: Iterable[int], why: str) -> None:
        """Says that the papers at these positions are one."""
        first, *rest = places
        for other in rest:
            big, small = self.root(first), self.root(other)
            if big != small:
                if self.facts[big].size() < self.facts[small].size():
                    big, small = small, big
                self._parents[small] = big
                self.facts[big].absorb(self.facts[small])
                self._why.setdefault(big, set()).update(self._why.pop(small, ()), [why])

    def roots(self, places: Iterable[int]) -> list[int]:
        """The distinct roots of some positions, in the order of their first papers."""
        return list(dict.fromkeys(map(self.root, places)))

    def groups(self, contested: set[str]) -> Iterator[Group]:
        """What came of it, by the first paper of each."""
        found: dict[int, list[Paper]] = defaultdict(list)
        for at, paper in enumerate(self.papers):
            found[self.root(at)].append(paper)
        for root, copies in found.items():
            lost = {key for copy in copies for key in copy.keys if key in contested}
            yield Group(copies, tuple(sorted(self._why.get(root, ()))), frozenset(lost))


def _places(papers: list[Paper], kinds: Collection[str]) -> dict[str, list[int]]:
    """Key → the positions of the papers that have it, for keys that several have."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, paper in enumerate(papers):
        for key in paper.keys:
            if key.partition(":")[0] in kinds:
                found[key].append(at)
    return {key: places for key, places in sorted(found.items()) if len(places) > 1}


def _join_by_identifier(joins: _Joins) -> None:
    """Joins papers with one DOI, arXiv id or ACL id, unless they are strangers."""
    for key, places in _places(joins.papers, STRONG).items():
        by_title: dict[str, list[int]] = defaultdict(list)
        for at in places:
            by_title[key_of(joins.papers[at], "title")].append(at)
        different = _parts(joins, [same[0] for same in by_title.values()])
        for part in (*by_title.values(), *different):
            joins.join(part, "the same {} {}".format(*_spoken(key)))


def _contested(joins: _Joins, report: Report) -> set[str]:
    """The identifiers that strangers share, each told of. Nobody owns them."""
    found = set()
    for key, places in _places(joins.papers, STRONG).items():
        roots = joins.roots(places)
        if len(roots) > 1:
            found.add(key)
            strangers = {joins.root(at): joins.papers[at] for at in reversed(places)}
            _tell_clash(key, [strangers[root] for root in roots], report)
    return found


def _parts(joins: _Joins, places: list[int]) -> list[list[int]]:
    """Papers of different titles that share an identifier, by which of them it may fit."""
    if len(places) > MOST_COMPARED:
        return [[at] for at in places]
    papers = joins.papers
    linked = [
        (one, other)
        for one, other in combinations(places, 2)
        if _may_be_renamed(papers[one], papers[other])
    ]
    return _components(places, linked)


def _may_be_renamed(one: Paper, other: Paper) -> bool:
    """Whether two papers of one identifier and different titles can be one."""
    if not (one.title and other.title) or _titles_are_akin(one.title.plain, other.title.plain):
        return True
    first, second = Facts.of(one), Facts.of(other)
    if first.texts and second.texts and _texts_agree(first, second, least=0.5):
        return True
    known = first.people and second.people and not _are_strangers(first, second)
    return bool(known) and not _identifiers_differ(first, second)


def _titles_are_akin(one: str, other: str) -> bool:
    """Whether one title goes on from the other, or a third of their words are the same."""
    first, second = fold(one), fold(other)
    if f"{first} ".startswith(f"{second} ") or f"{second} ".startswith(f"{first} "):
        return True
    return _overlap(_content_words(first), _content_words(second)) > 1 / 3


def _content_words(folded: str) -> set[str]:
    words = folded.split()
    return {word for word in words if len(word) > 3} or set(words)


def _tell_clash(key: str, papers: list[Paper], report: Report) -> None:
    first, second, *more = papers
    scheme, value = _spoken(key)
    others = f" and {len(more)} more" if more else ""
    report.problem(
        Problem(
            "identifier-clash",
            f'the {scheme} "{value}" stands at "{second.title.plain}" and at '
            f'"{first.title.plain}" ({first.origins[0] if first.origins else "?"}){others}',
            second.origins[0] if second.origins else None,
            "they stay apart, since titles and authors differ; correct the identifier "
            "of the paper that it does not belong to",
        )
    )


def _spoken(key: str) -> tuple[str, str]:
    scheme, _, value = key.partition(":")
    return {"doi": "DOI", "arxiv": "arXiv id", "acl": "ACL id"}[scheme], value


def _join_by_text(joins: _Joins) -> None:
    """Joins papers with one title and one abstract, be their metadata what they may."""
    for places in _places(joins.papers, ["both"]).values():
        long = [at for at in places if key_of(joins.papers[at], "abstract")]
        if len(long) > 1:
            joins.join(long, "the same title and abstract")


def _join_by_title(joins: _Joins, report: Report) -> None:
    """Joins papers with one title where nothing contradicts."""
    for places in _places(joins.papers, ["title"]).values():
        titled = [at for at in places if joins.papers[at].title]
        if len(joins.roots(titled)) > 1:
            _join_namesakes(joins, titled, report)


def _join_namesakes(joins: _Joins, places: list[int], report: Report) -> None:
    alike: dict[object, list[int]] = defaultdict(list)
    for root in joins.roots(places):
        alike[joins.facts[root].profile()].append(root)
    for same in alike.values():
        joins.join(same, "the same title, and nothing that differs")
    roots = [same[0] for same in alike.values()]
    if len(roots) > MOST_COMPARED:
        _tell_apart("common-title", joins, places, len(roots), report)
        return
    for part in _without_bridges(joins, roots):
        joins.join(part, "the same title, and nothing that contradicts")
    left = joins.roots(places)
    if any(not contradicts(joins.facts[a], joins.facts[b]) for a, b in combinations(left, 2)):
        _tell_apart("ambiguous-title", joins, places, len(left), report)


def _without_bridges(joins: _Joins, roots: list[int]) -> Iterator[list[int]]:
    """Parts of namesakes in which no two contradict each other.

    A paper that says little (no abstract, no year) may fit two that contradict each other.
    It is a bridge between them: nobody knows which it is, so it stays by itself.
    """
    facts = joins.facts
    linked = [
        (a, b)
        for a, b in combinations(roots, 2)
        if not contradicts(facts[joins.root(a)], facts[joins.root(b)])
    ]
    for part in _components(roots, linked):
        pairs = [pair for pair in linked if pair[0] in part]
        if _is_whole(part, pairs):
            yield part
        else:
            torn = set(combinations(part, 2)) - set(pairs)
            firm = [at for at in part if not _is_bridge(at, pairs, torn)]
            rest = [pair for pair in pairs if pair[0] in firm and pair[1] in firm]
            yield from (
                few
                for few in _components(firm, rest)
                if _is_whole(few, [pair for pair in rest if pair[0] in few])
            )


def _is_whole(part: list[int], pairs: list[tuple[int, int]]) -> bool:
    return len(pairs) == len(part) * (len(part) - 1) // 2


def _is_bridge(at: int, pairs: list[tuple[int, int]], torn: set[tuple[int, int]]) -> bool:
    near = {b if a == at else a for a, b in pairs if at in (a, b)}
    return any(a in near and b in near for a, b in torn)


def _components(places: list[int], linked: list[tuple[int, int]]) -> list[list[int]]:
    """Few positions, parted into those that hang together, each part in order."""
    part = {at: at for at in places}
    for a, b in linked:
        old, new = part[b], part[a]
        part = {at: new if held == old else held for at, held in part.items()}
    found: dict[int, list[int]] = defaultdict(list)
    for at in places:
        found[part[at]].append(at)
    return list(found.values())


def _tell_apart(code: str, joins: _Joins, places: list[int], number: int, report: Report) -> None:
    paper = joins.papers[places[-1]]
    report.problem(
        Problem(
            code,
            f'{number} papers are called "{paper.title.plain}", and what is known of them does '
            "not tell which copies belong together",
            paper.origins[0] if paper.origins else None,
            "they stay apart; give copies of one paper the same DOI, arXiv id or abstract",
            "info",
        )
    )
