"""Rendering: the site is switched as one, or stays as it was; two builds give the same bytes."""

from __future__ import annotations

import datetime
import errno
import gzip
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import mkdocs.utils
import pytest

from papershelf import disk
from papershelf.disk import LockHeld, WriteFailed
from papershelf.model import Origin, Settings
from papershelf.render import RenderFailed, mkdocs_engine, preview, publish, render, serve
from papershelf.render.handover import hand_over, handed_over
from papershelf.render.stamps import stamps
from papershelf.report import Report, WrongUse

ROOT = Path(__file__).resolve().parents[1]
CONFIG = """\
site_name: Shelf
site_url: https://shelf.example/
theme: {name: material, font: false, custom_dir: overrides}
plugins: [search]
not_in_nav: /papers/
nav: [index.md]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project of two pages, written by hand."""
    root = tmp_path / "project"
    (root / "docs" / "papers").mkdir(parents=True)
    (root / "overrides").mkdir()
    sitemap = ROOT / "overrides" / "sitemap.xml"
    (root / "overrides" / "sitemap.xml").write_bytes(sitemap.read_bytes())
    (root / "mkdocs.yml").write_text(CONFIG)
    write_page(root / "docs" / "index.md", "Home")
    write_page(root / "docs" / "papers" / "one.md", "One")
    return Settings(
        root,
        docs_dir=root / "docs",
        site_dir=root / "site",
        overrides_dir=root / "overrides",
        config_file=root / "mkdocs.yml",
    )


def write_page(path: Path, text: str) -> None:
    path.write_text(f'---\ntitle: "{text}"\n---\n<p>{text}</p>\n')


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def home(settings: Settings) -> str:
    return (settings.site_dir / "index.html").read_text()


def rests(settings: Settings) -> list[str]:
    return [path.name for path in settings.root.iterdir() if "papershelf-" in path.name]


Build = Callable[[Settings, Path, Report], None]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Build], None]:
    """Puts another engine in the place of MkDocs, which takes half a second."""
    return lambda build: monkeypatch.setattr(mkdocs_engine, "build_with_mkdocs", build)


@pytest.fixture
def quick(engine: Callable[[Build], None]) -> None:
    """An engine that writes the home page alone."""

    def build(settings: Settings, stage: Path, report: Report) -> None:
        content = (settings.docs_dir / "index.md").read_bytes()
        (stage / "index.html").write_bytes(content)

    engine(build)


# With MkDocs ---------------------------------------------------------------------------------


def test_builds_every_page(settings: Settings) -> None:
    report = Report()
    render(settings, report)
    assert report.problems == []
    assert "<p>One</p>" in (settings.site_dir / "papers/one/index.html").read_text()
    assert rests(settings) == []


def test_builds_on_two_days_give_the_same_bytes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    render(settings, Report())
    first = tree(settings.site_dir)
    later = datetime.datetime(2031, 5, 6, tzinfo=datetime.UTC)
    monkeypatch.setattr(mkdocs.utils, "get_build_datetime", lambda: later)
    render(settings, Report())
    assert tree(settings.site_dir) == first
    assert {"sitemap.xml", "sitemap.xml.gz"} <= set(first)


def test_sitemap_has_no_dates_and_no_page_that_asks_to_be_left_out(settings: Settings) -> None:
    hidden = settings.docs_dir / "papers" / "gone.md"
    hidden.write_text('---\ntitle: "Gone"\nrobots: "noindex"\n---\n<p>gone</p>\n')
    render(settings, Report())
    sitemap = (settings.site_dir / "sitemap.xml").read_text()
    assert "<loc>https://shelf.example/papers/one/</loc>" in sitemap
    assert "gone" not in sitemap
    assert "lastmod" not in sitemap
    packed = (settings.site_dir / "sitemap.xml.gz").read_bytes()
    assert gzip.decompress(packed) == sitemap.encode()
    # No flags, no date, packed hard, by no system: the same of every Python.
    assert packed[:10] == b"\x1f\x8b\x08\x00" + bytes(4) + b"\x02\xff"


