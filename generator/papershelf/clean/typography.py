"""Quotes, dashes and blanks as a reader expects them."""

from __future__ import annotations

import re

_DOUBLE = re.compile(r"``([^`\"]{1,300}?)(?:''|\")")
_SINGLE = re.compile(r"(?<![\w`'\\])`([^`'\n]{1,100})'(?![\w'`])")


def quotes(text: str) -> str:
    """TeX quotes become quotation marks: ``wall'' → “wall”, and `wall' → ‘wall’."""
    if "`" not in text:
        return text
    return _SINGLE.sub(r"‘\1’", _DOUBLE.sub(r"“\1”", text))


_EM = re.compile(r"(?<=[\w)\]\"'”’.,%\ufffc ])(?<!-)---(?=[\w(\[\"'“‘`\ufffc ])")
_SPACED_EN = re.compile(r"(?<= )--(?= )")
_GLUED_EN = re.compile(r"(?<=[\w)\]\"'”’%\ufffc])--(?=[\w(\[\"'“‘`$\ufffc])")


def dashes(text: str) -> str:
    """TeX dashes become dashes: ` -- ` and `2014--2022` → –, `---` → —; never hyphens."""
    if "--" not in text:
        return text
    return _GLUED_EN.sub("–", _SPACED_EN.sub("–", _EM.sub("—", text)))


# Words with which a new sentence begins, and which are hardly ever the second half of a
# name such as `scipy.Optimize` or `ASP.NET`.
_STARTERS = (
    "Additionally|After|All|Also|Although|An|And|As|At|Based|Because|Besides|Both|But|By|Code|"
    "Compared|Consequently|Data|Despite|Due|During|Each|Even|Existing|Experiments|Extensive|"
    "Finally|First|Firstly|Following|For|From|Further|Furthermore|Given|Here|Hence|How|However|If|"
    "In|Instead|It|Its|Many|Meanwhile|More|Moreover|Most|Nevertheless|Notably|On|One|Our|Overall|"
    "Previous|Prior|Recent|Recently|Results|Second|Secondly|Several|Similarly|Since|So|Some|"
    "Specifically|Subsequently|Such|That|The|Their|Then|There|Therefore|These|They|This|Those|"
    "Three|Through|Thus|To|Two|Under|Unlike|Using|We|What|When|Where|Whereas|Which|While|With|"
    "Without|Yet|A|I"
)
# Two cheap questions first: the long patterns below cost 30 µs on an abstract.
_STOP_AND_CAPITAL = re.compile(r"[.?!][A-Z]")
_COMMA_AND_WORD = re.compile(r",[a-z\ufffc]")
_GLUED_STOP = re.compile(
    rf"(?<![.\w/@_])([A-Za-z]{{0,40}}[a-z]{{2}}|[A-Za-z]{{1,20}}\d{{1,4}}\.\d{{1,4}}|\)|\d{{1,4}}%)([.?!])"
    rf"(?=(?:{_STARTERS})(?:,? [a-zA-Z(\d]|'))"
)
# The bracket first and what stands before it second: so the engine leaps from one bracket to
# the next, and takes 5 µs instead of 40.
_CLOSED = re.compile(
    r"\)(?<=[\w%\])]\))(?=(?:on|is|are|was|were|has|have|for|and|to|of|that|which|while|with|the|can)\b)"
)
_AFTER_NUMERAL = re.compile(rf"(\((?:i{{1,3}}|iv|v|[a-d1-9])\))(?=(?:{_STARTERS})\b)")
_OPENED = re.compile(
    r"\((?<=(?:[a-z]{3}|[A-Z]{2}s)\()(?=(?![IVX]{2,4}\))[A-Z]{2,8}s?\)(?!\.\w)|\d{1,3}(?:\.\d{1,3})?%|e\.g\.|i\.e\.)"
)
_COMMA = re.compile(
    r"(?<![\w.,-])([a-z]+(?:-[a-z]+)?|\w+\)|\ufffc),"
    r"(?=[a-z]{2,}(?: |-[a-z]|\.g\.)|i\.e\.|e\.g\.|etc\b)"
)


def glued(text: str) -> str:
    """Sentences, brackets and commas that stick together are parted: `re-training.In` ."""
    if _STOP_AND_CAPITAL.search(text):
        text = _GLUED_STOP.sub(r"\1\2 ", text)
    if "(" in text:
        text = _OPENED.sub(" (", _AFTER_NUMERAL.sub(r"\1 ", _CLOSED.sub(") ", text)))
    return _COMMA.sub(r"\1, ", text) if _COMMA_AND_WORD.search(text) else text


_LOOSE = re.compile(
    r" (?:(?<=[\w)\]’”\ufffc.] )([,;])|(?<=[\w)\]’”\ufffc] )([.?!](?! ?\.)))(?=\s|\)|\Z)"
)
_LOOSE_BRACKET = re.compile(r"(?<=\() (?=\ufffc)|(?<=[\ufffc.]) (?=\))")
_LOOSE_MARKS = (" ,", " .", " ;", " ?", " !", " )", "( \ufffc")
_BLANKS = re.compile(r" {2,}")


def spacing(text: str) -> str:
    """Blanks before a comma or full stop go, and double blanks."""
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    text = text.strip(" ")
    if not any(mark in text for mark in _LOOSE_MARKS):
        return text
    return _LOOSE_BRACKET.sub("", _LOOSE.sub(lambda m: m[1] or m[2], text))
