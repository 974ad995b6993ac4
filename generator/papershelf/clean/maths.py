r"""Finding formulas: between TeX's delimiters, and those that lost them on the way.

A formula becomes a span of its own, safe from all other steps. One that stood between
delimiters and cannot be shown (`formula.understood`) reads as it stands, delimiters and all;
where the delimiters are lost, what cannot be shown is taken for text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from papershelf.clean.formula import LONGEST, canonical, understood
from papershelf.prose import Span

OBJECT = "\ufffc"
"""Unicode's OBJECT REPLACEMENT CHARACTER: what a step sees in place of a formula or link."""

Found = tuple[int, int, Span]
"""Start, end and what stands there."""

_DELIMITER = re.compile(
    r"(?<!\\)(?:\$\$|\$|\\[()\[\]]"
    r"|\\(?:begin|end)\{(?:equation|align|eqnarray|gather|multline|displaymath|cases|array)\*?\})"
)
_CLOSER = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_LONGEST_DISPLAY = 20 * LONGEST
_BACKSLASHED = re.compile(r"\\(?:[(\[]|begin\{)")
_TEXT_INSIDE = re.compile(r"\\(?:text\w*|mbox|hbox|math\w+|operatorname\*?)\s*\{[^{}]*\}")
_WORD = re.compile(
    r"(?<![A-Za-z\\])(?!(?:log|exp|min|max|sin|cos|tan|mod|det|dim|deg|sup|inf|lim|arg|if|argmin"
    r"|argmax)(?![A-Za-z]))[A-Za-z]{3,}(?![A-Za-z{])"
)
_TWO_WORDS = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{3,} [A-Za-z]{3,}")
_SAID = re.compile(r"[A-Za-z\s,.;:'-]+")
_SCRIPTS = re.compile(r"[_^]\{[^{}]*\}")
_PRICE = re.compile(r"\d[\d.,]*\s*(?:[KMBkmb]|-|–|/|,)?\s*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,40}")


def formulas(text: str) -> str | list[Span]:
    r"""Formulas between `$…$`, `$$…$$`, `\(…\)` or `\[…\]` are shown as such; prices are not."""
    if "$" not in text and not _BACKSLASHED.search(text):
        return text
    return spans(text, _delimited(text))


def spans(text: str, found: Iterable[Found]) -> str | list[Span]:
    """The text with what was found in it as spans; the text itself when nothing was."""
    parts: list[Span] = []
    at = 0
    for start, end, span in found:
        if start > at:
            parts.append(Span("text", text[at:start]))
        parts.append(span)
        at = end
    if not parts:
        return text
    if at < len(text):
        parts.append(Span("text", text[at:]))
    return parts


def _delimited(text: str) -> Iterator[Found]:
    marks = list(_DELIMITER.finditer(text))
    at = 0
    while at + 1 < len(marks):
        opening, closing = marks[at], marks[at + 1]
        span = _between(text, opening, closing)
        if span:
            yield opening.start(), closing.end(), span
        at += 2 if span else 1


def _between(text: str, opening: re.Match[str], closing: re.Match[str]) -> Span | None:
    """What stands between two delimiters, when they belong together."""
    wanted = _CLOSER.get(opening[0]) or opening[0].replace("\\begin", "\\end")
    content = text[opening.end() : closing.start()]
    longest = LONGEST if opening[0] == "$" else _LONGEST_DISPLAY
    if wanted != closing[0] or OBJECT in content or len(content) > longest:
        return None
    if opening[0] == "$" and not is_maths(content, text[closing.end() : closing.end() + 1]):
        return None
    if opening[0] == "$$" and _SAID.fullmatch(content) and _WORD.search(content):
        return None
    if _NAME.fullmatch(content):
        return Span("text", content)
    if opening[0].startswith("\\begin") and "equation" not in opening[0]:
        content = opening[0] + content + closing[0]
    return formula(content) or Span("math", content, text[opening.start() : closing.end()])


def formula(tex: str) -> Span | None:
    """The formula as a span, or nothing when it cannot be shown."""
    tex = canonical(tex)
    plain = "" if OBJECT in tex else understood(tex)
    return Span("math", tex, plain) if plain else None


def is_maths(content: str, following: str) -> bool:
    """Whether what stands between two dollars is a formula, and not text between two prices.

    >>> [is_maths(c, " ") for c in ("n", "x < 5", "20. We plot extensive accuracy vs. ", "5, ")]
    [True, True, False, False]
    >>> is_maths("u_t + u_{xxx} = 0", ".")
    True
    """
    if not content.strip():
        return False
    if following.isdigit() and (content[0].isdigit() or content[-1].isspace()):
        return False
    if content[0].isdigit() and (content[-1].isspace() or content[-1] in "-–/,"):
        return False
    if following.isalnum() and _PRICE.fullmatch(content):
        return False
    bare = _SCRIPTS.sub("", _TEXT_INSIDE.sub("", content))
    if "\\" not in bare and " " in bare:
        return not _WORD.search(bare)
    return not _TWO_WORDS.search(bare)


