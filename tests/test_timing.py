"""The clock of the tests: a busy machine fails nobody, and what is slow does not get through."""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import chain, repeat

import pytest

import timing
from timing import TRIES, grows_at_most, seconds, takes_at_most


def steps(count: int) -> Callable[[], object]:
    return lambda: sum(range(count))


def test_work_of_a_square_is_seen() -> None:
    """Four times the input, sixteen times the time."""
    assert not grows_at_most(9, steps(3_200_000), steps(200_000), quick=0)


def test_work_in_proportion_is_seen() -> None:
    assert grows_at_most(9, steps(800_000), steps(200_000), quick=0)


def test_work_that_is_quick_may_grow_as_it_likes() -> None:
    assert grows_at_most(1, steps(20_000), steps(1), quick=1)


def clock(monkeypatch: pytest.MonkeyPatch, *took: float) -> None:
    """Lets each work take the next of these times, and the last of them from then on."""
    times = chain(took, repeat(took[-1]))
    monkeypatch.setattr(timing, "seconds", lambda work: next(times))


def test_one_try_on_a_free_core_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, 10.0, 10.0, 10.0, 1.0)
    assert takes_at_most(2, steps(1))
    clock(monkeypatch, 40.0, 1.0, 40.0, 1.0, 4.0, 1.0)
    assert grows_at_most(9, steps(1), steps(1))


def test_a_short_work_that_met_a_busy_core_excuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, *[16.0, 1.0] * (TRIES - 1), 16.0, 3.0)
    assert not grows_at_most(9, steps(1), steps(1))
    clock(monkeypatch, 3.0)
    assert not takes_at_most(2, steps(1))


def test_garbage_is_collected_again_afterwards() -> None:
    with pytest.raises(ZeroDivisionError):
        seconds(lambda: 1 / 0)
    assert gc.isenabled()
