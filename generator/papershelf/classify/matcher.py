"""Finding a taxonomy's phrases in text: one walk over a trie of folded words, linear in time.

The longest phrase wins: *low-rank adaptation* is no *low-rank*. Phrases to ignore swallow
their words; an acronym that the text itself defines means what the text says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from papershelf.classify.acronyms import definitions
from papershelf.model import TopicRule
from papershelf.patterns import compiled, needed_text
from papershelf.words import compounds, fold_phrase, fold_word, is_acronym, joins, split_words


class Hit(NamedTuple):
    """An alias found: for which topic, where (word positions), and how the text spells it."""

    topic: str
    start: int
    end: int
    alias: tuple[str, ...]
    surface: str
    weak: bool


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


_Nodes = tuple[_Node, ...]


class Words:
    """A title and an abstract as positions.

    At each stand the trie's names for the word there; none at a stop.

    `parts` are separators and words in turn; `source` gives each position's word in it,
    -1 at a stop. A compound such as `pretraining` takes two positions. `cut` is the first
    position of the abstract; `starts` has the nodes of the trie that each word leads to.
    """

    __slots__ = ("cut", "names", "parts", "source", "starts")

    def __init__(self, parts: list[str]) -> None:
        self.parts = parts
        self.cut = 0
        self.names: list[tuple[str, ...]] = []
        self.starts: list[_Nodes] = []
        self.source: list[int] = []

    def surface(self, start: int, end: int) -> str:
        """The text of some positions, as it was written, in one line."""
        text = "".join(self.parts[self.source[start] : self.source[end - 1] + 1])
        return " ".join(text.split())


class Matcher:
    """A taxonomy's rules, ready to be looked for."""

    def __init__(self, rules: Iterable[TopicRule], ignore: Iterable[str] = ()) -> None:
        rules = tuple(rules)
        self._root = _Node()
        self._stems: dict[int, set[str]] = {}
        self._vocabulary: set[str] = set()
        self._memo: dict[str, list[tuple[tuple[str, ...], _Nodes]]] = {}
        self._compounds = _all_compounds(rules, ignore)
        self._patterns = [
            (rule.topic.slug, needed_text(pattern), compiled(pattern))
            for rule in rules
            for pattern in rule.patterns
        ]
        for phrase in ignore:
            self._node(self._fold(phrase)).ignored = True
        for rule in rules:
            self._add(rule)

    def _add(self, rule: TopicRule) -> None:
        for weak, phrases in ((False, rule.aliases), (True, rule.weak)):
            for phrase in phrases:
                words = self._fold(phrase)
                cased = len(fold_phrase(phrase)) == 1 and is_acronym(phrase)
                self._node(words).aliases.append(_Alias(rule.topic.slug, words, weak, cased))
        for phrase in rule.never:
            self._node(self._fold(phrase)).never.append(rule.topic.slug)

    def _fold(self, phrase: str) -> tuple[str, ...]:
        """An alias as the trie names its words; a stem keeps its star."""
        words = [
            part for word in fold_phrase(phrase) for part in self._compounds.get(word, (word,))
        ]
        if phrase.rstrip().endswith("*") and words:
            # Folded with an ending on, for it is by their endings that GB and US differ.
            stem = fold_word(f"{fold_phrase(phrase)[-1]}e")[:-1]
            self._stems.setdefault(len(stem), set()).add(stem)
            words[-1] = f"{stem}*"
        return tuple(words)

    def _node(self, words: tuple[str, ...]) -> _Node:
        node = self._root
        for word in words:
            self._vocabulary.add(word)
            node = node.children.setdefault(word, _Node())
        node.ends = bool(words)
        return node if words else _Node()

    def words(self, title: str, abstract: str = "") -> Words:
        """A text, ready to be searched; no phrase reaches from the title into the abstract."""
        head, tail = split_words(title), split_words(abstract)
        words = Words([*head[:-1], "\n\n", *tail[1:]])
        self._read(words, 1, len(head))
        words.cut = len(words.names)
        self._read(words, len(head), len(words.parts))
        return words

    def _read(self, words: Words, start: int, end: int) -> None:
        """Adds the positions of some parts. The inner loop of the stage: nothing but appends."""
        parts, memo = words.parts, self._memo
        name, begin, source = words.names.append, words.starts.append, words.source.append
        for index in range(start, end, 2):
            before = parts[index - 1]
            if before != " " and not joins(before):
                name(())
                begin(())
                source(-1)
            raw = parts[index]
            if raw not in memo:
                memo[raw] = self._names(raw)
            for names, nodes in memo[raw]:
                name(names)
                begin(nodes)
                source(index)

    def _names(self, raw: str) -> list[tuple[tuple[str, ...], _Nodes]]:
        """What the trie calls a word (two words, if it is a compound), and where that leads."""
        folded, first = fold_word(raw), self._root.children
        made = []
        for word in self._compounds.get(folded, (folded,)):
            names = tuple(self._name(word))
            made.append((names, tuple(first[name] for name in names if name in first)))
        return made

    def _name(self, word: str) -> Iterator[str]:
        if word in self._vocabulary:
            yield word
        for length, stems in self._stems.items():
            if word[:length] in stems:
                yield f"{word[:length]}*"

    def find(self, words: Words) -> list[Hit]:
        """All hits, in the order of the text."""
        hits, banned = self._scan(words)
        hits = [hit for hit in hits if not _is_banned(hit, banned)]
        meanings = definitions(words.parts)
        return _redefine(hits, meanings, words) if meanings else hits

    def find_patterns(self, text: str) -> Iterator[tuple[str, str]]:
        """(topic, what was found) for every topic whose pattern occurs."""
        for topic, needed, pattern in self._patterns:
            found = pattern.search(text) if needed in text else None
            if found:
                yield topic, " ".join(found[0].split())

    def _scan(self, words: Words) -> tuple[list[Hit], Mapping[str, list[tuple[int, int]]]]:
        hits: list[Hit] = []
        banned: dict[str, list[tuple[int, int]]] = {}
        reach = 0  # nothing that ends at or before it is looked at: it lies in a longer match
        for start, nodes in enumerate(words.starts):
            if not nodes:
                continue
            longest, aliases = reach, _NO_ALIASES
            for end, node in _endings(nodes, words.names, start + 1):
                for topic in node.never:
                    banned.setdefault(topic, []).append((start, end))
                if end > longest and (node.ignored or node.aliases):
                    fitting = [a for a in node.aliases if _fits(a, words, start, end)]
                    if fitting or node.ignored:
                        longest, aliases = end, _NO_ALIASES if node.ignored else fitting
            reach = longest
            if aliases:
                surface = words.surface(start, longest)
                hits += [Hit(a.topic, start, longest, a.words, surface, a.weak) for a in aliases]
        return hits, banned


