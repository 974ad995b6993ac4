"""The site for programs that read text: pages as Markdown, `llms.txt`, `papers.jsonl`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from papershelf.compose import machine
from papershelf.compose.cite import lightened, markdown
from papershelf.compose.env import Env, root_of
from papershelf.compose.head import absolute
from papershelf.compose.pieces import parted
from papershelf.compose.views import Chip
from papershelf.export import EXPORTS, apa, bibtex, jsonl
from papershelf.export.parts import sorted_links
from papershelf.model import Catalog, Paper
from papershelf.prose import Prose, Span, safe_url
from papershelf.site import Asset, Page, Piece

_KINDS = {"pdf": "PDF", "code": "Code", "data": "Data", "model": "Model", "demo": "Demo",
          "project": "Project"}  # fmt: skip


def write_twin(paper: Paper, chips: Sequence[Chip], env: Env) -> bytes:
    """A paper's page as Markdown: what is known, the abstract, how to cite it."""
    address = env.paper_address(paper.id)
    permalink = absolute(address, env.settings)
    facts = [f"- {name}: {said}" for name, said in _facts(paper, chips, root_of(address)) if said]
    facts += [f"- Permalink: <{permalink}>"] if permalink else []
    who = ", ".join(_text(str(author)) for author in paper.authors)
    blocks = [
        f"# {_text(paper.title.plain)}",
        who,
        "\n".join(facts),
        "## Abstract" if paper.abstract else "",
        _prose(paper.abstract),
        "## How to cite",
        _text(apa.write(paper, permalink)),
        _fenced(bibtex.write(lightened(paper), permalink), "bibtex"),
    ]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def _facts(paper: Paper, chips: Sequence[Chip], root: str) -> Iterator[tuple[str, str]]:
    details = paper.details
    yield "Date", machine.iso(paper)
    yield "Published in", _text(paper.venue)
    for name in ("volume", "number", "pages"):
        yield name.capitalize(), _text(details.get(name, ""))
    for address in machine.addresses(paper):
        yield "Record", _address(address)
    for link in paper.links:
        if link.kind in _KINDS:
            yield _KINDS[link.kind], _address(link.url)
    yield "Page", _address(sorted_links(paper).page)
    yield "Topics", ", ".join(f"[{_text(chip.label)}]({root}{chip.address})" for chip in chips)


def _text(text: str) -> str:
    return markdown(text)


def _prose(prose: Prose) -> str:
    """Paragraphs, with formulas between dollars and addresses as they stand."""
    shown = {"text": _run, "math": lambda span: f"${span.text}$", "link": _link}
    return "\n\n".join(
        "".join(shown[span.kind](span) for span in part.spans).strip()
        for part in prose.paragraphs()
        if part
    )


def _run(span: Span) -> str:
    """A piece of text with the blanks at its ends, which part it from what stands beside."""
    ends = re.match(r"(\s*)(.*?)(\s*)\Z", span.text, re.DOTALL)
    head, text, tail = ends.groups() if ends else ("", span.text, "")
    return f"{' ' * bool(head)}{markdown(text)}{' ' * bool(tail)}"


def _link(span: Span) -> str:
    label = markdown(span.plain or span.text)
    if not safe_url(span.text):
        return label
    return _address(span.text) if span.plain in {"", span.text} else f"[{label}](<{span.text}>)"


def _address(url: str) -> str:
    return f"<{url}>" if safe_url(url) else ""


def _fenced(text: str, language: str) -> str:
    """A block of code, fenced by more backticks than it holds."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def compose_guides(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`llms.txt`, which says where all is, and `papers.jsonl`, which has all of it."""
    addresses = {id: _place(env.paper_address(id), env) for id in catalog.collection.papers}
    depends = catalog.collection, addresses
    yield env.asset("papers.jsonl", lambda: _pieces(catalog, addresses, env), *depends)
    chips = list(env.chips.values())
    yield env.asset("llms.txt", lambda: _guide(chips, env).encode(), chips, len(catalog.collection))


def _place(address: str, env: Env) -> str:
    """The web address; where the site does not know its own, the one from its root."""
    return absolute(address, env.settings) or address


def _pieces(catalog: Catalog, addresses: Mapping[str, str], env: Env) -> Iterator[Piece]:
    for ids in parted(catalog.collection.papers):
        pairs = [(catalog.collection[id], addresses[id]) for id in ids]
        yield env.piece(partial(_lines, pairs), pairs)


def _lines(pairs: Sequence[tuple[Paper, str]]) -> bytes:
    """A paper a line, as the export has it, with the address of its page as `page`."""
    found = ({"page": address, **jsonl.as_dict(paper)} for paper, address in pairs)
    return "".join(map(jsonl.line, found)).encode()


def _guide(chips: Sequence[Chip], env: Env) -> str:
    """The site in short, in the form of llmstxt.org: title, summary, lists of links."""
    settings, count = env.settings, len(env.catalog.collection)
    said = settings.site_description or f"A collection of {count} papers, a page each."
    twins = "; the same as Markdown at `papers/<slug>/index.md`" * settings.twins
    blocks = [
        f"# {_text(settings.site_name)}",
        f"> {_text(said)}",
        f"{count} papers, each at `papers/<slug>/`{twins}.",
        _links("The whole collection", _wholes(env), env),
        _links("Ways in", _WAYS, env),
        _links("Topics", [(c.label, c.address, _count(c.count)) for c in chips], env),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


_WAYS = [
    ("Browse", "browse/", "all papers, to filter and to sort"),
    ("Topics", "topics/", "by area"),
    ("A to Z", "a-z/", "all titles"),
    ("Sources", "sources/", "where the papers were listed"),
]


def _wholes(env: Env) -> Iterator[tuple[str, str, str]]:
    yield "papers.jsonl", "papers.jsonl", "a paper a line, with the address of its page"
    for name in env.settings.exports if env.catalog.collection.papers else ():
        chosen = EXPORTS[name]
        yield chosen.title, f"exports/papers{chosen.suffix}", chosen.purpose.rstrip(".")


def _count(number: int) -> str:
    return f"{number} {'paper' if number == 1 else 'papers'}"


def _links(title: str, links: Iterable[tuple[str, str, str]],
           env: Env) -> str:  # fmt: skip
    lines = [f"- [{_text(name)}]({_place(at, env)}): {_text(said)}" for name, at, said in links]
    return "\n".join([f"## {title}", "", *lines]) if lines else ""
