"""The files of docs/ as MkDocs collects them, but for the many pages of our shape.

MkDocs makes three objects of every page and holds all their text. Here a page of the many is
one entry in a table until somebody asks for it: a link that leads there, a navigation that
names it, a template that goes through all pages.
"""

# By the names of the system: for 100,000 files `Path` costs three times as much as text.
# ruff: noqa: PTH113, PTH116, PTH122

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast
from urllib.parse import urljoin

from mkdocs.structure.files import File, Files, InclusionLevel, log, set_exclusions
from mkdocs.structure.pages import Page
from mkdocs.utils import get_build_date, is_markdown_file

from papershelf.render import unseen
from papershelf.render.generated import read_page
from papershelf.render.kept import Mark, Stamp, mark, stamp
from papershelf.render.standing import Pages

# Nothing that an address would have to be quoted for.
_SIMPLE = re.compile(r"(?:[a-z0-9_][a-z0-9_.~-]*/)*[a-z0-9_][a-z0-9_.~-]*\.md").fullmatch
_INDEXES = ("index", "README")


class Shelf(Files):
    """Files by path: those that MkDocs is to see, and beside them the many.

    `many` are paths of pages with the stamps of their sources, `order` is where every page
    stands among all. `still` are static files that are in the site already; all others go to
    the folder `target`.
    """

    def __init__(self, config: Any, is_still: Callable[[str, Stamp], bool], target: str) -> None:
        self.config = config
        self.target = target
        self.many: dict[str, Stamp] = {}
        self.still: dict[str, Stamp] = {}
        self.order: list[str] = []
        self.is_settled = False  # the navigation is made
        self._asked: dict[str, File] = {}
        super().__init__(self._collected(is_still))

    # Collecting -----------------------------------------------------------------------------

    def _collected(self, is_still: Callable[[str, Stamp], bool]) -> list[File]:
        """What `mkdocs.structure.files.get_files` collects, in its order."""
        groups = list(_folders(str(self.config.docs_dir)))
        hidden = self._hidden(groups)
        files: list[File] = []
        for folder, names in groups:
            kept = []
            for name in names:
                path, there = folder.uri + name, folder.path + os.sep + name
                if is_markdown_file(name):
                    self.order.append(path)
                    if path in hidden:
                        self.many[path] = stamp(os.stat(there))
                        continue
                    kept.append(self._file(path))
                elif is_still(path, found := stamp(_stat(there))):
                    self.still[path] = found
                else:
                    kept.append(self._static(path, found))
            set_exclusions(kept, self.config)
            files += _without_rivals(kept)
        return [*files, *self._demoted(files)]

    def _hidden(self, groups: Iterable[tuple[_Folder, list[str]]]) -> set[str]:
        """The pages that are of the site, in nobody's navigation, and at a plain address."""
        found: set[str] = set()
        named = _named(self.config)
        for folder, names in groups:
            odd = {os.path.splitext(name)[0] for name in names if _is_odd(name)}
            plain = [
                name
                for name in names
                if name.endswith(".md") and name[:-3] not in odd and _SIMPLE(folder.uri + name)
            ]
            apart = set(plain) if named is None else named.intersection(plain)
            found.update(folder.uri + name for name in apart if self._is_hidden(folder.uri + name))
            if len(apart) < len(plain) and self._is_hidden(folder.uri + _NOBODY):
                found.update(folder.uri + name for name in plain if name not in apart)
        return found

    def _is_hidden(self, path: str) -> bool:
        file = File.__new__(File)
        file.src_uri = path
        set_exclusions([file], self.config)
        return file.inclusion is InclusionLevel.NOT_IN_NAV

    def _file(self, path: str) -> File:
        config = self.config
        return File(path, config.docs_dir, config.site_dir, config.use_directory_urls)

    def _static(self, path: str, source: Stamp) -> Static:
        config = self.config
        file = Static(path, config.docs_dir, config.site_dir, config.use_directory_urls)
        file.source, file.target = source, self.target
        return file

    def _included(self, path: str) -> File:
        file = self._file(path)
        set_exclusions([file], self.config)
        return file

    def _demoted(self, files: Collection[File]) -> Iterator[File]:
        """Pages of whose address somebody else has a file as well."""
        rivals = {*(file.dest_uri for file in files), *self.still}
        rivals |= {*self.config.theme.static_templates, *self.config.extra_templates}
        for rival in rivals:
            path = f"{rival.removesuffix('/index.html')}.md"
            if path in self.many and rival.endswith("/index.html"):
                del self.many[path]
                yield self._included(path)

    # What MkDocs asks for ------------------------------------------------------------------------

    def get_file_from_path(self, path: str) -> File | None:
        """The file at a path; one of the many is made for those who ask."""
        found = super().get_file_from_path(path)
        path = posixpath.normpath(path)
        if found is None and (path in self.many or path in self.still):
            found = self._asked.get(path)
            if found is None:
                found = self._asked[path] = _Asked(self, path)
                set_exclusions([found], self.config)
        return found

    def __contains__(self, path: str) -> bool:
        return self.get_file_from_path(path) is not None

    def documentation_pages(
        self, *, inclusion: Callable[[InclusionLevel], bool] = InclusionLevel.is_included
    ) -> Sequence[File]:
        """The pages that MkDocs is to read and to build, in order."""
        if not self.is_settled:
            return super().documentation_pages(inclusion=inclusion)
        found = {file.src_uri: file for file in self if file.is_documentation_page()}
        ordered = [found.pop(path) for path in self.order if path in found]
        return [file for file in (*ordered, *found.values()) if inclusion(file.inclusion)]

    def settle(self, nav: Any) -> None:
        """The navigation is made: the many that it names are pages as others are."""
        self.is_settled = True
        for page in nav.pages:
            if page.file.src_uri in self.many:
                del self.many[page.file.src_uri]
                self.append(page.file)

    def static(self) -> list[Static]:
        """The files that go to the site as they are."""
        return [file for file in self if isinstance(file, Static) and _is_included(file)]

    def copy_all(self) -> None:
        """Has MkDocs see to all static files: settings say which of them are of the site."""
        files = [self._static(path, found) for path, found in self.still.items()]
        set_exclusions(files, self.config)
        self.still.clear()
        for file in files:
            self._asked.pop(file.src_uri, None)
            self.append(file)

    def promote(self, path: str) -> File:
        """Leaves one of the many to MkDocs."""
        del self.many[path]
        file = self._asked.pop(path, None) or self._included(path)
        if not isinstance(file.page, Page):
            Page(None, file, self.config)
        self.append(file)
        return file

    def pages(self, front_of: Callable[[str], str]) -> Pages:
        """All pages in order, for templates; `front_of` gives the kept front of one of the many."""
        files = {file.src_uri: file for file in self.documentation_pages()}
        known = {path: files.get(path) for path in self.order}
        known |= files
        paths = [path for path, file in known.items() if file or path in self.many]
        return Pages(paths, files, self, front_of)

    # One of the many as MkDocs has it ---------------------------------------------------------

    def whole_page(self, path: str) -> Page:
        """One of the many, read by MkDocs itself."""
        page = Page(None, self._file(path), self.config)
        page.read_source(self.config)
        page.render(self.config, self)
        return page

    def anchors(self, path: str) -> Collection[str]:
        """The anchors of one of the many."""
        found = read_page(f"{self.config.docs_dir}/{path}")
        return found[2].anchors if found else self.whole_page(path).present_anchor_ids or ()

    def canonical(self, url: str) -> str | None:
        """The full address of one of the many."""
        base = self.config.site_url
        return urljoin(base if base.endswith("/") else f"{base}/", url) if base else None

    @staticmethod
    def build_date() -> str:
        """The day of the build, as every page has it."""
        return str(get_build_date())


