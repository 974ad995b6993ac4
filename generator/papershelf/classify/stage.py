"""The stage: evidence from the taxonomy, then from the collection itself, then a choice."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

from papershelf.assigned import REASONS, Reason
from papershelf.cache import WRONG, Cache, key_of
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
from papershelf.terms import Known, number, text_key

T = TypeVar("T")
_Scored = tuple[str, float]
"""A topic and its score; of equal ones there is one."""
_Found = dict[str, Sequence[_Scored]]
"""Paper id → topics, best first."""
_Given = dict[str, list[Assignment]]


class _Weighed(NamedTuple):
    """The topics of a paper by score, best first; and for each, as JSON, what speaks for it."""

    ranked: tuple[_Scored, ...]
    told: str


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
    papers = [*collection]
    weighed = dict(zip(collection.papers, scale.weigh(papers, terms.keys(papers)), strict=True))
    found: _Found = {id: one.ranked for id, one in weighed.items()}
    chosen = _choose_common(found, settings)
    assign = _Assigning(scale, collection, weighed)
    given = {id: assign.of(id, items) for id, items in chosen.items()}
    _fill_up(assign, given, found, settings, terms)
    topics = {rule.topic.slug: rule.topic for rule in rules}
    return _table(given, topics, (*taxonomy.areas, FOUND))


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
        self._scored: dict[_Scored, _Scored] = {}

    def weigh(self, papers: Sequence[Paper], texts: Sequence[bytes]) -> list[_Weighed]:
        """The topics of each paper; `texts` are the keys of title and abstract."""
        return self._each("", papers, texts, _weigh, self._weighed)

    def find_little(self, papers: Sequence[Paper]) -> list[bool]:
        """Of which papers hardly any topic is worth showing."""
        texts = [text_key((paper.title.plain, paper.abstract.plain)) for paper in papers]
        return self._each("little", papers, texts, _finds_little, _truth)

    def _each(
        self,
        what: str,
        papers: Sequence[Paper],
        texts: Sequence[bytes],
        work: Callable[[Matcher, Paper], Any],
        decode: Callable[[Any], T],
    ) -> list[T]:
        """What the work finds in each text; what no run has read yet is read on all cores."""
        named = zip(papers, texts, strict=True)
        keys = [key_of(what, self._key, text, paper.tags) for paper, text in named]
        known = {key: self._cache.get(key, decode) for key in keys}
        new = {key: paper for key, paper in zip(keys, papers, strict=True) if known[key] is None}
        made = deque(spread(partial(work, self.matcher), [*new.values()]))
        for key, paper in new.items():
            # Taken out one by one: what is not decoded yet takes ten times the room.
            if (data := made.popleft()) is None:
                data = work(self.matcher, paper)
            known[key] = self._cache.put(key, decode(data), data)
        return [cast("T", known[key]) for key in keys]

    def _weighed(self, data: list[Any]) -> _Weighed:
        """What was kept, checked: only topics of these rules, and of the right types."""
        topics, scores, told = data
        if not self._topics.issuperset(topics) or {*map(type, scores)} - {float}:
            raise ValueError("no topics of these rules")
        if type(told) is not str:
            raise ValueError("no reasons")
        pairs = zip(topics, scores, strict=True)
        return _Weighed(tuple([self._scored.setdefault(pair, pair) for pair in pairs]), told)


def _weigh(matcher: Matcher, paper: Paper) -> list[Any]:
    """A paper's topics by score, best first, their scores, and why, as a cache keeps them."""
    evidence = gather(paper, matcher)
    scores = ((-item.score(), topic) for topic, item in evidence.items())
    ranked = sorted(found for found in scores if found[0] < -_SLIGHT)[:_KEPT]
    told = [[*_kept(evidence[topic].told())] for _, topic in ranked]
    topics, marks = [topic for _, topic in ranked], [-score for score, _ in ranked]
    return [topics, marks, json.dumps(told, separators=(",", ":"))]


def _kept(told: Iterable[Reason]) -> Iterator[int | str]:
    """Reasons as a cache keeps them, in a row: the number of a text, and what belongs in it."""
    for text, name, times in told:
        yield from (REASONS.index(text), name, times)


class _Assigning:
    """Makes assignments of the topics that were chosen. Equal reasons are one value."""

    def __init__(
        self, scale: _Scale, collection: Collection, weighed: Mapping[str, _Weighed]
    ) -> None:
        self._matcher, self.collection, self._weighed = scale.matcher, collection, weighed
        self._reasons: dict[tuple[int, str, int], Reason] = {}

    def of(self, id: str, items: Sequence[_Scored]) -> list[Assignment]:
        """Some topics of a paper, each with what speaks for it."""
        if not items:
            return []
        try:
            return self._assigned(self._weighed[id], items)
        except WRONG:  # what was kept is none of ours
            topics, scores, told = _weigh(self._matcher, self.collection[id])
            again = _Weighed((*zip(topics, scores, strict=True),), told)
            return self._assigned(again, items)

    def _assigned(self, weighed: _Weighed, items: Sequence[_Scored]) -> list[Assignment]:
        rows = json.loads(weighed.told)
        return [
            Assignment(*item, tuple(map(self._reason, row[::3], row[1::3], row[2::3])))
            for item in items
            for row in [rows[weighed.ranked.index(item)]]
        ]

    def _reason(self, text: int, name: str, times: int) -> Reason:
        key = text, name, times
        if key not in self._reasons:
            if type(name) is not str or type(times) is not int:
                raise ValueError("no reason")
            self._reasons[key] = Reason(REASONS[text], name, times)
        return self._reasons[key]


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
        for id in [id for id, items in chosen.items() if any(topic in rare for topic, _ in items)]:
            found[id] = [item for item in found[id] if item[0] not in rare]
            chosen[id] = _choose(found[id], settings)
    return chosen


def _rare(chosen: _Found, least: int) -> set[str]:
    counts = Counter(topic for items in chosen.values() for topic, _ in items)
    return {topic for topic, count in counts.items() if count < least}


def _choose(ranked: Sequence[_Scored], settings: Settings) -> Sequence[_Scored]:
    shown = ranked[: _number_shown([score for _, score in ranked], settings.max_topics)]
    likely = [item for item in ranked[: _wanted(settings)] if item[1] >= _LEAST]
    return max(shown, likely, key=len)


def _wanted(settings: Settings) -> int:
    return min(_WANTED, settings.max_topics)


def _fill_up(
    assign: _Assigning, given: _Given, found: _Found, settings: Settings, terms: Known
) -> None:
    """Gives papers with too few topics those of similar papers, then some mentioned in passing."""
    wanted = _wanted(settings)
    needy = [id for id, items in given.items() if len(items) < wanted]
    if not needy:
        return
    common = {item.topic for items in given.values() for item in items}
    collection = assign.collection
    words = dict(zip(collection.papers, terms.of([*collection]), strict=True))
    borrowed = borrow(collection, needy, given, words)
    for id in needy:
        passing = assign.of(id, [item for item in found[id] if item[0] in common])
        given[id] = _filled(given[id], [*borrowed.get(id, ()), *passing], wanted)


def _filled(
    items: Sequence[Assignment], more: Iterable[Assignment], wanted: int
) -> list[Assignment]:
    filled = list(items)
    for item in more:
        if len(filled) < wanted and item.topic not in {have.topic for have in filled}:
            filled.append(item)
    return filled


def _table(chosen: _Given, topics: Mapping[str, Topic], areas: Iterable[Area]) -> Topics:
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
