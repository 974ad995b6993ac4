"""Words of the interface → the language of the site: gettext catalogues, and the CLDR's dates.

The only door to Babel. English stands in the code and in the templates; other languages come
from `locales/<language>.po`, a user's own before ours. Nothing depends on the machine's locale.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from gettext import c2py
from hashlib import sha256
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog as Messages
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from papershelf.model import Date, Origin, Problem
from papershelf.neighbours import term as term
from papershelf.report import Report

ENGLISH = "en"
OURS = Path(__file__).parent / "locales"
"""The catalogues that ship."""

_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_TAG = re.compile(r"(?P<base>[A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?")
_NAMED = frozenset(Locale(ENGLISH).languages)
_SLOT = re.compile(r"%\((\w+)\)s|%(%)")
_BROKEN = (PoFileError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_COUNTS = range(201)  # enough to see every plural form of every language

Texts = Mapping[str, tuple[str, ...]]
"""English → its translation, or its plural forms, in the order that the catalogue's rule gives."""


def is_tag(text: str) -> bool:
    """Whether a text can be a language of HTML's: a tag of BCP 47 that begins with ISO 639.

    >>> is_tag("pt-BR"), is_tag("zh-Hant-TW"), is_tag("English"), is_tag("xx"), is_tag("e")
    (True, True, False, False, False)
    """
    found = _TAG.fullmatch(text)
    return found is not None and found["base"].lower() in _NAMED


def noted(one: str, many: str) -> tuple[str, str]:
    """The two texts themselves, marked like those of `term`."""
    return one, many


