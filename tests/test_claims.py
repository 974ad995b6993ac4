"""What the authors call their work, and where they say what is new."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from papershelf.clean import clean
from papershelf.compose.claims import key_sentence, marked, method_name
from papershelf.model import Settings
from papershelf.prose import Prose, Span
from papershelf.read import read
from papershelf.report import Report

NAMED = [
    ("COAT: Compressing optimizer states", "", "COAT"),
    ("bert2BERT: Towards reusable models", "", "bert2BERT"),
    ("E²GAN: Efficient training", "", "E²GAN"),
    ("SmoothQuant+: Accurate quantization", "", "SmoothQuant+"),
    ("Muse: Text to image", "We present Muse, a text-to-image model.", "Muse"),
    ("Muse: Text to image", "Images are hard. Muse achieves more.", "Muse"),
    ("Muse: Text to image", "We build a model, dubbed Muse, of parts.", "Muse"),
    ("Compressing states and activation (COAT)", "We propose COAT, which helps.", "COAT"),
    ("Sparse Upcycling Net (SUN): A way", 'Our method, called "SUN", is new.', "SUN"),
]
NAMELESS = [
    ("Survey: What is new", "We present Survey."),
    ("SoK: Attacks on models", ""),
    ("LLMs: A study", "We present LLMs that are large."),
    ("Muse: Text to image", "A muse is a goddess of the arts."),
    ("Attention: Is it all you need?", "Attention has become the mainstay of sequence models."),
    ("Large language models (LLMs)", "We propose LLMs, which are large."),
    ("A survey of graph nets (SGN)", "We present SGN, a survey."),
    ("Pruning graph nets (GTN)", "Graph nets (GTN) are in wide use."),
    ("A plain title", "We propose COAT."),
    ("On time 12:30: a study", ""),
    ("“Quoted”: a study", "We propose “Quoted”."),
    ("Low-rank: a study", ""),
    ("<b>X</b>Y: a study", ""),
    ("2024: a study", ""),
    ("", ""),
]


@pytest.mark.parametrize(("title", "abstract", "name"), NAMED)
def test_a_name_that_the_title_gives_is_found(title: str, abstract: str, name: str) -> None:
    assert method_name(title, abstract) == name


@pytest.mark.parametrize(("title", "abstract"), NAMELESS)
def test_what_may_be_any_other_word_is_no_name(title: str, abstract: str) -> None:
    assert method_name(title, abstract) == ""


@pytest.mark.parametrize(
    ("abstract", "name", "sentence"),
    [
        ("Nets are big. We propose a small net. We also propose a test.", "",
         "We propose a small net."),
        ("We develop a small net here. In this paper, we introduce Flute, a novel net.", "Flute",
         "In this paper, we introduce Flute, a novel net."),
        ("Nets are big. A new way to prune them is proposed.", "",
         "A new way to prune them is proposed."),
        ("Nets are big. We study them. They are slow.", "", ""),
        ("We propose a small net, and this is all.", "", ""),
        ("Nets are big.\n\nWe propose a small net. It works.", "", "We propose a small net."),
        ("", "", ""),
    ],
)  # fmt: skip
def test_the_sentence_that_says_what_is_new(abstract: str, name: str, sentence: str) -> None:
    assert key_sentence(abstract, name) == sentence


def test_the_sentence_is_marked_where_it_stands() -> None:
    formula = Span("math", "n^2", "n²")
    link = Span("link", "https://x.org/")
    said = Prose((
        Span("text", "Nets are big. We propose "), formula, Span("text", " nets, see "), link,
        Span("text", ". They <b>work</b>."), Span("break"), Span("text", "End."),
    ))  # fmt: skip
    html = marked(said)
    assert html.startswith('<p>Nets are big. <mark class="ps-key">We propose <math')
    assert html.endswith("</mark> They &lt;b&gt;work&lt;/b&gt;.</p><p>End.</p>")


def test_where_it_would_end_within_a_formula_nothing_is_marked() -> None:
    formula = Span("math", "x. Y", "x. Y")
    said = Prose((Span("text", "Nets are big. We propose a small net "), formula))
    assert "<mark" not in marked(said)
    assert marked(said) == said.html_blocks()


spans = st.one_of(
    st.sampled_from(["Nets are big. ", "We propose a new net. ", " we introduce X. A ", "!"]),
    st.text(max_size=9),
).map(lambda text: Span("text", text)) | st.sampled_from(
    [Span("math", "x", "x. Y"), Span("break"), Span("link", "https://x.org/a")]
)  # fmt: skip


@effort(max_examples=300)
@given(st.lists(spans, max_size=8))
def test_marking_changes_no_word(parts: list[Span]) -> None:
    said = Prose(tuple(parts))
    html = marked(said)
    assert html.replace('<mark class="ps-key">', "").replace("</mark>", "") == said.html_blocks()
    for mark in html5lib.parseFragment(html).iter("{http://www.w3.org/1999/xhtml}mark"):
        assert "".join(mark.itertext()).strip()


@pytest.mark.shared
def test_on_the_listings_what_is_quoted_is_there_to_the_letter(shared: Path) -> None:
    chosen = Settings(root=shared, sources=("seeds",))
    papers = list(clean(read(chosen, {}, Report()), chosen, {}, Report()))
    names = [method_name(paper.title.plain, paper.abstract.plain) for paper in papers]
    for paper, name in zip(papers, names, strict=True):
        assert name in paper.title.plain
        assert key_sentence(paper.abstract.plain, name) in paper.abstract.plain
        plain = marked(paper.abstract, name).replace('<mark class="ps-key">', "")
        assert plain.replace("</mark>", "") == paper.abstract.html_blocks()
    # Read through by hand: 247 names, none of them wrong; 522 sentences, of 64 all but two right.
    assert sum(map(bool, names)) > 0.3 * len(papers)
    assert sum("<mark" in marked(paper.abstract) for paper in papers) > 0.7 * len(papers)
