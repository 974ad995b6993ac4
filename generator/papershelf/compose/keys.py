"""Keys: values → a digest, equal for equal values in any run and on any machine.

A page is made again only when its key differs, so a key must hold all that the page depends
on: the values that it shows, the code and the templates that show them, and the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from inspect import getfile, unwrap
from marshal import dumps
from operator import attrgetter
from pathlib import Path, PurePath
from platform import python_version
from typing import Any, ClassVar, TypeVar

from papershelf.model import Collection, Paper, Relations, Settings, Topics
from papershelf.prose import Prose

T = TypeVar("T")

_PLAIN = frozenset({str, int, float, bool, bytes, type(None)})
_BUILT_IN = _PLAIN | {tuple, list, dict}
_SHARED = frozenset({Paper, Collection, Topics, Relations})
# What pages are written with beside our own code.
_LIBRARIES = ("babel", "jinja2", "latex2mathml", "markupsafe")


class Keys:
    """Makes keys; what many of them depend on is digested once. `always` is in every key.

    What the keys made last in this process know, new ones know too: under `serve` nearly all
    papers are the very objects of the last run.
    """

    _last: ClassVar[dict[int, tuple[object, bytes]]] = {}

    def __init__(self, *always: object) -> None:
        self._known: dict[int, tuple[object, bytes]] = {}
        self._before, Keys._last = Keys._last, self._known
        self._always = self.digest(our_code(), *always)

    def of(self, *values: object) -> str:
        """The key of values: text, numbers, dataclasses, and lists, sets and mappings of them.

        An object of another kind says by its attribute `depends` what its text depends on.

        Raises:
            TypeError: a value is of a kind that cannot be compared with one of another run.
        """
        return self.digest(self._always, values).hex()

    def digest(self, *values: object) -> bytes:
        """A short stand-in for values that many keys share; raises as `of` does."""
        # Version 2 of the format knows no references, so equal values give equal bytes.
        return sha256(dumps(self._taken_apart(values), 2)).digest()[:16]

    def _taken_apart(self, value: Any) -> Any:
        """The value as tuples of plain values, which name the kinds they stand for."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is tuple or kind is list:
            return self._row(value)
        if kind in _SHARED:
            return self._shared(value)
        if kind is dict and (found := _as_bytes(value)):
            return found
        parts = _parts_of(kind)(value)
        return kind.__name__, *[
            part if type(part) in _PLAIN else self._taken_apart(part) for part in parts
        ]

    def _row(self, values: Sequence[Any]) -> tuple[Any, ...] | bytes:
        """Values in a row. Most are plain, or of one kind with plain parts: those go by C."""
        if not values:
            return ()
        first = type(values[0])
        if first in _BUILT_IN:
            rows = _as_bytes(tuple(values))
        elif first in _SHARED or not is_dataclass(first) or len(set(map(type, values))) > 1:
            rows = b""
        else:
            rows = _as_bytes((f"{first.__name__}, each", *map(_parts_of(first), values)))
        return rows or tuple(map(self._taken_apart, values))

    def _shared(self, value: object) -> bytes:
        known = self._known.get(id(value)) or self._before.get(id(value))
        if known is None:
            mark = value.mark if isinstance(value, Paper) else b""
            known = value, mark or self.digest(*_parts_of(type(value))(value))
        # The value is kept with its digest, so that no other can come to have its id.
        self._known[id(value)] = known
        return known[1]


def plain(text: Prose) -> list[tuple[str, str, str]]:
    """A text as plain values, of which a key is made in a fourth of the time."""
    return [(span.kind, span.text, span.plain) for span in text.spans]


class Found(dict[str, T]):
    """What is found out of a paper, by its id, once."""

    def __init__(self, find: Callable[[str], T]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, id: str) -> T:
        self[id] = found = self._find(id)
        return found


def _as_bytes(values: tuple[Any, ...]) -> bytes:
    """Values that hold nothing but Python's own kinds, sets in order; nothing for others."""
    try:
        return dumps(values, 2)
    except ValueError:
        return b""


_Parts = Callable[[Any], Iterable[Any]]
_FOUND: dict[type, _Parts] = {}


def _parts_of(kind: type) -> _Parts:
    """What takes values of a kind apart."""
    if kind not in _FOUND:
        _FOUND[kind] = _parts(kind)
    return _FOUND[kind]


def _parts(kind: type) -> _Parts:
    """What takes values of a kind apart.

    Raises:
        TypeError: nobody knows how.
    """
    if hasattr(kind, "depends"):
        return lambda value: (value.depends,)
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        several = attrgetter(*names)
        return several if len(names) > 1 else lambda value: (several(value),)
    for base, parts in _PARTS.items():
        if issubclass(kind, base):
            return parts
    raise TypeError(f"a {kind.__name__} cannot be part of a key")


_PARTS: dict[type, _Parts] = {
    str: lambda text: (str.__str__(text),),
    PurePath: lambda path: (path.as_posix(),),
    tuple: tuple,
    Mapping: lambda mapping: (*mapping.keys(), *mapping.values()),
    Set: lambda items: sorted(items, key=repr),
}


def that_matter(settings: Settings) -> list[tuple[str, object]]:
    """The settings without the places on this machine."""
    found = [(field.name, getattr(settings, field.name)) for field in fields(settings)]
    return [(name, value) for name, value in found if not isinstance(value, Path)]


@lru_cache(maxsize=1)
def our_code() -> str:
    """A digest of everything of ours and others' that turns values into bytes (15 ms)."""
    package = Path(__file__).resolve().parents[1]
    found = sha256(python_version().encode())
    for name in _LIBRARIES:
        found.update(version(name).encode())
    for path in sorted(package.rglob("*")):
        if path.suffix in {".py", ".j2", ".po"}:
            found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def code_of(function: Callable[..., Any]) -> str:
    """A digest of the module that a user's composer is from; nothing when there is no telling."""
    try:
        return sha256(Path(getfile(unwrap(function))).read_bytes()).hexdigest()[:8]
    except (TypeError, OSError):
        return ""
