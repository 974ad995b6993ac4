"""Nobody is locked in: the pages build with plain MkDocs and with Zensical, strictly."""

from __future__ import annotations

import html
import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import toy_site
from papershelf.model import Settings
from papershelf.render import RenderFailed, render
from papershelf.report import Report
from papershelf.site import Site
from papershelf.write import locked, write

PLAIN = toy_site.CONFIG.replace("  - papershelf: {sources: [papers/]}\n", "")
# Text that has broken one engine or the other.
TITLES = (
    'Quotes " and \\ and: colons # too',
    "Line\u2028separators\u2029and\x85next line",
    "Beyond the plane 😀 𝒳 and DEL \x7f",
    "{{ 7*7 }} {% raw %} <script>alert(1)</script>",
    "--- yes: [no, {a: b}] &anchor *alias !!tag",
    "tab\tand  double  blanks ",
)
SHOW = """\
{% extends "base.html" %}
{% block content %}{{ super() }}<pre id="raw">{{ page.meta.paper | tojson }}</pre>{% endblock %}
"""

needs_zensical = pytest.mark.skipif(
    importlib.util.find_spec("zensical") is None, reason="zensical is not installed"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project whose pages are written and whose settings do not name our plugin."""
    settings = toy_site.project(tmp_path / "project", PLAIN)
    with locked(settings):
        write(Site(map(toy_site.page, ["Home", *TITLES])), settings, Report())
    (settings.overrides_dir / "main.html").write_text(SHOW)
    return settings


def run(settings: Settings, *command: str) -> str:
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=settings.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def check_pages(settings: Settings) -> None:
    """Every page is there and has read its front matter as it was meant."""
    for title in TITLES:
        page = toy_site.page(title)
        text = (settings.site_dir / page.address / "index.html").read_text()
        raw = text.split('<pre id="raw">')[1].split("</pre>")[0]
        assert json.loads(raw) == {"title": title, "topics": ["a", "b"]}
        assert f"<h1>{page.meta['title']}</h1>" in text


@pytest.mark.slow
def test_plain_mkdocs_builds_without_a_warning(settings: Settings) -> None:
    said = run(settings, "mkdocs", "build", "--strict")
    assert "WARNING" not in said
    check_pages(settings)


@pytest.mark.slow
@needs_zensical
def test_zensical_builds_without_an_issue(settings: Settings) -> None:
    said = run(settings, "zensical", "build", "--strict")
    assert "No issues found" in said
    check_pages(settings)
    sitemap = html.unescape((settings.site_dir / "sitemap.xml").read_text())
    assert f"<loc>https://shelf.example/{toy_site.page(TITLES[0]).address}</loc>" in sitemap


@pytest.mark.slow
@needs_zensical
def test_engine_zensical_renders_the_same_way(settings: Settings) -> None:
    zensical = replace(settings, engine="zensical", site_dir=settings.root / "public")
    report = Report()
    render(zensical, report)
    assert report.problems == []
    check_pages(zensical)
    assert not [path for path in settings.root.iterdir() if "papershelf-" in path.name]


@needs_zensical
def test_engine_zensical_that_gives_up_leaves_the_old_site(settings: Settings) -> None:
    zensical = replace(settings, engine="zensical")
    settings.site_dir.mkdir()
    (settings.site_dir / "sitemap.xml").write_text("old")
    (settings.root / "mkdocs.yml").write_text("theme: {name: material}\n")
    with pytest.raises(RenderFailed, match=r"(?s)zensical gave up: .*site_name"):
        render(zensical, Report())
    assert (settings.site_dir / "sitemap.xml").read_text() == "old"


@needs_zensical
def test_what_zensical_warns_of_is_a_problem(settings: Settings) -> None:
    (settings.docs_dir / "mine.md").write_text("One\n\n[nowhere](missing.md)\n")
    report = Report()
    render(replace(settings, engine="zensical"), report)
    expected = 'docs/mine.md:3: warning: page does not exist: "[nowhere](missing.md)"'
    assert [str(problem) for problem in report.problems] == [f"{expected} [zensical-warning]"]


def test_engine_zensical_stays_inside_the_project(settings: Settings, tmp_path: Path) -> None:
    outside = replace(settings, engine="zensical", site_dir=tmp_path / "elsewhere")
    with pytest.raises(RenderFailed, match="inside the project"):
        render(outside, Report())


def test_engine_zensical_that_is_missing_says_how_to_get_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RenderFailed, match="not installed") as caught:
        render(replace(settings, engine="zensical"), Report())
    assert "pip install zensical" in caught.value.hint
