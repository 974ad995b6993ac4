r"""Front matter: data → YAML that every engine reads back as the same data.

A value on one line of JSON is a value in YAML too, but for three things, and those are
seen to here: characters that YAML takes for line ends or refuses, numbers such as `1e-05`
that YAML 1.1 reads as text, and keys too long to be told from values.

>>> print(front_matter({"title": "A &amp; B", "paper": {"year": 2025, "tags": ["yes", "\x85"]}}))
---
title: "A &amp; B"
paper:
  year: 2025
  tags: ["yes", "\u0085"]
---
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any


def front_matter(meta: Mapping[str, Any]) -> str:
    """A page's front matter with both fences, without a line end after the second.

    A mapping at the top is laid out with a line a key; what lies deeper stands on one line.
    What is neither text, number, truth value, nothing, list nor mapping is written as its
    text. Lone surrogates, which no UTF-8 file can hold, become U+FFFD.
    """
    lines = [line for key, value in meta.items() for line in _entry(str(key), value)]
    return "\n".join(("---", *(lines or ["{}"]), "---"))


def _entry(key: str, value: Any) -> list[str]:
    if isinstance(value, Mapping) and value:
        inner = [f"{_key(str(name), '  ')}: {_inline(item)}" for name, item in value.items()]
        return [f"{_key(key)}:", *inner]
    return [f"{_key(key)}: {_inline(value)}"]


# Bare keys read best; any that YAML 1.1 might take for something else is quoted.
_BARE = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)\Z)[a-z][a-z_]{0,60}\Z")
# YAML wants the colon within 1,024 characters of where the key begins.
_LONG_KEY = 1000


@lru_cache(1 << 8)  # pages of a kind have the same ones
def _key(key: str, indent: str = "") -> str:
    text = key if _BARE.match(key) else _quoted(key)
    return f"{indent}? {text}\n{indent}" if len(text) > _LONG_KEY else f"{indent}{text}"


def _plain(value: Any) -> Any:
    """What JSON does not know, as something that it does."""
    return dict(value) if isinstance(value, Mapping) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=_plain).encode
# Line ends of YAML 1.1 (which would be folded to blanks), and what its readers refuse.
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_ODD_NUMBER = re.compile(r"e[-+]\d|NaN|Infinity")


def _quoted(text: str) -> str:
    return _ODD.sub(_escape, _encode(text))


def _escape(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"


def _inline(value: Any) -> str:
    """The value on one line.

    The encoder in C is ten times as fast as a walk in Python: it serves unless the text
    might hold one of the numbers or keys that YAML reads differently.
    """
    text = _encode(value)
    if isinstance(value, str):
        return _mended(text)
    if _ODD_NUMBER.search(text) or (len(text) > _LONG_KEY and _has_long_key(value)):
        return _walk(value)
    return _mended(text)


def _mended(text: str) -> str:
    # All that is odd cannot be printed, and to ask for that takes less than the pattern.
    fine = (text.isascii() and "\x7f" not in text) or text.isprintable()
    return text if fine else _ODD.sub(_escape, text)


def _has_long_key(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(len(_quoted(key)) > _LONG_KEY or _has_long_key(value[key]) for key in value)
    return isinstance(value, (list, tuple)) and any(map(_has_long_key, value))


def _walk(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(map(_pair, value.items())) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_walk, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    return _quoted(str(value))


def _pair(pair: tuple[Any, Any]) -> str:
    key = _quoted(str(pair[0]))
    return f"{'? ' * (len(key) > _LONG_KEY)}{key}: {_walk(pair[1])}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    text = repr(value)
    # YAML 1.1 wants a point in a float and a sign in its exponent.
    return text.replace("e", ".0e", 1) if "e" in text and "." not in text else text
