"""A lock file → whether a package in it has a known hole. Says so when nobody could be asked.

Exit code 0 when there is none, or when the service cannot be reached: a machine without network
must be able to run all checks. 1 when there is a finding.
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
    """The exit code, and what to tell."""
    packages = answer.get("dependencies", [])
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no release yet'}"
        for package in packages
        for hole in package.get("vulns", [])
    ]
    known = [package for package in packages if "vulns" in package]
    told = [f"audit: {len(known)} of {len(packages)} packages were looked up, {len(holes)} holes"]
    if not packages:
        reason = (beside.strip().splitlines() or ["no answer"])[-1]
        told = [f"audit: NOT DONE, the service could not be reached ({reason[:200]})"]
    elif len(known) < len(packages):
        told.append("audit: NOT COMPLETE, the service did not know the others")
    return int(bool(holes)), [*holes, *told]


def main() -> int:
    """The command line: the lock file."""
    code, told = judge(*asked(sys.argv[1]))
    print("\n".join(told))
    return code


if __name__ == "__main__":
    sys.exit(main())
