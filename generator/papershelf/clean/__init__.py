r"""Record → Paper: every repair a named step that can be switched off, and is logged.

A step takes a paragraph and returns it mended (see `mend`). Their order matters: addresses
and formulas are found first and are then safe from all other steps; then TeX, then lost
words, then quotes, dashes and blanks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from papershelf.clean.characters import characters, encoding
from papershelf.clean.links import addresses, links
from papershelf.clean.maths import bare_formulas, formulas
from papershelf.clean.mend import Step
from papershelf.clean.paper import paper
from papershelf.clean.tex import accents, braces, commands, dollars, fonts, ties
from papershelf.clean.typography import dashes, glued, quotes, spacing
from papershelf.clean.words import lost_commands, lost_escapes
from papershelf.model import Paper, Problem, Record, Settings
from papershelf.report import Report

__all__ = ["STEPS", "Step", "clean", "cleaner"]

STEPS: dict[str, Step] = {
    "encoding": encoding,
    "characters": characters,
    "addresses": addresses,
    "links": links,
    "formulas": formulas,
    "accents": accents,
    "bare-formulas": bare_formulas,
    "commands": commands,
    "fonts": fonts,
    "lost-commands": lost_commands,
    "lost-escapes": lost_escapes,
    "dollars": dollars,
    "ties": ties,
    "quotes": quotes,
    "dashes": dashes,
    "braces": braces,
    "glued": glued,
    "spacing": spacing,
}
"""All steps by name, in order; the first line of a step's docstring is what users read."""


def clean(
    records: Iterator[Record], settings: Settings, steps: Mapping[str, Step], report: Report
) -> Iterator[Paper]:
    """Records → papers, one by one.

    `steps` are the user's own, by name: they come last, or before the step that their
    attribute `before` names, or in the place of ours of the same name. Counts `repaired`
    for each record with a repair. A record without a title is reported and left out.
    """
    make = cleaner(settings, steps, report)
    for record in records:
        made = make(record, report)
        if made:
            yield made


def cleaner(
    settings: Settings, steps: Mapping[str, Step], report: Report
) -> Callable[[Record, Report], Paper | None]:
    """What makes a paper of one record, as `clean` does; the report is told of the settings."""
    chosen = arrange(steps, settings.skip, report)

    def make(record: Record, report: Report) -> Paper | None:
        made = paper(record, chosen, settings.year, report)
        report.count("repaired", bool(made and made.repairs))
        return made

    return make


def arrange(own: Mapping[str, Step], skip: tuple[str, ...], report: Report) -> dict[str, Step]:
    """All steps in the order in which they run, without those that the user switched off."""
    chosen = {name: own.get(name, step) for name, step in STEPS.items()}
    for name, step in own.items():
        if name not in chosen:
            chosen = _placed(chosen, name, step, str(getattr(step, "before", "")))
    for name in skip:
        if name not in chosen:
            report.problem(
                Problem(
                    "unknown-step",
                    f'there is no cleaning step "{name}" to skip',
                    hint=f"the steps are {', '.join(chosen)}",
                )
            )
    return {name: step for name, step in chosen.items() if name not in skip}


def _placed(steps: dict[str, Step], name: str, step: Step, before: str) -> dict[str, Step]:
    """The steps with one more, in front of the named one or at the end."""
    at = list(steps).index(before) if before in steps else len(steps)
    items = list(steps.items())
    return dict([*items[:at], (name, step), *items[at:]])
