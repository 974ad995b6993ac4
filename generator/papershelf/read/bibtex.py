"""BibTeX and BibLaTeX: text → Records, with values as LaTeX.

bibtexparser cuts the file into blocks and survives broken ones; what a value means (`#` joins,
`@string` names, entries without a key) is worked out here, and in `bibtex_fields` what an
entry's fields say. LaTeX is left as it is: cleaning decodes it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace

from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
    String,
)
from bibtexparser.splitter import Splitter

from papershelf.model import Origin, Problem, Record
from papershelf.read.bibtex_fields import fields_of, inherit
from papershelf.report import Report

SUMMARY = "BibTeX and BibLaTeX libraries (.bib)"
SUFFIXES = (".bib", ".bibtex", ".biblatex")
EXAMPLE = """@inproceedings{lee2021shelf,
  title     = {A Shelf of {BibTeX}},
  author    = {Lee, Ada and van der Berg, Bo},
  booktitle = {Proceedings of the Library Workshop},
  year      = 2021,
  abstract  = {How to keep a library in one file.},
}
"""

# bibtexparser logs each broken block; the same reaches the user as a problem with its line.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_ENTRY = re.compile(
    r"^[ \t]*@[A-Za-z]{2,40}\s{0,9}\{\s{0,99}"
    r"(?:[^\s,{}()=\"@]{0,200}\s{0,99},|[A-Za-z][\w-]{0,99}\s{0,9}=)"
    r"|^[ \t]*@(?:article|book|in\w+|misc|proceedings|techreport|phdthesis)\s{0,9}\(",
    re.MULTILINE | re.IGNORECASE,
)
_ASIDE = re.compile(r"^[ \t]*@(?:comment|string|preamble)\s{0,9}[{(]", re.MULTILINE | re.IGNORECASE)
_KEYLESS = re.compile(
    r"(@(?!string|comment|preamble)[A-Za-z]+\s*[{(])(?=\s*[A-Za-z][\w-]*\s*=)", re.IGNORECASE
)
_MONTHS = {
    name: str(number)
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
_NO_PAPERS = frozenset("xdata set control ieeetranbstctl comment".split())


def sniff(head: str) -> float:
    """0.95 when a line opens an entry; less in a text that quotes one, as a README does."""
    if _ENTRY.search(head):
        return 0.45 if re.search(r"^\s{0,3}(?:```|~~~)", head, re.MULTILINE) else 0.95
    return 0.5 if _ASIDE.search(head) else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A library's text → a record an entry; a broken block is reported and loses only itself."""
    blocks = _blocks(text)
    strings = _strings(blocks)
    entries = list(_entries(blocks, origin, report))
    values = [_values(entry, strings) for entry in entries]
    if strings.left < 0:
        message = (
            f"the @string names unfold to more than {MAX_UNFOLDED // 10**6} million characters"
        )
        hint = "from there on, the names themselves are read"
        report.problem(Problem("long-strings", message, origin, hint))
    named = zip(entries, values, strict=True)
    parents = {entry.key.lower(): found for entry, found in reversed(list(named)) if entry.key}
    for entry, own in zip(entries, values, strict=True):
        kind = entry.entry_type.lower()
        if kind not in _NO_PAPERS:
            fields, extra = fields_of(entry.key, kind, inherit(own, parents, kind))
            yield Record(fields, _place(entry, origin), extra, "latex")


def _blocks(text: str) -> list[Block]:
    """The file's blocks, without what stands behind a `%`.

    That is no comment to BibTeX, but to biber, and to whoever wrote it.
    """
    lines = text.split("\n")
    blocks = Splitter(_KEYLESS.sub(r"\1,", text)).split().blocks
    return [block for block in blocks if lines[block.start_line or 0].lstrip()[:1] != "%"]


def _place(block: Block, origin: Origin) -> Origin:
    return replace(origin, line=(block.start_line or 0) + 1)


def _entries(blocks: list[Block], origin: Origin, report: Report) -> Iterator[Entry]:
    """The entries in order, those in doubtful blocks too, and a problem for each doubt."""
    for block in blocks:
        problem = _doubt(block, _place(block, origin))
        if problem:
            report.problem(problem)
        meant = getattr(block, "ignore_error_block", block)
        while meant is not block and isinstance(meant, ParsingFailedBlock):
            block, meant = meant, meant.ignore_error_block
        if isinstance(meant, Entry):
            yield meant


