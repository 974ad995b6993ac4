"""The wall around the readers: choice of reader, sources, packed files, encodings, bounds."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from papershelf.model import Origin, Record, Settings
from papershelf.read import READERS, Reader, content, read
from papershelf.report import Report, WrongUse

LINE = '{"title": "A Paper", "abstract": "About shelves."}\n'


class Shouts:
    """A reader of the user's own: a paper a line that ends in `!`."""

    SUMMARY = "lines that shout"
    EXAMPLE = "A Paper!\n"

    def __init__(self, score: float = 0.8, suffixes: tuple[str, ...] = ()) -> None:
        self.score = score
        self.SUFFIXES = suffixes

    def sniff(self, head: str) -> float:
        return self.score if "!" in head else 0.0

    def read(self, text: str, origin: Origin, report: Report) -> Iterator[Record]:
        for number, line in enumerate(text.split("\n"), start=1):
            if line.endswith("!"):
                yield Record({"title": line[:-1]}, replace(origin, line=number))


def run(
    root: Path, *sources: str, readers: dict[str, Reader] | None = None, format: str = ""
) -> tuple[list[Record], Report]:
    report = Report()
    settings = Settings(root, sources=sources or (".",), format=format)
    return list(read(settings, readers or {}, report)), report


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(p.level, p.code, str(p.origin) if p.origin else "") for p in report.sorted_problems()]


def titles(records: list[Record]) -> list[str]:
    return [record.text("title") for record in records]


# -- the registry ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", READERS)
def test_example_is_recognised_and_read(name: str, tmp_path: Path) -> None:
    reader = READERS[name]
    assert "\n" not in reader.SUMMARY
    (tmp_path / "example").write_text(reader.EXAMPLE, "utf-8")
    records, report = run(tmp_path, "example")
    assert records
    assert {record.origin.format for record in records} == {name}
    assert report.problems == []


