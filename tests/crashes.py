"""A site that is built, killed and built again, and the judgement over what is left each time.

As a program: `python tests/crashes.py [NUMBER] [FOLDER OF LISTINGS]` kills so many builds over an
older site and prints what came of them; `make faults` does so.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from faults import Done, Fault, run
from papershelf import scaffold
from papershelf.ledger import Ledger

OWN = {
    "docs/about.md": "# About\n\nWho keeps this shelf.\n",
    "docs/papers/notes.md": "# Notes\n\nMine, among the papers.\n",
    "docs/exports.md": "# Exports\n\nWritten by hand, in the place of a page of ours.\n",
    "overrides/templates/.keep": "",
    "README.md": "Mine.\n",
}
NEXT = {"old": "new", "new": "less", "less": "old"}
STATE = r"^\.papershelf/(?!spare|beside)|^permalinks\.json|^\.papershelf-"
SITE = r"^site|^\.site|^\.papershelf/(spare|sites|current|rendered)"
KINDS = {"time": "", "any change": ".", "change of our state": STATE, "change of the site": SITE}
Counts = dict[tuple[str, str], int]
MADE = ("docs", "site", "overrides")


def listing(first: int, last: int) -> str:
    """A source: papers with all that pages show."""
    return "\n\n".join(
        f"@inproceedings{{p{n},\n  title = {{A Study of Number {n} in Graph Networks, Part {n}}},\n"
        f"  author = {{Rossi, Anna and Meyer, {chr(65 + n % 26)}.}},\n"
        f"  booktitle = {{Workshop {n % 3}}},\n  year = {2000 + n % 9},\n  doi = {{10.5555/{n}}},\n"
        f"  abstract = {{We prune graph neural networks, {n} times, and find {n % 7} laws.}}\n}}"
        for n in range(first, last)
    )


@dataclass
class Shelf:
    """A project in one of three states, which follow each other for ever.

    `old` has the papers of all files but the last; `new` those of all files, and another
    correction; `less` those of `old` again, after `new`, so that papers have departed. Going
    back to `old`, the ledger of `old` is fetched back, as from version control.
    """

    root: Path
    files: dict[str, bytes]
    options: tuple[str, ...] = ()
    ledgers: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def make(cls, root: Path, files: dict[str, bytes], settings: str = "") -> Shelf:
        """A new project, with pages of the user's, in the state `old`; not built yet."""
        scaffold.scaffold(root, "A shelf")
        shutil.rmtree(root / "papers")
        (root / "papers").mkdir()
        config = root / "mkdocs.yml"
        text = config.read_text("utf-8")
        config.write_text(text.replace("[papers/]\n", f"[papers/]\n{settings}"), "utf-8")
        for name, content in OWN.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content, "utf-8")
        shelf = cls(root, files)
        shelf.enter("old")
        return shelf

    def enter(self, state: str) -> None:
        """Changes what the user has, to what it is in a state."""
        names = sorted(self.files)
        wanted = names if state == "new" else names[:-1]
        for name in names:
            path = self.root / "papers" / name
            if name not in wanted:
                path.unlink(missing_ok=True)
            elif not path.exists():
                path.write_bytes(self.files[name])
        venue = "A Workshop" if state == "new" else "Another Workshop"
        title = self._some_title()
        text = f'"{title}": {{venue: "{venue}"}}\n' if title else ""
        (self.root / "overrides.yml").write_text(text, "utf-8")
        if state == "old" and "old" in self.ledgers:
            self.ledger.write_bytes(self.ledgers["old"])

    def _some_title(self) -> str:
        """A name that a paper goes by in every state."""
        slugs = Ledger.loads(self.ledgers["old"].decode()).entries if self.ledgers else {}
        return min(slugs, default="")

    @property
    def ledger(self) -> Path:
        return self.root / "permalinks.json"

    def own(self) -> dict[str, bytes]:
        """All that is the user's."""
        paths = [self.root / name for name in (*OWN, "mkdocs.yml", "overrides.yml")]
        paths += sorted((self.root / "papers").iterdir())
        return {str(path): path.read_bytes() for path in paths}

    def build(self, fault: Fault | None = None, seconds: float = 0) -> Done:
        return run(self.root, "build", *self.options, fault=fault, seconds=seconds)

    def prints(self, *names: str) -> dict[str, str]:
        """Path → digest of all files of the named folders, and of the ledger."""
        found = {}
        for name in names or (*MADE, "permalinks.json"):
            found |= digests(self.root / name, name)
        return found

    def rests(self) -> list[str]:
        """What a run that ended well has no business to leave."""
        names = [path.relative_to(self.root).as_posix() for path in self.root.rglob("*")]
        odd = (".tmp", ".papershelf-stage", ".papershelf-old", "manifest.log", ".papershelf-spare")
        return [name for name in names if name.endswith(odd)]


