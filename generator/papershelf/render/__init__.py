"""docs/ → site/ with the engine that the settings name, published in one step."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from papershelf import disk
from papershelf.model import Settings
from papershelf.render.current import forget, inputs, is_current, remember
from papershelf.render.failure import RenderFailed
from papershelf.render.publish import staged
from papershelf.report import Report

__all__ = ["RenderFailed", "is_current", "render", "serve", "verify"]


def render(settings: Settings, report: Report, anew: bool = True) -> None:
    """Builds `docs_dir` into `site_dir`; readers see the old site until the new one is whole.

    Two builds of the same pages give the same bytes, whatever the day. Unless it is to be made
    `anew`, a site that is the one of docs/ as it is stays untouched.

    Raises:
        RenderFailed: the engine gave up, or `site_dir` is no place for a site.
        LockHeld: another papershelf is at work on the same site.
        WriteFailed: the disk said no.
    """
    _check_config(settings)
    seen = inputs(settings)
    if not anew and is_current(settings, seen):
        return
    problems = len(report.problems)
    with (
        _seldom_collected(),
        disk.locked(settings.state_dir / "lock", tell=report.note),
        staged(settings) as stage,
    ):
        disk.sweep(settings.state_dir)
        forget(settings)
        if settings.engine == "zensical":
            from papershelf.render.zensical_engine import build_with_zensical as build
        else:  # imported late: MkDocs takes 0.3 s to import, `papershelf --help` should not
            from papershelf.render.mkdocs_engine import build_with_mkdocs as build
        marks = build(settings, stage, report)
    if settings.engine == "mkdocs" and len(report.problems) == problems:
        remember(settings, seen, marks)  # what was told would not be told again


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Most of what a build makes stays to its end: to look for waste took a tenth of its time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def verify(settings: Settings, count: int, report: Report) -> None:
    """Renders so many pages of the site again, by MkDocs alone, and compares; see `verify`.

    Raises:
        RenderFailed: MkDocs gave up.
    """
    from papershelf.render.compare import verify

    verify(settings, count, report)


def serve(settings: Settings, address: str, open_browser: bool, report: Report) -> None:
    """Shows the site in the browser and keeps it up to date until interrupted.

    `address` is `HOST:PORT` on this machine. A saved source or page is built anew by our
    MkDocs plugin, and the browser told to load it.

    Raises:
        RenderFailed: MkDocs gave up.
        WrongUse: the address is not one of this machine alone.
    """
    from papershelf.render.preview import preview

    _check_config(settings)
    for folder in (settings.docs_dir, settings.overrides_dir):
        disk.make_folder(folder)  # MkDocs asks for them before our plugin may fill them
    preview(settings, address, open_browser, report)


def _check_config(settings: Settings) -> None:
    if settings.config_file is None or not settings.config_file.is_file():
        raise RenderFailed(
            f'there is no mkdocs.yml in "{settings.root}"',
            "papershelf new DIR makes a folder with all that a site needs",
        )
