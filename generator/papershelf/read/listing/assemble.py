"""Labelled lines → Records: the part that all layouts of a listing share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from papershelf.model import Level, Origin, Problem, Record
from papershelf.read.listing.marks import (
    Unit,
    authors_in,
    ends_sentence,
    votes_in,
)
from papershelf.report import Report


@dataclass(slots=True)
class _Draft:
    """A record in the making; `joint` is the line of a paragraph that may be another paper's."""

    line: int
    title: str = ""
    parts: list[str] = field(default_factory=list)
    joint: int = 0
    last_line: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def abstract(self) -> str:
        return "".join(self.parts)

    def record(self, origin: Origin) -> Record:
        texts = {"title": self.title, "abstract": self.abstract}
        fields = {name: text for name, text in texts.items() if text} | self.fields
        return Record(fields, replace(origin, line=self.line), self.extra)


@dataclass(slots=True)
class _Page:
    """What holds for the papers to come: the page's date, and votes shown above a title."""

    listed: str = ""
    votes: str = ""


def assemble(units: Iterable[Unit], origin: Origin, report: Report) -> Iterator[Record]:
    """The records that the units make, in order; no unit that holds text is dropped."""
    drafts = list(_drafts(units))
    for problem in _problems(drafts, origin):
        report.problem(problem)
    for draft in drafts:
        yield draft.record(origin)


def _drafts(units: Iterable[Unit]) -> Iterator[_Draft]:
    page, draft = _Page(), None
    for unit in units:
        ends = unit.role in {"title", "header"} or (unit.role == "abstract" and unit.glue is None)
        if draft and ends:
            yield draft
            draft = None
        if draft is None and unit.role in {"title", "abstract"}:
            draft = _started(unit, page)
        if draft is None or not _take(unit, draft):
            _turn(unit, page)
    if draft:
        yield draft


def _started(unit: Unit, page: _Page) -> _Draft:
    draft = _Draft(unit.line)
    if page.listed:
        draft.fields["listed"] = page.listed
    votes = votes_in(page.votes)
    if votes is not None:
        draft.fields["votes"] = votes
    page.votes = ""
    return draft


def _turn(unit: Unit, page: _Page) -> None:
    """Notes what is about the papers that follow."""
    if unit.role == "header":
        page.listed = page.votes = ""
    elif unit.role == "listed":
        page.listed = unit.text
    elif unit.role == "votes":
        page.votes = unit.text


def _take(unit: Unit, draft: _Draft) -> bool:
    """Puts the unit into the draft, if it is about this paper."""
    taker = _TAKERS.get(unit.role)
    if taker:
        taker(draft, unit)
    return bool(taker)


def _take_title(draft: _Draft, unit: Unit) -> None:
    draft.title = unit.text
    draft.last_line = unit.line


def _take_abstract(draft: _Draft, unit: Unit) -> None:
    if unit.doubtful:
        draft.joint = draft.joint or unit.line
    if draft.parts:
        draft.parts.append(unit.glue or "")
    draft.parts.append(unit.text)
    draft.last_line = unit.line


def _take_address(draft: _Draft, unit: Unit) -> None:
    draft.fields.setdefault("arxiv", unit.text)
    draft.fields.setdefault("url", unit.address)


def _take_link(draft: _Draft, unit: Unit) -> None:
    links = draft.fields.setdefault("links", [])
    link = {"kind": unit.text, "url": unit.address}
    if link not in links:
        links.append(link)


_TAKERS: dict[str, Callable[[_Draft, Unit], None]] = {
    "title": _take_title,
    "abstract": _take_abstract,
    "address": _take_address,
    "link": _take_link,
    "authors": lambda draft, unit: draft.fields.update(authors_count=authors_in(unit.text)),
    "date": lambda draft, unit: draft.fields.update(date=unit.text),
    "stars": lambda draft, unit: draft.extra.update(stars=unit.text),
    "organization": lambda draft, unit: draft.extra.update(organization=unit.text),
}


def _problems(drafts: list[_Draft], origin: Origin) -> Iterator[Problem]:
    for draft in drafts:
        yield from _draft_problems(draft, origin)
    for before, draft in pairwise(drafts):
        if draft.title and (before.title, before.abstract) == (draft.title, draft.abstract):
            message = f'"{_short(draft.title)}" stands twice in a row'
            yield _problem("doubled", message, draft.line, origin, level="info")
    if drafts and drafts[-1].abstract and not ends_sentence(drafts[-1].abstract):
        yield _cut(drafts[-1], origin)


def _draft_problems(draft: _Draft, origin: Origin) -> Iterator[Problem]:
    if not draft.abstract:
        hint = "put one on a line below it, or leave it: the page then shows the title alone"
        yield _problem(
            "no-abstract", f'no abstract after "{_short(draft.title)}"', draft.line, origin, hint
        )
    if draft.joint:
        message = f'taken as a further paragraph of the abstract of "{_short(draft.title)}"'
        hint = "if it is an abstract of its own, put its title on a line above it"
        yield _problem("joined-paragraphs", message, draft.joint, origin, hint)


def _cut(draft: _Draft, origin: Origin) -> Problem:
    end = " ".join(draft.abstract.split()[-4:])
    return _problem(
        "cut-listing",
        f'the listing ends in the middle of a sentence: "…{_short(end)}"',
        draft.last_line,
        origin,
        "copy the page again if the end is missing; the paper is kept as it stands",
    )


def _problem(
    code: str, message: str, line: int, origin: Origin, hint: str = "", level: Level = "warning"
) -> Problem:
    return Problem(code, message, replace(origin, line=line), hint, level)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79].rstrip() + "…"
