"""What templates are given: plain frozen values, with every decision already taken.

An address is one of the site, relative to its root: templates write
`href="{{ root }}{{ chip.address }}"`. Text is text: the environment escapes it on output; what
is HTML already, since many pages show it, is `Markup`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from papershelf.compose.facts import teaser
from papershelf.compose.language import term
from papershelf.prose import Prose

LINK_LABELS = {
    "pdf": term("PDF"),
    "code": term("Code"),
    "data": term("Data"),
    "model": term("Model"),
    "demo": term("Demo"),
    "project": term("Project"),
    "reference": term("Reference"),
}
"""Kind of a link → what it is called, in English."""


@dataclass(frozen=True, slots=True)
class When:
    """A date: `text` for people, `iso` for `<time datetime>` (empty when HTML has no form)."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A topic. `hue` is the number of its area's colour, `size` (1 to 8) its weight in a cloud."""

    label: str
    address: str
    hue: int
    count: int = 0
    why: str = ""
    size: int = 1
    description: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A paper in a list; `plain` is its title without formulas set. `depends` is its key."""

    address: str
    title: Markup
    plain: str
    abstract: Prose
    chips: tuple[Chip, ...]
    date: When | None
    authors: str
    depends: bytes

    @property
    def teaser(self) -> str:
        """A sentence of the abstract; found when it is asked for, as it costs most of a card."""
        return teaser(self.abstract.plain)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A related paper. `label` is set for versions and series."""

    address: str
    title: Markup
    why: str
    label: str


@dataclass(frozen=True, slots=True)
class Outward:
    """A link out of the site. `host` tells where it leads."""

    kind: str
    label: str
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper was listed: a source, and the line in it (0: the file as a whole)."""

    label: str
    address: str
    date: When | None
    line: int


@dataclass(frozen=True, slots=True)
class Change:
    """A repair: the step that made it, and the text around it before and after."""

    step: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A group of topics: an area, with how many papers stand on it."""

    slug: str
    label: str
    hue: int
    count: int
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way to a page: a letter, a source with its date, an author, a venue, a year.

    The address is empty where there is no page.
    """

    label: str
    address: str
    count: int = 0
    note: str = ""
    date: When | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """The papers before and after one in the list called `label`, which is at `address`."""

    label: str
    address: str
    previous: Entrance | None
    next: Entrance | None


@dataclass(frozen=True, slots=True)
class Step:
    """A number in a pager; the gap between far numbers has neither number nor address."""

    kind: Literal["page", "here", "gap"]
    number: int = 0
    address: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a paged list a page stands; falsy steps mean that there is but one page."""

    number: int
    total: int
    steps: tuple[Step, ...] = ()
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A line of an index of names. Who has no page has the papers instead, at most five."""

    label: str
    address: str
    count: int
    papers: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Volume:
    """A year with its months."""

    year: Entrance
    months: Sequence[Entrance]


@dataclass(frozen=True, slots=True)
class Aside:
    """A list beside the papers of a page; false when nothing stands in it."""

    label: str
    entrances: Sequence[Entrance] = ()
    chips: Sequence[Chip] = ()

    def __bool__(self) -> bool:
        return bool(self.entrances or self.chips)
