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
| details | all names together, those beside the venue that won first |
| extra | all names together |

What came of it is told in `extra["merged"]`, every value that lost among it: `{"from": {field:
origin}, "why": {field: words}, "other": [{"field": …, "value": …, "origin": …}]}`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
    start = f"{kind}:"
    for key in paper.keys:
        if key.startswith(start):
            return key
    return ""


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
    # Of a paper without a title nothing is sure but where it stands.
    place = () if paper.title else (sorted(paper.details.items()), paper.links, paper.origins)
    return f"twin:{digest(repr((told, sorted(paper.identifiers.items()), place)), 16)}"


def _joined(copies: list[Paper]) -> Paper:
    chosen = {field: max(copies, key=_by(field, richness)) for field, richness in _RICHNESS.items()}
    values = {field: getattr(copy, field) for field, copy in chosen.items()}
    tables: dict[str, Any] = {
        "identifiers": _identifiers(copies),
        # A volume goes with its journal: the copy with the venue is asked first.
        "details": _first([copy.details for copy in (chosen["venue"], *copies)]),
        "extra": _first([copy.extra for copy in copies]),
    }
    tables["extra"]["merged"] = _account(copies, chosen, tables)
    title, abstract = values["title"], values["abstract"]
    return replace(
        copies[0],
        **values,
        **tables,
        keys=keys(title.plain, abstract.plain, tables["identifiers"]),
        links=_links(copies),
        tags=_tags(copies),
        listings=_listings(copies),
        raw=_raw(copies, chosen),
        repairs=_repairs(copies, chosen),
        versions=tuple(sorted({id for copy in copies for id in copy.versions})),
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
    "abstract": lambda abstract: (len(abstract.plain),),
    "authors": _authors_richness,
    "date": _date_richness,
    "venue": _venue_richness,
}


# What the parts of a richness say of the value that won.
_WORDS: dict[str, tuple[str, ...]] = {
    "title": ("not all in capitals or small letters", "longer"),
    "abstract": ("longer",),
    "authors": ("more of them", "more given names in full", "more ORCIDs"),
    "date": ("with its year", "with its month", "with its day"),
    "venue": ("the only one", "no preprint server", "longer"),
}
_TIE = "the first of equals"


def _why(field: str, winner: Paper, copies: list[Paper]) -> str:
    """In what a value is richer than the best of those that differ; nothing if none does."""
    taken, richness = getattr(winner, field), _RICHNESS[field]
    others = [value for value in (getattr(copy, field) for copy in copies) if value]
    rivals = [richness(value) for value in others if _shown(value) != _shown(taken)]
    if not rivals:
        return ""
    parts = zip(richness(taken), max(rivals), _WORDS[field], strict=True)
    return next((words for own, other, words in parts if own != other), _TIE)


def _identifiers(copies: list[Paper]) -> dict[str, str]:
    found: dict[str, str] = {}
    for copy in copies:
        for scheme, value in copy.identifiers.items():
            held = found.get(scheme)
            if not held or (_is_arxiv_doi(held) and not _is_arxiv_doi(value)):
                found[scheme] = value
    return dict(sorted(found.items()))


def _first(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """All names together, each with the first value given."""
    found: dict[str, Any] = {}
    for table in tables:
        found |= {name: value for name, value in table.items() if name not in found}
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


def _account(
    copies: list[Paper], chosen: dict[str, Paper], tables: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Which origin gave which field, and what was not taken."""
    earlier = [one for copy in copies for one in _earlier(copy)]
    others = _once([*earlier, *_lost(copies, chosen, tables)])
    origins = {field: _place(copy) for field, copy in chosen.items() if getattr(copy, field)}
    for table in ("identifiers", "details"):
        for name, value in tables[table].items():
            owner = next(copy for copy in copies if getattr(copy, table).get(name) == value)
            origins[name] = _place(owner)
    why = {field: words for field in origins if field in chosen
           if (words := _why(field, chosen[field], copies))}  # fmt: skip
    told = {"why": why, "other": others}
    return {"from": origins, **{name: value for name, value in told.items() if value}}


def _earlier(copy: Paper) -> list[dict[str, Any]]:
    """What lost when this copy was itself merged."""
    merged = copy.extra.get("merged")
    other = merged.get("other") if isinstance(merged, dict) else None
    return [
        one
        for one in (other if isinstance(other, list) else [])
        if isinstance(one, dict) and {"field", "value", "origin"} <= one.keys()
    ]


def _lost(
    copies: list[Paper], chosen: dict[str, Paper], tables: dict[str, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The values that differ from those taken, with their origins."""
    taken = {field: _shown(getattr(copy, field)) for field, copy in chosen.items()}
    for copy in copies:
        found = [(field, _shown(getattr(copy, field)), taken[field]) for field in taken]
        for table, values in tables.items():
            own = sorted(getattr(copy, table).items())
            found += [(name, value, values[name]) for name, value in own if name != "merged"]
        for field, value, winner in found:
            if value and value != winner:
                yield {"field": field, "value": value, "origin": _place(copy)}


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
