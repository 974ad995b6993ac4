"""What composers work with: pages, addresses, and what is derived once for all pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import chain
from secrets import token_bytes
from typing import Any

from markupsafe import Markup

from papershelf.cache import Cache
from papershelf.compose import dated, facts, listed, people, published
from papershelf.compose.keys import Found, Keys, plain, that_matter
from papershelf.compose.kinship import Kinship
from papershelf.compose.language import language_of, noted
from papershelf.compose.rendering import Templates, as_script, final_text
from papershelf.compose.views import Card, Chip, Entrance, Pager, When
from papershelf.export.keys import distinct_keys, with_key
from papershelf.model import Author, Catalog, Date, Paper, Settings
from papershelf.prose import escape
from papershelf.report import Report
from papershelf.site import Asset, Page, Piece, Pieces, Sheet

Content = tuple[Mapping[str, Any], Mapping[str, Any]]
"""What `Env.later` is given: front matter, and the values of the template."""

HUES = 14
"""How many colours the stylesheet has for areas; further areas start over."""

_CHIPS_ON_A_CARD = 4
_CARDS_KEPT = 1 << 15  # some 50 MB: of 10,000 papers all cards, of 100,000 a third
_VIEWS_KEPT = 1 << 14  # some 20 MB
_CITED_KEPT = 1 << 10  # those of a lot, whose pages and list ask for the same
_ROOT = Markup("\0")  # a sign that no text holds, which stands for the root on any page


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

    def __init__(
        self, catalog: Catalog, settings: Settings, report: Report, cache: Cache | None = None
    ) -> None:
        self.catalog = catalog
        self.settings = settings
        self.language = language_of(settings.language, settings.overrides_dir / "locales", report)
        self.say, self.say_many = self.language.say, self.language.say_many
        self._templates = Templates(settings.overrides_dir / "templates", self.language, report)
        self._keys = Keys(self._templates, self.language, that_matter(settings))
        self._cache = cache or Cache()
        self.paper_keys, self._title_keys = Found(self._paper_key), Found(self._title_key)
        self._writer_keys, self._dates = Found(self._writer_key), Found(self._date_key)
        self._card = lru_cache(_CARDS_KEPT)(self._make_card)
        self.view = lru_cache(_VIEWS_KEPT)(self._make_view)
        self.chips_of = lru_cache(_VIEWS_KEPT)(self._make_chips)
        self.cited = lru_cache(_CITED_KEPT)(self._make_cited)

    link = staticmethod(link)

    # Pages and files -------------------------------------------------------------------

    def page(self, address: str, template: str, meta: Mapping[str, Any], **values: Any) -> Page:
        """A page whose body is the template's, given `values`, `root` and `site_name`.

        The body is made when it is needed, so the values must not change any more.
        """
        key = self._key(address, template, meta, values)
        if not key:
            return Page(address, meta, self._sheet(address, template, (meta, values))[1])
        return Page.late(address, key, partial(self._sheet, address, template, (meta, values)))

    def later(
        self, address: str, template: str, make: Callable[[], Content], *depends: object
    ) -> Page:
        """The same for values that cost much: `make` gives them, with the front matter.

        `depends` is all that they depend on, beside the settings; where it has not changed
        since the last run, `make` is not called.
        """
        key = self._key(address, template, depends)
        return Page.late(address, key, partial(self._late, address, template, make))

    def data(self, name: str, make: Callable[[], Any], *depends: object) -> Asset:
        """Data for the scripts of the pages, at `assets/data/<name>.js`: what `make` returns.

        `depends` is as in `later`.
        """
        return self.asset(f"assets/data/{name}.js", lambda: as_script(name, make()), *depends)

    def asset(
        self,
        address: str,
        make: Callable[[], bytes | Pieces],
        *depends: object,
        beside: bool = False,
    ) -> Asset:
        """A file, made whole or in pieces; `depends` is as in `later`, and see `Asset`."""
        return Asset.late(address, self._key(address, depends), make, beside)

    def piece(self, make: Callable[[], bytes], *depends: object) -> Piece:
        """A part of a large file; `depends` is as in `later`."""
        return Piece(self._key(depends), make)

    def key(self, *values: object) -> bytes:
        """A short stand-in for values that many pages depend on.

        Values of a user's own kind cannot be compared with those of another run: what stands
        for them is equal to nothing else.
        """
        try:
            return self._keys.digest(*values)
        except TypeError:
            return token_bytes(16)

    def _key(self, *values: object) -> str:
        """The key of values, or none when they are of a user's own kind."""
        try:
            return self._keys.of(*values)
        except TypeError:
            return ""

    def _late(self, address: str, template: str, make: Callable[[], Content]) -> Sheet:
        return self._sheet(address, template, make())

    def _sheet(self, address: str, template: str, content: Content) -> Sheet:
        meta, values = content
        # A paper's page says more of itself, and so brings its own.
        body = self.render(template, root=root_of(address), **values)
        if self.language.is_foreign:  # to the page around it, which is in the theme's language
            body = body.replace("<div ", f'<div lang="{self.language.code}" dir="ltr" ', 1)
        return meta, body

    def render(self, template: str, **values: Any) -> str:
        """The template's text without indentation and empty lines.

        A user's template that breaks is reported once, and ours takes its place.
        """
        values.setdefault("site_name", self.settings.site_name)
        return self._templates.render(template, values)

    def is_lasting(self) -> bool:
        """Whether all was made as it would be in another run: no template has broken."""
        return not self._templates.broken

    def papers(self, count: int) -> str:
        """How many papers, in words: `1 paper`, `2 papers`."""
        return self.say_many("%(count)s paper", "%(count)s papers", count)

    def turned(self, title: str, pager: Pager) -> str:
        """A title as it stands on a page of a list; the first page has it as it is."""
        if pager.number == 1:
            return title
        return self.say("%(title)s, page %(page)s", title=title, page=pager.number)

    def told(self, said: str, pager: Pager) -> str:
        """The same for a description, which is a sentence."""
        if pager.number == 1:
            return said
        place = {"page": pager.number, "pages": pager.total}
        return self.say("%(said)s Page %(page)s of %(pages)s.", said=said, **place)

    def shown_date(self, date: Date | None) -> When | None:
        """A date for a template; nothing for one of which nothing can be said."""
        text = self.language.date(date) if date else ""
        return When(text, facts.machine(date)) if date and text else None

    def short_authors(self, authors: Sequence[Author]) -> str:
        """Who wrote it, in a word or two: `Li`, `Li and Kim`, `Li et al.`."""
        names = [author.literal or author.family or author.given for author in authors[:2]]
        if len(authors) > 2:
            return self.say("%(name)s et al.", name=names[0])
        if len(names) == 2:
            return self.say("%(one)s and %(other)s", one=names[0], other=names[1])
        return "".join(names)

    # Papers ------------------------------------------------------------------------------

    def paper_address(self, id: str) -> str:
        """Where the page of a paper is."""
        return f"papers/{self.catalog.slugs[id]}/"

    def newest(self, ids: Iterable[str]) -> list[str]:
        """The ids newest first; where no date tells, in collection order."""
        return sorted(ids, key=self._dates.__getitem__, reverse=True)

    def _date_key(self, id: str) -> tuple[int, int, int]:
        date = facts.when(self.catalog.collection[id])
        return date.sort_key() if date else (0, 0, 0)

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

    def _make_chips(self, id: str) -> Sequence[Chip]:
        """The topics of a paper, best first, each with the reason why.

        They come without counts: one more paper of a topic must not change all that are there.
        """
        return [
            Chip(chip.label, chip.address, chip.hue, why=given.reason(self.say))
            for given in self.catalog.topics.of.get(id, ())
            if (chip := self.chips.get(given.topic))
        ]

    @cached_property
    def citation_keys(self) -> Mapping[str, str]:
        """Paper id → citation key, which no other paper has."""
        return {paper.id: key for paper, key in distinct_keys(self.catalog.collection)}

    def _make_cited(self, id: str) -> Paper:
        """The paper with its citation key among its details."""
        return with_key(self.catalog.collection[id], self.citation_keys[id])

    @cached_property
    def kinship(self) -> Kinship:
        """How the topics hang together."""
        return Kinship(self.catalog)

    @cached_property
    def sources(self) -> listed.Sources:
        """Every source and date of the collection, with its address."""
        return listed.sources(self.catalog.collection)

    @cached_property
    def people(self) -> people.People:
        """Everybody who wrote a paper, each once; to find out takes 0.2 ms a paper."""
        collection, fewest = self.catalog.collection, self.settings.min_author_papers
        ids = tuple(collection.papers)
        key = self.key(fewest, ids, *people.written(collection)).hex()
        known = self._cache.get(key, partial(people.decoded, ids=ids))
        if known is None:
            known = people.people(collection, fewest)
            self._cache.put(key, known, people.encoded(known, ids))
        return known

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
            (self.say("Authors"), "authors/", len(self.people.all), noted("author", "authors")),
            (self.say("Venues"), "venues/", len(self.venues.all), noted("venue", "venues")),
            (self.say("Years"), "years/", len(self.years), noted("year", "years")),
        ]
        return [
            Entrance(label, address, count, self.language.form(*forms, count))
            for label, address, count, forms in found
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
        if self._templates.are_ours:  # which do no more with the root than to write it
            return final_text(str.replace(self._card(id, _ROOT, True), _ROOT, root))
        return self._card(id, root, self.is_lasting())

    def _make_card(self, id: str, root: str, _: bool) -> Markup:
        return Markup(self.render("card.j2", card=self.view(id), root=root))

    def _make_view(self, id: str) -> Card:
        """The paper as lists show it."""
        paper = self.catalog.collection[id]
        return Card(
            self.paper_address(id),
            Markup(paper.title.html()),
            paper.title.plain,
            paper.abstract,
            tuple(self.chips_of(id)[:_CHIPS_ON_A_CARD]),
            self.shown_date(facts.when(paper)),
            self.short_authors(paper.authors),
            self.paper_key(id),
        )

    def paper_key(self, id: str) -> bytes:
        """Stands for a paper, its address and its topics, but not for counts of other papers."""
        return self.paper_keys[id]

    def _paper_key(self, id: str) -> bytes:
        paper, given = self.catalog.collection[id], self.catalog.topics.of.get(id, ())
        topics = [(self._topic_keys.get(one.topic, b""), *chain(*one.told)) for one in given]
        return self.key(paper, self.paper_address(id), topics)

    @cached_property
    def _topic_keys(self) -> dict[str, bytes]:
        """Topic slug → what stands for its name, address and area, but not for its papers."""
        topics = self.catalog.topics
        return {
            slug: self.key(chip.label, chip.address, chip.hue, topics.areas.get(area))
            for slug, chip in self.chips.items()
            for area in [topics.topics[slug].area]
        }

    def title_key(self, id: str) -> bytes:
        """Stands for a paper's title and address; for nothing where there is no such paper."""
        return self._title_keys[id]

    def _title_key(self, id: str) -> bytes:
        paper = self.catalog.collection.papers.get(id)
        return self.key(plain(paper.title), self.paper_address(id)) if paper else b""

    def list_key(self, ids: Sequence[str]) -> bytes:
        """Stands for papers in their order, and for who wrote them."""
        return self.key([(self.paper_keys[id], self._writer_keys[id]) for id in ids])

    def _writer_key(self, id: str) -> bytes:
        return self.key([(one.name, one.filed, one.address) for one in self.people.of[id] if one])


@dataclass(frozen=True, slots=True)
class Cards(Sequence[Markup]):
    """Papers of a list. They are rendered when they are asked for, and not kept here."""

    env: Env
    ids: tuple[str, ...]
    root: str

    @property
    def depends(self) -> object:
        """What the cards depend on."""
        return self.root, list(map(self.env.paper_keys.__getitem__, self.ids))

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Markup]:
        return (self.env.card(id, self.root) for id in self.ids)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return replace(self, ids=self.ids[place])
        return self.env.card(self.ids[place], self.root)