def test_what_mkdocs_warns_of_is_a_problem_with_its_place(settings: Settings) -> None:
    (settings.docs_dir / "papers" / "one.md").write_text("[nowhere](missing.md)\n")
    report = Report()
    render(settings, report)
    (problem,) = report.problems
    assert (problem.code, problem.level) == ("mkdocs-warning", "warning")
    assert problem.origin == Origin("docs/papers/one.md")
    assert "missing.md" in problem.message


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("site_name: [", "mkdocs cannot use its settings"),
        (CONFIG + "theme: {name: nosuch}\n", "mkdocs gave up"),
        (CONFIG.replace("search", "nosuch"), "mkdocs gave up"),
    ],
)
def test_settings_that_mkdocs_cannot_use_leave_the_old_site(
    settings: Settings, config: str, message: str
) -> None:
    render(settings, Report())
    before = tree(settings.site_dir)
    assert settings.config_file
    settings.config_file.write_text(config)
    report = Report()
    with pytest.raises(RenderFailed, match=message):
        render(settings, report)
    assert tree(settings.site_dir) == before
    assert rests(settings) == []


def test_broken_template_of_the_users_leaves_the_old_site(settings: Settings) -> None:
    render(settings, Report())
    before = tree(settings.site_dir)
    (settings.overrides_dir / "main.html").write_text("{% nonsense %}")
    with pytest.raises(RenderFailed, match="nonsense"):
        render(settings, Report())
    assert tree(settings.site_dir) == before


def test_full_disk_is_told_and_leaves_the_old_site(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(settings, Report())
    before = tree(settings.site_dir)

    def full(content: bytes, path: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", path)

    monkeypatch.setattr(mkdocs.utils, "write_file", full)
    with pytest.raises(RenderFailed, match=r'cannot write ".*": no space left on device'):
        render(settings, Report())
    assert tree(settings.site_dir) == before
    assert rests(settings) == []


def test_without_mkdocs_yml_the_way_to_one_is_told(settings: Settings) -> None:
    for config in (None, settings.root / "missing.yml"):
        with pytest.raises(RenderFailed, match=r"no mkdocs\.yml") as caught:
            render(replace(settings, config_file=config), Report())
        assert "papershelf new" in caught.value.hint


def test_log_listener_is_gone_afterwards(settings: Settings) -> None:
    before = list(logging.getLogger("mkdocs").handlers)
    render(settings, Report())
    assert logging.getLogger("mkdocs").handlers == before


def test_importing_render_does_not_import_mkdocs() -> None:
    code = "import sys, papershelf.render; assert 'mkdocs' not in sys.modules"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


# Switching -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_reader_always_finds_a_whole_site(settings: Settings) -> None:
    render(settings, Report())
    failures: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                assert "</p>" in (settings.site_dir / "index.html").read_text()
            except Exception as error:  # noqa: BLE001  told in the other thread
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(50):
            write_page(settings.docs_dir / "index.md", f"Home {number}")
            render(settings, Report())
    finally:
        done.set()
        reader.join()
    assert failures == []
    assert "Home 49" in home(settings)


def test_old_site_is_whole_while_the_new_one_is_built(
    settings: Settings, engine: Callable[[Build], None], quick: None
) -> None:
    render(settings, Report())
    before = tree(settings.site_dir)

    def build(settings: Settings, stage: Path, report: Report) -> None:
        (stage / "index.html").write_text("new")
        assert tree(settings.site_dir) == before

    engine(build)
    render(settings, Report())
    assert home(settings) == "new"


@pytest.mark.usefixtures("quick")
def test_two_renames_where_exchange_is_not_to_be_had(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "_exchange", lambda *_: False)
    render(settings, Report())
    write_page(settings.docs_dir / "index.md", "New")
    render(settings, Report())
    assert "New" in home(settings)
    assert rests(settings) == []


@pytest.mark.usefixtures("quick")
def test_second_rename_that_fails_is_taken_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    render(settings, Report())
    before = tree(settings.site_dir)
    monkeypatch.setattr(disk, "_exchange", lambda *_: False)
    rename = os.rename

    def fails(here: Path, there: Path) -> None:
        if "stage" in str(here):
            raise OSError(errno.EACCES, "Permission denied")
        rename(here, there)

    monkeypatch.setattr(os, "rename", fails)
    with pytest.raises(WriteFailed, match="permission denied"):
        render(settings, Report())
    assert tree(settings.site_dir) == before


@pytest.mark.usefixtures("quick")
def test_kill_between_the_two_renames_is_made_good_by_the_next_start(
    settings: Settings, engine: Callable[[Build], None]
) -> None:
    render(settings, Report())
    before = tree(settings.site_dir)
    settings.site_dir.rename(settings.root / ".site.papershelf-old")
    (settings.root / ".site.papershelf-stage").mkdir()

    def build(settings: Settings, stage: Path, report: Report) -> None:
        assert tree(settings.site_dir) == before
        raise RenderFailed("no")

    engine(build)
    with pytest.raises(RenderFailed):
        render(settings, Report())
    assert tree(settings.site_dir) == before
    assert rests(settings) == []


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EINVAL, errno.EIO])
def test_exchange_that_the_system_refuses(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Library:
        def __init__(self, *_: Any, **__: Any) -> None:
            self.renameat2 = lambda *_: -1

    monkeypatch.setattr(disk.ctypes, "CDLL", Library)
    monkeypatch.setattr(disk.ctypes, "get_errno", lambda: code)
    for name in ("new", "live"):
        (tmp_path / name).mkdir()
    if code == errno.EIO:
        with pytest.raises(WriteFailed):
            disk.switch(tmp_path / "new", tmp_path / "live", tmp_path / "old")
    else:
        old = disk.switch(tmp_path / "new", tmp_path / "live", tmp_path / "old")
        assert old == tmp_path / "old"


def test_system_without_exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk.ctypes, "CDLL", lambda *_, **__: object())
    (tmp_path / "new").mkdir()
    (tmp_path / "live").mkdir()
    assert disk.switch(tmp_path / "new", tmp_path / "live", tmp_path / "old").name == "old"


