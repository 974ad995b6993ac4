"""Every value that travels through the pipeline. Of ours it imports but parts of itself, and prose.

What is found out *about* a paper (topics, relations, addresses) lives beside it in a
side table keyed by its id, never inside it: a paper is built once, by `clean`, and only
`merge` makes a new one out of several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from papershelf.assigned import Assignment as Assignment
from papershelf.neighbours import Related as Related
from papershelf.neighbours import Relations as Relations
from papershelf.neighbours import term
from papershelf.prose import Prose

Level = Literal["info", "warning", "error"]
Markup = Literal["text", "latex", "html", "mended"]


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where something was found, so that every message and every page can say so.

    `path` is as the user wrote it, with `/` between parts; `line` counts from 1, and 0
    means the file as a whole; `format` is the name of the reader.
    """

    path: str
    line: int = 0
    format: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the *input*, as a value: it is reported, and the rest gets through.

    `code` is one hyphenated name, listed in the documentation; `message` is lower case
    and quotes the user's own text; `hint` says what to do.
    """

    code: str
    message: str
    origin: Origin | None = None
    hint: str = ""
    level: Level = "warning"

    def __str__(self) -> str:
        place = f"{self.origin}: " if self.origin else ""
        return f"{place}{self.level}: {self.message} [{self.code}]"


@dataclass(frozen=True, slots=True)
class Record:
    """One paper as found in one file: nothing cleaned, nothing lost.

    `fields` uses our names for what is known (`FIELDS`) with the values as found:
    text, a number, or a list of either. What has no name of ours stands under its own
    name in `extra`. `markup` is the language of the text: LaTeX and HTML are decoded by
    cleaning, plain text is only mended, and what we exported ourselves is `mended` already.
    """

    fields: Mapping[str, Any]
    origin: Origin
    extra: Mapping[str, Any] = field(default_factory=dict)
    markup: Markup = "text"

    def text(self, name: str) -> str:
        """The field as text; empty when it is missing or is no text."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else "" if value is None else str(value)


FIELDS = frozenset(
    "title abstract authors date listed venue doi arxiv acl openreview url pdf code pages volume "
    "number publisher language keywords key type links votes authors_count".split()
)
"""The names that readers give to what they find. `date` is when the paper appeared,
`listed` when the source listed it; both may be partial text such as `Mar 14`."""


@dataclass(frozen=True, slots=True)
class Date:
    """A date as precise as the source was: a year is never guessed.

    >>> str(Date(2025, 3)), str(Date(None, 3, 14)), str(Date(2025, 3, 14))
    ('2025-03', '--03-14', '2025-03-14')
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """ISO 8601 as far as known; a missing year is `--`, as in ISO 8601:2000 and vCard."""
        head = f"{self.year:04d}" if self.year is not None else "-"
        parts = [f"{n:02d}" for n in (self.month, self.day) if n is not None]
        return "-".join([head, *parts])

    def sort_key(self) -> tuple[int, int, int]:
        """Orders dates; what is unknown comes before what is known."""
        return (self.year or 0, self.month or 0, self.day or 0)


@dataclass(frozen=True, slots=True)
class Author:
    """A person, or a group when `literal` is set (then the other parts are empty).

    The parts are those of CSL-JSON: `particle` is a non-dropping one ("van der").
    """

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""
    orcid: str = ""

    def __str__(self) -> str:
        parts = (self.given, self.particle, self.family, self.suffix)
        return self.literal or " ".join(filter(None, parts))


LINK_KINDS = ("pdf", "code", "data", "model", "demo", "project", "reference")
LinkKind = Literal["pdf", "code", "data", "model", "demo", "project", "reference"]


@dataclass(frozen=True, slots=True)
class Link:
    """A web address that belongs to a paper, by what it leads to. Always http or https."""

    kind: LinkKind
    url: str


@dataclass(frozen=True, slots=True)
class Repair:
    """One change that cleaning made: which step, in which field, what became what."""

    step: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One place where the paper was listed, and the date that the place gave."""

    origin: Origin
    date: Date | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper, cleaned. Frozen: built once.

    `keys` are the names under which this paper may be known, strongest first (see
    `identity.keys`); `id` is the public one. `raw` keeps title and abstract as found.
    `identifiers` has lower-case schemes (`doi`, `arxiv`, `acl`, `openreview`) without
    prefixes. `details` are what a citation needs beside: `volume`, `number`, `pages`,
    `publisher`, `language`, `key` (of the citation) and `type`, each only where it is known.
    `versions` are ids of other papers that are the same work told anew.
    Where two papers have a `mark`, in whatever run of the same code, and it is one, they are equal.
    A changed copy has none.
    """

    id: str
    keys: tuple[str, ...]
    title: Prose
    abstract: Prose
    listings: tuple[Listing, ...]
    authors: tuple[Author, ...] = ()
    date: Date | None = None
    venue: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    raw: Mapping[str, str] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()
    versions: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    mark: bytes = field(default=b"", init=False, repr=False, compare=False)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Every place that this paper was read from, in order."""
        return tuple(listing.origin for listing in self.listings)


