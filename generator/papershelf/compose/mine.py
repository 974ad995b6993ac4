"""The reader's own list: a page that a script fills, and the citations that it can take along.

What a reader stars and notes stays in the browser. Citations are made here, by the same hands as
the exports of the site, and lie in small files by the hash of the slug: a list of twenty
papers loads twenty of them at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from papershelf.compose.cite import lightened
from papershelf.compose.env import Env, front
from papershelf.compose.exports import permalinks
from papershelf.export import bibtex, csl_json, ris
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
    found: dict[int, dict[str, Paper]] = defaultdict(dict)
    for paper in env.cited.values():
        slug = catalog.slugs[paper.id]
        found[shard_of(slug, shards)][slug] = paper
    for shard in range(shards):
        papers = found[shard]
        depends = [(env.paper_key(paper.id), paper.details["key"]) for paper in papers.values()]
        yield env.data(f"cite/{shard}", partial(_citations, papers, links), depends)


def shard_count(papers: int) -> int:
    """A power of two, so that a new paper seldom moves the others to other files."""
    return 1 << max(0, (papers - 1) // _IN_A_SHARD).bit_length()


def shard_of(slug: str, shards: int) -> int:
    """Where a slug's citation lies: FNV-1a of 32 bits, which a script can reckon too.

    >>> [shard_of(slug, 256) for slug in ("", "a", "foobar")]
    [197, 44, 104]
    """
    found = 0x811C9DC5
    for byte in slug.encode():
        found = (found ^ byte) * 0x01000193 & 0xFFFFFFFF
    return found % shards


def _citations(papers: Mapping[str, Paper], links: Mapping[str, str]) -> dict[str, Any]:
    return {slug: _citation(papers[slug], links) for slug in sorted(papers)}


def _citation(paper: Paper, links: Mapping[str, str]) -> dict[str, Any]:
    """Without the abstract, which would make the files four times as big."""
    light, permalink = lightened(paper), links.get(paper.id, "")
    return {
        "title": paper.title.plain,
        "bibtex": bibtex.write(light, permalink),
        "ris": ris.write(light, permalink),
        "csl": csl_json.item(light, permalink),
    }
