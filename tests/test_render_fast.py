# ruff: noqa: E501 - templates and pages on one line
"""The law: with the fast path and without it the site is the same, byte by byte."""

from __future__ import annotations

import gc
import re
import shutil
import weakref
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

import toy_site
from papershelf import pipeline, spread
from papershelf.model import Settings
from papershelf.prose import escape
from papershelf.render import fast, fill
from papershelf.render.handover import hand_over
from papershelf.report import Report
from papershelf.site import Page, Site
from papershelf.write import locked, write

MAIN = (toy_site.OVERRIDES / "main.html").read_text()
BRANCHING = """\
{% extends "base.html" %}
{% block extrahead %}
  {{ super() }}
  {% if page and page.meta.paper and page.meta.paper.number is defined %}
  {% if page.meta.paper.links %}<meta name="links" content="{{ page.meta.paper.links | length }}">
  {% endif %}
  {% for link in page.meta.paper.links %}
    <link rel="{{ loop.index }}{% if loop.last %} last{% endif %}" href="{{ link.url | e }}">
  {% endfor %}
  {% set kind = page.meta.paper.kind ~ "-" ~ page.meta.paper.number %}
  {% if kind == "odd-3" or "even" in kind or page.meta.paper.number > 290 %}<b>{{ kind }}</b>
  {% endif %}
  {{ page.meta.paper | tojson }} {{ page.title | upper }} {{ page.url | url }}
  {% if page.meta.paper.kind is string and page.meta.tags is defined %}{{ page.meta.tags | join(", ") }}
  {% else %}{{ page.meta.nothing | default("none") }}{% endif %}
  {% endif %}
{% endblock %}
"""
LEAKS = {
    "a method": "{{ page.title.upper() }}",
    "a list of all pages": "{% for file in pages %}{{ file.page.active }}{% endfor %}",
    "a text made in Python": '{% set t = "%s" % page.title %}{% if t == "Paper 7" %}seven{% endif %}',
    "a list of values": "{{ [page.title, page.url] | join }}",
    "a look-up": "{{ {'Paper 7': 'seven'}[page.title] }}",
    "a key": "{% if page.title in ['Paper 7', 'Paper 8'] %}seven{% endif %}",
    "a macro": "{% macro m(x) %}{{ x }}!{% endmacro %}{% if m(page.title) == 'Paper 7!' %}7{% endif %}",
    "a block": "{% set t %}{{ page.title }}{% endset %}{% if t == 'Paper 7' %}{{ t | length }}{% endif %}",
    "a generator": "{{ page.meta.paper.links | map(attribute='url') | join(',') }}",
    "the chance": "{{ [1] | random }}{{ page.title[1:3] }}",
    "a name": "{{ config['site_' ~ 'name'] }}{% include ['nowhere', 'partials/' ~ 'source.html'] ignore missing %}",
}
FOLLOWED = {"a key", "a macro", "a block", "a name"}
HAND_WRITTEN = {
    "papers/mine.md": "# Mine\n\nSee [one](paper-1.md#here) and [two](paper-2.md#nowhere).\n\n## More\n\n*Text*\n",
    "papers/tab.md": '---\ntitle: "Tab"\n---\n<div class="ps-page">\n<p>a\tb</p>\n</div>\n',
    "papers/blank.md": '---\ntitle: "Blank"\n---\n<div>\n<p>a</p>\n\n*b*\n</div>\n',
    "papers/two.md": '---\ntitle: "Two"\n---\n<div>a</div>\n<div>*b*</div>\n',
    "papers/open.md": '---\ntitle: "Open"\n---\n<div>\n</div></div>\n\n*b*\n',
    "papers/yaml.md": "---\ntitle: Plain 'text'\ndate: 2020-01-01\n---\n<div>\n<p>a</p>\n</div>\n",
    "papers/fence.md": '---\ntitle: "Fence"\n---\n<div>\n```python\nx\n```\n</div>\n',
    "papers/comment.md": '---\ntitle: "C"\n---\n<div>\n<!-- <p> -->\n</div>\n',
    "papers/inside.md": '---\ntitle: "I"\n---\n<div markdown="1">\n*a*\n</div>\n',
    "papers/entity.md": '---\ntitle: "E"\n---\n<div>\nA&B &copy; &amp\n</div>\n',
    "papers/other.md": '---\ntitle: "O"\ntemplate: "other.html"\n---\n<div>\nA\n</div>\n',
}


