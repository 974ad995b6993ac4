"""Text that runs: scripts in pages, event handlers, URLs that are code, frames, foreign bases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from papershelf.check.built import scheme
from papershelf.check.page import Element, Page, refresh_url, scripted
from papershelf.check.policy import is_code, parsed, runs_inline, stated
from papershelf.check.problems import doubtful, short, wrong
from papershelf.model import Problem

_RUNNING = {"javascript", "vbscript", "livescript", "mocha"}
_LOCAL = {"data", "file", "blob", "filesystem", "view-source", "jar"}
_ADDRESSES = (
    *("href", "src", "action", "formaction", "data", "poster", "background", "xlink:href"),
    *("ping", "cite", "manifest", "codebase", "longdesc", "dynsrc", "lowsrc"),
)
# SVG animates attributes: `to` and its kin may become an href.
_ANIMATED = {"animate", "set", "animatetransform", "animatemotion"}
_HANDLER = re.compile(r"on[a-z]{3,}")  # the shortest is oncut
_CHANGED = {"to", "from", "by", "values"}
_FRAMED = {"srcdoc"}
_EMBEDDED = {"object", "embed", "applet", "iframe", "frame", "portal", "fencedframe"}
_PICTURES = {"img", "image", "source", "input", "link", "feimage", "use", "video", "audio", "track"}


def check_code(page: Page) -> Iterator[Problem]:
    """Nothing on the page runs but scripts from files, and what its policy names."""
    policy = stated(page)
    for view in (page, *scripted(page)):  # what both show is one problem in the end
        yield from _attributes(view)
        for element in view.all("script", "meta", "base", "frameset", *_EMBEDDED):
            yield from _suspect(view, element, policy)


def _attributes(page: Page) -> Iterator[Problem]:
    for name in page.holders:
        handles = _HANDLER.fullmatch(name) is not None
        if not (handles or name in _ADDRESSES or name in _FRAMED or name in _CHANGED):
            continue
        for element in page.having(name):
            value = element.get(name)
            if handles and value.strip():
                message = f"{name} on <{element.tag}> runs {short(value)}"
                yield wrong("event-handler", message, page.path, element.line)
            elif name in _FRAMED:
                message = f"a page within the page: {short(value)}"
                yield wrong("embedded-page", message, page.path, element.line)
            elif _runs(element, name, value):
                message = f"{name} of <{element.tag}> is code: {short(value)}"
                yield wrong("script-url", message, page.path, element.line)


def _runs(element: Element, name: str, value: str) -> bool:
    if name in _CHANGED:
        parts = value.split(";") if element.tag in _ANIMATED else []
        return any(scheme(part) in _RUNNING | {"data"} for part in parts)
    if ":" not in value:
        return False
    named = scheme(value)
    if named == "data":  # a picture draws and does not run, SVG in an <img> neither
        return element.tag not in _PICTURES or not re.match(r"\s*data:(image|font|,)", value, re.I)
    return named in _RUNNING | _LOCAL


def _suspect(page: Page, element: Element, policy: str) -> Iterator[Problem]:
    if element.tag == "script":
        yield from _script(page, element, policy)
    elif element.tag == "frameset":
        # Our parser also loses the attributes of a second <html> in one, `onload` among them.
        yield wrong("embedded-page", "frames instead of a page", page.path, element.line)
    elif element.tag in _EMBEDDED:
        hint = "link to it instead; what it shows and runs is not the site's"
        message = f"<{element.tag}> shows another document"
        yield doubtful("embedded-page", message, page.path, element.line, hint)
    elif element.tag == "base":
        yield from _base(page, element)
    elif element.get("http-equiv").lower() == "refresh":
        named = scheme(refresh_url(element))
        if named and named not in {"http", "https"}:
            message = f"the refresh goes to {named}:"
            yield wrong("script-url", message, page.path, element.line)


def _script(page: Page, element: Element, policy: str) -> Iterator[Problem]:
    if not is_code(element) or "src" in element.attrs or not element.text.strip():
        return
    if element.drawn:
        yield wrong("inline-script", "a script in a drawing", page.path, element.line)
    elif not policy:
        message = f"a script in the page, and no policy names it: {short(element.text)}"
        yield doubtful("inline-script", message, page.path, element.line)
    elif not runs_inline(parsed(policy), element.text):
        message = f"a script in the page that the policy does not name: {short(element.text)}"
        yield wrong("inline-script", message, page.path, element.line)


def _base(page: Page, element: Element) -> Iterator[Problem]:
    try:
        target = page.built.target(element.get("href"), page.built.url(page.path))
    except ValueError:
        return
    if target.path is None:
        message = f"<base> sends every link to {short(element.get('href'))}"
        yield wrong("foreign-base", message, page.path, element.line)
