"""What the benchmarks measure with. The measurements themselves are no tests."""

from __future__ import annotations

import json
import sys
from html import unescape
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import report, samples
from benchmarks.limit import write_again
from benchmarks.measure import run
from benchmarks.peers import Eleventy, Hugo, Pelican, peers
from benchmarks.trees import Tree

PAGE = (
    '<html><head><meta name="description" content="old"><title>old</title>'
    '<link rel="canonical" href="https://example.org/old/"><link href="stylesheets/papershelf-'
    'paper.css"><meta property="og:title" content="(old)"></head>'
    '<body><article><div class="ps-page">old</div></article></body></html>'
)
PAPER = (
    "---\ntitle: 'It''s old'\ndescription: said\npart: x\n"
    'head: \'<meta property="og:title" content="(old)">\'\n---\n'
    '<div class="ps-page">\n<p>old</p>\n</div>\n'
)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A docs/ of a home and a paper, and the paper's page."""
    for path, text in {
        "docs/index.md": PAPER,
        "docs/papers/x.md": PAPER,
        "site/papers/x/index.html": PAGE,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return Tree(tmp_path / "docs", tmp_path / "site")


def test_cpu_of_children_counts(tmp_path: Path) -> None:
    work = "for _ in range(3_000_000): pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}])"
    alone = run([sys.executable, "-c", "pass"], tmp_path)
    both = run([sys.executable, "-c", code], tmp_path)
    assert not alone.failed and not both.failed
    assert both.cpu > alone.cpu


def test_memory_of_all_processes_is_seen_and_bounded(tmp_path: Path) -> None:
    code = "import time; held = bytearray(80 << 20); time.sleep(0.6)"
    seen = run([sys.executable, "-c", code], tmp_path)
    assert seen.memory > 80 << 20
    stopped = run([sys.executable, "-c", code], tmp_path, most_memory=40 << 20)
    assert "GB" in stopped.failed


def test_failure_is_told(tmp_path: Path) -> None:
    assert run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path).failed == "exit 3"
    assert run([sys.executable, "-c", "import time; time.sleep(9)"], tmp_path, limit=0.5).failed


def test_made_up_records_are_the_same_each_time(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(samples, "SHARED", tmp_path)
    assert samples.write(30, tmp_path / "a") == samples.write(30, tmp_path / "b") == "made up"
    assert (tmp_path / "a").read_text() == (tmp_path / "b").read_text()
    records = [json.loads(line) for line in (tmp_path / "a").read_text().splitlines()]
    assert len({record["title"] for record in records}) == 30


def test_one_record_is_changed_and_one_added(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(samples, "SHARED", tmp_path)
    samples.write(9, tmp_path / "a")
    before = (tmp_path / "a").read_text().splitlines()
    samples.change_one(tmp_path / "a", 1)
    samples.add_one(tmp_path / "a", 1)
    after = (tmp_path / "a").read_text().splitlines()
    assert [old == new for old, new in zip(before, after, strict=False)].count(False) == 1
    assert len(after) == 10


def test_frame_has_the_slots_and_leaves_have_the_texts(tree: Tree) -> None:
    names = ("title", "description", "canonical", "part", "head", "body")
    frame = tree.frame({name: f"{{{{ {name} }}}}" for name in names})
    assert "old" not in frame
    assert all(frame.count(f"{{{{ {name} }}}}") == 1 for name in names)
    assert [leaf.address for leaf in tree.leaves()] == ["/", "/papers/x/"]
    assert next(tree.leaves()).title == "It's old"


@pytest.mark.parametrize("peer", [Hugo(), Eleventy(), Pelican()], ids=lambda peer: peer.name)
def test_peers_get_every_page(peer, tree: Tree, tmp_path: Path) -> None:
    folder = tmp_path / "peer"
    folder.mkdir()
    peer.prepare(tree, folder)
    pages = folder / peer.content
    before = {path: path.read_text("utf-8") for path in pages.rglob(f"*.{peer.suffix}")}
    assert len(before) == 2
    peer.change(folder, 1)
    peer.add(folder, 1)
    after = {path: path.read_text("utf-8") for path in pages.rglob(f"*.{peer.suffix}")}
    assert len(after) == 3
    assert sum(before[path] != after[path] for path in before) == 1
    assert all("(old)" in unescape(text) for text in before.values())


def test_site_is_written_again(tree: Tree, tmp_path: Path) -> None:
    assert write_again(tree.site, tmp_path / "copy")["files"] == 1
    assert (tmp_path / "copy" / "papers" / "x" / "index.html").read_text("utf-8") == PAGE


def test_results_become_a_page() -> None:
    one = {"cpu": 2.0, "wall": 1.0, "memory": 10**8, "failed": ""}
    dead = {**one, "failed": "too long"}
    sizes = [
        {"papers": n, "origin": "made up", "pages": n, "bytes": 10**6, "limit": 0.1, "rounds": 3,
         "made": {"papershelf": [n, 10**6]}, "live": {"page": 0.5, "all": n / 50},
         "runs": {"papershelf": {"cold": {**one, "cpu": n / 100}},
                  "papershelf, rendering": {"cold": one},
                  "Hugo": {"cold": {**one, "cpu": 4.0}},
                  "Eleventy": {"cold": dead}}}
        for n in (100, 1000)
    ]  # fmt: skip
    text = report.text(sizes)
    assert "| Hugo | from nothing | 4.00 | 2.00 |" in text
    assert "too long" in text
    assert "in the browser after 0.5 s, and all that lists it after 2.0 s" in text
    assert "100 → 1,000: 1.00" in text


def test_everybody_has_a_name_of_their_own() -> None:
    names = [peer.name for peer in peers()]
    assert len(names) == len(set(names)) >= 6
