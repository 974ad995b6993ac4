"""The search index, put together from what pages have in it, piece by piece.

It is never held in memory: at 100,000 papers it has 600 MB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

_PIECE = 1 << 20  # bytes


class Slice(NamedTuple):
    """Bytes of a file that holds entries, separated by commas."""

    path: str
    start: int
    length: int


def write_index(path: Path, head: bytes, parts: Sequence[Slice | bytes]) -> list[int]:
    """Writes an index with the entries of all parts; tells where each begins.

    `head` is an index that has none: the settings of the search.
    """
    head = head.removesuffix(b"]}")
    with path.open("wb") as file, _Sources() as sources:
        file.write(head)
        for number, run in enumerate(_runs(parts)):
            file.write(b"," if number else b"")
            for piece in sources.read(run) if isinstance(run, Slice) else [run]:
                file.write(piece)
        file.write(b"]}")
    return _starts(parts, len(head))


def length_of(part: Slice | bytes) -> int:
    """How many bytes a part has."""
    return part.length if isinstance(part, Slice) else len(part)


def _starts(parts: Iterable[Slice | bytes], end: int) -> list[int]:
    starts, comma = [], 0
    for part in parts:
        length = length_of(part)
        starts.append(end + (comma if length else 0))
        end, comma = starts[-1] + length, 1 if length else comma
    return starts


def _runs(parts: Iterable[Slice | bytes]) -> Iterator[Slice | bytes]:
    """The parts that have something; as one, those that stand in a file one after the other."""
    run: Slice | bytes = b""
    for part in filter(length_of, parts):
        if isinstance(run, Slice) and isinstance(part, Slice) and _follows(part, run):
            run = Slice(run.path, run.start, run.length + 1 + part.length)
        else:
            if run:
                yield run
            run = part
    if run:
        yield run


def _follows(part: Slice, run: Slice) -> bool:
    """Whether there is but a comma between them: what a spool has in a row, has none."""
    return part.start == run.start + run.length + 1 and part.path == run.path


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
