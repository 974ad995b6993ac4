"""A site built beside the old one and put in its place in one step.

A reader never meets half a build, and a build that fails leaves the old site as it was.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from papershelf import disk
from papershelf.model import Settings
from papershelf.render.failure import RenderFailed


@contextmanager
def staged(settings: Settings) -> Iterator[Path]:
    """A new, empty folder beside `site_dir`; when all went well it becomes the site.

    Hidden entries of the old site (`.git`, say) move over, for no engine ever makes them.

    Raises:
        RenderFailed: `site_dir` is a place that we must not replace.
    """
    check_place(settings)
    live = settings.site_dir
    stage, aside = _beside(live, "stage"), _beside(live, "old")
    disk.make_folder(live.parent)
    _clear_up(live, stage, aside)
    disk.make_folder(stage)
    try:
        yield stage
        if not any(stage.iterdir()):
            raise RenderFailed("the build came out empty, so the site stays as it was")
        old = disk.switch(stage, live, aside)
        _remember(settings)
    except BaseException:
        with suppress(disk.WriteFailed):
            disk.remove_tree(stage)
        raise
    _retire(old, live, settings)


def _beside(live: Path, what: str) -> Path:
    return live.with_name(f".{live.name}.papershelf-{what}")


def _clear_up(live: Path, stage: Path, aside: Path) -> None:
    """Sees to what a killed run left: first that there is a site, then that there is no rest."""
    if not live.exists() and aside.exists():
        disk.move(aside, live)
    for rest in (stage, aside):
        _discard(rest, live)


def _retire(old: Path, live: Path, settings: Settings) -> None:
    """Keeps the old site to build the next one on, which saves to write 30,000 files again."""
    there = spare(settings)
    if old.exists() and settings.engine == "mkdocs" and settings.fast:
        with suppress(OSError, disk.WriteFailed):
            _save_hidden(old, live)
            disk.remove_tree(there)
            disk.make_folder(there.parent)
            old.rename(there)
            return
    _discard(old, live)
    disk.remove_tree(there)


def _discard(old: Path, live: Path) -> None:
    if old.exists():
        _save_hidden(old, live)
        disk.remove_tree(old)


def _save_hidden(old: Path, live: Path) -> None:
    for entry in old.iterdir():
        there = live / entry.name
        # A stage that a killed run left may hold a file that it had not finished.
        is_kept = entry.name.startswith(".") and not disk.is_scrap(entry.name)
        if is_kept and live.is_dir() and not os.path.lexists(there):
            disk.move(entry, there)


def spare(settings: Settings) -> Path:
    """Where the site before the last one lies; most of its files are those of today's."""
    return settings.state_dir / "spare"


# Which places are ours to replace ----------------------------------------------------------


def check_place(settings: Settings) -> None:
    """Refuses a `site_dir` whose replacement would cost the user something.

    Raises:
        RenderFailed: the message says what is there.
    """
    live = settings.site_dir
    if live.is_symlink():
        raise _refused(live, "it is a symbolic link")
    if live.exists() and not live.is_dir():
        raise _refused(live, "it is a file")
    for kept, name in _to_be_kept(settings):
        if _contains(live, kept):
            raise _refused(live, f"it holds {name}")
    if _contains(settings.docs_dir, live):
        raise _refused(live, "it lies inside docs_dir")
    if os.path.ismount(live):
        raise _refused(live, "it is a mount point, which cannot be switched in one step")
    if not _is_ours(settings):
        raise _refused(live, "it holds files and none of them says that it is a built site")


def _to_be_kept(settings: Settings) -> Iterator[tuple[Path, str]]:
    yield settings.docs_dir, "docs_dir"
    yield settings.overrides_dir, "the overrides"
    yield settings.root, "the project"
    yield Path.home(), "your home folder"
    for source in settings.sources:
        yield settings.root / source, f'the source "{source}"'


def _contains(folder: Path, path: Path) -> bool:
    """Whether a path is the folder or lies below it, links resolved."""
    with suppress(ValueError):  # on two drives of Windows
        folder, path = folder.resolve(), path.resolve()
        return Path(os.path.commonpath([folder, path])) == folder
    return False


def _refused(live: Path, why: str) -> RenderFailed:
    return RenderFailed(
        f'"{live}" cannot become the site: {why}',
        "choose another site_dir, or move what is there out of the way",
    )


# Both engines name themselves in the pages that they make.
_MADE_BY_AN_ENGINE = re.compile(rb'<meta name="?generator"? content="(?:mkdocs|zensical)')


def _is_ours(settings: Settings) -> bool:
    """Whether the folder is empty, was built by us, or shows that an engine built it."""
    live = settings.site_dir
    if not live.exists() or all(path.name.startswith(".") for path in live.iterdir()):
        return True
    if str(live) in (disk.read_file(_memory(settings)) or b"").decode(errors="replace").split("\n"):
        return True
    pages = (disk.read_file(live / name) or b"" for name in ("index.html", "404.html"))
    return (live / "sitemap.xml").is_file() or any(map(_MADE_BY_AN_ENGINE.search, pages))


def _memory(settings: Settings) -> Path:
    return settings.state_dir / "sites"


def _remember(settings: Settings) -> None:
    """Notes that the site is ours, for looks that do not name the engine."""
    known = (disk.read_file(_memory(settings)) or b"").decode(errors="replace").split("\n")
    lines = sorted({str(settings.site_dir), *known} - {""})
    if lines != known[:-1]:
        disk.replace_file(_memory(settings), "".join(f"{line}\n" for line in lines).encode())
