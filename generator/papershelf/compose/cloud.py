"""The tag cloud: a real list, whose sizes say what its numbers say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import log

from papershelf.compose.env import Env, front
from papershelf.model import Catalog
from papershelf.site import Asset, Page

SIZES = 8
"""How many sizes the stylesheet has; classes, since a strict policy forbids inline styles."""


def compose_cloud(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`cloud/`: every topic in alphabetical order, the size by the number of papers."""
    counts = [chip.count for chip in env.chips.values()]
    low, high = min(counts, default=0), max(counts, default=0)
    chips = [replace(chip, size=size_of(chip.count, low, high)) for chip in env.chips.values()]
    chips.sort(key=lambda chip: (chip.label.casefold(), chip.address))
    said = env.say_many(
        "%(count)s topic at a glance.",
        "All %(count)s topics at a glance, the larger the more papers.",
        len(chips),
    )
    meta = front(env.say("Cloud"), said, search={"exclude": True})
    yield env.page("cloud/", "cloud.j2", meta, chips=chips)


def size_of(count: int, low: int, high: int) -> int:
    """The size of a count between the lowest and the highest, from 1 to 8, by its logarithm.

    >>> [size_of(count, 2, 128) for count in (2, 16, 128)], size_of(5, 5, 5)
    ([1, 5, 8], 1)
    """
    if high <= low or count <= low:
        return 1
    share = log(count / max(low, 1)) / log(high / max(low, 1))
    return 1 + round(share * (SIZES - 1))
