"""Words and phrases as topics compare them: without case, plural, hyphen, GB or US spelling.

Only the plural is taken off. A stemmer would also merge *general* with *generalization*
and *expert* with *experience*: with Porter's, one such pair hit 300 of 648 papers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Splits into separator, word, separator, word, …, separator.
_WORD = re.compile(r"([^\W_]+(?:\+\+|#(?!\w))?)")
_QUOTES = frozenset("\"'“”‘’`&*")
_ODD = {
    "matrices": "matrix", "indices": "index", "vertices": "vertex", "axes": "axis",
    "caches": "cache",
    "biases": "bias", "lenses": "lens", "gases": "gas", "analyses": "analysis", "corpora": "corpus",
    "hypotheses": "hypothesis", "syntheses": "synthesis", "criteria": "criterion",
    "movies": "movie", "cookies": "cookie", "ties": "tie",
}  # fmt: skip
_NO_PLURAL = frozenset(
    "bias gas lens atlas canvas chaos series species news always across towards perhaps bayes "
    "kubernetes gps ios aws dos".split()
)
# Fields of study end in -ics and are no plurals: linguistics is more than *linguistic*.
_ICS = frozenset(
    "topics metrics comics clinics critics fabrics heuristics characteristics mimics".split()
)
_SPELLINGS = (
    (re.compile(r"([iy])s(e|ed|er|ing|ation|ational|able)\Z"), r"\1z\2"),
    (re.compile(r"ll(ing|ed|er)\Z"), r"l\1"),
    (re.compile(r"(behavi|col|fav|harb|hum|lab|neighb|hon|flav|rum|vap)our"), r"\1or"),
    (re.compile(r"(cent|fib|met|theat)re\Z"), r"\1er"),
    (re.compile(r"(catal|dial|anal)ogue\Z"), r"\1og"),
    (re.compile(r"(def|off)ence\Z"), r"\1ense"),
)
# One word in five has such an ending; asking all patterns of each took half the time of folding.
_SPELT_ENDINGS = tuple("se sed ser sing sation sational sable lling lled ller re ogue ence".split())


@lru_cache(maxsize=1 << 17)
def fold_word(word: str) -> str:
    """One word without case, accents, plural and GB spelling.

    >>> fold_word("LLMs"), fold_word("Behaviours"), fold_word("Quantisation"), fold_word("Loss")
    ('llm', 'behavior', 'quantization', 'loss')
    """
    word = word.casefold()
    if not word.isascii():
        marks = unicodedata.normalize("NFKD", word)
        word = "".join(sign for sign in marks if not unicodedata.combining(sign))
    word = singular(word)
    if word.endswith(_SPELT_ENDINGS) or "our" in word:
        for pattern, replacement in _SPELLINGS:
            word = pattern.sub(replacement, word)
    return word


def singular(word: str) -> str:
    """A lower-case word without its plural ending.

    >>> [singular(word) for word in ("studies", "classes", "boxes", "bias", "virus", "gans")]
    ['study', 'class', 'box', 'bias', 'virus', 'gan']
    """
    if word in _ODD:
        return _ODD[word]
    if len(word) < 3 or not word.endswith("s") or word in _NO_PLURAL:
        return word
    if word.endswith(("ss", "us", "is")) or (word.endswith("ics") and word not in _ICS):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def split_words(text: str) -> list[str]:
    """Separators and words in turn, beginning and ending with a separator.

    >>> split_words("C++ (or C#)")
    ['', 'C++', ' (', 'or', ' ', 'C#', ')']
    """
    return _WORD.split(text)


@lru_cache(maxsize=1 << 12)
def joins(separator: str) -> bool:
    """Whether the words on both sides of a separator can belong to one phrase.

    Blanks, one hyphen, a slash, quotes and an ampersand join; other punctuation parts.

    >>> joins("-"), joins(" "), joins(". "), joins(" - "), joins(", ")
    (True, True, False, False, False)
    """
    core = separator.strip()
    if not core:
        return separator.count("\n") < 2
    if core in {"-", "‐", "‑", "–", "_", "/", "+"}:
        return core == separator  # with blanks around it, it is a dash
    return all(sign in _QUOTES for sign in core)


@lru_cache(maxsize=1 << 15)
def fold_phrase(text: str) -> tuple[str, ...]:
    """A phrase as a tuple of folded words: what two spellings of one phrase share.

    >>> fold_phrase("Mixture-of-Experts") == fold_phrase("mixture of experts")
    True
    """
    return tuple(fold_word(word) for word in split_words(text)[1::2])


def compounds(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The hyphenated pairs of a phrase: how they look when written as one word.

    >>> dict(compounds("pre-training data"))
    {'pretraining': ('pre', 'training')}
    """
    parts = split_words(text)
    for index in range(2, len(parts) - 1, 2):
        if parts[index] in {"-", "‐", "‑"}:
            left, right = fold_word(parts[index - 1]), fold_word(parts[index + 1])
            yield left + right, (left, right)


@lru_cache(maxsize=1 << 17)
def is_acronym(word: str) -> bool:
    """Whether a word has two capitals, so that its case must be heeded.

    >>> is_acronym("SAM"), is_acronym("LoRA"), is_acronym("Mamba")
    (True, True, False)
    """
    return sum(map(str.isupper, word)) >= 2
