"""Values that know how they came to be, and the program that comes of it.

A watched value stands in for one of the page. It takes down what is read from it, what is
printed, and every question that it is asked. What was printed becomes a slot, an answer becomes
a guard, and all else is constant text. The program fills the slots for another page, or says
that a guard does not hold.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment

Step = Callable[[list[Any]], bool]


class Leak(Exception):  # noqa: N818 - it is no error, but the end of a trace
    """A template did with the page what cannot be followed."""


@dataclass(frozen=True, slots=True)
class Program:
    """What templates do with the pages of one class."""

    steps: tuple[Step, ...]
    links: tuple[str, ...]
    result: Callable[[list[Any]], bytes]

    def fill(self, page: Any) -> bytes | None:
        """The page as the templates render it, in UTF-8; nothing when a guard does not hold.

        `links` are the constant addresses that the templates made relative to the page.
        """
        values = [page]
        try:
            for step in self.steps:
                if not step(values):
                    return None
            return self.result(values)
        except Exception:  # noqa: BLE001 - another shape of page: the templates will tell
            return None


class Record:
    """The steps of one trace: values made from values, and guards, in the order of need."""

    def __init__(self, real: Environment, page: Any) -> None:
        self.real = real
        self.page = page
        self.is_open = True
        self.steps: list[Step] = []
        self.numbers: dict[Hashable, int] = {}
        self.count = 1  # the page itself is the first value
        self.kept: list[object] = []
        self.printed: list[Watched] = []
        self.links: list[str] = []
        # Texts that were joined: where the step stands, and what of. A page is put together from
        # the first texts at once, and what lies between is made only if somebody looks at it.
        self.joined: dict[int, tuple[int, list[str | int]]] = {}
        self.used: set[int] = set()

    def derive(self, key: Hashable, make: Callable[[list[Any]], Any], value: Any) -> Watched:
        """A value that any page's program makes the same way."""
        self.check()
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = self.count
            self.count += 1
            self.steps.append(_maker(make))
        return Watched(self, number, value)

    def guard(self, key: Hashable, holds: Step) -> None:
        """Something that must be so for another page, too."""
        self.check()
        if key not in self.numbers:
            self.numbers[key] = -1
            self.steps.append(holds)

    def check(self) -> None:
        """Raises `Leak` when the trace is over, or never was to see this value."""
        if not self.is_open:
            raise Leak("a value that may not be read")

    def token(self, value: Watched) -> str:
        """What stands for a value in the text until the text is joined."""
        self.check()
        self.printed.append(value)
        return f"\0{len(self.printed) - 1}\0"

    def join(self, pieces: Sequence[str]) -> str | Watched:
        """Pieces of text in a row; each token must be a piece by itself."""
        if not any("\0" in piece for piece in pieces):
            return "".join(pieces)
        parts = [self._part(piece) for piece in pieces if piece]
        flat = self._flat(part.place if isinstance(part, Watched) else part for part in parts)
        made = self.derive(("join", *flat), _joiner(flat), "".join(map(_shown, parts)))
        self.joined.setdefault(made.place, (len(self.steps) - 1, flat))
        return made

    def _flat(self, parts: Iterable[str | int]) -> list[str | int]:
        """Texts and the numbers of values, none of which was joined; texts in a row as one."""
        flat: list[str | int] = []
        for part in parts:
            inner = self.joined.get(part) if isinstance(part, int) else None
            for one in inner[1] if inner else [part]:
                if isinstance(one, str) and flat and isinstance(flat[-1], str):
                    flat[-1] += one
                else:
                    flat.append(one)
        return flat

    def _part(self, piece: str) -> str | Watched:
        if "\0" not in piece:
            return piece
        number = piece[1:-1]
        if not number.isdecimal() or piece != f"\0{int(number)}\0":
            raise Leak("a printed value within a text")
        return self.printed[int(number)]

    def freeze(self, value: object) -> Hashable:
        """A constant as a key: equal keys, same value."""
        if value is None or isinstance(value, str | int | float | bool):
            return type(value), value
        self.kept.append(value)  # so that its id stays its own
        return "id", id(value)

    def program(self, result: object) -> Program:
        """What was taken down, given what the template returned."""
        self.check()
        whole = result.place if isinstance(result, Watched) else str(result)
        for number, (at, _) in self.joined.items():
            if number not in self.used:
                self.steps[at] = _passed
        return Program(tuple(self.steps), tuple(self.links), _printer(self._flat([whole])))


