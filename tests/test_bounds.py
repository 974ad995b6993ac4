"""Files that mean harm by their size or their build: each costs itself, and says so."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from papershelf.model import Origin, Record, Settings
from papershelf.read import READERS, read
from papershelf.read.bibtex import MAX_UNFOLDED
from papershelf.read.bounds import MAX_ENTRIES, MAX_NAMES, MAX_TEXT, MAX_TITLE, bounded
from papershelf.read.content import contents
from papershelf.read.markup import paragraphs_of
from papershelf.read.sources import Source
from papershelf.report import Report
from timing import takes_at_most

ORIGIN = Origin("x", 3, "jsonl")
GOOD = '{"title": "A Good Neighbour", "abstract": "Said."}\n'


def run(root: Path, name: str, data: bytes) -> tuple[list[Record], Report]:
    (root / name).write_bytes(data)
    report = Report()
    return list(read(Settings(root, sources=(name,)), {}, report)), report


def codes(report: Report) -> list[str]:
    return [problem.code for problem in report.problems]


@pytest.mark.parametrize(
    ("fields", "extra", "name", "size"),
    [
        ({"title": "x" * 10**6}, {}, "title", MAX_TITLE),
        ({"title": "T", "abstract": "x" * 10**6}, {}, "abstract", MAX_TEXT),
        ({"title": "T", "authors": ["A"] * 10**5}, {}, "authors", MAX_ENTRIES),
        ({"title": "T", "authors": ["A" * 10**5] * 10}, {}, "authors", 2),
        ({"title": "T"}, {"other": {str(n): "x" * 10**4 for n in range(99)}}, "other", 19),
    ],
)
def test_field_that_is_too_long_is_cut_and_told(
    fields: dict[str, object], extra: dict[str, object], name: str, size: int
) -> None:
    report = Report()
    cut = bounded(Record(fields, ORIGIN, extra), report)
    assert len((cut.fields | cut.extra)[name]) == size
    (problem,) = report.problems
    assert problem.code == "long-field" and problem.origin == ORIGIN and name in problem.message


def test_too_many_fields_are_told() -> None:
    report = Report()
    cut = bounded(Record({"title": "T"}, ORIGIN, {str(n): 1 for n in range(5000)}), report)
    assert len(cut.extra) == MAX_NAMES and codes(report) == ["long-field"]


def test_record_of_usual_size_is_left_as_it_is() -> None:
    report = Report()
    record = Record({"title": "T", "authors": ["A"] * 5000}, ORIGIN, {"votes": 3})
    assert bounded(record, report) is record and not report.problems


@pytest.mark.parametrize("name", ["a.jsonl", "a.bib"])
def test_long_field_is_cut_wherever_it_is_read(name: str, tmp_path: Path) -> None:
    title = "word " * 10**5
    text = (
        json.dumps({"title": title}) if name == "a.jsonl" else f"@article{{k, title={{{title}}}}}"
    )
    (record,), report = run(tmp_path, name, text.encode())
    assert len(record.text("title")) <= MAX_TITLE and "long-field" in codes(report)


def test_strings_that_double_themselves_stay_small() -> None:
    text = "@string{a0 = {xxxxxxxxxx}}\n"
    text += "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 60))
    text += "".join(f"@article{{k{n}, title = {{T}} # a59, note = a58}}\n" for n in range(50))
    report = Report()
    found = list(READERS["bibtex"].read(text, ORIGIN, report))
    assert len(found) == 50 and "long-strings" in codes(report)
    assert len(str(found)) < 4 * MAX_UNFOLDED
    assert takes_at_most(5, lambda: list(READERS["bibtex"].read(text, ORIGIN, Report())))


def test_strings_of_a_usual_library_are_looked_up() -> None:
    text = '@string{acl = "Proceedings of " # x}\n@article{k, title={T}, journal = ACL # { 1}}'
    report = Report()
    (record,) = READERS["bibtex"].read(text, ORIGIN, report)
    assert record.text("venue") == "Proceedings of x 1" and not report.problems


@pytest.mark.parametrize(
    "sign", ["xD800", "55296", "0", "xFFFE", "x110000", "X41", "\u0663", "x", ""]
)
def test_number_of_no_character_is_text(sign: str) -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A &#{}; b</title></entry></feed>'
    )
    report = Report()
    (record,) = READERS["atom"].read(feed.format(sign), ORIGIN, report)
    assert record.text("title") == f"A &#{sign}; b" and not report.problems


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\x01", "\x1b", "\ud800", "&#xFFFE;", "&#1;"])
def test_signs_that_xml_does_not_know_make_no_markup_raise(sign: str) -> None:
    assert paragraphs_of(f"<p>one {sign}</p><p>two</p>")[-1] == "two"


def test_text_of_markup_nested_deep_is_kept() -> None:
    assert paragraphs_of("<b>" * 150 + "<p>deep</p>") == ["deep"]


@pytest.mark.parametrize("deep", ["<a>" * 100_000, "<entry>" * 50_000])
def test_xml_nested_too_deep_is_told(deep: str) -> None:
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>First</title>'
    report = Report()
    found = list(READERS["atom"].read(f"{head}{deep}", ORIGIN, report))
    assert found[0].text("title") == "First"
    assert any("256 levels" in problem.message for problem in report.problems)


ENTITIES = '<!DOCTYPE r [<!--{}--><!ENTITY x SYSTEM "file://{}"><!ENTITY y "&x;&x;">]>'


@pytest.mark.parametrize("padding", [0, 150_000])
def test_nothing_is_read_or_unfolded_through_entities(padding: int, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    entry = '<entry><title>T &x;&y;</title><link href="&x;"/></entry>'
    body = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
    data = ENTITIES.format("x" * padding, tmp_path / "secret") + body
    found = list(READERS["atom"].read(data, ORIGIN, Report()))
    assert "SECRET" not in str(found)


def test_line_longer_than_the_head_hides_no_other(tmp_path: Path) -> None:
    """JSON Lines whose second line goes on where the head ends were taken for one document."""
    long = '{"title": "Long", "a": ' + "[" * 100_000 + "]" * 100_000 + "}\n"
    found, report = run(tmp_path, "a", (GOOD + long + GOOD).encode())
    assert [record.origin.line for record in found] == [1, 3]
    assert [(p.code, p.origin.line) for p in report.problems if p.origin] == [("bad-json", 2)]


@pytest.mark.parametrize("name", ["a", "a.json", "a.jsonl"])
def test_first_line_longer_than_the_head_hides_no_other(name: str, tmp_path: Path) -> None:
    long = json.dumps({"title": "Long", "abstract": "word " * 20_000}) + "\n"
    found, report = run(tmp_path, name, (long + GOOD + GOOD).encode())
    assert [record.origin.line for record in found] == [1, 2, 3] and not report.problems


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_archives_in_an_archive_share_their_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papershelf.read.content._MOST_BYTES", 30_000)
    inner = zipped({"a.jsonl": (GOOD * 300).encode()})
    found, report = run(
        tmp_path, "a.zip", zipped({"a.zip": inner, "b.zip": inner, "c.jsonl": GOOD.encode()})
    )
    assert codes(report) == ["too-long"]
    assert report.problems[0].origin.path == "a.zip/b.zip"
    assert {record.origin.path for record in found} == {"a.zip/a.zip/a.jsonl", "a.zip/c.jsonl"}


def test_damaged_archive_in_an_archive_costs_itself(tmp_path: Path) -> None:
    bad = zipped({"a.jsonl": GOOD.encode()})[:-30]
    found, report = run(tmp_path, "a.zip", zipped({"a.zip": bad, "b.jsonl": GOOD.encode()}))
    assert len(found) == 1 and codes(report) == ["damaged"]


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="this system has no such flag")
def test_file_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    """The folder was walked; then a link to elsewhere took the place of the file."""
    (tmp_path / "secret").write_text(GOOD)
    (tmp_path / "a.jsonl").symlink_to(tmp_path / "secret")
    with (
        pytest.raises(Exception, match="cannot be read"),
        contents(Source(tmp_path / "a.jsonl", "a.jsonl", named=False)) as found,
    ):
        list(found)


def test_link_within_the_folder_is_read(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.jsonl").write_text(GOOD)
    (papers / "b.jsonl").symlink_to("a.jsonl")
    report = Report()
    found = list(read(Settings(tmp_path, sources=("papers",)), {}, report))
    assert len(found) == 1 and codes(report) == ["same-file"]


def test_error_at_the_end_of_yaml_is_on_its_last_line() -> None:
    report = Report()
    text = "---\ntitle: A Shelf\nabstract: How to keep it.\nl"
    assert not list(READERS["yaml"].read(text, ORIGIN, report))
    assert [problem.origin.line for problem in report.problems if problem.origin] == [4]
