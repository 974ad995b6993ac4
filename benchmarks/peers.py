"""The peers: how each gets the pages, builds them, and meets a changed or an added one.

All build the pages that papershelf generated, within the same frame. None but ours and MkDocs
makes a search index, which is to the others' advantage.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Protocol

import yaml

from benchmarks import samples
from benchmarks.trees import Leaf, Tree, front_matter
from papershelf.known_settings import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".venv-bench"
"""Where `make bench` installs the peers: `bin/` of Python's, `node_modules/` of npm's."""


_KNOWN = {setting.name for setting in SETTINGS}


class Peer(Protocol):
    """A way to build the site: a folder with its input, and the command that builds it."""

    name: str
    output: str
    """The folder that the site is in."""
    keeps: bool
    """Whether it looks at what it built before; the others build all again, whatever changed."""

    def prepare(self, tree: Tree, folder: Path) -> None:
        """Fills an empty folder with the input."""
        ...

    def command(self, folder: Path) -> list[str]:
        """What builds the site there."""
        ...

    def clean(self, folder: Path) -> None:
        """Forgets everything that was built."""
        ...

    def change(self, folder: Path, turn: int) -> None:
        """Changes one paper."""
        ...

    def add(self, folder: Path, turn: int) -> None:
        """Adds one paper."""
        ...


def _remove(folder: Path, *names: str) -> None:
    """Puts files and folders aside, where they are deleted in the end.

    Where much has just been deleted, some file systems take several times as long for new files.
    """
    aside = folder.parent / "aside"
    aside.mkdir(exist_ok=True)
    for name in names:
        if (folder / name).exists():
            (folder / name).rename(aside / f"{len(list(aside.iterdir()))}")


def new_shelf(folder: Path, records: int) -> str:
    """A new papershelf site with so many records; says where they are from."""
    subprocess.run([_ours(), "new", str(folder)], check=True, capture_output=True)
    shutil.rmtree(folder / "papers")
    (folder / "papers").mkdir()
    # No peer makes pictures or Markdown twins of its pages.
    config = folder / "mkdocs.yml"
    sources = "      sources: [papers/]\n"
    off = "".join(f"      {name}: false\n" for name in ("previews", "twins") if name in _KNOWN)
    config.write_text(config.read_text("utf-8").replace(sources, sources + off), "utf-8")
    return samples.write(records, folder / "papers" / "papers.jsonl")


def _ours() -> str:
    return str(Path(sys.executable).with_name("papershelf"))


@dataclass
class Papershelf:
    """The whole command: from sources to a searchable site."""

    name: str = "papershelf"
    output: str = "site"
    keeps: bool = True

    def prepare(self, tree: Tree, folder: Path) -> None:
        root = tree.docs.parent
        for name in ("mkdocs.yml", "overrides", "papers"):
            source = root / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / name)
        (folder / "docs").mkdir()

    def command(self, folder: Path) -> list[str]:
        return [_ours(), "build", "--quiet"]

    def clean(self, folder: Path) -> None:
        _remove(folder, "docs", "site", ".papershelf", "permalinks.json")
        (folder / "docs").mkdir()

    def change(self, folder: Path, turn: int) -> None:
        samples.change_one(folder / "papers" / "papers.jsonl", turn)

    def add(self, folder: Path, turn: int) -> None:
        samples.add_one(folder / "papers" / "papers.jsonl", turn)


@dataclass
class Rendering(Papershelf):
    """papershelf's last stage alone: docs/ → site/."""

    name: str = "papershelf, rendering"

    def prepare(self, tree: Tree, folder: Path) -> None:
        super().prepare(tree, folder)
        shutil.copytree(tree.docs, folder / "docs", dirs_exist_ok=True)

    def command(self, folder: Path) -> list[str]:
        return [sys.executable, "-m", "benchmarks.render", str(folder)]

    def clean(self, folder: Path) -> None:
        _remove(folder, "site", ".papershelf")

    def change(self, folder: Path, turn: int) -> None:
        _change_page(sorted((folder / "docs" / "papers").glob("*.md")), turn)

    def add(self, folder: Path, turn: int) -> None:
        _add_page(folder / "docs" / "papers", turn)


