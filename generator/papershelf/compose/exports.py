"""All papers as files, for other programs to read; and a page that offers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from papershelf.compose.env import Content, Env, front
from papershelf.compose.language import term
from papershelf.compose.pieces import parted
from papershelf.export import EXPORTS
from papershelf.model import Catalog, Paper
from papershelf.site import Asset, Page, Piece


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
    links = permalinks(env)
    wanted = dict.fromkeys(env.settings.exports if catalog.collection else ())
    groups = _Groups(links, env)
    files = [_File(format, groups, env) for format in wanted]
    depends = catalog.collection, links
    for file in files:
        yield env.asset(file.address, file.content, *depends)
    if files:
        yield env.later("exports/", "exports.j2", partial(_content, files, env), *depends)


@dataclass(frozen=True, slots=True)
class Permalinks(Mapping[str, str]):
    """Paper id → the web address of its page; empty where the site does not know its own."""

    site: str
    env: Env

    @property
    def depends(self) -> object:
        """What all of them depend on."""
        return self.site, self.env.catalog.slugs

    def __getitem__(self, id: str) -> str:
        if not self.site:
            raise KeyError(id)
        return f"{self.site}/{self.env.paper_address(id)}"

    def __iter__(self) -> Iterator[str]:
        return iter(self.env.catalog.slugs if self.site else ())

    def __len__(self) -> int:
        return len(self.env.catalog.slugs) if self.site else 0


def permalinks(env: Env) -> Mapping[str, str]:
    """Paper id → the web address of its page; none where the site does not know its own."""
    return Permalinks(env.settings.site_url.rstrip("/"), env)


@dataclass(frozen=True)
class _Groups:
    """The papers as all files have them, group by group, and what stands for each group."""

    links: Mapping[str, str]
    env: Env

    @cached_property
    def all(self) -> list[tuple[tuple[str, ...], bytes]]:
        papers = self.env.catalog.collection
        return [
            (ids, self.env.key([(papers[id], self.links.get(id, "")) for id in ids]))
            for ids in parted(papers.papers)
        ]


@dataclass(frozen=True)
class _File:
    """All papers in a format; it is never in memory as a whole."""

    format: str
    groups: _Groups
    env: Env

    @property
    def address(self) -> str:
        return f"exports/papers{EXPORTS[self.format].suffix}"

    def content(self) -> Sequence[Piece]:
        """Its pieces, which remember how large they were."""
        return self._pieces

    @cached_property
    def _pieces(self) -> list[Piece]:
        chosen, env = EXPORTS[self.format], self.env
        ends = [env.piece(text.encode, text) for text in (chosen.head, chosen.tail)]
        parts = [self._piece(*group, not place) for place, group in enumerate(self.groups.all)]
        return [ends[0], *parts, ends[1]]

    def _piece(self, ids: Sequence[str], key: bytes, is_first: bool) -> Piece:
        known = self.env.citation_keys if EXPORTS[self.format].needs_keys else {}
        depends = key, [known.get(id) for id in ids]
        return self.env.piece(partial(self._made, ids, is_first), self.format, is_first, depends)

    def _made(self, ids: Sequence[str], is_first: bool) -> bytes:
        part = EXPORTS[self.format].part
        texts = [
            part(paper, self.groups.links.get(paper.id, ""), is_first and not place)
            for place, paper in enumerate(self._papers(ids))
        ]
        return "".join(texts).encode()

    def _papers(self, ids: Sequence[str]) -> list[Paper]:
        known = self.env.catalog.collection.papers.__getitem__
        return list(map(self.env.cited if EXPORTS[self.format].needs_keys else known, ids))

    def size(self) -> int:
        """In bytes. It is known when the file was written, and found out when it was not."""
        return sum(piece.size or len(piece.made()) for piece in self._pieces)

    def download(self, env: Env) -> Download:
        chosen, name = EXPORTS[self.format], self.address.rpartition("/")[2]
        size, purpose = _said(self.size(), env), env.say(chosen.purpose)
        return Download(chosen.title, self.address, name, size, purpose)


def _content(files: Sequence[_File], env: Env) -> Content:
    downloads = [file.download(env) for file in files]
    count = len(env.catalog.collection)
    titles = ", ".join(one.title for one in downloads)
    said = env.say_many(
        "%(count)s paper as files: %(formats)s.",
        "All %(count)s papers as files: %(formats)s.",
        count,
        formats=titles,
    )
    meta = front(env.say("Exports"), said, search={"exclude": True})
    return meta, {"downloads": downloads, "count": count}


def _said(size: int, env: Env) -> str:
    """Bytes as people say them, in powers of a thousand: `999 bytes`, `1.4 kB`, `25.3 MB`."""
    for text, factor in ((term("%(size)s MB"), 1_000_000), (term("%(size)s kB"), 1000)):
        if size >= factor:
            return env.say(text, size=env.language.decimal(size / factor))
    return env.say_many("%(count)s byte", "%(count)s bytes", size)
