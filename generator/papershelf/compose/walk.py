"""Previous and next: the papers beside one on the shelf of its first topic.

The order is that of the topic's pages. Who came from another list is led along that one by
a script; this is what holds without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from papershelf.compose.env import Env


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The ids beside a paper in a topic; empty at the ends."""

    topic: str
    previous: str
    next: str

    @property
    def ids(self) -> tuple[str, ...]:
        """Those that there are."""
        return tuple(id for id in (self.previous, self.next) if id)


def neighbours(env: Env) -> Mapping[str, Neighbours]:
    """Paper id → the papers beside it, for every paper that has a topic."""
    topics = env.catalog.topics
    first: dict[str, set[str]] = defaultdict(set)
    for id, given in topics.of.items():
        if given and given[0].topic in topics.topics:
            first[given[0].topic].add(id)
    found: dict[str, Neighbours] = {}
    for topic in topics.topics:
        order = env.newest(topics.papers.get(topic, ()))
        beside = zip(order, ["", *order], [*order[1:], ""], strict=False)
        found |= {
            id: Neighbours(topic, before, after)
            for id, before, after in beside
            if id in first[topic]
        }
    return found
