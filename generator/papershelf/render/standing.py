"""All pages of a site in a row, as templates ask for them: a sitemap, a list of their own.

Of the many there is but an address and a short front; one that is asked for more is read.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, Sequence, ValuesView
from functools import cached_property, lru_cache
from json import dumps, loads
from typing import Any

_SHORT = 64  # signs, of a value that is kept by itself


def front_of(meta: Mapping[str, Any]) -> str:
    """The names of all fields of a front matter, and the fields of short values, as JSON."""
    short = {
        key: value
        for key, value in meta.items()
        if key != "title" and isinstance(value, str | bool | None) and len(str(value)) < _SHORT
    }
    return dumps([list(meta), short])


@lru_cache(maxsize=512)
def _front(text: str) -> tuple[frozenset[str], dict[str, Any]]:
    names, short = loads(text)
    return frozenset(names), short


class Pages(Sequence[Any]):
    """The files of all pages, one of the many made only for as long as it is looked at."""

    def __init__(
        self, paths: list[str], files: Mapping[str, Any], shelf: Any, front: Callable[[str], str]
    ) -> None:
        self._paths, self._files = paths, files
        self._shelf, self._front = shelf, front
        self._date = shelf.build_date()
        self._base = _base(shelf.canonical)

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: Any) -> Any:
        found = self._paths[index]
        return list(map(self._file, found)) if isinstance(index, slice) else self._file(found)

    def __iter__(self) -> Iterator[Any]:
        return map(self._file, self._paths)

    def _file(self, path: str) -> Any:
        return self._files.get(path) or StandingFile(path, self)


def _base(canonical: Callable[[str], str | None]) -> str | None:
    """What stands before every address."""
    found = canonical("a/")
    return found.removesuffix("a/") if found else None


class _Standing:
    """Something that is made whole when it is asked for what it has not."""

    whole: Any

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.whole, name)


class StandingFile(_Standing):
    """The file of one of the many."""

    def __init__(self, path: str, pages: Pages) -> None:
        self.src_uri = path
        self._pages = pages

    @property
    def page(self) -> StandingPage:
        """The page of the file."""
        return StandingPage(self, self._pages)

    @cached_property
    def whole(self) -> Any:
        """The file as MkDocs has it."""
        return self._pages._shelf.whole_page(self.src_uri).file


class StandingPage(_Standing):
    """The page of one of the many: what is the same for all, its addresses, its front matter."""

    is_link = is_section = is_homepage = False
    is_page = True

    def __init__(self, file: StandingFile, pages: Pages) -> None:
        self.file = file
        self._pages = pages

    @property
    def url(self) -> str:
        """The address, relative to the site's."""
        path = str(self.file.src_uri)
        return f"{path[:-3]}/"

    @property
    def canonical_url(self) -> str | None:
        """The full address."""
        base = self._pages._base
        return None if base is None else base + self.url

    @property
    def update_date(self) -> str:
        """The day of the build."""
        return str(self._pages._date)

    @property
    def meta(self) -> Meta:
        """The front matter."""
        return Meta(self._pages._front(self.file.src_uri), lambda: self.whole.meta)

    @property
    def whole(self) -> Any:
        """The page as MkDocs has it."""
        return self.file.whole.page


class Meta(dict[str, Any]):
    """A front matter that is read when more is asked for than is known of it."""

    def __init__(self, front: str, read: Callable[[], Mapping[str, Any]]) -> None:
        super().__init__()
        self._front = front
        self._read: Callable[[], Mapping[str, Any]] | None = read

    def _names(self) -> frozenset[str]:
        return _front(self._front)[0]

    def _whole(self) -> None:
        if self._read is not None:
            whole, self._read = self._read(), None
            self.clear()
            self.update(whole)

    def __missing__(self, key: str) -> Any:
        # Most pages have not what a template asks for, and then no JSON need be read.
        is_unknown = self._read is None or not isinstance(key, str)
        if is_unknown or dumps(key) not in self._front or key not in self._names():
            raise KeyError(key)
        short = _front(self._front)[1]
        if key in short:
            return short[key]
        self._whole()
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        return key in self._names()

    def get(self, key: str, default: Any = None) -> Any:
        """As of any mapping."""
        try:
            return self[key]
        except KeyError:
            return default

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[str]:
        self._whole()
        return super().__iter__()

    def __eq__(self, other: object) -> bool:
        self._whole()
        return super().__eq__(other)

    __hash__ = None

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """As of any mapping."""
        self._whole()
        return super().keys()

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        """As of any mapping."""
        self._whole()
        return super().values()

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        """As of any mapping."""
        self._whole()
        return super().items()

    def __repr__(self) -> str:
        self._whole()
        return super().__repr__()
