"""Writing: what is ours is kept in line, what is not is never touched, whatever dies when."""

from __future__ import annotations

import errno
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from mkdocs.utils.meta import get_data

from papershelf import disk
from papershelf import write as write_package
from papershelf.identity import keys, public_id
from papershelf.ledger import Ledger
from papershelf.model import Paper, Problem, Settings
from papershelf.prose import Prose
from papershelf.report import Report
from papershelf.site import Asset, Page, Site
from papershelf.write import (
    BrokenLedger,
    LockHeld,
    WriteFailed,
    content_of,
    front_matter,
    load_ledger,
    locked,
    save_ledger,
    shipped_overrides,
    write,
)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project whose shipped look is one small file."""
    look = tmp_path / "look"
    (look / "assets").mkdir(parents=True)
    (look / "assets" / "look.css").write_text("a{}")
    (look / ".hidden").write_text("not shipped")
    monkeypatch.setattr(write_package, "shipped_overrides", lambda: look)
    root = tmp_path / "project"
    root.mkdir()
    return Settings(root, docs_dir=root / "docs", overrides_dir=root / "overrides")


def page(address: str, text: str = "some text") -> Page:
    return Page(address, {"title": f"Page {address}"}, f"<p>{text}</p>")


SITE = (
    page(""),
    page("papers/one/"),
    page("papers/two/"),
    page("topics/rag/"),
    page("topics/rag/2/"),
    Asset("assets/cloud.json", b"{}"),
)


def run(settings: Settings, *items: Page | Asset) -> Report:
    report = Report()
    write(Site(items or SITE), settings, report)
    return report


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content; links as where they lead."""
    return {
        path.relative_to(folder).as_posix(): (
            b"-> " + os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
        )
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def codes(report: Report) -> list[tuple[str, str, str]]:
    return [(p.level, p.code, p.origin.path if p.origin else "") for p in report.sorted_problems()]


def only(report: Report) -> Problem:
    (problem,) = report.problems
    return problem


# Front matter ------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ODD = st.sampled_from(
    ["yes", "~", "---", "...", "\x85", "\u2028", "\x7f", "\ufeff", "1e-05", "😀", "\x00", "<<", "="]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | TEXT
    | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | ODD, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXT | ODD, VALUES, max_size=5))
@example({"title": "a\n---\nb", "k" * 2000: {"l" * 2000: {"m" * 2000: [1e-05, "x"]}}})
@example({"paper": {"score": 1e16, "small": -2.5e-300, "deep": {"e": math.inf}}})
@example({"paper": {"long": ["x" * 2000, {"m" * 2000: ("é", None)}]}})
def test_front_matter_reads_back_as_what_it_was(meta: dict[str, Any]) -> None:
    text = front_matter(meta)
    inner = text.removeprefix("---\n").removesuffix("\n---")
    expected = json.loads(json.dumps(meta))
    assert yaml.safe_load(inner) == expected
    assert get_data(f"{text}\nbody") == ("body", expected)
    assert all(ord(sign) != 0x2028 and ord(sign) != 0x85 for sign in text)


@given(st.text(st.characters()), st.text(st.characters()))
@example("\ud800 alone", "\udfff")
def test_any_text_at_all_makes_a_file_that_mkdocs_reads(title: str, body: str) -> None:
    content = content_of(Page("x/", {"title": title, "paper": {"a": [title]}}, f"<p>{body}</p>"))
    found, meta = get_data(content.decode())
    shown = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in title)
    assert meta == {"title": shown, "paper": {"a": [shown]}}
    assert found.startswith("<p>")


def test_front_matter_not_a_number_stays_one() -> None:
    inner = front_matter({"a": [math.nan, -math.inf]}).strip("-")
    nan, inf = yaml.safe_load(inner)["a"]
    assert math.isnan(nan)
    assert inf == -math.inf


