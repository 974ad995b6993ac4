"""Work on many values, on all cores: the same results, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from papershelf import spread
from papershelf.spread import hand_out

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are split off there alone")
HOME = os.getpid()
VALUES = range(40)


split = spread._processes


def proc(folder: Path, free: int, own: int) -> Callable[..., Path]:
    """What stands in for `Path`, with a system's account of its memory, in kB."""
    (folder / "self").mkdir()
    (folder / "meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable:   {free} kB\n")
    (folder / "self" / "status").write_text(f"Name:\tpython\nVmRSS:\t {own} kB\n")
    return lambda _, file: folder / file


@pytest.fixture(autouse=True)
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "_processes", lambda size: 3 if size > 10 else 1)


def test_every_value_is_handed_out_once() -> None:
    found = hand_out(lambda value: value * value, VALUES, 40)
    assert found is not None
    assert sorted(found) == [(place, place * place) for place in VALUES]


def test_the_work_is_done_elsewhere() -> None:
    found = hand_out(lambda _: os.getpid(), VALUES, 40)
    assert found is not None
    assert HOME not in dict(found).values()


def test_values_near_each_other_are_done_by_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "_processes", lambda size: 2)
    found = hand_out(lambda _: time.sleep(0.005) or os.getpid(), VALUES, 40)
    assert found is not None
    crew = dict(found)
    assert len(set(crew.values())) == 2
    assert sum(crew[place] != crew[place + 1] for place in range(39)) == 1


def test_few_values_are_not_worth_a_process() -> None:
    assert hand_out(str, VALUES, 10) is None


def test_a_value_that_raises_is_missing_and_the_others_are_not(
    capfd: pytest.CaptureFixture[str],
) -> None:
    found = hand_out(lambda value: 1 / (value - 7), VALUES, 40)
    assert found is not None
    assert {*VALUES} - dict(found).keys() == {7}
    assert capfd.readouterr().err == ""


def test_a_process_that_dies_costs_its_value() -> None:
    def work(value: int) -> int:
        if value in {3, 30}:
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    found = hand_out(work, VALUES, 40)
    assert found is not None
    assert {*VALUES} - dict(found).keys() == {3, 30}


def test_what_is_left_when_all_have_died_is_missing() -> None:
    found = hand_out(lambda value: 1 // (value < 5), VALUES, 40)
    assert found is not None
    assert sorted(dict(found)) == [0, 1, 2, 3, 4]


def test_no_process_outlives_who_stops_listening() -> None:
    found = hand_out(lambda _: os.getpid(), VALUES, 40)
    assert found is not None
    worker = next(found)[1]
    found.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="the others are not split")
@pytest.mark.parametrize(
    ("free", "own", "number"), [(16_000, 1_000, 4), (6_100, 1_000, 3), (900, 1_000, 1)]
)
def test_processes_are_no_more_than_memory_has_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, own: int, number: int
) -> None:
    monkeypatch.setattr(spread, "Path", proc(tmp_path, free, own))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(4))
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert split(1000) == number


def test_a_system_that_gives_no_account_of_its_memory_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "Path", lambda *_: tmp_path / "none")
    assert spread._room() == spread._MOST