@dataclass
class MkDocs(Rendering):
    """Plain MkDocs with Material over the same docs/, without our plugin."""

    name: str = "mkdocs + Material"
    keeps: bool = False

    def prepare(self, tree: Tree, folder: Path) -> None:
        super().prepare(tree, folder)
        config = yaml.safe_load((folder / "mkdocs.yml").read_text("utf-8").replace("!ENV ", ""))
        config["site_url"] = "https://example.org/"
        config["plugins"] = [p for p in config["plugins"] if "papershelf" not in p]
        (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), "utf-8")

    def command(self, folder: Path) -> list[str]:
        return [sys.executable, "-m", "mkdocs", "build", "--quiet"]


@dataclass
class Zensical(MkDocs):
    """Zensical over the same docs/."""

    name: str = "Zensical"
    keeps: bool = True

    def command(self, folder: Path) -> list[str]:
        return [str(Path(sys.executable).with_name("zensical")), "build"]

    def clean(self, folder: Path) -> None:
        _remove(folder, "site", ".cache")


@dataclass
class Files:
    """A peer that reads a file a page, each with the address in its front matter."""

    name: str = ""
    output: str = ""
    keeps: bool = False
    content: str = "content"
    suffix: str = "md"
    built: tuple[str, ...] = ("public",)
    pages: list[Path] = field(default_factory=list)

    def prepare(self, tree: Tree, folder: Path) -> None:
        for path, text in self.settings(tree).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        for number, leaf in enumerate(tree.leaves()):
            self.put(folder / self.content, number, leaf)

    def put(self, folder: Path, number: int, leaf: Leaf) -> None:
        """Writes the file of a page, the so-many-th: some thousand files a folder, as in docs/."""
        path = folder / f"{number // 5000}" / f"{number:06d}.{self.suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.page(leaf), "utf-8")

    def settings(self, tree: Tree) -> dict[str, str]:
        """Every file but the pages."""
        raise NotImplementedError

    def page(self, leaf: Leaf) -> str:
        """A page's file."""
        raise NotImplementedError

    def clean(self, folder: Path) -> None:
        _remove(folder, *self.built)

    def change(self, folder: Path, turn: int) -> None:
        _change_page(sorted((folder / self.content).rglob(f"*.{self.suffix}")), turn)

    def add(self, folder: Path, turn: int) -> None:
        leaf = Leaf(f"/papers/late-{turn}/", "A latecomer", "Late.", "", _BODY, _page(_BODY))
        self.put(folder / self.content, 900_000 + turn, leaf)


_SAID = ("title", "description", "canonical", "part", "head")


def _told(leaf: Leaf) -> dict[str, str]:
    """What the templates of those that do not read the same docs/ are told of a page."""
    section = leaf.address.split("/")[1] or "home"
    part = "paper" if section == "papers" else section
    place = f"https://example.org{leaf.address}"
    values = (leaf.title, leaf.description, place, part, leaf.head)
    return {f"said_{name}": value for name, value in zip(_SAID, values, strict=True)}


_BODY = '<div class="ps-page ps-paper"><h1>A latecomer</h1><p>It came late.</p></div>'


