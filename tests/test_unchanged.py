"""A run in which nothing changed looks at stamps and repeats the last report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from papershelf import pipeline, unchanged
from papershelf.model import Settings
from papershelf.report import Report


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.jsonl").write_text(
        '{"title": "One", "date": "soon"}\n{"title": ""}\n'
    )
    (tmp_path / "overrides" / "templates").mkdir(parents=True)
    age(tmp_path)
    return Settings(
        tmp_path,
        docs_dir=tmp_path / "docs",
        site_dir=tmp_path / "site",
        overrides_dir=tmp_path / "overrides",
    )


def age(folder: Path) -> None:
    """Saves the sources a minute ago: what was saved just now can be told by no stamp."""
    for path in folder.rglob("*"):
        os.utime(path, (time.time() - 60, time.time() - 60))


def run(settings: Settings) -> Report:
    report = Report()
    before = unchanged.look(settings)
    unchanged.forget(settings)
    pipeline.generate(settings, report)
    unchanged.keep(settings, before, report)
    return report


def test_a_run_without_a_change_tells_the_same(site: Settings) -> None:
    first, again = run(site), Report()
    assert unchanged.repeat(site, again)
    assert again.sorted_problems() == first.sorted_problems() != []
    assert again.counts["pages"] == first.counts["pages"] > 0
    assert again.counts["papers"] == 1
    assert again.counts["written"] == again.counts["removed"] == 0
    second = run(site)
    assert +second.counts == +again.counts


CHANGES: dict[str, Callable[[Settings], object]] = {
    "source": lambda s: (s.root / "papers/a.jsonl").write_text('{"title": "Two"}'),
    "new source": lambda s: (s.root / "papers/b.jsonl").write_text('{"title": "Two"}'),
    "no source": lambda s: (s.root / "papers/a.jsonl").unlink(),
    "page": lambda s: (s.docs_dir / "index.md").write_text("mine"),
    "no page": lambda s: (s.docs_dir / "index.md").unlink(),
    "own page": lambda s: (s.docs_dir / "about.md").write_text("mine"),
    "ledger": lambda s: s.ledger_file.unlink(),
    "corrections": lambda s: (s.root / s.corrections).write_text("{}"),
    "template": lambda s: (s.overrides_dir / "templates/paper.j2").write_text(""),
    "look": lambda s: (s.overrides_dir / "main.html").write_text(""),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_seen(site: Settings, change: str) -> None:
    run(site)
    CHANGES[change](site)
    assert not unchanged.repeat(site, report := Report())
    assert not report.problems
    assert not report.counts


def test_a_file_of_the_same_size_and_time_is_seen(site: Settings) -> None:
    run(site)
    path = site.root / "papers/a.jsonl"
    stat = path.stat()
    path.write_text(path.read_text().replace("One", "Two"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert not unchanged.repeat(site, Report())


def test_another_setting_is_seen(site: Settings) -> None:
    run(site)

    assert not unchanged.repeat(replace(site, related=2), Report())
    assert unchanged.repeat(site, Report())


def test_a_source_saved_within_the_grain_of_the_clock_is_read_again(site: Settings) -> None:
    os.utime(site.root / "papers/a.jsonl")
    run(site)
    assert not unchanged.repeat(site, Report())


def test_a_source_saved_during_the_run_is_read_again(site: Settings) -> None:
    before = unchanged.look(site)
    pipeline.generate(site, report := Report())
    (site.root / "papers/b.jsonl").write_text('{"title": "Late"}')
    unchanged.keep(site, before, report)
    assert not unchanged.repeat(site, Report())


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"key": 1', "\0"])
def test_a_broken_note_of_the_last_run_is_none(site: Settings, content: str) -> None:
    run(site)
    (site.state_dir / "last-run.json").write_text(content)
    assert not unchanged.repeat(site, Report())


def test_plugins_and_standard_input_are_always_asked(site: Settings) -> None:

    for settings in (replace(site, sources=("-",)), replace(site, plugins=("mine.py",))):
        unchanged.keep(settings, unchanged.look(settings), Report())
        assert not unchanged.repeat(settings, Report())
