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

# Parsers make small letters of all names: of those with capitals, none may be an id.
_NAMES = "viewBox|preserveAspectRatio|[a-z][a-z-]*+"
_ATTRIBUTES = rf'(?: (?:{_NAMES})(?:="[^"<>]*+")?+)*+'
_TAGS = re.compile(rf"<(/[a-z][a-z0-9]*+(?=>)|[a-z][a-z0-9]*+){_ATTRIBUTES}>")
_ATTRIBUTE = re.compile(rf' ({_NAMES})(?:="([^"<>]*)")?')
_NO_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp|#[0-9]{1,6}|#x[0-9a-f]{1,5});)")
# Signs that Markdown or an extension of it acts on even in HTML, and blank lines.
_CONTROLS = "".join(map(chr, range(32))).replace("\n", "").encode()
_ACTIVE = ("```", "~~~", "\n\n", "linenodiv")
_BLANK = re.compile(r"\n +\n")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# What HTML parsers read by other rules.
_STRANGE = frozenset(
    "iframe listing noembed noframes noscript object plaintext script select style "
    "template textarea title xmp".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INDEXED = frozenset({"p", "code", "pre", "li", "ol", "ul", "sub", "sup"})


def read_body(source: str) -> Body | None:
    """The body of a page; nothing when it is not of our shape.

    The text for the index comes out as from the parser of Material's search plugin. What can be
    told by one search over the whole is not looked for tag by tag.
    """
    html = source.rstrip("\n")
    if not html.startswith(("<div>", "<div ")) or _is_active(html) or _NO_ENTITY.search(html):
        return None
    names = _TAGS.findall(html)
    if not html.count("<") == html.count(">") == len(names) or not _STRANGE.isdisjoint(names):
        return None
    if not html.endswith("</div>") or not _is_one_element(names):
        return None
    if any(_tags_with(html, _ASKING)):
        return None
    marked = [_tag(text) for text in _tags_with(html, _NAMED)]
    anchors = frozenset(anchor for tag in marked for anchor in tag.anchors)
    return Body(html, anchors, None if any(tag.is_section for tag in marked) else _text(html))


def _is_active(html: str) -> bool:
    if any(map(html.__contains__, _ACTIVE)) or _BLANK.search(html):
        return True
    content = html.encode(errors="surrogatepass")
    return len(content.translate(None, _CONTROLS)) != len(content)


def _is_one_element(names: list[str]) -> bool:
    """Whether the tags are in order, and nothing stands beside the outermost."""
    is_open: list[str] = []
    for place, name in enumerate(names, 1):
        if name[0] != "/":
            if name not in _VOID:
                is_open.append(name)
        elif not is_open or is_open.pop() != name[1:] or not (is_open or place == len(names)):
            return False
    return not is_open


# An element that asks for Markdown to be read within.
_ASKING = re.compile(" markdown")
# Ids, by which one links to a part of a page.
_NAMED = re.compile(r" (?:id|name)[ =>]")
_HIDDEN = re.compile(" data-search-exclude")


def _tags_with(html: str, sign: re.Pattern[str]) -> Iterator[str]:
    """The insides of all tags that a sign stands in, if only in a value."""
    end = 0
    while found := sign.search(html, end):
        start = html.rindex("<", 0, found.start()) + 1
        end = html.index(">", start)
        if end > found.start():
            yield html[start:end]
        end = max(end, found.end() - 1)


class _Tag(NamedTuple):
    """What matters of a tag: its name, the ids in it, whether it is a heading with an id."""

    name: str
    is_indexed: bool
    is_section: bool
    is_hidden: bool
    anchors: tuple[str, ...]


@lru_cache(maxsize=8192)
def _tag(text: str) -> _Tag:
    """A tag by what stands between `<` and `>`."""
    name, _, rest = text.partition(" ")
    values = _ATTRIBUTE.findall(f" {rest}")
    names = {attribute for attribute, _ in values}
    ids = [v for key, v in values if key == "id" or (key == "name" and name == "a")]
    is_section = name in _HEADINGS and "id" in names
    is_hidden = "data-search-exclude" in names and name not in _VOID
    return _Tag(name, name in _INDEXED, is_section, is_hidden, tuple(map(unescape, ids)))


# The text for the search index -----------------------------------------------------------------


def _text(html: str) -> tuple[str, ...] | None:
    """The text of a body, tags and all; nothing where Material has a way of its own."""
    shown = _shown(html)
    return None if shown is None else _Text().of(shown.split("<"))


def _shown(html: str) -> str | None:
    """A body, with `<!>` for every element that is hidden from the search.

    Nothing when such an element holds one of its own name: for Material it ends with that.
    """
    parts, end, at = [], 0, 0
    while found := _HIDDEN.search(html, at):
        start, at = html.rindex("<", 0, found.start()), found.end()
        inside = html[start + 1 : html.index(">", start)]
        tag = _tag(inside)
        if start + len(inside) < found.start() or not tag.is_hidden:
            continue
        stop = html.index(f"</{tag.name}>", start)
        if re.search(f"<{tag.name}[ >]", html[start + 1 : stop]):
            return None
        if start >= end:
            parts += [html[end:start], "<!>"]
            end = stop + len(tag.name) + 3
    return "".join([*parts, html[end:]])


class _Text:
    """The text of elements, taken down tag by tag."""

    def __init__(self) -> None:
        self.pre = 0
        self.text: list[str] = []

    def of(self, pieces: list[str]) -> tuple[str, ...]:
        """Of a body that was split before each tag."""
        for piece in pieces[1:]:
            inner, _, text = piece.partition(">")
            name = inner.partition(" ")[0]
            if name in _INDEXED:
                self.text.append(f"<{name}>")
                self.pre += name == "pre"
            elif name[:1] == "/" and name[1:] in _INDEXED:
                self._close(name[1:])
            if text:
                self._add(text)
        return tuple(self.text)

    def _close(self, tag: str) -> None:
        """Material looks for the first tag of the name, and drops what is empty from there."""
        self.pre -= tag == "pre"
        start = self.text.index(f"<{tag}>")
        if all(map(str.isspace, self.text[start + 1 :])):
            del self.text[start:]
        else:
            self.text.append(f"</{tag}>")

    def _add(self, text: str) -> None:
        if "&" in text:
            text = unescape(text)
        if not self.pre:
            text = " " if text.isspace() else text.replace("\n", " ")
        if not text.isspace():
            self.text.append(escape(text, quote=False))
        elif self.pre or not self.text or not self.text[-1].isspace():
            self.text.append(text)
