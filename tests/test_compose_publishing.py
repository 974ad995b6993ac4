"""What hosts read beside the pages; and the site below a path of a host."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import urlopen

import html5lib
import pytest

from catalogs import settings, small_catalog
from papershelf.compose import compose
from papershelf.policy import policy
from papershelf.report import Report
from papershelf.scaffold import scaffold
from papershelf.site import Asset, Site


def site_at(url: str, moved: Any = None, **more: Any) -> Site:
    catalog = replace(small_catalog(), moved=moved or {})
    return compose(catalog, replace(settings(), site_url=url, **more), {}, Report())


def lines(site: Site, name: str) -> list[str]:
    return site[name].body.decode().splitlines()


def test_headers_hold_the_policy_for_every_address() -> None:
    found = lines(site_at("https://a.example/"), "_headers")
    assert found[0] == "/*"
    assert f"  Content-Security-Policy: {policy(settings())}" in found
    assert "  X-Content-Type-Options: nosniff" in found


def test_headers_without_a_policy_have_no_such_line() -> None:
    found = lines(site_at("https://a.example/", policy=None), "_headers")
    assert not [line for line in found if "Content-Security" in line]
    assert "  X-Content-Type-Options: nosniff" in found


def test_robots_are_shown_the_sitemap_of_a_site_that_knows_its_address() -> None:
    assert lines(site_at("https://a.example/b/"), "robots.txt")[-1] == (
        "Sitemap: https://a.example/b/sitemap.xml"
    )
    assert "Sitemap" not in "".join(lines(site_at(""), "robots.txt"))


def test_papers_that_moved_and_short_ids_are_redirected_below_the_path_of_the_site() -> None:
    site = site_at("https://a.example/b/", {"old-name": "bits-and-weights"})
    assert lines(site, "_redirects") == [
        "/b/papers/old-name/ /b/papers/bits-and-weights/ 301",
        "/b/p/abc123/ /b/papers/bits-and-weights/ 301",
    ]


def test_redirects_stay_within_what_hosts_read() -> None:
    moved = {f"old-{number}": "bits-and-weights" for number in range(2500)}
    assert len(lines(site_at("https://a.example/", moved), "_redirects")) == 2000


def test_what_engines_would_drop_lies_beside() -> None:
    site = site_at("https://a.example/")
    beside = {item.address for item in site if isinstance(item, Asset) and item.beside}
    assert {".nojekyll", "_headers", "_redirects"} <= beside
    assert "robots.txt" not in beside  # so that one of the user's own wins


# Below a path of a host -------------------------------------------------------------------------


class _Below(SimpleHTTPRequestHandler):
    """Hands out a folder below /papers/, with its 404 page, as hosts of project pages do."""

    def translate_path(self, path: str) -> str:
        below = path.startswith("/papers/")
        return super().translate_path(path.removeprefix("/papers") if below else "/nowhere")

    def send_error(self, code: int, message: Any = None, explain: Any = None) -> None:
        page = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from papershelf.cli import main

    root = tmp_path_factory.mktemp("path")
    scaffold(root, "Shelf")
    config = root / "mkdocs.yml"
    text = config.read_text("utf-8").splitlines()
    text = ["site_url: https://a.example/papers/" if line.startswith("site_url") else line
            for line in text]  # fmt: skip
    config.write_text("\n".join(text), "utf-8")
    assert main(["build", "-q", "--config-file", str(config)]) == 0
    handler = functools.partial(_Below, directory=str(root / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def opened(url: str) -> Any:
    try:
        return urlopen(url)
    except HTTPError as error:
        pytest.fail(f"{url}: {error}")


def fetched(url: str) -> bytes:
    try:
        with urlopen(url) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        with error:
            return bytes(error.read())


def linked(url: str, host: str) -> set[str]:
    """Everything of its own site that a page names, whole."""
    tree = html5lib.parse(fetched(url), namespaceHTMLElements=False)
    named = {element.get(name) for element in tree.iter() for name in ("href", "src")}
    whole = {urljoin(url, one.partition("#")[0]) for one in named if one}
    whole = {one.replace("https://a.example", host) for one in whole}
    return {one for one in whole if one.startswith(host)}


@pytest.mark.slow
def test_every_link_resolves_below_a_path_also_on_the_page_for_nowhere(host: str) -> None:
    seen: set[str] = set()
    start = {f"{host}/papers/", f"{host}/papers/no/such/page/"}
    pages = set(start)
    while pages:
        page = pages.pop()
        seen.add(page)
        for link in linked(page, host) - seen:
            assert link.startswith(f"{host}/papers/"), (page, link)
            with opened(link) as answer:
                if answer.headers.get_content_type() == "text/html":
                    pages.add(link)
                seen.add(link)
    assert f"{host}/papers/assets/javascripts/theme/scope.js" in seen
    assert f"{host}/papers/feed.xml" in seen
    assert len(seen) > 40
