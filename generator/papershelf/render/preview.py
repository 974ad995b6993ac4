"""The live preview: MkDocs' own server, on this machine alone, with our plugin at work."""

from __future__ import annotations

import ipaddress
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from papershelf.model import Settings
from papershelf.render.failure import RenderFailed
from papershelf.render.handover import hand_over
from papershelf.report import Report, WrongUse

# Before the theme is loaded, which reads it.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from mkdocs.commands.serve import serve as mkdocs_serve
from mkdocs.exceptions import MkDocsException
from mkdocs.utils.yaml import yaml_load


def preview(settings: Settings, address: str, open_browser: bool, report: Report) -> None:
    """Serves until interrupted.

    Raises:
        RenderFailed: the address is taken, or MkDocs cannot use its settings.
        WrongUse: the address is not one of this machine alone.
    """
    check_address(address)
    with hand_over(settings, generate=True), _told(report):
        try:
            mkdocs_serve(
                str(settings.config_file),
                docs_dir=str(settings.docs_dir),
                dev_addr=address,
                open_in_browser=open_browser,
                plugins=with_ours(settings),
            )
        except OSError as error:
            raise RenderFailed(f"cannot serve on {address}: {_cause(error)}") from error
        except MkDocsException as error:
            raise RenderFailed(f"mkdocs gave up: {error}") from error


def _cause(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def check_address(address: str) -> None:
    """Refuses an address at which others could reach the preview, which is no hardened server.

    Raises:
        WrongUse: the message says what was expected.
    """
    host, _, port = address.rpartition(":")
    if port.isdecimal() and int(port) < 65536 and (host == "localhost" or _is_loopback(host)):
        return
    expected = "expected 127.0.0.1:PORT or localhost:PORT; put the built site on a server instead"
    raise WrongUse(f'cannot serve on "{address}": the preview is for this machine alone', expected)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def with_ours(settings: Settings) -> list[Any] | dict[str, Any] | None:
    """The plugins of `mkdocs.yml` and ours; nothing when it is among them already."""
    assert settings.config_file
    with settings.config_file.open("rb") as file:
        plugins = yaml_load(file).get("plugins") or ["search"]
    if isinstance(plugins, dict):
        return None if "papershelf" in plugins else {**plugins, "papershelf": {}}
    names = [
        name for plugin in plugins for name in ([plugin] if isinstance(plugin, str) else plugin)
    ]
    return None if "papershelf" in names else [*plugins, "papershelf"]


class _Voice(logging.Handler):
    def __init__(self, report: Report) -> None:
        super().__init__(logging.INFO)
        self.report = report

    def emit(self, record: logging.LogRecord) -> None:
        level = f"{record.levelname.lower()}: " if record.levelno > logging.INFO else ""
        self.report.note(f"{level}{record.getMessage()}")


@contextmanager
def _told(report: Report) -> Iterator[None]:
    """Lets a person read what MkDocs says: where it serves, and what it builds anew."""
    logger, voice = logging.getLogger("mkdocs"), _Voice(report)
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(voice)
    try:
        yield
    finally:
        logger.removeHandler(voice)
        logger.setLevel(level)
