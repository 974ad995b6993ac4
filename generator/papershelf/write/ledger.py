"""The ledger on disk: read with care, written only when it grew, never overwritten when broken."""

from __future__ import annotations

import json

from papershelf import disk
from papershelf.ledger import Ledger
from papershelf.model import Origin, Settings
from papershelf.report import Failure, Report


class BrokenLedger(Failure):
    """The permalinks cannot be read; going on would give papers new addresses."""

    code = "broken-ledger"


def load_ledger(settings: Settings, report: Report) -> Ledger:
    """The permalinks of a site; empty when there are none yet.

    Raises:
        BrokenLedger: there is a file, but it is no ledger. It is left as it is.
    """
    path = settings.ledger_file
    disk.sweep(settings.root)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            raise BrokenLedger(*_told("the link leads nowhere", settings)) from None
        report.note(f"no {path.name} yet: every paper gets a new address")
        return Ledger()
    except OSError as error:
        raise BrokenLedger(*_told((error.strerror or str(error)).lower(), settings)) from error
    return _parsed(content, settings)


def _parsed(content: bytes, settings: Settings) -> Ledger:
    try:
        return Ledger.loads(content.decode())
    except json.JSONDecodeError as error:
        conflict = b"\n<<<<<<< " in b"\n" + content
        why = "a merge is unfinished" if conflict else error.msg.lower()
        raise BrokenLedger(*_told(why, settings, error.lineno)) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenLedger(*_told("this is no UTF-8", settings, line)) from error
    except (ValueError, RecursionError) as error:
        raise BrokenLedger(*_told(str(error), settings)) from error


def _told(why: str, settings: Settings, line: int = 0) -> tuple[str, str, Origin]:
    name = settings.ledger_file.name
    return (
        f"the permalinks cannot be read: {why}; nothing was written",
        f"mend the file, or take the last good one from version control (git checkout {name}); "
        "delete it only if no address of the site matters to anybody",
        Origin(name, line),
    )


def save_ledger(ledger: Ledger, settings: Settings) -> None:
    """Writes the permalinks when they changed, so that not even a power cut loses one.

    Raises:
        WriteFailed: the disk said no; the old file is whole.
    """
    content = ledger.dumps().encode()
    if disk.read_file(settings.ledger_file) != content:
        disk.replace_file(settings.ledger_file, content, durable=True)
