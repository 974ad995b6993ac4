"""What compose makes: pages and files, each at an address of its own.

A page or a file is made when somebody asks for its content, and forgotten again: the texts
of a large site are never all in memory, and one whose `key` is known need not be made at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Generic, Self, TypeVar

from papershelf.model import Paper

T = TypeVar("T")
Sheet = tuple[Mapping[str, Any], str]
"""A page's front matter and body."""


class _Item(Generic[T]):
    """What stands at an address: how it is made, and the key to all that it depends on.

    Equal keys promise equal content, in this run and any other. Where there is no key the
    content itself is compared, so it is made in every run. Items of one `lot` are made one after
    the other by one process: what making one has found out serves the next.
    """

    __slots__ = ("_make", "address", "key", "lot", "made_by", "salt")

    def __init__(self, address: str, make: Callable[[], T], made_by: str, key: str) -> None:
        self.address = address
        self.made_by = made_by
        self.key = key
        self.salt = ""
        self.lot = ""
        self._make = make

    @property
    def path(self) -> str:
        """Where the file is written, below docs/."""
        return self.address

    def made(self) -> T:
        """The content, made anew each time."""
        return self._make()

    def claimed(self, name: str, salt: str, lot: str = "") -> Self:
        """The same item, made by `name` unless it says by whom, in a lot unless it names one.

        The salt, which stands for the code that makes it, joins the key; without one there
        is no key.
        """
        self.made_by = self.made_by or name
        self.key = self.key and salt and f"{salt}{self.key}"
        self.salt = salt
        self.lot = self.lot or lot
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.address!r} made by {self.made_by or 'somebody'}>"


class Page(_Item[Sheet]):
    """A Markdown page. `address` is a path with a slash at its end, `papers/x/`; the home is ``.

    `meta` is the front matter: `title` and `description` are escaped HTML without maths
    (themes print them raw), everything else is data. `body` is one block of HTML.
    """

    __slots__ = ()

    def __init__(
        self, address: str, meta: Mapping[str, Any], body: str, made_by: str = "", key: str = ""
    ) -> None:
        super().__init__(address, lambda: (meta, body), made_by, key)

    @classmethod
    def late(cls, address: str, key: str, make: Callable[[], Sheet]) -> Page:
        """A page that holds no text: `make` gives front matter and body when they are asked for."""
        page = cls(address, {}, "", key=key)
        page._make = make
        return page

    def finished(self, finish: Callable[[str, Sheet], Sheet]) -> Self:
        """The same page, whose content goes through `finish`, which is told the address."""
        self._make = partial(_finished, finish, self.address, self._make)
        return self

    @property
    def path(self) -> str:
        """Where the page is written, below docs/.

        >>> Page("papers/x/", {}, "").path, Page("", {}, "").path
        ('papers/x.md', 'index.md')
        """
        return f"{self.address.rstrip('/')}.md" if self.address else "index.md"

    @property
    def meta(self) -> Mapping[str, Any]:
        """The front matter."""
        return self.made()[0]

    @property
    def body(self) -> str:
        """One block of HTML."""
        return self.made()[1]


def _finished(
    finish: Callable[[str, Sheet], Sheet], address: str, make: Callable[[], Sheet]
) -> Sheet:
    return finish(address, make())


class Piece:
    """A part of a large file. Equal keys promise equal bytes, so those of the last run may serve.

    `size` is in bytes, once they have been made or found.
    """

    __slots__ = ("_make", "key", "size")

    def __init__(self, key: str, make: Callable[[], bytes]) -> None:
        self.key = key
        self.size = 0
        self._make = make

    def made(self) -> bytes:
        """The bytes, made anew each time."""
        made = self._make()
        self.size = len(made)
        return made


Pieces = Iterable[bytes | Piece]
"""A large file, part by part."""


class Asset(_Item[bytes | Pieces]):
    """A file that reaches the site as it is. `address` is its path: `assets/x.json`.

    One that lies `beside` is no part of docs/, for engines would drop it (`.nojekyll`) or
    take it for a page (`papers/x/index.md`): it is put into the site after the engine's work.
    """

    __slots__ = ("beside",)

    def __init__(
        self, address: str, body: bytes, made_by: str = "", beside: bool = False, key: str = ""
    ) -> None:
        super().__init__(address, lambda: body, made_by, key)
        self.beside = beside

    @classmethod
    def late(
        cls, address: str, key: str, make: Callable[[], bytes | Pieces], beside: bool
    ) -> Asset:
        """A file that is made when it is asked for: whole, or in pieces if it is large."""
        asset = cls(address, b"", beside=beside, key=key)
        asset._make = make
        return asset

    @property
    def body(self) -> bytes:
        """The whole content."""
        made = self.made()
        if isinstance(made, bytes):
            return made
        return b"".join(one.made() if isinstance(one, Piece) else one for one in made)


class Site:
    """Address → Page or Asset. Each address is claimed once.

    Addresses are compared without case, for file systems that fold it. `is_lasting` tells
    whether what is made now would be made the same in any other run; when it would not, as
    after a user's template broke, no key may be remembered for it.
    """

    def __init__(
        self,
        items: Iterable[Page | Asset] = (),
        is_lasting: Callable[[], bool] = lambda: True,
    ) -> None:
        self._items: dict[str, Page | Asset] = {}
        self.is_lasting = is_lasting
        self.again: Callable[[Mapping[str, Paper]], Iterator[Page]] = lambda papers: iter(())
        for item in items:
            self.add(item)

    def add(self, item: Page | Asset) -> None:
        """Claims the item's address.

        Raises:
            ValueError: the address is taken; the message names both claimants.
        """
        key = _key(item)
        if key in self._items:
            other = self._items[key]
            raise ValueError(
                f"{item.made_by or 'somebody'} and {other.made_by or 'somebody'} "
                f"both claim the address {item.address!r}"
            )
        self._items[key] = item

    def __iter__(self) -> Iterator[Page | Asset]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, address: str) -> Page | Asset:
        """The item at an address, such as `papers/x/`, `` or `feed.xml`."""
        if not address or address.endswith("/"):
            return self._items[_key(Page(address, {}, ""))]
        keys = [_key(Asset(address, b"", beside=beside)) for beside in (False, True)]
        return self._items[keys[0] if keys[0] in self._items else keys[1]]


def _key(item: Page | Asset) -> str:
    # `index.md` in docs/ is the home page; beside, it is a file of that name in the site.
    apart = isinstance(item, Asset) and item.beside and item.address.endswith(".md")
    return item.path.casefold() + "\0" * apart
