"""YAML with lines: safe, bounded, and always able to say where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.yaml_lines import load_yaml

FILE = """\
# a comment
areas:
  lm: Language models
topics:
  bert:
    aliases:
      - BERT
      - "masked language model"
  moe: {area: lm, aliases: [MoE]}
"""


def test_data_is_plain():
    assert load_yaml(FILE, "x.yml").data == {
        "areas": {"lm": "Language models"},
        "topics": {
            "bert": {"aliases": ["BERT", "masked language model"]},
            "moe": {"area": "lm", "aliases": ["MoE"]},
        },
    }


@pytest.mark.parametrize(
    ("steps", "line"),
    [
        ((), 2),
        (("areas",), 2),
        (("areas", "lm"), 3),
        (("topics", "bert"), 5),
        (("topics", "bert", "aliases", 1), 8),
        (("topics", "moe", "area"), 9),
        (("topics", "bert", "missing", "deeper"), 5),
        (("nowhere",), 2),
    ],
)
def test_every_value_has_its_line(steps, line):
    assert load_yaml(FILE, "x.yml").line(*steps) == line


def test_origin_names_file_and_line():
    assert str(load_yaml(FILE, "dir/x.yml").origin("topics", "moe")) == "dir/x.yml:9"


def test_unknown_tags_leave_plain_data():
    read = load_yaml(
        "a: !ENV [HOME, fallback]\nb: !!python/name:os.system\n"
        "c: !!python/object/apply:os.system ['echo hi']\nd: !relative x\ne: !ENV {k: v}\n",
        "mkdocs.yml",
    )
    assert read.data == {
        "a": ["HOME", "fallback"], "b": "", "c": ["echo hi"], "d": "x", "e": {"k": "v"},
    }  # fmt: skip


def test_scalars_keep_their_kind_and_dates_stay_text():
    read = load_yaml("[1, 1.5, true, null, 2024-01-02, 2024-99-99, 'x', !!int y, ~]", "x")
    assert read.data == [1, 1.5, True, None, "2024-01-02", "2024-99-99", "x", "y", None]


def test_an_endless_number_stays_text():
    digits = "9" * 6000
    assert load_yaml(f"[{digits}]", "x").data == [digits]


def test_keys_are_text_as_written():
    assert load_yaml("no: 1\n3: 2\n2024-01-02: 3", "x").data == {"no": 1, "3": 2, "2024-01-02": 3}


def test_a_repeated_key_keeps_the_first_and_is_told():
    read = load_yaml("t:\n  a: 1\n  b: 2\n  a: 3\n", "x")
    assert read.data == {"t": {"a": 1, "b": 2}}
    assert read.repeated == ((("t", "a"), 4),)


def test_merge_keys_fill_in_what_is_missing():
    read = load_yaml("d: &d {a: 1, b: 2}\ne: {<<: *d, b: 3}\nf: {<<: [{a: 9}, *d]}\n", "x")
    assert read.data["e"] == {"a": 1, "b": 3}
    assert read.data["f"] == {"a": 9, "b": 2}


def test_empty_text_is_nothing():
    assert load_yaml("", "x").data is None
    assert load_yaml("# only a comment\n", "x").data is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1, 2\n", "x.yml:2: "),
        ("a: 1\nb: c: d\n", "x.yml:2: "),
        ("a: 1\n\tb: 2\n", "x.yml:2: "),
        ("ok: 1\n? [a, b]\n: 1\n", "x.yml:2: a key must be text"),
        ("a: *nowhere\n", "x.yml:1: "),
        ("a: 1\n---\nb: 2\n", "x.yml:2: "),
        ("a: \x00", "x.yml:1: "),
        ("[" * 100_000, "x.yml:1: nested too deeply"),
        ("- " * 9_000 + "x", "x.yml:1: nested too deeply"),
    ],
)
def test_errors_name_the_line(text, message):
    with pytest.raises(ValueError) as caught:
        load_yaml(text, "x.yml")
    assert str(caught.value).startswith(message)


def test_billion_laughs_are_refused():
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(ValueError, match="unfold to too much"):
        load_yaml("\n".join(lines), "x.yml")


def test_a_value_within_itself_is_refused():
    with pytest.raises(ValueError, match=r"x\.yml:\d+: "):
        load_yaml("a: &a [*a]", "x.yml")
    with pytest.raises(ValueError, match=r"x\.yml:\d+: "):
        load_yaml("a: &a {<<: *a, b: 1}", "x.yml")
    with pytest.raises(ValueError, match=r"x\.yml:\d+: "):
        load_yaml("a: &a {<<: [*a, *a, *a]}", "x.yml")


@given(st.text(alphabet="ab:-[]{}&*!|>'\"# \n\t,?%@`<01é\x00\x85\ud800", max_size=60))
def test_any_text_is_data_or_a_value_error(text):
    try:
        load_yaml(text, "x.yml")
    except ValueError as error:
        assert str(error).startswith("x.yml:")
