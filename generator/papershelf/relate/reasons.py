"""Reasons: why two papers are neighbours, in plain words.

Terms are folded inside; a reader sees them as the paper itself spells them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate, islice
from typing import Any

import numpy as np

from papershelf.model import Paper, Topics
from papershelf.relate.series import Tie
from papershelf.relate.vectors import Vectors
from papershelf.terms import HYPHENS, Terms, coded, number, of_pair, of_word, spelling
from papershelf.words import fold_phrase, joins, split_words

MOST_TOPICS = 2
MOST_TERMS = 3
MOST_WEIGHED = 12
DISTANT = 0.1
"""Neighbours below this cosine are said to be distant: by eye, all at 0.2 and more were
related, and most of the wrong ones lay at 0.12 to 0.17."""

Found = tuple[int, float, Tie]
"""A neighbour's row, its cosine, and what tells that it is a version or of one series."""
Told = tuple[str, list[list[str]]]
"""A mark of all that the terms of a row's reasons go by; these terms for each neighbour."""


class Reasons:
    """Why two papers are near: their topics, then the terms that count most.

    `known` has what an earlier run told, by the id of the paper.
    """

    def __init__(
        self, vectors: Vectors, marks: Any, topics: Topics, known: Mapping[str, Told]
    ) -> None:
        self._vectors = vectors
        self._marks = [mark.tobytes() for mark in marks]
        self._known = known
        self._weights = np.zeros(len(vectors.numbers), np.int64)
        self._topics = topics
        common = sorted(topics.papers, key=lambda topic: (len(topics.papers[topic]), topic))
        rank = {topic: at for at, topic in enumerate(common)}
        self._rarest = [
            sorted(
                rank.keys() & {one.topic for one in topics.of.get(paper.id, ())},
                key=rank.__getitem__,
            )
            for paper in vectors.papers
        ]

    def labels(self, row: int, neighbours: Iterable[int]) -> list[list[str]]:
        """The topics that a paper has with each neighbour, the rarest first: those say most."""
        own, topics = self._rarest[row], self._topics.topics
        shared = ([t for t in own if t in self._rarest[other]] for other in neighbours)
        return [[topics[topic].label for topic in some[:MOST_TOPICS]] for some in shared]

    def terms(self, row: int, neighbours: Sequence[Found], labels: list[list[str]]) -> Told:
        """The terms that a paper shares with each neighbour, as it spells them."""
        paper = self._vectors.papers[row]
        said = [[*some, str(tie)] if tie.told else some
                for some, (_, _, tie) in zip(labels, neighbours, strict=True)]  # fmt: skip
        mark = self._mark(row, neighbours, said)
        known = self._known.get(paper.id)
        if known and known[0] == mark:
            return known
        spelt = Spelling(paper)
        columns, weights = self._vectors.row(row)
        self._weights[columns] = weights
        shown = [
            [spelt.shown(term) for term in tell_apart(self._shared(other, spelt), some, spelt)]
            for (other, _, _), some in zip(neighbours, said, strict=True)
        ]
        self._weights[columns] = 0
        return mark, shown

    def _mark(self, row: int, neighbours: Sequence[Found], said: list[list[str]]) -> str:
        paper = self._vectors.papers[row]
        told = repr((paper.title.plain, paper.abstract.plain, said))
        made = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16)
        made.update(b"".join([self._marks[row], *(self._marks[at] for at, _, _ in neighbours)]))
        return made.hexdigest()

    def _shared(self, other: int, spelt: Spelling) -> Iterator[str]:
        """The terms that two rows share, those that count most first; a pair counts for more."""
        columns, weights = self._vectors.row(other)
        products = self._weights[columns] * weights
        both = products.nonzero()[0]
        numbers = self._vectors.numbers[columns[both]].tolist()
        found = []
        for which, weight in zip(numbers, products[both].tolist(), strict=True):
            if term := spelt.term(which):
                found.append((-13 * weight if " " in term else -10 * weight, term))
        found.sort()
        return (term for _, term in found if term in spelt)


