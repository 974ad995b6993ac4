"""The pages of topics, and the index of them by area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from papershelf.compose.env import Env, front, root_of
from papershelf.compose.paging import paged
from papershelf.compose.views import Chip, Pager, Shelf
from papershelf.model import Catalog, Topic
from papershelf.site import Asset, Page

_COMPANIONS = 12
_LOOSE = "other"  # the shelf of topics whose area is none of the taxonomy's


def compose_topics(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`topics/<slug>/` and its further pages: what the topic is, what goes with it, its papers."""
    for slug, topic in catalog.topics.topics.items():
        companions = _companions(slug, env)
        ids = env.newest(catalog.topics.papers.get(slug, ()))
        for address, part, pager in paged(ids, f"topics/{slug}/", env.settings.page_size):
            yield env.page(
                address,
                "topic.j2",
                _meta(topic, len(ids), pager),
                topic=topic,
                area=catalog.topics.areas.get(topic.area),
                hue=env.hues.get(topic.area, 0),
                count=len(ids),
                companions=companions,
                cards=env.cards(part, root_of(address)),
                pager=pager,
            )


def _companions(slug: str, env: Env) -> list[Chip]:
    """The topics most often given together with this one; the count is of papers in common."""
    topics = env.catalog.topics
    together: Counter[str] = Counter()
    for id in topics.papers.get(slug, ()):
        together.update({given.topic for given in topics.of.get(id, ())} - {slug})
    best = sorted(together, key=lambda other: (-together[other], other))[:_COMPANIONS]
    return [
        Chip(chip.label, chip.address, chip.hue, together[other])
        for other in best
        if (chip := env.chips.get(other))
    ]


def _meta(topic: Topic, count: int, pager: Pager) -> dict[str, Any]:
    papers = "1 paper" if count == 1 else f"{count} papers"
    said = " ".join(part for part in (topic.description, f"{papers}.") if part)
    if pager.number == 1:
        return front(topic.label, said, tags=[topic.label], search={"boost": 2})
    page = f"page {pager.number} of {pager.total}"
    return front(f"{topic.label}, page {pager.number}", f"{said} {page}.", search={"exclude": True})


def compose_topic_index(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`topics/`: every topic, area by area."""
    shelves = shelves_of(env)
    number = len(catalog.topics.topics)
    meta = front("Topics", f"{number} topics in {len(shelves)} areas.", search={"exclude": True})
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
    label = topics.areas[area].label if area in topics.areas else "Other topics"
    chips = tuple(env.chips[slug] for slug in slugs)
    return Shelf(area, label, env.hues.get(area, 0), len(papers), chips)
