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

from papershelf import disk
from papershelf.disk import Draft
from papershelf.model import Level, Origin, Problem
from papershelf.report import Report
from papershelf.write.manifest import Manifest, digest_of, mark

Content = bytes | Iterable[bytes]


@dataclass(frozen=True, slots=True)
class File:
    """What shall stand at a path.

    `make` is told where the file is on the disk, and gives the content and the key to remember
    with it. It is not called where the file on the disk is ours and was made with the same `key`;
    with no key it always is.
    """

    path: str
    make: Callable[[str], tuple[Content, str]]
    key: str = ""


@dataclass(slots=True)
class _Listing:
    """What is in a folder, by name. `why_not` says why we may not touch it."""

    entries: dict[str, os.DirEntry[str]] = field(default_factory=dict)
    twins: dict[str, list[str]] = field(default_factory=dict)
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a tree treats what is not ours.

    `rivals` gives, for a path, others that would claim the same address; `code` and
    `level` are those of the problem that names a file of the user's.
    """

    code: str = "hand-written"
    level: Level = "warning"
    rivals: Callable[[str], Iterable[str]] = lambda _: ()


class Tree:
    """A folder of files, most of them ours. `sync` is all there is to do with it."""

    def __init__(self, folder: Path, manifest: Manifest, rules: Rules, report: Report) -> None:
        self.folder = os.fspath(folder)
        self.name = manifest.name(folder)
        self.manifest = manifest
        self.marks = manifest.marks(folder)
        self.begun = manifest.begun.get(self.name, {})
        self.rules = rules
        self.report = report
        self._listings: dict[str, _Listing] = {}
        self._wanted: set[str] = set()

    def sync(self, files: Iterable[File]) -> None:
        """Writes the files that differ, then removes ours that are no longer wanted.

        Counts `written`, `unchanged` and `removed` in the report.

        Raises:
            ValueError: a path leads out of the folder.
            WriteFailed: the disk said no.
        """
        disk.make_folder(self.folder)
        for file in files:
            if not disk.is_inside(file.path):
                raise ValueError(f"the address {file.path!r} leads out of {self.folder}")
            self._put(file)
        self._remove_stale()

    # One file --------------------------------------------------------------------------

    def _put(self, file: File) -> None:
        path = file.path
        if not self._is_open(path) or self._has_rival(path):
            return
        self._wanted.add(path)
        entry = self._entry(path)
        fits = entry is not None and self._fits(path, entry)
        if fits and file.key and file.key == self.marks[path].key:
            self.report.count("unchanged")
        elif entry is not None and entry.is_symlink():
            self._tell("symlink", path, _LINK, _LINK_HINT)
        else:
            content, key = file.make(self._full(path))
            with Draft(self._full(path), content) as draft:
                self._settle(path, draft, key, entry)

    def _settle(self, path: str, draft: Draft, key: str, entry: os.DirEntry[str] | None) -> None:
        """Puts the draft in place unless it is there already, or the file there is the user's."""
        there = self._digest_there(path, entry)
        if entry is not None and there == draft.digest:
            self.marks[path] = mark(there, entry.stat(follow_symlinks=False), key)
            self.report.count("unchanged")
        elif entry is None or self._wrote(path, there, draft):
            self._write(path, draft, key)
        else:
            self._keep(path)

    def _digest_there(self, path: str, entry: os.DirEntry[str] | None) -> str:
        """The digest of the file at a path, read unless we know it; nothing if there is none."""
        if entry is None or not _is_file(entry):
            return ""
        if self._fits(path, entry):
            return self.marks[path].digest
        there = disk.read_file(self._full(path))
        return "" if there is None else digest_of(there)

    def _wrote(self, path: str, there: str, draft: Draft) -> bool:
        """Whether the file at a path is ours, though perhaps torn."""
        if there in self._digests(path):
            return True
        known = path in self.marks or path in self.begun
        found = disk.read_file(self._full(path)) if there else None
        torn = found is not None and _is_torn(found, draft.read())
        return torn and (known or self.manifest.damaged)

    def _keep(self, path: str) -> None:
        edited = path in self.marks
        message = (
            "you have edited this file: it stays as it is"
            if edited
            else "this file is yours: it stays, and ours is not written"
        )
        self._tell(self.rules.code, path, message, "delete it to get ours")

    def _write(self, path: str, draft: Draft, key: str) -> None:
        self.manifest.begin(self.name, path, draft.digest)
        draft.put()
        self.marks[path] = mark(draft.digest, os.lstat(self._full(path)), key)
        self.report.count("written")

    def _digests(self, path: str) -> set[str]:
        digests = set(self.begun.get(path, ()))
        return digests | {self.marks[path].digest} if path in self.marks else digests

    def _fits(self, path: str, entry: os.DirEntry[str]) -> bool:
        known = self.marks.get(path)
        return known is not None and known.fits(entry.stat(follow_symlinks=False))

    def _is_ours(self, path: str) -> bool:
        """Whether the file at a path is, to the byte, one that we wrote."""
        entry = self._entry(path)
        if entry is None or not _is_file(entry):
            return False
        if self._fits(path, entry):
            return True
        digests = self._digests(path)
        there = disk.read_file(self._full(path)) if digests else None
        return there is not None and digest_of(there) in digests

    # Whose place it is -----------------------------------------------------------------

    def _is_open(self, path: str) -> bool:
        """Whether we may write at a path: no link above it, no file in the way."""
        parent, _, _ = path.rpartition("/")
        listing = self._listing(parent, make=True)
        return not listing.why_not

    def _has_rival(self, path: str) -> bool:
        """Whether a file of the user's has our address, or our name in other capitals."""
        rivals = [*self._twins(path), *filter(self._is_there, self.rules.rivals(path))]
        for rival in rivals:
            if rival in self._wanted:
                continue
            if not self._is_ours(rival):
                message = f'this file has the address of our "{path}", which is not written'
                self._tell(self.rules.code, rival, message, "delete or rename it to get ours")
                return True
        for twin in self._twins(path):
            # Before ours is written: where case does not count, they are one file.
            self._remove(twin)
        return False

    def _twins(self, path: str) -> list[str]:
        parent, slash, name = path.rpartition("/")
        listing = self._listing(parent)
        key = _fold(name)
        names = listing.twins.get(key, [])
        if key != name and key in listing.entries:
            names = [*names, key]
        return [f"{parent}{slash}{twin}" for twin in names if twin != name]

    def _is_there(self, path: str) -> bool:
        parent, _, name = path.rpartition("/")
        above, _, folder = parent.rpartition("/")
        if parent and folder not in self._listing(above).entries:
            return False
        return name in self._listing(parent).entries

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
        if entry is None and not _is_folder(self._full(path)):
            if not make:
                return _MISSING
            disk.make_folder(self._full(path))
        return self._scan(path)

    def _blocked(self, path: str, entry: os.DirEntry[str], make: bool) -> _Listing:
        """Something that is no folder stands where we need one."""
        if not make:
            return _MISSING
        if entry.is_symlink():
            self._tell("symlink", path, _LINK, _LINK_HINT)
        elif self._is_ours(path) and path not in self._wanted:
            self._remove(path)
            disk.make_folder(self._full(path))
            return self._scan(path)
        else:
            message = "this file stands where a folder of ours should be"
            self._tell(self.rules.code, path, message, "delete or rename it to get ours")
        return _Listing(why_not=path)

    def _scan(self, path: str) -> _Listing:
        listing = _Listing()
        with os.scandir(self._full(path)) as entries:
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
        disk.remove_file(self._full(path))
        self.marks.pop(path, None)
        parent, _, name = path.rpartition("/")
        listing = self._listing(parent)
        del listing.entries[name]
        if name in (twins := listing.twins.get(_fold(name), [])):
            twins.remove(name)
        self.report.count("removed")

    def _remove_empty_folders(self, path: str) -> None:
        for parent in _parents(path):
            if self._listing(parent).entries or not disk.remove_if_empty(self._full(parent)):
                return
            above, _, name = parent.rpartition("/")
            self._listing(above).entries.pop(name, None)

    def _full(self, path: str) -> str:
        return f"{self.folder}/{path}"

    def _tell(
        self, code: str, path: str, message: str, hint: str, level: Level | None = None
    ) -> None:
        origin = Origin(f"{self.name}/{path}" if self.name != "." else path)
        self.report.problem(Problem(code, message, origin, hint, level or self.rules.level))


_MISSING = _Listing()
_LINK = "this is a symbolic link: nothing is written or removed through it"
_LINK_HINT = "put a file or folder of its own in its place, or leave it if it is meant"


def _is_file(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False)


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _fold(name: str) -> str:
    """One spelling for all names that some file system takes for the same."""
    return unicodedata.normalize("NFC", name).casefold()


def _is_torn(there: bytes, content: bytes) -> bool:
    """Whether a file holds nothing but the beginning of ours, as a power cut leaves it."""
    return content.startswith(there.rstrip(b"\0"))


def _parents(path: str) -> Iterator[str]:
    """The folders above a path, nearest first, without the root."""
    while path := path.rpartition("/")[0]:
        yield path
