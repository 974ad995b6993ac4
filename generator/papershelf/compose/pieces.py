"""Large files of all papers, in pieces that stay what they are when a paper elsewhere changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zlib import crc32

_ABOUT = 32  # papers in a piece: to make them anew takes some 10 ms
_MOST = 8 * _ABOUT


def parted(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The ids, in their order, in groups of some 32 and at most 256.

    A group ends where an id says so by itself, and not after so many: one more paper changes
    the group that it stands in and no other.

    >>> ids = [f"id:{n}" for n in range(1000)]
    >>> len(set(parted(ids)) ^ set(parted([*ids[:500], "new", *ids[500:]])))
    2
    """
    group: list[str] = []
    for id in ids:
        group.append(id)
        if crc32(id.encode("utf-8", "surrogatepass")) % _ABOUT == 0 or len(group) == _MOST:
            yield tuple(group)
            group = []
    if group:
        yield tuple(group)
