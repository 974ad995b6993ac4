"""docs/ → HTML with Zensical, as a program of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from papershelf import disk
from papershelf.model import Level, Origin, Problem, Settings
from papershelf.render.failure import RenderFailed
from papershelf.render.finish import finish
from papershelf.render.kept import Mark
from papershelf.report import Report


def build_with_zensical(settings: Settings, stage: Path, report: Report) -> Mapping[str, Mark]:
    """Builds into the folder `stage`; what Zensical warns of becomes `zensical-warning`.

    Gives nothing, for it does not tell which files it makes.

    Raises:
        RenderFailed: it is not installed, gave up, or is asked to write out of the project.
    """
    if importlib.util.find_spec("zensical") is None:
        raise RenderFailed("zensical is not installed", "pip install zensical==0.0.73")
    for folder, name in ((settings.docs_dir, "docs_dir"), (stage, "site_dir")):
        if not folder.resolve().is_relative_to(settings.root.resolve()):
            hint = f"choose a folder below {settings.root}, or the engine mkdocs"
            raise RenderFailed(f"zensical needs {name} inside the project", hint)
    with _derived_config(settings, stage) as config:
        _run(config, settings, report)
    finish(settings, stage)
    return {}


@contextmanager
def _derived_config(settings: Settings, stage: Path) -> Iterator[Path]:
    """The user's settings with the folders of this run, for which there is no option."""
    assert settings.config_file
    config = settings.root / ".papershelf-zensical.yml"
    folders = {"docs_dir": settings.docs_dir, "site_dir": stage}
    relative = {name: os.path.relpath(path, settings.root) for name, path in folders.items()}
    inherited = {"INHERIT": os.path.relpath(settings.config_file, settings.root), **relative}
    disk.replace_file(config, json.dumps(inherited).encode())
    try:
        yield config
    finally:
        disk.remove_file(config)


def _run(config: Path, settings: Settings, report: Report) -> None:
    command = [sys.executable, "-m", "zensical", "build", "--config-file", str(config), "--clean"]
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        command,
        cwd=settings.root,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    said = _STYLES.sub("", done.stdout + done.stderr)
    if done.returncode:
        raise RenderFailed(f"zensical gave up: {said.strip()}", "the site stays as it was")
    for found in _ISSUE.finditer(said):
        report.problem(_problem(found, settings))


def _problem(found: re.Match[str], settings: Settings) -> Problem:
    """One issue as Zensical draws it: what, then where, then the line in question."""
    level, what, path, line, text = found.groups(default="")
    quoted = f'{what}: "{text.strip()}"' if text else what
    docs = Path(os.path.relpath(settings.docs_dir, settings.root)).as_posix()
    origin = Origin(f"{docs}/{path}", int(line)) if path else None
    kind: Level = "error" if level == "Error" else "warning"
    return Problem("zensical-warning", quoted, origin, "", kind)


_ISSUE = re.compile(
    r"^(Warning|Error): (.+)(?:\n.*\[ (.+):(\d+):\d+ \]\n.*\n *\d+ │ (.*))?", re.MULTILINE
)
_STYLES = re.compile(r"\x1b\[[0-9;]*m")
