"""The corrected fields of one paper: what is written, read as a source's would be → the paper.

Every field takes over what a *draft* holds, a paper that was cleaned from nothing but the
corrected value; without a draft the field is taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from papershelf.identity import KINDS, STRONG, keys, strong_identifiers
from papershelf.model import Link, Paper
from papershelf.prose import Prose

Change = Callable[[Paper, Paper | None], Paper]
"""A paper and a draft of one field → the paper with that field."""


def change(paper: Paper, name: str, draft: Paper | None, place: str) -> Paper:
    """The paper with one field as in the draft; `extra["corrected"]` tells where it was set.

    The keys of before are kept, or the ledger would not know the paper again, but for those
    of an identifier that was corrected.
    """
    changed = _CHANGES[name](paper, draft)
    told = account(paper)
    earlier = told.get(name, {"before": shown(paper, name)})
    told[name] = {**earlier, "origin": place}
    extra = dict(sorted({**paper.extra, "corrected": told}.items()))
    return replace(changed, keys=_keys(paper, changed), extra=extra)


def account(paper: Paper) -> dict[str, dict[str, str]]:
    """What was corrected of a paper: field → where (`origin`), and what it was `before`.

    A source may have a field of that name, too, which says nothing to us.
    """
    held = paper.extra.get("corrected")
    return {
        name: one
        for name, one in (held.items() if isinstance(held, dict) else ())
        if isinstance(one, dict) and {"before", "origin"} <= one.keys()
    }


def has(draft: Paper, name: str) -> bool:
    """Whether there is anything of a field in a draft of it."""
    return bool(shown(draft, name)) or (name == "url" and bool(draft.identifiers))


def shown(paper: Paper, name: str) -> str:
    """A field as text, for messages."""
    value: Any = _VALUES[name](paper)
    if isinstance(value, Prose):
        return value.plain
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


def _keys(before: Paper, after: Paper) -> tuple[str, ...]:
    """The keys of both, without those of identifiers that are no longer the paper's."""
    old, new = strong_identifiers(before.identifiers), strong_identifiers(after.identifiers)
    lost = {f"{scheme}:{value}" for scheme, value in old.items() if new.get(scheme) != value}
    own = {scheme: value for scheme, value in new.items() if old.get(scheme) != value}
    found = (*keys(after.title.plain, after.abstract.plain, own), *before.keys)
    kept = (key for key in dict.fromkeys(found) if key not in lost)
    return tuple(sorted(kept, key=lambda key: KINDS.index(key.partition(":")[0])))


def _whole(name: str, empty: Any, paper: Paper, draft: Paper | None) -> Paper:
    """A field of a paper that is one of the draft's, too."""
    return replace(paper, **{name: getattr(draft, name) if draft else empty})


def _abstract(paper: Paper, draft: Paper | None) -> Paper:
    """The abstract, and the links in it beside those that are known already."""
    paper = _whole("abstract", Prose(), paper, draft)
    return replace(paper, links=_joined(paper.links, draft.links if draft else ()))


def _detail(name: str, paper: Paper, draft: Paper | None) -> Paper:
    return replace(paper, details=_with(paper.details, draft.details if draft else {}, name))


def _identifier(scheme: str, paper: Paper, draft: Paper | None) -> Paper:
    """One identifier; a DOI that arXiv gave brings the arXiv id along."""
    found = draft.identifiers if draft else {}
    return replace(paper, identifiers=_with({**found, **paper.identifiers}, found, scheme))


def _with(table: Mapping[str, str], found: Mapping[str, str], name: str) -> dict[str, str]:
    value = {name: found[name]} if name in found else {}
    rest = {key: held for key, held in table.items() if key != name}
    return dict(sorted({**rest, **value}.items()))


def _address(paper: Paper, draft: Paper | None) -> Paper:
    """The page of the paper: an identifier where the address spells one, else a link."""
    if draft is None:
        return _linked("reference", paper, None)
    identifiers = dict(sorted({**paper.identifiers, **draft.identifiers}.items()))
    return replace(paper, identifiers=identifiers, links=_joined(paper.links, draft.links))


def _linked(kind: str, paper: Paper, draft: Paper | None) -> Paper:
    """All links of a kind."""
    found = draft.links if draft else ()
    rest = tuple(link for link in paper.links if link.kind != kind)
    return replace(paper, links=_joined(found, rest))


def _joined(some: tuple[Link, ...], more: tuple[Link, ...]) -> tuple[Link, ...]:
    addresses = {link.url.rstrip("/") for link in some}
    return (*some, *(link for link in more if link.url.rstrip("/") not in addresses))


_SCHEMES = (*STRONG, "openreview")
_DETAILS = ("volume", "number", "pages", "publisher", "language", "key")
_KINDS_OF_LINKS = {"pdf": "pdf", "code": "code", "url": "reference"}

_CHANGES: Mapping[str, Change] = {
    "title": partial(_whole, "title", Prose()),
    "abstract": _abstract,
    "authors": partial(_whole, "authors", ()),
    "date": partial(_whole, "date", None),
    "venue": partial(_whole, "venue", ""),
    "keywords": partial(_whole, "tags", ()),
    "links": partial(_whole, "links", ()),
    "url": _address,
    "pdf": partial(_linked, "pdf"),
    "code": partial(_linked, "code"),
    **{scheme: partial(_identifier, scheme) for scheme in _SCHEMES},
    **{name: partial(_detail, name) for name in _DETAILS},
}


def _of_kind(kind: str, paper: Paper) -> tuple[str, ...]:
    return tuple(link.url for link in paper.links if link.kind == kind)


_VALUES: Mapping[str, Callable[[Paper], Any]] = {
    **{
        name: lambda paper, name=name: getattr(paper, name)  # type: ignore[misc]
        for name in ("title", "abstract", "authors", "date", "venue")
    },
    "keywords": lambda paper: paper.tags,
    "links": lambda paper: tuple(link.url for link in paper.links),
    **{name: partial(_of_kind, kind) for name, kind in _KINDS_OF_LINKS.items()},
    **{
        scheme: lambda paper, scheme=scheme: paper.identifiers.get(scheme, "")  # type: ignore[misc]
        for scheme in _SCHEMES
    },
    **{
        name: lambda paper, name=name: paper.details.get(name, "")  # type: ignore[misc]
        for name in _DETAILS
    },
}
