"""The same input gives the same bytes, in docs/ and in site/, wherever and whenever it is built."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from crashes import MADE, Shelf, differences, listing

pytestmark = pytest.mark.slow
PAPERS = 12

# Run before papershelf is loaded: another clock, folders listed in another order, other cores.
STRANGE = """
import datetime, os, random, sys, time
shift, seed, cores = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
if shift:
    for name in ("time", "time_ns"):
        call, more = getattr(time, name), shift * (10**9 if name == "time_ns" else 1)
        setattr(time, name, lambda call=call, more=more: call() + more)
    class Later(datetime.datetime):
        @classmethod
        def now(cls, zone=None):
            return cls.fromtimestamp(time.time(), zone)
        @classmethod
        def utcnow(cls):
            return cls.fromtimestamp(time.time(), datetime.timezone.utc).replace(tzinfo=None)
        today = now
    datetime.datetime = Later
if seed:
    chance = random.Random(seed)
    class Shuffled:
        def __init__(self, entries):
            with entries:
                found = list(entries)
            chance.shuffle(found)
            self.entries = iter(found)
        def __iter__(self):
            return self.entries
        def __next__(self):
            return next(self.entries)
        def __enter__(self):
            return self
        def __exit__(self, *_):
            pass
        close = __exit__
    scan, names = os.scandir, os.listdir
    os.scandir = lambda path=".": Shuffled(scan(path))
    def shuffled(path="."):
        found = names(path)
        chance.shuffle(found)
        return found
    os.listdir = shuffled
if cores:
    os.sched_getaffinity = lambda _: set(range(cores))
    os.cpu_count = lambda: cores
    import papershelf.spread as spread
    spread._FEWEST = 2
from papershelf.cli import main
sys.exit(main(sys.argv[4:]))
"""


@dataclass(frozen=True)
class Surroundings:
    """Where and when a site is built, and by which Python; `shift` is in days."""

    env: dict[str, str] = field(default_factory=dict)
    shift: int = 0
    order: int = 0
    cores: int = 0
    umask: int = -1
    from_elsewhere: bool = False
    ages: int = 0
    python: str = sys.executable


MATRIX = {
    "hash seed 1, a zone ahead, C": Surroundings(
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C"}
    ),
    "hash seed 99, a zone behind, no UTF-8": Surroundings(
        {
            "PYTHONHASHSEED": "99",
            "TZ": "America/Los_Angeles",
            "LC_ALL": "POSIX",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
        }
    ),
    "400 days later": Surroundings(shift=400),
    "400 days earlier": Surroundings(shift=-400),
    "an epoch given": Surroundings({"SOURCE_DATE_EPOCH": "315532800"}),
    "another epoch": Surroundings({"SOURCE_DATE_EPOCH": "1999999999"}),
    "folders in another order": Surroundings(order=7),
    "folders in yet another order": Surroundings(order=8),
    "one core": Surroundings(cores=1),
    "two cores": Surroundings(cores=2),
    "four cores": Surroundings(cores=4),
    "umask 077": Surroundings(umask=0o077),
    "umask 000": Surroundings(umask=0),
    "from another folder": Surroundings(from_elsewhere=True),
    "old files": Surroundings(ages=3),
    "a home that is not there, a narrow terminal": Surroundings(
        {"HOME": "/nonexistent", "COLUMNS": "20", "NO_COLOR": "1"}
    ),
    "all of it": Surroundings(
        {"PYTHONHASHSEED": "5", "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "USER": "somebody"},
        shift=9000,
        order=9,
        cores=3,
        umask=0o027,
        from_elsewhere=True,
        ages=4,
    ),
}


def built(root: Path, where: Surroundings) -> dict[str, str]:
    """Path → digest of what a build in these surroundings makes."""
    root.mkdir(parents=True)
    shelf = Shelf.make(root / "shelf", {f"{n}.bib": source(n).encode() for n in range(PAPERS)})
    shelf.enter("new")
    chance = random.Random(where.ages)
    for path in sorted(shelf.root.rglob("*")) if where.ages else ():
        age = chance.randint(10**8, 10**9)
        os.utime(path, (age, age))
    given = ["build", "--config-file", str(shelf.root / "mkdocs.yml")]
    command = [str(where.shift * 86400), str(where.order), str(where.cores), *given]
    kept = {name: value for name, value in os.environ.items() if name not in _TELLING}
    done = subprocess.run(
        [where.python, "-c", STRANGE, *command],
        cwd=root if where.from_elsewhere else shelf.root,
        env={**kept, **where.env},
        umask=where.umask,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    return shelf.prints()


_TELLING = {"SOURCE_DATE_EPOCH", "PYTHONHASHSEED", "TZ", "LC_ALL", "LANG"}


def source(number: int) -> str:
    return listing(number, number + 1)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return built(tmp_path_factory.mktemp("usual") / "x", Surroundings())


@pytest.mark.parametrize("name", MATRIX)
def test_surroundings_do_not_show(usual: dict[str, str], tmp_path: Path, name: str) -> None:
    assert differences(built(tmp_path / "other", MATRIX[name]), usual) == []


def test_a_shelf_that_grew_is_one_that_was_built_at_once(tmp_path: Path) -> None:
    """Papers come and one is changed; a build from nothing, without any ledger, knows no past.

    The ledgers may differ: they remember how papers were known once.
    """
    files = {f"{n}.bib": source(n).encode() for n in range(PAPERS)}
    grown, fresh = (Shelf.make(tmp_path / name, files) for name in ("grown", "fresh"))
    changed = grown.root / "papers" / "0.bib"
    changed.write_bytes(files["0.bib"].replace(b"We prune", b"We cut"))
    assert grown.build().code == 0
    before = grown.prints("site")
    for shelf in (grown, fresh):
        shelf.enter("new")
        (shelf.root / "papers" / "0.bib").write_bytes(files["0.bib"])
        assert shelf.build().code == 0
    assert differences(grown.prints(*MADE), fresh.prints(*MADE)) == []
    changed_pages = {Path(name).name for name in differences(before, grown.prints("site"))}
    assert {"new.js", "feed.xml", "index.html"} <= changed_pages


OTHERS = os.environ.get("PAPERSHELF_PYTHONS", "").split()
"""Other Pythons with papershelf and the locked packages; where none is named, none is tried."""


@pytest.mark.parametrize("python", OTHERS)
def test_other_pythons_make_the_same_bytes(
    usual: dict[str, str], tmp_path: Path, python: str
) -> None:
    other = built(tmp_path / "other", replace(MATRIX["all of it"], python=python))
    assert differences(other, usual) == []


def test_what_is_compared_holds_all_kinds(usual: dict[str, str]) -> None:
    for kind in (
        ".png",
        "feed.xml",
        ".json",
        ".html",
        ".md",
        ".js",
        "sitemap.xml.gz",
        "permalinks.json",
    ):
        assert any(name.endswith(kind) for name in usual), kind
