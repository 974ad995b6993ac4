"""What a site is built on: the files of the last one that may stay as they are.

A build goes into a tree that nobody sees, most of which is there already from the build before
the last. What is not comes by a second name from the live site, or is made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from papershelf import disk
from papershelf.render import unseen
from papershelf.render.kept import INDEX, Kept, KeptFile, KeptPage, Mark, Stamp, mark, mark_of
from papershelf.render.offline import SCRIPT


@dataclass
class Ground:
    """`target` is the tree that is to be the site; `live` a whole one, of which `kept` tells.

    `entries` is its search index. `is_private` says that both trees are one, and that nobody
    else writes to it, so that it need not be looked at.
    """

    target: Path
    live: Path | None = None
    entries: Path | None = None
    kept: Kept = field(default_factory=Kept)
    is_private: bool = False
    others: set[str] = field(default_factory=set)  # files in a private tree that are not kept
    there: dict[str, Mark] = field(default_factory=dict)  # what the target holds

    def look(self) -> None:
        """Looks at the target; to be called before anything is asked."""
        self.there = self._there()

    def clear(self) -> None:
        """Keeps nothing."""
        self.kept = Kept()

    def forget(self, path: str) -> None:
        """Keeps nothing of a page whose file somebody else has written."""
        if self.kept.pages.pop(path, None):
            self.others.add(address_of(path))

    def has_entries(self) -> bool:
        """Whether the search index that kept entries stand in is as it was."""
        return bool(self.entries and self.kept.index and mark_of(self.entries) == self.kept.index)

    def page(self, path: str, source: Stamp) -> KeptPage | None:
        """What is kept of a page, when it is to stay as it is."""
        found = self.kept.pages.get(path)
        return found if found and self._stays(address_of(path), found, source) else None

    def file(self, address: str, source: Stamp) -> KeptFile | None:
        """What is kept of a file, when it is to stay as it is."""
        found = self.kept.files.get(address)
        return found if found and self._stays(address, found, source) else None

    def _stays(self, address: str, found: KeptPage | KeptFile, source: Stamp) -> bool:
        if found.source != source:
            return False
        there = self.there.get(address)  # often by a second name, which spares a look
        return there == found.mark or mark_of(f"{self.live}/{address}") == found.mark

    # Putting together ---------------------------------------------------------------------------

    def prepare(self, staying: Mapping[str, Mark], coming: Collection[str]) -> None:
        """Leaves nothing in the target but what stays, which all is there then, and will come."""
        there = self.there
        for address in there.keys() - staying.keys() - set(coming):
            unseen.drop(str(self.target), address)
        for address, wanted in staying.items():
            if there.get(address) != wanted:
                unseen.link(f"{self.live}/{address}", f"{self.target}/{address}")

    def _there(self) -> dict[str, Mark]:
        if self.is_private:
            return self._known(self.target, self.others)
        disk.make_folder(self.target)
        return {address: mark(stat) for address, stat in unseen.files_below(str(self.target))}

    def _known(self, folder: Path, others: Collection[str]) -> dict[str, Mark]:
        """The marks of all that is kept, and of other files as they are found."""
        found = {address_of(path): page.mark for path, page in self.kept.pages.items()}
        found |= {address: file.mark for address, file in self.kept.files.items()}
        other = {address: mark_of(folder / address) for address in others}
        return found | {address: there for address, there in other.items() if there}

    def marks(self, site: Path) -> dict[str, Mark]:
        """How every file of the site looks that was put together here and is kept now."""
        return self._known(site, self.others | _AT_THE_END)

    def receive(self, folder: Path) -> None:
        """Takes what an engine has made, and puts the target in the place of its folder."""
        self.others = {address for address, _ in unseen.files_below(str(folder))}
        for address in self.others:
            unseen.bring(f"{folder}/{address}", f"{self.target}/{address}")
        disk.remove_tree(folder)
        disk.move(self.target, folder)


# The files that come when all others are in their place.
_AT_THE_END = frozenset({INDEX, SCRIPT})


def address_of(path: str) -> str:
    """The file of a page in the site.

    >>> address_of("papers/x.md")
    'papers/x/index.html'
    """
    return f"{path[:-3]}/index.html"
