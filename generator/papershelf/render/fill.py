"""One of the many: read, filled into what its templates are known to do, written.

This is the work that is spread over processes. It hands back where the page's entries in the
search index stand, and no more.
"""

from __future__ import annotations

import inspect
import json
import os
import posixpath
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import IO, Any, NamedTuple

from mkdocs import utils
from mkdocs.commands import build as mkdocs_build
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils.templates import script_tag_filter, url_filter

from papershelf import disk
from papershelf.render import unseen
from papershelf.render.generated import Body, read_page
from papershelf.render.kept import Mark, mark
from papershelf.render.shelf import Shelf
from papershelf.render.standing import front_of
from papershelf.render.trace import Tracing, trace
from papershelf.render.watched import Encoded, Leak, Program, encoded

TEMPLATE = "main.html"
# Classes of page in one section of the site; more, and its pages are not of a few classes.
_MOST_PROGRAMS = 24
_MOST_MISSES = 8
_SEEN = re.compile(b"[!-~]")  # a page without any is one that MkDocs would not write


class Scene(NamedTuple):
    """What stands around a page when it is rendered, and where its file goes."""

    config: Any
    nav: Any
    env: Any
    shelf: Shelf
    target: str

    def context(self, page: Page) -> dict[str, Any]:
        """The context that MkDocs gives to templates, but for all that are pages."""
        return dict(mkdocs_build.get_context(self.nav, [], self.config, page))


class Made(NamedTuple):
    """A page that is written: its file, its entries in a spool, its front."""

    mark: Mark
    spool: int
    start: int
    length: int
    front: str


