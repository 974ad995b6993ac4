"""Every regular expression of the package, on texts made to keep one busy: none takes long."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import partial

import pytest

import papershelf
from timing import grows_at_most, seconds, takes_at_most

GLANCE, SHORT, LONG = 2_000, 6_000, 24_000
SLOW = 0.05
"""Seconds that a pattern may take for the longest text, whatever the shorter one takes."""

DOUBTFUL = SLOW * (GLANCE / LONG) ** 2 / 1.5
"""Seconds for the shortest text from which on a square could become slow."""

SCRAPS = (
    "a", "A", "1", "_", " ", "\t", "\n", "\n\n", "a ", " a", "a,", ", ", "a.", "A. ", "a-", "-",
    "--", "(", "((", ")", "[", "[[", "](", "]", "{", "{{", "}", "{}", "<", "<a", "<a ", "<!",
    "<!--", "<![CDATA[", ">", "&", "&#", "&a", "$", "$$", "$a", "\\", "\\a", "\\{", "^", "_{", "*",
    "**", "`", "'", '"', '""', '"a', "a'", "’", "@", "@a{", "#", "# ", "|", "=", "a=", ":", "a:",
    "://", "http://", "https://a.", "www.", "/", "../", "10.1/", "10.1234/a", "arXiv:", "2401.",
    "0", "0.", "%", ";", "!", "?", ". ", "…", "é", "e\u0301", "\u200b", "\xa0", "\x00", "aA", "a1",
    "1a", "A B ", "Mar 1", "- a\n", "> ", "~~~", "---\n",
)  # fmt: skip
ENDS = ("", "\x01")


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern of text that is global in a module, in a container or alone."""
    seen = set()
    for found in pkgutil.walk_packages(papershelf.__path__, "papershelf."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            values = value.values() if isinstance(value, dict) else value
            for one in values if isinstance(values, tuple | list | type({}.values())) else [value]:
                for part in one if isinstance(one, tuple) else [one]:
                    is_new = isinstance(part, re.Pattern) and part.pattern not in seen
                    if is_new and isinstance(part.pattern, str):
                        seen.add(part.pattern)
                        yield f"{found.name}.{name}", part


FOUND = dict(patterns())


BOUNDED = {"papershelf.compose.claims._SHAPED": "asked of names of at most 30 signs"}


def calls_of(name: str) -> tuple[str, ...]:
    """How its module uses a pattern: looked for anywhere, tried at the beginning, or as a whole."""
    module, _, own = name.rpartition(".")
    source = inspect.getsource(importlib.import_module(module))
    calls = set(re.findall(rf"\b{own}\.([a-z]+)\(", source))
    anchored = tuple(sorted(calls & {"match", "fullmatch"}))
    return anchored if calls and calls <= {"match", "fullmatch"} else (*anchored, "finditer")


def search(pattern: re.Pattern[str], text: str, calls: tuple[str, ...]) -> None:
    for call in calls:
        found = getattr(pattern, call)(text)
        if call == "finditer":
            sum(1 for _ in found)


def slow_text(pattern: re.Pattern[str], calls: tuple[str, ...]) -> str:
    """The scrap on which four times the text takes more than nine times as long; or nothing."""
    for scrap in SCRAPS:
        for end in ENDS:
            glance, short, long = (
                partial(search, pattern, scrap * (size // len(scrap)) + end, calls)
                for size in (GLANCE, SHORT, LONG)
            )
            if seconds(glance) < DOUBTFUL or seconds(short) < DOUBTFUL * 6:
                continue
            if not takes_at_most(20 * SLOW, short):
                return f"{scrap!r} … {end!r}: {seconds(short):.1f} s for {SHORT} signs"
            if not grows_at_most(9, long, short, quick=SLOW):
                return f"{scrap!r} … {end!r}: {seconds(short):.3f} s, {seconds(long):.3f} s"
    return ""


def test_patterns_are_found() -> None:
    assert len(FOUND) > 150


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FOUND.keys() - BOUNDED))
def test_pattern_takes_time_in_proportion_to_the_text(name: str) -> None:
    assert slow_text(FOUND[name], calls_of(name)) == ""


@pytest.mark.parametrize("pattern", [r"\s+$", r"(a+)b", r"<!--.*?-->", r"\[[^]]*\]\("])
def test_guard_sees_a_pattern_that_does_not(pattern: str) -> None:
    assert slow_text(re.compile(pattern, re.DOTALL), ("finditer",)) != ""
