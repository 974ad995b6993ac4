"""Which paper is about what: rules of the choice, laws, and quality on the real listings."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papershelf.cache import WRONG, Cache
from papershelf.classify import classify, stage
from papershelf.identity import fold, keys, public_id
from papershelf.model import (
    Area,
    Collection,
    Paper,
    Settings,
    Taxonomy,
    Topic,
    TopicRule,
    Topics,
)
from papershelf.prose import Prose
from papershelf.report import Report
from papershelf.taxonomy import load_taxonomy
from papershelf.yaml_lines import load_yaml


def paper(title: str, abstract: str = "", tags: tuple[str, ...] = ()) -> Paper:
    names = keys(title, abstract, {})
    id = public_id(names, title_is_shared=True)
    return Paper(id, names, Prose.of(title), Prose.of(abstract), (), tags=tags)


def collection(papers: Iterable[Paper]) -> Collection:
    return Collection({p.id: p for p in sorted(papers, key=lambda p: (p.title.plain, p.id))})


def rule(slug: str, *aliases: str, area: str = "food", **more: tuple[str, ...]) -> TopicRule:
    return TopicRule(Topic(slug, slug.capitalize(), area), aliases=aliases, **more)


FOOD = Taxonomy(
    (Area("food", "Food"), Area("unused", "Unused")),
    (
        rule("bread", "bread", "sour-dough", weak=("flour",)),
        rule("wine", "wine", "grape*", never=("wine red",)),
        rule("cheese", "cheese"),
    ),
    ("cheese moon",),
)
ALONE = Settings(Path(), discover=False, min_topic_papers=1)


def topics_of(topics: Topics, p: Paper) -> list[str]:
    return [assignment.topic for assignment in topics.of[p.id]]


def test_the_surest_topic_comes_first_with_its_reason():
    p = paper("Bread and how it rises", "We bake bread. Cheese helps, says the cheese maker.")
    topics = classify(collection([p]), FOOD, ALONE)
    first, second = topics.of[p.id]
    assert (first.topic, second.topic) == ("bread", "cheese")
    assert first.why == '"Bread" in the title, "bread" in the abstract'
    assert second.why == '"Cheese" 2 times'
    assert first.score > second.score


def test_only_used_topics_and_areas_are_listed_in_taxonomy_order():
    papers = [paper("Cheese wheels"), paper("Bread of rye"), paper("More bread")]
    topics = classify(collection(papers), FOOD, ALONE)
    assert list(topics.topics) == ["bread", "cheese"]
    assert list(topics.areas) == ["food"]
    assert topics.papers["bread"] == (papers[1].id, papers[2].id)


@pytest.mark.parametrize("told", ['["nonsense"]', "[[0, 7, 1]]", '[[99, "bread", 1]]', "[]", "{"])
def test_reasons_that_are_none_of_ours_are_found_again(
    told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = collection([paper("Bread and how to bake it", "Bread is baked of flour.")])
    clean_run = classify(papers, FOOD, ALONE)
    weigh = stage._weigh
    cache = Cache(tmp_path / "c", "k")
    cache.begin()
    with monkeypatch.context() as patch:
        patch.setattr(stage, "_weigh", lambda matcher, p: [*weigh(matcher, p)[:2], told])
        with suppress(*WRONG):
            classify(papers, FOOD, ALONE, cache)
    cache.save()
    again = Cache(tmp_path / "c", "k")
    again.begin()
    assert classify(papers, FOOD, ALONE, again) == clean_run


def test_a_rare_topic_is_dropped_for_all():
    papers = [paper("Cheese and bread"), paper("Bread of rye")]
    topics = classify(collection(papers), FOOD, Settings(Path(), discover=False))
    assert list(topics.topics) == ["bread"]
    assert topics_of(topics, papers[0]) == ["bread"]


def test_no_paper_has_more_topics_than_allowed():
    p = paper("Bread, wine and cheese", "Bread, wine and cheese.")
    for most in (1, 2, 3):
        chosen = classify(
            collection([p]), FOOD, Settings(Path(), max_topics=most, min_topic_papers=1)
        )
        assert len(chosen.of[p.id]) == most


def test_tags_of_the_source_count():
    p = paper("On what rises", "Nothing else.", tags=("Sourdough", "flour"))
    topics = classify(collection([p]), FOOD, ALONE)
    assert topics.of[p.id][0].why == 'keyword "Sourdough" given by the source'


def test_a_paper_without_evidence_borrows_from_its_neighbour_and_says_so():
    text = "Ovens, crusts, crumbs and a long fermentation of the starter before baking."
    papers = [paper("Bread crusts", text), paper("Bread crumbs", text), paper("A starter", text)]
    topics = classify(collection(papers), FOOD, Settings(Path(), discover=False))
    (borrowed,) = topics.of[papers[2].id]
    assert borrowed.topic == "bread"
    assert borrowed.why.startswith('like "Bread crumbs"') or borrowed.why.startswith(
        'like "Bread crusts"'
    )
    assert borrowed.score < 0.5


def test_an_empty_collection_and_an_empty_taxonomy_are_fine():
    assert classify(Collection({}), FOOD, ALONE).topics == {}
    p = paper("Bread")
    topics = classify(collection([p]), Taxonomy(), ALONE)
    assert topics.topics == {}
    assert topics.of == {p.id: ()}


TITLES = ["Bread baking", "Wine and cheese", "Grapes of wrath", "Moon rocks", "Flour power"]
WORDS = ["bread", "flour", "wine", "grapes", "cheese", "moon", "rocks.", "sourdough", "the", "of"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(TITLES), st.lists(st.sampled_from(WORDS), max_size=12)),
        max_size=8,
    ),
    st.integers(1, 3),
    st.booleans(),
)
def test_laws_of_every_choice(rows, least, discover):
    papers = [paper(title, " ".join(words)) for title, words in rows]
    chosen = Settings(Path(), min_topic_papers=least, discover=discover)
    topics = classify(collection(papers), FOOD, chosen)
    for id, assignments in topics.of.items():
        names = [a.topic for a in assignments]
        assert len(names) == len(set(names)) <= chosen.max_topics
        assert set(names) <= set(topics.topics)
        assert all(a.why for a in assignments)
        assert all(id in topics.papers[name] for name in names)
    assert all(len(ids) >= least for ids in topics.papers.values())
    assert set(topics.topics) == set(topics.papers)
    assert {t.area for t in topics.topics.values()} == set(topics.areas)


@given(st.text(max_size=60), st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_text_is_too_odd(title, abstract):
    p = paper(title, abstract, tags=(title[:20],))
    classify(collection([p]), FOOD, ALONE)


# --- the real listings ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def ml() -> Taxonomy:
    return load_taxonomy(Settings(Path()), Report())


@pytest.fixture(scope="module")
def seeds(shared) -> Collection:
    """The 649 papers of the sample listings, read in the plainest way."""
    rows: dict[tuple[str, str], None] = {}
    for file in sorted((shared / "seeds").glob("*.txt")):
        lines = [
            line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        start = 5 if lines[3].startswith("by") else 2
        lines = [lines[start].removeprefix("Subscribe"), *lines[start + 1 :]]
        rows |= dict.fromkeys(zip(lines[::2], lines[1::2], strict=True))
    return collection(paper(*row) for row in rows)


@pytest.fixture(scope="module")
def found(seeds, ml) -> Topics:
    return classify(seeds, ml, Settings(Path()))


@pytest.fixture(scope="module")
def by_title(seeds, found) -> dict[str, list[str]]:
    return {fold(p.title.plain): topics_of(found, p) for p in seeds}


@pytest.mark.shared
def test_nearly_every_paper_of_the_listings_has_topics(seeds, found):
    assert len(seeds) == 649
    counts = [len(found.of[p.id]) for p in seeds]
    assert sum(count >= 2 for count in counts) >= 0.95 * len(seeds)
    assert max(counts) <= 7
    assert 2.5 <= sum(counts) / len(counts) <= 4
    assert all(len(ids) >= 2 for ids in found.papers.values())
    assert len(found.topics) >= 130


@pytest.mark.shared
def test_few_topics_are_last_resorts(seeds, found):
    borrowed = [a for p in seeds for a in found.of[p.id] if a.why.startswith("like ")]
    assert len(borrowed) <= 12


@pytest.mark.shared
def test_no_topic_swallows_the_listings(seeds, found):
    assert max(len(ids) for ids in found.papers.values()) <= 0.2 * len(seeds)


@pytest.mark.shared
def test_librarians_examples_are_found(shared, by_title):
    data = load_yaml(
        (shared / "taxonomy-ml.yml").read_text(encoding="utf-8"), "taxonomy-ml.yml"
    ).data
    assert isinstance(data, dict)
    wanted = [
        (slug, title) for slug, topic in data["topics"].items() for title in topic["examples"]
    ]
    hits = [slug in by_title[fold(title)] for slug, title in wanted]
    assert len(hits) > 450
    assert sum(hits) / len(hits) >= 0.86
    top = [slug in by_title[fold(title)][:3] for slug, title in wanted]
    assert sum(top) / len(top) >= 0.83


@pytest.mark.shared
def test_gold_papers_have_their_topics_and_no_wrong_ones(by_title):
    gold = json.loads((Path(__file__).parent / "data/topics_gold.json").read_text(encoding="utf-8"))
    got = {title: by_title[fold(title)] for title in gold}
    main = [slug in got[title] for title, labels in gold.items() for slug in labels["main"]]
    wrong = [slug in got[title] for title, labels in gold.items() for slug in labels["wrong"]]
    first = [got[title][0] in labels["main"] for title, labels in gold.items()]
    assert sum(main) / len(main) >= 0.96
    assert sum(wrong) / len(wrong) <= 0.03
    assert sum(first) / len(first) >= 0.92


@pytest.mark.shared
def test_the_order_of_the_papers_changes_nothing(seeds, ml, found):
    some = list(seeds)[:120]
    once = classify(collection(some), ml, Settings(Path()))
    random.Random(5).shuffle(some)
    assert classify(collection(some), ml, Settings(Path())) == once


@pytest.mark.shared
def test_a_collection_of_another_field_becomes_browsable(shared):
    import gzip

    papers = []
    with gzip.open(shared / "data/arxiv-100k.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if "astro-ph" in str(row.get("categories")):
                papers.append(paper(row["title"], row["abstract"]))
            if len(papers) == 500:
                break
    topics = classify(collection(papers), Taxonomy(), Settings(Path(), taxonomy="none"))
    assert list(topics.areas) == ["discovered"]
    assert topics.areas["discovered"].label == "Found in this collection"
    labels = {topic.label for topic in topics.topics.values()}
    assert 40 <= len(labels) <= 100
    assert {"Dark matter", "Star formation"} <= labels
    shown = [len(assignments) for assignments in topics.of.values()]
    assert sum(count >= 1 for count in shown) >= 0.9 * len(papers)


# What is kept between runs.

MENU = [
    paper("Bread and flour", "Bread needs flour, and flour needs a mill."),
    paper("Wine", "Grapes make wine; grape skins make it red.", ("sour dough",)),
    paper("Cheese moon", "The moon is no cheese. Cheese is."),
    paper("Kettle ovens", "A kettle oven bakes bread. The kettle oven is old."),
    paper("On kettle ovens", "Kettle ovens are back, and kettle ovens are good."),
    paper("Kettle ovens again", "A third text on kettle ovens, with wine."),
]
OTHER = Taxonomy(FOOD.areas, (rule("bread", "bread", "kettle"), rule("moon", "moon")), ())


@given(
    st.lists(
        st.tuples(
            st.sets(st.integers(0, len(MENU) - 1)),
            st.sampled_from([FOOD, OTHER]),
            st.booleans(),
            st.integers(1, 2),
        ),
        min_size=2,
        max_size=5,
    )
)
def test_topics_with_what_was_kept_are_topics_from_nothing(runs) -> None:
    cache = Cache()
    for numbers, taxonomy, discover, least in runs:
        chosen = Settings(Path(), discover=discover, min_topic_papers=least)
        some = collection(MENU[number] for number in numbers)
        assert classify(some, taxonomy, chosen, cache) == classify(some, taxonomy, chosen)


def test_a_text_is_weighed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[str] = []
    weigh = stage._weigh
    monkeypatch.setattr(
        stage, "_weigh", lambda matcher, p: weighed.append(p.title.plain) or weigh(matcher, p)
    )
    cache = Cache(tmp_path / "topics", "k")
    for papers in (MENU[:3], MENU[:3], MENU[:4]):
        cache.begin()
        classify(collection(papers), FOOD, ALONE, cache)
        cache.save()
        cache = Cache(tmp_path / "topics", "k")  # as a new process would
    assert weighed == ["Bread and flour", "Cheese moon", "Wine", "Kettle ovens"]


def test_kept_topics_that_no_rule_has_are_weighed_anew(tmp_path: Path) -> None:
    some = collection(MENU[:3])
    cache = Cache(tmp_path / "topics", "k")
    cache.put = lambda key, made, data, at=None: Cache.put(  # type: ignore[method-assign]
        cache, key, made, [["no-topic", 9.0, "because"]], at
    )
    wanted = classify(some, FOOD, ALONE, cache)
    cache.save()
    again = Cache(tmp_path / "topics", "k")
    again.begin()
    assert classify(some, FOOD, ALONE, again) == wanted
