"""Papers and problems ↔ JSON data, for caches: flat lists of text, checked when they come back."""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import Any, TypeVar, cast, get_args
from zlib import DEFLATED, compressobj, decompressobj

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

T = TypeVar("T")

_SPANS = frozenset(get_args(SpanKind))
_LEVELS = frozenset(get_args(Level))
_TEXT = frozenset({str})
_NUMBER = frozenset({int, type(None)})
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
        [b2a_base64(part, newline=False).decode() for part in _found(paper).parts],
        list(chain.from_iterable((r.step, r.field, r.before, r.after) for r in paper.repairs)),
        paper.extra,
    ]


def paper_of(data: list[Any], origin: Origin) -> Paper:
    """The paper that `paper_data` was given, found at the origin.

    Raises:
        ValueError: the data are none of ours; or any other of `cache.WRONG`.
    """
    (id, keys, title, abstract, listed, authors, date, venue,
     identifiers, details, links, tags, raw, repairs, extra) = data  # fmt: skip
    lists = (keys, authors, identifiers, details, links, tags, raw, repairs, listed, date)
    if {*map(type, lists)} != {list} or type(extra) is not dict or not keys:
        raise ValueError("no paper")
    _texts([id, venue, *keys, *authors, *identifiers, *details, *links, *tags, *raw, *repairs])
    head, body = _prose(title), _prose(abstract)
    of_title, of_abstract = map(a2b_base64, raw)
    return Paper(
        id, tuple(keys), head, body, (Listing(origin, _date(listed)),),
        tuple([_authors.get(parts) or _author(parts) for parts in _groups(authors, _AUTHOR)]),
        _date(date), intern(venue), _table(identifiers), _table(details),
        tuple([_link(kind, url) for kind, url in _groups(links, 2)]) if links else (),
        tuple(map(intern, tags)),
        Found(head, body, (of_title, of_abstract)),
        tuple([Repair(*parts) for parts in _groups(repairs, 4)]) if repairs else (), (),
        _named(extra),
    )  # fmt: skip


class Found(Mapping[str, str]):
    """Title and abstract as they were found, told by how they differ from the cleaned ones.

    That takes 90 bytes a paper where the text takes 1,400. `parts` are nothing where a text is
    as it was found, and else what zlib makes of it when it knows the cleaned one.
    """

    __slots__ = ("abstract", "parts", "title")

    def __init__(self, title: Prose, abstract: Prose, parts: tuple[bytes, bytes]) -> None:
        self.title, self.abstract, self.parts = title, abstract, parts

    @classmethod
    def of(cls, title: Prose, abstract: Prose, raw: Mapping[str, str]) -> Found:
        """Made from the texts themselves."""
        pairs = ((title, raw["title"]), (abstract, raw["abstract"]))
        one, other = (_difference(text, prose.plain) for prose, text in pairs)
        return cls(title, abstract, (one, other))

    @property
    def depends(self) -> object:
        """What the texts can be told by, beside the cleaned ones."""
        return self.parts

    def __getitem__(self, name: str) -> str:
        prose, part = {"title": (self.title, self.parts[0]),
                       "abstract": (self.abstract, self.parts[1])}[name]  # fmt: skip
        if not part:
            return prose.plain
        made = decompressobj(_WINDOW, zdict=_bytes(prose.plain) or b"\0")
        return (made.decompress(part) + made.flush()).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return iter(_FOUND)

    def __len__(self) -> int:
        return len(_FOUND)

    def __repr__(self) -> str:
        return repr(dict(self))


_FOUND = ("title", "abstract")
_WINDOW = -13  # no header, and 8 kB to look back at, more than an abstract has


def _difference(text: str, known: str) -> bytes:
    if text == known:
        return b""
    made = compressobj(1, DEFLATED, _WINDOW, 4, zdict=_bytes(known) or b"\0")
    return made.compress(_bytes(text)) + made.flush()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def lightened(paper: Paper) -> Paper:
    """A paper fresh from cleaning, as it takes the least room: equal values are one."""
    raw = _found(paper) if tuple(paper.raw) == _FOUND else paper.raw
    return replace(
        paper,
        raw=raw,
        authors=tuple(map(one_author, paper.authors)),
        venue=intern(paper.venue),
        tags=tuple(map(intern, paper.tags)),
        identifiers=_named(paper.identifiers),
        extra=_named(paper.extra),
    )


def _named(table: Mapping[str, T]) -> dict[str, T]:
    """A table whose names are those of all other tables."""
    return {intern(name): value for name, value in table.items()}


def _found(paper: Paper) -> Found:
    """What a paper has of the texts as found.

    Raises:
        ValueError: it has others.
    """
    if isinstance(paper.raw, Found):
        return paper.raw
    if tuple(paper.raw) != _FOUND:
        raise ValueError("no paper fresh from cleaning")
    return Found.of(paper.title, paper.abstract, paper.raw)


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
    return dict(zip(map(intern, flat[::2]), flat[1::2], strict=True))


def _groups(flat: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    if len(flat) % size:
        raise ValueError("a group is cut")
    return zip(*[iter(flat)] * size, strict=True)


def _texts(values: list[Any]) -> None:
    if not _TEXT.issuperset(map(type, values)):
        raise ValueError("expected text")


def _author(parts: tuple[str, ...]) -> Author:
    return one_author(Author(*parts))


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
    if not data:
        return None
    if len(data) != 3 or not _NUMBER.issuperset(map(type, data)):
        raise ValueError("no date")
    return one_date(*data)


@lru_cache(maxsize=1 << 14)
def one_date(year: int | None, month: int | None, day: int | None) -> Date:
    """A date, one for all papers of the day."""
    return Date(year, month, day)


def _prose_data(prose: Prose) -> str | list[str]:
    spans = prose.spans
    if len(spans) == 1 and spans[0].kind == "text" and not spans[0].plain:
        return spans[0].text
    return list(chain.from_iterable((span.kind, span.text, span.plain) for span in spans))


def _prose(data: str | list[str]) -> Prose:
    if isinstance(data, str):
        return Prose((Span("text", data),))
    _texts(data)
    if not _SPANS.issuperset(data[::3]):
        raise ValueError("no prose")
    return Prose(tuple(Span(cast(SpanKind, k), t, p) for k, t, p in _groups(data, 3)))


def _is_plain(value: Any) -> bool:
    """Whether JSON gives the value back as it is: tuples, dates and NaN it does not."""
    try:
        return repr(json.loads(json.dumps(value))) == repr(value)
    except (*(ValueError, TypeError), RecursionError):
        return False
