"""What hosts read beside the pages: headers, redirects, and what search engines may see."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from papershelf.compose.env import Env
from papershelf.model import Catalog, Settings
from papershelf.policy import policy
from papershelf.site import Asset, Page

MOST_REDIRECTS = 2000
"""As many lines as Cloudflare Pages reads; the addresses also answer with a page of their own."""


def compose_publishing(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`robots.txt`, `_headers` and `_redirects` (Netlify, Cloudflare Pages), `.nojekyll`."""
    settings = env.settings
    yield Asset("robots.txt", _robots(settings.site_url))
    yield Asset(".nojekyll", b"", beside=True)  # GitHub Pages would drop names that begin with _
    yield Asset("_headers", _headers(settings), beside=True)
    if lines := _redirects(catalog, settings.site_url):
        yield Asset("_redirects", "".join(lines).encode(), beside=True)


def _robots(site_url: str) -> bytes:
    sitemap = f"\nSitemap: {site_url.rstrip('/')}/sitemap.xml\n" if site_url else ""
    return f"User-agent: *\nAllow: /\n{sitemap}".encode()


def _headers(settings: Settings) -> bytes:
    rules = policy(settings)
    lines = [
        "/*",
        *([f"  Content-Security-Policy: {rules}"] if rules else []),
        "  X-Content-Type-Options: nosniff",
        "  Referrer-Policy: strict-origin-when-cross-origin",
        "",
        # Not for ever: our own files keep their names when they change.
        "/assets/*",
        "  Cache-Control: public, max-age=600, stale-while-revalidate=604800",
        "",
    ]
    return "\n".join(lines).encode()


def _redirects(catalog: Catalog, site_url: str) -> list[str]:
    """From addresses that papers had before, and from short ones, to those of today."""
    base = urlsplit(site_url).path.rstrip("/")
    moves = {f"papers/{old}/": slug for old, slug in catalog.moved.items()}
    short = {f"p/{alias}/": slug for alias, slug in catalog.aliases.items()}
    return [
        f"{base}/{quote(address)} {base}/papers/{slug}/ 301\n"
        for address, slug in [*sorted(moves.items()), *sorted(short.items())]
    ][:MOST_REDIRECTS]
