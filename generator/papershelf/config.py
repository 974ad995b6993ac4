"""Settings: mkdocs.yml and the command line → one frozen `Settings`.

One file configures all: what MkDocs knows (`site_name`, `docs_dir`, …) stands at its top,
what only papershelf knows under `plugins: - papershelf:` (`known_settings`). Whatever is wrong is
found before anything is done, all of it at once, each with its file and line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from papershelf.known_settings import DEFAULTS, SETTINGS, Setting
from papershelf.model import Origin, Problem, Settings
from papershelf.policy import DIRECTIVES
from papershelf.report import Report, WrongUse
from papershelf.yaml_lines import Yaml, YamlError, load_yaml

STDIN = "-"
"""The source that is standard input."""


class BadSettings(WrongUse):
    """The settings cannot be used; every reason is among `problems()`."""

    code = "bad-settings"

    def __init__(self, *found: Problem) -> None:
        super().__init__("; ".join(str(problem) for problem in found))
        self._found = found

    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong, in the order of the file."""
        return self._found


_FOLDERS = ("docs_dir", "site_dir", "overrides_dir")


# `enabled` is MkDocs' own switch and may stand in any plugin's options.
_FOREIGN = frozenset({"enabled"})
_TOP = ("site_name", "site_url", "site_description", "docs_dir", "site_dir")


def load_settings(
    config_file: Path | None = None,
    overrides: Mapping[str, object] | None = None,
    report: Report | None = None,
) -> Settings:
    """The settings in force: defaults, then mkdocs.yml, then `overrides`.

    Without `config_file`, mkdocs.yml is looked for in the current folder, and when there is
    none the defaults hold and `Settings.config_file` is nothing. `overrides` has names of
    `Settings`; nothing means not given; its paths are relative to the current folder. What
    is odd but harmless goes to `report`.

    Raises:
        BadSettings: the file is not there or no YAML, or a setting cannot be used.
    """
    file = _find(config_file)
    layers = _layers(file) if file else ()
    reading = _Reading(layers)
    root = (file.parent if file else Path()).resolve()
    settings = replace(
        Settings(root=root, config_file=file.resolve() if file else None),
        **reading.top(root),
        **reading.extra(),
        **reading.own(),
    )
    settings = _override(settings, overrides or {})
    problems = [*reading.problems, *_overlaps(settings), *_leading_out(settings)]
    if errors := [problem for problem in problems if problem.level == "error"]:
        raise BadSettings(*errors)
    for problem in problems:
        (report or Report()).problem(problem)
    return settings


@dataclass(frozen=True, slots=True)
class _Layer:
    """One file of settings, as data and as lines."""

    yaml: Yaml
    lines: tuple[str, ...]

    @property
    def data(self) -> Mapping[str, Any]:
        return _mapping(self.yaml.data)

    def origin(self, *steps: str | int) -> Origin:
        return self.yaml.origin(*steps)

    def value(self, *steps: str | int) -> object:
        """What stands at a path of keys, or what the environment says instead.

        As MkDocs has it: `!ENV NAME`, or `!ENV [NAME, OTHER, default]`.
        """
        value: Any = self.yaml.data
        for step in steps:
            inside = isinstance(value, list) or step in _mapping(value)
            value = value[step] if inside else None
        return _from_environment(value) if value is not None and self._asks(*steps) else value

    def _asks(self, *steps: str | int) -> bool:
        # The data do not keep tags; on the line of the key this one can still be seen.
        line = self.lines[self.yaml.line(*steps) - 1]
        return bool(re.search(rf"\b{re.escape(str(steps[-1]))}['\"]? *: *!ENV\b", line))


def _find(given: Path | None) -> Path | None:
    for file in [given] if given else [Path("mkdocs.yml"), Path("mkdocs.yaml")]:
        if file.is_file():
            return file
    if given:
        hint = "`papershelf new DIR` makes a site with a mkdocs.yml"
        raise BadSettings(
            Problem("no-settings", f"there is no {str(given)!r}", None, hint, "error")
        )
    return None


def _layers(file: Path) -> tuple[_Layer, ...]:
    """The file and those it inherits from (`INHERIT: base.yml`), nearest first."""
    layers: list[_Layer] = []
    seen: set[Path] = set()
    while file.resolve() not in seen:
        seen.add(file.resolve())
        layers.append(_load(file, layers[-1].origin("INHERIT") if layers else None))
        parent = layers[-1].data.get("INHERIT")
        if not isinstance(parent, str):
            return tuple(layers)
        file = file.parent / parent
    origin = layers[-1].origin("INHERIT")
    raise BadSettings(
        Problem("bad-settings", "INHERIT leads back to where it came from", origin, "", "error")
    )