@dataclass(frozen=True, slots=True)
class Merge:
    """Why several records became one paper: the kept id, the origins, the reason."""

    id: str
    origins: tuple[Origin, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Each paper once, by id, sorted by folded title; does not depend on the input order."""

    papers: Mapping[str, Paper]
    merges: tuple[Merge, ...] = ()

    def __iter__(self) -> Iterator[Paper]:
        return iter(self.papers.values())

    def __len__(self) -> int:
        return len(self.papers)

    def __getitem__(self, id: str) -> Paper:
        return self.papers[id]


@dataclass(frozen=True, slots=True)
class Area:
    """A shelf of topics."""

    slug: str
    label: str


FOUND = Area("discovered", term("Found in this collection"))
"""The area of topics that no taxonomy named."""
FOUND_TOPIC = term("Papers that come back to “%(label)s”; found by counting, not by a librarian.")
"""What is said of such a topic."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What papers can be about. `discovered` ones came from the collection, not from a taxonomy."""

    slug: str
    label: str
    area: str
    description: str = ""
    discovered: bool = False


@dataclass(frozen=True, slots=True)
class TopicRule:
    """How a taxonomy tells that a paper is about a topic.

    `aliases` are phrases, matched without regard to case, hyphens and plural; a phrase
    that ends in `*` matches by its stem; one written in capitals matches in capitals only.
    `weak` ones count in a title, or when they come back in the abstract. `never` are phrases
    whose words must not count; `patterns` are regular expressions over the plain text.
    """

    topic: Topic
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Areas, topics and how to tell them. `ignore` are phrases that match nothing anywhere."""

    areas: tuple[Area, ...] = ()
    rules: tuple[TopicRule, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topics:
    """Which paper is about what. `of` lists a paper's topics best first.

    `topics` holds only topics that some paper has, in taxonomy order; `papers` has the ids
    of a topic's papers in collection order.
    """

    areas: Mapping[str, Area]
    topics: Mapping[str, Topic]
    of: Mapping[str, tuple[Assignment, ...]]
    papers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that a composer or a template may ask for.

    `slugs` gives each paper's slug (its page is `papers/<slug>/`); `departed` the slugs of
    papers that were once here, with their titles; `aliases` the short ids that lead to a slug;
    `moved` the slugs that papers of today had before; `places` where a paper stands on the map:
    x to the right and y down, whole numbers from 0 to 4095.
    """

    collection: Collection
    topics: Topics
    relations: Relations
    slugs: Mapping[str, str]
    departed: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a user can set, read once by `config` from `mkdocs.yml` and the command line.

    Paths are absolute but for `sources`, which stay as written (they show up in messages)
    and are read relative to `root`, the folder of `mkdocs.yml`. `year` completes dates that
    come without one; `skip` names cleaning steps to leave out; `taxonomy` is a shipped name
    (`ml`, `none`) or a path, `corrections` a path; `plugins` are modules of the user's own,
    by path or dotted name; `exports` are the formats in which the site offers all papers.
    `language` is the theme's, a BCP 47 tag.
    `policy` is what `extra.csp` adds to the Content-Security-Policy, sources by directive, or
    nothing where it is switched off; `comments` tells whether `extra.giscus` is set.
    `check` ends a build with the gate, without the checks and codes of `check_skip` and within
    `budgets` (`name=value`).
    """

    root: Path
    sources: tuple[str, ...] = ("papers",)
    docs_dir: Path = Path("docs")
    site_dir: Path = Path("site")
    overrides_dir: Path = Path("overrides")
    config_file: Path | None = None
    site_name: str = "Papers"
    site_url: str = ""
    site_description: str = ""
    language: str = "en"
    policy: tuple[tuple[str, str], ...] | None = ()
    comments: bool = False
    engine: Literal["mkdocs", "zensical"] = "mkdocs"
    fast: bool = True
    format: str = ""
    taxonomy: str = "ml"
    corrections: str = "overrides.yml"
    discover: bool = True
    year: int | None = None
    skip: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    related: int = 6
    page_size: int = 100
    max_topics: int = 7
    min_topic_papers: int = 2
    min_author_papers: int = 3
    min_venue_papers: int = 2
    short_ids: bool = False
    feed_papers: int = 50
    min_feed_papers: int = 5
    previews: bool = True
    twins: bool = True
    check: bool = False
    check_skip: tuple[str, ...] = ()
    budgets: tuple[str, ...] = ()
    exports: tuple[str, ...] = ("bibtex", "ris", "csl-json", "jsonl", "csv")

    @property
    def state_dir(self) -> Path:
        """Where manifests, caches and the lock lie; safe to delete."""
        return self.root / ".papershelf"

    @property
    def beside_dir(self) -> Path:
        """What is put into the site after the engine's work: files that are no part of docs/."""
        return self.state_dir / "beside"

    @property
    def ledger_file(self) -> Path:
        """The permalinks; to be kept and committed."""
        return self.root / "permalinks.json"
