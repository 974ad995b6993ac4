"""Texts made to keep a program busy, and records of any size, all the way from file to page."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import pytest

from papershelf import pipeline, scaffold
from papershelf.check import Wanted, check
from papershelf.config import load_settings
from papershelf.model import Collection
from papershelf.report import Report

pytestmark = pytest.mark.slow

SIZE = 50_000
"""Signs of each text: with time that grows by the square, one alone takes minutes."""

SCRAPS = (
    "`", "[", "]", "[]", "[a](", "![", "*", "*a _b ", "*a **a ", "_", "a**bc* ", "~~a ", "<",
    "<a ", "<!", "<!--", "<![CDATA[", "<?", "<b>", "</p>", '<a b="', "&", "&#", "&#x41", "&amp",
    "$", "$a ", "$$a", "{", "{}", "\\", "\\a", "\\frac{", "\\begin{a}", "\\left(", "x^", "x_{",
    "(", "\"'", "-", ".", "https://", "www.", "a@", "{{", "{%", "a\u0301", "\u202e", "\u200b",
    "a\n", "[^1]", "a, ", "A and ", "AB (ab) ", "1", "A", "aB", "\u8bba",
)  # fmt: skip
NESTED = {
    "ticks of every length": "".join("`" * n + "a" for n in range(1, 316)),
    "brackets in brackets": "[" * (SIZE // 2) + "a" + "]" * (SIZE // 2),
    "braces in braces": "{" * (SIZE // 2) + "a" + "}" * (SIZE // 2),
    "powers of powers": "$" + "x^{" * (SIZE // 4) + "}" * (SIZE // 4) + "$",
    "fractions of fractions": "$" + "\\frac{" * 5000 + "}{1}" * 5000 + "$",
}
TEXTS = {**{scrap: scrap * (SIZE // len(scrap)) for scrap in SCRAPS}, **NESTED}


def record(number: int, text: str) -> dict[str, object]:
    words = f"qa{number}za {text} qb{number}zb"
    some = text[:2000]
    return {"title": words[:20_000], "abstract": words, "authors": [some], "keywords": [some]}


def many(word: str) -> list[str]:
    return [f"{word}{n}" for n in range(10_000)]


LINE = "word " * 200_000
GOOD = '{"title": "A Good Neighbour", "abstract": "Said."}\n'
DEEP = "[" * 100_000 + "]" * 100_000
FILES = {
    "many-authors.jsonl": json.dumps({"title": "Many Authors", "authors": many("Ada Lee")}),
    "many-tags.jsonl": json.dumps({"title": "Many Tags", "keywords": many("tag")}),
    "many-links.jsonl": json.dumps({"title": "Many Links", "links": many("https://x.org/")}),
    "many.bib": f"@article{{k, title={{Many}}, author={{{' and '.join(many('Lee, A'))}}}}}",
    "line.jsonl": json.dumps({"title": "A Line of JSON", "abstract": LINE}),
    "line.bib": f"@article{{k, title={{A Line of BibTeX}}, abstract={{{LINE}}}}}",
    "line.ris": f"TY  - JOUR\nTI  - A Line of RIS\nAB  - {LINE}\nER  - \n",
    "line.csv": f'Title,Abstract\nA Line of a Table,"{LINE}"\n',
    "line.txt": f"Get trending papers in your email inbox!\n\nA Line of a Listing\n\n{LINE}\n",
    "deep.json": DEEP,
    "deep.jsonl": f'{GOOD}{{"title": "Deep", "x": {DEEP}}}\n{GOOD.replace("Good", "Better")}',
    "deep.bib": f"@article{{k, title={{{'{' * 9_000}Deep Braces{'}' * 9_000}}}}}",
    "deep.yaml": f"---\ntitle: Deep YAML\nabstract: {'[' * 50_000}\n---\n",
    "one-title.jsonl": "".join(
        json.dumps({"title": "One Title", "abstract": f"Said {n}.", "doi": f"10.5555/{n}"}) + "\n"
        for n in range(1000)
    ),
}


@dataclass(frozen=True)
class Built:
    site: Path
    papers: Collection
    slugs: dict[str, str]
    report: Report
    seconds: float


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    root = tmp_path_factory.mktemp("pathological") / "shelf"
    scaffold.scaffold(root, "Pathological")
    shutil.rmtree(root / "papers")
    (root / "papers").mkdir()
    lines = [json.dumps(record(n, text)) for n, text in enumerate(TEXTS.values())]
    for name, text in {"texts.jsonl": "\n".join(lines), **FILES}.items():
        (root / "papers" / name).write_text(text, "utf-8")
    report = Report()
    start = process_time()
    settings = load_settings(root / "mkdocs.yml", {}, report)
    made = pipeline.build(settings, report)
    took = process_time() - start
    catalog = made.catalog
    yield Built(root / "site", catalog.collection, dict(catalog.slugs), report, took)


def test_none_keeps_the_build_busy(built: Built) -> None:
    """About 1,100 pages, some of them of a million signs."""
    assert built.seconds < 90


def test_every_text_has_its_page(built: Built) -> None:
    pages = {
        found[1]
        for slug in built.slugs.values()
        if (
            found := re.search(
                r"qa(\d+)za", (built.site / "papers" / slug / "index.html").read_text()
            )
        )
    }
    assert pages == {str(n) for n in range(len(TEXTS))}


def test_every_file_is_on_a_page_or_told(built: Built) -> None:
    read = {Path(origin.path).name for paper in built.papers for origin in paper.origins}
    told = {Path(p.origin.path).name for p in built.report.problems if p.origin}
    assert FILES.keys() - read - told == set()
    assert FILES.keys() - read == {"deep.json", "deep.yaml"}
    titles = {paper.title.plain for paper in built.papers}
    assert {"A Good Neighbour", "A Better Neighbour", "Deep Braces"} <= titles


def test_papers_of_one_title_have_addresses_of_their_own(built: Built) -> None:
    slugs = [built.slugs[paper.id] for paper in built.papers if paper.title.plain == "One Title"]
    assert len({slug.casefold() for slug in slugs}) == 1000


def test_the_site_passes_the_gate(built: Built) -> None:
    wrong = [p for p in check(built.site, "", Wanted()).problems if p.level == "error"]
    assert wrong == []
