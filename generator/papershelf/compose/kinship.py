"""How topics hang together: what goes with one, what lies within it, what is typical of it.

A taxonomy says no more than which area a topic belongs to, so all of this is read off the
papers, once for all topics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import log

from papershelf.model import Catalog

TYPICAL = 10
"""How many papers of a topic are marked as typical of it."""
WITHIN = 0.6
"""The share of its papers that a topic has in another to count as a part of it."""
_COMPANIONS = 12
_NARROWEST = 2  # times as large as its parts a topic is
_FEWEST = 2 * TYPICAL  # papers of a topic for which typical ones are told: else it is half of all


@dataclass(frozen=True, slots=True)
class Companion:
    """A topic that goes with another: papers in common, and how often more than by chance."""

    slug: str
    count: int
    lift: float


@dataclass(frozen=True)
class Kinship:
    """What the papers tell of their topics."""

    catalog: Catalog

    @cached_property
    def _pairs(self) -> Mapping[str, Counter[str]]:
        """Topic → other topic → papers that have both."""
        topics = self.catalog.topics
        found: dict[str, Counter[str]] = {slug: Counter() for slug in topics.topics}
        for given in topics.of.values():
            known = [one.topic for one in given if one.topic in found]
            for one, other in combinations(known, 2):
                found[one][other] += 1
                found[other][one] += 1
        return found

    def _size(self, slug: str) -> int:
        return len(self.catalog.topics.papers.get(slug, ()))

    def companions(self, slug: str) -> list[Companion]:
        """The topics that share more papers with this one than by chance, the surest first.

        Sure is what is frequent and unexpected: papers in common times the logarithm of the
        lift (the pointwise term of mutual information). The lift alone would put rare topics
        first, the number alone the largest. One paper in common proves nothing where there are
        many.
        """
        total = len(self.catalog.collection)
        found = [
            Companion(other, count, count * total / (self._size(slug) * self._size(other)))
            for other, count in self._pairs[slug].items()
            if count > 1 or self._size(slug) < _FEWEST
        ]
        sure = [(one.count * log(one.lift), one) for one in found if one.lift > 1]
        sure.sort(key=lambda pair: (-round(pair[0], 9), pair[1].slug))
        return [one for _, one in sure[:_COMPANIONS]]

    def parts(self, slug: str) -> list[str]:
        """The topics that lie within this one, largest first."""
        inside = [other for other in self._pairs[slug] if self._lies_within(other, slug)]
        return sorted(inside, key=lambda other: (-self._size(other), other))

    def wholes(self, slug: str) -> list[str]:
        """The topics that this one lies within, smallest first."""
        around = [other for other in self._pairs[slug] if self._lies_within(slug, other)]
        return sorted(around, key=lambda other: (self._size(other), other))

    def _lies_within(self, part: str, whole: str) -> bool:
        """Whether a topic of the same area has most of the papers, and is well larger."""
        topics = self.catalog.topics.topics
        common = self._pairs[part][whole]
        return (
            topics[part].area == topics[whole].area
            and common >= max(2, WITHIN * self._size(part))
            and self._size(whole) >= _NARROWEST * self._size(part)
        )

    def typical(self, slug: str) -> Sequence[str]:
        """The papers nearest to the middle of a topic, most typical first.

        Nothing for a topic of fewer than 20 papers, of which it would tell too little.
        """
        ids = self.catalog.topics.papers.get(slug, ())
        return self.central(slug)[:TYPICAL] if len(ids) >= _FEWEST else ()

    def central(self, slug: str) -> Sequence[str]:
        """The papers of a topic that have related papers in it, the most central first."""
        return self._central.get(slug, ())

    @cached_property
    def _central(self) -> Mapping[str, Sequence[str]]:
        return {
            slug: sorted(weight, key=lambda id: (-round(weight[id], 9), id))
            for slug, weight in self._weights().items()
        }

    def _weights(self) -> Mapping[str, dict[str, float]]:
        """Topic → paper → how central it is.

        That is the sum of the cosines to its related papers inside the topic, whichever of
        the two names the other, halved where the topic is the paper's second, and so on.
        """
        weights: dict[str, dict[str, float]] = {slug: {} for slug in self.catalog.topics.topics}
        ranks, none = self._ranks(weights), dict[str, int]()
        for id, other, score in self.catalog.relations.pairs():
            others = ranks.get(other, none)
            for slug, rank in ranks.get(id, none).items():
                if its := others.get(slug):
                    weight = weights[slug]
                    weight[id] = weight.get(id, 0.0) + score / rank
                    weight[other] = weight.get(other, 0.0) + score / its
        return weights

    def _ranks(self, known: Container[str]) -> Mapping[str, dict[str, int]]:
        """Paper → topic → whether that is its first, its second, and so on; of known topics."""
        of = self.catalog.topics.of
        return {
            id: {
                one.topic: rank for rank, one in enumerate(of.get(id, ()), 1) if one.topic in known
            }
            for id in self.catalog.collection.papers
        }


def first_area(id: str, catalog: Catalog) -> str:
    """The area of a paper's first topic, by which it is coloured; empty without a known one."""
    given = catalog.topics.of.get(id, ())
    topic = next((t for one in given if (t := catalog.topics.topics.get(one.topic))), None)
    return topic.area if topic else ""
