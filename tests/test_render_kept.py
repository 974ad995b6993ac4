"""What stays in a site from one build to the next: equal to a clean build, whatever changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

import toy_site
from papershelf import disk
from papershelf.model import Settings
from papershelf.render import is_current, render, shelf, verify
from papershelf.render.build import memory
from papershelf.render.current import remember
from papershelf.render.kept import load_kept
from papershelf.render.publish import spare
from papershelf.render.shelf import Shelf
from papershelf.report import Report
from papershelf.site import Site
from papershelf.write import locked, write


@pytest.fixture(autouse=True)
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    option: Any = MkDocsConfig.plugins
    ours = EntryPoint("papershelf", "papershelf.mkdocs_plugin:PapershelfPlugin", "mkdocs.plugins")
    monkeypatch.setitem(option.installed_plugins, "papershelf", ours)
    yield
    option.plugin_cache.pop("papershelf", None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A site of 60 papers, built once."""
    made = toy_site.project(tmp_path / "project")
    put(made, [f"Paper {number}" for number in range(60)])
    render(made, Report())
    return made


def put(settings: Settings, titles: list[str]) -> None:
    with locked(settings):
        write(Site(map(toy_site.page, ["Home", *titles])), settings, Report())


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def clean(settings: Settings) -> dict[str, bytes]:
    """The site as MkDocs alone makes it, from nothing."""
    elsewhere = settings.root / "elsewhere"
    render(replace(settings, fast=False, site_dir=elsewhere), Report())
    found = tree(elsewhere)
    disk.remove_tree(elsewhere)
    return found


def inodes(settings: Settings) -> dict[str, int]:
    folder = settings.site_dir / "papers"
    return {path.parent.name: path.stat().st_ino for path in folder.glob("*/index.html")}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def one_paper(settings: Settings) -> None:
    edit(settings.docs_dir / "papers" / "paper-7.md", "</h1>", " again</h1>")


def deleted(settings: Settings) -> None:
    put(settings, [f"Paper {number}" for number in range(1, 60)])


def added(settings: Settings) -> None:
    put(settings, [f"Paper {number}" for number in range(61)])


def template(settings: Settings) -> None:
    with (settings.overrides_dir / "main.html").open("a") as file:
        file.write("{% block footer %}<i>new {{ page.title }}</i>{% endblock %}\n")


def taken_in(settings: Settings) -> None:
    (settings.overrides_dir / "404.html").write_text("<b>gone</b>")


def setting(settings: Settings) -> None:
    assert settings.config_file
    edit(settings.config_file, "site_name: Shelf", "site_name: Another")


def left_out(settings: Settings) -> None:
    (settings.docs_dir / "notes.txt").write_text("for nobody")
    render(settings, Report())
    assert settings.config_file
    edit(settings.config_file, "site_name: Shelf", "site_name: Shelf\nexclude_docs: notes.txt")


def theme(settings: Settings) -> None:
    assert settings.config_file
    edit(settings.config_file, "font: false", "font: false, features: [navigation.top]")


def search(settings: Settings) -> None:
    assert settings.config_file
    edit(settings.config_file, "  - search\n", "  - search: {lang: de}\n")


def edited(settings: Settings) -> None:
    (settings.site_dir / "papers" / "paper-3" / "index.html").write_text("mine")
    (settings.site_dir / "mine.html").write_text("mine")


def edited_in_the_spare(settings: Settings) -> None:
    one_paper(settings)
    render(settings, Report())
    with (spare(settings) / "papers" / "paper-3" / "index.html").open("a") as file:
        file.write("mine")


def damaged(settings: Settings) -> None:
    file = memory(settings)
    file.write_bytes(file.read_bytes().replace(b'"start"', b"0").replace(b"paper-5", b"paper-6"))


def lost_index(settings: Settings) -> None:
    (settings.site_dir / "search" / "search_index.json").write_text("{}")


def killed(settings: Settings) -> None:
    one_paper(settings)
    (spare(settings) / "papers").mkdir(parents=True)
    (spare(settings) / "papers" / "paper-9").write_text("half")


