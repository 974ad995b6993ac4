"""A file → its text: unpacked within bounds, decoded for certain or refused.

Nothing is ever replaced by U+FFFD: a file is decoded
without loss, or refused with the line of the first byte that does not fit.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import stat
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import IO, BinaryIO, cast

from papershelf.read.encodings import Encoding, detect
from papershelf.read.mail import is_mail, parts_of
from papershelf.read.sources import Source

MAX_BYTES = 512 * 2**20
"""The longest file that is read, unpacked. 100,000 arXiv papers take 180 MB."""

MAX_RATIO = 200
"""What gzip may gain. Papers compress 3 to 15 times, a bomb 1,000 times."""

HEAD = 64 * 1024
"""How many characters of a file a reader sees to tell its format."""

_FREE = 16 * 2**20  # below this, a bomb does no harm and the ratio does not matter
_CHUNK = 2**20


class Refused(Exception):  # noqa: N818  a message to the user, no error of ours
    """A file that cannot be read: code, message, hint and line of the problem to report."""

    def __init__(self, code: str, message: str, hint: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.line = line


@dataclass(frozen=True, slots=True)
class Text:
    r"""The text of a file: its head, the whole, or a line at a time, as often as one likes.

    `\r\n` and `\r` are read as `\n`; other signs that some call line ends are text.
    """

    stream: BinaryIO
    encoding: Encoding

    def head(self) -> str:
        """The first 64 K characters."""
        with self._open() as text:
            return text.read(HEAD)

    def whole(self) -> str:
        """All of it."""
        with self._open() as text:
            return text.read()

    def lines(self) -> Iterator[str]:
        r"""Line by line, with their `\n`."""
        with self._open() as text:
            yield from text

    @contextmanager
    def _open(self) -> Iterator[io.TextIOWrapper]:
        self.stream.seek(0)
        text = io.TextIOWrapper(self.stream, self.encoding.name, errors="strict", newline=None)
        try:
            yield text
        finally:
            text.detach()  # or closing the text would close the stream


@dataclass(frozen=True, slots=True)
class Content:
    """What one source holds: itself, or one file of the many in an archive."""

    source: Source
    open_bytes: Callable[[], AbstractContextManager[BinaryIO]]

    @contextmanager
    def open_text(self) -> Iterator[Text]:
        """Opens it as text.

        Raises:
            Refused: it is too long, damaged, no text, or cannot be decoded.
        """
        with refusing(), self.open_bytes() as stream:
            _refuse_archive(stream)
            encoding = detect(stream)
            if not encoding.name:
                raise Refused(encoding.code, encoding.message, encoding.hint, encoding.line)
            yield Text(stream, encoding)


_ARCHIVES = (
    (257, b"ustar", "tar"),
    (0, b"7z\xbc\xaf", "7z"),
    (0, b"Rar!", "rar"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
)


def _refuse_archive(stream: BinaryIO) -> None:
    """Names the archives that are not opened.

    Raises:
        Refused: it is one.
    """
    stream.seek(0)
    head = stream.read(512)
    for start, mark, name in _ARCHIVES:
        if head[start:].startswith(mark):
            hint = "unpack it into a folder and name that, or pack its files as .zip"
            raise Refused("other-archive", f"a {name} archive is not opened", hint)


def fingerprint(source: Source) -> str:
    """A digest of a file's bytes, packed as they are; empty where it is no file or too long."""
    if source.path is None:
        return ""
    try:
        with _open_bytes(source) as stream:
            made = hashlib.blake2b()
            while chunk := stream.read(_CHUNK):
                made.update(chunk)
            return made.hexdigest()
    except (Refused, OSError):
        return ""


@contextmanager
def contents(source: Source) -> Iterator[Iterator[Content]]:
    """Opens a source and gives what it holds, unpacked: `.gz` one file, `.zip` and mails many.

    Raises:
        Refused: it cannot be opened, or is too long or damaged as a whole.
    """
    with refusing(), _open_bytes(source) as stream:
        yield unpacked(source, stream, _Room())


