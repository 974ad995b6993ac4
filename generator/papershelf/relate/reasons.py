"""Reasons: why two papers are neighbours, in plain words.

Terms are folded inside; a reader sees them as the paper itself spells them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache

from papershelf.model import Paper, Topics
from papershelf.relate.vectors import HYPHENS, Vectors, content_word
from papershelf.words import fold_phrase, joins, split_words

MOST_TOPICS = 2
MOST_TERMS = 3
MOST_WORDS = 3
MOST_WEIGHED = 12
DISTANT = 0.1
"""Neighbours below this cosine are said to be distant: by eye, all at 0.2 and more were
related, and most of the wrong ones lay at 0.12 to 0.17."""


Found = tuple[int, float, str]
"""A neighbour's row, its cosine, and what tells that it is a version or of one series."""


class Reasons:
    """Why two papers are near: their topics, then the terms that count most."""

    def __init__(self, vectors: Vectors, topics: Topics) -> None:
        self._vectors = vectors
        self._topics = topics
        self._spellings: Counter[str] = Counter()
        for paper in vectors.papers:
            self._spellings.update(split_words(paper.abstract.plain)[1::2])

    def tell(self, row: int, neighbours: Sequence[Found]) -> list[str]:
        """A line a neighbour, such as `both about quantization; share outliers, 4-bit weights`."""
        paper, own = self._vectors.papers[row], self._vectors.row(row)
        spelt = spellings(paper)
        lines = []
        for other, score, told in neighbours:
            labels = self._labels(paper, self._vectors.papers[other])
            shared = self._vectors.shared(own, self._vectors.row(other))
            said = [*labels, told] if told else labels
            shown = tell_apart([term for term in shared if term in spelt], said, spelt)
            words = ["".join(map(self._small, spelt[term])) for term in shown]
            lines.append(self._line(told, labels, words, score))
        return lines

    @staticmethod
    def _line(told: str, labels: list[str], terms: list[str], score: float) -> str:
        about = f"both about {', '.join(labels)}" if labels else ""
        share = f"share {', '.join(terms)}" if terms else ""
        why = "; ".join(filter(None, [told, about, share]))
        return f"distant: {why}" if why and score < DISTANT and not told else why

    def _labels(self, one: Paper, other: Paper) -> list[str]:
        """The topics that both papers have, the rarest first: those say most."""
        have = [
            {given.topic for given in self._topics.of.get(paper.id, ())} for paper in (one, other)
        ]
        number = {t: len(self._topics.papers.get(t, ())) for t in set.intersection(*have)}
        rarest = sorted(number, key=lambda topic: (number[topic], topic))[:MOST_TOPICS]
        return [self._topics.topics[topic].label for topic in rarest]

    def _small(self, word: str) -> str:
        """A word without the capital that it owes to a title or to the start of a sentence."""
        owes = word[1:].islower() and self._spellings[word.lower()] >= self._spellings[word]
        return word.lower() if owes else word


def spellings(paper: Paper) -> dict[str, list[str]]:
    """A paper's terms as it spells them, in pieces; first of all as its abstract does."""
    return dict([*whole_terms(paper.title.plain), *whole_terms(paper.abstract.plain)])


def whole_terms(text: str) -> Iterator[tuple[str, list[str]]]:
    """One to three words that a reader would take together, as a term and as they stand there.

    Nothing that begins or ends within a word with hyphens: no "rank adaptation" from
    "low-rank adaptation".
    """
    parts = split_words(text)
    folded = [content_word(word) for word in parts[1::2]]
    for first in range(len(folded)):
        if parts[2 * first] in HYPHENS:
            continue
        term = ""
        for last in range(first, min(first + MOST_WORDS, len(folded))):
            between = parts[2 * last]
            if not folded[last] or (last > first and not joins(between)):
                break
            glue = "" if last == first or between in HYPHENS else " "
            term = f"{term}{glue}{folded[last]}"
            if parts[2 * last + 2] not in HYPHENS:
                yield term, parts[2 * first + 1 : 2 * last + 2]


@lru_cache(maxsize=1 << 16)
def squeeze(phrase: str) -> str:
    """A phrase folded into one word, so that `pre-training` and `pretraining` are equal."""
    return "".join(fold_phrase(phrase))


def tell_apart(candidates: Sequence[str], said: Sequence[str], spelt: Container[str]) -> list[str]:
    """The best few terms that do not say the same as each other, or as what is `said` already.

    A word gives way to the longer term that holds it, "growth" to "model growth", and two
    pairs that overlap become one phrase where the paper has it.
    """
    chosen: list[str] = []
    for term in candidates[:MOST_WEIGHED]:
        if term.endswith("ly") or any(_holds(term, phrase) for phrase in said):
            continue
        alike = [at for at, other in enumerate(chosen) if _overlap(term, other)]
        if not alike and len(chosen) < MOST_TERMS:
            chosen.append(term)
        elif len(alike) == 1:
            chosen[alike[0]] = _longer(chosen[alike[0]], term, spelt)
    return chosen


def _longer(one: str, other: str, spelt: Container[str]) -> str:
    if squeeze(one) in squeeze(other):
        return other
    for first, second in ((one.split(), other.split()), (other.split(), one.split())):
        phrase = " ".join([*first, *second[1:]])
        if first[-1] == second[0] and phrase in spelt:
            return phrase
    return one


def _overlap(one: str, other: str) -> bool:
    return _holds(one, other) or not set(one.split()).isdisjoint(other.split())


def _holds(one: str, other: str) -> bool:
    first, second = squeeze(one), squeeze(other)
    return first in second or second in first
