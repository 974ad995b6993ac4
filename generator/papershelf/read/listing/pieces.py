r"""A page with links → its pieces, in order: texts, and where each leads to.

Four ways of writing a link are known: `[text](address)`, `[text][3]` with or without the
list of addresses at the end, an address alone on the line below its text, and
`[LINK: text](address)`. A link may stretch over many lines, images stand inside links, and
some tools end the lines of a link with `\` or `\\`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of the page, and where it leads to.

    `level` is that of a heading; `gap` says that an empty line stands before it, `inline`
    that it goes on where the piece before it ended, on the same line, `indented` that blanks
    do. A link whose list of addresses is missing has its number, `[3]`, for an address.
    """

    text: str
    line: int
    address: str = ""
    level: int = 0
    gap: bool = True
    inline: bool = False
    indented: bool = False


def pieces(text: str) -> Iterator[Piece]:
    """All pieces that hold text, with addresses that stand below their text attached."""
    text, defined = _defined(_blanked(text))
    held: Piece | None = None
    for piece in _raw_pieces(text, defined):
        if _is_address(piece.text) and not piece.address:
            if held and piece.gap and not held.address and _takes(held, piece.text):
                held = replace(held, address=piece.text)
                continue
            if "huggingface.co" in piece.text:
                continue  # the address of a picture, or of a link told already
        if held and _goes_on(held, piece):
            held = replace(held, text=f"{held.text} {piece.text}")
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _is_address(text: str) -> bool:
    return bool(re.fullmatch(r"https?://\S{1,2000}", text))


def _takes(piece: Piece, address: str) -> bool:
    """Whether an address on a line of its own belongs to the text above it."""
    return "huggingface.co" in address or len(piece.text) < 40


def _goes_on(heading: Piece, piece: Piece) -> bool:
    """Whether the piece is the second line of a heading: arXiv indents those of titles."""
    own_line = not (piece.gap or piece.inline or piece.level or piece.address or heading.address)
    return heading.level > 0 and len(heading.text) < 400 and piece.indented and own_line


_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\s]{0,2000}\)")
_FENCE = re.compile(r"^```.*$", re.MULTILINE)


def _blanked(text: str) -> str:
    """The text without front matter, fences and images; every line stays where it is."""
    text = text.lstrip("\ufeff")
    front = re.match(r"---\n(?:.{0,500}\n){0,40}?---\n", text)
    if front:
        text = "\n" * front[0].count("\n") + text[front.end() :]
    return _FENCE.sub("", _IMAGE.sub("", text))


_DEFINITION = re.compile(
    r"^[ \t]{0,3}\[(\d{1,5})\]:?[ \t]+<?(https?://[^\s>]{1,2000})>?.*$", re.MULTILINE
)


def _defined(text: str) -> tuple[str, dict[str, str]]:
    """The text without the list of numbered addresses, and the list."""
    found = {match[1]: match[2] for match in _DEFINITION.finditer(text)}
    return (_DEFINITION.sub("", text) if found else text), found


# One link's end, or a bracket. The address may hold balanced parentheses.
_TOKEN = re.compile(
    r"\\."
    r"|\]\((?P<address>[^()\s]{0,2000}(?:\([^()\s]{0,500}\)[^()\s]{0,500}){0,9})"
    r"(?:\s+\"[^\"\n]{0,500}\")?\)"
    r"|\]\[(?P<number>\d{1,5})\]"
    r"|(?P<open>\[)|\]",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Span:
    """A link in the text: from where to where, its inner text, where it leads to."""

    start: int
    end: int
    text: str
    address: str


def _links(text: str, defined: dict[str, str]) -> Iterator[_Span]:
    opened: list[int] = []
    highest = 0
    for token in _TOKEN.finditer(text):
        if token["open"]:
            opened.append(token.start())
        elif opened and token[0].startswith("]"):
            start = opened.pop()
            number = token["number"]
            if number and text[start + 1 : token.start()].isdigit() and int(number) < highest:
                continue  # `[1][2]` in an abstract cites: numbers of links only grow
            if token[0] == "]":
                continue
            ends_line = text[token.end() : token.end() + 1] in {"", "\n"}
            if opened and ends_line and _at_line_start(text, opened[0]):
                start = opened[0]  # a bracket in between was never closed: `[0, 1)`
            opened.clear()
            highest = max(highest, int(number or 0))
            address = defined.get(number, f"[{number}]") if number else token["address"]
            yield _Span(start, token.end(), text[start + 1 : token.start()], address)


def _at_line_start(text: str, position: int) -> bool:
    before = text[max(0, position - 8) : position]
    return not before.rsplit("\n", 1)[-1].strip("# ")


def _raw_pieces(text: str, defined: dict[str, str]) -> Iterator[Piece]:
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    scan, position = _Scan(), 0
    for link in _links(text, defined):
        line = bisect_right(starts, position)
        yield from scan.text(text[position : link.start], line)
        yield from scan.link(link, bisect_right(starts, link.start))
        position = link.end
    yield from scan.text(text[position:], bisect_right(starts, position))


_HEADING = re.compile(r"(#{1,6})(?:\s+(.*))?", re.DOTALL)


@dataclass(slots=True)
class _Scan:
    """What was passed since the last piece: line ends, and the marks of a heading."""

    newlines: int = 2
    level: int = 0

    def text(self, chunk: str, line: int) -> Iterator[Piece]:
        """The pieces of a text between links: one a line."""
        for n, part in enumerate(chunk.split("\n")):
            self.newlines += n > 0
            bare = part.strip()
            heading = _HEADING.fullmatch(bare) if self.newlines else None
            if heading:
                self.level, bare = len(heading[1]), heading[2] or ""
            if bare:
                yield self._piece(bare, line + n, indented=part[:1].isspace())

    def link(self, link: _Span, line: int) -> Iterator[Piece]:
        """The piece of a link; none for a picture without words."""
        lead = re.match(r"\s*", link.text)
        first = line + (lead[0].count("\n") if lead else 0)
        bare = _link_text(link.text)
        if bare:
            yield self._piece(bare, first, link.address)

    def _piece(self, text: str, line: int, address: str = "", indented: bool = False) -> Piece:
        gap, inline = self.newlines > 1, self.newlines == 0
        level, self.level, self.newlines = self.level, 0, 0
        return Piece(text, line, address, level, gap, inline, indented)


def _link_text(text: str) -> str:
    """The text of a link in paragraphs, without what Markdown tools put into it."""
    lines = (line.strip().rstrip("\\").rstrip() for line in text.split("\n"))
    paragraphs = re.sub(r"\n{2,}", "\0", "\n".join(lines).strip("\n")).split("\0")
    joined = "\n\n".join(" ".join(part.split("\n")) for part in paragraphs)
    joined = re.sub(r"\\+[ \t]{2,}", " ", joined)
    return re.sub(r"\\([_*\[\]#])", r"\1", joined)
