"""Addresses that must not die: of papers that are gone or moved, and short addresses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from papershelf.compose.env import Env, front, root_of
from papershelf.model import Catalog
from papershelf.site import Asset, Page


def compose_departed(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """A page at the old address of every paper that is no longer here, which says so."""
    for slug, title in sorted(catalog.departed.items()):
        meta = front(
            title or slug,
            env.say("This paper was here once and has been removed from the collection."),
            robots="noindex",
            search={"exclude": True},
        )
        yield env.page(f"papers/{slug}/", "departed.j2", meta, title=title or slug)


def compose_aliases(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """A file at `p/<short id>/` that leads to the paper, for every alias.

    Not a Markdown page: a redirect needs no theme, and with no inline script in it it works
    under any Content-Security-Policy.
    """
    for alias, slug in sorted(catalog.aliases.items()):
        yield _forward(f"p/{alias}/", slug, env)


def compose_moved(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """The same at every slug that a paper had before it moved, or became one with another."""
    for former, slug in sorted(catalog.moved.items()):
        yield _forward(f"papers/{former}/", slug, env)


def _forward(address: str, slug: str, env: Env) -> Asset:
    target = f"{root_of(address)}papers/{slug}/"
    site = env.settings.site_url
    canonical = f"{site.rstrip('/')}/papers/{slug}/" if site else target
    make = partial(_forwarding, target, canonical, env)
    return env.asset(f"{address}index.html", make, target, canonical)


def _forwarding(target: str, canonical: str, env: Env) -> bytes:
    text = env.render("redirect.j2", target=target, canonical=canonical)
    return f"{text}\n".encode()
