"""Every paper's neighbours, made when they are asked for from the numbers that were found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, cast

import numpy as np

from papershelf.model import Related
from papershelf.neighbours import Lean
from papershelf.relate.nearest import NONE, Nearest
from papershelf.relate.reasons import DISTANT, MARK, Capitals, Labels, Told, terms_of
from papershelf.relate.series import NO_TIE, Tie

Kind = Literal["version", "series", "similar"]
_ORDER = {"version": 0, "series": 1, "similar": 2}

Kin = dict[int, tuple[float, Kind, Tie]]
"""Other row → cosine, kind, and what tells that it is more than similar."""


Chosen = tuple[int, float, Kind, Tie]
"""A neighbour: its row, the cosine, the kind, and what tells that it is more than similar."""


class Choice(Sequence[list[Chosen]]):
    """The neighbours of each row: those of the closest kind first, then the nearest."""

    def __init__(self, found: Nearest, kin: Mapping[int, Kin], count: int) -> None:
        self._near, self._scores, self._count = found.near, found.scores(), count
        self._kin = {row: self._mixed(row, some) for row, some in kin.items() if some}

    def __len__(self) -> int:
        return len(self._near)

    def __getitem__(self, row: Any) -> Any:
        return self._kin[row] if row in self._kin else self._similar(row)

    def rows(self) -> list[list[int]]:
        """For each row those of its neighbours."""
        near = self._near.tolist()
        for row in (self._near == NONE).any(axis=1).nonzero()[0].tolist():
            near[row] = [other for other in near[row] if other != NONE]
        for row, chosen in self._kin.items():
            near[row] = [one[0] for one in chosen]
        return cast(list[list[int]], near)

    def _similar(self, row: int) -> list[Chosen]:
        pairs = zip(self._near[row].tolist(), self._scores[row].tolist(), strict=True)
        return [(other, score, "similar", NO_TIE) for other, score in pairs if other != NONE]

    def _mixed(self, row: int, kin: Kin) -> list[Chosen]:
        similar = [one for one in self._similar(row) if one[0] not in kin]
        found = [*similar, *((other, *told) for other, told in kin.items())]
        return sorted(found, key=lambda one: (_ORDER[one[2]], -one[1], one[0]))[: self._count]

    def ties(self, row: int) -> list[str]:
        """What is told of each neighbour of a row, but for what is alike; nothing for most rows."""
        return [str(tie) for *_, tie in self._kin.get(row, ())]

    def edges(self) -> tuple[Any, Any, Any]:
        """All pairs of a row and a neighbour of it, and their cosines."""
        near, scores = self._near.copy(), self._scores.copy()
        for row, chosen in self._kin.items():
            near[row], scores[row] = NONE, 0
            near[row, : len(chosen)] = [one[0] for one in chosen]
            scores[row, : len(chosen)] = [one[1] for one in chosen]
        there = near != NONE
        return there.nonzero()[0], near[there].astype(np.int64), scores[there]


class Neighbours(Lean):
    """Every paper's neighbours by its id, made when they are asked for.

    All of those of 100,000 papers, with their reasons, would take 200 MB, and the numbers they
    are made from take 50.
    """

    def __init__(
        self,
        order: tuple[str, ...],
        ids: Sequence[str],
        chosen: Choice,
        labels: Labels,
        told: Mapping[str, Told],
        capitals: Capitals,
    ) -> None:
        self._order, self.ids = order, ids
        self._rows = {id: row for row, id in enumerate(ids)}
        self._chosen, self._labels, self._told = chosen, labels, told
        self._small, self._owed = capitals.small, capitals.owed

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        return iter(self._order)

    def __getitem__(self, id: str) -> tuple[Related, ...]:
        row = self._rows[id]
        told = zip(self._chosen[row], terms_of(self._told[id]), strict=True)
        return tuple([self._related(row, one, terms) for one, terms in told])

    def _related(self, row: int, chosen: Chosen, terms: Iterable[str]) -> Related:
        other, score, kind, tie = chosen
        small = tuple([self._small(term) for term in terms])
        is_distant = score < DISTANT and not tie.told
        both = self._labels.of(row, other)
        return Related(self.ids[other], score, kind, *tie, both, small, is_distant)

    def basis(self, id: str) -> tuple[Sequence[str], object]:
        """The ids of a paper's neighbours, and all else that they are made from, plain values."""
        if (row := self._rows.get(id)) is None:
            return (), ()
        chosen, told = self._chosen[row], self._told[id]
        capital = told[MARK : told.index(b"\n", MARK)].decode().split()
        owed = [word for word in capital if word in self._owed]
        both = [self._labels.of(row, other) for other, *_ in chosen]
        how = [(score, kind, *tie) for _, score, kind, tie in chosen]
        return [self.ids[one[0]] for one in chosen], (told[MARK:], owed, how, both)

    def pairs(self) -> Iterator[tuple[str, str, float]]:
        """All pairs of a paper and a neighbour, by their ids, and their cosines."""
        for row, other, score in zip(*(some.tolist() for some in self.edges()), strict=True):
            yield self.ids[row], self.ids[other], score

    def edges(self) -> tuple[Any, Any, Any]:
        """All pairs of a paper and a neighbour, as rows in the order of ids, and their cosines."""
        return self._chosen.edges()
