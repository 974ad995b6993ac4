"""Exports: what a file looks like, that other programs read it, and the command that writes it."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import rispy
from pybtex.database import BibliographyData, Entry
from pybtex.database import parse_string as parse_bibtex

from catalogs import catalog_of, site_of, small_catalog
from export_strategies import cleaned, paper
from papershelf.cli import main
from papershelf.compose import compose
from papershelf.export import EXPORTS, bibtex, export
from papershelf.export.jsonl import source
from papershelf.export.keys import citation_key, keyed
from papershelf.export.parts import entry_type
from papershelf.merge import merge
from papershelf.model import Author, Origin, Paper, Record, Settings
from papershelf.prose import Prose, Span
from papershelf.read import read
from papershelf.report import Report
from papershelf.site import Asset, Page
from test_export_laws import HOLDS, assert_same, read_back, shown
from timing import grows_at_most

RICH = paper(
    title="Counting {Fish} at 50% of BERT's cost, in $n^2$ nights",
    abstract="We count #fish & say so.\n\nSee https://github.com/ada/fish for all_of it.",
    authors=[
        {"family": "Berg", "given": "Bo", "particle": "van der", "suffix": "Jr."},
        {"family": "Lee", "given": "Ada", "orcid": "0000-0002-1825-0097"},
        {"literal": "Nets, Torches and Patience"},
        {"literal": "The River Team"},
    ],
    date="2021-05-14",
    venue="Proceedings of the River Workshop",
    doi="10.1000/fish_1",
    arxiv="2105.00001v2",
    acl="2021.river-long.1",
    links=[{"kind": "pdf", "url": "https://x.org/a.pdf"}, {"kind": "data", "url": "https://x.org/d"}],
    keywords=["fish, small", "night"],
    pages="1--20",
    volume="7",
    number="2",
)  # fmt: skip


def text_of(format: str, *papers: Paper) -> str:
    return "".join(export(papers or [RICH], format))


# Each format as other programs see it ---------------------------------------------------------


def bibtex_entries(*papers: Paper) -> dict[str, Entry]:
    found: BibliographyData = parse_bibtex(text_of("bibtex", *papers), "bibtex")
    return dict(found.entries)


def test_pybtex_reads_the_bibtex() -> None:
    ((key, entry),) = bibtex_entries().items()
    assert (key, entry.type) == ("berg2021counting", "inproceedings")
    assert [
        (person.prelast_names, person.last_names, person.lineage_names, person.first_names)
        for person in entry.persons["author"]
    ] == [
        (["van", "der"], ["Berg"], ["Jr."], ["Bo"]),
        ([], ["Lee"], [], ["Ada"]),
        ([], ["{Nets, Torches and Patience}"], [], []),
        ([], ["{The River Team}"], [], []),
    ]
    assert entry.fields["title"] == (
        r"Counting \textbraceleft{}Fish\textbraceright{} at 50\% of {BERT}'s cost, "
        "in $n^2$ nights"
    )
    assert (entry.fields["month"], entry.fields["pages"]) == ("May", "1--20")
    assert (entry.fields["doi"], entry.fields["eprint"]) == ("10.1000/fish_1", "2105.00001v2")


def test_rispy_reads_the_ris() -> None:
    (entry,) = rispy.loads(text_of("ris"))
    assert entry["type_of_reference"] == "CPAPER"
    assert entry["title"] == RICH.title.plain
    assert entry["authors"] == [
        "van der Berg, Bo, Jr.", "Lee, Ada", "{Nets, Torches and Patience}", "The River Team,",
    ]  # fmt: skip
    assert (entry["year"], entry["date"]) == ("2021", "2021/05/14")
    assert (entry["start_page"], entry["end_page"]) == ("1", "20")
    assert (entry["doi"], entry["keywords"]) == ("10.1000/fish_1", ["fish, small", "night"])
    assert entry["abstract"] == " ".join(RICH.abstract.plain.split())
    assert entry["urls"][:2] == [
        "https://arxiv.org/abs/2105.00001v2", "https://aclanthology.org/2021.river-long.1/",
    ]  # fmt: skip


# csl-data.json of CSL 1.0.2: the members that are used here, and what each of them is.
CSL = {
    "id": str, "citation-key": str, "type": str, "title": str, "abstract": str, "author": list,
    "container-title": str, "issued": dict, "DOI": str, "archive": str, "archive_location": str,
    "URL": str, "keyword": str, "volume": str, "issue": str, "page": str, "publisher": str,
    "language": str, "custom": dict,
}  # fmt: skip
CSL_NAME = {"family", "given", "non-dropping-particle", "suffix", "literal"}
CSL_TYPES = {
    "article", "article-journal", "book", "chapter", "dataset", "manuscript", "paper-conference",
    "report", "software", "thesis", "webpage",
}  # fmt: skip


def test_csl_json_has_the_members_of_its_schema() -> None:
    odd = paper(title="A <b>bold</b> one", type="PhdThesis", language="de", publisher="P")
    items = json.loads(text_of("csl-json", RICH, odd))
    for item in items:
        assert {"id", "type"} <= item.keys() <= CSL.keys()
        assert item["type"] in CSL_TYPES
        assert all(type(value) is CSL[name] for name, value in item.items())
        assert all(name.keys() <= CSL_NAME for name in item.get("author", []))
    assert items[0]["issued"] == {"date-parts": [[2021, 5, 14]]}
    assert items[1]["title"] == '<span class="nocase">A &lt;b&gt;bold&lt;/b&gt; one</span>'


def test_csv_is_read_by_any_reader_of_csv_and_runs_no_formula() -> None:
    evil = paper(title="=HYPERLINK(1)", venue="@SUM(A1)", keywords="+1", abstract="-1\n\n=2")
    head, *rows = csv.reader(io.StringIO(text_of("csv", RICH, evil), newline=""))
    cells = dict(zip(head, rows[0], strict=True))
    assert cells["authors"] == (
        "van der Berg, Bo, Jr.; Lee, Ada; {Nets, Torches and Patience}; {The River Team}"
    )
    assert (cells["pdf"], cells["url"]) == ("https://x.org/a.pdf", "")
    assert cells["links"] == "data https://x.org/d; reference https://github.com/ada/fish"
    told = [cell for cell in rows[1] if cell]
    assert [cell[:2] for cell in told if cell[0] in "'=+-@"] == ["'=", "'@", "'+", "'-"]


def test_a_json_line_tells_all_and_says_whose_it_is() -> None:
    (line,) = text_of("jsonl").splitlines()
    told = json.loads(line)
    assert told["papershelf"] == 1
    assert told["title"] == "Counting {Fish} at 50% of BERT's cost, in $n^2$ nights"
    assert told["authors"][1] == {"family": "Lee", "given": "Ada", "orcid": "0000-0002-1825-0097"}
    assert told["extra"] == {"arxiv_version": "2"}
    assert "\u2028" not in text_of("jsonl", paper(type="a\u2028b"))


def test_what_a_reader_adds_to_a_line_of_ours_is_kept() -> None:
    line = json.loads(text_of("jsonl")) | {"shelf": "north", "extra": "no object"}
    (again,) = cleaned(*read_lines(json.dumps(line)))
    assert again.extra == {"shelf": "north"}
    assert again.title == RICH.title


def test_a_damaged_line_of_ours_raises_nothing() -> None:
    line = {"papershelf": 1, "title": ["x"], "authors": [1, {"family": 2}], "links": 7, "date": {}}
    (again,) = cleaned(*read_lines(json.dumps(line)))
    assert again.authors == (Author("2"),)


def read_lines(text: str) -> list[Record]:
    from papershelf.read import jsonl

    return list(jsonl.read(text, Origin("x", 0, "jsonl"), Report()))


def test_prose_comes_back_from_its_source_span_by_span() -> None:
    prose = Prose((
        Span("text", "at $5, \\$x$ and \\"), Span("math", "\\alpha_1", "α₁"),
        Span("link", "https://x.org/a", "here"), Span("link", "https://x.org/b", "https://x.org/b"),
        Span("text", ", \\href{no}"), Span("break"), Span("text", "end\\"),
    ))  # fmt: skip
    record = Record({"title": "T", "abstract": source(prose)}, Origin("x"), {}, "mended")
    assert cleaned(record)[0].abstract == prose


def test_a_label_that_braces_would_break_is_text() -> None:
    assert source(Prose((Span("link", "https://x.org", "{x}"),))) == "{x}"


# Rules ----------------------------------------------------------------------------------------


def test_every_key_is_its_own_and_no_case_makes_a_difference() -> None:
    given = [paper(key="A"), paper(key="a"), paper(key="aa"), paper(key="A"), paper(key="{x y}")]
    assert [one.details["key"] for one in keyed(given)] == ["A", "aa", "aaa", "Ab", "xy"]


def test_many_papers_of_one_key_take_time_in_proportion() -> None:
    def distinct(count: int) -> int:
        return len({one.details["key"] for one in keyed([paper(key="k")] * count)})

    assert distinct(20_000) == 20_000
    assert grows_at_most(9, partial(distinct, 20_000), partial(distinct, 5_000), quick=0.2)


def test_a_key_is_made_of_what_is_known() -> None:
    assert citation_key(paper(title="On the Nature of Fish")) == "anonnature"
    assert citation_key(paper(title="The", authors=["Ångström, A."], date="1999")) == (
        "angstrom1999the"
    )
    assert citation_key(paper(title="魚", authors=[{"literal": "The Team"}])).startswith("theteam")


@pytest.mark.parametrize(
    ("known", "type"),
    [
        ({}, "misc"),
        ({"venue": "Journal of Nets"}, "article"),
        ({"venue": "A Workshop on Nets"}, "inproceedings"),
        ({"type": "CPAPER"}, "inproceedings"),
        ({"type": "phdthesis", "venue": "A University"}, "phdthesis"),
        ({"type": "of its own kind"}, "misc"),
    ],
)
def test_the_type_is_the_sources_own_or_what_the_venue_suggests(
    known: dict[str, str], type: str
) -> None:
    assert entry_type(paper(**known)) == type


@pytest.mark.parametrize(
    "author",
    [
        Author("de silva"), Author("hooks", "bell"), Author("bell hooks", "G."),
        Author("Berg", "Bo", "Van der"), Author("Berg", "Bo", "d'"), Author("Dyke", "D.", "Van"),
        Author("Berg", "", "van"), Author("Lee", "", "", "Jr."), Author("Lee", "A.", "", "Ph. D."),
        Author("A, B", "C"), Author("A and B", "C; D"), Author("", "Plato"), Author("{x}", "\\y"),
        Author(literal="and Sons"), Author(literal="A; B, C and D {E}"),
        Author("Garcia Marquez", "G"),
    ],
)  # fmt: skip
def test_no_name_is_too_odd_for_bibtex(author: Author) -> None:
    for others in ((), (Author("Lee", "Ada"),)):
        record = Record({"title": "T"}, Origin("x"))
        (made,) = cleaned(record)
        names = " and ".join(map(bibtex.author_name, (author, *others)))
        (back,) = cleaned(Record({"title": "T", "authors": names}, Origin("x"), {}, "latex"))
        assert back.authors == (author, *others), names
        assert made.authors == ()


def test_an_address_that_the_abstract_mentions_names_no_paper() -> None:
    other = "https://arxiv.org/abs/2401.00001"
    asks = paper(abstract=f"We build on {other} and more.", key="k", type="misc")
    for format in EXPORTS:
        (back,), _ = read_back([asks], format)
        assert back.identifiers == {}, format
        assert [link.url for link in back.links] == [other]


def test_permalinks_stand_where_a_format_has_a_place() -> None:
    for format in EXPORTS:
        text = "".join(export([RICH], format, {RICH.id: "https://s.org/papers/x/"}))
        assert ("https://s.org/papers/x/" in text) == (format != "ris")


@pytest.mark.parametrize("format", EXPORTS)
def test_no_papers_make_an_empty_file_that_can_be_read(format: str) -> None:
    assert "".join(export([], format)) in {"", "[\n\n]\n", EXPORTS["csv"].head}


def test_an_unknown_format_is_the_programs_fault() -> None:
    with pytest.raises(KeyError):
        list(export([], "word"))


# The same papers ------------------------------------------------------------------------------

HOSTILE = (
    "{", "}", "}{", "{a", "\\", "\\\\", "a\\", '"', "'", "''", "``x''", "--", "---", ";", "a;b",
    "%", "#", "&", "$", "$5 and $6", "=1+1", "+", "-", "@", "@a{b,", "~", "^", "_", "<b>", "&lt;",
    "A and B", "TY  - JOUR", "ER  -", "`", "\t=x", "'=x", "''=x", "＝x", "|", "a|b", "\u2028",
    "x\u2029y",
)  # fmt: skip


@pytest.mark.parametrize("format", EXPORTS)
def test_hostile_text_comes_back_from_everywhere(format: str) -> None:
    with_text = [
        paper(title=f"On {text} fish", abstract=f"{text} swims\n\nAnd {text}", venue=f"J {text}")
        for text in HOSTILE
    ] + [paper(title=f"{text} fish {text}") for text in HOSTILE]
    assert_same([RICH, *with_text, RICH], format)


@pytest.mark.parametrize("format", EXPORTS)
def test_three_thousand_authors_come_back(format: str) -> None:
    many = [{"family": f"Lee-{number}", "given": f"A{number} B."} for number in range(3000)]
    assert_same([paper(authors=many)], format)


def held_by_all(paper: Paper) -> dict[str, Any]:
    """What BibTeX, RIS and CSL-JSON hold all three; a key and a type they may have to make."""
    held = shown(paper, HOLDS["ris"], had_key=False)
    held["details"] = {name: value for name, value in held["details"].items() if name != "key"}
    return held


def test_one_library_in_three_formats_is_the_same_papers() -> None:
    library = [RICH, paper(title="Another", authors=["Lee, Ada"], date="2020", key="k")]
    found = {format: read_back(library, format)[0] for format in ("bibtex", "ris", "csl-json")}
    seen = {format: [held_by_all(one) for one in papers] for format, papers in found.items()}
    assert seen["bibtex"] == seen["ris"] == seen["csl-json"]


@pytest.mark.shared
@pytest.mark.parametrize("format", EXPORTS)
def test_the_seeds_come_back(shared: Path, format: str) -> None:
    records = read(Settings(shared, sources=("seeds",)), {}, Report())
    papers = list(merge(iter(cleaned(*records)), Report()))
    assert len(papers) == 649
    assert differences(papers, format, one_library) == 0


@pytest.mark.shared
@pytest.mark.parametrize("format", EXPORTS)
def test_real_papers_with_authors_and_dates_come_back(shared: Path, format: str) -> None:
    with gzip.open(shared / "data" / "hf-10k.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = cleaned(*read_lines("".join(islice(lines, 500))))
    assert len(papers) == 500
    assert differences(papers, format, list) == 0


def one_library(papers: list[Paper]) -> list[Paper]:
    """Papers whose title others share have ids that only merging can give."""
    return list(merge(iter(papers), Report()))


def differences(
    papers: list[Paper], format: str, gather: Callable[[list[Paper]], list[Paper]]
) -> int:
    """How many papers come back otherwise than they were; the first of them are printed."""
    back, problems = read_back(papers, format)
    assert problems == []
    holds = HOLDS[format]
    pairs = zip(papers, gather(back), strict=True)
    different = [
        (shown(old, holds, "key" in old.details), shown(new, holds, "key" in old.details))
        for old, new in pairs
    ]
    wrong = [(old, new) for old, new in different if old != new]
    for old, new in wrong[:5]:
        print({name: (old[name], new[name]) for name in old if old[name] != new[name]})
    return len(wrong)


@pytest.mark.shared
def test_other_programs_read_the_seeds(shared: Path) -> None:
    records = read(Settings(shared, sources=("seeds",)), {}, Report())
    papers = list(merge(iter(cleaned(*records)), Report()))
    assert len(bibtex_entries(*papers)) == 649
    titles = [one.title.plain for one in papers]
    assert [entry["title"] for entry in rispy.loads(text_of("ris", *papers))] == titles
    assert [item["title"] for item in json.loads(text_of("csl-json", *papers))] == titles
    rows = csv.DictReader(io.StringIO(text_of("csv", *papers), newline=""))
    assert [row["title"] for row in rows] == titles


# The command ----------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    papers = [RICH, paper(title="Transformers for language models", abstract="x " * 120)]
    (tmp_path / "library.jsonl").write_text(text_of("jsonl", *papers), "utf-8")
    return tmp_path


def said(capfdbinary: Any) -> str:
    return str(capfdbinary.readouterr().out.decode())


def test_the_export_is_what_stands_on_standard_output(library: Path, capfdbinary: Any) -> None:
    assert main(["export", "library.jsonl", "--format", "csv"]) == 0
    text = said(capfdbinary)
    assert text.startswith("id,title,authors,") and text.endswith("\r\n")
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 3


@pytest.mark.parametrize(
    ("name", "start"), [("a.bib", "@"), ("a.RIS", "TY"), ("a.json", "["), ("a.jsonl", "{")]
)
def test_the_name_of_the_output_tells_the_format(library: Path, name: str, start: str) -> None:
    assert main(["export", "library.jsonl", "-o", name]) == 0
    assert (library / name).read_text("utf-8").startswith(start)


def test_an_exported_file_is_a_source_like_any_other(library: Path) -> None:
    for name in ("a.bib", "a.ris", "a.json"):
        assert main(["export", "library.jsonl", "-o", name]) == 0
        assert main(["export", name, "-o", "b.jsonl"]) == 0
        lines = (library / "b.jsonl").read_text("utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        assert [one["title"][:8] for one in found] == ["Counting", "Transfor"]


def test_json_tells_what_was_done_and_needs_an_output(library: Path, capfdbinary: Any) -> None:
    assert main(["export", "library.jsonl", "-o", "a.bib", "--json"]) == 0
    told = json.loads(said(capfdbinary))
    assert (told["format"], told["output"], told["exported"]) == ("bibtex", "a.bib", 2)
    assert (told["papers"], told["exit_code"]) == (2, 0)
    assert main(["export", "library.jsonl", "--format", "bibtex", "--json"]) == 2
    assert "--json needs --output" in said(capfdbinary)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "which format is it to be"),
        (("-o", "a.docx"), "which format is it to be"),
        (("--format", "word"), 'no export format "word"'),
        (("--format", "ris", "--topic", "swimming"), 'no paper has the topic "swimming"'),
    ],
)
def test_wrong_use_of_export(
    library: Path, capfdbinary: Any, options: tuple[str, ...], message: str
) -> None:
    assert main(["export", "library.jsonl", *options]) == 2
    told = capfdbinary.readouterr()
    assert message in told.err.decode()
    assert told.out == b""


def test_a_topic_takes_only_its_papers(library: Path, capfdbinary: Any) -> None:
    config = library / "mkdocs.yml"
    taxonomy = library / "mine.yml"
    taxonomy.write_text(
        "areas: {a: All}\ntopics:\n"
        "  fish: {area: a, aliases: [fish, count]}\n"
        "  language: {area: a, aliases: [language models]}\n"
    )
    config.write_text(
        "site_name: x\nplugins: [{papershelf: {taxonomy: mine.yml, min_topic_papers: 1, "
        "discover: false}}]\n"
    )
    code = main(["export", "library.jsonl", "--format", "jsonl", "--topic", "language"])
    told = capfdbinary.readouterr()
    assert code == 0, told.err
    titles = [json.loads(line)["title"] for line in told.out.decode().splitlines()]
    assert titles == ["Transformers for language models"]


def test_an_output_that_cannot_be_written_is_told(library: Path, capfdbinary: Any) -> None:
    (library / "a.bib").mkdir()
    (library / "a.bib" / "x").touch()
    assert main(["export", "library.jsonl", "-o", "a.bib"]) == 1
    assert "cannot write" in capfdbinary.readouterr().err.decode()


# On the site ----------------------------------------------------------------------------------


def site_items(**settings: Any) -> dict[str, Page | Asset]:
    site = compose(small_catalog(), Settings(Path("/nowhere"), **settings), {}, Report())
    return {item.address: item for item in site if item.made_by == "exports"}


def test_the_site_offers_its_papers_in_every_format() -> None:
    items = site_items(site_url="https://s.org/base/")
    names = [f"exports/papers{format.suffix}" for format in EXPORTS.values()]
    assert sorted(items) == sorted(["exports/", *names])
    page = items["exports/"]
    assert isinstance(page, Page)
    assert all(f'href="../{name}"' in page.body for name in names)
    lines = items["exports/papers.jsonl"]
    assert isinstance(lines, Asset)
    first = json.loads(lines.body.splitlines()[0])
    assert first["permalink"].startswith("https://s.org/base/papers/")


def test_a_setting_chooses_what_is_offered() -> None:
    assert sorted(site_items(exports=("ris", "ris"))) == ["exports/", "exports/papers.ris"]
    assert site_items(exports=()) == {}
    nothing = compose(catalog_of([]), Settings(Path("/nowhere")), {}, Report())
    assert not [item for item in nothing if item.made_by == "exports"]


def test_without_an_address_of_its_own_the_site_has_no_permalinks() -> None:
    lines = site_items()["exports/papers.jsonl"]
    assert isinstance(lines, Asset) and b"permalink" not in lines.body


def test_the_home_page_leads_to_the_exports_when_there_are_any() -> None:
    def home(**settings: Any) -> str:
        return str(site_of(small_catalog(), **settings)[""].body)

    assert 'href="exports/"' in home()
    assert "exports/" not in home(exports=())
