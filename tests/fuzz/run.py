"""Fuzzing for a bounded time: `python tests/fuzz/run.py --seconds 300 [TARGET...]`.

The targets take turns. What was found is told with the smallest input that shows it, is kept
in `.hypothesis/`, and is tried first in the next run. Exit code 1 when something was found.
"""

from __future__ import annotations

import argparse
import faulthandler
import secrets
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from time import monotonic, process_time
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed
from hypothesis import settings as under
from hypothesis.database import DirectoryBasedExampleDatabase

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from targets import SECONDS, TARGETS, Target  # noqa: E402

ROUND = 100
"""How many inputs a target gets before the next one has its turn."""

HUNG = 120
"""Seconds after which an input that does not end is taken for one that never will."""


class TooSlow(AssertionError):  # noqa: N818  says something of a check
    """A check took longer than it may."""


def fuzz(name: str, target: Target, examples: int, start: int, quick: bool = False) -> int:
    """Runs a target on new inputs and says on how many.

    Raises:
        Exception: whatever the check raised, on the smallest input that was found.
    """
    count = 0

    def body(value: Any) -> None:
        nonlocal count
        count += 1
        if not quick:
            faulthandler.dump_traceback_later(HUNG, exit=True)
        begin = process_time()
        target.check(value)
        if (took := process_time() - begin) > SECONDS:
            raise TooSlow(f"{took:.0f} s")

    body.__qualname__ = f"fuzz_{name}"  # the key under which the database keeps what was found
    body.__module__ = "fuzz"
    try:
        _run(body, target, examples, start)
    finally:
        faulthandler.cancel_dump_traceback_later()
    return count


def _run(body: Callable[[Any], None], target: Target, examples: int, start: int) -> None:
    rules = under(
        max_examples=examples,
        deadline=None,
        derandomize=False,
        database=DirectoryBasedExampleDatabase(HERE.parents[1] / ".hypothesis" / "fuzz"),
        suppress_health_check=list(HealthCheck),
        phases=(Phase.reuse, Phase.generate, Phase.shrink),
        verbosity=Verbosity.normal,
        print_blob=False,
    )
    seed(start)(rules(given(target.inputs)(body)))()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32))
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    chosen = parser.parse_args()
    names = chosen.targets or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    print(f"seed {chosen.seed}, {chosen.seconds:.0f} s, {len(names)} targets", flush=True)
    found, ran, turn, end = set(), dict.fromkeys(names, 0), 0, monotonic() + chosen.seconds
    while monotonic() < end and set(names) - found:
        name = names[turn % len(names)]
        turn += 1
        if name in found:
            continue
        try:
            ran[name] += fuzz(name, TARGETS[name], ROUND, chosen.seed + turn)
        except Exception:  # noqa: BLE001  all that a target can raise is a finding
            found.add(name)
            print(f"\n{name}: found", flush=True)
            traceback.print_exc(file=sys.stdout)
    for name in names:
        print(f"{name}: {ran[name]} inputs{', FOUND' if name in found else ''}")
    print(f"{sum(ran.values())} inputs, {len(found)} findings")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
