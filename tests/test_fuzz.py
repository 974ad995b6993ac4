"""The fuzz targets, on a few inputs each: they run, and what they promise holds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, find, given
from hypothesis import settings as under
from hypothesis.errors import NoSuchExample

sys.path.insert(0, str(Path(__file__).resolve().parent / "fuzz"))

from damage import damaged_bytes, damaged_texts
from targets import TARGETS, check_address, check_page

from papershelf.compose.env import front
from papershelf.site import Page

A_FEW = {"pages": 5, "state": 3}


@pytest.mark.parametrize("name", TARGETS)
def test_promise_holds_on_a_few_inputs(name: str) -> None:
    target = TARGETS[name]
    rules = under(
        max_examples=A_FEW.get(name, 20), deadline=None, suppress_health_check=list(HealthCheck)
    )
    rules(given(target.inputs)(target.check))()


def test_page_oracle_sees_an_element_that_plain_records_do_not_bring() -> None:
    plain = Page("x/", front("A title", "Said."), '<div class="ps-page"><h1>A title</h1></div>')
    check_page(plain)
    for live in ("<b>x</b>", '<a href="./" onclick="x">x</a>', '<a href="javascript:x">x</a>'):
        with pytest.raises(AssertionError):
            check_page(Page("x/", plain.meta, f'<div class="ps-page">{live}</div>'))
    with pytest.raises(AssertionError):
        check_page(Page("x/", {**plain.meta, "title": "</title><script>x</script>"}, plain.body))


@pytest.mark.parametrize(
    "address", ["../x/", "/x/", "a//b/", "con/", "a/aux.txt", "x" * 101, "a b/"]
)
def test_address_oracle_sees_an_unsafe_name(address: str) -> None:
    with pytest.raises(AssertionError):
        check_address(address)


@given(damaged_texts(["abc"]), damaged_bytes([b"abc"]))
def test_damage_gives_text_and_bytes(text: str, data: bytes) -> None:
    assert isinstance(text, str) and isinstance(data, bytes)


def test_damage_reaches_what_it_should() -> None:
    """Cutting, doubling and putting in all come up."""
    for wanted in (lambda t: t == "ab", lambda t: t.count("abc") > 2, lambda t: "<script>" in t):
        try:
            find(damaged_texts(["abc"]), wanted, settings=under(max_examples=20_000))
        except NoSuchExample:
            pytest.fail("never")
