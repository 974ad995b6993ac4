"""Names of people and groups, from the many ways in which sources write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from papershelf.clean.characters import characters, encoding, one_line
from papershelf.clean.tex import accents, commands
from papershelf.model import Author

_AND = re.compile(r"(?<!\s)\s++and\s++", re.IGNORECASE)
_OTHERS = re.compile(r"(?:and\s+)?(?:others|et\.?\s*al\.?|\.\.\.|…)", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:Collaboration|Consortium|Team|Group|Initiative|Foundation|Committee|Institute|"
    r"Laborator(?:y|ies)|Organi[sz]ation|University|Inc\.?|Ltd\.?|Community)(?:\W|\Z)"
)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV|Ph\.?\s?D\.?|M\.?D\.?")
_PARTICLE = re.compile(
    r"(?:van|von|der|den|de|del|della|di|da|dos|das|du|la|le|las|los|ten|ter|zu|zur|zum|af|av|"
    r"bin|ibn|al|el|y|e|do|des|vom|'t|op)"
)
# Written with a capital they belong to the family name.
_CAPITAL_PARTICLE = re.compile(r"Van|Von|De|Der|Den|Del|Della|Di|Da|Du|La|Le|Ten|Ter|Dos|Dal|El|Al")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dXx]")
_PARTS = {
    "family": ("family", "last", "lastname", "last_name", "familyName", "surname"),
    "given": ("given", "first", "firstname", "first_name", "givenName", "forename"),
    "particle": ("non-dropping-particle", "particle", "dropping-particle", "prefix"),
    "suffix": ("suffix",),
    "literal": ("literal", "collective", "group"),
    "orcid": ("orcid", "ORCID", "orcid_id"),
}
_WHOLE = ("name", "fullname", "full_name", "author", "display_name")


def authors(value: Any) -> tuple[Author, ...]:
    """The authors that a field tells: text, a mapping of name parts, or a list of either.

    >>> [str(a) for a in authors("Knuth, Donald E. and {The TeX Users} and others")]
    ['Donald E. Knuth', 'The TeX Users']
    """
    return tuple(author for author in _each(value) if str(author))


def _each(value: Any) -> Iterator[Author]:
    if isinstance(value, str):
        yield from (author(name) for name in _split(_text(value)))
    elif isinstance(value, Mapping):
        yield _from_parts(value)
    elif isinstance(value, (list, tuple)):
        for part in value:
            if isinstance(part, str):
                yield from (author(name) for name in _split_ands(_text(part)))
            elif isinstance(part, Mapping):
                yield _from_parts(part)
            elif part is not None:
                yield author(_text(str(part)))


def author(name: str) -> Author:
    """One name: `Given von Family Jr.`, `von Family, Jr., Given`, or `{A Group}`.

    >>> author("Ludwig van Beethoven")
    Author(family='Beethoven', given='Ludwig', particle='van', suffix='', literal='', orcid='')
    """
    name = name.strip().strip(",;").strip()
    if not name or _OTHERS.fullmatch(name):
        return Author()
    if name.startswith("{") and name.endswith("}") and name.count("{") == 1:
        return Author(literal=name[1:-1].strip())
    name = re.sub(r"[{}]", "", name)
    if is_group(name):
        return Author(literal=name)
    return _inverted(name) if "," in name else _natural(name.split())


def is_group(name: str) -> bool:
    """Whether a word tells that this is no person: Team, University, Inc."""
    return bool(_GROUP.search(name))


def is_suffix(word: str) -> bool:
    """Whether the word is a Jr., III, PhD.

    >>> is_suffix("III"), is_suffix("Ivy")
    (True, False)
    """
    return bool(_SUFFIX.fullmatch(word))


def _inverted(name: str) -> Author:
    parts = [part.strip() for part in name.split(",") if part.strip()]
    if len(parts) < 2:
        return _natural(" ".join(parts).split())
    particles, family = _after_particles(parts[0].split())
    suffix = next((part for part in parts[1:] if _SUFFIX.fullmatch(part)), "")
    given = " ".join(part for part in parts[1:] if part != suffix)
    return Author(" ".join(family), given, " ".join(particles), suffix)


def _natural(words: list[str]) -> Author:
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if len(words) < 2:
        return Author(family=" ".join(words), suffix=suffix)
    start = next(
        (at for at, word in enumerate(words[1:-1], 1) if _PARTICLE.fullmatch(word)), len(words) - 1
    )
    particles, family = _after_particles(words[start:])
    given = words[:start]
    while len(given) > 1 and not particles and _CAPITAL_PARTICLE.fullmatch(given[-1]):
        family.insert(0, given.pop())
    return Author(" ".join(family), " ".join(given), " ".join(particles), suffix)


def _after_particles(words: list[str]) -> tuple[list[str], list[str]]:
    """The particles that a family name begins with, and the rest, which is never empty."""
    count = 0
    while count < len(words) - 1 and _PARTICLE.fullmatch(words[count]):
        count += 1
    return words[:count], words[count:]


def _from_parts(parts: Mapping[str, Any]) -> Author:
    found = {part: _first(parts, names) for part, names in _PARTS.items()}
    orcid = _ORCID.search(found["orcid"])
    found["orcid"] = orcid[0].upper() if orcid else ""
    if not found["family"] and not found["literal"]:
        whole = author(_first(parts, _WHOLE) or found["given"])
        return Author(
            whole.family, whole.given, whole.particle, whole.suffix, whole.literal, found["orcid"]
        )
    if found["literal"]:
        return Author(literal=found["literal"].strip("{}"), orcid=found["orcid"])
    return Author(**found)


def _first(parts: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((_text(parts[name]) for name in names if isinstance(parts.get(name), str)), "")


def _text(name: str) -> str:
    if "\\" in name:
        name = commands(accents(name))
    return one_line(characters(encoding(name)).replace("~", " "))


def _split(names: str) -> list[str]:
    """The names in one text: parted by `and`, else by semicolons, else by commas."""
    parts = _split_ands(names)
    if len(parts) == 1 and ";" in names:
        return names.split(";")
    return [name for part in parts for name in _split_commas(part, alone=len(parts) == 1)]


def _split_ands(names: str) -> list[str]:
    """Parted by ` and ` outside braces."""
    if " and " not in names.lower():
        return [names]
    if "{" not in names:
        return _AND.split(names)
    parts, depth, start = [], 0, 0
    for match in re.finditer(r"[{}]|(?<!\s)\s++and\s++", names, re.IGNORECASE):
        if match[0] in "{}":
            depth = max(0, depth + (1 if match[0] == "{" else -1))
        elif not depth:
            parts.append(names[start : match.start()])
            start = match.end()
    return [*parts, names[start:]]


def _split_commas(names: str, alone: bool) -> list[str]:
    """Parted by commas when these part people, and not a family name from a given one.

    >>> _split_commas("Ada Lovelace, Alan Turing", True), _split_commas("Turing, Alan", True)
    (['Ada Lovelace', 'Alan Turing'], ['Turing, Alan'])
    """
    parts = [part.strip() for part in names.split(",") if part.strip()]
    people = [part for part in parts if " " in part and not _SUFFIX.fullmatch(part)]
    if "{" not in names and len(parts) > 1 and len(people) == len(parts):
        # `van der Berg, Jan Piet` is one person
        return parts if len(parts) > 2 or not _PARTICLE.fullmatch(parts[0].split()[0]) else [names]
    return parts if alone and len(parts) > 3 and len(people) > len(parts) / 2 else [names]
