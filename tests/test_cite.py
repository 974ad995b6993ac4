"""Citations in a page: what is shown reads back as the same paper, in every form."""

from __future__ import annotations

import re
from typing import Any

import html5lib
import pytest
from hypothesis import assume, given
from hypothesis import settings as effort
from markdown_it import MarkdownIt

from catalogs import catalog_of, full_paper, paper, site_of
from export_strategies import cleaned, papers
from papershelf.compose.cite import citations, forms, lightened, markdown, markdown_link
from papershelf.export import apa
from papershelf.export.parts import of_last, sorted_links
from papershelf.model import Link, Origin, Paper
from papershelf.prose import Prose, Span
from papershelf.read import READERS
from papershelf.report import Report
from papershelf.site import Page
from test_export_laws import HOLDS, READER_OF, is_fixed, shown

LINK = "https://papers.example.org/papers/thin/"
HTML = "{http://www.w3.org/1999/xhtml}"


def shown_texts(body: str) -> dict[str, str]:
    """What a reader sees of the citations, by the name of the form."""
    page = html5lib.parse(body)
    return {
        "".join(section.find(f"{HTML}h2").itertext()): "".join(
            section.find(f"{HTML}pre").itertext()
        )
        for section in page.iter(f"{HTML}section")
        if section.get("data-file")
    }


def texts_of(paper: Paper) -> dict[str, str]:
    catalog = catalog_of([paper])
    page = site_of(catalog)[f"papers/{catalog.slugs[paper.id]}/"]
    assert isinstance(page, Page)
    return shown_texts(page.body)


FORMATS = {"BibTeX": "bibtex", "RIS": "ris", "CSL-JSON": "csl-json"}


def read_back(text: str, format: str) -> Paper:
    report = Report()
    records = READERS[READER_OF[format]].read(text, Origin("x", 0, format), report)
    (found,) = cleaned(*records)
    assert not report.problems
    return found


def held(paper: Paper, format: str) -> dict[str, Any]:
    """What a format can hold of the paper, but for what is known by the abstract alone."""
    found = shown(paper, HOLDS[format], had_key=False)
    return {name: value for name, value in found.items() if name not in {"id", "keys", "extra"}}


def test_every_form_is_in_the_page() -> None:
    told = texts_of(full_paper())
    assert list(told) == ["BibTeX", "RIS", "CSL-JSON", "APA", "Markdown"]
    assert told["BibTeX"].startswith("@article{ada2024thin,\n  title = {")
    assert told["APA"] == (
        "Ada, B., van Gogh, V., & CERN. (2024). Thin nets with xx². Letters on Sundials & Shade, "
        "12(3), 1–20. https://doi.org/10.1234/thin"
    )
    link = "https://papers.example.org/papers/thin-nets-with-xx2/"
    assert told["Markdown"] == f"[Thin nets with xx²]({link})"
    assert all("leave out nine weights" not in text for text in told.values())


def test_two_papers_of_one_name_have_a_key_each() -> None:
    catalog = catalog_of([paper("Counting fish", "One."), paper("Counting fish again", "Two.")])
    keys = set()
    for page in site_of(catalog):
        if isinstance(page, Page) and re.fullmatch("papers/[^/]+/", page.address):
            keys.add(re.match(r"@\w+{([^,]+),", shown_texts(page.body)["BibTeX"])[1])  # type: ignore[index]
    assert len(keys) == 2


@pytest.mark.parametrize("label", FORMATS)
@effort(max_examples=60)
@given(paper=papers())
def test_what_is_shown_reads_back_as_the_same_paper(paper: Paper, label: str) -> None:
    format = FORMATS[label]
    light = lightened(paper)
    assume(is_fixed(light, HOLDS[format]))
    told = {one.label: one for one in citations(paper, "")}[label]
    in_page = "".join(html5lib.parse(f"<pre>x{told.html}</pre>").itertext()).removeprefix("x")
    assert held(read_back(in_page, format), format) == held(light, format)


@effort(max_examples=60)
@given(paper=papers())
def test_a_citation_names_the_page_and_the_pdf_that_the_paper_has(paper: Paper) -> None:
    before, after = sorted_links(paper), sorted_links(lightened(paper))
    assert (before.page, before.pdf) == (after.page, after.pdf)


def test_an_address_that_the_abstract_mentions_is_not_cited() -> None:
    link = "https://example.org/other"
    abstract = Prose((Span("text", "See "), Span("link", link)))
    one = Paper("x", (), Prose.of("A title"), abstract, (), links=(Link("reference", link),))
    assert link not in "".join(citation.text for citation in citations(one, ""))
    assert link not in apa.write(one)


HOSTILE = ["](http://evil.example) [x", "`code`", "<b>", "a_b_c *d*", "\\", "&lt;", "# x", "a\nb",
           "![x](y)", "$x$", "|", "</pre><script>", "]]>", "a\u2028b", "1. x", "12) x",
           "- x", "===", "+ x"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_markdown_link_is_one_link_that_says_the_title(text: str) -> None:
    title = f"{text} in {text}"
    said = markdown_link(paper(title), LINK)
    tokens = MarkdownIt("commonmark").parse(said)[1].children or []
    assert [token.type for token in tokens if token.type != "text"] == ["link_open", "link_close"]
    assert tokens[0].attrs == {"href": LINK}
    assert "".join(token.content for token in tokens) == " ".join(title.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_text_in_markdown_reads_as_it_did(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(markdown(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert "".join(token.content for token in tokens[1].children or []) == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_no_citation_is_more_than_text(text: str) -> None:
    told = texts_of(paper(f"A {text} b", text))
    assert list(told) == ["BibTeX", "RIS", "CSL-JSON", "APA", "Markdown"]
    assert " ".join(f"A {text} b".split()) in " ".join(told["APA"].split())


def test_what_a_paper_says_is_known_for_the_last_one_only() -> None:
    asked: list[Paper] = []
    first, second = full_paper(), paper("Another")
    known = of_last(lambda one: asked.append(one) or one.id)
    assert [known(one) for one in (first, first, second, second, first)] == [
        one.id for one in (first, first, second, second, first)
    ]
    assert [one is first for one in asked] == [True, False, True]


def test_the_forms_of_a_paper_are_made_once_for_its_page_and_the_list() -> None:
    one = full_paper()
    assert forms(one, LINK) is forms(one, LINK)
    assert "permalink" not in forms(one, "").bibtex
    assert LINK in forms(one, LINK).bibtex
    for n in range(600):
        assert forms(paper(f"Paper {n}"), "").paper.title.plain == f"Paper {n}"