def digests(path: Path, name: str) -> dict[str, str]:
    """Every file at and below a path, by its name below `name`; a link by where it leads."""
    if path.is_symlink():
        return {name: f"-> {path.readlink()}"}
    if path.is_file():
        return {name: sha256(path.read_bytes()).hexdigest()}
    inner = sorted(path.iterdir()) if path.is_dir() else []
    return {
        key: value for one in inner for key, value in digests(one, f"{name}/{one.name}").items()
    }


def differences(found: dict[str, str], wanted: dict[str, str]) -> list[str]:
    """The names of what differs."""
    return sorted(name for name in found | wanted if found.get(name) != wanted.get(name))


@dataclass(frozen=True)
class Step:
    """From one state to the next, and what is to come out: trees of clean builds."""

    before: str
    after: str
    old: dict[str, str]
    new: dict[str, str]
    done: Done

    def judge_killed(self, shelf: Shelf, own: dict[str, bytes]) -> Iterator[str]:
        """What is wrong right after a fault; nothing of it may be."""
        site = shelf.prints("site")
        both = [
            {k: v for k, v in tree.items() if k.startswith("site/")}
            for tree in (self.old, self.new)
        ]
        if site not in both:
            wrong = min((differences(site, one) for one in both), key=len)
            yield f"the site is neither old nor new: {len(wrong)} files, {wrong[:3]}"
        if shelf.own() != own:
            yield "a file of the user's has changed"
        try:
            kept = Ledger.loads(shelf.ledger.read_text("utf-8")).entries
            earlier = shelf.ledgers["old" if self.after == "old" else self.before]
            if lost := Ledger.loads(earlier.decode()).entries.keys() - kept.keys():
                yield f"the ledger lost {sorted(lost)[:3]}"
        except (OSError, ValueError) as error:
            yield f"the ledger is broken: {error}"

    def judge_next(self, shelf: Shelf, done: Done, own: dict[str, bytes]) -> Iterator[str]:
        """What is wrong after the run that follows."""
        if done.code or "Traceback" in done.said or "[bug]" in done.said:
            yield f"the next run ended with {done.code}: {done.said[-300:]}"
        if wrong := differences(shelf.prints(), self.new):
            yield f"the next run is not a clean one: {len(wrong)} files, {wrong[:5]}"
        if rests := shelf.rests():
            yield f"left behind: {rests[:3]}"
        if shelf.own() != own:
            yield "the next run changed a file of the user's"


def rehearse(shelf: Shelf, clean: Path) -> tuple[dict[str, Step], Counts]:
    """Goes once through all states, and builds each from nothing; leaves the shelf in `old`.

    Gives the way to each state, and how many changes of each kind there are on it.

    Raises:
        AssertionError: a build on top of an older one does not give what a clean one gives.
    """
    done = {"old": shelf.build()}
    assert done["old"].code == 0, done["old"].said
    shelf.ledgers["old"] = shelf.ledger.read_bytes()
    trees, counts = {}, {}
    for state in ("old", "new", "less", "old"):
        before = shelf.ledger.read_bytes()
        shelf.enter(state)
        ledger = shelf.ledgers["old"] if state == "old" else before
        log = clean / f"changes-{len(trees)}"
        done[state] = shelf.build(Fault(log=str(log)))
        assert done[state].code == 0, done[state].said
        shelf.ledgers[state] = shelf.ledger.read_bytes()
        trees[state] = _clean(shelf, clean / f"{state}-{len(trees)}", state, ledger)
        wrong = differences(shelf.prints(), trees[state])
        assert not wrong, (state, wrong[:5])
        paths = [json.loads(line)[1] for line in log.read_text("utf-8").splitlines()]
        for kind, where in KINDS.items():
            counts[state, kind] = sum(re.search(where, path) is not None for path in paths)
    steps = {
        after: Step(before, after, trees[before], trees[after], done[after])
        for before, after in NEXT.items()
    }
    return steps, counts


