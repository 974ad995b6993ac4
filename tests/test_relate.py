"""Relate: nearest papers first, versions and series before all, and a reason for each."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.clean import clean
from papershelf.identity import keys, public_id
from papershelf.merge import merge
from papershelf.model import (
    Assignment,
    Collection,
    Link,
    Listing,
    Origin,
    Paper,
    Relations,
    Settings,
    Topic,
    Topics,
)
from papershelf.prose import Prose
from papershelf.read import read
from papershelf.relate import relate, vectors
from papershelf.report import Report

NO_TOPICS = Topics({}, {}, {}, {})


def paper(title: str, abstract: str = "", code: str = "", versions: tuple[str, ...] = ()) -> Paper:
    named = keys(title, abstract, {})
    return Paper(
        public_id(named, True), named, Prose.of(title), Prose.of(abstract),
        (Listing(Origin("papers.txt", 1)),),
        links=(Link("code", code),) if code else (), versions=versions,
    )  # fmt: skip


def shelf(*papers: Paper) -> Collection:
    return Collection({one.id: one for one in papers})


def titles(relations: Relations, collection: Collection, of: Paper) -> list[str]:
    return [collection[near.id].title.plain for near in relations.of[of.id]]


SAILS = paper("Sails from flax", "Weaving flax into sails for rivers: looms, tar and wind.")
ROPES = paper("Ropes from hemp", "Twisting hemp into ropes for rivers: looms, tar and winches.")
BREAD = paper("Bread from rye", "Sour dough of rye, slow ovens and the patience of bakers.")
DOUGH = paper("Dough that waits", "How long sour dough of rye may wait before slow ovens.")
TIDES = paper("Tides in estuaries", "Salt water against fresh, twice a day.")


def test_the_nearest_come_first_with_the_words_that_they_share():
    relations = relate(shelf(SAILS, ROPES, BREAD, DOUGH, TIDES), NO_TOPICS)
    first = relations.of[BREAD.id][0]
    assert first.id == DOUGH.id
    assert first.kind == "similar"
    assert 0 < first.score <= 1
    assert "sour dough" in first.why
    assert relations.of[SAILS.id][0].id == ROPES.id


def test_no_paper_is_its_own_neighbour_and_strangers_are_none():
    relations = relate(shelf(SAILS, ROPES, BREAD, DOUGH, TIDES), NO_TOPICS)
    for id, near in relations.of.items():
        assert id not in {one.id for one in near}
    assert relations.of[TIDES.id] == ()


def test_there_are_as_many_as_wanted_where_there_are_candidates():
    shoals = [paper(f"Shoals, part {n}", f"Sand bars and pilots number {n}.") for n in range(12)]
    relations = relate(shelf(*shoals), NO_TOPICS)
    assert {len(near) for near in relations.of.values()} == {6}
    assert {len(near) for near in relate(shelf(*shoals), NO_TOPICS, 2).of.values()} == {2}
    assert {len(near) for near in relate(shelf(*shoals), NO_TOPICS, 0).of.values()} == {0}


def test_a_version_stands_before_everything_nearer():
    early = paper("Bread from rye", "A note on bread.")
    told = paper(
        "Bread from rye",
        "Sour dough of rye, slow ovens and the patience of bakers.",
        versions=(early.id,),
    )
    relations = relate(shelf(told, early, DOUGH, SAILS), NO_TOPICS)
    first, second = relations.of[told.id][:2]
    assert (first.id, first.kind) == (early.id, "version")
    assert second.id == DOUGH.id
    assert "the same title" in first.why


def test_a_name_with_another_part_is_a_series():
    one = paper(
        "ShelfNet: keeping ropes dry", "ShelfNet keeps ropes of hemp dry in tar sheds by the river."
    )
    two = paper(
        "ShelfNet-2: keeping sails dry",
        "ShelfNet kept ropes dry in tar sheds; ShelfNet-2 keeps sails too.",
    )
    collection = shelf(one, two, SAILS, ROPES, BREAD, DOUGH, TIDES)
    first = relate(collection, NO_TOPICS).of[one.id][0]
    assert (first.id, first.kind) == (two.id, "series")
    assert "ShelfNet" in first.why


def test_one_name_for_two_things_is_no_series():
    one = paper("Apollo: ropes of hemp", "Twisting hemp into ropes for rivers with looms and tar.")
    two = paper("Apollo: bread of rye", "Sour dough, slow ovens and the patience of bakers.")
    relations = relate(shelf(one, two, SAILS, ROPES, BREAD, DOUGH), NO_TOPICS)
    kinds = {near.kind for near in (*relations.of[one.id], *relations.of[two.id])}
    assert kinds == {"similar"}


def test_the_same_code_and_the_same_subject_are_a_series():
    code = "https://github.com/mill/rye"
    one = paper("Rye in slow ovens", "Sour dough of rye in slow ovens, and how bakers wait.", code)
    two = paper("Bakers who wait", "How bakers wait for sour dough of rye in slow ovens.", code)
    collection = shelf(one, two, SAILS, ROPES, TIDES)
    first = relate(collection, NO_TOPICS).of[one.id][0]
    assert (first.id, first.kind) == (two.id, "series")
    assert "mill/rye" in first.why


def test_shared_topics_draw_papers_together_and_are_told():
    topic = Topic("crafts", "River crafts", "work")
    given_to = (Assignment("crafts", 2.0, "said so"),)
    topics = Topics(
        {},
        {"crafts": topic},
        {SAILS.id: given_to, TIDES.id: given_to},
        {"crafts": (SAILS.id, TIDES.id)},
    )
    near = {one.id: one for one in relate(shelf(SAILS, BREAD, TIDES), topics).of[SAILS.id]}
    assert "River crafts" in near[TIDES.id].why


@pytest.mark.parametrize("papers", [(), (SAILS,), (SAILS, ROPES), (paper("???"), paper("!!!"))])
def test_the_smallest_collections_have_relations_too(papers: tuple[Paper, ...]):
    relations = relate(shelf(*papers), NO_TOPICS)
    assert relations.of.keys() == {one.id for one in papers}


WORDS = "rope hemp tar sail flax loom rye dough oven baker tide salt pilot sand winch".split()
BAGS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), max_size=12)


@given(BAGS, st.randoms())
def test_the_order_of_the_papers_does_not_matter(bags: list[list[str]], chance: random.Random):
    papers = [paper(f"{' '.join(bag)} {n}") for n, bag in enumerate(bags)]
    shuffled = papers.copy()
    chance.shuffle(shuffled)
    assert dict(relate(shelf(*papers), NO_TOPICS).of) == dict(
        relate(shelf(*shuffled), NO_TOPICS).of
    )


def test_blocks_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch):
    papers = [paper(f"{one} {two}", f"{two} {one} {n}") for n, (one, two) in enumerate(pairs())]
    whole = relate(shelf(*papers), NO_TOPICS)
    monkeypatch.setattr(vectors, "_CELLS", 1)
    assert relate(shelf(*papers), NO_TOPICS) == whole


def test_large_collections_compare_only_the_heaviest_terms(monkeypatch: pytest.MonkeyPatch):
    # Each word stands once more than the one before it, so that no two weigh the same:
    # equal weights are kept together, or the choice among them would depend on their order.
    abstract = ". ".join(". ".join([word] * times) for times, word in enumerate(WORDS, 1))
    papers = [paper(f"{one} {two}", abstract) for one, two in pairs()]
    every = vectors.vectorise(shelf(*papers), NO_TOPICS).matrix
    monkeypatch.setattr(vectors, "MANY", 10)
    monkeypatch.setattr(vectors, "HEAVIEST", 4)
    matrix = vectors.vectorise(shelf(*papers), NO_TOPICS).matrix
    assert matrix.getnnz() < every.getnnz() / 2
    assert relate(shelf(*papers), NO_TOPICS).of[papers[0].id]


def pairs() -> Iterable[tuple[str, str]]:
    return [(one, two) for one in WORDS[:6] for two in WORDS[6:12]]


def test_one_text_many_times_stays_affordable(monkeypatch: pytest.MonkeyPatch):
    papers = [paper(f"{WORDS[n % 15]} {n}", "rope hemp tar sail") for n in range(60)]
    monkeypatch.setattr(vectors, "MOST_STEPS", 5_000)
    matrix = vectors.vectorise(shelf(*papers), NO_TOPICS).matrix
    steps = (matrix.getnnz(axis=0).astype(float) ** 2).sum()
    assert 0 < steps <= 5_000


@pytest.fixture(scope="module")
def seeds(shared: Path) -> Collection:
    settings = Settings(root=shared, sources=("seeds",))
    report = Report()
    return merge(clean(read(settings, {}, report), settings, {}, report), report)


@pytest.fixture(scope="module")
def seed_relations(seeds: Collection) -> Relations:
    return relate(seeds, NO_TOPICS)


def find(collection: Collection, start: str) -> list[Paper]:
    found = [one for one in collection if one.title.plain.startswith(start)]
    assert found, start
    return found


@pytest.mark.shared
def test_every_real_paper_has_six_with_reasons(seeds: Collection, seed_relations: Relations):
    assert {len(near) for near in seed_relations.of.values()} == {6}
    assert all(one.why.strip() for near in seed_relations.of.values() for one in near)
    for near in seed_relations.of.values():
        order = [("version", "series", "similar").index(one.kind) for one in near]
        assert order == sorted(order)


@pytest.mark.shared
def test_two_tellings_of_fusechat_are_versions(seeds: Collection, seed_relations: Relations):
    one, two = find(seeds, "FuseChat: Knowledge Fusion of Chat Models")
    assert (seed_relations.of[one.id][0].id, seed_relations.of[one.id][0].kind) == (
        two.id,
        "version",
    )


@pytest.mark.shared
@pytest.mark.parametrize("name", ["ToolGen", "Apollo", "EVA"])
def test_real_namesakes_are_no_series(seeds: Collection, seed_relations: Relations, name: str):
    ids = {one.id for one in find(seeds, f"{name}:") + find(seeds, name)}
    for id in ids:
        assert not [one for one in seed_relations.of[id] if one.kind == "series" and one.id in ids]


@pytest.mark.shared
def test_quantisers_of_vision_transformers_stand_together(
    seeds: Collection, seed_relations: Relations
):
    (one,) = find(seeds, "RepQ-ViT")
    near = " ".join(titles(seed_relations, seeds, one))
    assert "MPTQ-ViT" in near
    assert near.count("Quantization") >= 4
