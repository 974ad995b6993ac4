"""What pages may load: the header's text, the pages' own, and what the themes run inline."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import material
import pytest
import zensical
from jinja2 import Environment, FileSystemLoader

from papershelf.config import BadSettings, load_settings
from papershelf.model import Settings
from papershelf.policy import DIRECTIVES, policy

OVERRIDES = Path(__file__).resolve().parents[1] / "overrides"
THEMES = {
    "material": Path(material.__file__).parent / "templates",
    "zensical": Path(zensical.__file__).parent / "templates",
}


def in_page(site_url: str = "", **extra: Any) -> dict[str, list[str]]:
    """The policy that the template puts into pages, as directives."""
    environment = Environment(loader=FileSystemLoader(OVERRIDES))
    engine = {"mkdocs_version": "1.6"} if extra.pop("engine", "mkdocs") == "mkdocs" else {}
    text = environment.get_template("partials/csp.html").render(
        config={"extra": extra, "site_url": site_url}, **engine
    )
    found = re.search(r'content="([^"]*)"', text)
    return directives(found[1].replace("&#39;", "'")) if found else {}


def directives(text: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (one.split() for one in text.split("; ") if one)}


def in_header(**more: Any) -> dict[str, list[str]]:
    return directives(policy(Settings(Path(), **more)))


def without_disk(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: [one for one in said if one != "file:"] for name, said in found.items()}


@pytest.mark.parametrize(
    ("site_url", "is_preview"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://localhost:8000/papers/", True),
        ("http://[::1]:8000/", True),
        ("https://127.example.org/", False),
        ("http://localhost.example.org/", False),
        ("", False),
    ],
)
def test_scripts_in_pages_run_in_a_preview_alone(site_url: str, is_preview: bool) -> None:
    plain, found = in_page(), in_page(site_url)
    assert ("'unsafe-inline'" in found["script-src"]) is is_preview
    found["script-src"] = [one for one in found["script-src"] if one != "'unsafe-inline'"]
    assert found == plain


@pytest.mark.parametrize("engine", ["mkdocs", "zensical"])
@pytest.mark.parametrize("giscus", [{}, {"repo": "a/b"}])
@pytest.mark.parametrize(
    "csp", [{}, {"script-src": "https://a.example", "frame-src": "https://b.example"}]
)
def test_pages_and_header_say_the_same(engine: Any, giscus: Any, csp: Any) -> None:
    page = in_page(engine=engine, giscus=giscus, csp=csp)
    added = tuple(sorted(csp.items()))
    header = in_header(engine=engine, comments=bool(giscus), policy=added)
    assert header.pop("frame-ancestors") == ["'self'"]  # not heeded in a page
    assert {name: sorted(said) for name, said in without_disk(page).items()} == {
        name: sorted(said) for name, said in header.items()
    }


def test_nothing_inline_and_nobody_else_is_allowed() -> None:
    for found in (in_page(), in_header()):
        assert found["default-src"] == ["'none'"]
        assert "frame-src" not in found
        sources = {source for said in found.values() for source in said}
        assert sources <= {"'none'", "'self'", "data:", "file:"}
        assert "data:" not in found["script-src"]


def test_a_policy_that_is_switched_off_is_nowhere() -> None:
    assert in_page(csp=False) == {}
    assert policy(Settings(Path(), policy=None)) == ""


def test_a_source_cannot_leave_its_attribute() -> None:
    page = in_page(csp={"img-src": '"><script>'})
    assert page["img-src"][-1] == "&#34;&gt;&lt;script&gt;"


def loaded(folder: Path, extra: str) -> Settings:
    (folder / "mkdocs.yml").write_text(f"site_name: S\nextra:\n{extra}")
    return load_settings(folder / "mkdocs.yml")


def test_what_mkdocs_yml_adds_is_read(tmp_path: Path) -> None:
    found = loaded(tmp_path, "  csp:\n    img-src: https://a.example\n  giscus: {repo: a/b}\n")
    assert found.policy == (("img-src", "https://a.example"),)
    assert found.comments
    assert loaded(tmp_path, "  csp: false\n").policy is None
    assert loaded(tmp_path, "  social: []\n").policy == ()


@pytest.mark.parametrize(
    "said", ["true", "{img: x}", "{img-src: [x]}", '{img-src: "x; script-src *"}', "{}"]
)
def test_what_is_no_addition_is_refused_with_its_line(tmp_path: Path, said: str) -> None:
    with pytest.raises(BadSettings, match=r"mkdocs.yml:3: .*extra\.csp"):
        loaded(tmp_path, f"  csp: {said}\n")


def test_the_documentation_names_every_directive() -> None:
    text = (OVERRIDES.parent / "docs" / "publishing.md").read_text("utf-8")
    assert [name for name in DIRECTIVES if f"`{name}`" not in text] == []


# What themes run inline ------------------------------------------------------------------------

BOTH = {
    "base.html": {"c4805c7b8ed8"},
    "partials/integrations/analytics.html": {"0977b6ceda9c", "e6e49c9cf5ea"},
    "partials/integrations/analytics/google.html": {"ccfcd6c1ae01"},
    "partials/javascripts/announce.html": {"efae5dbe4fa4"},
    "partials/javascripts/consent.html": {"47113d0dcdfa"},
    "partials/javascripts/content.html": {"d3bddc0a7749", "dc0dfa086790"},
    "partials/javascripts/outdated.html": {"3d4a5bc548ae"},
    "partials/javascripts/palette.html": {"795419066501"},
    "redirect.html": {"71dec870f585"},
}
KNOWN = {
    "material": {
        **BOTH,
        "fragments/tags/default/listing.html": {"29d6cb5adc76"},
        "partials/javascripts/base.html": {"eacdf910ae1a"},
        "partials/search.html": {"e3a99cdc7eb3"},
    },
    "zensical": {**BOTH, "partials/javascripts/base.html": {"ad92feba0326"}},
}
"""Template → digests of what it holds inline, as of mkdocs-material 9.8.1 and zensical 0.0.73.

