"""Names of people, groups and venues, taken apart far enough to compare and to file them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from papershelf import identity
from papershelf.model import Author

# Accents of Latin, Greek and Cyrillic go. The signs of other scripts that sit on a letter stay:
# in Devanagari they are the vowels, and without these strangers would share a name.
_PLAIN = dict.fromkeys(range(0x300, 0x370)) | str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_NO_WORD = re.compile(r"[^a-z0-9]+")
_BREAKS = re.compile(r"[\s.,\-\u2010-\u2015]+")
_FAMILY_FIRST = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_MOST_INITIALS = 3  # `XQ` is two initials, as PubMed has them; `MARIA` is a name


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """How a name compares.

    `key` is all of it, folded, in one piece. `family` (with particle and suffix) and `words`,
    the given names, are empty for groups and for people with one name.
    """

    key: str
    family: str = ""
    words: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """The first given name where it is spelt out; else nothing."""
        return "" if not self.words or is_initial(self.words[0]) else self.words[0]

    @property
    def initials(self) -> str:
        """The first letters of the given names."""
        return "".join(word[0] for word in self.words)

    @property
    def spelt(self) -> int:
        """How many of the given names are spelt out."""
        return sum(not is_initial(word) for word in self.words)


_SIGNS = re.compile(r"(?<=[^\W_])[+#]++(?![^\W_])")


def named(text: str) -> str:
    """A name whose signs tell it from others: C, C++ and C# are three, as AC and AC+ are two.

    >>> named("C++"), named("Notes on C#"), named("No. #3")
    ('C plus plus', 'Notes on C sharp', 'No. #3')
    """
    return _SIGNS.sub(lambda signs: signs[0].replace("+", " plus").replace("#", " sharp"), text)


def fold(text: str) -> str:
    """Words without what does not tell names apart: case, accents, punctuation.

    >>> fold("Søren  O'Neill-Łoś"), fold("राम") == fold("रमा")
    ('soren o neill los', False)
    """
    if text.isascii():
        return _NO_WORD.sub(" ", text.lower()).strip()
    # Folding case can bring in signs that decompose again: U+0345 becomes an iota.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    signs = (sign if _counts(sign) else " " for sign in text.translate(_PLAIN))
    return " ".join("".join(signs).split())


def _counts(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def squeezed(text: str) -> str:
    """A name, folded, in one piece: `Xiao-Ming`, `Xiao Ming` and `Xiaoming` are one."""
    return fold(text).replace(" ", "")


def name_of(author: Author) -> Name:
    """The name as it compares; the key is empty for an author without a name.

    >>> name_of(Author("Gogh", "Vincent W.", "van"))
    Name(key='vincentwvangogh ', family='vangogh', words=('vincent', 'w'))
    """
    whole = spelling(author)
    folded = fold(whole if author.given else named(whole)).removeprefix(
        "the " if author.literal else ""
    )
    # A name of one word is no family name with a given one: "Lian" is not "Li An".
    key = folded.replace(" ", "") + " " * (" " in folded) or whole
    words = () if author.literal else tuple(_given(author))
    if not words or not author.family:
        return Name(key)
    return Name(key, squeezed(f"{author.particle}{author.family} {author.suffix}"), words)


def _given(author: Author) -> Iterator[str]:
    """The given names, initials one by one: `J.-P.` and `JP` are two."""
    shouted = author.family.isupper()  # then capitals tell nothing
    for part in _BREAKS.split(author.given):
        word = squeezed(part)
        if part.isupper() and len(part) <= _MOST_INITIALS and not shouted:
            yield from word
        elif word:
            yield word


def is_initial(word: str) -> bool:
    """Whether a folded given name is but a letter; one sign of Chinese is a name.

    >>> is_initial("a"), is_initial("伟")
    (True, False)
    """
    return len(word) == 1 and word.upper() != word


def spelling(author: Author) -> str:
    """The name as its bearer has it: in Chinese, Japanese and Korean the family comes first.

    >>> spelling(Author("王", "小明")), spelling(Author("Gogh", "Vincent", "van"))
    ('王小明', 'Vincent van Gogh')
    """
    if author.given and _FAMILY_FIRST.match(author.family):
        return f"{author.family}{author.given}"
    return str(author).strip()


def filed(author: Author) -> str:
    """The name as an index has it, by family name without its particle.

    >>> filed(Author("Gogh", "Vincent", "van", "Jr.")), filed(Author(literal="CERN"))
    ('Gogh, Vincent van, Jr.', 'CERN')
    """
    given = " ".join(part for part in (author.given, author.particle) if part)
    if author.literal or not author.family or _FAMILY_FIRST.match(author.family):
        return spelling(author)
    return ", ".join(part for part in (author.family, given, author.suffix) if part)


def distinct_slugs(wishes: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """An address part for each key, from the one it wishes for.

    Those that wish for one and the same, or for a `taken` one, get a suffix each, which depends
    on their keys alone.
    """
    count = Counter(wishes.values())
    used = {*taken, *count}
    given: dict[str, str] = {}
    for key, wish in sorted(wishes.items()):
        alone = count[wish] == 1 and wish not in taken
        given[key] = wish if alone else _suffixed(wish, key, used)
        used.add(given[key])
    return given


def _suffixed(wish: str, key: str, used: Collection[str]) -> str:
    head = wish[:60].rstrip("-")
    names = (f"{head}-{identity.digest(key, length)}" for length in range(6, 65))
    return next(name for name in names if name not in used)
