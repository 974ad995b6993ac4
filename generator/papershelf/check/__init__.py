"""site/ → Problems: the quality gate, for sites of ours and of anybody.

A check of a page is a function `Page → problems`, a check of the whole site one of its files and
the summaries of its pages; both have a name in `CHECKS`. Reads only; asks no other host.
"""

from __future__ import annotations

from papershelf.check.gate import (
    CHECKS,
    PAGE_CHECKS,
    SITE_CHECKS,
    Verdict,
    Wanted,
    check,
)
from papershelf.check.sizes import BUDGETS

__all__ = ["BUDGETS", "CHECKS", "PAGE_CHECKS", "SITE_CHECKS", "Verdict", "Wanted", "check"]
