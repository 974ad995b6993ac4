"""Names and values as other programs write them → the fields of a Record.

One table for every format that has named fields: JSON, CSV, APIs. What has no name of ours,
or a value that does not fit its name, stays under its own name in `extra`: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from papershelf.model import Origin, Problem, Record
from papershelf.read.values import (
    CONVERTERS,
    DOI,
    Unfit,
    arxiv_in,
    is_address,
    kind_of,
    plain_name,
    text_of,
)
from papershelf.report import Report

ALIASES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "name", "displayname", "headline"),
    "abstract": ("abstract", "summary", "description", "abstracttext", "abstractnote"),
    "authors": ("authors", "author", "creators", "authornames", "authorships"),
    "date": (
        "publishedat", "published", "publicationdate", "datepublished", "date", "submitted",
        "datereleased", "publicationyear", "pubyear", "year",
    ),
    "listed": ("listed", "submittedondailyat", "days", "day"),
    "venue": (
        "venue", "journal", "journalname", "journalref", "conference", "booktitle",
        "containertitle", "publicationtitle",
    ),
    "doi": ("doi",),
    "arxiv": ("arxiv", "arxivid", "eprint"),
    "acl": ("acl", "aclid"),
    "openreview": ("openreview", "openreviewid", "forum"),
    "url": ("url", "paperurl", "link", "htmlurl", "absurl", "landingpageurl"),
    "pdf": ("pdf", "pdfurl", "urlpdf", "pdflink", "openaccesspdf"),
    "code": ("code", "codeurl", "github", "githubrepo", "githuburl", "repo", "repository"),
    "pages": ("pages", "pagerange", "page"),
    "volume": ("volume",),
    "number": ("number", "issue"),
    "publisher": ("publisher",),
    "language": ("language", "lang"),
    "keywords": (
        "keywords", "keyword", "authorkeywords", "tags", "aikeywords", "categories", "topics",
        "subjects",
    ),
    "key": ("key", "citekey", "citationkey", "bibkey"),
    "type": ("type", "publicationtype"),
    "votes": ("upvotes", "votes", "upvotecount"),
    "authors_count": ("authorscount", "numauthors", "nauthors"),
}  # fmt: skip
"""Our name → others', best first; compared without case, `_`, `-`, `.` and blanks."""

NESTED = ("paper", "details", "content", "externalids", "ids", "custom")
"""Objects whose members count as the record's own, after those outside."""

LINKS = {
    "project": "project", "projectpage": "project", "homepage": "project", "website": "project",
    "demo": "demo", "demourl": "demo", "space": "demo",
    "dataset": "data", "dataseturl": "data", "model": "model", "modelurl": "model",
}  # fmt: skip
"""Names of addresses that have a kind but no field of their own → the kind of link."""

_OURS = {alias: name for name, aliases in ALIASES.items() for alias in aliases}
_RANK = {alias: rank for aliases in ALIASES.values() for rank, alias in enumerate(aliases)}


class _Member(NamedTuple):
    """A name with its value; `shown` is the name with its way: `paper.upvotes`."""

    shown: str
    plain: str
    value: Any


def record_of(data: Mapping[str, Any], origin: Origin, report: Report) -> Record:
    """The record that an object with free names means; it may lack a title.

    Where several names mean one field, the best that fits is taken; keywords are united.
    """
    fields: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    wanted: dict[str, list[_Member]] = {}
    for member in _members(data):
        if name := _our_name(member):
            wanted.setdefault(name, []).append(member)
        elif not _add_link(fields, member):
            extra[member.shown] = member.value
    for name, members in wanted.items():
        if len(members) > 1:
            members.sort(key=_rank)
        for member in members:
            try:
                _settle(name, member, fields, extra)
            except Unfit as unfit:
                extra[member.shown] = member.value
                report.problem(_odd(member, unfit, origin))
    _identify(fields, extra)
    return Record(fields, origin, extra)


