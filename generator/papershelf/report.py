"""What happened, told as it happens: problems, counts, stages, exit code.

The only door to rich. `Report` itself is silent and keeps all; `Console` also tells a
person, on standard error. Stages get a report and never print.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, TypeVar

from rich.console import Console as RichConsole

from papershelf.model import Origin, Problem

if sys.platform != "win32":
    import resource

T = TypeVar("T")


class Failure(Exception):  # noqa: N818  a disk that is full is no error of ours
    """The run cannot go on, for a reason the user can do something about.

    Told as `error: …` and a hint, never as a traceback; stages subclass it. What is wrong
    with one record is no failure but a `Problem`, and a bug in papershelf is neither.
    `code` names the kind, as a problem's does; `exit_code` is 1, or 2 for wrong use.
    """

    code = "failed"
    exit_code = 1

    def __init__(self, message: str, hint: str = "", origin: Origin | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.origin = origin

    def problems(self) -> tuple[Problem, ...]:
        """What ended the run, as problems of level error: one, or as many as were found."""
        return (Problem(self.code, self.message, self.origin, self.hint, "error"),)


class WrongUse(Failure):
    """The command line or the settings ask for what cannot be."""

    code = "wrong-use"
    exit_code = 2


@dataclass(frozen=True, slots=True)
class Cost:
    """What a stage took: seconds by the clock and of the processors, with processes it started.

    `peak` is the most memory that one process had held by its end, in bytes; 0 where the
    system does not tell. `counts` are those that it added to.
    """

    wall: float
    cpu: float
    peak: int
    counts: Mapping[str, int]

    def more(self, other: Cost) -> Cost:
        """Both together, of a stage that was entered twice."""
        counts = Counter(self.counts)
        counts.update(other.counts)
        peak = max(self.peak, other.peak)
        return Cost(self.wall + other.wall, self.cpu + other.cpu, peak, dict(counts))


def _cpu() -> float:
    return sum(os.times()[:4])


def _peak() -> int:
    if sys.platform == "win32":  # pragma: no cover
        return 0
    else:  # noqa: RET505  mypy knows the platform by the two branches
        ours = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        unit = 1 if sys.platform == "darwin" else 1024
        return max(resource.getrusage(who).ru_maxrss for who in ours) * unit


class Report:
    """Silent: keeps problems, counts and stage times, and knows the exit code."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.counts: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}
        self.costs: dict[str, Cost] = {}

    def problem(self, problem: Problem) -> None:
        """Takes note of something wrong with the input."""
        self.problems.append(problem)

    def count(self, name: str, number: int = 1) -> None:
        """Adds to a count: records, papers, merged, repaired, pages, written, removed."""
        self.counts[name] += number

    def note(self, text: str) -> None:
        """Tells a person something that is no problem; not kept."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times a stage of the pipeline."""
        start, used, counted = perf_counter(), _cpu(), Counter(self.counts)
        try:
            yield
        finally:
            taken = perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + taken
            counts = {n: c - counted[n] for n, c in self.counts.items() if c != counted[n]}
            cost = Cost(taken, _cpu() - used, _peak(), counts)
            self.costs[name] = self.costs[name].more(cost) if name in self.costs else cost

    def track(self, items: Iterable[T], name: str, total: int | None = None) -> Iterator[T]:
        """Hands the items on; a console shows how far it is."""
        yield from items

    def sorted_problems(self) -> list[Problem]:
        """All problems, by place."""
        return sorted(
            set(self.problems),
            key=lambda p: (
                p.origin.path if p.origin else "",
                p.origin.line if p.origin else 0,
                p.code,
                p.message,
                p.level,
                p.hint,
            ),
        )

    def profile(self) -> list[dict[str, Any]]:
        """What each stage took, in order, for machines."""
        return [
            {
                "stage": name,
                "wall": round(cost.wall, 3),
                "cpu": round(cost.cpu, 3),
                "peak": cost.peak,
                "counts": dict(cost.counts),
            }
            for name, cost in self.costs.items()
        ]

    def profile_lines(self) -> list[str]:
        """What each stage took, as a table to read."""
        lines = [f"{'stage':<12}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}  counts"]
        for name, cost in self.costs.items():
            counts = ", ".join(f"{number} {what}" for what, number in cost.counts.items())
            took = f"{cost.wall:>9.2f}{cost.cpu:>9.2f}{cost.peak / 2**20:>9.0f}"
            lines.append(f"{name:<12}{took}  {counts}".rstrip())
        return lines

    def exit_code(self, strict: bool = False) -> int:
        """0 when all is well; 1 when there is an error, or under strict also a warning."""
        levels = {problem.level for problem in self.problems}
        return int("error" in levels or (strict and "warning" in levels))

    def summary(self) -> str:
        """One line: `700 records, 649 papers, 51 merged, 158 repaired, 3 problems`."""
        names = ("records", "papers", "merged", "repaired")
        problems = sum(1 for p in set(self.problems) if p.level != "info")
        parts = [f"{self.counts[name]} {name}" for name in names]
        return ", ".join([*parts, f"{problems} problem{'' if problems == 1 else 's'}"])

    def as_dict(self) -> dict[str, Any]:
        """The report for machines, as `--json` prints it."""
        names = ("records", "papers", "merged", "repaired", "pages", "written", "removed")
        return {
            **{name: self.counts[name] for name in names},
            "problems": [_problem_dict(problem) for problem in self.sorted_problems()],
        }


