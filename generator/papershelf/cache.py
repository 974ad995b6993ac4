"""What an earlier run found out, kept as data: a file of keyed lines in the state folder.

What little has come up since stands in a file beside it, `<name>.more`, of the same form.

A cache only ever saves time: whoever asks gets what was put in under the very same key, or
nothing. It holds JSON and is not believed: a file that is damaged, cut, of another version
of papershelf or of other settings is an empty one, and what a line holds is checked by who
decodes it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from importlib import metadata
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, TypeVar

from papershelf import disk

T = TypeVar("T")

WRONG = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What decoding raises when a line does not hold what it should."""

_DIGEST = 32
_IN_MEMORY = 1 << 25
_MOST_HELD = 50_000  # values, each with some 400 bytes beside what it is
_AT_ONCE = 500  # lines written in one piece
_LITTLE = 100  # so many times what has changed, and all is not written anew: it would take longer
_KEY = 32  # hex digits: 128 bits, so that no two texts ever share a key


def key_of(*parts: object) -> str:
    """A key for the parts, which must tell all of themselves by `repr`, or be bytes."""
    made = blake2b(digest_size=_KEY // 2)
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogatepass")
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()


_SHELF = ("model", "assigned", "prose", "identity", "words", "patterns", "cache", "data")


@lru_cache
def code_key(*parts: str) -> str:
    """A key for code that is running: some of our parts, Python's version and our libraries'."""
    folder = Path(__file__).parent
    paths = [path for part in (*parts, *_SHELF) for path in (folder / part, folder / f"{part}.py")]
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) or [path])]
    found = [(file.relative_to(folder).as_posix(), disk.read_file(file)) for file in files]
    return key_of(sys.version, _libraries(), found)


def _libraries() -> list[tuple[str, str]]:
    try:
        return sorted(
            (name, metadata.version(name))
            for name in ("ftfy", "pylatexenc", "lxml", "bibtexparser", "charset-normalizer",
                         "python-slugify", "PyYAML", "numpy", "scipy")
        )  # fmt: skip
    except metadata.PackageNotFoundError:
        return []


class Cache:
    """Key → JSON value. What was neither asked for nor put in since `begin` is not saved.

    Without a path it is empty at first and saved nowhere. `key` stands for all that every value
    depends on beside its own key; nothing where nobody can tell.
    """

    def __init__(self, path: Path | None = None, key: str = "") -> None:
        self.path = path
        self.key = key
        self._data = b""
        self._places: dict[str, tuple[int, int]] = {}
        self._beside: dict[str, bytes] = {}
        self._made: dict[tuple[str, Hashable], Any] = {}  # in the last run of this process
        self._used: dict[tuple[str, Hashable], Any] = {}  # in this one
        self._new: dict[str, tuple[int, int]] = {}
        self._fresh = _Spool()
        self._last: set[str] = set()

    def begin(self) -> None:
        """Begins a run: reads the file, and forgets what the last run used."""
        self._used = {}
        self._load()

    def get(self, key: str, decode: Callable[[Any], T], at: Hashable = None) -> T | None:
        """What was put in under the key, decoded; nothing when there is none, or none of ours.

        Decoded once in a process, where `at` names all else that the decoding depends on.
        """
        place = key, at
        found: T | None = self._used.get(place)
        if found is None and self._made:
            found = self._made.get(place)
        if found is None and (line := self._line(key)):
            try:
                found = decode(_value(line))
            except (*WRONG, RecursionError):
                self._places.pop(key, None)
                self._beside.pop(key, None)
        if found is not None:
            self._used[place] = found
        return found

    def put(self, key: str, made: T, encoded: Any, at: Hashable = None) -> T:
        """Keeps what was made, and its encoded form for later runs."""
        self._used[key, at] = made
        line = json.dumps(encoded, separators=(",", ":")).encode()
        self._new[key] = self._fresh.add(line)
        return made

    def save(self, write: bool = True) -> None:
        """Ends a run: writes what it used, unless that is what the file holds already.

        What it made stays in memory, for the next run of the process, unless it is too much.
        """
        if write and self.path:
            self._write(self.path)
        self._made = self._used if len(self._used) <= _MOST_HELD else {}
        self._last, self._used = {key for key, _ in self._used}, {}
        self._drop()

    def knew(self, key: str) -> bool:
        """Whether the last run of this process used what is under the key."""
        return key in self._last

    def _drop(self) -> None:
        self._data, self._places, self._beside, self._new = b"", {}, {}, {}
        self._fresh.close()
        self._fresh = _Spool()

    def _write(self, path: Path) -> None:
        """Writes what was used: all of it, or what is new beside the file where that is little."""
        held, new = self._places.keys() | self._beside.keys(), self._new.keys()
        kept = {key for key, _ in self._used} & (held | new)
        more, gone = kept & (self._beside.keys() | new), self._places.keys() - kept
        is_little = (len(more) + len(gone)) * _LITTLE <= len(self._places)
        file, lines = (_beside(path), more) if is_little else (path, kept)
        if not new & kept and lines == (self._beside.keys() if is_little else held):
            return
        disk.make_own_folder(path.parent)
        with disk.Draft(str(file), self._whole(sorted(lines))) as draft:
            draft.put()
        if not is_little:
            disk.remove_file(str(_beside(path)))

    def _whole(self, kept: Iterable[str]) -> Iterator[bytes]:
        """The file, piece by piece; its last line is a digest of all others."""
        digest = blake2b(digest_size=_DIGEST)
        lines = (key.encode() + b" " + self._line(key) + b"\n" for key in kept)
        pieces = iter(lambda: b"".join(islice(lines, _AT_ONCE)), b"")
        for piece in chain([self._head()], pieces):
            digest.update(piece)
            yield piece
        yield digest.hexdigest().encode() + b"\n"

    def _line(self, key: str) -> bytes:
        if key in self._new:
            return self._fresh.read(*self._new[key])
        if key in self._beside:
            return self._beside[key]
        start, end = self._places.get(key, (0, 0))
        return self._data[start:end]

    def _head(self) -> bytes:
        return f"papershelf-cache 2 {self.key}\n".encode()

    def _load(self) -> None:
        self._drop()
        if self.path:
            self._data, self._places = self._read(self.path)
            data, places = self._read(_beside(self.path))
            self._beside = {key: data[start:end] for key, (start, end) in places.items()}

    def _read(self, path: Path) -> tuple[bytes, dict[str, tuple[int, int]]]:
        """A file and where the lines in it begin and end, if it is whole and of this key."""
        data = disk.read_file(path) or b""
        end = max(0, len(data) - 2 * _DIGEST - 1)
        digest = blake2b(memoryview(data)[:end], digest_size=_DIGEST).hexdigest()
        if data.startswith(self._head()) and data[end:] == digest.encode() + b"\n":
            return data, dict(_places(data, len(self._head()), end))
        return b"", {}


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.more")


