"""What the scripts of the pages say, in the language of the site."""

from __future__ import annotations

from collections.abc import Iterator

from papershelf.compose.env import Env
from papershelf.compose.language import ENGLISH
from papershelf.model import Catalog
from papershelf.site import Asset, Page


def compose_words(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`assets/data/words.js`, which every page loads that is not in English."""
    if env.settings.language != ENGLISH:
        yield env.data("words", env.language.words)
