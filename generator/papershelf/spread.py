"""Work on many values, spread over as many processes as the system has room for."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar, cast

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
    others = [_split_off(_send, work, values, share, end) for share in shares[1:]]
    results: list[R | None] = [None] * len(values)
    with without_collection():
        for place in shares[0]:
            results[place] = _tried(work, values[place])
    end()
    for share, (here, process) in zip(shares[1:], others, strict=True):
        for place, result in zip(share, _received(here, len(share)), strict=True):
            results[place] = result
        process.join()
    return results


def hand_out(
    work: Callable[[T], R], values: Sequence[T], size: int
) -> Generator[tuple[int, R], None, None] | None:
    """The place of each value and what the work gives for it, in the order in which they come.

    The work is done by other processes, which are split off before this returns; each is handed
    the next value when it is through with one. Every other process begins at the end: values
    that are near each other have much in common, which is then found out by one process alone.
    A process ends when the work raises: its value is missing then, and so is what is left when
    all have ended. Nothing comes of this where `size`, of how many things the values are made,
    is not worth another process.
    """
    number = _processes(size)
    if number == 1:
        return None
    return _gathered(dict(_split_off(_serve, work, values) for _ in range(number)), len(values))


def _gathered(crew: dict[Connection, Any], count: int) -> Generator[tuple[int, Any], None, None]:
    waiting, free = deque(range(count)), list(crew)
    backwards = set(free[1::2])
    busy: dict[Connection, int] = {}
    try:
        while True:
            for one in free[: len(waiting)]:
                place = waiting.pop() if one in backwards else waiting.popleft()
                with suppress(OSError):
                    one.send(place)
                    busy[one] = place
            if not busy:
                return
            free = []
            for one in cast(list[Connection], wait(list(busy))):
                place = busy.pop(one)
                with suppress(EOFError, OSError):  # it ended, or died
                    result = one.recv()
                    free.append(one)
                    yield place, result
    finally:
        for one in crew:
            one.close()  # which ends the process
        for process in crew.values():
            process.join()


def _serve(there: Connection, work: Callable[[T], R], values: Sequence[T]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with the process that it works for
    with without_collection(), suppress(Exception):
        while True:
            there.send(work(values[there.recv()]))


def _share(count: int, number: int, place: int) -> list[int]:
    blocks = range(place * _BLOCK, count, number * _BLOCK)
    return [at for start in blocks for at in range(start, min(start + _BLOCK, count))]


def _split_off(target: Callable[..., None], *given: object) -> tuple[Connection, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which there are none
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe()
        process = context.Process(target=_begin, args=(here, there, target, *given))
        gc.freeze()  # so that looking for waste does not copy all that is shared
        process.start()
        gc.unfreeze()
    there.close()
    return here, process


def _begin(
    here: Connection, there: Connection, target: Callable[..., None], *given: object
) -> None:
    here.close()  # or this process would never see the other end of its own line closed
    target(there, *given)


def _received(here: Connection, count: int) -> list[Any]:
    try:
        return list(here.recv())
    except (EOFError, OSError):  # it died: the values are as if the work had raised
        return [None] * count


def _processes(number: int) -> int:
    can_split = sys.platform == "linux" and threading.active_count() == 1
    if not can_split or number < _FEWEST:
        return 1
    return max(1, min(len(os.sched_getaffinity(0)), _MOST, _room()))


def _room() -> int:
    """How many processes as large as this one fit into a half of the memory that is free.

    What a process that is split off only looks at becomes its own, page by page: objects count
    who refers to them, and the counts stand beside them.
    """
    try:
        kilobytes = {
            name: int(rest.split()[0])
            for file in ("meminfo", "self/status")
            for name, _, rest in map(_parted, Path("/proc", file).read_text().splitlines())
            if name in {"MemAvailable", "VmRSS"}
        }
        return kilobytes["MemAvailable"] // (2 * kilobytes["VmRSS"])
    except (OSError, LookupError, ValueError, ZeroDivisionError):
        return _MOST


def _parted(line: str) -> tuple[str, str, str]:
    return line.partition(":")


class without_collection:  # noqa: N801 - it reads as a statement
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
    with without_collection():
        results = [_tried(work, values[place]) for place in share]
    end()
    there.send(results)
    there.close()
