"""Related papers: who is near, of which kind, and why."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.classify import classify
from papershelf.clean import clean
from papershelf.merge import merge
from papershelf.model import (
    Area,
    Assignment,
    Collection,
    Link,
    Paper,
    Related,
    Relations,
    Settings,
    Topic,
    Topics,
)
from papershelf.read import read
from papershelf.relate import Memory, relate, vectors
from papershelf.relate.memory import remembered
from papershelf.relate.nearest import HEAVIEST, lightened
from papershelf.relate.reasons import Spelling, tell_apart
from papershelf.relate.series import title_name
from papershelf.relate.vectors import Vectors, vectorise
from papershelf.report import Report
from papershelf.taxonomy import load_taxonomy
from papershelf.terms import NOWHERE, Known, number, terms
from strategies import make_paper, people, several_papers

nearest_module = sys.modules[lightened.__module__]  # its name is that of a function too
NONE = Topics({}, {}, {}, {})


def collect(*papers: Paper) -> Collection:
    return Collection({paper.id: paper for paper in sorted(papers, key=lambda p: p.title.plain)})


def about(**topics: list[Paper]) -> Topics:
    """Topics by label, each with the papers that are about it."""
    of: dict[str, tuple[Assignment, ...]] = {}
    for label, papers in topics.items():
        for paper in papers:
            of[paper.id] = (*of.get(paper.id, ()), Assignment(label, 1.0, ()))
    return Topics(
        {"a": Area("a", "A")},
        {label: Topic(label, label.capitalize(), "a") for label in topics},
        of,
        {label: tuple(paper.id for paper in papers) for label, papers in topics.items()},
    )


def near(paper: Paper, *others: Paper, topics: Topics = NONE, count: int = 6) -> list[Related]:
    return list(relate(collect(paper, *others), topics, count).of[paper.id])


PRUNING = make_paper(
    "Pruning Attention Heads",
    "We remove attention heads from translation models. Pruned heads cost no accuracy.",
)
HEADS = make_paper("Which Heads Matter", "Attention heads differ: pruned heads hardly matter.")
RICE = make_paper("Cooking Rice", "Rice is washed before cooking. Translation of recipes is hard.")
BIRDS = make_paper("On Birds", "Birds fly south.")


# Laws.


@given(several_papers(8), st.integers(0, 4))
def test_relations_are_well_formed(papers: list[Paper], count: int) -> None:
    collection = merge(papers, Report())
    relations = relate(collection, NONE, count)
    assert list(relations.of) == list(collection.papers)
    for id, neighbours in relations.of.items():
        ids = [neighbour.id for neighbour in neighbours]
        assert id not in ids
        assert len(set(ids)) == len(ids) <= count
        assert set(ids) <= collection.papers.keys()
        assert all(0 <= neighbour.score <= 1 for neighbour in neighbours)
        assert all(neighbour.why == neighbour.why.strip() for neighbour in neighbours)


@given(several_papers(8), st.integers(0, 4))
def test_who_is_near_is_told_without_words_too(papers: list[Paper], count: int) -> None:
    collection = merge(papers, Report())
    lean = relate(collection, NONE, count)
    plain = Relations(dict(lean.of))
    assert sorted(lean.pairs()) == sorted(plain.pairs())
    for id in [*collection.papers, "nobody"]:
        assert [*lean.basis(id)[0]] == [*plain.basis(id)[0]]


@given(several_papers(8), st.randoms(use_true_random=False))
def test_relations_do_not_depend_on_the_order(papers: list[Paper], chance: Random) -> None:
    collection = merge(papers, Report())
    shuffled = list(collection)
    chance.shuffle(shuffled)
    other = relate(Collection({paper.id: paper for paper in shuffled}), NONE)
    assert other == relate(collection, NONE)


@given(several_papers(8))
def test_kinds_come_in_order_and_scores_fall_within_each(papers: list[Paper]) -> None:
    kinds = ["version", "series", "similar"]
    for neighbours in relate(merge(papers, Report()), NONE).of.values():
        ranks = [(kinds.index(neighbour.kind), -neighbour.score) for neighbour in neighbours]
        assert ranks == sorted(ranks)


# Who is near.


def test_an_empty_collection_has_no_relations() -> None:
    assert relate(Collection({}), NONE) == Relations({})


def test_a_sole_paper_has_no_neighbours() -> None:
    assert near(PRUNING) == []


def test_papers_that_share_nothing_are_no_neighbours() -> None:
    assert near(PRUNING, BIRDS) == []


def test_papers_without_any_word_have_no_neighbours() -> None:
    assert near(make_paper("42"), make_paper("the of and"), make_paper("!?")) == []


def test_the_nearest_comes_first() -> None:
    found = near(PRUNING, RICE, HEADS, BIRDS)
    assert [neighbour.id for neighbour in found] == [HEADS.id, RICE.id]
    assert found[0].score > 0.2 > found[1].score


def test_titles_alone_are_enough() -> None:
    one, other = make_paper("Sparse Attention Maps"), make_paper("On sparse attention")
    (found,) = near(one, other, make_paper("Cooking Rice"))
    assert found.id == other.id


def test_no_more_are_given_than_asked_for() -> None:
    others = [make_paper(f"Pruning Attention Heads {word}") for word in "anew again fast".split()]
    assert [len(near(PRUNING, *others, count=count)) for count in (0, 1, 2, 6)] == [0, 1, 2, 3]


def test_of_equals_the_smaller_id_comes_first() -> None:
    others = [make_paper(f"Attention {n}", at=f"a:{n}") for n in range(20)]
    found = near(make_paper("Attention Heads", "heads heads"), *others, count=4)
    assert [neighbour.id for neighbour in found] == sorted(other.id for other in others)[:4]


def test_shared_topics_bring_papers_nearer() -> None:
    without = near(PRUNING, RICE)[0].score
    assert near(PRUNING, RICE, topics=about(language=[PRUNING, RICE]))[0].score > without


def test_topics_alone_relate() -> None:
    (found,) = near(PRUNING, BIRDS, topics=about(nature=[PRUNING, BIRDS]))
    assert found.why == "both about Nature"


def test_plural_hyphen_and_spelling_do_not_matter() -> None:
    one = make_paper("Pre-training behaviours")
    (found,) = near(one, make_paper("Pretraining a behavior"), make_paper("On Birds"))
    assert found.score > 0.5


# Kinds.


def kinds(paper: Paper, *others: Paper) -> dict[str, str]:
    return {neighbour.id: neighbour.kind for neighbour in near(paper, *others)}


def test_versions_come_first_whatever_their_score() -> None:
    paper = replace(PRUNING, versions=(BIRDS.id, "not-there"))
    found = near(paper, HEADS, BIRDS)
    assert [(n.id, n.kind) for n in found] == [(BIRDS.id, "version"), (HEADS.id, "similar")]
    assert found[0].why == "the same title, told anew"


SHARDING = "Optimizer states are sharded over devices, so that training memory shrinks."
OFFLOAD = "Optimizer states move to the host, and training memory on devices shrinks."
SERIES = [
    pytest.param("ShardIT: Less Memory", "ShardIT-Host: Memory Elsewhere", "ShardIT", id="suffix"),
    pytest.param("ShardV2: Less Memory", "ShardV3: Still Less", "Shard", id="number"),
    pytest.param("Shard: Less Memory", "Shard-Host: Still Less", "", id="plain word"),
    pytest.param("AddShiftNet: Less Memory", "AddShiftLM: More", "AddShift", id="camel case"),
    pytest.param("ShardIT - Less Memory", "ShardIT 2 -- Still Less", "ShardIT", id="dashes"),
]


@pytest.mark.parametrize(("one", "other", "name"), SERIES)
def test_names_that_begin_alike_make_a_series(one: str, other: str, name: str) -> None:
    papers = make_paper(one, SHARDING), make_paper(other, OFFLOAD)
    (found,) = near(*papers, *(BIRDS, RICE) * 1)
    assert found.kind == ("series" if name else "similar")
    assert found.why.startswith(f"the name {name}" if name else "share")


def test_namesakes_about_other_things_are_no_series() -> None:
    one = make_paper("ToolGEN: Calling Tools", SHARDING)
    other = make_paper("ToolGEN: Making Wrenches", "Wrenches are cast from steel, and tools bent.")
    assert "series" not in kinds(one, other, BIRDS).values()


def test_namesakes_by_strangers_are_no_series() -> None:
    one = replace(make_paper("ShardIT: Less", SHARDING), authors=people("Ada Lee"))
    other = replace(make_paper("ShardIT-X: More", OFFLOAD), authors=people("Bo Wu"))
    assert kinds(one, other, BIRDS) == {other.id: "similar"}
    other = replace(other, authors=people("Bo Wu", "Ada Lee"))
    assert kinds(one, other, BIRDS) == {other.id: "series"}


def test_a_name_in_the_midst_of_titles_makes_a_series_when_nobody_else_has_it() -> None:
    one = make_paper("Fast Simulation with Lumarr", f"Lumarr simulates detectors. {SHARDING}")
    other = make_paper("Validation of Lumarr", f"How Lumarr simulates detectors. {SHARDING}")
    assert kinds(one, other, BIRDS) == {other.id: "series"}
    third = make_paper("Detectors", f"Unlike Lumarr, it is slow. {SHARDING}")
    assert kinds(one, other, third, BIRDS)[other.id] == "similar"


def with_code(paper: Paper, url: str) -> Paper:
    return replace(paper, links=(Link("code", url),))


def test_near_papers_with_one_repository_make_a_series() -> None:
    one = with_code(make_paper("Less Memory", SHARDING), "https://github.com/Ada/Shard")
    other = with_code(make_paper("More Memory", OFFLOAD), "https://github.com/ada/shard.git")
    (found,) = near(one, other, BIRDS)
    assert (found.kind, found.why.split(";")[0]) == ("series", "the repository ada/shard")


def test_distant_papers_with_one_repository_are_no_series() -> None:
    one = with_code(make_paper("Less Memory", SHARDING), "https://github.com/ada/tools")
    other = with_code(
        make_paper("On Rice", f"{RICE.abstract} Memory."), "https://github.com/ada/tools"
    )
    assert kinds(one, other, BIRDS) == {other.id: "similar"}


def test_a_name_that_many_share_is_a_field() -> None:
    papers = [make_paper(f"ShardIT-{word}: Less", f"{SHARDING} {word}") for word in "abcdefg"]
    assert "series" not in kinds(*papers).values()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("ZeroShard: Less Memory", "ZeroShard"),
        ("Zero Shard 2 – Less Memory", "Zero Shard 2"),
        ("A Long Head of Words: and a Tail", ""),
        ("No Colon", ""),
        (": odd", ""),
        ("N:M Sparsity", "N"),
        ("", ""),
    ],
)
def test_the_name_of_a_title(title: str, name: str) -> None:
    assert title_name(title) == name


# Reasons.


def test_the_reason_names_topics_and_terms() -> None:
    (found,) = near(PRUNING, HEADS, topics=about(compression=[PRUNING, HEADS]))
    assert found.why.startswith("both about Compression; share ")
    assert "attention heads" in found.why


def test_the_rarest_topics_are_named() -> None:
    topics = about(
        common=[PRUNING, HEADS, RICE, BIRDS], rarer=[PRUNING, HEADS, RICE], rare=[PRUNING, HEADS]
    )
    found = {n.id: n.why for n in near(PRUNING, HEADS, RICE, BIRDS, topics=topics)}
    assert found[HEADS.id].startswith("both about Rare, Rarer;")


def test_a_distant_neighbour_is_said_to_be_distant() -> None:
    found = near(PRUNING, HEADS, RICE, BIRDS)
    assert found[-1].why == "distant: share translation"


def test_terms_are_spelt_as_the_paper_spells_them() -> None:
    one = make_paper("Low-Rank Adaptation", "Low-rank adaptation of LLMs by the Kronecker product.")
    other = make_paper("Kronecker Products", "A low rank adaptation of an LLM: Kronecker products.")
    (found,) = near(one, other, BIRDS)
    shown = set(found.why.removeprefix("share ").split(", "))
    assert shown <= {"low-rank adaptation", "LLMs", "Kronecker product", "adaptation"}
    assert "Kronecker product" in shown


def test_terms_do_not_repeat_each_other_or_the_topic() -> None:
    chosen = tell_apart(
        ["growth", "model growth", "pre training", "pretraining", "growth rate", "quickly", "bird"],
        ["Pre-training"],
        (),
    )
    assert chosen == ["model growth", "bird"]


def test_pairs_that_overlap_become_one_phrase() -> None:
    assert tell_apart(["large language", "language model"], [], {"large language model"}) == [
        "large language model"
    ]
    assert tell_apart(["language model", "large language"], [], {"large language model"}) == [
        "large language model"
    ]
    assert tell_apart(["large language", "language model"], [], ()) == ["large language"]


def test_no_term_begins_or_ends_within_a_word_with_hyphens() -> None:
    spelt = Spelling(make_paper("", "a low-rank adaptation scheme, state-of-the-art"))
    for term in ("rank adaptation", "rank", "scheme state", "art"):
        assert term not in spelt
    assert spelt.shown("lowrank adaptation") == "low-rank adaptation"


def test_a_paper_spells_its_terms_as_its_abstract_does() -> None:
    spelt = Spelling(make_paper("Model Merging", "On  Model  merging, or model soups."))
    assert spelt.shown("model merging") == "Model  merging"
    assert spelt.shown("model") == "model"
    assert spelt.chosen([2 * 7 + 1], []) == ["model soups"]


def test_the_places_of_terms_are_where_they_stand_whole() -> None:
    paper = make_paper("Low-rank soups", "A low-rank adaptation of soup, state-of-the-art soups.")
    (found,) = Known().of([paper])
    numbers = np.frombuffer(found.numbers, "<u4").tolist()
    places = dict(zip(numbers, np.frombuffer(found.places, "<u2").tolist(), strict=True))
    spelt = Spelling(paper)
    for term in terms(f"{paper.title.plain}. {paper.abstract.plain}"):
        place = places[number(term)]
        assert (place != NOWHERE) == (term in spelt), term
        assert place == NOWHERE or spelt.term(place) == term
    assert spelt.chosen([places[number("lowrank")]], []) == ["low-rank"]


def test_terms_leave_out_what_says_nothing() -> None:
    assert list(terms("We propose 12 novel methods for the A/B test")) == ["test"]


def test_terms_are_kept_when_more_than_a_few_texts_are_new(tmp_path: Path) -> None:
    papers = [make_paper(f"Paper {n}", f"It tells of word{n}.") for n in range(450)]
    first = Known(tmp_path / "terms")
    found = first.of(papers[:400])
    first.save()
    kept = (tmp_path / "terms").read_bytes()
    for count, is_kept in ((401, True), (410, False)):
        known = Known(tmp_path / "terms")
        assert known.of(papers[:count])[:400] == found
        known.save()
        assert ((tmp_path / "terms").read_bytes() == kept) == is_kept


@given(several_papers(5))
def test_the_numbers_of_a_text_are_those_of_its_terms(papers: list[Paper]) -> None:
    for paper, found in zip(papers, Known().of(papers), strict=True):
        count = Counter([*terms(paper.title.plain)] * 3 + [*terms(paper.abstract.plain)])
        numbers = np.frombuffer(found.numbers, "<u4").tolist()
        assert numbers == sorted(map(number, count))
        assert sorted(found.counts) == sorted(min(often, 255) for often in count.values())


# What an earlier run found.

_EDITS = st.tuples(st.integers(0, 30), st.sampled_from(["drop", "add", "text", "topic"]))
_WORDS = [f"word{chr(97 + n // 5)}{chr(97 + n % 5)}" for n in range(25)]


def _text(chance: Random) -> str:
    return " ".join(chance.choices(_WORDS, range(1, 26), k=12))


def _edited(
    papers: dict[str, Paper], told: dict[str, list[Paper]], edit: tuple[int, str], chance: Random
) -> None:
    place, kind = edit
    id = f"{place:02}"
    if kind == "drop":
        papers.pop(id, None)
    elif kind == "topic":
        told["one"] = [paper for paper in papers.values() if chance.random() < 0.3]
    else:
        papers[id] = replace(make_paper(_text(chance).title(), _text(chance)), id=id)


@pytest.mark.parametrize("wide", [True, False])
@given(st.lists(_EDITS, max_size=12), st.integers(1, 3), st.randoms(use_true_random=False))
def test_a_run_that_remembers_gives_what_a_clean_one_does(
    wide: bool, edits: list[tuple[int, str]], count: int, chance: Random
) -> None:
    """With few candidates to spare, so that rows run short of them."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if not wide:
            patch.setattr(nearest_module, "CANDIDATES", 1)
            patch.setattr(nearest_module, "SPARE", 1)
        papers: dict[str, Paper] = {}
        told: dict[str, list[Paper]] = {}
        for place in range(0, 31, 2):
            _edited(papers, told, (place, "add"), chance)
        memory = Memory(Path(folder))
        for edit in [(0, "text"), *edits]:
            _edited(papers, told, edit, chance)
            collection, topics = collect(*papers.values()), about(**told)
            clean_run = relate(collection, topics, count)
            run = relate(collection, topics, count, memory)
            assert run == clean_run
            assert all(run.basis(id) == clean_run.basis(id) for id in papers)
            memory.save()
            assert relate(collection, topics, count, Memory(Path(folder))) == clean_run