_NO_ALIASES: list[_Alias] = []


def _endings(
    nodes: Sequence[_Node], names: list[tuple[str, ...]], end: int
) -> list[tuple[int, _Node]]:
    """Where phrases end that begin with the word before `end`, shortest first."""
    found = []
    while nodes:
        found += [(end, node) for node in nodes if node.ends]
        following = names[end] if end < len(names) else ()
        nodes = [
            node.children[name] for name in following for node in nodes if name in node.children
        ]
        end += 1
    return found


def _all_compounds(rules: Iterable[TopicRule], ignore: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Every hyphenated pair in the taxonomy, by how it looks when written as one word."""
    phrases = [p for rule in rules for p in (*rule.aliases, *rule.weak, *rule.never)]
    return {joined: pair for phrase in (*phrases, *ignore) for joined, pair in compounds(phrase)}


def _fits(alias: _Alias, words: Words, start: int, end: int) -> bool:
    """Whether the case is right.

    An acronym must be one in the text too. A word in capitals before a colon is the name of
    a system: "DRIFT: Decoupled Rollouts …" is about no drift.
    """
    source = words.source[start]
    raw = words.parts[source]
    if alias.cased:
        return is_acronym(raw)
    return end - start > 1 or not (raw.isupper() and words.parts[source + 1].startswith(":"))


def _is_banned(hit: Hit, banned: Mapping[str, list[tuple[int, int]]]) -> bool:
    return any(start < hit.end and hit.start < end for start, end in banned.get(hit.topic, ()))


def _redefine(hits: list[Hit], meanings: Mapping[str, tuple[int, int]], words: Words) -> list[Hit]:
    """Gives acronyms that the text defines the topics of what they stand for there.

    An alias stays one where its topic has a word in the long form: RLHF is about feedback
    whichever feedback it is. SAM for *sharpness-aware minimization* segments nothing.
    """
    spoken = {
        acronym: [hit for hit in hits if _share(hit, words, span) > 0]
        for acronym, span in meanings.items()
    }
    topics = {
        acronym: {
            hit.topic: hit
            for hit in inside
            if not hit.weak and _share(hit, words, meanings[acronym]) >= _MOST_OF_IT
        }
        for acronym, inside in spoken.items()
    }
    kept = [hit for hit in hits if _means(hit, spoken, words)]
    if any(topics.values()):
        kept = sorted((*kept, *_mentions(topics, kept, words)), key=lambda hit: hit[:3])
    return kept


_MOST_OF_IT = 0.6


def _means(hit: Hit, spoken: Mapping[str, list[Hit]], words: Words) -> bool:
    """Whether a hit says what it says in general; only a defined acronym may not."""
    raw = words.parts[words.source[hit.start]]
    if hit.end - hit.start > 1 or not is_acronym(raw):
        return True
    inside = spoken.get(fold_word(raw))
    return inside is None or any(other.topic == hit.topic for other in inside)


def _mentions(
    topics: Mapping[str, Mapping[str, Hit]], known: Iterable[Hit], words: Words
) -> Iterator[Hit]:
    """A hit for every place where a defined acronym stands for a topic without being its alias."""
    found = {(hit.topic, hit.start) for hit in known}
    for position, source in enumerate(words.source):
        raw = words.parts[source] if source > 0 else ""
        if is_acronym(raw):
            for topic, hit in topics.get(fold_word(raw), {}).items():
                if (topic, position) not in found:
                    yield Hit(topic, position, position + 1, hit.alias, raw, False)


def _share(hit: Hit, words: Words, span: tuple[int, int]) -> float:
    """How much of a stretch of `parts` a hit takes, 0 to 1; 0 when it reaches out of it."""
    start, end = words.source[hit.start], words.source[hit.end - 1] + 1
    return (end - start) / (span[1] - span[0]) if span[0] <= start and end <= span[1] else 0.0
