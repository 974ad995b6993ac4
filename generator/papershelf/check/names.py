"""Names of files: the same on every system, and safe in every address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath

from papershelf.check.built import Built
from papershelf.check.problems import doubtful, wrong
from papershelf.check.summary import Summaries
from papershelf.model import Problem

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\.|$)", re.I)
_UNSAFE = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]|[. ]$|^[ ~-]')
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
LONGEST = 255
LONGEST_PATH = 240
"""The most bytes of a name on any common file system, and signs of a path on Windows."""


def check_names(built: Built, pages: Summaries) -> Iterator[Problem]:
    """Every file can be copied to any system and any host, and none takes another's place there."""
    folded: dict[str, str] = {}
    for path in sorted({*built.files, *built.folders}):
        yield from _name(path)
        twin = folded.setdefault(unicodedata.normalize("NFC", path).casefold(), path)
        if twin != path:
            message = f'"{twin}" is the same file where case does not count'
            yield wrong("case-twins", message, path)
    for path in built.links:
        message = "a symbolic link: many hosts refuse it, and it may lead out of the site"
        yield wrong("site-link", message, path)


def _name(path: str) -> Iterator[Problem]:
    name = PurePosixPath(path).name
    why = ""
    if _RESERVED.match(name):
        why = "Windows keeps this name for a device"
    elif _UNSAFE.search(name):
        why = "a sign in it is not allowed on Windows, or not safe in a shell"
    elif _UNSEEN.search(name):
        why = "it holds signs that cannot be seen"
    elif len(name.encode("utf-8", "surrogateescape")) > LONGEST:
        why = f"it is longer than {LONGEST} bytes"
    if why:
        yield wrong("file-name", f"{ascii(name)[:120]}: {why}", path)
    elif len(path) > LONGEST_PATH:
        yield doubtful("file-name", f"a path of {len(path)} signs, too long for Windows", path)
