r"""A formula in TeX → how it reads as text: `\mathcal{O}(n\log n)` → `O(n log n)`.

The text goes where MathML cannot: titles, search, feeds, slugs. What is not understood is
refused as a whole, so that a formula is never shown half translated. The symbols are those
of pylatexenc.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from papershelf.prose import mathml

LONGEST = 1000
"""Characters in a formula; what is longer is no inline formula, and is left alone."""

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_DEEPEST = 12

# Shorthands that so many authors define alike that Wikipedia and KaTeX have them built in.
_SHORTHANDS = {
    **{letter: rf"\mathbb{{{letter}}}" for letter in "RNZQC"},
    **{letter * 2: rf"\mathbb{{{letter}}}" for letter in "RNZQC"},
    "eps": r"\varepsilon",
}  # fmt: skip
_SHORTHAND = re.compile(rf"\\({'|'.join(_SHORTHANDS)})(?![A-Za-z])")
_ARG_EXTREME = re.compile(r"\\arg\s*(?:\\[,!]\s*)?\\(min|max)(?![A-Za-z])")

_SILENT = frozenset(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm middle rm bf it "
    "cal sf tt em displaystyle textstyle scriptstyle limits nolimits boldmath nonumber".split()
)
_WORDS = frozenset(
    "text textrm textit textbf texttt textsf textup textnormal mbox hbox emph operatorname mathrm "
    "mathit mathbf mathsf mathtt mathcal mathscr mathfrak boldsymbol bm pmb mathnormal mathop "
    "underline Bbb mathbb".split()
)
_SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "\n": " ", "!": "", "/": "", "quad": " ",
           "qquad": " ", "thinspace": " "}  # fmt: skip
_ESCAPED = {"{": "{", "}": "}", "%": "%", "&": "&", "#": "#", "_": "_", "$": "$", "|": "‖"}
_NAMED = {"colon": ":", "lbrace": "{", "rbrace": "}", "lvert": "|", "rvert": "|", "vert": "|",
          "lVert": "‖", "rVert": "‖", "Vert": "‖", "mod": " mod ", "bmod": " mod ", "ast": "*",
          "star": "*", "lbrack": "[", "rbrack": "]", "backslash": "\\", "argmin": "arg min",
          "argmax": "arg max", "deg": "deg", "sim": "∼"}  # fmt: skip
_FUNCTIONS = frozenset(
    "log ln lg exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan min max inf "
    "sup lim limsup liminf det dim ker gcd deg arg hom Pr argmin argmax".split()
)
_OVER = {"hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303",
         "bar": "\u0304", "overline": "\u0304", "dot": "\u0307", "ddot": "\u0308",
         "vec": "\u20d7", "check": "\u030c", "breve": "\u0306", "acute": "\u0301",
         "grave": "\u0300", "mathring": "\u030a"}  # fmt: skip
_RAISED = dict(zip("0123456789+-−=()niT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵀ", strict=True))
_LOWERED = dict(
    zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
# These stand raised by themselves.
_HIGH = {"*": "*", "′": "′", "∘": "°", "°": "°", "†": "†", "‡": "‡", "⊤": "ᵀ", "⋆": "*"}
_BLACKBOARD = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))


class _NotUnderstoodError(Exception):
    """The formula says something that has no reading as text."""


def canonical(tex: str) -> str:
    r"""The formula with blanks for line breaks, and with usual shorthands spelt out.

    >>> canonical("x \\in \\R^n,\n y>\\eps")
    'x \\in \\mathbb{R}^n, y>\\varepsilon'
    """
    tex = _SHORTHAND.sub(lambda m: _SHORTHANDS[m[1]], " ".join(tex.split()))
    tex = re.sub(r"(?<!\\)[%#]", r"\\\g<0>", tex)
    return _ARG_EXTREME.sub(r"\\arg\1", tex)


@lru_cache(maxsize=4096)
def understood(tex: str) -> str:
    r"""The formula as text when it can be shown both as MathML and as text, else nothing.

    >>> understood(r"\frac{1}{2} \|x\|_1^2"), understood(r"\mycommand")
    ('1/2 ‖x‖₁²', '')
    """
    if len(tex) > LONGEST:
        return ""
    text = readable(tex)
    return text if text and mathml(tex) else ""


def readable(tex: str) -> str:
    r"""The formula as text; nothing when a part of it has no reading.

    >>> readable(r"\mathcal{O}(n\log n)"), readable(r"10^{-3}"), readable(r"x_{max}")
    ('O(n log n)', '10⁻³', 'x_max')
    """
    try:
        text = _Reading(_TOKEN.findall(tex)).whole()
    except _NotUnderstoodError:
        return ""
    text = re.sub(r"(?<=[(\[{⟨]) | (?=[)\]}⟩])", "", " ".join(text.split()))
    text = re.sub(r" +([,;.])", r"\1", text)
    return unicodedata.normalize("NFC", text)


@cache
def _symbols() -> Any:
    """The macros that pylatexenc knows, which takes a while to load: most runs need none."""
    from pylatexenc.latex2text import get_default_latex_context_db

    return get_default_latex_context_db()


@cache
def symbol(name: str) -> str:
    r"""The sign that a TeX command of letters stands for (`alpha` → α), else nothing."""
    spec = _symbols().get_macro_spec(name)
    found = getattr(spec, "simplify_repl", None)
    if not isinstance(found, str) or "%" in found or not 0 < len(found) <= 2 or found.isspace():
        return ""
    return found


class _Reading:
    """Reads tokens from left to right; every method returns text."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> str:
        text = self._until("")
        if self._at < len(self._tokens):
            raise _NotUnderstoodError("a brace too many")
        return text

    def _until(self, end: str) -> str:
        parts: list[str] = []
        while self._at < len(self._tokens) and self._tokens[self._at] != "}":
            script = self._tokens[self._at] in "^_"
            piece = self._piece(parts)
            if parts and parts[-1] in _FUNCTIONS and piece[:1].isalnum() and not script:
                parts.append(" ")
            parts.append(piece)
        if end and self._at == len(self._tokens):
            raise _NotUnderstoodError("a brace too few")
        return "".join(parts)

    def _piece(self, before: list[str]) -> str:
        token = self._next()
        if token.startswith("\\"):
            return self._command(token[1:], before)
        if token in "^_":
            return self._script(token)
        if token == "{":
            return self._group()
        if token in "$&#%":
            raise _NotUnderstoodError(token)
        if token.isspace() or token == "~":
            return " " if before else ""
        return {"'": "′", "-": "−"}.get(token, token)

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise _NotUnderstoodError("it breaks off")
        self._at += 1
        return self._tokens[self._at - 1]

    def _group(self) -> str:
        """What stands up to the closing brace; the opening one has been read."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _NotUnderstoodError("too deep")
        text = self._until("}")
        self._at += 1
        self._depth -= 1
        return text

    def _argument(self) -> str:
        """The group or the one token that a command applies to."""
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        if self._at < len(self._tokens) and self._tokens[self._at] == "}":
            raise _NotUnderstoodError("nothing to apply to")
        return self._piece([])

    def _option(self) -> str:
        """What stands in brackets, if anything does."""
        if self._at == len(self._tokens) or self._tokens[self._at] != "[":
            return ""
        try:
            end = self._tokens.index("]", self._at)
        except ValueError:
            raise _NotUnderstoodError("a bracket too few") from None
        text = "".join(self._tokens[self._at + 1 : end])
        self._at = end + 1
        return text

    def _script(self, sign: str) -> str:
        text = self._argument().strip()
        if sign == "^" and text in _HIGH:
            return _HIGH[text]
        signs = _RAISED if sign == "^" else _LOWERED
        if text and set(text) <= signs.keys() and (len(text) == 1 or not text.isalpha()):
            return "".join(signs[letter] for letter in text)
        return sign + (text if re.fullmatch(r"[\w.]+|.", text) else f"({text})")

    def _command(self, name: str, before: list[str]) -> str:
        if name in _SILENT:
            return self._delimiter(name)
        if name in _SPACES:
            return _SPACES[name]
        if name in _ESCAPED:
            return _ESCAPED[name]
        if name in _FUNCTIONS:
            glued = before and (before[-1][-1:].isalnum() or before[-1][-1:] in ")]}")
            return f" {_NAMED.get(name, name)}" if glued else _NAMED.get(name, name)
        if name in _WORDS:
            return self._words(name)
        return self._construction(name) or self._sign(name)

    def _delimiter(self, name: str) -> str:
        r"""`\left.` has no delimiter; after fonts and styles a blank means nothing."""
        following = "".join(self._tokens[self._at : self._at + 1])
        self._at += following.isspace() or (following == "." and name in {"left", "right"})
        return ""

    def _words(self, name: str) -> str:
        if self._tokens[self._at : self._at + 1] == ["*"]:
            self._at += 1
        text = self._argument()
        text = text.replace("−", "-") if name.startswith("text") else text
        return _BLACKBOARD.get(text, text) if name in {"mathbb", "Bbb"} else text

    def _construction(self, name: str) -> str:
        if name in _OVER:
            text = self._argument()
            return text + _OVER[name] if len(text) == 1 else text
        if name in {"frac", "dfrac", "tfrac", "nicefrac", "sfrac"}:
            return f"{_operand(self._argument())}/{_operand(self._argument())}"
        if name == "sqrt":
            degree = "".join(_RAISED.get(letter, letter) for letter in self._option())
            return f"{degree}√{_operand(self._argument())}"
        if name == "binom":
            return f"C({self._argument()}, {self._argument()})"
        if name == "not":
            return self._argument() + "\u0338"
        if name in {"pmod", "mod"}:
            return f" (mod {self._argument()})"
        return ""

    def _sign(self, name: str) -> str:
        found = _NAMED.get(name) or symbol(name)
        if not found:
            raise _NotUnderstoodError(name)
        # After a letter the blank only ended the command's name.
        if found.isalpha() and self._tokens[self._at : self._at + 1] == [" "]:
            self._at += 1
        return found


def _operand(text: str) -> str:
    return text if text.isalnum() or len(text) == 1 else f"({text})"
