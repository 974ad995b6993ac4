"""Relate: Collection, Topics → Relations. Each paper's nearest others, with a reason each.

Versions of one work come first, then papers of the same project, then those that are
merely similar: by the cosine of their words and topics (`vectors`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from papershelf.model import Collection, Relations, Topics
from papershelf.neighbours import term
from papershelf.relate.layout import arrange
from papershelf.relate.memory import Memory, remembered
from papershelf.relate.near import Choice, Kin, Neighbours
from papershelf.relate.nearest import nearest
from papershelf.relate.reasons import Capitals, Labels, Reasons
from papershelf.relate.series import Tie, series
from papershelf.relate.vectors import Vectors, cosines, vectorise

__all__ = ["Memory", "arrange", "relate", "remembered"]

_VERSION = Tie(term("the same title, told anew"))


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
    texts, terms = memory.known.keys(papers), memory.known.of(papers)
    vectors = vectorise(papers, terms, topics)
    found = nearest(vectors, count, memory.nearest, memory.came_from(ids))
    chosen, labels = Choice(found, _kin(vectors), count), Labels(papers, topics)
    reasons = Reasons(vectors, found.full, terms, texts, memory.told)
    told = reasons.terms(*_told_by(chosen, labels))
    memory.keep(ids, found, told)
    order = tuple(collection.papers)
    return Relations(Neighbours(order, ids, chosen, labels, told, Capitals(terms, told.values())))


def _kin(vectors: Vectors) -> dict[int, Kin]:
    """The versions and the series that rows belong to."""
    rows = {paper.id: row for row, paper in enumerate(vectors.papers)}
    found: dict[int, Kin] = defaultdict(dict)
    for row, others in series(vectors).items():
        found[row] |= {other: (score, "series", tie) for other, (score, tie) in others.items()}
    pairs = [(rows[p.id], rows[id]) for p in vectors.papers for id in p.versions if id in rows]
    ones, versions = ([pair[at] for pair in pairs] for at in (0, 1))
    scores = cosines(vectors.products(ones, versions)).tolist()
    for (row, version), score in zip(pairs, scores, strict=True):
        found[row][version] = (score, "version", _VERSION)
    return found


def _told_by(
    chosen: Choice, labels: Labels
) -> tuple[list[list[int]], Callable[[int], list[list[str]]]]:
    """The neighbours of each row, and what is said of them beside the terms."""
    near = chosen.rows()

    def said(row: int) -> list[list[str]]:
        shared = [[*labels.of(row, other)] for other in near[row]]
        for some, tie in zip(shared, chosen.ties(row), strict=False):
            some += [tie] if tie else []
        return shared

    return near, said
