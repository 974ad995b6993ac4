"""Citation keys: the source's own, or one that a person would make; each paper its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from papershelf.identity import MAX_SLUG, slug
from papershelf.model import Author, Paper

_ODD = re.compile(r"[^\w:.+/-]")
_SMALL_WORDS = frozenset("a an the on of in for to and with towards toward via is are".split())


def keyed(papers: Iterable[Paper]) -> Iterator[Paper]:
    """The papers, each with a key among its details, which no other has."""
    for paper, key in distinct_keys(papers):
        yield with_key(paper, key)


def with_key(paper: Paper, key: str) -> Paper:
    """The paper with a citation key among its details."""
    return replace(paper, details={**paper.details, "key": key})


def distinct_keys(papers: Iterable[Paper]) -> Iterator[tuple[Paper, str]]:
    """The papers and their citation keys; a second one of a name gets a letter.

    Keys are told apart without regard to case, as BibTeX does.
    """
    taken: set[str] = set()
    next_letter: dict[str, int] = {}
    for paper in papers:
        key = citation_key(paper)
        number = next_letter.get(key.lower(), 0)
        while (found := key + _letters(number)).lower() in taken:
            number += 1
        next_letter[key.lower()] = number + 1
        taken.add(found.lower())
        yield paper, found


def citation_key(paper: Paper) -> str:
    """The source's key, else family name, year and first word of the title: `lee2021shelf`."""
    given = _ODD.sub("", paper.details.get("key", ""))
    if given:
        return given
    first = paper.authors[0] if paper.authors else Author()
    name = slug(first.family or first.literal or first.given, "anon").replace("-", "")
    year = str(paper.date.year) if paper.date and paper.date.year else ""
    return f"{name}{year}{_first_word(paper.title.plain)}"


def _first_word(title: str) -> str:
    first = title.partition(" ")[0]
    if len(first) <= MAX_SLUG and first.isascii() and first.isalnum():
        word = first.lower()
        if word not in _SMALL_WORDS:
            return word
    words = slug(title, "paper").split("-")
    return next((word for word in words if word not in _SMALL_WORDS), words[0])


def _letters(number: int) -> str:
    """0, 1, 2 … as nothing, a, b, … z, aa, ab and so on.

    >>> [_letters(n) for n in (0, 1, 26, 27)]
    ['', 'a', 'z', 'aa']
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
