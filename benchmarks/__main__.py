"""`python -m benchmarks`: papershelf and its peers side by side in one run."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

from benchmarks import report
from benchmarks.limit import write_again
from benchmarks.live import seconds_to_the_browser
from benchmarks.measure import Run, run
from benchmarks.peers import ROOT, Papershelf, Peer, new_shelf, peers
from benchmarks.trees import Tree

CASES = ("cold", "unchanged", "changed", "added")

_ENV = {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}

Found = dict[str, dict[str, list[Run]]]
"""Peer → case → runs."""


def main() -> int:
    """Measures, prints a line a run, and writes the results as JSON and as pages."""
    asked = _arguments()
    results: list[report.Size] = (
        json.loads(asked.results.read_text()) if asked.results.is_file() else []
    )
    for papers in asked.papers:
        size = _measure(papers, asked)
        results = [old for old in results if old["papers"] != papers] + [size]
        asked.results.write_text(
            json.dumps(sorted(results, key=lambda one: one["papers"]), indent=1)
        )
    report.write(json.loads(asked.results.read_text()), ROOT / "docs")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--papers", type=int, nargs="+", default=[650, 2000])
    parser.add_argument("--rounds", type=int, default=3, help="runs of each; medians are shown")
    parser.add_argument("--only", nargs="+", help="names of peers, as shown")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES)
    parser.add_argument(
        "--live", action=argparse.BooleanOptionalAction, default=True, help="time the live preview"
    )
    parser.add_argument("--limit", type=float, default=1800, help="seconds that a run may take")
    parser.add_argument("--memory", type=int, default=16, help="GB that a run may take")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results.json")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder")
    return parser.parse_args()


def _measure(papers: int, asked: argparse.Namespace) -> report.Size:
    work = Path(tempfile.mkdtemp(prefix="shelf-benchmark-", dir=asked.folder))
    try:
        return _measured(papers, work, asked)
    finally:
        shutil.rmtree(work)


def _measured(papers: int, work: Path, asked: argparse.Namespace) -> report.Size:
    shelf = work / "shelf"
    origin = new_shelf(shelf, papers)
    first = run(Papershelf().command(shelf), shelf, _ENV, asked.limit, asked.memory << 30)
    assert not first.failed, (shelf / "benchmark.log").read_text()
    tree = Tree(shelf / "docs", shelf / "site")
    found: Found = defaultdict(lambda: defaultdict(list))
    ready = [(peer, _folder(peer, tree, shelf, work)) for peer in peers()
             if not asked.only or peer.name in asked.only]  # fmt: skip
    if any(peer.name == Papershelf.name for peer, _ in ready):
        _note(Papershelf.name, "cold", first, found)  # which made the tree for all others
    made: dict[str, list[int]] = {}
    for turn in range(1, asked.rounds + 1):
        for peer, folder in ready:
            _round(peer, folder, turn, found, asked)
            made.setdefault(peer.name, _weigh(folder / peer.output))
    ours = [folder for peer, folder in ready if peer.name == Papershelf.name]
    live = [seconds_to_the_browser(folder) for folder in ours if asked.live]
    floor = write_again(tree.site, work / "copy")
    return {
        "papers": papers,
        "origin": origin,
        "pages": sum(1 for _ in tree.leaves()),
        "bytes": tree.weight,
        "limit": floor["cpu"],
        "made": made,
        "rounds": asked.rounds,
        "live": live[0] if live else {},
        "runs": {name: {case: _middle(runs) for case, runs in cases.items()}
                 for name, cases in found.items()},
    }  # fmt: skip


def _folder(peer: Peer, tree: Tree, shelf: Path, work: Path) -> Path:
    """Where a peer works: papershelf goes on with what it has built, others get the pages."""
    if peer.name == Papershelf.name:
        return shelf
    folder = work / peer.name.replace(" ", "-")
    folder.mkdir()
    peer.prepare(tree, folder)
    return folder


def _weigh(site: Path) -> list[int]:
    """How many pages a peer made, and of how many bytes: to see that all did the same work."""
    sizes = [path.stat().st_size for path in site.rglob("*.html")]
    return [len(sizes), sum(sizes)]


def _round(peer: Peer, folder: Path, turn: int, found: Found, asked: argparse.Namespace) -> None:
    """One run of each case. Who keeps nothing builds all again each time, and one case says it."""
    mine = found[peer.name]
    if any(one.failed for runs in mine.values() for one in runs):
        return
    cases = CASES if peer.keeps else ("cold", "changed")
    for case in [case for case in cases if case in asked.cases]:
        if case == "cold" and len(mine["cold"]) >= turn:
            continue
        if case == "cold":
            peer.clean(folder)
        if case in {"changed", "added"}:
            {"changed": peer.change, "added": peer.add}[case](folder, turn)
        one = run(peer.command(folder), folder, _ENV, asked.limit,
                  asked.memory << 30)  # fmt: skip
        _note(peer.name, case, one, found)
        if one.failed:
            return


def _note(name: str, case: str, one: Run, found: Found) -> None:
    found[name][case].append(one)
    said = one.failed or f"{one.cpu:.2f} s CPU, {one.wall:.2f} s, {one.memory >> 20} MB"
    print(f"{name:24}{case:10} {said}", file=sys.stderr, flush=True)


def _middle(runs: list[Run]) -> dict[str, float | str]:
    failed = next((one.failed for one in runs if one.failed), "")
    return {
        "cpu": median(one.cpu for one in runs),
        "wall": median(one.wall for one in runs),
        "memory": max(one.memory for one in runs),
        "failed": failed,
    }


if __name__ == "__main__":
    raise SystemExit(main())
