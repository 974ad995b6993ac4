r"""Case files: one file is one test of a reader or of a cleaning step.

`tests/cases/<reader or step>/<name>.txt` holds, in this order:

    # key: value          flags, if any, each on a line of its own
    === input             only needed when the input itself starts with such a line
    the input, as it is, up to the next marker
    === records           (or `=== output`, any name) what must come out
    === problems          the problems, a line each; the section is left out when empty

Dropping a file adds a test. `pytest --accept` rewrites the sections below the input with
what came out; read the diff before you commit it.

Flags that change the input (all others are for the test to read in `case.flags`):

    # newline: crlf       or `cr`, `lf`, `mixed` (the three in turn): how lines end
    # final-newline: no   the last line does not end
    # bom: yes            a byte order mark goes first
    # encoding: cp1252    how `case.data` is encoded (utf-8 when not said)
    # escapes: yes        `\t`, `\x00`, `\u2028`, `\\` in the input stand for that character

In a test:

    @pytest.mark.parametrize("case", cases("jsonl"), ids=str)
    def test_case(case: Case, request: pytest.FixtureRequest) -> None:
        got = {"records": …, "problems": …}          # section -> text
        case.check(got, accept=request.config.getoption("--accept"))

`case.input` is the input as text, before newlines, mark and encoding; `case.data` is the
bytes of the file that the case stands for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "cases"

_MARKER = re.compile(r"^=== ([a-z][a-z-]*)$", re.MULTILINE)
_FLAG = re.compile(r"# ([a-z][a-z-]*): (.*)\n")
_ESCAPE = re.compile(r"\\(\\|t|n|r|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")
_NEWLINES = {"lf": ["\n"], "crlf": ["\r\n"], "cr": ["\r"], "mixed": ["\n", "\r\n", "\r"]}
_BOM_ENCODING = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}


@dataclass(frozen=True)
class Case:
    """One case file. `str(case)` is its name, for the ids of a parametrised test."""

    path: Path
    flags: Mapping[str, str] = field(default_factory=dict)
    input: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)
    preamble: str = ""

    @classmethod
    def load(cls, path: Path) -> Case:
        """Parses a case file."""
        text = path.read_bytes().decode("utf-8")
        assert "\r" not in text, f"{path}: say `# newline: crlf` instead of a real carriage return"
        start, flags = 0, {}
        while match := _FLAG.match(text, start):
            flags[match[1]] = match[2].strip()
            start = match.end()
        if text.startswith("=== input\n", start):
            start += len("=== input\n")
        marks = list(_MARKER.finditer(text, start))
        end = marks[0].start() if marks else len(text)
        stops = [*(mark.start() for mark in marks[1:]), len(text)]
        sections = {m[1]: text[m.end() + 1 : stop] for m, stop in zip(marks, stops, strict=False)}
        assert len(sections) == len(marks), f"{path}: a section occurs twice"
        body = _unescape(text[start:end]) if flags.get("escapes") == "yes" else text[start:end]
        if flags.get("final-newline") == "no":
            body = body.removesuffix("\n")
        return cls(path, flags, body, sections, text[:end])

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name of the file, without its suffix."""
        return self.path.stem

    @property
    def data(self) -> bytes:
        """The bytes that the case stands for: newlines, byte order mark and encoding applied."""
        endings = cycle(_NEWLINES[self.flags.get("newline", "lf")])
        text = re.sub("\n", lambda _: next(endings), self.input)
        encoding = self.flags.get("encoding", "utf-8")
        if self.flags.get("bom") == "yes":
            text, encoding = "\ufeff" + text, _BOM_ENCODING.get(encoding, encoding)
        return text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "strict")

    def expected(self, section: str) -> str:
        """The text of a section, empty when there is none; ends in a newline unless empty."""
        return self.sections.get(section, "")

    def check(self, actual: Mapping[str, str], accept: bool = False) -> None:
        """Compares every section with what came out; with `accept`, rewrites the file instead.

        An empty text and a missing section are the same. A section that the file has and
        `actual` lacks fails: it would never be looked at.
        """
        actual = {name: _ended(text) for name, text in actual.items()}
        if accept:
            self._rewrite(actual)
            return
        assert set(self.sections) <= set(actual), f"{self.path}: nobody makes these sections"
        for name, text in actual.items():
            assert text == self.expected(name), f"{self.path}: {name}"

    def _rewrite(self, actual: Mapping[str, str]) -> None:
        parts = [f"=== {name}\n{text}" for name, text in actual.items() if text]
        text = _ended(self.preamble) + "".join(parts)
        if text.encode() != self.path.read_bytes():
            self.path.write_bytes(text.encode())


def cases(folder: str) -> list[Case]:
    """The cases of a reader or step, sorted by name; at least one, or the folder is misspelt."""
    found = [Case.load(path) for path in sorted((FOLDER / folder).glob("*.txt"))]
    assert found, f"tests/cases/{folder} holds no case"
    return found


def folders() -> set[str]:
    """The names under which there are cases: each must be a reader or a step."""
    return {path.name for path in FOLDER.iterdir() if path.is_dir()}


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _unescape(text: str) -> str:
    def sign(match: re.Match[str]) -> str:
        code = match[1]
        named = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
        return named[code] if code in named else chr(int(code[1:], 16))

    return _ESCAPE.sub(sign, text)
