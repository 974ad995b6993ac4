"""The report: problems, counts, times, exit code, and how a person is told."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.model import Origin, Problem
from papershelf.report import Console, Failure, Report, WrongUse, printable
from strategies import origins, texts

problems = st.builds(
    Problem,
    st.sampled_from(["odd-line", "odd-date"]),
    texts,
    st.none() | origins,
    texts,
    st.sampled_from(["info", "warning", "error"]),
)


def reported(*found: Problem, kind: type[Report] = Report) -> Report:
    report = kind()
    for problem in found:
        report.problem(problem)
    return report


def at(line: int, level: str = "warning", **fields: str) -> Problem:
    return Problem(
        fields.pop("code", "odd-line"), f"line {line}", Origin("a", line), level=level, **fields
    )


@given(st.lists(problems), st.randoms(use_true_random=False))
def test_problems_are_sorted_by_place_whatever_came_first(
    found: list[Problem], chance: object
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert reported(*found).sorted_problems() == reported(*shuffled).sorted_problems()


def test_a_problem_told_twice_is_one() -> None:
    report = reported(at(1), at(1))
    assert report.sorted_problems() == [at(1)]
    assert report.summary().endswith("1 problem")


@pytest.mark.parametrize(
    ("level", "plain", "strict"), [("info", 0, 0), ("warning", 0, 1), ("error", 1, 1)]
)
def test_the_exit_code_depends_on_the_worst(level: str, plain: int, strict: int) -> None:
    report = reported(at(1, level))
    assert (report.exit_code(), report.exit_code(strict=True)) == (plain, strict)


def test_without_problems_all_is_well() -> None:
    assert Report().exit_code(strict=True) == 0


def test_the_summary_counts() -> None:
    report = reported(at(1), at(2), at(3, "info"))
    for name, number in (("records", 700), ("papers", 649), ("merged", 51), ("repaired", 158)):
        report.count(name, number)
    assert report.summary() == "700 records, 649 papers, 51 merged, 158 repaired, 2 problems"


@given(st.lists(problems))
def test_the_report_for_machines_is_json(found: list[Problem]) -> None:
    told = json.loads(json.dumps(reported(*found).as_dict()))
    assert len(told["problems"]) == len(set(found))
    names = {"records", "papers", "merged", "repaired", "pages", "written", "removed"}
    assert names | {"problems"} <= told.keys()


def test_a_problem_for_machines_has_all_its_parts() -> None:
    told = reported(at(0, hint="try"), Problem("x", "m")).as_dict()["problems"]
    assert [one["path"] for one in told] == [None, "a"]
    assert told[1] == {
        "level": "warning", "code": "odd-line", "message": "line 0", "path": "a", "line": None,
        "hint": "try",
    }  # fmt: skip


def test_stages_are_timed_even_when_they_fail() -> None:
    report = Report()
    with pytest.raises(KeyError), report.stage("read"):
        raise KeyError
    first = report.seconds["read"]
    with report.stage("read"):
        pass
    assert report.seconds["read"] >= first >= 0


def test_a_profile_tells_what_each_stage_took_and_counted() -> None:
    report = Report()
    report.count("papers", 2)
    for number in (1, 2):
        with report.stage("merge"):
            report.count("papers", number)
            sum(range(10**6))
    (told,) = report.profile()
    assert (told["stage"], told["counts"]) == ("merge", {"papers": 3})
    assert told["cpu"] > 0
    assert told["wall"] > 0
    assert told["peak"] > 2**20 or sys.platform == "win32"
    head, line = report.profile_lines()
    assert head.split()[0] == "stage"
    assert line.split()[0] == "merge"
    assert line.endswith("  3 papers")


@pytest.mark.parametrize("report", [Report(), Console(), Console(-1)])
def test_tracking_hands_everything_on(report: Report) -> None:
    assert list(report.track(iter("abc"), "reading", 3)) == ["a", "b", "c"]


def test_a_silent_report_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    report = reported(at(1))
    report.note("hello")
    assert capsys.readouterr() == ("", "")


def test_a_failure_is_a_problem_of_level_error() -> None:
    failure = WrongUse("no such file", "look again", Origin("a"))
    (problem,) = failure.problems()
    assert str(problem) == "a: error: no such file [wrong-use]"
    assert (problem.hint, failure.exit_code, Failure("x").exit_code) == ("look again", 2, 1)


# The console.


def told(capsys: pytest.CaptureFixture[str], *found: Problem, verbosity: int = 0) -> list[str]:
    console = Console(verbosity)
    for problem in found:
        console.problem(problem)
    console.tell()
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def test_problems_are_told_on_standard_error_with_their_hints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert told(capsys, at(2), at(1, hint="one\ntwo")) == [
        "a:1: warning: line 1 [odd-line]",
        "    one",
        "    two",
        "a:2: warning: line 2 [odd-line]",
    ]


def test_of_many_alike_five_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    many = [at(line) for line in range(1, 9)] + [at(9, code="other")]
    lines = told(capsys, *many)
    assert len(lines) == 7
    assert lines[5:] == [
        "    and 3 more like this [odd-line]",
        "a:9: warning: line 9 [other]",
    ]
    assert len(told(capsys, *many, verbosity=1)) == 9


def test_information_is_told_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, at(1, "info")) == []
    assert len(told(capsys, at(1, "info"), verbosity=1)) == 1


def test_a_message_stays_on_one_line_and_obeys_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    message = "[red]x[/red] \x1b[2J\n" + "long " * 60
    (line,) = told(capsys, Problem("x", message, Origin("a", 1)))
    assert line == f"a:1: warning: [red]x[/red] \\x1b[2J\\n{'long ' * 60} [x]"


@given(texts)
def test_what_is_printable_prints(text: str) -> None:
    assert printable(text).isprintable()


def test_notes_and_times_depend_on_verbosity(capsys: pytest.CaptureFixture[str]) -> None:
    for verbosity in (-1, 0, 1):
        console = Console(verbosity)
        console.note(f"note {verbosity}")
        with console.stage("read"):
            pass
    assert capsys.readouterr().err.splitlines() == ["note 0", "note 1", "read: 0.0 s"]


class Terminal(io.StringIO):
    """Standard error as a terminal has it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("verbosity", "shown"), [(0, True), (-1, False)])
def test_a_terminal_shows_a_bar_unless_quiet(
    verbosity: int, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    assert list(Console(verbosity).track(iter("ab"), "reading", 2)) == ["a", "b"]
    assert ("reading" in terminal.getvalue()) is shown


def test_the_order_of_problems_does_not_depend_on_the_hash_seed() -> None:
    script = (
        "from papershelf.model import Problem; from papershelf.report import Report\n"
        "report = Report()\n"
        "for hint in 'abcdefgh': report.problem(Problem('x', 'm', hint=hint))\n"
        "print([p.hint for p in report.sorted_problems()])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in "12"
    }  # fmt: skip
    assert len(told) == 1
