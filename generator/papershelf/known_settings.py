"""What can be set under `plugins: - papershelf:`, and what each setting expects.

The one list; checking, defaults and the documentation follow it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from papershelf.model import Settings

DEFAULTS: Mapping[str, Any] = {field.name: field.default for field in fields(Settings)}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of papershelf: its name, what it expects, what it does.

    `fit` turns the value as written into the value as used, or returns nothing when the
    value is not what is expected.
    """

    name: str
    expects: str
    doc: str
    fit: Callable[[object], object | None]

    @property
    def default(self) -> object:
        """What holds when nothing is set; kept where the value lives, in `Settings`."""
        return DEFAULTS[self.name]

    @property
    def shown_default(self) -> str:
        """The default as one would write it in the file."""
        value = self.default
        return json.dumps(list(value) if isinstance(value, tuple) else value)


def _text(name: str, doc: str) -> Setting:
    return Setting(name, "text", doc, lambda value: value if isinstance(value, str) else None)


def _texts(name: str, doc: str, *choices: str) -> Setting:
    """A list of text, or of choices; a lone text stands for a list of one."""

    def fit(value: object) -> tuple[str, ...] | None:
        listed = [value] if isinstance(value, str) else value
        if isinstance(listed, list) and all(item and isinstance(item, str) for item in listed):
            return tuple(listed) if set(listed) <= set(choices or listed) else None
        return None

    return Setting(name, f"a list of {', '.join(choices) or 'text'}", doc, fit)


def _flag(name: str, doc: str) -> Setting:
    return Setting(
        name, "true or false", doc, lambda value: value if isinstance(value, bool) else None
    )


def _number(name: str, low: int, high: int, doc: str) -> Setting:
    def fit(value: object) -> int | None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return value if whole and low <= value <= high else None  # type: ignore[operator, return-value]

    return Setting(name, f"a whole number from {low} to {high}", doc, fit)


def _choice(name: str, *choices: str, doc: str) -> Setting:
    return Setting(
        name, " or ".join(choices), doc, lambda value: value if value in choices else None
    )


SETTINGS: tuple[Setting, ...] = (
    _texts(
        "sources", "Files and folders to read, relative to `mkdocs.yml`; `-` is standard input."
    ),
    _text("format", "The reader for all sources; empty lets each file speak for itself."),
    _number("year", 1000, 9999, "The year of dates that come without one; it is never guessed."),
    _texts("skip", "Cleaning steps to leave out."),
    _text("taxonomy", "What topics there are: `ml` (shipped), `none`, or a YAML file of your own."),
    _text("corrections", "A YAML file with your corrections; there need not be one."),
    _flag("discover", "Look for topics that the taxonomy lacks."),
    _number("max_topics", 1, 50, "The most topics that one paper may have."),
    _number("min_topic_papers", 1, 1000, "The fewest papers that make a topic."),
    _number("min_author_papers", 1, 1000, "The fewest papers that give an author a page."),
    _number("min_venue_papers", 1, 1000, "The fewest papers that give a venue a page."),
    _number("related", 0, 50, "How many related papers a page shows; 0 shows none."),
    _number("page_size", 10, 1000, "How many papers one page of a listing holds."),
    _flag("short_ids", "Also answer at `p/<id>/`; one more file a paper."),
    _flag(
        "twins",
        "Also give each paper as Markdown, at `papers/<slug>/index.md`; one more file a paper.",
    ),
    _number("feed_papers", 0, 1000, "How many papers a feed holds, the latest; 0 makes no feeds."),
    _number("min_feed_papers", 1, 1000, "The fewest papers that give an author or a venue a feed."),
    _flag("previews", "Draw the images that links to the site unfold to; one file a paper."),
    _texts("exports", "What `exports/` offers the papers in.", *DEFAULTS["exports"]),
    _flag("check", "End a build with the checks of `papershelf check`."),
    _texts("check_skip", "Checks and codes of problems to leave out."),
    _texts("budgets", "Other limits than the checks', as `html_kb=800`."),
    _texts("plugins", "Modules of your own, by path, entry-point name or dotted name."),
    _choice("engine", "mkdocs", "zensical", doc="What renders `docs/` into `site/`."),
    _flag("fast", "Fill in pages of one class instead of rendering each; the site is the same."),
)
"""Every setting under `plugins: - papershelf:`, in the order of the documentation."""
