"""Whatever fails, and whenever: nothing of the user's is lost, and the next run makes it good.

`tests/crashes.py` kills many more builds, of any collection: `make faults`.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crashes import (
    KINDS,
    NEXT,
    Counts,
    Shelf,
    Step,
    differences,
    digests,
    kills,
    listing,
    rehearse,
    trial,
)
from faults import Done, Fault, run
from papershelf.ledger import Ledger

pytestmark = pytest.mark.slow
TRIALS = int(os.environ.get("PAPERSHELF_FAULTS", "8"))
FILES = {"a.bib": listing(0, 5).encode(), "b.bib": listing(5, 7).encode()}


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, dict[str, Step], Counts]:
    """A shelf that goes round its states, and what each is to be."""
    root = tmp_path_factory.mktemp("crashes")
    shelf = Shelf.make(root / "shelf", FILES)
    return (shelf, *rehearse(shelf, root))


@pytest.mark.xdist_group("faults")
def test_killed_at_any_moment(rehearsed: tuple[Shelf, dict[str, Step], Counts]) -> None:
    shelf, steps, counts = rehearsed
    wrong = [found for _, _, _, found in kills(shelf, steps, TRIALS // 3 * 3, counts)]
    assert wrong == [[] for _ in wrong]


@pytest.mark.xdist_group("faults")
def test_whatever_the_disk_refuses(rehearsed: tuple[Shelf, dict[str, Step], Counts]) -> None:
    """Told with path, cause and way out; or it was not needed, and all is as if it had not been."""
    shelf, steps, counts = rehearsed
    chance = random.Random(9)
    state = "old"
    for turn in range(TRIALS):
        state = NEXT[state]
        kind = list(KINDS)[1 + turn % 3]
        error = ("ENOSPC", "EIO", "EACCES")[turn // 3 % 3]
        at = chance.randint(1, counts[state, kind])
        fault = Fault(error, at, KINDS[kind], lasts=turn % 2 == 0)
        done, wrong = trial(shelf, steps[state], fault)
        assert wrong == [], fault
        assert done.code == 0 or tells(done, shelf.root), (fault, done.said)


def tells(done: Done, root: Path) -> bool:
    """Whether a failure is told as one: a line with path and cause, a line with a way out."""
    said = done.said
    line = re.search(
        r"^error: [^\n]+ \[(write-failed|render-failed|system|locked)\]\n    \w", said, re.M
    )
    return done.code == 1 and line is not None and str(root) in said and "Traceback" not in said


# What is broken before the run begins --------------------------------------------------------


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf that is built."""
    shelf = Shelf.make(tmp_path / "shelf", FILES)
    assert shelf.build().code == 0
    shelf.ledgers["old"] = shelf.ledger.read_bytes()
    return shelf


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """Somebody else's folder, of which nothing may change."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "theirs.md").write_text("theirs")
    (folder / "spare").mkdir()
    (folder / "spare" / "theirs.html").write_text("theirs")
    before = digests(folder, "")
    yield folder
    assert digests(folder, "") == before


def spoil(path: Path, damage: str, outside: Path) -> None:
    """Puts something in the place of a file that is none of ours."""
    was = path.read_bytes()
    path.unlink()
    marks = rb'(?<=version.. )\d|(?<=cache )\d|(?<="key":")\w|^[0-9a-f]{64}'
    other = re.sub(marks, lambda mark: b"8" if mark[0] == b"9" else b"9", was)
    assert other != was or not re.search(marks, was)
    contents = {
        "garbage": b"\0\xff\xfe{garbage\n" * 9,
        "{}": b"{}",
        "deep": b"[" * 100_000,
        "cut": was[: len(was) // 2],
        "zeros": bytes(len(was)),
        "empty": b"",
        "of another version": other,
    }
    if damage in contents:
        path.write_bytes(contents[damage])
    elif damage == "a link":
        path.symlink_to(outside / "theirs.md")
    elif damage == "a dead link":
        path.symlink_to(outside / "nothing")
    elif damage == "a folder":
        path.mkdir()
        (path / "x").write_text("x")


DAMAGES = ["garbage", "{}", "deep", "cut", "zeros", "empty", "of another version", "gone"]
PLACES = ["a link", "a dead link", "a folder"]


def state_files(shelf: Shelf) -> list[Path]:
    found = (shelf.root / ".papershelf").rglob("*")
    return [
        path for path in sorted(found) if path.is_file() and not {"spare", "beside"} & {*path.parts}
    ]


@pytest.mark.parametrize("damage", DAMAGES)
def test_state_that_is_broken_is_made_anew(shelf: Shelf, outside: Path, damage: str) -> None:
    """Manifest, caches and notes, all at once."""
    before, own = shelf.prints(), shelf.own()
    for path in state_files(shelf):
        spoil(path, damage, outside)
    done = shelf.build()
    assert (done.code, "Traceback" in done.said) == (0, False), done.said
    assert (shelf.prints(), shelf.own(), shelf.rests()) == (before, own, [])
    assert ("[broken-manifest]" in done.said) == (damage != "gone")
    assert "[broken-manifest]" not in shelf.build().said


@pytest.mark.parametrize("damage", PLACES)
def test_state_whose_place_is_taken_is_made_anew_or_told(
    shelf: Shelf, outside: Path, damage: str
) -> None:
    before, own = shelf.prints(), shelf.own()
    for path in state_files(shelf):
        spoil(path, damage, outside)
        done = shelf.build()
        assert done.code == 0 or (str(path) in done.said and tells(done, shelf.root)), done.said
        assert (shelf.prints(), shelf.own()) == (before, own)
        if path.is_dir():
            shutil.rmtree(path)
        elif done.code:
            path.unlink()
    assert shelf.build().code == 0
    assert shelf.prints() == before


@pytest.mark.parametrize("damage", [*DAMAGES[:-1], "a dead link", "a folder"])
def test_ledger_that_is_broken_is_never_overwritten(
    shelf: Shelf, outside: Path, damage: str
) -> None:
    spoil(shelf.ledger, damage, outside)
    before = shelf.prints()
    shelf.enter("new")
    done = shelf.build()
    assert done.code == 1
    assert re.search(
        r"^permalinks\.json(:\d+)?: error: the permalinks cannot be read: ", done.said, re.M
    )
    assert "\n    mend the file" in done.said
    assert shelf.prints() == before
    if damage == "a folder":
        shutil.rmtree(shelf.ledger)
    else:
        shelf.ledger.unlink()
    shelf.ledger.write_bytes(shelf.ledgers["old"])
    assert shelf.build().code == 0
    assert (
        Ledger.loads(shelf.ledgers["old"].decode()).entries.keys()
        <= Ledger.loads(shelf.ledger.read_text()).entries.keys()
    )


@pytest.mark.parametrize("damage", ["garbage", "deep", "a folder"])
def test_corrections_that_are_broken_stop_the_run(shelf: Shelf, outside: Path, damage: str) -> None:
    before = shelf.prints()
    spoil(shelf.root / "overrides.yml", damage, outside)
    done = shelf.build()
    assert done.code in (1, 2), done.said
    assert "overrides.yml" in done.said
    assert "[bug]" not in done.said
    assert shelf.prints() == before


# Links -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["docs", "site", "overrides", ".papershelf"])
def test_folder_that_leads_out_of_the_project_is_refused(
    shelf: Shelf, outside: Path, name: str
) -> None:
    shutil.rmtree(shelf.root / name)
    (shelf.root / name).symlink_to(outside)
    for command in ("build", "generate"):
        done = run(shelf.root, command)
        assert done.code == 2, done.said
        assert f'"{shelf.root / name}" leads out of the project' in done.said
        assert "[linked-folder]" in done.said


@pytest.mark.parametrize("name", ["spare", "beside", "cache", "spare/papers", "beside/papers"])
def test_links_in_our_state_are_not_followed(shelf: Shelf, outside: Path, name: str) -> None:
    state = shelf.root / ".papershelf"
    for _ in range(2):
        shelf.enter("new")
        assert shelf.build().code == 0
        shutil.rmtree(state / name, ignore_errors=True)
        (state / name).symlink_to(outside)
        shelf.enter("less")
        done = shelf.build()
        assert done.code == 0, done.said
        assert not (shelf.root / "site").is_symlink()
        if (state / name).is_symlink():
            (state / name).unlink()


@pytest.mark.parametrize("name", ["papers", "assets", "index.html"])
def test_links_in_the_site_are_not_followed(shelf: Shelf, outside: Path, name: str) -> None:
    """Three builds: the site with the link becomes the spare one, and then the site again."""
    place = shelf.root / "site" / name
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    place.symlink_to(outside if name != "index.html" else outside / "theirs.md")
    for state in ("new", "less", "new"):
        shelf.enter(state)
        assert shelf.build().code == 0
    assert [path for path in (shelf.root / "site").rglob("*") if path.is_symlink()] == []


def test_links_in_sources_are_not_followed_out(shelf: Shelf, outside: Path) -> None:
    secret = outside / "theirs.md"
    assert secret.read_text() == "theirs"
    (shelf.root / "papers" / "link.bib").symlink_to(secret)
    (shelf.root / "papers" / "folder").symlink_to(outside)
    (shelf.root / "papers" / "ring").symlink_to(shelf.root / "papers" / "ring")
    before = shelf.prints("docs")
    done = run(shelf.root, "build", "-v")
    assert done.code == 0
    assert "[link-outside]" in done.said
    assert shelf.prints("docs") == before


# A disk that refuses ---------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Something mounted at a folder; where that is not allowed, the test is skipped."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """For root a mount, as nothing else stops it; for all others a mode."""
    if os.geteuid() == 0:
        with mounted(folder, "--bind", str(folder)):
            again = ["mount", "-o", "remount,ro,bind", str(folder)]
            subprocess.run(again, check=True, capture_output=True)
            yield
        return
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


def test_disk_that_is_full(tmp_path: Path) -> None:
    """The site is whole, whatever is left of the disk; with room again, the next run is fine."""
    disk = tmp_path / "disk"
    with mounted(disk, "-t", "tmpfs", "-o", "size=24m", "tmpfs"):
        shelf = Shelf.make(disk / "shelf", FILES)
        steps, _ = rehearse(shelf, tmp_path)
        filler, state = disk / "filler", "old"
        for left in (0, 20_000, 100_000, 400_000, 1_500_000):
            state = NEXT[state]
            shelf.enter(state)
            own = shelf.own()
            found = os.statvfs(disk)
            filler.write_bytes(bytes(max(0, found.f_bavail * found.f_frsize - left)))
            done = shelf.build()
            assert list(steps[state].judge_killed(shelf, own)) == [], left
            assert done.code == 0 or ("no space left" in done.said and tells(done, shelf.root)), (
                done.said
            )
            filler.unlink()
            assert list(steps[state].judge_next(shelf, shelf.build(), own)) == [], left
            assert left > 0 or done.code == 1


@pytest.mark.parametrize("name", ["", "docs", "site", ".papershelf"])
def test_read_only_folder(shelf: Shelf, name: str) -> None:
    before = shelf.prints()
    with read_only(shelf.root):
        done = shelf.build()
    assert done.code == 0 or tells(done, shelf.root), done.said
    assert shelf.prints() == before
    shelf.enter("new")
    with read_only(shelf.root / name):
        done = shelf.build()
        assert tells(done, shelf.root), done.said
    assert (
        differences(shelf.prints("site"), {k: v for k, v in before.items() if k[:5] == "site/"})
        == []
    )
    assert shelf.build().code == 0


@pytest.mark.parametrize("option", ["--docs-dir", "--site-dir"])
def test_name_that_is_too_long_is_told(shelf: Shelf, option: str) -> None:
    before = shelf.prints()
    done = run(shelf.root, "build", option, "x" * 300)
    assert done.code in (1, 2), done.said
    assert "x" * 300 in done.said
    assert "too long" in done.said
    assert shelf.prints() == before


# Many at once ----------------------------------------------------------------------------------


def test_twenty_builds_at_once_make_one_site(shelf: Shelf, tmp_path: Path) -> None:
    clean = Shelf.make(tmp_path / "clean", FILES)
    clean.ledgers = shelf.ledgers
    clean.enter("new")
    clean.ledger.write_bytes(shelf.ledger.read_bytes())
    assert clean.build().code == 0
    shelf.enter("new")
    command = [sys.executable, "-m", "papershelf", "build"]
    kind = {"cwd": shelf.root, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    runs = [subprocess.Popen(command, **kind) for _ in range(20)]
    said = [run.communicate(timeout=500)[0] for run in runs]
    for one, text in zip(runs, said, strict=True):
        held = "is at work on this site [locked]" in text
        assert one.returncode == (1 if held else 0), text
        assert "Traceback" not in text
        assert "[bug]" not in text
    assert any("waiting for another papershelf (process" in text for text in said)
    assert differences(shelf.prints(), clean.prints()) == []
    assert shelf.rests() == []


def test_lock_of_a_dead_process_holds_nobody_up(shelf: Shelf) -> None:
    lock = shelf.root / ".papershelf" / "lock"
    shelf.enter("new")
    done = shelf.build(Fault("kill", 1, r"^docs/"))
    assert done.code == -9
    assert lock.read_text().isdigit()
    assert "waiting" not in (again := shelf.build()).said
    assert again.code == 0


@pytest.mark.parametrize("signal", ["SIGINT", "SIGTERM"])
def test_told_to_stop(shelf: Shelf, signal: str) -> None:
    before = shelf.prints("site")
    shelf.enter("new")
    done = shelf.build(Fault(signal, 20, r"^docs/"))
    assert done.code == {"SIGINT": 130, "SIGTERM": -15}[signal]
    assert shelf.prints("site") == before
    assert shelf.build().code == 0
    assert shelf.rests() == []
