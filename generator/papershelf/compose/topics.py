"""The pages of topics, and the index of them by area."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from papershelf.compose.beside import writers_of
from papershelf.compose.env import Env, front, root_of
from papershelf.compose.feeds import feed_links, has_feeds
from papershelf.compose.kinship import Kinship
from papershelf.compose.paging import paged
from papershelf.compose.spans import over_time
from papershelf.compose.views import Aside, Chip, Pager, Shelf
from papershelf.model import Catalog, Topic
from papershelf.prose import Prose
from papershelf.site import Asset, Page

_LOOSE = "other"  # the shelf of topics whose area is none of the taxonomy's


@dataclass(frozen=True, slots=True)
class Ranked:
    """A paper by its title alone."""

    title: Prose
    address: str


def compose_topics(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`topics/<slug>/` and its further pages: what the topic is, what goes with it, its papers."""
    kinship, scale = env.kinship, over_time(catalog, env.language)
    for slug, topic in catalog.topics.topics.items():
        ids = env.newest(catalog.topics.papers.get(slug, ()))
        # Only the first page shows more than papers.
        beside = _beside(slug, ids, kinship, env)
        chart = scale.chart(ids) if scale else None
        for address, part, pager in paged(ids, f"topics/{slug}/", env.settings.page_size):
            first = pager.number == 1
            yield env.page(
                address,
                "topic.j2",
                _meta(topic, len(ids), pager, env),
                topic=topic,
                area=catalog.topics.areas.get(topic.area),
                hue=env.hues.get(topic.area, 0),
                count=len(ids),
                asides=beside if first else [],
                chart=chart if first else None,
                typical=_typical(slug, kinship, env) if first else [],
                feeds=feed_links(f"topics/{slug}/") if has_feeds(env) else [],
                cards=env.cards(part, root_of(address)),
                pager=pager,
            )


def _beside(slug: str, ids: Sequence[str], kinship: Kinship, env: Env) -> list[Aside]:
    """What stands beside the papers of a topic: topics near it, and who wrote most of them."""
    found = [
        Aside(env.say("Part of"), chips=_chips(kinship.wholes(slug), env)),
        Aside(env.say("Within it"), chips=_chips(kinship.parts(slug), env)),
        Aside(env.say("Often together with"), chips=_companions(slug, kinship, env)),
        Aside(env.say("Authors"), writers_of(ids, env)),
    ]
    return [aside for aside in found if aside]


def _chips(slugs: Sequence[str], env: Env) -> list[Chip]:
    return [env.chips[slug] for slug in slugs]


def _companions(slug: str, kinship: Kinship, env: Env) -> list[Chip]:
    """The topics that go with this one; the count is of papers in common."""
    return [
        replace(env.chips[one.slug], count=one.count, why=_lift(one.lift, env))
        for one in kinship.companions(slug)
    ]


def _lift(lift: float, env: Env) -> str:
    times = env.language.decimal(lift)
    return env.say("%(times)s times as often as by chance", times=times)


def _typical(slug: str, kinship: Kinship, env: Env) -> list[Ranked]:
    """The most typical papers, by their titles."""
    papers = env.catalog.collection
    return [Ranked(papers[id].title, env.paper_address(id)) for id in kinship.typical(slug)]


def _meta(topic: Topic, count: int, pager: Pager, env: Env) -> dict[str, Any]:
    papers = env.say_many("%(count)s paper.", "%(count)s papers.", count)
    said = env.told(f"{topic.description} {papers}".strip(), pager)
    if pager.number == 1:
        return front(topic.label, said, tags=[topic.label], search={"boost": 2})
    return front(env.turned(topic.label, pager), said, search={"exclude": True})


def compose_topic_index(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`topics/`: every topic, area by area."""
    shelves = shelves_of(env)
    number = len(catalog.topics.topics)
    said = env.say("Topics: %(count)s, areas: %(areas)s.", count=number, areas=len(shelves))
    meta = front(env.say("Topics"), said, search={"exclude": True})
    yield env.page("topics/", "topics.j2", meta, shelves=shelves, count=number, ways=env.ways)


def shelves_of(env: Env) -> list[Shelf]:
    """The areas that hold a topic, in taxonomy order; topics of no known area come last."""
    topics = env.catalog.topics
    groups: dict[str, list[str]] = {slug: [] for slug in (*topics.areas, _LOOSE)}
    for slug, topic in topics.topics.items():
        groups[topic.area if topic.area in topics.areas else _LOOSE].append(slug)
    return [_shelf(area, slugs, env) for area, slugs in groups.items() if slugs]


def _shelf(area: str, slugs: Sequence[str], env: Env) -> Shelf:
    topics = env.catalog.topics
    papers = {id for slug in slugs for id in topics.papers.get(slug, ())}
    label = topics.areas[area].label if area in topics.areas else env.say("Other topics")
    chips = tuple(env.chips[slug] for slug in slugs)
    return Shelf(area, label, env.hues.get(area, 0), len(papers), chips)
