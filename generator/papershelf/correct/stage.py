"""The stage: papers → papers as the user says they are, each at its address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from papershelf.correct.fields import account, change, has
from papershelf.correct.unmatched import tell_ambiguous, tell_unmatched
from papershelf.corrections import Correction, Names, Said
from papershelf.identity import STRONG, fold, public_id
from papershelf.ledger import Ledger
from papershelf.model import Collection, Merge, Paper, Problem
from papershelf.report import Report

_UNTOLD = frozenset({"abstract", "authors", "venue", "keywords", "links", "publisher"})
# Of a title, a date, an identifier or an address that is none, cleaning tells.


@dataclass(frozen=True, slots=True)
class Corrected:
    """The collection as corrected, every paper's slug by its id, and what was said of which."""

    collection: Collection
    slugs: Mapping[str, str]
    said: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)


def correct(
    collection: Collection,
    corrections: Sequence[Correction],
    drafts: Iterable[Paper],
    ledger: Ledger,
    report: Report,
) -> Corrected:
    """Gives every paper its slug, then changes, hides and moves those that are corrected.

    Slugs are given first, and to all: so no correction changes the address of another paper.
    `drafts` are the cleaned `corrections.records`. Tells of names that nothing goes by
    (`unmatched-correction`) or several papers do (`ambiguous-correction`).
    """
    published = frozenset(ledger.entries)
    slugs = ledger.assign(collection)
    if not corrections:
        return Corrected(collection, slugs)
    work = _Work(collection, slugs, ledger, report)
    said = work.find(corrections)
    work.change(said, {(p.extra["correction"], p.extra["field"]): p for p in drafts})
    ids = work.renamed(said)
    hidden = {name for name, _, one in _each(said) if one.hide}
    work.pin({name: some for name, some in said.items() if name not in hidden})
    # Only now: a slug that is forgotten must not go to another paper in the same run.
    work.hide(hidden, published)
    return Corrected(
        work.collection(collection.merges, ids),
        {ids[name]: work.slugs[name] for name in work.papers},
        {ids[name]: tuple(some.values()) for name, some in said.items() if name in work.papers},
    )


_Said = Mapping[str, Mapping[int, Correction]]
"""Paper id → what is said of it, by its number in the file."""


