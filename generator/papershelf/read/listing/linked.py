"""The linked layouts: the same page with addresses, author counts, votes and dates.

A paper begins at a heading of the third level, or where a text leads to a paper's address
that the text before it did not lead to; what stands around it is told by its form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from papershelf.read.listing.marks import (
    Unit,
    authors_in,
    date_in,
    folded,
    is_header_mark,
    is_noise,
    votes_in,
)
from papershelf.read.listing.pieces import Piece, pieces

_HF = r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)"
_PAPER = re.compile(rf"({_HF}/papers/(\d{{4}}\.\d{{4,5}}))(?:v\d+)?")
_VOTE = re.compile(rf"{_HF}/login\?next=%2Fpapers%2F\d\S*")
_PROFILE = re.compile(rf"{_HF}/[\w.-]+")
_NUMBERED = re.compile(r"\[\d+\]")
_ARXIV = re.compile(r"https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})\S*")
_CODE = re.compile(r"https?://(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)/\S+")
_DEMO = re.compile(rf"{_HF}/spaces/\S+|https?://[\w-]+\.hf\.space\S*")
_STARS = re.compile(r"(?:LINK: )?(?:Git(?:Hub|Lab)|Code)?\s*(\d[\d.,]*k?)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:LINK: )?(?:git(?:hub|lab)|code|project|demo|website|homepage|arxiv|pdf|view)\b",
    re.IGNORECASE,
)

# A plain listing may have an address or a `#` somewhere in an abstract; a linked one has a
# heading, or the address of a paper, where a title stands, and says which page it is.
_TITLE_MARK = re.compile(
    rf"^#{{3,4}} \S|\]\({_HF}/papers/\d{{4}}\.\d|^[ \t]*{_HF}/papers/\d{{4}}\.\d{{4,5}}[ \t]*$",
    re.MULTILINE,
)
_PAGE_MARK = re.compile(rf"{_HF}/papers|and the research community|trending papers", re.IGNORECASE)


def has_links(text: str) -> bool:
    """Whether the text is the page in a linked layout."""
    return bool(_TITLE_MARK.search(text)) and bool(_PAGE_MARK.search(text))


def label_linked(text: str) -> Iterator[Unit]:
    """Labels every piece of the page that is about a paper."""
    walk = _Walk()
    for piece in pieces(text):
        yield from walk.label(piece)


@dataclass(slots=True)
class _Walk:
    """Where on the page we are.

    `has` is what the paper has so far: nothing (before the first), a title, an abstract, a
    whole one (as its end was marked by a link), or facts, after which no text is abstract.
    `id` is its arXiv id, if known; `person` says that the next text names who sent it in.
    """

    has: Literal["", "title", "abstract", "whole", "facts"] = ""
    id: str = ""
    person: bool = False

    def label(self, piece: Piece) -> Iterator[Unit]:
        """The labels of a piece: none for navigation, two for a title that is a link."""
        if is_header_mark(piece.text) or (0 < piece.level < 3 and is_noise(piece.text)):
            self.has, self.id = "", ""
            yield Unit("header", piece.text, piece.line)
        elif self._is_title(piece):
            yield from self._title(piece)
        elif fact := self._fact(piece):
            if fact.role not in {"votes", "listed"}:
                self.has = "facts"
            yield fact
            if fact.role == "link" and (stars := _STARS.fullmatch(piece.text)):
                yield Unit("stars", stars[1], piece.line)
        elif self.has in {"title", "abstract"}:
            yield from self._text(piece)

    def _is_title(self, piece: Piece) -> bool:
        if piece.level >= 3:
            return not is_noise(piece.text)
        paper = _PAPER.fullmatch(piece.address)
        counts = authors_in(piece.text) is not None or votes_in(piece.text) is not None
        return paper is not None and paper[2] != self.id and not counts

    def _title(self, piece: Piece) -> Iterator[Unit]:
        paper = _PAPER.fullmatch(piece.address)
        self.has, self.id, self.person = "title", paper[2] if paper else "", False
        yield Unit("title", piece.text.strip("* "), piece.line)
        if paper:
            yield Unit("address", paper[2], piece.line, paper[1])

    def _fact(self, piece: Piece) -> Unit | None:
        """What the piece says about the paper or the page; nothing if it is text."""
        if self._shows_votes(piece):
            return Unit("votes", piece.text, piece.line)
        if date := date_in(piece.text):
            return Unit("date" if self.has else "listed", date, piece.line)
        if not self.has:
            return None
        if authors_in(piece.text) is not None:
            return Unit("authors", piece.text, piece.line)
        return _link(piece, self.has) or self._aside(piece)

    def _shows_votes(self, piece: Piece) -> bool:
        """Votes stand above a title. The number that goes on behind a date counts comments."""
        if _VOTE.fullmatch(piece.address):
            return True
        numbered = _NUMBERED.fullmatch(piece.address)
        return bool(numbered) and not piece.inline and votes_in(piece.text) is not None

    def _aside(self, piece: Piece) -> Unit | None:
        """Dots, comments, senders, organizations; after the facts began, all that is left."""
        sender, self.person = self.person, folded(piece.text) == "submitted by"
        if self.person or sender or piece.text in "·•" or "#community" in piece.address:
            return Unit("ignored", piece.text, piece.line)
        profile = _PROFILE.fullmatch(piece.address) or _NUMBERED.fullmatch(piece.address)
        if profile and self.has in {"abstract", "whole"} and not piece.inline:
            return Unit("organization", re.sub(r"^\[[^\]]*\]\s*", "", piece.text), piece.line)
        return Unit("ignored", piece.text, piece.line) if self.has in {"whole", "facts"} else None

    def _text(self, piece: Piece) -> Iterator[Unit]:
        """A piece of the abstract; a link within it is kept as text and as a link."""
        glue = "\n\n" if piece.gap else " "
        if piece.inline and piece.text[0] in ".,;:!?)":
            glue = ""
        ends = _PAPER.fullmatch(piece.address) or _NUMBERED.fullmatch(piece.address)
        self.has = "whole" if ends else "abstract"
        yield Unit("abstract", piece.text, piece.line, glue=glue)
        if piece.address.startswith("http") and not _PAPER.match(piece.address):
            yield Unit("link", _kind(piece.address), piece.line, piece.address)


def _link(piece: Piece, has: str) -> Unit | None:
    """A link that stands by itself, such as `GitHub 11.3k`."""
    alone = not piece.inline and (has in {"whole", "facts"} or bool(_LABEL.match(piece.text)))
    if not alone or not piece.address.startswith("http"):
        return None
    if arxiv := _ARXIV.fullmatch(piece.address):
        return Unit("address", arxiv[1], piece.line, piece.address)
    if re.match(_HF, piece.address) and not _DEMO.fullmatch(piece.address):
        return None
    return Unit("link", _kind(piece.address), piece.line, piece.address)


def _kind(address: str) -> str:
    if _CODE.fullmatch(address):
        return "code"
    return "demo" if _DEMO.fullmatch(address) else "project"