def _passed(values: list[Any]) -> bool:
    values.append(None)
    return True


def _maker(make: Callable[[list[Any]], Any]) -> Step:
    def step(values: list[Any]) -> bool:
        values.append(make(values))
        return True

    return step


def _shown(part: object) -> str:
    return str(part.value) if isinstance(part, Watched) else str(part)


def _joiner(parts: Sequence[str | int]) -> Callable[[list[Any]], str]:
    def join(values: list[Any]) -> str:
        return "".join([part if type(part) is str else str(values[part]) for part in parts])  # type: ignore[index]

    return join


def _printer(parts: Sequence[str | int]) -> Callable[[list[Any]], bytes]:
    ready = [encoded(part) if isinstance(part, str) else part for part in parts]

    def printed(values: list[Any]) -> bytes:
        return b"".join(
            [part if type(part) is bytes else encoded(values[part]) for part in ready]  # type: ignore[index]
        )

    return printed


class Encoded(str):
    """Text whose bytes are at hand."""

    __slots__ = ("data",)
    data: bytes


def encoded(value: object) -> bytes:
    """What is printed as MkDocs writes it to a file."""
    if type(value) is Encoded:
        return value.data
    return str(value).encode("utf-8", errors="xmlcharrefreplace")


# The stand-in -------------------------------------------------------------------------------


class Watched:
    """A value of the page, and its number among the values of the program.

    Everything that is not defined here raises, which ends the trace.
    """

    __slots__ = ("place", "record", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, record: Record, place: int, value: Any) -> None:
        self.record = record
        self.place = place
        self.value = value

    @property
    def number(self) -> int:
        """The place among the values, for a step that looks there."""
        self.record.used.add(self.place)
        return self.place

    def read(self, name: str, how: str) -> Watched:
        """An attribute or item by a constant name, found as Jinja finds it."""
        number, find = self.number, getattr(self.record.real, how)
        return self.record.derive(
            (how, number, self.record.freeze(name)),
            lambda values: find(values[number], name),
            find(self.value, name),
        )

    def ask(self, key: Hashable, question: Callable[[Any], Any]) -> Any:
        """The answer to a question, which other pages must give, too."""
        answer, number = question(self.value), self.number
        self.record.guard(
            ("ask", number, key), lambda values: bool(question(values[number]) == answer)
        )
        return answer

    def __str__(self) -> str:
        return self.record.token(self)

    def __bool__(self) -> bool:
        return bool(self.ask("bool", bool))

    def __len__(self) -> int:
        return int(self.ask("len", len))

    def __iter__(self) -> Iterator[Watched]:
        number, items = self.number, list(self.value)
        listed = self.record.derive(("list", number), lambda values: list(values[number]), items)
        length = len(listed)
        for index, item in enumerate(items[:length]):
            yield listed.record.derive(
                ("at", listed.number, index), _picker(listed.number, index), item
            )

    def __contains__(self, item: object) -> bool:
        if isinstance(item, Watched):
            raise Leak("one watched value in another")
        key = ("in", self.record.freeze(item))
        return bool(self.ask(key, lambda value: item in value))

    def _compare(self, other: object, name: str) -> bool:
        compare = getattr(operator, name)
        if not isinstance(other, Watched):
            key = (name, self.record.freeze(other))
            return bool(self.ask(key, lambda value: bool(compare(value, other))))
        if other.record is not self.record:
            raise Leak("a value that may not be read")
        left, right, answer = self.number, other.number, bool(compare(self.value, other.value))
        self.record.guard(
            (name, left, right),
            lambda values: bool(compare(values[left], values[right])) is answer,
        )
        return answer

    def __eq__(self, other: object) -> bool:
        return self._compare(other, "eq")

    def __ne__(self, other: object) -> bool:
        return self._compare(other, "ne")

    def __lt__(self, other: object) -> bool:
        return self._compare(other, "lt")

    def __le__(self, other: object) -> bool:
        return self._compare(other, "le")

    def __gt__(self, other: object) -> bool:
        return self._compare(other, "gt")

    def __ge__(self, other: object) -> bool:
        return self._compare(other, "ge")


def _picker(number: int, index: int) -> Callable[[list[Any]], Any]:
    return lambda values: values[number][index]


def is_watched(value: object) -> bool:
    """Whether an argument is watched.

    Raises:
        Leak: something watched lies within it.
    """
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | set | frozenset) and any(map(is_watched, value)):
        raise Leak("a watched value within another")
    return isinstance(value, Watched)
