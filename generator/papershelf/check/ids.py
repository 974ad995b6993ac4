"""Ids: each stands once on its page."""

from __future__ import annotations

from collections.abc import Iterator

from papershelf.check.page import Element, Page
from papershelf.check.problems import short, wrong
from papershelf.model import Problem


def check_ids(page: Page) -> Iterator[Problem]:
    """No two elements of the page share an id; what is in a template does not count."""
    first: dict[str, int] = {}
    for element in page.having("id"):
        id = element.get("id")
        if id and id in first and not _in_template(element):
            message = f"the id {short(id)} stands on line {first[id]} already"
            yield wrong("duplicate-id", message, page.path, element.line)
        first.setdefault(id, element.line)


def _in_template(element: Element) -> bool:
    return element.node.closest("template") is not None
