"""Text files of the site: UTF-8, and JSON and XML that can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from papershelf.check.built import Built
from papershelf.check.feeds import read_xml
from papershelf.check.problems import short, wrong
from papershelf.check.summary import Summaries
from papershelf.model import Problem

_TEXT = (".html", ".htm", ".css", ".js", ".json", ".xml", ".txt", ".md", ".svg", ".webmanifest")
_JSON = (".json", ".webmanifest", ".geojson")
_XML = (".xml", ".svg", ".rss", ".atom")


def check_text(built: Built, pages: Summaries) -> Iterator[Problem]:
    """Every text of the site is UTF-8; JSON (RFC 8259) and XML are well formed."""
    for path in built.files:
        if not path.lower().endswith((*_TEXT, *_JSON, *_XML)):
            continue
        content = built.read(path)
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            message = f"no UTF-8: byte {content[error.start]:#04x}"
            yield wrong("not-unicode", message, path, line)
            continue
        if path.lower().endswith(_JSON):
            yield from _json(path, content)
        elif path.lower().endswith(_XML) and path != "sitemap.xml":
            yield from _xml(path, content)


def _json(path: str, content: bytes) -> Iterator[Problem]:
    try:
        json.loads(content, parse_constant=_refuse, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        yield wrong("broken-json", error.msg.lower(), path, error.lineno)
    except (ValueError, RecursionError) as error:
        yield wrong("broken-json", str(error)[:120], path)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON (RFC 8259)")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{short(next(n for n in names if names.count(n) > 1))} stands twice")
    return found


def _xml(path: str, content: bytes) -> Iterator[Problem]:
    try:
        read_xml(content)
    except ValueError as error:
        yield wrong("broken-xml", str(error)[:160], path)