def test_front_matter_is_laid_out_for_people() -> None:
    meta = {"title": "A: b", "on": 1, "paper": {"id": "x", "topics": ("a", "b"), "of": Path("p")}}
    assert front_matter(meta).splitlines() == [
        "---",
        'title: "A: b"',
        '"on": 1',
        "paper:",
        '  id: "x"',
        '  topics: ["a", "b"]',
        '  of: "p"',
        "---",
    ]


def test_page_without_front_matter_keeps_its_body() -> None:
    content = content_of(Page("x/", {}, "title: no meta\n\n---\n")).decode()
    assert get_data(content) == ("title: no meta\n\n---\n\n", {})


# What is written ---------------------------------------------------------------------------


def test_writes_pages_assets_and_look(settings: Settings) -> None:
    report = run(settings)
    assert tree(settings.docs_dir) == {item.path: content_of(item) for item in SITE}
    assert tree(settings.overrides_dir) == {"assets/look.css": b"a{}"}
    assert report.counts == {"pages": 5, "written": 7}
    assert report.problems == []


def test_page_file_is_front_matter_and_body(settings: Settings) -> None:
    run(settings, page("papers/one/"))
    found = (settings.docs_dir / "papers" / "one.md").read_text()
    assert found == '---\ntitle: "Page papers/one/"\n---\n<p>some text</p>\n'


def test_second_run_writes_nothing_at_all(settings: Settings) -> None:
    run(settings)
    before = {path: path.stat().st_mtime_ns for path in settings.root.rglob("*")}
    report = run(settings)
    assert {path: path.stat().st_mtime_ns for path in settings.root.rglob("*")} == before
    assert report.counts == {"pages": 5, "unchanged": 7}


