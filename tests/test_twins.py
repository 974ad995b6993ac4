"""The site for programs that read text: Markdown beside each page, llms.txt, papers.jsonl."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from catalogs import catalog_of, full_paper, paper, site_of, small_catalog
from papershelf.compose import compose
from papershelf.model import Origin, Settings
from papershelf.read import READERS
from papershelf.report import Report
from papershelf.site import Asset

TITLE = "papers/thin-nets-with-xx2/"


def text(site: object, address: str) -> str:
    asset = site[address]  # type: ignore[index]
    assert isinstance(asset, Asset)
    return asset.body.decode()


def test_a_paper_is_there_as_markdown_too() -> None:
    said = text(site_of(small_catalog()), f"{TITLE}index.md")
    assert said.startswith(
        "# Thin nets with xx²\n\nByron Ada, Vincent van Gogh, CERN\n\n- Date: 2024-04-30\n"
    )
    for line in (
        "- Published in: Letters on Sundials & Shade", "- Volume: 12", "- Pages: 1--20",
        "- Record: <https://doi.org/10.1234/thin>", "- PDF: <https://example.org/thin.pdf>",
        "- Topics: [Pruning](../../topics/pruning/), [Quantization](../../topics/quantization/)",
        f"- Permalink: <https://papers.example.org/{TITLE}>", "## Abstract", "Code is there.",
    ):  # fmt: skip
        assert line in said.split("\n"), line
    assert said.count("nine weights in ten") == 1
    assert said.endswith("\n}\n```\n")


def test_the_page_names_its_twin_and_the_twin_is_there() -> None:
    site = site_of(small_catalog())
    page = site[TITLE]
    assert (
        f'type="text/markdown" title="Markdown" href="../../{TITLE}index.md"' in page.meta["head"]
    )  # type: ignore[union-attr]
    assert site[f"{TITLE}index.md"].beside  # type: ignore[union-attr]


def test_without_twins_there_are_none() -> None:
    site = site_of(small_catalog(), twins=False)
    assert not any(item.address.endswith("index.md") for item in site)
    assert "text/markdown" not in site[TITLE].meta["head"]  # type: ignore[union-attr]


HOSTILE = ["<script>alert(1)</script>", "```", "# x", "](javascript:x) [y", "- x", "1. x",
           "~~~", "---", "a\n\n# b", "<!--", "&lt;", "`````", "| a | b |", "    code",
           "[^1]: x"]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_text_that_is_markdown_stays_text(words: str) -> None:
    one = paper(f"{words} and {words}", f"{words}\n\nand {words}", venue=words)
    said = text(site_of(catalog := catalog_of([one])), f"papers/{catalog.slugs[one.id]}/index.md")
    tokens = MarkdownIt("commonmark").parse(said)
    headings = [
        token.content for before, token in pairwise(tokens) if before.type == "heading_open"
    ]
    assert len(headings) == 3 and headings[1:] == ["Abstract", "How to cite"]
    kinds = {token.type for token in tokens}
    kinds |= {child.type for token in tokens for child in token.children or []}
    assert kinds.isdisjoint({"html_block", "html_inline", "code_block", "hr", "image"})
    assert [token.info for token in tokens if token.type == "fence"] == ["bibtex"]


def test_llms_txt_is_as_its_specification_has_it() -> None:
    said = text(site_of(small_catalog(), site_description="Nets & shade"), "llms.txt")
    title, _, quote, *_ = said.split("\n")
    assert (title, quote) == ("# Sun & Shade", "> Nets & shade")
    lists = re.findall(r"^## (.+)$", said, re.M)
    assert lists == ["The whole collection", "Ways in", "Topics"]
    links = re.findall(r"^- \[[^]]+\]\((https://papers\.example\.org/[^)]*)\): .+$", said, re.M)
    assert len(links) == sum(line.startswith("- ") for line in said.split("\n")) >= 10
    site = site_of(small_catalog())
    for link in links:
        assert site[link.removeprefix("https://papers.example.org/")]


def test_papers_jsonl_has_every_paper_with_its_page_and_reads_back() -> None:
    catalog = catalog_of([full_paper(), paper("Odd \u2028 title")])
    said = text(site_of(catalog), "papers.jsonl")
    lines = [json.loads(line) for line in said.split("\n") if line]
    assert len(said.splitlines()) == len(lines) == 2
    assert {line["page"] for line in lines} == {
        f"https://papers.example.org/papers/{slug}/" for slug in catalog.slugs.values()
    }
    records = list(READERS["jsonl"].read(said, Origin("papers.jsonl"), Report()))
    assert {record.text("title") for record in records} >= {"Odd \u2028 title"}
    assert all("https://papers" not in str(record.fields.get("pages")) for record in records)


def test_a_site_without_an_address_tells_the_way_from_its_root() -> None:
    catalog = small_catalog()
    site = compose(
        catalog, Settings(Path("/nowhere"), overrides_dir=Path("/nowhere/o")), {}, Report()
    )
    first = json.loads(text(site, "papers.jsonl").partition("\n")[0])
    assert first["page"].startswith("papers/")
