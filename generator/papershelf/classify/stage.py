"""The stage: evidence from the taxonomy, then from the collection itself, then a choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from papershelf.assigned import REASONS, Reason
from papershelf.cache import Cache, key_of
from papershelf.classify.borrow import borrow
from papershelf.classify.discover import discover
from papershelf.classify.evidence import gather
from papershelf.classify.matcher import Matcher
from papershelf.model import (
    FOUND,
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
from papershelf.spread import spread
from papershelf.terms import Known, number

T = TypeVar("T")
_Found = dict[str, list[Assignment]]

# What a paper's first, second, … topic must score to be shown. With one bar for all, a first
# prototype had the main subject in 92 % of first topics, 69 of second and 40 of third ones.
_BARS = (1.4, 1.4, 1.5, 1.8, 2.3, 2.8, 3.0)
_WANTED = 2  # topics that every paper should have: where the bars leave fewer, less will do
_LEAST = 0.9  # one mention of a strong alias; below it, similar papers are the better guide
_SAMPLE = 4000  # papers that discovery reads at most: bounds its time
_SLIGHT = 0.5  # one mention of a weak alias is no evidence, not even for want of better
_KEPT = 12  # topics of a paper that are looked at again when rare ones fall away


def classify(
    collection: Collection,
    taxonomy: Taxonomy,
    settings: Settings,
    cache: Cache | None = None,
    terms: Known | None = None,
) -> Topics:
    """Which paper is about what.

    The cache knows what some rules found in some text before, and `terms` which words it has.

    A paper gets the topics that enough speaks for, best first, at most
    `settings.max_topics`; where that makes fewer than two, single mentions and then the
    topics of similar papers will do, and the reason says so. A topic of fewer than
    `settings.min_topic_papers` papers is dropped for all.
    """
    cache, terms = cache or Cache(), terms or Known()
    rules = _all_rules(collection, taxonomy, settings, cache)
    scale = _Scale(rules, taxonomy, cache)
    found = dict(zip(collection.papers, scale.weigh([*collection]), strict=True))
    chosen = _fill_up(collection, _choose_common(found, settings), found, settings, terms)
    topics = {rule.topic.slug: rule.topic for rule in rules}
    return _table(chosen, topics, (*taxonomy.areas, FOUND))


def _all_rules(
    collection: Collection, taxonomy: Taxonomy, settings: Settings, cache: Cache
) -> tuple[TopicRule, ...]:
    """The taxonomy's rules with those that a sample of the collection itself suggests."""
    if not settings.discover:
        return taxonomy.rules
    papers = _sample(collection)
    scale = _Scale(taxonomy.rules, taxonomy, cache)
    room = sum(scale.find_little(papers)) / max(1, len(papers))
    return (*taxonomy.rules, *discover(papers, taxonomy, scale.matcher, room, cache))


