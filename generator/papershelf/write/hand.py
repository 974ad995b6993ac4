"""Files made and put in place: many of them on all cores, with one outcome whatever their number.

What stands where has been found out before, and what comes of a file is noted after, by `tree`.
A line in the log of the manifest goes before each file, whichever process it is from.
"""

from __future__ import annotations

# ruff: noqa: PTH120 - for 100,000 files `Path` costs three times as much as text
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from papershelf import disk
from papershelf.disk import Draft
from papershelf.report import Report
from papershelf.spread import hand_out, without_collection
from papershelf.write.manifest import Manifest, Mark, digest_of, mark

_TOGETHER = 32  # files that a process makes before it writes them


class Made(NamedTuple):
    """What shall stand at a path, the key to remember with it, and notes, if any.

    The notes are complete when all of the content has been taken.
    """

    content: bytes | Iterable[bytes]
    key: str = ""
    notes: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class File:
    """What shall stand at a path.

    `make` is told where the file is on the disk. It is not called where the file on the disk is
    ours and was made with the same `key`; with no key it always is. Files of one `lot` are made
    by one process.
    """

    path: str
    make: Callable[[str], Made]
    key: str = ""
    lot: str = ""


Task = tuple[File, os.DirEntry[str] | None]
"""A file to be made, and what stood in its place."""


class _Drafted(NamedTuple):
    """A file that is made, and what stood in its place."""

    path: str
    entry: os.DirEntry[str] | None
    draft: Draft
    key: str
    notes: Sequence[Any]


_How = Literal["written", "unchanged", "kept"]


class End(NamedTuple):
    """How a task ended, and the mark of the file, which counts unless the user's was kept."""

    how: _How
    mark: Mark
    notes: Sequence[Any]


def units_of(tasks: Iterable[Task]) -> list[list[Task]]:
    """What is done in one go: files of a lot, else so many.

    Lots come first, as they take long, and of these the ones of few files, which are large.
    """
    lots: dict[str, list[Task]] = {}
    for task in tasks:
        lots.setdefault(task[0].lot, []).append(task)
    rest = lots.pop("", [])
    single = [rest[start : start + _TOGETHER] for start in range(0, len(rest), _TOGETHER)]
    return [*sorted(lots.values(), key=len), *single]


class Hand:
    """What makes the files of a folder. Of those there it knows what the manifest does."""

    def __init__(self, folder: Path, manifest: Manifest, report: Report) -> None:
        self.folder = os.fspath(folder)
        self.name = manifest.name(folder)
        self.marks = manifest.marks(folder)
        self.begun = manifest.begun.get(self.name, {})
        self._manifest = manifest
        self._report = report
        self._process = os.getpid()
        self._odd = False

    def full(self, path: str) -> str:
        """Where on the disk a file is."""
        return f"{self.folder}/{path}"

    def digests(self, path: str) -> set[str]:
        """Those of all that we may have left at a path."""
        digests = set(self.begun.get(path, ()))
        return digests | {self.marks[path].digest} if path in self.marks else digests

    def fits(self, path: str, entry: os.DirEntry[str]) -> bool:
        """Whether what stands at a path is, by its size and times, what we left there."""
        known = self.marks.get(path)
        return known is not None and known.fits(entry.stat(follow_symlinks=False))

    def ends(self, units: Sequence[Sequence[Task]]) -> Iterator[Sequence[End]]:
        """What comes of the tasks, unit by unit.

        Whoever tells of a problem while it makes a page may make the next ones differently, as
        after a user's template broke. In another process nobody would hear of it, so that one
        ends; and from the first such unit on all are done here, in their order.
        """
        work, count = self._do, len(units)
        handed = hand_out(work, units, sum(map(len, units)))
        if handed is None:
            with without_collection():
                yield from map(work, self._report.track(units, "writing", count))
            return
        with closing(handed):
            done = dict(self._report.track(handed, "writing", count))
        for place, unit in enumerate(units):
            if place not in done:  # its process ended, and may have had no time to tidy up
                for folder in {os.path.dirname(self.full(file.path)) for file, _ in unit}:
                    disk.sweep(folder)
            yield work(unit) if self._odd or place not in done else done[place]

    def _do(self, unit: Sequence[Task]) -> Sequence[End]:
        """Makes files, and puts those in place that are not there already, nor the user's."""
        told = len(self._report.problems)
        with ExitStack() as stack:
            drafts = [self._drafted(task, stack) for task in unit]
            self._odd = self._odd or len(self._report.problems) > told
            if self._odd and os.getpid() != self._process:
                raise RuntimeError("what is told here nobody hears")
            hows = [self._how(one) for one in drafts]
            new = [one for one, how in zip(drafts, hows, strict=True) if how == "written"]
            self._manifest.begin(self.name, ((one.path, one.draft.digest) for one in new))
            for one in new:
                one.draft.put()
            return [self._end(one, how) for one, how in zip(drafts, hows, strict=True)]

    def _drafted(self, task: Task, stack: ExitStack) -> _Drafted:
        file, entry = task
        full = self.full(file.path)
        made = file.make(full)
        draft = stack.enter_context(Draft(full, made.content))
        return _Drafted(file.path, entry, draft, made.key, made.notes)

    def _how(self, one: _Drafted) -> _How:
        there = self._digest_there(one.path, one.entry)
        if one.entry is not None and there == one.draft.digest:
            return "unchanged"
        is_ours = one.entry is None or self._wrote(one.path, there, one.draft)
        return "written" if is_ours else "kept"

    def _end(self, one: _Drafted, how: _How) -> End:
        if how == "written" or one.entry is None:
            found = os.lstat(self.full(one.path))
        else:
            found = one.entry.stat(follow_symlinks=False)
        return End(how, mark(one.draft.digest, found, one.key), one.notes)

    def _digest_there(self, path: str, entry: os.DirEntry[str] | None) -> str:
        """The digest of the file at a path, read unless we know it; nothing if there is none."""
        if entry is None or not is_file(entry):
            return ""
        if self.fits(path, entry):
            return self.marks[path].digest
        there = disk.read_file(self.full(path))
        return "" if there is None else digest_of(there)

    def _wrote(self, path: str, there: str, draft: Draft) -> bool:
        """Whether the file at a path is ours, though perhaps torn."""
        if there in self.digests(path):
            return True
        known = path in self.marks or path in self.begun
        found = disk.read_file(self.full(path)) if there else None
        torn = found is not None and _is_torn(found, draft.read())
        return torn and (known or self._manifest.damaged)


def is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a regular file, and no link to one."""
    return entry.is_file(follow_symlinks=False)


def _is_torn(there: bytes, content: bytes) -> bool:
    """Whether a file holds nothing but the beginning of ours, as a power cut leaves it."""
    return content.startswith(there.rstrip(b"\0"))
