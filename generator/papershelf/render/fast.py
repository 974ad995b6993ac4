"""The many pages of one shape, past Markdown, Jinja and the search plugin.

MkDocs takes 8 ms for a page of ours, most of it to find out again and again the same things,
and holds all of them in memory. Here MkDocs sees but the few others (`shelf`). The many are read
as what they are (`generated`), the templates are watched over one page of each class (`trace`),
the others are filled in (`fill`), and pages that are in the site as they should be stay
(`ground`).

It holds to a law: the site is the same, byte by byte, as without. So the fast path stands
back, in whole or for one page, from all that it does not know: other plugins that want to see
files or pages, other versions of MkDocs and of the theme, templates that cannot be watched.
"""

from __future__ import annotations

import inspect
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, cast

import mkdocs
from mkdocs.commands import build as _mkdocs_build

from papershelf import disk
from papershelf.model import Settings
from papershelf.render.fill import Filler, Made, Scene, Spool
from papershelf.render.finish import finish, staying_beside
from papershelf.render.generated import is_harmless, read_page
from papershelf.render.ground import Ground, address_of
from papershelf.render.index import Slice, entries_as_bytes, length_of, write_index
from papershelf.render.kept import INDEX, Kept, KeptFile, KeptPage, Mark, Stamp, mark_of
from papershelf.render.shelf import Shelf, Static
from papershelf.render.standing import Pages, front_of
from papershelf.render.world import digest_of_world
from papershelf.spread import spread

log = logging.getLogger("mkdocs.plugins.papershelf")

# Fewer pages are rendered before the templates are compiled a second time, to be watched.
_FEWEST = 40
# So many pages from all over the site teach the classes, before the work is spread.
_LESSONS = 60
# Of every section, so many pages are read by Markdown as well, and compared.
_SAMPLES = 2
# What others may listen to: no file and no page passes there.
_DEAF = {"startup", "shutdown", "serve", "config", "pre_build", "post_build", "build_error"}
_SHAPES = {
    "get_files": ["config"],
    "_populate_page": ["page", "config", "files", "dirty"],
    "get_context": ["nav", "files", "config", "page", "base_url"],
}


mkdocs_build: Any = _mkdocs_build  # whose names we take and put back


