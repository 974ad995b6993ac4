"""Terms that a collection shows by itself."""

from __future__ import annotations

from pathlib import Path

from papershelf.classify import classify
from papershelf.classify.discover import discover
from papershelf.classify.matcher import Matcher
from papershelf.model import Area, Settings, Taxonomy, Topic, TopicRule
from test_classify import collection, paper

BEES = [
    ("Honey bees in spring", "We follow honey bees. Honey bees fly early."),
    ("Where honey bees sleep", "Many a honey bee sleeps alone."),
    ("Wild orchids and honey bees", "Honey bees visit wild orchids at noon; wild orchids wait."),
    ("Wild orchids of the north", "In this paper we address this issue of wild orchids."),
    ("How wild orchids bloom", "We address this issue again: wild orchids bloom."),
    ("Towards a better garden", "We address this issue and bridge the gap."),
]
PAPERS = [paper(*row) for row in BEES]


def labels(taxonomy: Taxonomy, room: float = 1.0, papers=PAPERS) -> list[str]:
    matcher = Matcher(taxonomy.rules, taxonomy.ignore)
    return sorted(rule.topic.label for rule in discover(papers, taxonomy, matcher, room))


def test_terms_of_titles_are_found_and_boilerplate_is_not():
    assert labels(Taxonomy()) == ["Honey bees", "Wild orchids"]


def test_discovered_topics_are_marked_and_explained():
    found = classify(collection(PAPERS), Taxonomy(), Settings(Path()))
    topic = found.topics["honey-bees"]
    assert topic.discovered
    assert topic.area == "discovered"
    assert "Honey bees" in topic.description
    assert '"honey bees" in the title' in found.of[PAPERS[1].id][0].why


def test_nothing_is_discovered_when_it_is_switched_off():
    assert classify(collection(PAPERS), Taxonomy(), Settings(Path(), discover=False)).topics == {}


def bees(**more: tuple[str, ...]) -> Taxonomy:
    return Taxonomy((Area("a", "A"),), (TopicRule(Topic("insects", "Insects", "a"), **more),), ())


def test_what_a_taxonomy_names_is_not_discovered_again():
    assert labels(bees(aliases=("honeybee", "honey-bee"))) == ["Wild orchids"]
    assert labels(bees(aliases=("wasp",), never=("honey bee",))) == ["Wild orchids"]


def test_parts_of_a_known_phrase_are_no_news():
    assert labels(bees(aliases=("wild orchids and honey bees",))) == []


def test_keywords_of_the_source_are_terms():
    papers = [paper(f"Title {n}x", "Text.", tags=("Bird song",)) for n in range(3)]
    assert labels(Taxonomy(), papers=papers) == ["Bird song"]


def test_of_nested_terms_one_is_kept():
    papers = [paper(f"Deep sea vents {n}th", "Deep sea vents. Sea vents.") for n in range(4)]
    assert labels(Taxonomy(), papers=papers) == ["Deep sea vents"]


def test_the_name_of_a_system_and_tex_are_no_terms():
    papers = [
        paper("ZEBRA: stripes matter", "zebra"),
        paper("ZEBRA: again", "zebra"),
        paper(r"On \mathfrak rings", "none"),
        paper(r"Of \mathfrak things", "none"),
    ]
    assert "ZEBRA" not in labels(Taxonomy(), papers=papers)
    assert not any("mathfrak" in label.lower() for label in labels(Taxonomy(), papers=papers))


def test_where_a_taxonomy_fits_single_words_are_left_alone():
    papers = [
        paper("Orchids bloom", "Orchids. Orchids."),
        paper("Orchids wilt", "Orchids. Orchids."),
    ]
    assert labels(Taxonomy(), 1.0, papers) == ["Orchids"]
    assert labels(Taxonomy(), 0.1, papers) == []


def test_a_discovered_topic_never_takes_the_slug_of_another():
    taxonomy = Taxonomy((Area("a", "A"),), (TopicRule(Topic("honey-bees", "X", "a"), ("x y",)),))
    assert "Honey bees" not in labels(taxonomy)
