"""`python -m benchmarks.render FOLDER`: the last stage of papershelf alone, as a process."""

from __future__ import annotations

import sys
from pathlib import Path

from papershelf.config import load_settings
from papershelf.render import render
from papershelf.report import Report

if __name__ == "__main__":
    report = Report()
    render(load_settings(Path(sys.argv[1]) / "mkdocs.yml", {}, report), report, anew=False)
