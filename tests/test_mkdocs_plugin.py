"""The plugin: docs/ is up to date before MkDocs looks, and nothing is built twice for it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

import toy_site
from papershelf import pipeline
from papershelf.mkdocs_plugin import PapershelfPlugin
from papershelf.model import Settings
from papershelf.render import render
from papershelf.render.handover import hand_over
from papershelf.report import Report

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return toy_site.project(tmp_path / "project")


@pytest.fixture(autouse=True)
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Our plugin, known to MkDocs, with the toy in the place of the pipeline."""
    option: Any = MkDocsConfig.plugins
    place = "papershelf.mkdocs_plugin:PapershelfPlugin"
    ours = EntryPoint("papershelf", place, "mkdocs.plugins")
    monkeypatch.setitem(option.installed_plugins, "papershelf", ours)
    monkeypatch.setattr(pipeline, "generate", toy_site.generate)
    yield
    # MkDocs keeps an instance for the life of the process.
    option.plugin_cache.pop("papershelf", None)


def run(settings: Settings, **options: Any) -> None:
    """What `mkdocs build` does."""
    config = load_config(str(settings.config_file), **options)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    config.plugins.on_shutdown()


def titles(settings: Settings) -> set[str]:
    folder = settings.site_dir / "papers"
    return {path.parent.name for path in folder.glob("*/index.html")}


def add(settings: Settings, line: str) -> None:
    with (settings.root / "papers" / "list.txt").open("a") as file:
        file.write(f"{line}\n")


def test_plain_mkdocs_build_generates_first(settings: Settings) -> None:
    run(settings, strict=True)
    assert titles(settings) == {"paper-one"}
    add(settings, "Paper two")
    run(settings, strict=True)
    assert titles(settings) == {"paper-one", "paper-two"}


def test_look_that_generating_brings_is_in_use_at_once(settings: Settings) -> None:
    run(settings)
    assert "lastmod" not in (settings.site_dir / "sitemap.xml").read_text()


def test_render_does_not_generate_again(settings: Settings) -> None:
    toy_site.generate(settings, Report())
    add(settings, "Paper two")
    report = Report()
    render(settings, report)
    assert report.problems == []
    assert titles(settings) == {"paper-one"}


def test_settings_handed_over_are_the_ones_in_use(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Settings] = []
    monkeypatch.setattr(pipeline, "generate", lambda settings, report: seen.append(settings))
    (settings.docs_dir / "index.md").write_text("# Home\n")
    with hand_over(settings, generate=True):
        run(settings)
    assert seen == [settings]


def test_plain_and_own_build_give_the_same_bytes(settings: Settings) -> None:
    toy_site.generate(settings, Report())
    run(settings)
    plain = toy_tree(settings.site_dir)
    render(settings, Report())
    assert toy_tree(settings.site_dir) == plain


