"""A list → pages of it, at `base/`, `base/2/` and so on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from papershelf.compose.views import Pager, Step

T = TypeVar("T")
_NEAR = 2  # numbers shown on either side of the page one is on


def address_of(base: str, number: int) -> str:
    """The address of a page; the first has no number, so that it can be linked for good.

    >>> address_of("topics/x/", 1), address_of("topics/x/", 2)
    ('topics/x/', 'topics/x/2/')
    """
    return base if number == 1 else f"{base}{number}/"


def paged(items: Sequence[T], base: str, size: int) -> Iterator[tuple[str, Sequence[T], Pager]]:
    """Address, items and pager of every page; an empty list still has its one page."""
    total = max(1, -(-len(items) // size))
    for number in range(1, total + 1):
        part = items[(number - 1) * size : number * size]
        yield address_of(base, number), part, _pager(base, number, total)


def _pager(base: str, number: int, total: int) -> Pager:
    return Pager(
        number,
        total,
        tuple(_steps(base, number, total)) if total > 1 else (),
        address_of(base, number - 1) if number > 1 else "",
        address_of(base, number + 1) if number < total else "",
    )


def _steps(base: str, number: int, total: int) -> Iterator[Step]:
    shown = sorted({1, total, *range(max(1, number - _NEAR), min(total, number + _NEAR) + 1)})
    before = 0
    for page in shown:
        if page > before + 1:
            yield Step("gap")
        yield Step("here" if page == number else "page", page, address_of(base, page))
        before = page
