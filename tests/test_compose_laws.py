"""Whatever the text: links resolve, pages are dead HTML, Markdown leaves them alone."""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from typing import Any

import markdown
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as under
from hypothesis import strategies as st

from catalogs import TOPICS, catalog_of, settings, small_catalog
from markup import Tree
from papershelf import compose as compose_package
from papershelf import identity
from papershelf.compose import compose
from papershelf.model import Author, Date, Link, Listing, Origin, Paper, Related, Repair
from papershelf.prose import Prose, Span
from papershelf.report import Report
from papershelf.site import Asset, Page, Site

HOSTILE = [
    "<script>alert(1)</script>", "</div>", "<!--", "-->", "<![CDATA[", "]]>", "<?php", "</h1>",
    "\" onmouseover=\"alert(1)", "' autofocus onfocus='x", "&lt;", "&#42;", "javascript:alert(1)",
    "{{ 7*7 }}", "{% raw %}", "{#", "```\n", "~~~", "--8<-- \"/etc/passwd\"", ";--8<--",
    "*a* **b** _c_", "[a](b)", "![a](b)", "[^1]: x", "*[HTML]: x", "# x", "\n\n", "\n    code",
    "| a | b |", "{: #id .cls }", "<div markdown=\"1\">", "$x^2$", "\\(x\\)", "==x==", "{++x++}",
    ":smile:", "http://e.org/<x>", "\u2028", "\u0085", "\x0c", "\u202e", "\x00", "title: x\n---\n",
]  # fmt: skip
words = st.one_of(st.text(max_size=30), st.sampled_from(HOSTILE))
texts = st.lists(words, min_size=1, max_size=4).map("".join)
dates = st.one_of(
    st.none(),
    st.builds(
        Date,
        st.one_of(st.none(), st.integers(0, 9999)),
        st.one_of(st.none(), st.integers(0, 13)),
        st.one_of(st.none(), st.integers(0, 32)),
    ),
)
people = st.sampled_from([Author("A"), Author("0-9"), Author("Li", "Ann", orcid='x"<b>')])
spans = st.one_of(
    texts.map(lambda text: Span("text", text)),
    texts.map(lambda text: Span("math", text)),
    texts.map(lambda text: Span("link", f"https://e.org/{text}")),
    st.just(Span("break")),
)
prose = st.lists(spans, min_size=1, max_size=4).map(lambda found: Prose(tuple(found)))
places = st.builds(
    lambda path, line, date: Listing(Origin(path, line, "x"), date),
    texts,
    st.integers(0, 99),
    dates,
)


@st.composite
def papers(draw: st.DrawFn, number: int) -> Paper:
    title = Prose((*draw(prose).spans, Span("text", str(number))))
    return Paper(
        f"id{number}",
        (f"both:{number}",),
        title,
        draw(prose),
        tuple(draw(st.lists(places, max_size=2))),
        authors=tuple(
            draw(st.lists(st.one_of(people, st.builds(Author, texts, texts)), max_size=14))
        ),
        date=draw(dates),
        venue=draw(st.one_of(texts, st.sampled_from(["", "1", "page-2", "Acts & Laws"]))),
        identifiers=draw(
            st.dictionaries(st.sampled_from(["doi", "arxiv", "acl", "openreview", "x"]), texts)
        ),
        links=tuple(
            draw(st.lists(st.builds(Link, st.sampled_from(["code", "pdf", "reference"]), words)))
        ),
        repairs=tuple(draw(st.lists(st.builds(Repair, texts, texts, texts, texts), max_size=2))),
        versions=draw(st.sampled_from([(), ("id0",), ("absent",)])),
    )


@st.composite
def sites(draw: st.DrawFn) -> Site:
    found = [draw(papers(number)) for number in range(draw(st.integers(0, 3)))]
    topics = {
        one.title.plain: draw(st.lists(st.sampled_from(sorted(TOPICS)), unique=True))
        for one in found
    }
    related = {
        one.id: [
            Related(other.id, 0.5, "series", draw(texts)) for other in found if other is not one
        ]
        for one in found
    }
    departed = {identity.slug(f"gone {draw(words)}"): draw(texts)}
    catalog = catalog_of(
        found, topics, related, departed=departed, aliases={"a1": next(iter(departed))}
    )
    fewest = draw(st.sampled_from([1, 2]))
    chosen = settings(page_size=2, min_author_papers=fewest, min_venue_papers=fewest)
    report = Report()
    site = compose(catalog, chosen, {}, report)
    assert report.problems == []
    return site