def test_reader_added_by_a_user_works(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hear This!\nnot this\n")
    records, report = run(tmp_path, "a.txt", readers={"shouts": Shouts()})
    assert records == [Record({"title": "Hear This"}, Origin("a.txt", 1, "shouts"))]
    assert report.problems == []
    assert report.counts["records"] == 1


def test_reader_of_the_same_name_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(LINE + '{"title": "x"}!\n')
    records, _ = run(tmp_path, "a.jsonl", readers={"jsonl": Shouts()})
    assert titles(records) == ['{"title": "x"}']


def test_surest_reader_reads(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("Louder!\n")
    readers = {"low": Shouts(0.3), "high": Shouts(0.7), "middle": Shouts(0.5)}
    records, _ = run(tmp_path, "a", readers=readers)
    assert records[0].origin.format == "high"


def test_suffix_breaks_ties_and_only_ties(tmp_path: Path) -> None:
    (tmp_path / "a.bbb").write_text("Louder!\n")
    tie = {"one": Shouts(0.5, (".aaa",)), "two": Shouts(0.5, (".bbb",))}
    assert run(tmp_path, "a.bbb", readers=tie)[0][0].origin.format == "two"
    surer = {"one": Shouts(0.6, (".aaa",)), "two": Shouts(0.5, (".bbb",))}
    assert run(tmp_path, "a.bbb", readers=surer)[0][0].origin.format == "one"


def test_forced_format_is_not_asked_whether_it_fits(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LINE + "plain!\n")
    records, _ = run(tmp_path, "a.txt", readers={"shouts": Shouts(0.0)}, format="shouts")
    assert titles(records) == ["plain"]


def test_forced_format_spares_what_lies_beside_the_papers(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# About\n")
    (tmp_path / "a").write_text("Loud!\n")
    records, report = run(tmp_path, readers={"shouts": Shouts()}, format="shouts")
    assert titles(records) == ["Loud"]
    assert told(report) == [("info", "unknown-format", "./README.md")]


def test_unknown_forced_format_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="bibtexx") as caught:
        run(tmp_path, format="bibtexx")
    assert "jsonl" in caught.value.hint


def test_record_without_title_is_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"abstract": "Nobody named me."}\n' + LINE)
    records, report = run(tmp_path, "a.jsonl")
    assert titles(records) == ["A Paper"]
    assert told(report) == [("warning", "no-title", "a.jsonl:1")]
    assert "Nobody named me." in report.problems[0].message
    assert report.counts["records"] == 1


def test_file_in_which_the_reader_finds_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("Loud! but not at the end\n")
    _, report = run(tmp_path, "a", readers={"shouts": Shouts()})
    assert told(report) == [("warning", "no-records", "a")]


def test_records_come_while_the_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(LINE * 3)
    records = read(Settings(tmp_path, sources=("a.jsonl", "absent")), {}, report := Report())
    assert next(records).origin.line == 1
    assert report.counts["records"] == 1
    assert report.problems == []
    assert len(list(records)) == 2


# -- sources --------------------------------------------------------------------------------


def test_folders_are_walked_in_order_with_paths_as_written(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a/z.jsonl", "a/b/y.jsonl", "c/x.jsonl"):
        path = tmp_path / "papers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(LINE)
    paths = [record.origin.path for record in run(tmp_path, "papers/")[0]]
    assert paths == ["papers/b.jsonl", "papers/a/z.jsonl", "papers/a/b/y.jsonl", "papers/c/x.jsonl"]
    absolute = run(Path("/"), str(tmp_path / "papers" / "c"))[0]
    assert [record.origin.path for record in absolute] == [f"{tmp_path}/papers/c/x.jsonl"]


def test_hidden_files_and_folders_are_not_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".git/a.jsonl", ".hidden.jsonl", "seen.jsonl"):
        (tmp_path / name).write_text(LINE)
    records, report = run(tmp_path)
    assert [record.origin.path for record in records] == ["./seen.jsonl"]
    assert report.problems == []


def test_links_out_of_the_folder_and_rings_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.jsonl").write_text(LINE)
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.jsonl").write_text(LINE)
    (papers / "out.jsonl").symlink_to(tmp_path / "secret.jsonl")
    (papers / "ring").symlink_to(papers)
    (papers / "self").symlink_to(papers / "self")
    (papers / "gone.jsonl").symlink_to(tmp_path / "gone.jsonl")
    (papers / "up").symlink_to(tmp_path)
    (papers / "zero.jsonl").symlink_to("/dev/zero")
    (papers / "README.md").symlink_to(tmp_path / "secret.jsonl")
    records, report = run(tmp_path, "papers")
    assert [record.origin.path for record in records] == ["papers/a.jsonl"]
    assert told(report) == [
        ("info", "link-outside", "papers/README.md"),
        ("warning", "unreadable", "papers/gone.jsonl"),
        ("warning", "link-outside", "papers/out.jsonl"),
        ("warning", "unreadable", "papers/self"),
        ("warning", "link-outside", "papers/up"),
        ("warning", "link-outside", "papers/zero.jsonl"),
    ]


def test_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(LINE)
    (tmp_path / "same.jsonl").symlink_to(tmp_path / "a.jsonl")
    records, report = run(tmp_path, "a.jsonl", ".", "./a.jsonl")
    assert [record.origin.path for record in records] == ["a.jsonl"]
    assert {code for _, code, _ in told(report)} == {"same-file"}


def test_missing_source_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(LINE)
    records, report = run(tmp_path, "nowhere", "a.jsonl", "x\0y", "n" * 5000)
    assert len(records) == 1
    assert [level for level, _, _ in told(report)] == ["error"] * 3
    assert {code for _, code, _ in told(report)} <= {"no-such-source", "unreadable"}
    assert 'there is no "nowhere"' in [problem.message for problem in report.problems]


def test_pipes_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a.jsonl").write_text(LINE)
    records, report = run(tmp_path, "pipe", ".")
    assert len(records) == 1
    assert told(report) == [("warning", "no-file", "./pipe"), ("error", "no-file", "pipe")]


def test_file_that_becomes_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (
        pytest.raises(content.Refused) as caught,
        content.contents(content.Source(tmp_path / "pipe", "pipe")),
    ):
        pass
    assert caught.value.code == "no-file"


@pytest.mark.skipif(not shutil.which("setpriv"), reason="nothing takes root's rights away here")
def test_unreadable_file_is_an_error(tmp_path: Path) -> None:
    """As root, too: in a process that may not read whatever it likes."""
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(LINE)
    (tmp_path / "b.jsonl").chmod(0)
    (tmp_path / "shut").mkdir(mode=0)
    less = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if not os.geteuid() else []
    command = [*less, sys.executable, "-m", "papershelf", "export", str(tmp_path), "--format=csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "b.jsonl: error: cannot be read: permission denied [unreadable]" in done.stderr
    assert 'shut": permission denied [unreadable]' in done.stderr
    assert done.stdout.count("\n") == 2
    (tmp_path / "shut").chmod(0o700)


def test_file_that_is_gone_when_its_turn_comes_is_an_error(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(LINE)
    report = Report()
    records = read(Settings(tmp_path, sources=("a.jsonl", "b.jsonl", ".")), {}, report)
    next(records)
    (tmp_path / "b.jsonl").unlink()
    assert list(records) == []
    assert ("error", "no-such-source", "b.jsonl") in told(report)


def test_vanished_file_of_a_folder_is_an_error(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(LINE)
    records = read(Settings(tmp_path, sources=(".",)), {}, report := Report())
    next(records)
    (tmp_path / "b.jsonl").unlink()
    assert list(records) == []
    assert told(report) == [("error", "unreadable", "./b.jsonl")]


def test_folder_that_cannot_be_listed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    _, report = run(tmp_path, ".")
    assert told(report) == [("error", "unreadable", ".")]
    assert report.problems[0].message == 'cannot open ".": permission denied'


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forbid such names")
def test_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.jsonl")).write_text(LINE)
    records, _ = run(tmp_path)
    assert [record.origin.path for record in records] == ["./caf\\xe9.jsonl"]


def test_standard_input_is_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    packed = gzip.compress(LINE.encode())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(packed)))
    records, report = run(tmp_path, "-", "-")
    assert [str(record.origin) for record in records] == ["-:1"]
    assert told(report) == [("info", "same-file", "-")]


def test_standard_input_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(content, "MAX_BYTES", 100)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(LINE.encode() * 9)))
    assert told(run(tmp_path, "-")[1]) == [("error", "too-long", "-")]


