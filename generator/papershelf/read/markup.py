"""HTML in the middle of other formats → plain text: feeds, APIs, mails."""

from __future__ import annotations

import re

from lxml import etree, html

from papershelf.read.xml import loose_text

_TAG = re.compile(r"<[a-z/!]", re.IGNORECASE)
_BLOCKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "title", "sec")
_SILENT = ("script", "style", "head")
# Tags that titles and abstracts of Crossref, Zotero and other programs bear.
_INLINE = re.compile(
    r"</?(?:jats:[a-z-]{1,30}|i|b|em|strong|sub|sup|span|p|sc|scp|br|u|mml:[a-z]{1,20})"
    r"(?:\s[^<>]{0,200})?/?>",
    re.IGNORECASE,
)


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text that may be HTML; super- and subscripts become formulas.

    >>> paragraphs_of("<p>One <i>and</i> 10<sup>3</sup></p><p>two</p>"), paragraphs_of("a < b")
    (['One and 10$^{3}$', 'two'], ['a < b'])
    """
    if not _TAG.search(text):
        return [text.strip()] if text.strip() else []
    tree = _parsed(text)
    if tree is None:
        return [text.strip()]
    parts = re.split(r"\n[ \t]*\n\s*", loose_text(tree, _BLOCKS, _SILENT))
    return [said for part in parts if (said := " ".join(part.split()))]


def as_lines(text: str) -> str:
    """A page of HTML as text, with an empty line between its blocks."""
    return "\n\n".join(paragraphs_of(text)) + "\n"


def without_tags(text: str) -> str:
    """Text in which some program has left its inline tags, without them.

    Anything else between angle brackets is text.

    >>> without_tags("<jats:p>H<sub>2</sub>O &amp; <kernel></jats:p>"), without_tags("a<b")
    ('H$_{2}$O & <kernel>', 'a<b')
    """
    if not _INLINE.search(text):
        return text
    kept = re.sub(r"<(?!/?[a-z:]+[\s/>])", "&lt;", text, flags=re.IGNORECASE)
    kept = re.sub(r"<[^<>]*>", lambda m: m[0] if _INLINE.fullmatch(m[0]) else _quoted(m[0]), kept)
    kept = re.sub(r"(</?)jats:", r"\1", kept)
    return "\n\n".join(paragraphs_of(kept))


def _quoted(tag: str) -> str:
    return tag.replace("<", "&lt;").replace(">", "&gt;")


def _parsed(text: str) -> etree._Element | None:
    parser = html.HTMLParser(encoding="utf-8", no_network=True, recover=True)
    data = f"<div>{text}</div>".encode("utf-8", "replace")
    try:
        return html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
