"""The yardsticks of docs/contributing/style.md, measured on the package."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from statistics import median, quantiles

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "generator" / "papershelf"
SOURCES = {path.relative_to(PACKAGE): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
NODES = [(path, node) for path, text in SOURCES.items() for node in ast.walk(ast.parse(text))]
FUNCTIONS = [(path, node) for path, node in NODES if isinstance(node, ast.FunctionDef)]


def body_lines(function: ast.FunctionDef) -> int:
    """The lines of a function without its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_functions_are_short() -> None:
    lines = [body_lines(function) for _, function in FUNCTIONS]
    assert median(lines) <= 6
    assert quantiles(lines, n=10)[-1] <= 25
    assert sum(count > 50 for count in lines) <= len(lines) // 100


def test_functions_take_few_parameters() -> None:
    for path, function in FUNCTIONS:
        taken = function.args
        names = [arg.arg for arg in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
        assert len([name for name in names if name not in {"self", "cls"}]) <= 6, (
            f"{path}:{function.lineno} {function.name}"
        )


@pytest.mark.parametrize("path", sorted(SOURCES), ids=str)
def test_file_is_no_longer_than_400_lines(path: Path) -> None:
    assert len(SOURCES[path].splitlines()) <= 400


@pytest.mark.parametrize("path", sorted(SOURCES), ids=str)
def test_module_says_in_one_line_what_it_is(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(SOURCES[path])) or ""
    assert re.match(r"\S[^\n]{10,99}(\n\n|\Z)", docstring), docstring[:100]


def test_names_say_what_a_thing_is() -> None:
    named = [(path, node.name) for path, node in NODES if isinstance(node, ast.ClassDef)]
    named += [(path, path.stem.title()) for path in SOURCES]
    assert [
        pair for pair in named if re.search(r"Manager|Helper|Util|Base\b|Base[A-Z]", pair[1])
    ] == []
