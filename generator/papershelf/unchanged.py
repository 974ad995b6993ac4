"""Whether anything changed since the last run, told by stats alone: inputs, outputs, our code.

What a run saw is kept as data in the state folder, with what it reported. A stamp proves
nothing about a file that was saved within the grain of its clock, so a run that read such a
file is not kept, and the next one looks at everything.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papershelf import disk
from papershelf.cache import WRONG, key_of
from papershelf.data import problem_data, problem_of
from papershelf.model import Settings
from papershelf.report import Report

_GRAIN = 20_000_000  # nanoseconds; Linux stamps files by a tick of 4 to 10 ms
_ONCE = {"broken-manifest"}  # what a run made good is not to be told again
_Stamps = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Before:
    """What the inputs were when a run began, by their stamps."""

    started: int
    inputs: _Stamps


def look(settings: Settings) -> Before:
    """What a run is about to read."""
    return Before(time.time_ns(), _stamps(_inputs(settings)))


def repeat(settings: Settings, report: Report) -> bool:
    """Whether a run would change nothing; then the report is told what the last one was told."""
    if not _can_be_known(settings):
        return False
    try:
        last = json.loads(disk.read_file(_file(settings)) or b"")
        same = last["key"] == _key(settings)
        same = same and last["inputs"] == look(settings).inputs
        same = same and last["outputs"] == _digest(_outputs(settings))
        problems = [problem_of(problem) for problem in last["problems"]]
        counts = {str(name): int(number) for name, number in last["counts"].items()}
    except (*WRONG, RecursionError):
        return False
    if same:
        report.problems += problems
        report.counts.update(counts)
    return bool(same)


def keep(settings: Settings, before: Before, report: Report) -> None:
    """Notes that a run is done, unless an input changed while it read or just before."""
    newest = max((stamp[0] for stamp in before.inputs.values()), default=0)
    if (
        not _can_be_known(settings)
        or newest > before.started - _GRAIN
        or look(settings).inputs != before.inputs
    ):
        forget(settings)
        return
    time.sleep(_GRAIN / 1e9)  # from here on, a file that is saved has another stamp
    counts = report.counts
    told = {**counts, "unchanged": counts["unchanged"] + counts["written"]}
    told |= dict.fromkeys(("written", "removed"), 0)
    data = {
        "key": _key(settings),
        "inputs": before.inputs,
        "outputs": _digest(_outputs(settings)),
        "problems": [problem_data(found) for found in report.problems if found.code not in _ONCE],
        "counts": told,
    }
    disk.make_folder(settings.state_dir)
    disk.replace_file(_file(settings), json.dumps(data, separators=(",", ":")).encode())


def forget(settings: Settings) -> None:
    """Sees to it that the next run looks at everything."""
    if _file(settings).exists():
        disk.remove_file(_file(settings))


def _file(settings: Settings) -> Path:
    return settings.state_dir / "last-run.json"


def _key(settings: Settings) -> str:
    return key_of(sorted((name, str(getattr(settings, name))) for name in _fields(settings)))


def _fields(settings: Settings) -> Iterable[str]:
    return settings.__dataclass_fields__


def _can_be_known(settings: Settings) -> bool:
    """Plugins may go by anything, and standard input has no stamp."""
    return not settings.plugins and "-" not in settings.sources


def _inputs(settings: Settings) -> list[Path]:
    """All that pages are made from; what mkdocs.yml says stands in the key."""
    named = (*settings.sources, settings.taxonomy, settings.corrections)
    own = Path(__file__).parent
    # The rest of overrides/ is for the engine, and we write to it ourselves.
    theirs = [settings.overrides_dir / name for name in ("templates", "locales")]
    return [*(settings.root / name for name in named), *theirs, own]


def _outputs(settings: Settings) -> list[Path]:
    folders = [settings.docs_dir, settings.beside_dir, settings.overrides_dir]
    return [*folders, settings.ledger_file]


def _stamps(paths: Iterable[Path]) -> _Stamps:
    """Every file at and below the paths: when it and its place were last changed, size, inode."""
    return {name: list(stamp) for name, stamp in _looks(paths)}


def _digest(paths: Iterable[Path]) -> str:
    """All stamps in one: those of 18,000 files took a second to write down and to read again."""
    lines = sorted(f"{name}\0{stamp}" for name, stamp in _looks(paths))
    return key_of("\n".join(lines))


def _looks(paths: Iterable[Path]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for path in paths:
        for name in _files(path):
            with suppress(OSError):
                stat = os.stat(name)  # noqa: PTH116  `Path` costs three times as much
                yield name, (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)


def _files(path: Path) -> Iterator[str]:
    """The files below a folder, also through links to files; what Python compiles is no input."""
    pending: list[Any] = [os.fspath(path)]
    yield pending[0]
    while pending:
        with suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                else:
                    yield entry.path
