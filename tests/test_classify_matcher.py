"""The phrase matcher: what is found where, what swallows what, what an acronym means."""

from __future__ import annotations

import string
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.assigned import IN_TITLE, Reason
from papershelf.classify.acronyms import definitions
from papershelf.classify.evidence import gather
from papershelf.classify.matcher import Matcher
from papershelf.model import Topic, TopicRule
from papershelf.words import split_words
from test_classify import paper


def rule(slug: str, *aliases: str, **more: tuple[str, ...]) -> TopicRule:
    return TopicRule(Topic(slug, slug, "a"), aliases=aliases, **more)


def hits(matcher: Matcher, text: str, abstract: str = "") -> list[tuple[str, str]]:
    return [(hit.topic, hit.surface) for hit in matcher.find(matcher.words(text, abstract))]


MOE = Matcher([rule("moe", "mixture-of-experts", "MoE"), rule("pre", "pre-training")])


@pytest.mark.parametrize(
    "text",
    [
        "mixture of experts", "Mixture-of-Experts", "mixtures of expert", "MIXTURE OF EXPERTS",
        "mixture\n  of experts", "mixture-of “experts”", "MoE", "MoEs", "MOE",
    ],
)  # fmt: skip
def test_spellings_of_one_phrase_are_found(text):
    assert [topic for topic, _ in hits(MOE, f"A {text} layer")] == ["moe"]


@pytest.mark.parametrize(
    "text", ["moe", "mixture. Of experts", "mixture, of experts", "mixture of expertise", "experts"]
)
def test_what_only_looks_alike_is_not_found(text):
    assert hits(MOE, text) == []


@pytest.mark.parametrize("text", ["pre-training", "Pretraining", "pre training", "PRE-TRAINING"])
def test_a_hyphen_may_be_a_blank_or_nothing(text):
    assert hits(MOE, text) == [("pre", text)]


def test_no_phrase_reaches_from_the_title_into_the_abstract():
    assert hits(MOE, "A mixture of", "experts speak") == []


def test_stems_match_every_ending():
    matcher = Matcher([rule("distil", "distil*"), rule("quant", "weight quantis*")])
    assert hits(matcher, "Distilling, distillation and distilled") == [
        ("distil", "Distilling"), ("distil", "distillation"), ("distil", "distilled"),
    ]  # fmt: skip
    assert hits(matcher, "weight quantization; weights quantized") == [
        ("quant", "weight quantization"), ("quant", "weights quantized"),
    ]  # fmt: skip


def test_the_longest_phrase_wins():
    matcher = Matcher([rule("lora", "low-rank adaptation"), rule("low-rank", "low-rank")])
    assert hits(matcher, "low-rank adaptation is low-rank") == [
        ("lora", "low-rank adaptation"), ("low-rank", "low-rank"),
    ]  # fmt: skip


def test_ignored_phrases_swallow_their_words():
    matcher = Matcher([rule("art", "art")], ["state of the art"])
    assert hits(matcher, "State-of-the-art art") == [("art", "art")]


def test_never_holds_for_its_own_topic_only():
    matcher = Matcher(
        [rule("cause", "causal", never=("causal attention",)), rule("attention", "attention")]
    )
    assert hits(matcher, "causal attention") == [("attention", "attention")]
    assert hits(matcher, "causal effects") == [("cause", "causal")]


def test_the_name_of_a_system_is_no_word():
    matcher = Matcher([rule("drift", "drift"), rule("moe", "MoE")])
    assert hits(matcher, "DRIFT: rolling out") == []
    assert hits(matcher, "Drift: rolling out") == [("drift", "Drift")]
    assert hits(matcher, "On DRIFT, and MOE: how") == [("drift", "DRIFT"), ("moe", "MOE")]


def test_two_topics_may_share_a_weak_phrase():
    matcher = Matcher([rule("a", "one", weak=("video",)), rule("b", "two", weak=("video",))])
    assert hits(matcher, "a video") == [("a", "video"), ("b", "video")]


