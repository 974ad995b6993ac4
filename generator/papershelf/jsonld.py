"""JSON-LD as web pages hold it: a thing, a list of things, or a graph of them.

See https://www.w3.org/TR/json-ld11/#graph-objects and #typed-values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def things(data: object) -> Iterator[Mapping[str, Any]]:
    """Every thing of a document at the top or in its `@graph`; what is no object is left out."""
    for one in data if isinstance(data, list) else [data]:
        if isinstance(one, Mapping):
            yield one
            graph = one.get("@graph")
            for inner in graph if isinstance(graph, list) else ():
                if isinstance(inner, Mapping):
                    yield inner


def types(thing: Mapping[str, Any]) -> set[str]:
    """The types of a thing, which may be one name, several, or nonsense."""
    told = thing.get("@type")
    return {one for one in (told if isinstance(told, list) else [told]) if isinstance(one, str)}
