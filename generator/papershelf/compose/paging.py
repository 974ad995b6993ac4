"""A list → pages of it, at `base/`, `base/2/` and so on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from papershelf.compose.views import Pager, Step

T = TypeVar("T")
_NEAR = 2  # numbers shown on either side of the page one is on


def address_of(base: str, number: int, mark: str = "") -> str:
    """The address of a page; the first has no number, so that it can be linked for good.

    A `mark` goes before the number where other pages below the base have numbers for names.

    >>> address_of("topics/x/", 1), address_of("topics/x/", 2), address_of("years/", 2, "page-")
    ('topics/x/', 'topics/x/2/', 'years/page-2/')
    """
    return base if number == 1 else f"{base}{mark}{number}/"


def paged(
    items: Sequence[T], base: str, size: int, mark: str = ""
) -> Iterator[tuple[str, Sequence[T], Pager]]:
    """Address, items and pager of every page; an empty list still has its one page."""
    total = max(1, -(-len(items) // size))
    for number in range(1, total + 1):
        part = items[(number - 1) * size : number * size]
        yield address_of(base, number, mark), part, _pager(base, number, total, mark)


def _pager(base: str, number: int, total: int, mark: str) -> Pager:
    return Pager(
        number,
        total,
        tuple(_steps(base, number, total, mark)) if total > 1 else (),
        address_of(base, number - 1, mark) if number > 1 else "",
        address_of(base, number + 1, mark) if number < total else "",
    )


def _steps(base: str, number: int, total: int, mark: str) -> Iterator[Step]:
    shown = sorted({1, total, *range(max(1, number - _NEAR), min(total, number + _NEAR) + 1)})
    before = 0
    for page in shown:
        if page > before + 1:
            yield Step("gap")
        yield Step("here" if page == number else "page", page, address_of(base, page, mark))
        before = page
