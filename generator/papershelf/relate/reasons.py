"""Reasons: why two papers are neighbours, in plain words.

Terms are folded inside; a reader sees them as the paper itself spells them.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import accumulate, islice, pairwise
from typing import Any

import numpy as np

from papershelf.model import Paper, Topics
from papershelf.relate.vectors import Vectors
from papershelf.terms import HYPHENS, NOWHERE, Terms, coded, spelling
from papershelf.words import fold_phrase, joins, split_words

MOST_TOPICS = 2
MOST_TERMS = 3
MOST_WEIGHED = 12
_ROWS = 500  # whose terms are compared at once: some 10 MB
DISTANT = 0.1
"""Neighbours below this cosine are said to be distant: by eye, all at 0.2 and more were
related, and most of the wrong ones lay at 0.12 to 0.17."""

MARK = 16
Told = bytes
"""What is told of a row's neighbours: a mark of all that it goes by, in `MARK` bytes; the words
that may owe their capital to a title, parted by blanks; a line break; and, as JSON, the terms
for each neighbour."""


class Labels:
    """The topics that papers have in common, the rarest first: those say most."""

    def __init__(self, papers: Sequence[Paper], topics: Topics) -> None:
        common = sorted(topics.papers, key=lambda topic: (len(topics.papers[topic]), topic))
        self._labels = [topics.topics[topic].label for topic in common]
        bits = {topic: 1 << at for at, topic in enumerate(common)}
        # All topics of a paper are one number: what two have in common is found in one go.
        self._of = [
            sum({bits.get(given.topic, 0) for given in topics.of.get(paper.id, ())})
            for paper in papers
        ]
        self._known: dict[int, tuple[str, ...]] = {}

    def of(self, one: int, other: int) -> tuple[str, ...]:
        """What two rows are both about; equal labels are one value."""
        shared = self._of[one] & self._of[other]
        if shared not in self._known:
            self._known[shared] = tuple(self._first(shared))
        return self._known[shared]

    def _first(self, shared: int) -> Iterator[str]:
        for _ in range(MOST_TOPICS):
            if shared:
                yield self._labels[(shared & -shared).bit_length() - 1]
                shared &= shared - 1


class Reasons:
    """Why two papers are near: the terms that count most, beside what is said already.

    `texts` are the keys of the papers' texts, and `known` has what an earlier run told, by the
    id of the paper.
    """

    def __init__(
        self,
        vectors: Vectors,
        marks: Any,
        terms: Sequence[Terms],
        texts: Sequence[bytes],
        known: Mapping[str, Told],
    ) -> None:
        self._vectors = vectors
        self._marks = [mark.tobytes() for mark in marks]
        self._terms = terms
        self._texts = texts
        self._known = known

    def terms(
        self, near: Sequence[Sequence[int]], said: Callable[[int], list[list[str]]]
    ) -> dict[str, Told]:
        """The terms that each paper shares with each of those near it, as it spells them.

        `said` gives for a row what is said of each of its neighbours beside.
        """
        papers = self._vectors.papers
        marks = [self._mark(row, found, said(row)) for row, found in enumerate(near)]
        known = [self._known.get(paper.id, b"") for paper in papers]
        new = [row for row, mark in enumerate(marks) if known[row][:MARK] != mark]
        for start in range(0, len(new), _ROWS):
            rows = new[start : start + _ROWS]
            shared = self._shared(rows, [near[row] for row in rows])
            for row in rows:
                spelt = Spelling(papers[row])
                shown = [spelt.chosen(next(shared), some) for some in said(row)]
                known[row] = marks[row] + _written(shown)
        return {paper.id: told for paper, told in zip(papers, known, strict=True)}

    def _mark(self, row: int, near: Sequence[int], said: list[list[str]]) -> bytes:
        made = blake2b(self._texts[row], digest_size=MARK)
        made.update(repr(said).encode("utf-8", "surrogatepass"))
        made.update(b"".join([self._marks[row], *[self._marks[at] for at in near]]))
        return made.digest()

    def _shared(self, rows: Sequence[int], near: Sequence[Sequence[int]]) -> Iterator[list[int]]:
        """For each pair of neighbours the places of terms that both have, the weightiest first.

        A pair of words counts for more; of equals comes first the one of the smaller number.
        """
        matrix, numbers = self._vectors.matrix, self._vectors.numbers
        local = np.repeat(np.arange(len(rows)), [len(others) for others in near])
        others = [at for some in near for at in some]
        both = matrix[np.array(rows, int)[local]].multiply(matrix[others]).tocsr()
        pair = np.repeat(np.arange(len(others)), np.diff(both.indptr))
        number, weight = numbers[both.indices], both.data.astype(np.int64)
        place = self._places(rows, local[pair], number)
        kept = (place != NOWHERE).nonzero()[0]
        weight = weight * np.where(number & np.uint64(1), 13, 10)
        order = kept[np.lexsort((number[kept], -weight[kept], pair[kept]))]
        cuts = np.searchsorted(pair[order], np.arange(len(others) + 1)).tolist()
        found = place[order].tolist()
        return (found[low : min(high, low + MOST_WEIGHED)] for low, high in pairwise(cuts))

    def _places(self, rows: Sequence[int], local: Any, number: Any) -> Any:
        """Where the text of each of some rows has a term; nowhere for a topic."""
        terms = [self._terms[row] for row in rows]
        own = np.frombuffer(b"".join(one.numbers for one in terms), "<u4").astype(np.uint64)
        places = np.frombuffer(b"".join(one.places for one in terms), "<u2")
        row = np.repeat(np.arange(len(rows), dtype=np.uint64), [len(one.counts) for one in terms])
        if not len(own):
            return np.full(len(number), NOWHERE)
        own |= row << np.uint64(32)
        wanted = number | local.astype(np.uint64) << np.uint64(32)
        at = np.minimum(np.searchsorted(own, wanted), len(own) - 1)
        return np.where((number >> np.uint64(32) == 0) & (own[at] == wanted), places[at], NOWHERE)


def _written(shown: list[list[str]]) -> bytes:
    words = {word for some in shown for term in some for word in split_words(term)[1::2]}
    capital = sorted(word for word in words if word[0].isupper() and word[1:].islower())
    return " ".join(capital).encode() + b"\n" + json.dumps(shown, separators=(",", ":")).encode()


def terms_of(told: Told) -> list[list[str]]:
    """What was told of a row's neighbours: the terms for each."""
    found: list[list[str]] = json.loads(told[told.index(b"\n", MARK) :])
    return found


