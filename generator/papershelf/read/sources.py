"""Sources as the user wrote them → the files to read, in an order that is always the same."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from papershelf.model import Level, Origin, Problem
from papershelf.report import Report

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: where it is (nowhere for standard input), and how messages call it.

    `named` when the user named the file itself, not a folder around it: then silence about
    a file that cannot be read would be wrong.
    """

    path: Path | None
    shown: str
    named: bool = True

    @property
    def aside(self) -> bool:
        """Whether the file merely lies beside the papers, as a README or a logo does."""
        return not self.named and bool(_ASIDE.search(self.shown))

    def problem(self, code: str, message: str, hint: str = "", level: Level = "error") -> Problem:
        """A problem with the file as a whole."""
        return Problem(code, message, Origin(self.shown), hint, level)


_ASIDE = re.compile(
    r"(^|/)(readme|licen[cs]e|copying|notice|changelog|contributing|authors|makefile|"
    r"manifest)(\.[a-z]{1,8})?$"
    r"|\.(md|rst|ya?ml|toml|ini|cfg|lock|py|js|css|sh|svg|png|jpe?g|gif|webp|ico|pdf|docx?)$",
    re.IGNORECASE,
)


def walk(sources: Iterable[str], root: Path, report: Report) -> Iterator[Source]:
    """The files behind the sources; folders are walked in order of name.

    A file is given once, however often it is named. What cannot be read is reported.
    """
    seen: set[Path] = set()
    for written in sources:
        for source in _expand(written, root, report):
            key = source.path.resolve() if source.path else Path(STANDARD_INPUT)
            if key in seen:
                message = f'"{source.shown}" is named twice and read once'
                report.problem(source.problem("same-file", message, level="info"))
                continue
            seen.add(key)
            yield source


def _expand(written: str, root: Path, report: Report) -> Iterator[Source]:
    if written == STANDARD_INPUT:
        yield Source(None, written)
        return
    source = Source(root / written, _shown(written))
    try:
        found = _kind(root / written)
    except (OSError, ValueError) as error:  # a name too long, or with a NUL in it
        report.problem(source.problem("unreadable", f'cannot open "{source.shown}": {_why(error)}'))
        return
    if found == "folder":
        yield from _walk_folder(root / written, source.shown.rstrip("/") or "/", report)
    elif found == "file":
        yield source
    else:
        report.problem(_no_file(source, found))


def _kind(path: Path) -> str:
    if path.is_dir():
        return "folder"
    if path.is_file():
        return "file"
    return "other" if path.exists() else "missing"


def _no_file(source: Source, found: str) -> Problem:
    if found == "missing":
        hint = "sources are files, folders or - for standard input, relative to mkdocs.yml"
        return source.problem("no-such-source", f'there is no "{source.shown}"', hint)
    return source.problem(
        "no-file",
        f'"{source.shown}" is neither a file nor a folder',
        "pipes and devices are read through standard input: papershelf build -",
    )


def _walk_folder(folder: Path, shown: str, report: Report) -> Iterator[Source]:
    """The files below a folder. No recursion: folders may be nested as deep as the disk allows."""
    inside = folder.resolve()
    pending = [(folder, shown)]
    while pending:
        here, name = pending.pop()
        entries, folders = _entries(here, name, report)
        for entry in entries:
            source = Source(Path(entry.path), f"{name}/{_shown(entry.name)}", named=False)
            if entry.is_file(follow_symlinks=False):
                yield source
            elif problem := _left_out(Path(entry.path), source, inside):
                report.problem(problem)
            elif entry.is_file():  # what the link leads to: whoever opens that follows none
                yield replace(source, path=Path(entry.path).resolve())
        pending += [(Path(sub.path), f"{name}/{_shown(sub.name)}") for sub in reversed(folders)]


def _left_out(path: Path, source: Source, inside: Path) -> Problem | None:
    """Why something in a folder is not read, where a file may be missed for it.

    A link to a folder that stays inside needs no word: what it leads to is read at its own place.
    """
    level: Level = "info" if source.aside else "warning"
    try:
        found = _kind(path)
    except OSError:
        found = "missing"
    if found == "missing":
        message = f'"{source.shown}" leads nowhere and is left out'
        return source.problem("unreadable", message, "remove the link, or mend it", level)
    if path.is_symlink() and not _stays(path, inside):
        message = f'"{source.shown}" leads out of its folder and is left out'
        hint = "name what it leads to as a source to have it read"
        return source.problem("link-outside", message, hint, level)
    return replace(_no_file(source, found), level=level) if found == "other" else None


def _entries(
    folder: Path, shown: str, report: Report
) -> tuple[list[os.DirEntry[str]], list[os.DirEntry[str]]]:
    """What is no folder, and folders, that are not hidden; by name. A link is no folder."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(
                (entry for entry in found if not entry.name.startswith(".")),
                key=lambda entry: entry.name,
            )
    except OSError as error:
        problem = Source(None, shown).problem("unreadable", f'cannot open "{shown}": {_why(error)}')
        report.problem(problem)
        return [], []
    kinds: tuple[list[os.DirEntry[str]], list[os.DirEntry[str]]] = ([], [])
    for entry in entries:
        kinds[entry.is_dir(follow_symlinks=False)].append(entry)
    return kinds


def _stays(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # gone since
        return False


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _shown(name: str) -> str:
    r"""The name with `/` between parts, and bytes that are no text as `\xff`."""
    return (
        Path(name).as_posix().encode("utf-8", "surrogateescape").decode(errors="backslashreplace")
    )
