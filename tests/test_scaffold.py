"""A new site: what it holds, and what it leaves alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
import yaml

from papershelf import __version__
from papershelf.config import load_settings
from papershelf.scaffold import FILES, FolderInUse, scaffold
from papershelf.yaml_lines import load_yaml

ROOT = Path(__file__).resolve().parents[1]


def test_a_new_site_holds_every_file_and_says_so(tmp_path: Path):
    made = scaffold(tmp_path / "a" / "site", "Shelf")
    found = [p.relative_to(tmp_path / "a" / "site").as_posix()
             for p in (tmp_path / "a" / "site").rglob("*") if p.is_file()]  # fmt: skip
    assert made == sorted(found) == sorted(FILES)


def test_every_template_is_used():
    folder = Path(str(resources.files("papershelf") / "scaffold_files"))
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == set(FILES.values())


def test_nothing_is_left_to_fill_in(tmp_path: Path):
    for path in scaffold(tmp_path, "Shelf"):
        text = (tmp_path / path).read_text(encoding="utf-8")
        assert not re.search(r"(?<!\$)\{\{", text), path
        assert "\r" not in text


@pytest.mark.parametrize("name", ["Shelf", 'A "b" \\n: c #1', "Ünïcode → 论文", "'", "{{version}}"])
def test_the_name_reaches_the_settings_as_given(tmp_path: Path, name: str):
    scaffold(tmp_path, name)
    settings = load_settings(tmp_path / "mkdocs.yml")
    assert settings.site_name == name
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith(f"# {name}\n")


@pytest.mark.parametrize("name", ["", "  ", "a\x1b[2Jb", "a\x00"])
def test_a_name_that_no_title_should_hold_is_refused(tmp_path: Path, name: str):
    with pytest.raises(Exception, match="no name for a site"):
        scaffold(tmp_path / "x", name)
    assert not (tmp_path / "x").exists()


def test_line_breaks_in_a_name_become_blanks(tmp_path: Path):
    scaffold(tmp_path, " My\n papers ")
    assert load_settings(tmp_path / "mkdocs.yml").site_name == "My papers"


def test_the_settings_are_those_that_this_repository_is_built_with(tmp_path: Path):
    scaffold(tmp_path, "Shelf")
    ours, theirs = (
        load_yaml((folder / "mkdocs.yml").read_text(encoding="utf-8"), "mkdocs.yml").data
        for folder in (ROOT, tmp_path)
    )
    # This repository's own documentation lies beside its sample papers; a new shelf has none.
    assert ours["nav"][:-1] == theirs["nav"]
    assert set(theirs["not_in_nav"].split()) <= set(ours["not_in_nav"].split())
    own = ("site_name", "site_url", "site_description", "nav", "not_in_nav", "exclude_docs")
    assert {k: v for k, v in theirs.items() if k not in own} == {
        k: v for k, v in ours.items() if k not in own
    }


def test_a_folder_with_other_files_is_filled_around_them(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "own.bib").write_text("mine too")
    scaffold(tmp_path, "Shelf")
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "papers" / "own.bib").read_text() == "mine too"


@pytest.mark.parametrize("path", sorted(FILES))
def test_one_file_in_the_way_and_nothing_is_written(tmp_path: Path, path: str):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("mine")
    with pytest.raises(FolderInUse, match=re.escape(path)):
        scaffold(tmp_path, "Shelf")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [tmp_path / path]
    assert (tmp_path / path).read_text() == "mine"


def test_a_link_in_the_way_is_not_written_through(tmp_path: Path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "README.md").symlink_to(tmp_path / "elsewhere.md")
    with pytest.raises(FolderInUse):
        scaffold(tmp_path / "site", "Shelf")
    assert not (tmp_path / "elsewhere.md").exists()


def test_a_file_is_no_folder(tmp_path: Path):
    (tmp_path / "x").write_text("")
    with pytest.raises(FolderInUse, match="is a file"):
        scaffold(tmp_path / "x", "Shelf")


def test_the_workflow_is_yaml_whose_actions_are_pinned(tmp_path: Path):
    scaffold(tmp_path, "Shelf")
    text = (tmp_path / ".github" / "workflows" / "pages.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    actions = [step["uses"] for step in steps if "uses" in step]
    assert len(actions) == 5
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) for action in actions)
    assert f"papershelf=={__version__}" in text


@pytest.mark.parametrize("file", [".github/workflows/pages.yml", ".gitlab-ci.yml"])
def test_a_site_that_does_not_pass_its_checks_is_not_published(file: str, tmp_path: Path):
    scaffold(tmp_path, "Shelf")
    assert "papershelf build --check" in (tmp_path / file).read_text(encoding="utf-8")


def test_the_sample_papers_are_whole(tmp_path: Path):
    scaffold(tmp_path, "Shelf")
    lines = (tmp_path / "papers" / "papers.jsonl").read_text(encoding="utf-8").splitlines()
    for paper in map(json.loads, lines):
        assert {"title", "authors", "date", "arxiv", "abstract"} <= set(paper)


def test_plain_mkdocs_builds_a_new_shelf_at_once(tmp_path: Path):
    """No command of ours has run yet: the plugin makes the pages while MkDocs builds."""
    scaffold(tmp_path / "shelf", "Shelf")
    told = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=tmp_path / "shelf", capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
