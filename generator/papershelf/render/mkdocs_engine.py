"""docs/ → HTML with MkDocs, through its Python interface."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from papershelf.disk import refusal
from papershelf.model import Level, Origin, Problem, Settings
from papershelf.render.failure import RenderFailed
from papershelf.render.finish import finish
from papershelf.render.handover import hand_over
from papershelf.render.kept import Mark
from papershelf.report import Failure, Report

# Before the theme is loaded, which reads it: its notice is about MkDocs 2, which we do not use.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import ConfigurationError


def build_with_mkdocs(
    settings: Settings, stage: Path, report: Report, only: frozenset[str] | None = None
) -> Mapping[str, Mark]:
    """Builds into the folder `stage`; what MkDocs warns of becomes `mkdocs-warning`.

    `only` names pages that MkDocs is to make by itself, while all others like them are let be.
    Gives how each file of the site looks, or nothing when they are not all known.

    Raises:
        RenderFailed: MkDocs gave up; what it said is in the report.
    """
    with hand_over(settings, False, only) as handover, heard(settings, report):
        try:
            config = load_config(
                str(settings.config_file), docs_dir=str(settings.docs_dir), site_dir=str(stage)
            )
            config.plugins.on_startup(command="build", dirty=False)
            build(config)
            config.plugins.on_shutdown()
            if "papershelf" not in config.plugins:  # which else has done so
                finish(settings, stage)
        except Failure:
            raise
        except OSError as error:
            # What fails when a file is filled does not tell which it is.
            told = refusal(error.filename or settings.site_dir, error)
            hint = told.hint or "the site stays as it was"
            raise RenderFailed(f"mkdocs {told.message}", hint) from error
        except ConfigurationError as error:
            raise RenderFailed(f"mkdocs cannot use its settings: {error}") from error
        except Exception as error:  # templates and plugins of the user's raise anything
            message = f"mkdocs gave up: {type(error).__name__}: {error}"
            raise RenderFailed(message, "the site stays as it was") from error
        return handover.marks


# What MkDocs says ---------------------------------------------------------------------------


class _Ear(logging.Handler):
    """Turns log records into problems."""

    def __init__(self, settings: Settings, report: Report) -> None:
        super().__init__(logging.WARNING)
        self.settings = settings
        self.report = report

    def emit(self, record: logging.LogRecord) -> None:
        level: Level = "error" if record.levelno >= logging.ERROR else "warning"
        message = record.getMessage()
        self.report.problem(Problem("mkdocs-warning", message, self._origin(message), "", level))

    def _origin(self, message: str) -> Origin | None:
        """The page that a message is about: MkDocs names it first, between quotes."""
        found = re.search(r"'([^']+\.md)'", message)
        if not found:
            return None
        path = self.settings.docs_dir / found[1]
        return Origin(Path(os.path.relpath(path, self.settings.root)).as_posix())


@contextmanager
def heard(settings: Settings, report: Report) -> Iterator[None]:
    """Lets the report hear what MkDocs warns of."""
    logger, ear = logging.getLogger("mkdocs"), _Ear(settings, report)
    logger.addHandler(ear)
    try:
        yield
    finally:
        logger.removeHandler(ear)
