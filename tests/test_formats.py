"""What holds for every format: recognised by content, robust, and quick whatever the text."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.model import Origin, Record, Settings
from papershelf.read import READERS, read
from papershelf.report import Report
from timing import grows_at_most

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = {name: reader.EXAMPLE for name, reader in READERS.items()}


def run(folder: Path, *sources: str) -> tuple[list[Record], Report]:
    report = Report()
    return list(read(Settings(folder, sources=sources), {}, report)), report


def places(records: list[Record]) -> list[str]:
    return [str(record.origin) for record in records]


def told(report: Report) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.origin)) for problem in report.problems]


@pytest.mark.parametrize("name", READERS)
def test_example_is_recognised_and_read_without_a_problem(name: str, tmp_path: Path) -> None:
    (tmp_path / "example").write_text(EXAMPLES[name], "utf-8")
    records, report = run(tmp_path, "example")
    assert records
    assert {record.origin.format for record in records} == {name}
    assert report.problems == []
    assert all(record.origin.line for record in records)


@pytest.mark.parametrize("name", READERS)
def test_reader_says_what_it_reads(name: str) -> None:
    reader = READERS[name]
    assert reader.SUMMARY
    assert all(suffix.startswith(".") for suffix in getattr(reader, "SUFFIXES", ()))


HEADER = "Get trending papers in your email inbox!"
LINE = "Its abstract says something that takes a line of some length to say, and ends."
BROKEN = {
    "bibtex": ("@book{a, title={One}}\n", "@book{b, title = {Two\n", "@book{c, title={Three}}\n"),
    "ris": ("TY  - BOOK\nTI  - One\nER  - \n", "TY  - BOOK\n???\nER  - \n",
            "TY  - BOOK\nTI  - Three\nER  - \n"),
    "nbib": ("PMID- 1\nTI  - One\n\n", "PMID- 2\n????\n\n", "PMID- 3\nTI  - Three\n"),
    "isi": ("FN ISI Export Format\nPT J\nTI One\nER\n", "PT J\n????\nER\n", "PT J\nTI Three\nER\n"),
    "endnote": ("%0 Book\n%T One\n\n", "%0 Book\n????\n\n", "%0 Book\n%T Three\n"),
    "copac": ("TI- One\nPY- 1\n\n", "AU- Nobody\n\n", "TI- Three\nPY- 3\n"),
    "inspec": ("TI ~ One\nPY ~ 1\n\n", "AU ~ Nobody\n\n", "TI ~ Three\n"),
    "smart": (".I 1\n.T\nOne\n", ".I 2\n.Z\n", ".I 3\n.T\nThree\n"),
    "endnote-xml": ("<xml><records>\n<record><titles><title>One</title></titles></record>\n",
                    "<record><ref-type/><titles><title></titles></record>\n",
                    "<record><titles><title>Three</title></titles></record>\n</records></xml>"),
    "pubmed-xml": ("<PubmedArticleSet>\n<PubmedArticle>"
                   "<ArticleTitle>One</ArticleTitle></PubmedArticle>\n",
                   "<PubmedArticle><Arti</PubmedArticle>\n",
                   "<PubmedArticle><ArticleTitle>Three</ArticleTitle></PubmedArticle>\n"
                   "</PubmedArticleSet>"),
    "mods": ("<modsCollection>\n<mods><titleInfo><title>One</title></titleInfo></mods>\n",
             "<mods><titleInfo></mods>\n",
             "<mods><titleInfo><title>Three</title></titleInfo></mods>\n</modsCollection>"),
    "acl-xml": ("<collection id='a'>\n<volume id='1'>\n<paper id='1'><title>One</title></paper>\n",
                "<paper id='2'><title></paper>\n",
                "<paper id='3'><title>Three</title></paper>\n</volume></collection>"),
    "atom": ("<feed xmlns='http://www.w3.org/2005/Atom'>\n<entry><title>One</title></entry>\n",
             "<entry><titel>Two</entry>\n", "<entry><title>Three</title></entry>\n</feed>"),
    "rss": ("<rss><channel>\n<item><title>One</title></item>\n", "<item><titel>Two</item>\n",
            "<item><title>Three</title></item>\n</channel></rss>"),
    "jsonl": ('{"title": "One"}\n', '{"title": "Two"\n', '{"title": "Three"}\n'),
    "json": ('[\n{"title": "One"},\n', '{"title": "Two", "year": [1},\n', '{"title": "Three"}]'),
    "table": ("title,authors,year\nOne,A B,1\n", '"Two,A B,2\n', "Three,A B,3\n"),
    "yaml": ("- title: One\n  abstract: x\n", "- title: 'Two\n  abstract: x\n",
             "- title: Three\n  abstract: x\n"),
    "markdown": ("# List\n- [The Paper One](https://arxiv.org/abs/2101.00001)\n",
                 "- [The Paper Two](https://arxiv.org/abs/2101.00002\n",
                 "- [The Paper Three](https://arxiv.org/abs/2101.00003)\n"),
    "html": ("<html><body>\n<article><h2>One</h2></article>\n", "<article><h2></article>\n",
             "<article><h2>Three</h2></article></body></html>"),
    "listing": (f"{HEADER}\n\nMar 14\n\nThe Number One\n\n{LINE}\n\n",
                "The Number Two\n\n", f"The Number Three\n\n{LINE}\n"),
}  # fmt: skip
SILENT = {"html", "copac", "inspec"}
"""A heading without text, or a run of tags without a title, is only told to be none."""


@pytest.mark.parametrize("name", READERS)
def test_malformed_record_loses_only_itself(name: str, tmp_path: Path) -> None:
    good, bad, better = BROKEN[name]
    (tmp_path / "file").write_text(good + bad + better, "utf-8")
    records, report = run(tmp_path, "file")
    assert {record.origin.format for record in records} == {name}
    titles = [record.text("title") for record in records]
    assert [titles[0].split()[-1], titles[-1].split()[-1]] == ["One", "Three"]
    assert len(titles) == (3 if name == "listing" else 2)
    line = 1 + good.count("\n")
    if name != "html":
        lines = [problem.origin.line for problem in report.problems if problem.origin]
        assert any(line <= found <= line + bad.count("\n") for found in lines), lines


ORIGIN = Origin("x")
CHUNKS = st.text(max_size=6) | st.sampled_from(
    ["\n", '"', "{", "}", "<", ">", "[", "]", ",", ":", "- ", "\n\n", "@", "\\", "=", "\ud800"]
)


@pytest.mark.parametrize("name", READERS)
@given(cuts=st.lists(st.tuples(st.integers(0, 999), st.integers(0, 40), CHUNKS), max_size=6))
def test_no_damage_to_a_file_makes_a_reader_raise(
    name: str, cuts: list[tuple[int, int, str]]
) -> None:
    text = EXAMPLES[name]
    for start, length, put in cuts:
        start %= len(text) + 1
        text = text[:start] + put + text[start + length :]
    for reader in READERS.values():
        assert 0 <= reader.sniff(text) <= 1
    for record in READERS[name].read(text, ORIGIN, Report()):
        assert record.origin.path == "x"


SCRAPS = (
    "[ { @ a{ <a> \" ' ( \\ @a{ @a{b, {\" [[ {\"a\": , ; | %A <!-- <a &amp; <![CDATA[ ** __ ` [](  "
    "![ [a](http://a - # $ {[ {}, \"a\", <p> <sup> <item> <entry> <article>"
).split()  # fmt: skip
LINES = (
    "a",
    '"',
    "- a",
    "TY  - x",
    "PMID- 1",
    "PT J",
    "%0 x",
    "---",
    "a: b",
    "- [a](http://arxiv.org/",
    "=",
)
SIZE = 60_000


@pytest.mark.parametrize("name", READERS)
def test_hostile_text_takes_time_in_proportion_to_its_length(name: str) -> None:
    """Scraps without end after half an example. Four times the text may take nine times as long."""
    half = EXAMPLES[name][: len(EXAMPLES[name]) // 2]
    for scrap in ("<entry>", "<item>", "<record>", "<paper>"):  # nothing but scraps
        read_all(name, scrap * 50)
    for scrap in [*SCRAPS, " ", "\t", "\n", *(f"{line}\n" for line in LINES)]:
        long, short = (half + scrap * (size // len(scrap)) for size in (SIZE, SIZE // 4))
        works = partial(read_all, name, long), partial(read_all, name, short)
        assert grows_at_most(9, *works, quick=0.7), scrap


def read_all(name: str, text: str) -> None:
    READERS[name].sniff(text[:65536])
    for _ in READERS[name].read(text, ORIGIN, Report()):
        pass


OTHERS = {
    "app.py": "@click.command()\ndef main(): ...\n\n@dataclass(frozen=True)\nclass A: ...\n",
    "style.css": "@media (min-width: 1px) {\n  a { color: red }\n}\n@page { margin: 1cm }\n",
    "package.json": '{"version": "1.0", "dependencies": {"a": "1"}}',
    "prose.txt": "Dear reader,\n\nthis is a letter. It holds no paper.\n",
    "README.md": "# A Library\n\nTo cite:\n\n```bibtex\n@misc{lee,\n  title={It}\n}\n```\n",
    "mkdocs.yml": "site_name: Papers\nplugins:\n  - search\n",
    "numbers.csv": "a,b\n1,2\n",
    "index.html": "<!doctype html><html><body><p>Hello</p></body></html>",
    "page.xml": "<root><item>no paper</item></root>",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_lies_beside_papers_gives_no_record(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / name).write_text(OTHERS[name], "utf-8")
    records, _ = run(tmp_path, "papers")
    assert records == []


STRANGERS = {
    "MARC XML": '<record><datafield tag="245"></datafield></record>',
    "a Citavi project": "<CitaviExchangeData></CitaviExchangeData>",
    "a LaTeX bibliography": "\\begin{thebibliography}{9}\n\\bibitem{a} A. Lee.\n",
    "a RePEc NEP report": "nep.repec.org\n\n1. A Title\n",
    "a Biblioscape export": "--AU-- Name\n--ST-- Title\n------\n",
}


@pytest.mark.parametrize("name", STRANGERS)
def test_known_format_that_is_not_read_is_refused_by_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(STRANGERS[name], "utf-8")
    records, report = run(tmp_path, "file")
    assert records == []
    assert [problem.message for problem in report.problems] == [
        f"this is {name}, which is not read"
    ]


# -- Containers ----------------------------------------------------------------------------


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return packed.getvalue()


def a_mail(html: bool = False) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ada@example.org", "bo@example.org", "Päpers"
    mail.set_content(EXAMPLES["listing"])
    if html:
        mail.add_alternative("<h1>A Title</h1><p>Not this one.</p>", subtype="html")
    return mail


BIB, RIS = EXAMPLES["bibtex"].encode(), EXAMPLES["ris"].encode()


def test_mail_gives_its_body_and_its_attachments(tmp_path: Path) -> None:
    mail = a_mail(html=True)
    mail.add_attachment(BIB, maintype="application", subtype="x-bibtex", filename="../in/lib.bib")
    mail.add_attachment(
        gzip.compress(RIS), maintype="application", subtype="gzip", filename="x.ris.gz"
    )
    (tmp_path / "m.eml").write_bytes(bytes(mail))
    records, report = run(tmp_path, "m.eml")
    assert places(records) == ["m.eml/body:7", "m.eml/lib.bib:1", "m.eml/x.ris.gz:1"]
    assert told(report) == []


def test_mail_in_html_alone_is_read_as_text(tmp_path: Path) -> None:
    mail = a_mail()
    lines = "".join(f"<p>{line}</p>" for line in EXAMPLES["listing"].split("\n") if line)
    mail.set_content(f"<html><style>p {{}}</style><body>{lines}</body></html>", subtype="html")
    (tmp_path / "m.eml").write_bytes(bytes(mail))
    records, _ = run(tmp_path, "m.eml")
    assert [record.text("title") for record in records] == ["A Title on a Line of Its Own"]


def test_mail_in_another_encoding_keeps_its_letters(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Date"] = "a@b.org", "c@d.org", "Fri, 1 Jan 2021 00:00:00 +0000"
    mail.set_content("@misc{a, title={Café für Elise}}", charset="iso-8859-1", cte="8bit")
    (tmp_path / "m.eml").write_bytes(bytes(mail))
    records, report = run(tmp_path, "m.eml")
    assert [record.text("title") for record in records] == ["Café für Elise"]
    assert told(report) == []


@given(st.binary(max_size=200))
def test_no_mail_raises(data: bytes) -> None:
    from papershelf.read.mail import is_mail, parts_of

    head = b"From: a@b.org\nTo: c@d.org\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n"
    assert is_mail(head + b"\n" + data)
    for name, part in parts_of(head + data):
        assert name and isinstance(part, bytes)


def test_archive_in_an_archive_is_opened_and_no_further(tmp_path: Path) -> None:
    inner = zipped(in__a_ris=RIS, deep_zip=zipped(no_bib=BIB))
    whole = zipped(inner_zip=inner, m_eml=bytes(a_mail()), z_bib_gz=gzip.compress(BIB))
    (tmp_path / "a.zip").write_bytes(whole)
    records, report = run(tmp_path, "a.zip")
    assert places(records) == [
        "a.zip/inner.zip/in/a.ris:1", "a.zip/m.eml/body:7", "a.zip/z.bib.gz:1",
    ]  # fmt: skip
    assert told(report) == [("unknown-format", "a.zip/inner.zip/deep.zip")]


def test_links_in_an_archive_are_left_alone(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.bib")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.bib", BIB)
    records, report = run(tmp_path, "a.zip")
    assert (places(records), told(report)) == (["a.zip/a.bib:1"], [])


def test_archive_that_unpacks_to_gigabytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papershelf.read.content._MOST_BYTES", 1000)
    (tmp_path / "a.zip").write_bytes(zipped(a_bib=BIB * 10))
    assert told(run(tmp_path, "a.zip")[1]) == [("too-long", "a.zip")]


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_tar_is_refused_with_a_way_out(mode: str, tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_bytes(BIB)
    with tarfile.open(tmp_path / "a.tar", mode) as archive:  # type: ignore[call-overload]
        archive.add(tmp_path / "a.bib")
    records, report = run(tmp_path, "a.tar")
    assert (records, told(report)) == ([], [("other-archive", "a.tar")])
    assert "pack its files as .zip" in report.problems[0].hint


@pytest.mark.parametrize("seed", range(3))
def test_damaged_archives_never_raise(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    whole = bytearray(zipped(a_bib=BIB, inner_zip=zipped(b_ris=RIS), c_bib_gz=gzip.compress(BIB)))
    for number in range(60):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        (tmp_path / f"{number}.zip").write_bytes(data)
    run(tmp_path, *(f"{number}.zip" for number in range(60)))


# -- What single formats promise -------------------------------------------------------------


def read_one(name: str, text: str) -> tuple[list[Record], Report]:
    report = Report()
    return list(READERS[name].read(text, Origin("x", 0, name), report)), report


def test_xml_with_entities_of_its_own_is_not_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>\n' + EXAMPLES["rss"]
    for name in ("rss", "atom", "mods", "acl-xml", "pubmed-xml", "endnote-xml"):
        records, report = read_one(name, bomb)
        assert (records, [p.code for p in report.problems]) == ([], ["xml-entities"])


def test_xml_loses_no_character_to_bare_signs() -> None:
    title = "<title>R&D: a < b &nbsp;&eacute; &unknown; &#233;</title>"
    records, _ = read_one("rss", f"<rss><channel><item>{title}</item></channel></rss>")
    assert records[0].text("title").split() == ["R&D:", "a", "<", "b", "é", "&unknown;", "é"]


def test_record_within_a_record_is_taken_out_but_not_of_the_root() -> None:
    text = "<r><item><title>One<item><title>Two</title></item></title></item></r>"
    assert [r.text("title") for r in read_one("rss", text)[0]] == ["One", "Two"]
    text = "<item><title>One</title><item><title>Two</title></item></item>"
    assert [r.text("title") for r in read_one("rss", text)[0]] == ["One", "Two"]


def test_lines_of_xml_count_the_declaration() -> None:
    text = '\n\n<?xml version="1.0"\n encoding="utf-8"?>\n' + EXAMPLES["rss"]
    records, _ = read_one("rss", text)
    assert records[0].origin.line == 7


def test_unclosed_quotation_mark_costs_one_row() -> None:
    rows = "".join(f"Title {n},A B,{n}\n" for n in range(300))
    records, report = read_one("table", f'title,authors,year\n"Open,A B,1\n{rows}')
    assert len(records) == 300
    assert [str(problem.origin) for problem in report.problems] == ["x:2"]


def test_commented_out_entry_is_none() -> None:
    records, report = read_one("bibtex", "%@book{a, title={Off}}\n@book{b, title={On}}\n")
    assert [record.text("title") for record in records] == ["On"]
    assert report.problems == []


def test_json_that_holds_an_atom_feed_gives_its_entries() -> None:
    feed = EXAMPLES["atom"].replace('"', '\\"').replace("\n", "\\n")
    records, _ = read_one("json", f'{{"status": 200, "body": "{feed}"}}')
    assert [record.text("arxiv") for record in records] == ["2101.00001v2"]


def test_json_without_papers_gives_none() -> None:
    assert read_one("json", '{"a": 1}')[0] == []
    assert read_one("json", "[1, 2]")[1].problems[0].code == "odd-value"
    assert read_one("json", '{"a": 1')[0] == []


def test_anthology_id_is_made_of_its_parts_where_no_address_gives_it() -> None:
    text = EXAMPLES["acl-xml"].replace("<url>2021.shelf-1.1</url>", "")
    assert read_one("acl-xml", text)[0][0].text("acl") == "2021.shelf-1.1"
    text = text.replace('id="2021.shelf"', 'id="P19"')
    assert read_one("acl-xml", text)[0][0].text("acl") == "P19-1001"


# -- Documentation ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", READERS)
def test_every_format_has_a_page_with_its_example(name: str) -> None:
    page = (ROOT / "docs" / "formats" / f"{name}.md").read_text("utf-8")
    assert READERS[name].EXAMPLE.rstrip("\n") in page
    assert "## What is read into what" in page
    assert "## What is not" in page


def test_no_page_is_about_a_format_that_is_not_read() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "formats").glob("*.md")}
    assert pages == READERS.keys() | {"containers"}
