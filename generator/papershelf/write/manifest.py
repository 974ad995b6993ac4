"""The manifest: what we wrote, so that nothing else is ever overwritten or removed.

`.papershelf/manifest.json` is written last and in one step. What a run wrote before it was
killed stands in a log beside it, a line before each file. A manifest that is broken, or
not ours, counts as an empty one: then nothing is removed, and files that are as we would
write them are taken over.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from papershelf import disk
from papershelf.model import Origin, Problem, Settings
from papershelf.report import Report

VERSION = 2


class Mark(NamedTuple):
    """What a file of ours was like when we had written it, and what it was made from.

    `digest` is SHA-256 in hex, `size` is in bytes, `changed` in nanoseconds: the later of
    mtime and ctime, for a tool may set the one back but not the other. `key` is that of the
    page or file (see `site`); none when it cannot be told whether it would be made the same.
    """

    digest: str
    size: int
    changed: int
    key: str = ""

    def fits(self, found: os.stat_result) -> bool:
        """Whether a file is, by its size and times, the one that we left."""
        return stat.S_ISREG(found.st_mode) and _looks(found) == (self.size, self.changed)


def mark(digest: str, found: os.stat_result, key: str = "") -> Mark:
    """The mark of a file whose content is known."""
    return Mark(digest, *_looks(found), key)


def _looks(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, max(found.st_mtime_ns, found.st_ctime_ns)


def digest_of(content: bytes) -> str:
    """SHA-256 in hex."""
    return sha256(content).hexdigest()


class Manifest:
    """Marks by folder and path. `damaged` says that there was one which could not be read."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.path = folder / "manifest.json"
        self.root = root
        self.log = disk.Log(folder / "manifest.log")
        self.folders: dict[str, dict[str, Mark]] = {}
        self.begun: dict[str, dict[str, set[str]]] = {}
        self.damaged = False
        self._found: dict[str, dict[str, Mark]] = {}

    def name(self, folder: Path) -> str:
        """A folder as it stands in the manifest: relative, so that a site can be moved."""
        return Path(os.path.relpath(folder, self.root)).as_posix()

    def marks(self, folder: Path) -> dict[str, Mark]:
        """Path → mark of all that we wrote into the folder; to be changed in place."""
        return self.folders.setdefault(self.name(folder), {})

    def begin(self, folder: str, files: Iterable[tuple[str, str]]) -> None:
        """Remembers what is about to be written, should we not live to say that it was.

        The files come as path and digest.
        """
        if lines := [json.dumps([folder, *file]) for file in files]:
            self.log.add("\n".join(lines))

    def load(self) -> None:
        """Reads the manifest and the log.

        Raises:
            ValueError: the manifest cannot be trusted; this one is empty but for the log.
        """
        self.begun = _loads_log(disk.read_file(self.log.path) or b"")
        found = disk.read_file(self.path)
        if found is not None:
            self.damaged = True
            self.folders = _loads(found.decode())
            self.damaged = False
        self._found = {name: dict(marks) for name, marks in self.folders.items()}

    def save(self) -> None:
        """Writes the manifest, when it differs, and clears the log."""
        self.log.close()
        self.folders = {
            name: marks
            for name, marks in sorted(self.folders.items())
            if marks and (self.root / name).is_dir()
        }
        if self.folders != self._found or self.damaged:
            disk.make_folder(self.path.parent)
            disk.replace_file(self.path, self._dumps().encode(), durable=True)
        disk.remove_file(self.log.path)

    def _dumps(self) -> str:
        lines = (
            f"{json.dumps(name)}: {{\n" + ",\n".join(_lines(marks)) + "\n}"
            for name, marks in self.folders.items()
        )
        return f'{{"version": {VERSION}, "folders": {{\n' + ",\n".join(lines) + "\n}}\n"


def _lines(marks: Mapping[str, Mark]) -> list[str]:
    return [f"{json.dumps(path)}: {json.dumps(marks[path])}" for path in sorted(marks)]


def load_manifest(settings: Settings, report: Report) -> Manifest:
    """The manifest of a site; an empty one when there is none that can be trusted."""
    manifest = Manifest(settings.state_dir, settings.root)
    for folder in (settings.state_dir, settings.state_dir / "cache"):
        disk.sweep(folder)
    try:
        manifest.load()
    except (ValueError, RecursionError) as error:
        report.problem(_broken(manifest, error))
    return manifest


def _broken(manifest: Manifest, error: Exception) -> Problem:
    return Problem(
        "broken-manifest",
        f"this is no manifest of ours ({error}): it counts as an empty one",
        Origin(manifest.name(manifest.path)),
        "nothing to do: it is made anew; pages that papers have left are not removed this time",
    )


def _loads(text: str) -> dict[str, dict[str, Mark]]:
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ValueError(f"expected version {VERSION}")
    folders = data.get("folders")
    if not isinstance(folders, dict):
        raise ValueError('expected "folders"')
    return {name: _checked_marks(marks) for name, marks in folders.items()}


def _checked_marks(marks: Any) -> dict[str, Mark]:
    if not isinstance(marks, dict):
        raise ValueError("expected paths")
    return {path: _checked_mark(path, values) for path, values in marks.items()}


_DIGEST = re.compile(r"[0-9a-f]{64}")


def _checked_mark(path: str, values: Any) -> Mark:
    if not disk.is_inside(path):
        raise ValueError(f"{path!r} leads outside")
    match values:
        case [str(digest), int(size), int(changed), str(key)] if _DIGEST.fullmatch(digest):
            return Mark(digest, size, changed, key)
    raise ValueError(f"the entry {path!r} is odd")


def _loads_log(content: bytes) -> dict[str, dict[str, set[str]]]:
    """Folder → path → digests; a line that a fault cut short says nothing."""
    begun: dict[str, dict[str, set[str]]] = {}
    for line in content.splitlines():
        with suppress(ValueError, RecursionError):
            match json.loads(line):
                case [str(name), str(path), str(digest)] if disk.is_inside(path):
                    begun.setdefault(name, {}).setdefault(path, set()).add(digest)
    return begun
