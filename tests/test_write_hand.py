"""Files made on many cores: the same bytes, marks, counts and problems as from one."""

from __future__ import annotations

import json
import os
import signal
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalogs import catalog_of, paper, site_of
from papershelf import spread
from papershelf import write as write_package
from papershelf.compose import compose
from papershelf.disk import WriteFailed
from papershelf.model import Settings
from papershelf.report import Report
from papershelf.site import Asset, Page, Piece, Site
from papershelf.write import write
from papershelf.write.hand import File, Made, units_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are split off there alone")
CORES = [1, 2, 3]
HOME = os.getpid()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Settings]:
    """A project of its own for each number of cores."""
    monkeypatch.setattr(write_package, "shipped_overrides", lambda: tmp_path / "nothing")

    def made(cores: int) -> Settings:
        monkeypatch.setattr(spread, "_processes", lambda size: cores if size > 10 else 1)
        root = tmp_path / f"project-{cores}"
        root.mkdir(exist_ok=True)
        return Settings(root, docs_dir=root / "docs", overrides_dir=root / "overrides")

    return made


def late(number: int, text: Callable[[int], str] = str) -> Page:
    name = f"papers/{number}/"
    return Page.late(name, f"key-{number}", lambda: ({"title": name}, f"<p>{text(number)}</p>"))


def pieces() -> list[Piece]:
    return [Piece(f"piece-{n}", lambda n=n: b"%d;" % n) for n in range(50)]


def outcome(settings: Settings, report: Report) -> dict[str, Any]:
    """All that a run leaves, but for the times of the files."""
    root = settings.root
    state = settings.state_dir
    marks = json.loads((state / "manifest.json").read_text())["folders"]
    return {
        "files": {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.name not in {"manifest.json", "lock"}
        },
        "marks": {f: {p: (m[0], m[1], m[3]) for p, m in some.items()} for f, some in marks.items()},
        "counts": dict(report.counts),
        "problems": report.sorted_problems(),
    }


def run(settings: Settings, items: list[Page | Asset]) -> Report:
    report = Report()
    write(Site(items), settings, report)
    return report


def shelf(number: int = 200) -> list[Page | Asset]:
    large = Asset.late("exports/all.txt", "large", pieces, beside=False).claimed("exports", "salt")
    large.lot = "exports"
    beside = [Asset(f"papers/{n}/index.md", b"twin", beside=True) for n in range(50)]
    return [*map(late, range(number)), large, *beside]


def test_one_outcome_whatever_the_number_of_cores(settings: Callable[[int], Settings]) -> None:
    found = []
    for cores in CORES:
        project = settings(cores)
        (project.docs_dir / "papers").mkdir(parents=True)
        (project.docs_dir / "papers" / "7.md").write_text("mine")
        (project.docs_dir / "papers" / "Ab").mkdir()
        cold = outcome(project, run(project, shelf()))
        assert cold["counts"]["written"] == 250 and len(cold["problems"]) == 1
        found.append((cold, outcome(project, run(project, shelf(150)))))
    assert found == [found[0]] * len(CORES)


def test_pieces_that_another_process_made_serve_again(settings: Callable[[int], Settings]) -> None:
    project = settings(2)
    run(project, shelf())
    made: list[int] = []
    again = [Piece(f"piece-{n}", lambda n=n: made.append(n) or b"no;") for n in range(49)]
    again.append(Piece("new", lambda: b"new;"))
    large = Asset.late("exports/all.txt", "other", lambda: again, beside=False)
    run(project, [*shelf()[:200], large.claimed("exports", "salt")])
    text = (project.docs_dir / "exports" / "all.txt").read_bytes()
    assert (made, text) == ([], b"".join(b"%d;" % n for n in range(49)) + b"new;")


def test_a_process_that_dies_leaves_nothing_undone(settings: Callable[[int], Settings]) -> None:
    def deadly(number: int) -> str:
        if number == 77 and os.getpid() != HOME:
            os.kill(os.getpid(), signal.SIGKILL)
        return str(number)

    alone = settings(1)
    wanted = outcome(alone, run(alone, [*map(late, range(200))]))
    project = settings(3)
    assert outcome(project, run(project, [late(n, deadly) for n in range(200)])) == wanted


def test_scraps_of_a_process_that_died_are_swept(settings: Callable[[int], Settings]) -> None:
    project = settings(2)

    def deadly(number: int) -> str:
        if number == 77 and os.getpid() != HOME:
            (project.docs_dir / "papers" / f".papershelf-{os.getpid()}000000.tmp").write_text("x")
            os.kill(os.getpid(), signal.SIGKILL)
        return str(number)

    run(project, [late(n, deadly) for n in range(200)])
    assert not list(project.root.rglob("*.tmp"))


def test_a_disk_that_refuses_another_process_is_told(settings: Callable[[int], Settings]) -> None:
    def refused(number: int) -> str:
        if number == 77:
            raise WriteFailed("cannot write: no space left on device")
        return str(number)

    project = settings(3)
    with pytest.raises(WriteFailed, match="no space left"):
        run(project, [late(n, refused) for n in range(200)])
    report = run(project, [*map(late, range(200))])
    assert sorted(path.stem for path in (project.docs_dir / "papers").iterdir()) == sorted(
        map(str, range(200))
    )
    assert not report.problems


def test_a_template_that_breaks_breaks_alike_on_all_cores(
    settings: Callable[[int], Settings],
) -> None:
    """From the page on for which it breaks, ours takes its place; it is told once."""
    found = []
    papers = catalog_of([paper(f"Title {number}") for number in range(120)])
    for cores in CORES:
        project = settings(cores)
        templates = project.overrides_dir / "templates"
        templates.mkdir(parents=True)
        theirs = '<div class="theirs">{{ 1 // ((paper.title.plain != "Title 60") | int) }}</div>'
        (templates / "paper.j2").write_text(theirs)
        report = Report()
        write(compose(papers, project, {}, report), project, report)
        found.append(outcome(project, report))
        texts = [text for text in found[-1]["files"].values() if b'class="theirs"' in text]
        assert 0 < len(texts) < 120
        assert [problem.code for problem in report.problems] == ["broken-template"]
    assert [one["files"] for one in found] == [found[0]["files"]] * len(CORES)
    assert [one["marks"] for one in found] == [found[0]["marks"]] * len(CORES)


def test_files_of_a_lot_are_made_together_and_large_ones_first() -> None:
    lots = ["", "a", "b", "", "a", "b", "a"]
    tasks = [(File(str(n), lambda _: Made(b""), lot=lot), None) for n, lot in enumerate(lots)]
    assert [[file.path for file, _ in unit] for unit in units_of(tasks)] == [
        ["2", "5"],
        ["1", "4", "6"],
        ["0", "3"],
    ]


def test_citations_of_a_page_and_of_the_list_are_made_together() -> None:
    site = site_of(catalog_of([paper(f"Paper {n}") for n in range(40)]))
    lots: dict[str, set[str]] = defaultdict(set)
    for item in site:
        if item.lot:
            lots[item.lot].add(item.made_by)
    assert lots.pop("exports") == {"exports"}
    assert len(lots) == 2 and all(made_by == {"papers", "list"} for made_by in lots.values())
