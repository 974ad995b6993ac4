"""The live preview in a real browser: what is saved shows by itself."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECORDS = [
    {
        "title": f"{subject} as Graphs",
        "abstract": f"We draw {subject.lower()} as graphs, once.",
        "authors": ["Ada Waters"],
        "year": 2024,
    }
    for subject in ("Rivers", "Lakes", "Springs")
]


def save(folder: Path, **fields: str) -> None:
    lines = [json.dumps({**record, **fields}) for record in RECORDS[:1]]
    lines += map(json.dumps, RECORDS[1:])
    (folder / "papers" / "list.jsonl").write_text("\n".join(lines) + "\n")


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The folder of a site, and where its preview is."""
    folder, ours = tmp_path / "site", [sys.executable, "-m", "papershelf"]
    subprocess.run([*ours, "new", str(folder)], check=True, capture_output=True)
    for path in (folder / "papers").iterdir():
        path.unlink()
    save(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with subprocess.Popen([*ours, "serve", "-q", "-a", address], cwd=folder) as process:
        try:
            until_it_answers(f"http://{address}/")
            yield folder, f"http://{address}/"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def until_it_answers(address: str) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=60).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"nothing at {address}")


def test_a_saved_record_shows_by_itself(preview: tuple[Path, str], page: Page) -> None:
    folder, address = preview
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}papers/rivers-as-graphs/")
    expect(page.locator(".ps-abstract")).to_contain_text("once")
    for times in ("twice", "three times"):
        save(folder, abstract=f"We draw rivers as graphs, {times}.")
        expect(page.locator(".ps-abstract")).to_contain_text(times, timeout=30_000)
        # Now the whole site is built, and the page is loaded again: it must be the same then.
        page.wait_for_timeout(3000)
        expect(page.locator(".ps-abstract")).to_contain_text(times)
    assert set(said) == {"Enabled live reload"}
