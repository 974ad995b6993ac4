"""The page of a paper. It looks complete with title, abstract, topics and related papers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from papershelf.compose import facts
from papershelf.compose.dated import address_of
from papershelf.compose.env import Env, front, shown_date
from papershelf.compose.views import Change, Chip, Entrance, Neighbour, Outward, Place
from papershelf.model import LINK_KINDS, Catalog, Paper, Related
from papershelf.prose import safe_url
from papershelf.site import Asset, Page

_AUTHORS_IN_SIGHT = 12  # more than these are folded away, or 3,000 names would bury the abstract

_RESOLVERS = {
    "doi": ("DOI", "https://doi.org/{}"),
    "arxiv": ("arXiv", "https://arxiv.org/abs/{}"),
    "acl": ("ACL Anthology", "https://aclanthology.org/{}/"),
    "openreview": ("OpenReview", "https://openreview.net/forum?id={}"),
}
_KIND_LABELS = {
    "pdf": "PDF",
    "code": "Code",
    "data": "Data",
    "model": "Model",
    "demo": "Demo",
    "project": "Project",
}
_RELATION_LABELS = {"version": "another version of this paper", "series": "same series"}


def compose_papers(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """A page for every paper, at `papers/<slug>/`."""
    for paper in catalog.collection:
        chips = env.chips_of(paper.id)
        address, meta = env.paper_address(paper.id), _meta(paper, chips, env)
        yield env.page(address, "paper.j2", meta, chips=chips, **_show(paper, env))


def _show(paper: Paper, env: Env) -> dict[str, Any]:
    authors = _authors(paper, env)
    return {
        "paper": paper,
        "abstract": Markup(paper.abstract.html_blocks()),
        "area": _area(paper, env),
        "authors": authors[:_AUTHORS_IN_SIGHT],
        "more_authors": authors[_AUTHORS_IN_SIGHT:],
        "date": shown_date(paper.date),
        "period": address_of(paper.date) if paper.date else "",
        "venue": _venue(paper, env),
        "identifiers": list(_identifiers(paper)),
        "links": list(_links(paper)),
        "related": list(_related(paper, env)),
        "places": list(_places(paper, env)),
        "changes": [
            Change(repair.step, repair.field, *facts.change(repair.before, repair.after))
            for repair in paper.repairs
        ],
    }


def _area(paper: Paper, env: Env) -> dict[str, Any] | None:
    """The area of the best topic: where in the house the paper stands."""
    topics = env.catalog.topics
    for given in topics.of.get(paper.id, ())[:1]:
        topic = topics.topics.get(given.topic)
        area = topics.areas.get(topic.area) if topic else None
        if area:
            return {"slug": area.slug, "label": area.label, "hue": env.hues[area.slug]}
    return None


def _authors(paper: Paper, env: Env) -> list[Entrance]:
    """Who wrote it, by the name that the paper gives; the count is of all papers of each."""
    return [
        Entrance(str(author), person.address, len(person.papers))
        for author, person in zip(paper.authors, env.people.of[paper.id], strict=True)
        if person
    ]


def _venue(paper: Paper, env: Env) -> Entrance | None:
    """The venue, and as a note where in it the paper stands, as citations have it."""
    venue = env.venues.of.get(paper.id)
    if not venue:
        return None
    number = paper.details.get("number", "")
    volume = paper.details.get("volume", "") + (f"({number})" if number else "")
    parts = (volume, paper.details.get("pages", "").replace("--", "–"))
    note = "".join(f", {part}" for part in parts if part)
    return Entrance(paper.venue, venue.address, len(venue.papers), note)


def _identifiers(paper: Paper) -> Iterator[Outward]:
    for scheme, (label, address) in _RESOLVERS.items():
        value = paper.identifiers.get(scheme, "")
        url = safe_url(address.format(quote(value, safe="/:;.()-_"))) if value else ""
        if url:
            yield Outward(scheme, label, url, value)


def _links(paper: Paper) -> Iterator[Outward]:
    """The links of a kind that gets a button; several of one kind say where they lead."""
    count = Counter(link.kind for link in paper.links)
    for link in sorted(paper.links, key=lambda link: LINK_KINDS.index(link.kind)):
        label = _KIND_LABELS.get(link.kind, "")
        url = safe_url(link.url)
        if label and url:
            parts = urlsplit(url)
            where = facts.shorten(f"{parts.hostname}{parts.path}".rstrip("/"), 60)
            last = parts.path.rstrip("/").rpartition("/")[2] or parts.hostname or ""
            name = f"{label}: {facts.shorten(last, 24)}" if count[link.kind] > 1 else label
            yield Outward(link.kind, name, url, where)


def _related(paper: Paper, env: Env) -> Iterator[Neighbour]:
    """The neighbours; versions first, even those that only the paper itself knows of."""
    found = env.catalog.relations.of.get(paper.id, ())
    told = {neighbour.id for neighbour in found}
    versions = [Related(id, 1.0, "version", "") for id in paper.versions if id not in told]
    for neighbour in (*versions, *found):
        if neighbour.id in env.catalog.slugs:
            card, label = env.view(neighbour.id), _RELATION_LABELS.get(neighbour.kind, "")
            yield Neighbour(card.address, card.title, neighbour.why, label)


def _places(paper: Paper, env: Env) -> Iterator[Place]:
    for listing in paper.listings:
        source = env.sources.of(listing)
        yield Place(source.label, source.address, shown_date(listing.date), listing.origin.line)


def _meta(paper: Paper, chips: Sequence[Chip], env: Env) -> dict[str, Any]:
    title = paper.title.plain
    labels = [chip.label for chip in chips]
    said = facts.description(paper.abstract.plain) or facts.shorten(title, 160)
    return front(title, said, **({"tags": labels} if labels else {}), paper=_raw(paper, env))


def _raw(paper: Paper, env: Env) -> dict[str, Any]:
    """The values under `paper:`, as data; what is not known is not there."""
    known: dict[str, Any] = {
        "authors": [str(author) for author in paper.authors],
        "date": str(paper.date) if paper.date else "",
        "venue": paper.venue,
        "details": dict(sorted(paper.details.items())),
        "identifiers": dict(sorted(paper.identifiers.items())),
        "links": [{"kind": link.kind, "url": link.url} for link in paper.links],
    }
    return {
        "id": paper.id,
        "title": paper.title.plain,
        "topics": [given.topic for given in env.catalog.topics.of.get(paper.id, ())],
        "listed": [_listed(listing.origin.path, listing.date, listing.origin.line)
                   for listing in paper.listings],
        **{name: value for name, value in known.items() if value},
    }  # fmt: skip


def _listed(path: str, date: object, line: int) -> dict[str, Any]:
    found = {"source": portable(path), "date": str(date) if date else "", "line": line}
    return {name: value for name, value in found.items() if value}


def portable(path: str) -> str:
    """A source's path without what is of one machine alone: docs/ may be published.

    >>> portable("papers/mail.txt"), portable("/mnt/ada/papers/mail.txt")
    ('papers/mail.txt', 'papers/mail.txt')
    """
    is_absolute = PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()
    return "/".join(PureWindowsPath(path).parts[-2:]) if is_absolute else path
