"""Which papers are one because the user says so: names → positions of the papers read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from papershelf.correct.unmatched import tell_unmatched
from papershelf.corrections import Correction, Names, Ruling, Said
from papershelf.ledger import Ledger
from papershelf.model import Paper, Problem
from papershelf.report import Report


def rulings(
    corrections: Sequence[Correction], ledger: Ledger, report: Report, papers: Sequence[Paper]
) -> list[Ruling]:
    """What `same-as` and `not-same-as` say of papers that are not merged yet.

    Tells of names that nothing goes by (`unmatched-correction`), and of two names for the
    very same records, which cannot be kept apart (`ruling-clash`).
    """
    ruling = [correction for correction in corrections if correction.same or correction.other]
    if not ruling:
        return []
    names = Names(papers, ledger)
    return [found for one in ruling for found in _rulings_of(one, names, report)]


def _rulings_of(correction: Correction, names: Names, report: Report) -> Iterator[Ruling]:
    one = names.find(correction.name)
    if not one:
        if correction.only_rules:
            tell_unmatched(correction.name, correction.origin, names, report)
        return
    for said in correction.same:
        if other := _found(said, names, report):
            told = (correction.name, said.value)
            yield Ruling(True, tuple(one), tuple(other), told, said.origin)
    for said in correction.other:
        if other := _found(said, names, report):
            yield from _apart(correction, one, said, other, report)


def _found(said: Said, names: Names, report: Report) -> list[int]:
    found = names.find(said.value)
    if not found:
        tell_unmatched(said.value, said.origin, names, report)
    return found


def _apart(
    correction: Correction, one: list[int], said: Said, other: list[int], report: Report
) -> Iterator[Ruling]:
    """Two names for different papers; what both may mean is left to the narrower one.

    After two papers were merged by mistake, the slug of one stands for both.
    """
    first = [at for at in one if at not in other] or one
    second = [at for at in other if at not in one] or other
    if set(first) & set(second) and len(first) == len(one) and len(second) == len(other):
        message = f'"{correction.name}" and "{said.value}" are names of the same records'
        hint = "name each by an identifier, or by the title as a slug, that only one of them has"
        report.problem(Problem("ruling-clash", message, said.origin, hint))
        return
    yield Ruling(False, tuple(first), tuple(second), (correction.name, said.value), said.origin)
