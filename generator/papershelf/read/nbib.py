"""NBIB: MEDLINE records as PubMed saves them (`PMID- 123`, `TI  - …`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from papershelf.model import Origin, Record
from papershelf.read.tagged import Dialect, Tags, all_of, find_doi, first, one_line, read_tagged
from papershelf.report import Report

SUMMARY = "MEDLINE records as PubMed saves them (.nbib)"
SUFFIXES = (".nbib",)
EXAMPLE = """PMID- 31000001
TI  - A shelf for the clinic: how reading groups
      keep their papers.
FAU - Lee, Ada
DP  - 2021 May 3
AB  - A survey of shelves.
"""


def _derive(tags: Tags) -> dict[str, Any]:
    """The DOI (`10.1/x [doi]`), and a link to the record at PubMed."""
    ids = [value for tag in ("LID", "AID") for value in tags.get(tag, ())]
    marked = [value.removesuffix("[doi]").strip() for value in ids if value.endswith("[doi]")]
    doi = next(iter(marked), "") or find_doi(ids)
    pmid = first(tags, "PMID")
    url = f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdigit() else ""
    return {"doi": doi, "url": url, "title": _title(tags), "abstract": _abstract(tags)}


def _title(tags: Tags) -> str:
    """The title, of several lines if need be; brackets and a final stop are the format's own."""
    title = one_line(" ".join(all_of(tags, "TI", "BTI", "CTI", "TT")))
    if title.startswith("["):  # a translation
        title = title[1:].removesuffix(".").removesuffix("]")
    return title.removesuffix(".") if not title.endswith("..") else title


def _abstract(tags: Tags) -> str:
    return "\n\n".join(value for value in tags.get("AB", ()) if value)


_DIALECT = Dialect(
    tag=re.compile(r"([A-Z]{2,4})[ \t]{0,2}-[ \t]?(.*)"),
    starts=frozenset({"PMID"}),
    blank_ends=True,
    names={
        "title": ("TI", "BTI", "CTI", "TT"),
        "abstract": ("AB",),
        "authors": ("FAU", "AU", "CN"),
        "date": ("DP",),
        "venue": ("JT", "TA"),
        "pages": ("PG",),
        "volume": ("VI",),
        "number": ("IP",),
        "publisher": ("PB",),
        "language": ("LA",),
        "keywords": ("OT", "MH"),
        "key": ("PMID",),
        "type": ("PT",),
    },
    derive=_derive,
)


def sniff(head: str) -> float:
    """High when a line opens with `PMID-`."""
    return 0.95 if re.search(r"^\ufeff?PM(?:ID|C) ?- ?\d", head, re.MULTILINE) else 0.0


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A saved search → a record a `PMID`."""
    return read_tagged(text, _DIALECT, origin)
