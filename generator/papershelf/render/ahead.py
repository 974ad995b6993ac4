"""A page in the site of a preview before all of it is built again, by MkDocs itself."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from mkdocs.commands import build
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page


class Around(NamedTuple):
    """What stood around the pages in the last build."""

    config: Any
    nav: Any
    env: Any
    files: Any


def put_ahead(around: Around, path: str, text: str) -> None:
    """Writes the page that a file of docs/ would become, whatever the file there says."""
    config, nav, env, files = around
    page = Page(None, File.generated(config, path, content=text), config)
    build._populate_page(page, config, files)
    build._build_page(page, config, files.documentation_pages(), nav, env)


_A_MOMENT = 0.2  # seconds that browsers get to load the page, before all cores are at work


def let_in(server: Any) -> None:
    """Has browsers load the site as it is now, though a build is to come."""
    with server._epoch_cond:
        server._visible_epoch = server._wanted_epoch
        server._epoch_cond.notify_all()
    time.sleep(_A_MOMENT)


def keep_out(server: Any) -> None:
    """Has browsers wait again until the build is done, for half a site is none."""
    server._wanted_epoch = max(round(time.monotonic() * 1000), server._visible_epoch + 1)
