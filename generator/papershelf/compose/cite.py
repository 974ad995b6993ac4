"""Paper → what somebody pastes who cites it, in every usual form.

The texts are in the page, so that they can be read without a script, and copied or saved with
one. They leave out the abstract and the keywords, which stand beside them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from papershelf.export import apa, bibtex, csl_json, ris
from papershelf.export.parts import sorted_links
from papershelf.model import Paper
from papershelf.prose import Prose, escape_lines


@dataclass(frozen=True, slots=True)
class Citation:
    """A form of citation: what it is called, the file it would be saved as, the text."""

    label: str
    file: str
    text: str

    @property
    def html(self) -> Markup:
        """The text for a `<pre>`: line breaks as entities, since a page of ours is one block."""
        return Markup(escape_lines(self.text.rstrip("\n")))


_ACTIVE = re.compile(r"[\\`*_\[\]<>$|]|&(?=#|\w)|\A[#+=~-]")
_NUMBER = re.compile(r"\A(\d+)(?=[.)](?:\s|\Z))")  # would begin a list


def markdown(text: str) -> str:
    r"""Text in one line of Markdown, with backslashes only where it would be read otherwise.

    For people and programs that see the source. What becomes part of a page is escaped harder,
    since every dialect has its own notion of what is active: see `Prose.markdown`.

    >>> markdown("COAT: 8*16B in <kernel>"), markdown("# not a heading")
    ('COAT: 8\\*16B in \\<kernel\\>', '\\# not a heading')
    """
    return _NUMBER.sub(r"\1\\", _ACTIVE.sub(r"\\\g<0>", " ".join(text.split())))


def citations(paper: Paper, permalink: str) -> Iterator[Citation]:
    """The paper in BibTeX, RIS, CSL-JSON, APA and as a Markdown link."""
    light = lightened(paper)
    name = paper.details.get("key", "paper").replace("/", "-").replace(":", "-")
    yield Citation("BibTeX", f"{name}.bib", bibtex.write(light, permalink))
    yield Citation("RIS", f"{name}.ris", ris.write(light, permalink))
    yield Citation("CSL-JSON", f"{name}.json", _csl(light, permalink))
    yield Citation("APA", f"{name}.txt", apa.write(light, permalink))
    if link := markdown_link(paper, permalink):
        yield Citation("Markdown", f"{name}.md", link)


def _csl(paper: Paper, permalink: str) -> str:
    """The item with a field a line: an author on four, as usual, would be a page of brackets."""
    item = csl_json.item(paper, permalink)
    said = [f'"{name}": {_encode(value)}' for name, value in item.items()]
    return "[{" + ",\n  ".join(said) + "}]"


_encode = json.JSONEncoder(ensure_ascii=False).encode


def lightened(paper: Paper) -> Paper:
    """The paper with no more than a citation needs, and of its links those that one has room for.

    They are chosen while the abstract is there: an address that stands in it is no page of the
    paper's own.
    """
    found = sorted_links(paper)
    kept = {found.page, found.pdf}
    links = tuple(link for link in paper.links if link.url in kept or link.kind == "code")
    return replace(paper, abstract=Prose(), tags=(), links=links)


def markdown_link(paper: Paper, permalink: str) -> str:
    """`[title](address)`; the address is the page's own, else the paper's, else there is none."""
    doi = paper.identifiers.get("doi", "")
    address = permalink or (f"https://doi.org/{doi}" if doi else sorted_links(paper).page)
    title = markdown(paper.title.plain)
    for sign, code in (("(", "%28"), (")", "%29"), ("<", "%3C"), (">", "%3E"), ("\\", "%5C")):
        address = address.replace(sign, code)
    return f"[{title}]({address})" if address else ""
