"""The ledger of permalinks: which paper has which address, for the life of the site.

An address, once given, is never given to another paper and never dies. The ledger,
`permalinks.json`, lies beside `mkdocs.yml` and is meant to be committed.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from papershelf.identity import KINDS, MAX_SLUG, STRONG, digest, fold, is_slug, keys, slug
from papershelf.model import Paper


@dataclass(slots=True)
class Ledger:
    """Which paper has which address, for the life of the site.

    `entries` maps a slug to what is known of its paper: every key it ever had, every id
    with its short alias, the id and the title of today. `assign` gives every paper its
    slug and remembers it; a slug or an alias whose paper is gone stays taken. A slug that a
    paper had before it `moved` keeps nothing but the slug to go on to. What else a file says
    of a paper, such as the `edition` that was counted once, is not kept.
    """

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def loads(cls, text: str) -> Ledger:
        """The ledger in a file's text.

        Raises:
            ValueError: the text is no ledger; the message says where it goes wrong.
        """
        try:
            data = json.loads(text, object_pairs_hook=_object)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        entries = data.get("papers") if isinstance(data, dict) else None
        if not isinstance(entries, dict):
            raise ValueError('expected an object with "papers"')
        if data.get("version") != 1:
            raise ValueError(f"expected version 1, not {_quote(data.get('version'))}")
        return cls({name: _entry(name, entry) for name, entry in entries.items()})

    def dumps(self) -> str:
        """The ledger as text, a line an entry, sorted: made for version control."""
        write = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
        entries = sorted(self.entries.items())
        lines = (f"{json.dumps(name)}: {write(entry)}" for name, entry in entries)
        text = '{"version": 1, "papers": {\n' + ",\n".join(lines) + "\n}}\n"
        # Half a surrogate pair, from a broken source, can be written in no encoding.
        return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)

    def assign(self, papers: Iterable[Paper]) -> dict[str, str]:
        """Paper id → slug.

        Known papers keep theirs; new ones get one that depends on themselves alone, and
        never on the order in which they come.
        """
        papers = sorted(papers, key=lambda paper: paper.id)
        given = self._recognise(papers)
        given.update(self._name([paper for paper in papers if paper.id not in given]))
        self.remember(papers, given)
        return {paper.id: given[paper.id] for paper in papers}

    def _recognise(self, papers: list[Paper]) -> dict[str, str]:
        """The papers that the ledger knows, by their best evidence first.

        Round by round over all papers, so that one known by its DOI is served before a
        namesake known by its title.
        """
        given: dict[str, str] = {}
        taken: set[str] = set()
        # Nearly all are known by the best evidence; of the rest, few entries know anything.
        for rounds in (range(1), range(1, _ROUNDS)) if self.entries else ():
            left = [paper for paper in papers if paper.id not in given]
            known = self._known(rounds, {key for paper in left for key in paper.keys})
            evidence = [_by_round(paper.keys, rounds) for paper in left]
            for round in rounds:
                for paper, found in zip(left, evidence, strict=True):
                    if round not in found or paper.id in given:
                        continue
                    names = [_next(known.get((round, item), []), taken) for item in found[round]]
                    if name := min(filter(None, names), key=_by_length, default=""):
                        given[paper.id] = name
                        taken.add(name)
        return given

    def _known(self, rounds: range, wanted: set[str]) -> dict[tuple[int, str], list[str]]:
        """Evidence of some rounds → the slugs that it speaks for, the best one last.

        Of the entries that have none of the wanted keys nothing is asked.
        """
        known: dict[tuple[int, str], list[str]] = defaultdict(list)
        names = [name for name, one in self.entries.items() if not wanted.isdisjoint(one["keys"])]
        for name in sorted(names, key=_by_length, reverse=True):
            for round, items in _by_round(self.entries[name]["keys"], rounds).items():
                for item in items:
                    known[round, item].append(name)
        return known

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
                given[paper.id] = wish if alone else _suffixed(wish, paper.id, taken)
                taken.add(given[paper.id])
        return given

    def remember(self, papers: Iterable[Paper], given: Mapping[str, str]) -> None:
        """Notes keys, ids and titles of today; an alias, like a slug, is given once."""
        owner: dict[str, str] | None = None
        aliases = {alias for entry in self.entries.values() for alias in entry["ids"].values()}
        for paper in papers:
            name = given[paper.id]
            entry = self.entries.setdefault(name, {"ids": {}, "keys": []})
            if not set(paper.keys).issubset(entry["keys"]):
                owner = self._owners() if owner is None else owner
                known = [k for k in paper.keys if _is_free(k, name, owner)]
                entry["keys"] = [*entry["keys"], *known]
            entry["keys"] = sorted({*entry["keys"]})
            entry["title"] = paper.title.plain
            entry["id"] = paper.id
            if paper.id not in entry["ids"]:
                alias = _short(paper.id)
                alias = _suffixed(alias, paper.id, aliases) if alias in aliases else alias
                entry["ids"][paper.id] = alias
                aliases.add(alias)

    def _owners(self) -> dict[str, str]:
        """Key that only one paper can have → the slug of that paper."""
        return {
            key: name
            for name, entry in self.entries.items()
            for key in entry["keys"]
            if not key.startswith(_SHARED)
        }

    def move(self, name: str, to: str) -> None:
        """Gives a paper another slug, to which its own leads from now on.

        What was known of the paper that had the slug becomes this one's, too.
        """
        entry, held = self.entries.pop(name), self.entries.pop(to, {"ids": {}, "keys": []})
        keys = sorted({*entry["keys"], *held["keys"]})
        self.entries[to] = {**entry, "keys": keys, "ids": {**held["ids"], **entry["ids"]}}
        self.entries[name] = {"id": "", "ids": {}, "keys": [], "title": "", "moved": to}

    def follow(self, name: str) -> str:
        """The slug that a slug leads to, however often its paper moved."""
        seen = {name}
        while (to := self.entries.get(name, {}).get("moved", "")) in self.entries.keys() - seen:
            seen.add(to)
            name = to
        return name

    def forwards(self, papers: Iterable[Paper], slugs: Mapping[str, str]) -> dict[str, str]:
        """Former slug → slug of today, of papers that moved, or that became one with another."""
        here, found = set(slugs.values()), {}
        gone = sorted(self.entries.keys() - here)
        if not gone:
            return {}
        owners = {key: paper for paper in papers for key in paper.keys if key.startswith("both:")}
        for name in gone:
            target = self.follow(name)
            if target not in here and (owner := _heir(self.entries[target], owners)):
                target = slugs[owner.id]
            if target != name:
                found[name] = target
        return found

    def departed(self, present: Iterable[str]) -> dict[str, str]:
        """Slug → title of every paper that was here once and is not among `present` slugs."""
        gone = self.entries.keys() - set(present)
        return {n: self.entries[n]["title"] for n in sorted(gone) if "moved" not in self.entries[n]}

    def aliases(self) -> dict[str, str]:
        """Short alias → slug, for every id that a paper ever had; those of today first."""
        today: dict[str, str] = {}
        former: dict[str, str] = {}
        for name, entry in sorted(self.entries.items()):
            for id, alias in sorted(entry["ids"].items()):
                (today if id == entry["id"] else former)[alias] = name
        return {**today, **{alias: name for alias, name in former.items() if alias not in today}}


_ROUNDS = len(KINDS) + 2
_SHARED = ("title:", "abstract:")  # kinds of keys that two papers may have in common


def _by_round(keys: Iterable[str], rounds: range) -> dict[int, list[str]]:
    """What speaks for two sets of keys being of one paper, the best evidence in round 0.

    An identifier with the same text, the same long text, then each kind of key. Text comes
    before an identifier alone: when a wrong DOI moves from one paper to the one it belongs
    to, neither may take the other's address.
    """
    kinds: dict[str, list[str]] = {}
    for key in keys:
        kinds.setdefault(key.partition(":")[0], []).append(key)
    texts = kinds.get("both", [])
    if 0 in rounds:
        strong = [key for scheme in STRONG for key in kinds.get(scheme, ())]
        return {0: [f"{key} {text}" for key in strong for text in texts]}
    found = {2 + round: kinds[kind] for round, kind in enumerate(KINDS) if kind in kinds}
    if "abstract" in kinds:
        found[1] = texts
    return found


def _is_free(key: str, name: str, owner: dict[str, str]) -> bool:
    """Whether a key may be noted at a slug; from then on it is that paper's, if one can own it."""
    return key.startswith(_SHARED) or owner.setdefault(key, name) == name


