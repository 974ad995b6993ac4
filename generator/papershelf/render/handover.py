"""What the front doors tell our MkDocs plugin: with which settings, and whether to generate.

MkDocs makes the plugin itself, from `mkdocs.yml`; there is no other way to hand it anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from papershelf.model import Settings


@dataclass(frozen=True, slots=True)
class Handover:
    """The settings of the run, and whether the plugin is to bring docs/ up to date.

    `only`, when given, names pages that MkDocs is to make while all others are let be.
    """

    settings: Settings
    generate: bool
    only: frozenset[str] | None = None


_CURRENT: ContextVar[Handover | None] = ContextVar("handover", default=None)


def handed_over() -> Handover | None:
    """What was handed over; nothing when MkDocs was started by itself."""
    return _CURRENT.get()


@contextmanager
def hand_over(
    settings: Settings, generate: bool, only: frozenset[str] | None = None
) -> Iterator[None]:
    """Hands over for as long as MkDocs is at work."""
    token = _CURRENT.set(Handover(settings, generate, only))
    try:
        yield
    finally:
        _CURRENT.reset(token)