_GREEK = (
    "alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|vartheta|iota|kappa|lambda|mu|nu|xi|"
    "pi|rho|sigma|tau|upsilon|phi|varphi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|"
    "Upsilon|Phi|Psi|Omega"
)
_LOST = (
    f"{_GREEK}|ell|sum|prod|int|log|ln|exp|max|min|infty|times|cdot|ast|star|leq|geq|neq|approx|"
    r"sim|partial|nabla|in|to|sqrt|frac|left|right|mathcal|mathbb|mathbf|mathrm|mathscr|mathfrak"
)
_LOST_WORD = re.compile(rf"(?<![A-Za-z\\])(?:{_LOST})(?![A-Za-z])")
_GLUED_DELIMITER = re.compile(
    rf"(?<![A-Za-z\\])({_GREEK}|log|exp|max|min)?(left|right)(?=[()\[\]|.])"
)
_LONG_SCRIPT = re.compile(r"([_^])\{([A-Za-z]{3,})\}")
_SCRIPT = r"[_^]\{[^{}]{1,30}\}"
_BARE = re.compile(
    rf"(?<![\w\\\ufffc])(?:"
    # ell_1{ell_2} was \frac{\ell_1}{\ell_2}
    rf"(?P<over>(?:{_GREEK}|ell)_\w)\{{(?P<under>(?:{_GREEK}|ell)_\w)\}}"
    rf"|(?P<greek>(?:{_GREEK}|ell)(?:(?:{_SCRIPT})+|_\d(?:\.\d)?))(?!\w)"
    r"|(?P<order>(?:O|o|Omega|Theta)\([^()]{1,40}\))"
    rf"|(?P<letter>[A-Za-z](?:{_SCRIPT}|\^-?\d+|[_^][A-Za-z0-9](?!\w))+)(?:(?!\w)|(?=(?:left|right)))"
    r"|(?P<power>\d+\^(?:\{[^{}]{1,20}\}|-?\d+|[A-Za-z]))(?!\w)"
    r"|(?P<name>[A-Za-z][A-Za-z-]{1,30})\^(?P<raised>\d|\{\d\})(?!\w)"
    r")"
)
_BARE_SIGNS = ("^", "_", "Omega(", "Theta(", "mathcal", "mathbb", "mathbf", "mathscr", "mathfrak")
_POWER = re.compile(r"([_^])(-?\d+(?:\.\d)?)(?![\w}])")
_ORDER = re.compile(rf"(?:{_GREEK}|log|[A-Za-z]|[\d^_{{}}+*/., -])*")

_CALLIGRAPHIC = re.compile(
    rf"(?<![\w\\])math(?:cal|bb|bf|scr|frak)(?: |\{{)[A-Z](?![A-Za-z])"
    rf"(?: ?(?:(?:{_LOST})(?:left|right)?(?![A-Za-z])|(?:left|right)(?=[()\[\]|])"
    rf"|{_SCRIPT}|[A-Za-z](?![A-Za-z])"
    r"|[\d=+\-*/<>^_(){}|,\[\]])){0,200}"
)
_TRAILING = re.compile(r"(?:[\s,(\[{=+\-*/<>|]| [aAI]){1,40}+\Z")


def bare_formulas(text: str) -> str | list[Span]:
    r"""Formulas that lost their delimiters are shown as such: `O(n^3)`, `10^4`, `lambda_{1}`."""
    if not any(sign in text for sign in _BARE_SIGNS):
        return text
    return spans(text, _undelimited(text))


def _undelimited(text: str) -> Iterator[Found]:
    at = 0
    whole = list(_CALLIGRAPHIC.finditer(text)) if "math" in text else []
    for match in sorted([*whole, *_BARE.finditer(text)], key=lambda m: (m.start(), -m.end())):
        if match.start() < at:
            continue
        tex = _tex(match) if match.re is _BARE else _TRAILING.sub("", match[0])
        span = formula(_restored(tex)) if tex else None
        if span:
            at = match.end() if match.re is _BARE else match.start() + len(tex)
            yield match.start(), at, span


def _tex(match: re.Match[str]) -> str:
    """What was found, as its author may have written it in TeX; nothing when it is no formula."""
    if match["over"]:
        return f"\\frac{{{match['over']}}}{{{match['under']}}}"
    if match["name"]:
        return f"\\text{{{match['name']}}}^{match['raised']}"
    if match["order"]:
        inside = match["order"].partition("(")[2][:-1]
        greek = match["order"][0] in "TΩ" or match["order"].startswith("Omega")
        if not (greek or "^" in inside) or not _ORDER.fullmatch(inside):
            return ""
    return _POWER.sub(r"\1{\2}", match[0])


def _restored(tex: str) -> str:
    r"""TeX with its backslashes again.

    >>> _restored("sigmaleft( sum_j mathcal W_{ij} uright)")
    '\\sigma\\left( \\sum_j \\mathcal W_{ij} uright)'
    """
    tex = _GLUED_DELIMITER.sub(lambda m: (f"\\{m[1]}" if m[1] else "") + f"\\{m[2]}", tex)
    tex = _LOST_WORD.sub(lambda m: f"\\{m[0]}", tex)
    return _LONG_SCRIPT.sub(r"\1{\\text{\2}}", tex)
