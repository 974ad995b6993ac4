"""Formulas as text, and which of them are understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.clean.formula import canonical, readable, symbol, understood
from papershelf.prose import mathml


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\alpha", "α"),
        (r"x^{2}", "x²"),
        (r"x^2_1", "x²₁"),
        (r"x_{ij}", "x_ij"),
        (r"L^{p,q}", "L^(p,q)"),
        (r"10^{-3}", "10⁻³"),
        (r"\eta^{\ast}", "η*"),
        (r"90^\circ", "90°"),
        (r"x'", "x′"),
        (r"\mathcal{O}(n\log n)", "O(n log n)"),
        (r"\log_2 n", "log₂ n"),
        (r"\frac{1}{2}", "1/2"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"\sqrt{x+1}", "√(x+1)"),
        (r"\sqrt[3]{x}", "³√x"),
        (r"\binom{n}{k}", "C(n, k)"),
        (r"\mathbb{R}^d", "ℝ^d"),
        (r"\Bbb R", "ℝ"),
        (r"\text{a b}_{\mathrm{max}}", "a b_max"),
        (r"\operatorname*{argmax}_x", "argmaxₓ"),
        (r"\argmin_x", "arg minₓ"),
        (r"\left\{ x \right.", "{x"),
        (r"\|x\|\,dx", "‖x‖ dx"),
        (r"\hat{\theta} + \bar{xy}", "θ̂ + xy"),
        (r"\not=", "≠"),
        (r"a \pmod{4}", "a (mod 4)"),
        (r"1{,}000", "1,000"),
        (r"{\rm e}^x", "e^x"),
        (r"a~b", "a b"),
        (r"5 - 3", "5 − 3"),
        (r"\lambda f", "λf"),
        (r"x \to \infty", "x → ∞"),
    ],
)
def test_formula_reads_as_text(tex: str, text: str) -> None:
    assert readable(tex) == text


@pytest.mark.parametrize(
    "tex",
    [r"\foo", "{", "}", "x}", "x_", "x^}", r"\frac{1}", r"\sqrt[3", "$", "a & b", "x%", r"\\",
     "{" * 20 + "x" + "}" * 20, r"\begin{cases}", ""],
)  # fmt: skip
def test_what_has_no_reading_has_none(tex: str) -> None:
    assert readable(tex) == ""


def test_shorthands_are_spelt_out() -> None:
    assert canonical("x \\in\n \\RR^n") == r"x \in \mathbb{R}^n"
    assert canonical(r"\Rightarrow \epsilon") == r"\Rightarrow \epsilon"
    assert canonical(r"\arg \min_x") == r"\argmin_x"
    assert canonical(r"5% of 6\%") == r"5\% of 6\%"


def test_understood_needs_both_renderings() -> None:
    assert understood(r"x^2") == "x²"
    assert understood(r"\mathchoice") == ""
    assert understood("x" * 1001) == ""


def test_symbols_are_signs_and_not_commands() -> None:
    assert (symbol("alpha"), symbol("rightarrow")) == ("α", "→")
    assert (symbol("frac"), symbol("quad"), symbol("proj")) == ("", "", "")


PIECES = st.sampled_from(
    r"x y 1 2 \alpha \le \in \frac{1}{2} ^2 _i ^{ab} _{12} + = ( ) \left( \right) \sqrt{x} "
    r"\mathbb{R} \text{ab} \, \log \sum \hat{x} { } ' | \| \{ \} \infty".split()
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_what_is_understood_becomes_mathml(tex: str) -> None:
    text = understood(canonical(tex))
    if text:
        assert mathml(canonical(tex)).startswith("<math")
        assert "\\" not in text
