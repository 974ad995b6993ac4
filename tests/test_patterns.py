"""Users' regular expressions: what could take long is refused."""

from __future__ import annotations

import re
from time import process_time

import pytest

from papershelf.patterns import check_pattern, needed_text


@pytest.mark.parametrize(
    "pattern",
    [
        r"Lean ?4?\b",
        r"[A-Z][a-z]{0,9}-?CLIP\b",
        r"retrieval.{0,20}generation|RAG",
        r"(?i:wav2vec)",
        r"(?:GPT|BLOOM|OPT)-\d{1,3}B",
        r"[[x]",
    ],
)
def test_a_bounded_pattern_passes(pattern):
    assert check_pattern(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"(a+)+b", "without end"),
        (r"a.*b", "without end"),
        (r"x{3,}", "without end"),
        (r"(?:.{0,50}){0,50}x", "too many ways"),
        (r".{0,90}.{0,90}x", "too many ways"),
        (r"(a|a|a|a|a|a|a|a){12}b", "too many ways"),
        (r"(a)\1", "back-reference"),
        (r"(a)?(?(1)b|c)", "conditional"),
        (r"a?", "empty text"),
        (r"", "empty text"),
        (r"(a", "unterminated"),
        (r"[b-a]", "bad character range"),
        ("a" * 300, "longer than"),
        ("(" * 90 + "a" + ")" * 90, ""),
    ],
)
def test_a_pattern_that_could_take_long_or_is_none_says_why(pattern, why):
    assert why in check_pattern(pattern)


def test_the_worst_pattern_that_passes_is_fast():
    pattern = r"[ab]{0,20}[ab]{0,20}c"
    assert check_pattern(pattern) == ""
    start = process_time()
    assert re.search(pattern, "ab" * 5_000) is None
    assert process_time() - start < 5


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"[A-Z]{1,3}-?ViT\b", "ViT"),
        (r"Lean ?4?", "Lean"),
        (r"a|b", ""),
        (r"(?i)clip", ""),
        (r"\d{2}", ""),
    ],
)
def test_needed_text_is_in_every_match(pattern, text):
    assert needed_text(pattern) == text
