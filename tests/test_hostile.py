"""Text that means harm, in every format, built into a site: it is shown, and it does nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest

from hostile import HOST, WRITERS
from hostile_site import Built, built

__all__ = ["built"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]

ACTIVE = {
    "base", "embed", "frame", "iframe", "link", "math", "meta", "object", "script", "style", "svg",
}  # fmt: skip
ADDRESSED = ("href", "src", "action", "formaction", "data", "poster", "xlink:href", "srcset")
LONG_LINE = 300
"""A line of a listing that is longer is an abstract: a title of that length has no page."""


def test_corpus_is_as_large_as_it_should_be(built: Built) -> None:
    assert {record.format for record in built.records.values()} == set(WRITERS)
    assert len(built.records) > 3000


def test_no_record_is_lost_without_a_word(built: Built) -> None:
    lost = [record for name, record in built.records.items() if name not in built.papers]
    told = {Path(problem.origin.path).name for problem in built.report.problems if problem.origin}
    assert {record.name for record in lost} <= told
    assert all(record.format == "listing" and len(record.text) > LONG_LINE for record in lost)


def test_every_record_is_read_as_the_format_that_it_is(built: Built) -> None:
    for name, paper in built.papers.items():
        read_as = {origin.format for origin in paper.origins}
        # A file of one line is both.
        assert {built.records[name].format} == read_as or read_as <= {"json", "jsonl"}, name


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def test_every_text_is_on_its_page(built: Built) -> None:
    """Word by word, for names change places and formulas are set; sign by sign see the laws."""
    lost = []
    for name in built.papers:
        record = built.records[name]
        if record.field == "url":
            continue
        seen = letters("".join(content(built, name).itertext()))
        words = [word for word in re.split(r"[\s,;]+", record.text) if word != "and"]
        if not all(letters(word) in seen for word in words):
            lost.append((name, record.text))
    assert not lost


_TREES: dict[str, ElementTree.Element] = {}


def content(built: Built, name: str) -> ElementTree.Element:
    """Our part of a page, as a browser parses it."""
    if name not in _TREES:
        html = built.html(name)
        start, end = html.index('<div class="ps-page'), html.rindex("</article>")
        _TREES[name] = html5lib.parseFragment(html[start:end], namespaceHTMLElements=False)
    return _TREES[name]


def around(html: str) -> str:
    """What the theme puts around our part, without what a page says of itself in its head."""
    start, end = html.index('<div class="ps-page'), html.rindex("</article>")
    return html[:start] + html[end:]


def elements(built: Built, name: str) -> Iterator[ElementTree.Element]:
    for element in content(built, name).iter():
        if isinstance(element.tag, str):
            yield element


def is_data(element: ElementTree.Element) -> bool:
    return element.tag == "script" and element.get("type", "") in {
        "application/json",
        "application/ld+json",
    }


def test_nothing_in_a_page_is_code(built: Built) -> None:
    for name in built.papers:
        for element in elements(built, name):
            local = element.tag.rpartition("}")[2]
            if local in ACTIVE and local not in {"math", "svg"} and not is_data(element):
                pytest.fail(f"{name}: <{local}> {element.attrib}")
            for attribute, value in element.attrib.items():
                plain = attribute.rpartition("}")[2].lower()
                assert not plain.startswith("on"), f"{name}: {attribute}"
                assert plain not in {"style", "srcdoc"}, f"{name}: {attribute}"
                if plain in ADDRESSED:
                    squeezed = re.sub(r"[\x00-\x20]", "", value).lower()
                    assert not re.match(r"(javascript|data|vbscript|file|blob):", squeezed), name


def test_data_blocks_are_json_and_end_where_they_should(built: Built) -> None:
    found = 0
    for name in built.papers:
        for element in elements(built, name):
            if is_data(element):
                json.loads(element.text or "")
                found += 1
        html = around(built.html(name))
        for block in re.findall(r"<script[^>]*application/(?:ld\+)?json[^>]*>(.*?)</script>", html):
            json.loads(block)
            found += 1
    assert found


def test_head_is_that_of_a_plain_page(built: Built) -> None:
    """Whatever the text, the head has the same elements, and none that runs or fetches."""
    shapes = set()
    for name in built.papers:
        head = built.html(name).partition("</head>")[0] + "</head>"
        tree = html5lib.parse(head, namespaceHTMLElements=False).find("head")
        for element in tree.iter():
            if not isinstance(element.tag, str) or is_data(element):
                continue
            assert element.tag in {"head", "meta", "link", "title", "script", "style"}, name
            assert not any(key.startswith("on") for key in element.attrib), name
            for key in ("src", "href"):
                assert HOST not in element.get(key, ""), name
            if element.tag in {"script", "style"}:
                shapes.add(element.text)
            if element.tag == "meta":
                assert element.get("http-equiv", "").lower() not in {"refresh"}, name
    assert len(shapes) <= 3, shapes


def test_lists_and_feeds_are_as_safe_as_pages(built: Built) -> None:
    """Every other page: no element that only a record can have brought."""
    pages = [
        path
        for path in built.site.rglob("*.html")
        if path.parent.parent.name != "papers" and path.stat().st_size < 1 << 20
    ]
    assert len(pages) > 50
    for path in pages[:: max(1, len(pages) // 300)]:
        html = path.read_text("utf-8")
        tree = html5lib.parse(html, namespaceHTMLElements=False)
        for element in tree.iter():
            if isinstance(element.tag, str):
                assert not any(key.startswith("on") for key in element.attrib), path
                source = element.get("src", "") + element.get("action", "")
                assert not re.match(r"\s*(https?:)?//|\s*javascript:", source), (path, source)


def test_feeds_and_data_can_be_parsed(built: Built) -> None:
    for path in built.site.rglob("*.xml"):
        ElementTree.parse(path)
    for path in built.site.rglob("*.json"):
        json.loads(path.read_text("utf-8"))


def test_nothing_was_written_outside(built: Built) -> None:
    beside = {path.name for path in built.root.parent.iterdir()}
    assert beside == {"shelf"}
    inside = {path.name for path in built.root.iterdir()}
    assert inside <= {
        "mkdocs.yml", "README.md", ".gitignore", ".gitlab-ci.yml", ".github", "papers", "docs",
        "overrides", "site", ".papershelf", "permalinks.json",
    }  # fmt: skip
