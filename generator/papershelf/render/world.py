"""All that pages depend on beside their own source, as one digest.

Settings, navigation, templates, versions: when any of them changes, every page is made again.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from mkdocs.utils import get_build_date

from papershelf import __version__, disk
from papershelf.render import kept

_PACKAGES = ("mkdocs", "mkdocs-material", "jinja2", "markdown", "pymdown-extensions", "markupsafe")
# Templates take in other files too, icons above all; but what browsers load, and the 12,000 icons
# of the theme, do not change with the site.
_LOADED = re.compile(r"\.(?:css|js|map|woff2?|png|jpe?g|gif|webp|ico|pyc?|j2)\Z")
_TAKES_IN = re.compile(r"{%[^%]*\b(?:include|import|from|source)\b[^%]*\.(?:css|js)\b")
_DATED = re.compile(r"\b(?:build_date_utc|update_date)\b")


def digest_of_world(config: Any, nav: Any) -> str:
    """A digest of settings, navigation, templates and versions."""
    found = sha256()
    folders = [_Folder.of(folder) for folder in config.theme.dirs]
    asked = asked_of_others("\n".join(folder.text for folder in folders))
    for part in (*_versions(), *_settings(config), *_nav(nav.items, asked), *_templates(folders)):
        found.update(f"{part}\n".encode(errors="surrogateescape"))
    return found.hexdigest()


def _versions() -> Iterator[str]:
    yield f"{__version__} {kept.VERSION} {sys.version}"
    for name in _PACKAGES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield name
    for path, stat in _stats(Path(__file__).parent):
        yield f"{path} {stat}"


def _settings(config: Any) -> Iterator[str]:
    for name in sorted(config):
        yield f"{name} {_plain(config[name])}"
    theme = config.theme
    yield f"{theme.name} {theme.dirs} {_plain(dict(theme.items()))}"
    for name, plugin in config.plugins.items():
        yield f"{name} {_plain(dict(plugin.config))}"


_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def _plain(value: Any) -> str:
    """A setting as text that is the same in every process."""
    if isinstance(value, Mapping):
        pairs = sorted((str(key), _plain(inner)) for key, inner in value.items())
        return f"{{{', '.join(f'{key}: {inner}' for key, inner in pairs)}}}"
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_plain(inner) for inner in value]
        return f"[{', '.join(sorted(parts) if isinstance(value, set | frozenset) else parts)}]"
    if hasattr(value, "patterns"):
        return _plain([getattr(pattern, "pattern", pattern) for pattern in value.patterns])
    return _ADDRESS.sub("", repr(value))


def _nav(items: Any, asked: Collection[str] | None, depth: int = 0) -> Iterator[str]:
    for item in items:
        yield f"{depth} {type(item).__name__} {item.title!r} {getattr(item, 'url', '')!r}"
        if getattr(item, "is_page", False):
            keys = item.meta if asked is None else item.meta.keys() & asked
            yield f"{bool(item.meta)} {_plain({key: item.meta[key] for key in keys})}"
        yield from _nav(item.children or (), asked, depth + 1)


# Front matter that a template reads: whose (or the end of a long name), and which key of it; then
# what follows.
_META = re.compile(r"""(["'\w.\])]{0,40})\.meta\b(?:\.(\w+)\b(?!\s*\())?(\s*\S{0,4})""")
_ODD = re.compile(r"""\[\s*["']meta["']|attr\(\s*["']meta\b|attribute\s*=\s*["'][\w.]*\bmeta\b""")
_ANOTHER_PAGE = re.compile(  # goes by the name of the page
    r"{%[-+]?\s*(?:set\s+[^=%]*\bpage\b[^=%.]*=|for\s+[^%]*?\bpage\b(?!\.)[^%]*?\bin\b"
    r"|(?:macro\s+\w+\s*|call\s*)\([^)%]*\bpage\b|with\s+(?:[^%]*,\s*)?page\s*="
    r"|(?:import|from)\b[^%]*\bpage\b)"
)


def asked_of_others(templates: str) -> set[str] | None:
    """The keys of front matter that templates ask of pages other than the one they show.

    Our descriptions tell how many papers there are, and no page needs to be made anew for that.
    Nothing where a template asks in a way that may mean any key.
    """
    if _ODD.search(templates) or _TAKES_IN.search(templates):
        return None
    is_own = not _ANOTHER_PAGE.search(templates)
    asked = set()
    for whose, key, rest in _META.findall(templates):
        if (whose == "page" and is_own) or re.fullmatch(r"""["'][\w.]*""", whose):
            continue  # the page itself, or the name of a text in the theme's language
        if key:
            asked.add(key)
        elif not re.match(r"\s+and\b", rest):  # or it is handed on, whole
            return None
    return asked


class _Folder(NamedTuple):
    """A folder of templates: its files, and the text of those that may be one."""

    files: list[tuple[str, kept.Stamp]]
    text: str

    @classmethod
    def of(cls, folder: str) -> _Folder:
        files = sorted(_stats(Path(folder), "site-packages" in Path(folder).parts))
        texts = [disk.read_file(path) or b"" for path, _ in files if not _LOADED.search(path)]
        return cls(files, b"\n".join(texts).decode(errors="replace"))


def _templates(folders: Iterable[_Folder]) -> Iterator[str]:
    """Templates as they are; with the day of the build, when one of them tells it."""
    for files, text in folders:
        for path, stat in files:
            if not _LOADED.search(path) or _TAKES_IN.search(text):
                yield f"{path} {stat}"
        if _DATED.search(text):
            yield str(get_build_date())


def _stats(folder: Path, is_theme: bool = True) -> Iterator[tuple[str, kept.Stamp]]:
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not (is_theme and name in _PASSED)]
        for name in names:
            file = os.path.join(path, name)  # noqa: PTH118 - one of many
            try:
                yield file, kept.stamp(os.stat(file))  # noqa: PTH116
            except OSError:  # a link to nowhere
                yield file, kept.Stamp(0, 0)


_PASSED = frozenset({".icons", "assets", "__pycache__", "plugins", "extensions"})