class Spool:
    """Text by the piece, on the disk; a process that is split off has a file of its own."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.end = 0
        self._file: IO[bytes] | None = None
        self._owner = 0

    def add(self, text: bytes) -> tuple[int, int, int]:
        """Which file it went to, from where, and how much."""
        if self._file is None or self._owner != os.getpid():
            self._owner, self.end = os.getpid(), 0
            self._file = open(self.path(self._owner), "wb", 1 << 20)  # noqa: SIM115, PTH123
        start, self.end = self.end, self.end + len(text)
        self._file.write(text)
        return self._owner, start, len(text)

    def path(self, number: int) -> str:
        """The file of a process."""
        return f"{self.folder}/{number}"

    def flush(self) -> None:
        """To be called before others read."""
        if self._file is not None and self._owner == os.getpid():
            self._file.flush()

    def remove(self) -> None:
        """When all is read."""
        if self._file is not None:
            self._file.close()
        disk.remove_tree(self.folder)

    @classmethod
    def new(cls) -> Spool:
        """In a folder that goes with the process."""
        return cls(tempfile.mkdtemp(prefix="papershelf-"))


class Filler:
    """Makes files of pages; learns on the way what templates do with them."""

    def __init__(self, scene: Scene, search: Any, spool: Spool) -> None:
        self.scene, self.search, self.spool = scene, search, spool
        self.parts: Any = inspect.getmodule(type(search))
        self.reason = ""  # why no more pages are made
        self.tracing = _tracing(scene, self.give_up)
        self.classes: list[_Class] = []
        self._usable: dict[str, tuple[int, list[_Class]]] = {}
        self._learned: Counter[str] = Counter()
        self._misses: Counter[str] = Counter()
        self._encode = json.JSONEncoder(separators=(",", ":"), default=str).encode
        self._pattern = Page(None, _pattern_file(scene), scene.config)
        self._base = _base(self._pattern)
        self._toc = get_toc([])
        self._pages = scene.shelf.pages(self._front)

    def give_up(self, reason: str) -> None:
        """Leaves all that is yet to be done to MkDocs."""
        self.reason = self.reason or reason

    # Reading -----------------------------------------------------------------------------------

    def read(self, path: str) -> tuple[Page, Body] | None:
        """A page without YAML and Markdown; nothing when it is not of our shape."""
        found = read_page(f"{self.scene.config.docs_dir}/{path}")
        if not found:
            return None
        page = self._page(path)
        page.meta, page.markdown, body = found
        page.content, page.toc = body.html, self._toc
        page.present_anchor_ids = set(body.anchors)
        return page, body

    def _page(self, path: str) -> Page:
        """A page and its file as MkDocs makes them, at a tenth of the time."""
        file, page = File.__new__(File), Page.__new__(Page)
        file.__dict__.update(self._pattern.file.__dict__)
        stem = path[:-3]
        url = f"{stem}/"
        file.__dict__.update(
            src_uri=path, name=posixpath.basename(stem), dest_uri=f"{url}index.html", url=url
        )
        page.__dict__.update(self._pattern.__dict__)
        file.page, page.file, config = page, file, self.scene.config
        if self._base is not None:
            page.canonical_url, page.abs_url = self._base[0] + url, self._base[1] + url
        if config.edit_uri or config.edit_uri_template:
            page._set_edit_url(config.repo_url, config.edit_uri, config.edit_uri_template)
        return page

    # Making --------------------------------------------------------------------------------------

    def make(self, path: str) -> Made | None:
        """Writes the file of a page; nothing when MkDocs is to do it."""
        found = None if self.reason else self.read(path)
        if not found:
            return None
        page, body = found
        try:
            return self._made(path, page, body)
        finally:
            page.file.page = None  # or all pages would stay in memory: nobody looks for circles

    def _made(self, path: str, page: Page, body: Body) -> Made | None:
        spooled = self.spool.add(self.indexed(page, body))
        page.active, page.content = True, _content(body)
        data = self._rendered(page, body)
        if data is None or not (_SEEN.search(data) or data.decode().strip()):
            return None
        there = unseen.put(f"{self.scene.target}/{path[:-3]}/index.html", data)
        return Made(mark(there), *spooled, front_of(page.meta))

    def indexed(self, page: Page, body: Body) -> bytes:
        """The entries of a page as they stand in the search index."""
        return ",".join(map(self._encode, self._entries(page, body))).encode()

    def _entries(self, page: Page, body: Body) -> list[Any]:
        """What Material's search plugin makes of a page, by its own hand but for the parser."""
        index, parts = self.search.search_index, self.parts
        before = len(index.entries)
        if not (page.meta.get("search") or {}).get("exclude"):
            text = body.text
            if text is None:
                index.add_entry_from_context(page)
            else:
                section = parts.Section(parts.Element("hx"))
                section.text = [text]
                index.create_entry_for_section(section, page.toc, page.url, page)
        entries: list[Any] = index.entries[before:]
        del index.entries[before:]
        return entries

    def _rendered(self, page: Page, body: Body) -> bytes | None:
        address = page.url.rstrip("/")
        usable = self._usable_in(address.rpartition("/")[0])
        for place, known in enumerate(usable):
            output = None if address in known.prefixes else known.program.fill(page)
            if output is not None:
                if place:
                    usable.insert(0, usable.pop(place))
                return output
        section = address.partition("/")[0]
        if self._learned[section] < _MOST_PROGRAMS and self._misses[section] < _MOST_MISSES:
            self._learn(page, body, section)
        if self.reason:
            return None
        return self._rendered_by_jinja(page)

    def _rendered_by_jinja(self, page: Page) -> bytes:
        return encoded(self.scene.env.get_template(TEMPLATE).render(self._context(page)))

    def _context(self, page: Page) -> dict[str, Any]:
        return {**self.scene.context(page), "pages": self._pages}

    def _front(self, path: str) -> str:
        """The front of a page that templates come upon among all."""
        found = self.read(path)
        return front_of(found[0].meta if found else self.scene.shelf.whole_page(path).meta)

    def _usable_in(self, folder: str) -> list[_Class]:
        """The classes whose constant addresses are right for the pages of a folder."""
        count, usable = self._usable.get(folder, (0, []))
        if count < len(self.classes):
            new = [c for c in self.classes[count:] if _kin(folder, c.prefixes) == c.kin]
            usable = new + usable
            self._usable[folder] = len(self.classes), usable
        return usable

    def _learn(self, page: Page, body: Body, section: str) -> None:
        """Traces the class of a page, unless the program does not give what Jinja gives."""
        assert self.tracing
        scene, address = self.scene, page.url.rstrip("/")
        try:
            program = trace(self.tracing, TEMPLATE, self._context(page), ("pages",))
        except Exception as error:  # noqa: BLE001 - a leak, or what templates raise over one
            kind = "" if isinstance(error, Leak) else f"{type(error).__name__}: "
            self.give_up(f"the templates cannot be watched: {kind}{error}")
            return
        ours = (*scene.config.extra_css, *map(str, scene.config.extra_javascript))
        learned = _Class(program, *_heads((*program.links, *ours), address))
        alike = program.fill(page) == self._rendered_by_jinja(page)
        alike = alike and self._is_indexed_alike(page, body)
        if alike and address not in learned.prefixes:
            self._learned[section] += 1
            self.classes.append(learned)
        else:
            self._misses[section] += 1

    def _is_indexed_alike(self, page: Page, body: Body) -> bool:
        ours = self._entries(page, body)
        return ours == self._entries(page, replace(body, has_sections=True))

    def is_as_markdown_has_it(self, path: str) -> bool:
        """Whether Markdown leaves a page of our shape as it is."""
        found = self.read(path)
        if not found:
            return True
        ours, body = found
        whole = self.scene.shelf.whole_page(path)
        ids = {anchor for anchor in whole.present_anchor_ids or () if anchor}
        bare = not whole.toc.items and not whole.links_to_anchors
        same = whole.content == body.html and whole.meta == ours.meta and whole.title == ours.title
        addresses = (whole.url, whole.canonical_url, whole.abs_url, whole.edit_url)
        ours_too = (ours.url, ours.canonical_url, ours.abs_url, ours.edit_url)
        return same and bare and ids == body.anchors - {""} and addresses == ours_too


