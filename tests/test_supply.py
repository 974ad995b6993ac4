"""Nothing from outside: builds ask no host, and `make` installs only what is locked by hash."""

from __future__ import annotations

import importlib.util
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")

# Refuses what would leave the process, and writes down whom it would have asked.
GUARD = """\
import sys
def refuse(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        if not (event == "socket.connect" and isinstance(args[1], str)):  # a pipe of the system
            open(LOG, "a").write(f"{event} {args}\\n")
            raise PermissionError(f"{event} {args}")
    if event in {"subprocess.Popen"}:
        open(LOG, "a").write(f"{event} {args[0]}\\n")
sys.addaudithook(refuse)
"""


def guarded(tmp_path: Path, code: str) -> tuple[int, str, str]:
    """Runs code in a Python of its own that may ask nobody: its exit code, its log, its errors."""
    log = tmp_path / "asked"
    source = f"LOG = {str(log)!r}\n{GUARD}\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True
    )
    return done.returncode, log.read_text("utf-8") if log.exists() else "", done.stderr


@pytest.mark.slow
def test_a_build_and_its_checks_ask_nobody(tmp_path: Path) -> None:
    code = (
        "from papershelf.cli import main\n"
        "assert main(['new', 'shelf', '-q']) == 0\n"
        "import os; os.chdir('shelf')\n"
        "assert main(['build', '-q']) == 0\n"
        "main(['check', '-q'])\n"
        "assert main(['export', '--format', 'bibtex', '-o', 'x.bib', '-q']) == 0\n"
    )
    status, asked, errors = guarded(tmp_path, code)
    assert (status, asked) == (0, ""), errors
    assert (tmp_path / "shelf" / "site" / "index.html").is_file()


def test_the_guard_sees_who_asks(tmp_path: Path) -> None:
    code = "import urllib.request; urllib.request.urlopen('http://papers.invalid/')"
    status, asked, _ = guarded(tmp_path, code)
    assert status == 1
    assert asked.startswith("socket.")


@pytest.mark.parametrize("address", ["0.0.0.0:8000", "192.0.2.7:8000", "papers.example:80"])
def test_the_preview_listens_on_this_machine_alone(address: str, tmp_path: Path) -> None:
    code = (
        "from papershelf.cli import main\n"
        "main(['new', 'shelf', '-q'])\n"
        "import os; os.chdir('shelf')\n"
        f"raise SystemExit(main(['serve', '--address', {address!r}]))\n"
    )
    status, _, errors = guarded(tmp_path, code)
    assert status == 2, errors


def test_no_module_of_ours_opens_a_connection() -> None:
    wanted = re.compile(
        r"^\s*(?:import|from) (?:socket|http|urllib\.request|ssl|ftplib|requests)\b"
    )
    found = [
        f"{path.name}: {line}"
        for path in (ROOT / "generator").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if wanted.match(line) and path.name != "preview.py"  # the server of `serve`
    ]
    assert found == []


# The lock file ---------------------------------------------------------------------------------


def locked() -> dict[str, str]:
    """Each package of the lock file with what is said of it."""
    entries = re.split(r"^(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", LOCK, flags=re.M), flags=re.M)
    return {normal(re.split(r"==", entry)[0]): entry for entry in entries if entry.strip()}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_locked_package_has_one_version_and_hashes() -> None:
    for name, entry in locked().items():
        first = entry.splitlines()[0]
        assert re.match(r"[\w.-]+==[\w.!+-]+( ; [^\\]+)? ?\\$", first), first
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), name


def test_everything_that_is_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    # What only the benchmarks compare with is installed beside, into a folder of its own.
    groups = [them for name, them in project["dependency-groups"].items() if name != "bench"]
    asked = [*project["project"]["dependencies"], *(one for group in groups for one in group)]
    asked += project["build-system"]["requires"]
    names = {normal(re.match(r"[\w.-]+", one)[0]) for one in asked}
    assert names - locked().keys() == set(), "run `make lock`"


def test_the_lock_file_names_no_registry() -> None:
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links|@ ", LOCK)


def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOLE = {"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
WHOLE, UNKNOWN = {"name": "y", "version": "1", "vulns": []}, {"name": "z", "skip_reason": "?"}


@pytest.mark.parametrize(
    ("packages", "code", "strict", "last"),
    [
        ([HOLE, WHOLE], 1, 1, "audit: 2 of 2 locked packages were looked up, 1 holes"),
        ([HOLE, UNKNOWN], 1, 1, "audit: NOT COMPLETE, 1 of 2 locked packages were looked up"),
        ([WHOLE], 0, 0, "audit: 1 of 1 locked packages were looked up, 0 holes"),
        ([WHOLE, UNKNOWN], 0, 2, "audit: NOT COMPLETE, 1 of 2 locked packages were looked up"),
        ([UNKNOWN], 0, 2, "audit: NOT DONE, nothing is known of holes: the service answered"),
        ([], 0, 2, "audit: NOT DONE, nothing is known of holes: the service could not be reached"),
    ],
)
def test_the_audit_says_what_it_knows(
    packages: list[dict[str, object]],
    code: int,
    strict: int,
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    module = audit()
    monkeypatch.setattr(module, "asked", lambda lock: ({"dependencies": packages}, "no network\n"))
    for options, wanted in ([], code), (["--strict"], strict):
        monkeypatch.setattr("sys.argv", ["audit.py", "requirements.lock", *options])
        assert module.main() == wanted
        told = capsys.readouterr().out.splitlines()
        assert told[-1].startswith(last)
        assert ("x 1: CVE-1, mended in 2" in told) == (HOLE in packages)


def test_a_socket_can_be_had_here() -> None:
    """Were there none, the tests above would prove nothing."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        assert one.getsockname()[1]
