"""What composers make is built strictly by both engines, and comes out as it went in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalogs import site_of
from papershelf.site import Page
from small_site import ROOT, big_catalog, build

pytestmark = pytest.mark.slow
ENGINES = ("mkdocs", "zensical")


@pytest.fixture(scope="module", params=ENGINES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("built"), request.param)


def plain(html: str) -> str:
    """Without what engines may take out once it has told the search what to leave out."""
    return html.replace(" data-search-exclude", "")


def test_every_page_comes_out_as_it_was_composed(built: Path) -> None:
    pages = [item for item in site_of(big_catalog(), page_size=8) if isinstance(item, Page)]
    for page in pages:
        html = (built / page.address / "index.html").read_text("utf-8")
        assert plain(page.body) in plain(html), page.address
        # Among other pages the home is called "Home", in a browser's tab by the site's name.
        called = f"{page.meta['title']} - papershelf" if page.address else "papershelf"
        assert f"<title>{called}</title>" in html


def test_the_look_reaches_the_site(built: Path) -> None:
    for name in ("stylesheets/papershelf.css", "javascripts/papershelf.js", "images/favicon.svg"):
        assert (built / "assets" / name).read_bytes() == (
            ROOT / "overrides" / "assets" / name
        ).read_bytes()
    html = (built / "papers" / "crowd" / "index.html").read_text("utf-8")
    assert '<link rel="stylesheet" href="../../assets/stylesheets/papershelf.css">' in html
    assert not (built / "templates").exists()


def test_a_lost_reader_gets_ways_out(built: Path) -> None:
    html = (built / "404.html").read_text("utf-8")
    assert "There is nothing at this address" in html
    assert 'href="/a-z/"' in html and "javascript:" not in html


def test_every_page_has_one_way_past_the_header(built: Path) -> None:
    for path in (built / "index.html", built / "papers" / "crowd" / "index.html"):
        assert path.read_text("utf-8").count('class="md-skip"') == 1


def test_only_what_is_gone_is_kept_from_search_engines(built: Path) -> None:
    found = {
        path.parent.name
        for path in built.rglob("index.html")
        if 'name="robots"' in path.read_text("utf-8")
    }
    assert found == {"gone-paper"}


# Python methods, formats and names that MiniJinja does not have.
NOT_SHARED = re.compile(
    r"\.(items|get|append|upper|split|format|strftime)\(|[\"']\s*%\s|"
    r"\|\s*(truncate|wordwrap|wordcount|xmlattr|center|filesizeformat)\b|page\.file\b"
)


@pytest.mark.parametrize("path", sorted((ROOT / "overrides").glob("*.html")), ids=lambda p: p.name)
def test_overrides_keep_to_what_both_template_engines_share(path: Path) -> None:
    assert not NOT_SHARED.search(path.read_text("utf-8"))
