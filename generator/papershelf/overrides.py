"""Corrections on file: overrides.yml → `Correction`s, checked with file and line.

A mapping from a paper's name to what is said of it. Whatever is wrong is reported and loses
only its own line; everything else still counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from papershelf.corrections import Correction, Said, did_you_mean
from papershelf.identity import is_slug
from papershelf.model import Origin, Problem, Settings
from papershelf.report import Report
from papershelf.yaml_lines import Step, Yaml, YamlError, load_yaml

_TEXTS = frozenset(
    "title abstract date venue doi arxiv acl openreview url pdf code volume number pages "
    "publisher language key".split()
)
_LISTS = frozenset({"authors", "links", "keywords"})
_KEYS = (*sorted(_TEXTS | _LISTS), "topics", "slug", "hide", "same-as", "not-same-as")


def load_corrections(settings: Settings, report: Report) -> tuple[Correction, ...]:
    """The corrections in the file that the settings name, in its order; none without a file.

    A file that cannot be read at all is an error, and counts as empty.
    """
    name = settings.corrections
    file = settings.root / name
    if not name or not file.exists():
        return ()
    found = _load(file, name, report)
    return tuple(_Reader(found, report).corrections()) if found else ()


def _load(file: Path, name: str, report: Report) -> Yaml | None:
    try:
        found = load_yaml(file.read_text(encoding="utf-8-sig"), name)
    except YamlError as error:
        what, origin = error.message, error.origin
    except OSError as error:
        what, origin = (error.strerror or str(error)).lower(), Origin(name)
    except UnicodeDecodeError:
        what, origin = "it is not UTF-8", Origin(name)
    else:
        if isinstance(found.data, dict | None):
            return found
        what, origin = "expected names of papers, with corrections below them", Origin(name, 1)
    message = f"the corrections cannot be read: {what}"
    report.problem(Problem("corrections-broken", message, origin, _QUOTE_HINT, "error"))
    return None


_QUOTE_HINT = "a text with `: `, `#`, `[` or `*` in it must stand in quotes"


class _Reader:
    """One file on its way to corrections."""

    def __init__(self, yaml: Yaml, report: Report) -> None:
        self._yaml = yaml
        self._report = report

    def corrections(self) -> Iterator[Correction]:
        """Every entry that says something."""
        for steps, line in self._yaml.repeated:
            origin = Origin(self._yaml.path, line, "yaml")
            message = f'"{steps[-1]}" stands here a second time'
            hint = "put both together; only the first one counts"
            self._report.problem(Problem("repeated-correction", message, origin, hint))
        entries = self._yaml.data if isinstance(self._yaml.data, dict) else {}
        for name, entry in entries.items():
            if not name.strip() or not isinstance(entry, dict):
                self._refuse(f'"{name}"', "corrections below it, as in `hide: true`", name)
            else:
                yield self._correction(name, entry)

    def _correction(self, name: str, entry: dict[str, Any]) -> Correction:
        for key in entry:
            if key not in _KEYS:
                message = f'"{key}" is nothing that can be corrected'
                hint = did_you_mean(key, _KEYS) or f"one of: {', '.join(_KEYS)}"
                self._problem("unknown-correction", message, hint, name, key)
        return Correction(
            name,
            self._yaml.origin(name),
            dict(self._fields(name, entry)),
            self._topics(name, entry, "add"),
            self._topics(name, entry, "remove"),
            self._slug(name, entry),
            self._flag(name, entry),
            self._names(entry.get("same-as"), name, "same-as"),
            self._names(entry.get("not-same-as"), name, "not-same-as"),
        )

    def _fields(self, name: str, entry: dict[str, Any]) -> Iterator[tuple[str, Said]]:
        """Values of fields as written; none at all takes a field away, but not the title."""
        for key, value in entry.items():
            fits = _is_text if key in _TEXTS else _is_list
            if key not in _TEXTS | _LISTS:
                continue
            if (value is None and key == "title") or not (value is None or fits(value)):
                self._refuse(f'"{key}"', "text" if key in _TEXTS else "a list", name, key)
            else:
                yield key, Said(self._as_written((name, key), value), self._yaml.origin(name, key))

    def _as_written(self, at: tuple[Step, ...], value: Any) -> Any:
        """A value with the digits of its numbers as they stand in the file."""
        if isinstance(value, list):
            return [self._as_written((*at, number), part) for number, part in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._as_written((*at, key), part) for key, part in value.items()}
        return self._yaml.written.get(at, value)

    def _topics(self, name: str, entry: dict[str, Any], what: str) -> tuple[Said, ...]:
        topics = entry.get("topics")
        if topics is None:
            return ()
        if not isinstance(topics, dict) or not topics.keys() <= {"add", "remove"}:
            if what == "add":
                expected = "`add:` and `remove:` with slugs of topics"
                self._refuse('"topics"', expected, name, "topics")
            topics = topics if isinstance(topics, dict) else {}
        return self._names(topics.get(what), name, "topics", what)

    def _names(self, value: Any, *at: Step) -> tuple[Said, ...]:
        """One name or a list of them."""
        listed = isinstance(value, list)
        names = value if listed else [] if value is None else [value]
        if not all(_is_text(each) for each in names):
            self._refuse(f'"{at[-1]}"', "a name, or a list of names", *at)
            return ()
        places = [(*at, number) if listed else at for number in range(len(names))]
        return tuple(
            Said(str(self._as_written(place, each)), self._yaml.origin(*place))
            for place, each in zip(places, names, strict=True)
        )

    def _slug(self, name: str, entry: dict[str, Any]) -> Said | None:
        value = entry.get("slug")
        if value is None:
            return None
        value = self._as_written((name, "slug"), value)
        if not is_slug(value):
            expected = "small letters, digits and single hyphens, at most 80 in all"
            self._refuse('"slug"', expected, name, "slug")
            return None
        return Said(value, self._yaml.origin(name, "slug"))

    def _flag(self, name: str, entry: dict[str, Any]) -> bool:
        value = entry.get("hide")
        if not isinstance(value, bool | None):
            self._refuse('"hide"', "true or false", name, "hide")
        return value is True

    def _refuse(self, what: str, expected: str, *at: Step) -> None:
        self._problem("bad-correction", f"{what} should be {expected}", "", *at)

    def _problem(self, code: str, message: str, hint: str, *at: Step) -> None:
        self._report.problem(Problem(code, message, self._yaml.origin(*at), hint))


def _is_text(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number or (isinstance(value, str) and bool(value.strip()))


def _is_list(value: object) -> bool:
    """Text, or a list of texts and of mappings such as `{family: Lovelace, given: Ada}`."""
    parts: Sequence[object] = value if isinstance(value, list) else [value]
    return bool(parts) and all(_is_text(part) or isinstance(part, dict) for part in parts)
