"""A taxonomy: areas → topics → how to tell them. YAML in, checked with file and line.

A broken topic is reported and loses only itself. Two topics whose labels are the same but
for case, plural or a hyphen are near-duplicates: the later one is dropped; an alias belongs
to the first topic that claims it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from papershelf.model import Area, Origin, Problem, Settings, Taxonomy, Topic, TopicRule
from papershelf.patterns import check_pattern
from papershelf.report import Report
from papershelf.words import fold_phrase
from papershelf.yaml_lines import Step, Yaml, YamlError, load_yaml

SHIPPED = ("ml",)
"""The names of the taxonomies that come with the package."""

_TOP_KEYS = ("extends", "areas", "topics", "ignore", "hide", "rename")
_TOPIC_KEYS = ("area", "label", "description", "aliases", "weak", "never", "patterns")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_LONGEST_SLUG = 80
_MOST_WORDS = 10  # of an alias: what is longer is a sentence, and never found


def load_taxonomy(settings: Settings, report: Report) -> Taxonomy:
    """The taxonomy that the settings name: `ml`, `none`, or a path below the root.

    What is wrong with it is reported; a file that cannot be read at all gives an empty
    taxonomy, so that the topics are those which the collection itself shows.
    """
    name = settings.taxonomy
    if name == "none":
        return Taxonomy()
    file: Traversable | Path = _shipped(name) if name in SHIPPED else settings.root / name
    if not file.is_file():
        known = " or ".join((*SHIPPED, "none"))
        message, hint = f'no taxonomy "{name}"', f"give a YAML file, or {known}"
        report.problem(Problem("taxonomy-missing", message, Origin(name), hint, "error"))
        return Taxonomy()
    return _Loader(report).load(file, f"{name}.yml" if name in SHIPPED else name)


def _shipped(name: str) -> Traversable:
    return resources.files("papershelf") / "taxonomies" / f"{name}.yml"


class _Loader:
    """One file on its way to a taxonomy; `yaml` is the file that messages point into."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._yaml = Yaml("", None, {})

    def load(self, file: Traversable | Path, path: str) -> Taxonomy:
        try:
            self._yaml = load_yaml(file.read_text(encoding="utf-8-sig"), path)
        except YamlError as error:
            problem = Problem("taxonomy-broken", error.message, error.origin, _QUOTE_HINT, "error")
            self._report.problem(problem)
            return Taxonomy()
        except (OSError, UnicodeDecodeError) as error:
            message = f"cannot read the taxonomy: {error}"
            self._report.problem(
                Problem("taxonomy-broken", message, Origin(path), "save it as UTF-8", "error")
            )
            return Taxonomy()
        return self._taxonomy()

    def _problem(self, code: str, message: str, hint: str, *steps: Step) -> None:
        self._report.problem(Problem(code, message, self._yaml.origin(*steps), hint))

    def _taxonomy(self) -> Taxonomy:
        data = self._mapping()
        self._check_keys(data, _TOP_KEYS)
        for steps, line in self._yaml.repeated:
            message = f'"{steps[-1]}" stands here a second time'
            origin = replace(self._yaml.origin(), line=line)
            hint = "put both together; only the first one counts"
            self._report.problem(Problem("taxonomy-twice", message, origin, hint))
        base = self._base(data)
        areas = {area.slug: area for area in base.areas}
        areas.update(self._areas())
        rules = {rule.topic.slug: rule for rule in base.rules}
        for slug in self._mapping("topics"):
            rule = self._rule(slug, areas, rules.get(slug))
            if rule:
                rules[slug] = rule
        self._rename(rules, areas)
        kept = self._without_doubles(self._shown(rules, areas))
        used = {rule.topic.area for rule in kept}
        order = {slug: number for number, slug in enumerate(areas)}
        return Taxonomy(
            tuple(area for area in areas.values() if area.slug in used),
            tuple(sorted(kept, key=lambda rule: order[rule.topic.area])),
            (*base.ignore, *self._texts("ignore")),
        )

    def _base(self, data: dict[str, Any]) -> Taxonomy:
        name = data.get("extends")
        if name is None:
            return Taxonomy()
        if name not in SHIPPED:
            hint = f"what can be extended: {', '.join(SHIPPED)}"
            self._problem("taxonomy-unknown", f'no taxonomy "{name}" to extend', hint, "extends")
            return Taxonomy()
        return _Loader(self._report).load(_shipped(name), f"{name}.yml")

    def _areas(self) -> dict[str, Area]:
        found = {}
        for slug, label in self._mapping("areas").items():
            if not isinstance(label, str) or not label.strip():
                wanted = "expected a label, as in `lm: Language models`"
                self._wrong(f'the area "{slug}"', wanted, "areas", slug)
            elif self._is_slug(slug, "areas"):
                found[slug] = Area(slug, label.strip())
        return found

    def _wrong(self, what: str, wanted: str, *steps: Step) -> None:
        self._problem("taxonomy-value", f"{what} is not what was expected", wanted, *steps)

    def _rule(self, slug: str, areas: dict[str, Area], base: TopicRule | None) -> TopicRule | None:
        """One topic as written; on top of the one that it extends, when there is one."""
        at = ("topics", slug)
        data = self._mapping(*at)
        self._check_keys(data, _TOPIC_KEYS, *at)
        area = self._text("area", at) or (base.topic.area if base else "")
        if not self._is_slug(slug, "topics") or not self._is_area(area, areas, at):
            return None
        label = self._text("label", at) or (base.topic.label if base else _as_label(slug))
        description = self._text("description", at) or (base.topic.description if base else "")
        rule = TopicRule(
            Topic(slug, label, area, description),
            aliases=self._phrases("aliases", at),
            weak=self._phrases("weak", at),
            never=self._phrases("never", at),
            patterns=self._patterns(at),
        )
        if base:
            return _extended(base, rule)
        return (
            rule if rule.aliases or rule.weak or rule.patterns else replace(rule, aliases=(label,))
        )

    def _is_area(self, area: str, areas: dict[str, Area], at: tuple[Step, ...]) -> bool:
        if area in areas:
            return True
        message = f'the topic "{at[-1]}" is in the area "{area}", which is not there'
        hint = _nearest(area, areas) or f"one of: {', '.join(areas) or 'none is defined'}"
        self._problem("taxonomy-area", message, hint, *at, "area")
        return False

    def _is_slug(self, slug: str, kind: str) -> bool:
        if _SLUG.match(slug) and len(slug) <= _LONGEST_SLUG:
            return True
        hint = "small letters a to z, digits and single hyphens: it becomes an address"
        self._problem("taxonomy-slug", f'"{slug[:100]}" cannot be a slug', hint, kind, slug)
        return False

    def _check_keys(self, data: dict[str, Any], known: tuple[str, ...], *steps: Step) -> None:
        for key in data:
            if key not in known:
                hint = _nearest(key, known) or f"known are: {', '.join(known)}"
                self._problem("taxonomy-key", f'unknown key "{key}"', hint, *steps, key)

    def _value(self, steps: tuple[Step, ...]) -> Any:
        value: Any = self._yaml.data
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def _mapping(self, *steps: Step) -> dict[str, Any]:
        value = self._value(steps)
        if isinstance(value, dict):
            return value
        if value is not None:
            name = f'"{steps[-1]}"' if steps else "the file"
            self._wrong(name, "expected `key: value` lines", *steps)
        return {}

    def _text(self, key: str, at: tuple[Step, ...]) -> str:
        value = self._value((*at, key))
        if value is None or isinstance(value, str):
            return " ".join((value or "").split())
        self._wrong(f'the {key} of "{at[-1]}"', "expected text; put it in quotes", *at, key)
        return ""

    def _texts(self, *steps: Step) -> tuple[str, ...]:
        """A list of texts; one text alone will do. YAML takes `no` and `on` for truth values."""
        value = self._value(steps)
        items = [] if value is None else value if isinstance(value, list) else [value]
        found = []
        for index, item in enumerate(items):
            if isinstance(item, str) and item.strip():
                found.append(" ".join(item.split()))
            else:
                self._wrong(f"{item!r}", "expected text; put it in quotes", *steps, index)
        return tuple(found)

    def _phrases(self, key: str, at: tuple[Step, ...]) -> tuple[str, ...]:
        return tuple(p for p in self._texts(*at, key) if self._is_phrase(p, *at, key))

    def _is_phrase(self, phrase: str, *steps: Step) -> bool:
        if 1 <= len(fold_phrase(phrase)) <= _MOST_WORDS:
            return True
        self._wrong(f'the phrase "{phrase[:80]}"', f"expected 1 to {_MOST_WORDS} words", *steps)
        return False

    def _patterns(self, at: tuple[Step, ...]) -> tuple[str, ...]:
        found = []
        for pattern in self._texts(*at, "patterns"):
            wrong = check_pattern(pattern)
            if wrong:
                message = f'the pattern "{pattern[:80]}" {wrong}'
                hint = "a pattern must be short, and every repetition in it must have an end"
                self._problem("taxonomy-pattern", message, hint, *at, "patterns")
            else:
                found.append(pattern)
        return tuple(found)

    def _rename(self, rules: dict[str, TopicRule], areas: dict[str, Area]) -> None:
        for slug in self._mapping("rename"):
            label = self._text(slug, ("rename",))
            if slug in rules and label:
                rule = rules[slug]
                rules[slug] = replace(rule, topic=replace(rule.topic, label=label))
            elif slug in areas and label:
                areas[slug] = Area(slug, label)
            elif label:
                self._unknown(slug, {**rules, **areas}, "rename", slug)

    def _shown(self, rules: dict[str, TopicRule], areas: dict[str, Area]) -> list[TopicRule]:
        hidden = set(self._texts("hide"))
        for slug in sorted(hidden - rules.keys() - areas.keys()):
            self._unknown(slug, {**rules, **areas}, "hide")
        return [
            rule
            for slug, rule in rules.items()
            if slug not in hidden and rule.topic.area not in hidden
        ]

    def _unknown(self, slug: str, known: dict[str, Any], *steps: Step) -> None:
        hint = _nearest(slug, known) or "name the slug of a topic or of an area"
        self._problem("taxonomy-unknown", f'no topic or area "{slug}"', hint, *steps)

    def _without_doubles(self, rules: list[TopicRule]) -> list[TopicRule]:
        labels: dict[str, str] = {}
        owners: dict[str, str] = {}
        kept = []
        for rule in rules:
            slug, key = rule.topic.slug, _key(rule.topic.label)
            if labels.setdefault(key, slug) != slug:
                message = f'the topics "{labels[key]}" and "{slug}" are one: "{rule.topic.label}"'
                hint = "put them together, or give one another label"
                self._problem("taxonomy-double", message, hint, "topics", slug)
                continue
            kept.append(replace(rule, aliases=self._own_aliases(rule, owners)))
        return kept

    def _own_aliases(self, rule: TopicRule, owners: dict[str, str]) -> tuple[str, ...]:
        """The aliases that no topic before it has."""
        own = []
        for alias in rule.aliases:
            owner = owners.setdefault(_key(alias), rule.topic.slug)
            if owner == rule.topic.slug:
                own.append(alias)
            else:
                message = f'"{alias}" is an alias of "{owner}" already'
                hint = f'take it out of "{rule.topic.slug}", or make it `weak` there'
                self._problem("taxonomy-double", message, hint, "topics", rule.topic.slug)
        return tuple(own)


_QUOTE_HINT = "a text with `: `, `#`, `[` or `*` in it must stand in quotes"


def _key(phrase: str) -> str:
    """What near-duplicates share."""
    return "".join(fold_phrase(phrase)) + ("*" if phrase.endswith("*") else "")


def _as_label(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def _nearest(word: str, known: Any) -> str:
    close = get_close_matches(word, list(known), 1)
    return f'did you mean "{close[0]}"?' if close else ""


def _extended(base: TopicRule, rule: TopicRule) -> TopicRule:
    """A topic told anew: what is said replaces, phrases are added."""
    return TopicRule(
        rule.topic,
        aliases=(*base.aliases, *rule.aliases),
        weak=(*base.weak, *rule.weak),
        never=(*base.never, *rule.never),
        patterns=(*base.patterns, *rule.patterns),
    )
