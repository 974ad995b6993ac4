from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from catalogs import catalog_of, paper, settings, site_of, small_catalog
from markup import Tree
from papershelf.compose import Env
from papershelf.prose import Prose
from papershelf.report import Report
from papershelf.site import Page, Site


def with_template(root: Path, name: str, text: str) -> tuple[Site, Report]:
    folder = root / "overrides" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    report = Report()
    return site_of(small_catalog(), report, root=root), report


def body(site: Site, address: str) -> str:
    item = site[address]
    assert isinstance(item, Page)
    return item.body


def test_a_users_template_of_the_same_name_wins(tmp_path: Path) -> None:
    site, report = with_template(
        tmp_path,
        "departed.j2",
        '<div class="mine">\n\n  <p>{{ title }} *left* {{ root }}</p>\n   \n</div>\n',
    )
    assert body(site, "papers/gone-paper/") == (
        '<div class="mine">\n<p>Gone: a paper *left* ../../</p>\n</div>'
    )
    assert body(site, "cloud/") == body(site_of(small_catalog()), "cloud/")
    assert report.problems == []


def test_a_users_template_can_use_ours(tmp_path: Path) -> None:
    site, _ = with_template(
        tmp_path, "cloud.j2", '{% import "parts.j2" as parts %}<div>{{ parts.papers(2) }}</div>'
    )
    assert body(site, "cloud/") == "<div>2 papers</div>"


def test_a_users_template_can_say_all_that_jinja_can(tmp_path: Path) -> None:
    """What we compile in a shorter way does what the long one does."""
    text = """{% macro one(a, b="&", c=none) %}{{ a }}{{ b }}{{ c }}{% endmacro %}
{% macro many() %}{{ varargs | length }}{{ kwargs.x }}{% endmacro %}
{% macro around() %}({{ caller() }}){% endmacro %}
{% set area = {"slug": "<s>", "items": 7} %}
<div>{{ one(1) }} {{ one("<", "*") }} {{ one(1, c=2) }} {{ many(1, 2, x="<") }}
{% call around() %}{{ one("_") }}{% endcall %}
{% for key in ["slug", "gone"] %}{{ area[key] is defined }} {{ loop.index }} {% endfor %}
{% for word in ["a", "b"] if word != "a" %}{{ word.upper() }}{{ one(word, 1, 2) }}{% endfor %}
{{ area.slug }} {{ area.gone is defined }} {{ cycler("x", "y").next() }} {{ one("<b>") | upper }}
{% autoescape false %}{{ one("<") }}{% endautoescape %}</div>"""
    site, report = with_template(tmp_path, "cloud.j2", text)
    assert body(site, "cloud/").replace("\n", " ") == (
        "<div>1&amp;None &lt;&#42;None 1&amp;2 2&lt; (&#95;&amp;None)True 1 False 2 Bb12"
        "&lt;s&gt; False x &LT;B&GT;&AMP;NONE &amp;lt;&amp;amp;None</div>"
    )
    assert report.problems == []


def test_a_macro_that_is_called_wrongly_breaks_its_template(tmp_path: Path) -> None:
    text = "{% macro one(a) %}{{ a }}{% endmacro %}<div>{{ one(1, 2) }}</div>"
    site, report = with_template(tmp_path, "cloud.j2", text)
    assert body(site, "cloud/") == body(site_of(small_catalog()), "cloud/")
    assert [problem.code for problem in report.problems] == ["broken-template"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<div>\n{% if %}</div>", 2),
        ("<div>\n\n{{ nothing_of_the_kind }}</div>", 3),
        ("<div>{{ 1 + 'x' }}</div>", 1),
        ("{% include 'absent.j2' %}", 1),
    ],
)
def test_a_template_that_breaks_is_reported_once_and_ours_is_used(
    tmp_path: Path, text: str, line: int
) -> None:
    site, report = with_template(tmp_path, "paper.j2", text)
    assert body(site, "papers/bits-and-weights/") == body(
        site_of(small_catalog()), "papers/bits-and-weights/"
    )
    (problem,) = report.problems
    assert (problem.code, problem.level) == ("broken-template", "error")
    assert problem.origin is not None
    assert problem.origin.path == str(tmp_path / "overrides" / "templates" / "paper.j2")
    assert problem.origin.line == line
    assert '"paper.j2" does not work' in problem.message


def test_a_template_in_another_encoding_is_reported(tmp_path: Path) -> None:
    with_template(tmp_path, "paper.j2", "")
    (tmp_path / "overrides" / "templates" / "paper.j2").write_bytes(b"<div>caf\xe9</div>")
    report = Report()
    site = site_of(small_catalog(), report, root=tmp_path)
    assert body(site, "papers/bits-and-weights/")
    assert [problem.code for problem in report.problems] == ["broken-template"]


@pytest.fixture
def env() -> Env:
    return Env(catalog_of([paper("Alone")]), settings(), Report())


def test_a_mistake_in_a_template_of_ours_is_no_problem_of_the_users(env: Env) -> None:
    with pytest.raises(UndefinedError):
        env.render("departed.j2", root="")


@pytest.mark.parametrize(
    "text", ["*a* _b_ `c`", "{{ a }} {% b %}", "[a](b) ![c](d)", "<!-- x", "--8<-- 'x'", "&lt;"]
)
def test_text_is_escaped_for_html_and_for_markdown(env: Env, text: str) -> None:
    made = env.render("departed.j2", root="", title=text)
    assert text not in made
    assert Tree(made).one("h1").text == text


def test_prose_comes_out_as_its_html(env: Env) -> None:
    assert "<em>" not in env.render("departed.j2", root="", title=Prose.of("<em>x"))
    assert "&lt;em&gt;x" in env.render("departed.j2", root="", title=Prose.of("<em>x"))


def test_filters_escape_in_the_same_way(tmp_path: Path) -> None:
    site, _ = with_template(tmp_path, "departed.j2", "<div>{{ '*' | e }}{{ title | escape }}</div>")
    assert body(site, "papers/gone-paper/") == "<div>&#42;Gone: a paper</div>"
