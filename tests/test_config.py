"""Settings: what is read from where, and what a wrong one says."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from papershelf.config import BadSettings, load_settings
from papershelf.known_settings import SETTINGS
from papershelf.model import Settings
from papershelf.report import Report

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def wrote(folder: Path, text: str, name: str = "mkdocs.yml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def refusals(*args, **kwargs) -> list[str]:
    with pytest.raises(BadSettings) as caught:
        load_settings(*args, **kwargs)
    return [str(problem) for problem in caught.value.problems()]


def options(text: str) -> str:
    return f"site_name: X\nplugins:\n  - papershelf:\n      {text}\n"


def test_without_a_file_the_defaults_hold(here: Path):
    settings = load_settings()
    assert settings.config_file is None
    assert (settings.root, settings.docs_dir) == (here, here / "docs")
    assert settings.sources == ("papers",)


def test_the_file_is_found_in_the_current_folder_under_either_name(here: Path):
    wrote(here, "site_name: Long", "mkdocs.yaml")
    assert load_settings().site_name == "Long"
    wrote(here, "site_name: Short")
    assert load_settings().site_name == "Short"


def test_what_mkdocs_knows_stands_at_the_top_and_is_relative_to_the_file(here: Path):
    file = wrote(
        here / "sub",
        "site_name: Shelf\nsite_url: https://x.org/\nsite_description: D\ndocs_dir: md\n"
        "site_dir: ../out\ntheme: {name: material, custom_dir: look}\n",
    )
    settings = load_settings(file)
    assert (settings.site_name, settings.site_url) == ("Shelf", "https://x.org/")
    assert settings.site_description == "D"
    assert settings.docs_dir == here / "sub" / "md"
    assert settings.site_dir == here / "out"
    assert settings.overrides_dir == here / "sub" / "look"
    assert settings.config_file == file


@pytest.mark.parametrize(
    "plugins",
    [
        "plugins:\n  - search\n  - papershelf:\n      related: 3\n      sources: a.txt",
        "plugins:\n  search: {}\n  papershelf:\n    related: 3\n    sources: [a.txt]",
        "plugins: [search, {papershelf: {related: 3, sources: [a.txt], enabled: true}}]",
    ],
)
def test_options_are_read_from_a_list_and_from_a_mapping(here: Path, plugins: str):
    wrote(here, plugins)
    settings = load_settings()
    assert (settings.related, settings.sources) == (3, ("a.txt",))


@pytest.mark.parametrize("plugins", ["[search, papershelf]", "{papershelf: }", "[search]", ""])
def test_a_plugin_without_options_has_the_defaults(here: Path, plugins: str):
    wrote(here, f"plugins: {plugins}")
    assert load_settings().related == 6


def test_every_setting_can_be_set(here: Path):
    lines = [
        "sources: [a, b]", "format: jsonl", "year: 2024", "skip: [links]", "taxonomy: mine.yml",
        "corrections: mine.yml", "discover: false", "max_topics: 3", "min_topic_papers: 1",
        "min_author_papers: 1", "min_venue_papers: 1", "related: 0", "page_size: 10",
        "short_ids: true", "twins: false", "feed_papers: 9", "min_feed_papers: 3",
        "previews: false",
        "exports: ris", "check: true", "check_skip: [access]",
        "budgets: [files=9]", "plugins: mine.py", "engine: zensical",
        "fast: false",
    ]  # fmt: skip
    assert [line.split(":")[0] for line in lines] == [setting.name for setting in SETTINGS]
    wrote(here, options("\n      ".join(lines)))
    settings = load_settings()
    same = [s.name for s in SETTINGS if getattr(settings, s.name) == s.default]
    assert same == []
    assert (settings.plugins, settings.year) == (("mine.py",), 2024)


def test_the_table_names_every_setting_that_is_not_from_the_top_of_the_file():
    top = set("root docs_dir site_dir overrides_dir config_file policy comments language".split())
    top |= {name for name in Settings.__slots__ if name.startswith("site_")}
    assert {setting.name for setting in SETTINGS} == {f.name for f in fields(Settings)} - top


def test_an_unknown_setting_is_told_with_its_line_and_the_nearest_name(here: Path):
    wrote(here, options("taxnomy: ml"))
    assert refusals() == [
        'mkdocs.yml:4: error: "taxnomy" is not a setting; did you mean "taxonomy"? '
        "[unknown-setting]"
    ]


def test_a_setting_of_mkdocs_among_ours_is_sent_home(here: Path):
    wrote(here, options("site_url: https://x.org"))
    with pytest.raises(BadSettings) as caught:
        load_settings()
    assert "top level" in caught.value.problems()[0].hint


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("related: many", '"related" should be a whole number from 0 to 50, not "many"'),
        ("related: 51", '"related" should be a whole number from 0 to 50, not 51'),
        ("related: true", '"related" should be a whole number from 0 to 50, not true'),
        ("year: 24", '"year" should be a whole number from 1000 to 9999, not 24'),
        ("discover: 1", '"discover" should be true or false, not 1'),
        ("engine: hugo", '"engine" should be mkdocs or zensical, not "hugo"'),
        ("taxonomy: [ml]", '"taxonomy" should be text, not this list'),
        ("sources: [a, 1]", '"sources" should be a list of text, not this list'),
        ("sources: {a: b}", '"sources" should be a list of text, not a mapping'),
        ("skip: [a, '']", '"skip" should be a list of text, not this list'),
    ],
)
def test_a_wrong_value_says_what_was_expected(here: Path, line: str, message: str):
    wrote(here, options(line))
    assert refusals() == [f"mkdocs.yml:4: error: {message} [bad-setting]"]


def test_a_wrong_value_at_the_top_is_told_too(here: Path):
    wrote(here, "site_name: X\ndocs_dir: [docs]\n")
    assert refusals() == [
        'mkdocs.yml:2: error: "docs_dir" should be text, not this list [bad-setting]'
    ]


def test_all_that_is_wrong_is_told_at_once(here: Path):
    wrote(here, options("related: x\n      page_size: 1\n      nonsense: 1"))
    assert [line.split(":")[1] for line in refusals()] == ["4", "5", "6"]


def test_nothing_set_is_the_default(here: Path):
    wrote(here, options("related:\n      year: null"))
    settings = load_settings()
    assert (settings.related, settings.year) == (6, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plugins: [", "mkdocs.yml:"),
        ("- a\n- b", "mkdocs.yml:1: error: expected settings"),
        ("INHERIT: none.yml", "mkdocs.yml:1: error: cannot read 'none.yml'"),
        ("INHERIT: mkdocs.yml", "mkdocs.yml:1: error: INHERIT leads back"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_place(here: Path, text: str, expected: str):
    wrote(here, text)
    assert refusals()[0].startswith(expected)


def test_a_file_that_is_no_text_is_told(here: Path):
    (here / "mkdocs.yml").write_bytes(b"site_name: \xff")
    assert refusals() == ["mkdocs.yml: error: is not UTF-8 [bad-settings]"]


def test_a_file_that_is_not_there_is_told(here: Path):
    assert refusals(Path("no.yml")) == ["error: there is no 'no.yml' [no-settings]"]


def test_the_tags_of_mkdocs_are_put_up_with(here: Path):
    wrote(here, "site_name: X\nmarkdown_extensions:\n  - x: {f: !!python/name:os.system }\n")
    assert load_settings().site_name == "X"


@pytest.mark.parametrize(
    ("written", "environment", "expected"),
    [
        ("!ENV SITE", {"SITE": "https://a.org/"}, "https://a.org/"),
        ("!ENV SITE", {}, ""),
        ('!ENV [SITE, "https://b.org/"]', {}, "https://b.org/"),
        ('!ENV [SITE, OTHER, "https://b.org/"]', {"OTHER": "https://c.org/"}, "https://c.org/"),
        ("SITE", {"SITE": "https://a.org/"}, "SITE"),
        ("!ENV SITE", {"SITE": "[:"}, "[:"),
    ],
)
def test_the_environment_is_asked_as_mkdocs_asks_it(
    here: Path, monkeypatch: pytest.MonkeyPatch, written: str, environment: dict, expected: str
):
    monkeypatch.delenv("SITE", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    wrote(here, f"site_url: {written}\n")
    assert load_settings().site_url == expected


def test_a_number_in_the_environment_is_a_number(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHELF_YEAR", "2024")
    wrote(here, options("year: !ENV SHELF_YEAR"))
    assert load_settings().year == 2024


def test_inherited_settings_hold_unless_set_nearer(here: Path):
    wrote(here, "site_name: Base\nsite_description: D\nplugins: {papershelf: {related: 1, "
          "page_size: 50}}", "conf/base.yml")  # fmt: skip
    wrote(here, "INHERIT: conf/base.yml\nsite_name: Near\nplugins: {papershelf: {related: 2}}")
    settings = load_settings()
    assert (settings.site_name, settings.site_description) == ("Near", "D")
    assert (settings.related, settings.page_size) == (2, 50)
    assert settings.docs_dir == here / "docs"


def test_a_list_of_plugins_hides_the_inherited_ones(here: Path):
    wrote(here, "plugins: {papershelf: {related: 1}}", "base.yml")
    wrote(here, "INHERIT: base.yml\nplugins: [search]")
    assert load_settings().related == 6


def test_a_problem_in_an_inherited_file_names_that_file(here: Path):
    wrote(here, "plugins:\n  papershelf:\n    nonsense: 1", "base.yml")
    wrote(here, "INHERIT: base.yml\n")
    assert refusals()[0].startswith("base.yml:3: ")


def test_a_setting_that_comes_twice_is_a_warning(here: Path):
    wrote(here, "site_name: One\nsite_name: Two\n")
    report = Report()
    assert load_settings(report=report).site_name == "One"
    assert [(p.code, str(p.origin)) for p in report.problems] == [
        ("repeated-setting", "mkdocs.yml:2")
    ]


def test_the_command_line_wins_and_its_paths_start_here(
    here: Path, monkeypatch: pytest.MonkeyPatch
):
    wrote(here, "docs_dir: md\nplugins: [{papershelf: {sources: [a], engine: mkdocs}}]")
    (here / "sub").mkdir()
    monkeypatch.chdir(here / "sub")
    overrides = {"docs_dir": Path("d"), "engine": "zensical", "format": None, "sources": ()}
    settings = load_settings(Path("../mkdocs.yml"), overrides)
    assert settings.docs_dir == here / "sub" / "d"
    assert (settings.engine, settings.format, settings.sources) == ("zensical", "", ("a",))


def test_sources_stay_as_written_in_the_folder_of_the_file(here: Path):
    wrote(here, "site_name: X")
    sources = ("../x.txt", "-", "./a", str(here / "b"))
    assert load_settings(None, {"sources": sources}).sources == sources


def test_sources_given_elsewhere_are_seen_from_the_root(
    here: Path, monkeypatch: pytest.MonkeyPatch
):
    wrote(here / "site", "site_name: X")
    monkeypatch.chdir(here)
    settings = load_settings(Path("site/mkdocs.yml"), {"sources": ("x.txt", "-", "/abs")})
    assert settings.sources == ("../x.txt", "-", "/abs")


@pytest.mark.parametrize(
    "overrides",
    [
        {"docs_dir": Path()},
        {"site_dir": Path()},
        {"site_dir": Path("..")},
        {"site_dir": Path("docs")},
        {"site_dir": Path("docs/site")},
        {"docs_dir": Path("site/docs")},
    ],
)
def test_folders_that_would_eat_each_other_are_refused(here: Path, overrides: dict):
    wrote(here, "site_name: X")
    assert all(line.endswith("[folders-overlap]") for line in refusals(None, overrides))


def test_every_setting_is_documented_with_its_default_and_what_it_expects():
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("|")}
    for setting in SETTINGS:
        row = rows[f"`{setting.name}`"]
        assert setting.doc in row
        assert setting.expects in row
        assert f"`{setting.shown_default}`" in row
