"""The many pages of one shape, past Markdown, Jinja and the search plugin.

MkDocs takes 10 ms for a page of ours, most of it to find out again and again the same things.
Here a page of the shape that we write is read as what it is (`generated`), the templates are
watched over one page of each class (`trace`), and the others are filled in.

It holds to a law: the site is the same, byte by byte, as without. So the fast path stands
back, in whole or for one page, from all that it does not know: other plugins that want to see
pages, other versions of MkDocs and of the theme, templates that cannot be watched.
"""

from __future__ import annotations

import inspect
import logging
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import mkdocs
from mkdocs import utils
from mkdocs.commands import build as mkdocs_build
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils.templates import script_tag_filter, url_filter

from papershelf.render.generated import Body, is_harmless, read_body, read_front
from papershelf.render.spread import spread
from papershelf.render.trace import Tracing, trace
from papershelf.render.watched import Leak, Program

log = logging.getLogger("mkdocs.plugins.papershelf")

# Fewer pages are rendered before the templates are compiled a second time, to be watched.
_FEWEST = 40
# Classes of page in one folder; more, and its pages are not of a few classes.
_MOST_PROGRAMS = 24
_MOST_MISSES = 8
# Of every folder, so many pages are read by Markdown as well, and compared.
_SAMPLES = 2
_TEMPLATE = "main.html"
_PAGE_EVENTS = (
    "pre_page",
    "page_read_source",
    "page_markdown",
    "page_content",
    "page_context",
    "post_page",
)
_SHAPE = ["page", "config", "doc_files", "nav", "env", "dirty", "excluded"]


class Made(NamedTuple):
    """The entries that a page has in the search index, once its file is written."""

    entries: list[dict[str, Any]]


class ShelfPage(Page):
    """A page that is read without YAML and Markdown when it is of our shape."""

    body: Body | None = None
    fast: FastPath

    def read_source(self, config: Any) -> None:
        """Front matter and body, as `Page` has them."""
        try:
            found = read_front(self.file.content_string)
        except (OSError, ValueError):  # MkDocs tells about it
            found = None
        self.body = read_body(found[1]) if found and self.fast.is_on else None
        if found and self.body:
            self.meta, self.markdown = found
        else:
            super().read_source(config)

    def render(self, config: Any, files: Any) -> None:
        """The body is its own HTML; a sample of pages goes through Markdown, too."""
        if not self.body or self.fast.is_sample(self):
            super().render(config, files)
            if self.body and not self._is_as_expected(self.body):
                self.body = None
                self.fast.give_up(f"Markdown has its own way with {self.file.src_uri}")
            return
        self.content = self.body.html
        self.toc = get_toc([])
        self.present_anchor_ids = set(self.body.anchors)

    def _is_as_expected(self, body: Body) -> bool:
        ids = {anchor for anchor in self.present_anchor_ids or () if anchor}
        bare = not self.toc.items and not self.links_to_anchors
        return self.content == body.html and bare and ids == body.anchors - {""}


