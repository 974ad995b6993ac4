"""The front door: what goes where, exit codes, and that nothing ends in a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from papershelf import __version__, cli, config
from papershelf.cli import main

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("build", "check", "explain", "export", "formats", "generate", "new", "serve")
RIVERS = (
    "Rivers that are small get little light. We hang a lamp over each of them and count the fish "
    "that come to look, with 4times7 lamps in all, and find that fish are curious in every season "
    "of the year. Lamps of a warm colour draw more of them than lamps of a cold one, and none at "
    "all come to a lamp that hums. The effect lasts for an hour and is gone by the morning."
)
NIGHT = (
    "Counting fish in the dark is hard because they will not hold still. A net, a torch and "
    "patience together reach 96 percent of the true count, as a diver with a great deal of time "
    "has confirmed. Without the torch the count is a third too low, and without patience nobody "
    "has ever finished one. We give a table of all nights and of the moon that stood over them."
)
LISTING = f"""\
Get trending papers in your email inbox!

Mar 14

A Lamp for Small Rivers

{RIVERS}

Counting Fish at Night

{NIGHT}
"""
SHELF = "site_name: Shelf\ntheme: {name: material, custom_dir: overrides, font: false}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shelf(here: Path) -> Path:
    """A folder with settings and two papers."""
    (here / "mkdocs.yml").write_text(SHELF + "plugins: [{papershelf: {taxonomy: none}}]\n")
    (here / "papers").mkdir()
    (here / "papers" / "rivers.txt").write_text(LISTING)
    return here


class Told:
    """What a run said, and how it ended."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *argv: str) -> None:
        capsys.readouterr()
        self.code = main(list(argv))
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> dict:
        assert self.out.count("\n") == 1
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    return lambda *argv: Told(capsys, *argv)


FOUND = os.pathsep.join([str(ROOT / "generator"), os.environ.get("PYTHONPATH", "")])
ENVIRONMENT = {**os.environ, "PYTHONPATH": FOUND}