@pytest.mark.skipif(sys.platform != "linux", reason="renameat2 is of Linux")
def test_exchange_is_one_step_on_linux(tmp_path: Path) -> None:
    for name in ("new", "live"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert disk.switch(tmp_path / "new", tmp_path / "live", tmp_path / "old") == tmp_path / "new"
    assert tree(tmp_path) == {"live/new": b"", "new/live": b""}


@pytest.mark.usefixtures("quick")
def test_hidden_entries_of_the_old_site_live_on(settings: Settings) -> None:
    render(settings, Report())
    (settings.site_dir / ".git").mkdir()
    (settings.site_dir / ".git" / "config").write_text("mine")
    (settings.site_dir / ".nojekyll").touch()
    (settings.site_dir / "stale.html").touch()
    render(settings, Report())
    assert set(tree(settings.site_dir)) == {".git/config", ".nojekyll", "index.html"}


@pytest.mark.usefixtures("quick")
def test_hidden_entries_survive_a_kill_right_after_the_switch(settings: Settings) -> None:
    render(settings, Report())
    stage = settings.root / ".site.papershelf-stage"
    (stage / ".git").mkdir(parents=True)
    (stage / ".git" / "config").write_text("mine")
    (stage / "index.html").write_text("the old site")
    (stage / ".papershelf-7.tmp").write_text("a file that was not finished")
    render(settings, Report())
    assert (settings.site_dir / ".git" / "config").read_text() == "mine"
    assert not (settings.site_dir / ".papershelf-7.tmp").exists()
    assert rests(settings) == []


def test_empty_build_does_not_become_the_site(
    settings: Settings, engine: Callable[[Build], None], quick: None
) -> None:
    render(settings, Report())
    before = tree(settings.site_dir)
    engine(lambda *_: None)
    with pytest.raises(RenderFailed, match="empty"):
        render(settings, Report())
    assert tree(settings.site_dir) == before


def test_second_build_waits_for_the_first(settings: Settings) -> None:
    with (
        disk.locked(settings.state_dir / "lock"),
        pytest.raises(LockHeld),
        disk.locked(settings.state_dir / "lock", patience=0),
    ):
        pytest.fail("two at once")


# Places that are not ours to replace -----------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_folder_with_files_of_another_kind_is_refused(settings: Settings) -> None:
    settings.site_dir.mkdir()
    (settings.site_dir / "thesis.tex").write_text("years of work")
    (settings.site_dir / "index.html").write_text("<h1>my own</h1>")
    with pytest.raises(RenderFailed, match="none of them says that it is a built site"):
        render(settings, Report())
    assert set(tree(settings.site_dir)) == {"thesis.tex", "index.html"}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sitemap.xml", ""),
        ("index.html", '<meta name="generator" content="mkdocs-1.6.1, mkdocs-material-9">'),
        ("404.html", '<meta name="generator" content="zensical-0.0.73">'),
        (".nojekyll", ""),
    ],
)
def test_site_that_an_engine_built_is_replaced(settings: Settings, name: str, text: str) -> None:
    settings.site_dir.mkdir()
    (settings.site_dir / name).write_text(text)
    (settings.site_dir / ".hidden").touch()
    render(settings, Report())
    assert "<p>Home</p>" in home(settings)


