"""Fixtures for every test, and what is done where something outside the checkout is missing."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

SHARED = Path(__file__).resolve().parents[2] / "shared"

# Two modules of the name cannot both be searched for doctests.
collect_ignore_glob = ["*conftest.py"]


# A busy machine is no wrong answer. In CI the examples are the same each time, so that a
# change fails for what it did; new examples are found on everybody's own machine.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")


# A shell's background job ignores the interrupt, and so would all that the tests start and stop.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept", action="store_true", help="rewrite the expected parts of case files"
    )


def absent(what: str) -> NoReturn:
    """Skips the test with the reason; in CI, where all is to be had, its absence is a failure."""
    message = f"{what} is not here"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real listings and data beside the checkout, for reading only."""
    if not (SHARED / "seeds").is_dir():
        absent("../shared")
    return SHARED
