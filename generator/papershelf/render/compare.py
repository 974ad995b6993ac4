"""Pages rendered again, one by one through MkDocs, and compared with those of the site."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from papershelf import disk
from papershelf.model import Origin, Problem, Settings
from papershelf.render.build import memory
from papershelf.render.ground import address_of
from papershelf.render.kept import INDEX, Kept, KeptPage, load_kept
from papershelf.render.mkdocs_engine import build_with_mkdocs
from papershelf.report import Report


def verify(settings: Settings, count: int, report: Report) -> None:
    """Tells of every difference as an error; which pages it is depends on what they hold.

    Raises:
        RenderFailed: MkDocs gave up.
    """
    kept = load_kept(memory(settings), settings.site_dir)
    chosen = choose(kept, count)
    report.count("verified", len(chosen))
    if not chosen:
        return
    with tempfile.TemporaryDirectory(prefix="papershelf-") as folder:
        again = Path(folder) / "site"
        build_with_mkdocs(settings, again, Report(), frozenset(chosen))
        for path in _differing(settings.site_dir, again, kept, chosen):
            report.problem(_problem(path, settings))


def choose(kept: Kept, count: int) -> list[str]:
    """Pages from all over the site: always the same, until what they hold changes."""

    def rank(path: str) -> str:
        return sha256(f"{path} {kept.pages[path].source.size}".encode()).hexdigest()

    return sorted(kept.pages, key=rank)[:count]


def _differing(site: Path, again: Path, kept: Kept, chosen: list[str]) -> Iterator[str]:
    entries = _entries(again)
    for path in chosen:
        address = address_of(path)
        same = disk.read_file(site / address) == disk.read_file(again / address)
        if not same or _kept_entries(site, kept.pages[path]) != entries.get(f"{path[:-3]}/", []):
            yield path


def _entries(site: Path) -> dict[str, list[Any]]:
    """The entries of the search index by page."""
    found: dict[str, list[Any]] = {}
    for entry in json.loads(disk.read_file(site / INDEX) or b'{"docs":[]}')["docs"]:
        found.setdefault(entry["location"].partition("#")[0], []).append(entry)
    return found


def _kept_entries(site: Path, page: KeptPage) -> Any:
    with (site / INDEX).open("rb") as file:
        file.seek(page.start)
        text = file.read(page.length)
    try:
        return json.loads(b"[%s]" % text)
    except ValueError:
        return None


def _problem(path: str, settings: Settings) -> Problem:
    return Problem(
        "not-as-plain",
        f'the page "{path[:-3]}/" is not as MkDocs alone makes it',
        Origin(f"{settings.docs_dir.name}/{path}"),
        "set `fast: false` in mkdocs.yml, and report what your templates do",
        "error",
    )