class FastPath:
    """One build: which pages go fast, the programs that fill them, and what came out."""

    def __init__(self, config: Any) -> None:
        self.config = config
        self.is_on = True
        self.search: Any = None
        self.pages: list[ShelfPage] = []
        self.samples: Counter[str] = Counter()
        self.made: dict[str, Made] | None = None
        self.known: dict[str, list[_Class]] = {}
        self.misses: Counter[str] = Counter()
        self.parts: Any = None
        self.tracing: Tracing | None = None
        self._original: Callable[..., None] | None = None
        if reason := _obstacle(config):
            self.give_up(reason)

    def give_up(self, reason: str) -> None:
        """Leaves all that is yet to be done to MkDocs."""
        if self.is_on:
            log.info("pages go one by one through MkDocs: %s", reason)
        self.is_on = False

    # What the plugin calls, in this order -----------------------------------------------------

    def adopt(self, nav: Any, files: Any) -> None:
        """Takes on the pages that stand in no navigation."""
        if not self.is_on:
            return
        self.search = self.config.plugins["material/search"]
        self.parts = inspect.getmodule(type(self.search))
        known = {id(page) for page in nav.pages}
        places = Counter(file.dest_uri for file in files.documentation_pages())
        for file in files.documentation_pages():
            if places[file.dest_uri] == 1 and file.inclusion.is_included():
                if file.page is None and file.inclusion.is_not_in_nav():
                    self._take(ShelfPage(None, file, self.config))
                elif type(file.page) is Page and id(file.page) not in known:
                    file.page.__class__ = ShelfPage
                    self._take(file.page)
        if len(self.pages) < _FEWEST:
            self.is_on = False

    def _take(self, page: Any) -> None:
        page.fast = self
        self.pages.append(page)

    def begin(self) -> None:
        """Steps in where MkDocs makes files of pages. This is the private part we touch."""
        if self.is_on and self._original is None:
            self._original = mkdocs_build._build_page
            mkdocs_build._build_page = self._build_page

    def end(self) -> None:
        """Leaves MkDocs as it was."""
        if self._original is not None:
            mkdocs_build._build_page = self._original
            self._original = None

    def is_sample(self, page: ShelfPage) -> bool:
        """Whether Markdown is to read a page of ours as well."""
        folder = posixpath.dirname(page.file.src_uri)
        self.samples[folder] += 1
        return self.samples[folder] <= _SAMPLES

    # Making files -----------------------------------------------------------------------------

    def _build_page(self, page: Page, *rest: Any, **named: Any) -> None:
        """In the place of MkDocs' own: all our pages with the first, then but their entries."""
        assert self._original
        if self.made is None:
            given = inspect.signature(self._original).bind(page, *rest, **named).arguments
            self.made = self._make_all(_Scene(*(given[name] for name in _SHAPE[1:5])))
        made = self.made.pop(page.file.src_uri, None)
        if made is None:
            self._original(page, *rest, **named)
        else:
            self.search.search_index.entries.extend(made.entries)

    def _make_all(self, scene: _Scene) -> dict[str, Made]:
        pages = [page for page in self.pages if page.body and "template" not in page.meta]
        try:
            self.tracing = Tracing.of(scene.env, _relative(scene))
        except Exception as error:  # noqa: BLE001 - a Jinja of another make
            self.give_up(f"the templates cannot be watched: {error}")
        if not self.is_on or len(pages) < _FEWEST:
            return {}
        made = spread(lambda page: self._make(page, scene), pages)
        return {page.file.src_uri: one for page, one in zip(pages, made, strict=True) if one}

    def _make(self, page: ShelfPage, scene: _Scene) -> Made | None:
        """Writes the file of a page; nothing when MkDocs is to do it."""
        content = page.content or ""
        entries = self._indexed(page)
        page.active, page.content = True, _without_hints(content)
        try:
            output = self._rendered(page, scene)
        finally:
            page.active, page.content = False, content
        if output is None or not output.strip():
            return None
        data = output.encode("utf-8", errors="xmlcharrefreplace")
        utils.write_file(data, page.file.abs_dest_path)
        return Made(entries)

    def _indexed(self, page: ShelfPage) -> list[dict[str, Any]]:
        """What Material's search plugin makes of a page, by its own hand but for the parser."""
        assert page.body
        index, parts = self.search.search_index, self.parts
        before = len(index.entries)
        if page.body.text is None:
            index.add_entry_from_context(page)
        elif not (page.meta.get("search") or {}).get("exclude"):
            section = parts.Section(parts.Element("hx"))
            section.text = list(page.body.text)
            index.create_entry_for_section(section, page.toc, page.url, page)
        entries: list[dict[str, Any]] = index.entries[before:]
        del index.entries[before:]
        return entries

    def _rendered(self, page: ShelfPage, scene: _Scene) -> str | None:
        folder, _, name = page.url.rstrip("/").rpartition("/")
        address = f"{folder}/{name}" if folder else name
        known = self.known.setdefault(folder, [])
        for place, (program, heads) in enumerate(known):
            output = None if address in heads else program.fill(page)
            if output is not None:
                known.insert(0, known.pop(place))
                return output
        if self.is_on and len(known) < _MOST_PROGRAMS and self.misses[folder] < _MOST_MISSES:
            learned = self._learned(page, scene, folder)
            if learned and address not in learned.heads:
                known.append(learned)
            else:
                self.misses[folder] += 1
        return None  # by MkDocs, which is what the program was compared with

    def _learned(self, page: ShelfPage, scene: _Scene, folder: str) -> _Class | None:
        """Traces the class of a page, unless the program does not give what Jinja gives."""
        assert self.tracing
        try:
            program = trace(self.tracing, _TEMPLATE, scene.context(page), ("pages",))
        except Exception as error:  # noqa: BLE001 - a leak, or what templates raise over one
            kind = "" if isinstance(error, Leak) else f"{type(error).__name__}: "
            self.give_up(f"the templates cannot be watched: {kind}{error}")
            return None
        expected = scene.env.get_template(_TEMPLATE).render(scene.context(page))
        if program.fill(page) != expected or not self._is_indexed_alike(page):
            return None
        ours = (*self.config.extra_css, *map(str, self.config.extra_javascript))
        return _Class(program, _heads((*program.links, *ours), folder))

    def _is_indexed_alike(self, page: ShelfPage) -> bool:
        """Whether the plugin itself makes the same of a page."""
        entries, index = self._indexed(page), self.search.search_index
        assert page.body
        before, content = len(index.entries), page.content
        page.content = page.body.html
        self.search.on_page_context({}, page=page, config=self.config, nav=None)
        same = index.entries[before:] == entries and page.content == content
        del index.entries[before:]
        page.content = content
        return same


