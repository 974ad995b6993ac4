"""PubMed XML: `<PubmedArticle>` records as the E-utilities give them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from papershelf.model import Origin, Record
from papershelf.read.xml import (
    child,
    children,
    inner_text,
    records_in,
    sniff_markup,
    text_at,
    texts_at,
)
from papershelf.report import Report

SUMMARY = "PubMed and MEDLINE records (.xml)"
SUFFIXES = (".xml",)
EXAMPLE = """<PubmedArticleSet>
  <PubmedArticle><MedlineCitation>
    <PMID>31000001</PMID>
    <Article>
      <Journal><JournalIssue><PubDate><Year>2021</Year></PubDate></JournalIssue>
        <Title>Shelf Letters</Title></Journal>
      <ArticleTitle>A shelf for the clinic.</ArticleTitle>
      <Abstract><AbstractText>How to keep a library.</AbstractText></Abstract>
      <AuthorList><Author><LastName>Lee</LastName><ForeName>Ada</ForeName></Author></AuthorList>
    </Article>
  </MedlineCitation></PubmedArticle>
</PubmedArticleSet>
"""


def sniff(head: str) -> float:
    """High for an article or a book of PubMed."""
    return sniff_markup(head, r"<(?:PubmedArticle|PubmedBookArticle|MedlineCitation)\b")


def read(text: str, origin: Origin, report: Report) -> Iterator[Record]:
    """A set of articles → a record each."""
    for article, place in records_in(text, origin, report, "PubmedArticle", "PubmedBookArticle"):
        yield Record(_fields(article), place)


def _fields(article: etree._Element) -> dict[str, Any]:
    citation = child(article, "MedlineCitation")
    if citation is None:
        citation = child(article, "BookDocument")
    citation = article if citation is None else citation
    inner = child(citation, "Article")
    inner = citation if inner is None else inner
    pmid = text_at(citation, "PMID")
    fields = {
        "title": _title(inner),
        "abstract": _abstract(inner),
        "authors": [_author(author) for author in children(inner, "AuthorList/Author")],
        "date": _date(inner),
        "venue": text_at(inner, "Journal/Title", "MedlineJournalInfo/MedlineTA", "Book/BookTitle"),
        "doi": _doi(article, inner),
        "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdigit() else "",
        "volume": text_at(inner, "Journal/JournalIssue/Volume"),
        "number": text_at(inner, "Journal/JournalIssue/Issue"),
        "pages": text_at(inner, "Pagination/MedlinePgn") or _pages(inner),
        "language": text_at(inner, "Language"),
        "keywords": texts_at(citation, "KeywordList/Keyword")
        or texts_at(citation, "MeshHeadingList/MeshHeading/DescriptorName"),
        "key": pmid,
    }
    return {name: value for name, value in fields.items() if value}


def _pages(article: etree._Element) -> str:
    ends = (text_at(article, f"Pagination/{name}Page") for name in ("Start", "End"))
    return "-".join(page for page in ends if page)


def _title(article: etree._Element) -> str:
    """The title without MEDLINE's brackets around translations and its final stop."""
    title = text_at(article, "ArticleTitle", "Book/BookTitle", "VernacularTitle")
    if title.startswith("["):
        title = title[1:].removesuffix(".").removesuffix("]")
    return title if title.endswith("..") else title.removesuffix(".")


def _abstract(article: etree._Element) -> str:
    """The abstract; each labelled part is a paragraph with its label before it."""
    parts = []
    for part in children(article, "Abstract/AbstractText"):
        label, text = part.get("Label", ""), inner_text(part)
        parts.append(f"{label.capitalize()}: {text}" if label and text else text)
    return "\n\n".join(part for part in parts if part)


def _author(author: etree._Element) -> dict[str, str]:
    orcid = next(
        (inner_text(i) for i in children(author, "Identifier") if i.get("Source") == "ORCID"), ""
    )
    found = {
        "family": text_at(author, "LastName"),
        "given": text_at(author, "ForeName", "Initials"),
        "suffix": text_at(author, "Suffix"),
        "literal": text_at(author, "CollectiveName"),
        "orcid": orcid,
    }
    return {name: value for name, value in found.items() if value}


def _date(article: etree._Element) -> str:
    """The date of the issue, else of the electronic article; MEDLINE's own words if need be."""
    for path in ("Journal/JournalIssue/PubDate", "ArticleDate", "Book/PubDate"):
        found = child(article, path)
        if found is not None:
            parts = [text_at(found, name) for name in ("Year", "Month", "Day")]
            date = " ".join(part for part in parts if part) or text_at(found, "MedlineDate")
            if date:
                return date
    return ""


def _doi(article: etree._Element, inner: etree._Element) -> str:
    places = [
        *children(inner, "ELocationID"),
        *children(article, "PubmedData/ArticleIdList/ArticleId"),
        *children(inner, "ArticleIdList/ArticleId"),
    ]
    return next((inner_text(e) for e in places if "doi" in {e.get("EIdType"), e.get("IdType")}), "")
