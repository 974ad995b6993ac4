"""Paper → a reference in APA style, as plain text.

After the Publication Manual of the American Psychological Association, 7th edition, chapters 9
and 10. Titles keep the letters that they were found with: APA wants sentence case, and nobody
but the author knows which words are names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from papershelf.export.parts import arxiv_name, entry_type, landing_pages, of_last, sorted_links
from papershelf.model import Author, Date, Paper
from papershelf.prose import in_one_line

_MOST_AUTHORS = 20  # of 21 and more, the first 19 and the last are named (9.8)
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_LABELS = {
    "dataset": "Dataset", "software": "Computer software", "unpublished": "Unpublished manuscript",
    "phdthesis": "Doctoral dissertation", "mastersthesis": "Master’s thesis", "thesis": "Thesis",
}  # fmt: skip
_NUMBERS = {
    "techreport": ("No.", "number"), "report": ("No.", "number"),
    "book": ("Vol.", "volume"), "proceedings": ("Vol.", "volume"),
}  # fmt: skip
_IN_A_BOOK = frozenset({"inproceedings", "incollection", "inbook"})
_THESES = frozenset({"phdthesis", "mastersthesis", "thesis"})
_PREPRINT_SERVER = re.compile(r"arxiv\b.*|corr|(?:\w+ )?preprint", re.IGNORECASE)


def write(paper: Paper, permalink: str = "") -> str:
    """The reference in one line: who, when, what, where.

    The permalink stands in where the paper has no DOI and no other address of its own.
    """
    who = names(paper.authors)
    what = f"{_title(paper)}{_about(paper)}"
    head = (who, _when(paper), what) if who else (what, _when(paper))
    parts = [_ended(part) for part in (*head, *_where(paper)) if part]
    return " ".join([*parts, *filter(None, [_address(paper) or permalink])])


def names(authors: Sequence[Author]) -> str:
    """The authors: `Lee, A. B., van Dyke, J., & The Team`; of more than 20 the first 19, the last.

    >>> names([Author("Lee", "Ada B."), Author("King", "Martin", suffix="Jr.")])
    'Lee, A. B., & King, M., Jr.'
    """
    shown = [_name(author) for author in authors]
    if len(shown) > _MOST_AUTHORS:
        return ", ".join([*shown[: _MOST_AUTHORS - 1], f"… {shown[-1]}"])
    if len(shown) > 1:
        shown[-1] = f"& {shown[-1]}"
    return ", ".join(shown)


@lru_cache(1 << 14)
def _name(author: Author) -> str:
    family = " ".join(part for part in (author.particle, author.family) if part)
    if not family:
        return author.literal or author.given
    parts = (family, initials(author.given), author.suffix)
    return ", ".join(part for part in parts if part)


_INITIALS = re.compile(r"(?:[^\W\d_]\.-?){2,}")


def initials(given: str) -> str:
    """Given names as initials. Small words and scripts without capitals stay as they are.

    >>> initials("Ada Lou"), initials("Wei-Ming"), initials("J.R.R."), initials("Ana de la")
    ('A. L.', 'W.-M.', 'J. R. R.', 'A. de la')
    >>> initials("明"), initials("jean-luc"), initials("William (Bill)")
    ('明', 'J.-L.', 'W.')
    """
    spread = _INITIALS.sub(lambda match: re.sub(r"\.(?=[^-])", ". ", match[0]), given)
    words = [word for word in spread.split() if word[0].isalpha()]
    small = all(word.islower() for word in words)
    return " ".join(_initial(word.title() if small else word) for word in words)


def _initial(word: str) -> str:
    if not word[0].isupper():
        return word
    return "-".join(f"{part[0].upper()}." for part in word.split("-") if part[:1].isalpha())


def _when(paper: Paper) -> str:
    """The year; for a page on the web the day too, as far as it is known (9.14)."""
    date = paper.date or Date()
    if not date.year:
        return "(n.d.)"
    day = _day(date) if entry_type(paper) == "online" else ""
    return f"({date.year}, {day})" if day else f"({date.year})"


def _day(date: Date) -> str:
    if not date.month or date.month > len(_MONTHS):
        return ""
    return f"{_MONTHS[date.month - 1]} {date.day}" if date.day else _MONTHS[date.month - 1]


def _title(paper: Paper) -> str:
    return in_one_line(paper.title.plain)


def _about(paper: Paper) -> str:
    """What stands behind the title: a number in parentheses, a kind in brackets (9.21)."""
    kind = entry_type(paper)
    said = [_LABELS.get(kind, ""), _house(paper) if kind in _THESES else ""]
    label = ", ".join(filter(None, said))
    number = _number(paper)
    return (f" ({number})" if number else "") + (f" [{label}]" if label else "")


def _number(paper: Paper) -> str:
    if is_preprint(paper):
        name = arxiv_name(paper)
        return f"arXiv:{name}" if name else ""
    sign, field = _NUMBERS.get(entry_type(paper), ("", ""))
    number = paper.details.get(field, "")
    return f"{sign} {number}" if number else ""


@of_last
def is_preprint(paper: Paper) -> bool:
    """Whether a preprint server is all the venue that is known."""
    server = not paper.venue or _PREPRINT_SERVER.fullmatch(paper.venue)
    is_plain = entry_type(paper) in {"misc", "article", "online", "unpublished"}
    numbered = paper.details.get("volume") and paper.details.get("pages")
    has_place = bool(paper.identifiers.get("arxiv")) or bool(paper.venue)
    return bool(server and is_plain and has_place and not numbered)


def _house(paper: Paper) -> str:
    """Who brought it out: the venue of a thesis or a report is a school or an institution."""
    return paper.details.get("publisher", "") or paper.venue


def _where(paper: Paper) -> Iterator[str]:
    """The source: a journal with its numbers, a book with its pages, or a publisher."""
    kind = entry_type(paper)
    if is_preprint(paper):
        yield "arXiv" if paper.identifiers.get("arxiv") else paper.venue
    elif kind in _IN_A_BOOK and paper.venue:
        yield f"In {paper.venue}{_places(paper)}"
        yield paper.details.get("publisher", "")
    elif kind in _THESES:
        yield ""  # its school stands in the brackets
    elif kind == "article":
        yield _in_journal(paper)
    elif kind != "unpublished":
        yield _house(paper)


def _places(paper: Paper) -> str:
    """`(Vol. 2, pp. 10–20)` of a book."""
    volume, pages = paper.details.get("volume", ""), _pages(paper)
    several = "pp." if re.search(r"[–,]", pages) else "p."
    parts = (f"Vol. {volume}" if volume else "", f"{several} {pages}" if pages else "")
    said = ", ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _in_journal(paper: Paper) -> str:
    volume, number = paper.details.get("volume", ""), paper.details.get("number", "")
    numbers = volume + (f"({number})" if number else "")
    return ", ".join(part for part in (paper.venue, numbers, _pages(paper)) if part)


def _pages(paper: Paper) -> str:
    """Pages with en dashes (6.6): `10–20`.

    A number of an article, or of another kind (`P04-1`), may hold a hyphen of its own.
    """
    return re.sub(r"(?<=\d)\s*(?:--?|—)\s*(?=\d)", "–", paper.details.get("pages", ""))


def _address(paper: Paper) -> str:
    """The DOI as a link, else the page of the paper (9.34)."""
    doi = paper.identifiers.get("doi", "")
    pages = landing_pages(paper)
    found = sorted_links(paper)
    return f"https://doi.org/{doi}" if doi else found.page or (pages or [found.pdf])[0]


def _ended(part: str) -> str:
    """The part with a full stop, unless it ends in one or in what does as well."""
    return part if re.search(r"[.?!…][\"”’]?\Z", part) else f"{part}."
