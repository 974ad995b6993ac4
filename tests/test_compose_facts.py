from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogs import catalog_of, settings
from papershelf.compose.env import Env
from papershelf.compose.facts import (
    change,
    description,
    machine,
    sentences,
    shorten,
    teaser,
    when,
)
from papershelf.compose.language import IN_ENGLISH
from papershelf.compose.paging import paged
from papershelf.model import Author, Date, Listing, Origin, Paper
from papershelf.prose import Prose
from papershelf.report import Report

ENV = Env(catalog_of([]), settings(), Report())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("One only", ["One only"]),
        ("It is 3.5 times faster. Good.", ["It is 3.5 times faster.", "Good."]),
        ("As in Fig. 3 and Eq. 4. Then", ["As in Fig. 3 and Eq. 4.", "Then"]),
        ("By J. Smith et al. In time.", ["By J. Smith et al. In time."]),
        ("Nets vs. MLPs. Also RESP. X, w.r.t. Y.", ["Nets vs. MLPs.", "Also RESP. X, w.r.t. Y."]),
        ("Approx. Ten. A plus. B minus", ["Approx. Ten.", "A plus.", "B minus"]),
        ('He said "no." (Really!) So', ['He said "no."', "(Really!)", "So"]),
        ("Ends with v1.0\nand goes on. New.", ["Ends with v1.0 and goes on.", "New."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


@given(st.text(alphabet="ab.!? \n\"')AB0", max_size=300))
def test_sentences_lose_nothing(text: str) -> None:
    assert " ".join(sentences(text)).split() == text.split()


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("Nets are big. In this paper, we introduce Thin. It works.", "We introduce Thin."),
        ("Nets are big. We further propose this. We present that.", "We present that."),
        ("Nets are big. This paper studies small ones.", "This paper studies small ones."),
        ("Nets are big. They shrink.", "Nets are big."),
        ("Thus, we propose nothing, twice.", "We propose nothing, twice."),
        ("", ""),
    ],
)
def test_the_teaser_says_what_is_new(abstract: str, expected: str) -> None:
    assert teaser(abstract) == expected


def test_a_description_holds_whole_sentences_when_they_fit() -> None:
    assert description("First. Second. " + "X" * 150 + ".") == "First. Second."
    long = description("word " * 100)
    assert long.endswith("word…") and len(long) <= 160


@given(st.text(max_size=400), st.integers(2, 200))
def test_a_shortened_text_is_short_and_a_beginning(text: str, length: int) -> None:
    short = shorten(text, length)
    assert len(short) <= length
    assert text.startswith(short.removesuffix("…")) or short == text


@given(st.text("ab c", max_size=120), st.text("ab c", max_size=120))
def test_a_change_shows_what_differs_and_what_is_around_it(before: str, after: str) -> None:
    shown = change(f"start {before} end", f"start {after} end")
    for short, text in zip(shown, (before, after), strict=True):
        assert short.strip("…") in f"start {text} end"
    if before != after:
        assert shown[0] != shown[1]


def test_a_change_in_a_long_text_is_cut_out_of_it() -> None:
    far = "far away " * 40
    before, after = change(f"{far}4times70 {far}", f"{far}4×70 {far}")
    assert before == "…far away far away 4times70 far away far away…"
    assert after == "…far away far away 4×70 far away far away…"


def test_texts_of_any_size_take_linear_time() -> None:
    start = time.process_time()
    for text in ("." * 10**6, 'a." ' * 10**5, "we " * 10**5, "to address these " * 10**5):
        teaser(text)
        description(text)
        change(text, f"{text}x{text}")
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("date", "text", "iso"),
    [
        (Date(2025, 3, 14), "14 March 2025", "2025-03-14"),
        (Date(2025, 3), "March 2025", "2025-03"),
        (Date(2025), "2025", "2025"),
        (Date(None, 3, 14), "14 March", "--03-14"),
        (Date(None, 3), "March", ""),
        (Date(2025, 13, 2), "2025", "2025-13-02"),
        (Date(), "", ""),
    ],
)
def test_dates_are_spoken_as_far_as_they_are_known(date: Date, text: str, iso: str) -> None:
    assert IN_ENGLISH.date(date) == text
    assert machine(date) == iso


def test_a_date_of_which_nothing_is_known_is_not_shown() -> None:
    assert ENV.shown_date(Date()) is None and ENV.shown_date(None) is None


def test_a_paper_appeared_or_was_last_listed() -> None:
    places = [Listing(Origin("a"), date) for date in (Date(2024, 1), None, Date(2024, 6))]
    one = Paper("x", ("x",), Prose.of("X"), Prose(), tuple(places))
    assert when(one) == Date(2024, 6)
    assert when(Paper("x", ("x",), Prose.of("X"), Prose(), tuple(places), date=Date(1999))) == Date(
        1999
    )
    assert when(Paper("x", ("x",), Prose.of("X"), Prose(), ())) is None


def test_authors_are_named_in_short() -> None:
    assert ENV.short_authors([]) == ""
    assert ENV.short_authors([Author("", "Plato")]) == "Plato"
    assert ENV.short_authors([Author(literal="CERN"), Author("Li")]) == "CERN and Li"
    assert ENV.short_authors([Author("Li"), Author("Kim"), Author("Roy")]) == "Li et al."


@given(st.integers(0, 60), st.integers(1, 9))
def test_pages_hold_every_item_once(count: int, size: int) -> None:
    items = list(range(count))
    pages = list(paged(items, "x/", size))
    assert [item for _, part, _ in pages for item in part] == items
    assert all(len(part) <= size for _, part, _ in pages)
    assert [address for address, _, _ in pages] == [
        "x/",
        *(f"x/{n}/" for n in range(2, len(pages) + 1)),
    ]
    for number, (_, _, pager) in enumerate(pages, 1):
        assert (pager.number, pager.total) == (number, len(pages))
        assert bool(pager.previous) == (number > 1) and bool(pager.next) == (number < len(pages))
