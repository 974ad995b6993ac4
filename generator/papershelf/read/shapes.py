"""Objects of well-known programs → the same with plain values under plain names.

Only what the table of names in `fields` cannot say is done here: a value that must be put
together or looked for. What no shape knows passes through untouched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from papershelf.read.markup import without_tags

Data = Mapping[str, Any]


def reshape(data: Data) -> Data:
    """The object, made plain by every shape that knows a part of it."""
    for marks, shape in _SHAPES:
        if any(mark in data for mark in marks):
            data = {**data, **shape(data)}
    return data


def _csl(data: Data) -> Data:
    """CSL-JSON: dates in parts, several names for one thing."""
    found: dict[str, Any] = {"issued": None}
    date = csl_date(data.get("issued"))
    if date:
        found["date"] = date
    title = data.get("title")
    if isinstance(title, list):  # Crossref
        found["title"] = ": ".join(str(t) for t in [*title[:1], *_first(data.get("subtitle"))])
    for name in ("title", "abstract"):
        text = found.get(name, data.get(name))
        if isinstance(text, str):
            found[name] = without_tags(text)
    if isinstance(data.get("container-title"), list):
        found["container-title"] = next(iter(_first(data["container-title"])), "")
    if isinstance(data.get("author"), list):
        found["author"] = [csl_name(name) for name in data["author"]]
    if data.get("archive") == "arXiv" and isinstance(data.get("archive_location"), str):
        found |= {"arxiv": data["archive_location"], "archive": None, "archive_location": None}
    if isinstance(data.get("note"), str) and "arXiv" in str(data.get("number", "")):
        found["arxiv"] = data["number"]
    return found


def _first(value: Any) -> list[Any]:
    return value[:1] if isinstance(value, list) else []


def csl_date(value: Any) -> str:
    """`{"date-parts": [[2021, 5]]}` → `2021-05`; a literal or raw date as it stands."""
    if not isinstance(value, Mapping):
        return str(value) if isinstance(value, str | int) else ""
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        numbers = [str(part) for part in parts[0] if part is not None]
        return "-".join(number.zfill(2) for number in numbers)
    return str(value.get("literal") or value.get("raw") or "")


def csl_name(value: Any) -> Any:
    """A CSL name under the names of our own model."""
    if not isinstance(value, Mapping):
        return value
    particle = value.get("non-dropping-particle") or value.get("dropping-particle")
    named = {
        "family": value.get("family"),
        "given": value.get("given"),
        "particle": particle,
        "suffix": value.get("suffix"),
        "literal": value.get("literal") or value.get("name"),
        "orcid": value.get("ORCID") or value.get("orcid"),
    }
    return {name: part for name, part in named.items() if part}


def _inverted_index(data: Data) -> Data:
    """OpenAlex: the abstract as word → places; https://docs.openalex.org (Works, abstracts)."""
    index = data.get("abstract_inverted_index")
    if not isinstance(index, Mapping):
        return {}
    words = [
        (place, word)
        for word, places in index.items()
        if isinstance(places, list)
        for place in places
        if isinstance(place, int)
    ]
    text = " ".join(word for _, word in sorted(words))
    return {"abstract": text, "abstract_inverted_index": None} if text else {}


def _openalex(data: Data) -> Data:
    """OpenAlex: names, venue and PDF, each some levels down."""
    people = data.get("authorships")
    names = [_openalex_name(one) for one in people] if isinstance(people, list) else []
    found: dict[str, Any] = {"authorships": [name for name in names if name]}
    venue = _down(data, "primary_location", "source", "display_name")
    pdf = _down(data, "best_oa_location", "pdf_url") or _down(data, "primary_location", "pdf_url")
    words = data.get("keywords") or data.get("concepts")
    if isinstance(words, list):
        found["keywords"] = [
            w["display_name"] for w in words if isinstance(w, Mapping) and w.get("display_name")
        ]
    return {**found, **({"venue": venue} if venue else {}), **({"pdf_url": pdf} if pdf else {})}


def _openalex_name(value: Any) -> Data:
    name = _down(value, "author", "display_name")
    orcid = _down(value, "author", "orcid")
    return {"name": name, **({"orcid": orcid} if orcid else {})} if name else {}


def _down(value: Any, *names: str) -> Any:
    """What stands at the end of a way of names, or nothing."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _semantic_scholar(data: Data) -> Data:
    """Semantic Scholar: identifiers of others, and the venue's full name."""
    ids = data.get("externalIds")
    names = {"DOI": "doi", "ArXiv": "arxiv", "ACL": "acl"}
    found = {
        ours: ids[theirs]
        for theirs, ours in names.items()
        if isinstance(ids, Mapping) and ids.get(theirs)
    }
    venue = _down(data, "publicationVenue", "name") or _down(data, "journal", "name")
    return {**found, "externalIds": None, **({"venue": venue} if venue else {})}


def _openreview(data: Data) -> Data:
    """OpenReview: values in `{"value": …}`, and the id of the forum is that of the paper."""
    content = data.get("content")
    plain = {
        name: value["value"] if isinstance(value, Mapping) and "value" in value else value
        for name, value in (content.items() if isinstance(content, Mapping) else ())
    }
    forum = data.get("forum") or data.get("id")
    pdf = plain.get("pdf")
    if isinstance(pdf, str) and pdf.startswith("/"):
        plain["pdf"] = f"https://openreview.net{pdf}"
    return {**plain, "content": None, **({"openreview": forum, "id": None} if forum else {})}


def _hugging_face(data: Data) -> Data:
    """Daily papers: the day on which one was listed stands outside, that of the paper inside."""
    paper = data["paper"]
    if not isinstance(paper, Mapping) or "publishedAt" not in paper:
        return {}
    day = paper.get("submittedOnDailyAt") or data.get("publishedAt")
    listed = {} if day == paper["publishedAt"] else {"listed": day}
    return {"publishedAt": None, **listed}


_SHAPES: tuple[tuple[tuple[str, ...], Callable[[Data], Data]], ...] = (
    (("paper",), _hugging_face),
    (("issued", "container-title", "citation-key"), _csl),
    (("abstract_inverted_index",), _inverted_index),
    (("authorships",), _openalex),
    (("externalIds",), _semantic_scholar),
    (("forum", "invitations", "invitation"), _openreview),
)
"""Members by which a shape is known, and what makes it plain."""
