"""The map: where each paper stands, as columns of numbers that a script draws, and as a list.

The places come with the catalog (`relate` finds them). The list is for those who do not see
the map or have no script; it is bounded, since the whole collection stands in the indexes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from papershelf.compose.env import Env, front
from papershelf.compose.kinship import Kinship, first_area
from papershelf.compose.topics import Ranked, shelves_of
from papershelf.compose.views import Chip, Shelf
from papershelf.model import Catalog
from papershelf.site import Asset, Page

SHARD = 5000
"""How many papers a file holds: some 600 KB, 200 compressed."""
_TOPICS_LISTED = 40  # of an area
_PAPERS_LISTED = 3  # of a topic
_TOPICS_SHOWN = 4  # of a paper, when it is pointed at


@dataclass(frozen=True, slots=True)
class Spot:
    """A topic in the list, with its most central papers."""

    chip: Chip
    papers: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """An area in the list; `more` topics of it are left out."""

    shelf: Shelf
    spots: tuple[Spot, ...]
    more: int


def compose_map(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`map/`, and its data at `assets/data/map/`."""
    ids = [id for id in catalog.collection.papers if id in catalog.places]
    kinship = env.kinship
    regions = [_region(shelf, kinship, env) for shelf in shelves_of(env)]
    said = env.say_many("A map of %(count)s paper.", "A map of %(count)s papers.", len(ids))
    meta = front(env.say("Map"), said, search={"exclude": True}, part="map")
    yield env.page("map/", "map.j2", meta, count=len(ids), regions=regions)
    if ids:
        head = _head(ids, catalog, env)
        yield env.data("map/index", lambda: head, head)
        for number, start in enumerate(range(0, len(ids), SHARD)):
            part = _columns(ids[start : start + SHARD], catalog, env)
            yield env.data(f"map/{number}", lambda part=part: part, part)  # type: ignore[misc]


def _region(shelf: Shelf, kinship: Kinship, env: Env) -> Region:
    """The largest topics of an area."""
    largest = sorted(shelf.chips, key=lambda chip: (-chip.count, chip.address))
    spots = tuple(_spot(chip, kinship, env) for chip in largest[:_TOPICS_LISTED])
    return Region(shelf, spots, max(0, len(largest) - _TOPICS_LISTED))


def _spot(chip: Chip, kinship: Kinship, env: Env) -> Spot:
    slug = chip.address.split("/")[1]
    central = kinship.central(slug) or list(env.catalog.topics.papers.get(slug, ()))
    titles = env.catalog.collection
    papers = (Ranked(titles[id].title, env.paper_address(id)) for id in central[:_PAPERS_LISTED])
    return Spot(chip, tuple(papers))


def _head(ids: Sequence[str], catalog: Catalog, env: Env) -> dict[str, Any]:
    """Areas and topics, with the place of each label."""
    areas = {shelf.slug: number for number, shelf in enumerate(shelves_of(env))}
    topics = catalog.topics.topics
    spots = _middles(ids, catalog)
    return {
        "count": len(ids),
        "shard": SHARD,
        "areas": [[shelf.label, shelf.hue] for shelf in shelves_of(env)],
        "topics": [
            [
                topic.label,
                areas.get(topic.area, areas.get("other", -1)),
                *spots.get(slug, (0, 0, 0)),
            ]
            for slug, topic in topics.items()
        ],
    }


def _middles(ids: Sequence[str], catalog: Catalog) -> dict[str, tuple[int, int, int]]:
    """Where the label of a topic stands, and of how many papers: those with it as their first.

    The median and not the mean: a topic in two islands is named on the larger one.
    """
    places = defaultdict(list)
    for id in ids:
        first = next((g.topic for g in catalog.topics.of.get(id, ())), "")
        places[first].append(catalog.places[id])
    return {
        slug: (median_low(x for x, _ in found), median_low(y for _, y in found), len(found))
        for slug, found in places.items()
    }


def _columns(ids: Sequence[str], catalog: Catalog, env: Env) -> dict[str, list[Any]]:
    """Column → the values of these papers."""
    topics = {slug: number for number, slug in enumerate(catalog.topics.topics)}
    areas = {shelf.slug: number for number, shelf in enumerate(shelves_of(env))}
    loose = areas.get("other", -1)
    given = [catalog.topics.of.get(id, ())[:_TOPICS_SHOWN] for id in ids]
    return {
        "x": [catalog.places[id][0] for id in ids],
        "y": [catalog.places[id][1] for id in ids],
        "area": [
            areas.get(first_area(id, catalog), loose if given[at] else -1)
            for at, id in enumerate(ids)
        ],
        "topics": [[topics[one.topic] for one in some if one.topic in topics] for some in given],
        "title": [catalog.collection[id].title.plain for id in ids],
        "slug": [catalog.slugs[id] for id in ids],
    }
