"""Whether a site is the one made from docs/ as it is: told by looks, without reading a page."""

from __future__ import annotations

import os
import re
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from papershelf import __version__, disk
from papershelf.model import Settings
from papershelf.render.unseen import files_below

_PACKAGES = ("mkdocs", "mkdocs-material", "jinja2", "markdown", "pymdown-extensions")


# Who may read files, or change pages by what is in none.
_PLUGINS = frozenset({"search", "material/search", "papershelf"})
_FROM_OUTSIDE = re.compile(rb"!ENV.*(?:\n *-.*)*")
_NAME = re.compile(rb"\w+")


def is_current(settings: Settings) -> bool:
    """Whether to render again would give the same files, which all are there.

    False whenever that cannot be known from files alone.
    """
    remembered = disk.read_file(_memory(settings))
    return remembered is not None and remembered == _digest(settings)


def remember(settings: Settings) -> None:
    """Notes that the site is as it should be, unless it depends on what cannot be seen here."""
    digest = _digest(settings)
    if digest is None or not _can_be_known(settings):
        forget(settings)
    else:
        disk.replace_file(_memory(settings), digest)


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


def _digest(settings: Settings) -> bytes | None:
    """Every file that a site is made from and made of, by its looks."""
    config = disk.read_file(settings.config_file) if settings.config_file else None
    if config is None:
        return None
    found = sha256(config)
    for name in sorted(set(_NAME.findall(b"".join(_FROM_OUTSIDE.findall(config))))):
        found.update(
            b"%s=%s\n" % (name, os.environ.get(name.decode(), "").encode(errors="surrogateescape"))
        )
    found.update(f"{__version__} {settings!r} {[_version(name) for name in _PACKAGES]}".encode())
    own = Path(__file__).parent
    for folder in (settings.docs_dir, settings.overrides_dir, settings.beside_dir, own):
        found.update(_looks(folder))
    found.update(_looks(settings.site_dir))
    return found.hexdigest().encode()


def _looks(folder: Path) -> bytes:
    if not folder.is_dir():
        return b"\0"
    found = sha256()
    for address, stat in sorted(files_below(str(folder)), key=lambda pair: pair[0]):
        looks = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
        found.update(f"{address} {looks}\n".encode(errors="surrogateescape"))
    return found.digest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
