"""Topics → topics, with those that the user added to single papers, or took from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from papershelf.assigned import ADDED, Reason
from papershelf.correct.stage import Corrected
from papershelf.corrections import Said, did_you_mean
from papershelf.model import Area, Assignment, Problem, Taxonomy, Topic, Topics
from papershelf.report import Report

_Chosen = dict[str, tuple[Assignment, ...]]


def correct_topics(
    topics: Topics, corrected: Corrected, taxonomy: Taxonomy, most: int, report: Report
) -> Topics:
    """Puts added topics before all others, and takes away removed ones.

    At most `most` are kept of a paper, and all that were added. A topic may be any of the
    taxonomy's, or one that was discovered; of others `unknown-topic` tells.
    """
    if not any(one.add or one.remove for some in corrected.said.values() for one in some):
        return topics
    known = {**{rule.topic.slug: rule.topic for rule in taxonomy.rules}, **topics.topics}
    chosen: _Chosen = dict(topics.of)
    for id, some in corrected.said.items():
        for one in some:
            removed = set(_known(one.remove, known, report))
            added = _known(one.add, known, report)
            chosen[id] = _changed(chosen.get(id, ()), added, removed, most)
    return _table(topics, chosen, known, taxonomy.areas)


def _known(said: Iterable[Said], known: Mapping[str, Topic], report: Report) -> dict[str, str]:
    """Slugs of topics, with the file that names them."""
    found = {}
    for one in said:
        if one.value in known:
            found[one.value] = one.origin.path
        else:
            hint = did_you_mean(one.value, sorted(known)) or "name the slug of a topic"
            message = f'there is no topic "{one.value}"'
            report.problem(Problem("unknown-topic", message, one.origin, hint))
    return found


def _changed(
    given: tuple[Assignment, ...], added: Mapping[str, str], removed: set[str], most: int
) -> tuple[Assignment, ...]:
    left = [one for one in given if one.topic not in removed]
    here = {one.topic for one in left}
    best = max((one.score for one in left), default=1.0)
    new = [
        Assignment(topic, best, (Reason(ADDED, path),))
        for topic, path in added.items()
        if topic not in here
    ]
    wanted = [one for one in left if one.topic in added]
    rest = [one for one in left if one.topic not in added]
    room = max(0, most - len(new) - len(wanted)) if new else len(rest)
    kept = {one.topic for one in (*wanted, *rest[:room])}
    return (*new, *(one for one in left if one.topic in kept))


def _table(
    topics: Topics, chosen: _Chosen, known: Mapping[str, Topic], areas: Iterable[Area]
) -> Topics:
    """The tables anew: topics in the order of the taxonomy, then those that were discovered."""
    papers: dict[str, list[str]] = {}
    for id, items in chosen.items():
        for item in items:
            papers.setdefault(item.topic, []).append(id)
    used = {slug: topic for slug, topic in known.items() if slug in papers}
    wanted = {topic.area for topic in used.values()}
    named = {**{area.slug: area for area in areas}, **topics.areas}
    return Topics(
        {slug: area for slug, area in named.items() if slug in wanted},
        used,
        chosen,
        {slug: tuple(papers[slug]) for slug in used},
    )
