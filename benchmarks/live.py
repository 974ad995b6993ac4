"""How long the live preview takes to show a paper that was saved to a browser that waits."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks import samples
from benchmarks.peers import Papershelf

_TURNS = 5
_PATIENCE = 1800  # seconds until the first build is done


def seconds_to_the_browser(folder: Path) -> dict[str, float]:
    """Medians, in seconds of the clock: until the page has the change, and until all is built.

    The folder holds a papershelf site with its sources in `papers/papers.jsonl`.
    """
    file = folder / "papers" / "papers.jsonl"
    samples.change_one(file, 1000)
    with _served(folder) as site:
        place = f"{site}/papers/{_changed(folder, 1000)}/"
        shown, built = [], []
        for turn in range(1, _TURNS + 1):
            epoch = _epoch(_get(place))
            start = time.monotonic()
            samples.change_one(file, 1000 + turn)
            while f"told for the {1000 + turn}th time" not in _get(place):
                epoch = int(_get(f"{site}/livereload/{epoch}/{turn}"))
            shown.append(time.monotonic() - start)
            seen = _epoch(_get(place))
            while int(_get(f"{site}/livereload/{seen}/{turn}")) == seen:
                pass
            built.append(time.monotonic() - start)
            time.sleep(3)  # as long as the server takes to see that it wrote the files itself
    return {"page": median(shown), "all": median(built)}


def _changed(folder: Path, turn: int) -> str:
    """The slug of the paper that the samples changed in a turn."""
    for page in sorted((folder / "docs" / "papers").glob("*.md")):
        if f"told for the {turn}th time" in page.read_text("utf-8"):
            return page.stem
    raise LookupError(f"no page of turn {turn}")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The address of the live preview, once it has built."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [*Papershelf().command(folder)[:1], "serve", "--quiet", "-a", address]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(f"http://{address}/", process)
            yield f"http://{address}"
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            _get(address)
        except urllib.error.URLError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=300) as answer:
        return str(answer.read().decode("utf-8"))


def _epoch(page: str) -> int:
    """Of which build a page is, as it tells the script that waits for the next."""
    found = re.search(r"livereload\((\d+)", page)
    assert found, "the page does not wait for changes"
    return int(found[1])
