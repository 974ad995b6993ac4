"""Prose: text that knows its renderings (plain, HTML, Markdown, LaTeX, BibTeX).

Meaning is stored, and escaped only at the edge, once, for the language it is going into.
The door to latex2mathml: maths becomes MathML at build time, so no page needs JavaScript
to show it; what the converter does not understand is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Literal
from unicodedata import category, lookup, name
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

SpanKind = Literal["text", "math", "link", "break"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of prose.

    `text` is plain text, the TeX source of inline maths (without dollars), or an http(s)
    address; a `break` ends a paragraph. `plain` is how maths reads as text (`x²`).
    """

    kind: SpanKind
    text: str = ""
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Text in spans. Equal prose has equal spans; empty prose is false.

    >>> Prose.of("8*16B <kernel>").html()
    '8&#42;16B &lt;kernel&gt;'
    >>> Prose((Span("text", "E"), Span("math", "^{2}", "²"), Span("text", "GAN"))).plain
    'E²GAN'
    """

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, text: str) -> Prose:
        """Prose of plain text; an empty line parts paragraphs."""
        text = text.strip()
        if "\n" not in text:  # as most names are
            return cls((Span("text", text),)) if text else cls()
        spans: list[Span] = []
        for paragraph in re.split(r"\n[ \t]*\n\s*", text):
            if spans:
                spans.append(Span("break"))
            if paragraph:
                spans.append(Span("text", paragraph))
        return cls(tuple(spans))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __str__(self) -> str:
        return self.plain

    @property
    def plain(self) -> str:
        """Text for titles, search, slugs and feeds; an empty line parts paragraphs."""
        if len(self.spans) == 1 and (span := self.spans[0]).kind != "break":  # as most prose is
            return span.plain or span.text
        return "".join(
            "\n\n" if span.kind == "break" else span.plain or span.text for span in self.spans
        )

    def paragraphs(self) -> Iterator[Prose]:
        """The prose cut at its breaks."""
        part: list[Span] = []
        for span in self.spans:
            if span.kind == "break":
                yield Prose(tuple(part))
                part = []
            else:
                part.append(span)
        yield Prose(tuple(part))

    def html(self) -> str:
        """Inline HTML: no tags but MathML, sup, sub and links to http(s); a break is a blank."""
        return "".join([_HTML[span.kind](span) for span in self.spans])

    def html_blocks(self) -> str:
        """HTML with a `<p>` a paragraph."""
        return "".join(f"<p>{part.html()}</p>" for part in self.paragraphs() if part)

    def markdown(self) -> str:
        """Markdown in which nothing of the text is active; maths stands between dollars."""
        return "".join(_MARKDOWN[span.kind](span) for span in self.spans)

    def latex(self) -> str:
        """LaTeX source, with the special characters escaped."""
        return "".join(_LATEX[span.kind](span) for span in self.spans)

    def bibtex(self) -> str:
        """A BibTeX field value in UTF-8, for use between braces.

        Words with a capital after their first letter are braced, or styles that set
        titles in sentence case would flatten `BERT` to `bert`.
        """
        parts = []
        for span in self.spans:
            text = _LATEX[span.kind](span)
            parts.append(_CASED_WORD.sub(r"{\g<0>}", text) if span.kind == "text" else text)
        return "".join(parts)


_CASED_WORD = re.compile(r"(?<![\\\w{])\w+[A-Z]\w*")

# Text goes into one raw-HTML block of a Markdown page. Python-Markdown leaves such a block
# alone, but preprocessors of its extensions (fences, snippets, critic, macros) read lines
# before it does; so every character that any of them knows is written as an entity.
# XML and HTML forbid most C0 and C1 controls even as entities: shown as U+FFFD they would
# be a silent replacement, so `clean` names and drops them before they can come here.
_FORBIDDEN = r"\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
_UNSAFE = re.compile(rf"[^\w .,;?/()!%@:+=^\u00a1-\U0010ffff-]|[_\u2028\u2029\ufeff{_FORBIDDEN}]")


_NAMED = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def _entity(sign: str) -> str:
    """The entity of a sign, or nothing for a forbidden one."""
    return "" if re.match(f"[{_FORBIDDEN}]", sign) else _NAMED.get(sign) or f"&#{ord(sign)};"


def escape(text: str) -> str:
    """Text → HTML that is text again in element content and in quoted attributes.

    Line breaks become blanks: a raw-HTML block in Markdown may not hold an empty line.

    >>> escape('<a href="x">{{ 7*7 }}')
    '&lt;a href=&#34;x&#34;&gt;&#123;&#123; 7&#42;7 &#125;&#125;'
    """
    return escape_lines(text.replace("\n", " "))


def escape_each(texts: Iterable[str]) -> list[str]:
    """Each of many short texts, all in one go: a third of the price."""
    lines = [text.replace("\n", " ") for text in texts]
    return escape_lines("\n".join(lines)).split("&#10;") if lines else []


def escape_lines(text: str) -> str:
    """The same with line breaks as entities, for where they are shown."""
    # What is to be replaced is told by one pass in C: most texts have few such signs, or none.
    odd = text.encode("ascii", "ignore").translate(None, _SAFE)
    if odd:
        text = text.replace("\r", " ").replace("\t", " ")
        for sign, entity in _IN_ASCII:
            if sign in odd:
                text = text.replace(chr(sign), entity)
    if is_plain(text) or text.isprintable():
        return text
    return _UNPRINTABLE.sub(lambda sign: _entity(sign[0]), text)


# `&` and `#` come first, for entities hold both.
_IN_ASCII = [(ord(sign), _entity(sign)) for sign in "&#<>\n\"'_{}[]*`|~$\\"]
_SAFE = bytes(code for code in range(128) if not _UNSAFE.match(chr(code)))
_PRINTABLE = bytes(range(0x20, 0x7F))
_UNPRINTABLE = re.compile(f"[\u00a0\u2028\u2029\ufeff{_FORBIDDEN}]")


def is_plain(text: str) -> bool:
    """Whether all of it is printable ASCII; for a long text a fifth of what `isprintable` takes."""
    return text.isascii() and not text.encode().translate(None, _PRINTABLE)


def in_one_line(text: str) -> str:
    """Words with one blank between them, whatever white space there was."""
    return text.strip() if "  " not in text and is_plain(text) else " ".join(text.split())


def safe_url(url: str) -> str:
    r"""The address when it is a plausible http(s) one, else nothing.

    >>> safe_url("https://x.org/a"), safe_url("java\tscript:alert(1)"), safe_url("//x.org")
    ('https://x.org/a', '', '')
    """
    if len(url) <= 2000 and _USUAL_URL.match(url):
        return url
    if len(url) > 2000 or re.search(r"[\s\x00-\x20\x7f-\x9f<>\"`\\]", url):
        return ""
    try:
        parts = urlsplit(url)
        fine = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # such as an unclosed IPv6 bracket
        return ""
    return url if fine and "@" not in parts.netloc else ""


# Most addresses: what the rest of `safe_url` would find nothing against, at a fifth of the time.
_USUAL_URL = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:[/?][\w./?=&%+~:,;#-]*)?\Z", re.ASCII)

_MATHML_TAGS = frozenset(
    "math mrow mi mn mo mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover "
    "mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none".split()
)
_MATHML_ATTRIBUTES = frozenset(
    "xmlns display mathvariant stretchy fence form separator accent accentunder linethickness "
    "displaystyle scriptlevel columnalign rowspacing columnspacing width height depth minsize "
    "maxsize lspace rspace movablelimits symmetric largeop notation columnlines rowlines".split()
)
_LONGEST_FORMULA = 1000
_DEEPEST_FORMULA = 60
# Browsers know no other mathvariant than "normal" (MathML Core): letters of other alphabets
# must be written with the characters that Unicode has for them.
_ALPHABETS = {
    "bold": "BOLD", "italic": "ITALIC", "bold-italic": "BOLD ITALIC", "script": "SCRIPT",
    "double-struck": "DOUBLE-STRUCK", "fraktur": "FRAKTUR", "sans-serif": "SANS-SERIF",
    "monospace": "MONOSPACE",
}  # fmt: skip
# `\hspace{500em}` would push the page apart.
_TOO_LONG = re.compile(r"(?<![.\d])\d{2,}(?:\.\d*)?\s*[a-z%]")
_ACCENTS = frozenset("^~¯˙¨→―ˇ˘´`˚⃗")


class _RefusedError(Exception):
    """The converter made something that is not to be shown."""


@lru_cache(maxsize=4096)
def mathml(tex: str) -> str:
    r"""Inline MathML for a formula, or nothing when the converter does not understand it.

    Only presentation MathML without links or styles is let through, whatever the formula
    asked for (`\href` is a known way to smuggle in a script).

    >>> mathml(r"\mathcal{O}(n)").count("𝒪"), mathml(r"\href{javascript:alert(1)}{x}")
    (1, '')
    """
    if len(tex) > _LONGEST_FORMULA:
        return ""
    from latex2mathml.converter import convert_to_element  # late, for it takes 50 ms

    try:
        return _element_html(convert_to_element(tex))
    except Exception:  # noqa: BLE001  the converter raises a dozen kinds on bad TeX
        return ""


def _element_html(element: Element, depth: int = 0) -> str:
    """An element of the converter's as HTML, mended for browsers.

    Raises:
        _RefusedError: it holds what no formula needs, or an unknown command's own source.
    """
    text = unescape(element.text or "").strip("\n")
    if (
        element.tag not in _MATHML_TAGS
        or not _MATHML_ATTRIBUTES.issuperset(element.attrib)
        or "\\" in text
        or any(map(_TOO_LONG.search, element.attrib.values()))
        or (element.tail or "").strip()
        or depth > _DEEPEST_FORMULA
    ):
        raise _RefusedError(element.tag)
    tag, text, attributes = _mended(element, text)
    inside = escape(text) + "".join(_element_html(child, depth + 1) for child in element)
    said = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{said}>{inside}</{tag}>"


def _mended(element: Element, text: str) -> tuple[str, str, dict[str, str]]:
    """Tag, text and attributes of an element as browsers want them."""
    tag, attributes = element.tag, dict(element.attrib)
    alphabet = _ALPHABETS.get(attributes.get("mathvariant", ""))
    if alphabet:
        del attributes["mathvariant"]
        text = text if tag == "mtext" else "".join(styled(sign, alphabet) for sign in text)
    if tag == "mi" and (text in {"~", ":"} or (text and all(category(s) == "Sm" for s in text))):
        # As an identifier a relation would stand without space around it.
        tag, text = "mo", text.replace("~", "∼")
    if tag == "mover" and len(element) == 2 and unescape(element[1].text or "") in _ACCENTS:
        attributes["accent"] = "true"
    return tag, text, attributes


def styled(sign: str, alphabet: str) -> str:
    """A letter or digit in one of Unicode's mathematical alphabets; as it is where there is none.

    >>> styled("R", "DOUBLE-STRUCK"), styled("x", "BOLD"), styled("H", "FRAKTUR")
    ('ℝ', '𝐱', 'ℌ')
    """
    said = re.sub(r"LATIN |GREEK |LETTER ", "", name(sign, ""))
    other = alphabet.replace("FRAKTUR", "BLACK-LETTER")
    for wanted in (f"MATHEMATICAL {alphabet} {said}", f"{other} {said}"):
        try:
            return lookup(wanted)
        except KeyError:
            continue
    return sign


# A script without a base, as in E$^{2}$GAN, belongs to the letters before it. MathML would
# set it over an empty base, too high and too far away; plain HTML sets it where it belongs.
_BARE_SCRIPT = re.compile(r"([\^_])\{?([A-Za-z0-9+]{1,6})\}?")


def _math_html(span: Span) -> str:
    script = _BARE_SCRIPT.fullmatch(span.text)
    if script:
        tag = "sup" if script[1] == "^" else "sub"
        return f"<{tag}>{escape(script[2])}</{tag}>"
    return mathml(span.text) or escape(span.plain or f"${span.text}$")


def _link_html(span: Span) -> str:
    url = safe_url(span.text)
    shown = escape(span.plain or span.text)
    return f'<a href="{escape(url)}" rel="noopener nofollow">{shown}</a>' if url else shown


_HTML: dict[str, Callable[[Span], str]] = {
    "text": lambda span: escape(span.text),
    "math": _math_html,
    "link": _link_html,
    "break": lambda _: " ",
}

# Dialects differ in what a backslash escapes; an entity is one in all of them.
_MARKDOWN_SPECIAL = re.compile(r"[\\`*_{}\[\]()#+.!|~$^=<>&:\"'-]")
_BACKSLASHED = frozenset("\\`*_{}[]()#+-.!")


def _markdown_sign(match: re.Match[str]) -> str:
    sign = match[0]
    return f"\\{sign}" if sign in _BACKSLASHED else _NAMED.get(sign) or f"&#{ord(sign)};"


_MARKDOWN: dict[str, Callable[[Span], str]] = {
    "text": lambda span: _MARKDOWN_SPECIAL.sub(_markdown_sign, span.text),
    "math": lambda span: f"${span.text}$",
    "link": lambda span: f"<{span.text}>" if safe_url(span.text) else span.text,
    "break": lambda _: "\n\n",
}

# Braces count in a BibTeX field even behind a backslash, so they are named; what would be
# taken for a dash or a quotation mark (`--`, `''`) is kept apart.
_LATEX_SPECIAL = str.maketrans({
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "`": r"\textasciigrave{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
})  # fmt: skip
_LATEX_SAFE = bytes(code for code in range(128) if code not in _LATEX_SPECIAL)
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')")


def text_latex(text: str) -> str:
    """A paragraph of text as LaTeX source."""
    odd = {*text.encode("ascii", "ignore").translate(None, _LATEX_SAFE).decode()}
    if not odd.issubset("&%$#_"):
        text = text.translate(_LATEX_SPECIAL)
    else:  # a tenth of the time
        for sign in odd:
            text = text.replace(sign, f"\\{sign}")
    return _LIGATURE.sub("{}", text) if "--" in text or "''" in text else text


def _math_latex(span: Span) -> str:
    """A formula; one that could not be shown is text, since TeX may not know its commands."""
    as_found = span.plain.startswith(("$", "\\")) and span.text in span.plain
    if as_found or not _is_balanced(span.text):
        return text_latex(span.plain or span.text)
    return f"${span.text}$"


def _link_latex(span: Span) -> str:
    address = re.sub(r"[%#]", r"\\\g<0>", span.text.replace("{", "%7B").replace("}", "%7D"))
    if span.plain in {"", span.text}:
        return f"\\url{{{address}}}"
    return f"\\href{{{address}}}{{{text_latex(span.plain)}}}"


def _is_balanced(tex: str) -> bool:
    depth = 0
    for brace in re.findall(r"[{}]", tex):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return not depth


_LATEX: dict[str, Callable[[Span], str]] = {
    "text": lambda span: text_latex(span.text),
    "math": _math_latex,
    "link": _link_latex,
    "break": lambda _: "\n\n",
}
