"""What the fields of a BibTeX entry say: name → value → our fields, and the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Values = Mapping[str, str]
"""An entry's fields: name in small letters → value as LaTeX; none is empty."""

Found = tuple[Any, tuple[str, ...]]
"""A value of ours, and the names of the fields that it was made from."""

_NAMES = {
    "abstract": "abstract", "author": "authors", "doi": "doi", "url": "url", "pdf": "pdf",
    "code": "code", "acl": "acl", "openreview": "openreview", "pages": "pages",
    "volume": "volume", "number": "number", "issue": "number",
    "publisher": "publisher", "language": "language", "langid": "language",
    "keywords": "keywords", "keyword": "keywords", "mendeley-tags": "keywords",
}  # fmt: skip
_VENUES = (
    "journaltitle", "journal", "booktitle", "eventtitle", "maintitle",
    "school", "institution", "organization",
)  # fmt: skip
_ARXIV = re.compile(
    r"(?:https?://arxiv\.org/abs/|arxiv:\s*)?(\d{4}\.\d{4,5}|[a-z][a-z.-]{1,30}/\d{7})(v\d{1,3})?"
    r"(?:\s*\[[\w.-]{1,30}\])?\Z",
    re.IGNORECASE,
)


def fields_of(key: str, kind: str, values: Values) -> tuple[dict[str, Any], dict[str, str]]:
    """An entry's values under our names, and under their own those that have none."""
    fields: dict[str, Any] = {"key": key} if key else {}
    fields["type"] = kind
    used = {"crossref", "xdata"}
    for name, value in values.items():
        if name in _NAMES:
            used.add(name)
            fields.setdefault(_NAMES[name], value)
    for name, find in _FINDERS.items():
        found, sources = find(values)
        if found:
            used.update(sources)
            fields.setdefault(name, found)
    return fields, {name: value for name, value in values.items() if name not in used}


_PARENT_NAMES = {"title": "booktitle", "subtitle": "booksubtitle", "author": "bookauthor"}
_ISSUE_NAMES = {"title": "journaltitle"}
# What a part of a volume takes over from it, as biblatex does for crossref.
_PARENT_FIELDS = {
    "title", "editor", "publisher", "year", "date", "month", "volume", "series", "number",
    "booktitle", "journal", "journaltitle", "language", "langid", "organization", "eventtitle",
}  # fmt: skip
_DEEPEST = 5


def inherit(values: Values, parents: Mapping[str, Values], kind: str, depth: int = 0) -> Values:
    """The values, with those of `crossref` and `xdata` where the entry has none of its own."""
    if depth == _DEEPEST:  # round in a ring
        return values
    for name in (part.strip().lower() for part in values.get("xdata", "").split(",")):
        if name in parents:
            values = {**inherit(parents[name], parents, kind, depth + 1), **values}
    parent = parents.get(values.get("crossref", "").strip().lower())
    if parent is None or parent is values:
        return values
    names = _ISSUE_NAMES if kind == "article" else _PARENT_NAMES
    parent = inherit(parent, parents, kind, depth + 1)
    if not {"title", "author"} & values.keys():  # another name for its parent
        return {**parent, **values}
    taken = {names.get(n, n): value for n, value in parent.items() if n in _PARENT_FIELDS}
    if {"year", "date"} & values.keys():
        taken = {n: value for n, value in taken.items() if n not in {"year", "date", "month"}}
    return {**taken, **values}


def _title(values: Values) -> Found:
    """Title and subtitle, with a colon between them unless the title ends in a mark."""
    name = next((n for n in ("title", "maintitle") if n in values), "")
    if not name:
        whole = values.get("booktitle", "") if "author" not in values else ""
        return whole, ("booktitle",)
    title, sub = values[name].strip(), values.get("subtitle", "").strip()
    mark = " " if title.rstrip("}")[-1:] in {"?", "!", ":", "."} else ": "
    return (f"{title}{mark}{sub}" if sub else title), (name, "subtitle")


_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|2[01])\d\d(?!\d)")
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def _date(values: Values) -> Found:
    """The date in ISO 8601 as far as it is certain; biblatex's own field stays as it is."""
    if "date" in values:
        return values["date"], ("date", "year", "month", "day")
    year = _YEAR.search(values.get("year", ""))
    if not year:
        return values.get("year", "") if re.search(r"\d", values.get("year", "")) else "", ("year",)
    month, day = _month_and_day(values.get("month", ""), values.get("day", ""))
    parts = [f"{number:02d}" for number in (month, day) if number]
    return "-".join([year[0], *parts]), ("year", *(["month", "day"] if month else []))


def _month_and_day(month: str, day: str) -> tuple[int, int]:
    """Month and day in texts such as `3`, `mar # "~14"`, `14 March`; 0 for what is in doubt.

    >>> _month_and_day("3", ""), _month_and_day("14 March", ""), _month_and_day("May/June", "")
    ((3, 0), (3, 14), (0, 0))
    """
    named = {name.lower() for name in _MONTH.findall(month)}
    numbers = [int(number) for number in _NUMBER.findall(month)]
    if len(named) > 1 or (not named and not numbers):
        return 0, 0
    found = _MONTHS.index(named.pop()) + 1 if named else numbers.pop(0)
    days = [int(number) for number in _NUMBER.findall(day)] or numbers
    if not 1 <= found <= 12:
        return 0, 0
    return found, days[0] if len(days) == 1 and 1 <= days[0] <= 31 else 0


def _venue(values: Values) -> Found:
    name = next((name for name in _VENUES if name in values), "")
    return values.get(name, ""), (name,)


def _arxiv(values: Values) -> Found:
    """The arXiv id, from an eprint that says so or looks like one."""
    kind = values.get("archiveprefix", values.get("eprinttype", "")).lower()
    for name in ("arxivid", "arxiv", "eprint"):
        match = _ARXIV.match(values.get(name, "").strip())
        if match and (name != "eprint" or kind in {"", "arxiv"}):
            return match[1] + (match[2] or ""), (name, "archiveprefix", "eprinttype")
    return "", ()


_LINKS = re.compile(r"(?:bdsk|local)-url-\d+|howpublished|note|link|ee")
_KIND = re.compile(r"(?:data|model|demo|project|reference)(?:-\d+)?|(?:pdf|code)-\d+")
_ADDRESS = re.compile(r"https?://[^\s{}]+")


def _links(values: Values) -> Found:
    """Addresses beside `url`: BibDesk's numbered ones, DBLP's `ee`, those in notes."""
    names = sorted(name for name in values if _LINKS.fullmatch(name))
    found = [url for name in names for url in _ADDRESS.findall(values[name])]
    alone = tuple(name for name in names if _ADDRESS.fullmatch(values[name]))
    kinds = [name for name in values if _KIND.fullmatch(name) and _ADDRESS.fullmatch(values[name])]
    told = [{"kind": name.partition("-")[0], "url": values[name]} for name in kinds]
    return [*dict.fromkeys(found), *told], (*alone, *kinds)


def _people(values: Values) -> Found:
    """Directors, and editors of a volume without authors, stand in for these."""
    name = next((n for n in ("author", "director", "editor") if n in values), "")
    return values.get(name, ""), (name,)


_FINDERS: Mapping[str, Callable[[Values], Found]] = {
    "title": _title, "authors": _people, "date": _date, "venue": _venue, "arxiv": _arxiv,
    "links": _links,
}  # fmt: skip
