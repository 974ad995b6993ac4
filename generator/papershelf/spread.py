"""Work on many values, spread over as many processes as the system has room for."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# Below, another process costs more than it saves.
_FEWEST = 200
# Values that are next to each other are of one kind, and of one weight: each gets its share.
_BLOCK = 32
_MOST = 16


def spread(
    work: Callable[[T], R],
    values: Sequence[T],
    processes: int = 0,
    end: Callable[[], object] = bool,
) -> list[R | None]:
    """What the work gives for each value, in their order; nothing where it raised.

    Every process does `end` when it is through. The work has no other effect but on the disk.
    `processes` is by default one for each processor, or one where a process cannot be split
    (then it has the values of the module, unsent) or is not alone.
    """
    number = processes or _processes(len(values))
    shares = [_share(len(values), number, place) for place in range(number)]
    others = [_split_off(work, values, share, end) for share in shares[1:]]
    results: list[R | None] = [None] * len(values)
    with _without_collection():
        for place in shares[0]:
            results[place] = _tried(work, values[place])
    end()
    for share, (here, process) in zip(shares[1:], others, strict=True):
        for place, result in zip(share, _received(here, len(share)), strict=True):
            results[place] = result
        process.join()
    return results


def _share(count: int, number: int, place: int) -> list[int]:
    blocks = range(place * _BLOCK, count, number * _BLOCK)
    return [at for start in blocks for at in range(start, min(start + _BLOCK, count))]


def _split_off(
    work: Callable[[T], R], values: Sequence[T], share: Sequence[int], end: Callable[[], object]
) -> tuple[Connection, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which there are none
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_send, args=(there, work, values, share, end))
        gc.freeze()  # so that looking for waste does not copy all that is shared
        process.start()
        gc.unfreeze()
    there.close()
    return here, process


def _received(here: Connection, count: int) -> list[Any]:
    try:
        return list(here.recv())
    except (EOFError, OSError):  # it died: the values are as if the work had raised
        return [None] * count


def _processes(number: int) -> int:
    can_split = sys.platform == "linux" and threading.active_count() == 1
    if not can_split or number < _FEWEST:
        return 1
    return max(1, min(len(os.sched_getaffinity(0)), _MOST))


class _without_collection:  # noqa: N801 - it reads as a statement
    """Nothing that is made here goes in circles, and to look for it takes a tenth of the time."""

    def __enter__(self) -> None:
        self.was_on = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self.was_on:
            gc.enable()


def _tried(work: Callable[[T], R], value: T) -> R | None:
    try:
        return work(value)
    except Exception:  # noqa: BLE001 - it is done again by who can tell what is wrong
        return None


def _send(
    there: Connection,
    work: Callable[[T], R],
    values: Sequence[T],
    share: Sequence[int],
    end: Callable[[], object],
) -> None:
    with _without_collection():
        results = [_tried(work, values[place]) for place in share]
    end()
    there.send(results)
    there.close()
