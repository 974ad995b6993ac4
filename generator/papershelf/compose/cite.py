"""Paper → what somebody pastes who cites it, in every usual form.

The texts are in the page, so that they can be read without a script, and copied or saved with
one. They leave out the abstract and the keywords, which stand beside them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from markupsafe import Markup

from papershelf.export import apa, bibtex, csl_json, ris
from papershelf.export.parts import sorted_links
from papershelf.model import Paper
from papershelf.prose import Prose, escape_lines, in_one_line


@dataclass(frozen=True)
class Citation:
    """A form of citation: what it is called, the file it would be saved as, the text."""

    label: str
    file: str
    text: str

    @cached_property
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
    return _NUMBER.sub(r"\1\\", _ACTIVE.sub(r"\\\g<0>", in_one_line(text)))


class Forms(NamedTuple):
    """A paper without its abstract and keywords, and how the usual formats say it."""

    paper: Paper
    bibtex: str
    ris: str
    csl: Mapping[str, Any]


_forms: dict[int, tuple[Paper, str, Forms]] = {}
_MOST_FORMS = 256  # a page and a list ask one soon after the other: see `compose_list`


def forms(paper: Paper, permalink: str) -> Forms:
    """The paper in the forms that its page and the reader's list have in common."""
    known = _forms.get(id(paper))
    if known is None or known[0] is not paper or known[1] != permalink:
        if len(_forms) >= _MOST_FORMS:
            _forms.clear()
        light = lightened(paper)
        made = (bibtex.write(light, permalink), ris.write(light, permalink))
        known = paper, permalink, Forms(light, *made, csl_json.item(light, permalink))
        _forms[id(paper)] = known
    return known[2]


def citations(paper: Paper, permalink: str) -> Iterator[Citation]:
    """The paper in BibTeX, RIS, CSL-JSON, APA and as a Markdown link."""
    light, in_bibtex, in_ris, item = forms(paper, permalink)
    name = paper.details.get("key", "paper").replace("/", "-").replace(":", "-")
    yield Citation("BibTeX", f"{name}.bib", in_bibtex)
    yield Citation("RIS", f"{name}.ris", in_ris)
    yield Citation("CSL-JSON", f"{name}.json", _csl(item))
    yield Citation("APA", f"{name}.txt", apa.write(light, permalink))
    if link := markdown_link(paper, permalink):
        yield Citation("Markdown", f"{name}.md", link)


def _csl(item: Mapping[str, Any]) -> str:
    """The item with a field a line: an author on four, as usual, would be a page of brackets."""
    said = [f'"{name}": {_encode(value)}' for name, value in item.items()]
    return "[{" + ",\n  ".join(said) + "}]"


_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


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
