"""The preview goes on with the site that it shows: equal to a clean build, whatever was saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

import toy_site
from papershelf import pipeline
from papershelf.model import Settings
from papershelf.render.handover import hand_over


@pytest.fixture(autouse=True)
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    option: Any = MkDocsConfig.plugins
    ours = EntryPoint("papershelf", "papershelf.mkdocs_plugin:PapershelfPlugin", "mkdocs.plugins")
    monkeypatch.setitem(option.installed_plugins, "papershelf", ours)
    monkeypatch.setattr(pipeline, "generate", toy_site.generate)
    yield
    option.plugin_cache.pop("papershelf", None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = toy_site.project(tmp_path / "project")
    lines = "".join(f"Paper {number}\n" for number in range(60))
    (made.root / "papers" / "list.txt").write_text(lines)
    (made.docs_dir / "mine.md").write_text("# Mine\n\nSee [one](papers/paper-1.md).\n")
    (made.docs_dir / "own.css").write_text("a { color: red }")
    return made


def configured(settings: Settings) -> Any:
    return load_config(str(settings.config_file), site_dir=str(settings.root / "served"))


def show(settings: Settings) -> dict[str, bytes]:
    """What the server builds when something is saved."""
    with hand_over(settings, generate=True):
        build(configured(settings))
    return tree(settings.root / "served")


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def clean(settings: Settings) -> dict[str, bytes]:
    """The site as MkDocs alone makes it, from nothing."""
    site = settings.root / "elsewhere"
    option: Any = MkDocsConfig.plugins
    option.plugin_cache.pop("papershelf", None)
    with hand_over(replace(settings, fast=False), generate=False):
        build(load_config(str(settings.config_file), site_dir=str(site)))
    return tree(site)


def start(settings: Settings) -> None:
    configured(settings).plugins.on_startup(command="serve", dirty=False)


def paper(settings: Settings) -> None:
    file = settings.root / "papers" / "list.txt"
    file.write_text(file.read_text().replace("Paper 7\n", "Paper seven\n"))


def fewer(settings: Settings) -> None:
    file = settings.root / "papers" / "list.txt"
    file.write_text(file.read_text().replace("Paper 8\n", ""))


def page(settings: Settings) -> None:
    (settings.docs_dir / "mine.md").write_text("# Mine\n\nAnother text.\n")


def style(settings: Settings) -> None:
    (settings.docs_dir / "own.css").write_text("a { color: green }")


def template(settings: Settings) -> None:
    file = settings.overrides_dir / "main.html"
    file.write_text(file.read_text() + "{% block footer %}Saved{% endblock %}")


def nothing(settings: Settings) -> None:
    pass


@pytest.mark.parametrize("save", [paper, fewer, page, style, template, nothing])
def test_what_is_shown_is_what_a_clean_build_gives(
    settings: Settings, save: Callable[[Settings], None]
) -> None:
    start(settings)
    first = show(settings)
    save(settings)
    second = show(settings)
    assert (second == first) is (save is nothing)
    assert show(settings) == second
    assert clean(settings) == second


def test_only_what_was_saved_is_made_again(settings: Settings) -> None:
    start(settings)
    show(settings)
    there = settings.root / "served" / "papers" / "paper-1" / "index.html"
    inode = there.stat().st_ino
    paper(settings)
    assert "papers/paper-seven/index.html" in show(settings)
    assert there.stat().st_ino == inode


def test_build_that_failed_leaves_the_next_one_whole(settings: Settings) -> None:
    start(settings)
    first = show(settings)
    template = settings.overrides_dir / "main.html"
    text = template.read_text()
    template.write_text(text + "{% broken")
    with pytest.raises(Exception, match="broken"):
        show(settings)
    template.write_text(text)
    assert show(settings) == first
    rest = {path.name for path in settings.root.iterdir() if "papershelf-" in path.name}
    assert rest == set()
