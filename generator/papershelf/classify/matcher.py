"""Finding a taxonomy's phrases in text: one walk over a trie of folded words, linear in time.

The longest phrase wins: *low-rank adaptation* is no *low-rank*. Phrases to ignore swallow
their words; an acronym that the text itself defines means what the text says.

Words become numbers, `tokens`, the same for all words that the trie cannot tell apart, and the
walk goes from state to state by looking one number up: reading a text takes a third of the
time that it took by nodes and names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, compress, count
from typing import NamedTuple

from papershelf.classify.acronyms import definitions
from papershelf.model import TopicRule
from papershelf.patterns import compiled, needed_text
from papershelf.words import compounds, fold_phrase, fold_word, is_acronym, joins, split_words


class _Alias(NamedTuple):
    topic: str
    words: tuple[str, ...]
    weak: bool
    cased: bool


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    aliases: list[_Alias] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    ignored: bool = False
    ends: bool = False  # whether a phrase ends here


_NOTHING, _COLON = 0, 1
"""Tokens that no phrase has: stops and strange words, and a stop that begins with a colon."""
_CAPITALS, _UPPER = 1, 2
"""Marks of the word that a phrase begins with: an acronym; in capitals, all of it."""


class _State(dict[int, "_State | None"]):
    """Some nodes of the trie, which the same words lead to: token → where it leads from here.

    `told` has by the marks of its first word what a phrase says that ends here: aliases, none
    where it is one to ignore, or nothing.
    """

    __slots__ = ("_trie", "never", "nodes", "told")

    def __init__(self, nodes: Sequence[_Node], trie: _Trie) -> None:
        self._trie = trie
        self.nodes = nodes
        ends = [node for node in nodes if node.ends]
        self.never = [topic for node in ends for topic in node.never]
        self.told = [_told(ends, marks) for marks in range(4)] if ends else []

    def __missing__(self, token: int) -> _State | None:
        names = self._trie.names[token]
        nodes = [n.children[name] for name in names for n in self.nodes if name in n.children]
        self[token] = state = self._trie.state(nodes)
        return state


def _told(nodes: Iterable[_Node], marks: int) -> Sequence[_Alias] | None:
    """What the first of the nodes says that says anything of such a phrase.

    An acronym must be one in the text too.
    """
    for node in nodes:
        fits = [a for a in node.aliases if (marks & _CAPITALS if a.cased else marks < _UPPER)]
        if fits or node.ignored:
            return [] if node.ignored else fits
    return None


class _Trie:
    """All phrases, word by word; the tokens of its words, and the states that these lead to."""

    def __init__(self, compounds: Mapping[str, tuple[str, str]]) -> None:
        self.root = _Node()
        self.compounds = compounds
        self.vocabulary: set[str] = set()
        self.stems: dict[int, set[str]] = {}
        self.names: list[tuple[str, ...]] = [(), ()]
        self.marks = [0, 0]
        self.first: list[_State | None] = [None, None]
        self.opens = [False, False]
        self._tokens: dict[tuple[tuple[str, ...], int], int] = {((), 0): _NOTHING}
        self._states: dict[tuple[int, ...], _State] = {}

    def node(self, words: Iterable[str]) -> _Node:
        """Where a phrase ends; the trie grows as far as it must."""
        node = self.root
        for word in words:
            self.vocabulary.add(word)
            node = node.children.setdefault(word, _Node())
        node.ends = node is not self.root
        return node if node.ends else _Node()

    def state(self, nodes: Sequence[_Node]) -> _State | None:
        """The state of those nodes."""
        key = tuple(map(id, nodes))
        if nodes and key not in self._states:
            self._states[key] = _State(nodes, self)
        return self._states[key] if nodes else None

    def token(self, word: str, marks: int) -> int:
        """The token of a folded word that is written so."""
        key = tuple(self._names(word)), marks
        if not key[0]:
            return _NOTHING
        if key not in self._tokens:
            self._tokens[key] = len(self.names)
            self.names.append(key[0])
            self.marks.append(marks)
            first = self.root.children
            self.first.append(self.state([first[name] for name in key[0] if name in first]))
            self.opens.append(self.first[-1] is not None)
        return self._tokens[key]

    def _names(self, word: str) -> Iterator[str]:
        """What the trie calls a word: by itself, and by its stems."""
        if word in self.vocabulary:
            yield word
        for length, stems in self.stems.items():
            if word[:length] in stems:
                yield f"{word[:length]}*"


class _Tokens(dict[str, tuple[int, ...]]):
    """A word or a separator → its tokens: two of a compound such as `pretraining`."""

    def __init__(self, trie: _Trie) -> None:
        self._trie = trie

    def __missing__(self, part: str) -> tuple[int, ...]:
        if len(self) > _MOST_TOKENS:
            self.clear()
        self[part] = tokens = self._read(part)
        return tokens

    def _read(self, part: str) -> tuple[int, ...]:
        if not any(map(str.isalnum, part)):
            stop = _COLON if part.startswith(":") else _NOTHING
            return () if joins(part) else (stop,)
        folded = fold_word(part)
        marks = _CAPITALS * is_acronym(part) + _UPPER * part.isupper()
        words = self._trie.compounds.get(folded, (folded,))
        return tuple(self._trie.token(word, marks) for word in words)


_MOST_TOKENS = 1 << 16  # a text may have any words; 100,000 papers have half a million


_IN_BRACKETS = re.compile(r"\([^\W_]++(?:\+\+|#)?\)")


class Words:
    """A title and an abstract as positions: one a word, two a compound, one a stop.

    `parts` are separators and words in turn; `cut` is the first position of the abstract, and
    `tokens` has one for each position, and one more; `has_acronyms` when a word stands alone in
    parentheses.
    """

    __slots__ = ("_ends", "_known", "cut", "has_acronyms", "parts", "tokens")

    def __init__(self, title: str, abstract: str, known: _Tokens) -> None:
        head, tail = split_words(title), split_words(abstract)
        self.parts = [*head[:-1], "\n\n", *tail[1:]]
        self.has_acronyms = bool(_IN_BRACKETS.search(title) or _IN_BRACKETS.search(abstract))
        self._known = known
        self._ends: list[int] = []
        self.tokens = list(chain.from_iterable(map(known.__getitem__, self.parts[:-1])))
        self.tokens.append(_COLON if self.parts[-1].startswith(":") else _NOTHING)
        self.cut = sum(map(len, map(known.__getitem__, head[:-1])))

    def __len__(self) -> int:
        return len(self.tokens) - 1

    def part(self, position: int) -> int:
        """The place in `parts` of the word, or the separator, at a position."""
        return bisect_right(self._reached(), position)

    def is_acronym(self, hit: Hit) -> bool:
        """Whether a hit is one acronym."""
        part = self.parts[self.part(hit.start)] if hit.end - hit.start == 1 else ""
        return is_acronym(part)

    def positions(self, part: int) -> range:
        """The positions of a word."""
        return range(*self._reached()[part - 1 : part + 1])

    def _reached(self) -> list[int]:
        """At how many positions each part ends."""
        if not self._ends:
            self._ends = list(accumulate(map(len, map(self._known.__getitem__, self.parts))))
        return self._ends

    def surface(self, start: int, end: int) -> str:
        """The text of some positions, as it was written, in one line."""
        text = "".join(self.parts[self.part(start) : self.part(end - 1) + 1])
        return " ".join(text.split())


class Hit(NamedTuple):
    """An alias found: for which topic, where (positions of `words`), and whether it is weak."""

    topic: str
    start: int
    end: int
    alias: tuple[str, ...]
    weak: bool
    words: Words | None = None
    found: str = ""

    @property
    def surface(self) -> str:
        """How the text spells it, in one line."""
        return self.words.surface(self.start, self.end) if self.words else self.found


class Matcher:
    """A taxonomy's rules, ready to be looked for."""

    def __init__(self, rules: Iterable[TopicRule], ignore: Iterable[str] = ()) -> None:
        rules = tuple(rules)
        self._trie = _Trie(_all_compounds(rules, ignore))
        self._tokens = _Tokens(self._trie)
        self._tags: dict[str, Sequence[str]] = {}
        self._patterns = [
            (rule.topic.slug, needed_text(pattern), compiled(pattern))
            for rule in rules
            for pattern in rule.patterns
        ]
        for phrase in ignore:
            self._trie.node(self._fold(phrase)).ignored = True
        for rule in rules:
            self._add(rule)

    def _add(self, rule: TopicRule) -> None:
        for weak, phrases in ((False, rule.aliases), (True, rule.weak)):
            for phrase in phrases:
                words = self._fold(phrase)
                cased = len(fold_phrase(phrase)) == 1 and is_acronym(phrase)
                self._trie.node(words).aliases.append(_Alias(rule.topic.slug, words, weak, cased))
        for phrase in rule.never:
            self._trie.node(self._fold(phrase)).never.append(rule.topic.slug)

    def _fold(self, phrase: str) -> tuple[str, ...]:
        """An alias as the trie names its words; a stem keeps its star."""
        known = self._trie.compounds
        words = [part for word in fold_phrase(phrase) for part in known.get(word, (word,))]
        if phrase.rstrip().endswith("*") and words:
            # Folded with an ending on, for it is by their endings that GB and US differ.
            stem = fold_word(f"{fold_phrase(phrase)[-1]}e")[:-1]
            self._trie.stems.setdefault(len(stem), set()).add(stem)
            words[-1] = f"{stem}*"
        return tuple(words)

    def words(self, title: str, abstract: str = "") -> Words:
        """A text, ready to be searched; no phrase reaches from the title into the abstract."""
        return Words(title, abstract, self._tokens)

    def find(self, words: Words) -> list[Hit]:
        """All hits, in the order of the text."""
        hits, banned = self._scan(words)
        if banned:
            hits = [hit for hit in hits if not _is_banned(hit, banned)]
        meanings = definitions(words.parts) if words.has_acronyms else {}
        return _redefine(hits, meanings, words) if meanings else hits

    def topics_of_tag(self, tag: str) -> Sequence[str]:
        """The topics that a tag is for: an alias is in it; a weak one must be all of it."""
        if tag not in self._tags:
            if len(self._tags) > _MOST_TOKENS:
                self._tags.clear()
            words = self.words(tag)
            hits = self.find(words)
            fits = (hit for hit in hits if not hit.weak or hit.end - hit.start == len(words))
            self._tags[tag] = [hit.topic for hit in fits]
        return self._tags[tag]

    def find_patterns(self, text: str) -> Iterator[tuple[str, str]]:
        """(topic, what was found) for every topic whose pattern occurs."""
        for topic, _, pattern in [known for known in self._patterns if known[1] in text]:
            if found := pattern.search(text):
                yield topic, " ".join(found[0].split())

    def _scan(self, words: Words) -> tuple[list[Hit], Mapping[str, list[tuple[int, int]]]]:
        """The inner loop of the stage: nothing but look-ups."""
        trie, tokens = self._trie, words.tokens
        hits: list[Hit] = []
        banned: dict[str, list[tuple[int, int]]] = {}
        reach = 0  # nothing that ends at or before it is looked at: it lies in a longer match
        for start in compress(count(), map(trie.opens.__getitem__, tokens)):
            state, marks = trie.first[tokens[start]], trie.marks[tokens[start]]
            end, found = start + 1, None
            # A word in capitals before a colon is the name of a system.
            alone = marks if marks & _UPPER and tokens[end] == _COLON else marks & _CAPITALS
            while state is not None:
                if state.told:
                    for topic in state.never:
                        banned.setdefault(topic, []).append((start, end))
                    told = state.told[alone]
                    if told is not None and end > reach:
                        reach, found = end, told
                state, alone = state[tokens[end]], marks & _CAPITALS
                end += 1
            if found:
                hits += [Hit(a.topic, start, reach, a.words, a.weak, words) for a in found]
        return hits, banned