@given(st.lists(_EDITS, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_neighbours_are_equal_where_their_basis_is(
    edits: list[tuple[int, str]], chance: Random
) -> None:
    papers: dict[str, Paper] = {}
    told: dict[str, list[Paper]] = {}
    runs: list[Relations] = []
    for edit in [*((place, "add") for place in range(0, 31, 2)), *edits]:
        _edited(papers, told, edit, chance)
        runs.append(relate(collect(*papers.values()), about(**told)))
    for one, other in pairwise(runs[15:]):
        for id in papers.keys() & one.of.keys() & other.of.keys():
            if one.basis(id) == other.basis(id):
                assert one.of[id] == other.of[id]


def test_a_basis_says_which_words_owe_their_capital_to_a_title() -> None:
    named = make_paper("One", "They follow Hebbian rules.")
    first = collect(named, make_paper("Two", "They like Hebbian rules."))
    later = collect(*first, *(make_paper(f"No {n}", "so hebbian a word") for n in range(3)))
    id = named.id
    one, other = (relate(collection, NONE, 1) for collection in (first, later))
    assert one.of[id][0].terms != other.of[id][0].terms
    assert one.basis(id) != other.basis(id)


def test_a_run_compares_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(3)
    papers = {f"{n:03}": replace(make_paper(_text(chance), _text(chance)), id=f"{n:03}")
              for n in range(300)}  # fmt: skip
    relate(collect(*papers.values()), NONE, 6, memory := Memory(tmp_path))
    memory.save()
    compared: list[int] = []
    products = Vectors.products

    def counted(self: Vectors, ones: Any, others: Any) -> Any:
        compared.append(len(ones))
        return products(self, ones, others)

    monkeypatch.setattr(Vectors, "products", counted)
    relate(collect(*papers.values()), NONE, 6, memory)
    relate(collect(*papers.values()), NONE, 6, Memory(tmp_path))
    assert sum(compared) == 0


@pytest.mark.parametrize("name", ["relations", "terms"])
@pytest.mark.parametrize("damage", [b"", b"nonsense\n", b"cut"])
def test_a_damaged_memory_is_none(tmp_path: Path, name: str, damage: bytes) -> None:
    collection = collect(PRUNING, HEADS, RICE, BIRDS)
    found = relate(collection, NONE, 6, memory := Memory(tmp_path))
    memory.save()
    file = tmp_path / "cache" / name
    file.write_bytes(file.read_bytes()[:-1] if damage == b"cut" else damage)
    assert relate(collection, NONE, 6, Memory(tmp_path)) == found


def test_a_memory_that_names_rows_that_are_not_is_none(tmp_path: Path) -> None:
    collection = collect(PRUNING, HEADS, RICE, BIRDS)
    found = relate(collection, NONE, 6, memory := Memory(tmp_path))
    memory.nearest.candidates[:, 0] = 99
    memory.save()
    other = Memory(tmp_path)
    other.recall(6)
    assert not other.ids
    assert relate(collection, NONE, 6, other) == found


def test_a_process_has_one_memory_of_a_folder(tmp_path: Path) -> None:
    assert remembered(tmp_path) is remembered(tmp_path)
    assert remembered(tmp_path / "other") is not remembered(tmp_path)


# Scale.


def vectors_of(*papers: Paper) -> Vectors:
    return vectorise(papers, Known().of(papers), NONE)


def test_rare_terms_are_kept_where_nothing_is_shared() -> None:
    assert vectors_of(PRUNING, BIRDS).matrix.nnz > 0


def test_weights_are_whole_and_of_one_length() -> None:
    matrix = vectors_of(PRUNING, HEADS, RICE, BIRDS).matrix
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)) / vectors.ONE
    assert matrix.dtype.kind == "i"
    assert abs(lengths - 1).max() < 0.001


