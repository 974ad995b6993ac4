"""Corrections: what the user says of single papers, and finding the papers that are meant.

Values only, and one way to look names up: `overrides` reads them from a file, `correct`
applies them, and `merge` obeys the rulings.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import product
from typing import Any

from papershelf.identity import slug, strong_identifiers
from papershelf.ledger import Ledger
from papershelf.model import Origin, Paper, Record

MOST_NAMED = 3
"""How many nearest names a message offers."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value that the user gave, and where it stands."""

    value: Any
    origin: Origin


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry: what is said of the paper called `name`.

    `fields` are values as written, by our names of fields (`model.FIELDS`), nothing at all
    where one is to be taken away. `add` and `remove` are slugs of topics, `same` and `other`
    names of papers that are this one, or are not.
    """

    name: str
    origin: Origin
    fields: Mapping[str, Said] = field(default_factory=dict)
    add: tuple[Said, ...] = ()
    remove: tuple[Said, ...] = ()
    slug: Said | None = None
    hide: bool = False
    same: tuple[Said, ...] = ()
    other: tuple[Said, ...] = ()

    @property
    def only_rules(self) -> bool:
        """Whether it says nothing but which papers are one: then it is done once they are."""
        changes = self.fields or self.add or self.remove or self.slug or self.hide
        return bool(self.same or self.other) and not changes


@dataclass(frozen=True, slots=True)
class Ruling:
    """Papers, by their positions, that the user says are one (`together`) or are not."""

    together: bool
    one: tuple[int, ...]
    other: tuple[int, ...]
    names: tuple[str, str]
    origin: Origin

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Each of the one with each of the other."""
        return product(self.one, self.other)


_PLACEHOLDER = "untitled"
_PROSE = frozenset({"title", "abstract", "venue"})


def records(corrections: Sequence[Correction]) -> Iterator[Record]:
    """Every corrected field as a record of its own, so that it is read as a source's would be.

    Prose is taken to the letter but for formulas between dollars: who undoes a repair should
    not have it done again. `extra` tells which correction and field it was.
    """
    for number, correction in enumerate(corrections):
        for name, said in correction.fields.items():
            if said.value is not None:
                yield Record(
                    {"title": _PLACEHOLDER, name: said.value},
                    said.origin,
                    {"correction": number, "field": name},
                    "mended" if name in _PROSE else "text",
                )


class Names:
    """Papers by all that they may be called, for a list of papers.

    A name is a slug (of today or of once), an id, a DOI, an arXiv id of any version, an ACL
    or OpenReview id; a scheme or the address of a resolver before it does no harm. Without
    `slugs` (paper id → slug) the papers are single copies, which have no address yet: then
    the ledger says what a slug means, and else the slug that a title would get.
    """

    def __init__(
        self, papers: Sequence[Paper], ledger: Ledger, slugs: Mapping[str, str] | None = None
    ) -> None:
        self._papers = papers
        self._ledger = ledger
        self._slugs = slugs or {}
        self._names: dict[str, list[int]] = defaultdict(list)
        self._keys: dict[str, list[int]] = defaultdict(list)
        self._titles: dict[str, list[int]] = defaultdict(list)
        for at, paper in enumerate(papers):
            for name in dict.fromkeys(self._names_of(paper)):
                self._names[name].append(at)
            for key in paper.keys:
                self._keys[key].append(at)
        self._once = {
            id.casefold(): name for name, entry in ledger.entries.items() for id in entry["ids"]
        }

    def _names_of(self, paper: Paper) -> Iterator[str]:
        if paper.id in self._slugs:
            yield self._slugs[paper.id]
        yield paper.id.casefold()
        yield from (value.casefold() for value in paper.identifiers.values())
        yield from strong_identifiers(paper.identifiers).values()

    def find(self, name: str) -> list[int]:
        """The positions of the papers that go by the name; more than one when it is shared."""
        wanted = _bare(name)
        as_ids = (strong_identifiers({scheme: wanted}) for scheme in ("arxiv", "doi"))
        for spelling in dict.fromkeys((wanted, *(id for ids in as_ids for id in ids.values()))):
            if found := self._names.get(spelling) or self._remembered(spelling):
                return found
        return [] if self._slugs else self._titled(wanted)

    def _remembered(self, name: str) -> list[int]:
        """What the ledger knows by a slug or an id, by the keys that tell most."""
        entry = self._ledger.entries.get(self._ledger.follow(self._once.get(name, name)))
        if not entry:
            return []
        for kinds in (("doi:", "arxiv:", "acl:", "twin:", "both:"), ("title:",)):
            keys = (key for key in entry["keys"] if key.startswith(kinds))
            if found := {at for key in keys for at in self._keys.get(key, ())}:
                return sorted(found)
        return []

    def _titled(self, name: str) -> list[int]:
        if not self._titles:  # made once, and only when needed: a slug costs some 20 µs
            for at, paper in enumerate(self._papers):
                self._titles[slug(paper.title.plain)].append(at)
        return self._titles.get(name, [])

    def nearest(self, name: str) -> list[str]:
        """The slugs, or the names, that look most like the name."""
        known = sorted(self._slugs.values()) or sorted(self._names)
        return nearest(_bare(name), known)


_WRAPPING = re.compile(
    r"(?:https?://)?(?:(?:dx\.)?doi\.org/|(?:www\.)?arxiv\.org/(?:abs|pdf)/|"
    r"(?:www\.)?aclanthology\.org/|openreview\.net/forum\?id=)|(?:doi|arxiv|acl|openreview): *"
    r"|.*?\bpapers/(?=[a-z0-9-]+/?\Z)",
    re.IGNORECASE,
)


def _bare(name: str) -> str:
    """A name without what may stand around it, in small letters.

    >>> _bare("https://doi.org/10.1/AB"), _bare("arXiv:1706.03762v5"), _bare("papers/a-b/")
    ('10.1/ab', '1706.03762v5', 'a-b')
    """
    name = name.strip()
    wrapping = _WRAPPING.match(name)
    return name[wrapping.end() if wrapping else 0 :].strip().rstrip("/").casefold()


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """Up to three of the known names that look most like a name, the nearest first.

    Comparing letter by letter costs some 50 µs a name, so only those that share the most
    two-letter pieces with it are compared.
    """
    pieces = _pieces(name)
    shared = Counter({other: len(pieces & _pieces(other)) for other in known})
    few = [other for other, number in shared.most_common(50) if number]
    likeness = {other: SequenceMatcher(None, name, other).ratio() for other in few}
    near = sorted(
        (other for other in few if likeness[other] >= 0.6), key=lambda n: (-likeness[n], n)
    )
    return near[:MOST_NAMED]


def _pieces(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A hint that offers the nearest of the known names; nothing when none is near."""
    return f"did you mean {quoted_list(nearest(name, known))}?" if nearest(name, known) else ""


def quoted_list(names: Sequence[str]) -> str:
    """Names in a sentence.

    >>> quoted_list(["a", "b", "c"])
    '"a", "b" or "c"'
    """
    *some, last = (f'"{name}"' for name in names)
    return f"{', '.join(some)} or {last}" if some else last