def test_second_run_does_not_read_the_pages(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(settings)
    asked: list[str] = []
    read = disk.read_file
    monkeypatch.setattr(disk, "read_file", lambda path: (asked.append(str(path)), read(path))[1])
    run(settings)
    assert [path for path in asked if "/docs/" in path] == []


def test_only_what_changed_is_written(settings: Settings) -> None:
    run(settings)
    untouched = (settings.docs_dir / "papers/two.md").stat().st_ino
    report = run(settings, page("papers/one/", "new"), *(i for i in SITE if "one" not in i.address))
    assert report.counts["written"] == 1
    assert b"new" in (settings.docs_dir / "papers/one.md").read_bytes()
    assert (settings.docs_dir / "papers/two.md").stat().st_ino == untouched


def test_pages_that_are_gone_are_removed_with_their_empty_folders(settings: Settings) -> None:
    run(settings)
    report = run(settings, page(""), page("papers/one/"))
    assert set(tree(settings.docs_dir)) == {"index.md", "papers/one.md"}
    assert not (settings.docs_dir / "topics").exists()
    assert report.counts["removed"] == 4


def test_nothing_left_to_write_leaves_the_folder_itself(settings: Settings) -> None:
    run(settings, page(""))
    report = Report()
    write(Site(), settings, report)
    assert settings.docs_dir.is_dir()
    assert tree(settings.docs_dir) == {}


def test_file_deleted_by_hand_comes_back(settings: Settings) -> None:
    run(settings)
    (settings.docs_dir / "index.md").unlink()
    assert run(settings).counts["written"] == 1


def test_same_content_with_other_times_is_unchanged(settings: Settings) -> None:
    run(settings)
    os.utime(settings.docs_dir / "index.md", (1, 1))
    report = run(settings)
    assert report.counts["written"] == 0
    assert report.problems == []


def test_two_docs_folders_share_a_project(settings: Settings) -> None:
    other = replace(settings, docs_dir=settings.root / "other")
    run(settings)
    run(other)
    run(settings, page(""))
    run(other, page(""))
    assert set(tree(settings.docs_dir)) == set(tree(other.docs_dir)) == {"index.md"}


def test_project_may_be_moved(settings: Settings) -> None:
    run(settings)
    root = settings.root.rename(settings.root.with_name("moved"))
    moved = Settings(root, docs_dir=root / "docs", overrides_dir=root / "overrides")
    assert run(moved, page("")).counts["removed"] == 5


def test_folders_that_are_gone_leave_the_manifest(settings: Settings) -> None:
    run(settings)
    settings.docs_dir.rename(settings.root / "away")
    run(replace(settings, docs_dir=settings.root / "new"))
    manifest = json.loads((settings.state_dir / "manifest.json").read_text())
    assert set(manifest["folders"]) == {"new", "overrides"}


def test_manifest_says_what_was_written(settings: Settings) -> None:
    run(settings, page(""))
    manifest = json.loads((settings.state_dir / "manifest.json").read_text())
    digest, size, _, key = manifest["folders"]["docs"]["index.md"]
    content = content_of(page(""))
    assert (digest, size, key) == (write_package.tree.digest_of(content), len(content), "")


def test_address_that_leads_outside_is_a_bug_and_raises(settings: Settings) -> None:
    for address in ("../x.json", "/etc/x", "a\\b", "C:x", "a//b", "x\0"):
        with pytest.raises(ValueError, match="leads out"):
            run(settings, Asset(address, b""))
    assert not (settings.root / "x.json").exists()


# What is the user's ------------------------------------------------------------------------


def test_hand_written_page_wins_and_is_reported(settings: Settings) -> None:
    mine = settings.docs_dir / "papers" / "one.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    for _ in range(2):
        report = run(settings)
        assert mine.read_text() == "mine"
        assert codes(report) == [("warning", "hand-written", "docs/papers/one.md")]
        assert "delete it" in only(report).hint
    report = run(settings, page(""))
    assert mine.read_text() == "mine"
    assert report.problems == []


def test_deleting_the_hand_written_page_gets_ours_back(settings: Settings) -> None:
    settings.docs_dir.mkdir()
    (settings.docs_dir / "index.md").write_text("mine")
    run(settings)
    (settings.docs_dir / "index.md").unlink()
    report = run(settings)
    assert report.problems == []
    assert (settings.docs_dir / "index.md").read_bytes() == content_of(page(""))


def test_edited_page_is_kept_and_reported(settings: Settings) -> None:
    run(settings)
    mine = settings.docs_dir / "papers" / "one.md"
    mine.write_text(mine.read_text() + "a remark of mine")
    report = run(settings)
    assert "a remark of mine" in mine.read_text()
    assert codes(report) == [("warning", "hand-written", "docs/papers/one.md")]
    assert "edited" in only(report).message


def test_edit_of_the_same_size_with_the_old_times_is_seen(settings: Settings) -> None:
    run(settings)
    mine = settings.docs_dir / "index.md"
    stat = mine.stat()
    mine.write_bytes(mine.read_bytes().replace(b"some", b"SOME"))
    os.utime(mine, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert codes(run(settings)) == [("warning", "hand-written", "docs/index.md")]
    assert b"SOME" in mine.read_bytes()


def test_taking_an_edit_back_makes_the_page_ours_again(settings: Settings) -> None:
    run(settings)
    mine = settings.docs_dir / "index.md"
    ours = mine.read_bytes()
    mine.write_bytes(b"mine")
    run(settings)
    mine.write_bytes(ours)
    report = run(settings, page("", "a new text"))
    assert b"a new text" in mine.read_bytes()
    assert report.problems == []


def test_edited_page_of_a_paper_that_is_gone_stays(settings: Settings) -> None:
    run(settings)
    mine = settings.docs_dir / "papers" / "one.md"
    mine.write_text("mine")
    report = run(settings, page(""))
    assert mine.read_text() == "mine"
    assert codes(report) == [("info", "hand-written", "docs/papers/one.md")]
    assert run(settings, page("")).problems == []


@pytest.mark.parametrize(
    "name", ["papers/one/index.md", "papers/one/README.md", "papers/one.markdown", "README.md"]
)
def test_hand_written_page_at_our_address_under_another_name_wins(
    settings: Settings, name: str
) -> None:
    run(settings)
    mine = settings.docs_dir / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    report = run(settings)
    ours = "index.md" if name == "README.md" else "papers/one.md"
    assert mine.read_text() == "mine"
    assert ours not in tree(settings.docs_dir)
    assert codes(report) == [("warning", "hand-written", f"docs/{name}")]
    assert ours in only(report).message


def test_two_pages_of_ours_are_no_rivals(settings: Settings) -> None:
    for _ in range(2):
        report = run(settings, Asset("README.md", b"ours"), page(""))
        assert report.problems == []
    assert set(tree(settings.docs_dir)) == {"README.md", "index.md"}


def test_files_of_the_users_own_are_left_alone(settings: Settings) -> None:
    run(settings)
    own = {"about.md": b"me", "papers/notes.txt": b"x", ".secret": b"y", "topics/rag/mine.md": b"z"}
    for name, content in own.items():
        (settings.docs_dir / name).write_bytes(content)
    report = run(settings, page(""))
    assert tree(settings.docs_dir) == {"index.md": content_of(page("")), **own}
    assert report.problems == []


def test_own_override_wins(settings: Settings) -> None:
    run(settings)
    css = settings.overrides_dir / "assets" / "look.css"
    css.write_text("mine")
    report = run(settings)
    assert css.read_text() == "mine"
    assert codes(report) == [("info", "own-override", "overrides/assets/look.css")]


def test_look_is_not_copied_onto_itself(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = write_package.shipped_overrides()
    run(replace(settings, overrides_dir=look))
    assert "look" not in json.loads((settings.state_dir / "manifest.json").read_text())["folders"]
    monkeypatch.setattr(write_package, "shipped_overrides", lambda: look / "missing")
    run(settings)
    assert not settings.overrides_dir.exists()


def test_shipped_look_is_found() -> None:
    assert shipped_overrides() == ROOT / "overrides"


def test_names_that_differ_by_case_are_one_place(settings: Settings) -> None:
    run(settings, Asset("Data.json", b"1"))
    report = run(settings, Asset("data.json", b"2"))
    assert tree(settings.docs_dir) == {"data.json": b"2"}
    assert report.problems == []
    (settings.docs_dir / "DATA.json").write_bytes(b"mine")
    report = run(settings, Asset("data.json", b"3"))
    assert tree(settings.docs_dir) == {"DATA.json": b"mine"}
    assert codes(report) == [("warning", "hand-written", "docs/DATA.json")]
    report = run(settings, Asset("Data.json", b"3"))
    assert codes(report) == [("warning", "hand-written", "docs/DATA.json")]


def test_lower_case_file_of_the_users_stands_against_our_capitals(settings: Settings) -> None:
    settings.docs_dir.mkdir()
    (settings.docs_dir / "cname").write_bytes(b"mine")
    report = run(settings, Asset("CNAME", b"ours"))
    assert tree(settings.docs_dir) == {"cname": b"mine"}
    assert codes(report) == [("warning", "hand-written", "docs/cname")]


def test_file_where_a_folder_should_be_is_kept(settings: Settings) -> None:
    settings.docs_dir.mkdir()
    (settings.docs_dir / "papers").write_text("mine")
    report = run(settings)
    assert (settings.docs_dir / "papers").read_text() == "mine"
    assert codes(report) == [("warning", "hand-written", "docs/papers")]
    assert (settings.docs_dir / "topics/rag.md").exists()


def test_old_file_of_ours_makes_way_for_a_folder(settings: Settings) -> None:
    run(settings, Asset("data", b"1"))
    report = run(settings, Asset("data/all.json", b"2"))
    assert tree(settings.docs_dir) == {"data/all.json": b"2"}
    assert report.problems == []


def test_folder_where_a_page_should_be_is_kept(settings: Settings) -> None:
    (settings.docs_dir / "index.md").mkdir(parents=True)
    assert codes(run(settings)) == [("warning", "hand-written", "docs/index.md")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipe_in_the_way_is_not_read(settings: Settings) -> None:
    settings.docs_dir.mkdir()
    os.mkfifo(settings.docs_dir / "index.md")
    assert codes(run(settings)) == [("warning", "hand-written", "docs/index.md")]


# Links -------------------------------------------------------------------------------------


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    (folder / "papers").mkdir(parents=True)
    (folder / "papers" / "one.md").write_bytes(content_of(page("papers/one/")))
    (folder / "keep").write_text("keep")
    return folder


def test_linked_folder_is_not_written_through(settings: Settings, outside: Path) -> None:
    settings.docs_dir.mkdir()
    (settings.docs_dir / "papers").symlink_to(outside / "papers")
    before = tree(outside)
    report = run(settings)
    assert tree(outside) == before
    assert codes(report) == [("warning", "symlink", "docs/papers")]
    assert (settings.docs_dir / "topics/rag.md").exists()


def test_linked_folder_is_not_removed_through(settings: Settings, outside: Path) -> None:
    run(settings)
    papers = settings.docs_dir / "papers"
    for file in papers.iterdir():
        file.unlink()
    papers.rmdir()
    papers.symlink_to(outside / "papers")
    before = tree(outside)
    run(settings, page(""))
    assert tree(outside) == before
    assert papers.is_symlink()


def test_folders_below_a_linked_one_are_left_alone_too(settings: Settings, outside: Path) -> None:
    run(settings)
    topics = settings.docs_dir / "topics"
    topics.rename(outside / "topics")
    topics.symlink_to(outside / "topics")
    before = tree(outside)
    report = run(settings, page(""), page("topics/rag/2/", "new"))
    assert tree(outside) == before
    assert codes(report) == [("warning", "symlink", "docs/topics")]


def test_linked_file_is_neither_written_nor_replaced(settings: Settings, outside: Path) -> None:
    settings.docs_dir.mkdir()
    (settings.docs_dir / "index.md").symlink_to(outside / "keep")
    (settings.docs_dir / "topics").mkdir()
    (settings.docs_dir / "topics" / "rag.md").symlink_to(outside / "nowhere")
    report = run(settings)
    assert tree(outside)["keep"] == b"keep"
    assert not (outside / "nowhere").exists()
    assert [code for _, code, _ in codes(report)] == ["symlink", "symlink"]


def test_link_in_place_of_our_file_is_not_followed_when_it_goes(
    settings: Settings, outside: Path
) -> None:
    run(settings)
    one = settings.docs_dir / "papers" / "one.md"
    one.unlink()
    one.symlink_to(outside / "papers" / "one.md")
    run(settings, page(""))
    assert one.is_symlink()
    assert (outside / "papers" / "one.md").exists()


def test_linked_log_is_refused(settings: Settings, outside: Path) -> None:
    settings.state_dir.mkdir()
    (settings.state_dir / "manifest.log").symlink_to(outside / "keep")
    with pytest.raises(WriteFailed, match=r"manifest\.log"):
        run(settings)
    assert tree(outside)["keep"] == b"keep"


# Broken and foreign manifests ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[[[[",
        "",
        "[" * 100_000,
        "\x00\xff",
        '{"version": 99, "folders": {}}',
        '{"version": 1, "folders": {"docs": {"index.md": ["%s", 1, 2]}}}' % ("0" * 64),
        '{"version": 2}',
        '{"version": 2, "folders": {"docs": []}}',
        '{"version": 2, "folders": {"docs": {"about.md": ["x", 1, 2, ""]}}}',
        '{"version": 2, "folders": {"docs": {"about.md": ["%s", 1, 2, 3]}}}' % ("0" * 64),
        '{"version": 2, "folders": {"docs": {"../keep.md": ["%s", 1, 2, ""]}}}' % ("0" * 64),
    ],
)
def test_broken_manifest_is_an_empty_one(settings: Settings, text: str) -> None:
    run(settings)
    clean = tree(settings.docs_dir)
    (settings.root / "keep.md").write_text("keep")
    (settings.docs_dir / "about.md").write_text("mine")
    (settings.state_dir / "manifest.json").write_bytes(text.encode("latin-1"))
    report = run(settings)
    assert [code for _, code, _ in codes(report)] == ["broken-manifest"]
    assert report.counts["written"] == report.counts["removed"] == 0
    assert tree(settings.docs_dir) == {**clean, "about.md": b"mine"}
    assert (settings.root / "keep.md").read_text() == "keep"
    assert run(settings).problems == []


def test_manifest_that_names_a_foreign_file_does_not_remove_it(settings: Settings) -> None:
    run(settings)
    (settings.docs_dir / "about.md").write_text("mine")
    path = settings.state_dir / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["folders"]["docs"]["about.md"] = ["0" * 64, 4, 5, ""]
    path.write_text(json.dumps(manifest))
    run(settings)
    assert (settings.docs_dir / "about.md").read_text() == "mine"


def test_without_a_manifest_nothing_is_removed(settings: Settings) -> None:
    run(settings)
    (settings.state_dir / "manifest.json").unlink()
    report = run(settings, page(""))
    assert set(tree(settings.docs_dir)) == {item.path for item in SITE}
    assert report.counts["removed"] == 0


@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b[:9] + b"\0" * 30]
)
@pytest.mark.parametrize("with_manifest", [True, False])
def test_files_torn_by_a_power_cut_are_repaired(
    settings: Settings, damage: Callable[[bytes], bytes], with_manifest: bool
) -> None:
    run(settings)
    clean = tree(settings.docs_dir)
    for path in settings.docs_dir.rglob("*.md"):
        path.write_bytes(damage(path.read_bytes()))
    if not with_manifest:
        (settings.state_dir / "manifest.json").write_bytes(b"\0" * 100)
    report = run(settings)
    assert tree(settings.docs_dir) == clean
    assert "hand-written" not in {problem.code for problem in report.problems}


