"""One build of MkDocs with the plugin at work: on which ground, and what is kept of it.

`papershelf build` makes the new site on the one before the last, and switches; the preview
goes on with the site that it shows; a plain `mkdocs build` begins with nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from papershelf import disk
from papershelf.model import Settings
from papershelf.render.ahead import Around, put_ahead
from papershelf.render.fast import FastPath
from papershelf.render.finish import finish
from papershelf.render.ground import Ground
from papershelf.render.handover import handed_over
from papershelf.render.kept import INDEX, Kept, load_kept, save_kept
from papershelf.render.publish import spare


class Building:
    """The steps of a build, as MkDocs comes to them; of many builds, in a preview."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.fast: FastPath | None = None
        self._around: Around | None = None

    @staticmethod
    def of(settings: Settings, is_preview: bool) -> Building:
        """For the front door that is at work."""
        if is_preview:
            return _Preview(settings)
        handover = handed_over()
        is_staged = handover and not handover.generate and handover.only is None
        return _Staged(settings) if is_staged else Building(settings)

    def begin(self, config: Any, is_fast: bool) -> None:
        """Before MkDocs collects its files."""
        self.config, self.fast, self._nav = config, None, None
        if is_fast:
            handover = handed_over()
            only = handover.only if handover else None
            self.fast = FastPath(config, self._ground(), self.settings, only)
            self.fast.begin()

    def _ground(self) -> Ground:
        return Ground(Path(self.config.site_dir))

    def settle(self, nav: Any) -> None:
        """The navigation is made."""
        self._nav = nav
        if self.fast:
            self.fast.settle(nav)

    def make(self, env: Any, files: Any) -> None:
        """Makes the many."""
        self._around = Around(self.config, self._nav, env, files)
        if self.fast:
            self.fast.make(self._nav, env)

    def give_all(self, context: Any) -> None:
        """Gives templates all pages."""
        if self.fast:
            self.fast.give_all(context)

    def note(self, page: Any) -> None:
        """MkDocs makes a page."""
        if self.fast:
            self.fast.note(page)

    def assemble(self) -> None:
        """All files are made but the search index."""
        if self.fast:
            self.fast.assemble()

    def conclude(self) -> None:
        """All files are made."""
        if not self.fast:
            finish(self.settings, Path(self.config.site_dir))
            return
        kept = self.fast.conclude()
        self.fast.close()
        self.fast = None
        self._keep(kept)

    def _keep(self, kept: Kept) -> None:
        pass

    def show(self, pages: Mapping[str, bytes]) -> None:
        """Puts pages, path → file, into the site that is served; the next build makes them again.

        Without a site there is none.
        """

    def abandon(self) -> None:
        """Something raised: leaves MkDocs as it was."""
        if self.fast:
            self.fast.close()
        self.fast = None


class _Staged(Building):
    """Of `papershelf build`: what is kept is on the disk."""

    ground: Ground | None = None

    def _ground(self) -> Ground:
        live, target = self.settings.site_dir, spare(self.settings)
        disk.make_own_folder(target)
        stage = Path(self.config.site_dir)
        if not stage.exists() or not _is_one_disk(target, stage):
            return Ground(stage)
        kept = load_kept(memory(self.settings), live)
        self.ground = Ground(target, live, live / INDEX, kept)
        self.ground.look()
        return self.ground

    def _keep(self, kept: Kept) -> None:
        save_kept(kept, memory(self.settings), self.settings.site_dir)
        handover = handed_over()
        if handover and self.ground and kept.pages:
            handover.marks.update(self.ground.marks(Path(self.config.site_dir)))


class _Preview(Building):
    """Of a server: what is kept is the folder that it serves."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.ground = Ground(Path())

    def _ground(self) -> Ground:
        """The folder is put aside while MkDocs empties its place and fills it with the few."""
        site, ground = Path(self.config.site_dir), self.ground
        if not ground.kept.pages or not (site / INDEX).is_file():
            self.ground = Ground(site)
            return self.ground
        ground.target = ground.live = _beside(site, "spare")
        ground.entries = _beside(site, "index")
        self._clear_up()
        disk.move(site / INDEX, ground.entries)
        disk.move(site, ground.target)
        disk.make_folder(site)
        ground.look()
        return ground

    def _keep(self, kept: Kept) -> None:
        self._clear_up()
        self.ground.kept, self.ground.is_private = kept, True

    def show(self, pages: Mapping[str, bytes]) -> None:
        if not self._around:
            return
        for path, text in pages.items():
            self.ground.forget(path)
            put_ahead(self._around, path, text.decode())

    def _clear_up(self) -> None:
        site = Path(self.config.site_dir)
        disk.remove_tree(_beside(site, "spare"))
        disk.remove_file(_beside(site, "index"))

    def abandon(self) -> None:
        """What was put aside is no whole site any more."""
        super().abandon()
        self.ground = Ground(Path())
        self._clear_up()


def _beside(site: Path, what: str) -> Path:
    return site.with_name(f"{site.name}.papershelf-{what}")


def memory(settings: Settings) -> Path:
    """The file that tells what the site was made from."""
    return settings.state_dir / "rendered.json"


def _is_one_disk(one: Path, other: Path) -> bool:
    return os.stat(one).st_dev == os.stat(other).st_dev  # noqa: PTH116
