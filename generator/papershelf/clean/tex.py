r"""TeX in prose: accents, escaped signs, commands for signs, fonts, ties, braces of one's own.

Commands that nobody but their author knows (`\proj`, `\tool`) are shown as they stand.
"""

from __future__ import annotations

import re
import unicodedata

from papershelf.clean.formula import symbol

_COMBINING = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323",
    "b": "\u0331", "r": "\u030a", "k": "\u0328",
}  # fmt: skip
_ACCENT = re.compile(
    r"""(?P<open>\{)?(?<!\\)\\(?:(?P<sign>["'`^~=.])\s?(?:\{\\?(?P<a>[A-Za-z])\}|\\(?P<b>[ij])(?![A-Za-z])\s?|(?P<c>[A-Za-z]))"""
    r"""|(?P<mark>[uvHcdbrk])(?:\{\\?(?P<d>[A-Za-z])\}|\s(?P<e>[A-Za-z])(?=\})))(?P<close>\})?"""
)
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])\\++'(?=(?:s|t|re|ve|ll|d|m)\b|\s)")
_QUOTING = re.compile(r"\\\"(?![A-Za-z{\\])")
_LETTERS = {"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
            "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ"}  # fmt: skip
_LETTER = re.compile(
    r"\{\\(?P<group>ss|ae|AE|oe|OE|aa|AA|[oOlLij])\}"
    r"|\\(?P<empty>ss|ae|AE|oe|OE|aa|AA|[oOlL])\{\}"
    r"|(?<=[A-Za-z])\\(?P<inner>ss|ae|AE|oe|OE|aa|AA|[oOlL])(?:\s(?=[a-z])|(?![A-Za-z]))"
)


def accents(text: str) -> str:
    r"""TeX accents become letters: `na\"ive` → naïve, `Erd\H{o}s` → Erdős, `{\o}` → ø."""
    if "\\" not in text:
        return text
    text = _APOSTROPHE.sub("'", text)
    if not _QUOTING.search(text):
        text = _ACCENT.sub(_accented, text)
    else:  # `\"quoted\"`: somebody's escaped quotation marks
        text = _ACCENT.sub(lambda m: m[0] if m["sign"] == '"' else _accented(m), text)
    return _LETTER.sub(lambda m: _LETTERS[m["group"] or m["empty"] or m["inner"]], text)


def _accented(match: re.Match[str]) -> str:
    """The letter with its accent, where the two make one character; else what stood there."""
    letter = match["a"] or match["b"] or match["c"] or match["d"] or match["e"]
    made = unicodedata.normalize("NFC", letter + _COMBINING[match["sign"] or match["mark"]])
    if len(made) > 1:
        return match[0]
    grouped = match["open"] and match["close"]
    return made if grouped else (match["open"] or "") + made + (match["close"] or "")


_ESCAPED = re.compile(r"(?<!\\)\\++(?:([%&#_])|\$(?=\d))|\{\\*+([%&#$_])\}")
# A run of line breaks goes at once: one at a time, a long run would never be done.
_SPACING = re.compile(
    r"(?<!\\)(?:\\\\)++(?=\s|\Z)"
    r"|(?<!\\)\\(?:[,;:]|(?:newline|quad|qquad|xspace)(?![A-Za-z])| )"
)
_NOTHING = re.compile(r"\\(?:[-/!]|(?:allowbreak|nobreakdash|noindent)(?![A-Za-z]) ?)")
_TILDE = re.compile(r"\\~(?=\d|\{\})(?:\{\})?")
_KNOWN = {"eg": "e.g.", "ie": "i.e.", "etc": "etc.", "etal": "et al.", "wrt": "w.r.t.",
          "vs": "vs.", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "deg": "°",
          "degree": "°", "textdegree": "°", "textgreater": ">", "textless": "<", "ldots": "…",
          "dots": "…", "textendash": "–", "textemdash": "—", "sim": "∼"}  # fmt: skip
_COMMAND = re.compile(r"(\{)?\\([A-Za-z]{2,20})(?![A-Za-z])(\{\})?(\})?(\.)?")


def commands(text: str) -> str:
    r"""Escaped signs and known commands become what they stand for: `\%`, `\times`, `\eg`."""
    if "\\" not in text and "{" not in text:
        return text
    text = _NOTHING.sub("", _SPACING.sub(" ", text))
    text = _ESCAPED.sub(lambda m: m[1] or m[2] or "$", text)
    return _COMMAND.sub(_command, _TILDE.sub("~", text))


