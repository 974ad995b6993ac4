"""Mails (`.eml`): a digest in the body, libraries as attachments. Each part is read as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser

from papershelf.read.markup import as_lines

_HEADER = re.compile(
    rb"^(from|to|date|subject|message-id|mime-version|received|return-path|delivered-to|"
    rb"reply-to|list-id|content-type):",
    re.IGNORECASE | re.MULTILINE,
)
_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?(?:From \S+|[!-9;-~]{2,60}:[ \t])")
_ENOUGH = 3
_SCHOLARLY = re.compile(r"citation_title|ScholarlyArticle|<article\b|<rss\b|<feed\b", re.IGNORECASE)
_MOST_PARTS = 1000


def is_mail(head: bytes) -> bool:
    r"""Whether bytes begin as a mail does: three or more of the headers that every mail has.

    >>> is_mail(b"From: a@b.org\nTo: c@d.org\nSubject: Papers\n\nHello")
    True
    """
    if not _FIRST.match(head):
        return False
    headers = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    return len({name.lower() for name in _HEADER.findall(headers)}) >= _ENOUGH


def parts_of(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every part of a mail that may hold papers: the body, attachments.

    Of a body in plain text and HTML, the plain one; HTML alone is given as its lines of
    text, unless it bears metadata.
    """
    mail = BytesParser(policy=policy.compat32).parsebytes(data)
    leaves = [part for part, _ in zip(mail.walk(), range(_MOST_PARTS), strict=False)]
    leaves = [part for part in leaves if not part.is_multipart()]
    plain = any(_is_body(part, "text/plain") and _bytes(part).strip() for part in leaves)
    taken: set[str] = set()
    for number, part in enumerate(leaves, 1):
        if _is_body(part, "text/html") and plain:
            continue
        name = _name(part) or ("body" if "body" not in taken else f"part-{number}")
        taken.add(name)
        yield name, _lines(part) if _is_body(part, "text/html") else _encoded(part)


def _is_body(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind and not _name(part)


def _name(part: Message) -> str:
    """The name of an attached file, without a path."""
    name = str(part.get_filename() or "")
    return re.split(r"[/\\]", name)[-1].strip(". \t\r\n\0")


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _encoded(part: Message) -> bytes:
    """The part in UTF-8 where the mail says how to decode it; else as it is."""
    data, charset = _bytes(part), part.get_content_charset()
    if part.get_content_maintype() != "text" or not charset:
        return data
    try:
        return data.decode(charset).encode()
    except (LookupError, UnicodeError):  # what the mail says is not so
        return data


def _lines(part: Message) -> bytes:
    data = _encoded(part)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    return data if _SCHOLARLY.search(text) else as_lines(text).encode()
