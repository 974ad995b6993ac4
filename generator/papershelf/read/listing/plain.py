"""The plain layouts: a title, then its abstract, and so on, with or without empty lines between.

Every line counts by itself; empty lines are not relied on, so the two layouts may even mix.
Of 700 real records the longest title has 174 characters and the shortest abstract 460: the
gap tells them apart, and in between sentence ends and capitals decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from papershelf.read.listing.marks import (
    LONGEST_TITLE,
    Role,
    Unit,
    authors_in,
    date_in,
    ends_sentence,
    folded,
    is_header_mark,
    is_noise,
    votes_in,
)

LONGEST_ABSTRACT = 1920
"""Characters; arXiv takes no more. Two paragraphs beyond that are two papers' abstracts."""

_SHORTEST_ABSTRACT = 460
_LONGEST_ODD_TITLE = 400


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    number: int


def label_plain(text: str) -> Iterator[Unit]:
    """Labels every line that is not empty."""
    lines = _lines(text)
    roles = _page_roles(lines)
    walk = _Walk()
    for n, (line, role) in enumerate(zip(lines, roles, strict=True)):
        if role:
            walk.leave_paper()
            yield Unit(role, date_in(line.text) or line.text, line.number)
        else:
            following = lines[n + 1].text if n + 1 < len(lines) and not roles[n + 1] else ""
            yield walk.label(line, following)


def alternates(head: str) -> bool:
    """Whether the text, without any word of the page, has the shape of titles and abstracts."""
    lines = _lines(head)[:40]
    if len(lines) < 2 or any(_MARKUP.match(line.text) for line in lines):
        return False
    roles = [unit.role for unit in label_plain("\n".join(line.text for line in lines))]
    pairs = zip(roles[::2], roles[1::2], strict=False)
    long = sum(len(line.text) >= _SHORTEST_ABSTRACT for line in lines[1::2])
    return all(pair == ("title", "abstract") for pair in pairs) and long >= len(lines) * 0.4


_MARKUP = re.compile(r"#|>|[-*+|] |```|[A-Z][A-Z0-9]{1,3}\s*- |\\[a-z]+[{\[]|---|===")


def _lines(text: str) -> list[_Line]:
    """The lines that hold something, bare; hard-wrapped paragraphs are joined."""
    stripped = (line.strip().strip("\ufeff\u200b").strip() for line in text.split("\n"))
    lines = list(_unglued([_Line(line, n) for n, line in enumerate(stripped, start=1) if line]))
    blocks = list(_blocks(lines))
    if not any(_is_wrapped(block) for block in blocks):
        return lines
    return [_Line(" ".join(line.text for line in block), block[0].number) for block in blocks]


