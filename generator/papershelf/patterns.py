"""Regular expressions of users: let through only when they cannot take long.

Python's engine backtracks: `(a+)+b` over thirty letters runs for minutes. A pattern passes
when every repetition has an end and when all its choices multiply to few ways of matching;
then a search takes at most so many steps a character.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from importlib import import_module
from math import prod
from typing import Any

_PARSER: Any = import_module("re._parser")
_LONGEST = 200
_MOST_REPEATS = 100
_MOST_WAYS = 500
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_REFUSED = {"GROUPREF": "a back-reference", "GROUPREF_EXISTS": "a conditional"}


def check_pattern(pattern: str) -> str:
    """What is wrong with a pattern, in a few words; empty when nothing is.

    >>> check_pattern(r"RAG|retrieval.{0,20}generation")
    ''
    >>> check_pattern(r"(a+)+b")
    'repeats without end: write {0,20} instead of * or +'
    """
    if len(pattern) > _LONGEST:
        return f"longer than {_LONGEST} characters"
    try:
        compiled(pattern)
        tree = _parsed(pattern)
        if tree.getwidth()[0] == 0:
            return "matches the empty text"
        ways = _ways(tree)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error) or "too complicated"
    except _RefusedError as error:
        return str(error)
    return "" if ways <= _MOST_WAYS else "has too many ways to match"


def needed_text(pattern: str) -> str:
    """Text without which a pattern cannot match, so that most papers need no search.

    >>> needed_text(r"[A-Z][a-z]{0,9}-?CLIP"), needed_text("a|b")
    ('CLIP', '')
    """
    tree = _parsed(pattern)
    runs = [""]
    for op, argument in () if tree.state.flags & re.IGNORECASE else tree:
        runs[-1:] = [runs[-1] + chr(argument)] if str(op) == "LITERAL" else [runs[-1], ""]
    return max(runs, key=len)


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled, without Python's warnings on what later versions may read otherwise.

    Raises:
        re.error: it is no pattern; `check_pattern` tells beforehand.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(pattern)


def _parsed(pattern: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _PARSER.parse(pattern)


class _RefusedError(Exception):
    pass


def _ways(tree: Any) -> int:
    """In how many ways at most the engine can try a parsed pattern at one place."""
    return prod(_ways_of(str(op), argument) for op, argument in tree)


def _ways_of(op: str, argument: Any) -> int:
    if op in _REFUSED:
        raise _RefusedError(f"has {_REFUSED[op]}")
    if op in _REPEATS:
        return _ways_to_repeat(*argument)
    if op == "BRANCH":
        return sum(_ways(branch) for branch in argument[1])
    parts = argument if isinstance(argument, Sequence) else [argument]
    return prod(_ways(part) for part in parts if isinstance(part, _PARSER.SubPattern))


def _ways_to_repeat(least: int, most: int, body: Any) -> int:
    if most > _MOST_REPEATS:
        raise _RefusedError("repeats without end: write {0,20} instead of * or +")
    ways = _ways(body)
    return (most - least + 1) * (ways ** min(most, 20) if ways > 1 else 1)