def _members(data: Mapping[str, Any]) -> list[_Member]:
    """What the object holds, without what says nothing; nested members after its own."""
    found, inner = [], []
    for name, value in data.items():
        plain = plain_name(name)
        value = _bare(value)
        if plain in NESTED and isinstance(value, dict):
            inner.append((name, value))
        elif _says_something(value):
            found.append(_Member(name, plain, value))
    for way, nested in inner:
        for name, value in nested.items():
            value = _bare(value)
            if _says_something(value):
                found.append(_Member(f"{way}.{name}", plain_name(name), value))
    return found


def _rank(member: _Member) -> int:
    return _RANK[member.plain]


def _says_something(value: Any) -> bool:
    """Whether it is more than null, an empty text or an empty list; 0 and false are answers."""
    return bool(value) or value is False or (value is not None and value == 0)


def _bare(value: Any) -> Any:
    """OpenReview wraps every value: `{"value": …}`."""
    return value["value"] if isinstance(value, dict) and [*value] == ["value"] else value


def _our_name(member: _Member) -> str:
    """Our name for the member; some programs keep a DOI, or another archive's id, as arXiv's."""
    name = _OURS.get(member.plain, "")
    if name == "arxiv" and isinstance(member.value, str) and not arxiv_in(member.value):
        if DOI.fullmatch(member.value):
            return "doi"
        return name if member.plain != "eprint" else ""
    return name


def _settle(name: str, member: _Member, fields: dict[str, Any], extra: dict[str, Any]) -> None:
    """Takes the value for the field, unless a better one is there: then it is kept aside."""
    convert: Callable[[Any], Any] = CONVERTERS.get(name, text_of)
    value = convert(member.value)
    if name == "keywords":
        known = fields.setdefault(name, [])
        known += [word for word in value if word not in known]
    elif name not in fields:
        fields[name] = value
    elif not _says_less(name, value, fields[name]):
        extra[member.shown] = member.value
    if name == "listed" and isinstance(member.value, list) and len(member.value) > 1:
        extra[member.shown] = member.value


def _says_less(name: str, value: Any, known: Any) -> bool:
    """Whether the value adds nothing: it is the same, or the year of a date that is there."""
    return bool(value == known or (name == "date" and known.startswith(value)))


def _odd(member: _Member, unfit: Unfit, origin: Origin) -> Problem:
    value = member.value
    shown = f'"{value[:60]}"' if isinstance(value, str) else kind_of(value)
    message = f'"{member.shown}" is {shown}, not {unfit}'
    return Problem("odd-value", message, origin, "it is kept as it is, and not used")


def _add_link(fields: dict[str, Any], member: _Member) -> bool:
    """Takes an address that has a kind but no field, or a list of links."""
    if member.plain == "links" and isinstance(member.value, list):
        found = [link for link in map(_link, member.value) if link]
    elif member.plain in LINKS and is_address(str(member.value).strip()):
        found = [{"kind": LINKS[member.plain], "url": str(member.value).strip()}]
    else:
        return False
    fields.setdefault("links", []).extend(found)
    return len(found) == len(member.value) or member.plain in LINKS


def _link(value: Any) -> Any:
    """A link of a list: an address, or an object with one."""
    if isinstance(value, dict):
        url = next((value[name] for name in ("url", "href") if is_address(value.get(name))), "")
        kind = value.get("kind")
        return {"kind": kind, "url": url} if url and isinstance(kind, str) else url
    return value if is_address(value) else ""


_IDS = {"id", "paperid"}


def _identify(fields: dict[str, Any], extra: dict[str, Any]) -> None:
    """Identifiers that stand under a general name: `id`, `url`."""
    for name in [name for name in extra if plain_name(name.rpartition(".")[2]) in _IDS]:
        value = extra[name]
        doi = DOI.fullmatch(value) if isinstance(value, str) else None
        scheme, found = ("doi", doi[1]) if doi else ("arxiv", arxiv_in(value))
        if found and fields.setdefault(scheme, found) == found:
            del extra[name]
    if found := arxiv_in(fields.get("url")):
        fields.setdefault("arxiv", found)