# -- files that are not papers --------------------------------------------------------------


def test_unknown_format_names_what_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_text("nothing that anybody knows\n")
    _, report = run(tmp_path, "a.xyz")
    assert told(report) == [("warning", "unknown-format", "a.xyz")]
    assert ", ".join(READERS) in report.problems[0].hint


def test_what_lies_beside_the_papers_is_no_cause_for_alarm(tmp_path: Path) -> None:
    long = "A paragraph that goes on and on, as paragraphs in such files do. " * 12
    (tmp_path / "README.md").write_text(f"Our Papers\n\n{long}\n\nHow to Add One\n\n{long}\n")
    (tmp_path / "LICENSE").write_text(f"The Licence\n\n{long}\n")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (tmp_path / "data.bin").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "a.jsonl").write_text(LINE)
    records, report = run(tmp_path)
    assert len(records) == 1
    assert told(report) == [
        ("info", "unknown-format", "./LICENSE"),
        ("info", "unknown-format", "./README.md"),
        ("warning", "unknown-format", "./data.bin"),
        ("info", "unknown-format", "./logo.png"),
    ]
    assert told(run(tmp_path, "logo.png")[1]) == [("warning", "unknown-format", "logo.png")]


@pytest.mark.parametrize("data", [b"", b"\n \n\t\r\n", b"\xef\xbb\xbf"])
def test_empty_file_is_told(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert told(run(tmp_path, "a.txt")[1]) == [("warning", "empty-file", "a.txt")]
    assert told(run(tmp_path)[1]) == [("info", "empty-file", "./a.txt")]


# -- packed files ---------------------------------------------------------------------------


def test_gzip_is_told_by_content(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(LINE.encode() * 2))
    (tmp_path / "b.gz").write_text(LINE)
    records, report = run(tmp_path)
    assert [str(record.origin) for record in records] == [
        "./a.jsonl.gz:1", "./a.jsonl.gz:2", "./b.gz:1",
    ]  # fmt: skip
    assert report.problems == []


def test_a_packed_file_in_a_packed_one_is_opened_and_no_deeper(tmp_path: Path) -> None:
    twice = gzip.compress(gzip.compress(LINE.encode()))
    (tmp_path / "a.jsonl.gz").write_bytes(twice)
    (tmp_path / "b.gz").write_bytes(gzip.compress(twice))
    records, report = run(tmp_path)
    assert [str(record.origin) for record in records] == ["./a.jsonl.gz:1"]
    assert told(report) == [("warning", "unknown-format", "./b.gz")]


@pytest.mark.parametrize("cut", [-1, -9, 30])
def test_damaged_gzip_is_an_error(cut: int, tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(os.urandom(500).hex().encode())[:cut])
    assert told(run(tmp_path, "a.gz")[1]) == [("error", "damaged", "a.gz")]


def test_gzip_bomb_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"a" * (20 * 2**20)))
    _, report = run(tmp_path, "a.gz")
    assert told(report) == [("error", "too-long", "a.gz")]
    assert "16 MB" in report.problems[0].message


