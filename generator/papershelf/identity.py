"""Who is who: keys and ids of papers, slugs, and the ledger of permalinks.

An address, once given, is never given to another paper and never dies. The ledger,
`permalinks.json`, lies beside `mkdocs.yml` and is meant to be committed. The only door
to slugify.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slugify import slugify

from papershelf.model import Paper

MAX_SLUG = 80


def fold(text: str) -> str:
    """Text without what does not tell papers apart: case, accents, punctuation, spacing.

    >>> fold("BERT: Pre-training  of…"), fold("Bert pre training of")
    ('bert pre training of', 'bert pre training of')
    """
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    # Signs that stand alone must count, or C, C++ and C# would be one.
    text = re.sub(r"[^\w+#]+", " ", text).replace("_", " ")
    return " ".join(text.split())


def digest(text: str, length: int = 10) -> str:
    """The first hex digits of SHA-256: enough of them that two papers never share one."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def keys(title: str, abstract: str, identifiers: Mapping[str, str]) -> tuple[str, ...]:
    """The names under which a paper may be known, strongest first.

    DOI, arXiv id, ACL id; then title with abstract, title alone, abstract alone. The last
    three let a paper keep its address when it gains an identifier, when its abstract is
    corrected, or when its title is.
    """
    strong = [
        f"{s}:{identifiers[s].lower()}" for s in ("doi", "arxiv", "acl") if identifiers.get(s)
    ]
    name, text = fold(title) or title, fold(abstract) or abstract
    weak = [f"both:{digest(name + chr(0) + text, 16)}", f"title:{digest(name, 16)}"]
    if len(text) >= 200:  # shorter ones, "TBA" say, are shared by strangers
        weak.append(f"abstract:{digest(text, 16)}")
    return (*strong, *weak)


def public_id(keys: tuple[str, ...], title_is_shared: bool = False) -> str:
    """The id shown to people, from a paper's keys, strongest first.

    An identifier where there is one, else ten hex digits of the title; papers that share
    their title take theirs from title and abstract.
    """
    scheme, _, value = keys[0].partition(":")
    if scheme in {"doi", "arxiv", "acl"}:
        return value
    wanted = "both:" if title_is_shared else "title:"
    return next(key.removeprefix(wanted) for key in keys if key.startswith(wanted))[:10]


_SPELT = (
    ("C++", "c-plus-plus"), ("++", "-plus-plus"), ("+", "-plus"), ("#", "-sharp"), ("&", " and "),
    ("µ", "mu"), ("μ", "mu"), ("α", "alpha"), ("β", "beta"), ("γ", "gamma"), ("δ", "delta"),
    ("ε", "epsilon"), ("θ", "theta"), ("λ", "lambda"), ("π", "pi"), ("σ", "sigma"), ("τ", "tau"),
    ("φ", "phi"), ("ω", "omega"), ("Ω", "omega"), ("Δ", "delta"), ("∞", "infinity"), ("ß", "ss"),
)  # fmt: skip
# Names that Windows keeps for devices, whatever their suffix, and pages of our own.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|index|404)\Z")


def slug(text: str, fallback: str = "") -> str:
    """A readable ASCII address part of at most 80 characters; never empty.

    >>> slug("μnit Scaling: C++ & 2x Faster?"), slug("🎉"), slug("CON")
    ('munit-scaling-c-plus-plus-and-2x-faster', 'x-6146299c', 'con-x')
    """
    text = re.sub(r"(?<=\w)'(?=\w)|’", "", text[:400])
    made: str = slugify(text, max_length=MAX_SLUG, word_boundary=True, replacements=_SPELT)
    if not made:
        return fallback or f"x-{digest(text, 8)}"
    return f"{made}-x" if _RESERVED.match(made) else made


