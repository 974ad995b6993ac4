"""The listing and JSONL readers on real data, read only, where it is there."""

from __future__ import annotations

import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from papershelf.model import Origin, Record, Settings
from papershelf.read import listing, read
from papershelf.report import Report

pytestmark = pytest.mark.shared


def run(root: Path, source: str) -> tuple[list[Record], Report]:
    report = Report()
    return list(read(Settings(root, sources=(source,)), {}, report)), report


def test_seeds_give_all_their_papers_and_no_problem(shared: Path) -> None:
    records, report = run(shared, "seeds")
    assert report.problems == []
    counts: dict[str, int] = {}
    for record in records:
        counts[record.origin.path[6:9]] = counts.get(record.origin.path[6:9], 0) + 1
    assert counts == {"000": 146, "001": 146, "002": 32, "003": 290, "004": 86}
    listed = {record.origin.path[6:9]: record.fields.get("listed") for record in records}
    assert listed == {
        "000": "Mar 14", "001": "Mar 12", "002": "Mar 13", "003": None, "004": "Mar 19",
    }  # fmt: skip


def test_every_line_of_the_seeds_is_a_title_or_an_abstract_of_its_line(shared: Path) -> None:
    """Independent of the reader: below the header, lines alternate without exception."""
    records = run(shared, "seeds")[0]
    for path in sorted((shared / "seeds").glob("*.txt")):
        lines = list(enumerate(path.read_text("utf-8").split("\n"), start=1))
        body = [(number, line) for number, line in lines if line][2 if "003" in path.name else 5 :]
        expected = [
            (number, line.removeprefix("Subscribe"), abstract)
            for (number, line), (_, abstract) in zip(body[::2], body[1::2], strict=True)
        ]
        found = [
            (record.origin.line, record.text("title"), record.text("abstract"))
            for record in records
            if record.origin.path.endswith(path.name)
        ]
        assert found == expected


def test_jsonl_of_ten_thousand_papers_is_read_whole(shared: Path) -> None:
    records, report = run(shared, "data/hf-10k.jsonl.gz")
    assert len(records) == 9868
    assert report.problems == []
    assert all(record.fields["arxiv"] and record.fields["authors"] for record in records)


@pytest.fixture(scope="module")
def pages(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four linked layouts of the page, unpacked."""
    folder = tmp_path_factory.mktemp("pages")
    with tarfile.open(shared / "data" / "native-dev.tar.gz") as archive:
        for member in archive:
            if member.name.startswith("native/txt/") and member.isfile():
                file = archive.extractfile(member)
                assert file
                (folder / Path(member.name).name).write_bytes(file.read())
    return folder


def column(records: list[Record], name: str) -> list[Any]:
    return [record.fields.get(name) for record in records]


def test_page_with_markdown_links(pages: Path) -> None:
    records, report = run(pages, "hf-search-firecrawl.md")
    assert report.problems == []
    assert column(records, "arxiv") == ["2606.00683", "2502.20581", "2410.22349"]
    assert column(records, "listed") == ["Oct 2"] * 3
    assert column(records, "date") == ["May 29", "Feb 27, 2025", "Oct 14, 2024"]
    assert column(records, "votes") == [101, 0, 0]
    assert column(records, "authors_count") == [None, 3, 5]
    assert records[0].extra == {"organization": "OCC"}
    assert records[1].text("title").endswith("Measuring How Scholars Engage with Past Research")
    assert "\\" not in "".join(record.text("abstract") for record in records)
    assert all(record.text("abstract").endswith(".") for record in records)


def test_page_with_numbered_links(pages: Path) -> None:
    records, report = run(pages, "hf-search-footnote-links.txt")
    assert report.problems == []
    assert [record.origin.line for record in records] == [42, 67, 92, 118]
    assert column(records, "votes") == [0, 65, 1, 24]
    assert column(records, "authors_count") == [3, 671, 8, None]
    assert column(records, "date") == ["May 30", "Mar 8, 2024", "Nov 14, 2025", "Mar 13"]
    assert records[3].extra == {"organization": "Microsoft"}
    assert all("\n" not in record.text("abstract") for record in records)


def test_page_with_links_below_their_text(pages: Path) -> None:
    records, report = run(pages, "hf-search-linearised-urls.txt")
    assert report.problems == []
    assert column(records, "arxiv") == [
        "2410.05434", "1802.08979", "2104.13100", "1808.01400", "2510.21057",
    ]  # fmt: skip
    assert column(records, "votes") == [1, 0, 0, 2, 5]
    assert column(records, "authors_count") == [2, 4, 6, 4, None]
    assert column(records, "listed") == ["Mar 25"] * 5
    assert records[4].extra == {"organization": "Google"}


def test_page_with_doubled_cards(pages: Path) -> None:
    records, report = run(pages, "hf-trending-md-doubled.txt")
    assert len(records) == 8
    assert len({record.text("title") for record in records}) == 5
    assert {problem.code for problem in report.problems} == {"doubled"}
    assert all(record.fields["links"][0]["kind"] == "code" for record in records)
    assert records[5].text("title").endswith("for end-to-end multi-modal document conversion")
    assert (
        records[4].text("abstract").endswith("https://continuous-audio-language-models.github.io")
    )


def listed(lines: list[str]) -> tuple[list[tuple[str, str]], Report]:
    report = Report()
    records = listing.read("\n".join(lines), Origin("x", 0, "listing"), report)
    return [(record.text("title"), record.text("abstract")) for record in records], report


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_paper_that_loses_a_line_takes_no_other_with_it(number: str, shared: Path) -> None:
    """Every seventh line is taken out, one at a time. Where a lost title leaves two abstracts
    that together are no longer than one may be (9 in 290 of the shortest listing), they are
    taken for one, and that is told."""
    (path,) = (shared / "seeds").glob(f"{number}_*.txt")
    lines = path.read_text("utf-8").split("\n")
    whole, _ = listed(lines)
    body = [n for n, line in enumerate(lines) if line][2 if number == "003" else 5 :]
    for place in range(0, len(body), 7):
        rest, report = listed(lines[: body[place]] + lines[body[place] + 1 :])
        others = Counter(whole[: place // 2] + whole[place // 2 + 1 :])
        codes = {problem.code for problem in report.problems}
        untitled = [abstract for title, abstract in rest if not title]
        if codes == {"joined-paragraphs"}:
            assert len(rest) == len(whole) - 1
        else:
            assert others <= Counter(rest)
            assert codes == (set() if untitled else {"no-abstract"})
            assert len(untitled) == 1 - place % 2
