"""The search index, put together from what pages have in it, piece by piece.

It is never held in memory: at 100,000 papers it has 600 MB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

_PIECE = 1 << 20  # bytes


class Slice(NamedTuple):
    """Bytes of a file that holds entries, separated by commas."""

    path: str
    start: int
    length: int


def write_index(path: Path, head: bytes, parts: Iterable[Slice | bytes]) -> list[int]:
    """Writes an index with the entries of all parts; tells where each begins.

    `head` is an index that has none: the settings of the search.
    """
    starts = []
    with path.open("wb") as file, _Sources() as sources:
        file.write(head.removesuffix(b"]}"))
        is_first = True
        for part in parts:
            length = part.length if isinstance(part, Slice) else len(part)
            if length and not is_first:
                file.write(b",")
            is_first = is_first and not length
            starts.append(file.tell())
            for piece in sources.read(part) if isinstance(part, Slice) else [part]:
                file.write(piece)
        file.write(b"]}")
    return starts


class _Sources:
    """The files that slices are of, each open once."""

    def __enter__(self) -> _Sources:
        self.files: dict[str, IO[bytes]] = {}
        return self

    def __exit__(self, *_: object) -> None:
        for file in self.files.values():
            file.close()

    def read(self, part: Slice) -> Iterator[bytes]:
        file = self.files.get(part.path)
        if file is None:
            file = self.files[part.path] = open(part.path, "rb")  # noqa: SIM115, PTH123
        if file.tell() != part.start:
            file.seek(part.start)
        left = part.length
        while left and (piece := file.read(min(left, _PIECE))):
            yield piece
            left -= len(piece)


def entries_as_bytes(entries: Iterable[Any]) -> bytes:
    """Entries as Material's search plugin writes them."""
    texts = (json.dumps(entry, separators=(",", ":"), default=str) for entry in entries)
    return ",".join(texts).encode()
