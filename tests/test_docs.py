"""The documentation says what the program does: every name a user can meet is in it, and true."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from papershelf import cli, plugins
from papershelf.clean import STEPS, Step, arrange, clean
from papershelf.known_settings import SETTINGS
from papershelf.model import Origin, Record, Settings
from papershelf.read import READERS, read
from papershelf.report import Report

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "generator" / "papershelf"
DOCS = ROOT / "docs"
BY_HAND = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *(
        DOCS / name
        for name in ("cli.md", "settings.md", "problems.md", "reading.md", "cleaning.md")
    ),
    *(
        DOCS / name
        for name in (
            "browsing.md",
            "corrections.md",
            "taxonomy.md",
            "related.md",
            "people.md",
            "permalinks.md",
            "exporting.md",
            "checking.md",
            "writing.md",
        )
    ),
    *sorted((DOCS / "contributing").rglob("*.md")),
]
SOURCES = {path: ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}
COMMANDS = cli.papershelf.commands


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def sections(text: str) -> dict[str, str]:
    """The parts of a page below its `##` headings, by the heading's first code word."""
    parts = re.split(r"^##+ +(.*)$", text, flags=re.MULTILINE)
    return {
        heading.strip("`"): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def first_column(text: str) -> set[str]:
    """The code words that begin the rows of all tables."""
    return set(re.findall(r"^\| *`([^`]+)` *\|", text, re.MULTILINE))


def fences(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.M | re.S)


def commands_named(cell: str) -> set[str]:
    """The commands in a cell of the table: `all`, `all but new`, or a list."""
    but = cell.removeprefix("all but ") if cell.startswith("all but ") else ""
    named = set(re.findall(r"[a-z]+", but or cell))
    return set(COMMANDS) - named if but or cell == "all" else named


def shared_options() -> dict[str, set[str]]:
    """The options in the table of docs/cli.md, with the commands that take them."""
    rows = re.findall(r"^\| (`-.*?) \| (.*?) \|", page("docs/cli.md"), re.MULTILINE)
    return {
        flag: commands_named(cell.strip())
        for flags, cell in rows
        for flag in re.findall(r"`(--?[a-z-]+)", flags)
    }


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_command_is_documented_with_its_options(name: str) -> None:
    told = sections(page("docs/cli.md"))[f"papershelf {name}"]
    options = [option for option in COMMANDS[name].params if isinstance(option, click.Option)]
    taken = {flag for option in options for flag in option.opts}
    shared = {flag for flag, names in shared_options().items() if name in names}
    assert shared <= taken
    for flag in taken - shared:
        assert re.search(rf"(?<![\w-]){flag}(?![\w-])", told), f"{name} {flag}"


def test_no_command_is_documented_that_there_is_not() -> None:
    told = {name for name in sections(page("docs/cli.md")) if name.startswith("papershelf ")}
    assert told == {f"papershelf {name}" for name in COMMANDS}


def shell_lines() -> Iterator[tuple[str, str]]:
    for path in BY_HAND:
        for block in fences(path, "(?:sh|console)"):
            for line in block.splitlines():
                yield path.name, line.removeprefix("$ ").split("#")[0].strip()


@pytest.mark.parametrize(("where", "line"), sorted(set(shell_lines())))
def test_shell_line_can_be_run(where: str, line: str) -> None:
    words = shlex.split(line)
    if words[:1] == ["make"]:
        targets = re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE)
        assert set(words[1:]) <= {*targets, *(w for w in words if "=" in w)}
    elif words[:1] == ["papershelf"]:
        command = COMMANDS[words[1]]
        command.parse_args(click.Context(command), words[2:])


def test_every_setting_is_documented_and_no_other() -> None:
    told = first_column(page("docs/settings.md"))
    assert {setting.name for setting in SETTINGS} <= told
    names = set(Settings.__dataclass_fields__)
    assert {name for name in told if re.fullmatch(r"[a-z_]+", name)} <= names


def test_every_reader_is_documented_and_no_other() -> None:
    assert first_column(page("docs/reading.md")) == set(READERS)


def test_every_cleaning_step_is_documented_and_no_other() -> None:
    assert first_column(page("docs/cleaning.md")) == set(STEPS)


def cleaned(text: str, own: dict[str, Step] | None = None) -> str:
    record = Record({"title": "A title", "abstract": text}, Origin("x"))
    (paper,) = clean(iter([record]), Settings(root=ROOT), own or {}, Report())
    return paper.abstract.plain


EXAMPLES = re.findall(r"(?:``` (.+?) ```|`([^`|]+)`) → ([^;|]+)", page("docs/cleaning.md"))


@pytest.mark.parametrize(("odd", "before", "after"), EXAMPLES)
def test_example_of_a_step_is_true(odd: str, before: str, after: str) -> None:
    assert cleaned(f"As {odd or before} has it.") == f"As {after.strip()} has it."


def test_step_on_the_cleaning_page_cleans(tmp_path: Path) -> None:
    (source,) = fences(DOCS / "cleaning.md", "python")
    (tmp_path / "house_style.py").write_text(source, "utf-8")
    steps = plugins.load(("house_style.py",), tmp_path).steps
    assert cleaned("On this data set.", steps) == "On this dataset."
    assert list(arrange(steps, (), Report()))[-2:] == ["house-style", "spacing"]


def test_every_library_has_its_reason() -> None:
    project = tomllib.loads(page("pyproject.toml"))["project"]
    wanted = {re.sub(r"(?=>=)", " ", library) for library in project["dependencies"]}
    assert first_column(page("docs/contributing/decisions/0004-libraries.md")) == wanted


