"""JSON text → values that the rest of the pipeline can hold, or a reason why not.

The standard decoder takes what no other program takes back: NaN, halves of surrogate pairs,
a name twice, a million brackets. Here each is told, and the value mended or refused.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 100
"""How deep lists and objects may nest: twenty times what any known export does."""

_LONGEST_NUMBER = 18  # digits: what fits 64 bits, and so any other program


class BadJson(ValueError):  # noqa: N818  says something of a text
    """The text is no JSON, or none that can be held; the message says why."""


class StrictJson:
    """A decoder that can be used again and again; `notes` tell what the last value lost."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_constant=self._constant,
            parse_int=lambda digits: int(digits) if len(digits) <= _LONGEST_NUMBER else digits,
            parse_float=_finite,
        )

    def decode(self, text: str) -> Any:
        r"""The value of a JSON text.

        Raises:
            BadJson: it is no JSON, or nested too deep.

        >>> StrictJson().decode('{"a": [1, NaN]}')
        {'a': [1, None]}
        """
        self.notes = []
        try:
            value = self._decoder.decode(text)
        except json.JSONDecodeError as error:
            message = error.msg.lower().removesuffix(" starting at")
            raise BadJson(f"{message} in column {error.colno}") from None
        except RecursionError:
            raise BadJson(f"nested more than {MAX_DEPTH} levels deep") from None
        if text.count("[") + text.count("{") > MAX_DEPTH:
            _check_depth(value)
        return self._whole(value) if _HALF.search(text) else value

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            ((name, _),) = Counter(name for name, _ in pairs).most_common(1)
            self.notes.append(f'"{name}" stands twice in one object; the last one counts')
        return made

    def _constant(self, name: str) -> None:
        self.notes.append(f"{name} is no JSON; taken as null")

    def _whole(self, value: Any) -> Any:
        """The value without halves of surrogate pairs: no encoding could write them."""
        if isinstance(value, str):
            whole = _SURROGATE.sub("", value)
            if whole != value:
                self.notes.append("half of a surrogate pair in a text; left out")
            return whole
        if isinstance(value, list):
            return [self._whole(part) for part in value]
        if isinstance(value, dict):
            return {self._whole(name): self._whole(part) for name, part in value.items()}
        return value


_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def _finite(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = list(_inner(level))
        if not level:
            return
    raise BadJson(f"nested more than {MAX_DEPTH} levels deep")


def _inner(level: list[Any]) -> Iterator[Any]:
    for value in level:
        if isinstance(value, dict):
            yield from (part for part in value.values() if isinstance(part, dict | list))
        elif isinstance(value, list):
            yield from (part for part in value if isinstance(part, dict | list))
