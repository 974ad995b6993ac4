"""What the lines around the papers say: the words of the page itself, dates, counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "header", "listed", "votes", "title", "abstract", "authors", "date", "address", "link", "stars",
    "organization", "ignored",
]  # fmt: skip

LONGEST_TITLE = 250
"""Characters. The longest real one has 174, the shortest real abstract 460."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a page and what it is.

    `glue` joins an abstract to what the paper already has of it; None says that it belongs
    to no paper before it. `doubtful` says that it may be another paper's. The text of an
    `address` is the arXiv id, that of a `link` its kind.
    """

    role: Role
    text: str
    line: int
    address: str = ""
    glue: str | None = "\n\n"
    doubtful: bool = False


HEADER_MARKS = frozenset(
    {
        "get trending papers in your email inbox!",
        "get trending papers in your email inbox once a day!",
        "# daily papers",
        "## trending papers",
    }
)
"""Lines that only this page has: where one stands, there is a header."""

_NOISE = HEADER_MARKS | frozenset(
    {
        "new", "subscribe", "daily", "weekly", "monthly", "daily papers", "trending papers", "by",
        "ak", "and the research community", "hugging face", "daily papers - hugging face",
        "trending papers - hugging face",
    }
)  # fmt: skip
_CURATOR = re.compile(r"(?:#+ )?by ?\S.{0,40} ?and the research community", re.IGNORECASE)


def folded(line: str) -> str:
    """A line as the sets above hold it."""
    return line.strip().strip("\ufeff\u200b").strip().lower()


def is_header_mark(line: str) -> bool:
    """Whether the line by itself proves that a header stands here.

    >>> is_header_mark("byAK and the research community"), is_header_mark("new")
    (True, False)
    """
    text = folded(line) if len(line) < 200 else ""
    return text in HEADER_MARKS or bool(_CURATOR.fullmatch(text))


def is_noise(line: str) -> bool:
    """Whether the line is one of the page's own, if it stands in a header."""
    return is_header_mark(line) or (len(line) < 200 and folded(line) in _NOISE)


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"(?:(?:Published|Submitted) on )?"
    rf"(?P<date>{_MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?|\d{{4}}-\d\d-\d\d)"
)
_AUTHORS = re.compile(r"[-*•·\\\s\[]*(\d[\d,]{0,6})\+? authors?")
_VOTES = re.compile(r"(?:\[-\]|[-▲△])?\s*(-|\d[\d,.]{0,8}k?)?")


def date_in(text: str) -> str:
    """The date that the text is, without a lead such as `Published on`; empty if it is none.

    >>> date_in("Mar 14"), date_in("· Published on Feb 27, 2025"), date_in("Marathon 14")
    ('Mar 14', 'Feb 27, 2025', '')
    """
    match = _DATE.fullmatch(text.strip(" ·•\t")) if len(text) < 60 else None
    return match["date"] if match else ""


def authors_in(text: str) -> int | None:
    """How many authors the text counts, if it is such a count.

    >>> authors_in("- 3 authors"), authors_in("2,671 authors"), authors_in("Three authors")
    (3, 2671, None)
    """
    match = _AUTHORS.fullmatch(text.strip()) if len(text) < 200 else None
    return int(match[1].replace(",", "")) if match else None


def votes_in(text: str) -> int | None:
    """The votes that the text shows: 0 for a dash, nothing if it shows none.

    >>> votes_in("[-] 1"), votes_in("-"), votes_in("1.2k"), votes_in("3 authors")
    (1, 0, 1200, None)
    """
    text = text.strip()
    match = _VOTES.fullmatch(text) if text and len(text) < 20 else None
    if not match:
        return None
    shown = (match[1] or "-").replace(",", "")
    if shown == "-":
        return 0
    number = re.fullmatch(r"(\d+(?:\.\d+)?)(k?)", shown)
    return round(float(number[1]) * (1000 if number[2] else 1)) if number else None


def ends_sentence(text: str) -> bool:
    """Whether the text ends as an abstract does: with a stop, or with an address.

    >>> ends_sentence("It works."), ends_sentence("Code: https://x.org/a"), ends_sentence("On It")
    (True, True, False)
    """
    last = text.rsplit(maxsplit=1)[-1] if text else ""
    return bool(re.search(r"[.!?…:;][\"'”’)\]}*]*$", last)) or "://" in last or "www." in last
