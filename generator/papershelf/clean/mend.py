"""Applying steps to a text, and telling what each of them changed.

A step is a function from text to text. It sees one paragraph at a time, in which U+FFFC
stands for every formula and link found so far: they are safe from it, and it knows where
they are. A step that finds such a piece hands back a list of spans instead of text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from papershelf.clean.characters import paragraphs
from papershelf.clean.maths import OBJECT
from papershelf.model import Repair
from papershelf.prose import Prose, Span

Step = Callable[[str], "str | list[Span]"]
"""A paragraph → the paragraph mended, or cut into spans."""

# One repair can lay bare another (`{\em 4times70}`); four passes are more than any text of
# 110,000 real ones needed (three).
_PASSES = 4
_MOST_REPAIRS = 100
_REACH = 12
_CONTEXT = 2
_LONGEST_SNIPPET = 80


@dataclass(frozen=True, slots=True)
class _Draft:
    """A paragraph: text with an OBJECT for each of the spans in `objects`, in order."""

    text: str
    objects: tuple[Span, ...] = ()

    @property
    def shown(self) -> str:
        """The paragraph as a reader sees it."""
        return "".join(span.plain or span.text for span in self.spans())

    def spans(self) -> Iterator[Span]:
        """The paragraph in spans."""
        for number, piece in enumerate(self.text.split(OBJECT)):
            if number:
                yield self.objects[number - 1]
            if piece:
                yield Span("text", piece)

    def after(self, result: str | list[Span]) -> _Draft:
        """The paragraph after a step.

        Raises:
            ValueError: the step lost a formula or link, or invented one.
        """
        spans = [Span("text", result)] if isinstance(result, str) else result
        old = iter(self.objects)
        objects: list[Span] = []
        for span in spans:
            if span.kind != "text":
                objects.append(span)
            else:
                objects += [next(old, _LOST) for _ in range(span.text.count(OBJECT))]
        if _LOST in objects or next(old, _LOST) is not _LOST:
            raise ValueError("a step must keep each U+FFFC: one stands for each formula and link")
        text = "".join(span.text if span.kind == "text" else OBJECT for span in spans)
        return _Draft(text, tuple(objects))


_LOST = Span("break", "lost")


def mend(
    text: str, field: str, steps: Mapping[str, Step], decode: Step | None = None
) -> tuple[Prose, list[Repair]]:
    """A text as found → prose, and what was repaired in it, under the name of the field.

    `decode` reads the language that the text is written in, once and before the steps: that
    is no repair.

    Raises:
        Exception: whatever a step raises, with a note that names the step.
    """
    spans: list[Span] = []
    repairs: dict[Repair, None] = {}
    for paragraph in paragraphs(text):
        draft = _Draft(paragraph)
        if decode:
            draft = draft.after(decode(paragraph))
        for _ in range(_PASSES):
            before = draft
            draft = _pass(draft, field, steps, repairs)
            if draft is before:
                break
        # Of a paragraph that was nothing but a stray brace, nothing may be left.
        found = list(draft.spans())
        spans += [Span("break"), *found] if spans and found else found
    return Prose(tuple(spans)), list(repairs)


def _pass(
    draft: _Draft, field: str, steps: Mapping[str, Step], repairs: dict[Repair, None]
) -> _Draft:
    for name, step in steps.items():
        try:
            result = step(draft.text)
            if result == draft.text:
                continue
            mended = draft.after(result)
        except Exception as error:
            error.add_note(f"in the cleaning step {name!r}, applied to the {field}")
            raise
        for before, after in changes(draft.shown, mended.shown):
            if len(repairs) < _MOST_REPAIRS:
                repairs[Repair(name, field, before, after)] = None
        draft = mended
    return draft


def changes(before: str, after: str) -> Iterator[tuple[str, str]]:
    """What differs between two texts, as snippets with two words of context on either side.

    Looks a dozen words ahead at most, so that its cost grows with the text and no faster.

    >>> list(changes("it is 4times faster and 2 times", "it is 4× faster and 2 times"))
    [('it is 4times faster and', 'it is 4× faster and')]
    """
    old, new = before.split(" "), after.split(" ")
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
            continue
        a, b = _resync(old, new, i, j)
        yield _snippet(old, i, a), _snippet(new, j, b)
        i, j = a, b


def _resync(old: list[str], new: list[str], i: int, j: int) -> tuple[int, int]:
    """Where the two lists of words agree again."""
    for reach in range(1, 2 * _REACH):
        for a in range(max(0, reach - _REACH), min(reach, _REACH) + 1):
            left, right = old[i + a : i + a + 2], new[j + reach - a : j + reach - a + 2]
            if left and left == right:
                return i + a, j + reach - a
    return len(old), len(new)


def _snippet(words: list[str], start: int, end: int) -> str:
    text = " ".join(words[max(0, start - _CONTEXT) : end + _CONTEXT])
    return text if len(text) <= _LONGEST_SNIPPET else text[: _LONGEST_SNIPPET - 1] + "…"