def test_empty_page_of_the_users_is_not_taken_for_torn(settings: Settings) -> None:
    settings.docs_dir.mkdir()
    (settings.docs_dir / "index.md").touch()
    run(settings)
    assert (settings.docs_dir / "index.md").read_bytes() == b""


# Faults --------------------------------------------------------------------------------------


def paper(title: str) -> Paper:
    names = keys(title, "", {})
    return Paper(public_id(names), names, Prose.of(title), Prose(), ())


def ledger_of(*titles: str) -> Ledger:
    ledger = Ledger()
    ledger.assign(map(paper, titles))
    return ledger


CALLS = ("open", "write", "close", "replace", "rename", "unlink", "mkdir", "rmdir", "fsync")


class Killed(BaseException):
    """The process is no more: nothing it would do afterwards is done."""


class Faults:
    """Fails the n-th change of the disk; with `Killed`, all later ones too."""

    def __init__(self, at: int, fault: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.fault, self.count = at, fault, 0
        self.writing: set[int] = set()
        for name in CALLS:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def _wrap(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            reads = name == "open" and not args[1] & (os.O_WRONLY | os.O_RDWR)
            if reads or (name == "close" and args[0] not in self.writing):
                return call(*args, **kwargs)
            self.writing -= {args[0]} if name == "close" else set()
            self.count += 1
            dead = isinstance(self.fault, Killed) and self.count > self.at
            fails = self.count == self.at or dead
            if name == "close" and fails:
                call(*args, **kwargs)  # the system does that much for the dead
            if fails:
                raise self.fault
            result = call(*args, **kwargs)
            self.writing |= {result} if name == "open" else set()
            return result

        return wrapped


OLD = (page(""), page("papers/one/", "old"), page("papers/gone/"), Asset("old/x.json", b"1"))
NEW = (page(""), page("papers/one/", "new"), page("papers/two/"), Asset("new/x.json", b"2"))


def changes(settings: Settings) -> None:
    """A run over an older site, with the ledger, as the pipeline does it."""
    report = Report()
    with locked(settings, patience=0):
        ledger = load_ledger(settings, report)
        ledger.assign([paper("One"), paper("Two")])
        write(Site(NEW), settings, report)
        save_ledger(ledger, settings)


def older(settings: Settings) -> dict[str, bytes]:
    """An older site with pages of the user's; gives those."""
    run(settings, *OLD)
    save_ledger(ledger_of("One"), settings)
    own = {"about.md": b"mine", "papers/mine.md": b"mine too"}
    for name, content in own.items():
        (settings.docs_dir / name).write_bytes(content)
    return own


def project(settings: Settings, name: str) -> Settings:
    root = settings.root.with_name(name)
    root.mkdir()
    return Settings(root, docs_dir=root / "docs", overrides_dir=root / "overrides")


def without_state(settings: Settings) -> dict[str, bytes]:
    return {
        path: content
        for path, content in tree(settings.root).items()
        if not path.startswith(".papershelf/")
    }


@pytest.mark.parametrize("fault", ["kill", "ENOSPC", "EIO", "EACCES"])
def test_whatever_fails_when_the_next_run_makes_it_good(settings: Settings, fault: str) -> None:
    fresh = project(settings, "clean")
    older(fresh)
    changes(fresh)
    clean = without_state(fresh)
    for at in range(1, 1000):
        hurt = project(settings, f"hurt-{at}")
        own = older(hurt)
        error = Killed() if fault == "kill" else OSError(getattr(errno, fault), "it fails", "x")
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(at, error, patch)
            with suppress(Killed, WriteFailed):
                changes(hurt)
        kept = Ledger.loads(hurt.ledger_file.read_text())
        assert "one" in kept.entries
        for name, content in own.items():
            assert (hurt.docs_dir / name).read_bytes() == content
        if fault != "kill":
            assert not [name for name in tree(hurt.root) if name.endswith(".tmp")]
        changes(hurt)
        assert without_state(hurt) == clean, at
        assert json.loads((hurt.state_dir / "manifest.json").read_text())
        if faults.count < at:
            break
    assert at > 20


def test_killed_run_is_remembered_though_the_sources_change(settings: Settings) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        Faults(20, Killed(), patch)
        run(settings)
    written = tree(settings.docs_dir)
    assert written
    report = run(settings, page("", "new"), page("papers/one/", "new"))
    assert report.problems == []
    assert set(tree(settings.docs_dir)) == {"index.md", "papers/one.md"}
    assert not (settings.state_dir / "manifest.log").exists()


def test_log_with_a_torn_last_line_is_read_and_continued(settings: Settings) -> None:
    settings.state_dir.mkdir()
    log = settings.state_dir / "manifest.log"
    log.write_bytes(b'["docs", "x.md", "12"]\n["docs", "../x", "1"]\n7\n["docs", "y.m')
    manifest = write_package.load_manifest(settings, Report())
    manifest.begin("docs", [("z.md", "34")])
    manifest.log.close()
    again = write_package.load_manifest(settings, Report())
    assert again.begun == {"docs": {"x.md": {"12"}, "z.md": {"34"}}}


def test_full_disk_is_told_in_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(settings)
    monkeypatch.setattr(
        disk,
        "_write_all",
        lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")),
    )
    with pytest.raises(WriteFailed) as caught:
        run(settings, page("", "new"))
    (problem,) = caught.value.problems()
    assert problem.level == "error"
    assert "no space left on device" in problem.message
    assert "free some space" in problem.hint


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_read_only_folder_is_told(settings: Settings) -> None:
    settings.docs_dir.mkdir(mode=0o555)
    with pytest.raises(WriteFailed, match="permission denied"):
        run(settings)


def test_file_where_docs_should_be_is_told(settings: Settings) -> None:
    settings.docs_dir.write_text("mine")
    with pytest.raises(WriteFailed, match="file exists"):
        run(settings)
    assert settings.docs_dir.read_text() == "mine"


def test_unreadable_file_is_none(tmp_path: Path) -> None:
    assert disk.read_file(tmp_path) is None
    assert disk.read_file(tmp_path / "missing") is None


# The ledger ----------------------------------------------------------------------------------


def test_missing_ledger_is_empty(settings: Settings) -> None:
    assert load_ledger(settings, Report()) == Ledger()


def test_ledger_comes_back_as_it_was_saved(settings: Settings) -> None:
    ledger = ledger_of("One", "Öne \u2028 two")
    save_ledger(ledger, settings)
    assert load_ledger(settings, Report()) == ledger


def test_unchanged_ledger_is_not_written(settings: Settings) -> None:
    save_ledger(Ledger(), settings)
    before = settings.ledger_file.stat().st_ino
    save_ledger(Ledger(), settings)
    assert settings.ledger_file.stat().st_ino == before


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b'{"version": 1,\n"papers": {\n', 3, "expecting"),
        (b'{"version": 1, "papers": {\n<<<<<<< HEAD\n', 2, "a merge is unfinished"),
        (b'{"version": 1,\n\n"papers": "\xff"}', 3, "no UTF-8"),
        (b"[]", 0, 'expected an object with "papers"'),
        (b'{"version": 1, "papers": {"../x": {"keys": []}}}', 0, r"\.\./x"),
        (b"[" * 100_000, 0, "recursion|deep"),
    ],
)
def test_broken_ledger_stops_the_run_and_is_left_alone(
    settings: Settings, content: bytes, line: int, message: str
) -> None:
    settings.ledger_file.write_bytes(content)
    with pytest.raises(BrokenLedger, match=f"(?i){message}") as caught:
        load_ledger(settings, Report())
    (problem,) = caught.value.problems()
    assert problem.origin is not None
    assert (problem.origin.path, problem.origin.line) == ("permalinks.json", line)
    assert "version control" in problem.hint
    assert settings.ledger_file.read_bytes() == content


