"""Papers near a paper, and why: reasons that can be told in any language.

Imports nothing of ours, as a part of the model.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


def term(text: str) -> str:
    """The text itself; it is marked to be in the catalogues, and translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Related:
    """A neighbour of a paper: how near (cosine, 0 to 1), of which kind, and what speaks for it.

    `told` says what makes it more than similar, in English, with `%(name)s` where the `name`
    belongs; `topics` are labels, and `terms` words, that the two have in common.
    """

    id: str
    score: float
    kind: Literal["version", "series", "similar"]
    told: str = ""
    name: str = ""
    topics: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    is_distant: bool = False

    @property
    def why(self) -> str:
        """The reason in plain English, such as `both about quantization; share outliers`."""
        return self.reason(in_english)

    def reason(self, say: Callable[..., str]) -> str:
        """The reason in the words of `say(text, **values)`."""
        topics, terms = (say(", ").join(some) for some in (self.topics, self.terms))
        parts = (
            self.told and (say(self.told, name=self.name) if self.name else say(self.told)),
            topics and say("both about %(topics)s", topics=topics),
            terms and say("share %(terms)s", terms=terms),
        )
        why = say("; ").join(filter(None, parts))
        return say("distant: %(why)s", why=why) if why and self.is_distant else why


def in_english(text: str, **values: object) -> str:
    """Says a text as it stands, with its values; what a language says otherwise."""
    return text % values if values else text


Pair = tuple[str, str, float]
Basis = tuple[Sequence[str], object]


class Lean(Mapping[str, tuple[Related, ...]]):
    """Neighbours that are put into words when asked for; without words they cost far less."""

    @abstractmethod
    def pairs(self) -> Iterator[Pair]:
        """As `Relations.pairs`."""

    @abstractmethod
    def basis(self, id: str) -> Basis:
        """As `Relations.basis`."""


@dataclass(frozen=True, slots=True)
class Relations:
    """Every paper's neighbours, nearest first; versions and series before the merely similar."""

    of: Mapping[str, tuple[Related, ...]]

    def pairs(self) -> Iterator[Pair]:
        """Every pair of a paper and a neighbour of it, by their ids, and the cosine."""
        if isinstance(self.of, Lean):
            yield from self.of.pairs()
        else:
            yield from ((id, near.id, near.score) for id, some in self.of.items() for near in some)

    def basis(self, id: str) -> Basis:
        """Who is near a paper, by id, and what all that is told of them is made from."""
        if isinstance(self.of, Lean):
            return self.of.basis(id)
        near = self.of.get(id, ())
        return [one.id for one in near], near
