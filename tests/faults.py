"""Runs papershelf where the n-th change of the disk fails, or kills it.

A run is a process of its own, split off one that has all modules loaded. What it changes below
its project is counted: each file that is opened for writing, each write, flush, rename, link,
removal and new folder, whoever asks for it in Python, and the exchange of two folders.
"""

# The system by its own names: it is what is counted here.
# ruff: noqa: PTH109, PTH115, PTH118

from __future__ import annotations

import errno
import json
import mmap
import multiprocessing
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papershelf.cli import main

LOADED = (
    "papershelf.pipeline",
    "papershelf.check",
    "papershelf.render.mkdocs_engine",
    "papershelf.mkdocs_plugin",
    "material.plugins.search.plugin",
)


@dataclass(frozen=True)
class Fault:
    """What happens at the `at`-th change (from 1) of a path that `where` is found in.

    `what` is `kill` (all processes of the run), `kill one` (the one that asked), the name of a
    signal, or that of an error. One that `lasts` fails every later change too; a disk that is
    full still lets files go. `log` names a file that all changes are written to.
    """

    what: str = ""
    at: int = 0
    where: str = ""
    lasts: bool = False
    log: str = ""


@dataclass(frozen=True)
class Done:
    """How a run ended: its exit code (negative: the signal), what it said, what it changed."""

    code: int
    said: str
    changes: int
    seconds: float


def run(
    root: Path, *arguments: str, fault: Fault | None = None, seconds: float = 0, **env: str
) -> Done:
    """Runs papershelf in a folder with a fault; after so many `seconds`, all of it is killed."""
    with tempfile.TemporaryDirectory(prefix="run-") as folder:
        said, counted = Path(folder, "said"), Path(folder, "counted")
        counted.write_bytes(bytes(8))
        given = (os.fspath(root), arguments, fault, str(said), str(counted), env)
        process = _context().Process(target=_child, args=given)
        start = time.perf_counter()
        process.start()
        if seconds:
            process.join(seconds)
            with suppress(ProcessLookupError):
                os.killpg(process.pid or 0, signal.SIGKILL)
        process.join(600)
        took = time.perf_counter() - start
        assert process.exitcode is not None, f"still at work after {took:.0f} s"
        text = said.read_text("utf-8", "replace") if said.exists() else ""
        return Done(process.exitcode, text, int.from_bytes(counted.read_bytes(), "little"), took)


def _context() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    return context


def _child(
    root: str,
    arguments: tuple[str, ...],
    fault: Fault | None,
    said: str,
    counted: str,
    env: dict[str, str],
) -> None:
    os.setsid()
    descriptor = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ.update(env)
    os.chdir(root)
    if fault:
        Injector(root, fault, counted).install()
    code = main(list(arguments))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Event of the audit → the places of its path, and of the folder that the path starts at.
_EVENTS = {
    "os.rename": (0, 2),
    "os.remove": (0, 1),
    "os.rmdir": (0, 1),
    "os.mkdir": (0, 2),
    "os.link": (1, 3),
    "os.symlink": (1, 2),
    "os.truncate": (0, -1),
}
_GOES_ON_A_FULL_DISK = {"os.remove", "os.rmdir"}


class Injector:
    """Counts changes below a folder, over all processes of a run, and lets one fail."""

    def __init__(self, root: str, fault: Fault, counted: str) -> None:
        self.root = os.path.realpath(root) + os.sep
        self.fault = fault
        self.where = re.compile(fault.where)
        with Path(counted).open("r+b") as file:
            self.counted = mmap.mmap(file.fileno(), 8)
        self.log = os.open(fault.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if fault.log else -1
        self.is_open = True

    def install(self) -> None:
        """For good: a hook of the audit cannot be taken back."""
        sys.addaudithook(self._hear)
        os.write = self._over_descriptor(os.write, "write")
        os.fsync = self._over_descriptor(os.fsync, "fsync")

    def _hear(self, event: str, values: tuple[Any, ...]) -> None:
        if event == "open":
            if isinstance(values[2], int) and values[2] & _WRITING:
                self._meet(event, self._path(values[0]))
        elif event in _EVENTS:
            place, folder = _EVENTS[event]
            start = values[folder] if 0 <= folder < len(values) else -1
            self._meet(event, self._path(values[place], start))
        elif event == "ctypes.dlsym" and values[1] == "renameat2":
            self._meet("exchange", self.root + "site")

    def _over_descriptor(self, call: Callable[..., Any], event: str) -> Callable[..., Any]:
        def wrapped(descriptor: int, *values: Any) -> Any:
            if event == "write" and self.fault.what.startswith("kill"):
                half = len(values[0]) // 2  # killed in the middle of it
                if half:
                    call(descriptor, values[0][:half])
                    values = (values[0][half:],)
                self._meet(event, self._path(descriptor))
                return half + call(descriptor, *values)
            self._meet(event, self._path(descriptor))
            return call(descriptor, *values)

        return wrapped

    def _path(self, path: Any, folder: int = -1) -> str:
        """The full path; nothing when it cannot be told."""
        try:
            if isinstance(path, int):
                return os.readlink(f"/proc/self/fd/{path}")
            name = os.fsdecode(path)
            base = os.readlink(f"/proc/self/fd/{folder}") if folder >= 0 else os.getcwd()
            parent, last = os.path.split(os.path.join(base, name))
            return os.path.join(os.path.realpath(parent), last)
        except (OSError, TypeError):
            return ""

    def _meet(self, event: str, path: str) -> None:
        if not self.is_open or not path.startswith(self.root):
            return
        inner = path.removeprefix(self.root)
        if not self.where.search(inner):
            return
        number = int.from_bytes(self.counted[:8], "little") + 1
        self.counted[:8] = number.to_bytes(8, "little")
        if self.log >= 0:
            self.is_open = False
            os.write(self.log, json.dumps([event, inner]).encode() + b"\n")
            self.is_open = True
        if number == self.fault.at or (self.fault.lasts and number > self.fault.at > 0):
            self._fail(event, path)

    def _fail(self, event: str, path: str) -> None:
        what = self.fault.what
        if what == "kill":
            os.killpg(0, signal.SIGKILL)
        elif what == "kill one":
            os.kill(os.getpid(), signal.SIGKILL)
        elif what.startswith("SIG"):
            os.kill(os.getpid(), getattr(signal, what))
        elif what and not (what == "ENOSPC" and event in _GOES_ON_A_FULL_DISK):
            code = getattr(errno, what)
            raise OSError(code, os.strerror(code), path)
