"""The reader's own list: a page that a script fills, and the citations that it can take along.

What a reader stars and notes stays in the browser. Citations are made here, by the same hands as
the exports of the site, and lie in small files by the hash of the slug: a list of twenty
papers loads twenty of them at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

from papershelf.compose.cite import forms
from papershelf.compose.env import Env, front
from papershelf.compose.exports import permalinks
from papershelf.model import Catalog, Paper
from papershelf.site import Asset, Page

_IN_A_SHARD = 32  # papers, of about 1.2 kB each


def compose_list(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`reading-list/`, and its data at `assets/data/cite/` and `assets/data/left.js`."""
    shards = shard_count(len(catalog.collection))
    meta = front(
        env.say("My list"),
        env.say("Papers that you starred, with your notes, kept in this browser alone."),
        search={"exclude": True},
        part="list",
    )
    yield env.page("reading-list/", "reading-list.j2", meta, shards=shards)
    left = {"departed": sorted(catalog.departed), "moved": dict(sorted(catalog.moved.items()))}
    yield env.data("left", lambda: left, left)
    links = permalinks(env)
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for id in catalog.collection.papers:
        slug = catalog.slugs[id]
        found[shard_of(slug, shards)][slug] = id
    for shard in range(shards):
        ids = found[shard]
        depends = [(env.paper_key(id), env.citation_keys[id]) for id in ids.values()]
        data = env.data(f"cite/{shard}", partial(_citations, ids, links, env), depends)
        data.lot = lot_of(shard)
        yield data


def lot_of(shard: int) -> str:
    """The lot of a shard and of the pages of its papers, which hold the same citations."""
    return f"cite/{shard}"


def shard_count(papers: int) -> int:
    """A power of two, so that a new paper seldom moves the others to other files."""
    return 1 << max(0, (papers - 1) // _IN_A_SHARD).bit_length()


@lru_cache(1 << 14)  # the page of a paper asks, and its citation
def shard_of(slug: str, shards: int) -> int:
    """Where a slug's citation lies: FNV-1a of 32 bits, which a script can reckon too.

    >>> [shard_of(slug, 256) for slug in ("", "a", "foobar")]
    [197, 44, 104]
    """
    found = 0x811C9DC5
    for byte in slug.encode():
        found = (found ^ byte) * 0x01000193 & 0xFFFFFFFF
    return found % shards


def _citations(ids: Mapping[str, str], links: Mapping[str, str], env: Env) -> dict[str, Any]:
    """Slug → the paper's citation; `ids` has the papers by their slugs."""
    return {slug: _citation(env.cited(ids[slug]), links) for slug in sorted(ids)}


def _citation(paper: Paper, links: Mapping[str, str]) -> dict[str, Any]:
    """Without the abstract, which would make the files four times as big."""
    _, in_bibtex, in_ris, item = forms(paper, links.get(paper.id, ""))
    return {"title": paper.title.plain, "bibtex": in_bibtex, "ris": in_ris, "csl": item}
