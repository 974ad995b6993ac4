"""What a page says of itself: language, title, description, canonical address, one heading."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papershelf.check.page import Page
from papershelf.check.problems import doubtful, short
from papershelf.model import Problem

_LANGUAGE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", re.IGNORECASE)


def check_head(page: Page) -> Iterator[Problem]:
    """The page has what a browser, a reader and a search engine need to name it."""
    if not page.html.lstrip()[:9].lower().startswith("<!doctype"):
        message = "no <!doctype html>: browsers lay it out as in 1998"
        yield doubtful("page-doctype", message, page.path, 1)
    yield from _language(page)
    yield from _title(page)
    yield from _viewport(page)
    if page.refresh or page.path == "404.html":
        return
    if not any(meta.get("content").strip() for meta in page.metas("description")):
        yield doubtful("page-description", "no description", page.path)
    yield from _canonical(page)
    yield from _heading(page)


def _language(page: Page) -> Iterator[Problem]:
    for element in page.all("html"):
        language = element.get("lang")
        if not _LANGUAGE.fullmatch(language):
            said = f"{short(language)} is no language" if language else "no language: <html lang>"
            yield doubtful("page-language", said, page.path, element.line)


def _title(page: Page) -> Iterator[Problem]:
    titles = [element for element in page.all("title") if not element.drawn]
    if not any(title.text.strip() for title in titles):
        yield doubtful("page-title", "no title", page.path)
    elif len(titles) > 1:
        yield doubtful("page-title", f"{len(titles)} titles", page.path, titles[1].line)


def _viewport(page: Page) -> Iterator[Problem]:
    said = [meta.get("content").replace(" ", "").lower() for meta in page.metas("viewport")]
    if not said:
        yield doubtful("page-viewport", "no viewport: phones show it tiny", page.path)
    elif re.search(r"user-scalable=(no|0)|maximum-scale=1(\.0*)?(,|$)", said[0]):
        yield doubtful("page-viewport", "the viewport forbids to zoom in", page.path)


def _canonical(page: Page) -> Iterator[Problem]:
    link = page.link("canonical")
    if link is None:
        if page.built.address and page.indexable:
            yield doubtful("page-canonical", "no canonical address", page.path)
        return
    try:
        target = page.built.target(link.get("href"), page.base)
    except ValueError:
        return  # `links` reports it
    path = page.built.answer(target.path) if target.path is not None else None
    if page.built.address and (path is None or path != page.path):
        hint = f"it stands at {page.built.url(page.path)}"
        message = f"the canonical address is another page's: {short(link.get('href'))}"
        yield doubtful("page-canonical", message, page.path, link.line, hint)


def _heading(page: Page) -> Iterator[Problem]:
    headings = list(page.all("h1"))
    if len(headings) != 1:
        line = headings[1].line if headings else 0
        message = f"{len(headings)} headings of the first rank; one is right"
        yield doubtful("page-heading", message, page.path, line)
