"""Corrections on file, and the papers that their names mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.corrections import Correction, Names, Said, nearest, records
from papershelf.ledger import Ledger
from papershelf.model import Origin, Settings
from papershelf.overrides import load_corrections
from papershelf.report import Report
from strategies import LONG, make_paper


def read(folder: Path, text: str | bytes) -> tuple[tuple[Correction, ...], list[str]]:
    """The corrections in a file of this text, and the problems as lines."""
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "overrides.yml").write_bytes(content)
    report = Report()
    found = load_corrections(Settings(root=folder), report)
    return found, [str(problem) for problem in report.sorted_problems()]


WHOLE = """\
some-paper:
  title: A Title
  authors: [Ada Lovelace, {family: Hopper, given: Grace}]
  doi:
  volume: 012
  topics: {add: [bert, lora], remove: nlp}
  slug: a-slug
  hide: false
  same-as: 1706.03760
  not-same-as: [other, 2401.10]
"10.1/x":
  hide: true
"""


def test_all_that_can_be_said_is_read_with_its_lines(tmp_path: Path):
    (first, second), problems = read(tmp_path, WHOLE)
    assert problems == []
    assert (first.name, first.origin) == ("some-paper", Origin("overrides.yml", 1, "yaml"))
    assert {name: (said.value, said.origin.line) for name, said in first.fields.items()} == {
        "title": ("A Title", 2),
        "authors": (["Ada Lovelace", {"family": "Hopper", "given": "Grace"}], 3),
        "doi": (None, 4),
        "volume": ("012", 5),
    }
    assert [said.value for said in first.add] == ["bert", "lora"]
    assert [said.value for said in first.remove] == ["nlp"]
    assert first.slug == Said("a-slug", Origin("overrides.yml", 7, "yaml"))
    assert (first.hide, second.hide) == (False, True)
    assert (first.only_rules, second.only_rules) == (False, False)


def test_an_arxiv_id_keeps_the_noughts_that_a_number_would_lose(tmp_path: Path):
    (first, _), _ = read(tmp_path, WHOLE)
    assert [said.value for said in first.same] == ["1706.03760"]
    assert [(said.value, said.origin.line) for said in first.other] == [
        ("other", 10),
        ("2401.10", 10),
    ]


def test_an_entry_of_rulings_alone_is_done_when_papers_are_merged(tmp_path: Path):
    (one,), _ = read(tmp_path, "a: {same-as: b}")
    assert one.only_rules


def test_without_a_file_there_are_no_corrections(tmp_path: Path):
    report = Report()
    assert load_corrections(Settings(root=tmp_path), report) == ()
    assert load_corrections(Settings(root=tmp_path, corrections=""), report) == ()
    assert report.problems == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: {titel: x}", '"titel" is nothing that can be corrected [unknown-correction]'),
        ("a: {title: [x]}", '"title" should be text [bad-correction]'),
        ("a: {title: }", '"title" should be text [bad-correction]'),
        ("a: {title: ' '}", '"title" should be text [bad-correction]'),
        ("a: {date: true}", '"date" should be text [bad-correction]'),
        ("a: {authors: []}", '"authors" should be a list [bad-correction]'),
        ("a: {authors: [[x]]}", '"authors" should be a list [bad-correction]'),
        ("a: {hide: maybe}", '"hide" should be true or false [bad-correction]'),
        ("a: {slug: A B}", '"slug" should be small letters, digits and single hyphens, at most 80 '
         "in all [bad-correction]"),
        ("a: {slug: index}", '"slug" should be small letters, digits and single hyphens, at most '
         "80 in all [bad-correction]"),
        ("a: {same-as: {x: y}}", '"same-as" should be a name, or a list of names '
         "[bad-correction]"),
        ("a: {topics: [x]}", '"topics" should be `add:` and `remove:` with slugs of topics '
         "[bad-correction]"),
        ("a: {topics: {ad: x}}", '"topics" should be `add:` and `remove:` with slugs of topics '
         "[bad-correction]"),
        ("a: true", '"a" should be corrections below it, as in `hide: true` [bad-correction]'),
        ("a: {hide: true, hide: false}", '"hide" stands here a second time [repeated-correction]'),
    ],
)  # fmt: skip
def test_what_is_wrong_loses_only_its_own_line(tmp_path: Path, text: str, problem: str):
    found, problems = read(tmp_path, f"{text}\nb: {{hide: true}}\n")
    assert problems == [f"overrides.yml:1: warning: {problem}"]
    assert [one.name for one in found if one.hide] == (["a", "b"] if "false" in text else ["b"])


def test_an_unknown_key_brings_the_nearest_one(tmp_path: Path):
    (tmp_path / "overrides.yml").write_text("a: {titel: x, zzz: y}")
    report = Report()
    load_corrections(Settings(root=tmp_path), report)
    near, far = (problem.hint for problem in report.problems)
    assert near == 'did you mean "title"?'
    assert far.startswith("one of: abstract, acl, arxiv")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: [", "overrides.yml:1: error: the corrections cannot be read: "),
        (b"- a\n- b\n", "overrides.yml:1: error: the corrections cannot be read: expected names"),
        (b"a: \xff", "overrides.yml: error: the corrections cannot be read: it is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, content: bytes, problem: str):
    found, (told,) = read(tmp_path, content)
    assert found == ()
    assert told.startswith(problem)
    assert told.endswith("[corrections-broken]")


def test_a_folder_in_place_of_the_file_is_an_error(tmp_path: Path):
    (tmp_path / "overrides.yml").mkdir()
    report = Report()
    assert load_corrections(Settings(root=tmp_path), report) == ()
    assert [problem.level for problem in report.problems] == ["error"]


@given(st.text(max_size=200))
def test_no_text_however_odd_raises(tmp_path_factory: pytest.TempPathFactory, text: str):
    folder = tmp_path_factory.getbasetemp()
    content = f"a:\n  {text}\n{text}".encode("utf-8", "surrogatepass")
    (folder / "overrides.yml").write_bytes(content)
    load_corrections(Settings(root=folder), Report())


def test_every_field_becomes_a_record_at_its_line():
    origin = Origin("overrides.yml", 3)
    fields = {"title": Said("T", origin), "doi": Said(None, origin), "date": Said("2020", origin)}
    title, date = records([Correction("a", origin), Correction("b", origin, fields)])
    assert (title.fields, title.origin, title.markup) == ({"title": "T"}, origin, "mended")
    assert (date.fields["date"], date.markup) == ("2020", "text")
    assert date.extra == {"correction": 1, "field": "date"}


PREPRINT = make_paper("Attention for Rivers", LONG, identifiers={"arxiv": "1706.03762"})
BOOK = make_paper("A Book of Lakes", identifiers={"doi": "10.1/AB", "openreview": "rJ4k"})
PLAIN = make_paper("Ponds")
PAPERS = [PREPRINT, BOOK, PLAIN]


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("1706.03762", [0]),
        ("1706.03762v5", [0]),
        ("arXiv:1706.03762", [0]),
        ("https://arxiv.org/abs/1706.03762v2", [0]),
        ("10.48550/arXiv.1706.03762", [0]),
        ("attention-for-rivers", [0]),
        ("papers/attention-for-rivers/", [0]),
        ("https://x.org/papers/attention-for-rivers/", [0]),
        ("10.1/ab", [1]),
        ("https://doi.org/10.1/AB", [1]),
        ("doi: 10.1/ab", [1]),
        ("openreview:rJ4k", [1]),
        (PLAIN.id, [2]),
        ("Ponds", [2]),
        ("puddles", []),
        ("", []),
    ],
)
def test_a_name_means_a_paper(name: str, at: list[int]):
    assert Names(PAPERS, Ledger()).find(name) == at


def test_a_name_that_was_a_slug_or_an_id_once_is_still_known():
    ledger = Ledger()
    slugs = ledger.assign(PAPERS)
    ledger.move(slugs[PLAIN.id], "pools")
    renamed = make_paper("Ponds and Pools", identifiers={"doi": "10.2/p"})
    known = make_paper("Ponds", identifiers={"doi": "10.2/p"})
    ledger.remember([known], {known.id: "pools"})
    names = Names([renamed], ledger, {renamed.id: "pools"})
    assert [names.find(name) for name in ("ponds", "pools", PLAIN.id)] == [[0], [0], [0]]


def test_a_slug_in_the_ledger_means_the_paper_that_has_it_and_no_namesake():
    first = make_paper("Editorial", LONG, identifiers={"doi": "10.1/a"})
    second = make_paper("Editorial", "Another one.", identifiers={"doi": "10.1/b"})
    ledger = Ledger()
    ledger.assign([first])
    assert Names([second, first], ledger).find("editorial") == [1]
    assert Names([second, first], Ledger()).find("editorial") == [0, 1]


def test_a_name_that_several_papers_share_means_them_all():
    twins = [make_paper(title, identifiers={"doi": "10.1/a"}) for title in ("One", "Two")]
    assert Names(twins, Ledger()).find("10.1/a") == [0, 1]


def test_the_nearest_names_are_offered():
    known = ["attention-for-lakes", "attention-for-rivers", "ponds"]
    assert nearest("atention-for-rivers", known) == ["attention-for-rivers", "attention-for-lakes"]
    assert nearest("xyz", known) == nearest("", known) == []
    names = Names(PAPERS, Ledger(), Ledger().assign(PAPERS))
    assert names.nearest("attention-for-river") == ["attention-for-rivers"]