def _command(match: re.Match[str]) -> str:
    opened, name, empty, closed, stop = match.groups(default="")
    sign = _KNOWN.get(name) or symbol(name)
    if not sign or (opened and closed and empty):
        return match[0]
    if opened and closed:  # the group held nothing else
        opened = closed = ""
    return opened + sign + closed + ("" if sign.endswith(".") else stop)


_FONT = (
    r"\\(?:emph|text(?:it|bf|sc|tt|rm|sf|sl|up|md|normal)?|mbox|hbox|underline|ul|uline|textsuperscript|"
    r"textsubscript|textcolor ?\{[^{}]{0,30}\}|(?:color|cellcolor) ?\{[^{}]{0,30}\}(?= ?\{)) ?"
)
_FONT_GROUP = re.compile(
    rf"(?:{_FONT}|(?<![A-Za-z\\])(?:text(?:it|bf|sc|tt|rm|sf|sl)|emph))\{{([^{{}}]*+)\}}"
)
_FONT_SWITCH = re.compile(
    r"(?<![A-Za-z*\]}])\{ ?(?:"
    r"\\(?:em|it|bf|sc|tt|rm|sf|sl|itshape|bfseries|scshape|ttfamily)(?![A-Za-z])"
    r"|(?:em|it|bf|sc|tt)(?= [A-Za-z])) ?([^{}]*+)\}"
)
_ALONE = re.compile(r"\\(?:color ?\{[^{}]{1,30}\}|(?:em|it|bf|sc|tt)(?![A-Za-z])) ?")


def fonts(text: str) -> str:
    r"""Fonts mean nothing here: `{\em deterministic}`, `\textbf{x}` and `textit{x}` lose theirs."""
    if "{" not in text and "\\" not in text:
        return text
    for _ in range(4):  # groups in groups, from the inside out
        before = text
        text = _FONT_SWITCH.sub(r"\1", _FONT_GROUP.sub(r"\1", text))
        if text == before:
            break
    return _ALONE.sub("", text)


_TIE = re.compile(r"(?<=[\w.,:;)\]}\ufffc])~++(?=[\w(\[\\{`'\"“‘<\ufffc])")
_TOKEN_BEFORE = 40


def ties(text: str) -> str:
    """TeX's tie becomes a blank: `models~(LLMs)`; about and ranges stay: `~68`, `10~20`."""
    return _TIE.sub(_untied, text) if "~" in text else text


def _untied(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    before = re.split(r"[\s(~]", text[max(0, start - _TOKEN_BEFORE) : start])[-1]
    after = re.split(r"[\s)~,.;:]", text[end : end + _TOKEN_BEFORE], maxsplit=1)[0]
    range_of_numbers = re.search(r"\d|\A[A-Za-z]\Z", before) and after[:1].isdigit()
    model_in_r = len(before) == 1 and len(after) == 1 and before.isalpha() and after.isalpha()
    return match[0] if range_of_numbers or model_in_r else " "


_STRAY_CLOSER = re.compile(r"(?<=[\w)\]])\}(?=[.,;:]?(?:\s|\Z))")
_CLAUSE = re.compile(r"(?<![^\s(])\{([A-Za-z][^{}\"=|<>\\]{20,600}+)\}")


def braces(text: str) -> str:
    """Braces that only grouped something in the source go: `{we propose a new model}`."""
    if "}" not in text:
        return text
    text = _CLAUSE.sub(lambda m: m[1] if m[1].count(" ") >= 5 else m[0], text)
    return _STRAY_CLOSER.sub("", text) if "{" not in text else text


_LOST_DOLLAR = re.compile(
    r"(?<!\\)\\(?=\d{1,3}(?:,\d{3})++(?!\d)"
    r"|\d{1,6}(?:\.\d{1,6})? ?(?:million|billion|trillion|thousand|[KMB]\b))"
)
_STRAY_DOLLAR = re.compile(r"(?<=[%×α-ωΑ-Ω])\$(?=[\s.,;:)]|\Z)")


def dollars(text: str) -> str:
    r"""Dollars lost or left over by a broken formula: `\300,000` → $300,000, `5.2×$` → 5.2×."""
    if "\\" in text:
        text = _LOST_DOLLAR.sub("$", text)
    return _STRAY_DOLLAR.sub("", text) if "$" in text else text
