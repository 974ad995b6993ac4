"""The story, whole: a small collection through every stage, and what must hold of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from papershelf import pipeline, plugins
from papershelf.model import Settings
from papershelf.report import Report
from papershelf.site import Page

ROOT = Path(__file__).resolve().parents[1]
FOUND = os.pathsep.join([str(ROOT / "generator"), os.environ.get("PYTHONPATH", "")])
PAPERS = [
    {
        "title": "Attention for Rivers",
        "abstract": "Rivers bend, and attention bends with them. We train a transformer on maps.",
        "arxiv": "2401.00001",
    },
    {
        "title": "Attention for Lakes",
        "abstract": "Lakes lie still, and so may attention. We train a transformer on still maps.",
        "authors": ["Ada Waters"],
        "date": "2024-03",
    },
    {
        "title": "A Note on <kernel> Names",
        "abstract": "Names such as <kernel> and 8*16B must be shown, 4times7 of them, as they are.",
    },
    {
        "title": "Attention for Rivers",
        "abstract": "Rivers bend, and attention bends with them. We train a transformer on maps.",
        "arxiv": "2401.00001",
    },
]


def shelf(folder: Path, papers: list[dict] = PAPERS, **more) -> Settings:
    """Settings for a folder that holds these papers, a file each."""
    (folder / "papers").mkdir(parents=True, exist_ok=True)
    for number, paper in enumerate(papers):
        (folder / "papers" / f"{number}.jsonl").write_text(json.dumps(paper) + "\n")
    return Settings(
        root=folder,
        docs_dir=folder / "docs",
        site_dir=folder / "site",
        overrides_dir=folder / "overrides",
        **more,
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_catalogue_knows_everything_about_every_paper(tmp_path: Path):
    report = Report()
    catalog, ledger = pipeline.catalogue(shelf(tmp_path), plugins.Plugins(), report)
    assert sorted(catalog.slugs.values()) == sorted(ledger.entries) == [
        "a-note-on-kernel-names",
        "attention-for-lakes",
        "attention-for-rivers",
    ]  # fmt: skip
    rivers = next(p for p in catalog.collection if p.title.plain == "Attention for Rivers")
    assert [str(origin) for origin in rivers.origins] == ["papers/0.jsonl:1", "papers/3.jsonl:1"]
    assert len(catalog.collection.merges) == 1
    assert catalog.aliases == {}
    assert catalog.departed == {}
    assert (report.counts["records"], report.counts["merged"]) == (4, 1)


def test_short_ids_bring_aliases(tmp_path: Path):
    settings = shelf(tmp_path, short_ids=True)
    catalog, _ = pipeline.catalogue(settings, plugins.Plugins(), Report())
    assert catalog.aliases["2401-00001"] == "attention-for-rivers"


def test_compiling_writes_nothing(tmp_path: Path):
    settings = shelf(tmp_path)
    before = tree(tmp_path)
    compiled = pipeline.compile_site(settings, Report())
    assert "papers/attention-for-lakes.md" in {item.path for item in compiled.site}
    assert tree(tmp_path) == before


def test_generating_twice_writes_once(tmp_path: Path):
    settings = shelf(tmp_path)
    pipeline.generate(settings, Report())
    before = tree(tmp_path)
    report = Report()
    pipeline.generate(settings, report)
    assert (report.counts["written"], report.counts["removed"]) == (0, 0)
    assert tree(tmp_path) == before


def test_every_title_and_abstract_reaches_its_page(tmp_path: Path):
    settings = shelf(tmp_path)
    pipeline.generate(settings, Report())
    page = (tmp_path / "docs" / "papers" / "a-note-on-kernel-names.md").read_text()
    assert "&lt;kernel&gt;" in page
    assert "8&#42;16B" in page
    assert "4×7" in page
    assert "<kernel>" not in page.split("\n---\n", 1)[1]


def test_a_paper_that_goes_leaves_a_page_that_says_so(tmp_path: Path):
    pipeline.generate(shelf(tmp_path), Report())
    (tmp_path / "papers" / "1.jsonl").unlink()
    catalog, _ = pipeline.catalogue(shelf(tmp_path, []), plugins.Plugins(), Report())
    assert catalog.departed == {"attention-for-lakes": "Attention for Lakes"}
    pipeline.generate(shelf(tmp_path, []), Report())
    assert (tmp_path / "docs" / "papers" / "attention-for-lakes.md").is_file()


def test_a_title_that_changes_keeps_its_address(tmp_path: Path):
    pipeline.generate(shelf(tmp_path), Report())
    renamed = [{**PAPERS[0], "title": "Attention for Streams"}, *PAPERS[1:3]]
    (tmp_path / "papers" / "3.jsonl").unlink()
    catalog, _ = pipeline.catalogue(shelf(tmp_path, renamed), plugins.Plugins(), Report())
    assert catalog.slugs["2401.00001"] == "attention-for-rivers"


def test_plugins_take_part_in_every_stage(tmp_path: Path):
    (tmp_path / "mine.py").write_text(
        "from papershelf.model import Record\n"
        "from papershelf.site import Asset\n"
        "class Cards:\n"
        "    SUMMARY, EXAMPLE = 'cards', 'CARD x'\n"
        "    sniff = staticmethod(lambda head: float(head.startswith('CARD')))\n"
        "    @staticmethod\n"
        "    def read(text, origin, report):\n"
        "        yield Record({'title': text[5:], 'abstract': 'From a card.'}, origin)\n"
        "READERS = {'cards': Cards}\n"
        "def tally(catalog, env):\n"
        "    yield Asset('tally.txt', str(len(catalog.collection)).encode())\n"
        "COMPOSERS = {'tally': tally}\n"
    )
    settings = shelf(tmp_path, plugins=("mine.py",))
    (tmp_path / "papers" / "one.card").write_text("CARD Boats on Small Rivers")
    pipeline.generate(settings, Report())
    assert (tmp_path / "docs" / "papers" / "boats-on-small-rivers.md").is_file()
    assert (tmp_path / "docs" / "tally.txt").read_bytes() == b"4"


def test_no_paper_at_all_still_makes_a_site(tmp_path: Path):
    report = Report()
    pipeline.generate(shelf(tmp_path, []), report)
    assert (tmp_path / "docs" / "index.md").is_file()
    assert report.counts["papers"] == 0
    assert [(p.code, p.message) for p in report.problems] == [("no-papers", 'no paper in "papers"')]


def test_the_order_of_the_sources_does_not_show(tmp_path: Path):
    one, other = shelf(tmp_path / "a"), shelf(tmp_path / "b")
    names = [f"papers/{number}.jsonl" for number in range(len(PAPERS))]
    pipeline.generate(replace(one, sources=tuple(names)), Report())
    pipeline.generate(replace(other, sources=tuple(reversed(names))), Report())
    assert tree(one.docs_dir) == tree(other.docs_dir)
    assert one.ledger_file.read_bytes() == other.ledger_file.read_bytes()


@pytest.mark.slow
def test_the_surroundings_do_not_show(tmp_path: Path):
    made = []
    for number, odd in enumerate(
        (
            {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
        )
    ):
        folder = tmp_path / str(number)
        shelf(folder)
        subprocess.run(
            [sys.executable, "-m", "papershelf", "generate"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": FOUND, **odd},
            check=True,
            capture_output=True,
        )
        made.append({**tree(folder / "docs"), **tree(folder / "overrides")})
    assert made[0] == made[1]


@pytest.mark.shared
@pytest.mark.slow
def test_seven_hundred_listed_records_become_649_papers(tmp_path: Path, shared: Path):
    settings = replace(shelf(tmp_path, []), sources=(str(shared / "seeds"),))
    report = Report()
    compiled = pipeline.compile_site(settings, report)
    assert len(compiled.catalog.collection) == 649
    assert (report.counts["records"], report.counts["merged"]) == (700, 51)
    assert [str(p) for p in report.problems if p.level == "error"] == []
    pages = [item for item in compiled.site if isinstance(item, Page)]
    assert sum(page.path.startswith("papers/") for page in pages) == 649
