"""One record → one paper: which field goes where, and what is said when a field is no good."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from papershelf import identity
from papershelf.clean.characters import forbidden, one_line, sound, sound_value
from papershelf.clean.dates import date
from papershelf.clean.identifiers import (
    arxiv_of_doi,
    identifier,
    identifiers_of,
    identifiers_stated,
)
from papershelf.clean.latex import latex, plain, unescaped
from papershelf.clean.latex_names import latex_authors
from papershelf.clean.links import link_key, link_kind, prose_links
from papershelf.clean.mend import Step, changes, mend
from papershelf.clean.mended import mended, mended_authors
from papershelf.clean.names import authors
from papershelf.model import (
    Author,
    Date,
    Level,
    Link,
    LinkKind,
    Listing,
    Paper,
    Problem,
    Record,
    Repair,
)
from papershelf.prose import Prose, Span, safe_url
from papershelf.report import Report

_SCHEMES = ("doi", "arxiv", "acl", "openreview")
_DETAILS = ("volume", "number", "pages", "publisher", "language", "key", "type")
_KEPT = ("votes", "authors_count")
# Where every brace and backslash is LaTeX's own, it has been decoded as a whole before.
_TEX_STEPS = frozenset(
    "formulas accents commands fonts lost-commands lost-escapes dollars ties braces".split()
)
_DECODERS: Mapping[str, Step] = {"latex": latex, "mended": mended}
_NOTES = ("note", "notes", "howpublished", "addendum", "eprint")
_ARXIV_VERSION = "arxiv_version"
_LONGEST_QUOTE = 60
_MOST_TAGS = 200


def paper(
    record: Record, steps: Mapping[str, Step], year: int | None, report: Report
) -> Paper | None:
    """The paper that a record tells of; nothing, and a problem, when it has no title.

    `year` completes the date of its listing when that came without one.
    """
    work = _Cleaning(record, steps, report)
    title = _joined(work.prose("title"))
    abstract = work.prose("abstract")
    if not title:
        work.no_title(abstract)
        return None
    identifiers, extra = work.identifiers()
    keys = identity.keys(title.plain, abstract.plain, identifiers)
    return Paper(
        id=identity.public_id(keys),
        keys=keys,
        title=title,
        abstract=abstract,
        listings=(Listing(record.origin, work.listed(year)),),
        authors=work.authors(),
        date=work.date("date"),
        venue=_joined(work.prose("venue")).plain,
        identifiers=identifiers,
        details=work.details(),
        links=work.links(title, abstract, identifiers),
        tags=tags(work.plain_value("keywords")),
        raw={name: sound(record.text(name)) for name in ("title", "abstract")},
        repairs=tuple(work.repairs),
        extra={**_extra(record), **extra},
    )


@dataclass(slots=True)
class _Cleaning:
    """The cleaning of one record: what was repaired, and where problems go."""

    record: Record
    steps: Mapping[str, Step]
    report: Report
    repairs: list[Repair] = field(default_factory=list)

    def problem(self, code: str, message: str, hint: str = "", level: Level = "warning") -> None:
        self.report.problem(Problem(code, message, self.record.origin, hint, level))

    def prose(self, name: str) -> Prose:
        """A field of text, mended."""
        text = self._decoded(name)
        if found := forbidden(text):
            self._name_forbidden(name, found)
            text = sound(text)
        decode = _DECODERS.get(self.record.markup)
        prose, repairs = mend(text, name, self._later_steps(), decode)
        self.repairs += repairs
        return prose

    def _decoded(self, name: str) -> str:
        """The field as found, through the one step that must see it before any character goes."""
        text = self.record.text(name)
        decode = None if self._is_mended else self.steps.get("encoding")
        decoded = decode(text) if decode else text
        if not isinstance(decoded, str) or decoded == text:
            return text
        for before, after in changes(sound(text), sound(decoded)):
            self.repairs.append(Repair("encoding", name, before, after))
        return decoded

    def _later_steps(self) -> dict[str, Step]:
        if self._is_mended:
            return {}
        past = _TEX_STEPS | {"encoding"} if self._is_latex else {"encoding"}
        return {name: step for name, step in self.steps.items() if name not in past}

    @property
    def _is_latex(self) -> bool:
        return self.record.markup == "latex"

    @property
    def _is_mended(self) -> bool:
        return self.record.markup == "mended"

    def authors(self) -> tuple[Author, ...]:
        value = self.record.fields.get("authors")
        if self._is_mended:
            return mended_authors(value)
        return latex_authors(value) if self._is_latex else authors(value)

    def details(self) -> dict[str, str]:
        """What a citation needs beside, as text on one line each."""
        values = {name: one_line(str(self.plain_value(name) or "")) for name in _DETAILS}
        values["pages"] = _PAGE_DASH.sub("–", values["pages"])
        return {name: value for name, value in values.items() if value}

    def plain_value(self, name: str) -> Any:
        """A field that is no prose, with LaTeX decoded."""
        value = self.record.fields.get(name)
        return plain(value) if self._is_latex and isinstance(value, str) else value

    def _address(self, value: Any) -> Any:
        """An address or identifier, without the escapes that LaTeX needs."""
        return unescaped(value) if self._is_latex and isinstance(value, str) else value

    def _name_forbidden(self, name: str, found: str) -> None:
        codes = ", ".join(f"U+{ord(sign):04X}" for sign in found[:5])
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        self.problem(
            "control-character",
            f"the {name} holds {codes}{more}",
            "left out: no page can hold it; the file may be damaged or in another encoding",
            "info" if set(found) <= {"\ufeff"} else "warning",
        )

    def no_title(self, abstract: Prose) -> None:
        start = quoted(abstract.plain)
        self.problem(
            "no-title",
            f"no title for the abstract {start}" if abstract else "a record without a title",
            "give it a title; without one it has no page",
        )

    def date(self, name: str) -> Date | None:
        value = self.plain_value(name)
        try:
            return date(value)
        except (ValueError, TypeError, OverflowError) as error:
            self.problem(
                "bad-date",
                f"{quoted(value)} is no date ({error})",
                "write it as 2025-03-14, 2025-03 or 2025",
            )
            return None

    def listed(self, year: int | None) -> Date | None:
        """When the source listed the paper; the year only if the source or a setting says so."""
        found = self.date("listed")
        if found and found.year is None and year is not None:
            try:
                return date([year, found.month, found.day])
            except ValueError:  # 29 February
                return found
        return found

    def identifiers(self) -> tuple[dict[str, str], dict[str, str]]:
        """The names that the paper has in the world, and what is worth keeping beside them."""
        found: dict[str, str] = {}
        extra: dict[str, str] = {}
        for scheme in _SCHEMES:
            text = one_line(self._address(self.record.text(scheme)))
            name, version = identifier(scheme, text)
            if name:
                found[scheme] = name
            elif text:
                self.problem("bad-identifier", f"{quoted(text)} is no {scheme} identifier")
            if version:
                extra[_ARXIV_VERSION] = version
        for name in ("url", "pdf"):
            address = one_line(self._address(self.record.text(name)))
            for scheme, value in identifiers_of(address):
                found.setdefault(scheme, value)
        for text in self._notes():
            for scheme, value in identifiers_stated(text):
                found.setdefault(scheme, value)
        if "doi" in found and (inside := arxiv_of_doi(found["doi"])):
            found.setdefault("arxiv", inside)
        return {scheme: found[scheme] for scheme in _SCHEMES if scheme in found}, extra

    def _notes(self) -> Iterator[str]:
        """Where sources without a field for it say which preprint a paper is."""
        for name in ("venue", "volume"):
            yield self.record.text(name)
        for name in _NOTES:
            if isinstance(note := self.record.extra.get(name), str):
                yield note

    def links(
        self, title: Prose, abstract: Prose, identifiers: Mapping[str, str]
    ) -> tuple[Link, ...]:
        """All links of the paper, each address once: those with a field of their own first."""
        found: dict[str, Link] = {}
        for link in (
            *self._field_links(),
            *prose_links(title),
            *prose_links(abstract),
            *self._landing_page(identifiers),
        ):
            found.setdefault(link_key(link.url), link)
        return tuple(found.values())

    def _field_links(self) -> Iterator[Link]:
        for kind in ("pdf", "code"):
            for value in _several(self.record.fields.get(kind)):
                yield from self._link(kind, value)
        for value in _several(self.record.fields.get("links")):
            if isinstance(value, Mapping):
                given = str(value.get("kind") or value.get("type") or "")
                yield from self._link(given, value.get("url") or value.get("href") or "")
            else:
                yield from self._link("", value)

    def _landing_page(self, identifiers: Mapping[str, str]) -> Iterator[Link]:
        """The paper's own page, unless an identifier leads there already."""
        for value in _several(self.record.fields.get("url")):
            named = {scheme for scheme, _ in identifiers_of(str(self._address(value)))}
            if not named & identifiers.keys():
                yield from self._link("reference", value)

    def _link(self, kind: str, value: Any) -> Iterator[Link]:
        text = one_line(str(self._address(value)))
        address = safe_url(text if "://" in text or not _HOST.match(text) else f"https://{text}")
        if address:
            yield Link(kind if kind in get_args(LinkKind) else link_kind(address), address)  # type: ignore[arg-type]
        elif text:
            self.problem(
                "bad-address",
                f"{quoted(text)} is no web address",
                "it is left out; addresses begin with https:// or http://",
            )


