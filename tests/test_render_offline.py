"""Search from disk: the index as a script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from papershelf.render.offline import offer_search_from_disk

INDEX = '{"docs":[{"title":"</script> \u2028 ü"}]}'


@pytest.mark.parametrize(
    ("index", "script"),
    [("search/search_index.json", "search/search_index.js"), ("search.json", "search.js")],
)
def test_the_index_of_either_engine_becomes_a_script(
    tmp_path: Path, index: str, script: str
) -> None:
    (tmp_path / index).parent.mkdir(exist_ok=True)
    (tmp_path / index).write_text(INDEX, "utf-8")
    offer_search_from_disk(tmp_path)
    name, _, value = (tmp_path / script).read_text("utf-8").partition(" = ")
    assert name == "var __index"
    assert json.loads(value) == json.loads(INDEX)


def test_without_search_there_is_no_script(tmp_path: Path) -> None:
    offer_search_from_disk(tmp_path)
    assert list(tmp_path.iterdir()) == []
