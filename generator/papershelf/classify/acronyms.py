"""Acronyms that a text defines: "sharpness-aware minimization (SAM)"."""

from __future__ import annotations

from papershelf.words import fold_word, is_acronym

_SMALL = frozenset("a an and as at by for from in into of on or over the to via with".split())
_LONGEST = 10


def definitions(parts: list[str]) -> dict[str, tuple[int, int]]:
    """Folded acronym → where its long form stands in `parts` (separators and words in turn).

    An acronym is a word with two capitals, alone in parentheses, whose letters are the
    initials of the words before it; small words may be passed over. The first definition
    counts.

    >>> definitions(["", "Sharpness", "-", "aware", " ", "minimization", " (", "SAM", ")"])
    {'sam': (1, 6)}
    """
    found: dict[str, tuple[int, int]] = {}
    for index in range(3, len(parts) - 1, 2):
        if parts[index - 1].endswith("(") and parts[index + 1].startswith(")"):
            word = parts[index]
            if len(word) <= _LONGEST and is_acronym(word):
                start = _long_form(word.rstrip("s").casefold(), parts, index)
                if start:
                    found.setdefault(fold_word(word), (start, index - 1))
    return found


def _long_form(letters: str, parts: list[str], end: int) -> int:
    """The index of the first word of the long form before `end`; 0 when there is none.

    Letters are used up from the last to the first, each as the initial of a word; a letter
    left over may stand within the word whose initial comes next (*LOw-Rank*), the first one
    right behind it (*eXplainable*).
    """
    left = len(letters)
    for index in range(end - 2, max(0, end - 2 * (len(letters) + 4)), -2):
        word = parts[index].casefold()
        if word[0] == letters[left - 1] or (left == 1 and letters[0] in word[:2]):
            left -= 1
        elif left > 1 and word[0] == letters[left - 2] and letters[left - 1] in word[1:]:
            left -= 2
        elif word not in _SMALL:
            return 0
        if not left:
            return index
    return 0
