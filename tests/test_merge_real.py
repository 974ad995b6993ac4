"""Two real sources that overlap, merged: a dump of an API with arXiv ids, and listings without."""

from __future__ import annotations

from pathlib import Path

import pytest

from papershelf.clean import clean
from papershelf.merge import merge
from papershelf.model import Collection, Paper, Settings
from papershelf.read import read
from papershelf.report import Report

API, LISTINGS = "data/hf-10k.jsonl.gz", "seeds"


def read_both(shared: Path) -> tuple[Collection, Report]:
    report = Report()
    settings = Settings(root=shared, sources=(API, LISTINGS))
    papers = clean(read(settings, {}, report), settings, {}, report)
    return merge(papers, report), report


def stands_in(paper: Paper, source: str) -> bool:
    return any(origin.path.startswith(source) for origin in paper.origins)


@pytest.mark.shared
def test_what_two_sources_have_in_common_is_one_paper(shared: Path) -> None:
    collection, report = read_both(shared)
    both = [p for p in collection if stands_in(p, API) and stands_in(p, LISTINGS)]
    counts = {name: report.counts[name] for name in ("records", "papers", "merged")}
    # Of 649 papers in the listings, 60 are among the 9,868 of the API; 51 copies are within
    # the listings. No other two share even half of their abstracts' words but FuseChat, whose
    # second telling has another arXiv id and stays a paper of its own.
    assert (counts, len(both)) == ({"records": 10_568, "papers": 10_457, "merged": 111}, 60)
    assert all("arxiv" in paper.identifiers and paper.authors for paper in both)
    assert all("other" not in paper.extra["merged"] for paper in both)
    fuse = [p for p in collection if p.title.plain.startswith("FuseChat: Knowledge Fusion of")]
    assert sorted(len(paper.versions) for paper in fuse) == [1, 1]
    assert [problem for problem in report.problems if problem.level != "info"] == []
