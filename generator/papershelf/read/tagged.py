"""Text in which every line opens with a tag → Records: the family of RIS and its kin.

By hand, although there are libraries for RIS and for NBIB: they give no line numbers, and
stop at the first malformed record. One engine serves all; a format is a `Dialect`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from papershelf.model import Origin, Record

Tags = Mapping[str, list[str]]
"""What a record holds: tag → its values in order."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A format of the family.

    `tag` matches a line that opens a field; its groups are tag and value. `names` gives the
    tags in which each of our fields may stand, the best first; `many` are our fields that
    take every value. `derive` makes the fields that need more than a look-up. Records begin
    at a tag of `starts`, end at one of `ends`, or, when `blank_ends`, at an empty line.
    """

    tag: re.Pattern[str]
    names: Mapping[str, tuple[str, ...]]
    starts: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    blank_ends: bool = False
    many: frozenset[str] = frozenset({"authors", "keywords", "links"})
    derive: Callable[[Tags], Mapping[str, Any]] = field(default=lambda tags: {})


def read_tagged(text: str, dialect: Dialect, origin: Origin) -> Iterator[Record]:
    """The records of a file in one of the dialects, each with the line of its first tag."""
    for line, tags in _parse(text, dialect):
        yield Record(_fields(tags, dialect), replace(origin, line=line), _extra(tags, dialect))


def _parse(text: str, dialect: Dialect) -> Iterator[tuple[int, Tags]]:
    """First line and tags of each record."""
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), 1):
        match = dialect.tag.match(line.lstrip("\ufeff"))
        tag = match[1].strip() if match else ""
        if draft.values and _is_border(tag, line, dialect):
            yield draft.line, draft.tags()
            draft = _Draft()
        if match and tag not in dialect.ends:
            draft.line = draft.line or number
            draft.values.append((tag, [(match[2] or "").strip()]))
        elif draft.values and not match and line.strip():
            draft.values[-1][1].append(line.strip())
    if draft.values:
        yield draft.line, draft.tags()


def _is_border(tag: str, line: str, dialect: Dialect) -> bool:
    """Whether the record before ends here."""
    blank = dialect.blank_ends and not line.strip()
    return blank or tag in dialect.starts or tag in dialect.ends


@dataclass(slots=True)
class _Draft:
    """A record while its lines come in: tags in order, each with the lines of its value."""

    line: int = 0
    values: list[tuple[str, list[str]]] = field(default_factory=list)

    def tags(self) -> Tags:
        found: dict[str, list[str]] = {}
        for tag, lines in self.values:
            found.setdefault(tag, []).append("\n".join(lines).strip())
        return found


def _fields(tags: Tags, dialect: Dialect) -> dict[str, Any]:
    """Our fields: the first tag that has a value; for lists, all of its values."""
    found: dict[str, Any] = {}
    for name, candidates in dialect.names.items():
        values = all_of(tags, *candidates)
        if values:
            found[name] = values if name in dialect.many else values[0]
    found.update({name: value for name, value in dialect.derive(tags).items() if value})
    return found


def _extra(tags: Tags, dialect: Dialect) -> dict[str, Any]:
    """Values under their own tags that no field of ours takes."""
    used = {tag for candidates in dialect.names.values() for tag in candidates}
    return {tag: list(values) for tag, values in tags.items() if tag not in used and any(values)}


def first(tags: Tags, *names: str) -> str:
    """The first value of the first tag that has one."""
    return next((value for name in names for value in tags.get(name, ()) if value), "")


def all_of(tags: Tags, *names: str) -> list[str]:
    """All values of the first tag that has one."""
    found = ([value for value in tags.get(name, ()) if value] for name in names)
    return next(filter(None, found), [])


def one_line(text: str) -> str:
    """A value that the format broke over several lines, on one."""
    return " ".join(text.split())


def page_range(tags: Tags, start: str, end: str) -> str:
    """Pages from a tag for the first and one for the last; either may hold the whole range.

    >>> page_range({"SP": ["280"], "EP": ["284"]}, "SP", "EP")
    '280-284'
    """
    begin, last = first(tags, start), first(tags, end)
    if begin and last and begin != last and "-" not in begin:
        return f"{begin}-{last}"
    return begin or last


_DOI = re.compile(r"(?:doi:?\s*|doi\.org/)(10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)


def find_doi(values: list[str]) -> str:
    """A DOI that some note spells out.

    >>> find_doi(["Cited By :44", "doi: 10.1063/1.1954747"])
    '10.1063/1.1954747'
    """
    found = (_DOI.search(value) for value in values)
    return next((match[1].rstrip(".,;") for match in found if match), "")


def share(pattern: re.Pattern[str], head: str) -> float:
    """The share of the first 200 lines with text that match: how tagged a file looks."""
    lines = [line for line in head.split("\n")[:200] if line.strip()]
    return sum(1 for line in lines if pattern.match(line)) / len(lines) if lines else 0.0
