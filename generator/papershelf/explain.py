"""Explain: a paper of a catalog → how its page came to be.

`find` takes what a person would type, `story` gathers what every stage left behind, and
`told` says it in plain words. Nothing is worked out here that the stages did not note down.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from difflib import SequenceMatcher
from typing import Any

from papershelf.identity import fold
from papershelf.model import Assignment, Catalog, Listing, Paper, Problem, Related
from papershelf.report import Failure, printable

MOST_SHOWN = 10
"""How many candidates or suggestions are named."""

MOST_QUOTED = 200
"""How many characters are shown of a value that lost; JSON has it whole."""


class UnknownPaper(Failure):
    """No paper goes by that name; the hint names the nearest titles."""

    code = "unknown-paper"


class AmbiguousPaper(Failure):
    """Several papers go by that name; the hint lists them."""

    code = "ambiguous-paper"


def find(name: str, catalog: Catalog) -> Paper:
    """The one paper meant by a title, a part of one, a slug, an address or an id.

    What fits exactly goes before what fits when case and punctuation are folded, and that
    before what is only part of a title.

    Raises:
        UnknownPaper: nothing fits.
        AmbiguousPaper: several fit equally well.
    """
    for fitting in _attempts(name.strip(), catalog):
        papers = list(fitting)
        if len(papers) == 1:
            return papers[0]
        if papers:
            raise AmbiguousPaper(
                f"{len(papers)} papers fit {_quoted(name)}", _listed(papers, catalog)
            )
    near = _nearest(name, catalog)
    hint = f"the nearest titles are:\n{_listed(near, catalog)}" if near else ""
    raise UnknownPaper(f"no paper fits {_quoted(name)}", hint)


def _attempts(name: str, catalog: Catalog) -> Iterator[Iterable[Paper]]:
    """The papers that fit, from the strictest meaning of the name to the widest."""
    address = re.fullmatch(r"(?:.*/)?(?:papers|p)/([^/]+?)(?:/|\.md)?", name)
    slug = address[1] if address else name
    slug = catalog.aliases.get(slug, slug)
    slug = catalog.moved.get(slug, slug)
    yield (paper for paper in catalog.collection if catalog.slugs[paper.id] == slug)
    wanted = re.sub(r"^(doi|arxiv|acl): *", "", name, flags=re.I).casefold()
    yield (paper for paper in catalog.collection if paper.id.casefold() == wanted)
    yield (paper for paper in catalog.collection if paper.title.plain == name)
    if folded := fold(name):
        titles = [(paper, fold(paper.title.plain)) for paper in catalog.collection]
        yield (paper for paper, title in titles if title == folded)
        yield (paper for paper, title in titles if folded in title)


def _nearest(name: str, catalog: Catalog) -> list[Paper]:
    """Up to five papers whose titles look most like the name.

    Comparing letter by letter costs some 50 µs a title, so only those that share the most
    three-letter pieces with it are compared.
    """
    wanted = fold(name)
    pieces = _pieces(wanted)
    shared = Counter({p.id: len(pieces & _pieces(fold(p.title.plain))) for p in catalog.collection})
    few = [catalog.collection[id] for id, number in shared.most_common(50) if number]
    likeness = {p.id: SequenceMatcher(None, wanted, fold(p.title.plain)).ratio() for p in few}
    few = [paper for paper in few if likeness[paper.id] > 0.3]
    return sorted(few, key=lambda paper: (-likeness[paper.id], paper.id))[:5]


def _pieces(text: str) -> set[str]:
    return {text[at : at + 3] for at in range(max(len(text) - 2, 0))}


def _quoted(text: str) -> str:
    return f'"{printable(text)}"'


def _listed(papers: list[Paper], catalog: Catalog) -> str:
    lines = [
        printable(f"{catalog.slugs[paper.id]}  {paper.title.plain}")
        for paper in papers[:MOST_SHOWN]
    ]
    if len(papers) > MOST_SHOWN:
        lines.append(f"and {len(papers) - MOST_SHOWN} more")
    return "\n".join(lines)


def story(paper: Paper, catalog: Catalog, problems: Iterable[Problem] = ()) -> dict[str, Any]:
    """All that is known about how a paper's page came to be, as plain data.

    Of `problems`, those are taken that were met where the paper was read.
    """
    places = {(origin.path, origin.line) for origin in paper.origins}
    return {
        "title": paper.title.plain,
        "address": _address(paper.id, catalog),
        "id": paper.id,
        "keys": list(paper.keys),
        "read": [_place(listing) for listing in paper.listings],
        "raw": _raw(paper),
        "repairs": [asdict(repair) for repair in paper.repairs],
        "merged": [
            {"from": [str(origin) for origin in merge.origins], "why": merge.why}
            for merge in catalog.collection.merges
            if merge.id == paper.id
        ],
        "fields": _fields(paper.extra.get("merged")),
        "corrected": _corrected(paper.extra.get("corrected")),
        "versions": [_named(id, catalog) for id in paper.versions],
        "topics": [_topic(given, catalog) for given in catalog.topics.of.get(paper.id, ())],
        "related": [_neighbour(near, catalog) for near in catalog.relations.of.get(paper.id, ())],
        "problems": [
            str(problem)
            for problem in problems
            if problem.origin and (problem.origin.path, problem.origin.line) in places
        ],
    }


def _place(listing: Listing) -> dict[str, Any]:
    origin = listing.origin
    return {
        "path": origin.path,
        "line": origin.line,
        "format": origin.format,
        "listed": str(listing.date) if listing.date else None,
    }


def _raw(paper: Paper) -> dict[str, str]:
    """Title and abstract as found, where cleaning changed them."""
    cleaned = {"title": paper.title.plain, "abstract": paper.abstract.plain}
    return {name: text for name, text in sorted(paper.raw.items()) if text != cleaned.get(name)}


def _fields(account: Any) -> dict[str, dict[str, Any]]:
    """Field → where the value came from when several sources were merged, why, and the rest.

    Values that lost are told of fields that have one value, and of all that clashed.
    """
    origins, why = (_table(_table(account).get(name)) for name in ("from", "why"))
    told: dict[str, dict[str, Any]] = {
        name: {"from": origin, "why": why.get(name, ""), "others": []}
        for name, origin in sorted(origins.items())
    }
    others = _table(account).get("other")
    for other in others if isinstance(others, list) else ():
        if isinstance(other, dict) and {"field", "value", "origin"} <= other.keys():
            field = told.setdefault(str(other["field"]), {"from": "", "why": "", "others": []})
            field["others"].append({"from": other["origin"], "value": other["value"]})
    return told


def _corrected(account: Any) -> list[dict[str, str]]:
    """What was set by hand: field, where it says so, and what it was before."""
    return [
        {"field": name, "from": one["origin"], "before": one["before"]}
        for name, one in sorted(_table(account).items())
        if {"before", "origin"} <= _table(one).keys()
    ]


def _table(value: Any) -> dict[str, Any]:
    """A mapping; an empty one for what is none: a source may use our names for its own."""
    return value if isinstance(value, dict) else {}


def _topic(given: Assignment, catalog: Catalog) -> dict[str, Any]:
    label = catalog.topics.topics[given.topic].label
    return {
        "topic": given.topic,
        "label": label,
        "score": round(given.score, 3),
        "why": given.why,
    }


def _neighbour(near: Related, catalog: Catalog) -> dict[str, Any]:
    return {
        **_named(near.id, catalog),
        "kind": near.kind,
        "score": round(near.score, 3),
        "why": near.why,
    }


def _address(id: str, catalog: Catalog) -> str:
    return f"papers/{catalog.slugs[id]}/"


def _named(id: str, catalog: Catalog) -> dict[str, Any]:
    return {"title": catalog.collection[id].title.plain, "address": _address(id, catalog)}


def told(story: Mapping[str, Any]) -> str:
    """A story for reading: the title, then a heading a chapter, with its lines indented."""
    lines = [printable(story["title"]), f"  {story['address']}", f"  id {story['id']}"]
    for heading, chapter in _CHAPTERS.items():
        told = [printable(line) for line in chapter(story)]
        if told:
            lines += ["", heading, *(f"  {line}" for line in told)]
    return "\n".join(lines)


def _tell_keys(story: Mapping[str, Any]) -> Iterator[str]:
    yield from story["keys"]


def _tell_reading(story: Mapping[str, Any]) -> Iterator[str]:
    for place in story["read"]:
        at = f"{place['path']}:{place['line']}" if place["line"] else place["path"]
        listed = f", dated {place['listed']}" if place["listed"] else ""
        yield f"{at} as {place['format']}{listed}"
    for name, text in story["raw"].items():
        yield f"{name} as found: {text}"


def _tell_repairs(story: Mapping[str, Any]) -> Iterator[str]:
    for repair in story["repairs"]:
        before, after = change(repair["before"], repair["after"])
        yield f'{repair["step"]}, in the {repair["field"]}: "{before}" → "{after}"'


def _tell_merges(story: Mapping[str, Any]) -> Iterator[str]:
    for merge in story["merged"]:
        yield f"{', '.join(merge['from'])}: {merge['why']}"


def _tell_fields(story: Mapping[str, Any]) -> Iterator[str]:
    for name, field in story["fields"].items():
        why = f" ({field['why']})" if field["why"] else ""
        yield f"{name} from {field['from'] or 'the first that has it'}{why}"
        for other in field["others"]:
            yield f"    {other['from']} said: {_cut(other['value'])}"


def _tell_corrections(story: Mapping[str, Any]) -> Iterator[str]:
    for one in story["corrected"]:
        before = f"; it was: {_cut(one['before'])}" if one["before"] else ""
        yield f"{one['field']}: set in {one['from']}{before}"


def _cut(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}…"


def _tell_versions(story: Mapping[str, Any]) -> Iterator[str]:
    for version in story["versions"]:
        yield f"{version['title']} ({version['address']})"


def _tell_topics(story: Mapping[str, Any]) -> Iterator[str]:
    for topic in story["topics"]:
        yield f"{topic['score']:.2f}  {topic['label']} ({topic['topic']}): {topic['why']}"
    if not story["topics"]:
        yield "none: no topic of the taxonomy is named in its title or abstract"


def _tell_relations(story: Mapping[str, Any]) -> Iterator[str]:
    for near in story["related"]:
        yield f"{near['score']:.2f}  {near['title']} ({near['kind']}): {near['why']}"


_CHAPTERS = {
    "Known by": _tell_keys,
    "Read from": _tell_reading,
    "Problems met there": lambda story: iter(story["problems"]),
    "Repaired": _tell_repairs,
    "Merged from": _tell_merges,
    "Fields": _tell_fields,
    "Corrected": _tell_corrections,
    "Other versions": _tell_versions,
    "Topics": _tell_topics,
    "Related": _tell_relations,
}

_AROUND = 24


def change(before: str, after: str) -> tuple[str, str]:
    """Two texts cut down to where they differ, with a few words around it.

    >>> change("a long way to 4times70 pixels of it all", "a long way to 4×70 pixels of it all")
    ('a long way to 4times70 pixels of it all', 'a long way to 4×70 pixels of it all')
    """
    head = 0
    shortest = min(len(before), len(after))
    while head < shortest and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shortest - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return _around(before, head, tail), _around(after, head, tail)


def _around(text: str, head: int, tail: int) -> str:
    start = max(0, head - _AROUND)
    end = min(len(text), len(text) - tail + _AROUND)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
