"""The page of a paper. It looks complete with title, abstract, topics and related papers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from papershelf.compose import claims, facts, machine
from papershelf.compose.cite import citations
from papershelf.compose.dated import address_of
from papershelf.compose.env import Env, front
from papershelf.compose.head import EVERYWHERE, About, Alternate, absolute, head
from papershelf.compose.language import is_tag, term
from papershelf.compose.machine import Subject
from papershelf.compose.mine import lot_of, shard_count, shard_of
from papershelf.compose.previews import preview_address
from papershelf.compose.twins import write_twin
from papershelf.compose.views import (
    LINK_LABELS,
    Change,
    Chip,
    Entrance,
    Neighbour,
    Outward,
    Place,
    Walk,
)
from papershelf.compose.walk import Neighbours, neighbours
from papershelf.model import LINK_KINDS, Catalog, Paper, Related
from papershelf.prose import safe_url
from papershelf.site import Asset, Page

_KEYWORDS_IN_SIGHT = 12
_AUTHORS_IN_SIGHT = 12  # more than these are folded away, or 3,000 names would bury the abstract

_RESOLVERS = {
    "doi": ("DOI", "https://doi.org/{}"),
    "arxiv": ("arXiv", "https://arxiv.org/abs/{}"),
    "acl": ("ACL Anthology", "https://aclanthology.org/{}/"),
    "openreview": ("OpenReview", "https://openreview.net/forum?id={}"),
}
_BUTTONS = frozenset({"pdf", "code", "data", "model", "demo", "project"})
_RELATION_LABELS = {
    "version": term("another version of this paper"),
    "series": term("same series"),
}


def compose_papers(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """A page for every paper, at `papers/<slug>/`, and beside it the same as Markdown."""
    yield from pages_of(catalog.collection.papers, env)


def pages_of(ids: Iterable[str], env: Env) -> Iterator[Page | Asset]:
    """The same of some papers."""
    walk, shards = neighbours(env), shard_count(len(env.catalog.collection))
    for id in ids:
        paper, found = env.catalog.collection[id], walk.get(id)
        depends = env.key(env.citation_keys[id], *_depends(paper, env, found))
        address = env.paper_address(id)
        make = partial(_content, paper, found, env)
        page = env.later(address, "paper.j2", make, depends)
        page.lot = lot_of(shard_of(env.catalog.slugs[id], shards))
        yield page
        if env.settings.twins:
            twin = partial(_twin, id, env)
            yield env.asset(f"{address}index.md", twin, depends, beside=True)


def _twin(id: str, env: Env) -> bytes:
    return write_twin(env.cited(id), env.chips_of(id), env)


def _depends(paper: Paper, env: Env, walk: Neighbours | None) -> Iterator[object]:
    """All that `_content` looks at: a key is made of it in a tenth of the time of the views."""
    yield env.paper_key(paper.id)
    venue, (near, related) = env.venues.of.get(paper.id), env.catalog.relations.basis(paper.id)
    yield venue and venue.address
    yield [person and person.address for person in env.people.of[paper.id]]
    yield [(source.label, source.address) for source in map(env.sources.of, paper.listings)]
    yield related
    yield walk and (walk.topic, walk.previous, walk.next)  # plain values are digested in one go
    told = [*paper.versions, *near]
    yield [*map(env.title_key, told), *(map(env.title_key, walk.ids) if walk else ())]


def _content(
    paper: Paper, walk: Neighbours | None, env: Env
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Front matter and values of a page.

    What it looks at, beside the settings, must be in `_depends`.
    """
    # Asked of the very paper that is cited, as formats know what they found out of the last one.
    beside, cited = _beside(paper, env, walk), env.cited(paper.id)
    subject = _subject(cited, beside["chips"], env)
    return _meta(paper, subject, beside["chips"], env), {
        **beside,
        "paper": paper,
        "name": subject.name,
        "tongue": _tongue(paper),
        "abstract": Markup(claims.marked(paper.abstract, subject.name)),
        "date": env.shown_date(paper.date),
        "keywords": paper.tags[:_KEYWORDS_IN_SIGHT],
        "more_keywords": paper.tags[_KEYWORDS_IN_SIGHT:],
        "period": address_of(paper.date) if paper.date else "",
        "identifiers": list(_identifiers(paper)),
        "links": list(_links(paper, env)),
        "citations": list(citations(cited, subject.permalink)),
        "coins": Markup(machine.coins(subject)),
        "changes": [
            Change(repair.step, repair.field, *facts.change(repair.before, repair.after))
            for repair in paper.repairs
        ],
    }