class _Class(NamedTuple):
    """A program, and the pages that its constant addresses are right for."""

    program: Program
    prefixes: frozenset[str]
    kin: tuple[int, str]


def _heads(links: Iterable[str], address: str) -> tuple[frozenset[str], tuple[int, str]]:
    """All that constant addresses begin with, and which pages they are right for.

    Relative addresses depend on how deep a page lies, and on what its own address has in common
    with the other.
    """
    prefixes = set()
    for link in links:
        path = posixpath.normpath("/" + link).strip("/")
        while path:
            prefixes.add(path)
            path = path.rpartition("/")[0]
    found = frozenset(prefixes)
    return found, _kin(address.rpartition("/")[0], found)


def _kin(folder: str, prefixes: frozenset[str]) -> tuple[int, str]:
    """How deep a folder lies, and the most of it that a constant address begins with."""
    common = folder
    while common and common not in prefixes:
        common = common.rpartition("/")[0]
    return len(folder.split("/")) if folder else 0, common


def _base(pattern: Page) -> tuple[str, str] | None:
    """What stands before the address of a page, in whole and from the root of the server."""
    if pattern.canonical_url is None or pattern.abs_url is None:
        return None
    return pattern.canonical_url.removesuffix(pattern.url), pattern.abs_url.removesuffix(
        pattern.url
    )


def _pattern_file(scene: Scene) -> File:
    config = scene.config
    file = File("x/y.md", config.docs_dir, config.site_dir, config.use_directory_urls)
    file.inclusion = InclusionLevel.NOT_IN_NAV
    return file


def _tracing(scene: Scene, give_up: Callable[[str], None]) -> Tracing | None:
    try:
        return Tracing.of(scene.env, _relative(scene))
    except Exception as error:  # noqa: BLE001 - a Jinja of another make
        give_up(f"the templates cannot be watched: {error}")
        return None


def _relative(scene: Scene) -> Mapping[str, Callable[..., Any]]:
    """The filters that make addresses relative to the page, with the page as an argument."""

    def bound(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda page, *given: function(
            {"page": page, "base_url": utils.get_relative_url(".", page.url)}, *given
        )

    own = {"url": url_filter, "script_tag": script_tag_filter}
    return {n: bound(f) for n, f in own.items() if scene.env.filters.get(n) is f}


# Attributes that are for Material's search plugin, which takes them out.
_HINT = re.compile(rb'data-search-[\w\x80-\xff]+="')
_HINTS = re.compile(r'\s?data-search-\w+="[^"]+"')


def _content(body: Body) -> str:
    if _HINT.search(body.data):
        return _HINTS.sub("", body.html)
    content = Encoded(body.html)
    content.data = body.data
    return content
