"""What is said of a name that no paper goes by, or several do."""

from __future__ import annotations

from collections.abc import Sequence

from papershelf.corrections import MOST_NAMED, Names, quoted_list
from papershelf.model import Origin, Paper, Problem
from papershelf.report import Report


def tell_unmatched(name: str, origin: Origin, names: Names, report: Report) -> None:
    """Reports a name that nothing goes by, with those that look most like it."""
    near = names.nearest(name)
    hint = f"did you mean {quoted_list(near)}?" if near else _NAMES
    report.problem(Problem("unmatched-correction", f'no paper is called "{name}"', origin, hint))


_NAMES = "name it by its slug, its id, or its DOI, arXiv, ACL or OpenReview id"


def tell_ambiguous(name: str, origin: Origin, papers: Sequence[Paper], report: Report) -> None:
    """Reports a name that several papers share; nothing is done then."""
    titles = quoted_list([paper.title.plain for paper in papers[:MOST_NAMED]])
    message = f'{len(papers)} papers are called "{name}": {titles}'
    hint = "name it by its slug, which is its alone"
    report.problem(Problem("ambiguous-correction", message, origin, hint))
