r"""Names as BibTeX writes them: `First von Last`, `von Last, Jr, First`, `{A Group}`.

The rules are those of BibTeX itself (N. Markey, Tame the BeaST, 2009, section 11): parts are
told by commas, and a word outside braces that begins with a small letter is a particle.
What braces hold is one word. biblatex's `family=…, given=…` is known, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from papershelf.clean import names
from papershelf.clean.latex import plain
from papershelf.model import Author

_AND = re.compile(r"[{}]|\\.|(?<=\s)and(?=\s)", re.DOTALL | re.IGNORECASE)
_COMMA = re.compile(r"[{}]|\\.|,", re.DOTALL)
_SEMICOLON = re.compile(r"[{}]|\\.|;", re.DOTALL)
_BLANK = re.compile(r"[{}]|\\.|[\s~]+", re.DOTALL)
_KEYED = re.compile(r"\s*\"?(family|given|prefix|suffix)(?:-i|\s)*=(.*)", re.DOTALL)
_OTHERS = frozenset({"others", "et al", "et al."})


def latex_authors(value: Any) -> tuple[Author, ...]:
    r"""The authors that a BibTeX field tells; `others` is nobody.

    >>> [str(author) for author in latex_authors(r"Zola, {\'E}mile and {The Group} and others")]
    ['Émile Zola', 'The Group']
    """
    if not isinstance(value, str):
        return names.authors(_decoded(value))
    found = split(value, _AND)
    if len(found) == 1:
        found = _sloppy(found[0])
    return tuple(author for author in map(latex_author, found) if str(author))


def _decoded(value: Any) -> Any:
    """The same lists and mappings, with their texts decoded."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, (list, tuple)):
        return [_decoded(part) for part in value]
    if isinstance(value, dict):
        return {name: _decoded(part) for name, part in value.items()}
    return value


def _sloppy(text: str) -> list[str]:
    """Names that programs part with semicolons, or commas, where BibTeX wants `and`."""
    if len(parts := split(text, _SEMICOLON)) > 1:
        return parts
    parts = split(text, _COMMA)
    people = [part for part in parts if " " in part and "{" not in part and "=" not in part]
    return parts if len(parts) > 2 and len(people) == len(parts) else [text]


def latex_author(name: str) -> Author:
    """One name; a word that is all in braces, or a known group's, is a group.

    >>> latex_author("von der Berg, Jr., Bo")
    Author(family='Berg', given='Bo', particle='von der', suffix='Jr.', literal='', orcid='')
    """
    name = name.strip().strip(",").strip()
    if plain(name).casefold() in _OTHERS:
        return Author()
    parts = [part for part in split(name, _COMMA) if part]
    if keyed := [match for part in parts if (match := _KEYED.fullmatch(part))]:
        return _keyed({match[1]: plain(match[2].strip(' "')) for match in keyed})
    if len(parts) == 1:
        return _in_order(parts[0])
    return _inverted(parts) if parts else Author()


def _keyed(parts: dict[str, str]) -> Author:
    family, given = parts.get("family", ""), parts.get("given", "")
    return Author(family, given, parts.get("prefix", ""), parts.get("suffix", ""))


def _in_order(name: str) -> Author:
    """`First von Last`."""
    words = split(name, _BLANK)
    if (len(words) == 1 and name.startswith("{")) or names.is_group(plain(name)):
        return Author(literal=plain(name))
    small = [at for at, word in enumerate(words[:-1]) if _is_small(word)]
    start, end = (small[0], small[-1] + 1) if small else (len(words) - 1, len(words) - 1)
    if len(words) > 2 and not small and names.is_suffix(plain(words[-1])):
        given, family = words[:-2], words[-2:-1]
        return Author(_said(family), _said(given), suffix=plain(words[-1]))
    return Author(_said(words[end:]), _said(words[:start]), _said(words[start:end]))


def _inverted(parts: list[str]) -> Author:
    """`von Last, First` or `von Last, Jr, First`."""
    words = split(parts[0], _BLANK)
    end = 1 + max((at for at, word in enumerate(words[:-1]) if _is_small(word)), default=-1)
    rest = [plain(part) for part in parts[1:]]
    suffix = next((part for part in rest if names.is_suffix(part)), "")
    if not suffix and len(rest) == 2:
        suffix = rest[0]
    given = " ".join(part for part in rest if part != suffix)
    return Author(_said(words[end:]), given, _said(words[:end]), suffix)


def _said(words: list[str]) -> str:
    return plain(" ".join(words))


def _is_small(word: str) -> bool:
    r"""Whether the word begins with a small letter; one in braces has no case.

    >>> [_is_small(word) for word in ("von", "{von}", r"{\'e}tude", "d'Arc", "Ed")]
    [True, False, True, True, False]
    """
    if word.startswith("{") and not word.startswith("{\\"):
        return False
    return plain(word)[:1].islower()


def split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The parts of a text between separators outside of braces, trimmed.

    >>> split("a, {b, c}", _COMMA)
    ['a', '{b, c}']
    """
    return [part.strip() for part in _parts(text, separator)]


def _parts(text: str, separator: re.Pattern[str]) -> Iterator[str]:
    depth, start = 0, 0
    for match in separator.finditer(text):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth = max(0, depth - 1)
        elif match[0][0] != "\\" and not depth:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]