def _heir(entry: dict[str, Any], owners: Mapping[str, Paper]) -> Paper | None:
    """The paper that has taken over the text of another; a namesake without a text has not."""
    bare = keys(entry["title"], "", {})[0]
    for key in entry["keys"]:
        owner = owners.get(key)
        if owner and (key != bare or fold(owner.title.plain) != fold(entry["title"])):
            return owner
    return None


def _next(names: list[str], taken: set[str]) -> str:
    """The last name that is free; those that are not are dropped, so that no list is read twice."""
    while names and names[-1] in taken:
        names.pop()
    return names[-1] if names else ""


def _by_length(name: str) -> tuple[int, str]:
    """Orders slugs so that one without a suffix goes before one with."""
    return len(name), name


def _short(id: str) -> str:
    """An id as a part of an address; the same for `a/b` and `a-b`, so that some need a suffix."""
    made = re.sub(r"[^a-z0-9]+", "-", id.lower())[:MAX_SLUG].strip("-")
    return made if id.isascii() and is_slug(made) else slug(id)


def _suffixed(wish: str, id: str, taken: set[str]) -> str:
    for length in range(4, 65):
        tail = digest(id, length)
        name = f"{wish[: MAX_SLUG - length - 1].rstrip('-')}-{tail}"
        if name not in taken:
            return name
    raise AssertionError("unreachable: 64 hex digits of SHA-256 tell any two ids apart")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a name given twice, as after a bad merge of two branches, is refused."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for name, number in Counter(n for n, _ in pairs).items() if number > 1)
        raise ValueError(f"{_quote(twice)} stands there twice")
    return found


def _entry(name: str, entry: Any) -> dict[str, Any]:
    """An entry of the file, checked."""
    if not is_slug(name):
        raise ValueError(f"{_quote(name)} is no slug")
    if not isinstance(entry, dict) or not _are_texts(entry.get("keys")):
        raise ValueError(f"the entry {_quote(name)} has no list of keys")
    ids = entry.get("ids", {})
    if not isinstance(ids, dict) or not all(map(is_slug, ids.values())):
        raise ValueError(f"the entry {_quote(name)} has ids that are none")
    title, id = entry.get("title", ""), entry.get("id", "")
    if not _are_texts([title, id]):
        raise ValueError(f"the entry {_quote(name)} has a title or an id that is no text")
    more = {"moved": entry["moved"]} if is_slug(entry.get("moved")) else {}
    return {"id": id, "ids": dict(ids), "keys": list(entry["keys"]), "title": title, **more}


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all([isinstance(value, str) for value in values])  # noqa: C419


def _quote(value: Any) -> str:
    """A value as a message may show it: on one line, and not too long."""
    shown = json.dumps(value, default=str)
    return shown if len(shown) <= 100 else f"{shown[:100]}…"
