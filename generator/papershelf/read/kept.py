"""Files and records that an earlier run has read: what came of them, from the cache.

A file is known by its bytes; within a file that changed, a record is known by all that it
holds. Where it stands is no part of that: a record that moved down a line is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from typing import Any

from papershelf.cache import WRONG, Cache, key_of
from papershelf.data import lightened, paper_data, paper_of, problem_data, problem_of
from papershelf.model import Origin, Paper, Problem, Record
from papershelf.read.content import fingerprint
from papershelf.read.sheets import Sheet, Unit, has_title
from papershelf.read.sources import Source
from papershelf.report import Report

Make = Callable[[Record, Report], Paper | None]
"""A record → the paper that it tells of, if any; problems and counts go to the report."""
Sheets = Callable[[Source, Report], Iterator[Sheet]]

_COUNTS = ("records", "repaired")
_LONG = 1 << 20  # bytes; reading as much BibTeX takes a second


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a unit: how many records it held, and how they were counted."""

    found: int
    counts: tuple[int, ...]
    problems: tuple[Problem, ...]
    paper: Paper | None

    def tell(self, report: Report) -> None:
        report.problems += self.problems
        for name, number in zip(_COUNTS, self.counts, strict=True):
            report.count(name, number)


@dataclass(frozen=True, slots=True)
class _File:
    """What came of a file: problems of the file itself, and its units by key and origin."""

    problems: tuple[Problem, ...]
    units: tuple[tuple[str, Origin], ...]


def gather(
    source: Source, sheets: Sheets, make: Make, cache: Cache, report: Report
) -> Iterator[Paper]:
    """The papers of a source, from the cache as far as it knows them."""
    mark = fingerprint(source)
    key = key_of(source.shown, source.named, mark)
    file = cache.get(key, _file_of) if mark else None
    outcomes = [_known(unit, origin, cache) for unit, origin in file.units] if file else [None]
    if file and all(outcomes):
        report.problems += file.problems
        for outcome in filter(None, outcomes):
            outcome.tell(report)
            if outcome.paper:
                yield outcome.paper
        return
    aside, taken = Report(), []
    for outcome, unit, origin in _anew(source, sheets, make, cache, aside):
        taken.append((unit, origin))
        outcome.tell(report)
        if outcome.paper:
            yield outcome.paper
    report.problems += aside.problems
    # A file that was written to while it was read is known by neither of its contents.
    if mark and all(unit for unit, _ in taken) and fingerprint(source) == mark:
        fresh = _File(tuple(aside.problems), tuple(taken))
        cache.put(key, fresh, _file_data(fresh))


def fresh(source: Source, sheets: Sheets, make: Make, cache: Cache, most: int) -> Iterator[Paper]:
    """The papers of a source that the last run of this process did not come upon, up to `most`.

    None of a long file whose records nobody can tell apart without reading them all.
    """
    mark = fingerprint(source)
    if not mark or cache.knew(key_of(source.shown, source.named, mark)):
        return
    assert source.path is not None
    is_long = source.path.stat().st_size > _LONG
    for sheet in sheets(source, Report()):
        # To the end, for whoever stops halfway leaves a file open.
        for unit in sheet.units if sheet.by_line or not is_long else ():
            paper = _made(unit, make).paper if most and not cache.knew(unit.key) else None
            if paper:
                most -= 1
                yield paper


def _anew(
    source: Source, sheets: Sheets, make: Make, cache: Cache, report: Report
) -> Iterator[tuple[_Outcome, str, Origin]]:
    """What came of each unit of a file that changed; the key is empty where none can be kept."""
    for sheet in sheets(source, report):
        found = 0
        for unit in sheet.units:
            key = unit.key
            outcome = _known(key, unit.origin, cache)
            if not outcome:
                outcome = _made(unit, make)
                key = _keep(outcome, unit, cache)
                _mark(outcome, key, unit.origin, cache)
            found += outcome.found
            yield outcome, key, unit.origin
        sheet.close(found, report)


def _known(key: str, origin: Origin, cache: Cache) -> _Outcome | None:
    outcome = cache.get(key, partial(_outcome_of, origin=origin), origin)
    if outcome:
        _mark(outcome, key, origin, cache)
    return outcome


def _mark(outcome: _Outcome, key: str, origin: Origin, cache: Cache) -> None:
    """Says by what a paper is known again: all that it was made from, and where that stands."""
    if outcome.paper and key and cache.key:
        whole = f"{cache.key} {key} {origin.line} {origin.format} {origin.path}"
        mark = blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        object.__setattr__(outcome.paper, "mark", mark)


def _made(unit: Unit, make: Make) -> _Outcome:
    aside, papers, found = Report(), [], 0
    for record in unit.read(aside):
        found += 1
        if has_title(record, aside) and (paper := make(record, aside)):
            papers.append(lightened(paper))
    counts = tuple(aside.counts[name] for name in _COUNTS)
    return _Outcome(found, counts, tuple(aside.problems), papers[0] if papers else None)


def _keep(outcome: _Outcome, unit: Unit, cache: Cache) -> str:
    """Puts an outcome into the cache and gives its key; nothing where it cannot be kept."""
    if any(problem.origin != unit.origin for problem in outcome.problems):
        return ""
    try:
        data = _outcome_data(outcome)
    except WRONG:
        return ""
    cache.put(unit.key, outcome, data, unit.origin)
    return unit.key


def _outcome_data(outcome: _Outcome) -> list[Any]:
    problems = [problem_data(replace(problem, origin=None)) for problem in outcome.problems]
    paper = paper_data(outcome.paper) if outcome.paper else None
    return [outcome.found, *outcome.counts, problems, paper]


def _outcome_of(data: list[Any], origin: Origin) -> _Outcome:
    found, *counts, problems, paper = data
    if len(counts) != len(_COUNTS) or not set(map(type, (found, *counts))) <= {int}:
        raise ValueError("no outcome")
    told = tuple(replace(problem_of(problem), origin=origin) for problem in problems)
    return _Outcome(found, tuple(counts), told, paper_of(paper, origin) if paper else None)


def _file_data(file: _File) -> list[Any]:
    places = [[origin.path, origin.format] for _, origin in file.units]
    names = list(dict.fromkeys(map(tuple, places)))
    number = {name: at for at, name in enumerate(names)}
    return [
        [problem_data(problem) for problem in file.problems],
        names,
        [number[tuple(place)] for place in places],
        [origin.line for _, origin in file.units],
        [key for key, _ in file.units],
    ]


def _file_of(data: list[Any]) -> _File:
    problems, names, numbers, lines, keys = data
    if not set(map(type, lines)) <= {int} or not {type(p) for n in names for p in n} <= {str}:
        raise ValueError("no file")
    origins = [
        Origin(names[number][0], line, names[number][1])
        for number, line in zip(numbers, lines, strict=True)
    ]
    return _File(tuple(map(problem_of, problems)), tuple(zip(map(str, keys), origins, strict=True)))