def _load(file: Path, named_at: Origin | None) -> _Layer:
    """One file. YAML that cannot be read is told with its line, cut from the message."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        found = load_yaml(text, file.as_posix())
    except OSError as error:
        what = f"cannot read {file.as_posix()!r}: {error.strerror}"
        raise BadSettings(Problem("bad-settings", what, named_at, "", "error")) from None
    except UnicodeDecodeError:
        origin = Origin(file.as_posix())
        raise BadSettings(Problem("bad-settings", "is not UTF-8", origin, "", "error")) from None
    except YamlError as error:
        problem = Problem("bad-settings", error.message, error.origin, "", "error")
        raise BadSettings(problem) from None
    if not isinstance(found.data, dict | None):
        origin = Origin(file.as_posix(), 1)
        raise BadSettings(Problem("bad-settings", "expected settings", origin, "", "error"))
    return _Layer(found, (*text.split("\n"), ""))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


class _Reading:
    """Values out of layers of YAML, with what is wrong with them."""

    def __init__(self, layers: tuple[_Layer, ...]) -> None:
        self.layers = layers
        self.problems: list[Problem] = [
            Problem(
                "repeated-setting",
                f'"{steps[-1]}" is set more than once',
                Origin(layer.yaml.path, line),
                "the first one holds here, the last one in MkDocs: keep one",
            )
            for layer in layers
            for steps, line in layer.yaml.repeated
        ]

    def top(self, root: Path) -> dict[str, Any]:
        """What we share with MkDocs, from the top of the file; folders made absolute."""
        found: dict[str, Any] = {name: self._top_text(name) for name in _TOP}
        found["overrides_dir"] = self._top_text("theme", "custom_dir")
        found["language"] = self._top_text("theme", "language")
        for name in _FOLDERS:
            found[name] = _folder(root / (found[name] or DEFAULTS[name]), root)
        return {name: value for name, value in found.items() if value is not None}

    def _top_text(self, *steps: str) -> str | None:
        for layer in self.layers:
            value = layer.value(*steps)
            if isinstance(value, str):
                return value
            if value is not None:
                name = ".".join(steps)
                self._refuse(layer.origin(*steps), name, "text", value)
        return None

    def extra(self) -> dict[str, Any]:
        """What we and our templates know of MkDocs' values for templates: `csp` and `giscus`."""
        found: dict[str, Any] = {"comments": bool(self._top_value("extra", "giscus")[1])}
        layer, value = self._top_value("extra", "csp")
        if value is False:
            return {**found, "policy": None}
        added = _mapping(value)
        if layer and value is not None and not _are_sources(added):
            names = ", ".join(DIRECTIVES)
            origin = layer.origin("extra", "csp")
            self._refuse(origin, "extra.csp", f"false, or text for any of {names}", value)
            return found
        return {**found, "policy": tuple(sorted(added.items()))}

    def _top_value(self, *steps: str) -> tuple[_Layer | None, object]:
        """The nearest layer that says something there, and what it says."""
        for layer in self.layers:
            if (value := layer.value(*steps)) is not None:
                return layer, value
        return None, None

    def own(self) -> dict[str, Any]:
        """What stands under `plugins: - papershelf:`; the nearest layer wins."""
        made: dict[str, Any] = {}
        known = {setting.name: setting for setting in SETTINGS}
        for layer, steps, options in self._options():
            for name in options:
                place = (*steps, name)
                if name not in known:
                    self._unknown(layer.origin(*place), name)
                elif made.get(name) is None:
                    made[name] = self._fit(known[name], layer.origin(*place), layer.value(*place))
        return {name: value for name, value in made.items() if value is not None}

    def _options(self) -> Iterator[tuple[_Layer, tuple[str | int, ...], Mapping[str, Any]]]:
        """The options of the plugin, layer by layer; MkDocs lets a list hide what it inherits."""
        for layer in self.layers:
            plugins = layer.data.get("plugins")
            if isinstance(plugins, list):
                for index, plugin in enumerate(plugins):
                    options = _mapping(plugin).get("papershelf")
                    yield layer, ("plugins", index, "papershelf"), _mapping(options)
                return
            yield layer, ("plugins", "papershelf"), _mapping(_mapping(plugins).get("papershelf"))

    def _fit(self, setting: Setting, origin: Origin, value: object) -> object | None:
        fitted = setting.fit(value)
        if fitted is None and value is not None:
            self._refuse(origin, setting.name, setting.expects, value)
        return fitted

    def _unknown(self, origin: Origin, name: str) -> None:
        if name in _FOREIGN:
            return
        message, hint = f'"{name}" is not a setting', "the settings are listed in docs/settings.md"
        near = get_close_matches(name, [setting.name for setting in SETTINGS], 1)
        if near:
            message, hint = f'{message}; did you mean "{near[0]}"?', ""
        elif name in _TOP:
            hint = "it belongs to MkDocs: put it at the top level of the file"
        self.problems.append(Problem("unknown-setting", message, origin, hint, "error"))

    def _refuse(self, origin: Origin, name: str, expects: str, value: object) -> None:
        message = f'"{name}" should be {expects}, not {_shown(value)}'
        self.problems.append(Problem("bad-setting", message, origin, "", "error"))


