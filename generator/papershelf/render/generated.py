"""Pages of the shape that we write, read without YAML and without Markdown.

The front matter of such a page is JSON, a key a line, and its body is one block of HTML, which
Markdown hands through as it is. The shape is checked to the letter, whoever wrote the page:
what differs in anything is for MkDocs to read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import Any, NamedTuple

from papershelf.render import unseen

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
    """A body, as it stands in its file too, and the ids that one can link to.

    `has_sections` says that it has more than one entry in the search index.
    """

    html: str
    data: bytes
    anchors: frozenset[str]
    has_sections: bool

    @property
    def text(self) -> str | None:
        """The text as the search index holds it; nothing where Material has a way of its own."""
        return None if self.has_sections else _text(self.data)


def read_page(path: str) -> tuple[dict[str, Any], str, Body] | None:
    """Front matter, text and body of a page; nothing when it is not of our shape."""
    front = read_front(unseen.get(path))
    body = read_body(front[1]) if front else None
    if not front or not body or "template" in front[0]:
        return None
    return front[0], body.html + "\n" * (len(front[1]) - len(body.data)), body


# Front matter ---------------------------------------------------------------------------------

_KEY = re.compile(r"(  )?(?!(?:y|n|yes|no|on|off|true|false|null)\Z)([a-z][a-z_]{0,60})")
# What YAML reads in another way than JSON, or not at all.
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LONG = 1000  # characters, of a key that YAML would not take for one any more
_CONTROLS = bytes(code for code in range(32) if code != 10)

_dumps = json.JSONEncoder(ensure_ascii=False).encode


def _number(text: str) -> float:
    """A number with a point; YAML has its own ideas of the others."""
    if not re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
        raise ValueError(text)
    return float(text)


_decoder: Any = json.JSONDecoder(parse_float=_number, parse_constant=_number)
_scan = _decoder.scan_once


def read_front(source: bytes) -> tuple[dict[str, Any], bytes] | None:
    """The front matter and the rest of a page; nothing when it is not of our shape."""
    end = source.find(b"\n---\n<div", 3)
    front = source[4:end]
    if end < 0 or not source.startswith(b"---\n") or _holds(front, _CONTROLS + b"\x7f"):
        return None
    try:
        text = front.decode()
        if not text.isascii() and _ODD.search(text.replace("\n", "")):
            return None
        return _mapping(text.split("\n")), source[end + 5 :]
    except (ValueError, RecursionError):
        return None


def _holds(content: bytes, signs: bytes) -> bool:
    return len(content.translate(None, signs)) != len(content)


def _mapping(lines: list[str]) -> dict[str, Any]:
    """The values of a mapping, and of the mappings in it.

    Raises:
        ValueError: it is not written as we write it.
    """
    meta: dict[str, Any] = {}
    inner: dict[str, Any] | None = None
    seen: list[tuple[Any, str]] = []
    for line in lines:
        head, _, text = line.partition(": ")
        indent, name = _KEYS[head if text else head[:-1]]
        target = inner if indent else meta
        if target is None or name in target:
            raise ValueError(line)
        if text:
            target[name] = _value(text, seen)
            inner = inner if indent else None
        elif indent or line != f"{name}:":
            raise ValueError(line)
        else:  # the values of a mapping follow
            inner = target[name] = {}
    _check_spelling(seen)
    if {} in meta.values():
        raise ValueError(lines)
    return meta


class _Keys(dict[str, tuple[str | None, str]]):
    """What stands before a value: its indent, and the name of a key."""

    def __missing__(self, head: str) -> tuple[str | None, str]:
        key = _KEY.fullmatch(head)
        if not key:
            raise ValueError(head)
        found = key[1], key[2]
        if len(self) < _MOST_NAMES:
            self[head] = found
        return found


_KEYS = _Keys()


def _value(text: str, seen: list[tuple[Any, str]]) -> Any:
    """A value in JSON; one that could be spelled in more than one way is noted.

    Raises:
        ValueError: it is no such value.
    """
    if text[0] == '"' and "\\" not in text and text.find('"', 1) == len(text) - 1 > 0:
        return text[1:-1]
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        raise ValueError(text) from None
    if end != len(text) or (len(text) > _LONG and _has_long_key(value)):
        raise ValueError(text)
    if isinstance(value, str | list | dict):  # each of which tells where it ends
        seen.append((value, text))
    elif _dumps(value) != text:
        raise ValueError(text)
    return value


def _check_spelling(seen: list[tuple[Any, str]]) -> None:
    """Raises ValueError unless all values are written as we write them."""
    text, again = ", ".join([text for _, text in seen]), _dumps([value for value, _ in seen])[1:-1]
    if again != text and _ODD.sub(lambda sign: f"\\u{ord(sign[0]):04x}", again) != text:
        raise ValueError(text)


def _has_long_key(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(len(key) > _LONG // 2 or _has_long_key(value[key]) for key in value)
    return isinstance(value, list) and any(map(_has_long_key, value))


# Body -----------------------------------------------------------------------------------------

# Parsers make small letters of all names: of those with capitals, none may be an id.
_NAMES = "viewBox|preserveAspectRatio|[a-z][a-z-]*+"
_ATTRIBUTES = rf'(?: (?:{_NAMES})(?:="[^"<>]*+")?+)*+'
_TAGS = re.compile(rf"<(/[a-z][a-z0-9]*+(?=>)|[a-z][a-z0-9]*+){_ATTRIBUTES}>".encode())
_ATTRIBUTE = re.compile(rf' ({_NAMES})(?:="([^"<>]*)")?')
_NO_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|nbsp|#[0-9]{1,6}|#x[0-9a-f]{1,5});)")
# Blank lines, and signs that Markdown or an extension of it acts on even in HTML; a single sign,
# for which to look takes a tenth of the time, comes first.
_BLANK = re.compile(rb"\n *\n")
_ACTIVE = ((b"`", b"```"), (b"~", b"~~~"), (b"linenodiv", b""))
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
# What HTML parsers read by other rules.
_STRANGE = frozenset(
    b"iframe listing noembed noframes noscript object plaintext script select style "
    b"template textarea title xmp".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def read_body(source: bytes) -> Body | None:
    """The body of a page; nothing when it is not of our shape.

    What can be told by one look over the whole is not looked for tag by tag.
    """
    html = source.rstrip(b"\n")
    if not html.startswith((b"<div>", b"<div ")) or not html.endswith(b"</div>"):
        return None
    names, signs = _TAGS.findall(html), len(html) - len(html.translate(None, _CONTROLS + b"<>"))
    if signs != 2 * len(names) or not _STRANGE.isdisjoint(names) or not _is_one_element(names):
        return None
    if _NO_ENTITY.search(html) or _is_active(html):
        return None
    return _body(html)


def _body(html: bytes) -> Body | None:
    try:
        marked = [_tag(text) for text in _tags_with(html, _NAMED)]
        anchors = frozenset(anchor for tag in marked for anchor in tag.anchors)
        return Body(html.decode(), html, anchors, any(tag.is_section for tag in marked))
    except UnicodeDecodeError:
        return None


def _is_active(html: bytes) -> bool:
    """Whether there is a blank line, a sign of Markdown, or an element that asks for it."""
    if _BLANK.search(html) or any(first in html and sign in html for first, sign in _ACTIVE):
        return True
    return b" markdown" in html and any(_tags_with(html, _ASKING))


def _is_one_element(names: list[bytes]) -> bool:
    """Whether the tags are in order, and nothing stands beside the outermost."""
    is_open: list[bytes] = []
    for place, name in enumerate(names, 1):
        if closing := _CLOSING[name]:
            is_open.append(closing)
        elif closing is None and not (
            is_open and is_open.pop() == name and (is_open or place == len(names))
        ):
            return False
    return not is_open


class _Closing(dict[bytes, bytes | None]):
    """What a tag is closed by: nothing for what closes itself, `None` for a tag that closes."""

    def __missing__(self, name: bytes) -> bytes | None:
        found = None if name.startswith(b"/") else b"" if name in _VOID else b"/" + name
        if len(self) < _MOST_NAMES:
            self[name] = found
        return found


_MOST_NAMES = 1000  # of which 40 are in use
_CLOSING = _Closing()


# An element that asks for Markdown to be read within.
_ASKING = re.compile(b" markdown")
# Ids, by which one links to a part of a page.
_NAMED = re.compile(rb" (?:id|name)[ =>]")


def _tags_with(html: bytes, sign: re.Pattern[bytes]) -> Iterator[bytes]:
    """The insides of all tags that a sign stands in, if only in a value."""
    end = 0
    while found := sign.search(html, end):
        start = html.rindex(b"<", 0, found.start()) + 1
        end = html.index(b">", start)
        if end > found.start():
            yield html[start:end]
        end = max(end, found.end() - 1)


class _Tag(NamedTuple):
    """What matters of a tag: whether it is a heading with an id, is hidden, the ids in it."""

    is_section: bool
    is_hidden: bool
    anchors: tuple[str, ...]


@lru_cache(maxsize=8192)
def _tag(source: bytes) -> _Tag:
    """A tag by what stands between `<` and `>`."""
    name, _, rest = source.decode().partition(" ")
    values = _ATTRIBUTE.findall(f" {rest}")
    names = {attribute for attribute, _ in values}
    ids = [v for key, v in values if key == "id" or (key == "name" and name == "a")]
    is_section = name in _HEADINGS and "id" in names
    is_hidden = "data-search-exclude" in names and name.encode() not in _VOID
    return _Tag(is_section, is_hidden, tuple(map(unescape, ids)))


# The text for the search index -----------------------------------------------------------------

_INDEXED = frozenset({"p", "code", "pre", "li", "ol", "ul", "sub", "sup"})
_CLOSED = frozenset(f"/{name}" for name in _INDEXED)
_HIDDEN = b" data-search-exclude"


def _text(html: bytes) -> str | None:
    """The text of a body, tags and all, as from the parser of Material's search plugin.

    Nothing where that has a way of its own.
    """
    shown = _shown(html)
    return None if shown is None else _Text().of(shown.decode().split("<"))


def _shown(html: bytes) -> bytes | None:
    """A body, with `<!>` for every element that is hidden from the search.

    Nothing when such an element holds one of its own name: for Material it ends with that.
    """
    parts, end, at = [], 0, html.find(_HIDDEN)
    while at >= 0:
        start = html.rindex(b"<", 0, at)
        inside = html[start + 1 : html.index(b">", start)]
        if start + len(inside) >= at and _tag(inside).is_hidden:
            name = inside.partition(b" ")[0]
            stop = html.index(b"</%s>" % name, start)
            if _opening(name).search(html, start + 1, stop):
                return None
            if start >= end:
                parts += [html[end:start], b"<!>"]
                end = stop + len(name) + 3
        at = html.find(_HIDDEN, at + len(_HIDDEN))
    return b"".join([*parts, html[end:]])


@lru_cache(maxsize=256)
def _opening(name: bytes) -> re.Pattern[bytes]:
    return re.compile(b"<%s[ >]" % name)


class _Text:
    """The text of elements, taken down tag by tag."""

    def __init__(self) -> None:
        self.pre = 0
        self.text: list[str] = []

    def of(self, pieces: list[str]) -> str:
        """Of a body that was split before each tag."""
        text = self.text
        for piece in pieces[1:]:
            inner, _, said = piece.partition(">")
            name = inner.partition(" ")[0]
            if name in _INDEXED:
                text.append(f"<{name}>")
                self.pre += name == "pre"
            elif name in _CLOSED:
                self._close(name[1:])
            if said:
                if "&" in said:
                    said = escape(unescape(said), quote=False)
                if not said.isspace():
                    text.append(said if self.pre else said.replace("\n", " "))
                elif self.pre or not text or not text[-1].isspace():
                    text.append(said if self.pre else " ")
        return "".join(text)

    def _close(self, tag: str) -> None:
        """Material looks for the first tag of the name, and drops what is empty from there."""
        self.pre -= tag == "pre"
        start = self.text.index(f"<{tag}>")
        if all(map(str.isspace, self.text[start + 1 :])):
            del self.text[start:]
        else:
            self.text.append(f"</{tag}>")