@pytest.fixture(autouse=True)
def plugin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    option: Any = MkDocsConfig.plugins
    place = "papershelf.mkdocs_plugin:PapershelfPlugin"
    ours = EntryPoint("papershelf", place, "mkdocs.plugins")
    monkeypatch.setitem(option.installed_plugins, "papershelf", ours)
    yield
    option.plugin_cache.pop("papershelf", None)


def paper_page(n: int) -> Page:
    """One of several classes: with and without tags, links, robots, sections, a description."""
    title = ["Paper", "A <kernel> &", 'Quotes " \\ {{ 7*7 }}', "Überschrift\u2028😀"][
        n % 4
    ] + f" {n}"
    links = [{"name": f"l{k}", "url": f"https://x.example/?a={k}&b"} for k in range(n % 3)]
    paper: dict[str, Any] = {"title": title, "number": n, "kind": ["even", "odd"][n % 2]}
    meta: dict[str, Any] = {"title": escape(title)}
    meta |= {"description": escape(title * 2)} if n % 5 else {}
    meta |= {"hide": ["navigation", "toc"]} if n % 2 else {}
    meta |= {"tags": ["One", f"T{n}"]} if n % 3 else {}
    meta |= {"robots": "noindex"} if n % 17 == 0 else {}
    meta |= {"search": {"exclude": True}} if n % 19 == 0 else {}
    meta |= {"search": {"boost": 2.5}} if n % 23 == 0 else {}
    meta["paper"] = paper | ({"links": links} if links else {})
    heading = f'<h2 id="here">Here {n}</h2>' if n % 7 == 1 else '<a id="here"></a>'
    body = f"""\
<div class="ps-page ps-paper">
<header data-search-hint="x"><h1 data-search-exclude>{escape(title)}</h1></header>
<section data-search-exclude><section><p>hidden</p></section><p>not hidden {n}</p></section>
{heading}
<p>Text &lt;b&gt; &#39;of&#39; {n}<br>
and <code>more</code> <sub> </sub> <math display="inline"><mi>x</mi></math></p>
<pre> a
  b &amp;amp; </pre><ul class="data-search-exclude"><li></li><li>one</li></ul>
</div>"""
    return Page(f"papers/paper-{n}/", meta, body)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A site of 300 papers and some pages of somebody else's."""
    return project(tmp_path_factory.mktemp("law") / "project", 300)


def project(folder: Path, papers: int) -> Settings:
    """A site of so many papers and some pages of somebody else's."""
    config = (
        toy_site.CONFIG + "markdown_extensions: [attr_list, md_in_html, pymdownx.superfences]\n"
    )
    made = toy_site.project(folder, config)
    pages = [toy_site.page("Home"), *map(paper_page, range(papers))]
    with locked(made):
        write(Site(pages), made, Report())
    for path, text in HAND_WRITTEN.items():
        (made.docs_dir / path).write_text(text)
    (made.docs_dir / "papers" / "static").mkdir()
    (made.overrides_dir / "other.html").write_text("{{ page.content }} other")
    return made


