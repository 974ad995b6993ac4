"""Words as topics compare them."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.words import compounds, fold_phrase, fold_word, is_acronym, joins, split_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LLMs", "LLM"),
        ("Behaviours", "behavior"),
        ("quantisation", "Quantization"),
        ("modelling", "modeling"),
        ("Labelled", "labeled"),
        ("matrices", "matrix"),
        ("studies", "study"),
        ("analyses", "analysis"),
        ("Schrödinger", "schrodinger"),
        ("centres", "center"),
        ("patches", "patch"),
        ("caches", "cache"),
        ("biases", "bias"),
    ],
)
def test_spellings_of_one_word_fold_together(one, other):
    assert fold_word(one) == fold_word(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("general", "generalization"),
        ("expert", "experience"),
        ("linguistics", "linguistic"),
        ("physics", "physic"),
        ("news", "new"),
        ("loss", "los"),
        ("gas", "ga"),
    ],
)
def test_other_words_stay_apart(one, other):
    assert fold_word(one) != fold_word(other)


def test_a_phrase_folds_without_hyphens():
    assert fold_phrase("Mixture-of-Experts") == fold_phrase("mixtures of expert")


def test_compounds_are_the_hyphenated_pairs():
    assert list(compounds("state-of-the-art pre-training")) == [
        ("stateof", ("state", "of")),
        ("ofthe", ("of", "the")),
        ("theart", ("the", "art")),
        ("pretraining", ("pre", "training")),
    ]


@pytest.mark.parametrize("separator", [" ", "-", "/", "\n", " \n  ", "' ", " & ", " “"])
def test_words_of_a_phrase_may_be_joined_by(separator):
    assert joins(separator)


@pytest.mark.parametrize("separator", [". ", ", ", ": ", " (", ") ", " - ", "\n\n", " – ", "; "])
def test_words_of_a_phrase_are_parted_by(separator):
    assert not joins(separator)


def test_case_counts_for_words_with_two_capitals():
    assert [is_acronym(word) for word in ("SAM", "LoRA", "GANs", "Mamba", "art")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_a_long_separator_takes_no_time():
    start = process_time()
    assert not joins(" " * 200_000 + ".")
    split_words("- " * 200_000)
    assert process_time() - start < 2


@given(st.text(max_size=80))
def test_splitting_loses_nothing_and_folding_never_fails(text):
    parts = split_words(text)
    assert "".join(parts) == text
    assert len(parts) % 2 == 1
    assert all(fold_word(word) for word in parts[1::2] if word.isascii())


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_folding_heeds_no_case(word):
    assert fold_word(word.upper()) == fold_word(word)
