"""What relating found out, for the next run: from memory, or from a file of raw numbers.

It only ever saves time: a run that remembers gives what one gives that does not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from papershelf.cache import WRONG, code_key, key_of, load_raw, save_raw
from papershelf.relate.nearest import NONE, Nearest
from papershelf.relate.reasons import Told, forget
from papershelf.terms import Known

_TYPES = {"light": "<u8", "full": "<u8"}  # of all others: "<i4"


class Memory:
    """Rows by the ids of their papers, what is known of them, and what was told of each."""

    def __init__(self, folder: Path | None = None) -> None:
        self.known = Known(folder / "cache" / "terms" if folder else None)
        self.ids: Sequence[str] = ()
        self.nearest = Nearest.empty(0, 0)
        self.told: dict[str, Told] = {}
        self._count = -1
        self._path = folder / "cache" / "relations" if folder else None
        self._kept: object = None

    def recall(self, count: int) -> None:
        """Makes ready for a run that wants so many neighbours a paper."""
        if self._count != count:
            self.ids, self.nearest, self._count = (), Nearest.empty(0, count), count
            parts = load_raw(self._path, self._key()) if self._path else []
            try:
                self._decode(parts)
            except WRONG:
                self.ids, self.nearest, self.told = (), Nearest.empty(0, count), {}

    def came_from(self, ids: Sequence[str]) -> Any:
        """The row that a paper of today had before, or `NONE`."""
        rows = {id: row for row, id in enumerate(self.ids)}
        return np.array([rows.get(id, NONE) for id in ids], np.int32)

    def keep(self, ids: Sequence[str], nearest: Nearest, told: dict[str, Told]) -> None:
        """What a run found."""
        self.ids, self.nearest, self.told = ids, nearest, told

    def save(self, write: bool = True) -> None:
        """Ends a run: writes what it found, unless the files have it."""
        self.known.save(write)
        forget()
        if not (write and self._path):
            return
        ids = json.dumps(list(self.ids), separators=(",", ":")).encode()
        told = [self.told[id] for id in self.ids]
        sizes = np.array(list(map(len, told)), "<u4").tobytes()
        tables = [
            getattr(self.nearest, name).astype(_TYPES.get(name, "<i4")).tobytes()
            for name in Nearest.__slots__
        ]
        parts = [ids, sizes, b"".join(told), *tables]
        if (mark := key_of(*parts)) != self._kept:
            save_raw(self._path, self._key(), parts)
            self._kept = mark

    def _decode(self, parts: Sequence[bytes]) -> None:
        if not parts:
            return
        names, sizes, told, *tables = parts
        ids = json.loads(names)
        ends = np.frombuffer(sizes, "<u4").cumsum().tolist()
        shapes = Nearest.empty(len(ids), self._count)
        arrays = [
            np.frombuffer(table, _TYPES.get(name, "<i4")).reshape(getattr(shapes, name).shape)
            for name, table in zip(Nearest.__slots__, tables, strict=True)
        ]
        rows = np.concatenate([arrays[at].ravel() for at in (2, 5)])  # candidates, near
        if len(rows) and not NONE <= rows.min() <= rows.max() < len(ids):
            raise ValueError("no such row")
        self.ids, self.nearest = ids, Nearest(*(array.copy() for array in arrays))
        cuts = zip(ids, [0, *ends], ends, strict=False)
        self.told = {id: told[start:end] for id, start, end in cuts}

    def _key(self) -> str:
        return key_of(code_key("relate", "terms"), self._count)


_open: dict[Path, Memory] = {}


def remembered(folder: Path) -> Memory:
    """The memory of a state folder; one and the same for all runs of a process."""
    for other in [path for path in _open if path != folder]:
        del _open[other]
    return _open.setdefault(folder, Memory(folder))
