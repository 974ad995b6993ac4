"""What is kept between runs: given back as it was, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf import cache as caching
from papershelf import disk
from papershelf.cache import Cache, key_of, opened
from papershelf.clean import cleaner
from papershelf.data import Found, paper_data, paper_of, problem_data, problem_of
from papershelf.model import Origin, Paper, Problem, Settings
from papershelf.prose import Prose
from papershelf.read import harvest, read
from papershelf.report import Report
from strategies import hostile

KEY = key_of("a")


def saved(path: Path, value: Any = 1) -> Path:
    cache = Cache(path, "k")
    cache.begin()
    cache.put(KEY, value, value)
    cache.save()
    return path


def asked(path: Path, key: str = "k") -> Any:
    cache = Cache(path, key)
    cache.begin()
    return cache.get(KEY, lambda value: value)


# The file.


def test_what_was_put_in_comes_back(tmp_path: Path) -> None:
    assert asked(saved(tmp_path / "c", {"a": ["\ud800 \n", 1]})) == {"a": ["\ud800 \n", 1]}


def test_another_key_finds_nothing(tmp_path: Path) -> None:
    assert asked(saved(tmp_path / "c"), "other") is None


@pytest.mark.parametrize("at", [0, 20, 60, -20, -3, -1])
def test_a_damaged_file_is_an_empty_one(tmp_path: Path, at: int) -> None:
    path = saved(tmp_path / "c", "a text of some length")
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert asked(path) is None


@given(st.integers(0, 200))
def test_a_cut_file_is_an_empty_one(end: int) -> None:
    folder = Path(mkdtemp())
    path = saved(folder / "c", "x" * 100)
    data = path.read_bytes()
    path.write_bytes(data[: min(end, len(data) - 1)])
    assert asked(path) is None
    disk.remove_tree(folder)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff" * 99, b"{}", b"papershelf-cache 1 k x\n"])
def test_a_foreign_file_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c").write_bytes(content)
    assert asked(tmp_path / "c") is None


def test_what_cannot_be_decoded_is_not_there(tmp_path: Path) -> None:
    cache = Cache(saved(tmp_path / "c", "no paper"), "k")
    cache.begin()
    assert cache.get(KEY, lambda data: paper_of(data, Origin("x"))) is None


def test_what_a_run_did_not_use_is_dropped(tmp_path: Path) -> None:
    path = saved(tmp_path / "c")
    cache = Cache(path, "k")
    cache.begin()
    cache.put(key_of("b"), 2, 2)
    cache.save()
    assert asked(path) is None


MANY = [key_of("many", number) for number in range(500)]


def run_over(path: Path, keys: list[str]) -> Cache:
    """A run that uses some keys, and makes what is not there."""
    cache = Cache(path, "k")
    cache.begin()
    for key in keys:
        if cache.get(key, lambda value: value) is None:
            cache.put(key, key, key)
    cache.save()
    return cache


def held(path: Path) -> set[str]:
    cache = Cache(path, "k")
    cache.begin()
    return {key for key in [*MANY, KEY, key_of("b")] if cache.get(key, lambda value: value) == key}


def test_what_little_is_new_is_written_beside_the_file(tmp_path: Path) -> None:
    path, more = tmp_path / "c", tmp_path / "c.more"
    run_over(path, MANY)
    before = path.read_bytes()
    for new in (KEY, key_of("b")):
        run_over(path, [*MANY[1:], new])
        assert path.read_bytes() == before
        assert held(path) == {*MANY, new}
        at = more.stat().st_ino
        run_over(path, [*MANY[1:], new])
        assert more.stat().st_ino == at
    more.write_bytes(more.read_bytes()[:-1])
    assert held(path) == {*MANY}


def test_the_file_is_written_anew_when_more_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "c"
    run_over(path, MANY)
    run_over(path, [*MANY, KEY])
    run_over(path, [*MANY[9:], KEY])
    assert held(path) == {*MANY[9:], KEY}
    assert not (tmp_path / "c.more").exists()


def test_a_value_that_was_broken_is_put_right_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c"
    run_over(path, MANY)
    cache = Cache(path, "k")
    cache.begin()
    for key in MANY[1:]:
        cache.get(key, lambda value: value)
    assert cache.get(MANY[0], int) is None
    cache.put(MANY[0], 7, 7)
    cache.save()
    assert held(path) == {*MANY[1:]}
    again = Cache(path, "k")
    again.begin()
    assert again.get(MANY[0], int) == 7


def test_a_run_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path / "c")
    before = path.stat().st_ino
    cache = Cache(path, "k")
    cache.begin()
    cache.get(KEY, lambda value: value)
    cache.save()
    assert path.stat().st_ino == before


def test_parts_of_a_key_do_not_run_together() -> None:
    assert len({key_of("ab", "c"), key_of("a", "bc"), key_of("abc"), key_of(b"abc")}) == 4


def test_other_code_is_another_key() -> None:
    assert caching.code_key("read") != caching.code_key("clean")


# Papers as data.


def cleaned(records: list[dict[str, Any]], folder: Path) -> list[Paper]:
    (folder / "p.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    settings = Settings(folder, sources=("p.jsonl",))
    make = cleaner(settings, {}, Report())
    made = (make(record, Report()) for record in read(settings, {}, Report()))
    return [paper for paper in made if paper]


RICH = {
    "title": "A {\\em rich} paper on $x^2$ and 4times4",
    "abstract": "It links to https://example.org/x and says -- much.\n\nTwice.",
    "authors": ["Ada Byron", "van Gogh, Vincent", {"name": "CERN"}],
    "date": "2024-03",
    "listed": "Mar 14",
    "doi": "10.1234/x",
    "keywords": ["one", "two"],
    "code": "https://github.com/a/b",
    "volume": "3",
    "votes": 7,
    "odd": {"a": [1, None, 2.5]},
}


@given(title=hostile, abstract=hostile)
def test_a_paper_comes_back_as_it_was(title: str, abstract: str) -> None:
    folder = Path(mkdtemp())
    for paper in cleaned([RICH, {"title": title, "abstract": abstract, "x": title}], folder):
        data = json.loads(json.dumps(paper_data(paper)))
        assert paper_of(data, paper.origins[0]) == paper
    disk.remove_tree(folder)


def test_a_paper_that_json_would_change_is_refused(tmp_path: Path) -> None:
    (paper,) = cleaned([RICH], tmp_path)
    for extra in ({"a": (1, 2)}, {1: "a"}, {"a": {1}}):
        with pytest.raises(ValueError, match="no paper"):
            paper_data(replace(paper, extra=extra))


def test_no_data_of_others_make_a_paper(tmp_path: Path) -> None:
    (paper,) = cleaned([RICH], tmp_path)
    data = paper_data(paper)
    for at in range(len(data) - 1):
        for wrong in (None, 7, [7], {"a": 1}, {}):
            with pytest.raises(caching.WRONG):
                paper_of([*data[:at], wrong, *data[at + 1 :]], Origin("x"))


def test_a_cache_brings_in_no_address_that_cleaning_would_not(tmp_path: Path) -> None:
    (paper,) = cleaned([RICH], tmp_path)
    text = json.dumps(paper_data(paper)).replace("https://github.com/a/b", "javascript:alert(1)")
    with pytest.raises(ValueError, match="no link"):
        paper_of(json.loads(text), Origin("x"))


def test_problems_come_back_as_they_were() -> None:
    for origin in (None, Origin("a", 3, "x")):
        problem = Problem("a-code", "a message", origin, "a hint", "info")
        assert problem_of(json.loads(json.dumps(problem_data(problem)))) == problem


@given(hostile, hostile, hostile)
def test_text_as_found_comes_back_from_what_differs(title: str, abstract: str, raw: str) -> None:
    clean = Prose.of(title), Prose.of(abstract)
    for texts in ({"title": title, "abstract": raw}, {"title": raw, "abstract": abstract}):
        found = Found.of(*clean, texts)
        assert found == texts == dict(Found(*clean, found.parts))
        assert repr(found) == repr(texts)


def test_a_run_of_many_values_keeps_them_in_the_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "_MOST_HELD", 1)
    cache = Cache(tmp_path / "c", "k")
    for _ in range(2):
        cache.begin()
        for name in "ab":
            known = cache.get(key_of(name), list)
            assert known in ([name], None)
            if known is None:
                cache.put(key_of(name), [name], [name])
        cache.save()
        assert cache.knew(key_of("a"))
        assert not cache.knew(key_of("c"))
    cache.begin()
    assert cache.get(key_of("b"), list) == ["b"]


# Runs: with what is kept, as without.

LINES = st.sampled_from([
    '{"title": "One", "abstract": "4times4 of it"}',
    '{"title": "Two", "abstract": "a -- b", "date": "soon"}',
    '{"title": "", "abstract": "no title"}',
    '{"title": "Three", "title": "Four"}',
    "{broken",
    "",
])  # fmt: skip
BIB = st.sampled_from([
    "@article{a, title={A}, year=2020}",
    "@article{b, title={B {\\'e}}, doi={nonsense}}",
    "@article{c, abstract={no title}}",
    "% nothing",
])  # fmt: skip
FILES = st.dictionaries(
    st.sampled_from(["a.jsonl", "b.jsonl", "c.bib"]),
    st.lists(LINES, max_size=4),
    max_size=3,
)
CHOICES = st.fixed_dictionaries(
    {"year": st.sampled_from([None, 2024]), "skip": st.sampled_from([(), ("dashes",)])}
)


def run(settings: Settings, keep: bool) -> tuple[list[Paper], list[Problem], dict[str, int]]:
    report = Report()
    make = cleaner(settings, {}, report)
    if not keep:
        found = list(harvest(settings, {}, make, Cache(), report))
    else:
        cache = opened(settings.state_dir, "papers", ("read",), settings.year, settings.skip)
        found = list(harvest(settings, {}, make, cache, report))
        cache.save()
    return found, report.sorted_problems(), {k: v for k, v in report.counts.items() if v}


@given(st.lists(st.tuples(FILES, CHOICES, st.booleans()), min_size=2, max_size=5), st.data())
def test_a_run_over_what_was_kept_is_a_run_from_nothing(
    steps: list[tuple[dict[str, list[str]], dict[str, Any], bool]], data: st.DataObject
) -> None:
    folder, marked = Path(mkdtemp()), dict[bytes, Paper]()
    for files, choices, is_new_process in steps:
        disk.remove_tree(folder / "papers")
        for name, lines in files.items():
            disk.make_folder(folder / "papers")
            if name.endswith(".bib"):
                lines = data.draw(st.lists(BIB, max_size=3))
            (folder / "papers" / name).write_text("\n".join(lines))
        if is_new_process:
            caching._open.clear()
        settings = Settings(folder, sources=("papers",), **choices)
        kept, plain = run(settings, keep=True), run(settings, keep=False)
        assert kept == plain
        assert not any(paper.mark for paper in plain[0])
        assert all(marked.setdefault(one.mark, one) == one for one in kept[0] if one.mark)
    disk.remove_tree(folder)


def test_a_paper_is_known_again_by_its_mark_and_a_changed_copy_is_not(tmp_path: Path) -> None:
    def marks(*titles: str) -> list[bytes]:
        lines = [json.dumps({"title": title, "abstract": "text"}) for title in titles]
        (tmp_path / "p.jsonl").write_text("\n".join(lines))
        caching._open.clear()
        found, *_ = run(Settings(tmp_path, sources=("p.jsonl",)), keep=True)
        assert not any(replace(paper, venue="else").mark for paper in found)
        return [paper.mark for paper in found]

    one, two, three = marks("One", "Two", "Three")
    assert b"" not in {one, two, three}
    assert marks("One", "Two", "Three") == [one, two, three]
    changed = marks("One", "Other", "Three")
    assert [changed[0], changed[2]] == [one, three]
    assert changed[1] not in {one, two, three}
    moved = marks("New", "One", "Two")  # pages tell where a paper was listed
    assert not {*moved} & {one, two, three}


def test_one_changed_line_is_cleaned_and_no_other(tmp_path: Path) -> None:
    lines = [json.dumps({"title": f"Paper {n}", "abstract": "text"}) for n in range(50)]
    (tmp_path / "p.jsonl").write_text("\n".join(lines))
    settings = Settings(tmp_path, sources=("p.jsonl",))
    run(settings, keep=True)
    lines[20] = json.dumps({"title": "Another"})
    lines.insert(3, json.dumps({"title": "New"}))
    (tmp_path / "p.jsonl").write_text("\n".join(lines))
    caching._open.clear()
    cleaned: list[str] = []
    make = cleaner(settings, {}, Report())
    cache = opened(tmp_path / ".papershelf", "papers", ("read",), None, ())
    papers = list(
        harvest(
            settings,
            {},
            lambda r, to: cleaned.append(r.text("title")) or make(r, to),
            cache,
            Report(),
        )
    )
    assert cleaned == ["New", "Another"]
    assert [paper.origins[0].line for paper in papers] == list(range(1, 52))
    assert papers == run(settings, keep=False)[0]
