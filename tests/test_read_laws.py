"""Laws of all readers: no text makes one raise, and a well-formed listing loses nothing."""

from __future__ import annotations

import json
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papershelf.model import Origin
from papershelf.read import READERS, listing
from papershelf.read.fields import record_of
from papershelf.read.strict_json import BadJson, StrictJson
from papershelf.report import Report
from timing import grows_at_most

ORIGIN = Origin("x", 0, "listing")

# Text made of what readers look for, so that odd combinations come up soon.
SCRAPS = st.sampled_from(
    [
        "\n", "\n\n", "new", "Subscribe", "Get trending papers in your email inbox!", "Mar 14",
        "byAK and the research community", "## Trending Papers", "### ", "[", "]", "](", ")",
        "][3]", "[-] 1", "https://huggingface.co/papers/2401.00001", "·", "- 3 authors", "\\",
        "https://huggingface.co/login?next=%2Fpapers%2F2401.00001", "#community", "---\n", "```",
        "![x](y)", '{"title": "', '"}', '{"paper": {"id": 1', "NaN", "@article{", "TY  - JOUR\n",
        "<", ">", "<?xml?>", "word ", "A Title of Sorts", "It ends. ", "long " * 80, "\x00",
        "\ufeff", "\u2028", "\ud800",
    ]
)  # fmt: skip
TEXTS = st.lists(SCRAPS | st.text(max_size=9), max_size=40).map(
    lambda parts: "".join(parts).replace("\r", "\n")
)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_no_text_makes_a_reader_raise(name: str, text: str) -> None:
    assert 0 <= READERS[name].sniff(text) <= 1
    for record in READERS[name].read(text, Origin("x", 0, name), Report()):
        assert record.origin.path == "x"


WORDS = st.text("abcdefghij  XYZ0189-:'?!&$^{}()α", min_size=1, max_size=60)


def bare(text: str) -> str:
    return " ".join(text.split())


TITLES = WORDS.map(lambda words: "T" + bare(words) + " q")
SENTENCES = st.lists(WORDS.map(bare), min_size=1, max_size=9).map(
    lambda parts: "Here " + " so ".join(parts)
)
ABSTRACTS = SENTENCES.map(lambda text: f"{text} {'and more of it ' * 20}in the end.") | (
    SENTENCES.map(lambda text: f"{text[:200]} in short.")
)
PAPERS = st.lists(st.tuples(TITLES, ABSTRACTS), min_size=1, max_size=8)
HEADERS = st.sampled_from(
    [
        "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nMar 14\n\n",
        "Get trending papers in your email inbox once a day!\nGet trending papers in your email "
        "inbox!\nSubscribe",
    ]
)


@given(PAPERS, HEADERS, st.sampled_from(["\n\n", "\n"]))
def test_what_is_written_as_a_listing_is_read_again(
    papers: list[tuple[str, str]], header: str, gap: str
) -> None:
    text = header + gap.join(line for paper in papers for line in paper)
    report = Report()
    records = list(listing.read(text, ORIGIN, report))
    assert [(record.text("title"), record.text("abstract")) for record in records] == papers
    lines = text.split("\n")
    for record in records:
        assert lines[record.origin.line - 1].removeprefix("Subscribe") == record.text("title")
    assert [problem for problem in report.problems if problem.level != "info"] == []


@given(st.lists(TITLES | ABSTRACTS, max_size=12), st.sampled_from(["\n\n", "\n"]))
def test_no_line_of_a_listing_is_lost(lines: list[str], gap: str) -> None:
    """Whatever the order: every title and abstract line is found in some record."""
    text = "Get trending papers in your email inbox!\n\n" + gap.join(lines)
    records = list(listing.read(text, ORIGIN, Report()))
    found = [
        line
        for record in records
        for line in [record.text("title"), *record.text("abstract").split("\n\n")]
        if line
    ]
    assert found == lines


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "title abstract authors name paper id url value year tags upvotes".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


NAMES = "title authors date listed keywords arxiv doi url links venue code votes paper project x"


@given(st.dictionaries(st.sampled_from(NAMES.split()), JSON))
def test_any_object_becomes_a_record_that_loses_nothing_and_can_be_written(
    data: dict[str, object],
) -> None:
    try:
        value = StrictJson().decode(json.dumps(data))
    except BadJson:
        return
    record = record_of(value, ORIGIN, Report())
    shown = json.dumps([dict(record.fields), dict(record.extra)], ensure_ascii=False)
    shown.encode("utf-8")
    for text in (part for part in value.values() if isinstance(part, str) and part.strip()):
        assert json.dumps(text.strip(), ensure_ascii=False)[1:-1].split("\\n")[0][:3] in shown


@given(st.lists(st.fixed_dictionaries({"title": TITLES, "abstract": ABSTRACTS}), max_size=5))
def test_json_lines_are_read_as_written(papers: list[dict[str, str]]) -> None:
    text = "\n".join(json.dumps(paper) for paper in papers)
    records = READERS["jsonl"].read(text, ORIGIN, Report())
    assert [record.fields for record in records] == papers


HOSTILE = [
    "[", "](", "![", "[a", "]][1]", "### [", "x](http://", "\n[", "---\n", "(a)", "](a(b)", "\\\n",
    " x\n", "some text.\n", "Subscribex\n", "new\n", "3 authors\n", "-\n", "[1]: https://x.org\n",
]  # fmt: skip


@pytest.mark.parametrize("scrap", HOSTILE)
def test_listing_takes_time_in_proportion_to_its_length(scrap: str) -> None:
    """Eight times the text takes eight times the time; a square would take 64 times."""
    head = "## Trending Papers\n### [a](https://huggingface.co/papers/2401.00001)\n"

    def read_all(length: int) -> None:
        text = head + scrap * (length // len(scrap))
        list(listing.read(text, ORIGIN, Report()))

    assert grows_at_most(24, partial(read_all, 40_000), partial(read_all, 5_000), quick=0.24)