# One hyphen between two numbers is a range; more dashes are whatever stands around them.
_PAGE_DASH = re.compile(r"(?: |(?<!-))--++(?: |\b)| ?[–‑‐](?: |\b)|(?<=\d)-(?=[a-zA-Z]?\d+\Z)")
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,10}(?:/|\Z)")


def tags(value: Any) -> tuple[str, ...]:
    """Keywords as given: a list, or text parted by semicolons or else by commas; each once.

    >>> tags("Scaling laws; MoE; scaling laws")
    ('Scaling laws', 'MoE')
    """
    found: dict[str, str] = {}
    for part in _several(value):
        if isinstance(part, Mapping):
            part = part.get("name") or part.get("term") or part.get("label") or ""
        text = one_line(str(part))
        single = isinstance(value, (list, tuple))
        for tag in re.split(r";" if ";" in text or single else r",", text):
            tag = tag.strip(" .,{}")
            if tag and len(found) < _MOST_TAGS:
                found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def quoted(value: object) -> str:
    """A value of the user's in a message: on one line, and not too long."""
    text = one_line(str(value))
    return f'"{text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"}"'


def _several(value: Any) -> list[Any]:
    """The values of a field that may hold one, several or none."""
    if isinstance(value, Mapping) and "url" not in value and "name" not in value:
        return [{"kind": kind, "url": address} for kind, address in value.items()]
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    return [part for part in values if part not in (None, "", {}, [])]


def _joined(prose: Prose) -> Prose:
    """Prose on one line: a title has no paragraphs."""
    return Prose(tuple(Span("text", " ") if s.kind == "break" else s for s in prose.spans))


def _extra(record: Record) -> dict[str, Any]:
    """What has no place of its own in a paper, with text that can be written."""
    known = {
        name: record.fields[name] for name in _KEPT if record.fields.get(name) not in (None, "")
    }
    return dict(sound_value({**record.extra, **known}))