def _are_sources(value: Mapping[str, Any]) -> bool:
    """Whether these are directives with their sources; a sign that ends one would add another."""
    texts = [text for text in value.values() if isinstance(text, str) and not set(text) & set(";,")]
    return bool(value) and len(texts) == len(value) and set(value) <= set(DIRECTIVES)


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "this list"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _from_environment(value: object) -> object:
    names = value if isinstance(value, list) else [value]
    *asked, default = names if len(names) > 1 else [*names, None]
    for name in asked:
        if str(name) in os.environ:
            return _typed(os.environ[str(name)])
    return default


def _typed(text: str) -> object:
    """A number or a truth in the environment is one, as it would be in the file."""
    try:
        found = load_yaml(text, "").data
    except YamlError:
        return text
    return found if isinstance(found, bool | int | float) else text


def _override(settings: Settings, overrides: Mapping[str, object]) -> Settings:
    """The settings with what the command line says; its paths start at the current folder."""
    given: dict[str, Any] = {name: value for name, value in overrides.items() if value is not None}
    for name in _FOLDERS:
        if name in given:
            given[name] = _folder(Path(given[name]), settings.root)
    if given.get("sources"):
        given["sources"] = tuple(_from_root(str(s), settings.root) for s in given["sources"])
    else:
        given.pop("sources", None)
    return replace(settings, **given)


def _from_root(source: str, root: Path) -> str:
    """A source as seen from the root. It ends up in pages, so it should not name the machine."""
    if source == STDIN or Path(source).is_absolute() or Path.cwd() == root:
        return source
    try:
        return Path(os.path.relpath(source, root)).as_posix()
    except ValueError:  # another drive
        return str(Path(source).resolve())


def _folder(path: Path, root: Path) -> Path:
    """A folder made absolute; with links resolved, unless they lead it out of the project."""
    written, found = Path(os.path.abspath(path)), path.resolve()  # noqa: PTH100
    return written if _leads_out(written, found, root) else found


def _leads_out(written: Path, found: Path, root: Path) -> bool:
    return written.is_relative_to(root) and not found.is_relative_to(root)


def _leading_out(settings: Settings) -> Iterator[Problem]:
    """Folders of the project that are links to places elsewhere: we would write and clear there."""
    for name in (*_FOLDERS, "state_dir"):
        written: Path = getattr(settings, name)
        found = written.resolve()
        if _leads_out(written, found, settings.root):
            yield Problem(
                "linked-folder",
                f'"{written}" leads out of the project, to "{found}": nothing is written there',
                None,
                f"put a folder in its place, or name the other one as {name}"
                if name in _FOLDERS
                else "delete the link: a folder is made in its place",
                "error",
            )


def _overlaps(settings: Settings) -> Iterator[Problem]:
    """Folders that would eat each other: what we write we also clear."""
    root, docs, site = settings.root, settings.docs_dir, settings.site_dir
    for name, folder, other in (
        ("docs_dir", docs, root),
        ("site_dir", site, root),
        ("site_dir", site, docs),
        ("docs_dir", docs, site),
    ):
        if folder == other or folder in other.parents:
            yield Problem(
                "folders-overlap",
                f'{name} "{folder}" may not hold "{other}"',
                None,
                "give docs_dir and site_dir a folder of their own each",
                "error",
            )
