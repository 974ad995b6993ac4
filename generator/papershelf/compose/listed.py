"""Where papers were listed: every source and date, with an address of its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from papershelf import identity
from papershelf.model import Collection, Date, Listing


@dataclass(frozen=True, slots=True)
class Source:
    """One file, as of one date. `papers` are (line, paper id) in the order of the file."""

    path: str
    label: str
    date: Date | None
    slug: str
    papers: tuple[tuple[int, str], ...]

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"sources/{self.slug}/"

    @property
    def ids(self) -> tuple[str, ...]:
        """Its papers in the order of the file, each once."""
        return tuple(dict.fromkeys(id for _, id in self.papers))


@dataclass(frozen=True, slots=True)
class Sources:
    """All sources, latest date first, then by name; and which one a listing belongs to."""

    all: tuple[Source, ...]
    by_key: dict[tuple[str, str], Source]

    def of(self, listing: Listing) -> Source:
        """The source in which a listing stands."""
        return self.by_key[_key(listing)]

    def shared(self, source: Source, origins: Collection) -> list[tuple[Source, int]]:
        """The other sources that list papers of this one, with how many; most first."""
        counts: Counter[tuple[str, str]] = Counter()
        for id in source.ids:
            counts.update({_key(listing) for listing in origins[id].listings})
        mine = (source.path, str(source.date or ""))
        return [(other, counts[key]) for key, other in self._most(counts) if key != mine]

    def _most(self, counts: Counter[tuple[str, str]]) -> list[tuple[tuple[str, str], Source]]:
        order = sorted(counts, key=lambda key: (-counts[key], key))
        return [(key, self.by_key[key]) for key in order]


def sources(collection: Collection) -> Sources:
    """The sources of a collection."""
    papers: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    dates: dict[tuple[str, str], Date | None] = {}
    for paper in collection:
        for listing in paper.listings:
            papers[_key(listing)].append((listing.origin.line, paper.id))
            dates[_key(listing)] = listing.date
    labels = _labels({path for path, _ in papers})
    slugs = _slugs(sorted(papers), labels)
    found = {
        key: Source(key[0], labels[key[0]], dates[key], slugs[key], tuple(sorted(papers[key])))
        for key in sorted(papers)
    }
    latest = sorted(found.values(), key=_sort_key, reverse=True)
    return Sources(tuple(latest), found)


def _key(listing: Listing) -> tuple[str, str]:
    return (listing.origin.path, str(listing.date or ""))


def _sort_key(source: Source) -> tuple[int, int, int]:
    return source.date.sort_key() if source.date else (0, 0, 0)


def _labels(paths: set[str]) -> dict[str, str]:
    """A path → what to call it: the name of the file, so that nobody's home folder is published.

    Files of one name are told apart by the folder they lie in.
    """
    names = {path: path.rstrip("/").rpartition("/")[2] or path for path in paths}
    count = Counter(names.values())
    return {
        path: name if count[name] == 1 else "/".join(path.rstrip("/").split("/")[-2:])
        for path, name in names.items()
    }


def _slugs(keys: list[tuple[str, str]], labels: dict[str, str]) -> dict[tuple[str, str], str]:
    """An address part for every (path, date); those that want one and the same get a suffix each.

    The suffix depends on the path alone, so no source changes another one's twice.
    """
    wishes = {key: identity.slug(_stem(labels[key[0]]) + " " + key[1]) for key in keys}
    count = Counter(wishes.values())
    return {
        key: wish
        if count[wish] == 1
        else f"{wish[:60].rstrip('-')}-{identity.digest(repr(key), 8)}"
        for key, wish in wishes.items()
    }


def _stem(label: str) -> str:
    head, dot, _ = label.rpartition(".")
    return head if dot and head else label
