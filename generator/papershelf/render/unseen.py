"""Files of a site that nobody sees yet: written at half the price of `disk.replace_file`.

A file that is in the way may be one of the live site as well, by another name. So nothing here
is ever changed in place.
"""

# By the names of the system: for 100,000 files `Path` costs three times as much as text.
# ruff: noqa: PTH102, PTH103, PTH105, PTH106, PTH108, PTH112, PTH114, PTH120

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from papershelf.disk import refusal

_PIECE = 1 << 20  # bytes
_PAGE = 1 << 16  # bytes; hardly a page has more
_OLD = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@contextmanager
def _told(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise refusal(path, error) from error


def put(path: str, content: bytes) -> os.stat_result:
    """Writes a file, and the folders above it; gives how it looks.

    Raises:
        WriteFailed: the disk said no.
    """
    with _told(path), _new(path) as target:
        _write(target, content)
        return os.fstat(target)


def get(path: str) -> bytes:
    """The content of a file; `open` asks the system for three things that nobody needs here."""
    descriptor = os.open(path, _OLD)
    try:
        content = os.read(descriptor, _PAGE)
        if len(content) == _PAGE:
            content += b"".join(iter(lambda: os.read(descriptor, _PAGE), b""))
        return content
    finally:
        os.close(descriptor)


@contextmanager
def _new(path: str) -> Iterator[int]:
    descriptor = _opened(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _write(target: int, content: bytes) -> None:
    done = os.write(target, content)
    while done < len(content):
        done += os.write(target, memoryview(content)[done:])


def _opened(path: str) -> int:
    for _ in range(2):
        try:
            return os.open(path, _NEW, 0o666)
        except FileNotFoundError:
            _make_folder(os.path.dirname(path))
        except FileExistsError:
            clear(path)
    return os.open(path, _NEW, 0o666)


def _make_folder(path: str) -> None:
    try:
        os.mkdir(path)  # which is all that most pages need; `makedirs` asks twice before
    except OSError:
        os.makedirs(path, exist_ok=True)


def link(here: str, there: str) -> os.stat_result:
    """Gives a file a second name, or where that cannot be, a copy; gives how it looks there.

    Raises:
        WriteFailed: the disk said no.
    """
    with _told(there):
        try:
            os.link(here, there)
        except FileNotFoundError:
            _make_folder(os.path.dirname(there))
            _linked(here, there)
        except OSError:
            clear(there)
            _linked(here, there)
        return os.lstat(there)


def _linked(here: str, there: str) -> None:
    try:
        os.link(here, there)
    except OSError:  # a file system without, or too many names
        shutil.copyfile(here, there)


def copy(here: str, there: str, head: bytes = b"") -> os.stat_result:
    """Copies the content of a file, after a head; gives how the copy looks.

    Raises:
        WriteFailed: the disk said no.
    """
    with _told(here):
        source = os.open(here, _OLD)
    try:
        with _told(there), _new(there) as target:
            _write(target, head)
            _pour(source, target)
            return os.fstat(target)
    finally:
        os.close(source)


def _pour(source: int, target: int) -> None:
    if sys.platform == "linux":  # elsewhere it is for sockets alone
        while os.sendfile(target, source, None, 1 << 30):
            pass
    else:
        while piece := os.read(source, _PIECE):
            _write(target, piece)


def bring(here: str, there: str) -> None:
    """Moves a file to its place.

    Raises:
        WriteFailed: the disk said no.
    """
    with _told(there):
        try:
            os.replace(here, there)
        except OSError:  # no folder yet, or one where the file is to be
            _make_folder(os.path.dirname(there))
            clear(there)
            os.replace(here, there)


def clear(path: str) -> None:
    """Removes what is at a path, whatever it is."""
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    with suppress(FileNotFoundError):
        os.unlink(path)


def files_below(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Every file below a folder by its address, and how it looks; links are not followed."""
    waiting = [("", folder)]
    while waiting:
        address, path = waiting.pop()
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{address}{entry.name}/", entry.path))
                else:
                    yield address + entry.name, entry.stat(follow_symlinks=False)


def drop(folder: str, address: str) -> None:
    """Removes a file below a folder, and the folders that are empty then.

    Raises:
        WriteFailed: the disk said no.
    """
    with _told(f"{folder}/{address}"):
        os.unlink(f"{folder}/{address}")
    while address := address.rpartition("/")[0]:
        try:
            os.rmdir(f"{folder}/{address}")
        except OSError:
            return
