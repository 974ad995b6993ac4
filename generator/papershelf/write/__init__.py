"""Site → docs/: only what changed, atomically, and never over a file of the user's.

The shipped look goes to `overrides/` by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from papershelf import disk
from papershelf.disk import LockHeld, WriteFailed
from papershelf.model import Settings
from papershelf.report import Report
from papershelf.site import Asset, Page, Site
from papershelf.write.front_matter import front_matter
from papershelf.write.hand import File, Made
from papershelf.write.ledger import BrokenLedger, load_ledger, save_ledger
from papershelf.write.manifest import load_manifest
from papershelf.write.pieces import Pieces, plain
from papershelf.write.tree import Rules, Tree

__all__ = [
    "BrokenLedger",
    "LockHeld",
    "WriteFailed",
    "content_of",
    "front_matter",
    "load_ledger",
    "locked",
    "save_ledger",
    "shipped_overrides",
    "write",
]


def write(site: Site, settings: Settings, report: Report) -> None:
    """Brings `docs_dir` in line with the site, and `overrides_dir` with the shipped look.

    What lies beside docs/ goes to `beside_dir`. A page or file whose key is that of the last
    run, and which lies there as we left it, is not made at all.

    Counts `pages`, `written`, `unchanged` and `removed`; files of the user's are reported
    as `hand-written` (`own-override` in the look), links as `symlink`.

    Raises:
        WriteFailed: the disk said no; what was there is whole, and the next run goes on.
    """
    # Set, not added: whoever composed the site may have counted already.
    report.counts["pages"] = sum(isinstance(item, Page) for item in site)
    manifest = load_manifest(settings, report)
    pieces = Pieces(settings.state_dir)
    make = partial(_made, site, pieces)
    trees = [
        (settings.docs_dir, Rules(rivals=_rivals), _files(site, False, make)),
        (settings.beside_dir, Rules(), _files(site, True, make)),
    ]
    if _has_a_look_of_its_own(settings):
        trees.append((settings.overrides_dir, Rules("own-override", "info"), _look()))
    disk.make_own_folder(settings.beside_dir)
    try:
        for folder, rules, files in trees:
            Tree(folder, manifest, rules, report, pieces.keep).sync(files)
        manifest.save()
        pieces.save()
    finally:
        manifest.log.close()


_Make = Callable[[Page | Asset, str], Made]


def _files(site: Site, beside: bool, make: _Make) -> Iterator[File]:
    for item in site:
        if beside == (isinstance(item, Asset) and item.beside):
            yield File(item.path, partial(make, item), item.key, item.lot)


def _made(site: Site, pieces: Pieces, item: Page | Asset, path: str) -> Made:
    """What shall stand at a path, and the key to remember with it."""
    content = item.made() if isinstance(item, Asset) else content_of(item)
    rows: list[Any] = []
    if not isinstance(content, bytes):
        # A stranger whose code nobody can read has no salt: its pieces are made each time.
        content = pieces.whole(path, content, item.salt, rows) if item.salt else plain(content)
    return Made(content, item.key if site.is_lasting() else "", rows)


def content_of(item: Page | Asset) -> bytes:
    """The file of a page or an asset, to the byte."""
    if isinstance(item, Asset):
        return item.body
    meta, body = item.made()
    text = f"{front_matter(meta)}\n{body}\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which is no character
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


# The order is that of MkDocs: whichever of these a folder holds becomes its index.html.
_SUFFIXES = (".markdown", ".mdown", ".mkdn", ".mkd")
_INDEXES = ("index.md", "README.md", "index.html")


def _rivals(path: str) -> Iterator[tuple[str, Iterable[str]]]:
    """Folders, and names of files there that MkDocs would publish at the address of a page.

    >>> list(_rivals("a/x.md"))[1:], list(_rivals("a/x.json"))
    ([('a/x', ('index.md', 'README.md', 'index.html'))], [])
    """
    if not path.endswith(".md"):
        return
    folder, _, name = path.rpartition("/")
    stem = name[:-3]
    yield folder, [stem + other for other in _SUFFIXES]
    if path == "index.md":
        yield "", [other for other in _INDEXES if other != path]
    else:
        yield path[:-3], _INDEXES


def shipped_overrides() -> Path:
    """The folder of the look: in the wheel, else at the top of the repository."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "overrides"
    return inside if inside.is_dir() else package.parents[1] / "overrides"


def _has_a_look_of_its_own(settings: Settings) -> bool:
    """Whether the look is to be copied: not in the repository that it is shipped from."""
    shipped = shipped_overrides()
    return shipped.is_dir() and shipped.resolve() != settings.overrides_dir.resolve()


def _look() -> Iterator[File]:
    folder = shipped_overrides()
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "__")) for part in inner.parts):
            yield File(inner.as_posix(), partial(_read, path))


def _read(path: Path, _: str) -> Made:
    return Made(path.read_bytes())


@contextmanager
def locked(
    settings: Settings, report: Report | None = None, patience: float = 60
) -> Iterator[None]:
    """Keeps other papershelfs away from the site; waits `patience` seconds for one at work.

    Raises:
        LockHeld: it was still at work then; the message says which process it is.
    """
    tell = (report or Report()).note
    with disk.locked(settings.state_dir / "lock", patience, tell):
        yield
