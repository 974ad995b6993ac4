"""XML → elements with line numbers, safely: what the XML readers stand on.

The door to lxml, which is chosen because it recovers from broken markup and knows each
element's line. No entity is resolved, no DTD loaded, nothing fetched.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import replace
from html import unescape

from lxml import etree

from papershelf.model import Origin, Problem
from papershelf.report import Report

_MOST_ERRORS = 5
_ENTITY = re.compile(r"<!ENTITY")
_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")


def sniff_markup(head: str, mark: str) -> float:
    """0.95 when a file opens as XML does and bears the mark, a pattern; else 0.

    Markup quoted inside another format is none.
    """
    opens = head.lstrip("\ufeff \t\n").startswith("<")
    return 0.95 if opens and re.search(mark, head) else 0.0


def parse_xml(text: str, origin: Origin, report: Report) -> etree._Element | None:
    """A document's root, or nothing; markup errors are reported and read past.

    A document that declares entities is refused whole: no collection of papers needs them,
    and they are how a small file fills the memory or reads another.
    """
    declared = _ENTITY.search(text, 0, 100_000)
    if declared:
        line = text.count("\n", 0, declared.start()) + 1
        hint = "expand the entities first, with xmllint --noent, if you trust the file"
        message = "the file declares XML entities and is not read"
        report.problem(Problem("xml-entities", message, replace(origin, line=line), hint, "error"))
        return None
    # The text is decoded already, so what the declaration says of its encoding is void; its
    # line stays, or all line numbers would be off by one.
    body = _mended(_DECLARATION.sub("", text).lstrip("\ufeff"))
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8"
    )
    lead = "\n" * (text.count("\n") - body.count("\n"))
    root = _parse(f"{lead}{body}", parser)
    _report_errors(parser, origin, report)
    return root


_BARE = re.compile(r"&(?:#?\w{1,32};)?|<(?![A-Za-z_:/!?])")
_XML_ENTITIES = frozenset({"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"})


def _mended(text: str) -> str:
    """Markup without the commonest mistakes, which a parser would read past and so lose.

    A bare `&` or `<` is text; `&nbsp;` and its like, which only HTML knows, are characters.
    """
    parts = text.split("<![CDATA[")
    pieces = [_BARE.sub(_entity, parts[0])]
    for part in parts[1:]:
        literal, close, rest = part.partition("]]>")
        pieces += ["<![CDATA[", literal, close, _BARE.sub(_entity, rest)]
    return "".join(pieces)


def _entity(match: re.Match[str]) -> str:
    found = match[0]
    if found in {"&", "<"}:
        return "&amp;" if found == "&" else "&lt;"
    if found in _XML_ENTITIES:
        return found
    if found.startswith("&#"):
        return found if _is_character(found[2:-1]) else f"&amp;{found[1:]}"
    return unescape(found) if unescape(found) != found else f"&amp;{found[1:]}"


_NUMBER = re.compile(r"[0-9]+|x[0-9a-fA-F]+")
_NO_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _is_character(number: str) -> bool:
    """Whether XML knows a character of that number: the parser gives others out undecodable."""
    if not _NUMBER.fullmatch(number):
        return False
    sign = int(number[1:], 16) if number[0] == "x" else int(number)
    return sign <= 0x10FFFF and not _NO_CHARACTER.match(chr(sign))


def _parse(text: str, parser: etree.XMLParser) -> etree._Element | None:
    try:
        # libxml2 wants no white space before a declaration; we took that off.
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _report_errors(parser: etree.XMLParser, origin: Origin, report: Report) -> None:
    # Undeclared prefixes are common in excerpts and do no harm.
    errors = [error for error in parser.error_log if "Namespace prefix" not in error.message]
    for error in errors[:_MOST_ERRORS]:
        place = replace(origin, line=max(error.line, 1))
        hint = "records around it are read as far as they can be"
        message = error.message.lower().strip()
        if "depth" in message:
            message = "nested more than 256 levels deep; what follows is not read"
        report.problem(Problem("bad-xml", message, place, hint))


def name_of(element: etree._Element) -> str:
    """An element's name without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def children(element: etree._Element, path: str) -> Iterator[etree._Element]:
    """The elements at a path of names, `titles/title`; `*` is any name."""
    head, _, rest = path.partition("/")
    for child in element:
        name = name_of(child)
        if name and head in {name, "*"}:
            if rest:
                yield from children(child, rest)
            else:
                yield child