class Capitals:
    """Which words owe their capital to a title or to the start of a sentence.

    Those that stand in more abstracts without it, or in as many.
    """

    def __init__(self, terms: Iterable[Terms], shown: Iterable[Told]) -> None:
        held = b" ".join([told[MARK : told.index(b"\n", MARK)] for told in shown])
        words = sorted(set(held.decode().split()))
        pairs = {word: (spelling(word), spelling(word.lower())) for word in words}
        asked = np.unique(np.array(list(pairs.values()), np.uint32))
        said = np.frombuffer(b"".join([one.words for one in terms]), "<u4")
        at = np.minimum(np.searchsorted(asked, said), max(len(asked) - 1, 0))
        same = asked[at] == said if len(asked) else np.zeros(len(said), bool)
        often = dict(
            zip(asked.tolist(), np.bincount(at[same], minlength=len(asked)).tolist(), strict=True)
        )
        self.owed = {word for word, (own, low) in pairs.items() if often[low] >= often[own]}

    def small(self, term: str) -> str:
        """A term without the capitals that it owes."""
        if term.islower():
            return term
        return "".join([part.lower() if part in self.owed else part for part in split_words(term)])


class Spelling:
    """How a paper spells its terms; first of all as its abstract does.

    What is contained are those that neither begin nor end within a word with hyphens: no
    "rank adaptation" from "low-rank adaptation".
    """

    def __init__(self, paper: Paper) -> None:
        title, abstract = split_words(paper.title.plain), split_words(paper.abstract.plain)
        self._parts = [*title[:-1], "\n\n", *abstract[1:]]
        self._words = [word for word, _ in coded(self._parts[1::2])]

    def chosen(self, places: Iterable[int], said: Sequence[str]) -> list[str]:
        """The best few terms of those at some places, as the paper spells them."""
        terms = {self.term(place): place for place in places}
        found = tell_apart(terms, said, self)
        return [self._at(terms[term]) if term in terms else self.shown(term) for term in found]

    def term(self, place: int) -> str:
        """The term at a place, as `Terms` counts places."""
        last, is_pair = divmod(place, 2)
        if not is_pair:
            return self._words[last]
        gap = "" if self._parts[2 * last] in HYPHENS else " "
        return f"{self._words[last - 1]}{gap}{self._words[last]}"

    def _at(self, place: int) -> str:
        last, is_pair = divmod(place, 2)
        return "".join(self._parts[2 * (last - is_pair) + 1 : 2 * last + 2])

    @cached_property
    def _pieces(self) -> list[str]:
        pieces = [" "] * len(self._parts)
        pieces[1::2] = [word or "|" for word in self._words]
        pieces[::2] = map(_gap, self._parts[::2])
        return pieces

    @cached_property
    def _text(self) -> str:
        """One text, in which every whole term stands between blanks."""
        return f" {''.join(self._pieces)} "

    def __contains__(self, term: object) -> bool:
        return f" {term} " in self._text

    def shown(self, term: str) -> str:
        """A term as the paper spells it."""
        starts = list(accumulate(map(len, self._pieces), initial=1))
        start = self._text.rfind(f" {term} ") + 1
        first = bisect_right(starts, start) - 1
        last = bisect_left(starts, start + len(term))
        return "".join(self._parts[first:last])


@lru_cache(maxsize=1 << 12)
def _gap(separator: str) -> str:
    """What stands between two words in the text of whole terms."""
    return "" if separator in HYPHENS else " " if joins(separator) else " | "


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
        if term.endswith("ly") or any([squeezed in said or said in squeezed for said in told]):  # noqa: C419
            continue
        alike = [at for at, other in enumerate(chosen) if _are_alike(squeezed, words, other)]
        if not alike and len(chosen) < MOST_TERMS:
            chosen.append(term)
        elif len(alike) == 1:
            chosen[alike[0]] = _longer(chosen[alike[0]], term, spelt)
    return chosen


def _are_alike(squeezed: str, words: frozenset[str], other: str) -> bool:
    whole, others = _forms(other)
    return squeezed in whole or whole in squeezed or not words.isdisjoint(others)


def _longer(one: str, other: str, spelt: Container[str]) -> str:
    if squeeze(one) in squeeze(other):
        return other
    for first, second in ((one.split(), other.split()), (other.split(), one.split())):
        phrase = " ".join([*first, *second[1:]])
        if first[-1] == second[0] and phrase in spelt:
            return phrase
    return one


def forget() -> None:
    """Forgets how phrases fold where they are many: those of 100,000 papers take 80 MB."""
    if _forms.cache_info().currsize > _MOST_PHRASES:
        _forms.cache_clear()
        squeeze.cache_clear()


_MOST_PHRASES = 1 << 16


@lru_cache(maxsize=1 << 17)
def _forms(term: str) -> tuple[str, frozenset[str]]:
    return squeeze(term), frozenset(term.split())
