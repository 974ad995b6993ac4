"""Pages of the shape that we write, read without YAML and without Markdown.

The front matter of such a page is JSON, a key a line, and its body is one block of HTML, which
Markdown hands through as it is. The shape is checked to the letter, whoever wrote the page:
what differs in anything is for MkDocs to read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import Any, NamedTuple

# Extensions of Markdown that leave a block of HTML alone which is of our shape. Others, such
# as snippets or those of the user's own, may look at the text before it is parsed.
_HARMLESS = frozenset(
    """
    abbr admonition attr_list codehilite def_list extra fenced_code footnotes md_in_html meta
    nl2br sane_lists smarty tables toc pymdownx.betterem pymdownx.caret pymdownx.details
    pymdownx.highlight pymdownx.inlinehilite pymdownx.keys pymdownx.mark pymdownx.superfences
    pymdownx.tabbed pymdownx.tasklist pymdownx.tilde
    """.split()
)


def is_harmless(extensions: Collection[str]) -> bool:
    """Whether no extension of Markdown looks into pages of our shape."""
    return {str(name).removeprefix("markdown.extensions.") for name in extensions} <= _HARMLESS


@dataclass(frozen=True, slots=True)
class Body:
    """A body, the ids that one can link to, and its text as the search index holds it.

    `text` is nothing when the body has sections of its own in the index.
    """

    html: str
    anchors: frozenset[str]
    text: tuple[str, ...] | None


# Front matter ---------------------------------------------------------------------------------

_FRONT = re.compile(r"---\n((?:[^\n-][^\n]*\n)+)---\n(?=<div)")
_KEY = re.compile(r"(  )?(?!(?:y|n|yes|no|on|off|true|false|null):)([a-z][a-z_]{0,60}):(?: |$)")
# What YAML reads in another way than JSON, or not at all.
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LONG = 1000  # characters, of a key that YAML would not take for one any more

_dumps = json.JSONEncoder(ensure_ascii=False).encode


def _number(text: str) -> float:
    """A number with a point; YAML has its own ideas of the others."""
    if not re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
        raise ValueError(text)
    return float(text)


_loads = json.JSONDecoder(parse_float=_number, parse_constant=_number).decode


def read_front(source: str) -> tuple[dict[str, Any], str] | None:
    """The front matter and the rest of a page; nothing when it is not of our shape."""
    found = _FRONT.match(source)
    if not found:
        return None
    lines = found[1][:-1].split("\n")
    meta = None if any(map(_ODD.search, lines)) else _mapping(lines)
    return None if meta is None else (meta, source[found.end() :])


def _mapping(lines: list[str]) -> dict[str, Any] | None:
    meta: dict[str, Any] = {}
    inner: dict[str, Any] | None = None
    for line in lines:
        key = _KEY.match(line)
        if not key:
            return None
        if key.end() == len(line):  # the values of a mapping follow
            if key[1] or key[2] in meta or line.endswith(" "):
                return None
            inner = meta[key[2]] = {}
            continue
        target = inner if key[1] else meta
        if target is None or key[2] in target:
            return None
        try:
            target[key[2]] = _value(line[key.end() :])
        except (ValueError, RecursionError):
            return None
        inner = inner if key[1] else None
    return None if {} in meta.values() else meta


def _value(text: str) -> Any:
    """A value in JSON, written as we write it.

    Raises:
        ValueError: it is no such value.
    """
    value = _loads(text)
    again = _dumps(value)
    if again != text and _ODD.sub(lambda sign: f"\\u{ord(sign[0]):04x}", again) != text:
        raise ValueError(text)
    if len(text) > _LONG and _has_long_key(value):
        raise ValueError(text)
    return value


def _has_long_key(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(len(key) > _LONG // 2 or _has_long_key(value[key]) for key in value)
    return isinstance(value, list) and any(map(_has_long_key, value))


# Body -----------------------------------------------------------------------------------------

_TAG = re.compile(r'(/?)([a-z][a-z0-9]*)((?: [a-z][a-z-]*(?:="[^"<>]*")?)*)')
_ATTRIBUTE = re.compile(r' ([a-z][a-z-]*)(?:="([^"<>]*)")?')
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#[0-9]{1,6}|#x[0-9a-f]{1,5});")
# Signs that Markdown or an extension of it acts on even in HTML, and blank lines.
_CONTROL = re.compile(r"[\t\r\x00-\x08\x0b-\x1f]")
_ACTIVE = ("```", "~~~", "\n\n", "markdown", "linenodiv")
_BLANK = re.compile(r"\n +\n")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# What HTML parsers read by other rules.
_STRANGE = frozenset(
    "iframe listing noembed noframes noscript object plaintext script select style svg "
    "template textarea title xmp".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INDEXED = frozenset({"p", "code", "pre", "li", "ol", "ul", "sub", "sup"})


def read_body(source: str) -> Body | None:
    """The body of a page; nothing when it is not of our shape.

    The text for the index comes out as from the parser of Material's search plugin, tag by
    tag, at a tenth of the time.
    """
    html = source.rstrip("\n")
    if not html.startswith(("<div>", "<div ")) or _is_active(html):
        return None
    pieces = html.split("<")
    if html.count(">") != len(pieces) - 1 or html.count("&") != len(_ENTITY.findall(html)):
        return None
    walk = _Walk()
    return Body(html, *walk.result()) if walk.goes(pieces) else None


def _is_active(html: str) -> bool:
    if any(map(html.__contains__, _ACTIVE)) or _BLANK.search(html):
        return True
    # To look for each sign takes ten times as long as to ask whether there is any odd one.
    return not html.replace("\n", "").isprintable() and bool(_CONTROL.search(html))


class _Tag(NamedTuple):
    """What matters of a tag: its name, the ids in it, whether it is a heading with an id."""

    name: str
    is_end: bool
    is_void: bool
    is_indexed: bool
    is_section: bool
    is_hidden: bool
    anchors: tuple[str, ...]


@lru_cache(maxsize=8192)
def _tag(text: str) -> _Tag | None:
    """A tag by what stands between `<` and `>`; nothing when it is none of ours."""
    found = _TAG.fullmatch(text)
    if not found or found[2] in _STRANGE or (found[1] and found[3]):
        return None
    name, values = found[2], _ATTRIBUTE.findall(found[3])
    names = {attribute for attribute, _ in values}
    ids = [v for key, v in values if key == "id" or (key == "name" and name == "a")]
    is_section = name in _HEADINGS and "id" in names
    is_hidden = "data-search-exclude" in names
    kinds = name in _VOID, name in _INDEXED, is_section, is_hidden
    return _Tag(name, bool(found[1]), *kinds, tuple(map(unescape, ids)))


class _Walk:
    """Goes through the tags and texts of a body, from the first `<div>` to its end."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.hidden: set[str] = set()
        self.anchors: set[str] = set()
        self.text: list[str] = []
        self.is_whole = True

    def result(self) -> tuple[frozenset[str], tuple[str, ...] | None]:
        """The ids and the text."""
        return frozenset(self.anchors), tuple(self.text) if self.is_whole else None

    def goes(self, pieces: list[str]) -> bool:
        """Whether the tags are in order; then all of them have been seen."""
        names, last = self.open, pieces.pop()
        for piece in pieces[1:]:
            inner, _, text = piece.partition(">")
            tag = _tag(inner)
            if tag is None:
                return False
            if not tag.is_end:
                self._start(tag)
            elif not names or names.pop() != tag.name:
                return False
            elif tag.is_indexed or tag.name in self.hidden:
                self._close(tag.name)
            if not names:  # nothing may stand beside the outermost
                return False
            if text and not self.hidden:
                self._add(text)
        return last == "/div>" and names == ["div"]

    def _start(self, tag: _Tag) -> None:
        if tag.anchors:
            self.anchors.update(tag.anchors)
        if tag.is_void:
            return
        self.open.append(tag.name)
        # A hidden element that holds one of its own name ends, for Material, with the inner one.
        if tag.is_section or tag.name in self.hidden:
            self.is_whole = False
        if tag.is_hidden:
            self.hidden.add(tag.name)
        elif tag.is_indexed and not self.hidden:
            self.text.append(f"<{tag.name}>")

    def _close(self, tag: str) -> None:
        """Material looks for the first tag of the name, and drops what is empty from there."""
        if tag in self.hidden:
            self.hidden.remove(tag)
            return
        if self.hidden or not self.is_whole:
            return  # nobody asks for the text any more
        start = self.text.index(f"<{tag}>")
        if all(map(str.isspace, self.text[start + 1 :])):
            del self.text[start:]
        else:
            self.text.append(f"</{tag}>")

    def _add(self, text: str) -> None:
        if "&" in text:
            text = unescape(text)
        is_code = "pre" in self.open
        if not is_code:
            text = " " if text.isspace() else text.replace("\n", " ")
        if not text.isspace():
            self.text.append(escape(text, quote=False))
        elif is_code or not self.text or not self.text[-1].isspace():
            self.text.append(text)
