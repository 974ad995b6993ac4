"""What has changed on the disk since one last looked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Stamps = Mapping[str, tuple[int, int]]


def stamps(paths: Iterable[Path]) -> Stamps:
    """Every file at and below the paths, with mtime in nanoseconds and size in bytes."""
    found: dict[str, tuple[int, int]] = {}
    for path in paths:
        for file in _files(path):
            try:
                stat = file.stat()
            except OSError:  # gone since
                continue
            found[str(file)] = (stat.st_mtime_ns, stat.st_size)
    return found


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
    for folder, _, names in os.walk(path):
        yield from (Path(folder, name) for name in names)