def _doubt(block: Block, place: Origin) -> Problem | None:
    """What is wrong with a block, if anything is."""
    if isinstance(block, DuplicateBlockKeyBlock):
        message = f'the key "{block.key}" is used a second time'
        return Problem("duplicate-key", message, place, "both are read", "info")
    if isinstance(block, DuplicateFieldKeyBlock):
        message = f"a field is given twice: {', '.join(sorted(block.duplicate_keys))}"
        return Problem("duplicate-field", message, place, "the first counts; delete the other")
    if isinstance(block, ParsingFailedBlock):
        start = " ".join((block.raw or "")[:200].split())[:60]
        hint = "look for a missing comma, brace or quotation mark; the entry is left out"
        return Problem("bad-bibtex", f'cannot read "{start}"', place, hint)
    return None


MAX_UNFOLDED = 10_000_000
"""How many characters the `@string` names of a file may bring in: each may be made of others, so
that forty short lines could fill any memory. The largest known library brings in one million."""


class Names(dict[str, str]):
    """`@string` names and what they stand for, until too much has been asked for."""

    left = MAX_UNFOLDED

    def said(self, name: str) -> str:
        """What a name stands for; the name itself where it is unknown, or where all is spent."""
        found = self.get(name.lower(), name)
        if self.left >= 0:
            self.left -= len(found)
        return found if self.left >= 0 else name


def _strings(blocks: list[Block]) -> Names:
    """The file's `@string` names, over the months that every style knows."""
    found = Names(_MONTHS)
    for block in blocks:
        meant = block.ignore_error_block if isinstance(block, DuplicateBlockKeyBlock) else block
        if isinstance(meant, String):
            found[meant.key.lower()] = value_of(str(meant.value), found)
    return found


def _values(entry: Entry, strings: Names) -> dict[str, str]:
    """Field → value, without those that are empty. Names have no case; the first of two counts."""
    found: dict[str, str] = {}
    for field in entry.fields:
        for name, raw in _parted(field.key, str(field.value)):
            found.setdefault(name.lower(), value_of(raw, strings))
    return {name: value for name, value in found.items() if value.strip()}


_NEXT_FIELD = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*(?=[{\"\w])")


def _parted(name: str, raw: str) -> Iterator[tuple[str, str]]:
    """A field and its value; also those behind it when the comma between them is missing.

    >>> list(_parted("title", "{A Shelf} year = 2021"))
    [('title', '{A Shelf}'), ('year', '2021')]
    """
    start = 0
    while raw[start : start + 1] in {"{", '"'}:
        end = _closing(raw, start) + 1
        following = _NEXT_FIELD.match(raw, end)
        if not following:
            break
        yield name, raw[start:end]
        name, start = following[1], following.end()
    yield name, raw[start:]


_BARE = re.compile(r"[\s#]*([^\s#{\"]+)?")


def value_of(raw: str, strings: Names) -> str:
    """What `"a" # jan # {b}` says: pieces joined, names looked up, outer marks taken off.

    >>> value_of('"Lee" # { and {B}o, } # jan', Names(jan="1"))
    'Lee and {B}o, 1'
    """
    pieces: list[str] = []
    at = 0
    while at < len(raw):
        bare = _BARE.match(raw, at)
        at = bare.end() if bare else at
        if bare and bare[1]:
            pieces.append(strings.said(bare[1]))
        elif at < len(raw):
            end = _closing(raw, at)
            pieces.append(raw[at + 1 : end])
            at = end + 1
    return "".join(pieces)


_MARK = re.compile(r"(?<!\\)[{}\"]")


def _closing(raw: str, start: int) -> int:
    """Where the value that opens at `start` closes; the end of the text when it never does."""
    depth, quoted = 0, raw[start] == '"'
    for mark in _MARK.finditer(raw, start):
        if mark[0] == '"':
            if quoted and not depth and mark.start() > start:
                return mark.start()
        else:
            depth += 1 if mark[0] == "{" else -1
            if not depth and not quoted:
                return mark.start()
    return len(raw)