def toy_tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_doubtful_input_does_not_end_a_strict_build(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    add(settings, "doubtful")
    caplog.set_level("INFO", "mkdocs")
    run(settings, strict=True)
    assert "this is doubtful [toy]" in caplog.text


def test_wrong_input_ends_a_strict_build(settings: Settings) -> None:
    add(settings, "wrong")
    run(settings)
    with pytest.raises(Abort):
        run(settings, strict=True)


def test_failure_is_told_without_a_traceback(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    add(settings, "fatal")
    with pytest.raises(Abort):
        run(settings)
    assert "error: the toy broke [failed]" in caplog.text


def test_settings_that_cannot_be_used_are_told(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert settings.config_file
    settings.config_file.write_text(toy_site.CONFIG.replace("sources:", "souces:"))
    with pytest.raises(Abort):
        run(settings)
    assert 'did you mean "sources"' in caplog.text


# Watching --------------------------------------------------------------------------------------


class Server:
    """As much of MkDocs' server as the plugin touches."""

    def __init__(self) -> None:
        self._watched_paths: dict[str, int] = {}
        self._visible_epoch = 1
        self._wanted_epoch = 2
        self.builder: Callable[[], None] = lambda: None

    def watch(self, path: str) -> None:
        self._watched_paths[path] = 1


@pytest.fixture
def watching(settings: Settings) -> SimpleNamespace:
    """A plugin that has built once and watches."""
    ours = PapershelfPlugin()
    config = SimpleNamespace(
        config_file_path=str(settings.config_file), docs_dir=str(settings.docs_dir), watch=[]
    )
    ours.on_startup(command="serve", dirty=True)  # which lets pages be
    builds: list[int] = []

    def rebuild() -> None:
        builds.append(1)
        ours.on_pre_build(config=config)

    ours.on_pre_build(config=config)
    server = Server()
    server.watch(str(settings.docs_dir))
    ours.on_serve(server, config=config, builder=rebuild)
    return SimpleNamespace(server=server, builds=builds)


def test_sources_settings_and_look_are_watched(
    settings: Settings, watching: SimpleNamespace
) -> None:
    expected = {settings.root / name for name in ("docs", "overrides", "papers", "mkdocs.yml")}
    assert set(map(Path, watching.server._watched_paths)) == expected


def test_what_we_wrote_ourselves_is_not_built_again(watching: SimpleNamespace) -> None:
    watching.server.builder()
    assert watching.builds == []
    assert watching.server._wanted_epoch == watching.server._visible_epoch


@pytest.mark.parametrize("name", ["papers/list.txt", "docs/mine.md", "overrides/main.html"])
def test_what_the_user_saved_is_built_once(
    settings: Settings, watching: SimpleNamespace, name: str
) -> None:
    with (settings.root / name).open("a") as file:
        file.write("More\n")
    watching.server.builder()
    watching.server.builder()
    assert watching.builds == [1]


def test_paths_that_others_watch_are_always_built_for(
    settings: Settings, watching: SimpleNamespace
) -> None:
    watching.server.watch(str(settings.root / "elsewhere"))
    watching.server.builder()
    assert watching.builds == [1]


def test_server_is_left_alone_when_nothing_was_generated() -> None:
    ours = PapershelfPlugin()
    ours.on_startup(command="serve", dirty=False)
    server = Server()
    before = server.builder
    assert ours.on_serve(server, config=None, builder=before) is server
    assert server.builder is before


# The whole preview -----------------------------------------------------------------------------

PREVIEW = """
import sys
from pathlib import Path
import toy_site
from papershelf import pipeline
from papershelf.config import load_settings
from papershelf.render import serve
from papershelf.report import Report

class Told(Report):
    def note(self, text):
        print(text, flush=True)

pipeline.generate = toy_site.generate
serve(load_settings(Path(sys.argv[1])), sys.argv[2], False, Told())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str, expected: str, seconds: float = 30) -> str:
    """The page at an address, as soon as it holds what is expected."""
    deadline = time.monotonic() + seconds
    found = ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                found = answer.read().decode()
        except (urllib.error.URLError, ConnectionError) as error:
            found = str(error)
        if expected in found:
            return found
        time.sleep(0.1)
    pytest.fail(f"{expected!r} did not show up at {url}: {found[:300]}")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs an interrupt")
@pytest.mark.parametrize("with_plugin", [True, False])
def test_saved_source_shows_in_the_browser(
    settings: Settings, tmp_path: Path, with_plugin: bool
) -> None:
    assert settings.config_file
    if not with_plugin:
        lines = toy_site.CONFIG.splitlines(keepends=True)
        settings.config_file.write_text("".join(line for line in lines if "papershelf" not in line))
    address = f"127.0.0.1:{free_port()}"
    paths = [ROOT / "generator", ROOT / "tests", toy_site.entry(tmp_path / "entry")]
    inherited = os.environ.get("PYTHONPATH", "")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*map(str, paths), inherited])}
    command = [sys.executable, "-c", PREVIEW, str(settings.config_file), address]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            page = fetch(f"http://{address}/papers/paper-one/", "Paper one")
            assert "livereload" in page
            add(settings, "Paper two")
            fetch(f"http://{address}/papers/paper-two/", "Paper two")
            time.sleep(1.5)  # for a second build to begin, were there one
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=20)
        finally:
            process.kill()
    assert said.count("Building documentation") == 2, said
    assert "Traceback" not in said
