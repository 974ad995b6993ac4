"""Taxonomies: YAML in, checked with file and line; a broken topic loses only itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from papershelf.model import Settings, Taxonomy
from papershelf.report import Report
from papershelf.taxonomy import load_taxonomy
from papershelf.words import fold_phrase

GARDEN = """\
areas:
  plants: Plants
  tools: Tools
topics:
  roses:
    area: plants
    label: Roses
    description: Thorny ones.
    aliases: [rose, rose bush, ros*]
    weak: [thorn]
    never: [rose window]
    patterns: ['Rosa [a-z]{3,12}']
  spades: {area: tools}
ignore: [in the garden]
"""


@pytest.fixture
def load(tmp_path):
    def loaded(text: str | bytes, **settings) -> tuple[Taxonomy, list[str]]:
        file = tmp_path / "my.yml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        report = Report()
        taxonomy = load_taxonomy(Settings(tmp_path, taxonomy="my.yml", **settings), report)
        return taxonomy, [f"{p} | {p.hint}" for p in report.sorted_problems()]

    return loaded


def slugs(taxonomy: Taxonomy) -> list[str]:
    return [rule.topic.slug for rule in taxonomy.rules]


def test_a_taxonomy_is_read_whole(load):
    taxonomy, problems = load(GARDEN)
    assert problems == []
    assert [(area.slug, area.label) for area in taxonomy.areas] == [
        ("plants", "Plants"),
        ("tools", "Tools"),
    ]
    roses, spades = taxonomy.rules
    assert roses.topic.label == "Roses"
    assert roses.topic.description == "Thorny ones."
    assert roses.aliases == ("rose", "rose bush", "ros*")
    assert (roses.weak, roses.never) == (("thorn",), ("rose window",))
    assert roses.patterns == ("Rosa [a-z]{3,12}",)
    assert spades.topic.label == "Spades"
    assert spades.aliases == ("Spades",)
    assert taxonomy.ignore == ("in the garden",)


def test_none_is_an_empty_taxonomy(tmp_path):
    report = Report()
    assert load_taxonomy(Settings(tmp_path, taxonomy="none"), report) == Taxonomy()
    assert report.problems == []


def test_a_missing_file_is_an_error_that_names_it(tmp_path):
    report = Report()
    assert load_taxonomy(Settings(tmp_path, taxonomy="gone.yml"), report) == Taxonomy()
    assert str(report.problems[0]) == 'gone.yml: error: no taxonomy "gone.yml" [taxonomy-missing]'
    assert "ml or none" in report.problems[0].hint


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("label: Roses", "lable: Roses"), 'unknown key "lable" [taxonomy-key] | did you mean'),
        (("ignore:", "ignored:"), 'my.yml:14: warning: unknown key "ignored"'),
        (("never: [rose window]", "never: [no]"), "11: warning: False is not what"),
        (("label: Roses", "label: [Roses]"), 'my.yml:7: warning: the label of "roses"'),
        (("[rose,", "[a b c d e f g h i j k,"), 'my.yml:9: warning: the phrase "a b c d e f g h i'),
        (("Rosa [a-z]{3,12}", "(Rosa+)+"), 'my.yml:12: warning: the pattern "(Rosa+)+" repeats'),
        (("Rosa [a-z]{3,12}", "(Rosa"), "[taxonomy-pattern]"),
        (("spades:", "roses:"), 'my.yml:13: warning: "roses" stands here a second time'),
        (("  plants: Plants", "  plants: [Plants]"), 'my.yml:2: warning: the area "plants"'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(load, change, expected):
    _, problems = load(GARDEN.replace(*change))
    assert any(expected in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("area: tools", "area: tool"), "taxonomy-area"),
        (("spades:", "Big Spades:"), "taxonomy-slug"),
        (("spades: {area: tools}", "spades: {area: tools, label: ROSE}"), "taxonomy-double"),
        (("spades: {area: tools}", "spades: tools"), "taxonomy-area"),
    ],
)
def test_a_broken_topic_loses_only_itself(load, change, code):
    taxonomy, problems = load(GARDEN.replace(*change))
    assert slugs(taxonomy) == ["roses"]
    assert any(f"[{code}]" in problem for problem in problems), problems


def test_an_unknown_area_gets_a_proposal(load):
    _, problems = load(GARDEN.replace("area: tools", "area: tool"))
    assert 'did you mean "tools"?' in problems[0]


def test_an_alias_belongs_to_the_first_topic_that_has_it(load):
    taxonomy, problems = load(
        GARDEN.replace("{area: tools}", "{area: tools, aliases: [spade, Roses]}")
    )
    assert taxonomy.rules[1].aliases == ("spade",)
    assert '"Roses" is an alias of "roses" already' in problems[0]


def test_a_weak_alias_may_be_shared(load):
    taxonomy, problems = load(
        GARDEN.replace("{area: tools}", "{area: tools, aliases: [spade], weak: [rose, thorn]}")
    )
    assert problems == []
    assert taxonomy.rules[1].weak == ("rose", "thorn")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("topics: [\n", "my.yml:2: error: "),
        ("- a\n- b\n", "my.yml:1: warning: the file is not what was expected"),
        (b"\xff\xfe\x00", "my.yml: error: cannot read the taxonomy"),
        ("extends: bio\n", 'my.yml:1: warning: no taxonomy "bio" to extend'),
        ("topics: {x: {area: [1]}}", "[taxonomy-value]"),
    ],
)
def test_a_broken_file_is_an_empty_taxonomy_and_a_problem(load, text, expected):
    taxonomy, problems = load(text)
    assert taxonomy == Taxonomy()
    assert any(expected in problem for problem in problems), problems


def test_an_empty_file_is_an_empty_taxonomy(load):
    assert load("") == (Taxonomy(), [])


def test_one_text_alone_is_a_list_of_one(load):
    taxonomy, problems = load("areas: {a: A}\ntopics: {x: {area: a, aliases: spade}}\nignore: 3D\n")
    assert problems == []
    assert taxonomy.rules[0].aliases == ("spade",)
    assert taxonomy.ignore == ("3D",)


EXTENDED = """\
extends: ml
areas: {garden: Gardening}
topics:
  roses: {area: garden, aliases: [rose]}
  lora: {label: LoRA and friends, aliases: [rank adapter]}