laws = under(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def pages(site: Site) -> list[Page]:
    return [item for item in site if isinstance(item, Page)]


def broken_links(site: Site) -> list[tuple[str, str]]:
    bodies = {page.address: Tree(page.body) for page in pages(site)}
    ids = {
        (a, e["id"]) for a, tree in bodies.items() for e in tree.elements if "id" in e.attributes
    }
    files = {item.path for item in site if isinstance(item, Asset)}
    broken = []
    for address, tree in bodies.items():
        for link in tree.all("a"):
            path, _, anchor = link["href"].partition("#")
            target = path.partition("?")[0]
            if target.startswith(("https://", "http://")):
                continue
            found = posixpath.normpath(posixpath.join("/", address, target)).lstrip("/")
            if found in files:
                continue
            found = f"{found}/" if found else ""
            if found not in bodies or (anchor and (found, anchor) not in ids):
                broken.append((address, link["href"]))
    return broken


@laws
@given(sites())
def test_every_link_of_a_site_leads_to_a_page_of_it(site: Site) -> None:
    assert broken_links(site) == []


MATHML = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac",
    "msqrt", "mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded",
    "mphantom", "menclose",
}  # fmt: skip
TEMPLATES = Path(compose_package.__file__).parent / "templates"
TAGS = {
    *re.findall(
        r"<([a-z][a-z0-9]*)", "".join(p.read_text("utf-8") for p in TEMPLATES.glob("*.j2"))
    ),
} - {"script", "style", "iframe", "img", "form", "object", "base", "meta", "link"}
ATTRIBUTES = {
    # Pictures, the map and the timeline.
    "role", "focusable", "viewBox", "viewbox", "preserveAspectRatio",
    "preserveaspectratio", "x", "y", "width", "height", "aria-labelledby", "data-ps-map",
    "class", "href", "rel", "title", "id", "datetime", "type", "aria-label", "aria-current",
    "aria-hidden", "data-search-exclude", "download", "tabindex", "dir", "lang", "hidden",
    "aria-live", "aria-controls", "aria-expanded", "for", "scope", "open", "value", "name",
    # What scripts look for is named in the templates, and nowhere else.
    *re.findall(r"\bdata-[a-z-]+", "".join(p.read_text("utf-8") for p in TEMPLATES.glob("*.j2"))),
}  # fmt: skip


@laws
@given(sites())
def test_no_text_becomes_live_html(site: Site) -> None:
    for asset in [item for item in site if item.path.endswith(".html")]:
        assert isinstance(asset, Asset)
        redirect = Tree(asset.body.decode().removeprefix("<!doctype html>"))
        assert redirect.errors == [] and not redirect.all("script")
    for page in pages(site):
        tree = Tree(page.body)
        assert tree.errors == []
        for element in tree.elements:
            if "math" in (*element.parents, element.tag):
                assert element.tag in MATHML
                continue
            assert element.tag in TAGS
            assert set(element.attributes) <= ATTRIBUTES
            href = element.attributes.get("href", "./")
            assert href.startswith(("https://", "http://", "../", "./", "#")) or page.address == ""


EXTENSIONS = [
    "abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc",
    "smarty", "pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.caret", "pymdownx.critic",
    "pymdownx.details", "pymdownx.emoji", "pymdownx.highlight", "pymdownx.inlinehilite",
    "pymdownx.keys", "pymdownx.magiclink", "pymdownx.mark", "pymdownx.smartsymbols",
    "pymdownx.snippets", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist",
    "pymdownx.tilde", "pymdownx.blocks.html",
]  # fmt: skip


@laws
@given(sites())
def test_markdown_leaves_every_page_as_it_is(site: Site) -> None:
    engine = markdown.Markdown(extensions=EXTENSIONS)
    for page in pages(site):
        assert page.body.startswith("<div") and page.body.endswith("</div>")
        assert not [line for line in page.body.splitlines() if not line.strip()]
        assert engine.reset().convert(f"{page.body}\n") == page.body


FRONT = {"title", "description", "hide", "tags", "search", "robots", "paper", "head", "part"}


@laws
@given(sites())
def test_front_matter_holds_only_our_keys_and_escaped_text(site: Site) -> None:
    for page in pages(site):
        assert set(page.meta) <= FRONT
        for name in ("title", "description"):
            value: Any = page.meta[name]
            assert isinstance(value, str) and not set(value) & set("<>\"'\n\r{}*`[]")
        assert page.meta["title"] or not page.address
        assert json.loads(json.dumps(page.meta)) == page.meta


def test_the_link_law_sees_a_broken_link() -> None:
    site = compose(small_catalog(), settings(), {}, Report())
    assert broken_links(site) == []
    site.add(
        Page("bad/", {}, '<div><a href="../nowhere/">x</a><a href="../topics/#no">y</a></div>')
    )
    assert broken_links(site) == [("bad/", "../nowhere/"), ("bad/", "../topics/#no")]


@pytest.mark.parametrize("size", [10**6])
def test_a_huge_text_is_composed_in_time(size: int) -> None:
    words = "word. " * (size // 6)
    big = Paper("x", ("both:x",), Prose.of(words), Prose.of(words), ())
    site = compose(catalog_of([big]), settings(exports=()), {}, Report())
    assert site["papers/" + "-".join(["word"] * 16) + "/"]