class _Work:
    """The papers by their ids of before, while they are being corrected."""

    def __init__(
        self, collection: Collection, slugs: dict[str, str], ledger: Ledger, report: Report
    ) -> None:
        self.papers = dict(collection.papers)
        self.slugs = slugs
        self._ledger = ledger
        self._report = report

    def find(self, corrections: Sequence[Correction]) -> _Said:
        """What is said of which paper."""
        papers = list(self.papers.values())
        names = Names(papers, self._ledger, self.slugs)
        said: dict[str, dict[int, Correction]] = {}
        for number, correction in enumerate(corrections):
            name, origin = correction.name, correction.origin
            found = [] if correction.only_rules else names.find(name)
            if len(found) == 1:
                said.setdefault(papers[found[0]].id, {})[number] = correction
            elif found:
                tell_ambiguous(name, origin, [papers[at] for at in found], self._report)
            elif not correction.only_rules:
                tell_unmatched(name, origin, names, self._report)
        return said

    def change(self, said: _Said, drafts: Mapping[tuple[int, str], Paper]) -> None:
        """Sets fields. Of most values that are none, cleaning has told already."""
        for name, number, correction in _each(said):
            for each, value in correction.fields.items():
                draft = drafts.get((number, each))
                if value.value is None or (draft is not None and has(draft, each)):
                    self.papers[name] = change(self.papers[name], each, draft, str(value.origin))
                elif each in _UNTOLD:
                    message = f'nothing could be made of this "{each}"'
                    self._report.problem(Problem("bad-correction", message, value.origin))

    def renamed(self, said: _Said) -> dict[str, str]:
        """Id of before → id of today: another one only where the best identifier is another.

        An identifier that two papers claim after all stays with the one that had it.
        """
        ids, taken = {name: name for name in self.papers}, set(self.papers)
        for name in sorted(said):
            wish = _wish(self.papers[name])
            if wish != name and wish in taken:
                self._tell_taken(self.papers[name], wish, said[name].values())
            elif wish != name:
                ids[name] = wish
                taken.add(wish)
                self.papers[name] = replace(self.papers[name], id=wish)
        self._ledger.remember(
            self.papers.values(), {ids[name]: slug for name, slug in self.slugs.items()}
        )
        return ids

    def _tell_taken(self, paper: Paper, wish: str, some: Iterable[Correction]) -> None:
        origins = [one.fields[each].origin for one in some for each in one.fields
                   if each in {*STRONG, "url"}]  # fmt: skip
        self._report.problem(
            Problem(
                "identifier-clash",
                f'the "{wish}" that is given to "{paper.title.plain}" is another paper\'s',
                origins[-1] if origins else None,
                "if the two are one, say so with `same-as`",
            )
        )

    def hide(self, names: Iterable[str], published: frozenset[str]) -> None:
        """Takes papers out. A slug that nobody can know yet is forgotten, title and all."""
        for name in sorted(names):
            del self.papers[name]
            slug = self.slugs.pop(name)
            if slug not in published:
                del self._ledger.entries[slug]
            self._report.count("hidden")
            self._report.count("papers", -1)

    def pin(self, said: _Said) -> None:
        """Moves papers to the slugs that they should have, but never to another paper's."""
        for name, _, one in _each(said):
            if one.slug is None or one.slug.value == self.slugs[name]:
                continue
            if self._is_taken(one.slug.value, self.slugs[name]):
                self._tell_pin(name, one.slug)
            else:
                self._ledger.move(self.slugs[name], one.slug.value)
                self.slugs[name] = one.slug.value

    def _is_taken(self, wish: str, former: str) -> bool:
        """Whether a slug is or was that of another paper than the one that is at `former`."""
        if wish not in self._ledger.entries:
            return False
        return self._ledger.forwards(self.papers.values(), self._by_today()).get(wish) != former

    def _by_today(self) -> dict[str, str]:
        return {paper.id: self.slugs[name] for name, paper in self.papers.items()}

    def _tell_pin(self, name: str, said: Said) -> None:
        self._report.problem(
            Problem(
                "slug-taken",
                f'the slug "{said.value}" is or was that of another paper',
                said.origin,
                f'the paper stays at "{self.slugs[name]}"; choose another slug',
            )
        )

    def collection(self, merges: Iterable[Merge], ids: Mapping[str, str]) -> Collection:
        """The papers that are left, in order, under their ids of today."""
        here = {ids[name] for name in self.papers}
        papers = [_without_gone(paper, ids, here) for paper in self.papers.values()]
        papers.sort(key=lambda paper: (fold(paper.title.plain), paper.id))
        told = [replace(merge, id=ids[merge.id]) for merge in merges if ids[merge.id] in here]
        return Collection(
            {paper.id: paper for paper in papers}, tuple(sorted(told, key=lambda m: m.id))
        )


def _each(said: _Said) -> Iterator[tuple[str, int, Correction]]:
    return ((name, number, one) for name, some in said.items() for number, one in some.items())


def _without_gone(paper: Paper, ids: Mapping[str, str], here: set[str]) -> Paper:
    """The paper, with its other versions as they are called today."""
    versions = tuple(sorted({ids.get(id, id) for id in paper.versions} & here))
    return paper if versions == paper.versions else replace(paper, versions=versions)


def _wish(paper: Paper) -> str:
    """The id that a paper should have: as it was, unless an identifier came or went."""
    strong = [key.partition(":")[2] for key in paper.keys if key.startswith(STRONG)]
    if not account(paper) or not (strong or paper.id in _former(paper)):
        return paper.id
    return strong[0] if strong else public_id(paper.keys)


def _former(paper: Paper) -> set[str]:
    """The identifiers that a paper had before it was corrected, as ids."""
    told = account(paper)
    return {told[scheme]["before"].casefold() for scheme in STRONG if scheme in told}
