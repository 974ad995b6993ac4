"""A command run as a whole process: CPU and wall seconds, and the memory of all its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PERIOD = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """What a command took. `memory` is the most, in bytes, that all its processes held at once.

    Shared pages count once (proportional set size). `failed` says why there is no result.
    """

    cpu: float = 0.0
    wall: float = 0.0
    memory: int = 0
    failed: str = ""


def run(
    command: Sequence[str],
    folder: Path,
    env: Mapping[str, str] | None = None,
    limit: float = 3600.0,
    most_memory: int = 16 << 30,
) -> Run:
    """Runs a command in a folder; ends it after `limit` seconds or above so many bytes."""
    start = time.perf_counter()
    with (folder / "benchmark.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        watch = _Watch(process.pid, start + limit, most_memory)
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.ended.set()
        watch.join()
    failed = watch.stopped or (f"exit {process.returncode}" if process.returncode else "")
    return Run(used.ru_utime + used.ru_stime, wall, watch.most, failed)


class _Watch(threading.Thread):
    """Looks at a process and its children until they end or take too much."""

    def __init__(self, pid: int, deadline: float, most_memory: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.deadline, self.bound = pid, deadline, most_memory
        self.ended = threading.Event()
        self.most = 0
        self.stopped = ""

    def run(self) -> None:
        while not self.ended.wait(_PERIOD):
            held = sum(_memory(pid) for pid in _family(self.pid))
            self.most = max(self.most, held)
            if held > self.bound:
                self.stop(f"more than {self.bound >> 30} GB")
            elif time.perf_counter() > self.deadline:
                self.stop("too long")

    def stop(self, why: str) -> None:
        self.stopped = why
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _memory(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