def _change_page(pages: list[Path], turn: int) -> None:
    page = pages[len(pages) // 2]
    text = page.read_text("utf-8")
    at = text.rindex("</div>")
    page.write_text(f"{text[:at]}<p>Changed for the {turn}th time.</p>\n{text[at:]}", "utf-8")


def _add_page(folder: Path, turn: int) -> None:
    (folder / f"late-{turn}.md").write_text(_page(_BODY), "utf-8")


def _page(body: str) -> str:
    return f"{front_matter(title='A latecomer', description='Late.')}{body}\n"


@dataclass
class Hugo(Files):
    """Hugo over the same docs/, front matter and all, with the theme's frame as its layout."""

    name: str = "Hugo"
    output: str = "public"
    built: tuple[str, ...] = ("public", "resources", ".hugo_build.lock")

    def settings(self, tree: Tree) -> dict[str, str]:
        slots = {
            "title": "{{ .Title | safeHTML }}",
            "description": "{{ .Description | safeHTML }}",
            "canonical": "{{ .Permalink }}",
            "part": "{{ .Params.part }}",
            "head": "{{ .Params.head | safeHTML }}",
            "body": "{{ .Content }}",
        }
        frame = tree.frame(slots)
        return {
            "hugo.toml": 'baseURL = "https://example.org/"\ntitle = "Papers"\n'
            'disableKinds = ["taxonomy", "term", "RSS", "section"]\n'
            "[markup.goldmark.renderer]\nunsafe = true\n",
            "layouts/single.html": frame,
            "layouts/home.html": frame,
        }

    def put(self, folder: Path, number: int, leaf: Leaf) -> None:
        path = folder / f"{leaf.address.strip('/') or '_index'}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(leaf.source, "utf-8")

    def command(self, folder: Path) -> list[str]:
        return [str(TOOLS / "bin" / "hugo"), "build", "--quiet"]


@dataclass
class Eleventy(Files):
    """Eleventy, with the frame as a Nunjucks layout."""

    name: str = "Eleventy"
    output: str = "_site"
    suffix: str = "html"
    built: tuple[str, ...] = ("_site", ".cache")

    def settings(self, tree: Tree) -> dict[str, str]:
        slots = {name: f"{{{{ said_{name} | safe }}}}" for name in _SAID}
        frame = tree.frame({**slots, "body": "{{ content | safe }}"})
        return {
            "content/_includes/frame.njk": frame,
            "eleventy.config.js": "module.exports = () => ({ dir: { input: 'content', output: "
            "'_site' }, htmlTemplateEngine: false });\n",
            "package.json": json.dumps({"private": True}),
        }

    def page(self, leaf: Leaf) -> str:
        front = front_matter(
            **_told(leaf), layout="frame.njk", permalink=f"{leaf.address}index.html"
        )
        return f"{front}{leaf.body}\n"

    def command(self, folder: Path) -> list[str]:
        return ["node", str(TOOLS / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"), "--quiet"]


@dataclass
class Pelican(Files):
    """Pelican, pages in HTML, with the frame as its theme; nothing but pages is made."""

    name: str = "Pelican"
    output: str = "output"
    suffix: str = "html"
    built: tuple[str, ...] = ("output", "cache", "__pycache__")

    def settings(self, tree: Tree) -> dict[str, str]:
        slots = {name: f"{{{{ page.said_{name} }}}}" for name in _SAID}
        frame = tree.frame({**slots, "body": "{{ page.content }}"})
        off = "ARCHIVES AUTHORS CATEGORIES TAGS INDEX".split()
        return {
            "theme/templates/page.html": frame,
            "theme/static/none.txt": "",
            "pelicanconf.py": "SITENAME='Papers'\nSITEURL=''\nTIMEZONE='UTC'\nPATH='content'\n"
            "ARTICLE_PATHS=[]\nPAGE_PATHS=['']\nTHEME='theme'\nDIRECT_TEMPLATES=[]\n"
            "FEED_ALL_ATOM=CATEGORY_FEED_ATOM=AUTHOR_FEED_ATOM=None\n"
            + "".join(f"{name.rstrip('S')}_SAVE_AS=''\n" for name in off),
        }

    def page(self, leaf: Leaf) -> str:
        place = {"save_as": f"{leaf.address[1:]}index.html", "url": leaf.address}
        head = "".join(
            f'<meta name="{name}" content="{escape(text)}">\n'
            for name, text in {**_told(leaf), **place}.items()
        )
        name = leaf.address.strip("/") or "home"
        return (
            f"<html><head><title>{name}</title>\n{head}</head><body>\n{leaf.body}\n</body></html>\n"
        )

    def command(self, folder: Path) -> list[str]:
        return [
            str(TOOLS / "bin" / "pelican"),
            "content",
            "-s",
            "pelicanconf.py",
            "-o",
            "output",
            "-q",
        ]


def peers() -> Iterator[Peer]:
    """Everybody, ours first."""
    yield from (Papershelf(), Rendering(), MkDocs(), Hugo(), Eleventy(), Pelican(), Zensical())
