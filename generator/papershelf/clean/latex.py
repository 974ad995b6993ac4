r"""LaTeX as BibTeX files hold it → spans: letters, quotes, dashes, formulas, addresses.

Other records are plain text with scraps of TeX, which the steps mend one by one. Here every
brace and every backslash is the language's own, so the whole of it is decoded, once and
before any step. What a command means that is not known here, pylatexenc's tables tell;
what they do not know either is shown as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from papershelf.clean.formula import LONGEST, symbol
from papershelf.clean.maths import formula, is_maths
from papershelf.prose import Span, safe_url

_SPECIAL = re.compile(r"[\\{}$~`]|--|''")
_URL = r"https?://(?:[^\s{}\\$\"<>]|\\[_%#&~$])+"
_TOKEN = re.compile(
    rf"(?P<url>{_URL})|(?P<word>\\[A-Za-z@]+\*?\s*)|(?P<sign>\\(?s:.))"
    r"|(?P<maths>\$\$?)|(?P<open>\{)|(?P<close>\})"
    r"|(?P<text>[^\\{}$~`'h-]+|---?|``|''|(?s:.))"
)
_ESCAPE = re.compile(r"\\([_%#&~$])")

_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323",
    "b": "\u0331", "r": "\u030a", "k": "\u0328", "t": "\u0361", "G": "\u030f", "U": "\u030e",
}  # fmt: skip
_STANDING = {"^": "^", "~": "~", '"': "¨", "'": "´", "`": "`", "=": "¯", "c": "¸"}
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø",
    "O": "Ø", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ",
    "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "SS": "ẞ",
}  # fmt: skip
_SIGNS = {
    "TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX", "LaTeXe": "LaTeX2ε", "XeTeX": "XeTeX",
    "dots": "…", "ldots": "…", "textellipsis": "…", "slash": "/", "hyp": "-", "nobreakdash": "",
    "textbackslash": "\\", "backslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textless": "<", "textgreater": ">", "textbar": "|", "textbraceleft": "{",
    "textbraceright": "}", "lbrace": "{", "rbrace": "}", "textunderscore": "_",
    "textquotesingle": "'", "textquoteright": "’", "textquoteleft": "‘", "textquotedbl": '"',
    "textendash": "–", "textemdash": "—", "textdollar": "$", "textperiodcentered": "·",
    "textdegree": "°", "degree": "°", "sim": "∼", "langle": "⟨", "rangle": "⟩", "colon": ":",
    "quad": " ", "qquad": " ", "space": " ", "xspace": " ", "newline": " ", "thinspace": " ",
    "par": " ", "glqq": "„", "grqq": "“", "glq": "‚", "grq": "‘", "flqq": "«", "frqq": "»",
    "guillemotleft": "«", "guillemotright": "»", "lq": "‘", "rq": "’", "And": "&",
}  # fmt: skip
_SILENT = frozenset(
    "em it bf sc tt rm sf sl md up bfseries itshape scshape slshape ttfamily rmfamily sffamily "
    "mdseries upshape normalfont normalsize small large Large tiny footnotesize protect relax "
    "noindent allowbreak nolinebreak linebreak left right displaystyle textstyle unskip "
    "ignorespaces bgroup egroup null leavevmode sloppy centering".split()
)
# What they are given is shown, and nothing of themselves.
_PLAIN = frozenset(
    "emph text textit textbf textsc texttt textrm textsf textsl textup textmd textnormal mbox "
    "hbox fbox underline uline ul mkbibemph mkbibitalic mkbibbold mkbibparens uppercase lowercase "
    "MakeUppercase MakeLowercase NoCaseChange bibstring titlecap capitalize textulc nocase mathrm "
    "mathit mathbf foreignlanguage* textcite hspace* url*".split()
)
# What they are given is for the typesetter.
_DROPPED = frozenset(
    "hspace vspace label index noopsort SortNoop sortnoop color selectlanguage vphantom hphantom "
    "phantom hskip kern fontsize natexlab thispagestyle".split()
)
_FIRST_DROPPED = frozenset("textcolor foreignlanguage bibinfo texorpdfstring colorbox".split())
_QUOTING = frozenset("enquote mkbibquote textquote".split())
_SCRIPTS = {
    "textsuperscript": "^", "mkbibsuperscript": "^", "sup": "^",
    "textsubscript": "_", "mkbibsubscript": "_", "sub": "_",
}  # fmt: skip
_RAW = frozenset({"url", "href", "path", "nolinkurl", "ensuremath"})
_CLOSERS = {r"\(": r"\)", r"\[": r"\]", "$": "$", "$$": "$$"}

Piece = str | Span


def latex(text: str) -> list[Span]:
    r"""A paragraph of LaTeX → spans.

    >>> [span.text for span in latex(r"{BERT} na{\"\i}vely -- \emph{in} $n^2$")]
    ['BERT naïvely – in ', 'n^2']
    """
    if not _SPECIAL.search(text):
        return [Span("text", text)] if text else []
    return _merged(_Decoder(text).pieces())


def plain(text: str) -> str:
    r"""LaTeX → how it reads as text.

    >>> plain(r"Erd{\H{o}}s \& S{\o}n")
    'Erdős & Søn'
    """
    return " ".join("".join(span.plain or span.text for span in latex(text)).split())


def unescaped(address: str) -> str:
    r"""An identifier or address as LaTeX authors escape it → as it is.

    >>> unescaped(r"\url{https://x.org/a\_b{\%}}")
    'https://x.org/a_b%'
    """
    address = re.sub(r"\A\s*\\(?:url|path|nolinkurl|burl)\s*\{(.*)\}\s*\Z", r"\1", address)
    address = address.replace(r"\textasciitilde", "~").replace(r"\textunderscore", "_")
    return re.sub(r"[{}]", "", _ESCAPE.sub(r"\1", address)).strip()


def _merged(pieces: Iterable[Piece]) -> list[Span]:
    """Pieces → spans, with neighbouring texts as one and runs of blanks as one blank."""
    spans: list[Span] = []
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        spans += _text_span(texts)
        texts = []
        spans.append(piece)
    return spans + _text_span(texts)


def _text_span(texts: list[str]) -> list[Span]:
    text = re.sub(r" {2,}", " ", unicodedata.normalize("NFC", "".join(texts)))
    text = _SINGLE.sub(r"‘\1’", text) if "‘" in text else text
    return [Span("text", text)] if text else []


def _shown(pieces: list[Piece]) -> str:
    return "".join(
        piece if isinstance(piece, str) else piece.plain or piece.text for piece in pieces
    )


@dataclass(slots=True)
class _Frame:
    """An open group, with the command that it was given to."""

    command: str = ""
    pieces: list[Piece] = field(default_factory=list)


class _Decoder:
    """Reads the text once, from left to right. Groups are a stack: no depth is too deep."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._stack = [_Frame()]
        self._ends = _closing_braces(text)
        self._absent: set[str] = set()
        self._quoted = 0

    def pieces(self) -> list[Piece]:
        """The decoded text, in pieces."""
        while match := _TOKEN.match(self._text, self._at):
            self._at = match.end()
            self._take(match.lastgroup or "", match[0])
        while len(self._stack) > 1:  # groups that nobody closed
            self._close()
        return self._stack[0].pieces

    def _take(self, kind: str, token: str) -> None:
        if kind == "word":
            self._command(token[1:].rstrip(), token)
        elif kind == "sign":
            self._sign(token[1:], token)
        elif kind == "maths":
            self._maths(token, _CLOSERS[token])
        elif kind == "open":
            self._open()
        elif kind == "close":
            self._close()
        elif kind == "url":
            self._add(_ESCAPE.sub(r"\1", token))
        else:
            self._add(self._tie() if token == "~" else _LIGATURES.get(token, token))

    def _add(self, piece: Piece) -> None:
        self._stack[-1].pieces.append(piece)

    def _open(self) -> None:
        """A group opens; after a script's sign its braces are part of a formula."""
        before = self._text[self._at - 2 : self._at - 1]
        end = self._ends.get(self._at - 1)
        escaped = self._text[self._at - 3 : self._at - 2] == "\\"
        if before in {"^", "_"} and end is not None and not escaped:
            self._add(self._text[self._at - 1 : end + 1])
            self._at = end + 1
        else:
            self._push("")

    def _push(self, command: str) -> None:
        """Opens a group. Only what a command must see whole is kept apart from the rest."""
        apart = command in _ACCENTS or command in _SCRIPTS or command in _DROPPED
        pieces = [] if apart else self._stack[-1].pieces
        if command in _QUOTING:
            self._quoted += 1
            pieces.append("“" if self._quoted % 2 else "‘")
        self._stack.append(_Frame(command, pieces))

    def _close(self) -> None:
        """The innermost group ends, and its command has what it asked for."""
        if len(self._stack) == 1:
            return  # a brace too many
        frame = self._stack.pop()
        if frame.command in _QUOTING:
            self._add("”" if self._quoted % 2 else "’")
            self._quoted -= 1
        elif frame.command in _ACCENTS:
            self._add(_accented(frame.command, _shown(frame.pieces)))
        elif frame.command in _SCRIPTS:
            self._add(_script(_SCRIPTS[frame.command], _shown(frame.pieces)))

    def _tie(self) -> str:
        """A tie is a blank; but before a number and after a blank, it says about."""
        before, after = self._text[self._at - 2 : self._at - 1], self._text[self._at : self._at + 1]
        return "~" if after.isdigit() and (not before or before in " (") else " "

    def _sign(self, sign: str, token: str) -> None:
        """A backslash and one sign that is no letter."""
        if sign in _ACCENTS:
            self._accent(sign)
        elif token in _CLOSERS:
            self._maths(token, _CLOSERS[token])
        elif sign in "-/!@":
            pass
        else:
            self._add(" " if sign.isspace() or sign in ",;:\\" else sign)

    def _accent(self, mark: str) -> None:
        """An accent goes over the group or the letter that follows; alone, it stands for itself."""
        if match := _ACCENTED_LETTER.match(self._text, self._at):
            self._at = match.end()
            letter = match[1] or match[2]
            self._add(_accented(mark, _LETTERS[letter] if letter else match[3]))
        elif not self._give(mark):
            self._add(_STANDING.get(mark, ""))

    def _give(self, command: str) -> bool:
        """Opens the group that follows for a command; false when none does."""
        if self._text[self._at : self._at + 1] != "{":
            return False
        self._at += 1
        self._push(command)
        return True

    def _command(self, name: str, token: str) -> None:
        """A command of letters."""
        if name in _ACCENTS:
            self._accent(name)
        elif name in _LETTERS or name in _SIGNS:
            self._add(_LETTERS.get(name) or _SIGNS[name])
        elif name in _RAW:
            self._raw(name, token)
        elif name in _FIRST_DROPPED:
            self._group()
        elif name in _SCRIPTS and not self._give(name):
            self._add(_script(_SCRIPTS[name], self._text[self._at : self._at + 1]))
            self._at += 1
        elif name.rstrip("*") in _GIVEN:
            self._give(name.rstrip("*"))
        elif name not in _SILENT and name not in _SCRIPTS:
            self._unknown(name, token)

    def _group(self) -> str | None:
        """The source of the group that follows, and goes past it; nothing when none does."""
        end = self._ends.get(self._at)
        if end is None:
            return None
        start, self._at = self._at + 1, end + 1
        return self._text[start:end]

    def _raw(self, name: str, token: str) -> None:
        """Commands whose argument is no text: addresses and formulas."""
        source = self._group()
        if source is None:
            self._add(token if name != "ensuremath" else "")
        elif name == "ensuremath":
            self._add(formula(source) or plain(source))
        else:
            address = unescaped(source)
            label = self._group() if name == "href" else None
            shown = plain(label) if label else address
            self._add(Span("link", address, shown) if safe_url(address) else shown)

    def _maths(self, opening: str, closing: str) -> None:
        """A formula, up to the delimiter that closes it; without one, the sign is text."""
        end = self._find(closing)
        content = self._text[self._at : max(end, self._at)]
        behind = end + len(closing)
        after = self._text[behind : behind + 1] if end >= 0 else ""
        if end < 0 or content.count("{") != content.count("}") or not _fits(content, after):
            self._add(opening.removeprefix("\\"))
            return
        self._at = end + len(closing)
        shown = Span("math", content, f"{opening}{content}{closing}")
        self._add(formula(content) or _worded(content) or shown)

    def _find(self, closing: str) -> int:
        """Where a delimiter comes next, or -1; looks in vain but once, or time were quadratic."""
        if closing in self._absent:
            return -1
        end = self._text.find(closing, self._at)
        while end > 0 and closing[0] == "$" and self._text[end - 1] == "\\":
            end = self._text.find(closing, end + 1)
        if end < 0:
            self._absent.add(closing)
        return end

    def _unknown(self, name: str, token: str) -> None:
        """A command of mathematics outside a formula, or one of the author's own."""
        if sign := symbol(name):
            self._add(sign + (" " if token[-1].isspace() and not sign.isalpha() else ""))
        elif self._at not in self._ends:
            self._add(token)
        elif span := formula(self._with_groups(token)):
            self._at += len(self._with_groups(token)) - len(token)
            self._add(span)
        elif self._text[self._at : self._at + 2] == "{}":
            self._add(token)

    def _with_groups(self, token: str) -> str:
        """A command with the two groups, at most, that follow it."""
        end = self._at
        for _ in range(2):
            end = self._ends.get(end, end - 1) + 1
        return token + self._text[self._at : end] if end - self._at < LONGEST else ""


