"""Combine: the copies of one paper → that paper, by one rule a field.

The richer value wins; of two equally rich ones, that of the first origin (by path, then
line). What is richer:

| field | richer is |
|---|---|
| title | not all capitals or all small letters, then longer |
| abstract | longer |
| authors | more of them, then more given names written out, then more ORCIDs |
| date | has a year, then a month, then a day |
| venue | no preprint server, then longer |
| identifiers | all schemes together; of two DOIs, the one that arXiv did not give |
| links, tags, listings | all together, each once |
| extra | all names together |

A value that lost is kept in `extra["merged"]`, with its origin: `{"from": {field: origin},
"other": [{"field": …, "value": …, "origin": …}]}`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from papershelf.identity import digest, fold, keys, strong_identifiers
from papershelf.model import Author, Date, Link, Listing, Paper, Repair
from papershelf.prose import Prose

_KINDS = ("doi", "arxiv", "acl", "twin", "both", "title", "abstract")
_PREPRINT = ("arxiv", "corr", "biorxiv", "medrxiv", "chemrxiv", "ssrn", "preprint")


def combine(copies: list[Paper], contested: Collection[str] = ()) -> Paper:
    """The copies of one paper, in the order of their origins → the paper.

    `contested` keys are not taken over: other papers claim them, too. The id is not
    settled here: it depends on who else is in the collection.
    """
    paper = copies[0] if len(copies) == 1 else _joined(copies)
    known = dict.fromkeys(key for copy in (paper, *copies) for key in copy.keys)
    if twin := _twin_key(paper, contested):
        known[twin] = None
    names = tuple(sorted((key for key in known if key not in contested), key=_rank))
    return paper if names == paper.keys else replace(paper, keys=names)


def key_of(paper: Paper, kind: str) -> str:
    """A paper's first key of a kind; empty when it has none."""
    return next((key for key in paper.keys if key.startswith(f"{kind}:")), "")


def family_names(paper: Paper) -> set[str]:
    """What tells whether two lists of authors have anybody in common: folded family names.

    Of a name in one piece, which may be a person's or a group's, every word counts.
    """
    return {
        name for author in paper.authors for name in fold(author.family or author.literal).split()
    }


def _rank(key: str) -> int:
    kind = key.partition(":")[0]
    return _KINDS.index(kind) if kind in _KINDS else len(_KINDS)


def _twin_key(paper: Paper, contested: Collection[str]) -> str:
    """What tells namesakes apart that have neither abstract nor identifier, or nothing.

    Every such paper gets it, alone or not: the ledger must know the first "Editorial" for
    sure when the second one comes.
    """
    strong = {f"{s}:{v}" for s, v in strong_identifiers(paper.identifiers).items()}
    if strong - set(contested) or key_of(paper, "abstract"):
        return ""
    year = paper.date.year if paper.date else None
    told = (key_of(paper, "both"), year, sorted(family_names(paper)), paper.venue)
    return f"twin:{digest(repr((told, sorted(paper.identifiers.items()))), 16)}"


def _joined(copies: list[Paper]) -> Paper:
    chosen = {field: max(copies, key=_by(field, richness)) for field, richness in _RICHNESS.items()}
    values = {field: getattr(copy, field) for field, copy in chosen.items()}
    identifiers = _identifiers(copies)
    title, abstract = values["title"], values["abstract"]
    return replace(
        copies[0],
        **values,
        keys=keys(title.plain, abstract.plain, identifiers),
        identifiers=identifiers,
        links=_links(copies),
        tags=_tags(copies),
        listings=_listings(copies),
        raw=_raw(copies, chosen),
        repairs=_repairs(copies, chosen),
        versions=tuple(sorted({id for copy in copies for id in copy.versions})),
        extra=_extra(copies, chosen, identifiers),
    )


def _by(field: str, richness: Callable[[Any], Any]) -> Callable[[Paper], Any]:
    return lambda copy: richness(getattr(copy, field))


def _title_richness(title: Prose) -> tuple[bool, int]:
    plain = title.plain
    return plain != plain.upper() and plain != plain.lower(), len(plain)


def _authors_richness(authors: tuple[Author, ...]) -> tuple[int, int, int]:
    written_out = sum(len(author.given.split(" ")[0].rstrip(".")) > 1 for author in authors)
    return len(authors), written_out, sum(bool(author.orcid) for author in authors)