class Static(File):
    """A file of docs/ that goes to the site as it is; `mark` is how it looks there."""

    source: Stamp
    target: str
    mark: Mark | None = None

    def copy_file(self, dirty: bool = False) -> None:
        """Puts the file where it is to stay, unless somebody has changed it on the way."""
        self.mark = self.mark or (None if dirty else self.copied())
        if self.mark is None:
            super().copy_file(dirty)

    def copied(self) -> Mark | None:
        """Puts the file where it is to stay; nothing where that is for MkDocs to do."""
        here, stage = self.abs_src_path, f"{self.dest_dir}/{self.dest_uri}"
        if not here or not os.path.isfile(here) or os.path.lexists(stage):
            return None
        return mark(unseen.copy(here, f"{self.target}/{self.dest_uri}"))


class _Asked(File):
    """One of the many that is linked to: for those who check anchors, it has a page."""

    def __init__(self, shelf: Shelf, path: str) -> None:
        config = shelf.config
        self._page: Any = None
        self._shelf = shelf
        super().__init__(path, config.docs_dir, config.site_dir, config.use_directory_urls)

    @property
    def page(self) -> Any:
        """The page; but the navigation is to make one of its own."""
        if self._page is None and self._shelf.is_settled and self.src_uri in self._shelf.many:
            self._page = _Anchored(self._shelf.anchors(self.src_uri))
        return self._page

    @page.setter
    def page(self, page: Any) -> None:
        self._page = page


