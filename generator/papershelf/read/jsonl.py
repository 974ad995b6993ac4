"""JSON Lines: one object a line, with whatever names its maker chose.

Read a line at a time, so that a file may be longer than the memory. A bad line costs
itself and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from papershelf.model import FIELDS, Origin, Problem, Record
from papershelf.read.fields import record_of
from papershelf.read.shapes import reshape
from papershelf.read.strict_json import BadJson, StrictJson
from papershelf.read.values import kind_of, plain_name
from papershelf.report import Report

SUMMARY = "JSON Lines: one object a line, field names are recognised"

SUFFIXES = (".jsonl", ".ndjson", ".jl", ".json")

EXAMPLE = """\
{"title": "A Paper", "abstract": "What it says.", "authors": ["Ada Lovelace"], "year": 2024}
{"paper": {"name": "Another", "summary": "More."}, "arxiv_id": "2401.00001", "upvotes": 3}
"""

_CUT_LINE = 0.3
_CUT = 60_000  # characters; what is shorter is a whole file
_OUR_VERSION = 1
_OUR_NAMES = frozenset({"papershelf", "id", "extra"})
_TITLES = {"title", "papertitle", "name", "paper"}
_DECODER = StrictJson()


def sniff(head: str) -> float:
    """0.9 for lines that are objects with a title; less for other objects, or a single one."""
    lines = [line for line in head.lstrip("\ufeff").split("\n") if line.strip()]
    is_one = len(lines) == 1
    if len(head) > _CUT and not is_one:
        lines.pop()  # where the head ends, not the line
    braced = [line for line in lines[:20] if line.lstrip("\x1e \t").startswith("{")]
    if not braced or len(braced) * 2 < len(lines[:20]) or lines[0].startswith("["):
        return 0.0
    objects = [value for value in map(_object, braced) if value is not None]
    # `{"data": [` and `{…},` are lines of one long JSON document.
    if sum(line.rstrip().endswith((",", "[")) for line in lines[:20]) >= max(1, len(objects)):
        return 0.0
    if not objects:
        return _CUT_LINE if is_one and lines[0].startswith('{"') else 0.0
    titled = any(plain_name(name) in _TITLES for value in objects for name in value)
    return (0.9 if titled else 0.4) * (0.7 if is_one else 1)


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = StrictJson().decode(line.strip("\x1e \t\r"))
    except BadJson:
        return None
    return value if isinstance(value, dict) else None


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """The records of a whole text, a line each."""
    return read_lines(iter(text.split("\n")), origin, report)


def read_lines(lines: Iterator[str], origin: Origin, report: Report) -> Iterator[Record]:
    """A record for every line that holds an object."""
    for number, line in enumerate(lines, start=1):
        yield from read_line(line, Origin(origin.path, number, origin.format), report)


def read_line(line: str, origin: Origin, report: Report) -> Iterator[Record]:
    """The record of a line that holds an object; an empty line is none."""
    line = line.strip("\ufeff\x1e \t\r\n")
    if not line:
        return
    try:
        data = _DECODER.decode(line)
        if not isinstance(data, dict):
            raise BadJson(f"the line is {kind_of(data)}, not an object")
    except BadJson as error:
        start = line[:40] + ("…" if len(line) > 40 else "")
        hint = f"the line begins with {start}"
        report.problem(Problem("bad-json", f"not read: {error}", origin, hint))
        return
    for note in dict.fromkeys(_DECODER.notes):
        report.problem(Problem("odd-json", note, origin))
    if data.get("papershelf") == _OUR_VERSION:
        yield _own_record(data, origin)
    else:
        yield record_of(reshape(data), origin, report)


def _own_record(data: dict[str, Any], origin: Origin) -> Record:
    """A line that papershelf exported: every name in it is ours, and its text is mended."""
    fields = {name: value for name, value in data.items() if name in FIELDS}
    kept = data.get("extra")
    added = {name: value for name, value in data.items() if name not in FIELDS | _OUR_NAMES}
    return Record(fields, origin, {**(kept if isinstance(kept, dict) else {}), **added}, "mended")
