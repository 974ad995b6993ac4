"""Whole sites of real papers, made by the command line alone, for readers to walk through."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Source(NamedTuple):
    """Papers of `../shared`: where, how many there are, and one that a word of its title finds.

    `settings` are added to those that `papershelf new` writes.
    """

    path: str
    papers: int
    word: str
    title: str
    settings: str = ""


class Shelf(NamedTuple):
    """The site that was made of a source."""

    site: Path
    source: Source


SOURCES = {
    "seeds": Source("seeds", 649, "instatune", "InstaTune: Instantaneous"),
    # Images and twins are two files a paper more, and nothing that a reader walks through.
    "10,000 papers": Source(
        "data/hf-10k.jsonl.gz", 9868, "bitsfusion", "BitsFusion: 1.99 bits", "previews twins"
    ),
}


def build_shelf(folder: Path, shared: Path, source: Source) -> Shelf:
    """`papershelf new` and `papershelf build`: 6 seconds of one processor, or 100."""
    _papershelf(folder, "new", ".")
    config = folder / "mkdocs.yml"
    off = "".join(f"      {name}: false\n" for name in source.settings.split())
    text = config.read_text("utf-8")
    config.write_text(text.replace("  - papershelf:\n", f"  - papershelf:\n{off}"), "utf-8")
    _papershelf(folder, "build", str(shared / source.path))
    return Shelf(folder / "site", source)


def _papershelf(folder: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "papershelf", *words],
        cwd=folder,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=1500,  # on a machine that has better to do
    )
    assert done.returncode == 0, done.stdout + done.stderr


KINDS = {
    "home": "",
    "browse": "browse/",
    "browse, as cards": "browse/?view=cards",
    "browse, as a table": "browse/?view=table",
    "paper": "papers/*/",
    "topics": "topics/",
    "topic": "topics/*/",
    "cloud": "cloud/",
    "map": "map/",
    "timeline": "timeline/",
    "reading list": "reading-list/",
    "letters": "a-z/",
    "letter": "a-z/*/",
    "sources": "sources/",
    "source": "sources/*/",
    "authors": "authors/",
    "author": "authors/*-*/",
    "venues": "venues/",
    "venue": "venues/*/",
    "years": "years/",
    "year": "years/*/",
    "exports": "exports/",
    "nowhere": "404.html",
}
"""Kinds of pages, and where they are."""


def kinds_of(site: Path) -> dict[str, str]:
    """The kinds of pages that a site has, each with the address of its largest page."""
    return {
        name: place
        for name, pattern in KINDS.items()
        if (place := _largest(site, pattern)) is not None
    }


def _largest(site: Path, pattern: str) -> str | None:
    path, mark, query = pattern.partition("?")
    if path.endswith(".html"):
        return pattern
    pages = [(page.stat().st_size, page) for page in site.glob(f"{path}index.html")]
    if not pages:
        return None
    folder = max(pages)[1].parent.relative_to(site).as_posix()
    return (f"{folder}/" if path else "") + mark + query
