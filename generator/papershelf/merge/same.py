"""Same: which papers are one. Found by identifiers, then by text, then by title alone.

Joining is symmetric and works on papers in a fixed order, so that the result depends on
the papers only. Nothing is ever compared for mere likeness of titles: different papers
reach a similarity of 0.82 ("RepQ-ViT" and "MPTQ-ViT"), true copies need none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from papershelf.corrections import Ruling
from papershelf.identity import STRONG, fold
from papershelf.merge.combine import key_of
from papershelf.merge.facts import (
    MOST_COMPARED,
    Facts,
    are_strangers,
    identifiers_differ,
    overlap,
    texts_agree,
)
from papershelf.merge.joins import Group, Joins
from papershelf.model import Origin, Paper, Problem
from papershelf.report import Report


def group(papers: list[Paper], report: Report, rulings: Sequence[Ruling] = ()) -> list[Group]:
    """Papers in a fixed order → groups of those that are one; `rulings` go before all else."""
    joins = Joins(papers)
    _obey(rulings, joins, report)
    _join_by_identifier(joins)
    _join_by_text(joins)
    _join_by_title(joins, report)
    return list(joins.groups(_contested(joins, report)))


def _obey(rulings: Sequence[Ruling], joins: Joins, report: Report) -> None:
    """Keeps apart and joins what the user says; where both is said, apart it stays."""
    said: dict[tuple[int, int], Origin] = {}
    for ruling in rulings:
        for one, other in () if ruling.together else ruling.pairs():
            joins.keep_apart(one, other)
            said[min(one, other), max(one, other)] = ruling.origin
    for ruling in rulings:
        if ruling.together:
            joins.join((*ruling.one, *ruling.other), f"the same by {ruling.origin}")
            if len(joins.roots((*ruling.one, *ruling.other))) > 1:
                _tell_ruling_clash(ruling, _against(ruling, said, joins), report)


def _against(ruling: Ruling, said: dict[tuple[int, int], Origin], joins: Joins) -> list[Origin]:
    """Where it says that the papers of a ruling are not one."""
    here = set(joins.roots((*ruling.one, *ruling.other)))
    return sorted({at for pair, at in said.items() if set(joins.roots(pair)) <= here})


def _tell_ruling_clash(ruling: Ruling, against: list[Origin], report: Report) -> None:
    report.problem(
        Problem(
            "ruling-clash",
            f'"{ruling.names[0]}" cannot be the same as "{ruling.names[1]}": '
            f"{' and '.join(map(str, against))} says that they are not",
            ruling.origin,
            "they stay apart; take out one of the two",
        )
    )


def _places(joins: Joins, kinds: Collection[str]) -> dict[str, list[int]]:
    """Key of some kinds → the positions of the papers that have it, where several have it."""
    shared = joins.shared.items()
    return {key: places for key, places in shared if key.partition(":")[0] in kinds}


def _join_by_identifier(joins: Joins) -> None:
    """Joins papers with one DOI, arXiv id or ACL id, unless they are strangers."""
    for key, places in _places(joins, STRONG).items():
        by_title: dict[str, list[int]] = defaultdict(list)
        for at in places:
            by_title[key_of(joins.papers[at], "title")].append(at)
        different = _parts(joins, [same[0] for same in by_title.values()])
        for part in (*by_title.values(), *different):
            joins.join(part, "the same {} {}".format(*_spoken(key)))


def _contested(joins: Joins, report: Report) -> set[str]:
    """The identifiers that strangers share, each told of. Nobody owns them."""
    found = set()
    for key, places in _places(joins, STRONG).items():
        roots = joins.roots(places)
        if len(roots) > 1:
            found.add(key)
            strangers = {joins.root(at): joins.papers[at] for at in reversed(places)}
            if not all(joins.are_apart(a, b) for a, b in combinations(roots, 2)):
                _tell_clash(key, [strangers[root] for root in roots], report)
    return found


def _parts(joins: Joins, places: list[int]) -> list[list[int]]:
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
    if first.texts and second.texts and texts_agree(first, second, least=0.5):
        return True
    known = first.people and second.people and not are_strangers(first, second)
    return bool(known) and not identifiers_differ(first, second)


def _titles_are_akin(one: str, other: str) -> bool:
    """Whether one title goes on from the other, or a third of their words are the same."""
    first, second = fold(one), fold(other)
    if f"{first} ".startswith(f"{second} ") or f"{second} ".startswith(f"{first} "):
        return True
    return overlap(_content_words(first), _content_words(second)) > 1 / 3


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


def _join_by_text(joins: Joins) -> None:
    """Joins papers with one title and one abstract, be their metadata what they may."""
    for places in _places(joins, ["both"]).values():
        long = [at for at in places if key_of(joins.papers[at], "abstract")]
        if len(long) > 1:
            joins.join(long, "the same title and abstract")


def _join_by_title(joins: Joins, report: Report) -> None:
    """Joins papers with one title where nothing contradicts."""
    for places in _places(joins, ["title"]).values():
        titled = [at for at in places if joins.papers[at].title]
        if len(joins.roots(titled)) > 1:
            _join_namesakes(joins, titled, report)


def _join_namesakes(joins: Joins, places: list[int], report: Report) -> None:
    alike: dict[object, list[int]] = defaultdict(list)
    for root in joins.roots(places):
        alike[joins.facts[root].profile()].append(root)
    for same in alike.values():
        joins.join(same, "the same title, and nothing that differs")
    roots = joins.roots(places)
    if len(roots) > MOST_COMPARED:
        _tell_apart("common-title", joins, places, len(roots), report)
        return
    for part in _without_bridges(joins, roots):
        joins.join(part, "the same title, and nothing that contradicts")
    left = joins.roots(places)
    if not all(joins.differ(a, b) for a, b in combinations(left, 2)):
        _tell_apart("ambiguous-title", joins, places, len(left), report)


def _without_bridges(joins: Joins, roots: list[int]) -> Iterator[list[int]]:
    """Parts of namesakes in which no two contradict each other.

    A paper that says little (no abstract, no year) may fit two that contradict each other.
    It is a bridge between them: nobody knows which it is, so it stays by itself.
    """
    linked = [(a, b) for a, b in combinations(roots, 2) if not joins.differ(a, b)]
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


def _tell_apart(code: str, joins: Joins, places: list[int], number: int, report: Report) -> None:
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