def _date_richness(date: Date | None) -> tuple[bool, bool, bool]:
    date = date or Date()
    return date.year is not None, date.month is not None, date.day is not None


def _venue_richness(venue: str) -> tuple[bool, bool, int]:
    return bool(venue), not any(name in venue.lower() for name in _PREPRINT), len(venue)


_RICHNESS: dict[str, Callable[[Any], Any]] = {
    "title": _title_richness,
    "abstract": lambda abstract: len(abstract.plain),
    "authors": _authors_richness,
    "date": _date_richness,
    "venue": _venue_richness,
}


def _identifiers(copies: list[Paper]) -> dict[str, str]:
    found: dict[str, str] = {}
    for copy in copies:
        for scheme, value in copy.identifiers.items():
            held = found.get(scheme)
            if not held or (_is_arxiv_doi(held) and not _is_arxiv_doi(value)):
                found[scheme] = value
    return dict(sorted(found.items()))


def _is_arxiv_doi(value: str) -> bool:
    return "arxiv" in strong_identifiers({"doi": value})


def _links(copies: list[Paper]) -> tuple[Link, ...]:
    """All links, each address once; what it leads to is said by the first that knows."""
    found: dict[str, Link] = {}
    for link in (link for copy in copies for link in copy.links):
        address = link.url.rstrip("/")
        held = found.setdefault(address, link)
        if held.kind == "reference" != link.kind:
            found[address] = replace(held, kind=link.kind)
    return tuple(found.values())


def _tags(copies: list[Paper]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for tag in (tag for copy in copies for tag in copy.tags):
        found.setdefault(fold(tag) or tag, tag)
    return tuple(found.values())


def _listings(copies: list[Paper]) -> tuple[Listing, ...]:
    found = {listing for copy in copies for listing in copy.listings}
    return tuple(sorted(found, key=lambda one: (one.origin, (one.date or Date()).sort_key())))


def _raw(copies: list[Paper], chosen: dict[str, Paper]) -> dict[str, str]:
    """Each field as found where its value was taken from."""
    found: dict[str, str] = {}
    for copy in copies:
        for field, text in copy.raw.items():
            if chosen.get(field, copy) is copy:
                found.setdefault(field, text)
    return dict(sorted(found.items()))


def _repairs(copies: list[Paper], chosen: dict[str, Paper]) -> tuple[Repair, ...]:
    """The repairs of the values that were taken, each once."""
    kept = (
        repair
        for copy in copies
        for repair in copy.repairs
        if chosen.get(repair.field, copy) is copy
    )
    return tuple(dict.fromkeys(kept))


def _extra(
    copies: list[Paper], chosen: dict[str, Paper], identifiers: dict[str, str]
) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    for copy in copies:
        extra = {**copy.extra, **extra}
    earlier = [one for copy in copies for one in _earlier(copy)]
    others = _once([*earlier, *_lost(copies, chosen, identifiers, extra)])
    origins = {field: _place(copy) for field, copy in chosen.items() if getattr(copy, field)}
    extra["merged"] = {"from": origins, **({"other": others} if others else {})}
    return dict(sorted(extra.items()))


def _earlier(copy: Paper) -> list[dict[str, Any]]:
    """What lost when this copy was itself merged."""
    merged = copy.extra.get("merged")
    other = merged.get("other") if isinstance(merged, dict) else None
    return other if isinstance(other, list) else []


def _lost(
    copies: list[Paper],
    chosen: dict[str, Paper],
    identifiers: dict[str, str],
    extra: dict[str, Any],
) -> Iterator[dict[str, Any]]:
    """The values that differ from those taken, with their origins."""
    for copy in copies:
        for field, winner in chosen.items():
            value = _shown(getattr(copy, field))
            if value and value != _shown(getattr(winner, field)):
                yield {"field": field, "value": value, "origin": _place(copy)}
        for scheme, value in sorted(copy.identifiers.items()):
            if value and value != identifiers[scheme]:
                yield {"field": scheme, "value": value, "origin": _place(copy)}
        for name, value in sorted(copy.extra.items()):
            if name != "merged" and value != extra[name]:
                yield {"field": name, "value": value, "origin": _place(copy)}


def _once(values: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each value once, at its first origin."""
    found: dict[str, dict[str, Any]] = {}
    for value in values:
        found.setdefault(repr((value["field"], value["value"])), value)
    return list(found.values())


def _shown(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


def _place(copy: Paper) -> str:
    return str(copy.origins[0]) if copy.origins else ""