class _Anchored(NamedTuple):
    present_anchor_ids: Collection[str]


# Which pages are hidden --------------------------------------------------------------------------

_NOBODY = "nobody-s-page.md"
# A path or name without any sign that stands for others; or names that begin with a point.
_LITERAL = re.compile(r"/?[\w.-]+(?:/[\w.-]+)*/?|\.\*").fullmatch


def _named(config: Any) -> set[str] | None:
    """The last names in the patterns of all that is hidden or left out, when these are literal.

    Pages of other names share the lot of their folder, which then is asked once for all of them.
    """
    specs = (config.exclude_docs, config.draft_docs, config.not_in_nav)
    patterns = [pattern for spec in specs if spec for pattern in spec.patterns]
    texts = [str(getattr(p, "pattern", "*")) for p in patterns if p.include is not None]
    if not all(map(_LITERAL, texts)):
        return None
    return {text.rstrip("/").rpartition("/")[2] for text in texts}


# As MkDocs walks ----------------------------------------------------------------------------


class _Folder(NamedTuple):
    path: str
    uri: str


def _folders(docs: str) -> Iterator[tuple[_Folder, list[str]]]:
    for path, folders, names in os.walk(docs, followlinks=True):
        folders.sort()
        names.sort(key=lambda name: (os.path.splitext(name)[0] not in _INDEXES, name))
        uri = os.path.relpath(path, docs).replace(os.sep, "/")
        yield _Folder(path, "" if uri == "." else f"{uri}/"), names


def _is_included(file: File) -> bool:
    included: bool = cast("Any", file.inclusion).is_included()
    return included


def _is_odd(name: str) -> bool:
    """Whether a file is a page by another ending than ours, or the index of its folder."""
    stem, ending = os.path.splitext(name)
    return is_markdown_file(name) and (ending != ".md" or stem in _INDEXES)


def _stat(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except OSError:  # a link to nowhere: MkDocs tells
        return os.lstat(path)


def _without_rivals(files: list[File]) -> list[File]:
    """The files of a folder; of two with one address MkDocs drops one, and warns."""
    there: dict[str, File] = {}
    kept = files
    rivals = [(there[f.dest_uri], f) for f in files if there.setdefault(f.dest_uri, f) is not f]
    for first, second in rivals:
        if _is_included(first) and _is_included(second):
            log.warning(
                f"Excluding '{first.src_uri}' from the site because it conflicts with "
                f"'{second.src_uri}'."
            )
        dropped = first if _is_included(second) else second
        kept = [file for file in kept if file is not dropped]
    return kept
