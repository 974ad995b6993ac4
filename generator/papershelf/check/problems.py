"""What a check has to say: `wrong` for what harms or misleads, `doubtful` for what lacks."""

from __future__ import annotations

from papershelf.model import Origin, Problem

SHOWN = 90
"""The most signs of a site's own text that a message quotes."""


def wrong(code: str, message: str, path: str, line: int = 0, hint: str = "") -> Problem:
    """A problem of level error at a file of the site; `path` is relative to the site."""
    return Problem(code, message, Origin(path, line), hint, "error")


def doubtful(code: str, message: str, path: str, line: int = 0, hint: str = "") -> Problem:
    """A problem of level warning."""
    return Problem(code, message, Origin(path, line), hint, "warning")


def short(text: str) -> str:
    """Text of the site in quotes, on one line, cut where it gets long.

    >>> short("a  b" + chr(10) + "c")
    '"a b c"'
    """
    flat = " ".join(text.split())
    return f'"{flat}"' if len(flat) <= SHOWN else f'"{flat[:SHOWN]}…"'