def test_long_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MAX_BYTES", 1000)
    (tmp_path / "a.jsonl").write_text(LINE * 30)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(LINE.encode() * 30))
    (tmp_path / "c.jsonl").write_text(LINE)
    records, report = run(tmp_path)
    assert len(records) == 1
    assert told(report) == [
        ("error", "too-long", "./a.jsonl"), ("error", "too-long", "./b.jsonl.gz"),
    ]  # fmt: skip


def test_zip_gives_every_file_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("z.jsonl", "in/a.jsonl", ".hidden.jsonl", "__MACOSX/b.jsonl"):
            archive.writestr(name, LINE)
        archive.writestr("README.md", "About.\n")
        archive.writestr("bomb.jsonl", b"a" * (20 * 2**20))
        archive.mkdir("empty")
    records, report = run(tmp_path, "a.zip")
    assert [str(record.origin) for record in records] == ["a.zip/in/a.jsonl:1", "a.zip/z.jsonl:1"]
    assert told(report) == [
        ("info", "unknown-format", "a.zip/README.md"),
        ("error", "too-long", "a.zip/bomb.jsonl"),
    ]


def test_damaged_zip_and_documents_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.jsonl", LINE)
        archive.writestr("b.jsonl", LINE)
    whole = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    flipped = whole.replace(b"A Paper", b"A Pager", 1)
    (tmp_path / "flipped.zip").write_bytes(flipped)
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    assert told(run(tmp_path, "cut.zip")[1]) == [("error", "damaged", "cut.zip")]
    records, report = run(tmp_path, "flipped.zip")
    assert [record.origin.path for record in records] == ["flipped.zip/b.jsonl"]
    assert told(report) == [("error", "damaged", "flipped.zip/a.jsonl")]
    assert told(run(tmp_path, "b.docx")[1]) == [("warning", "unknown-format", "b.docx")]
    monkeypatch.setattr(content, "_MOST_MEMBERS", 1)
    assert told(run(tmp_path, "a.zip")[1]) == [("error", "too-long", "a.zip")]