hide: [surveys, vision]
rename: {bert-encoders: Encoders, lm: Words, robots: Robots}
"""


def test_extending_adds_changes_hides_and_renames(load):
    taxonomy, problems = load(EXTENDED)
    rules = {rule.topic.slug: rule for rule in taxonomy.rules}
    assert "roses" in rules
    assert "surveys" not in rules
    assert "vision" not in {rule.topic.area for rule in taxonomy.rules}
    assert rules["lora"].topic.label == "LoRA and friends"
    assert rules["lora"].topic.area == "ft"
    assert {"LoRA", "rank adapter"} <= set(rules["lora"].aliases)
    assert rules["bert-encoders"].topic.label == "Encoders"
    assert {"Words", "Gardening"} <= {area.label for area in taxonomy.areas}
    assert len(problems) == 1
    assert 'my.yml:7: warning: no topic or area "robots"' in problems[0]


def test_hiding_what_is_not_there_is_told(load):
    _, problems = load("extends: ml\nhide: [survey]\n")
    assert 'no topic or area "survey" [taxonomy-unknown] | did you mean "surveys"?' in problems[0]


DOCS = Path(__file__).parents[1] / "docs/taxonomy.md"
EXAMPLES = [
    text
    for text in re.findall(r"^```yaml\n(.*?)^```", DOCS.read_text("utf-8"), re.M | re.S)
    if "areas:" in text
]


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_of_the_documentation_are_sound(load, text):
    taxonomy, problems = load(text)
    assert problems == []
    assert taxonomy.rules


@pytest.fixture(scope="module")
def shipped() -> Taxonomy:
    report = Report()
    taxonomy = load_taxonomy(Settings(Path(), taxonomy="ml"), report)
    assert report.problems == []
    return taxonomy


def test_the_shipped_taxonomy_is_whole(shipped):
    assert len(shipped.areas) == 14
    assert len(shipped.rules) >= 160
    for rule in shipped.rules:
        topic = rule.topic
        assert topic.description.endswith("."), topic.slug
        assert 20 <= len(topic.description) <= 140, topic.slug
        assert len(topic.label) <= 50, topic.slug
        assert rule.aliases or rule.weak, topic.slug


def test_the_shipped_taxonomy_says_nothing_twice(shipped):
    for rule in shipped.rules:
        for phrases in (rule.aliases, rule.weak, rule.never):
            keys = [(fold_phrase(p), p.endswith("*"), p.isupper()) for p in phrases]
            assert len(set(keys)) == len(keys), (rule.topic.slug, sorted(keys))


@pytest.mark.shared
def test_the_shipped_taxonomy_keeps_every_slug(shared, shipped):
    from papershelf.yaml_lines import load_yaml

    wanted = load_yaml((shared / "taxonomy-ml.yml").read_text(), "taxonomy-ml.yml").data
    assert isinstance(wanted, dict)
    have = {rule.topic.slug: rule.topic.area for rule in shipped.rules}
    assert {slug: topic["area"] for slug, topic in wanted["topics"].items()}.items() <= have.items()
    assert {area.slug for area in shipped.areas} == set(wanted["areas"])
