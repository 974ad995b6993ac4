"""A small site with pages of every kind, built with the repository's own settings and look."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from catalogs import (
    ABSTRACT,
    LONG,
    TOPICS,
    catalog_of,
    full_paper,
    listing,
    paper,
    save,
    site_of,
    small_catalog,
)
from papershelf.model import Author, Catalog, Date, Related, Repair
from papershelf.render.offline import offer_search_from_disk

ROOT = Path(__file__).resolve().parents[1]


def big_catalog() -> Catalog:
    """Enough papers for pages of every kind, with texts that are hard to set."""
    crowd = tuple(Author(f"Name{n}", "A.") for n in range(300))
    mended = Repair("times", "abstract", "about 4times70" * 20, "4×70")
    full = full_paper()
    shared = {"authors": full.authors[:1], "venue": full.venue, "date": Date(2023, 5)}
    papers = [
        full,
        paper(LONG, ABSTRACT * 8, **shared),
        paper(
            "A <kernel> + <model> of 8*16B … 8*16B",
            "Is {{ this }} *safe*? <b>No.</b>",
            authors=full.authors[:1],
        ),
        paper("Crowd", authors=crowd, tags=tuple(f"<i>word</i> & {n}" for n in range(15))),
        paper("Mended", repairs=(mended,)),
    ]
    for n in range(12):
        place = listing(line=n + 1, date=Date(None, 3, 14))
        papers.append(paper(f"Pruning by halves, part {n}", listings=(place,)))
    near = [Related(one.id, 0.5, "similar", "both speak of weights") for one in papers[:3]]
    return catalog_of(
        papers,
        {one.title.plain: list(TOPICS) for one in papers},
        {one.id: near for one in papers},
        departed=small_catalog().departed,
    )


def mkdocs_config() -> dict[str, Any]:
    """The repository's mkdocs.yml without what belongs to its own documentation."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    config["plugins"] = [plugin for plugin in config["plugins"] if "papershelf" not in plugin]
    config["nav"] = [item for item in config["nav"] if "Documentation" not in item]
    return config


def build(folder: Path, engine: str, **more: Any) -> Path:
    """Builds the small site with an engine, strictly, and returns where it lies.

    `more` is added to the settings of MkDocs.
    """
    shutil.copytree(ROOT / "overrides", folder / "overrides")
    config = {**mkdocs_config(), **more}
    site = site_of(big_catalog(), page_size=8, language=config["theme"]["language"])
    save(site, folder / "docs")
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", engine, "build", "--strict"],
        cwd=folder,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "WARNING" not in said, said
    offer_search_from_disk(folder / "site")
    return folder / "site"
