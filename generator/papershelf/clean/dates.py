"""Dates as precise as the source was: what is missing is never guessed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from typing import Any

from papershelf.model import Date

_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january,feb february,mar march,apr april,may,jun june,jul july,aug august,"
        "sep sept september,oct october,nov november,dec december".split(","),
        1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d|21\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NUMBER = r"(?P<number>\d{1,2})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}/{{0,3}}",
        rf"{_YEAR}[-/.]{_NUMBER}(?:[-/.](?P<day>\d{{1,2}})(?:[T ].{{0,40}})?)?/*",
        r"(?P<year>\d{4})(?P<number>\d\d)(?P<day>\d\d)(?:T.{0,40})?",
        rf"{_MONTH}",
        rf"{_MONTH} {_DAY}(?:,? {_YEAR})?",
        rf"{_MONTH},? {_YEAR}",
        rf"{_YEAR},? {_MONTH}(?: {_DAY})?",
        rf"(?:[a-z]{{3,9}}\.?,? )?{_DAY}(?:\.| of)?[ -]{_MONTH}(?:,?[ -]{_YEAR})?(?: .{{0,40}})?",
        rf"[a-z]{{3,9}}\.?,? {_MONTH} {_DAY}(?:,? {_YEAR})?",
        rf"(?P<day>\d{{1,2}})\.\s?{_NUMBER}\.\s?{_YEAR}",
        rf"--{_NUMBER}(?:-(?P<day>\d\d))?",
        # Which one is the month is anybody's guess, unless one is above twelve.
        rf"(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}})/{_YEAR}",
        rf"(?:spring|summer|autumn|fall|winter) (?:of )?{_YEAR}",
        rf"\[?(?:c(?:irca|a)?\.? ?)?{_YEAR}[a-z]?\??\]?",
        rf"{_YEAR}(?:--?|–|/)\d{{2,4}}",
    )
)
# ISO 8601-2: an interval begins with its first day; ? and ~ say that the date is not certain.
_INTERVAL = re.compile(r"(\d{4}(?:-\d\d){0,2})[?~%]?(?:/(?:\d{4}(?:-\d\d){0,2}|\.\.)?[?~%]?)?")
_ALONE = re.compile(r"(?<!\d)(?:1[5-9]\d\d|20\d\d|21\d\d)(?!\d)")
_LONGEST = 80


def date(value: Any) -> Date | None:
    """A date from text, a number, CSL's `date-parts`, or a mapping of year, month and day.

    Nothing comes from nothing. Raises:
        ValueError: it is no date, or there is no such day.

    >>> str(date("14 March 2025")), str(date("Mar 14")), str(date({"date-parts": [[2025, 3]]}))
    ('2025-03-14', '--03-14', '2025-03')
    """
    if value is None or value == "" or value == [] or value == {}:
        return None
    if isinstance(value, Mapping):
        return _from_mapping(value)
    if isinstance(value, (list, tuple)):
        return date(value[0]) if isinstance(value[0], (list, tuple, str)) else _from_parts(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _from_text(" ".join(str(value).split()))


def _from_text(text: str) -> Date | None:
    if not text:
        return None
    if len(text) <= _LONGEST:
        for form in _FORMS:
            if match := form.fullmatch(text):
                return _from_match(match.groupdict())
        if (match := _INTERVAL.fullmatch(text)) and match[1] != text:
            return _from_text(match[1])
        # `2003 Apr 10-16`, `Winter 2004/05`: the year is certain, and only that.
        if len(years := set(_ALONE.findall(text))) == 1:
            return Date(int(years.pop()))
    raise ValueError("no date")


def _from_match(found: dict[str, str | None]) -> Date:
    month, day = found.get("month"), found.get("day")
    if found.get("one"):
        return _checked(
            found.get("year"), *_month_and_day(int(found["one"] or 0), int(found["two"] or 0))
        )
    number = _MONTHS[month.lower().rstrip(".")] if month else found.get("number")
    return _checked(found.get("year"), number, day)


def _month_and_day(one: int, two: int) -> tuple[int | None, int | None]:
    """The month and day of `3/14/2025` or `14/3/2025`; nothing where both readings are possible."""
    if one > 12 or one == two:
        return two, one
    return (one, two) if two > 12 else (None, None)


def _from_mapping(value: Mapping[str, Any]) -> Date | None:
    if parts := value.get("date-parts") or value.get("date_parts"):
        first = parts[0] if isinstance(parts, (list, tuple)) else parts
        return _from_parts(first) if isinstance(first, (list, tuple)) else date(parts)
    if value.get("year"):
        month = value.get("month")
        number = _MONTHS.get(str(month).lower().rstrip("."), month)
        return _checked(value["year"], number, value.get("day"))
    return date(
        next((value[name] for name in ("raw", "literal", "value", "date") if name in value), None)
    )


def _from_parts(parts: Sequence[Any]) -> Date:
    year, month, day, *_ = [*parts, None, None, None]
    return _checked(year, month, day)


def _checked(year: Any, month: Any, day: Any) -> Date:
    """The date, when there is such a day.

    Raises:
        ValueError: there is not.
    """
    numbers = [None if part in (None, "") else int(str(part)) for part in (year, month, day)]
    y, m, d = numbers
    if y is not None and not 1000 <= y <= 9999:
        raise ValueError("no such year")
    if m is not None and not 1 <= m <= 12:
        raise ValueError("no such month")
    # In a leap year, when the year is not known.
    if d is not None and not 1 <= d <= (monthrange(y or 2000, m)[1] if m else 0):
        raise ValueError("no such day")
    return Date(y, m, d)
