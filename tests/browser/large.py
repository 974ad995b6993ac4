"""The browse page of 10,000 real papers, without the other pages of their site."""

from __future__ import annotations

import gzip
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config

from catalogs import ABSTRACT, listing, save, settings
from papershelf.compose.browse import compose_browse
from papershelf.compose.env import Env
from papershelf.compose.mine import compose_list
from papershelf.identity import fold, slug
from papershelf.ledger import Ledger
from papershelf.model import (
    Area,
    Assignment,
    Author,
    Catalog,
    Collection,
    Date,
    Link,
    Paper,
    Relations,
    Topic,
    Topics,
)
from papershelf.prose import Prose
from papershelf.report import Report
from papershelf.site import Site
from small_site import ROOT, mkdocs_config

_TOPICS, _AREAS = 150, 12


def catalog_of_lines(path: Path) -> Catalog:
    """A catalog from the lines as they are; a topic is one of the most frequent keywords."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    ordered = sorted(map(_paper, records), key=lambda paper: fold(paper.title.plain))
    papers = {paper.id: paper for paper in ordered}
    count = Counter(word for record in records for word in record.get("ai_keywords") or ())
    names = [word for word, _ in count.most_common(_TOPICS)]
    areas = {f"area-{n}": Area(f"area-{n}", f"Area {n}") for n in range(_AREAS)}
    topics = {
        slug(name): Topic(slug(name), name, f"area-{n % _AREAS}") for n, name in enumerate(names)
    }
    of = {record["id"]: _given(record, topics) for record in records}
    members = {
        name: tuple(id for id in papers if name in {a.topic for a in of[id]}) for name in topics
    }
    slugs = Ledger().assign(papers.values())
    return Catalog(Collection(papers), Topics(areas, topics, of, members), Relations({}), slugs)


def _given(record: dict[str, Any], topics: dict[str, Topic]) -> tuple[Assignment, ...]:
    found = dict.fromkeys(slug(word) for word in record.get("ai_keywords") or ())
    return tuple(Assignment(name, 1.0, ()) for name in found if name in topics)


def _paper(record: dict[str, Any]) -> Paper:
    authors = tuple(_author(name) for name in record.get("authors") or ())
    links = [Link("code", record["code"])] if record.get("code") else []
    title = " ".join(record["title"].split())
    return Paper(
        record["id"],
        (record["id"],),
        Prose.of(title),
        Prose.of(" ".join((record.get("abstract") or ABSTRACT).split())),
        (listing(f"papers/{record['id'][:2]}.jsonl", date=Date(2025, 1 + len(title) % 12)),),
        authors=authors,
        date=Date(2000 + int(record["id"][:2]), int(record["id"][2:4])),
        links=tuple(links),
    )


def _author(name: str) -> Author:
    given, _, family = name.strip().rpartition(" ")
    return Author(family, given)


def build_large(folder: Path, catalog: Catalog) -> Path:
    """Builds the browse page and the reading list alone; links to other pages lead nowhere."""
    shutil.copytree(ROOT / "overrides", folder / "overrides")
    env = Env(catalog, settings(), Report())
    save(Site([*compose_browse(catalog, env), *compose_list(catalog, env)]), folder / "docs")
    config = mkdocs_config()
    config["nav"] = [{"Browse": "browse.md"}, {"My list": "reading-list.md"}]
    config["validation"] = {"omitted_files": "ignore", "unrecognized_links": "ignore"}
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), "utf-8")
    build(load_config(str(folder / "mkdocs.yml")))
    return folder / "site"
