"""A topic given to a paper, and why: reasons that can be told in any language.

Of ours it imports but its like, as a part of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from papershelf.neighbours import in_english, term


class Reason(NamedTuple):
    """What speaks for a topic: an English text, and what stands for `%(name)s` and `%(count)s`."""

    text: str
    name: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Assignment:
    """A topic given to a paper: how sure (higher is surer), and what speaks for it."""

    topic: str
    score: float
    told: tuple[Reason, ...]

    @property
    def why(self) -> str:
        """The reasons in plain English: `"mixture-of-experts" in the title, "MoE" 4 times`."""
        return self.reason(in_english)

    def reason(self, say: Callable[..., str]) -> str:
        """The reasons in the words of `say(text, **values)`."""
        return say(", ").join(say(text, name=name, count=times) for text, name, times in self.told)


GIVEN = term('keyword "%(name)s" given by the source')
IN_TITLE = term('"%(name)s" in the title')
IN_ABSTRACT = term('"%(name)s" in the abstract')
TIMES = term('"%(name)s" %(count)s times')
LIKE = term('like "%(name)s"')
ADDED = term("added in %(name)s")
REASONS = (GIVEN, IN_TITLE, IN_ABSTRACT, TIMES, LIKE, ADDED)
"""Every text that a reason can have."""
