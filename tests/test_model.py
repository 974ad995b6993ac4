"""The values that travel: dates, origins, problems, records, papers."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given

from papershelf.model import (
    Author,
    Collection,
    Date,
    Origin,
    Problem,
    Record,
    Settings,
)
from strategies import dates, make_paper, origins, records


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (Date(2025), "2025"),
        (Date(2025, 3), "2025-03"),
        (Date(2025, 3, 4), "2025-03-04"),
        (Date(None, 3, 4), "--03-04"),
        (Date(None, 3), "--03"),
        (Date(987), "0987"),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(date: Date, text: str) -> None:
    assert str(date) == text


def test_unknown_parts_of_a_date_come_before_known_ones() -> None:
    in_order = [Date(None, 3, 14), Date(2024), Date(2024, 1), Date(2024, 1, 2), Date(2025)]
    backwards = in_order[::-1]
    assert sorted(backwards, key=Date.sort_key) == in_order


@given(dates, dates)
def test_different_dates_look_different(one: Date | None, other: Date | None) -> None:
    # A day without its month means nothing, and readers do not give it.
    if one and other and all(d.month or not d.day for d in (one, other)):
        assert (str(one) == str(other)) == (one == other)


def test_an_origin_names_the_line_where_there_is_one() -> None:
    assert (str(Origin("a.txt", 3)), str(Origin("a.txt"))) == ("a.txt:3", "a.txt")


@given(origins, origins)
def test_origins_are_ordered_by_path_then_line(one: Origin, other: Origin) -> None:
    assert (one < other) == (
        (one.path, one.line, one.format) < (other.path, other.line, other.format)
    )


def test_a_problem_is_one_line_with_its_place_level_and_code() -> None:
    problem = Problem("odd-line", 'no abstract after "T"', Origin("a.txt", 17))
    assert str(problem) == 'a.txt:17: warning: no abstract after "T" [odd-line]'
    assert str(Problem("x", "m", level="error")) == "error: m [x]"


@given(records())
def test_a_field_of_a_record_can_always_be_read_as_text(record: Record) -> None:
    assert all(isinstance(record.text(name), str) for name in (*record.fields, "missing"))
    assert record.text("missing") == ""


def test_an_author_is_written_in_reading_order() -> None:
    assert str(Author("Beethoven", "Ludwig", "van", "Jr.")) == "Ludwig van Beethoven Jr."
    assert str(Author(literal="The Team")) == "The Team"


def test_papers_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        make_paper("T").title = make_paper("U").title  # type: ignore[misc]


def test_a_collection_is_its_papers_in_order() -> None:
    one, other = make_paper("One"), make_paper("Other")
    collection = Collection({one.id: one, other.id: other})
    assert (list(collection), len(collection), collection[other.id]) == ([one, other], 2, other)


def test_state_and_ledger_lie_beside_the_settings(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path)
    assert settings.state_dir == tmp_path / ".papershelf"
    assert settings.ledger_file == tmp_path / "permalinks.json"
