"""The stage: evidence from the taxonomy, then from the collection itself, then a choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from papershelf.cache import Cache, key_of
from papershelf.classify.discover import AREA, discover
from papershelf.classify.evidence import gather
from papershelf.classify.matcher import Matcher
from papershelf.classify.neighbours import borrow
from papershelf.model import (
    Area,
    Assignment,
    Collection,
    Paper,
    Settings,
    Taxonomy,
    Topic,
    TopicRule,
    Topics,
)

_Found = dict[str, list[Assignment]]

# What a paper's first, second, … topic must score to be shown. With one bar for all, a first
# prototype had the main subject in 92 % of first topics, 69 of second and 40 of third ones.
_BARS = (1.4, 1.4, 1.5, 1.8, 2.3, 2.8, 3.0)
_WANTED = 2  # topics that every paper should have: where the bars leave fewer, less will do
_LEAST = 0.9  # one mention of a strong alias; below it, similar papers are the better guide
_SAMPLE = 4000  # papers that discovery reads: bounds its time; all would show other rare terms
_SLIGHT = 0.5  # one mention of a weak alias is no evidence, not even for want of better
_KEPT = 12  # topics of a paper that are looked at again when rare ones fall away


def classify(
    collection: Collection, taxonomy: Taxonomy, settings: Settings, cache: Cache | None = None
) -> Topics:
    """Which paper is about what; the cache knows what some rules found in some text before.

    A paper gets the topics that enough speaks for, best first, at most
    `settings.max_topics`; where that makes fewer than two, single mentions and then the
    topics of similar papers will do, and the reason says so. A topic of fewer than
    `settings.min_topic_papers` papers is dropped for all.
    """
    cache = cache or Cache()
    rules, found = _all_rules(collection, taxonomy, settings, cache)
    scale = _Scale(rules, taxonomy, cache)
    found = {paper.id: found.get(paper.id) or scale.weigh(paper) for paper in collection}
    chosen = _choose_common(collection, found, settings)
    topics = {rule.topic.slug: rule.topic for rule in rules}
    return _table(chosen, topics, (*taxonomy.areas, AREA))


def _all_rules(
    collection: Collection, taxonomy: Taxonomy, settings: Settings, cache: Cache
) -> tuple[tuple[TopicRule, ...], _Found]:
    """The taxonomy's rules with those that a sample of the collection itself suggests.

    Also what the taxonomy said of the sample, while that is all that can be said of it.
    """
    if not settings.discover:
        return taxonomy.rules, {}
    papers = [*collection][:: max(1, -(-len(collection) // _SAMPLE))]
    scale = _Scale(taxonomy.rules, taxonomy, cache)
    found = {paper.id: scale.weigh(paper) for paper in papers}
    poor = sum(len(_shown(ranked, _WANTED)) < _WANTED for ranked in found.values())
    rules = discover(papers, taxonomy, scale.matcher, poor / max(1, len(papers)))
    return (*taxonomy.rules, *rules), {} if rules else found


class _Scale:
    """What weighs the evidence in a paper by some rules; a text weighed before is not read."""

    def __init__(self, rules: tuple[TopicRule, ...], taxonomy: Taxonomy, cache: Cache) -> None:
        self.matcher = Matcher(rules, taxonomy.ignore)
        self._key = key_of(rules, taxonomy.ignore)
        self._cache = cache
        self._topics = {rule.topic.slug for rule in rules}

    def weigh(self, paper: Paper) -> list[Assignment]:
        """A paper's topics by score, best first, with reasons."""
        key = key_of(self._key, paper.title.plain, paper.abstract.plain, paper.tags)
        known = self._cache.get(key, self._ranked)
        if known is None:
            known = tuple(_weigh(paper, self.matcher))
            self._cache.put(key, known, [[one.topic, one.score, one.why] for one in known])
        return list(known)

    def _ranked(self, data: list[Any]) -> tuple[Assignment, ...]:
        """What was kept, checked: only topics of these rules, and of the right types."""
        found = tuple(Assignment(topic, score, why) for topic, score, why in data)
        for one in found:
            if one.topic not in self._topics or (type(one.score), type(one.why)) != (float, str):
                raise ValueError("no assignment")
        return found


def _weigh(paper: Paper, matcher: Matcher) -> list[Assignment]:
    """A paper's topics by score, best first, with reasons."""
    evidence = gather(paper, matcher)
    ranked = sorted((-item.score(), topic) for topic, item in evidence.items())
    return [Assignment(topic, -score, evidence[topic].why()) for score, topic in ranked[:_KEPT]]


def _shown(ranked: Iterable[Assignment], most: int) -> list[Assignment]:
    """The topics that enough speaks for."""
    shown: list[Assignment] = []
    for item in ranked:
        if len(shown) >= most or item.score < _BARS[min(len(shown), len(_BARS) - 1)]:
            break
        shown.append(item)
    return shown


def _choose_common(collection: Collection, found: _Found, settings: Settings) -> _Found:
    """Chooses for every paper; drops rare topics and chooses again until none is rare."""
    rare: set[str] = set()
    while True:
        left = {id: [a for a in ranked if a.topic not in rare] for id, ranked in found.items()}
        chosen = {id: _choose(ranked, settings) for id, ranked in left.items()}
        counts = Counter(item.topic for items in chosen.values() for item in items)
        few = {topic for topic, count in counts.items() if count < settings.min_topic_papers}
        if not few:
            return _fill_up(collection, chosen, left, counts.keys(), settings)
        rare |= few


def _choose(ranked: Sequence[Assignment], settings: Settings) -> list[Assignment]:
    shown = _shown(ranked, settings.max_topics)
    likely = [item for item in ranked[: _wanted(settings)] if item.score >= _LEAST]
    return max(shown, likely, key=len)


def _wanted(settings: Settings) -> int:
    return min(_WANTED, settings.max_topics)


def _fill_up(
    collection: Collection, chosen: _Found, found: _Found, common: Set[str], settings: Settings
) -> _Found:
    """Gives papers with too few topics those of similar papers, then some mentioned in passing."""
    wanted = _wanted(settings)
    needy = [id for id, items in chosen.items() if len(items) < wanted]
    borrowed = borrow(collection, needy, chosen)
    return chosen | {
        id: _filled(
            chosen[id],
            [
                *borrowed.get(id, ()),
                *(a for a in found[id] if a.topic in common and a.score > _SLIGHT),
            ],
            wanted,
        )
        for id in needy
    }


def _filled(
    items: Sequence[Assignment], more: Iterable[Assignment], wanted: int
) -> list[Assignment]:
    filled = list(items)
    for item in more:
        if len(filled) < wanted and item.topic not in {have.topic for have in filled}:
            filled.append(item)
    return filled


def _table(chosen: _Found, topics: Mapping[str, Topic], areas: Iterable[Area]) -> Topics:
    papers: dict[str, list[str]] = {}
    for id, items in chosen.items():
        for item in items:
            papers.setdefault(item.topic, []).append(id)
    used = {slug: topic for slug, topic in topics.items() if slug in papers}
    wanted = {topic.area for topic in used.values()}
    return Topics(
        {area.slug: area for area in areas if area.slug in wanted},
        used,
        {id: tuple(items) for id, items in chosen.items()},
        {slug: tuple(papers[slug]) for slug in used},
    )
