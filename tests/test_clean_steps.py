"""Every cleaning step by its case files: each line of the input is one paragraph."""

from __future__ import annotations

import pytest

from case_files import Case, cases, folders
from papershelf.clean import STEPS
from papershelf.clean.maths import spans
from papershelf.prose import Span

CASES = [pytest.param(step, case, id=f"{step}-{case}") for step in STEPS for case in cases(step)]


def shown(result: str | list[Span]) -> str:
    """What a step returned, with formulas and links marked."""
    parts = [Span("text", result)] if isinstance(result, str) else result
    return "".join(
        part.text if part.kind == "text" else f"⟦{part.kind} {part.text} ⟶ {part.plain}⟧"
        for part in parts
    )


@pytest.mark.parametrize(("step", "case"), CASES)
def test_step_gives_what_the_case_expects(
    step: str, case: Case, request: pytest.FixtureRequest
) -> None:
    lines = [shown(STEPS[step](line)) for line in case.input.splitlines()]
    case.check({"output": "\n".join(lines)}, accept=request.config.getoption("--accept"))


@pytest.mark.parametrize(("step", "case"), CASES)
def test_cases_of_what_is_left_alone_do_leave_it_alone(step: str, case: Case) -> None:
    if case.name == "left-alone":
        for line in case.input.splitlines():
            assert STEPS[step](line) == line


@pytest.mark.parametrize("step", STEPS)
def test_step_says_in_one_line_what_it_does(step: str) -> None:
    first = (STEPS[step].__doc__ or "").splitlines()[0]
    assert first.endswith(".") and 20 < len(first) < 100


def test_every_step_has_cases() -> None:
    assert set(STEPS) <= folders()


def test_nothing_found_is_the_text_itself() -> None:
    text = "nothing here"
    assert spans(text, iter(())) is text