def _clean(shelf: Shelf, root: Path, state: str, ledger: bytes) -> dict[str, str]:
    """What a build in a folder of its own gives, with no cache and no older page."""
    other = Shelf.make(root, shelf.files)
    shutil.copyfile(shelf.root / "mkdocs.yml", root / "mkdocs.yml")
    other.ledgers = {"old": shelf.ledgers["old"]}
    other.enter(state)
    other.ledger.write_bytes(ledger)
    done = other.build()
    assert done.code == 0, done.said
    found = other.prints()
    shutil.rmtree(root)
    return found


def trial(
    shelf: Shelf, step: Step, fault: Fault | None, seconds: float = 0
) -> tuple[Done, list[str]]:
    """One fault on the way to the next state, and the run that follows; what was wrong."""
    shelf.enter(step.after)
    own = shelf.own()
    done = shelf.build(fault, seconds)
    wrong = list(step.judge_killed(shelf, own))
    wrong += step.judge_next(shelf, shelf.build(), own)
    return done, wrong


def kills(
    shelf: Shelf, steps: dict[str, Step], number: int, counts: Counts, seed: int = 8
) -> Iterator[tuple[str, str, Done, list[str]]]:
    """So many kills, in turn by time and by change; gives state, kind, end, what was wrong."""
    chance = random.Random(seed)
    state = "old"
    for turn in range(number):
        state = NEXT[state]
        step, kind = steps[state], list(KINDS)[turn // 3 % len(KINDS)]
        if kind == "time":
            fault, seconds = None, chance.uniform(0.05, step.done.seconds)
        else:
            what = "kill one" if chance.random() < 0.25 else "kill"
            at = chance.randint(1, counts[state, kind])
            fault, seconds = Fault(what, at, KINDS[kind]), 0.0
        yield state, kind, *trial(shelf, step, fault, seconds)


def main(number: int = 200, listings: str = "", seed: int = 8) -> int:
    """Kills so many builds and prints what came of them; gives 1 when anything was wrong."""
    files = {"a.bib": listing(0, 12).encode(), "b.bib": listing(12, 16).encode()}
    if listings:
        files = {path.name: path.read_bytes() for path in sorted(Path(listings).iterdir())}
    ends: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="crashes-") as folder:
        shelf = Shelf.make(Path(folder, "shelf"), files)
        steps, counts = rehearse(shelf, Path(folder))
        for (state, kind), changes in counts.items():
            print(
                f"to {state}: {changes} times a {kind}, in {steps[state].done.seconds:.1f} s",
                flush=True,
            )
        for turn, (state, kind, done, wrong) in enumerate(
            kills(shelf, steps, number, counts, seed)
        ):
            end = f"killed by {kind}" if done.code == -9 else f"ended with {done.code}"
            ends[end] += 1
            ends["wrong"] += bool(wrong)
            print(f"{turn + 1}: to {state}, {end}", *wrong, sep="\n  ", flush=True)
            if wrong:
                shelf.enter(state)
                shelf.build()
    print(*(f"{times} {end}" for end, times in ends.items()), sep=", ")
    return int(ends["wrong"] > 0)


if __name__ == "__main__":
    number, listings, seed = (*sys.argv[1:], *("200", "", "8")[len(sys.argv) - 1 :])
    sys.exit(main(int(number), listings, int(seed)))
