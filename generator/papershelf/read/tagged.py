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


def _parse(text: str, dialect: Dialect) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """First line and tags of each record."""
    tags: dict[str, list[str]] = {}
    first, last = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        match = dialect.tag.match(line.lstrip("\ufeff"))
        tag = match[1].strip() if match else ""
        over = (
            tag in dialect.starts
            or tag in dialect.ends
            or (dialect.blank_ends and not line.strip())
        )
        if over and tags:
            yield first, tags
            tags, last = {}, ""
        if match and tag not in dialect.ends:
            first = first if tags else number
            tags.setdefault(tag, []).append(match[2].strip())
            last = tag
        elif last and line.strip() and not match:
            _continue(tags[last], line)
    if tags:
        yield first, tags


def _continue(values: list[str], line: str) -> None:
    values[-1] = f"{values[-1]}\n{line.strip()}".strip()


def _fields(tags: Tags, dialect: Dialect) -> dict[str, Any]:
    """Our fields: the first tag that has a value; for lists, all of its values."""
    found: dict[str, Any] = {}
    for name, candidates in dialect.names.items():
        values = next(
            ([v for v in tags[tag] if v] for tag in candidates if any(tags.get(tag, ()))), []
        )
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


def page_range(tags: Tags, start: str, end: str) -> str:
    """Pages from a tag for the first and one for the last; either may hold the whole range.

    >>> page_range({"SP": ["280"], "EP": ["284"]}, "SP", "EP")
    '280-284'
    """
    begin, last = first(tags, start), first(tags, end)
    return (
        f"{begin}-{last}"
        if begin and last and begin != last and "-" not in begin
        else begin or last
    )


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
