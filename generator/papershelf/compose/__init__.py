"""compose: Catalog → Site. One composer a kind of page, a feed or an export.

A composer is a function `(catalog, env) -> Iterator[Page | Asset]` and a name. `env`
renders templates and makes links; a composer decides, a template only shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from papershelf.cache import Cache
from papershelf.compose.again import again
from papershelf.compose.authors import compose_author_index, compose_authors
from papershelf.compose.browse import compose_browse
from papershelf.compose.cloud import compose_cloud
from papershelf.compose.departed import compose_aliases, compose_departed, compose_moved
from papershelf.compose.env import Env
from papershelf.compose.exports import compose_exports
from papershelf.compose.feeds import compose_feeds
from papershelf.compose.heads import Heads
from papershelf.compose.home import compose_home
from papershelf.compose.keys import code_of
from papershelf.compose.letters import compose_letters
from papershelf.compose.map import compose_map
from papershelf.compose.mine import compose_list
from papershelf.compose.papers import compose_papers
from papershelf.compose.previews import compose_previews
from papershelf.compose.publishing import compose_publishing
from papershelf.compose.sources import compose_sources
from papershelf.compose.timeline import compose_timeline
from papershelf.compose.topics import compose_topic_index, compose_topics
from papershelf.compose.twins import compose_guides
from papershelf.compose.venues import compose_venues
from papershelf.compose.words import compose_words
from papershelf.compose.years import compose_years
from papershelf.model import FOUND, FOUND_TOPIC, Catalog, Problem, Settings
from papershelf.report import Report
from papershelf.site import Asset, Page, Site

Composer = Callable[[Catalog, Env], Iterator[Page | Asset]]

COMPOSERS: dict[str, Composer] = {
    "home": compose_home,
    "browse": compose_browse,
    "papers": compose_papers,
    "departed": compose_departed,
    "aliases": compose_aliases,
    "moved": compose_moved,
    "topics": compose_topics,
    "topic-index": compose_topic_index,
    "cloud": compose_cloud,
    "map": compose_map,
    "timeline": compose_timeline,
    "letters": compose_letters,
    "sources": compose_sources,
    "authors": compose_authors,
    "author-index": compose_author_index,
    "venues": compose_venues,
    "years": compose_years,
    "list": compose_list,
    "exports": compose_exports,
    "feeds": compose_feeds,
    "previews": compose_previews,
    "publishing": compose_publishing,
    "guides": compose_guides,
    "words": compose_words,
}
"""What makes the pages, by name. A user's composer of the same name takes the place of ours."""

_LOTS = frozenset({"exports"})  # its page says how large the files are


def compose(
    catalog: Catalog,
    settings: Settings,
    composers: Mapping[str, Composer],
    report: Report,
    cache: Cache | None = None,
) -> Site:
    """Catalog → Site: all pages and files, each made when it is asked for. Counts `pages`.

    The cache is of what an earlier run found out about all papers together.

    An address that is claimed twice stays with the first; the report names both claimants.
    Where a user's composer makes the papers' pages, the site cannot make them `again`.
    """
    env = Env(catalog, settings, report, cache)
    env.catalog = catalog = _told(catalog, env)
    heads = Heads(env)
    site = Site(is_lasting=env.is_lasting)
    if "papers" not in composers:
        site.again = partial(again, env, heads)
    for name, composer in {**COMPOSERS, **composers}.items():
        # Our own code is in every key already; without a salt a stranger's pages get none.
        salt = "-" if composer is COMPOSERS.get(name) else code_of(composer)
        for item in composer(catalog, env):
            whole = heads.completed(item) if isinstance(item, Page) else item
            lot = name if name in _LOTS else ""
            _add(site, whole.claimed(item.made_by or name, salt, lot), report)
    report.count("pages", sum(isinstance(item, Page) for item in site))
    return site


def _told(catalog: Catalog, env: Env) -> Catalog:
    """The catalog with what we say of topics that we found, in the language of the site."""
    areas, topics = dict(catalog.topics.areas), dict(catalog.topics.topics)
    if areas.get(FOUND.slug) == FOUND:
        areas[FOUND.slug] = replace(FOUND, label=env.say(FOUND.label))
    for slug, topic in topics.items():
        if topic.description == FOUND_TOPIC % {"label": topic.label}:
            told = env.say(FOUND_TOPIC, label=topic.label)
            topics[slug] = replace(topic, description=told)
    return replace(catalog, topics=replace(catalog.topics, areas=areas, topics=topics))


def _add(site: Site, item: Page | Asset, report: Report) -> None:
    try:
        site.add(item)
    except ValueError as error:
        hint = "give one of the two another address, or the name of the other to take its place"
        report.problem(Problem("address-taken", str(error), None, hint, "error"))


__all__ = ["COMPOSERS", "Composer", "Env", "compose"]
