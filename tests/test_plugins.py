"""Plugins: by path, dotted name and entry point; and what a broken one says."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from papershelf import plugins
from papershelf.plugins import BadPlugin

READER = """
class Telegram:
    SUMMARY = "telegrams"
    EXAMPLE = "STOP"
    sniff = staticmethod(lambda head: 0.0)
    read = staticmethod(lambda text, origin, report: iter(()))

READERS = {"telegram": Telegram}
"""
STEP = "def shout(text):\n    return text.upper()\n\nSTEPS = {'shout': shout}\n"
COMPOSER = "COMPOSERS = {'feed': lambda catalog, env: iter(())}\n"


def wrote(folder: Path, text: str, name: str = "mine.py") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def refusal(folder: Path, *names: str) -> str:
    with pytest.raises(BadPlugin) as caught:
        plugins.load(names, folder)
    return f"{caught.value.message} | {caught.value.hint}"


def test_none_are_loaded_when_none_are_named(tmp_path: Path):
    assert plugins.load((), tmp_path) == plugins.Plugins()


def test_a_module_may_give_all_three_kinds(tmp_path: Path):
    found = plugins.load((wrote(tmp_path, READER + STEP + COMPOSER),), tmp_path)
    assert list(found.readers) == ["telegram"]
    assert found.readers["telegram"].SUMMARY == "telegrams"
    assert found.steps["shout"]("a") == "A"
    assert list(found.composers) == ["feed"]


def test_several_plugins_add_up_in_their_order(tmp_path: Path):
    one = wrote(tmp_path, "STEPS = {'z': str}", "one.py")
    two = wrote(tmp_path, "STEPS = {'a': str}", "two.py")
    assert list(plugins.load((one, two), tmp_path).steps) == ["z", "a"]


def test_two_files_of_one_name_are_two_plugins(tmp_path: Path):
    for folder, step in (("a", "x"), ("b", "y")):
        (tmp_path / folder).mkdir()
        wrote(tmp_path / folder, f"STEPS = {{'{step}': str}}")
    assert set(plugins.load(("a/mine.py", "b/mine.py"), tmp_path).steps) == {"x", "y"}


def test_a_plugin_is_read_afresh_each_time(tmp_path: Path):
    name = wrote(tmp_path, "STEPS = {'before': str}")
    assert list(plugins.load((name,), tmp_path).steps) == ["before"]
    wrote(tmp_path, "STEPS = {'behind': str}")
    assert list(plugins.load((name,), tmp_path).steps) == ["behind"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_may_hold_a_dataclass(tmp_path: Path):
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass A:\n    b: str\nSTEPS = {'a': A}\n"
    )
    assert plugins.load((wrote(tmp_path, text),), tmp_path).steps["a"]("c").b == "c"


def test_a_dotted_name_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "shelf_extras").mkdir()
    wrote(tmp_path / "shelf_extras", "", "__init__.py")
    wrote(tmp_path / "shelf_extras", STEP, "steps.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "shout" in plugins.load(("shelf_extras.steps",), tmp_path).steps
    for name in ("shelf_extras", "shelf_extras.steps"):
        monkeypatch.delitem(sys.modules, name)


def installed(folder: Path, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """A package in `folder` whose entry point `short` leads to `target`."""
    info = folder / "extras-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: extras\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[papershelf]\nshort = {target}\n")
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()


def test_an_entry_point_gives_a_short_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    wrote(tmp_path, STEP, "extras_module.py")
    installed(tmp_path, monkeypatch, "extras_module")
    assert "shout" in plugins.load(("short",), tmp_path).steps
    monkeypatch.delitem(sys.modules, "extras_module")


def test_an_entry_point_that_leads_to_no_module_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wrote(tmp_path, STEP, "extras_module.py")
    installed(tmp_path, monkeypatch, "extras_module:shout")
    assert "leads to no module" in refusal(tmp_path, "short")
    monkeypatch.delitem(sys.modules, "extras_module")


def test_an_installed_plugin_that_is_not_named_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wrote(tmp_path, STEP, "extras_module.py")
    installed(tmp_path, monkeypatch, "extras_module")
    assert plugins.load((), tmp_path).steps == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1", 'the plugin "mine.py" adds nothing'),
        ("STEPS = [str]", 'STEPS in the plugin "mine.py" is no dict'),
        ("STEPS = {'a': 1}", 'STEPS in the plugin "mine.py" does not fit at "a" | expected a name'),
        ("STEPS = {1: str}", 'does not fit at "1"'),
        ("COMPOSERS = {'a': 'b'}", 'does not fit at "a" | expected a name and a function'),
        ("READERS = {'a': str}", "with functions sniff and read"),
        ("STEPS = {", "mine.py:1"),
        ("import json\n\nraise KeyError('x')", "mine.py:3 | KeyError: 'x'"),
        ("import no_such_module_here", "breaks while it loads"),
    ],
)
def test_a_broken_plugin_says_where_and_what_was_expected(tmp_path: Path, text: str, expected: str):
    assert expected in refusal(tmp_path, wrote(tmp_path, text))


def test_a_plugin_that_breaks_leaves_no_trace(tmp_path: Path):
    before = set(sys.modules)
    refusal(tmp_path, wrote(tmp_path, "raise KeyError"))
    assert set(sys.modules) == before


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plugins/none.py", 'the plugin "plugins/none.py" is not there | looked for '),
        ("no_such_module", 'there is no plugin "no_such_module" | give a path'),
        ("papershelf.no_such", 'there is no plugin "papershelf.no_such"'),
        ("folder/", 'the plugin "folder/" is not there'),
    ],
)
def test_a_plugin_that_is_not_there_is_told(tmp_path: Path, name: str, expected: str):
    (tmp_path / "folder").mkdir()
    assert expected in refusal(tmp_path, name)


def test_a_path_to_what_is_no_python_is_told(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    wrote(tmp_path / "sub", "Dear plugin", "mine.txt")
    assert "mine.txt:1 | SyntaxError" in refusal(tmp_path, "sub/mine.txt")


def test_two_plugins_that_give_one_name_are_told_apart(tmp_path: Path):
    names = [wrote(tmp_path, "STEPS = {'a': str}", f"{n}.py") for n in ("one", "two")]
    assert 'the plugins "one.py" and "two.py" both give "a" in STEPS' in refusal(tmp_path, *names)
