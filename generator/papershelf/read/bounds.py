"""Records of any size → records that every later step can do with: what is longer is cut and told.

The figures are far above what any paper has, and far below what would keep a build busy for
minutes: each is what one record may cost all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import accumulate, islice
from typing import Any

from papershelf.model import Problem, Record
from papershelf.report import Report

MAX_TITLE = 20_000
"""The longest title that is read, in characters."""

MAX_TEXT = 200_000
"""The longest text of any other field, and of all entries of a list together, in characters."""

MAX_ENTRIES = 10_000
"""How many authors, tags or links a record may have, or any other list."""

MAX_NAMES = 1_000
"""How many fields a record may have that have no name of ours."""


def bounded(record: Record, report: Report) -> Record:
    """The record itself where it is of any usual size; else cut, and the report is told."""
    cut = dict(_cut(record.fields))
    kept = dict(islice(record.extra.items(), MAX_NAMES))
    extra = dict(_cut(kept))
    for name in (*cut, *extra):
        report.problem(_told(f'"{name[:40]}" is longer than is read, and was cut', record))
    if len(kept) < len(record.extra):
        message = f"of {len(record.extra)} fields without a name of ours, {MAX_NAMES} are read"
        report.problem(_told(message, record))
    if not cut and not extra and len(kept) == len(record.extra):
        return record
    return replace(record, fields={**record.fields, **cut}, extra={**kept, **extra})


def _told(message: str, record: Record) -> Problem:
    hint = "the bounds stand on the page about what can be read"
    return Problem("long-field", message, record.origin, hint)


def _cut(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The fields that are too long, as much of them as is read."""
    for name, value in fields.items():
        shorter = _within(value, MAX_TITLE if name == "title" else MAX_TEXT)
        if shorter is not value:
            yield name, shorter


def _within(value: Any, most: int) -> Any:
    """The value itself, or its beginning."""
    if isinstance(value, str):
        return value if len(value) <= most else value[:most]
    if not isinstance(value, list | dict):
        return value
    parts = value if isinstance(value, list) else list(value.items())
    fit = sum(total <= most for total in accumulate(map(_size, parts[:MAX_ENTRIES])))
    if fit == len(parts):
        return value
    return parts[:fit] if isinstance(value, list) else dict(parts[:fit])


def _size(value: Any) -> int:
    """How many characters are in a value, about; read no further than a bound's worth."""
    total, pending = 0, [value]
    while pending and total <= MAX_TEXT:
        one = pending.pop()
        if isinstance(one, list | tuple):
            pending += one
        elif isinstance(one, dict):
            pending += [*one, *one.values()]
        else:
            total += len(one) if isinstance(one, str) else 1
    return total