def process(
    *argv: str, cwd: Path, given: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "papershelf", *argv],
        cwd=cwd,
        env={**ENVIRONMENT, **environment},
        input=given,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Makes every run break where the settings are read."""

    def broken(*_, **__):
        raise error

    monkeypatch.setattr(config, "load_settings", broken)


# -- help ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_helps_itself(command: str):
    result = CliRunner().invoke(cli.papershelf, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage: " in result.stdout


def test_the_commands_are_those_promised():
    assert tuple(cli.papershelf.list_commands(click.Context(cli.papershelf))) == COMMANDS


def test_every_command_and_option_is_documented():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, command in cli.papershelf.commands.items():
        assert f"## papershelf {name}" in text
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                for flag in (*parameter.opts, *parameter.secondary_opts):
                    assert f"`{flag}`" in text or f"`{flag} " in text, flag


def test_help_comes_quickly_because_nothing_heavy_is_imported():
    heavy = "numpy scipy mkdocs rich jinja2 yaml latex2mathml papershelf.report papershelf.model"
    code = (
        "import sys; from papershelf.cli import main; main(['build', '--help']); "
        f"sys.exit(' '.join(name for name in '{heavy}'.split() if name in sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert found.stderr.strip() == ""


def test_the_version_is_told(run):
    assert run("--version").out == f"papershelf {__version__}\n"


# -- wrong use ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "argv",
    [("nonsense",), ("build", "--nonsense"), ("explain",), ("build", "--engine", "hugo"), ("new",)],
)
def test_wrong_use_exits_with_2_and_says_how_it_is_used(run, argv: tuple[str, ...]):
    told = run(*argv)
    assert (told.code, told.out) == (2, "")
    assert "Usage: papershelf" in told.err


def test_wrong_use_with_json_still_prints_one_object(run):
    told = run("build", "--json", "--nonsense")
    assert told.code == told.json["exit_code"] == 2
    assert [problem["code"] for problem in told.json["problems"]] == ["wrong-use"]


@pytest.mark.parametrize("command", ["build", "serve"])
def test_rendering_needs_a_settings_file(run, here: Path, command: str):
    told = run(command)
    assert told.code == 2
    assert "error: there is no mkdocs.yml here [wrong-use]" in told.err
    assert "papershelf new ." in told.err


@pytest.mark.parametrize("command", ["build", "generate", "serve", "explain x", "formats"])
def test_a_wrong_setting_ends_the_run_before_it_begins(run, shelf: Path, command: str):
    (shelf / "mkdocs.yml").write_text("site_name: X\nplugins:\n  - papershelf: {taxnomy: ml}\n")
    told = run(*command.split())
    assert (told.code, told.out) == (2, "")
    assert 'mkdocs.yml:3: error: "taxnomy" is not a setting; did you mean "taxonomy"?' in told.err
    assert not (shelf / "docs").exists()


def test_a_plugin_that_breaks_is_wrong_use(run, shelf: Path):
    (shelf / "mine.py").write_text("1 / 0")
    (shelf / "mkdocs.yml").write_text(SHELF + "plugins: [{papershelf: {plugins: mine.py}}]\n")
    told = run("generate")
    assert told.code == 2
    assert 'error: the plugin "mine.py" breaks while it loads' in told.err
    assert "Traceback" not in told.err


# -- failures -----------------------------------------------------------------------------


def test_what_the_system_refuses_is_told_in_a_line(run, here: Path, monkeypatch):
    fail_with(monkeypatch, PermissionError(13, "Permission denied", "/x/\x1by"))
    told = run("generate")
    assert (told.code, told.out) == (1, "")
    assert told.err == "error: the system refused '/x/\\x1by': permission denied [system]\n"


def test_a_bug_is_called_one(run, here: Path, monkeypatch):
    fail_with(monkeypatch, KeyError("x"))
    told = run("generate", "--json")
    assert told.code == told.json["exit_code"] == 1
    assert told.json["problems"][0]["code"] == "bug"
    assert "this is a bug in papershelf: KeyError: 'x'" in told.err
    assert "Traceback" not in told.err


def test_a_bug_shows_its_traceback_when_verbose(run, here: Path, monkeypatch):
    fail_with(monkeypatch, KeyError("x"))
    assert "Traceback (most recent call last)" in run("generate", "-v").err


def test_ctrl_c_ends_quietly_with_130(run, here: Path, monkeypatch):
    fail_with(monkeypatch, KeyboardInterrupt())
    told = run("generate", "--json")
    assert (told.code, told.out, told.err.strip()) == (130, "", "")


# -- generate and build -------------------------------------------------------------------


def test_generate_writes_pages_and_says_so_on_standard_error(run, shelf: Path):
    told = run("generate")
    assert (told.code, told.out) == (0, "")
    assert re.search(r"^2 records, 2 papers, 0 merged, 1 repaired, 0 problems$", told.err, re.M)
    assert re.search(r"^docs/ is ready: \d+ pages, \d+ written, 0 removed in [\d.]+ s$", told.err,
                     re.M)  # fmt: skip
    assert (shelf / "docs" / "papers" / "counting-fish-at-night.md").is_file()


def test_quiet_says_nothing_when_all_is_well(run, shelf: Path):
    told = run("generate", "-q")
    assert (told.code, told.out, told.err) == (0, "", "")


def test_verbose_tells_the_time_of_each_stage(run, shelf: Path):
    assert re.search(r"^compose: [\d.]+ s$", run("generate", "-v").err, re.M)


def test_json_is_one_object_with_the_counts(run, shelf: Path):
    told = run("generate", "--json")
    assert {name: told.json[name] for name in ("records", "papers", "merged", "repaired")} == {
        "records": 2,
        "papers": 2,
        "merged": 0,
        "repaired": 1,
    }
    assert told.json["pages"] > 2
    assert told.json["written"] >= told.json["pages"]
    assert (told.json["problems"], told.json["exit_code"]) == ([], 0)


def test_generating_again_writes_nothing(run, shelf: Path):
    run("generate")
    told = run("generate", "--json").json
    assert (told["written"], told["removed"]) == (0, 0)


def test_sources_on_the_command_line_take_the_place_of_the_settings(run, shelf: Path):
    (shelf / "other.txt").write_text(LISTING.split("\n\nCounting")[0] + "\n")
    assert run("generate", "other.txt", "--json").json["records"] == 1


def test_a_dash_is_standard_input(shelf: Path):
    found = process("generate", "-", "--json", cwd=shelf, given=LISTING)
    assert json.loads(found.stdout)["records"] == 2


def test_folders_given_as_options_start_at_the_current_one(run, shelf: Path, monkeypatch):
    (shelf / "sub").mkdir()
    monkeypatch.chdir(shelf / "sub")
    told = run("generate", "-f", "../mkdocs.yml", "--docs-dir", "pages")
    assert told.code == 0
    assert (shelf / "sub" / "pages" / "index.md").is_file()
    assert "pages/ is ready" in told.err


def test_a_source_that_is_not_there_is_an_error(run, shelf: Path):
    told = run("generate", "nowhere.txt")
    assert told.code == 1
    assert 'nowhere.txt: error: there is no "nowhere.txt"' in told.err


def test_strict_makes_a_warning_count(run, shelf: Path):
    (shelf / "papers" / "empty.jsonl").write_text('{"title": "Only a Title"}\nnonsense\n')
    warned = run("generate", "--json")
    assert {problem["level"] for problem in warned.json["problems"]} & {"warning", "error"}
    (shelf / "papers" / "empty.jsonl").write_text("")
    assert run("generate", "papers/empty.jsonl").code == 0
    assert run("generate", "papers/empty.jsonl", "--strict").code == 1


def test_an_unknown_format_is_wrong_use(run, shelf: Path):
    told = run("generate", "--format", "papyrus")
    assert told.code == 2
    assert 'there is no reader called "papyrus"' in told.err


@pytest.mark.slow
def test_build_renders_the_site(run, shelf: Path):
    told = run("build")
    assert (told.code, told.out) == (0, "")
    assert re.search(r"^site/ is ready: \d+ pages", told.err, re.M)
    assert "`papershelf serve` shows it" in told.err
    assert (shelf / "site" / "papers" / "counting-fish-at-night" / "index.html").is_file()
    again = run("build", "--json")
    assert (again.code, again.json["written"], again.json["removed"]) == (0, 0, 0)


@pytest.mark.slow
def test_a_failed_rendering_exits_with_1(run, shelf: Path):
    (shelf / "mkdocs.yml").write_text("site_name: X\ntheme: no-such-theme\n")
    told = run("build")
    assert (told.code, told.out) == (1, "")
    assert "error: " in told.err
    assert "Traceback" not in told.err


SEARCHED = "plugins: [search, {papershelf: {taxonomy: none}}]\nnot_in_nav: /papers/\n"
MOODY = '{% extends "base.html" %}{% block footer %}{{ range(10 ** 12) | random }}{% endblock %}'


@pytest.mark.slow
def test_verify_renders_pages_again(run, shelf: Path):
    (shelf / "mkdocs.yml").write_text(SHELF + SEARCHED)
    told = run("build", "--json", "--verify", "2")
    assert (told.code, told.json["verified"]) == (0, 2)
    assert run("build", "--json", "--verify", "1").json["verified"] == 1


@pytest.mark.slow
def test_verify_names_the_pages_that_differ(run, shelf: Path):
    (shelf / "mkdocs.yml").write_text(SHELF + SEARCHED)
    (shelf / "overrides").mkdir()
    (shelf / "overrides" / "main.html").write_text(MOODY)  # another page each time
    told = run("build", "--verify", "2")
    assert told.code == 1
    assert told.err.count("[not-as-plain]") == 2
    assert "docs/papers/a-lamp-for-small-rivers.md: error: the page" in told.err


def test_serve_gets_settings_and_address(run, shelf: Path, monkeypatch):
    from papershelf import render

    seen = []
    monkeypatch.setattr(render, "serve", lambda *given: seen.append(given))
    assert run("serve", "--address", "127.0.0.1:9000", "--open").code == 0
    settings, address, open_browser, _ = seen[0]
    assert (settings.site_name, address, open_browser) == ("Shelf", "127.0.0.1:9000", True)


# -- explain, formats, new ----------------------------------------------------------------


def test_explain_tells_a_story_on_standard_output(run, shelf: Path):
    told = run("explain", "small rivers")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("A Lamp for Small Rivers\n  papers/a-lamp-for-small-rivers/\n")
    assert "papers/rivers.txt:5 as listing, dated --03-14" in told.out
    assert re.search(r'in the abstract: ".*4times7.*" → ".*4×7.*"', told.out)
    assert not (shelf / "docs").exists()
    assert not (shelf / "permalinks.json").exists()


def test_explain_as_json(run, shelf: Path):
    told = run("explain", "counting-fish-at-night", "--json").json
    assert told["paper"]["title"] == "Counting Fish at Night"
    assert told["records"] == 2


def test_an_unknown_paper_brings_suggestions(run, shelf: Path):
    told = run("explain", "counting fowl at night")
    assert (told.code, told.out) == (1, "")
    assert 'error: no paper fits "counting fowl at night" [unknown-paper]' in told.err
    assert "counting-fish-at-night  Counting Fish at Night" in told.err


def test_explain_says_when_the_sources_cannot_be_read(run, shelf: Path):
    told = run("explain", "fish", "nowhere.txt")
    assert told.code == 1
    assert 'there is no "nowhere.txt"' in told.err


def test_formats_lists_every_reader_with_an_example(run, here: Path):
    from papershelf.read import READERS

    told = run("formats")
    assert (told.code, told.err) == (0, "")
    assert re.findall(r"^([\w-]+): \S", told.out, re.M) == list(READERS)
    listed = run("formats", "--json").json["formats"]
    assert [one["name"] for one in listed] == list(READERS)
    assert all(one["summary"] and one["example"] for one in listed)


def test_formats_includes_the_readers_of_plugins(run, shelf: Path):
    (shelf / "mine.py").write_text(
        "class Reader:\n    sniff = read = staticmethod(lambda *_: iter(()))\n"
        "    SUMMARY = 'cards'\nREADERS = {'cards': Reader}\n"
    )
    (shelf / "mkdocs.yml").write_text(SHELF + "plugins: [{papershelf: {plugins: mine.py}}]\n")
    assert run("formats").out.endswith("cards: cards\n")


def test_new_tells_what_to_do_next(run, here: Path):
    told = run("new", "site", "--name", "Shelf")
    assert (told.code, told.out) == (0, "")
    assert "site/ is ready: 9 files" in told.err
    assert "    cd site\n" in told.err
    assert run("new", "other", "--json").json["files"][-1] == "papers/papers.jsonl"


def test_new_in_the_current_folder_needs_no_cd(run, here: Path):
    assert "cd " not in run("new", ".").err


def test_new_overwrites_nothing(run, here: Path):
    run("new", ".")
    (here / "mkdocs.yml").write_text("mine")
    told = run("new", ".")
    assert told.code == 2
    assert "already has" in told.err
    assert (here / "mkdocs.yml").read_text() == "mine"


def test_a_new_site_generates_at_once(run, here: Path, monkeypatch):
    run("new", "site")
    monkeypatch.chdir(here / "site")
    told = run("generate", "--strict", "--json")
    assert told.code == 0
    assert (told.json["papers"], told.json["problems"]) == (6, [])


# -- as a process -------------------------------------------------------------------------


def test_a_pipe_that_closes_early_is_no_failure(here: Path):
    command = [sys.executable, "-m", "papershelf", "formats"]
    with subprocess.Popen(
        command, cwd=here, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        running.stdout.close()
        assert (running.stderr.read(), running.wait()) == (b"", 0)


def test_signs_that_the_terminal_lacks_stop_nobody(shelf: Path):
    found = process("explain", "small rivers", cwd=shelf, PYTHONIOENCODING="latin-1")
    assert (found.returncode, found.stderr) == (0, "")
    assert r"\u2192" in found.stdout


def test_colour_is_left_out_when_asked(here: Path):
    found = process("build", cwd=here, NO_COLOR="1", FORCE_COLOR="1", TERM="xterm-256color")
    assert found.returncode == 2
    assert "\x1b[3" not in found.stderr


def test_the_process_ends_with_its_code_when_all_is_said_and_done() -> None:
    script = (
        "import atexit; atexit.register(print, 'done'); from papershelf import cli; "
        "print('said ' * 9999); cli.main = lambda: 3; cli.entry()"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (3, "")
    assert ended.stdout.split() == ["said"] * 9999 + ["done"]