@pytest.mark.usefixtures("quick")
def test_site_of_ours_is_known_though_it_does_not_say_so(settings: Settings) -> None:
    render(settings, Report())
    render(settings, Report())
    publish._memory(settings).unlink()
    with pytest.raises(RenderFailed):
        render(settings, Report())


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("place", "why"),
    [
        (".", "docs_dir"),
        ("..", "docs_dir"),
        ("docs", "docs_dir"),
        ("docs/site", "inside docs_dir"),
        ("overrides", "overrides"),
        ("papers", "source"),
        ("file", "is a file"),
        ("link", "symbolic link"),
        ("/", "docs_dir"),
        ("~", "your home folder"),
        ("/proc", "mount point"),
    ],
)
def test_place_whose_loss_would_hurt_is_refused(settings: Settings, place: str, why: str) -> None:
    (settings.root / "file").touch()
    (settings.root / "link").symlink_to(settings.docs_dir)
    (settings.root / "papers").mkdir()
    site = settings.root / Path(place).expanduser()
    live = site if site.is_symlink() else site.resolve()
    with pytest.raises(RenderFailed, match=f"cannot become the site: .*{why}"):
        render(replace(settings, site_dir=live), Report())
    assert (settings.docs_dir / "index.md").exists()


def test_folder_whose_name_begins_alike_is_another() -> None:
    assert not publish._contains(Path("/a/site"), Path("/a/site-old"))
    assert publish._contains(Path("/a/site"), Path("/a/site/b"))


# The preview -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["0.0.0.0:8000", "example.org:80", "127.0.0.1", ":8000", "localhost:99999"]
)
def test_preview_is_for_this_machine_alone(settings: Settings, address: str) -> None:
    with pytest.raises(WrongUse, match="this machine alone"):
        serve(settings, address, False, Report())


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "localhost:0", "[::1]:8000"])
def test_addresses_of_this_machine_are_fine(address: str) -> None:
    preview.check_address(address)


def test_plugins_gain_ours_when_it_is_missing(settings: Settings) -> None:
    assert settings.config_file
    for text, expected in {
        "site_name: x": ["search", "papershelf"],
        "plugins: [search, papershelf]": None,
        "plugins: [search, papershelf: {year: 2025}]": None,
        "plugins: [{search: {lang: en}}]": [{"search": {"lang": "en"}}, "papershelf"],
        "plugins: {search: {}}": {"search": {}, "papershelf": {}},
        "plugins: {papershelf: {}}": None,
    }.items():
        settings.config_file.write_text(text)
        assert preview.with_ours(settings) == expected


def test_preview_tells_what_mkdocs_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    report = Report()
    monkeypatch.setattr(report, "note", told.append)

    def fake(config_file: str, **options: Any) -> None:
        assert handed_over()
        assert options["dev_addr"] == "127.0.0.1:8000"
        logging.getLogger("mkdocs.x").info("serving")
        logging.getLogger("mkdocs.x").warning("odd")

    monkeypatch.setattr(preview, "mkdocs_serve", fake)
    serve(settings, "127.0.0.1:8000", False, report)
    assert told == ["serving", "warning: odd"]
    assert handed_over() is None


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.EADDRINUSE, "Address already in use"), "address already in use"),
        (mkdocs_engine.ConfigurationError("odd"), "mkdocs gave up: odd"),
    ],
)
def test_preview_that_cannot_start_says_why(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def fake(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(preview, "mkdocs_serve", fake)
    with pytest.raises(RenderFailed, match=message):
        serve(settings, "127.0.0.1:8000", False, Report())


def test_hand_over_ends_with_its_block(settings: Settings) -> None:
    with hand_over(settings, generate=False):
        handed = handed_over()
        assert handed is not None
        assert (handed.settings, handed.generate) == (settings, False)
    assert handed_over() is None


def test_stamps_see_every_change(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    file = tmp_path / "folder" / "file"
    file.write_text("1")
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    before = stamps([tmp_path, tmp_path / "missing"])
    assert set(before) == {str(file)}
    file.write_text("12")
    assert stamps([tmp_path]) != before
    assert set(stamps([file])) == {str(file)}