class _Class(NamedTuple):
    """A program, and the addresses of the pages that it is not for."""

    program: Program
    heads: frozenset[str]


class _Scene(NamedTuple):
    """What MkDocs makes pages with."""

    config: Any
    files: Sequence[Any]
    nav: Any
    env: Any

    def context(self, page: Page) -> dict[str, Any]:
        """The context of a page, as MkDocs has it."""
        return dict(mkdocs_build.get_context(self.nav, self.files, self.config, page))


def _relative(scene: _Scene) -> Mapping[str, Callable[..., Any]]:
    """The filters that make addresses relative to the page, with the page as an argument."""

    def bound(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda page, *given: function(
            {"page": page, "base_url": utils.get_relative_url(".", page.url)}, *given
        )

    own = {"url": url_filter, "script_tag": script_tag_filter}
    return {n: bound(f) for n, f in own.items() if scene.env.filters.get(n) is f}


def _heads(links: Iterable[str], folder: str) -> frozenset[str]:
    """Constant addresses, cut after the level at which the pages of a folder lie.

    Relative addresses are the same for all pages of a folder, but for those that lead to or
    below the page itself.
    """
    depth = folder.count("/") + 2 if folder else 1
    paths = (posixpath.normpath("/" + link).strip("/") for link in links)
    return frozenset("/".join(path.split("/")[:depth]) for path in paths)


# Attributes that are for Material's search plugin, which takes them out.
_HINT = re.compile(r'data-search-\w+="')
_HINTS = re.compile(r'\s?data-search-\w+="[^"]+"')


def _without_hints(content: str) -> str:
    return _HINTS.sub("", content) if _HINT.search(content) else content


def _obstacle(config: Any) -> str:
    """Why pages must go through MkDocs; empty when they need not."""
    if not mkdocs.__version__.startswith("1.6."):
        return f"MkDocs {mkdocs.__version__} is not known"
    if list(inspect.signature(mkdocs_build._build_page).parameters) != _SHAPE:
        return "MkDocs has been changed"
    if not config.use_directory_urls:
        return "use_directory_urls is off"
    if not is_harmless(config.markdown_extensions):
        return "an extension of Markdown might look into them"
    if "material/search" not in config.plugins:
        return "the search plugin of Material is not in use"
    search = config.plugins["material/search"]
    wanted = ("Section", "Element", "Parser")
    if not all(hasattr(inspect.getmodule(type(search)), name) for name in wanted):
        return "the search plugin is not known"
    if not search.config.enabled:
        return "the search is off"
    return _listener(config, search)


def _listener(config: Any, search: Any) -> str:
    for event in _PAGE_EVENTS:
        for method in config.plugins.events.get(event, ()):
            if getattr(method, "__self__", None) is not search:
                return f"another plugin or hook wants to see them (on_{event})"
    return ""
