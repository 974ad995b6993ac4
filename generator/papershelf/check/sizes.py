"""How much there is: bytes that a reader waits for, and what hosts take."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from papershelf.check.addresses import goal, loads
from papershelf.check.built import Built
from papershelf.check.page import Page
from papershelf.check.problems import doubtful
from papershelf.check.summary import Summaries
from papershelf.model import Problem

BUDGETS: Mapping[str, int] = {
    "html_kb": 512,
    "assets_kb": 300,
    "image_kb": 500,
    "search_mb": 20,
    "file_mb": 25,
    "site_mb": 1000,
    "files": 20_000,
}
"""The most that each may be: HTML of a page, its css and js packed, a picture, the search index,
any file, all files, and the number of files. `KB` is 1,024 bytes."""

_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp")
_HOSTS = {
    "files": "20,000 is the most that Cloudflare Pages takes on its free plan",
    "file_mb": "25 MiB is the most that Cloudflare Pages takes, 100 MB GitHub",
    "site_mb": "1 GB is the most that GitHub Pages publishes",
}


@dataclass(frozen=True, slots=True)
class Budgets:
    """The limits that hold, by name; those not given are `BUDGETS`."""

    limits: Mapping[str, int]

    def check_page(self, page: Page) -> Iterator[Problem]:
        """The page, and the scripts and styles that it waits for."""
        size = page.built.files.get(page.path, len(page.html))
        yield from self._over("html_kb", size, 1024, page.path, "the page")
        used = {
            path
            for load in loads(page)
            if load.kind in {"script", "style"} and (path := goal(page, load.url)[0])
        }
        packed = sum(_packed(page.built.folder / path) for path in used)
        yield from self._over("assets_kb", packed, 1024, page.path, "its css and js, packed,")

    def check_site(self, built: Built, pages: Summaries) -> Iterator[Problem]:
        """Pictures, the search index, every file, and all together."""
        for path, size in built.files.items():
            if path.lower().endswith(_IMAGES):
                yield from self._over("image_kb", size, 1024, path, "the picture")
            elif path.endswith(("search_index.json", "searchindex.js", "search.json")):
                yield from self._over("search_mb", size, 2**20, path, "the search index")
            yield from self._over("file_mb", size, 2**20, path, "the file")
        yield from self._over("site_mb", sum(built.files.values()), 2**20, ".", "the site")
        yield from self._over("files", len(built.files), 1, ".", "the number of files")

    def _over(self, name: str, size: int, unit: int, path: str, what: str) -> Iterator[Problem]:
        limit = self.limits.get(name, BUDGETS[name])
        if size > limit * unit:
            amount = (
                f"{size / unit:,.0f}" if unit == 1 else f"{size / unit:,.1f} {name[-2:].upper()}"
            )
            message = f"{what} is {amount}; the budget {name} is {limit:,}"
            hint = _HOSTS.get(name, "")
            yield doubtful("over-budget", message, path, 0, hint)


@lru_cache(maxsize=256)
def _packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6, mtime=0))
