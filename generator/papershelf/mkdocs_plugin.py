"""The MkDocs plugin: `mkdocs build` and `mkdocs serve` bring docs/ up to date by themselves.

An accelerator only: the pages lie in docs/, and the site builds from them without it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority

from papershelf.config import load_settings
from papershelf.model import Settings
from papershelf.render.ahead import keep_out, let_in
from papershelf.render.build import Building
from papershelf.render.handover import handed_over
from papershelf.render.stamps import Stamps, stamps
from papershelf.report import Failure, Report

log = logging.getLogger("mkdocs.plugins.papershelf")


class PapershelfPlugin(BasePlugin):  # type: ignore[no-untyped-call, type-arg]
    """Generates before MkDocs collects its files, and has it watch the sources."""

    _is_dirty = False
    _is_preview = False
    _building: Building | None = None
    _last: Any = None  # what the last run made, in a preview
    _server: Any = None

    def load_config(
        self, options: dict[str, Any], config_file_path: str | None = None
    ) -> tuple[list[Any], list[Any]]:
        """Takes any options: `config` reads and checks them, with file and line."""
        self.config = options
        return [], []

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Says by its presence that one instance is to live through all builds of a `serve`."""
        self._settings: Settings | None = None
        self._seen: Stamps = {}
        self._is_dirty, self._is_preview = dirty, command == "serve"
        self._building = None

    @event_priority(100)
    def on_pre_build(self, *, config: Any) -> None:
        """Sources → docs/, unless papershelf itself has just done so."""
        handover = handed_over()
        settings = handover.settings if handover else None
        if not handover or handover.generate:
            settings = self._generate(settings, config)
        assert settings
        if self._building is None or not self._is_preview:
            self._building = Building.of(settings, self._is_preview)
        self._building.begin(config, settings.fast and not self._is_dirty)

    def _generate(self, settings: Settings | None, config: Any) -> Settings:
        from papershelf import pipeline  # late, for it takes a second of a build that needs none

        report = Report()
        try:
            settings = settings or _settings(config, report)
            # What is saved from here on is for the next build, so the inputs are looked at
            # before; what we write ourselves is none, so the outputs are looked at after.
            before = stamps(_inputs(settings, config))
            self._last = None
            made = pipeline.generate(settings, report)
        except Failure as failure:
            _tell(report)
            raise PluginError("; ".join(map(str, failure.problems()))) from failure
        _tell(report)
        self._settings, self._seen = settings, {**before, **stamps(_outputs(settings))}
        if self._is_preview:
            self._last = made
        if self._server:
            keep_out(self._server)
        return settings

    @event_priority(100)
    def on_nav(self, nav: Any, *, config: Any, files: Any) -> Any:
        """MkDocs knows its pages."""
        if self._building:
            self._building.settle(nav)
        return nav

    @event_priority(-100)
    def on_env(self, env: Any, *, config: Any, files: Any) -> Any:
        """From here on, files are made of pages: the many come first."""
        if self._building:
            self._building.make(env, files)
        return env

    def on_template_context(self, context: Any, *, template_name: str, config: Any) -> Any:
        """Templates are to see all pages."""
        if self._building:
            self._building.give_all(context)
        return context

    @event_priority(-100)
    def on_page_context(self, context: Any, *, page: Any, config: Any, nav: Any) -> Any:
        """A page is in the search index, and its template is next."""
        if self._building:
            self._building.note(page)
            self._building.give_all(context)
        return context

    def on_build_error(self, *, error: Exception) -> None:
        """Leaves MkDocs as it was."""
        if self._building:
            self._building.abandon()

    @event_priority(100)
    def _assemble(self, *, config: Any) -> None:
        if self._building:
            self._building.assemble()

    @event_priority(-50)
    def _conclude(self, *, config: Any) -> None:
        if self._building:
            self._building.conclude()

    on_post_build = CombinedEvent(_assemble, _conclude)

    def on_serve(self, server: Any, *, config: Any, builder: Callable[..., None]) -> Any:
        """Watches what docs/ is made from, and does not build again for what we wrote."""
        if self._settings is None:
            return server
        for path in (*_inputs(self._settings, config), *_outputs(self._settings)):
            if path.exists():
                server.watch(str(path))
        self._server = server
        server.builder = lambda: self._build_if_changed(server, config, builder)
        return server

    def _build_if_changed(self, server: Any, config: Any, builder: Callable[..., None]) -> None:
        """Builds, unless all that has changed since the last time is what we wrote.

        A source that is saved has us write pages, which MkDocs sees as well: without this
        every change would be built twice.
        """
        assert self._settings
        ours = {*_inputs(self._settings, config), *_outputs(self._settings)}
        foreign = {Path(path) for path in getattr(server, "_watched_paths", [""])} - ours
        self._show_ahead(config)
        if foreign or stamps(ours) != self._seen:
            builder()
        elif hasattr(server, "_visible_epoch"):
            server._wanted_epoch = server._visible_epoch  # nothing for the browser to load

    def _show_ahead(self, config: Any) -> None:
        """Shows the pages of papers whose text has changed at once: to make all takes longer."""
        assert self._settings
        found = stamps(_inputs(self._settings, config)).items()
        if not self._last or all(self._seen.get(path) == stamp for path, stamp in found):
            return
        from papershelf import pipeline

        try:
            pages = pipeline.ahead(self._last, self._settings, Report())
            if pages and self._building:
                self._building.show(pages)
                let_in(self._server)
        except Exception as error:  # noqa: BLE001 - the build is still to come, and tells
            log.debug("nothing can be shown ahead of the build: %s", error)


def _settings(config: Any, report: Report) -> Settings:
    file = Path(config.config_file_path)
    return load_settings(file, {"docs_dir": config.docs_dir}, report)


def _inputs(settings: Settings, config: Any) -> list[Path]:
    """The files and folders that docs/ is made from."""
    paths = [settings.root / source for source in settings.sources if source != "-"]
    names = (settings.taxonomy, settings.corrections, *settings.plugins)
    paths += [settings.root / name for name in names]
    paths += [Path(path).absolute() for path in (config.config_file_path, *config.watch)]
    return [path for path in paths if path.exists()]


def _outputs(settings: Settings) -> list[Path]:
    """The folders that we write to, and the user may too."""
    return [settings.docs_dir, settings.overrides_dir]


def _tell(report: Report) -> None:
    """Hands our problems on; only an error is a warning to MkDocs.

    Under `--strict` a warning ends the build, and doubtful input should not.
    """
    levels = {"error": logging.WARNING, "warning": logging.INFO, "info": logging.DEBUG}
    for problem in report.sorted_problems():
        log.log(levels[problem.level], "%s", problem)
    log.info("%s", report.summary())
