"""Real files of every format, kept beside the checkout: each is read as far as it goes.

`native.tsv` says of each file what must come of it: the reader, the number of records, and
the problems by code. The numbers were counted by other means (`counted`), too.
"""

from __future__ import annotations

import csv
import json
import re
import tarfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from papershelf.clean import clean
from papershelf.model import Author, Paper, Record, Settings
from papershelf.read import read
from papershelf.report import Report

TABLE = Path(__file__).with_name("native.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:]]

pytestmark = pytest.mark.shared


@pytest.fixture(scope="session")
def native(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("native")
    with tarfile.open(shared / "data" / "native-dev.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "native"


def records_of(path: Path) -> tuple[list[Record], Report]:
    report = Report()
    return list(read(Settings(path.parent, sources=(path.name,)), {}, report)), report


def papers_of(path: Path) -> list[Paper]:
    settings, report = Settings(path.parent, sources=(path.name,)), Report()
    return list(clean(read(settings, {}, report), settings, {}, report))


def codes(report: Report) -> str:
    found = Counter(problem.code for problem in report.problems)
    return " ".join(f"{code}×{count}" for code, count in sorted(found.items()))


@pytest.mark.parametrize(("name", "reader", "count", "problems"), ROWS, ids=[r[0] for r in ROWS])
def test_native_file(name: str, reader: str, count: str, problems: str, native: Path) -> None:
    records, report = records_of(native / name)
    assert {record.origin.format for record in records} <= {reader}
    assert (len(records), codes(report)) == (int(count), problems)
    assert all(record.origin.line for record in records)


def test_every_native_file_has_a_row(native: Path) -> None:
    found = {path.relative_to(native).as_posix() for path in native.rglob("*") if path.is_file()}
    assert found - {"MANIFEST.tsv"} == {row[0] for row in ROWS}


ENTRY = re.compile(
    r"^[\ufeff}\t ]*@(?!string|comment|preamble|xdata|set\b)[a-z_\d]+\s*[{(]", re.M | re.I
)
MARKS = {
    "acl-xml": r"<paper id=", "rss": r"<item>", "ris": r"^\ufeff?TY  - |\ufeff\nJF  -",
    "pubmed-xml": r"<PubmedArticle>", "endnote-xml": r"<record>", "mods": r"<mods[ >]",
    "smart": r"^\.I \d", "nbib": r"^PM(?:ID|C|CR) ?- ?\d", "isi": r"^PT ", "copac": r"^TI- ",
    "html": r"<article", "inspec": r"^TI ~",
}  # fmt: skip


def counted(path: Path, reader: str) -> int | None:
    """How many records a file holds, by a look at its text; nothing where a look does not tell."""
    if reader == "bibtex":
        text = path.read_text("utf-8", errors="ignore")
        return len(ENTRY.findall(re.sub(r"^[ \t]*%.*", "", text, flags=re.M)))
    if reader in MARKS:
        text = path.read_text("utf-8", errors="ignore")
        return len(re.findall(MARKS[reader], text, re.M))
    if reader == "table":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return sum(1 for row in csv.reader(file) if row) - 1
    if reader == "json":
        data = json.loads(path.read_text("utf-8"))
        if isinstance(data, dict) and "body" in data:
            return str(data["body"]).count("<entry>")
        return len(data if isinstance(data, list) else data.get("items") or data["papers"])
    return None


COUNTED_OTHERWISE = {
    "bib/bibtex-ruby/errors.bib": "six entries of it cannot be read",
    "bib/bibtex-tidy/entry-with-parentheses.bib": "an abstract of it begins a line with an @",
    "bib/bibtex-tidy/commentTest.bib": "two entries stand in comments",
}


@pytest.mark.parametrize(("name", "reader", "count", "problems"), ROWS, ids=[r[0] for r in ROWS])
def test_number_is_what_another_count_gives(
    name: str, reader: str, count: str, problems: str, native: Path
) -> None:
    """Records, and what was told to lack a title, are all that is there."""
    untitled = re.search(r"no-title×(\d+)", problems)
    expected = counted(native / name, reader)
    if expected is None or name in COUNTED_OTHERWISE:
        return
    assert int(count) + int(untitled[1] if untitled else 0) == expected


# -- Better BibTeX: the JSON is what Zotero has after the import ---------------------------

Facts = tuple[str, tuple[str, ...], int | None, str]
FIELDS = ("title", "authors", "year", "doi")


def fold(text: str) -> str:
    """Text without what neither side is right or wrong about.

    Case: Better BibTeX puts titles in sentence case, as Zotero wants them; we leave them.
    Markup: it keeps italics and scripts as HTML; we make formulas of them. Kinds of dash,
    quotation mark and blank, soft hyphens, and how an overline is encoded.
    """
    text = unicodedata.normalize("NFKD", re.sub(r"<[^<>]{1,40}>", "", text))
    text = re.sub("[\u00ad\u200b]", "", text.replace("\u0305", "\u0304").replace("⋅", "·"))
    for signs, one in (("‘’`", "'"), ("“”", '"'), ("〈", "⟨"), ("〉", "⟩")):
        text = re.sub(f"[{signs}]", one, text)
    return " ".join(re.sub(r"[–—−‐‑-]+", "-", text).casefold().split())


def year_in(text: str) -> int | None:
    match = re.search(r"(?<!\d)\d{4}(?!\d)", text)
    return int(match[0]) if match else None


def name_of(author: Author) -> str:
    family = author.literal or " ".join(filter(None, (author.particle, author.family)))
    given = ", ".join(filter(None, (author.given, author.suffix)))
    return fold(f"{family} {given}")


def our_facts(paper: Paper) -> Facts:
    year = paper.date.year if paper.date else None
    names = tuple(map(name_of, paper.authors))
    return fold(paper.title.plain), names, year, paper.identifiers.get("doi", "")


TITLES = ("title", "caseName", "nameOfAct", "subject")
MAIN = frozenset(
    "author director presenter podcaster programmer inventor artist cartographer interviewee "
    "composer performer contributor sponsor cosponsor commenter counsel".split()
)


def their_title(item: Mapping[str, str]) -> str:
    return next((item[name] for name in TITLES if item.get(name)), "")


def their_facts(item: Mapping[str, object]) -> Facts:
    people = item.get("creators") or []
    assert isinstance(people, list)
    main = [one for one in people if one["creatorType"] in MAIN] or people
    names = tuple(
        fold(f"{one.get('lastName') or one.get('name') or ''} {one.get('firstName') or ''}")
        for one in main
        if one.get("name") != "others"  # `and others` is no author of ours
    )
    extra = item.get("extra") or []
    extra = extra.split("\n") if isinstance(extra, str) else extra
    assert isinstance(extra, list)
    noted = [line[4:] for line in extra if line.startswith("DOI:")]
    doi = str(item.get("DOI") or next(iter(noted), "")).strip().lower()
    doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", doi)
    date = next((str(item[n]) for n in ("date", "issueDate", "dateDecided") if item.get(n)), "")
    return fold(their_title(item)), names, year_in(date), doi.strip()  # type: ignore[arg-type]


EXPLAINED = (
    ("title", r"al_\{x\}", r"al_\{x\}", r"`\vphantom\{\}` swallows its braces there, not here"),
    ("title", r"[_^]", r"", "a formula in a title reads `low-T_c` as text; the page shows it set"),
    ("title", r"(schreiben|death): ", r"(schreiben|death)\. ",
     "title and subtitle: theirs in the way of the language or the type, ours with a colon"),
    ("title", r"⟨100⟩", r"⟨100 ⟩", "the blanks around a formula between angle brackets"),
    ("authors", r"ragnheiur", r"ragnhei ̣ur", r"`{\d}ur`: a dot below nothing"),
    ("authors", r"beno|ž|ň|č|š", r"", "the expected file sets the accent on another letter"),
    ("authors", r"merle c\., j\.", r"merle, j\. c\.", "`Merle, C., J.` is no name in BibTeX"),
    ("authors", r"miller d\. firby j\.", r"miller firby, d\.", "a comma where `and` should be"),
    ("authors", r"the arts national endowment for", r"for the arts national endowment",
     "`the Arts, National Endowment for`: they take `for` for a particle"),
    ("authors", r"inc netlibrary", r"netlibrary inc", "`Inc NetLibrary` is a group to us"),
    ("authors", r"berger joachim", r"barget monika", "collaborators are no authors to us"),
    ("authors", r"", r"koster joan|laine chester|grant carl|coleman julianne",
     "the editors of a thesis are contributors to them; we take editors for want of authors"),
    ("doi", r"10\.\d+/", r"\A\Z", "found in `url`, where they leave it"),
    ("doi", r"\A\Z", r"\A(0\.1088|j\.desal)", "not a DOI, and said to be none"),
)  # fmt: skip
"""Field, what ours has, what theirs has, and why they differ."""


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


def why(field: str, ours: object, theirs: object) -> str:
    """The reason in the table for a difference, or nothing."""
    told, expected = (str(v) if isinstance(v, str) else "; ".join(v) for v in (ours, theirs))  # type: ignore[attr-defined]
    fitting = (
        reason
        for name, one, other, reason in EXPLAINED
        if name == field
        and re.search(decomposed(one), told)
        and re.search(decomposed(other), expected)
    )
    return next(fitting, "")


def nearest(facts: Facts, candidates: list[Facts]) -> Facts:
    words = set(facts[0].split())

    def nearness(other: Facts) -> tuple[int, int]:
        same = sum(a == b for a, b in zip(facts, other, strict=True))
        return same, len(words & set(other[0].split()))

    return max(candidates, key=nearness)


def differences(native: Path) -> Iterator[tuple[str, str, object, object]]:
    """File, field, ours and theirs, for each paper of each pair that differs."""
    pairs = 0
    for bib in sorted((native / "bib" / "bbt-import").glob("*.bib")):
        expected = bib.with_suffix(".json")
        if not expected.exists():
            continue
        pairs += 1
        items = json.loads(expected.read_text("utf-8"))["items"]
        theirs = Counter(their_facts(item) for item in items if their_title(item))
        ours = Counter(our_facts(paper) for paper in papers_of(bib))
        rest = list((theirs - ours).elements())
        for facts in (ours - theirs).elements():
            if not rest:
                yield bib.name, "paper", facts, None
                continue
            other = nearest(facts, rest)
            rest.remove(other)
            for field, a, b in zip(FIELDS, facts, other, strict=True):
                if a != b:
                    yield bib.name, field, a, b
        yield from ((bib.name, "paper", None, facts) for facts in rest)
    assert pairs > 30


def test_bibtex_means_what_zotero_makes_of_it(native: Path) -> None:
    """3,000 entries, in title, authors, year and DOI; every difference has its reason."""
    found = list(differences(native))
    assert [d for d in found if not why(d[1], d[2], d[3])] == []
    reasons = {why(field, ours, theirs) for _, field, ours, theirs in found}
    assert reasons == {reason for *_, reason in EXPLAINED}, "an explanation without a difference"


# -- JabRef: a file of another format, and the BibTeX that it should become ----------------

JABREF = {
    ("EndnoteXmlImporterTestArticle2", "year"): "the expected file lost the year of `Jan 1937`",
    ("EndnoteXmlImporterTestLabelAndMultiTitle", "year"): "the same",
    ("EndnoteXmlImporterTest_WithoutUrlStyle2", "year"): "the same",
    ("EndnoteXmlImporterTest_EmptyKeywordStyle", "year"): "the same, of `06-01`",
    ("MODSImporterTestAllFields", "title"): "JabRef takes the abbreviated title, the last of two",
    ("MedlineImporterTestArticleItalics", "title"): "the final stop is MEDLINE's, not the title's",
    ("MedlineImporterTestKeywordSingleEntry", "title"): "the same",
    ("MedlineImporterTestKeywordSingleEntry", "authors"): "an investigator is no author",
    ("RisImporterTest7", "authors"): "JabRef adds the editors (A2) of a book",
}
NOT_READ = {"BiblioscapeImporterTestInbook", "MarcXmlParserTestArticle", "RepecNepImporterTest1",
            "RepecNepImporterTest2", "RepecNepImporterTest3"}  # fmt: skip
UNPAIRED = ("OvidImporterTestBib3", "OvidImporterTestBib6", "CitaviXmlImporterTest5")


def jabref_pairs(native: Path) -> Iterator[tuple[Path, Path]]:
    for expected in sorted((native / "pairs-jabref").glob("*.bib")):
        others = [p for p in expected.parent.glob(f"{expected.stem}.*") if p.suffix != ".bib"]
        if others and expected.stem not in NOT_READ:
            yield others[0], expected
        else:
            assert expected.stem in NOT_READ or expected.stem in UNPAIRED


def test_other_formats_mean_what_jabref_makes_of_them(native: Path) -> None:
    found: dict[tuple[str, str], object] = {}
    for source, expected in jabref_pairs(native):
        ours, theirs = papers_of(source), papers_of(expected)
        assert len(ours) == len(theirs), source.name
        for one, other in zip(ours, theirs, strict=True):
            for field, a, b in zip(FIELDS, our_facts(one), our_facts(other), strict=True):
                if a != b:
                    found[source.stem, field] = (a, b)
    assert {key: pair for key, pair in found.items() if key not in JABREF} == {}
    assert JABREF.keys() == found.keys(), "an explanation without a difference"
