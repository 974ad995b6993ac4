"""What composers work with: pages, addresses, and what is derived once for all pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, overload

from markupsafe import Markup

from papershelf.compose import dated, facts, listed, people, published
from papershelf.compose.keys import Keys
from papershelf.compose.rendering import Templates
from papershelf.compose.views import Card, Chip, Entrance, When
from papershelf.model import Author, Catalog, Date, Settings
from papershelf.prose import escape
from papershelf.report import Report
from papershelf.site import Asset, Page, Sheet

Content = tuple[Mapping[str, Any], Mapping[str, Any]]
"""What `Env.later` is given: front matter, and the values of the template."""

HUES = 14
"""How many colours the stylesheet has for areas; further areas start over."""

_CHIPS_ON_A_CARD = 4
_CARDS_KEPT = 1 << 15  # some 50 MB: of 10,000 papers all cards, of 100,000 a third


def link(start: str, address: str) -> str:
    """The relative link from one address to another, by way of the root.

    It could be shorter, but so it is the same on all pages of one depth, and a card in a
    list needs to be rendered once a depth and not once a list.

    >>> link("papers/x/", "topics/y/"), link("", "cloud/"), link("cloud/", "")
    ('../../topics/y/', 'cloud/', '../')
    """
    return root_of(start) + address or "./"


def root_of(address: str) -> str:
    """The way from an address up to the root of the site: `../../`; from the home, nothing."""
    return "../" * address.count("/")


def front(title: str, description: str, **more: Any) -> dict[str, Any]:
    """Front matter. Title and description are plain text; they are escaped here.

    Both side columns of the theme are hidden: the pages bring their own, and the reading
    width is theirs.
    """
    return {
        "title": escape(title).strip() or "Untitled",
        "description": escape(description),
        "hide": ["navigation", "toc"],
        **more,
    }


class Env:
    """Renders templates, makes links, and keeps what many pages ask for."""

    def __init__(self, catalog: Catalog, settings: Settings, report: Report) -> None:
        self.catalog = catalog
        self.settings = settings
        self._templates = Templates(settings.overrides_dir / "templates", report)
        self._keys = Keys(self._templates, _that_matter(settings))
        self._paper_keys: dict[str, bytes] = {}
        self._writer_keys: dict[str, bytes] = {}
        self._dates: dict[str, tuple[int, int, int]] = {}
        self._card = lru_cache(_CARDS_KEPT)(self._make_card)

    link = staticmethod(link)

    # Pages and files -------------------------------------------------------------------

    def page(self, address: str, template: str, meta: Mapping[str, Any], **values: Any) -> Page:
        """A page whose body is the template's, given `values`, `root` and `site_name`.

        The body is made when it is needed, so the values must not change any more.
        """
        key = self._key(address, template, meta, values)
        if not key:
            return Page(address, meta, self._sheet(address, template, (meta, values))[1])
        return Page.late(address, key, lambda: self._sheet(address, template, (meta, values)))

    def later(
        self, address: str, template: str, make: Callable[[], Content], *depends: object
    ) -> Page:
        """The same for values that cost much: `make` gives them, with the front matter.

        `depends` is all that they depend on, beside the settings; where it has not changed
        since the last run, `make` is not called.
        """
        key = self._key(address, template, depends)
        return Page.late(address, key, lambda: self._sheet(address, template, make()))

    def data(self, name: str, make: Callable[[], Any], *depends: object) -> Asset:
        """Data for the scripts of the pages, at `assets/data/<name>.js`: what `make` returns.

        `depends` is as in `later`.
        """
        return self.asset(f"assets/data/{name}.js", lambda: _as_script(name, make()), *depends)

    def asset(
        self,
        address: str,
        make: Callable[[], bytes | Iterable[bytes]],
        *depends: object,
        beside: bool = False,
    ) -> Asset:
        """A file, made whole or in pieces; `depends` is as in `later`, and see `Asset`."""
        return Asset.late(address, self._key(address, depends), make, beside)

    def key(self, *values: object) -> bytes:
        """A short stand-in for values that many pages depend on.

        Raises:
            TypeError: a value is of a kind that cannot be compared with one of another run.
        """
        return self._keys.digest(*values)

    def _key(self, *values: object) -> str:
        """The key of values, or none when they are of a user's own kind."""
        try:
            return self._keys.of(*values)
        except TypeError:
            return ""

    def _sheet(self, address: str, template: str, content: Content) -> Sheet:
        meta, values = content
        # A paper's page says more of itself, and so brings its own.
        return meta, self.render(template, root=root_of(address), **values)

    def render(self, template: str, **values: Any) -> str:
        """The template's text without indentation and empty lines.

        A user's template that breaks is reported once, and ours takes its place.
        """
        values.setdefault("site_name", self.settings.site_name)
        return self._templates.render(template, values)

    def is_lasting(self) -> bool:
        """Whether all was made as it would be in another run: no template has broken."""
        return not self._templates.broken

    # Papers ------------------------------------------------------------------------------

    def paper_address(self, id: str) -> str:
        """Where the page of a paper is."""
        return f"papers/{self.catalog.slugs[id]}/"

    def newest(self, ids: Iterable[str]) -> list[str]:
        """The ids newest first; where no date tells, in collection order."""
        return sorted(ids, key=self._date_key, reverse=True)

    def _date_key(self, id: str) -> tuple[int, int, int]:
        if id not in self._dates:
            date = facts.when(self.catalog.collection[id])
            self._dates[id] = date.sort_key() if date else (0, 0, 0)
        return self._dates[id]

    @cached_property
    def hues(self) -> dict[str, int]:
        """Area slug → the number of its colour, from 1."""
        return {slug: 1 + i % HUES for i, slug in enumerate(self.catalog.topics.areas)}

    @cached_property
    def chips(self) -> dict[str, Chip]:
        """Topic slug → how the topic is shown, for all topics in taxonomy order."""
        topics = self.catalog.topics
        return {
            slug: Chip(
                topic.label,
                f"topics/{slug}/",
                self.hues.get(topic.area, 0),
                len(topics.papers.get(slug, ())),
                description=topic.description,
            )
            for slug, topic in topics.topics.items()
        }

    def chips_of(self, id: str) -> list[Chip]:
        """The topics of a paper, best first, each with the reason why."""
        return [
            Chip(chip.label, chip.address, chip.hue, chip.count, given.why)
            for given in self.catalog.topics.of.get(id, ())
            if (chip := self.chips.get(given.topic))
        ]

    @cached_property
    def sources(self) -> listed.Sources:
        """Every source and date of the collection, with its address."""
        return listed.sources(self.catalog.collection)

    @cached_property
    def people(self) -> people.People:
        """Everybody who wrote a paper, each once."""
        return people.people(self.catalog.collection, self.settings.min_author_papers)

    @cached_property
    def venues(self) -> published.Venues:
        """Every venue that a paper appeared in."""
        return published.venues(self.catalog.collection, self.settings.min_venue_papers)

    @cached_property
    def years(self) -> Mapping[int, dated.Period]:
        """Every year of which a paper is, latest first."""
        return dated.years(self.catalog.collection)

    @cached_property
    def ways(self) -> list[Entrance]:
        """The indexes that the navigation cannot name, as not every collection has them.

        The note of each goes with its count, as in `1 author`.
        """
        found = [
            ("Author", "authors/", len(self.people.all)),
            ("Venue", "venues/", len(self.venues.all)),
            ("Year", "years/", len(self.years)),
        ]
        return [
            Entrance(f"{label}s", address, count, label.lower() + "s" * (count > 1))
            for label, address, count in found
            if count
        ]

    def ways_but(self, address: str) -> list[Entrance]:
        """The other ones."""
        return [way for way in self.ways if way.address != address]

    def cards(self, ids: Sequence[str], root: str) -> Sequence[Markup]:
        """The papers as they stand in a list on a page of this depth; made one at a time."""
        return Cards(self, tuple(ids), root)

    def card(self, id: str, root: str) -> Markup:
        """The paper as it stands in a list on a page of this depth."""
        return self._card(id, root, self.is_lasting())

    def _make_card(self, id: str, root: str, _: bool) -> Markup:
        return Markup(self.render("card.j2", card=self.view(id), root=root))

    def view(self, id: str) -> Card:
        """The paper as lists show it."""
        paper = self.catalog.collection[id]
        return Card(
            self.paper_address(id),
            Markup(paper.title.html()),
            paper.abstract,
            tuple(islice(self._uncounted(id), _CHIPS_ON_A_CARD)),
            shown_date(facts.when(paper)),
            short_authors(paper.authors),
            self.paper_key(id),
        )

    def _uncounted(self, id: str) -> Iterator[Chip]:
        """Topics without their counts: one more paper of a topic must not change every list."""
        for chip in self.chips_of(id):
            yield Chip(chip.label, chip.address, chip.hue, why=chip.why)

    def paper_key(self, id: str) -> bytes:
        """Stands for a paper, its address and its topics, but not for counts of other papers."""
        if id not in self._paper_keys:
            paper = self.catalog.collection[id]
            self._paper_keys[id] = self.key(paper, self.paper_address(id), *self._uncounted(id))
        return self._paper_keys[id]

    def list_key(self, ids: Iterable[str]) -> bytes:
        """Stands for papers in their order, and for who wrote them."""
        return self.key(*[key for id in ids for key in (self.paper_key(id), self._writers(id))])

    def _writers(self, id: str) -> bytes:
        if id not in self._writer_keys:
            known = [person for person in self.people.of[id] if person]
            told = [(person.name, person.filed, person.address) for person in known]
            self._writer_keys[id] = self.key(told)
        return self._writer_keys[id]


