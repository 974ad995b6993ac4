"""Papers near a paper, and why: reasons that can be told in any language.

Imports nothing of ours, as a part of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


@dataclass(frozen=True, slots=True)
class Relations:
    """Every paper's neighbours, nearest first; versions and series before the merely similar."""

    of: Mapping[str, tuple[Related, ...]]