def test_locked_member_of_a_zip_is_an_error(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.jsonl", LINE)
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[6] |= 1  # the flag that says: encrypted; in both headers
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert told(run(tmp_path, "a.zip")[1]) == [("error", "damaged", "a.zip/a.jsonl")]


# -- encodings ------------------------------------------------------------------------------

GERMAN = '{"title": "Größenwahn für Anfänger", "abstract": "Über Füße – ‘ja’."}\n'
CHINESE = (
    '{"title": "书架", "abstract": "' + "我们提出一种新的方法来整理书架上的论文。" * 5 + '"}\n'
)
RUSSIAN = (
    '{"title": "Полка", "abstract": "' + "Мы предлагаем новый способ хранения статей. " * 5 + '"}\n'
)


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (GERMAN, "utf-8", ""),
        (GERMAN, "utf-8-sig", ""),
        (GERMAN, "utf-16", "utf-16"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (GERMAN, "utf-16-be", "utf-16-be"),
        (GERMAN, "utf-32", "utf-32"),
        (GERMAN, "cp1252", "cp1252"),
        (GERMAN.replace("–", "-").replace("‘", "'").replace("’", "'"), "latin-1", "cp1252"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "gb18030", "gb18030"),
        (RUSSIAN, "cp1251", "cp1251"),
    ],
)
def test_encoding_is_found_and_told(text: str, encoding: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(text.encode(encoding))
    records, report = run(tmp_path, "a.jsonl")
    assert "\n".join(record.text("title") for record in records) in text
    assert records[0].text("abstract") in text
    assert [p.message for p in report.problems] == (
        [f"read as {found}, not UTF-8"] if found else []
    )


def test_declared_encoding_is_believed_when_it_fits(tmp_path: Path) -> None:
    text = '{"note": "-*- coding: iso8859-2 -*-", "title": "Wałęsa"}\n'
    (tmp_path / "a.jsonl").write_bytes(text.encode("iso8859-2"))
    records, report = run(tmp_path, "a.jsonl")
    assert titles(records) == ["Wałęsa"]
    assert [p.code for p in report.problems] == ["encoding"]


@pytest.mark.parametrize("declared", ["nonsense", "ascii", "rot13"])
def test_declared_encoding_that_is_none_or_does_not_fit_is_ignored(
    declared: str, tmp_path: Path
) -> None:
    text = f'{{"note": "charset={declared}", "title": "Café"}}\n'
    (tmp_path / "a.jsonl").write_bytes(text.encode("cp1252"))
    records, report = run(tmp_path, "a.jsonl")
    assert titles(records) == ["Café"]
    assert report.problems[0].message == "read as cp1252, not UTF-8"


@pytest.mark.parametrize(
    "data",
    [
        (LINE * 2 + '{"title": "café, Größe"}\n').encode() + b'{"title": "caf\xe9"}\n',  # mixed
        (LINE * 3).encode() + b'{"title": "\xc3\xa9 \xff\xfe"}\n',  # damaged
        (LINE * 3 + '{"title": "Größe').encode()[:-2],  # cut in the middle of a sign
        b"\r".join([LINE.encode().strip()] * 3) + b"\r\x9d\x81\x8f a \x9d\n",  # no encoding at all
    ],
)
def test_what_cannot_be_decoded_is_refused_with_its_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(data)
    records, report = run(tmp_path, "a.jsonl")
    assert records == []
    assert told(report) == [("error", "undecodable", "a.jsonl:4")]


def test_damaged_utf16_is_refused_with_its_line(tmp_path: Path) -> None:
    data = (LINE * 2).encode("utf-16") + b"\x00\xd8" + LINE.encode("utf-16-le")
    (tmp_path / "a.jsonl").write_bytes(data)
    assert told(run(tmp_path, "a.jsonl")[1]) == [("error", "undecodable", "a.jsonl:3")]


def test_control_signs_stay_in_a_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"A\x00B\x0c!\n" + b"quiet\n" * 9)
    records, _ = run(tmp_path, "a", readers={"shouts": Shouts()})
    assert titles(records) == ["A\x00B\x0c"]
