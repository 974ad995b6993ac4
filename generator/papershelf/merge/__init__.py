"""Merge: Papers → Collection. Each paper once, and every place it was listed in kept.

`same` decides which papers are one, `combine` makes one paper of them, and here every
paper gets its public id and learns of its other versions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from papershelf.corrections import Ruling
from papershelf.identity import digest, fold, public_id
from papershelf.merge.combine import combine, key_of
from papershelf.merge.facts import are_versions
from papershelf.merge.joins import Group
from papershelf.merge.same import group
from papershelf.model import Collection, Merge, Paper, Problem
from papershelf.report import Report

MOST_VERSIONS = 10
"""More papers than this under one title ("Editorial") are no versions of each other."""

Rule = Callable[[Sequence[Paper]], Sequence[Ruling]]
"""Who knows, for papers in their order, what the user says of which."""


def merge(papers: Iterable[Paper], report: Report, rule: Rule = lambda _: ()) -> Collection:
    """Papers → Collection: copies become one paper, whatever order they came in.

    What `rule` says goes before everything that the papers tell (`ruling-clash` where it
    contradicts itself).

    Counts `papers` and `merged`. Tells of identifiers that were given to strangers
    (`identifier-clash`), of titles that fit several papers (`ambiguous-title`,
    `common-title`) and of abstracts that two titles share (`same-abstract`).
    """
    read = list(papers)
    ordered = _in_order(read)
    groups = group(ordered, report, rule(ordered))
    made = _named([combine(found.papers, found.contested) for found in groups])
    made = _with_versions(made)
    merges = [
        _told(found, paper.id)
        for found, paper in zip(groups, made, strict=True)
        if len(found.papers) > 1
    ]
    _tell_same_abstracts(made, report)
    report.count("papers", len(made))
    report.count("merged", len(read) - len(made))
    made.sort(key=lambda paper: (fold(paper.title.plain), paper.id))
    return Collection(
        {paper.id: paper for paper in made}, tuple(sorted(merges, key=lambda m: m.id))
    )


def _in_order(papers: list[Paper]) -> list[Paper]:
    """The papers by place, and by text where that is the same; one read twice only once."""
    by_place: dict[tuple[tuple[str, int, str], ...], list[Paper]] = defaultdict(list)
    for paper in papers:
        # As plain tuples, which are sorted by the library of C: a fifth of the time of origins.
        by_place[tuple((at.path, at.line, at.format) for at in paper.origins)].append(paper)
    ordered: list[Paper] = []
    for place in sorted(by_place):
        run = by_place[place]
        ordered += run if len(run) == 1 else _each_once(run)
    return ordered


def _each_once(papers: list[Paper]) -> list[Paper]:
    """Papers of one place by their text, equal ones once. Writing one out costs 50 µs."""
    written = {(p.title.plain, p.abstract.plain, _written(p)): p for p in papers}
    return [written[text] for text in sorted(written)]


def _written(paper: Paper) -> str:
    """All of a paper as text, the same for equal papers."""
    tables = (paper.identifiers, paper.details, paper.raw, paper.extra)
    plain = replace(paper, identifiers={}, details={}, raw={}, extra={})
    return repr((plain, [sorted(table.items(), key=repr) for table in tables]))


def _told(found: Group, id: str) -> Merge:
    origins = sorted({origin for paper in found.papers for origin in paper.origins})
    return Merge(id, tuple(origins), "; ".join(found.why))


def _named(papers: list[Paper]) -> list[Paper]:
    """The papers with their public ids, no two alike.

    Where two want the same, both take their next: ten hex digits clash once in some two
    hundred collections of 100,000 papers.
    """
    titles = Counter(key_of(paper, "title") for paper in papers)
    shared = [titles[key_of(paper, "title")] > 1 for paper in papers]
    ids = [_name(paper, is_shared, 0) for paper, is_shared in zip(papers, shared, strict=True)]
    for level in range(1, 4):
        number = Counter(ids)
        for at, id in enumerate(ids):
            if number[id] > 1:
                ids[at] = _name(papers[at], shared[at], level)
    return [
        paper if paper.id == id else replace(paper, id=id)
        for paper, id in zip(papers, ids, strict=True)
    ]


def _name(paper: Paper, shared: bool, level: int) -> str:
    """What a paper may be called in public: at level 0 the best name, at 3 a unique one."""
    if level == 0:
        # Namesakes without an abstract have that in common, too.
        twin = key_of(paper, "twin").partition(":")[2] if shared else ""
        return twin[:10] or public_id(paper.keys, shared)
    if level == 1:
        return key_of(paper, "both").partition(":")[2]
    return digest(_written(replace(paper, id="", versions=())), 16 if level == 2 else 64)


def _with_versions(papers: list[Paper]) -> list[Paper]:
    """The papers, each with the ids of those that tell the same work anew."""
    namesakes: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        if paper.title:
            namesakes[key_of(paper, "title")].append(paper)
    versions = {
        paper.id: tuple(sorted(v.id for v in few if v is not paper and are_versions(v, paper)))
        for few in namesakes.values()
        if 1 < len(few) <= MOST_VERSIONS
        for paper in few
    }
    return [
        replace(paper, versions=versions[paper.id]) if versions.get(paper.id) else paper
        for paper in papers
    ]


def _tell_same_abstracts(papers: list[Paper], report: Report) -> None:
    """Reports abstracts that stand under several titles: a copying mistake, or one paper twice."""
    sharing: dict[str, list[Paper]] = defaultdict(list)
    for paper in papers:
        if key := key_of(paper, "abstract"):
            sharing[key].append(paper)
    for first, *rest in sharing.values():
        for other in rest[:1]:
            more = f" and {len(rest) - 1} more" if len(rest) > 1 else ""
            report.problem(
                Problem(
                    "same-abstract",
                    f'"{other.title.plain}" has the abstract of "{first.title.plain}"{more}',
                    other.origins[0] if other.origins else None,
                    "they stay apart, since their titles differ; if they are one paper, "
                    "give both the same DOI, arXiv id or title",
                    "info",
                )
            )
