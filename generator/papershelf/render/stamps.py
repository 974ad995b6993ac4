"""What has changed on the disk since one last looked."""

# By the names of the system: for 20,000 files `Path` costs three times as much as text.
# ruff: noqa: PTH112, PTH116

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Stamps = Mapping[str, tuple[int, int]]


def stamps(paths: Iterable[Path]) -> Stamps:
    """Every file at and below the paths, with mtime in nanoseconds and size in bytes."""
    found: dict[str, tuple[int, int]] = {}
    for path in paths:
        for file in _files(str(path)):
            try:
                stat = os.stat(file)
            except OSError:  # gone since
                continue
            found[file] = (stat.st_mtime_ns, stat.st_size)
    return found


def _files(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
    for folder, _, names in os.walk(path):
        yield from (f"{folder}{os.sep}{name}" for name in names)