def child(element: etree._Element, path: str) -> etree._Element | None:
    """The first element at a path."""
    return next(children(element, path), None)


def text_at(element: etree._Element, *paths: str) -> str:
    """The text of the first element that has any, at the first path that gives one."""
    for path in paths:
        for found in children(element, path):
            text = inner_text(found)
            if text:
                return text
    return ""


def texts_at(element: etree._Element, path: str) -> list[str]:
    """The texts of all elements at a path, without the empty ones."""
    return [text for found in children(element, path) if (text := inner_text(found))]


_SCRIPTS = {"sup": "^", "sub": "_"}
_MATHS = {"tex-math", "tex"}


def inner_text(element: etree._Element) -> str:
    """All text in an element; super- and subscripts and TeX become `$…$`, the rest is plain."""
    lines = (" ".join(line.split()) for line in loose_text(element).split("\n"))
    return "\n".join(line for line in lines if line)


def loose_text(
    element: etree._Element,
    blocks: Container[str] = (),
    silent: Container[str] = (),
) -> str:
    """As `inner_text`, with the white space as it is.

    An empty line stands before and after an element in `blocks`; one in `silent` has no text
    of its own.
    """
    return "".join(_pieces(element, 0, blocks, silent))


_DEEPEST = 100


def _pieces(
    element: etree._Element, depth: int, blocks: Container[str], silent: Container[str]
) -> Iterator[str]:
    yield "" if name_of(element) in silent else element.text or ""
    for inner in element:
        name = name_of(inner)
        gap = "\n\n" if name in blocks else ""
        yield gap
        if name in _SCRIPTS or name in _MATHS:
            yield _formula(name, "".join(map(str, inner.itertext())))
        elif name:
            # Deeper than any text means to be, the order of its pieces is all that counts.
            deeper = _pieces(inner, depth + 1, blocks, silent)
            yield from deeper if depth < _DEEPEST else map(str, inner.itertext())
        yield gap
        yield inner.tail or ""


def _formula(name: str, text: str) -> str:
    text = text.strip()
    if "$" in text or not text:
        return text
    return f"${text}$" if name in _MATHS else f"${_SCRIPTS[name]}{{{text}}}$"


def line_of(element: etree._Element) -> int:
    """The line on which an element starts."""
    line: int | None = getattr(element, "sourceline", None)
    return line or 0


def descendants(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Every element of one of the names, the root too, in the order of the document."""
    for element in root.iter():
        if name_of(element) in names:
            yield element


def unnested(root: etree._Element, *names: str) -> list[etree._Element]:
    """As `descendants`, for elements that never hold each other.

    Where one does, an end tag is missing: the inner one is taken out and put behind, or the
    outer one would swallow its text.
    """
    found = list(descendants(root, *names))
    for element in reversed(found):
        outer = [above for above in element.iterancestors() if name_of(above) in names]
        outer = [above for above in outer if above is not root]  # nothing can stand behind it
        if outer:
            outer[-1].addnext(element)
    return found


def records_in(
    text: str, origin: Origin, report: Report, *names: str
) -> Iterator[tuple[etree._Element, Origin]]:
    """The elements of a file that are records, by their names, each with its place."""
    root = parse_xml(text, origin, report)
    if root is not None:
        for element in unnested(root, *names):
            yield element, replace(origin, line=line_of(element))
