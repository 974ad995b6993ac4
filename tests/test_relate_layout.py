"""Places on the map: related papers near each other, the same bytes on any machine's cores."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from itertools import combinations
from math import dist
from statistics import mean
from typing import Any

import pytest

from catalogs import catalog_of, paper
from papershelf.model import Catalog, Collection, Related, Relations, Topics
from papershelf.relate import arrange, relate
from papershelf.relate.layout import MARGIN, SPAN

ISLANDS, SIZE = 6, 12


def islands() -> Catalog:
    """Papers in six groups, each related to the next four of its group."""
    papers = [paper(f"Island {n} paper {k}") for n in range(ISLANDS) for k in range(SIZE)]
    related: dict[str, list[Related]] = {}
    for at, one in enumerate(papers):
        start = at // SIZE * SIZE
        others = [papers[start + (at + step) % SIZE] for step in range(1, 5)]
        related[one.id] = [Related(other.id, 0.5, "similar", "") for other in others]
    topics = {one.title.plain: ["pruning", "quantization", "attention"][at % 3 :]
              for at, one in enumerate(papers)}  # fmt: skip
    return catalog_of(papers, topics, related)


def placed(catalog: Catalog) -> dict[str, tuple[int, int]]:
    return dict(arrange(catalog.collection, catalog.topics, catalog.relations))


def test_every_paper_has_a_place_within_the_margins() -> None:
    catalog = islands()
    places = placed(catalog)
    assert list(places) == list(catalog.collection.papers)
    for place in places.values():
        assert all(type(n) is int and MARGIN <= n < SPAN - MARGIN for n in place)
    assert len(set(places.values())) > len(places) / 2


def test_related_papers_lie_nearer_than_others() -> None:
    catalog = islands()
    places, near, far = placed(catalog), [], []
    for one, other in combinations(catalog.collection, 2):
        same = one.title.plain.split()[1] == other.title.plain.split()[1]
        (near if same else far).append(dist(places[one.id], places[other.id]))
    assert mean(near) < mean(far) / 3
    found = total = 0
    for id, related in catalog.relations.of.items():
        ordered = sorted(places, key=lambda other: (dist(places[id], places[other]), other))
        found += sum(one.id in ordered[1:SIZE] for one in related)
        total += len(related)
    assert found / total > 0.9


def test_the_order_of_the_collection_does_not_count() -> None:
    catalog = islands()
    turned = Collection(dict(reversed(catalog.collection.papers.items())))
    assert dict(arrange(turned, catalog.topics, catalog.relations)) == placed(catalog)


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_papers_without_relations_or_topics_have_a_place_too(count: int) -> None:
    collection = Collection({one.id: one for one in (paper(f"Paper {n}") for n in range(count))})
    places = arrange(collection, Topics({}, {}, {}, {}), Relations({}))
    assert len(places) == len(set(places.values())) == count


def test_relations_to_papers_that_are_not_here_do_no_harm() -> None:
    catalog = islands()
    few = Collection({id: catalog.collection[id] for id in list(catalog.collection.papers)[:5]})
    assert len(arrange(few, catalog.topics, catalog.relations)) == 5


PRINT = """
import sys
sys.path[:0] = {path!r}
from test_relate_layout import islands, placed
print(sorted(placed(islands()).items()))
"""


@pytest.mark.slow
def test_the_places_are_the_same_for_any_number_of_threads_and_any_hash_seed() -> None:
    def run(**more: str) -> str:
        code = PRINT.format(path=sys.path)
        env: dict[str, Any] = {**os.environ, **more}
        out = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
        return hashlib.sha256(out.stdout).hexdigest()

    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "1"}
    two = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "2"}
    assert run(**one) == run(**two)


def test_places_are_the_same_when_neighbours_are_made_one_by_one() -> None:
    kinds = [(kind, thing) for kind in ("pruning", "growing") for thing in ("rice", "tea")]
    papers = [
        paper(f"On {kind} of {thing} number {n}", f"About {thing} and {kind}.")
        for n in range(3)
        for kind, thing in kinds
    ]
    made = catalog_of(papers, {}, {})
    late = relate(made.collection, made.topics, 3)
    early = Relations(dict(late.of))
    assert late == early
    places = (arrange(made.collection, made.topics, relations) for relations in (late, early))
    assert next(places) == next(places)
