"""Large files in pieces: what the last run wrote of a file serves again where a key is the same.

An index in the state folder says which piece stands where in a file, under which key and with
which digest. It is not believed: bytes are taken over only when they have the digest, so an
index that is damaged, or a file that somebody edited, costs time and nothing else.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from papershelf import disk
from papershelf.site import Piece

_VERSION = 1


class _Kept(NamedTuple):
    """Where a piece stands in its file, in bytes, and its SHA-256 in hex."""

    start: int
    length: int
    digest: str


class Pieces:
    """The index: path, relative to the site's root → its pieces in order."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "pieces.json"
        self._found = _loaded(disk.read_file(self._path) or b"")
        self._new: dict[str, list[Any]] = {}

    def whole(
        self, path: str, pieces: Iterable[bytes | Piece], salt: str, rows: list[Any]
    ) -> Iterator[bytes]:
        """The bytes of a file, piece by piece; those that the file at `path` holds come from it.

        `salt` joins the keys: pieces made by other code have other keys. `rows` takes what is to
        be given to `keep` in the end, in whatever process that is.
        """
        kept = _places(self._found.get(self._name(path), []))
        with _Old(path) as old:
            for piece in pieces:
                if isinstance(piece, Piece) and piece.key:
                    key = f"{salt}{piece.key}"
                    content = _taken(kept.get(key), old) or piece.made()
                    piece.size = len(content)
                    rows.append([key, len(content), sha256(content).hexdigest()])
                else:
                    content = _made(piece)
                    rows.append(["", len(content), ""])
                yield content

    def keep(self, path: str, rows: list[Any]) -> None:
        """Takes note of the pieces that a file is made of."""
        self._new[self._name(path)] = rows

    def save(self) -> None:
        """Writes the index, when it differs, without files that are gone."""
        root = self._path.parents[1]
        rows = {name: row for name, row in {**self._found, **self._new}.items()
                if (root / name).is_file()}  # fmt: skip
        if rows != self._found:
            text = json.dumps({"version": _VERSION, "files": rows}, separators=(",", ":"))
            disk.make_own_folder(self._path.parent)
            disk.replace_file(self._path, text.encode())

    def _name(self, path: str) -> str:
        return Path(os.path.relpath(path, self._path.parents[1])).as_posix()


_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class _Old:
    """A regular file to read pieces of; where there is none, all of it is empty."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> _Old:
        with suppress(OSError):
            self._descriptor = os.open(self._path, _FLAGS | getattr(os, "O_NONBLOCK", 0))
        return self

    def read(self, start: int, length: int) -> bytes:
        """The bytes from `start` on; fewer than `length` where the file ends or refuses."""
        if self._descriptor < 0:
            return b""
        found = os.fstat(self._descriptor)
        if not stat.S_ISREG(found.st_mode) or not 0 <= start <= found.st_size:
            return b""
        try:
            os.lseek(self._descriptor, start, os.SEEK_SET)
            return os.read(self._descriptor, min(length, found.st_size - start))
        except OSError:
            return b""

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)


def plain(pieces: Iterable[bytes | Piece]) -> Iterator[bytes]:
    """All pieces, each made anew."""
    for piece in pieces:
        yield _made(piece)


def _made(piece: bytes | Piece) -> bytes:
    return piece.made() if isinstance(piece, Piece) else piece


def _taken(kept: _Kept | None, old: _Old) -> bytes:
    """A piece as the old file has it; nothing when it is not there, or not whole."""
    content = old.read(kept.start, kept.length) if kept else b""
    return content if kept and sha256(content).hexdigest() == kept.digest else b""


def _places(rows: list[Any]) -> dict[str, _Kept]:
    """Key → place. What is no row of ours ends the list, as nobody knows how long it was."""
    found: dict[str, _Kept] = {}
    start = 0
    for row in rows:
        match row:
            case [str(key), int(length), str(digest)] if length >= 0:
                if key:
                    found[key] = _Kept(start, length, digest)
                start += length
            case _:
                break
    return found


def _loaded(content: bytes) -> dict[str, list[Any]]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    match data:
        case {"version": int(version), "files": dict(files)} if version == _VERSION:
            return {path: rows for path, rows in files.items() if isinstance(rows, list)}
    return {}
