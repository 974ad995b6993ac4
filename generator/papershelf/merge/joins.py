"""Which papers are joined so far: a union-find that knows why, and what must stay apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from papershelf.merge.facts import Facts, contradicts
from papershelf.model import Paper


@dataclass(frozen=True, slots=True)
class Group:
    """Papers that are one, in the order of their origins; why; and keys they do not own."""

    papers: list[Paper]
    why: tuple[str, ...]
    contested: frozenset[str]


class _Facts(dict[int, Facts]):
    """What is known of the papers at each position; of most of them nobody asks."""

    def __init__(self, papers: list[Paper]) -> None:
        self._papers = papers

    def __missing__(self, at: int) -> Facts:
        self[at] = facts = Facts.of(self._papers[at])
        return facts


class Joins:
    """Which papers are joined so far, with the reasons: a union-find over their positions."""

    def __init__(self, papers: list[Paper]) -> None:
        self.papers = papers
        self.facts = _Facts(papers)
        self._parents = list(range(len(papers)))
        self._why: dict[int, set[str]] = {}
        self._apart: dict[int, set[int]] = {}

    @cached_property
    def shared(self) -> dict[str, list[int]]:
        """The keys that several papers have, in order, with the positions of these."""
        found: dict[str, list[int]] = defaultdict(list)
        for at, paper in enumerate(self.papers):
            for key in paper.keys:
                found[key].append(at)
        return dict(sorted(item for item in found.items() if len(item[1]) > 1))

    def root(self, at: int) -> int:
        """The position that stands for all papers joined to this one."""
        while self._parents[at] != at:
            self._parents[at] = self._parents[self._parents[at]]
            at = self._parents[at]
        return at

    def keep_apart(self, one: int, other: int) -> None:
        """Says that two papers are never to be joined, not even through a third."""
        one, other = self.root(one), self.root(other)
        self._apart.setdefault(one, set()).add(other)
        self._apart.setdefault(other, set()).add(one)

    def are_apart(self, one: int, other: int) -> bool:
        """Whether something said that these two are not one."""
        return bool(self._apart) and self.root(other) in self._apart.get(self.root(one), ())

    def differ(self, one: int, other: int) -> bool:
        """Whether two papers of one title cannot be the same, by what they tell or by word."""
        facts = self.facts[self.root(one)], self.facts[self.root(other)]
        return self.are_apart(one, other) or contradicts(*facts)

    def join(self, places: Iterable[int], why: str) -> None:
        """Says that the papers at these positions are one, but for those to be kept apart."""
        heads: list[int] = []
        for at in places:
            head = next((head for head in heads if not self.are_apart(head, at)), None)
            if head is None:
                heads.append(at)
            else:
                self._unite(self.root(head), self.root(at), why)

    def _unite(self, big: int, small: int, why: str) -> None:
        if big == small:
            return
        if self.facts[big].size() < self.facts[small].size():
            big, small = small, big
        self._parents[small] = big
        self.facts[big].absorb(self.facts[small])
        self._why.setdefault(big, set()).update(self._why.pop(small, ()), [why])
        for foe in self._apart.pop(small, ()):
            self._apart[foe] = self._apart[foe] - {small} | {big}
            self._apart.setdefault(big, set()).add(foe)

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