def _problem_dict(problem: Problem) -> dict[str, Any]:
    origin = problem.origin
    return {
        "level": problem.level,
        "code": problem.code,
        "message": problem.message,
        "path": origin.path if origin else None,
        "line": origin.line or None if origin else None,
        "hint": problem.hint,
    }


class Console(Report):
    """Tells a person, on standard error: bars on a terminal, problems by place at the end."""

    def __init__(self, verbosity: int = 0) -> None:
        super().__init__()
        self.verbosity = verbosity
        # soft_wrap: a message with a path must stay on one line, or editors cannot jump to it.
        self._console = RichConsole(stderr=True, highlight=False, soft_wrap=True, markup=False)

    def note(self, text: str) -> None:
        """Prints a line unless quiet."""
        if self.verbosity >= 0:
            self._console.print(text)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times a stage; tells how long it took when verbose."""
        with super().stage(name):
            yield
        if self.verbosity > 0:
            self.note(f"{name}: {self.seconds[name]:.1f} s")

    def track(self, items: Iterable[T], name: str, total: int | None = None) -> Iterator[T]:
        """Shows a bar on a terminal, nothing elsewhere."""
        if self.verbosity < 0 or not sys.stderr.isatty():
            yield from items
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
        )
        with Progress(*columns, console=self._console, transient=True) as progress:
            yield from progress.track(items, total=total, description=name)

    def tell(self) -> None:
        """Prints the problems, sorted by place, at most five of a kind unless verbose."""
        shown: Counter[str] = Counter()
        limit = 5 if self.verbosity < 1 else sys.maxsize
        problems = [p for p in self.sorted_problems() if self.verbosity > 0 or p.level != "info"]
        total = Counter(problem.code for problem in problems)
        for problem in problems:
            shown[problem.code] += 1
            if shown[problem.code] <= limit:
                self._console.print(printable(str(problem)), style=_STYLE[problem.level])
                for line in filter(None, problem.hint.split("\n")):
                    self._console.print(f"    {printable(line)}", style="dim")
            elif shown[problem.code] == total[problem.code]:
                more = total[problem.code] - limit
                self._console.print(f"    and {more} more like this [{problem.code}]", style="dim")


_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}


def printable(text: str) -> str:
    r"""Control characters shown, not obeyed: a title must not move the cursor of a terminal.

    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
