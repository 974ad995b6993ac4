"""Search for pages that are opened from disk, where a script may not fetch the index.

Both engines' scripts then load it as a script that sets `__index`; neither engine writes it.
"""

from __future__ import annotations

from pathlib import Path

from papershelf.render import unseen

SCRIPT = "search/search_index.js"
"""Where the script of MkDocs lies in the site."""

_INDEXES = {"search/search_index.json": SCRIPT, "search.json": "search.js"}


def offer_search_from_disk(site: Path) -> None:
    """Puts beside the index of the search, as MkDocs or Zensical made it, the same as a script.

    Raises:
        WriteFailed: the disk said no.
    """
    for index, script in _INDEXES.items():
        if (site / index).is_file():
            unseen.copy(str(site / index), str(site / script), b"var __index = ")
