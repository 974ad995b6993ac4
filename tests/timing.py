"""How long a piece of work takes by itself, on a machine that is busy with other things.

Even the CPU seconds of one process double when its core is shared. So the best of several tries
counts, and there are more tries as long as the answer would be a bad one: what is slow by itself
is slow each time.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from math import inf
from time import process_time

TRIES = 6

Work = Callable[[], object]


def seconds(work: Work) -> float:
    """CPU seconds of this process for one run; a collection of garbage in it would count twice."""
    was_on = gc.isenabled()
    gc.disable()
    start = process_time()
    try:
        work()
        return process_time() - start
    finally:
        if was_on:
            gc.enable()


def takes_at_most(limit: float, work: Work) -> bool:
    """Whether a piece of work can be done in so many CPU seconds."""
    return any(seconds(work) <= limit for _ in range(TRIES))


def grows_at_most(times: float, long: Work, short: Work, quick: float = 0.05) -> bool:
    """Whether the long work takes at most so many times as long as the short one.

    It does in any case when it is done in `quick` seconds: nobody waits for that.
    """
    best_long = best_short = inf
    for _ in range(TRIES):
        best_long = min(best_long, seconds(long))
        if best_long <= quick:
            return True
        best_short = min(best_short, seconds(short))
        if best_long <= times * best_short:
            return True
    return False