CHANGES: list[Callable[[Settings], None]] = [
    *(one_paper, deleted, added, template, taken_in, setting, left_out, theme, search),
    *(edited, edited_in_the_spare, damaged, lost_index, killed),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_is_left_after_a_change_is_what_a_clean_build_gives(
    settings: Settings, change: Callable[[Settings], None]
) -> None:
    change(settings)
    render(settings, Report())
    render(settings, Report())
    assert tree(settings.site_dir) == clean(settings)


ASKING = (
    "{% for item in nav %}{{ item.meta.description }}{% endfor %}",
    "{% for item in nav %}{{ item.meta['description'] }}{% endfor %}",
    "{% for item in nav %}{{ item['meta'].description }}{% endfor %}",
    "{% for item in nav %}{{ (item|attr('meta')).description }}{% endfor %}",
    "{{ nav.items|map(attribute='meta.description')|join }}",
    "{% for item in nav %}{% set told = item.meta %}{{ told.description }}{% endfor %}",
    "{% for item in nav %}{% set told = item.meta or {} %}{{ told.description }}{% endfor %}",
    "{% for item in nav %}{{ item.meta.get('description') }}{% endfor %}",
    "{% for item in nav %}{% for _, told in item.meta.items() %}{{ told }}{% endfor %}{% endfor %}",
    "{{ nav.homepage.meta.description }}{{ nav.items[0].meta.description }}",
    "{% for page in nav %}{{ page.meta.description }}{% endfor %}",
    "{% for n, page in [(1, nav.homepage)] %}{{ page.meta.description }}{% endfor %}",
    "{% set page = nav.homepage %}{{ page.meta.description }}",
    "{% with page = nav.homepage %}{{ page.meta.description }}{% endwith %}",
    "{% macro told(page) %}{{ page.meta.description }}{% endmacro %}{{ told(nav.homepage) }}",
)


@pytest.mark.parametrize("template", ASKING)
def test_what_templates_ask_of_pages_in_the_navigation_is_asked_again(
    settings: Settings, template: str
) -> None:
    with (settings.overrides_dir / "main.html").open("a") as file:
        file.write(f"{{% block footer %}}{template}{{% endblock %}}\n")
    render(settings, Report())
    edit(settings.docs_dir / "index.md", 'description: "Home"', 'description: "All at home"')
    render(settings, Report())
    assert b"All at home" in (settings.site_dir / "papers" / "paper-3" / "index.html").read_bytes()


def test_what_no_template_asks_of_the_navigation_makes_nothing_anew(settings: Settings) -> None:
    edit(settings.docs_dir / "index.md", 'description: "Home"', 'description: "All at home"')
    before = inodes(settings)
    render(settings, Report())
    assert inodes(settings) == before
    assert tree(settings.site_dir) == clean(settings)
    edit(settings.docs_dir / "index.md", 'title: "Home"', 'title: "Home"\nstatus: "new"')
    render(settings, Report())
    assert tree(settings.site_dir) == clean(settings)
    assert not {*before.values()} & {*inodes(settings).values()}


def test_engine_may_be_switched(settings: Settings) -> None:
    before = tree(settings.site_dir)
    with pytest.MonkeyPatch.context() as patch:
        engine = "papershelf.render.zensical_engine.build_with_zensical"
        patch.setattr(engine, lambda _, stage, __: (stage / "index.html").write_text("other"))
        render(replace(settings, engine="zensical"), Report())
    assert tree(settings.site_dir) == {"index.html": b"other"}
    render(settings, Report())
    assert tree(settings.site_dir) == before


def test_what_need_not_be_made_anew_stays(settings: Settings) -> None:
    before = settings.site_dir.stat().st_ino
    render(settings, Report(), anew=False)
    assert settings.site_dir.stat().st_ino == before
    one_paper(settings)
    render(settings, Report(), anew=False)
    assert settings.site_dir.stat().st_ino != before
    assert tree(settings.site_dir) == clean(settings)


PATTERNS = [
    *("/papers/", "papers/", "/papers", "paper-3.md", "/papers/paper-3.md", "elsewhere/"),
    *("/papers/paper-*.md", "paper-?.md", "/papers/\n!paper-4.md", "# no\n\n/papers/", "*.txt", ""),
]


@pytest.mark.parametrize("exclude", ["", "paper-5.md", "/papers/deep/", "deep", "*-6.md"])
@pytest.mark.parametrize("hide", PATTERNS)
def test_a_folder_is_asked_for_its_pages_only_when_they_share_their_lot(
    tmp_path: Path, hide: str, exclude: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "docs"
    for path in ("paper-3.md", "papers/a.txt", "papers.md", "papers/deep/paper-3.md"):
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text("")
    for number in range(9):
        (docs / "papers" / f"paper-{number}.md").write_text("")
    (docs / "papers" / "deep.md").write_text("")
    file = tmp_path / "mkdocs.yml"
    file.write_text(json.dumps({"site_name": "A", "not_in_nav": hide, "exclude_docs": exclude}))
    config = load_config(str(file))
    found = Shelf(config, lambda *_: False, "").many
    monkeypatch.setattr(shelf, "_named", lambda _: None)
    assert found.keys() == Shelf(config, lambda *_: False, "").many.keys()


def test_one_changed_page_is_the_only_new_file(settings: Settings) -> None:
    before = inodes(settings)
    one_paper(settings)
    render(settings, Report())
    after = inodes(settings)
    assert {name for name in after if after[name] != before[name]} == {"paper-7"}


def test_live_files_are_never_changed_in_place(settings: Settings) -> None:
    page = settings.site_dir / "papers" / "paper-7" / "index.html"
    with page.open("rb") as reader:
        one_paper(settings)
        render(settings, Report())
        assert b"again" not in reader.read()
    assert b"again" in page.read_bytes()


@pytest.mark.parametrize("content", [b"", b"{}", b"x\n[]", b"\xff"])
def test_damaged_memory_is_an_empty_one(settings: Settings, content: bytes) -> None:
    memory(settings).write_bytes(content)
    assert load_kept(memory(settings), settings.site_dir).pages == {}


def test_memory_is_of_one_site(settings: Settings) -> None:
    assert len(load_kept(memory(settings), settings.site_dir).pages) == 60
    assert load_kept(memory(settings), settings.root / "other").pages == {}


def test_beside_files_reach_the_site_and_leave_it(settings: Settings) -> None:
    twin = settings.beside_dir / "papers" / "paper-1" / "index.md"
    twin.parent.mkdir(parents=True)
    twin.write_text("twin")
    render(settings, Report())
    there = settings.site_dir / "papers" / "paper-1" / "index.md"
    inode = there.stat().st_ino
    render(settings, Report())
    assert (there.read_text(), there.stat().st_ino) == ("twin", inode)
    twin.unlink()
    render(settings, Report())
    assert not there.exists()


# Whether anything is to be done ---------------------------------------------------------------


@pytest.mark.parametrize("change", [one_paper, template, setting, edited, lost_index])
def test_site_is_current_until_something_changes(
    settings: Settings, change: Callable[[Settings], None]
) -> None:
    assert is_current(settings)
    change(settings)
    assert not is_current(settings)
    render(settings, Report())
    assert is_current(settings)


def test_page_that_is_saved_while_a_site_is_built_is_for_the_next_build(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remember_late(of: Settings, *seen: Any) -> None:
        one_paper(of)
        remember(of, *seen)

    monkeypatch.setattr("papershelf.render.remember", remember_late)
    render(settings, Report())
    assert not is_current(settings)


def test_file_that_is_changed_in_a_new_site_is_not_as_it_should_be(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remember_late(of: Settings, *seen: Any) -> None:
        (of.site_dir / "index.html").write_text("another's")
        remember(of, *seen)

    monkeypatch.setattr("papershelf.render.remember", remember_late)
    render(settings, Report())
    assert not is_current(settings)


def test_site_that_holds_hidden_files_can_be_current(settings: Settings) -> None:
    (settings.site_dir / ".git" / "refs").mkdir(parents=True)
    for name in (".nojekyll", ".git/HEAD", ".git/refs/main"):
        (settings.site_dir / name).write_text("kept")
    one_paper(settings)
    render(settings, Report())
    assert is_current(settings)
    (settings.site_dir / ".git" / "HEAD").write_text("changed")
    assert not is_current(settings)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "INHERIT: base.yml\n"),
        ("", "hooks: [hook.py]\n"),
        ("name: material", "name: mkdocs"),
        ("", "markdown_extensions: [pymdownx.snippets]\n"),
        ("", "markdown_extensions:\n  - attr_list\n  - own.extension: {folder: elsewhere}\n"),
        ("plugins:", "plugins:\n  - tags"),
    ],
)
def test_site_that_depends_on_what_cannot_be_seen_is_never_current(
    settings: Settings, old: str, new: str
) -> None:
    remember(settings)
    assert is_current(settings)
    assert settings.config_file
    config = settings.config_file.read_text()
    assert old in config
    settings.config_file.write_text(config.replace(old, new, 1) if old else new + config)
    remember(settings)
    assert not is_current(settings)


# Verifying ----------------------------------------------------------------------------------------


def test_verify_finds_no_difference(settings: Settings) -> None:
    report = Report()
    verify(settings, 20, report)
    assert (report.counts["verified"], report.problems) == (20, [])


def test_verify_names_the_page_that_differs(settings: Settings) -> None:
    page = settings.site_dir / "papers" / "paper-7" / "index.html"
    page.write_bytes(page.read_bytes() + b" ")
    report = Report()
    verify(settings, 60, report)
    (problem,) = report.problems
    assert (problem.code, problem.level) == ("not-as-plain", "error")
    assert '"papers/paper-7/"' in problem.message