_NESTED = 1  # a packed file within a packed file, and no further
_MOST_MEMBERS = 20_000
_MOST_BYTES = 4 * 2**30


@dataclass(slots=True)
class _Room:
    """What may still be unpacked of one source, archives in archives and all."""

    files: int = field(default_factory=lambda: _MOST_MEMBERS)
    bytes: int = field(default_factory=lambda: _MOST_BYTES)

    def take(self, files: int, size: int) -> None:
        """Takes room for so many files of so many bytes together.

        Raises:
            Refused: there is not so much.
        """
        if files > self.files:
            raise _too_long(f"more than {_MOST_MEMBERS} files in one archive")
        if size > self.bytes:
            raise _too_long(f"unpacks to more than {_MOST_BYTES // 2**30} GB")
        self.files -= files
        self.bytes -= size


def unpacked(
    source: Source, stream: BinaryIO, room: _Room, nested: int = _NESTED
) -> Iterator[Content]:
    """What a stream holds. Told by content: a suffix may lie. `nested` is how deep to go on."""
    stream.seek(0)
    head = stream.read(_MAIL_HEAD)
    if head.startswith(_GZIP):
        yield from _inner(source, partial(_gunzip, stream), room, nested)
    elif head.startswith(_ZIP):
        yield from _unzip(source, stream, room, nested)
    elif is_mail(head):
        yield from _open_mail(source, stream, room, nested)
    else:
        yield Content(source, lambda: nullcontext(stream))


_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_MAIL_HEAD = 4096
_LONGEST_MAIL = 64 * 2**20


def _open_mail(source: Source, stream: BinaryIO, room: _Room, nested: int) -> Iterator[Content]:
    """The texts and attachments of a mail; the mail itself where it has none."""
    stream.seek(0)
    parts = list(parts_of(stream.read(_LONGEST_MAIL)))
    for name, data in parts:
        inner = Source(source.path, f"{source.shown}/{name}", source.named and len(parts) == 1)
        yield from (
            unpacked(inner, io.BytesIO(data), room, nested - 1)
            if nested
            else [Content(inner, partial(_reopened, data))]
        )
    if not parts:
        yield Content(source, lambda: nullcontext(stream))


def _reopened(data: bytes) -> AbstractContextManager[BinaryIO]:
    return nullcontext(io.BytesIO(data))