def _sample(collection: Collection) -> list[Paper]:
    """All papers, or a half, a quarter, … of them: whatever else is there, the same ones.

    Papers that a newcomer pushed out of the sample could take topics with them.
    """
    bits = max(0, -(-len(collection) // _SAMPLE) - 1).bit_length()
    return [paper for paper in collection if not number(paper.id) >> 1 & (1 << bits) - 1]


class _Scale:
    """What weighs the evidence in papers by some rules; a text weighed before is not read."""

    def __init__(self, rules: tuple[TopicRule, ...], taxonomy: Taxonomy, cache: Cache) -> None:
        self.matcher = Matcher(rules, taxonomy.ignore)
        self._key = key_of(rules, taxonomy.ignore)
        self._cache = cache
        self._topics = {rule.topic.slug for rule in rules}

    def weigh(self, papers: Sequence[Paper]) -> list[list[Assignment]]:
        """The topics of each paper by score, best first, with reasons."""
        return self._each("", papers, _weigh, self._ranked)

    def find_little(self, papers: Sequence[Paper]) -> list[bool]:
        """Of which papers hardly any topic is worth showing."""
        return self._each("little", papers, _finds_little, _truth)

    def _each(
        self,
        what: str,
        papers: Sequence[Paper],
        work: Callable[[Matcher, Paper], Any],
        decode: Callable[[Any], T],
    ) -> list[T]:
        """What the work finds in each text; what no run has read yet is read on all cores."""
        texts = [(paper.title.plain, paper.abstract.plain, paper.tags) for paper in papers]
        keys = [key_of(what, self._key, *text) for text in texts]
        known = {key: self._cache.get(key, decode) for key in keys}
        new = {key: paper for key, paper in zip(keys, papers, strict=True) if known[key] is None}
        made = spread(partial(work, self.matcher), [*new.values()])
        for (key, paper), one in zip(new.items(), made, strict=True):
            data = work(self.matcher, paper) if one is None else one
            known[key] = self._cache.put(key, decode(data), data)
        return [cast("T", known[key]) for key in keys]

    def _ranked(self, data: list[Any]) -> list[Assignment]:
        """What was kept, checked: only topics of these rules, and of the right types."""
        found = [Assignment(topic, score, _told(kept)) for topic, score, *kept in data]
        for one in found:
            if one.topic not in self._topics or type(one.score) is not float:
                raise ValueError("no assignment")
        return found


def _kept(told: Iterable[Reason]) -> Iterator[int | str]:
    """Reasons as a cache keeps them, in a row: the number of a text, and what belongs in it."""
    for text, name, times in told:
        yield from (REASONS.index(text), name, times)


def _told(kept: Sequence[Any]) -> tuple[Reason, ...]:
    """What was kept of reasons, checked."""
    names, times = kept[1::3], kept[2::3]
    if {*map(type, names)} - {str} or {*map(type, times)} - {int}:
        raise ValueError("no reason")
    texts = map(REASONS.__getitem__, kept[::3])
    return tuple(map(Reason._make, zip(texts, names, times, strict=True)))


def _weigh(matcher: Matcher, paper: Paper) -> list[tuple[Any, ...]]:
    """A paper's topics by score, best first, with reasons, as a cache keeps them."""
    evidence = gather(paper, matcher)
    scores = ((-item.score(), topic) for topic, item in evidence.items())
    ranked = sorted(found for found in scores if found[0] < -_SLIGHT)[:_KEPT]
    return [(topic, -score, *_kept(evidence[topic].told())) for score, topic in ranked]


def _finds_little(matcher: Matcher, paper: Paper) -> bool:
    scores = (item.score() for item in gather(paper, matcher).values())
    return _number_shown(sorted(scores, reverse=True), _WANTED) < _WANTED


def _truth(data: Any) -> bool:
    if type(data) is not bool:
        raise ValueError("no truth")
    return data


def _number_shown(scores: Sequence[float], most: int) -> int:
    """For how many topics enough speaks, by their scores, the best first."""
    for at, score in enumerate(scores[:most]):
        if score < _BARS[min(at, len(_BARS) - 1)]:
            return at
    return min(most, len(scores))


def _choose_common(found: _Found, settings: Settings) -> _Found:
    """Chooses for every paper; drops rare topics and chooses again until none is rare."""
    chosen = {id: _choose(ranked, settings) for id, ranked in found.items()}
    while rare := _rare(chosen, settings.min_topic_papers):
        for id in [id for id, items in chosen.items() if any(a.topic in rare for a in items)]:
            found[id] = [item for item in found[id] if item.topic not in rare]
            chosen[id] = _choose(found[id], settings)
    return chosen


def _rare(chosen: _Found, least: int) -> set[str]:
    counts = Counter(item.topic for items in chosen.values() for item in items)
    return {topic for topic, count in counts.items() if count < least}


def _choose(ranked: list[Assignment], settings: Settings) -> list[Assignment]:
    shown = ranked[: _number_shown([item.score for item in ranked], settings.max_topics)]
    likely = [item for item in ranked[: _wanted(settings)] if item.score >= _LEAST]
    return max(shown, likely, key=len)


def _wanted(settings: Settings) -> int:
    return min(_WANTED, settings.max_topics)


def _fill_up(
    collection: Collection, chosen: _Found, found: _Found, settings: Settings, terms: Known
) -> _Found:
    """Gives papers with too few topics those of similar papers, then some mentioned in passing."""
    wanted = _wanted(settings)
    needy = [id for id, items in chosen.items() if len(items) < wanted]
    if not needy:
        return chosen
    common = {item.topic for items in chosen.values() for item in items}
    words = dict(zip(collection.papers, terms.of([*collection]), strict=True))
    borrowed = borrow(collection, needy, chosen, words)
    return chosen | {
        id: _filled(
            chosen[id],
            [
                *borrowed.get(id, ()),
                *(item for item in found[id] if item.topic in common),
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