_LIGATURES = {"``": "“", "''": "”", "--": "–", "---": "—", "`": "‘"}
_ACCENTED_LETTER = re.compile(
    r"\s?(?:\{\\(i|j|ae|AE|o|O|l|L|aa|AA)\s?\}|\\(i|j|ae|AE|o|O|l|L|aa|AA)(?![A-Za-z])\s?|([^\W_]))"
)
_SINGLE = re.compile(r"‘([^‘’'\n]{1,200})'(?!\w)")


def _worded(content: str) -> str:
    r"""What a formula says that only sets text, such as `0.7\,\textrm{\textmu m}`; else nothing."""
    names = re.findall(r"\\([A-Za-z]+)", content)
    if "$" in content or any(name not in _KNOWN and not symbol(name) for name in names):
        return ""
    said = plain(content)
    return "" if re.search(r"[\\^_]", said) else said


_GLUED = re.compile(r"[^\s$]*[^\s$,;/–-]")


def _fits(content: str, after: str) -> bool:
    """Whether what stands between two dollars is a formula, and not text between two prices."""
    return bool(_GLUED.fullmatch(content)) or is_maths(content, after)


_KNOWN = _PLAIN | _SILENT | _LETTERS.keys() | _SIGNS.keys()
_GIVEN = _PLAIN | _DROPPED | _QUOTING


def _closing_braces(text: str) -> dict[int, int]:
    """Where each group that is closed opens → where it closes."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            found[opened.pop()] = match.start()
    return found


def _accented(mark: str, text: str) -> str:
    """The text with an accent over (or under) its first sign.

    >>> _accented("'", "e"), _accented('"', "ı"), _accented("=", "22")
    ('é', 'ï', '2̄2')
    """
    if not text.strip():
        return _STANDING.get(mark, "")
    first = {"ı": "i", "ȷ": "j"}.get(text[0], text[0])
    if mark == "t":  # over two letters
        return first + _ACCENTS[mark] + text[1:]
    return unicodedata.normalize("NFC", first + _ACCENTS[mark]) + text[1:]


def _script(sign: str, text: str) -> Piece:
    """Raised or lowered text: as a formula when it is digits, else what is raised, alone."""
    simple = re.fullmatch(r"[\d+−-]{1,9}|[A-Za-z]", text.strip())
    return (formula(f"{sign}{{{text}}}") if simple else None) or text