def test_a_defined_acronym_means_what_the_text_says():
    matcher = Matcher([rule("segment", "SAM"), rule("sharp", "sharpness-aware minimization")])
    text = "Sharpness-aware minimization (SAM) is good. SAM is fast."
    assert hits(matcher, text) == [
        ("sharp", "Sharpness-aware minimization"), ("sharp", "SAM"), ("sharp", "SAM"),
    ]  # fmt: skip
    assert hits(matcher, "SAM is fast") == [("segment", "SAM")]


def test_an_acronym_for_something_unknown_means_no_topic():
    matcher = Matcher([rule("segment", "SAM")])
    assert hits(matcher, "Some ancient method (SAM). SAM is old.") == []


def test_an_acronym_keeps_its_topic_when_the_long_form_speaks_of_it():
    matcher = Matcher([rule("rlhf", "RLHF", "human feedback")])
    found = hits(matcher, "Reinforcement Learning from Human Feedback (RLHF)")
    assert found == [("rlhf", "Human Feedback"), ("rlhf", "RLHF")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mixture of Experts (MoE)", "moe"),
        ("low-rank adaptation (LoRA)", "lora"),
        ("Retrieval-Augmented Generation (RAG)", "rag"),
        ("eXplainable Artificial Intelligence (XAI)", "xai"),
        ("large language models (LLMs)", "llm"),
        ("as shown before (see Table)", ""),
        ("(RAG)", ""),
        ("something else entirely (RAG)", ""),
    ],
)
def test_definitions_need_the_initials(text, found):
    assert list(definitions(split_words(text))) == ([found] if found else [])


def test_patterns_are_found_as_written():
    matcher = Matcher([rule("lean", patterns=(r"Lean ?4",))])
    assert list(matcher.find_patterns("Proofs in Lean4, not lean 4")) == [("lean", "Lean4")]
    assert gather(paper("Proofs in Lean 4"), matcher)["lean"].told() == (
        Reason(IN_TITLE, "Lean 4"),
    )


def test_weak_phrases_count_in_a_title_or_when_they_come_back():
    matcher = Matcher([rule("vision", "computer vision", weak=("ImageNet",))])
    score = lambda *texts: gather(paper(*texts), matcher)["vision"].score()  # noqa: E731
    once, twice = score("A", "On ImageNet."), score("A", "On ImageNet. So ImageNet.")
    title, strong = score("ImageNet", "ImageNet"), score("A", "In computer vision.")
    assert once < 0.5 < twice < title
    assert once < strong < title


def test_more_evidence_never_lowers_a_score():
    matcher = Matcher([rule("bread", "bread", "loaf", weak=("flour",))])
    texts = ["", "flour.", "flour. flour.", "bread. flour. flour.", "bread. bread. flour. loaf."]
    scores = [
        found["bread"].score() if (found := gather(paper("A title", text), matcher)) else 0.0
        for text in texts
    ]
    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)


def test_a_weak_phrase_counts_as_a_tag_only_alone():
    matcher = Matcher([rule("vision", "seeing", weak=("image",))])
    assert gather(paper("A", tags=("images",)), matcher)["vision"].tags == ["images"]
    assert gather(paper("A", tags=("image quality",)), matcher) == {}


def test_time_is_linear_in_hostile_text():
    matcher = Matcher([rule("a", "a a a b", "a*"), rule("b", "(a)")], ["a a"])
    for text in ("a " * 40_000, "A (AA) " * 10_000, "-" * 200_000, "a" * 200_000):
        start = process_time()
        gather(paper("title", text), matcher)
        assert process_time() - start < 4


@given(st.text(alphabet=string.ascii_letters + " -.,()+#é\n\x00ß", max_size=200))
def test_hits_lie_in_the_text(text):
    matcher = Matcher([rule("x", "a", "b c", "de*", "AB", "e-f"), rule("y", "a b")], ["c d"])
    words = matcher.words(text)
    for hit in matcher.find(words):
        assert 0 <= hit.start < hit.end <= len(words)
        assert hit.surface
        assert hit.surface in " ".join(text.split())
