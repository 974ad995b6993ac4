"""What the front doors tell our MkDocs plugin: with which settings, and whether to generate.

MkDocs makes the plugin itself, from `mkdocs.yml`; there is no other way to hand it anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from papershelf.model import Settings
from papershelf.render.kept import Mark


@dataclass(frozen=True, slots=True)
class Handover:
    """The settings of the run, and whether the plugin is to bring docs/ up to date.

    `only`, when given, names pages that MkDocs is to make while all others are let be. In
    `marks` the plugin tells how it has left every file of the site, when it knows them all.
    """

    settings: Settings
    generate: bool
    only: frozenset[str] | None = None
    marks: dict[str, Mark] = field(default_factory=dict)


_CURRENT: ContextVar[Handover | None] = ContextVar("handover", default=None)


def handed_over() -> Handover | None:
    """What was handed over; nothing when MkDocs was started by itself."""
    return _CURRENT.get()


@contextmanager
def hand_over(
    settings: Settings, generate: bool, only: frozenset[str] | None = None
) -> Iterator[Handover]:
    """Hands over for as long as MkDocs is at work."""
    handover = Handover(settings, generate, only)
    token = _CURRENT.set(handover)
    try:
        yield handover
    finally:
        _CURRENT.reset(token)
