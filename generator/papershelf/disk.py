"""The only module that changes the disk: a file whole or not at all, a folder switched as one.

Whatever dies, a reader finds the old file or the new one. Nothing here writes through a
symbolic link, and a disk that says no becomes one `WriteFailed` that names path and cause.
"""

# The calls of the system by their own names: a fault injector fails each in turn, and for
# 100,000 files `Path` costs three times as much as text.
# ruff: noqa: PTH103, PTH104, PTH105, PTH106, PTH108, PTH112, PTH114, PTH118, PTH120

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from papershelf.report import Failure

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
else:
    import fcntl


class WriteFailed(Failure):
    """The disk said no; the message names the path and the cause."""

    code = "write-failed"


class LockHeld(Failure):
    """Another papershelf is at work on the same site; the message says which process."""

    code = "locked"


_HINTS = {
    "ENOSPC EDQUOT": "free some space and run again: nothing is lost",
    "EACCES EPERM": "check who owns it and who may write to it",
    "EISDIR ENOTDIR ELOOP EEXIST": "something else stands in its place: move it away",
    "EIO": "the disk may be failing: save what is on it, and run again",
    "ENAMETOOLONG": "choose a folder with a shorter path",
    "EROFS": "the disk is mounted read-only: choose another place",
    "EBUSY EXDEV": "it is in use, or a disk of its own: choose a folder inside it",
}


def refusal(path: str | Path, error: OSError) -> WriteFailed:
    """What to tell when the disk says no."""
    name = errno.errorcode.get(error.errno or 0, "unknown")
    hint = next((hint for names, hint in _HINTS.items() if name in names.split()), "")
    return WriteFailed(f'cannot write "{path}": {(error.strerror or str(error)).lower()}', hint)