def code_places() -> dict[str, int]:
    """What takes a problem's code: its name, and the position of the parameter `code`."""
    places = {}
    for node in (node for tree in SOURCES.values() for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            names = [arg.arg for arg in node.args.args if arg.arg not in {"self", "cls"}]
        elif isinstance(node, ast.ClassDef):
            names = [f.target.id for f in node.body if isinstance(f, ast.AnnAssign)]
            inits = [f for f in node.body if getattr(f, "name", "") == "__init__"]
            names = [arg.arg for arg in inits[0].args.args[1:]] if inits else names
        else:
            continue
        if "code" in names and node.name != "__init__":
            places[node.name] = names.index("code")
    return places


def codes_given(tree: ast.Module, places: dict[str, int]) -> Iterator[tuple[str, ast.expr]]:
    """Who is given a code, and the expression for it; failures have theirs as an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in places:
                yield from ((name, arg) for arg in node.args[places[name] : places[name] + 1])
                yield from ((name, word.value) for word in node.keywords if word.arg == "code")
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                target = getattr(line, "target", None) or getattr(line, "targets", [None])[0]
                if getattr(target, "id", "") == "code" and line.value:
                    yield node.name, line.value


def problem_codes() -> set[str]:
    places, found = code_places(), set()
    for path, tree in SOURCES.items():
        for taker, given in codes_given(tree, places):
            passed_on = getattr(given, "id", getattr(given, "attr", "")) == "code"
            words = [n.value for n in ast.walk(given) if isinstance(n, ast.Constant)]
            if taker == "Problem":
                assert words or passed_on, f"{path}:{given.lineno}: write the code out here"
            if not isinstance(given, ast.Call):
                found.update(word for word in words if re.fullmatch(r"[a-z]+(-[a-z]+)*", str(word)))
    return found


def test_every_problem_is_documented_and_no_other() -> None:
    assert first_column(page("docs/problems.md")) == problem_codes()


def test_tree_on_the_architecture_page_is_the_tree_on_disk() -> None:
    (tree,) = re.findall(r"^```text\ngenerator/papershelf/\n(.*?)^```", ARCHITECTURE, re.M | re.S)
    told, folders = set(), [""]
    for line in tree.splitlines():
        indent, name = re.match(r"( *)(\S+)", line).groups()
        folders = folders[: len(indent) // 2]
        told.add("".join((*folders, name, "__init__.py" if name.endswith("/") else "")))
        folders.append(name)
    modules = {path.relative_to(PACKAGE).as_posix() for path in SOURCES}
    assert told == modules


ARCHITECTURE = (DOCS / "contributing" / "architecture.md").read_text("utf-8")


def test_places_on_the_architecture_page_are_those_of_the_layer_test() -> None:
    spec = importlib.util.spec_from_file_location("layers", ROOT / "tests" / "test_layers.py")
    layers = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(layers)
    for place, names in layers.PLACES.items():
        row = re.search(rf"^\| {place} \| (.*) \| (.*) \|$", ARCHITECTURE, re.MULTILINE)
        assert row, place
        assert set(re.findall(r"`(\w+)`", row[1])) == set(names.split())
        assert set(row[2].split(", ")) == layers.MAY_IMPORT[place]


def test_readme_is_short() -> None:
    assert len(page("README.md").splitlines()) <= 110


def load(source: str, folder: Path) -> ModuleType:
    path = folder / "documented.py"
    path.write_text(source, "utf-8")
    spec = importlib.util.spec_from_file_location("documented", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_reader_in_the_readme_reads(tmp_path: Path) -> None:
    (source,) = fences(ROOT / "README.md", "python")
    assert len([line for line in source.splitlines() if line.strip()]) <= 8
    (tmp_path / "mine.py").write_text(source, "utf-8")
    (tmp_path / "papers.tsv").write_text("title\tabstract\nA title\tAn abstract.\n", "utf-8")
    readers = plugins.load(("mine.py",), tmp_path).readers
    report = Report()
    (record,) = read(Settings(root=tmp_path, sources=("papers.tsv",)), readers, report)
    assert (record.text("title"), record.text("abstract")) == ("A title", "An abstract.")
    assert str(record.origin) == "papers.tsv:2"
    assert report.problems == []


def test_reader_on_the_contributors_page_reads_its_own_example(tmp_path: Path) -> None:
    (source,) = fences(DOCS / "contributing" / "add-a-reader.md", "python")
    reader, report = load(source, tmp_path), Report()
    assert reader.sniff(reader.EXAMPLE) == 0.9
    (record,) = reader.read(reader.EXAMPLE, Origin("x.tsv", 0, "tabs"), report)
    assert record.fields == {"title": "A title", "abstract": "An abstract."}
    assert list(reader.read("title\tabstract\nno tab\n", Origin("x.tsv"), report)) == []
    assert [problem.code for problem in report.problems] == ["odd-line"]


@pytest.mark.parametrize("path", BY_HAND, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not re.match(r"https?://", link):
            assert (path.parent / link).exists(), link


def test_nothing_names_a_machine() -> None:
    told = [*BY_HAND, *SOURCES, ROOT / "Makefile", ROOT / ".ci" / "run", ROOT / "mkdocs.yml"]
    found = [path for path in told if re.search(r"(?<![\w.:])/(work|root|home|Users)/", page(path))]
    assert found == []
