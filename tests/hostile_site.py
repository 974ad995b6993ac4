"""The hostile corpus as a site, built once for all tests of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from hostile import Hostile, corpus
from papershelf import pipeline, scaffold
from papershelf.config import load_settings
from papershelf.model import Paper
from papershelf.report import Report


@dataclass(frozen=True)
class Built:
    """The corpus as a site: what was read, the page of each record, and the report."""

    root: Path
    records: dict[str, Hostile]
    papers: dict[str, Paper]
    addresses: dict[str, str]
    report: Report

    @property
    def site(self) -> Path:
        return self.root / "site"

    def html(self, name: str) -> str:
        return (self.site / self.addresses[name] / "index.html").read_text("utf-8")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = tmp_path_factory.mktemp("hostile") / "shelf"
    scaffold.scaffold(root, "Hostile")
    shutil.rmtree(root / "papers")
    (root / "papers").mkdir()
    records = {}
    for record, text in corpus():
        (root / "papers" / record.name).write_bytes(text.encode("utf-8", "surrogatepass"))
        records[record.name] = record
    config = root / "mkdocs.yml"
    given = config.read_text("utf-8").replace("[papers/]\n", "[papers/]\n      previews: false\n")
    config.write_text(given, "utf-8")
    report = Report()
    compiled = pipeline.build(load_settings(config, {}, report), report)
    papers = {
        Path(origin.path).name: paper
        for paper in compiled.catalog.collection
        for origin in paper.origins
    }
    slugs = compiled.catalog.slugs
    addresses = {name: f"papers/{slugs[paper.id]}" for name, paper in papers.items()}
    return Built(root, records, papers, addresses, report)
