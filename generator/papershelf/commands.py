"""What each command does: what stood on the command line → an answer. `cli` tells it.

A command imports what it needs when it runs: the pipeline alone costs half a second that
`--help` should not.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from papershelf.check import Verdict
    from papershelf.model import Settings
    from papershelf.report import Console, Report


@dataclass(frozen=True, slots=True)
class Given:
    """What stood on the command line; each command has some of it."""

    sources: tuple[str, ...] = ()
    config_file: Path | None = None
    docs_dir: Path | None = None
    site_dir: Path | None = None
    format: str | None = None
    engine: str | None = None
    strict: bool = False
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False
    paper: str = ""
    folder: Path = Path()
    name: str = ""
    target: str | None = None
    output: Path | None = None
    topics: tuple[str, ...] = ()
    address: str = ""
    open_browser: bool = False
    site: Path | None = None
    site_url: str | None = None
    left_out: tuple[str, ...] = ()
    budgets: tuple[str, ...] = ()
    gate: bool = False
    profile: bool = False
    verify: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: a result as data and as text, and a last word to a person.

    A result that is a file of its own comes in `pieces`, byte by byte as it is to be.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    pieces: Iterable[bytes] = ()
    closing: tuple[str, ...] = ()


def _settings(given: Given, report: Report, needs_file: bool = False) -> Settings:
    from papershelf.config import load_settings
    from papershelf.report import WrongUse

    names = ("sources", "docs_dir", "site_dir", "format", "engine")
    overrides = {name: getattr(given, name) for name in names}
    settings = load_settings(given.config_file, overrides, report)
    if needs_file and not settings.config_file:
        raise WrongUse("there is no mkdocs.yml here", "`papershelf new .` makes a ready site")
    return settings


def build(given: Given, report: Console) -> Answer:
    """Sources → docs/ → site/."""
    start = perf_counter()
    settings = _settings(given, report, needs_file=True)
    _generate(settings, report)
    from papershelf.render import render, verify

    with report.stage("render"):
        changed = report.counts["written"] or report.counts["removed"]
        render(settings, report, anew=bool(changed))  # which spares a look at all files
    closing = _closing(settings.site_dir, report, start)
    data: dict[str, Any] = {}
    if given.verify:
        verify(settings, given.verify, report)
        data["verified"] = report.counts["verified"]
        closing = (*closing, f"pages rendered again by MkDocs alone: {data['verified']}")
    if given.gate or settings.check:
        passed = _pass_gate(given, settings, settings.site_dir, report)
        return Answer({**data, **passed.data}, closing=(*closing, *passed.closing))
    hint = "`papershelf serve` shows it, and every change as you save it"
    return Answer(data, closing=(*closing, hint))


def check(given: Given, report: Console) -> Answer:
    """The quality gate, over the site that was built or over any other."""
    from papershelf.report import WrongUse

    settings = _settings(given, report)
    site = given.site or settings.site_dir
    if not site.is_dir():
        hint = "`papershelf build` makes one; or name the folder of a built site"
        raise WrongUse(f'there is no site in "{_shown(site)}"', hint)
    return _pass_gate(given, settings, site, report)


def _pass_gate(given: Given, settings: Settings, site: Path, report: Report) -> Answer:
    """What the checks say of a site, told to the report."""
    from papershelf.check import Wanted
    from papershelf.check import check as look

    own = site.resolve() == settings.site_dir.resolve() and settings.config_file
    address = given.site_url if given.site_url is not None else settings.site_url if own else ""
    wanted = Wanted(_skipped(given, settings), _budgets(given, settings))
    with report.stage("check"):
        verdict = look(site, address, wanted)
    for problem in verdict.problems:
        report.problem(problem)
    data = {"files": verdict.files, "bytes": verdict.bytes, "found": dict(verdict.found)}
    checked = {"site": site.as_posix(), "pages": verdict.pages, **data}
    return Answer({"checked": checked}, closing=(_verdict(verdict),))


def _verdict(verdict: Verdict) -> str:
    found = ", ".join(f"{number} {code}" for code, number in sorted(verdict.found.items()))
    failed = any(problem.level == "error" for problem in verdict.problems)
    judged = "the site does not pass its checks" if failed else "checked"
    return f"{judged}: {verdict.pages} pages, {verdict.files} files, {found or 'nothing found'}"


def _skipped(given: Given, settings: Settings) -> tuple[str, ...]:
    """The checks and codes to leave out.

    Raises:
        WrongUse: there is no check of that name, and nothing that looks like a code.
    """
    from papershelf.check import CHECKS
    from papershelf.report import WrongUse

    names = (*settings.check_skip, *given.left_out)
    for name in names:
        if name not in CHECKS and "-" not in name:
            raise WrongUse(f'there is no check "{name}"', f"there are: {', '.join(CHECKS)}")
    return names


def _budgets(given: Given, settings: Settings) -> dict[str, int]:
    """The limits that hold, from the settings and then from the command line, as `name=value`.

    Raises:
        WrongUse: there is no such budget, or the value is no whole number.
    """
    from papershelf.check import BUDGETS
    from papershelf.report import WrongUse

    found = {}
    for text in (*settings.budgets, *given.budgets):
        name, _, value = text.partition("=")
        if name.strip() not in BUDGETS or not value.strip().isdecimal():
            known = ", ".join(f"{name}={limit}" for name, limit in BUDGETS.items())
            raise WrongUse(f'"{text}" is no budget', f"as they stand: {known}")
        found[name.strip()] = int(value)
    return found


def generate(given: Given, report: Console) -> Answer:
    """Sources → docs/."""
    start = perf_counter()
    settings = _settings(given, report)
    _generate(settings, report)
    return Answer(closing=_closing(settings.docs_dir, report, start))


def _generate(settings: Settings, report: Report) -> None:
    """Sources → docs/, unless nothing changed since the last run: then its report holds."""
    from papershelf import unchanged

    if unchanged.repeat(settings, report):
        return
    before = unchanged.look(settings)
    unchanged.forget(settings)
    from papershelf.spread import without_collection

    with without_collection():  # modules go to waste as little as what is made below
        from papershelf import pipeline

    pipeline.generate(settings, report)
    gc.freeze()  # caches stay to the end, and to look through them for waste took a second
    unchanged.keep(settings, before, report)


def _closing(folder: Path, report: Report, start: float) -> tuple[str, ...]:
    counts = report.counts
    pages = f"{counts['pages']} page{'' if counts['pages'] == 1 else 's'}"
    ready = f"{_shown(folder)}/ is ready: {pages}, {counts['written']} written"
    took = f"{counts['removed']} removed in {perf_counter() - start:.1f} s"
    return report.summary(), f"{ready}, {took}"


def serve(given: Given, report: Console) -> Answer:
    """Shows the site until Ctrl-C."""
    settings = _settings(given, report, needs_file=True)
    from papershelf import render

    render.serve(settings, given.address, given.open_browser, report)
    return Answer()


def explain(given: Given, report: Console) -> Answer:
    """The story of one paper."""
    settings = _settings(given, report)
    from papershelf import explain as telling
    from papershelf import pipeline, plugins
    from papershelf.report import Report

    # What is odd elsewhere in the sources is for `build` to tell.
    silent = Report()
    catalog, _ = pipeline.catalogue(settings, plugins.load(settings.plugins, settings.root), silent)
    report.counts.update(silent.counts)
    report.problems += [problem for problem in silent.problems if problem.level == "error"]
    paper = telling.find(given.paper, catalog)
    story = telling.story(paper, catalog, silent.sorted_problems())
    return Answer({"paper": story}, telling.told(story))


def export(given: Given, report: Console) -> Answer:
    """The papers in a format of other programs, to standard output or into a file."""
    from papershelf import export as exporting
    from papershelf import pipeline, plugins
    from papershelf.disk import replace_file

    format = _target(given)
    settings = _settings(given, report)
    added = plugins.load(settings.plugins, settings.root)
    papers = pipeline.selection(given.topics, settings, added, report)
    pieces = (piece.encode() for piece in exporting.export(papers, format))
    if given.output is None:
        return Answer(pieces=pieces, closing=(report.summary(),))
    replace_file(given.output, b"".join(pieces))
    return Answer(
        {"format": format, "output": given.output.as_posix(), "exported": len(papers)},
        closing=(report.summary(), f"{_shown(given.output)} is ready: {_papers(len(papers))}"),
    )


def _target(given: Given) -> str:
    """The format to export to: as told, or as the name of the file tells.

    Raises:
        WrongUse: neither tells a format that there is; or two results would share one output.
    """
    from papershelf.export import EXPORTS
    from papershelf.report import WrongUse

    known = f"can be written: {', '.join(EXPORTS)}"
    if given.as_json and not given.output:
        raise WrongUse("--json needs --output: standard output cannot hold both", known)
    if given.target in EXPORTS:
        return given.target
    if given.target:
        raise WrongUse(f'there is no export format "{given.target}"', known)
    suffix = given.output.suffix.lower() if given.output else ""
    found = next((name for name, format in EXPORTS.items() if format.suffix == suffix), "")
    if not found:
        raise WrongUse("which format is it to be? name one with --format", known)
    return found


def _shown(path: Path) -> str:
    """A path as seen from the current folder, fit for a terminal."""
    from papershelf.report import printable

    here = Path.cwd()
    return printable((path.relative_to(here) if path.is_relative_to(here) else path).as_posix())


def _papers(number: int) -> str:
    return f"{number} paper{'' if number == 1 else 's'}"


def formats(given: Given, report: Console) -> Answer:
    """The readers, those of plugins included."""
    from papershelf import plugins
    from papershelf.read import READERS

    settings = _settings(given, report)
    readers = {**READERS, **plugins.load(settings.plugins, settings.root).readers}
    known = [
        {
            "name": name,
            "summary": getattr(reader, "SUMMARY", ""),
            "example": getattr(reader, "EXAMPLE", ""),
        }
        for name, reader in readers.items()
    ]
    return Answer({"formats": known}, "\n\n".join(_told_format(**one) for one in known))


def _told_format(name: str, summary: str, example: str) -> str:
    shown = "".join(f"\n    {line}".rstrip() or "\n" for line in example.rstrip().split("\n"))
    return f"{name}: {summary}\n{shown}" if example else f"{name}: {summary}"


def new(given: Given, report: Console) -> Answer:
    """A ready site in a folder."""
    from papershelf.report import printable
    from papershelf.scaffold import scaffold

    made = scaffold(given.folder, given.name)
    there = printable(given.folder.as_posix())
    steps = (
        f"{there}/ is ready: {len(made)} files",
        *([f"    cd {there}"] if given.folder.resolve() != Path.cwd() else []),
        "    papershelf serve       shows the site, and every change as you save it",
        "    papershelf build       writes it into site/",
        "put your own papers into papers/; `papershelf formats` tells what can be read",
    )
    return Answer({"files": made}, closing=steps)
