"""Relate: Collection, Topics → Relations. Each paper's nearest others, with a reason each.

Versions of one work come first, then papers of the same project, then those that are
merely similar: by the cosine of their words and topics (`vectors`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from papershelf.model import Collection, Related, Relations, Topics
from papershelf.neighbours import term
from papershelf.relate.layout import arrange
from papershelf.relate.memory import Memory, remembered
from papershelf.relate.nearest import Nearest, nearest
from papershelf.relate.reasons import DISTANT, Capitals, Reasons
from papershelf.relate.series import NO_TIE, Tie, series
from papershelf.relate.vectors import Vectors, cosines, vectorise
from papershelf.terms import Terms

__all__ = ["Memory", "arrange", "relate", "remembered"]

Kind = Literal["version", "series", "similar"]
_ORDER = {"version": 0, "series": 1, "similar": 2}
_VERSION = Tie(term("the same title, told anew"))

Kin = dict[int, tuple[float, Kind, Tie]]
"""Other row → cosine, kind, and what tells that it is more than similar."""


class _Said(NamedTuple):
    """All that a paper's neighbours are told by, but for capitals."""

    chosen: list[tuple[str, float, Kind, Tie]]
    labels: list[list[str]]
    terms: list[list[str]]


def relate(
    collection: Collection, topics: Topics, count: int = 6, memory: Memory | None = None
) -> Relations:
    """Collection, Topics → Relations: up to `count` neighbours a paper, nearest first.

    Papers that share no word and no topic are no neighbours, so there may be fewer; distant
    ones say so in `why`. Scores are cosines, rounded to six digits; of equals, the one with
    the smaller id comes first. The memory saves time and changes nothing.
    """
    memory = memory or Memory()
    memory.recall(count)
    papers = sorted(collection, key=lambda paper: paper.id)
    ids = [paper.id for paper in papers]
    terms = memory.known.of(papers)
    vectors = vectorise(papers, terms, topics)
    found = nearest(vectors, count, memory.nearest, memory.came_from(ids))
    reasons = Reasons(vectors, found.full, terms, topics, memory.told)
    said, told = _tell(vectors, found, reasons, count)
    memory.keep(ids, found, told)
    related = _related(ids, said, terms, memory)
    return Relations({paper.id: related[paper.id] for paper in collection})


def _tell(
    vectors: Vectors, found: Nearest, reasons: Reasons, count: int
) -> tuple[list[_Said], dict[str, tuple[str, list[list[str]]]]]:
    """Who is near each row, and what speaks for it."""
    ids = [paper.id for paper in vectors.papers]
    kin = _kin(vectors)
    near, scores = found.near.tolist(), found.scores().tolist()
    chosen = []
    for row in range(len(ids)):
        similar: Kin = {
            other: (score, "similar", NO_TIE)
            for other, score in zip(near[row], scores[row], strict=True)
            if other >= 0
        }
        chosen.append(_chosen({**similar, **kin[row]}, bool(kin[row]))[:count])
    labels = [reasons.labels(row, [at for at, *_ in some]) for row, some in enumerate(chosen)]
    told = reasons.terms([[(at, tie) for at, *_, tie in some] for some in chosen], labels)
    said = [
        _Said([(ids[one[0]], *one[1:]) for one in some], labels[row], told[ids[row]][1])
        for row, some in enumerate(chosen)
    ]
    return said, told


def _kin(vectors: Vectors) -> list[Kin]:
    """For each row the versions and the series that it belongs to."""
    rows = {paper.id: row for row, paper in enumerate(vectors.papers)}
    found: list[Kin] = [{} for _ in vectors.papers]
    for row, others in series(vectors).items():
        found[row] |= {other: (score, "series", tie) for other, (score, tie) in others.items()}
    pairs = [(rows[p.id], rows[id]) for p in vectors.papers for id in p.versions if id in rows]
    ones, versions = ([pair[at] for pair in pairs] for at in (0, 1))
    scores = cosines(vectors.products(ones, versions)).tolist()
    for (row, version), score in zip(pairs, scores, strict=True):
        found[row][version] = (score, "version", _VERSION)
    return found


def _chosen(kin: Kin, mixed: bool) -> list[tuple[int, float, Kind, Tie]]:
    """Those of the closest kind first, then the nearest."""
    found = [(other, *told) for other, told in kin.items()]
    if mixed:
        found.sort(key=lambda one: (_ORDER[one[2]], -one[1], one[0]))
    return found


def _related(
    ids: Sequence[str], said: Sequence[_Said], terms: Sequence[Terms], memory: Memory
) -> dict[str, tuple[Related, ...]]:
    """What was found, in words; what the last run said is said by the same values."""
    capitals = Capitals(terms, {term for one in said for some in one.terms for term in some})
    before, memory.said = memory.said, {}
    shared: _Shared = {}
    for id, one in zip(ids, said, strict=True):
        small = [[capitals.small(term) for term in some] for some in one.terms]
        new = one._replace(terms=small)
        related = tuple(_told(new, shared))
        memory.said[id] = before[id] if before.get(id) == related else related
    return memory.said


_Shared = dict[tuple[str, ...], tuple[str, ...]]
_MOST_SHARED = 1 << 18


def _same(texts: Sequence[str], shared: _Shared) -> tuple[str, ...]:
    """The texts; those of equal pairs of neighbours are one value, which halves what all take."""
    if len(shared) > _MOST_SHARED:
        shared.clear()
    made = tuple(texts)
    return shared.setdefault(made, made)


def _told(said: _Said, shared: _Shared) -> list[Related]:
    return [
        Related(
            id,
            score,
            kind,
            *tie,
            _same(labels, shared),
            _same(terms, shared),
            score < DISTANT and not tie.told,
        )
        for (id, score, kind, tie), labels, terms in zip(*said, strict=True)
    ]