class Capitals:
    """Which words owe their capital to a title or to the start of a sentence.

    Those that stand in more abstracts without it, or in as many.
    """

    def __init__(self, terms: Iterable[Terms], shown: Iterable[str]) -> None:
        words = sorted({word for term in shown for word in split_words(term)[1::2]})
        pairs = {word: (spelling(word), spelling(word.lower())) for word in words
                 if word[1:].islower() and word[0].isupper()}  # fmt: skip
        asked = np.unique(np.array(list(pairs.values()), np.uint32))
        said = np.frombuffer(b"".join(one.words for one in terms), "<u4")
        at = np.minimum(np.searchsorted(asked, said), max(len(asked) - 1, 0))
        same = asked[at] == said if len(asked) else np.zeros(len(said), bool)
        held = np.bincount(at[same], minlength=len(asked)).tolist()
        often = dict(zip(asked.tolist(), held, strict=True))
        self.owed = {word for word, (own, low) in pairs.items() if often[low] >= often[own]}

    def small(self, term: str) -> str:
        """A term without the capitals that it owes."""
        if term.islower():
            return term
        return "".join(part.lower() if part in self.owed else part for part in split_words(term))


class Spelling:
    """A paper's terms, and how it spells them; first of all as its abstract does.

    What is contained are those that
    neither begin nor end within a word with hyphens: no "rank adaptation" from "low-rank
    adaptation".
    """

    def __init__(self, paper: Paper) -> None:
        title, abstract = split_words(paper.title.plain), split_words(paper.abstract.plain)
        self._parts = [*title[:-1], "\n\n", *abstract[1:]]
        words = coded(self._parts[1::2])
        self._pieces = [" "] * len(self._parts)
        self._pieces[1::2] = [word or "|" for word, _ in words]
        self._pieces[::2] = gaps = list(map(_gap, self._parts[::2]))
        # One text, in which every whole term stands between blanks.
        self._text = f" {''.join(self._pieces)} "
        self._starts = list(accumulate(map(len, self._pieces), initial=1))
        self._places = dict(_places(words, gaps))

    def term(self, number: int) -> str:
        """The term of a number; empty where the paper has none."""
        first, last = self._places.get(number, (0, 0))
        return "".join(self._pieces[first:last])

    def __contains__(self, term: object) -> bool:
        return f" {term} " in self._text

    def shown(self, term: str) -> str:
        """A term as the paper spells it."""
        start = self._text.rfind(f" {term} ") + 1
        first = bisect_right(self._starts, start) - 1
        last = bisect_left(self._starts, start + len(term))
        return "".join(self._parts[first:last])


@lru_cache(maxsize=1 << 12)
def _gap(separator: str) -> str:
    """What stands between two words in the text of whole terms."""
    return "" if separator in HYPHENS else " " if joins(separator) else " | "


def _places(
    words: Sequence[tuple[str, int]], gaps: Sequence[str]
) -> Iterator[tuple[int, tuple[int, int]]]:
    """The number of each term of one or two words, and where its pieces begin and end."""
    before, held = "", 0
    for at, ((word, code), gap) in enumerate(zip(words, gaps, strict=False)):
        if code:
            yield of_word(code), (2 * at + 1, 2 * at + 2)
            if held and gap == " ":
                yield of_pair(held, code), (2 * at - 1, 2 * at + 2)
            elif held and not gap:
                yield number(before + word), (2 * at - 1, 2 * at + 2)
        before, held = word, code


@lru_cache(maxsize=1 << 16)
def squeeze(phrase: str) -> str:
    """A phrase folded into one word, so that `pre-training` and `pretraining` are equal."""
    return "".join(fold_phrase(phrase))


def tell_apart(candidates: Iterable[str], said: Sequence[str], spelt: Container[str]) -> list[str]:
    """The best few terms that do not say the same as each other, or as what is `said` already.

    A word gives way to the longer term that holds it, "growth" to "model growth", and two
    pairs that overlap become one phrase where the paper has it.
    """
    told = list(map(squeeze, said))
    chosen: list[str] = []
    for term in islice(candidates, MOST_WEIGHED):
        squeezed, words = _forms(term)
        if term.endswith("ly") or any(squeezed in phrase or phrase in squeezed for phrase in told):
            continue
        alike = [
            at
            for at, (other, others) in enumerate(map(_forms, chosen))
            if squeezed in other or other in squeezed or not words.isdisjoint(others)
        ]
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


@lru_cache(maxsize=1 << 17)
def _forms(term: str) -> tuple[str, frozenset[str]]:
    return squeeze(term), frozenset(term.split())
