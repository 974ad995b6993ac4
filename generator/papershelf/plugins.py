"""What users add: a plugin is any module that names READERS, STEPS or COMPOSERS.

Each of the three maps a name to what does the work: READERS to modules with `sniff` and
`read`, STEPS and COMPOSERS to functions. There is nothing to subclass and nothing to
register: a plugin is in use when `plugins` in mkdocs.yml lists it, and only then, so that
what a build does is written in one file and not in what happens to be installed.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from papershelf.identity import digest
from papershelf.report import WrongUse

GROUP = "papershelf"
"""The entry-point group in which an installed package may give its plugin a short name."""


class BadPlugin(WrongUse):
    """A plugin is not there, breaks while it loads, or does not hold what it should."""

    code = "bad-plugin"


@dataclass(frozen=True, slots=True)
class Plugins:
    """All that the plugins of a site add, by name; in the order in which they are listed."""

    readers: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    composers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


def load(names: tuple[str, ...], root: Path) -> Plugins:
    """Imports the plugins: by path (relative to `root`), entry-point name or dotted name.

    Raises:
        BadPlugin: one cannot be had; the message says which, and what was expected.
    """
    found: dict[str, dict[str, Any]] = {kind: {} for kind in _CHECKS}
    givers: dict[tuple[str, str], str] = {}
    for name in names:
        for kind, parts in _parts(_module(name, root), name).items():
            for part, work in parts.items():
                other = givers.setdefault((kind, part), name)
                if other != name:
                    raise BadPlugin(
                        f'the plugins "{other}" and "{name}" both give "{part}" in {kind}',
                        "rename one of the two",
                    )
                found[kind][part] = work
    return Plugins(found["READERS"], found["STEPS"], found["COMPOSERS"])


def _module(name: str, root: Path) -> ModuleType:
    """The module behind a name; whatever goes wrong inside it is told as `BadPlugin`."""
    try:
        if name.endswith(".py") or "/" in name or "\\" in name:
            return _from_path(root / name, name)
        listed = next(iter(entry_points(group=GROUP, name=name)), None)
        module = listed.load() if listed else importlib.import_module(name)
    except BadPlugin:
        raise
    except Exception as error:
        raise _broken(name, error) from error
    if not isinstance(module, ModuleType):
        raise BadPlugin(f'the entry point "{name}" leads to no module', _EXPECTED)
    return module


def _from_path(path: Path, name: str) -> ModuleType:
    if not path.is_file():
        raise BadPlugin(f'the plugin "{name}" is not there', f"looked for {path}")
    module = ModuleType(f"papershelf_plugin_{digest(str(path.resolve()))}")
    module.__file__ = str(path)
    # Dataclasses and pickle look their module up by name.
    sys.modules[module.__name__] = module
    try:
        # Not through the import system: its cache of compiled files goes by whole seconds,
        # and whoever edits a plugin under `papershelf serve` is faster than that.
        exec(compile(path.read_bytes(), path, "exec"), vars(module))
    except BaseException:
        del sys.modules[module.__name__]
        raise
    return module


def _broken(name: str, error: Exception) -> BadPlugin:
    if isinstance(error, ModuleNotFoundError) and error.name and name.startswith(error.name):
        return BadPlugin(
            f'there is no plugin "{name}"',
            "give a path such as plugins/mine.py, or install the package that brings it",
        )
    place = ""
    if isinstance(error, SyntaxError):
        place = f" at {error.filename}:{error.lineno}"
    elif frames := traceback.extract_tb(error.__traceback__):
        place = f" at {frames[-1].filename}:{frames[-1].lineno}"
    return BadPlugin(
        f'the plugin "{name}" breaks while it loads{place}',
        f"{type(error).__name__}: {error}",
    )


_EXPECTED = "a plugin is a module that names READERS, STEPS or COMPOSERS, each a dict"


def _parts(module: ModuleType, name: str) -> dict[str, Mapping[str, Any]]:
    """What the module adds, by kind, checked."""
    parts = {kind: getattr(module, kind) for kind in _CHECKS if hasattr(module, kind)}
    if not parts:
        raise BadPlugin(f'the plugin "{name}" adds nothing', _EXPECTED)
    for kind, given in parts.items():
        if not isinstance(given, Mapping):
            raise BadPlugin(f'{kind} in the plugin "{name}" is no dict', _EXPECTED)
        for part, work in given.items():
            fits, expected = _CHECKS[kind]
            if not isinstance(part, str) or not fits(work):
                raise BadPlugin(
                    f'{kind} in the plugin "{name}" does not fit at "{part}"',
                    f"expected a name and {expected}",
                )
    return parts


def _is_reader(work: object) -> bool:
    return all(callable(getattr(work, part, None)) for part in ("sniff", "read"))


_CHECKS: dict[str, tuple[Callable[[object], bool], str]] = {
    "READERS": (_is_reader, "a module (or other thing) with functions sniff and read"),
    "STEPS": (callable, "a function"),
    "COMPOSERS": (callable, "a function"),
}
