"""All papers as files, for other programs to read; and a page that offers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from papershelf.compose.env import Env, front
from papershelf.export import EXPORTS, export
from papershelf.model import Catalog
from papershelf.site import Asset, Page


@dataclass(frozen=True, slots=True)
class Download:
    """A file to take away. `size` is for people: `1.4 MB`."""

    title: str
    address: str
    name: str
    size: str
    purpose: str


def compose_exports(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`exports/papers.bib` and its kin, and `exports/`; nothing where there is no paper."""
    links = permalinks(catalog, env)
    wanted = dict.fromkeys(env.settings.exports if catalog.collection else ())
    files = {format: _file(format, catalog, links) for format in wanted}
    yield from files.values()
    if files:
        downloads = [_download(format, file) for format, file in files.items()]
        count = len(catalog.collection)
        said = f"All {count} papers as files: {', '.join(one.title for one in downloads)}."
        meta = front("Exports", said, search={"exclude": True})
        yield env.page("exports/", "exports.j2", meta, downloads=downloads, count=count)


def permalinks(catalog: Catalog, env: Env) -> Mapping[str, str]:
    """Paper id → the web address of its page; none where the site does not know its own."""
    site = env.settings.site_url.rstrip("/")
    return {id: f"{site}/{env.paper_address(id)}" for id in catalog.slugs if site}


def _file(format: str, catalog: Catalog, links: Mapping[str, str]) -> Asset:
    text = "".join(export(catalog.collection, format, links))
    return Asset(f"exports/papers{EXPORTS[format].suffix}", text.encode())


def _download(format: str, file: Asset) -> Download:
    chosen, name = EXPORTS[format], file.address.rpartition("/")[2]
    return Download(chosen.title, file.address, name, _size(len(file.body)), chosen.purpose)


def _size(number: int) -> str:
    """Bytes as people say them, in powers of a thousand.

    >>> _size(999), _size(1400), _size(25_300_000)
    ('999 bytes', '1.4 kB', '25.3 MB')
    """
    for unit, factor in (("MB", 1_000_000), ("kB", 1000)):
        if number >= factor:
            return f"{number / factor:.1f} {unit}"
    return f"{number} bytes"
