"""A project without the pipeline: each line of papers/ is a page. And a way to our plugin.

Only what MkDocs, Zensical and the writer do with pages is looked at here.
"""

from __future__ import annotations

from pathlib import Path

from papershelf.identity import slug
from papershelf.model import Problem, Settings
from papershelf.prose import escape
from papershelf.report import Failure, Report
from papershelf.site import Page, Site
from papershelf.write import locked, write

CONFIG = """\
site_name: Shelf
site_url: https://shelf.example/
theme: {name: material, variant: classic, font: false, custom_dir: overrides}
plugins:
  - search
  - papershelf: {sources: [papers/]}
nav: [index.md]
not_in_nav: /papers/
"""
OVERRIDES = Path(__file__).resolve().parents[1] / "overrides"


def project(root: Path, config: str = CONFIG) -> Settings:
    """A project with one paper and nothing in docs/ yet."""
    for name in ("docs", "overrides", "papers"):
        (root / name).mkdir(parents=True)
    (root / "mkdocs.yml").write_text(config)
    (root / "papers" / "list.txt").write_text("Paper one\n")
    return Settings(
        root,
        sources=("papers/",),
        docs_dir=root / "docs",
        site_dir=root / "site",
        overrides_dir=root / "overrides",
        config_file=root / "mkdocs.yml",
    )


def generate(settings: Settings, report: Report) -> None:
    """Sources → docs/; a line `doubtful` is a warning, `wrong` an error, `fatal` ends the run."""
    lines = (settings.root / "papers" / "list.txt").read_text().splitlines()
    if "fatal" in lines:
        raise Failure("the toy broke")
    for line, level in (("doubtful", "warning"), ("wrong", "error")):
        if line in lines:
            report.problem(Problem("toy", f"this is {line}", level=level))  # type: ignore[arg-type]
    with locked(settings):
        write(Site(map(page, ["Home", *lines])), settings, report)


def page(title: str) -> Page:
    """A page as the composers make it: escaped for HTML in the title, raw under `paper`."""
    address = "" if title == "Home" else f"papers/{slug(title)}/"
    safe = escape(title)
    meta = {"title": safe, "description": safe, "paper": {"title": title, "topics": ["a", "b"]}}
    return Page(address, meta, f'<div class="ps-paper"><h1>{safe}</h1></div>')


def entry(folder: Path) -> Path:
    """A folder that tells a Python that has it on its path which MkDocs plugin is ours.

    So the tests run in a checkout that is not installed, too.
    """
    info = folder / "papershelf_entry-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: papershelf-entry\nVersion: 0\n")
    plugin = "papershelf = papershelf.mkdocs_plugin:PapershelfPlugin"
    (info / "entry_points.txt").write_text(f"[mkdocs.plugins]\n{plugin}\n")
    return folder