def _all_compounds(rules: Iterable[TopicRule], ignore: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Every hyphenated pair in the taxonomy, by how it looks when written as one word."""
    phrases = [p for rule in rules for p in (*rule.aliases, *rule.weak, *rule.never)]
    return {joined: pair for phrase in (*phrases, *ignore) for joined, pair in compounds(phrase)}


def _is_banned(hit: Hit, banned: Mapping[str, list[tuple[int, int]]]) -> bool:
    return any(start < hit.end and hit.start < end for start, end in banned.get(hit.topic, ()))


_MOST_OF_IT = 0.6


def _redefine(
    hits: Sequence[Hit], meanings: Mapping[str, tuple[int, int]], words: Words
) -> list[Hit]:
    """Gives acronyms that the text defines the topics of what they stand for there.

    An alias stays one where its topic has a word in the long form: RLHF is about feedback
    whichever feedback it is. SAM for *sharpness-aware minimization* segments nothing.
    """
    spoken = {acronym: _inside(hits, span, words) for acronym, span in meanings.items()}
    topics = {
        acronym: {
            hit.topic: hit
            for hit in inside
            if not hit.weak and _share(hit, words, meanings[acronym]) >= _MOST_OF_IT
        }
        for acronym, inside in spoken.items()
        if inside
    }
    kept = [hit for hit in hits if not words.is_acronym(hit) or _means(hit, spoken, words)]
    if any(topics.values()):
        kept = sorted((*kept, *_mentions(topics, kept, words)), key=lambda hit: hit[:3])
    return kept


def _inside(hits: Iterable[Hit], span: tuple[int, int], words: Words) -> list[Hit]:
    """The hits that lie within a stretch of `parts`."""
    start, end = words.positions(span[0]).start, words.positions(span[1] - 1).stop
    return [hit for hit in hits if start <= hit.start and hit.end <= end]


def _share(hit: Hit, words: Words, span: tuple[int, int]) -> float:
    """How much of a stretch of `parts` a hit takes, 0 to 1."""
    return (words.part(hit.end - 1) + 1 - words.part(hit.start)) / (span[1] - span[0])


def _means(hit: Hit, spoken: Mapping[str, list[Hit]], words: Words) -> bool:
    """Whether an acronym says what it says in general; a defined one may not."""
    inside = spoken.get(fold_word(words.parts[words.part(hit.start)]))
    return inside is None or any(other.topic == hit.topic for other in inside)


def _mentions(
    topics: Mapping[str, Mapping[str, Hit]], known: Iterable[Hit], words: Words
) -> Iterator[Hit]:
    """A hit for every place where a defined acronym stands for a topic without being its alias."""
    found = {(hit.topic, hit.start) for hit in known}
    for at, raw in enumerate(words.parts):
        named = topics.get(fold_word(raw)) if at % 2 and not raw.islower() else None
        for topic, hit in named.items() if named and is_acronym(raw) else ():
            for position in words.positions(at):
                if (topic, position) not in found:
                    yield Hit(topic, position, position + 1, hit.alias, False, words)
