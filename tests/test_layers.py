"""The house rules of docs/contributing/architecture.md: who may import whom.

A module of the package that has no place in `PLACES` fails: say where it belongs.
"""

from __future__ import annotations

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "generator" / "papershelf"

PLACES = {
    "shelf": "__init__ model site prose policy identity ledger cache data report words patterns "
    "yaml_lines disk export corrections unchanged terms jsonld spread neighbours assigned",
    "stage": "read clean merge correct classify relate compose",
    "sink": "write render check explain scaffold",
    "settings": "config known_settings plugins taxonomy overrides",
    "conductor": "pipeline",
    "front door": "__main__ cli commands mkdocs_plugin",
}
MAY_IMPORT = {
    "shelf": {"shelf"},
    "stage": {"shelf"},
    "sink": {"shelf"},
    "settings": {"shelf", "settings"},
    "conductor": {"shelf", "settings", "stage", "sink"},
    "front door": {"shelf", "settings", "stage", "sink", "conductor", "front door"},
}
DOORS = {
    "PIL": "compose",
    "babel": "compose",
    "bibtexparser": "read",
    "charset_normalizer": "read",
    "click": "cli",
    "ftfy": "clean",
    "jinja2": "compose render",
    "latex2mathml": "prose",
    "lxml": "read",
    "markupsafe": "compose",
    "mkdocs": "render mkdocs_plugin",
    "numpy": "classify relate terms",
    "pylatexenc": "clean",
    "rich": "report",
    "scipy": "classify relate",
    "slugify": "identity",
    "turbohtml": "check",
    "yaml": "yaml_lines",
}

MODULES = {
    ".".join(("papershelf", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): ast.parse(path.read_text("utf-8"))
    for path in PACKAGE.rglob("*.py")
}
PLACE_OF = {name: place for place, names in PLACES.items() for name in names.split()}


def part(module: str) -> str:
    """The stage, or other module of the first rank, that a module belongs to."""
    return [*module.split("."), "__init__"][1]


def imports(module: str) -> set[str]:
    """All modules imported anywhere in the source: in functions and for type checkers too."""
    found = set()
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level and node.module, f"{module}: write imports in full"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in names}
    return found


def parts_known(module: str) -> set[str]:
    """The other parts of the house that a module imports."""
    ours = {part(name) for name in imports(module) if name.split(".")[0] == "papershelf"}
    return ours - {part(module)}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_module_keeps_its_place(module: str) -> None:
    assert part(module) in PLACE_OF, f"{part(module)} has no place in PLACES: declare one"
    allowed = MAY_IMPORT[PLACE_OF[part(module)]]
    assert {name for name in parts_known(module) if PLACE_OF[name] not in allowed} == set()


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"papershelf.pipeline"}))
def test_only_the_pipeline_knows_two_stages(module: str) -> None:
    stages = {name for name in parts_known(module) if PLACE_OF[name] == "stage"}
    assert len(stages) <= 1, stages


@pytest.mark.parametrize("module", sorted(MODULES))
def test_third_party_packages_have_one_door(module: str) -> None:
    foreign = {name.split(".")[0] for name in imports(module)} - {"papershelf"}
    for package in foreign - sys.stdlib_module_names:
        assert part(module) in DOORS.get(package, "").split(), f"{package} has another door"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_the_command_line_prints(module: str) -> None:
    names = {node.id for node in ast.walk(MODULES[module]) if isinstance(node, ast.Name)}
    assert "print" not in names or part(module) == "cli"


def test_imports_go_round_nowhere() -> None:
    graph = {module: imports(module) & MODULES.keys() for module in MODULES}
    TopologicalSorter(graph).prepare()


def test_every_place_is_taken() -> None:
    assert set(PLACE_OF) == {part(module) for module in MODULES}
