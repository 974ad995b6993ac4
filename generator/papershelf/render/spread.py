"""Work on many values, spread over two processes where the system can split one."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# Below, a second process costs more than it saves.
_FEWEST = 400


def spread(work: Callable[[T], R], values: Sequence[T], processes: int = 0) -> list[R | None]:
    """What the work gives for each value, in their order; nothing where it raised.

    The work has no other effect but on the disk. `processes` is by default two, or one where
    a process cannot be split (then it has the values of the module, unsent) or is not alone.
    """
    number = processes or _processes(len(values))
    middle = len(values) // 2
    if number < 2 or not middle:
        return [_tried(work, value) for value in values]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which there are none
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe(duplex=False)
        other = context.Process(target=_send, args=(there, work, values[middle:]))
        gc.freeze()
        other.start()
        gc.unfreeze()
    there.close()
    first = [_tried(work, value) for value in values[:middle]]
    try:
        second: list[R | None] = here.recv()
    except (EOFError, OSError):  # it died: the values are as if the work had raised
        second = [None] * (len(values) - middle)
    other.join()
    return first + second


def _processes(number: int) -> int:
    can_split = sys.platform == "linux" and threading.active_count() == 1
    return 2 if can_split and number >= _FEWEST and (os.cpu_count() or 1) > 1 else 1


def _tried(work: Callable[[T], R], value: T) -> R | None:
    try:
        return work(value)
    except Exception:  # noqa: BLE001 - it is done again by who can tell what is wrong
        return None


def _send(there: Connection, work: Callable[[T], R], values: Sequence[T]) -> None:
    there.send([_tried(work, value) for value in values])
    there.close()
