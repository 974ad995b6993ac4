"""What search engines are given: the sitemap (sitemaps.org 0.9) and robots.txt (RFC 9309)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from papershelf.check.built import Built
from papershelf.check.feeds import read_xml
from papershelf.check.problems import doubtful, short, wrong
from papershelf.check.summary import Summaries
from papershelf.model import Problem

_NAMES = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
MOST_URLS = 50_000
MOST_BYTES = 50 * 2**20


def check_sitemap(built: Built, pages: Summaries) -> Iterator[Problem]:
    """The sitemap is well formed, its addresses are answered, and no page is missing."""
    if "sitemap.xml" not in built.files:
        yield doubtful("no-sitemap", "there is no sitemap.xml", "sitemap.xml")
        return
    listed: set[str] = set()
    yield from _read(built, "sitemap.xml", listed, set())
    missing = [path for path in pages if pages[path].indexable and path not in listed]
    for path in missing if listed else ():
        if path != "404.html":
            yield doubtful("not-in-sitemap", "the sitemap lacks this page", path)


def _read(built: Built, path: str, listed: set[str], seen: set[str]) -> Iterator[Problem]:
    """Adds to `listed` the pages that a sitemap, or an index of sitemaps, lists."""
    seen.add(path)
    content = _unpacked(built, path)
    try:
        root = read_xml(content)
    except ValueError as error:
        yield wrong("bad-sitemap", str(error), path)
        return
    if root.tag not in {f"{_NAMES}urlset", f"{_NAMES}sitemapindex"}:
        yield wrong("bad-sitemap", f"{short(root.tag)} is no sitemap", path)
    urls = [(loc.text or "").strip() for loc in root.iter(f"{_NAMES}loc")]
    if len(urls) > MOST_URLS or len(content) > MOST_BYTES:
        yield wrong("bad-sitemap", f"{len(urls)} addresses; 50,000 and 50 MB are the most", path)
    for url in urls:
        found = _found(built, url)
        if not found:
            message = f"nothing of the site answers {short(url)}"
            yield wrong("bad-sitemap", message, path)
        elif root.tag == f"{_NAMES}sitemapindex" and found not in seen:
            yield from _read(built, found, listed, seen)
        else:
            listed.add(found)


def _unpacked(built: Built, path: str) -> bytes:
    content = built.read(path)
    if not path.endswith(".gz"):
        return content
    try:
        with gzip.open(built.folder / path) as packed:
            return packed.read(MOST_BYTES + 1)
    except (OSError, EOFError):
        return b""


def _found(built: Built, url: str) -> str:
    try:
        target = built.target(url, built.root)
    except ValueError:
        return ""
    path = target.path
    return (built.answer(path) or "") if path is not None and "//" in url else ""


_LINES = {"user-agent", "allow", "disallow", "sitemap", "crawl-delay", "host", "content-signal"}


def check_robots(built: Built, pages: Summaries) -> Iterator[Problem]:
    """robots.txt, where there is one, can be read, and its sitemap is there."""
    if "robots.txt" not in built.files:
        return
    text = built.read("robots.txt").decode("utf-8-sig", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, value = line.split("#")[0].strip().partition(":")
        if name and (not colon or name.strip().lower() not in _LINES):
            message = f"robots.txt has no line like {short(line)}"
            yield doubtful("bad-robots", message, "robots.txt", number)
        elif (
            name.strip().lower() == "sitemap" and built.address and not _found(built, value.strip())
        ):
            message = f"nothing of the site answers {short(value)}"
            yield wrong("bad-robots", message, "robots.txt", number)
