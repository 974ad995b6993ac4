"""Every case file of every reader, through the whole of `read`; and the harness itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from case_files import Case, cases, folders
from papershelf.clean import STEPS
from papershelf.model import Problem, Record, Settings
from papershelf.read import READERS, read
from papershelf.report import Report

CASES = [
    pytest.param(folder, case, id=f"{folder}-{case}")
    for folder in sorted(folders() & READERS.keys())
    for case in cases(folder)
]


def shown_record(record: Record) -> str:
    fields: dict[str, object] = {"line": record.origin.line, **record.fields}
    if record.markup != "text":
        fields["markup"] = record.markup
    if record.extra:
        fields["extra"] = dict(record.extra)
    return json.dumps(fields, ensure_ascii=False)


def shown_problem(problem: Problem) -> str:
    line = problem.origin.line if problem.origin else 0
    return f"{line}: {problem.level}: {problem.message} [{problem.code}]"


@pytest.mark.parametrize(("folder", "case"), CASES)
def test_case(folder: str, case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The file is recognised by content alone, unless the case says `# forced: yes`."""
    (tmp_path / "case").write_bytes(case.data)
    forced = folder if case.flags.get("forced") == "yes" else ""
    report = Report()
    records = list(read(Settings(tmp_path, sources=("case",), format=forced), {}, report))
    assert {record.origin.format for record in records} <= {folder}
    got = {
        "records": "\n".join(map(shown_record, records)),
        "problems": "\n".join(map(shown_problem, report.problems)),
    }
    case.check(got, accept=request.config.getoption("--accept"))


def test_every_case_folder_has_its_reader_or_step() -> None:
    assert folders() <= READERS.keys() | STEPS.keys()


def load(tmp_path: Path, text: str) -> Case:
    (tmp_path / "case.txt").write_text(text, "utf-8")
    return Case.load(tmp_path / "case.txt")


def test_case_file_has_flags_input_and_sections(tmp_path: Path) -> None:
    case = load(tmp_path, "# newline: crlf\n# bom: yes\na\nb\n=== records\nr\n=== problems\np\n")
    assert case.name == "case"
    assert case.flags == {"newline": "crlf", "bom": "yes"}
    assert case.input == "a\nb\n"
    assert case.expected("records") == "r\n"
    assert case.expected("problems") == "p\n"
    assert case.expected("more") == ""
    assert case.data == b"\xef\xbb\xbfa\r\nb\r\n"


def test_input_that_looks_like_a_flag_stands_below_a_marker(tmp_path: Path) -> None:
    case = load(tmp_path, "=== input\n# title: x\n=== records\n")
    assert case.flags == {}
    assert case.input == "# title: x\n"


def test_input_can_be_escaped_encoded_and_left_open(tmp_path: Path) -> None:
    text = "# escapes: yes\n# encoding: cp1252\n# final-newline: no\n\\x00\\u00e9\\\\n\\t\n"
    case = load(tmp_path, text)
    assert case.input == "\x00é\\n\t"
    assert case.data == b"\x00\xe9\\n\t"
    utf16 = load(tmp_path, "# encoding: utf-16\n# bom: yes\na\n")
    assert utf16.data == b"\xff\xfea\x00\n\x00"


def test_check_compares_every_section(tmp_path: Path) -> None:
    case = load(tmp_path, "in\n=== records\nr\n=== problems\np\n")
    case.check({"records": "r", "problems": "p"})
    with pytest.raises(AssertionError, match="records"):
        case.check({"records": "other", "problems": "p"})
    with pytest.raises(AssertionError, match="problems"):
        case.check({"records": "r", "problems": ""})
    with pytest.raises(AssertionError, match="nobody makes"):
        case.check({"records": "r"})


def test_accept_rewrites_what_is_below_the_input_and_nothing_else(tmp_path: Path) -> None:
    case = load(tmp_path, "# bom: yes\nin\n=== records\nold\n=== problems\nold\n")
    case.check({"records": "new", "problems": ""}, accept=True)
    assert case.path.read_text("utf-8") == "# bom: yes\nin\n=== records\nnew\n"
    again = Case.load(case.path)
    again.check({"records": "new", "problems": ""})


def test_folder_without_cases_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="no case"):
        cases("no-such-reader")
