"""All papers as files, for other programs to read; and a page that offers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from papershelf.compose.env import Content, Env, front
from papershelf.export import EXPORTS, export
from papershelf.model import Catalog, Collection
from papershelf.site import Asset, Page

_IN_A_PIECE = 256  # papers; one by one, most of the time would go into calls of the system


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
    files = [_File(format, catalog.collection, links) for format in wanted]
    depends = catalog.collection, links
    for file in files:
        yield env.asset(file.address, file.pieces, *depends)
    if files:
        yield env.later("exports/", "exports.j2", partial(_content, files), *depends)


def permalinks(catalog: Catalog, env: Env) -> Mapping[str, str]:
    """Paper id → the web address of its page; none where the site does not know its own."""
    site = env.settings.site_url.rstrip("/")
    return {id: f"{site}/{env.paper_address(id)}" for id in catalog.slugs if site}


@dataclass(slots=True)
class _File:
    """All papers in a format; it is never in memory as a whole."""

    format: str
    collection: Collection
    links: Mapping[str, str]
    _size: int = field(default=0, init=False)

    @property
    def address(self) -> str:
        return f"exports/papers{EXPORTS[self.format].suffix}"

    def pieces(self) -> Iterator[bytes]:
        texts = export(self.collection, self.format, self.links)
        size = 0
        while piece := "".join(islice(texts, _IN_A_PIECE)).encode():
            size += len(piece)
            yield piece
        self._size = size

    def size(self) -> int:
        """In bytes. It is known when the file was written, and found out when it was not."""
        return self._size or sum(map(len, self.pieces()))

    def download(self) -> Download:
        chosen, name = EXPORTS[self.format], self.address.rpartition("/")[2]
        return Download(chosen.title, self.address, name, _said(self.size()), chosen.purpose)


def _content(files: Sequence[_File]) -> Content:
    downloads = [file.download() for file in files]
    count = len(files[0].collection)
    said = f"All {count} papers as files: {', '.join(one.title for one in downloads)}."
    meta = front("Exports", said, search={"exclude": True})
    return meta, {"downloads": downloads, "count": count}


def _said(size: int) -> str:
    """Bytes as people say them, in powers of a thousand.

    >>> _said(999), _said(1400), _said(25_300_000)
    ('999 bytes', '1.4 kB', '25.3 MB')
    """
    for unit, factor in (("MB", 1_000_000), ("kB", 1000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"
