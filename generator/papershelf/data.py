"""Papers and problems ↔ JSON data, for caches: flat lists of text, checked when they come back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, cast, get_args

from papershelf.model import (
    LINK_KINDS,
    Author,
    Date,
    Level,
    Link,
    LinkKind,
    Listing,
    Origin,
    Paper,
    Problem,
    Repair,
)
from papershelf.prose import Prose, Span, SpanKind, safe_url

_SPANS = frozenset(get_args(SpanKind))
_LEVELS = frozenset(get_args(Level))
_AUTHOR = 6  # parts of an author's name
_authors: dict[tuple[str, ...], Author] = {}
_MOST_AUTHORS = 1 << 19


def paper_data(paper: Paper) -> list[Any]:
    """A cleaned paper, which has one listing and no versions yet, without its origin.

    Raises:
        ValueError: it holds what JSON would not give back as it is.
    """
    if len(paper.listings) != 1 or paper.versions or not _is_plain(paper.extra):
        raise ValueError("no paper fresh from cleaning")
    parts = ((a.family, a.given, a.particle, a.suffix, a.literal, a.orcid) for a in paper.authors)
    plain = {"title": paper.title.plain, "abstract": paper.abstract.plain}
    return [
        paper.id,
        list(paper.keys),
        _prose_data(paper.title),
        _prose_data(paper.abstract),
        _date_data(paper.listings[0].date),
        list(chain.from_iterable(parts)),
        _date_data(paper.date),
        paper.venue,
        _flat(paper.identifiers),
        _flat(paper.details),
        list(chain.from_iterable((link.kind, link.url) for link in paper.links)),
        list(paper.tags),
        # Most text is as it was found, and said once.
        [name for name, text in paper.raw.items() if plain.get(name) == text],
        _flat({name: text for name, text in paper.raw.items() if plain.get(name) != text}),
        list(chain.from_iterable((r.step, r.field, r.before, r.after) for r in paper.repairs)),
        paper.extra,
    ]


def paper_of(data: list[Any], origin: Origin) -> Paper:
    """The paper that `paper_data` was given, found at the origin.

    Raises:
        ValueError: the data are none of ours; or any other of `cache.WRONG`.
    """
    (id, keys, title, abstract, listed, authors, date, venue,
     identifiers, details, links, tags, same, raw, repairs, extra) = data  # fmt: skip
    texts = _texts([id, venue, *keys, *authors, *identifiers, *details, *links, *tags, *same,
                    *raw, *repairs])  # fmt: skip
    lists = (keys, authors, identifiers, details, links, tags, same, raw, repairs, listed, date)
    if {*map(type, lists)} != {list}:
        raise ValueError("expected lists")
    head, body = _prose(title), _prose(abstract)
    plain = {"title": head.plain, "abstract": body.plain}
    if not texts or type(extra) is not dict or not keys:
        raise ValueError("no paper")
    return Paper(
        id, tuple(keys), head, body, (Listing(origin, _date(listed)),),
        tuple(map(_author, _groups(authors, _AUTHOR))), _date(date), venue,
        _table(identifiers), _table(details),
        tuple(_link(kind, url) for kind, url in _groups(links, 2)), tuple(tags),
        {**{name: plain[name] for name in same}, **_table(raw)},
        tuple(Repair(*parts) for parts in _groups(repairs, 4)), (), extra,
    )  # fmt: skip


def problem_data(problem: Problem) -> list[Any]:
    """A problem; where it was found stands at the end, when it was found anywhere."""
    origin = problem.origin
    place = [origin.path, origin.line, origin.format] if origin else []
    return [problem.code, problem.message, problem.hint, problem.level, *place]


def problem_of(data: list[Any]) -> Problem:
    """The problem that `problem_data` was given.

    Raises:
        ValueError: the data are none of ours; or any other of `cache.WRONG`.
    """
    code, message, hint, level, *place = data
    _texts([code, message, hint, *place[:1], *place[2:]])
    if level not in _LEVELS or (place and (len(place) != 3 or type(place[1]) is not int)):
        raise ValueError("no problem")
    return Problem(code, message, Origin(*place) if place else None, hint, level)


def _flat(table: Mapping[str, str]) -> list[str]:
    return list(chain.from_iterable(table.items()))


def _table(flat: Sequence[str]) -> dict[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def _groups(flat: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    if len(flat) % size:
        raise ValueError("a group is cut")
    return zip(*[iter(flat)] * size, strict=True)


def _texts(values: list[Any]) -> bool:
    if not set(map(type, values)) <= {str}:
        raise ValueError("expected text")
    return bool(values)


def _author(parts: tuple[str, ...]) -> Author:
    return _authors.get(parts) or one_author(Author(*parts))


def one_author(author: Author) -> Author:
    """A person, one for all papers with the name: of 100,000 papers that saves 60 MB."""
    if len(_authors) > _MOST_AUTHORS:
        _authors.clear()
    a = author
    return _authors.setdefault((a.family, a.given, a.particle, a.suffix, a.literal, a.orcid), a)


def _link(kind: str, url: str) -> Link:
    if kind not in LINK_KINDS or not safe_url(url):
        raise ValueError("no link")
    return Link(cast(LinkKind, kind), url)


def _date_data(date: Date | None) -> list[int | None]:
    return [date.year, date.month, date.day] if date else []


def _date(data: list[int | None]) -> Date | None:
    if not set(map(type, data)) <= {int, type(None)} or len(data) not in {0, 3}:
        raise ValueError("no date")
    return Date(*data) if data else None


def _prose_data(prose: Prose) -> str | list[str]:
    spans = prose.spans
    if len(spans) == 1 and spans[0].kind == "text" and not spans[0].plain:
        return spans[0].text
    return list(chain.from_iterable((span.kind, span.text, span.plain) for span in spans))


def _prose(data: str | list[str]) -> Prose:
    if isinstance(data, str):
        return Prose((Span("text", data),))
    _texts(data)
    if not set(data[::3]) <= _SPANS:
        raise ValueError("no prose")
    return Prose(tuple(Span(cast(SpanKind, k), t, p) for k, t, p in _groups(data, 3)))


def _is_plain(value: Any) -> bool:
    """Whether JSON gives the value back as it is: tuples, dates and NaN it does not."""
    try:
        return repr(json.loads(json.dumps(value))) == repr(value)
    except (*(ValueError, TypeError), RecursionError):
        return False
