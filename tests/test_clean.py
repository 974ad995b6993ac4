"""Record → Paper: what goes where, what is said, and the laws of cleaning."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.clean import STEPS, clean
from papershelf.clean.mend import changes, mend
from papershelf.model import Author, Date, Link, Listing, Origin, Paper, Problem, Record, Settings
from papershelf.prose import Prose, Span
from papershelf.report import Report

ORIGIN = Origin("papers/mail.txt", 7, "listing")
SETTINGS = Settings(Path())


def cleaned(
    fields: dict[str, Any], extra: dict[str, Any] | None = None, **settings: Any
) -> tuple[list[Paper], Report]:
    report = Report()
    record = Record(fields, ORIGIN, extra or {})
    return list(clean(iter([record]), Settings(Path(), **settings), {}, report)), report


def paper_of(fields: dict[str, Any], **settings: Any) -> Paper:
    papers, report = cleaned({"title": "A Title", **fields}, **settings)
    assert report.problems == []
    return papers[0]


def problems_of(fields: dict[str, Any]) -> list[Problem]:
    return cleaned({"title": "A Title", **fields})[1].problems


# -- what goes where ---------------------------------------------------------------------


def test_paper_holds_what_the_record_tells() -> None:
    paper = paper_of(
        {
            "title": 'Na\\"ive Nets\nfor All',
            "abstract": "We train 4times faster.\n\nSecond paragraph.",
            "authors": ["Lovelace, Ada", "Alan Turing"],
            "date": "14 March 2025",
            "listed": "Mar 15",
            "venue": "Proc.\\ of Things",
            "doi": "https://doi.org/10.1000/ABC",
            "arxiv": "arXiv:2503.01234v2",
            "keywords": "scaling; MoE",
            "pdf": "https://example.org/x.pdf",
            "votes": 12,
        },
        year=2025,
    )
    assert paper.title.plain == "Naïve Nets for All"
    assert paper.abstract.plain == "We train 4× faster.\n\nSecond paragraph."
    assert paper.authors == (Author("Lovelace", "Ada"), Author("Turing", "Alan"))
    assert paper.date == Date(2025, 3, 14)
    assert paper.listings == (Listing(ORIGIN, Date(2025, 3, 15)),)
    assert paper.venue == "Proc. of Things"
    assert paper.identifiers == {"doi": "10.1000/abc", "arxiv": "2503.01234"}
    assert paper.id == "10.1000/abc"
    assert paper.keys[:2] == ("doi:10.1000/abc", "arxiv:2503.01234")
    assert paper.tags == ("scaling", "MoE")
    assert paper.links == (Link("pdf", "https://example.org/x.pdf"),)
    assert paper.extra == {"arxiv_version": "2", "votes": 12}


def test_raw_text_is_kept_as_found() -> None:
    paper = paper_of({"title": 'T\\"ULU', "abstract": "By 4times\nmore"})
    assert paper.raw == {"title": 'T\\"ULU', "abstract": "By 4times\nmore"}


def test_paper_without_abstract_is_a_paper() -> None:
    paper = paper_of({})
    assert (paper.title.plain, paper.abstract) == ("A Title", Prose())


def test_single_line_breaks_are_blanks_and_empty_lines_part_paragraphs() -> None:
    paper = paper_of(
        {"abstract": "one\r\ntwo\rthree\n \n  four state-of-the-\n  art, pre-\nand\tso"}
    )
    assert paper.abstract.plain == "one two three\n\nfour state-of-the-art, pre- and so"


def test_title_is_one_line() -> None:
    assert paper_of({"title": "Over\n\nthree\n  lines"}).title.plain == "Over three lines"


def test_year_of_a_listing_comes_from_the_setting_alone() -> None:
    assert paper_of({"listed": "Mar 14"}).listings[0].date == Date(None, 3, 14)
    assert paper_of({"listed": "Mar 14"}, year=2024).listings[0].date == Date(2024, 3, 14)
    assert paper_of({"listed": "2021-03-14"}, year=2024).listings[0].date == Date(2021, 3, 14)
    assert paper_of({"listed": "Feb 29"}, year=2023).listings[0].date == Date(None, 2, 29)
    assert paper_of({"date": "Mar 14"}, year=2024).date == Date(None, 3, 14)


def test_what_has_no_place_of_its_own_is_kept_and_can_be_written() -> None:
    papers, _ = cleaned(
        {"title": "T", "pages": "1--9", "votes": 3}, {"note": "a\x00b", "deep": [{"x": "\ud800"}]}
    )
    assert papers[0].extra == {"note": "ab", "deep": [{"x": ""}], "votes": 3}
    assert papers[0].details == {"pages": "1–9"}


def test_extra_that_nests_without_end_is_cut() -> None:
    value: list[Any] = []
    for _ in range(5000):
        value = [value]
    papers, _ = cleaned({"title": "T"}, {"deep": value})
    assert "…" in repr(papers[0].extra)


# -- links -------------------------------------------------------------------------------


def test_links_come_from_fields_and_text_each_once() -> None:
    paper = paper_of(
        {
            "abstract": "Code: https://github.com/me/it.git. The data (https://huggingface.co/"
            "datasets/me/a, and https://example.org/b) and code (https://me.github.io/x).",
            "code": "http://www.github.com/me/it/",
            "links": [{"kind": "demo", "url": "https://demo.example.org"}, "github.com/me/two"],
            "url": "https://example.org/landing",
        }
    )
    assert paper.links == (
        Link("code", "http://www.github.com/me/it/"),
        Link("demo", "https://demo.example.org"),
        Link("code", "https://github.com/me/two"),
        Link("data", "https://huggingface.co/datasets/me/a"),
        Link("data", "https://example.org/b"),
        Link("code", "https://me.github.io/x"),
        Link("reference", "https://example.org/landing"),
    )


def test_address_that_an_identifier_spells_becomes_the_identifier() -> None:
    paper = paper_of({"url": "https://arxiv.org/abs/1706.03762v5"})
    assert paper.identifiers == {"arxiv": "1706.03762"}
    assert paper.links == ()


def test_arxiv_doi_tells_the_arxiv_id_too() -> None:
    paper = paper_of({"doi": "10.48550/arXiv.1706.03762"})
    assert paper.identifiers == {"doi": "10.48550/arxiv.1706.03762", "arxiv": "1706.03762"}


def test_mapping_of_links_is_read_by_kind() -> None:
    paper = paper_of(
        {"links": {"project": "https://a.example.org", "slides": "https://b.example.org/x.pdf"}}
    )
    assert paper.links == (
        Link("project", "https://a.example.org"),
        Link("reference", "https://b.example.org/x.pdf"),
    )


# -- problems ----------------------------------------------------------------------------


def test_record_without_title_is_named_and_left_out() -> None:
    papers, report = cleaned({"title": " \n ", "abstract": "An abstract that nobody named."})
    assert papers == []
    (problem,) = report.problems
    assert (problem.code, problem.level, problem.origin) == ("no-title", "warning", ORIGIN)
    assert '"An abstract that nobody named."' in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    ("fields", "code", "quoted"),
    [
        ({"date": "Feb 30"}, "bad-date", '"Feb 30"'),
        ({"listed": "next week"}, "bad-date", '"next week"'),
        ({"doi": "none"}, "bad-identifier", '"none"'),
        ({"pdf": "javascript:alert(1)"}, "bad-address", '"javascript:alert(1)"'),
        ({"links": ["not one"]}, "bad-address", '"not one"'),
        ({"abstract": "a\x00b\x1b[2J"}, "control-character", "U+0000, U+001B"),
    ],
)
def test_bad_field_is_reported_and_the_paper_lives(
    fields: dict[str, Any], code: str, quoted: str
) -> None:
    (problem,) = problems_of(fields)
    assert (problem.code, problem.level, problem.origin) == (code, "warning", ORIGIN)
    assert quoted in problem.message


def test_byte_order_mark_is_only_mentioned() -> None:
    papers, report = cleaned({"title": "\ufeffA Title"})
    assert papers[0].title.plain == "A Title"
    assert [(p.code, p.level) for p in report.problems] == [("control-character", "info")]


def test_what_no_file_can_hold_is_dropped_everywhere() -> None:
    papers, _ = cleaned({"title": "a\ud800b", "abstract": "c\ufffcd\x07", "venue": "e\x00"})
    (paper,) = papers
    assert (paper.title.plain, paper.abstract.plain, paper.venue) == ("ab", "cd", "e")
    assert paper.raw == {"title": "ab", "abstract": "cd"}


# -- steps and repairs -------------------------------------------------------------------


def test_repairs_are_logged_with_their_context_and_counted_once_a_record() -> None:
    papers, report = cleaned({"title": "Up \\& Down", "abstract": "It is 4times70 and 50\\% more."})
    assert [(r.step, r.field, r.before, r.after) for r in papers[0].repairs] == [
        ("commands", "title", "Up \\& Down", "Up & Down"),
        ("commands", "abstract", "4times70 and 50\\% more.", "4times70 and 50% more."),
        ("lost-commands", "abstract", "It is 4times70 and 50%", "It is 4×70 and 50%"),
    ]
    assert report.counts["repaired"] == 1


def test_nothing_to_repair_is_no_repair() -> None:
    papers, report = cleaned({"title": "A Title", "abstract": "Hard-wrapped\nbut  sound."})
    assert papers[0].repairs == ()
    assert report.counts["repaired"] == 0


def test_mojibake_is_undone_and_logged() -> None:
    papers, report = cleaned({"title": "A cafÃ©"})
    assert papers[0].title.plain == "A café"
    assert [repair.step for repair in papers[0].repairs] == ["encoding"]
    assert report.problems == []


@pytest.mark.parametrize("step", [name for name in STEPS if name not in {"links", "spacing"}])
def test_step_can_be_switched_off(step: str) -> None:
    fields = {
        "title": "A Title",
        "abstract": 'cafÃ© so\u00adft url{https://x.org/a} $\\alpha$ na\\"ive 10^4 5\\% {\\em x} '
        "4times more fromx2013to \\250 million models~(LLMs) ``q'' a -- b PTQ)}. re-training.In a",
    }
    (on,), _ = cleaned(fields)
    (off,), _ = cleaned(fields, skip=(step,))
    assert step not in {repair.step for repair in off.repairs}
    assert off.abstract != on.abstract or step == "braces"


def test_unknown_step_to_skip_is_reported() -> None:
    _, report = cleaned({"title": "T"}, skip=("speling",))
    (problem,) = report.problems
    assert problem.code == "unknown-step"
    assert "speling" in problem.message
    assert "spacing" in problem.hint


def shout(text: str) -> str:
    return text.replace("quiet", "LOUD")


def early(text: str) -> str:
    return text.replace("@@", "4times")


early.before = "lost-commands"  # type: ignore[attr-defined]


def test_own_steps_come_last_or_where_they_say() -> None:
    report = Report()
    records = iter([Record({"title": "quiet @@ faster"}, ORIGIN)])
    (paper,) = clean(records, SETTINGS, {"shout": shout, "early": early}, report)
    assert paper.title.plain == "LOUD 4× faster"
    assert [repair.step for repair in paper.repairs] == ["early", "lost-commands", "shout"]


def test_own_step_takes_the_place_of_ours() -> None:
    records = iter([Record({"title": "4times"}, ORIGIN)])
    (paper,) = clean(records, SETTINGS, {"lost-commands": str.upper}, Report())
    assert paper.title.plain == "4TIMES"


def test_own_step_may_find_spans() -> None:
    def find(text: str) -> str | list[Span]:
        return [Span("math", "x", "x")] if text == "x" else text

    (paper,) = clean(iter([Record({"title": "x"}, ORIGIN)]), SETTINGS, {"find": find}, Report())
    assert paper.title == Prose((Span("math", "x", "x"),))


@pytest.mark.parametrize(
    "bad", [lambda text: text.replace("\ufffc", ""), lambda text: text + "\ufffc"]
)
def test_step_that_loses_a_formula_is_told_so(bad: Callable[[str], str]) -> None:
    records = iter([Record({"title": "An $\\alpha$"}, ORIGIN)])
    with pytest.raises(ValueError, match="FFFC") as caught:
        list(clean(records, SETTINGS, {"bad": bad}, Report()))
    assert caught.value.__notes__ == ["in the cleaning step 'bad', applied to the title"]


def test_stage_is_lazy() -> None:
    def endless() -> Any:
        while True:
            yield Record({"title": "T"}, ORIGIN)

    assert next(clean(endless(), SETTINGS, {}, Report())).title.plain == "T"


# -- laws --------------------------------------------------------------------------------

SCRAPS = st.sampled_from(
    r"""a B 4times 70 sim3x \% \& {%} \times $x$ $20 $ \alpha {\em x} {it y} ``q'' `q' ~ -- ---
    http://x.org/a. (b) \url{http://x.org} na\"ive \'{e} x2013even O(n^3) 10^4 lambda_{1} ^ _ { }
    \ \\ .In , ,which ) ( [ ] e.g. \eg . : ; ell_1{ell_2} \1,890 D{to}infty
    \begin{cases} \end{cases} \[ \] \( \) $$ text{ \emph{ % # & \$5 \~n é ∼ × <b> &amp; \"{ \c{c}
    8{255} \frac{a}{b} \left( \right) 5\, -""".split()
    + ["mathcal O_i", "\ufffc", "\u202e", "\u00ad", "e\u0301", " "]
)
TEXT = st.lists(SCRAPS | st.text(max_size=3), max_size=12).flatmap(
    lambda parts: st.sampled_from(["".join(parts), " ".join(parts)])
)


@given(TEXT)
def test_mending_twice_is_mending_once(text: str) -> None:
    once, _ = mend(text.replace("\ufffc", ""), "abstract", STEPS)
    # A formula reads as text (`x²`) that may stick to its neighbours; all else is final.
    if all(span.kind != "math" for span in once.spans):
        again, repairs = mend(once.plain, "abstract", STEPS)
        assert again.plain == once.plain
        assert repairs == []


@given(TEXT)
def test_any_text_becomes_prose_that_can_be_written(text: str) -> None:
    papers, _ = cleaned({"title": f"T {text}", "abstract": text})
    for prose in (papers[0].title, papers[0].abstract):
        prose.plain.encode("utf-8")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffc\u202a-\u202e]", prose.plain)
        assert "<script" not in prose.html()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = (
    "abstract authors date listed venue doi arxiv acl openreview url pdf code keywords links"
).split()


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING))
def test_no_field_however_odd_raises(fields: dict[str, Any]) -> None:
    papers, _ = cleaned({"title": "A Title", **fields})
    assert len(papers) == 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_changes_tell_equal_from_different(before: str, after: str) -> None:
    assert bool(list(changes(before, after))) == (before != after)


HOSTILE = [
    *"$ { } ( ) ` ~ ^ _ - . , \\ [ \" '".split(),
    *r"""\( \[ \begin{cases} {\em \textbf{ \url{ http:// https://github.com/a/B \href{http://x}{ $x
    x_ a^ O( ell_1{ \frac{ \left( text{ \color{a}{ `` ,a x2013 4times a~ -- {a (a )on .In \1, \'{
    \"{\i $\frac{ {{ }} \$""".split(),
    *("mathcal O_", "word ", " ", "``a ", "a~1 "),
]
SIZE = 60_000
LONG = [
    *(scrap * (SIZE // len(scrap)) for scrap in HOSTILE),
    *(
        letter * SIZE + tail
        for letter in "aA1é"
        for tail in (".The b", ",which b", "^2", "~1", "--a")
    ),
    "$" + "x" * SIZE + "$",
    "\\[" + "{" * SIZE + "\\]",
    "$" + "{" * 400 + "x" + "}" * 400 + "$",
    "https://x.org/" + "(" * SIZE + ")" * SIZE,
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:12])
def test_time_grows_with_the_text_and_no_faster(text: str) -> None:
    start = time.process_time()
    mend(text, "abstract", STEPS)
    # The worst of these takes 0.3 s; what is quadratic takes minutes.
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "scrap", ["a and ", "{ and ", "a, ", "; ", "} ", "and ", "\\'a ", "van ", "10.1/"]
)
@pytest.mark.parametrize("field", ["authors", "keywords", "date", "doi", "arxiv", "url", "venue"])
def test_long_fields_take_no_time(field: str, scrap: str) -> None:
    start = time.process_time()
    cleaned({"title": "A Title", field: scrap * (SIZE // len(scrap))})
    assert time.process_time() - start < 3
