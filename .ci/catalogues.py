"""Bring the catalogues of the interface up to date with the code: `make words`.

Finds every text that is marked for translation in templates, Python and scripts, and merges it
into each `locales/*.po`. New texts come in empty; what no longer is said goes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "generator/papershelf/compose/locales"
SOURCES = {
    "generator/papershelf/compose/**/*.py": "python",
    "generator/papershelf/export/__init__.py": "python",
    "generator/papershelf/model.py": "python",
    "generator/papershelf/neighbours.py": "python",
    "generator/papershelf/assigned.py": "python",
    "generator/papershelf/relate/*.py": "python",
    "generator/papershelf/compose/templates/*.j2": "jinja2",
    "overrides/404.html": "jinja2",
    "overrides/partials/comments.html": "jinja2",
    "overrides/assets/javascripts/*.js": "javascript",
}
"""Where texts stand, and what finds them there."""

# Function → which of its arguments are texts. `Format` is the export's, for its purpose.
_MARKS: dict[str, tuple[int, ...] | None] = {
    "_": None, "gettext": None, "say": None, "term": None, "Format": (3,),
    "ngettext": (1, 2), "say_many": (1, 2), "noted": (1, 2), "sayMany": (1, 2),
}  # fmt: skip
# Undone at once where the line before is not all of the message.
_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def extracted() -> Catalog:
    """Every text of the interface, with where it stands."""
    found = Catalog(project="papershelf", charset="utf-8")
    for place, line, text, comments in _texts():
        found.add(text, None, [(place, line)], auto_comments=comments)
    return found


def _texts() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str]]]:
    for pattern, method in SOURCES.items():
        for path in sorted(ROOT.glob(pattern)):
            place = path.relative_to(ROOT).as_posix()
            content = BytesIO(path.read_bytes())
            for line, text, comments, _ in extract(method, content, _MARKS, ["/"], _OPTIONS):
                yield place, line, text, comments


def main() -> int:
    """Writes the catalogues; tells how many texts wait for a translation in each."""
    template = extracted()
    for path in sorted(LOCALES.glob("*.po")):
        before = path.read_bytes()
        catalogue = read_po(before.splitlines(keepends=True), locale=path.stem)
        catalogue.update(template, no_fuzzy_matching=True)
        path.write_bytes(_written(before, catalogue))
        empty = sum(not all(message.string if message.pluralizable else (message.string,))
                    for message in catalogue if message.id)  # fmt: skip
        sys.stdout.write(f"{path.relative_to(ROOT)}: {empty} of {len(catalogue)} to translate\n")
    return 0


def _written(before: bytes, catalogue: Catalog) -> bytes:
    """The catalogue below the head that it had: Babel's own would say when it was written."""
    out = BytesIO()
    write_po(out, catalogue, 100, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return before.partition(b"\n\n")[0] + b"\n\n" + out.getvalue().rstrip() + b"\n"


if __name__ == "__main__":
    sys.exit(main())
