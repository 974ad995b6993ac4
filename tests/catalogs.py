"""Small catalogs made by hand, and the few lines that turn a site into docs/."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from papershelf import identity
from papershelf.assigned import IN_TITLE, Reason
from papershelf.compose import Composer, compose
from papershelf.ledger import Ledger
from papershelf.model import (
    Area,
    Assignment,
    Author,
    Catalog,
    Collection,
    Date,
    Link,
    Listing,
    Origin,
    Paper,
    Related,
    Relations,
    Repair,
    Settings,
    Topic,
    Topics,
)
from papershelf.prose import Prose, Span
from papershelf.relate import arrange
from papershelf.report import Report
from papershelf.site import Asset, Page, Site

AREAS = {"comp": Area("comp", "Compression & speed"), "seq": Area("seq", "Sequence models")}
TOPICS = {
    "pruning": Topic("pruning", "Pruning", "comp", "Leaving out weights that do little."),
    "quantization": Topic("quantization", "Quantization", "comp", "Numbers of few bits."),
    "attention": Topic("attention", "Attention", "seq"),
    "sundials": Topic("sundials", "Sundials", "nowhere", discovered=True),
}
ABSTRACT = (
    "Large networks are slow, e.g. on phones. To address this issue, we propose to leave out "
    "nine weights in ten. It helps."
)


LONG = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 3 + ": a title that no line can hold"


def listing(path: str = "papers/mail.txt", line: int = 3, date: Date | None = None) -> Listing:
    return Listing(Origin(path, line, "listing"), date)


def paper(title: str, abstract: str = ABSTRACT, **more: Any) -> Paper:
    keys = identity.keys(title, abstract, more.get("identifiers", {}))
    more.setdefault("listings", (listing(),))
    id = identity.public_id(keys, title_is_shared=True)
    return Paper(id, keys, Prose.of(title), Prose.of(abstract), **more)


def catalog_of(
    papers: Sequence[Paper],
    topics: Mapping[str, Sequence[str]] | None = None,
    related: Mapping[str, Sequence[Related]] | None = None,
    **more: Any,
) -> Catalog:
    """A catalog; `topics` has the topic slugs of a paper by its title."""
    ordered = sorted(papers, key=lambda paper: identity.fold(paper.title.plain))
    named = topics or {}
    of = {
        paper.id: tuple(
            Assignment(slug, 1.0, (Reason(IN_TITLE, slug),))
            for slug in named.get(paper.title.plain, ())
        )
        for paper in ordered
    }
    members = {
        slug: tuple(id for id, given in of.items() if slug in {g.topic for g in given})
        for slug in TOPICS
    }
    used = {slug: TOPICS[slug] for slug, ids in members.items() if ids}
    collection = Collection({paper.id: paper for paper in ordered})
    slugs = Ledger().assign(collection)
    known = Topics(AREAS, used, of, {slug: members[slug] for slug in used})
    relations = Relations({id: tuple(found) for id, found in (related or {}).items()})
    more.setdefault("places", arrange(collection, known, relations))
    return Catalog(collection, known, relations, slugs, **more)


def full_paper() -> Paper:
    """A paper of which all is known."""
    title = Prose((Span("text", "Thin nets with x"), Span("math", "x^{2}", "x²")))
    return Paper(
        "10.1234/thin",
        ("doi:10.1234/thin", "both:aaaa", "title:bbbb"),
        title,
        Prose.of(ABSTRACT + "\n\nCode is there."),
        (listing(date=Date(2024, 5, 2)), listing("papers/more.jsonl", 7, Date(2024, 6))),
        authors=(Author("Ada", "Byron"), Author("Gogh", "Vincent", "van"), Author(literal="CERN")),
        date=Date(2024, 4, 30),
        venue="Letters on Sundials & Shade",
        details={"volume": "12", "number": "3", "pages": "1--20"},
        identifiers={"doi": "10.1234/thin", "arxiv": "2404.01234", "acl": "2024.sun-1.2"},
        links=(
            Link("code", "https://code.example.org/sun/dial"),
            Link("code", "https://code.example.org/sun/shade"),
            Link("pdf", "https://example.org/thin.pdf"),
            Link("reference", "https://example.org/other"),
        ),
        repairs=(Repair("times", "abstract", "about 4times70 of them", "about 4×70 of them"),),
    )


def small_catalog() -> Catalog:
    """Five papers with all that a page can show."""
    full = full_paper()
    others = [
        paper("Attention to pruning", listings=(listing(line=9, date=Date(2024, 5, 2)),)),
        paper("Bits and weights", listings=(listing(line=12, date=Date(2024, 5, 2)),)),
        paper("A sundial in the dark", abstract=""),
        paper("3D sundials", listings=(listing("other/mail.txt", 1, Date(None, 3, 14)),)),
    ]
    topics = {
        full.title.plain: ["pruning", "quantization"],
        "Attention to pruning": ["attention", "pruning"],
        "Bits and weights": ["quantization", "pruning"],
        "3D sundials": ["sundials"],
        "A sundial in the dark": ["sundials"],
    }
    related = {
        full.id: [
            Related(others[1].id, 0.9, "version", "same title"),
            Related(others[0].id, 0.4, "similar", "both speak of weights"),
        ]
    }
    return catalog_of(
        [full, *others],
        topics,
        related,
        departed={"gone-paper": "Gone: a paper"},
        aliases={"abc123": "bits-and-weights"},
    )


def settings(root: Path = Path("/nowhere"), **more: Any) -> Settings:
    more.setdefault("overrides_dir", root / "overrides")
    return Settings(root, site_name="Sun & Shade", site_url="https://papers.example.org/", **more)


def site_of(
    catalog: Catalog,
    report: Report | None = None,
    composers: Mapping[str, Composer] | None = None,
    **more: Any,
) -> Site:
    return compose(catalog, settings(**more), composers or {}, report or Report())


def save(site: Site, docs: Path) -> None:
    """Writes a site as Markdown; JSON is YAML. What lies beside docs/ is left out."""
    for item in site:
        if isinstance(item, Asset) and item.beside:
            continue
        path = docs / item.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(item, Page):
            front = "".join(f"{name}: {json.dumps(value)}\n" for name, value in item.meta.items())
            path.write_text(f"---\n{front}---\n\n{item.body}\n", "utf-8")
        else:
            path.write_bytes(item.body)
