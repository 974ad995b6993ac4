"""What a site was made from, kept from one build to the next as plain text.

An address is made again unless its source, all else that pages depend on, and the file in the
site are as they were. A file of ours that is damaged, foreign or old counts as an empty one.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from papershelf import disk

VERSION = 1
INDEX = "search/search_index.json"


class Stamp(NamedTuple):
    """How a source looked: size in bytes, and when it last changed, in nanoseconds."""

    size: int
    changed: int


class Mark(NamedTuple):
    """How a file of the site looked when it was made.

    An edit in place changes the second, a file put in its place the third. The time of change
    of the inode does not count: a second name for the file, in the next site, changes it.
    """

    size: int
    written: int
    inode: int


class KeptPage(NamedTuple):
    """A page: its source, its file, where its entries stand in the search index, its front.

    The entries are `length` bytes from `start`; none when there are no bytes. The front is JSON:
    the names of all fields of the front matter, and those fields whose values are short.
    """

    source: Stamp
    mark: Mark
    start: int
    length: int
    front: str


class KeptFile(NamedTuple):
    """A file that is in the site as it is in its source."""

    source: Stamp
    mark: Mark


def stamp(stat: os.stat_result) -> Stamp:
    """The stamp of a source; a tool may set its mtime back, but not its ctime."""
    return Stamp(stat.st_size, max(stat.st_mtime_ns, stat.st_ctime_ns))


def mark(stat: os.stat_result) -> Mark:
    """The mark of a file of the site."""
    return Mark(stat.st_size, stat.st_mtime_ns, stat.st_ino)


def mark_of(path: str | Path) -> Mark | None:
    """The mark of the file at a path; nothing when there is none."""
    try:
        return mark(os.lstat(path))
    except OSError:
        return None


@dataclass
class Kept:
    """Pages by source and files by address, of a site made under a `world`; see `world`.

    `index` is the mark of the search index that the entries of pages stand in.
    """

    world: str = ""
    index: Mark | None = None
    pages: dict[str, KeptPage] = field(default_factory=dict)
    files: dict[str, KeptFile] = field(default_factory=dict)


def load_kept(path: Path, site: Path) -> Kept:
    """What was kept for a site; empty when nothing was, or it cannot be trusted."""
    content = disk.read_file(path) or b""
    digest, _, text = content.partition(b"\n")
    if digest != _digest(text, site):
        return Kept()
    try:
        return _loads(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Kept()


def save_kept(kept: Kept, path: Path, site: Path) -> None:
    """Writes it down; the first line tells whether the rest is whole, and of which site."""
    data = {
        "world": kept.world,
        "index": kept.index,
        "pages": kept.pages,
        "files": kept.files,
    }
    text = json.dumps(data, separators=(",", ":")).encode()
    disk.make_folder(path.parent)
    disk.replace_file(path, b"%s\n%s" % (_digest(text, site), text))


def _digest(text: bytes, site: Path) -> bytes:
    head = f"{VERSION}\n{site}\n".encode(errors="surrogateescape")
    return sha256(head + text).hexdigest().encode()


def _loads(data: Any) -> Kept:
    index = data["index"]
    return Kept(
        str(data["world"]),
        Mark(*index) if index else None,
        {path: _page(*values) for path, values in data["pages"].items() if disk.is_inside(path)},
        {path: _file(*values) for path, values in data["files"].items() if disk.is_inside(path)},
    )


def _page(source: Any, there: Any, start: int, length: int, front: str) -> KeptPage:
    return KeptPage(Stamp(*source), Mark(*there), start, length, front)


def _file(source: Any, there: Any) -> KeptFile:
    return KeptFile(Stamp(*source), Mark(*there))
