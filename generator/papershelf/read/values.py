"""Values as other programs write them → values as a Record has them.

Every converter takes any value at all, and raises `Unfit` for one that does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A name as the tables have it.

    >>> plain_name("published_At"), plain_name("Container-Title")
    ('publishedat', 'containertitle')
    """
    return re.sub(r"[\s_.\-]+", "", name).lower() if len(name) < 100 else name


class Unfit(Exception):  # noqa: N818  says something of a value
    """A value is not of the kind that its name promises; the text says which kind that is."""


def kind_of(value: object) -> str:
    """What a value is, in the words of a message."""
    if isinstance(value, bool):
        return "true or false"
    kinds = ((str, "text"), (int | float, "a number"), (dict, "an object"), (list, "a list"))
    return next((words for kind, words in kinds if isinstance(value, kind)), "null")


def text_of(value: Any) -> str:
    """Text, or a number as text.

    Raises:
        Unfit: it is neither.
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.0f}" if float(value).is_integer() else str(value)
    raise Unfit("text")


_ARXIV = re.compile(
    r"(?:arxiv:\s*|https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/"
    r"|https?://(?:www\.)?(?:huggingface\.co|hf\.co)/papers/)?"
    r"(\d{4}\.\d{4,5}|[a-z-]{2,20}(?:\.[A-Z]{2})?/\d{7})(v\d{1,3})?(?:\.pdf)?",
    re.IGNORECASE,
)
DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S{1,200})", re.IGNORECASE)


def arxiv_in(text: Any) -> str:
    """The arXiv id, with its version, that a text is or that an address leads to; else nothing.

    >>> arxiv_in("https://arxiv.org/pdf/1706.03762v7.pdf"), arxiv_in("hep-th/9901001")
    ('1706.03762v7', 'hep-th/9901001')
    >>> arxiv_in("paper-17"), arxiv_in(None)
    ('', '')
    """
    match = _ARXIV.fullmatch(text.strip()) if isinstance(text, str) and len(text) < 200 else None
    return match[1] + (match[2] or "") if match else ""


def _paragraphs_of(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "\n\n".join(value)
    return text_of(value)


def _venue_of(value: Any) -> str:
    return text_of(value.get("name") if isinstance(value, dict) else value)


def _listed_of(value: Any) -> str:
    """The first of several days."""
    if isinstance(value, list) and value and all(isinstance(day, str) for day in value):
        return str(min(value))
    return text_of(value)


def _arxiv_of(value: Any) -> str:
    found = arxiv_in(value)
    if not found:
        raise Unfit("an arXiv id")
    return found


def is_address(value: object) -> bool:
    """Whether the value is an http(s) address."""
    return isinstance(value, str) and bool(re.match(r"https?://\S+\Z", value, re.IGNORECASE))


def _address_of(value: Any) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("url")
    if isinstance(value, str):  # some are broken over two lines
        value = re.sub(r"\s*\n\s*", "", value.strip())
    if not is_address(value) and not _HOST.match(str(value)):
        raise Unfit("an http(s) address")
    return str(value)


_HOST = re.compile(r"www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?:/\S*)?\Z")


def _count_of(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}", value):
        value = int(value)
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or value < 0 or value != int(value):
        raise Unfit("a count")
    return int(value)


def _words_of(value: Any) -> list[str]:
    """Keywords: a list of texts or of objects with a name, or one text with `;` or `,`."""
    if isinstance(value, str):
        value = re.split(r";" if ";" in value else r",", value)
    if not isinstance(value, list):
        raise Unfit("a list of keywords")
    numbers_too = [str(word) if type(word) in {int, float} else word for word in value]
    words = [_name_in(word, "a list of keywords") for word in numbers_too]
    return [word for word in words if word]


def _authors_of(value: Any) -> list[Any]:
    """Names, as found: a list of texts or objects, or one text such as `A and B`, `A; B`.

    An object stays one where a text could not hold it: with particle, suffix, ORCID, a group.
    """
    if isinstance(value, str):
        return names_in(value)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        raise Unfit("a list of names")
    names = [_author_in(name) for name in value]
    return [name for name in names if name]


_PARTS = {
    "family": ("family", "lastname", "familyname", "last"),
    "given": ("given", "firstname", "givenname", "first"),
    "particle": ("particle", "nondroppingparticle", "droppingparticle"),
    "suffix": ("suffix",),
    "literal": ("literal", "collective"),
    "orcid": ("orcid",),
}


def _author_in(value: Any) -> Any:
    """A name as text, or in parts where a text could not hold them."""
    name = _name_in(value, "a list of names")
    if not isinstance(value, dict) or not name:
        return name
    given = {plain_name(str(key)): part for key, part in value.items() if isinstance(part, str)}
    found = {
        part: text.strip()
        for part, keys in _PARTS.items()
        if (text := next((given[key] for key in keys if given.get(key)), "")).strip()
    }
    if found.keys() <= {"family", "given"}:
        return name
    return found if found.keys() & {"family", "literal"} else {"name": name, **found}


def names_in(text: str) -> list[str]:
    """The names in one text; a comma parts names only where it cannot part family and given.

    >>> names_in("Ada Lovelace and Grace Hopper"), names_in("Lovelace, Ada; Hopper, Grace")
    (['Ada Lovelace', 'Grace Hopper'], ['Lovelace, Ada', 'Hopper, Grace'])
    >>> names_in("Ada Lovelace, Grace Hopper"), names_in("Lovelace, Ada")
    (['Ada Lovelace', 'Grace Hopper'], ['Lovelace, Ada'])
    """
    if ";" in text:
        parts = text.split(";")
    else:
        parts = re.split(r",?\s+and\s+", text)
        by_comma = [part for whole in parts for part in whole.split(",")]
        if all(len(part.split()) > 1 for part in by_comma):
            parts = by_comma
    return [part.strip() for part in parts if part.strip()]


_NAMES = ("name", "displayname", "fullname", "literal", "term", "keyword", "label")


def _name_in(value: Any, wanted: str) -> str:
    """The name in a text or an object; nothing when the object holds none."""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, dict):
        raise Unfit(wanted)
    parts = {plain_name(str(name)): part for name, part in value.items()}
    if isinstance(parts.get("author"), dict):  # OpenAlex: {"author": {"display_name": …}}
        return _name_in(parts["author"], wanted)
    whole = (parts[name] for name in _NAMES if isinstance(parts.get(name), str))
    pair = (parts.get(one) or parts.get(other) for one, other in _FAMILY_GIVEN)
    return next(whole, "") or ", ".join(part for part in pair if part and isinstance(part, str))


_FAMILY_GIVEN = (("family", "lastname"), ("given", "firstname"))

CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "abstract": _paragraphs_of,
    "authors": _authors_of,
    "listed": _listed_of,
    "venue": _venue_of,
    "arxiv": _arxiv_of,
    "url": _address_of,
    "pdf": _address_of,
    "code": _address_of,
    "keywords": _words_of,
    "votes": _count_of,
    "authors_count": _count_of,
}
"""Field → what makes its value, or raises `Unfit`; all others are text."""
