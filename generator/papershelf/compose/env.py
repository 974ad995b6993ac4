"""What composers work with: templates, addresses, and what is derived once for all pages.

The only door to jinja2. Three promises hold for every template, a user's own included:
text is escaped on output by `prose.escape` (not by markupsafe, which leaves what Markdown
would act on), `Prose` comes out as its HTML, and the body is one block without empty lines,
so that Python-Markdown hands it on untouched.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from markupsafe import Markup

from papershelf.compose import dated, facts, listed, people, published
from papershelf.compose.views import Card, Chip, Entrance, When
from papershelf.model import Author, Catalog, Date, Origin, Paper, Problem, Settings
from papershelf.prose import Prose, escape
from papershelf.report import Report
from papershelf.site import Asset, Page

HUES = 14
"""How many colours the stylesheet has for areas; further areas start over."""

_CHIPS_ON_A_CARD = 4
_USER_ERRORS = (TemplateError, UnicodeDecodeError, ArithmeticError, AttributeError, LookupError,
                TypeError, ValueError)  # fmt: skip


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
        self._report = report
        self._folder = settings.overrides_dir / "templates"
        self._theirs = _with_templates_of(self._folder)
        self._broken: set[str] = set()
        self._cards: dict[tuple[str, str], Markup] = {}
        self._views: dict[str, Card] = {}
        self._keys: dict[str, tuple[int, int, int]] = {}

    link = staticmethod(link)

    def page(self, address: str, template: str, meta: Mapping[str, Any], **values: Any) -> Page:
        """A page whose body is the template's, given `values`, `root` and `site_name`."""
        return Page(address, meta, self.render(template, root=root_of(address), **values))

    def data(self, name: str, make: Callable[[], Any], *depends: Any) -> Asset:
        """Data for the scripts of the pages, at `assets/data/<name>.js`: what `make` returns.

        `depends` is all that the value depends on; where it has not changed, `make` is not
        called again.
        """
        return self.asset(f"assets/data/{name}.js", lambda: _as_script(name, make()), *depends)

    def asset(self, address: str, make: Callable[[], bytes], *depends: Any) -> Asset:
        """A file; `depends` is all that its bytes depend on, and see `data`."""
        return Asset(address, make())

    def render(self, template: str, **values: Any) -> str:
        """The template's text without indentation and empty lines.

        A user's template that breaks is reported once, and ours takes its place.
        """
        values.setdefault("site_name", self.settings.site_name)
        text = self._text(template, values)
        return "\n".join(line for line in map(str.strip, text.split("\n")) if line)

    def _text(self, name: str, values: Mapping[str, Any]) -> str:
        if self._theirs and name not in self._broken:
            try:
                return self._theirs.get_template(name).render(values)
            except _USER_ERRORS as error:
                self._report.problem(_template_problem(error, name, self._folder))
                self._broken.add(name)
        return _ours().get_template(name).render(values)

    def paper_address(self, id: str) -> str:
        """Where the page of a paper is."""
        return f"papers/{self.catalog.slugs[id]}/"

    def newest(self, ids: Iterable[str]) -> list[str]:
        """The ids newest first; where no date tells, in collection order."""
        return sorted(ids, key=self._date_key, reverse=True)

    def _date_key(self, id: str) -> tuple[int, int, int]:
        if id not in self._keys:
            date = facts.when(self.catalog.collection[id])
            self._keys[id] = date.sort_key() if date else (0, 0, 0)
        return self._keys[id]

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

    def cards(self, ids: Sequence[str], root: str) -> list[Markup]:
        """The papers as they stand in a list on a page of this depth."""
        return [self._card(id, root) for id in ids]

    def _card(self, id: str, root: str) -> Markup:
        key = (id, root)
        if key not in self._cards:
            text = self.render("card.j2", card=self.view(id), root=root)
            self._cards[key] = Markup(text)
        return self._cards[key]

    def view(self, id: str) -> Card:
        """The paper as lists show it; made once."""
        if id not in self._views:
            self._views[id] = self._view(self.catalog.collection[id])
        return self._views[id]

    def _view(self, paper: Paper) -> Card:
        return Card(
            self.paper_address(paper.id),
            Markup(paper.title.html()),
            facts.teaser(paper.abstract.plain),
            tuple(self.chips_of(paper.id)[:_CHIPS_ON_A_CARD]),
            shown_date(facts.when(paper)),
            short_authors(paper.authors),
        )


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


@lru_cache(maxsize=1)
def _ours() -> Environment:
    """The templates that ship, compiled once in the life of a process (50 ms)."""
    return _environment(PackageLoader("papershelf.compose"))


def _with_templates_of(folder: Path) -> Environment | None:
    """A user's templates before ours; nothing when the user has none."""
    if not any(folder.glob("*.j2")):
        return None
    theirs = FileSystemLoader(folder)
    return _environment(ChoiceLoader([theirs, PackageLoader("papershelf.compose")]))


def _environment(loader: ChoiceLoader | PackageLoader) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["e"] = environment.filters["escape"] = _escaped
    return environment


# Labels, addresses and titles come back on page after page: 86 % of all texts are found here.
@lru_cache(maxsize=1 << 16)
def _escaped_text(text: str) -> Markup:
    return Markup(escape(text))


def _escaped(value: object) -> Markup:
    return value if isinstance(value, Markup) else _escaped_text(str(value))


def _finalize(value: object) -> object:
    kind = type(value)
    if kind is Markup or kind is int:
        return value
    if kind is str:
        return _escaped_text(value)
    if isinstance(value, Prose):
        return Markup(value.html())
    # An undefined value must reach Jinja as it is, which then raises with its name.
    return value if isinstance(value, StrictUndefined) else _escaped(value)


def _template_problem(error: Exception, name: str, folder: Path) -> Problem:
    path, line = _place(error, folder / name)
    return Problem(
        "broken-template",
        f'the template "{path.name}" does not work: {error}',
        Origin(str(path), line, "template"),
        "mend it or remove it; the page was made with the template of the same name that ships",
        "error",
    )


def _place(error: Exception, path: Path) -> tuple[Path, int]:
    """The file and line that an error comes from: the deepest place in a user's own template."""
    if isinstance(error, TemplateSyntaxError):
        return Path(error.filename or path), error.lineno
    places = [
        (Path(frame.filename), frame.lineno or 0)
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent == path.parent
    ]
    return places[-1] if places else (path, 0)