@dataclass(frozen=True, slots=True)
class Cards(Sequence[Markup]):
    """Papers of a list. They are rendered when they are asked for, and not kept here."""

    env: Env
    ids: tuple[str, ...]
    root: str

    @property
    def depends(self) -> object:
        """What the cards depend on."""
        return self.root, [self.env.paper_key(id) for id in self.ids]

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Markup: ...

    @overload
    def __getitem__(self, place: slice) -> Cards: ...

    def __getitem__(self, place: int | slice) -> Markup | Cards:
        if isinstance(place, slice):
            return replace(self, ids=self.ids[place])
        return self.env.card(self.ids[place], self.root)


def _that_matter(settings: Settings) -> list[tuple[str, object]]:
    """The settings without the places on this machine."""
    found = [(field.name, getattr(settings, field.name)) for field in fields(settings)]
    return [(name, value) for name, value in found if not isinstance(value, Path)]


def _as_script(name: str, value: Any) -> bytes:
    """JSON that a script tag can load, also from a page that was opened as a file."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"papershelf.receive({json.dumps(name)},{text});\n".encode()


def shown_date(date: Date | None) -> When | None:
    """A date for a template; nothing for one of which nothing can be said."""
    text = facts.spoken(date) if date else ""
    return When(text, facts.machine(date)) if date and text else None


def short_authors(authors: Sequence[Author]) -> str:
    """Who wrote it, in a word or two.

    >>> short_authors([Author("Li"), Author("Kim")]), short_authors([Author("Li")] * 3)
    ('Li and Kim', 'Li et al.')
    """
    names = [author.literal or author.family or author.given for author in authors[:2]]
    return f"{names[0]} et al." if len(authors) > 2 else " and ".join(names)
