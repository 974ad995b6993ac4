"""Good text and bytes → damaged ones, an edit at a time, so that what is found shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T", str, bytes)

SCRAPS = (
    "\n", "\n\n", "\r", "\t", " ", '"', "'", "{", "}", "[", "]", "(", ")", "<", ">", "&", "\\",
    "$", "%", "#", "@", "=", ":", ",", ";", "|", "- ", "* ", "---\n", "```\n", "<![CDATA[", "]]>",
    "<!--", "-->", "<?xml", "<!DOCTYPE x [", "<!ENTITY a '&a;&a;'>", "&a;", "&#0;", "&#xD800;",
    "\\ud800", "\\u0000", "NaN", "-Infinity", "1e999", "9" * 40, "null", "true", '{"title": "',
    "@string{a=a#a}", "@comment{", "\\begin{x}", "\\frac{", "$$", "\\(", "^{", "&*", "*a",
    "&a [*a, *a]", "!!python/name:os", "!ENV HOME", "<<: *a", "? ", "TY  - ", "ER  - ", "%0 ",
    ".I 1\n", "PT J\n", "<title>", "</title>", "<script>", "</script>", "<entry>", "</paper>",
    "javascript:x", "https://", "10.1/x", "2401.00001", "\x00", "\x1b[2J", "\x7f", "\x85",
    "\u2028", "\u202e", "\ufeff", "\ufffe", "\U0010ffff", "e\u0301", "ß", "İ", "ﬁ", "深", "🎉",
    "\u200d", "../", "CON", "index", "404", "{{ 7*7 }}", "{% x %}", "{#", "=1+1", "Mar 14",
    "Subscribe", "\f", "\v", "=A9", "=?utf-8?q?", "Content-Type: text/html\n",
)  # fmt: skip
"""What some language in the pipeline acts on."""

_BYTES = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b"\xc3", b"\xed\xa0\x80",
    b"\xe9", b"\x81\x40", b"\x1f\x8b\x08", b"PK\x03\x04", b"PK\x01\x02", b"\x1a",
    b"\xff\xff\xff\xff", b"\x00\x00\x00\x00",
)  # fmt: skip

_PLACE = st.integers(0, 1 << 16)
_LENGTH = st.integers(0, 60)
_KINDS = st.sampled_from(["put", "cut", "replace", "repeat", "move", "end"])


def damaged_texts(seeds: Sequence[str]) -> st.SearchStrategy[str]:
    """Texts that were one of the seeds before a few edits."""
    put = st.sampled_from(SCRAPS) | st.text(max_size=6) | st.sampled_from(seeds).map(_middle)
    return _damaged(seeds, put)


def damaged_bytes(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Bytes that were one of the seeds before a few edits."""
    scraps = st.sampled_from([*_BYTES, *(scrap.encode("utf-8") for scrap in SCRAPS)])
    return _damaged(seeds, scraps | st.binary(max_size=4))


def _middle(text: str) -> str:
    return text[len(text) // 3 : len(text) // 3 + 40]


def _damaged(seeds: Sequence[T], put: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    edits = st.lists(st.tuples(_KINDS, _PLACE, _LENGTH, put), max_size=8)
    return st.tuples(st.sampled_from(seeds), edits).map(lambda drawn: _edited(*drawn))


def _edited(text: T, edits: list[tuple[str, int, int, T]]) -> T:
    for kind, place, length, put in edits:
        start = place % (len(text) + 1)
        end = start + length
        if kind == "put":
            text = text[:start] + put + text[start:]
        elif kind == "cut":
            text = text[:start] + text[end:]
        elif kind == "replace":
            text = text[:start] + put + text[end:]
        elif kind == "repeat":
            text = text[:end] + (text[start:end] or put) * (length % 9) + text[end:]
        elif kind == "move":
            text = text[:start] + text[end:] + text[start:end]
        else:
            text = text[:start]
    return text