def test_ledger_that_is_a_folder_or_a_dead_link_stops_the_run(settings: Settings) -> None:
    settings.ledger_file.mkdir()
    with pytest.raises(BrokenLedger, match="is a directory"):
        load_ledger(settings, Report())
    settings.ledger_file.rmdir()
    settings.ledger_file.symlink_to(settings.root / "nowhere")
    with pytest.raises(BrokenLedger, match="leads nowhere"):
        load_ledger(settings, Report())


# The lock ------------------------------------------------------------------------------------

HOLDER = """
import sys, time
from pathlib import Path
from papershelf.model import Settings
from papershelf.write import locked
with locked(Settings(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLDER, str(settings.root)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_second_process_says_who_holds_the_lock(
    settings: Settings, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(LockHeld, match=rf"process {holder.pid}\b"), locked(settings, patience=0.2):
        pytest.fail("two at once")


def test_second_process_waits_and_says_so(
    settings: Settings, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    report = Report()
    monkeypatch.setattr(report, "note", lambda text: (told.append(text), holder.stdin.close()))
    with locked(settings, report, patience=30):
        assert holder.wait(timeout=10) == 0
    assert [str(holder.pid) in text for text in told] == [True]


def test_lock_dies_with_its_holder(settings: Settings, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait(timeout=10)
    with locked(settings, patience=1):
        pass


def test_lock_is_free_again_afterwards(settings: Settings) -> None:
    for _ in range(2):
        with locked(settings, patience=0):
            pass


# Size ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_ten_thousand_unchanged_pages_take_little(settings: Settings) -> None:
    pages = [page(f"papers/p-{number}/", "text " * 300) for number in range(10_000)]
    write(Site(pages), settings, Report())
    start = time.process_time()
    write(Site(pages), settings, Report())
    # 0.4 s on the machine of the author; a run that reads or hashes files takes far more.
    assert time.process_time() - start < 2