@dataclass(frozen=True)
class Language:
    """A language to speak in. `code` is its BCP 47 tag, `depends` stands for all that it says.

    Where there is no catalogue for the language of the site, `code` is English and `wanted` the
    one that was asked for.
    """

    code: str = ENGLISH
    wanted: str = ENGLISH
    depends: str = ""
    texts: Texts = field(default_factory=dict, compare=False, repr=False)
    scripts: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    plural: Callable[[int], int] = field(default=lambda n: n != 1, compare=False, repr=False)
    _parts: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)
    _dates: dict[Date, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_foreign(self) -> bool:
        """Whether the page says that it is in another language than its words are in."""
        return self.code.partition("-")[0] != self.wanted.partition("-")[0]

    # Words -------------------------------------------------------------------------------

    def say(self, text: str, **values: object) -> str:
        """The text in this language, with values at `%(name)s`; whole numbers are grouped.

        >>> Language().say("%(count)s of %(all)s", count=7, all="many")
        '7 of many'
        """
        said = self.texts.get(text, (text,))[0]
        return self.filled(said, values, str) if values else said

    def say_many(self, one: str, many: str, count: int, **values: object) -> str:
        """The same with a number, which is `%(count)s` in the text.

        >>> Language().say_many("%(count)s paper", "%(count)s papers", 1200)
        '1,200 papers'
        """
        return self.filled(self.form(one, many, count), {"count": count, **values}, str)

    def form(self, one: str, many: str, count: int) -> str:
        """The form of a text that goes with a number, its slots unfilled."""
        forms = self.texts.get(one)
        return forms[self.plural(count)] if forms else one if count == 1 else many

    def filled(self, text: str, values: Mapping[str, object], dressed: Callable[[Any], str]) -> str:
        """A text with its slots filled in; `dressed` makes text and values what they become.

        A text is taken apart once; so catalogue and values are escaped each by themselves, and
        neither can reach into the other.
        """
        parts = self._parts.get(text)
        if parts is None:
            # Text, name, percent, text, name, percent, …; one of name and percent is None.
            parts = self._parts[text] = [part or "" for part in _SLOT.split(text)]
        if len(parts) == 1:
            return dressed(text)
        found = [dressed(parts[0])]
        for at in range(1, len(parts), 3):
            value = values[parts[at]] if parts[at] else parts[at + 1]
            found.append(dressed(self.number(value) if type(value) is int else value))
            found.append(dressed(parts[at + 2]))
        return "".join(found)

    # Numbers and dates ---------------------------------------------------------------------

    @cached_property
    def _locale(self) -> Locale:
        return _locale_of(self.code) or Locale(ENGLISH)

    @cached_property
    def _patterns(self) -> tuple[str, str, str]:
        """How to write a date in full, without its day, without its year, for `%`."""
        # The order of "14 March 2025", which is that of most of the world.
        locale = Locale("en", "GB") if self.code == ENGLISH else self._locale
        skeletons = locale.datetime_skeletons
        found = (locale.date_formats["long"], skeletons["yMMMM"], skeletons["MMMMd"])
        return tuple(pattern.format for pattern in found)

    def number(self, number: int) -> str:
        """A whole number with its groups, in the digits of most scientific writing.

        >>> Language().number(12345)
        '12,345'
        """
        if -1000 < number < 1000:
            return str(number)
        thousands = _thousands(number // 1000, self._locale) if number > 0 else ""
        # Groups begin with the thousands in all languages: then these alone tell how.
        if thousands.endswith("000"):
            return f"{thousands[:-3]}{number % 1000:03}"
        return str(format_decimal(number, locale=self._locale))

    def decimal(self, number: float) -> str:
        """A number with one place after the point."""
        return str(format_decimal(number, "0.0", locale=self._locale))

    def month(self, month: int, short: bool = False) -> str:
        """The name of a month, 1 to 12, as it stands alone."""
        return str(self._locale.months["stand-alone"]["abbreviated" if short else "wide"][month])

    def date(self, date: Date) -> str:
        """A date as people write it, as far as it is known.

        >>> [Language().date(one) for one in (Date(2025, 3, 14), Date(2025, 3), Date(None, 3, 14))]
        ['14 March 2025', 'March 2025', '14 March']
        """
        if date not in self._dates:
            self._dates[date] = self._date(date)
        return self._dates[date]

    def _date(self, date: Date) -> str:
        if not (date.month and 1 <= date.month <= 12):
            return str(date.year or "")
        if not date.day:
            return self._patterns[1] % self._fields(date) if date.year else self.month(date.month)
        return self._patterns[0 if date.year else 2] % self._fields(date)

    def _fields(self, date: Date) -> Mapping[str, str]:
        """The letters of the CLDR's patterns (unicode.org/reports/tr35) that dates are made of."""
        month, day = date.month or 0, date.day or 0
        names = self._locale.months["format"]
        return defaultdict(str, {
            "y": str(date.year), "yyyy": str(date.year), "d": str(day), "dd": f"{day:02}",
            "M": str(month), "MM": f"{month:02}", "MMM": names["abbreviated"][month],
            "MMMM": names["wide"][month], "LLLL": self.month(month),
        })  # fmt: skip

    # For the scripts -----------------------------------------------------------------------

    def words(self) -> dict[str, object]:
        """What scripts say; plurals by the names that `Intl.PluralRules` has for the forms."""
        rule = self._locale.plural_form
        forms = {rule(count): self.plural(count) for count in reversed(_COUNTS)}
        texts = {
            text: said[0] if len(said) == 1 else {name: said[at] for name, at in forms.items()}
            for text, said in self.texts.items()
            if text in self.scripts
        }
        return {"language": self.code, "texts": texts}


@lru_cache(1 << 10)  # 50 µs each, and there are lines by the million
def _thousands(number: int, locale: Locale) -> str:
    return str(format_decimal(number * 1000, locale=locale))


IN_ENGLISH = Language()
"""The language of the code itself."""


def language_of(code: str, folder: Path, report: Report) -> Language:
    """The language of a site whose theme speaks `code`: a catalogue in `folder`, else ours.

    Where there is none, or it cannot be read, the words are English, and the report says so.
    """
    code = code if _CODE.fullmatch(code) else ENGLISH
    tag = code.replace("_", "-")
    base = tag.partition("-")[0]
    names = dict.fromkeys((code, tag, base))
    for path in (place / f"{name}.po" for place in (folder, OURS) for name in names):
        if path.is_file() and (found := _read(path, report)):
            return found.language(tag if path.stem != base else base, tag)
    if base != ENGLISH:
        hint = "docs/languages.md tells how to make one; until then the words are English"
        message = f'there is no catalogue for the language "{tag}"'
        report.problem(Problem("no-catalogue", message, None, hint, "info"))
    return Language(wanted=tag)


@dataclass(frozen=True, slots=True)
class _Read:
    texts: Texts
    scripts: frozenset[str]
    plural: Callable[[int], int]
    digest: str

    def language(self, code: str, wanted: str) -> Language:
        return Language(code, wanted, self.digest, self.texts, self.scripts, self.plural)


def _read(path: Path, report: Report) -> _Read | None:
    content = path.read_bytes()
    try:
        messages = read_po(content.splitlines(keepends=True), abort_invalid=True)
        plural = c2py(messages.plural_expr)
        list(map(plural, _COUNTS))
    except _BROKEN as error:
        _refuse(path, 0, f"the catalogue cannot be read: {error}", report)
        return None
    # Of a form that the rule does not know the last one is used, never none.
    last = messages.num_plurals - 1
    return _Read(
        _texts(messages, path, report),
        frozenset(_said_by_scripts(messages)),
        lambda count: max(0, min(plural(count), last)),
        sha256(content).hexdigest(),
    )


def _texts(messages: Messages, path: Path, report: Report) -> Texts:
    """What is translated for good; a translation with a slot that the English lacks is left out."""
    found = {}
    for message in messages:
        source = message.id if isinstance(message.id, tuple | list) else (message.id,)
        string = message.string
        said = [text or "" for text in (string if isinstance(string, tuple | list) else [string])]
        if not source[0] or not all(said) or message.fuzzy:
            continue
        if set().union(*map(_slots, said)) <= _slots("".join(source)):
            found[source[0]] = tuple(said)
        else:
            told = f'the translation of "{source[0]}" has a slot that is not in it'
            _refuse(path, message.lineno or 0, told, report)
    return found


def _said_by_scripts(messages: Messages) -> Iterator[str]:
    """The texts that the notes of the catalogue place in a script, or nowhere."""
    for message in messages:
        places = [place for place, _ in message.locations]
        if not places or any(place.endswith(".js") for place in places):
            yield message.id[0] if isinstance(message.id, tuple | list) else message.id


def _slots(text: str) -> set[str]:
    return {name for name, _ in _SLOT.findall(text) if name}


def _refuse(path: Path, line: int, message: str, report: Report) -> None:
    hint = "mend it; until then the words are English"
    report.problem(Problem("bad-catalogue", message, Origin(str(path), line, "po"), hint))


def _locale_of(code: str) -> Locale | None:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
