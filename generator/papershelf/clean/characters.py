r"""Characters: which may stand in a text, and how each is written.

The door to ftfy, which undoes UTF-8 that was read as Latin-1 or Windows-1252.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

# Neither XML nor HTML can hold these, and no file lone surrogates. U+FFFC is what a step
# sees in the place of a formula, so that none may come from outside.
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffc\ufffe\uffff]"
)
# Marks that turn the writing direction around can make a page say what its source does not
# (CVE-2021-42574); soft hyphens and zero-width spaces keep words from being found.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\u202a-\u202e\u2066-\u2069]")
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_LINE = re.compile(r"\r\n?")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*|\u2029")
# `state-of-the-` at the end of a line goes on without a blank; `pre- and` does not.
_HYPHEN_AT_END = re.compile(r"(?<=[a-z]-)\n\s*(?!and\b|or\b|to\b)(?=[a-z])")
_DEEPEST = 20


def forbidden(text: str) -> str:
    r"""The characters of the text that cannot be kept, each once, in order of their codes.

    >>> forbidden("a\x00b\ufeff\x00")
    '\x00\ufeff'
    """
    return "".join(sorted(set(_FORBIDDEN.findall(text))))


def sound(text: str) -> str:
    """The text without characters that cannot be written to a page."""
    return _FORBIDDEN.sub("", text)


def sound_value(value: Any, depth: int = _DEEPEST) -> Any:
    """The same for text anywhere inside lists and mappings; what lies too deep becomes text."""
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, (list, tuple, Mapping)) and not depth:
        return "…"
    if isinstance(value, Mapping):
        return {sound(str(name)): sound_value(part, depth - 1) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [sound_value(part, depth - 1) for part in value]
    return value


def paragraphs(text: str) -> list[str]:
    r"""The paragraphs of a text: an empty line parts them, single line breaks mean nothing.

    >>> paragraphs("One\nparagraph that is state-of-the-\nart.\n \nTwo")
    ['One paragraph that is state-of-the-art.', 'Two']
    """
    if "\r" in text:
        text = _LINE.sub("\n", text)
    if "-\n" in text:
        text = _HYPHEN_AT_END.sub("", text)
    parts = (" ".join(part.split()) for part in _PARAGRAPH.split(text))
    return [part for part in parts if part]


def one_line(text: str) -> str:
    """The text on one line, without characters that cannot be kept."""
    return " ".join(sound(text).split())


def encoding(text: str) -> str:
    """Letters mangled by a wrong encoding (`cafÃ©`) are restored, where it is certain."""
    if text.isascii() or not _MOJIBAKE.search(text):
        return text
    import ftfy  # late, as most runs have no text that needs it

    return str(ftfy.fix_encoding(text))


def characters(text: str) -> str:
    """Letters and accents become one character each; invisible direction marks and hyphens go."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