def test_candidates_are_found_by_the_heaviest_terms_alone() -> None:
    chance = Random(1)
    words = [f"w{n}" for n in range(400)]
    papers = [make_paper(f"T{n}", " ".join(chance.sample(words, 120))) for n in range(40)]
    papers += [make_paper(f"Twin {p.title}", p.abstract.plain) for p in papers]
    light = lightened(vectors_of(*papers).matrix)
    assert max(np.diff(light.indptr)) == HEAVIEST
    found = relate(collect(*papers), NONE, 1)
    for one, twin in zip(papers[:40], papers[40:], strict=True):
        assert found.of[one.id][0].id == twin.id


def test_common_terms_are_left_out_where_comparing_would_take_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    papers = [make_paper(f"Common {chr(97 + n // 2) * 3}", "common words") for n in range(20)]
    papers = [replace(paper, id=f"{n:02}") for n, paper in enumerate(papers)]
    monkeypatch.setattr(nearest_module, "STEPS_A_PAPER", 5)
    found = relate(collect(*papers), NONE)
    assert [[n.id for n in found.of[id]] for id in ("00", "01", "02")] == [["01"], ["00"], ["03"]]


def test_three_thousand_equal_papers_take_a_moment() -> None:
    papers = [make_paper(f"One Text {n}", "all the same words", f"a:{n}") for n in range(3000)]
    papers = [replace(paper, id=f"{n:04}") for n, paper in enumerate(papers)]
    start = process_time()
    found = relate(Collection({paper.id: paper for paper in papers}), NONE)
    assert [n.id for n in found.of["0000"]] == [f"{n:04}" for n in range(1, 7)]
    assert process_time() - start < 20


