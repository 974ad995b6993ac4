"""Prose and its renderings: nothing of a text is ever active, and none of it is lost."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import markdown
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from papershelf.prose import (
    _UNSAFE,
    _USUAL_URL,
    Prose,
    Span,
    escape,
    escape_each,
    escape_lines,
    in_one_line,
    is_plain,
    mathml,
    safe_url,
    styled,
    text_latex,
)

# What `clean` lets through: no control characters, no lone surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)


class Reader(HTMLParser):
    """What a browser would show of a piece of HTML, and the tags it met."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


# -- text --------------------------------------------------------------------------------


@given(TEXT)
def test_escaped_text_is_shown_as_it_is_and_opens_no_tag(text: str) -> None:
    seen = Reader(escape(text))
    assert seen.text == re.sub(r"[\ufdd0-\ufdef\ufffe\uffff]", "", text)
    assert seen.tags == []


@given(TEXT)
def test_escaped_text_survives_markdown(text: str) -> None:
    shown = markdown.markdown(f"<p>{escape(text)}</p>", extensions=["md_in_html", "smarty"])
    assert Reader(shown).text.strip() == Reader(escape(text)).text.strip()


@given(TEXT)
def test_text_in_markdown_is_no_markup(text: str) -> None:
    line = " ".join(text.split())
    shown = Reader(markdown.markdown(Prose.of(line).markdown()))
    assert " ".join(shown.text.split()) == line
    assert set(shown.tags) <= {"p"}


def test_paragraphs_are_parted_by_empty_lines() -> None:
    prose = Prose.of("one\n \ntwo")
    assert prose.plain == "one\n\ntwo"
    assert prose.html() == "one two"
    assert prose.html_blocks() == "<p>one</p><p>two</p>"
    assert [part.plain for part in prose.paragraphs()] == ["one", "two"]


def test_prose_is_false_when_empty_and_speaks_plainly() -> None:
    assert not Prose.of(" \n\n ")
    assert str(Prose.of("x")) == "x"


def test_line_breaks_and_control_characters_never_reach_html() -> None:
    assert escape("a\nb\tc\x00d\x7f") == "a b cd"


def test_what_is_unsafe_becomes_an_entity_or_goes_and_all_else_stays() -> None:
    for sign in map(chr, (*range(0x3000), *range(0xD7F0, 0x10FFF))):
        stays = " " if sign in "\r\t" else sign
        assert (escape_lines(sign) == stays) != bool(_UNSAFE.match(stays)), hex(ord(sign))


ANY = st.text(st.characters() | st.sampled_from("&#;<\n\r\t\0\x7f\xa0\u2028\ufeff\ud800"))


@given(ANY)
@example("&amp;#38;\xa0\n")
def test_each_sign_is_escaped_whatever_stands_beside_it(text: str) -> None:
    assert escape_lines(text) == "".join(map(escape_lines, text))


@given(ANY)
@example(" a  b\x1fc ")
@example("a ")
def test_one_line_has_the_words_and_one_blank_between_them(text: str) -> None:
    assert in_one_line(text) == " ".join(text.split())
    assert is_plain(text) == (text.isascii() and text.isprintable())


@given(st.text(st.sampled_from("\\~^{}`&%$#_ab é")))
def test_each_sign_has_its_latex_whatever_stands_beside_it(text: str) -> None:
    assert text_latex(text) == "".join(map(text_latex, text))


@given(st.lists(st.text()))
@example([])
@example(["a\nb", "&#10;", "", "\r", "\x00"])
def test_many_texts_are_escaped_each_as_if_alone(texts: list[str]) -> None:
    assert escape_each(texts) == [escape(text) for text in texts]


def test_latex_and_bibtex_escape_what_tex_reads() -> None:
    prose = Prose((Span("text", "50% of BERT_x & {it}\\~^ "), Span("math", "x^2", "x²")))
    assert prose.latex() == (
        r"50\% of BERT\_x \& \textbraceleft{}it\textbraceright{}"
        r"\textbackslash{}\textasciitilde{}\textasciicircum{} $x^2$"
    )
    assert Prose.of("On BERT and Bert").bibtex() == "On {BERT} and Bert"