@contextmanager
def _told(path: str | Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise refusal(path, error) from error


def is_inside(path: str) -> bool:
    r"""Whether a relative path, with `/` between its parts, stays below its folder on any system.

    >>> [is_inside(path) for path in ("a/b.md", "../a", "/a", r"a\b", "C:a", "a//b", "")]
    [True, False, False, False, False, False, False]
    """
    parts = path.split("/")
    return not (re.search(r"[\\:\0]", path) or {"", ".", ".."}.intersection(parts))


# Files -----------------------------------------------------------------------------------

_SCRAP = re.compile(r"\.papershelf-\d+\.tmp\Z")
_numbers = count()


def replace_file(path: str | Path, content: bytes, durable: bool = False) -> None:
    """Puts a file in place in one step; a link at that place is replaced, not followed.

    `durable` waits until a power cut can no longer undo it: some milliseconds, so it is
    for what cannot be made again.

    Raises:
        WriteFailed: no trace is left of the attempt.
    """
    with _told(path), _dropped_on_failure(_scrap_beside(path)) as scrap:
        _write_new(scrap, [content], durable)
        os.replace(scrap, path)
        if durable:
            _settle(os.path.dirname(path))


def _scrap_beside(path: str | Path) -> str:
    return f"{os.path.dirname(path) or '.'}/.papershelf-{os.getpid()}{next(_numbers):06}.tmp"


class Draft:
    """What may become a file: bytes in memory, or pieces that are put aside on the disk.

    `digest` is SHA-256 in hex. In a `with`, no trace is left of a draft that was not `put`.

    Raises:
        WriteFailed: the disk has no room for the pieces.
    """

    def __init__(self, path: str, content: bytes | Iterable[bytes]) -> None:
        self._path, self._scrap = path, ""
        self._bytes = content if isinstance(content, bytes) else None
        hashed = sha256(self._bytes or b"")
        if not isinstance(content, bytes):
            with _told(path), _dropped_on_failure(_scrap_beside(path)) as self._scrap:
                _write_new(self._scrap, _hashed(content, hashed), durable=False)
        self.digest = hashed.hexdigest()

    def read(self) -> bytes:
        """The whole content."""
        return (read_file(self._scrap) or b"") if self._bytes is None else self._bytes

    def put(self) -> None:
        """Puts the file in place in one step; raises `WriteFailed` when the disk says no."""
        if self._bytes is None:
            move(self._scrap, self._path)
        else:
            replace_file(self._path, self._bytes)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bytes is None:
            remove_file(self._scrap)


@contextmanager
def _dropped_on_failure(scrap: str) -> Iterator[str]:
    try:
        yield scrap
    except BaseException:
        with suppress(OSError):
            os.unlink(scrap)
        raise


def _hashed(pieces: Iterable[bytes], hashed: Any) -> Iterator[bytes]:
    for piece in pieces:
        hashed.update(piece)
        yield piece


def _write_new(path: str, pieces: Iterable[bytes], durable: bool) -> None:
    try:
        descriptor = os.open(path, _NEW, 0o666)
    except FileExistsError:  # of a process long dead
        remove_file(path)
        descriptor = os.open(path, _NEW, 0o666)
    try:
        for piece in pieces:
            _write_all(descriptor, piece)
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


_SAFE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _settle(folder: str) -> None:
    """Makes a rename in the folder last; Windows has no way to ask for it."""
    if sys.platform != "win32":
        descriptor = os.open(folder or ".", os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_file(path: str | Path) -> bytes | None:
    """The content of a regular file; nothing when it is none, a link, or may not be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _SAFE)
    except OSError:
        return None
    try:
        # A pipe or a device may give bytes for ever.
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read()
    except OSError:
        return None
    finally:
        os.close(descriptor)


class Log:
    """A file that only grows, for what must be known even if the next step kills us."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    def add(self, line: str) -> None:
        """Appends a line; it is in the hands of the system when this returns."""
        with _told(self.path):
            if self._descriptor < 0:
                make_folder(self.path.parent)
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _SAFE
                self._descriptor = os.open(self.path, flags, 0o666)
                # The last line of a run that was killed may have no end.
                line = f"\n{line}"
            _write_all(self._descriptor, f"{line}\n".encode())

    def close(self) -> None:
        """Lets go of the file, which stays."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with _told(self.path):
                os.close(descriptor)


def remove_file(path: str | Path) -> None:
    """Removes a file or a link; it may be gone already."""
    with _told(path), suppress(FileNotFoundError):
        os.unlink(path)


# Folders ---------------------------------------------------------------------------------


def make_folder(path: str | Path) -> None:
    """Makes a folder and those above it."""
    with _told(path):
        os.makedirs(path, exist_ok=True)


def make_own_folder(path: str | Path) -> None:
    """Makes a folder of our own: a link or a file in its place is removed, not followed."""
    if os.path.islink(path) or not os.path.isdir(path):
        remove_tree(path)
    make_folder(path)


def remove_if_empty(path: str | Path) -> bool:
    """Removes a folder that holds nothing; tells whether it did."""
    with suppress(OSError):
        os.rmdir(path)
        return True
    return False


def remove_tree(path: str | Path) -> None:
    """Removes a folder with all in it; links, it itself or in it, are removed, not followed."""
    with _told(path), suppress(FileNotFoundError):
        is_folder = os.path.isdir(path) and not os.path.islink(path)
        (shutil.rmtree if is_folder else os.unlink)(path)


def sweep(folder: str | Path) -> None:
    """Removes what a killed run of ours left unfinished in the folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for name in filter(is_scrap, [entry.name for entry in entries]):
            remove_file(os.path.join(folder, name))


def is_scrap(name: str) -> bool:
    """Whether a file of this name is one that we had not finished."""
    return _SCRAP.match(name) is not None


def move(here: str | Path, there: str | Path) -> None:
    """Renames; what is at the new place is replaced when it is a file or an empty folder."""
    with _told(there):
        os.replace(here, there)


def switch(new: Path, live: Path, aside: Path) -> Path:
    """Puts the folder `new` where `live` is, and returns where the old one now lies.

    In one step on Linux, so that nobody ever finds neither or a mixture; elsewhere in two
    renames. Killed between the two, the old folder lies at `aside`.
    """
    with _told(live):
        if not live.exists():
            os.rename(new, live)
            return new
        if _exchange(new, live):
            return new
        os.rename(live, aside)
        try:
            os.rename(new, live)
        except OSError:
            os.rename(aside, live)
            raise
    return aside


_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}


def _exchange(one: Path, other: Path) -> bool:
    """Swaps two paths by renameat2(2) with RENAME_EXCHANGE; false where that is not to be had."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, TypeError, AttributeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <linux/fs.h>
    if call(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0:
        return True
    if (code := ctypes.get_errno()) not in _UNSUPPORTED:
        raise OSError(code, os.strerror(code))
    return False


# The lock --------------------------------------------------------------------------------


@contextmanager
def locked(
    path: Path, patience: float = 60.0, tell: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Lets one process at a time in; the lock dies with its holder, however it dies.

    `patience` is how many seconds to wait for another process, which `tell` is told of.

    Raises:
        LockHeld: the other was still at work then.
        WriteFailed: there can be no lock file.
    """
    make_folder(path.parent)
    with _told(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _SAFE, 0o666)
    try:
        _wait(descriptor, patience, tell)
        with _told(path):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        with _told(path):
            os.close(descriptor)  # which gives up the lock


def _wait(descriptor: int, patience: float, tell: Callable[[str], None]) -> None:
    deadline = time.monotonic() + patience
    told = False
    while not _try_lock(descriptor):
        os.lseek(descriptor, 0, os.SEEK_SET)
        holder = os.read(descriptor, 20).decode("ascii", "replace") or "unknown"
        if time.monotonic() >= deadline:
            raise LockHeld(
                f"another papershelf (process {holder}) is at work on this site",
                "wait until it is done, or end it, and run again",
            )
        if not told:
            tell(f"waiting for another papershelf (process {holder}) to finish")
        told = True
        time.sleep(0.05)


if sys.platform == "win32":  # pragma: no cover

    def _try_lock(descriptor: int) -> bool:
        try:
            # Far behind the content, so that others can read who holds it.
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
