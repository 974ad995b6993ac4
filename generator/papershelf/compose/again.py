"""Pages of papers whose text has changed, made again while all that was derived stays.

For a preview, which shows a page before everything else is made anew. What other papers say of
these, and these of others, is as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace

from papershelf.compose.env import Env
from papershelf.compose.heads import Heads
from papershelf.compose.papers import pages_of
from papershelf.export.keys import with_key
from papershelf.model import Paper
from papershelf.site import Page


def again(env: Env, heads: Heads, papers: Mapping[str, Paper]) -> Iterator[Page]:
    """The pages of some papers, by id, as these are now; their authors must be as they were."""
    other, held = copy(env), env.catalog.collection
    collection = replace(held, papers={**held.papers, **papers})
    other.catalog = replace(env.catalog, collection=collection)
    cited = {id: with_key(paper, env.citation_keys[id]) for id, paper in papers.items()}
    other.__dict__["cited"] = cited.__getitem__
    for page in pages_of(papers, other):
        if isinstance(page, Page):
            yield heads.completed(page)