def _blocks(lines: list[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines without an empty one between them; a line of the page itself stands alone."""
    block: list[_Line] = []
    for line in lines:
        own = _is_of_page(line.text)
        if block and (own or block[-1].number != line.number - 1 or _is_of_page(block[-1].text)):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _is_wrapped(block: list[_Line]) -> bool:
    """Whether the block is one paragraph, wrapped at some width as mail programs do."""
    lengths = [len(line.text) for line in block]
    return len(block) >= 4 and max(lengths) <= 130 and min(lengths[:-1]) >= max(lengths) * 0.7


def _is_of_page(text: str) -> bool:
    return is_noise(text) or bool(date_in(text)) or authors_in(text) is not None or text in "·•"


def _page_roles(lines: list[_Line]) -> list[Role | None]:
    """The roles of lines that are the page's own; nothing for titles and abstracts."""
    roles: list[Role | None] = []
    for own, span in groupby((line.text for line in lines), key=_is_of_page):
        texts = list(span)
        roles += _span_roles(texts, first=not roles) if own else [None] * len(texts)
    for n, line in enumerate(lines):
        if _shows_votes(line.text, lines[n + 1 : n + 2], roles[max(n - 1, 0) : n + 2]):
            roles[n] = "votes"
    return roles


def _span_roles(texts: list[str], first: bool) -> list[Role | None]:
    """The roles of neighbouring page lines.

    `new` or `daily` by itself may be a title: it is noise at the top of the file, or beside
    a line that only a header has.
    """
    roles: list[Role | None] = []
    in_header = first or any(is_header_mark(text) for text in texts)
    about_paper = False
    for text in texts:
        role: Role | None = _page_role(text, about_paper)
        if role == "header":
            role = None if not in_header else "ignored" if "header" in roles else "header"
        about_paper = role == "authors" or text in "·•"
        roles.append(role)
    return roles


def _page_role(text: str, about_paper: bool) -> Role:
    if authors_in(text) is not None:
        return "authors"
    if date_in(text):
        return "date" if about_paper else "listed"
    return "header" if is_noise(text) else "ignored"


def _shows_votes(text: str, following: list[_Line], around: list[Role | None]) -> bool:
    """Whether a bare number is votes: it stands between lines of the page and a title."""
    return (
        len(around) == 3
        and around[1] is None
        and around[0] is not None
        and around[2] is None
        and votes_in(text) is not None
        and len(following[0].text) <= LONGEST_TITLE
    )


_GLUED = re.compile(r"Subscribe(?=[^\srds])")


def _unglued(lines: list[_Line]) -> Iterator[_Line]:
    """The lines, without a `Subscribe` that stuck to the first title after a header.

    Only where the header lacks its own such line: a title may begin with that word.
    """
    header: list[str] = []
    for line in lines:
        glued = _GLUED.match(line.text)
        if glued and "subscribe" not in header and any(map(is_header_mark, header)):
            line = _Line(line.text[glued.end() :], line.number)
        header = [*header, folded(line.text)][-9:] if _is_of_page(line.text) else []
        yield line


@dataclass(slots=True)
class _Walk:
    """Where in the alternation we are. `length` is that of the abstract so far."""

    has: str = ""
    length: int = 0

    def leave_paper(self) -> None:
        """After a line of the page, no paragraph belongs to the paper before it."""
        self.has = ""

    def label(self, line: _Line, following: str) -> Unit:
        """Labels a line, knowing the one that follows it directly."""
        text = line.text
        if self.has == "title" and _is_abstract(text, following):
            return self._abstract(line, "\n\n")
        if self.has == "abstract" and self._continues(text, following):
            return self._abstract(line, "\n\n")
        if _may_be_title(text):
            self.has, self.length = "title", 0
            return Unit("title", text, line.number)
        self.length = 0
        return self._abstract(line, None)

    def _abstract(self, line: _Line, glue: str | None) -> Unit:
        doubtful = min(self.length, len(line.text)) >= _SHORTEST_ABSTRACT and glue is not None
        self.has = "abstract"
        self.length += len(line.text)
        return Unit("abstract", line.text, line.number, glue=glue, doubtful=doubtful)

    def _continues(self, text: str, following: str) -> bool:
        """Whether the line is a further paragraph of the abstract before it."""
        if not _may_be_title(text):
            fits = self.length + len(text) <= LONGEST_ABSTRACT
            return fits or len(text) < _SHORTEST_ABSTRACT
        if not _stops(text):
            return False
        title_needed = len(following) > LONGEST_TITLE and (
            self.length + len(following) > LONGEST_ABSTRACT
        )
        return not (title_needed or (following and _is_capitalised(text)))


def _is_abstract(text: str, following: str) -> bool:
    """Whether the line below a title is its abstract, and not another title."""
    if not _may_be_title(text):
        return True
    if _stops(text):
        return not (len(following) > LONGEST_TITLE and _is_capitalised(text))
    return not following and not _is_capitalised(text)


def _may_be_title(text: str) -> bool:
    return len(text) <= LONGEST_TITLE or (
        len(text) <= _LONGEST_ODD_TITLE and not ends_sentence(text) and ". " not in text
    )


def _stops(text: str) -> bool:
    """Whether the text ends as titles do not: of 649, none ends in a stop, 13 in `?` or `!`."""
    return ends_sentence(text) and not text.endswith(("?", "!"))


def _is_capitalised(text: str) -> bool:
    """Whether The Words Are Written as in Most Titles. An address belongs in no title."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= 4]
    capitals = sum(word[0].isupper() for word in words)
    return len(words) >= 2 and capitals >= len(words) * 0.6 and "://" not in text
