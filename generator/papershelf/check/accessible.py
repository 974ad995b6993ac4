"""What people with a screen reader or a keyboard need; contrast is left to a browser's tools."""

from __future__ import annotations

from collections.abc import Iterator

from papershelf.check.page import Element, Page
from papershelf.check.problems import doubtful, short
from papershelf.model import Problem

_NO_LABEL = {"hidden", "submit", "reset", "button", "image"}
_WORDS_FOR_VALUE = {"submit", "reset"}


def check_access(page: Page) -> Iterator[Problem]:
    """Pictures, links, buttons, forms, frames and tables have names; headings skip no rank."""
    yield from _pictures(page)
    yield from _controls(page)
    yield from _fields(page)
    yield from _headings(page)
    yield from _tables(page)


def _pictures(page: Page) -> Iterator[Problem]:
    for image in page.all("img"):
        if "alt" not in image.attrs and not _hidden(image) and not _named(image):
            hint = 'alt="" where the picture says nothing'
            message = f"a picture without alt: {short(image.get('src'))}"
            yield doubtful("image-alt", message, page.path, image.line, hint)
    for frame in page.all("iframe", "frame"):
        if not _named(frame) and not _hidden(frame):
            yield doubtful("frame-title", "a frame without title", page.path, frame.line)


def _controls(page: Page) -> Iterator[Problem]:
    for link in page.all("a"):
        if "href" in link.attrs and not _says(link) and not _hidden(link):
            message = f"a link without words: {short(link.get('href'))}"
            yield doubtful("link-name", message, page.path, link.line)
    for button in page.all("button"):
        if not _says(button) and not _hidden(button):
            yield doubtful("button-name", "a button without words", page.path, button.line)


def _fields(page: Page) -> Iterator[Problem]:
    labelled = {label.get("for") for label in page.all("label")}
    for field in page.all("input", "select", "textarea"):
        kind = field.get("type").lower() if field.tag == "input" else ""
        if kind in _NO_LABEL:
            if kind in {"button", "image"} and not (_named(field) or field.get("value")):
                yield doubtful("button-name", "a button without words", page.path, field.line)
        elif not (_named(field) or field.get("id") in labelled or _aside(field)):
            message = f"a field without label: {short(field.get('name') or field.get('id'))}"
            yield doubtful("form-label", message, page.path, field.line)


def _headings(page: Page) -> Iterator[Problem]:
    last = 0
    for element in page.elements:
        if element.tag in _RANKS and not _hidden(element):
            rank = _RANKS[element.tag]
            if last and rank > last + 1:
                message = f"from h{last} to h{rank}: {short(element.text)}"
                yield doubtful("heading-order", message, page.path, element.line)
            last = rank


_RANKS = {f"h{rank}": rank for rank in range(1, 7)}


def _tables(page: Page) -> Iterator[Problem]:
    for table in page.all("table"):
        laid_out = table.get("role") in {"presentation", "none"} or _in_code(table)
        if not laid_out and table.node.find("th") is None:
            yield doubtful("table-header", "a table without th", page.path, table.line)


def _in_code(table: Element) -> bool:
    """Pygments lays lines of code out in a table with their numbers."""
    return "highlight" in table.get("class")


def _named(element: Element) -> bool:
    return any(
        element.get(name).strip() for name in ("aria-label", "aria-labelledby", "title", "alt")
    )


def _says(element: Element) -> bool:
    """Whether a link or button has a name: its own, its words, or those of a picture in it."""
    if _named(element) or element.text.strip():
        return True
    pictures = element.node.find_all(["img", "svg", "input"])
    return any(
        str(picture.attrs.get(name) or "").strip() or picture.find("title")
        for picture in pictures
        for name in ("alt", "aria-label", "aria-labelledby", "title")
    )


def _hidden(element: Element) -> bool:
    """Whether no screen reader meets it; what style sheets hide cannot be told here."""
    gone = "hidden" in element.attrs or element.get("aria-hidden").lower() == "true"
    return gone or element.node.closest("[hidden], [aria-hidden=true], template") is not None


def _aside(field: Element) -> bool:
    """Whether a field needs no label beside it: it stands in one, or nobody meets it."""
    # Material's style sheet hides its switches; some pages have no label that works them.
    switch = "md-toggle" in field.get("class").split()
    return switch or _hidden(field) or field.node.closest("label") is not None
