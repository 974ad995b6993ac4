"""Explain: which paper is meant, and its story."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.assigned import IN_TITLE, Reason
from papershelf.explain import AmbiguousPaper, UnknownPaper, change, find, story, told
from papershelf.model import (
    Area,
    Assignment,
    Catalog,
    Collection,
    Date,
    Listing,
    Merge,
    Origin,
    Paper,
    Problem,
    Related,
    Relations,
    Repair,
    Topic,
    Topics,
)
from papershelf.prose import Prose


def paper(id: str, title: str, **more) -> Paper:
    more.setdefault("listings", (Listing(Origin("a.txt", 3, "listing")),))
    return Paper(id, (f"title:{id}",), Prose.of(title), Prose.of("About it."), **more)


FIRST = paper(
    "10.1/AB",
    "Fusing Chats",
    listings=(
        Listing(Origin("a.txt", 3, "listing"), Date(None, 3, 14)),
        Listing(Origin("b.jsonl", 1, "jsonl")),
    ),
    raw={"title": "Fusing  Chats", "abstract": "About it."},
    repairs=(Repair("spacing", "title", "Fusing  Chats", "Fusing Chats"),),
    versions=("two",),
)
SECOND = paper("two", "Fusing Chats: Again")
THIRD = paper("three", "Rivers of Lava \x1b[31m")
FOURTH = paper("four", "Fusing Chats")
CATALOG = Catalog(
    Collection(
        {p.id: p for p in (FIRST, SECOND, THIRD, FOURTH)},
        (
            Merge("10.1/AB", (Origin("a.txt", 3), Origin("b.jsonl", 1)), "same title and abstract"),
            Merge("three", (Origin("z", 1),), "elsewhere"),
        ),
    ),
    Topics(
        {"lm": Area("lm", "Language")},
        {"chat": Topic("chat", "Chat models", "lm")},
        {"10.1/AB": (Assignment("chat", 2.5, (Reason(IN_TITLE, "chats"),)),)},
        {"chat": ("10.1/AB",)},
    ),
    Relations({"10.1/AB": (Related("two", 0.875, "version", "same title"),)}),
    {"10.1/AB": "fusing-chats", "two": "again", "three": "lava", "four": "fusing-chats-4444"},
    aliases={"short-two": "again"},
)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("again", "two"),
        ("papers/again/", "two"),
        ("papers/again", "two"),
        ("docs/papers/again.md", "two"),
        ("https://x.org/shelf/papers/again/", "two"),
        ("p/short-two/", "two"),
        ("10.1/ab", "10.1/AB"),
        ("doi: 10.1/AB", "10.1/AB"),
        ("Fusing Chats: Again", "two"),
        (" FUSING chats – again! ", "two"),
        ("rivers of", "three"),
        ("fusing-chats", "10.1/AB"),
    ],
)
def test_a_paper_is_found_by_what_a_person_would_type(name: str, id: str):
    assert find(name, CATALOG).id == id


def test_a_name_that_fits_several_lists_them():
    with pytest.raises(AmbiguousPaper) as caught:
        find("Fusing Chats", CATALOG)
    assert caught.value.message == '2 papers fit "Fusing Chats"'
    assert caught.value.hint == "fusing-chats  Fusing Chats\nfusing-chats-4444  Fusing Chats"
    assert caught.value.exit_code == 1


def test_many_candidates_are_cut_short():
    papers = [paper(f"p{number}", f"On Number {number}") for number in range(25)]
    catalog = Catalog(
        Collection({p.id: p for p in papers}),
        CATALOG.topics,
        CATALOG.relations,
        {p.id: p.id for p in papers},
    )
    with pytest.raises(AmbiguousPaper) as caught:
        find("on number", catalog)
    lines = caught.value.hint.split("\n")
    assert (len(lines), lines[-1]) == (11, "and 15 more")


def test_an_unknown_name_brings_the_nearest_titles():
    with pytest.raises(UnknownPaper) as caught:
        find("Rivres of Lawa", CATALOG)
    assert caught.value.message == 'no paper fits "Rivres of Lawa"'
    assert caught.value.hint.split("\n")[1].startswith("lava  Rivers of Lava")


@pytest.mark.parametrize("name", ["", "!!!", "quantum \x07 zebra", "xy"])
def test_what_is_like_nothing_is_simply_unknown(name: str):
    with pytest.raises(UnknownPaper) as caught:
        find(name, CATALOG)
    assert caught.value.hint == ""
    assert caught.value.message.isprintable()


@given(st.text(max_size=40))
def test_no_name_breaks_the_search(name: str):
    try:
        find(name, CATALOG)
    except (UnknownPaper, AmbiguousPaper) as failure:
        assert failure.message.isprintable()


def test_the_story_holds_what_every_stage_noted():
    problems = [
        Problem("odd", "odd thing", Origin("a.txt", 3, "listing")),
        Problem("odd", "not here", Origin("a.txt", 9)),
        Problem("odd", "nowhere"),
    ]
    assert story(FIRST, CATALOG, problems) == {
        "title": "Fusing Chats",
        "address": "papers/fusing-chats/",
        "id": "10.1/AB",
        "keys": ["title:10.1/AB"],
        "read": [
            {"path": "a.txt", "line": 3, "format": "listing", "listed": "--03-14"},
            {"path": "b.jsonl", "line": 1, "format": "jsonl", "listed": None},
        ],
        "raw": {"title": "Fusing  Chats"},
        "repairs": [
            {
                "step": "spacing",
                "field": "title",
                "before": "Fusing  Chats",
                "after": "Fusing Chats",
            }
        ],
        "merged": [{"from": ["a.txt:3", "b.jsonl:1"], "why": "same title and abstract"}],
        "fields": {},
        "corrected": [],
        "versions": [{"title": "Fusing Chats: Again", "address": "papers/again/"}],
        "topics": [
            {"topic": "chat", "label": "Chat models", "score": 2.5, "why": '"chats" in the title'}
        ],
        "related": [
            {
                "title": "Fusing Chats: Again",
                "address": "papers/again/",
                "kind": "version",
                "score": 0.875,
                "why": "same title",
            }
        ],
        "problems": ["a.txt:3: warning: odd thing [odd]"],
    }


MERGED = {
    "from": {"date": "b.jsonl:1", "title": "a.txt:3"},
    "why": {"date": "with its month"},
    "other": [
        {"field": "date", "value": "2024", "origin": "a.txt:3"},
        {"field": "votes", "value": 3, "origin": "b.jsonl:1"},
    ],
}
SET = {"venue": {"origin": "overrides.yml:3", "before": "Letters " * 100}}


def test_the_story_tells_which_source_gave_which_field():
    one = paper("x", "A Title", extra={"merged": MERGED})
    catalog = replace(CATALOG, collection=Collection({"x": one}), slugs={"x": "a-title"})
    fields = story(one, catalog)["fields"]
    assert fields["date"] == {
        "from": "b.jsonl:1",
        "why": "with its month",
        "others": [{"from": "a.txt:3", "value": "2024"}],
    }
    lines = told(story(one, catalog)).split("\n")
    assert lines[lines.index("Fields") + 1 :][:5] == [
        "  date from b.jsonl:1 (with its month)",
        "      a.txt:3 said: 2024",
        "  title from a.txt:3",
        "  votes from the first that has it",
        "      b.jsonl:1 said: 3",
    ]


def test_the_story_tells_what_was_set_by_hand():
    one = paper("x", "A Title", extra={"corrected": SET})
    catalog = replace(CATALOG, collection=Collection({"x": one}), slugs={"x": "a-title"})
    assert story(one, catalog)["corrected"] == [
        {"field": "venue", "from": "overrides.yml:3", "before": "Letters " * 100}
    ]
    (line,) = [line for line in told(story(one, catalog)).split("\n") if "set in" in line]
    assert line.startswith("  venue: set in overrides.yml:3; it was: Letters Letters")
    assert len(line) < 300


def test_a_paper_is_found_by_the_slug_it_had_before():
    assert find("papers/old/", replace(CATALOG, moved={"old": "lava"})).id == "three"


def test_the_story_is_data_for_machines():
    whole = story(FIRST, CATALOG)
    assert json.loads(json.dumps(whole)) == whole


def test_the_story_is_told_in_chapters():
    assert told(story(FIRST, CATALOG)).split("\n") == [
        "Fusing Chats",
        "  papers/fusing-chats/",
        "  id 10.1/AB",
        "",
        "Known by",
        "  title:10.1/AB",
        "",
        "Read from",
        "  a.txt:3 as listing, dated --03-14",
        "  b.jsonl:1 as jsonl",
        "  title as found: Fusing  Chats",
        "",
        "Repaired",
        '  spacing, in the title: "Fusing  Chats" → "Fusing Chats"',
        "",
        "Merged from",
        "  a.txt:3, b.jsonl:1: same title and abstract",
        "",
        "Other versions",
        "  Fusing Chats: Again (papers/again/)",
        "",
        "Topics",
        '  2.50  Chat models (chat): "chats" in the title',
        "",
        "Related",
        "  0.88  Fusing Chats: Again (version): same title",
    ]


def test_what_there_is_not_is_not_told_but_for_topics():
    text = told(story(SECOND, CATALOG))
    assert "Repaired" not in text
    assert "Merged" not in text
    assert "Topics\n  none: " in text


def test_problems_met_where_the_paper_was_read_are_told():
    problem = Problem("odd", "odd\x07thing", Origin("a.txt", 3))
    assert "  a.txt:3: warning: odd\\x07thing [odd]" in told(story(SECOND, CATALOG, [problem]))


def test_control_signs_of_a_title_are_shown_not_obeyed():
    assert told(story(THIRD, CATALOG)).startswith("Rivers of Lava \\x1b[31m\n")


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_a_change_shows_all_that_differs(start: str, old: str, new: str, end: str):
    before, after = change(start + old + end, start + new + end)
    assert before.removeprefix("…").removesuffix("…") in start + old + end
    assert after.removeprefix("…").removesuffix("…") in start + new + end
    assert (before == after) == (old == new)


def test_a_change_in_a_long_text_is_cut_to_its_neighbourhood():
    before, after = change("a" * 500 + " 4times7 " + "b" * 500, "a" * 500 + " 4×7 " + "b" * 500)
    assert before == "…" + "a" * 22 + " 4times7 " + "b" * 22 + "…"
    assert after == "…" + "a" * 22 + " 4×7 " + "b" * 22 + "…"
