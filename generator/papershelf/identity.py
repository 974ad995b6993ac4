"""Who is who: keys and ids of papers, and slugs. The only door to slugify."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from slugify import slugify

MAX_SLUG = 80


def fold(text: str) -> str:
    """Text without what does not tell papers apart: case, accents, punctuation, spacing.

    >>> fold("BERT: Pre-training  of…"), fold("Bert pre training of")
    ('bert pre training of', 'bert pre training of')
    """
    if text.isascii():  # as nearly all are: so it takes a fifth of the time
        return " ".join(text.lower().translate(_APART).split())
    # Folding case can bring in signs that decompose again: U+0345 becomes an iota.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w+#]+|_+", " ", text.casefold()).split())


# Signs that stand alone must count, or C, C++ and C# would be one.
_APART = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "+#"}


def digest(text: str, length: int = 10) -> str:
    """The first hex digits of SHA-256: enough of them that two papers never share one."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


STRONG = ("doi", "arxiv", "acl")
"""The schemes whose identifiers name one paper, strongest first."""

KINDS = (*STRONG, "twin", "both", "title", "abstract")
"""The kinds of keys, strongest first."""

LONG_ABSTRACT = 200
"""Folded abstracts shorter than this ("TBA", "no abstract") are shared by strangers."""


def keys(title: str, abstract: str, identifiers: Mapping[str, str]) -> tuple[str, ...]:
    """The names under which a paper may be known, strongest first.

    DOI, arXiv id (of any version), ACL id; then title with abstract, title alone, abstract
    alone. The last three let a paper keep its address when it gains an identifier, when its
    abstract is corrected, or when its title is.
    """
    strong = [f"{scheme}:{value}" for scheme, value in strong_identifiers(identifiers).items()]
    name, text = fold(title) or title, fold(abstract) or abstract
    weak = [f"both:{digest(name + chr(0) + text, 16)}", f"title:{digest(name, 16)}"]
    if len(text) >= LONG_ABSTRACT:
        weak.append(f"abstract:{digest(text, 16)}")
    return (*strong, *weak)


def strong_identifiers(identifiers: Mapping[str, str]) -> dict[str, str]:
    """DOI, arXiv id and ACL id as they compare: lower case, no version, strongest first.

    A DOI that arXiv gave says the arXiv id as well.

    >>> strong_identifiers({"doi": "10.48550/arXiv.2401.00001"})
    {'doi': '10.48550/arxiv.2401.00001', 'arxiv': '2401.00001'}
    >>> strong_identifiers({"arxiv": "2401.00001v3"})
    {'arxiv': '2401.00001'}
    """
    found = {s: identifiers[s].strip().lower() for s in STRONG if identifiers.get(s, "").strip()}
    doi = found.get("doi", "")
    if doi.startswith(_ARXIV_DOI):
        found.setdefault("arxiv", doi.removeprefix(_ARXIV_DOI))
    if "arxiv" in found:
        found["arxiv"] = re.sub(r"(?<=\d)v\d{1,3}\Z", "", found["arxiv"])
    return {scheme: found[scheme] for scheme in STRONG if found.get(scheme)}


_ARXIV_DOI = "10.48550/arxiv."


def public_id(keys: tuple[str, ...], title_is_shared: bool = False) -> str:
    """The id shown to people, from a paper's keys, strongest first.

    An identifier where there is one, else ten hex digits of the title; papers that share
    their title take theirs from title and abstract.
    """
    scheme, _, value = keys[0].partition(":")
    if scheme in STRONG:
        return value
    wanted = "both:" if title_is_shared else "title:"
    return next(key.removeprefix(wanted) for key in keys if key.startswith(wanted))[:10]


_SPELT = (
    ("C++", "c-plus-plus"), ("++", "-plus-plus"), ("+", "-plus"), ("#", "-sharp"), ("&", " and "),
    ("µ", "mu"), ("μ", "mu"), ("α", "alpha"), ("β", "beta"), ("γ", "gamma"), ("δ", "delta"),
    ("ε", "epsilon"), ("θ", "theta"), ("λ", "lambda"), ("π", "pi"), ("σ", "sigma"), ("τ", "tau"),
    ("φ", "phi"), ("ω", "omega"), ("Ω", "omega"), ("Δ", "delta"), ("∞", "infinity"), ("ß", "ss"),
)  # fmt: skip
# Names that Windows keeps for devices, whatever their suffix, and pages of our own.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|index|404)\Z")


def slug(text: str, fallback: str = "") -> str:
    """A readable ASCII address part of at most 80 characters; never empty.

    >>> slug("μnit Scaling: C++ & 2x Faster?"), slug("🎉"), slug("CON")
    ('munit-scaling-c-plus-plus-and-2x-faster', 'x-6146299c', 'con-x')
    """
    if text.isascii() and text.isalnum():  # a single word, as most names are
        made = text[:MAX_SLUG].lower()
    elif not (made := _slug_of_words(text)):
        text = re.sub(r"(?<=\w)'(?=\w)|’", "", text[:400])
        made = slugify(text, **_SLUGIFY)
    if not made:
        return fallback or f"x-{digest(text, 8)}"
    return f"{made}-x" if _RESERVED.match(made) else made


def _slug_of_words(text: str) -> str:
    """What slugify makes of plain words, in a tenth of its time; nothing where it has more to do.

    >>> _slug_of_words("Nets, deep ones: a survey"), _slug_of_words("Nets (deep ones)")
    ('', 'nets-deep-ones')
    """
    made = fold(text).replace(" ", "-") if text.isascii() and _SIGNS.isdisjoint(text) else ""
    return made if len(made) < MAX_SLUG else ""


_SIGNS = frozenset("+#&',")
# A title is text by now: an entity in it is what its authors wrote.
_SLUGIFY: dict[str, Any] = {
    "max_length": MAX_SLUG, "word_boundary": True, "replacements": _SPELT,
    "entities": False, "decimal": False, "hexadecimal": False,
}  # fmt: skip


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(name: Any) -> bool:
    """Whether a value could be a slug: small letters and digits, single hyphens between them."""
    return (
        isinstance(name, str)
        and len(name) <= MAX_SLUG
        and _SLUG.fullmatch(name) is not None
        and not _RESERVED.match(name)
    )