Each script under `partials/javascripts` has a file of ours in its place: compare them, and mend
ours, before a new digest is put here. The others only show where a user asks for them, and then
the policy refuses them: analytics and fonts of others, pages that lead elsewhere by a script, the
link that shares a search, the plugin for tags.
"""

INLINE = re.compile(
    r"<(script|style)\b(?![^>]*(?: src=|application/json))[^>]*>.*?</\1>"
    r"|\b(?:on[a-z]+|style)=\"|javascript:",
    re.S,
)


@pytest.mark.parametrize("theme", THEMES)
def test_the_themes_run_inline_what_they_did_before(theme: str) -> None:
    found: dict[str, set[str]] = {}
    for path in THEMES[theme].rglob("*.html"):
        for match in INLINE.finditer(path.read_text("utf-8")):
            digest = sha256(match[0].encode()).hexdigest()[:12]
            found.setdefault(path.relative_to(THEMES[theme]).as_posix(), set()).add(digest)
    assert found == KNOWN[theme], "read what is new there, and mend overrides/"


def test_every_inline_script_of_the_page_has_one_of_ours_in_its_place() -> None:
    for path in (name for name in BOTH | KNOWN["material"] if "/javascripts/" in name):
        assert not INLINE.search((OVERRIDES / path).read_text("utf-8"))
        for script in re.findall(r"'(assets/[^']*\.js)'", (OVERRIDES / path).read_text("utf-8")):
            assert (OVERRIDES / script).is_file()


def test_our_own_templates_hold_nothing_inline() -> None:
    compose = OVERRIDES.parent / "generator" / "papershelf" / "compose" / "templates"
    for path in [*OVERRIDES.rglob("*.html"), *compose.glob("*.j2")]:
        found = INLINE.search(path.read_text("utf-8"))
        assert not found or "application/ld+json" in found[0], path