def build(settings: Settings, is_fast: bool) -> dict[str, bytes]:
    """The site as `papershelf build` has MkDocs make it, without the sitemap's own date."""
    with hand_over(replace(settings, fast=is_fast), generate=False):
        config = load_config(str(settings.config_file), docs_dir=str(settings.docs_dir))
        config.plugins.on_startup(command="build", dirty=False)
        mkdocs_build.build(config)
        config.plugins.on_shutdown()
    site = Path(config.site_dir)
    files = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def compare(settings: Settings) -> dict[str, bytes]:
    slow, quick = build(settings, False), build(settings, True)
    assert quick.keys() == slow.keys()
    assert [path for path in slow if slow[path] != quick[path]] == []
    return quick


@pytest.fixture
def slow_pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that MkDocs itself makes files of."""
    seen: list[str] = []
    original = mkdocs_build._build_page

    # As MkDocs has it, to the names: other shapes are not touched.
    def build_page(
        page: Any,
        config: Any,
        doc_files: Any,
        nav: Any,
        env: Any,
        dirty: bool = False,
        excluded: bool = False,
    ) -> None:
        seen.append(page.file.src_uri)
        original(page, config, doc_files, nav, env, dirty, excluded)

    monkeypatch.setattr(mkdocs_build, "_build_page", build_page)
    return seen


def test_site_is_the_same_with_and_without(settings: Settings, slow_pages: list[str]) -> None:
    site = compare(settings)
    assert {"papers/mine/index.html", "search/search_index.json", "sitemap.xml.gz"} <= site.keys()
    by_mkdocs = slow_pages[len(slow_pages) // 2 :]  # of the second build, nearly all are ours
    assert len(slow_pages) < 312 + 90, by_mkdocs
    assert set(HAND_WRITTEN) <= set(slow_pages[312:])


def test_number_of_processes_makes_no_difference(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spread, "_processes", lambda _: 1)
    one = build(settings, True)
    for number in (2, 4):
        monkeypatch.setattr(spread, "_processes", lambda _, number=number: number)
        assert build(settings, True) == one


def test_pages_do_not_stay_in_memory(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[weakref.ref[Any]] = []
    original = fill.Filler._page

    def page(self: fill.Filler, path: str) -> Any:
        found = original(self, path)
        seen.append(weakref.ref(found))
        return found

    monkeypatch.setattr(fill.Filler, "_page", page)
    monkeypatch.setattr(spread, "_processes", lambda _: 1)
    gc.disable()  # as it is while pages are made
    try:
        build(settings, True)
        alive = sum(found() is not None for found in seen)
    finally:
        gc.enable()
    assert len(seen) > 250
    assert alive < 30


def overridden(settings: Settings, tmp_path: Path, name: str, text: str) -> Settings:
    """The site with another file in its overrides."""
    assert settings.config_file
    look = tmp_path / "look"
    look.mkdir()
    (look / "other.html").write_text("{{ page.content }} other")
    shutil.copytree(toy_site.OVERRIDES / "partials", look / "partials")
    (look / name).write_text(text)
    config = settings.config_file.read_text().replace(
        "custom_dir: overrides", f"custom_dir: {look}"
    )
    file = settings.root / f"{tmp_path.name}.yml"
    file.write_text(config + f"site_dir: {tmp_path / 'site'}\n")
    return replace(settings, config_file=file)


def test_overrides_that_branch_on_the_page_are_followed(
    settings: Settings, tmp_path: Path, slow_pages: list[str]
) -> None:
    site = compare(overridden(settings, tmp_path, "main.html", BRANCHING))
    assert b"<b>odd-3</b>" in site["papers/paper-3/index.html"]
    assert b"<b>odd-5</b>" not in site["papers/paper-5/index.html"]
    assert len(slow_pages) < 312 + 90


@pytest.mark.parametrize("name", LEAKS)
def test_overrides_that_cannot_be_followed_are_rendered(
    settings: Settings, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "mkdocs")
    text = (
        '{% extends "base.html" %}{% block content %}' + LEAKS[name] + "{{ super() }}{% endblock %}"
    )
    less = fewer(overridden(settings, tmp_path, "main.html", text), tmp_path)
    compare(less)
    assert ("cannot be watched" in caplog.text) is (name not in FOLLOWED)


def fewer(settings: Settings, tmp_path: Path) -> Settings:
    """The site with but some of its pages."""
    docs = tmp_path / "docs"
    with locked(replace(settings, root=tmp_path)):
        pages = [toy_site.page("Home"), *map(paper_page, range(48))]
        there = replace(settings, root=tmp_path, docs_dir=docs, overrides_dir=tmp_path / "look2")
        docs.mkdir()
        write(Site(pages), there, Report())
    return replace(settings, docs_dir=docs)


HOOK = """\
def on_page_content(html, page, config, files):
    return html + "<p>hooked</p>"