# Real listings.


@pytest.fixture(scope="module")
def listings(shared: Path) -> tuple[Collection, Relations]:
    config, report = Settings(root=shared, sources=("seeds",)), Report()
    collection = merge(clean(read(config, {}, report), config, {}, report), report)
    topics = classify(collection, load_taxonomy(config, report), config)
    return collection, relate(collection, topics)


def linked(listings: tuple[Collection, Relations], kind: str) -> set[frozenset[str]]:
    collection, relations = listings
    return {
        frozenset((collection[id].title.plain, collection[n.id].title.plain))
        for id, neighbours in relations.of.items()
        for n in neighbours
        if n.kind == kind
    }


@pytest.mark.shared
def test_every_paper_of_the_listings_has_six_neighbours_with_a_reason(
    listings: tuple[Collection, Relations],
) -> None:
    for neighbours in listings[1].of.values():
        assert len(neighbours) == 6
        assert all(neighbour.why for neighbour in neighbours)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ZeRO:", "ZeRO-Offload"), ("ZeRO-Infinity", "ZeRO-Offload"),
        ("ZeroQuant-V2", "ZeroQuant-FP"),
        ("DataComp:", "DataComp-LM"), ("ShiftAddLLM", "ShiftAddViT"), ("Lamarr:", "The LHCb"),
        ("Exploring Learngene", "Transformer as Linear Expansion of Learngene"),
    ],
)  # fmt: skip
def test_known_series_are_found(
    listings: tuple[Collection, Relations], one: str, other: str
) -> None:
    pairs = linked(listings, "series")
    assert any(
        {one, other} == {h for h in (one, other) for t in p if t.startswith(h)} for p in pairs
    )


@pytest.mark.shared
def test_namesakes_of_the_listings_are_no_series(listings: tuple[Collection, Relations]) -> None:
    told = {title for pair in linked(listings, "series") for title in pair}
    for name in ("ToolGen", "Apollo", "EVA", "RSTAR", "rStar", "CatLIP", "OpenELM", "Less is"):
        assert not any(title.startswith(name) for title in told)


@pytest.mark.shared
def test_the_listings_have_few_series(listings: tuple[Collection, Relations]) -> None:
    assert 7 <= len(linked(listings, "series")) <= 12