_DECODER = json.JSONDecoder()


def _value(line: bytes) -> Any:
    """What JSON in ASCII says; to ask for its encoding would take as long."""
    text = line.decode("ascii")
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError("something stands behind the value")
    return value


def _places(data: bytes, start: int, stop: int) -> Iterator[tuple[str, tuple[int, int]]]:
    while start < stop:
        end = data.index(b"\n", start)
        yield data[start : start + _KEY].decode("ascii", "replace"), (start + _KEY + 1, end)
        start = end + 1


class _Spool:
    """Where lines wait to be written: those of 100,000 papers are 200 MB, so on the disk."""

    def __init__(self) -> None:
        self._file: IO[bytes] = BytesIO()
        self._size = 0

    def add(self, line: bytes) -> tuple[int, int]:
        """Puts a line behind all others, and tells where it begins and ends."""
        start, self._size = self._size, self._size + len(line)
        try:
            if self._size > _IN_MEMORY and isinstance(self._file, BytesIO):
                held, self._file = self._file, tempfile.TemporaryFile()  # noqa: SIM115
                self._file.write(held.getvalue())
            self._file.seek(start)
            self._file.write(line)
        except OSError as error:
            raise disk.refusal(tempfile.gettempdir(), error) from error
        return start, self._size

    def read(self, start: int, end: int) -> bytes:
        """The line that begins and ends there."""
        self._file.seek(start)
        return self._file.read(end - start)

    def close(self) -> None:
        """Forgets all lines."""
        self._file.close()

    def __del__(self) -> None:
        self.close()


_open: dict[tuple[Path, str], Cache] = {}


def opened(folder: Path, name: str, parts: tuple[str, ...], *key: object) -> Cache:
    """The cache of that name in a state folder, for the code of some parts and for those keys.

    A process keeps at most one of a name, so that a preview decodes nothing twice.
    """
    path = folder / "cache" / name
    full = key_of(code_key(*parts), *key)
    cache = _open.get((path, full))
    if cache is None:
        for known in [known for known in _open if known[0] == path]:
            del _open[known]
        cache = _open[path, full] = Cache(path, full)
    cache.begin()
    return cache


def recalled(folder: Path, name: str) -> Cache | None:
    """The cache of that name as the last run of this process has left it."""
    path = folder / "cache" / name
    return next((cache for place, cache in _open.items() if place[0] == path), None)


def save_raw(path: Path, key: str, parts: Sequence[bytes]) -> None:
    """Keeps some bytes in a file of their own."""
    body = [json.dumps([len(part) for part in parts]).encode() + b"\n", *parts]
    digest = blake2b(digest_size=_DIGEST)
    for part in body:
        digest.update(part)
    head = f"papershelf-raw 1 {key} {digest.hexdigest()}\n".encode()
    disk.make_own_folder(path.parent)
    with disk.Draft(str(path), iter([head, *body])) as draft:
        draft.put()


def load_raw(path: Path, key: str) -> list[bytes]:
    """What was kept in a file by that very key, part by part; nothing when it is not whole."""
    data = disk.read_file(path) or b""
    start = data.find(b"\n") + 1
    digest = blake2b(memoryview(data)[start:], digest_size=32).hexdigest()
    if not start or data[:start] != f"papershelf-raw 1 {key} {digest}\n".encode():
        return []
    at = data.find(b"\n", start) + 1
    parts = []
    for size in json.loads(data[start:at]):
        parts.append(data[at : at + size])
        at += size
    return parts
