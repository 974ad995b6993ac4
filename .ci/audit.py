"""A lock file → whether a package in it has a known hole. Says so when nobody could be asked.

Exit code 1 when there is a finding. 0 when there is none, and also when not every package could be
looked up: a machine without network must be able to run all checks. With `--strict` that is 2.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def asked(lock: str) -> tuple[dict[str, Any], str]:
    """What pip-audit answers, and what it says beside; the answer is empty when it got none."""
    command = [sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip"]
    done = subprocess.run(
        [*command, "--progress-spinner=off", "--format=json", "--timeout=20", "-r", lock],
        capture_output=True,
        text=True,
    )
    try:
        return json.loads(done.stdout), done.stderr
    except ValueError:
        return {}, done.stderr


def judge(answer: dict[str, Any], beside: str) -> tuple[int, list[str]]:
    """The exit code under `--strict`, and what to tell: the holes, then how much was looked up."""
    packages = answer.get("dependencies", [])
    known = [package for package in packages if "vulns" in package]
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no release yet'}"
        for package in known
        for hole in package["vulns"]
    ]
    count = f"{len(known)} of {len(packages)} locked packages were looked up"
    if not known:
        told = f"audit: NOT DONE, nothing is known of holes: {_why_not(packages, beside)}"
    elif len(known) < len(packages):
        told = f"audit: NOT COMPLETE, {count}; {len(holes)} holes in those"
    else:
        told = f"audit: {count}, {len(holes)} holes"
    return 1 if holes else 2 * (not known or len(known) < len(packages)), [*holes, told]


def _why_not(packages: list[dict[str, Any]], beside: str) -> str:
    """Why no package was looked up, as far as it can be told."""
    if packages:
        return (
            f"the service answered, and knows none of the {len(packages)} locked packages "
            "(a mirror of the index may serve files and no advisories)"
        )
    reason = (beside.strip().splitlines() or ["no answer"])[-1]
    return f"the service could not be reached ({reason[:200]})"


def main() -> int:
    """The command line: the lock file, and `--strict` to fail when not all could be looked up."""
    lock, *options = sys.argv[1:]
    code, told = judge(*asked(lock))
    print("\n".join(told))
    return code if "--strict" in options else code % 2


if __name__ == "__main__":
    sys.exit(main())
