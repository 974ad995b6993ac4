"""What compose makes: pages and files, each at an address of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown page. `address` is a path with a slash at its end, `papers/x/`; the home is ``.

    `meta` is the front matter: `title` and `description` are escaped HTML without maths
    (themes print them raw), everything else is data. `body` is one block of HTML.
    """

    address: str
    meta: Mapping[str, Any]
    body: str
    made_by: str = ""

    @property
    def path(self) -> str:
        """Where the page is written, below docs/.

        >>> Page("papers/x/", {}, "").path, Page("", {}, "").path
        ('papers/x.md', 'index.md')
        """
        return f"{self.address.rstrip('/')}.md" if self.address else "index.md"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that reaches the site as it is. `address` is its path: `assets/x.json`.

    One that lies `beside` is no part of docs/, for engines would drop it (`.nojekyll`) or
    take it for a page (`papers/x/index.md`): it is put into the site after the engine's work.
    """

    address: str
    body: bytes
    made_by: str = ""
    beside: bool = False

    @property
    def path(self) -> str:
        """Where the file is written, below docs/."""
        return self.address


class Site:
    """Address → Page or Asset. Each address is claimed once.

    Addresses are compared without case, for file systems that fold it.
    """

    def __init__(self, items: Iterable[Page | Asset] = ()) -> None:
        self._items: dict[str, Page | Asset] = {}
        for item in items:
            self.add(item)

    def add(self, item: Page | Asset) -> None:
        """Claims the item's address.

        Raises:
            ValueError: the address is taken; the message names both claimants.
        """
        key = item.path.casefold()
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
        return (
            self._items[Page(address, {}, "").path.casefold()]
            if self._is_page(address)
            else self._items[address.casefold()]
        )

    @staticmethod
    def _is_page(address: str) -> bool:
        return not address or address.endswith("/")
