"""Topics that no taxonomy names, found in the collection itself.

A term is what titles and keywords say and what its abstracts come back to. How often a
paper that uses a term at all has it in the title or uses it again tells terms from
phrases: of 649 papers, 17 say "address this issue" in the abstract and none in the title.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from papershelf.cache import Cache, key_of
from papershelf.classify.boilerplate import COMMON, FUNCTION_WORDS, VERBS
from papershelf.classify.evidence import Evidence, gather
from papershelf.classify.matcher import Matcher
from papershelf.identity import slug
from papershelf.model import FOUND, FOUND_TOPIC, Paper, Taxonomy, Topic, TopicRule
from papershelf.terms import text_key
from papershelf.words import compounds, fold_phrase, fold_word, is_acronym, joins

_LONGEST = 4  # words of a term
_SURE = 1.4  # the score from which a paper counts as being about a term
_MOST_CANDIDATES = 3000
_MOST_TOPICS = 400
_BROADEST = 0.25  # of the papers: one word that a quarter of them is about tells nobody anything
_Term = tuple[str, ...]


def discover(
    papers: Sequence[Paper],
    taxonomy: Taxonomy,
    matcher: Matcher,
    room: float,
    cache: Cache | None = None,
) -> list[TopicRule]:
    """The terms worth a topic, as rules, best first; the cache knows how a text uses them.

    `matcher` is that of the taxonomy; `room` is the share of papers, 0 to 1, to which the
    taxonomy has little to say. Little room: few terms, and only the surest.
    """
    size = len(papers)
    least = _least_papers(size)
    notes = _Notes(taxonomy, matcher, cache or Cache())
    known = _phrases(taxonomy)
    terms = _Terms(term for term in _candidates(papers, least, notes) if term not in known)
    kept = [use for use in _count(papers, terms, notes) if use.is_topic(least, size, room)]
    kept = _without_doubles(sorted(kept, key=_Use.rank))
    taken = {rule.topic.slug for rule in taxonomy.rules}
    most = min(_MOST_TOPICS, round(max(8, size**0.5 * (0.5 + 3 * room))))
    return list(_as_rules(kept[:most], taken))


def _least_papers(size: int) -> int:
    """How many papers must be about a term: 2 of 40, 3 of 650, 8 of 4,000."""
    return max(2, round(math.sqrt(size) / 7.7))


def _phrases(taxonomy: Taxonomy) -> set[_Term]:
    """Every phrase of a taxonomy and every part of one: a term like it would be its double."""
    phrases = [*taxonomy.ignore]
    for rule in taxonomy.rules:
        phrases += [rule.topic.label, *rule.aliases, *rule.weak, *rule.never]
    made: set[_Term] = set()
    for phrase in phrases:
        words = fold_phrase(phrase)
        made |= {words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
        made |= {(joined,) for joined, _ in compounds(phrase)}
    return made


@dataclass(slots=True)
class _Use:
    """How the collection uses a term."""

    term: _Term
    about: set[str] = field(default_factory=set)
    titles: int = 0
    papers: int = 0
    surfaces: Counter[str] = field(default_factory=Counter)

    def share(self) -> float:
        """Of the papers with the term, how many are about it."""
        return len(self.about) / self.papers if self.papers else 0.0

    def rank(self) -> tuple[float, _Term]:
        return (-len(self.about) * self.share() * (1 if len(self.term) == 1 else 1.5), self.term)

    def is_topic(self, least: int, size: int, room: float) -> bool:
        """Whether enough papers are about it, and hardly any merely mention it."""
        if len(self.about) < least or self.titles < max(2, least // 2):
            return False
        if len(self.term) > 1:
            return self.share() >= 0.4 - 0.15 * room
        if self.is_name():
            return self.share() >= 0.35
        too_broad = size > 100 and len(self.about) > _BROADEST * size
        return room > 0.3 and not too_broad and self.share() >= 0.6 - 0.25 * room

    def is_name(self) -> bool:
        """Whether it is nearly always written in capitals; BEAT is, and also a verb."""
        total = sum(self.surfaces.values())
        capital = sum(n for text, n in self.surfaces.items() if is_acronym(text))
        return capital > 0.9 * total > 0

    def label(self) -> str:
        """The usual spelling: that of abstracts, where titles would say it in capitals."""
        ranked = sorted(self.surfaces.items(), key=lambda item: (-item[1], item[0]))
        text = ranked[0][0] if ranked else " ".join(self.term)
        return text if text[:1].isupper() else text[:1].upper() + text[1:]


def _candidates(papers: Sequence[Paper], least: int, notes: _Notes) -> list[_Term]:
    """Terms that titles and keywords have often enough, the most frequent first."""
    counts: Counter[str] = Counter()
    for paper in papers:
        counts.update(notes.terms(paper))
    often = [name for name, count in counts.items() if count >= max(2, least // 2)]
    terms = {tuple(name.split(" ")): counts[name] for name in often}
    return sorted(terms, key=lambda term: (-terms[term], term))[:_MOST_CANDIDATES]


def _terms_of(paper: Paper, matcher: Matcher) -> Iterator[_Term]:
    for run in _runs(paper.title.plain, matcher, is_title=True):
        yield from _ngrams(run)
    for tag in paper.tags:
        for run in _runs(tag, matcher, is_title=False):
            if len(run) <= _LONGEST and len(run) == len(fold_phrase(tag)):
                yield tuple(run)


def _runs(text: str, matcher: Matcher, is_title: bool) -> Iterator[list[str]]:
    """Words in a row that a term may be made of: no stop, nothing that the taxonomy knows."""
    words = matcher.words(text)
    known = {
        words.part(position)
        for hit in matcher.find(words)
        for position in range(hit.start, hit.end)
    }
    run: list[str] = []
    for index in range(1, len(words.parts), 2):
        before, word = words.parts[index - 1], fold_word(words.parts[index])
        # A lone word before a colon is the name that a paper gives to its own system.
        if not joins(before):
            yield run if "".join(before.split()) != ":" or len(run) > 1 else []
            run = []
        opens_title = is_title and index == 1 and word.endswith("ing")
        is_tex = before.endswith("\\")
        if index in known or word in FUNCTION_WORDS or opens_title or is_tex:
            yield run
            run = []
        else:
            run.append(word)
    yield run


def _ngrams(run: list[str]) -> Iterator[_Term]:
    for start in range(len(run)):
        for end in range(start + 1, min(start + _LONGEST, len(run)) + 1):
            term = tuple(run[start:end])
            if _can_be_term(term):
                yield term


_NUMBER = re.compile(r"(?:\d+[a-z]?|[ivx]{2,4})\Z")
# What qualifies a thing rather than names one; as part of a longer term it may stay.
_ADJECTIVES = (
    "al", "ic", "ive", "ous", "ary", "able", "ible", "less", "ful", "ed", "ular", "llar", "inear",
    "ish", "ian",
)  # fmt: skip


def _can_be_term(term: _Term) -> bool:
    first, last = term[0], term[-1]
    if any(_NUMBER.match(word) or word in VERBS or len(word) < 2 for word in (first, last)):
        return False
    if last.endswith("ly") or first.endswith("ly"):
        return False
    telling = any(word not in COMMON and word not in VERBS for word in term)
    return telling and (len(term) > 1 or (len(first) > 2 and not first.endswith(_ADJECTIVES)))


class _Notes:
    """What single texts say of terms, from the cache where it knows the text."""

    def __init__(self, taxonomy: Taxonomy, matcher: Matcher, cache: Cache) -> None:
        self._cache = cache
        self._key = key_of(taxonomy.rules, taxonomy.ignore)
        self._matcher = matcher

    def terms(self, paper: Paper) -> Sequence[str]:
        """The terms of its title and keywords, each once, as text."""
        key = key_of("terms", self._key, paper.title.plain, paper.tags)
        known = self._cache.get(key, _texts)
        if known is None:
            found = dict.fromkeys(" ".join(term) for term in _terms_of(paper, self._matcher))
            known = self._cache.put(key, list(found), list(found))
        return known

    def uses(self, paper: Paper, terms: _Terms) -> Sequence[_Noted]:
        """How it uses some terms."""
        text = text_key((paper.title.plain, paper.abstract.plain))
        key = key_of("uses", terms.key, text, paper.tags)
        known = self._cache.get(key, terms.noted)
        if known is None:
            known = [_note(*found) for found in gather(paper, terms.matcher).items()]
            self._cache.put(key, known, known)
        return known


_Noted = tuple[str, bool, bool, list[str]]
"""A term; whether the title or a keyword has it; whether a paper is about it; its spellings."""


def _texts(data: Any) -> Sequence[str]:
    if type(data) is not list or not set(map(type, data)) <= {str}:
        raise ValueError("expected texts")
    return data


def _note(term: str, evidence: Evidence) -> _Noted:
    surfaces = [hit.surface for hit in evidence.body or evidence.title]
    in_title = bool(evidence.title or evidence.tags)
    return term, in_title, evidence.score() >= _SURE, surfaces


class _Terms:
    """Some terms, ready to be looked for; the longest counts where several fit."""

    def __init__(self, terms: Iterable[_Term]) -> None:
        self.uses = {" ".join(term): _Use(term) for term in terms}
        rules = [TopicRule(Topic(name, name, FOUND.slug), aliases=(name,)) for name in self.uses]
        self.matcher = Matcher(rules)
        self.key = key_of(*self.uses)

    def noted(self, data: Any) -> Sequence[_Noted]:
        """What was kept of a text, checked."""
        for name, in_title, is_about, surfaces in data:
            if name not in self.uses or {type(in_title), type(is_about)} != {bool}:
                raise ValueError("no use of these terms")
            _texts(surfaces)
        return data  # type: ignore[no-any-return]


def _count(papers: Sequence[Paper], terms: _Terms, notes: _Notes) -> list[_Use]:
    """How every paper uses the terms."""
    for paper in papers:
        for name, in_title, is_about, surfaces in notes.uses(paper, terms):
            use = terms.uses[name]
            use.papers += 1
            use.titles += in_title
            if is_about:
                use.about.add(paper.id)
            use.surfaces.update(surfaces)
    return list(terms.uses.values())


def _without_doubles(uses: list[_Use]) -> list[_Use]:
    """Of a term within a longer one, the better; of two terms for the same papers, too."""
    kept: list[_Use] = []
    for use in uses:
        if not any(_overlaps(use, other) for other in kept):
            kept.append(use)
    return kept


def _overlaps(use: _Use, other: _Use) -> bool:
    shared = len(use.about & other.about)
    if shared > 0.6 * min(len(use.about), len(other.about)):
        return True
    return bool(set(use.term) & set(other.term)) and (
        set(use.term) <= set(other.term) or set(other.term) <= set(use.term)
    )


def _as_rules(uses: Iterable[_Use], taken: set[str]) -> Iterator[TopicRule]:
    for use in uses:
        label = use.label()
        name = slug(label)
        if name not in taken:
            taken.add(name)
            said = FOUND_TOPIC % {"label": label}
            topic = Topic(name, label, FOUND.slug, said, discovered=True)
            yield TopicRule(topic, aliases=(" ".join(use.term),))