"""


def test_hooks_that_want_to_see_pages_see_them(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "mkdocs")
    less = fewer(overridden(settings, tmp_path, "main.html", MAIN), tmp_path)
    assert less.config_file
    hook = tmp_path / "hook.py"
    hook.write_text(HOOK)
    with less.config_file.open("a") as file:
        file.write(f"hooks: [{hook}]\n")
    site = compare(less)
    assert b"<p>hooked</p>" in site["papers/paper-3/index.html"]
    assert "wants to see them (on_page_content)" in caplog.text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("use_directory_urls: false\n", "use_directory_urls is off"),
        ("markdown_extensions: [pymdownx.snippets]\n", "an extension of Markdown"),
    ],
)
def test_unknown_grounds_are_left_to_mkdocs(
    settings: Settings, tmp_path: Path, line: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "mkdocs")
    less = fewer(overridden(settings, tmp_path, "main.html", MAIN), tmp_path)
    assert less.config_file
    text = re.sub("markdown_extensions: .*\n", "", less.config_file.read_text())
    less.config_file.write_text(text + line)
    compare(less)
    assert reason in caplog.text


def test_other_mkdocs_is_left_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "mkdocs")
    monkeypatch.setattr(fast.mkdocs, "__version__", "1.7.0")
    before = mkdocs_build._build_page
    build(settings, True)
    assert "MkDocs 1.7.0 is not known" in caplog.text
    assert mkdocs_build._build_page is before


def test_mkdocs_is_left_as_it_was(settings: Settings) -> None:
    before = mkdocs_build._build_page
    build(settings, True)
    assert mkdocs_build._build_page is before


def test_broken_template_is_told_as_without(settings: Settings, tmp_path: Path) -> None:
    text = MAIN + "{% block footer %}{{ page.meta.paper.kind.no.such }}{% endblock %}"
    less = fewer(overridden(settings, tmp_path, "main.html", text), tmp_path)
    before = mkdocs_build._build_page
    with pytest.raises(Exception, match="has no attribute"):
        build(less, True)
    assert mkdocs_build._build_page is before


@pytest.mark.slow
@pytest.mark.shared
def test_law_holds_over_the_seeds(shared: Path, tmp_path: Path) -> None:
    made = toy_site.project(tmp_path / "project")
    pipeline.generate(replace(made, sources=(str(shared / "seeds"),)), Report())
    assert len(compare(made)) > 650


@pytest.mark.slow
def test_law_holds_over_three_thousand_pages(tmp_path: Path, slow_pages: list[str]) -> None:
    site = compare(project(tmp_path / "project", 3000))
    pages = [path for path in site if path.startswith("papers/") and path.endswith("/index.html")]
    assert len(pages) > 3000
    by_hand = len(slow_pages) - 3000 - len(HAND_WRITTEN) - 1  # in the second build
    assert by_hand < 150


def test_spread_keeps_order_and_survives_what_raises() -> None:
    def work(value: int) -> int:
        return 10 // value

    expected = [None, 10, 5, 3, 2, 2]
    assert spread.spread(work, range(6), 1) == expected
    assert spread.spread(work, range(6), 2) == expected
    assert spread.spread(work, [], 2) == []
