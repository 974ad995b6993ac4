"""Whether a site is the one made from docs/ as it is: told by looks, without reading a page."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from papershelf import __version__, disk
from papershelf.model import Settings
from papershelf.render.kept import Mark, mark, mark_of
from papershelf.render.unseen import files_below

_PACKAGES = ("mkdocs", "mkdocs-material", "jinja2", "markdown", "pymdown-extensions")


# Who may read files, or change pages by what is in none.
_PLUGINS = frozenset({"search", "material/search", "papershelf"})
_FROM_OUTSIDE = re.compile(rb"!ENV.*(?:\n *-.*)*")
_NAME = re.compile(rb"\w+")


Inputs = Sequence[bytes]
_NOTHING: Mapping[str, Mark] = {}


def inputs(settings: Settings) -> Inputs:
    """Digests of the settings, and of every file that a site is made from, by its looks."""
    head = _head(settings)
    own = Path(__file__).parent
    folders = (settings.docs_dir, settings.overrides_dir, settings.beside_dir, own)
    return [head, *map(_looks, folders)] if head else []


def is_current(settings: Settings, seen: Inputs = ()) -> bool:
    """Whether to render again would give the same files, which all are there.

    False whenever that cannot be known from files alone. `seen` spares to look at the inputs.
    """
    remembered = (disk.read_file(_memory(settings)) or b"").split(b"\n")
    if len(remembered) == 1 or remembered[:-1] != (seen or inputs(settings)):
        return False
    return remembered[-1] == _looks(settings.site_dir)


def remember(settings: Settings, seen: Inputs = (), marks: Mapping[str, Mark] = _NOTHING) -> None:
    """Notes that the site is as it should be, unless it depends on what cannot be seen here.

    `seen` is what the inputs were before they were read: what has changed since is not in it.
    `marks`, where known, tell how the files of the site looked when they were made.
    """
    seen = seen or inputs(settings)
    if seen and _can_be_known(settings):
        site = settings.site_dir
        looks = _digest({**marks, **_others(site, marks)}) if marks else _looks(site)
        disk.replace_file(_memory(settings), b"\n".join([*seen, looks]))
    else:
        forget(settings)


def _others(site: Path, marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """The files at places of the site where none is known: hidden ones, which stay."""
    known = {address.partition("/")[0] for address in marks}
    found: dict[str, Mark] = {}
    for entry in site.iterdir():
        if entry.name not in known and entry.is_dir() and not entry.is_symlink():
            below = files_below(str(entry))
            found |= {f"{entry.name}/{address}": mark(stat) for address, stat in below}
        elif entry.name not in known and (there := mark_of(entry)):
            found[entry.name] = there
    return found


def _can_be_known(settings: Settings) -> bool:
    """Whether mkdocs.yml has no settings from elsewhere, and names nobody who is unknown."""
    # Late, for MkDocs takes 0.3 s to import, and who asks `is_current` only needs none of it.
    from mkdocs.utils.yaml import yaml_load

    from papershelf.render.generated import is_harmless

    assert settings.config_file
    config = yaml_load((disk.read_file(settings.config_file) or b"").decode())
    theme, extensions = config.get("theme"), _names(config.get("markdown_extensions"))
    is_ours = isinstance(theme, dict) and theme.get("name") == "material"
    is_known = _PLUGINS.issuperset(_names(config.get("plugins"))) and is_harmless(extensions)
    return is_ours and is_known and not {"INHERIT", "hooks"}.intersection(config)


def _names(listed: Any) -> set[str]:
    """The keys of a list of names, of mappings by name, or of both."""
    return {name for one in listed or () for name in ([one] if isinstance(one, str) else one)}


def forget(settings: Settings) -> None:
    """To be called before anything of the site is changed."""
    disk.remove_file(_memory(settings))


def _memory(settings: Settings) -> Path:
    return settings.state_dir / "current"


def _head(settings: Settings) -> bytes:
    """What settings, environment and versions say; nothing without a file of settings."""
    config = disk.read_file(settings.config_file) if settings.config_file else None
    if config is None:
        return b""
    found = sha256(config)
    for name in sorted(set(_NAME.findall(b"".join(_FROM_OUTSIDE.findall(config))))):
        found.update(
            b"%s=%s\n" % (name, os.environ.get(name.decode(), "").encode(errors="surrogateescape"))
        )
    found.update(f"{__version__} {settings!r} {[_version(name) for name in _PACKAGES]}".encode())
    return found.hexdigest().encode()


def _looks(folder: Path) -> bytes:
    if not folder.is_dir():
        return b"none"
    return _digest({address: mark(stat) for address, stat in files_below(str(folder))})


def _digest(marks: Mapping[str, Mark]) -> bytes:
    looks = sorted(
        f"{address}\0{size} {time} {node}" for address, (size, time, node) in marks.items()
    )
    return sha256("\0".join(looks).encode(errors="surrogateescape")).hexdigest().encode()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