class FastPath:
    """One build: which pages MkDocs never sees, and what came of them.

    `only` names pages that MkDocs is to make after all, while all others are let be.
    """

    def __init__(
        self,
        config: Any,
        ground: Ground,
        settings: Settings | None = None,
        only: Collection[str] | None = None,
    ) -> None:
        self.config, self.ground, self.settings, self.only = config, ground, settings, only
        self.shelf: Shelf | None = None
        self.search: Any = None
        self.staying: dict[str, KeptPage] = {}
        self.made: dict[str, Made] = {}
        self.left: dict[str, Stamp] = {}  # by MkDocs
        self.cuts: dict[str, tuple[int, int]] = {}  # of native pages, in the search index
        self.world = ""
        self.spool: Spool | None = None
        self._original: Callable[[Any], Any] | None = None
        self._pages: Pages | None = None  # all of them, when it is known who makes which
        # Whoever listens there may change files, which then are not as we know them.
        self.is_alone = not _others(config, "post_build")
        if not self.is_alone:
            ground.clear()

    # What the plugin calls, in this order -----------------------------------------------------

    def begin(self) -> None:
        """Steps in where MkDocs collects its files, unless there is something unknown."""
        if reason := _obstacle(self.config):
            log.info("pages go one by one through MkDocs: %s", reason)
            return
        self.search = self.config.plugins["material/search"]
        self._original = mkdocs_build.get_files
        mkdocs_build.get_files = self._collect

    def _collect(self, config: Any) -> Shelf:
        self.end()
        ground = self.ground
        self.shelf = Shelf(
            config, lambda path, found: bool(ground.file(path, found)), str(ground.target)
        )
        return self.shelf

    def end(self) -> None:
        """Leaves MkDocs as it was."""
        if self._original is not None:
            mkdocs_build.get_files = self._original
            self._original = None

    def close(self) -> None:
        """After all: leaves nothing behind."""
        self.end()
        if self.spool:
            self.spool.remove()

    def settle(self, nav: Any) -> None:
        """The navigation is made."""
        if self.shelf:
            self.shelf.settle(nav)

    def make(self, nav: Any, env: Any) -> None:
        """Makes files of the many, and leaves to MkDocs what it cannot make."""
        if not self.shelf:
            return
        if self.only is None:
            left = self._made_all(Scene(self.config, nav, env, self.shelf, str(self.ground.target)))
        else:
            left = [path for path in self.shelf.many if path in self.only]
        for path in left:
            self.left[path] = self.shelf.many[path]
            page = self.shelf.promote(path).page
            mkdocs_build._populate_page(page, self.config, self.shelf, False)

    def give_all(self, context: Any) -> None:
        """Templates are to see all pages."""
        if self.shelf:
            if self._pages is None:
                self._pages = self.shelf.pages(self._front)
            context["pages"] = self._pages

    def note(self, page: Any) -> None:
        """A page is in the search index as MkDocs has made it."""
        if self.shelf:
            before = max((end for _, end in self.cuts.values()), default=0)
            self.cuts[page.file.src_uri] = before, len(self.search.search_index.entries)

    def assemble(self) -> None:
        """The site, whole but for the search index."""
        if self.shelf and self.only is None:
            site = Path(self.config.site_dir)
            files = self._files()
            if self.ground.target != site:
                self.ground.receive(site)
            self._new = Kept(self.world, None, {}, files)

    def conclude(self) -> Kept:
        """Puts the search index together, and tells what may be kept for the next time."""
        site = Path(self.config.site_dir)
        if not self.shelf or self.only is not None:
            finish(self.settings, site)
            return Kept()
        new = self._new
        new.pages = self._index(site)
        new.index = mark_of(site / INDEX)
        self.ground.kept = new
        finish(self.settings, site, self.ground)
        return new if self.is_alone else Kept()

    # The many ---------------------------------------------------------------------------------

    def _made_all(self, scene: Scene) -> list[str]:
        """Makes what does not stay; gives the pages that MkDocs is to make."""
        many, ground = scene.shelf.many, self.ground
        self.world = digest_of_world(self.config, scene.nav)
        if self.world != ground.kept.world:
            scene.shelf.copy_all()
        elif ground.has_entries():
            found = ((path, ground.page(path, source)) for path, source in many.items())
            self.staying = {path: page for path, page in found if page}
        todo = [path for path in many if path not in self.staying]
        self._prepare(todo)
        if len(todo) < _FEWEST:
            return todo
        self.spool = Spool.new()
        filler = Filler(scene, self.search, self.spool)
        _examine(filler, todo)
        made = self._filled(filler, todo)
        if filler.reason:
            log.info("pages go one by one through MkDocs: %s", filler.reason)
        self.made = {path: one for path, one in made.items() if one}
        return [path for path in todo if path not in self.made]

    def _filled(self, filler: Filler, todo: list[str]) -> dict[str, Made | None]:
        """Makes the pages, and copies what goes to the site as it is."""
        step = max(1, len(todo) // _LESSONS)
        lessons, rest = todo[::step], [path for at, path in enumerate(todo) if at % step]
        made = dict(zip(lessons, spread(filler.make, lessons, 1), strict=True))
        filler.spool.flush()  # or it would be written by every process
        static = filler.scene.shelf.static()

        def work(at: int) -> Made | Mark | None:
            return filler.make(rest[at]) if at < len(rest) else static[at - len(rest)].copied()

        done = spread(work, range(len(rest) + len(static)), end=filler.spool.flush)
        made |= zip(rest, cast("list[Made | None]", done[: len(rest)]), strict=True)
        for file, mark in zip(static, cast("list[Mark | None]", done[len(rest) :]), strict=True):
            file.mark = mark
        return made

    def _prepare(self, todo: list[str]) -> None:
        assert self.shelf
        ground = self.ground
        if ground.target == Path(self.config.site_dir):
            return  # which MkDocs has just cleaned
        staying = {address_of(path): page.mark for path, page in self.staying.items()}
        still = {path: ground.kept.files[path] for path in self.shelf.still}
        self.still = {**still, **staying_beside(self.settings, ground)}
        staying |= {address: file.mark for address, file in self.still.items()}
        ground.prepare(staying, set(map(address_of, todo)))

    still: dict[str, KeptFile] = {}  # noqa: RUF012 - never changed, only replaced

    def _files(self) -> dict[str, KeptFile]:
        """The files that are in the site as they are in docs/."""
        assert self.shelf
        found = {
            file.src_uri: KeptFile(file.source, file.mark)
            for file in self.shelf
            if isinstance(file, Static) and file.mark
        }
        return {**self.still, **found}

    def _front(self, path: str) -> str:
        known = self.made.get(path) or self.staying.get(path)
        if known:
            return known.front
        found = read_page(f"{self.config.docs_dir}/{path}")
        assert self.shelf
        return front_of(found[0] if found else self.shelf.whole_page(path).meta)

    # The search index ------------------------------------------------------------------------

    def _index(self, site: Path) -> dict[str, KeptPage]:
        """Writes the index; what there is to keep of each of the many, entries and all."""
        assert self.shelf
        index = self.search.search_index
        entries, index.entries = index.entries, []
        head = index.generate_search_index(None).encode()
        index.entries = entries
        order = [path for path in self._order() if path in self.cuts or self._is_ours(path)]
        parts = [self._part(path, entries) for path in order]
        disk.remove_file(site / INDEX)  # it may be the live one's by another name
        disk.make_folder((site / INDEX).parent)
        starts = write_index(site / INDEX, head, parts)
        return dict(self._kept(order, parts, starts))

    def _order(self) -> Iterator[str]:
        assert self.shelf
        yield from dict.fromkeys((*self.shelf.order, *self.cuts))

    def _is_ours(self, path: str) -> bool:
        return path in self.made or path in self.staying

    def _part(self, path: str, entries: list[Any]) -> Slice | bytes:
        if path in self.cuts:
            start, end = self.cuts[path]
            return entries_as_bytes(entries[start:end])
        if path in self.made:
            assert self.spool
            made = self.made[path]
            return Slice(self.spool.path(made.spool), made.start, made.length)
        page = self.staying[path]
        return Slice(str(self.ground.entries), page.start, page.length)

    def _kept(
        self, order: list[str], parts: list[Slice | bytes], starts: list[int]
    ) -> Iterator[tuple[str, KeptPage]]:
        assert self.shelf
        for path, part, start in zip(order, parts, starts, strict=True):
            if path not in self.cuts:
                page = self.made.get(path) or self.staying[path]
                source = self.shelf.many[path]
                yield path, KeptPage(source, page.mark, start, length_of(part), page.front)
            elif path in self.left and (kept := self._kept_of_left(path)):
                yield path, kept._replace(start=start, length=length_of(part))

    def _kept_of_left(self, path: str) -> KeptPage | None:
        """A page of our shape, which depends on no other, though MkDocs has made it."""
        found = read_page(f"{self.config.docs_dir}/{path}")
        there = mark_of(f"{self.config.site_dir}/{address_of(path)}")
        if not found or not there:
            return None
        return KeptPage(self.left[path], there, 0, 0, front_of(found[0]))


def _examine(filler: Filler, paths: list[str]) -> None:
    """Has Markdown read some pages of every section, too."""
    sections: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        sample = sections[path.partition("/")[0]]
        if len(sample) < _SAMPLES:
            sample.append(path)
            if not filler.is_as_markdown_has_it(path):
                filler.give_up(f"Markdown has its own way with {path}")


# Where the fast path stands back ----------------------------------------------------------------


def _obstacle(config: Any) -> str:
    """Why pages must go through MkDocs; empty when they need not."""
    if not mkdocs.__version__.startswith("1.6."):
        return f"MkDocs {mkdocs.__version__} is not known"
    for name, shape in _SHAPES.items():
        if list(inspect.signature(getattr(mkdocs_build, name)).parameters) != shape:
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
    return _listener(config)


def _listener(config: Any) -> str:
    for event in config.plugins.events:
        if event not in _DEAF and _others(config, event):
            return f"another plugin or hook wants to see them (on_{event})"
    return ""


def _others(config: Any, event: str) -> bool:
    """Whether anybody but Material's search and this plugin listens to an event."""
    known = (config.plugins.get("material/search"), config.plugins.get("papershelf"))
    methods = config.plugins.events.get(event, ())
    return any(getattr(method, "__self__", None) not in known for method in methods)