@dataclass(slots=True)
class Ledger:
    """Which paper has which address, for the life of the site.

    `entries` maps a slug to the keys of its paper and its title. `assign` gives every
    paper its slug and remembers it; a slug whose paper is gone stays taken.
    """

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def loads(cls, text: str) -> Ledger:
        """The ledger in a file's text.

        Raises:
            ValueError: the text is no ledger; the message says where it goes wrong.
        """
        data = json.loads(text)
        entries = data.get("papers") if isinstance(data, dict) else None
        if not isinstance(entries, dict):
            raise ValueError('expected an object with "papers"')
        for name, entry in entries.items():
            if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
                raise ValueError(f"{name!r} is no slug")
            if not isinstance(entry, dict) or not isinstance(entry.get("keys"), list):
                raise ValueError(f"the entry {name!r} has no list of keys")
        return cls({name: dict(entry) for name, entry in entries.items()})

    def dumps(self) -> str:
        """The ledger as text, a line an entry, sorted: made for version control."""
        lines = (
            f"{json.dumps(name)}: {json.dumps(entry, ensure_ascii=False, sort_keys=True)}"
            for name, entry in sorted(self.entries.items())
        )
        return '{"version": 1, "papers": {\n' + ",\n".join(lines) + "\n}}\n"

    def assign(self, papers: Iterable[Paper]) -> dict[str, str]:
        """Paper id → slug.

        Known papers keep theirs; new ones get one that depends on themselves alone, and
        never on the order in which they come.
        """
        papers = sorted(papers, key=lambda paper: paper.id)
        given = self._recognise(papers)
        given.update(self._name([paper for paper in papers if paper.id not in given]))
        for paper in papers:
            entry = self.entries.setdefault(
                given[paper.id], {"keys": [], "title": "", "id": paper.id}
            )
            entry["keys"] = sorted({*entry["keys"], *paper.keys})
            entry["title"] = paper.title.plain
        return {paper.id: given[paper.id] for paper in papers}

    def _recognise(self, papers: list[Paper]) -> dict[str, str]:
        """The papers that the ledger knows, by their strongest key first.

        Kind by kind over all papers, so that one known by its DOI is served before a
        namesake known by its title.
        """
        known: dict[str, str] = {}
        for name in sorted(self.entries):
            for key in self.entries[name]["keys"]:
                known.setdefault(key, name)
        given: dict[str, str] = {}
        taken: set[str] = set()
        for kind in ("doi", "arxiv", "acl", "both", "title", "abstract"):
            for paper in papers:
                for key in paper.keys:
                    name = known.get(key)
                    if (
                        key.startswith(f"{kind}:")
                        and name
                        and name not in taken
                        and paper.id not in given
                    ):
                        given[paper.id] = name
                        taken.add(name)
        return given

    def _name(self, papers: list[Paper]) -> dict[str, str]:
        """Slugs for newcomers; those that want one and the same get a suffix each."""
        wishes: dict[str, list[Paper]] = defaultdict(list)
        for paper in papers:
            wishes[slug(paper.title.plain, f"x-{digest(paper.id, 8)}")].append(paper)
        given: dict[str, str] = {}
        taken = set(self.entries) | {wish for wish, who in wishes.items() if len(who) == 1}
        for wish, who in sorted(wishes.items()):
            alone = len(who) == 1 and wish not in self.entries
            for paper in who:
                given[paper.id] = wish if alone else self._suffixed(wish, paper.id, taken)
                taken.add(given[paper.id])
        return given

    @staticmethod
    def _suffixed(wish: str, id: str, taken: set[str]) -> str:
        for length in range(4, 65):
            tail = digest(id, length)
            name = f"{wish[: MAX_SLUG - length - 1].rstrip('-')}-{tail}"
            if name not in taken:
                return name
        raise AssertionError("unreachable: 64 hex digits of SHA-256 tell any two ids apart")

    def departed(self, present: Iterable[str]) -> dict[str, str]:
        """Slug → title of every paper that was here once and is not among `present` slugs."""
        here = set(present)
        return {
            name: entry.get("title", "") for name, entry in self.entries.items() if name not in here
        }

    def aliases(self) -> dict[str, str]:
        """Short id → slug, for every paper that ever had an address."""
        return {
            slug(str(entry["id"])): name
            for name, entry in sorted(self.entries.items())
            if "id" in entry
        }
