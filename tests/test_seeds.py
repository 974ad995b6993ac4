"""The five real listings, from a new shelf to a finished site, by the command line alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from metadata_reader import read_site_page
from papershelf.clean import clean
from papershelf.merge import merge
from papershelf.model import Collection, Paper, Settings
from papershelf.read import read
from papershelf.report import Report
from test_compose_feeds import check_atom, check_json
from test_machine import assert_is_told

pytestmark = [pytest.mark.shared, pytest.mark.slow]

PAPERSHELF = [sys.executable, "-m", "papershelf"]


def run(*words: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs a command as a person would, in a process of its own."""
    return subprocess.run(
        [*words],
        cwd=cwd,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environ},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def build(shelf: Path, seeds: Path, *options: str, **environ: str) -> dict[str, object]:
    told = run(*PAPERSHELF, "build", str(seeds), "--json", *options, cwd=shelf, **environ)
    assert told.returncode == 0, told.stderr + told.stdout
    return dict(json.loads(told.stdout))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def seeds(shared: Path) -> Path:
    return shared / "seeds"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Path:
    folder = tmp_path_factory.mktemp("real") / "shelf"
    made = run(*PAPERSHELF, "new", str(folder), cwd=folder.parent)
    assert made.returncode == 0, made.stderr
    counts = build(folder, seeds, "--docs-dir", "D", "--site-dir", "S")
    wanted = {"records": 700, "papers": 649, "merged": 51}
    assert {name: counts[name] for name in wanted} == wanted
    assert 150 <= counts["repaired"] <= 190
    assert [problem for problem in counts["problems"] if problem["level"] == "error"] == []
    return folder


@pytest.fixture(scope="module")
def collection(seeds: Path) -> Collection:
    settings = Settings(root=seeds.parent, sources=(str(seeds),))
    report = Report()
    return merge(clean(read(settings, {}, report), settings, {}, report), report)


def test_there_is_a_page_for_each_of_the_649_papers(shelf: Path):
    assert len(list((shelf / "D" / "papers").glob("*.md"))) == 649
    assert len(list((shelf / "S" / "papers").glob("*/index.html"))) == 649


def test_a_second_run_writes_nothing(shelf: Path, seeds: Path):
    before = tree(shelf / "D")
    counts = build(shelf, seeds, "--docs-dir", "D", "--site-dir", "S")
    assert (counts["written"], counts["removed"]) == (0, 0)
    assert tree(shelf / "D") == before


class Text(HTMLParser):
    """The text of a page's article, as a reader sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(data)


def text_of(html: str) -> str:
    parser = Text()
    parser.feed(html)
    return "".join(parser.pieces)


def squeezed(text: str) -> str:
    """Without white space: MathML and line breaks set their own."""
    return "".join(text.split())


def pages_of(shelf: Path, collection: Collection) -> Iterator[tuple[Paper, Path]]:
    """Every paper, and its page in the site."""
    ledger = json.loads((shelf / "permalinks.json").read_text("utf-8"))["papers"]
    slug_of = {key: slug for slug, entry in ledger.items() for key in entry["keys"]}
    for paper in collection:
        yield paper, shelf / "S" / "papers" / slug_of[paper.keys[0]] / "index.html"


def test_every_title_and_abstract_is_on_its_page_whole(shelf: Path, collection: Collection):
    for paper, page in pages_of(shelf, collection):
        text = squeezed(text_of(page.read_text("utf-8")))
        for prose in (paper.title, paper.abstract):
            for span in prose.spans:  # a formula is MathML, and has a test of its own
                if span.kind in {"text", "link"}:
                    assert squeezed(span.plain or span.text) in text, paper.title.plain


def test_collecting_programs_find_all_on_every_page(shelf: Path, collection: Collection):
    """As Zotero's translators and a Scholar indexer read it; JSON-LD by its schema."""
    for paper, page in pages_of(shelf, collection):
        found = read_site_page(page.read_bytes())
        assert_is_told(paper, found)
        (address,) = (link["href"] for link in found.links if link["rel"] == "canonical")
        assert address == found.one("citation_abstract_html_url") == found.one("og:url")
        assert address.endswith(f"/papers/{page.parent.name}/")


def test_every_feed_is_valid(shelf: Path):
    atoms = list((shelf / "S").rglob("feed.xml"))
    assert len(atoms) == len(list((shelf / "S" / "topics").glob("*/index.html"))) + 1 > 100
    for path in atoms:
        titles = [entry.title for entry in check_atom(path.read_bytes()).entries]
        assert titles and len(titles) == len(
            check_json(path.with_suffix(".json").read_bytes())["items"]
        )


def test_search_looks_in_what_papers_say_and_not_in_what_buttons_say(shelf: Path):
    index = json.loads((shelf / "S" / "search" / "search_index.json").read_text("utf-8"))
    texts = {
        doc["location"]: doc["text"]
        for doc in index["docs"]
        if doc["location"].startswith(("papers/", "topics/"))
    }
    assert len(texts) > 649
    assert {place: text for place, text in texts.items() if text[:3] not in {"", "<p>"}} == {}


def test_what_a_person_wrote_in_brackets_and_stars_survives(shelf: Path):
    site = "".join(
        text_of(path.read_text("utf-8")) for path in (shelf / "S" / "papers").glob("*/index.html")
    )
    assert "<kernel> + <programming model> + <optional hints>" in site
    assert "<workload, configuration>" in site
    assert len(re.findall(r"8\*16B", site)) >= 2


@pytest.fixture
def without_plugin(shelf: Path, tmp_path: Path) -> Path:
    """The tree that was made, in a project that has never heard of papershelf."""
    config = (shelf / "mkdocs.yml").read_text("utf-8")
    config = re.sub(r"(?m)^  - papershelf:.*\n(?: {4,}.*\n)*", "", config)
    assert "- papershelf" not in config
    for name in ("D", "overrides"):
        shutil.copytree(shelf / name, tmp_path / name)
    config = re.sub(r"(?m)^(docs|site)_dir:.*\n", "", config)
    (tmp_path / "mkdocs.yml").write_text(f"{config}\ndocs_dir: D\nsite_dir: S\n", "utf-8")
    return tmp_path


def pages(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*.html")}


def test_plain_mkdocs_builds_the_tree_strictly(shelf: Path, without_plugin: Path):
    told = run(sys.executable, "-m", "mkdocs", "build", "--strict", cwd=without_plugin)
    assert told.returncode == 0, told.stderr
    assert "WARNING" not in told.stderr
    assert pages(without_plugin / "S") == pages(shelf / "S")


def test_zensical_builds_the_tree_strictly(shelf: Path, without_plugin: Path):
    told = run(
        str(Path(sys.executable).parent / "zensical"), "build", "--strict", cwd=without_plugin
    )
    assert told.returncode == 0, told.stderr + told.stdout
    assert pages(without_plugin / "S") == pages(shelf / "S")


def test_another_hash_seed_locale_zone_and_order_give_the_same_tree(
    shelf: Path, seeds: Path, tmp_path: Path
):
    """The same folder name, so that origins are the same; the files come in reverse."""
    made = run(*PAPERSHELF, "new", "shelf", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    files = sorted((str(path) for path in seeds.glob("*.txt")), reverse=True)
    told = run(
        *PAPERSHELF, "generate", *files, "--docs-dir", "D",
        cwd=tmp_path / "shelf",
        PYTHONHASHSEED="4242", LC_ALL="C", TZ="Pacific/Kiritimati", COLUMNS="40",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert tree(tmp_path / "shelf" / "D") == tree(shelf / "D")
