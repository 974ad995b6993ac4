"""One folder brought up to date: only what changed, and never a byte that is not ours.

Ours is a file whose content we can show to have written: by the manifest, by the log of a
run that was killed, or because it is what we would write now. Every other file is the
user's: it wins, and is reported.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from papershelf import disk
from papershelf.model import Level, Origin, Problem
from papershelf.report import Report
from papershelf.write.hand import End, File, Hand, Task, is_file, units_of
from papershelf.write.manifest import Manifest, digest_of


@dataclass(slots=True)
class _Listing:
    """What is in a folder, by name. `why_not` says why we may not touch it."""

    entries: dict[str, os.DirEntry[str]] = field(default_factory=dict)
    twins: dict[str, list[str]] = field(default_factory=dict)
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a tree treats what is not ours.

    `rivals` gives, for a path, folders with names of files there that would claim the same
    address; `code` and `level` are those of the problem that names a file of the user's.
    """

    code: str = "hand-written"
    level: Level = "warning"
    rivals: Callable[[str], Iterable[tuple[str, Iterable[str]]]] = lambda _: ()


class Tree:
    """A folder of files, most of them ours. `sync` is all there is to do with it."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        rules: Rules,
        report: Report,
        keep: Callable[[str, Any], None],
    ) -> None:
        self.hand = Hand(folder, manifest, report)
        self.name = self.hand.name
        self.marks, self.begun = self.hand.marks, self.hand.begun
        self.rules = rules
        self.report = report
        self.keep = keep
        self._listings: dict[str, _Listing] = {}
        self._wanted: set[str] = set()

    def sync(self, files: Iterable[File]) -> None:
        """Writes the files that differ, then removes ours that are no longer wanted.

        Counts `written`, `unchanged` and `removed` in the report. Many files are made on all
        cores, with the same outcome: what stands where is found out before, and what came of
        it noted after, in this process alone. `keep` is given the path of a file and its notes.

        Raises:
            ValueError: a path leads out of the folder.
            WriteFailed: the disk said no.
        """
        disk.make_folder(self.hand.folder)
        units = units_of(task for file in files if (task := self._task(file)))
        for unit, ends in zip(units, self.hand.ends(units), strict=True):
            for (file, _), end in zip(unit, ends, strict=True):
                self._note(file.path, end)
        self._remove_stale()

    def _note(self, path: str, end: End) -> None:
        if end.how == "kept":
            self._keep(path)
            return
        self.marks[path] = end.mark
        self.report.count(end.how)
        if end.notes:
            self.keep(self.hand.full(path), end.notes)

    # One file --------------------------------------------------------------------------

    def _task(self, file: File) -> Task | None:
        """What is left to do for a file: nothing where it stands as it should, or must not."""
        path = file.path
        if not disk.is_inside(path):
            raise ValueError(f"the address {path!r} leads out of {self.hand.folder}")
        if not self._is_open(path) or self._has_rival(path):
            return None
        self._wanted.add(path)
        entry = self._entry(path)
        fits = entry is not None and self.hand.fits(path, entry)
        if fits and file.key and file.key == self.marks[path].key:
            self.report.count("unchanged")
        elif entry is not None and entry.is_symlink():
            self._tell("symlink", path, _LINK, _LINK_HINT)
        else:
            return file, entry
        return None

    def _keep(self, path: str) -> None:
        edited = path in self.marks
        message = (
            "you have edited this file: it stays as it is"
            if edited
            else "this file is yours: it stays, and ours is not written"
        )
        self._tell(self.rules.code, path, message, "delete it to get ours")

    def _is_ours(self, path: str) -> bool:
        """Whether the file at a path is, to the byte, one that we wrote."""
        entry = self._entry(path)
        if entry is None or not is_file(entry):
            return False
        if self.hand.fits(path, entry):
            return True
        digests = self.hand.digests(path)
        there = disk.read_file(self.hand.full(path)) if digests else None
        return there is not None and digest_of(there) in digests

    # Whose place it is -----------------------------------------------------------------

    def _is_open(self, path: str) -> bool:
        """Whether we may write at a path: no link above it, no file in the way."""
        parent, _, _ = path.rpartition("/")
        listing = self._listing(parent, make=True)
        return not listing.why_not

    def _has_rival(self, path: str) -> bool:
        """Whether a file of the user's has our address, or our name in other capitals."""
        twins = self._twins(path)
        for rival in (*twins, *self._rivals(path)):
            if rival not in self._wanted and not self._is_ours(rival):
                message = f'this file has the address of our "{path}", which is not written'
                self._tell(self.rules.code, rival, message, "delete or rename it to get ours")
                return True
        for twin in twins:
            # Before ours is written: where case does not count, they are one file.
            self._remove(twin)
        return False

    def _twins(self, path: str) -> list[str]:
        parent, slash, name = path.rpartition("/")
        listing = self._listing(parent)
        key = _fold(name)
        if key == name and key not in listing.twins:  # as nearly always
            return []
        names = listing.twins.get(key, [])
        if key != name and key in listing.entries:
            names = [*names, key]
        return [f"{parent}{slash}{twin}" for twin in names if twin != name]

    def _rivals(self, path: str) -> list[str]:
        """Those that are there."""
        found = []
        for folder, names in self.rules.rivals(path):
            above, _, name = folder.rpartition("/")
            if folder and name not in self._listing(above).entries:
                continue
            entries = self._listing(folder).entries
            found += [f"{folder}/{name}".lstrip("/") for name in names if name in entries]
        return found

    def _entry(self, path: str) -> os.DirEntry[str] | None:
        parent, _, name = path.rpartition("/")
        return self._listing(parent).entries.get(name)

    def _listing(self, path: str, make: bool = False) -> _Listing:
        listing = self._listings.get(path)
        if listing is None or (make and listing is _MISSING):
            listing = self._listings[path] = self._look(path, make)
        return listing

    def _look(self, path: str, make: bool) -> _Listing:
        """Looks into a folder of the tree, having looked into those above it."""
        if not path:
            return self._scan(path)
        above, _, name = path.rpartition("/")
        outer = self._listing(above, make)
        if outer.why_not:
            return outer
        entry = outer.entries.get(name)
        if entry is not None and not entry.is_dir(follow_symlinks=False):
            return self._blocked(path, entry, make)
        if entry is None and not _is_folder(self.hand.full(path)):
            if not make:
                return _MISSING
            disk.make_folder(self.hand.full(path))
        return self._scan(path)

    def _blocked(self, path: str, entry: os.DirEntry[str], make: bool) -> _Listing:
        """Something that is no folder stands where we need one."""
        if not make:
            return _MISSING
        if entry.is_symlink():
            self._tell("symlink", path, _LINK, _LINK_HINT)
        elif self._is_ours(path) and path not in self._wanted:
            self._remove(path)
            disk.make_folder(self.hand.full(path))
            return self._scan(path)
        else:
            message = "this file stands where a folder of ours should be"
            self._tell(self.rules.code, path, message, "delete or rename it to get ours")
        return _Listing(why_not=path)

    def _scan(self, path: str) -> _Listing:
        listing = _Listing()
        with os.scandir(self.hand.full(path)) as entries:
            for entry in entries:
                if disk.is_scrap(entry.name):
                    disk.remove_file(entry.path)
                    continue
                listing.entries[entry.name] = entry
                if _fold(entry.name) != entry.name:
                    listing.twins.setdefault(_fold(entry.name), []).append(entry.name)
        return listing

    # What is left over -----------------------------------------------------------------

    def _remove_stale(self) -> None:
        for path in sorted({*self.marks, *self.begun} - self._wanted):
            if self._listing(path.rpartition("/")[0]).why_not:
                continue
            if self._is_ours(path):
                self._remove(path)
                self._remove_empty_folders(path)
            elif self._entry(path) is not None and path in self.marks:
                message = "we no longer make this file, but you have edited it: it stays"
                self._tell(
                    self.rules.code, path, message, "delete it if you do not need it", "info"
                )
            self.marks.pop(path, None)

    def _remove(self, path: str) -> None:
        disk.remove_file(self.hand.full(path))
        self.marks.pop(path, None)
        parent, _, name = path.rpartition("/")
        listing = self._listing(parent)
        del listing.entries[name]
        if name in (twins := listing.twins.get(_fold(name), [])):
            twins.remove(name)
        self.report.count("removed")

    def _remove_empty_folders(self, path: str) -> None:
        for parent in _parents(path):
            if self._listing(parent).entries or not disk.remove_if_empty(self.hand.full(parent)):
                return
            above, _, name = parent.rpartition("/")
            self._listing(above).entries.pop(name, None)

    def _tell(
        self, code: str, path: str, message: str, hint: str, level: Level | None = None
    ) -> None:
        origin = Origin(f"{self.name}/{path}" if self.name != "." else path)
        self.report.problem(Problem(code, message, origin, hint, level or self.rules.level))


_MISSING = _Listing()
_LINK = "this is a symbolic link: nothing is written or removed through it"
_LINK_HINT = "put a file or folder of its own in its place, or leave it if it is meant"


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _fold(name: str) -> str:
    """One spelling for all names that some file system takes for the same."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def _parents(path: str) -> Iterator[str]:
    """The folders above a path, nearest first, without the root."""
    while path := path.rpartition("/")[0]:
        yield path