@contextmanager
def refusing() -> Iterator[None]:
    """Turns what goes wrong with files into a refusal."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        message = f"the packed file is cut or damaged: {error}"
        raise Refused("damaged", message, "fetch or pack it again") from error
    except (OSError, UnicodeDecodeError) as error:  # gone or changed while it was read
        why = getattr(error, "strerror", None) or str(error)
        raise Refused("unreadable", f"cannot be read: {why.lower()}") from error


@contextmanager
def _open_bytes(source: Source) -> Iterator[BinaryIO]:
    if source.path is None:
        with tempfile.SpooledTemporaryFile(max_size=_FREE) as spool:
            _copy_bounded(cast(BinaryIO, getattr(sys.stdin, "buffer", io.BytesIO())), spool)
            yield cast(BinaryIO, spool)
        return
    # Without O_NONBLOCK, opening a pipe that took the place of the file would wait forever; with
    # O_NOFOLLOW, a link that took its place since the folder was walked leads nowhere.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
    if not source.named:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(source.path, flags)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise Refused("no-file", "this is no regular file")
        if status.st_size > MAX_BYTES:
            raise _too_long()
        yield file


def _copy_bounded(source: BinaryIO, spool: tempfile.SpooledTemporaryFile[bytes]) -> None:
    total = 0
    while chunk := source.read(_CHUNK):
        total += len(chunk)
        if total > MAX_BYTES:
            raise _too_long()
        spool.write(chunk)


def _too_long(what: str = f"longer than {MAX_BYTES // 2**20} MB") -> Refused:
    return Refused("too-long", f"{what}, and not read", "cut it into several files")


@contextmanager
def _gunzip(stream: BinaryIO) -> Iterator[BinaryIO]:
    packed = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
        yield _bounded(cast(IO[bytes], unpacked), packed)


_DOCUMENT = {"[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"}  # .docx, .epub, .jar


def _unzip(source: Source, stream: BinaryIO, room: _Room, nested: int) -> Iterator[Content]:
    """The files of an archive, by name; not the hidden ones, nor links."""
    with _open_archive(stream) as archive:
        members = sorted(archive.infolist(), key=lambda member: member.filename)
        if _DOCUMENT & {member.filename for member in members}:
            raise Refused("no-text", "this is no text")
        room.take(len(members), sum(member.file_size for member in members))
        for member in members:
            if not member.is_dir() and not _is_hidden(member):
                inner = Source(source.path, f"{source.shown}/{member.filename}", named=False)
                yield from _inner(inner, partial(_open_member, archive, member), room, nested)


def _open_archive(stream: BinaryIO) -> zipfile.ZipFile:
    """Opens an archive.

    Raises:
        Refused: it is damaged, which zipfile says in many ways.
    """
    try:
        return zipfile.ZipFile(stream)
    except (NotImplementedError, ValueError, IndexError, OverflowError, struct.error) as error:
        raise Refused("damaged", f"the packed file is cut or damaged: {error}") from error


def _is_hidden(member: zipfile.ZipInfo) -> bool:
    """Whether a file is not meant for readers: hidden, a Mac's shadow, or a link."""
    link = stat.S_ISLNK(member.external_attr >> 16)
    return link or bool(re.search(r"(^|/)(\.|__MACOSX/)", member.filename))


_Open = Callable[[], AbstractContextManager[BinaryIO]]


def _inner(source: Source, open_: _Open, room: _Room, nested: int) -> Iterator[Content]:
    """What was unpacked: itself, or what it holds when it is packed in turn."""
    if not nested or not _is_packed(open_):
        yield Content(source, open_)
        return
    try:
        with refusing(), tempfile.SpooledTemporaryFile(max_size=_FREE) as spool:
            with open_() as stream:
                _copy_bounded(stream, spool)
            yield from unpacked(source, cast(BinaryIO, spool), room, nested - 1)
    except Refused as refusal:  # it costs itself, and not the members behind it
        yield Content(source, partial(_raising, refusal))


def _raising(refusal: Refused) -> AbstractContextManager[BinaryIO]:
    raise refusal


def _is_packed(open_: _Open) -> bool:
    try:
        with open_() as stream:
            head = stream.read(_MAIL_HEAD)
    except (Refused, OSError, EOFError, zlib.error, zipfile.BadZipFile):
        return False  # who opens it in earnest will be told
    return head.startswith((_GZIP, _ZIP)) or is_mail(head)


@contextmanager
def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    try:
        opened = archive.open(member)
    # A password, a rare compression, a damaged head.
    except (RuntimeError, NotImplementedError, ValueError, struct.error) as error:
        raise Refused(
            "damaged", f"cannot be unpacked: {error}", "pack it again, plainly"
        ) from error
    with opened as unpacked:
        yield _bounded(unpacked, member.compress_size)


def _bounded(stream: IO[bytes], packed: int) -> BinaryIO:
    limit = min(MAX_BYTES, max(_FREE, packed * MAX_RATIO))
    return cast(BinaryIO, io.BufferedReader(_Bounded(stream, limit), _CHUNK))


class _Bounded(io.RawIOBase):
    """A stream that refuses to go past its limit: no small file fills the memory."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = self._stream.seek(offset, whence)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        chunk = self._stream.read(len(buffer))
        self._place += len(chunk)
        if self._place > self._limit:
            raise _too_long(f"unpacks to more than {self._limit // 2**20} MB")
        buffer[: len(chunk)] = chunk
        return len(chunk)
