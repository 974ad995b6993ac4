"""The front door: command line → exit code. The only door to click, and all that prints.

Standard output is the result, standard error the progress and the problems. 0 is fine, 1 is
problems under `--strict` or a run that failed, 2 wrong use. A command imports what it needs
when it runs: scikit-learn alone costs a second that `--help` should not.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import click

from papershelf import __version__

if TYPE_CHECKING:
    from papershelf.model import Problem, Settings
    from papershelf.report import Console, Report

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""


def entry() -> None:
    """The console script."""
    sys.exit(main())


def main(argv: list[str] | None = None) -> int:
    """Runs one command; arguments as after the program's name. Gives the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A title may hold what the terminal's encoding lacks; that should stop nobody.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(papershelf.main(argv, "papershelf", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        if "--json" in (sys.argv[1:] if argv is None else argv):
            _say_misuse(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED


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
    address: str = ""
    open_browser: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say: a result as data and as text, and a last word to a person."""

    data: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    closing: tuple[str, ...] = ()


Work = Callable[[Given, "Console"], Answer]
F = TypeVar("F", bound=Callable[..., Any])


def _run(work: Work, given: Given) -> int:
    """Does a command's work and tells all about it; nothing but Ctrl-C gets past it."""
    from papershelf.report import Console

    report = Console(given.verbose - given.quiet)
    answer, code = _attempt(work, given, report)
    report.tell()
    for line in answer.closing:
        report.note(line)
    if given.as_json:
        _say(json.dumps({**report.as_dict(), **answer.data, "exit_code": code}))
    elif answer.text:
        _say(answer.text)
    return code


def _attempt(work: Work, given: Given, report: Console) -> tuple[Answer, int]:
    from papershelf.report import Failure

    try:
        return work(given, report), report.exit_code(given.strict)
    except Failure as failure:
        problems, code = failure.problems(), failure.exit_code
    except OSError as error:
        problems, code = (_refused_by_system(error),), 1
    except Exception as error:  # noqa: BLE001  whatever it is, a person should not meet it bare
        problems, code = (_bug(error),), 1
        if given.verbose:
            traceback.print_exc()
    for problem in problems:
        report.problem(problem)
    return Answer(), code


def _refused_by_system(error: OSError) -> Problem:
    from papershelf.model import Problem

    where = f" {os.fspath(error.filename)!r}" if error.filename is not None else ""
    reason = (error.strerror or str(error)).lower()
    return Problem("system", f"the system refused{where}: {reason}", level="error")


def _bug(error: Exception) -> Problem:
    from papershelf.model import Problem

    return Problem(
        "bug",
        f"this is a bug in papershelf: {type(error).__name__}: {error}",
        hint="run it again with -v, and report what it says",
        level="error",
    )


def _say_misuse(error: click.ClickException) -> None:
    from papershelf.report import Report, WrongUse

    report = Report()
    for problem in WrongUse(error.format_message()).problems():
        report.problem(problem)
    _say(json.dumps({**report.as_dict(), "exit_code": error.exit_code}))


def _say(text: str) -> None:
    try:
        click.echo(text)
    except BrokenPipeError:
        # Whoever listened has heard enough; Python would complain again when it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_PATH = click.Path(path_type=Path)
_reading = _options(
    click.argument("sources", nargs=-1, metavar="[SOURCE]..."),
    click.option("--format", metavar="NAME", help="Read every source as this format."),
    click.option(
        "-f", "--config-file", type=_PATH, metavar="FILE", help="Settings; else ./mkdocs.yml."
    ),
)
_writing = click.option(
    "--docs-dir", type=_PATH, metavar="DIR", help="Where the Markdown pages go."
)
_rendering = _options(
    click.option("--site-dir", type=_PATH, metavar="DIR", help="Where the site goes."),
    click.option("--engine", type=click.Choice(["mkdocs", "zensical"]), help="What renders it."),
)
_strict = click.option("--strict", is_flag=True, help="Exit with 1 if there is any warning.")
_telling = _options(
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead."),
    click.option("-q", "--quiet", is_flag=True, help="Tell problems only."),
    click.option("-v", "--verbose", is_flag=True, help="Tell everything."),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="papershelf %(version)s")
def papershelf() -> None:
    """Turn papers into a site that one likes to walk along.

    SOURCE is a file, a folder or - for standard input; without one, the sources of
    mkdocs.yml are read.
    """


@papershelf.command()
@_reading
@_writing
@_rendering
@_strict
@_telling
def build(**given: Any) -> int:
    """Write the pages and render the site."""
    return _run(_build, Given(**given))


@papershelf.command()
@_reading
@_writing
@_strict
@_telling
def generate(**given: Any) -> int:
    """Write the Markdown pages only."""
    return _run(_generate, Given(**given))


@papershelf.command()
@_reading
@_writing
@click.option(
    "-a",
    "--address",
    default="127.0.0.1:8000",
    show_default=True,
    metavar="HOST:PORT",
    help="Where to listen, on this machine.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
@_telling
def serve(**given: Any) -> int:
    """Show the site live: what you save shows in the browser."""
    return _run(_serve, Given(**given))


@papershelf.command()
@click.argument("paper")
@_reading
@_telling
def explain(**given: Any) -> int:
    """Tell how the page of one paper came to be.

    PAPER is a title or a part of one, a slug, an address or an id.
    """
    return _run(_explain, Given(**given))


@papershelf.command()
@click.option("-f", "--config-file", type=_PATH, metavar="FILE", help="Where plugins are listed.")
@_telling
def formats(**given: Any) -> int:
    """List what can be read, with an example each."""
    return _run(_formats, Given(**given))


@papershelf.command()
@click.argument("folder", metavar="DIR", type=_PATH)
@click.option("--name", default="My papers", show_default=True, help="What the site is called.")
@_telling
def new(**given: Any) -> int:
    """Make a ready site in DIR, with sample papers."""
    return _run(_new, Given(**given))


def _settings(given: Given, report: Report, needs_file: bool = False) -> Settings:
    from papershelf.config import load_settings
    from papershelf.report import WrongUse

    names = ("sources", "docs_dir", "site_dir", "format", "engine")
    overrides = {name: getattr(given, name) for name in names}
    settings = load_settings(given.config_file, overrides, report)
    if needs_file and not settings.config_file:
        raise WrongUse("there is no mkdocs.yml here", "`papershelf new .` makes a ready site")
    return settings


def _build(given: Given, report: Console) -> Answer:
    start = perf_counter()
    settings = _settings(given, report, needs_file=True)
    from papershelf import pipeline

    pipeline.build(settings, report)
    hint = "`papershelf serve` shows it, and every change as you save it"
    return Answer(closing=(*_closing(settings.site_dir, report, start), hint))


def _generate(given: Given, report: Console) -> Answer:
    start = perf_counter()
    settings = _settings(given, report)
    from papershelf import pipeline

    pipeline.generate(settings, report)
    return Answer(closing=_closing(settings.docs_dir, report, start))


def _closing(folder: Path, report: Report, start: float) -> tuple[str, str]:
    from papershelf.report import printable

    counts = report.counts
    here = Path.cwd()
    shown = folder.relative_to(here) if folder.is_relative_to(here) else folder
    pages = f"{counts['pages']} page{'' if counts['pages'] == 1 else 's'}"
    ready = f"{printable(shown.as_posix())}/ is ready: {pages}, {counts['written']} written"
    took = f"{counts['removed']} removed in {perf_counter() - start:.1f} s"
    return report.summary(), f"{ready}, {took}"


def _serve(given: Given, report: Console) -> Answer:
    settings = _settings(given, report, needs_file=True)
    from papershelf.render import serve

    serve(settings, given.address, given.open_browser, report)
    return Answer()


def _explain(given: Given, report: Console) -> Answer:
    settings = _settings(given, report)
    from papershelf import explain, pipeline, plugins
    from papershelf.report import Report

    # What is odd elsewhere in the sources is for `build` to tell.
    silent = Report()
    catalog, _ = pipeline.catalogue(settings, plugins.load(settings.plugins, settings.root), silent)
    report.counts.update(silent.counts)
    report.problems += [problem for problem in silent.problems if problem.level == "error"]
    paper = explain.find(given.paper, catalog)
    story = explain.story(paper, catalog, silent.sorted_problems())
    return Answer({"paper": story}, explain.told(story))


def _formats(given: Given, report: Console) -> Answer:
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


def _new(given: Given, report: Console) -> Answer:
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
