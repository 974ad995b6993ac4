# ruff: noqa: E501 - parts of pages on one line
"""Pages of our shape are read as MkDocs, Markdown and Material's search plugin read them."""

from __future__ import annotations

import re
from typing import Any

import markdown
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from material.plugins.search.plugin import Parser
from mkdocs.utils import meta

from papershelf.render.generated import Body, is_harmless, read_body, read_front
from papershelf.write import front_matter

EXTENSIONS = [
    "admonition attr_list def_list fenced_code footnotes md_in_html tables toc abbr smarty meta",
    "pymdownx.details pymdownx.highlight pymdownx.inlinehilite pymdownx.superfences sane_lists",
]
MARKDOWNS = [markdown.Markdown(extensions=names.split()) for names in EXTENSIONS]
TEXTS = st.text(
    st.sampled_from("aZ09 :#-\"'\\{}[]&*!|>%@`,?~\x85\u2028\ufeff😀é\n\tu e+.x"), max_size=20
)
SCALARS = TEXTS | st.integers() | st.floats() | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["title", "yes", "n", "paper", "search", "hide"]) | TEXTS
BODY = '<div class="ps-page">\n<p>Text</p>\n</div>'


@settings(max_examples=300)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_front_matter_is_read_as_yaml_or_not_at_all(values: dict[str, Any]) -> None:
    source = f"{front_matter(values)}\n{BODY}\n"
    found = read_front(source.encode())
    if found:
        text, expected = meta.get_data(source)
        assert repr(found[0]) == repr(expected)
        assert found[1].decode() == text


@pytest.mark.parametrize(
    "lines",
    [
        "title: Plain",
        'title: "a"\ntitle: "b"',
        "title: {'a': 1}",
        'title: "a" # comment',
        "date: 2020-01-01",
        "n: 1",
        "size: 1e5",
        "size: .inf",
        "size: NaN",
        'paper:\nother: "a"',
        '  title: "a"',
        'title: "a"\n\nother: "b"',
        'title: "a\x85b"',
        'title: "\\ud83d\\ude00"',
        'title: {"a":1}',
        'title: {"a": 1, "a": 2}',
        "title: 0x10",
        "title: 010",
        "title: &a 1",
        'title: {"' + "a" * 1100 + '": 1}',
        "title:\n  - a",
        'paper:\n  a: "b"\ntitle: "c"\n  d: "e"',
    ],
)
def test_other_front_matter_is_left_to_yaml(lines: str) -> None:
    assert read_front(f"---\n{lines}\n---\n{BODY}\n".encode()) is None


def test_own_front_matter_is_read() -> None:
    values = {
        "title": 'A "b" \\alpha \u2028',
        "hide": ["toc", 1, 2.5, None, True],
        "paper": {"id": "0f12e3", "links": [{"a": "3e5"}], "venue": {}},
        "search": {"exclude": True},
    }
    found = read_front(f"{front_matter(values)}\n{BODY}\n".encode())
    assert found == (values, f"{BODY}\n".encode())


