"""Formats that are known and not read: a file of theirs is refused by name, with a way out."""

from __future__ import annotations

import re

_STRANGERS = (
    ("MARC XML", r"<(?:\w+:)?(?:datafield|controlfield)\s+tag="),
    ("a Citavi project", r"<CitaviExchangeData\b"),
    ("TEI XML", r"<TEI\b"),
    ("JATS XML", r"<article\b[^>]*(?:dtd-version|article-type)="),
    ("Dublin Core over OAI-PMH", r"<OAI-PMH\b"),
    ("Zotero RDF", r"<rdf:RDF\b[^>]*zotero\.org"),
    ("RDF", r"<rdf:RDF\b|^@prefix "),
    ("a Biblioscape export", r"^--[A-Z]{2}-- "),
    ("a RePEc NEP report", r"nep\.repec\.org|^NEP: New Economics Papers"),
    ("an Ovid export", r"^<\d+>\n(?:Unique Identifier|Accession Number)\n"),
    ("a LaTeX document", r"^\\documentclass\b"),
    ("a LaTeX bibliography", r"\\begin\{thebibliography\}|^\\bibitem\b"),
    ("SQL", r"^(?:CREATE TABLE|INSERT INTO) "),
    ("a Jupyter notebook", r"\A\s*\{\s*\"cells\":"),
)
_PATTERNS = tuple((name, re.compile(mark, re.MULTILINE)) for name, mark in _STRANGERS)


def stranger(head: str) -> str:
    """The name of a format that is not read and that a file's head gives away, or nothing.

    >>> stranger('<record><datafield tag="245">')
    'MARC XML'
    """
    return next((name for name, pattern in _PATTERNS if pattern.search(head)), "")
