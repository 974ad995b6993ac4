"""Relate: Collection, Topics → Relations. Each paper's nearest others, with a reason each.

Versions of one work come first, then papers of the same project, then those that are
merely similar: by the cosine of their words and topics (`vectors`).
"""

from __future__ import annotations

from typing import Literal

from papershelf.model import Collection, Related, Relations, Topics
from papershelf.relate.layout import arrange
from papershelf.relate.reasons import Reasons
from papershelf.relate.series import series
from papershelf.relate.vectors import Near, Vectors, vectorise

__all__ = ["arrange", "relate"]

Kind = Literal["version", "series", "similar"]
_ORDER = {"version": 0, "series": 1, "similar": 2}
_VERSION = "the same title, told anew"

Kin = dict[int, tuple[float, Kind, str]]
"""Other row → cosine, kind, and what tells that it is more than similar."""


def relate(collection: Collection, topics: Topics, count: int = 6) -> Relations:
    """Collection, Topics → Relations: up to `count` neighbours a paper, nearest first.

    Papers that share no word and no topic are no neighbours, so there may be fewer; distant
    ones say so in `why`. Scores are cosines, rounded to six digits; of equals, the one with
    the smaller id comes first.
    """
    if not collection:
        return Relations({})
    vectors = vectorise(collection, topics)
    kin = _kin(vectors)
    reasons = Reasons(vectors, topics)
    found: dict[str, tuple[Related, ...]] = {}
    for row, near in enumerate(vectors.nearest(count)):
        chosen = _chosen(kin[row], near)[:count]
        told = reasons.tell(row, [(other, score, why) for other, score, _, why in chosen])
        found[vectors.papers[row].id] = tuple(
            Related(vectors.papers[other].id, score, kind, why)
            for (other, score, kind, _), why in zip(chosen, told, strict=True)
        )
    return Relations({paper.id: found[paper.id] for paper in collection})


def _kin(vectors: Vectors) -> list[Kin]:
    """For each row the versions and the series that it belongs to."""
    rows = {paper.id: row for row, paper in enumerate(vectors.papers)}
    found: list[Kin] = [{} for _ in vectors.papers]
    for row, others in series(vectors).items():
        found[row] |= {other: (score, "series", told) for other, (score, told) in others.items()}
    for row, paper in enumerate(vectors.papers):
        versions = [rows[id] for id in paper.versions if id in rows]
        likeness = vectors.likeness([row, *versions])[0][1:] if versions else []
        for version, score in zip(versions, likeness, strict=True):
            found[row][version] = (score, "version", _VERSION)
    return found


def _chosen(kin: Kin, near: list[Near]) -> list[tuple[int, float, Kind, str]]:
    """Kin and the merely similar, those of the closest kind first, then the nearest."""
    similar: Kin = {other: (score, "similar", "") for other, score in near}
    found = [(other, *told) for other, told in {**similar, **kin}.items()]
    return sorted(found, key=lambda one: (_ORDER[one[2]], -one[1], one[0]))