GOOD = st.sampled_from(
    """<p> </p> <p>a</p> <section\xa0data-search-exclude> </section> <section> <br> <b> </b> <pre>
    </pre> <ul> <li> </li> </ul> <a\xa0id="x"> </a> <h2> </h2> &#39; &amp;lt; *em* <sub> </sub>
    <p\xa0title="\xa0data-search-exclude"> <p\xa0data-search-exclude="z"> <code> </code> _a_""".split(
        " "
    )
) | st.sampled_from(["\n", " ", "\n  "])
ANY = st.sampled_from(
    """<p> </p> <p>a</p> <div> </div> <section\xa0data-search-exclude> </section> <section> <br> <b>
    </b> <pre> </pre> <ul> <li> </li> </ul> <a\xa0id="x"> <a\xa0name="y&#39;"> </a> <h2> </h2>
    <h2\xa0id="h"> &amp; &#39; &amp;lt; text *em* [a](b) &copy; & < > <!--c--> ``` :::: {{x}} [TOC] <sub>
    <script> </script> <p\xa0title="\xa0data-search-exclude"> <p\xa0data-search-exclude="z"> <img\xa0src="a">
    <p\xa0markdown="1"> markdown <i\xa0title="a\xa0markdown="> </i> </sub> <hr> <hr/> _a_ !!! ^[a] ~~~ +++ *[HTML]: <math\xa0display="block"> </math>""".split(
        " "
    )
) | st.sampled_from(["\n", "\n\n", "\n    ", " ", "\t", "\x02", "\x0c"])


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Tags in order for the most part, and what may stand between them."""
    parts = st.lists(GOOD, max_size=30) | st.lists(ANY, max_size=10)
    inner = "".join(draw(parts)).replace("\xa0", " ")
    if draw(st.booleans()):
        inner = balanced(inner)
    return f'<div class="ps-page">{inner}</div>'


def balanced(text: str) -> str:
    """The text with every tag closed at its end."""
    opened: list[str] = []
    made = []
    for piece in re.split(r"(<[^<>]*>)", text):
        tag = re.match(r"<(/?)([a-z0-9]+)", piece)
        if tag and tag[1]:
            if tag[2] not in opened:
                continue
            while opened[-1] != tag[2]:
                made.append(f"</{opened.pop()}>")
            opened.pop()
        elif tag and tag[2] not in ("br", "hr", "img"):
            opened.append(tag[2])
        made.append(piece)
    return "".join((*made, *(f"</{name}>" for name in reversed(opened))))


def check(body: Body) -> None:
    """What was read is what Markdown and Material make of it."""
    for converter in MARKDOWNS:
        converter.reset()
        assert converter.convert(f"{body.html}\n") == body.html
    if body.text is not None:
        parser = Parser()
        parser.feed(body.html)
        parser.close()
        (section,) = parser.data
        assert ("".join(section.text), section.title) == ("".join(body.text), [])


@settings(max_examples=500)
@given(bodies())
@example('<div class="ps-page"><p data-search-exclude="z"><p></p></p></div>')
@example('<div class="ps-page"> of markdown *and* markdown="1" <p>markdown</p></div>')
def test_body_is_read_as_markdown_and_search_read_it_or_not_at_all(source: str) -> None:
    body = read_body(f"{source}\n".encode())
    if body:
        check(body)


def test_own_body_is_read() -> None:
    source = """\
<div class="ps-page"><header data-search-exclude><h1 id="t">T</h1></header>
<p>A &lt;b&gt;<br>
c</p><ul><li> </li></ul><pre>
 x
</pre><a name="n"></a></div>"""
    body = read_body(f"{source}\n".encode())
    assert body
    assert (body.html, body.anchors, body.text) == (source, {"t", "n"}, None)
    plain = read_body(source.replace(' id="t"', "").encode())
    assert plain and plain.text
    check(plain)
    assert read_body(b"<div>a markdown file</div>")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "text",
        "<div>a",
        "<div>a</div>b",
        "<div>a</div><div>b</div>",
        "<divx>a</divx>",
        "<div>a</p></div>",
        "<div>\n\n</div>",
        "<div>a\tb</div>",
        "<div>&copy</div>",
        "<div>a<br/></div>",
        "<div>a</div class='b'>",
        "<div><p cl<br>ass></p></div>",
        "<div><script>a</script></div>",
        '<div markdown="1">a</div>',
        "<div><!-- a --></div>",
    ],
)
def test_other_bodies_are_left_to_markdown(source: str) -> None:
    assert read_body(source.encode()) is None


def test_extensions_that_might_look_into_pages_are_known() -> None:
    assert is_harmless(["toc", "markdown.extensions.tables", "pymdownx.superfences"])
    assert not is_harmless(["toc", "pymdownx.snippets"])
    assert not is_harmless(["mine"])