def _beside(paper: Paper, env: Env, walk: Neighbours | None) -> dict[str, Any]:
    """What a page shows of other things than the paper alone."""
    authors = _authors(paper, env)
    return {
        "chips": env.chips_of(paper.id),
        "area": _area(paper, env),
        "authors": authors[:_AUTHORS_IN_SIGHT],
        "more_authors": authors[_AUTHORS_IN_SIGHT:],
        "venue": _venue(paper, env),
        "related": list(_related(paper, env)),
        "places": list(_places(paper, env)),
        "walk": _walk(walk, env) if walk else None,
    }


def _walk(found: Neighbours, env: Env) -> Walk | None:
    """The way along the shelf of the paper's first topic; none where it stands there alone."""
    previous, following = (
        Entrance(env.catalog.collection[id].title.plain, env.paper_address(id)) if id else None
        for id in (found.previous, found.next)
    )
    chip = env.chips[found.topic]
    return Walk(chip.label, chip.address, previous, following) if previous or following else None


def _subject(paper: Paper, chips: Sequence[Chip], env: Env) -> Subject:
    title, abstract = paper.title.plain, paper.abstract.plain
    return Subject(
        paper,
        absolute(env.paper_address(paper.id), env.settings),
        facts.description(abstract) or facts.shorten(title, 160),
        tuple(dict.fromkeys([*paper.tags, *(chip.label for chip in chips)])),
        claims.method_name(title, abstract),
    )


def _tongue(paper: Paper) -> Markup:
    """The attribute that says what language title and abstract are in, where it is known."""
    code = paper.details.get("language", "")
    return Markup(f' lang="{code}"') if is_tag(code) else Markup()


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
    """Who wrote it, by the name that the paper gives.

    No view here counts papers: one more of an author or a topic must not change every page.
    """
    return [
        Entrance(str(author), person.address)
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
    return Entrance(paper.venue, venue.address, note=note)


def _identifiers(paper: Paper) -> Iterator[Outward]:
    for scheme, (label, address) in _RESOLVERS.items():
        value = paper.identifiers.get(scheme, "")
        url = safe_url(address.format(quote(value, safe="/:;.()-_"))) if value else ""
        if url:
            yield Outward(scheme, label, url, value)


def _links(paper: Paper, env: Env) -> Iterator[Outward]:
    """The links of a kind that gets a button; several of one kind say where they lead."""
    count = Counter(link.kind for link in paper.links)
    for link in sorted(paper.links, key=lambda link: LINK_KINDS.index(link.kind)):
        label = env.say(LINK_LABELS[link.kind]) if link.kind in _BUTTONS else ""
        url = safe_url(link.url)
        if label and url:
            parts = urlsplit(url)
            where = facts.shorten(f"{parts.hostname}{parts.path}".rstrip("/"), 60)
            last = parts.path.rstrip("/").rpartition("/")[2] or parts.hostname or ""
            named = env.say("%(kind)s: %(name)s", kind=label, name=facts.shorten(last, 24))
            name = named if count[link.kind] > 1 else label
            yield Outward(link.kind, name, url, where)


def _related(paper: Paper, env: Env) -> Iterator[Neighbour]:
    """The neighbours; versions first, even those that only the paper itself knows of."""
    found = env.catalog.relations.of.get(paper.id, ())
    told = {neighbour.id for neighbour in found}
    versions = [Related(id, 1.0, "version", "") for id in paper.versions if id not in told]
    for neighbour in (*versions, *found):
        if neighbour.id in env.catalog.slugs:
            address = env.paper_address(neighbour.id)
            kind = _RELATION_LABELS.get(neighbour.kind, "")
            label = env.say(kind) if kind else ""
            title = Markup(env.catalog.collection[neighbour.id].title.html())
            yield Neighbour(address, title, neighbour.reason(env.say), label)


def _places(paper: Paper, env: Env) -> Iterator[Place]:
    for listing in paper.listings:
        source = env.sources.of(listing)
        yield Place(source.label, source.address, env.shown_date(listing.date), listing.origin.line)


def _meta(paper: Paper, subject: Subject, chips: Sequence[Chip], env: Env) -> dict[str, Any]:
    labels = [chip.label for chip in chips]
    address = env.paper_address(paper.id)
    tags = {"tags": labels} if labels else {}
    meta = front(paper.title.plain, subject.description, **tags, part="paper")
    twin = Alternate("text/markdown", "Markdown", f"{address}index.md")
    alternates = (*EVERYWHERE, *[twin] * env.settings.twins)
    image = preview_address(env, address)
    about = About("article", image, alternates, more=machine.metadata(subject))
    return {
        **meta,
        "paper": _raw(paper, env),
        "head": head(address, meta, env.settings, about),
    }


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


@lru_cache(1 << 10)
def portable(path: str) -> str:
    """A source's path without what is of one machine alone: docs/ may be published.

    >>> portable("papers/mail.txt"), portable("/mnt/ada/papers/mail.txt")
    ('papers/mail.txt', 'papers/mail.txt')
    """
    is_absolute = PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()
    return "/".join(PureWindowsPath(path).parts[-2:]) if is_absolute else path
