"""The front door: command line → exit code. The only door to click, and all that prints.

Standard output is the result, standard error the progress and the problems. 0 is fine, 1 is
problems under `--strict` or a run that failed, 2 wrong use. What a command does stands in
`commands`.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from papershelf import __version__, commands
from papershelf.commands import Answer, Given

if TYPE_CHECKING:
    from papershelf.model import Problem
    from papershelf.report import Console

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""


def entry() -> None:
    """The console script."""
    _leave(main())


def _leave(code: int) -> None:
    """Ends the process without taking apart what it holds, which took 2 s at 10,000 papers.

    All that is to be done at the end is done: Python's own way would only give back memory, one
    value at a time, that the system takes back at once.
    """
    try:
        if threading.active_count() == 1:
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    except (OSError, ValueError):  # nobody listens any more: Python knows what to do
        pass
    sys.exit(code)


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


Work = Callable[[Given, "Console"], Answer]
F = TypeVar("F", bound=Callable[..., Any])


def _run(work: Work, given: Given) -> int:
    """Does a command's work and tells all about it; nothing but Ctrl-C gets past it."""
    from papershelf.report import Console

    report = Console(given.verbose - given.quiet)
    answer, code = _attempt(work, given, report)
    report.tell()
    for line in (*answer.closing, *(report.profile_lines() if given.profile else ())):
        report.note(line)
    if given.as_json:
        taken = {"profile": report.profile()} if given.profile else {}
        _say(json.dumps({**report.as_dict(), **answer.data, **taken, "exit_code": code}))
    elif answer.text:
        _say(answer.text)
    else:
        for piece in answer.pieces:
            _say(piece)
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


def _say(text: str | bytes) -> None:
    """Prints text as a line, and bytes as they are."""
    try:
        click.echo(text, nl=isinstance(text, str))
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
_settings_file = click.option(
    "-f", "--config-file", type=_PATH, metavar="FILE", help="Settings; else ./mkdocs.yml."
)
_reading = _options(
    click.argument("sources", nargs=-1, metavar="[SOURCE]..."),
    click.option("--format", metavar="NAME", help="Read every source as this format."),
    _settings_file,
)
_writing = click.option(
    "--docs-dir", type=_PATH, metavar="DIR", help="Where the Markdown pages go."
)
_rendering = _options(
    click.option("--site-dir", type=_PATH, metavar="DIR", help="Where the site goes."),
    click.option("--engine", type=click.Choice(["mkdocs", "zensical"]), help="What renders it."),
)
_strict = click.option("--strict", is_flag=True, help="Exit with 1 if there is any warning.")
_profile = click.option("--profile", is_flag=True, help="Tell what each stage took.")
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
@click.option("--check", "gate", is_flag=True, help="Then look at the site, as `check` does.")
@click.option(
    "--verify", type=click.IntRange(0), default=0, metavar="N", help="Render N pages twice."
)
@_profile
@_strict
@_telling
def build(**given: Any) -> int:
    """Write the pages and render the site."""
    return _run(commands.build, Given(**given))


@papershelf.command()
@_reading
@_writing
@_profile
@_strict
@_telling
def generate(**given: Any) -> int:
    """Write the Markdown pages only."""
    return _run(commands.generate, Given(**given))


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
    return _run(commands.serve, Given(**given))


@papershelf.command()
@click.argument("site", required=False, type=_PATH)
@_settings_file
@click.option("--site-url", metavar="URL", help="Where it is to stand; else as it says itself.")
@click.option(
    "--skip", "left_out", multiple=True, metavar="NAME", help="A check or a code to leave out."
)
@click.option("--budget", "budgets", multiple=True, metavar="NAME=N", help="Another limit.")
@_strict
@_telling
def check(**given: Any) -> int:
    """Look whether a built site is sound: links, pages, feeds, code, sizes.

    SITE is the folder of any site; without one, that of mkdocs.yml.
    """
    return _run(commands.check, Given(**given))


@papershelf.command()
@click.argument("paper")
@_reading
@_telling
def explain(**given: Any) -> int:
    """Tell how the page of one paper came to be.

    PAPER is a title or a part of one, a slug, an address or an id.
    """
    return _run(commands.explain, Given(**given))


@papershelf.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--format",
    "target",
    metavar="NAME",
    help="bibtex, ris, csl-json, jsonl or csv; else what the name of the output says.",
)
@click.option(
    "-o", "--output", type=_PATH, metavar="FILE", help="Where it goes; else standard output."
)
@click.option(
    "--topic", "topics", multiple=True, metavar="SLUG", help="Only papers about it, or another."
)
@_settings_file
@_strict
@_telling
def export(**given: Any) -> int:
    """Write the papers for other programs to read."""
    return _run(commands.export, Given(**given))


@papershelf.command()
@click.option("-f", "--config-file", type=_PATH, metavar="FILE", help="Where plugins are listed.")
@_telling
def formats(**given: Any) -> int:
    """List what can be read, with an example each."""
    return _run(commands.formats, Given(**given))


@papershelf.command()
@click.argument("folder", metavar="DIR", type=_PATH)
@click.option("--name", default="My papers", show_default=True, help="What the site is called.")
@_telling
def new(**given: Any) -> int:
    """Make a ready site in DIR, with sample papers."""
    return _run(commands.new, Given(**given))
