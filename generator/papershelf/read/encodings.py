"""Which encoding a file is in: found for certain, or refused. The door to charset-normalizer.

UTF-8 is tried first and, as random bytes hardly ever pass for it, believed when it fits.
Guessers are bad at a text that is ASCII but for a few signs, so the Western encodings are
told by where those signs stand; the guesser gets the rest, such as Chinese.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Encoding:
    """The name that Python knows it by; or no name, and the problem that there is instead."""

    name: str
    code: str = ""
    message: str = ""
    hint: str = ""
    line: int = 0

    @property
    def usual(self) -> bool:
        """Whether it is UTF-8, which needs no word."""
        return self.name in {"utf-8", "utf-8-sig"}


_SAMPLE = 64 * 1024
_CHUNK = 2**20
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the other's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


def detect(stream: BinaryIO) -> Encoding:
    """The encoding of a stream, read once in full and left at no particular place."""
    stream.seek(0)
    head = stream.read(_SAMPLE)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    name = marked or _unmarked_utf16(head)
    if not name and _is_binary(head):
        return Encoding("", "no-text", "this is no text", "papers are read from text files")
    stream.seek(0)
    if _fits(stream, name or "utf-8"):
        return Encoding(name or "utf-8")
    stream.seek(0)
    return _undecodable(stream.read(), name) if name else _guess(stream.read())


def _fits(stream: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x7fELF",
    b"SQLite format",
)
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\f\r\x1b"))


def _is_binary(head: bytes) -> bool:
    """Whether the bytes are no text in any encoding.

    A stray NUL in a text stays; random bytes hold 11 % control characters, a legacy
    encoding none.
    """
    if head.startswith(_MAGIC):
        return True
    controls = len(head) - len(head.translate(None, _CONTROLS))
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return controls > len(head) / 50
    return controls > len(head) / 3


def _unmarked_utf16(head: bytes) -> str:
    """UTF-16 without a mark: in Western text, every other byte is a NUL."""
    even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
    half = len(head[:2000]) // 2
    if odd > half * 0.4 and even <= half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd <= half * 0.05:
        return "utf-16-be"
    return ""


def _guess(data: bytes) -> Encoding:
    """The encoding of what is not UTF-8."""
    declared = _declared(data)
    if declared and _decodes(data, declared):
        return Encoding(declared)
    if _is_broken_utf8(data):
        return _undecodable(data, "utf-8")
    for name in ("cp1252", "latin-1"):
        if _is_western(data, name):
            return Encoding(name)
    return _ask(data) or _undecodable(data, "utf-8")


_DECLARED = re.compile(
    rb"encoding\s*[=:]\s*[\"']?([\w-]{2,20})|-\*-\s*coding:\s*([\w-]{2,20})"
    rb"|charset=[\"']?([\w-]{2,20})",
    re.IGNORECASE,
)


def _declared(data: bytes) -> str:
    """What the file says of itself: XML, HTML, JabRef and Emacs all have a way to."""
    match = _DECLARED.search(data[:1024])
    if not match:
        return ""
    said = next(group for group in match.groups() if group).decode("ascii")
    said = re.sub(r"-(unix|dos|mac)$", "", said.lower())
    try:
        name = codecs.lookup(said).name
        "".encode(name)
    except LookupError:  # unknown, or no encoding of text, such as rot13
        return ""
    return "" if name.startswith("utf") else name


def _decodes(data: bytes, name: str) -> bool:
    try:
        text = data.decode(name)
    except UnicodeError:
        return False
    return not re.search(r"[\x80-\x9f]", text)


def _is_broken_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: then the rest is damage, not another encoding."""
    good = re.findall(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}", data)
    bad = data.decode("utf-8", "replace").count("\ufffd") - data.count("\ufffd".encode())
    return len(good) >= bad


_HIGH = re.compile(rb"[\x80-\xff]+")


def _is_western(data: bytes, name: str) -> bool:
    """Whether signs beyond ASCII stand as they do in a Western language: few, alone, and fitting.

    A sign between letters is a letter or an apostrophe: cp1250 read as cp1252 would give
    `Wa³êsa`.
    """
    runs = _HIGH.findall(data)
    signs = sum(map(len, runs))
    if signs > len(runs) * 1.6 or signs > len(data) * 0.15 or not _decodes(data, name):
        return False
    text = data.decode(name)
    inside = re.findall(r"(?<=[A-Za-z])[^\x00-\x7f](?=[a-z])", text)
    fitting = sum(sign.isalpha() or sign in "’\xad–—·" for sign in inside)
    return bool(fitting >= len(inside) * 0.9)


def _ask(data: bytes) -> Encoding | None:
    """The guesser's opinion, where it is sure of it."""
    from charset_normalizer import from_bytes  # late, as most runs have no file that needs it

    lines = [line for line in re.split(rb"[\r\n]+", data) if not line.isascii()]
    best = from_bytes(b"\n".join(lines)[:_SAMPLE]).best()
    if best is None or best.chaos > 0.1 or best.coherence < 0.2:
        return None
    name = "gb18030" if best.encoding in {"gb2312", "gbk"} else best.encoding
    return Encoding(name) if _decodes(data, name) else None


def _undecodable(data: bytes, name: str) -> Encoding:
    """The refusal, with the line of the first byte that does not fit."""
    try:
        before = data.decode(name)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(name, "replace")
    line = 1 + len(re.findall(r"\r\n?|\n", before))
    message = f"neither UTF-8 nor, for certain, another encoding; line {line} holds the first doubt"
    hint = "save it as UTF-8: iconv -f ENCODING -t UTF-8"
    return Encoding("", "undecodable", message, hint, line)