# -- links -------------------------------------------------------------------------------


def test_link_goes_to_its_address_and_shows_its_text() -> None:
    html = Prose((Span("link", "https://x.org/a&b", "x.org/a&b"),)).html()
    assert html == '<a href="https://x.org/a&amp;b" rel="noopener nofollow">x.org/a&amp;b</a>'
    assert Prose((Span("link", "https://x.org/a"),)).markdown() == "<https://x.org/a>"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//x.org", "ftp://x.org", "https://u:p@x.org", "https://", "x.org",
     "https://x.org/\n", 'https://x.org/"a', "https://[x", "https://x.org/" + "a" * 2000],
)  # fmt: skip
def test_unsafe_address_is_text(address: str) -> None:
    assert safe_url(address) == ""
    assert "<a" not in Prose((Span("link", address),)).html()


@given(st.from_regex(_USUAL_URL, fullmatch=True))
def test_usual_addresses_are_what_any_is_checked_for(address: str) -> None:
    parts = urlsplit(address)
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert "@" not in parts.netloc
    assert not re.search(r"[\s\x00-\x20\x7f-\x9f<>\"`\\]", address)


# -- maths -------------------------------------------------------------------------------


def test_letters_of_other_alphabets_are_characters_of_their_own() -> None:
    assert "<mi>𝒪</mi>" in mathml(r"\mathcal{O}")
    assert "<mi>ℝ</mi>" in mathml(r"\mathbb R")
    assert "<mi>𝐱</mi>" in mathml(r"\mathbf{x}")
    assert "<mi>𝜶</mi>" in mathml(r"\boldsymbol{\alpha}")
    assert "<mn>𝟏</mn>" in mathml(r"\mathbf{1}")
    assert "<mtext>ab</mtext>" in mathml(r"\textbf{ab}")
    assert 'mathvariant="normal"' in mathml(r"\mathrm{eff}")


def test_letter_without_another_form_stays() -> None:
    assert styled("é", "SCRIPT") == "é"
    assert styled("\n", "BOLD") == "\n"


def test_relations_stand_apart_and_accents_stand_close() -> None:
    assert "<mo>∼</mo>" in mathml(r"\sim 5")
    assert "<mo>±</mo>" in mathml(r"5 \pm 1")
    assert "<mo>:</mo>" in mathml(r"f: X")
    for command in ("hat", "tilde", "bar", "dot", "vec"):
        assert '<mover accent="true">' in mathml(rf"\{command}{{x}}")


@pytest.mark.parametrize(
    "tex",
    [r"\mycommand", r"\href{javascript:alert(1)}{x}", r"\hspace{500em}x", "x_", "{", r"a^b^c",
     "x" * 1001, r"\left(", "{" * 300 + "x" + "}" * 300, r"\style{color:red}{x}", r"\class{a}{x}"],
)  # fmt: skip
def test_what_is_not_understood_or_not_wanted_is_no_mathml(tex: str) -> None:
    assert mathml(tex) == ""


def test_formula_that_cannot_be_shown_reads_as_its_text() -> None:
    assert Prose((Span("math", r"\foo{x}", "$\\foo{x}$"),)).html() == escape(r"$\foo{x}$")
    assert Prose((Span("math", r"\foo"),)).html() == escape(r"$\foo$")


@given(st.lists(st.sampled_from(r"x 1 < > & \" ' \alpha ^2 _i \text{ab<} { } \frac \| =".split())))
def test_mathml_is_well_formed_and_holds_nothing_else(pieces: list[str]) -> None:
    html = mathml(" ".join(pieces))
    assert set(re.findall(r"<(\w+)", html)) <= set(
        "math mrow mi mn mo mtext mspace msup msub msubsup mfrac mstyle".split()
    )
    assert html.count("<") == html.count(">")


@pytest.mark.parametrize(
    ("tex", "html"), [("^{2}", "<sup>2</sup>"), ("_i", "<sub>i</sub>"), ("^{10}", "<sup>10</sup>")]
)
def test_a_script_without_a_base_stands_by_the_letters_before_it(tex, html):
    assert Prose((Span("text", "E"), Span("math", tex))).html() == f"E{html}"
