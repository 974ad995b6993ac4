"""Corrections applied: fields, addresses, topics, and what merging is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf import pipeline, plugins
from papershelf.assigned import ADDED, Reason
from papershelf.compose import compose
from papershelf.correct import Corrected, correct, correct_topics, rulings
from papershelf.corrections import Correction, Said
from papershelf.explain import story
from papershelf.ledger import Ledger
from papershelf.merge import merge
from papershelf.model import (
    Area,
    Assignment,
    Catalog,
    Collection,
    Origin,
    Paper,
    Settings,
    Taxonomy,
    Topic,
    TopicRule,
    Topics,
)
from papershelf.report import Report
from strategies import LONG, make_paper, papers, people

OTHER = "Lakes lie still. " + LONG[::-1]
RIVERS = {"title": "Attention for Rivers", "abstract": LONG, "arxiv": "2401.00001"}
LAKES = {"title": "Attention for Lakes", "abstract": OTHER, "date": "2024-03"}
PONDS = {"title": "A Note on Ponds", "abstract": "Ponds are small. Code: https://x.org/ponds"}
SHELF = (RIVERS, LAKES, PONDS)


class Run:
    """A shelf built once: its catalog, ledger and problems."""

    def __init__(self, folder: Path, corrections: str, shelf: tuple[dict[str, Any], ...] = SHELF):
        (folder / "papers").mkdir(exist_ok=True)
        lines = "".join(json.dumps(paper) + "\n" for paper in shelf)
        (folder / "papers" / "a.jsonl").write_text(lines)
        (folder / "overrides.yml").write_text(corrections)
        self.settings = Settings(
            root=folder,
            docs_dir=folder / "docs",
            site_dir=folder / "site",
            overrides_dir=folder / "overrides",
            taxonomy="none",
            discover=False,
        )
        self.report = Report()
        compiled = pipeline.generate(self.settings, self.report)
        self.catalog: Catalog = compiled.catalog
        self.ledger = compiled.ledger

    @property
    def problems(self) -> list[str]:
        """What a person is told without asking for more."""
        found = self.report.sorted_problems()
        return [str(problem) for problem in found if problem.level != "info"]

    @property
    def slugs(self) -> set[str]:
        return set(self.catalog.slugs.values())

    def paper(self, slug: str) -> Paper:
        (id,) = [id for id, held in self.catalog.slugs.items() if held == slug]
        return self.catalog.collection[id]


FIELDS = """\
attention-for-lakes:
  title: Attention for $n^2$ Lakes, 4times7
  abstract: Lakes, anew. See https://x.org/lakes
  authors: [Ada Waters, {family: Brook, given: Ben}]
  date: 2025-01-02
  venue: Letters
  doi: 10.1000/LAKES
  pdf: https://x.org/lakes.pdf
  code: https://github.com/x/lakes
  keywords: lakes; stillness
  volume: 012
  pages: 1-9
"""


def test_every_field_can_be_changed(tmp_path: Path):
    run = Run(tmp_path, FIELDS)
    paper = run.paper("attention-for-lakes")
    assert run.problems == []
    assert paper.title.plain == "Attention for n² Lakes, 4times7"
    assert paper.abstract.plain == "Lakes, anew. See https://x.org/lakes"
    assert [str(author) for author in paper.authors] == ["Ada Waters", "Ben Brook"]
    assert (str(paper.date), paper.venue, paper.tags) == (
        "2025-01-02",
        "Letters",
        ("lakes", "stillness"),
    )
    assert (paper.id, paper.identifiers) == ("10.1000/lakes", {"doi": "10.1000/lakes"})
    assert paper.details == {"volume": "012", "pages": "1–9"}
    assert {(link.kind, link.url) for link in paper.links} == {
        ("pdf", "https://x.org/lakes.pdf"),
        ("code", "https://github.com/x/lakes"),
        ("reference", "https://x.org/lakes"),
    }
    assert paper.raw["title"] == "Attention for Lakes"


def test_a_field_can_be_taken_away(tmp_path: Path):
    corrections = (
        "attention-for-rivers: {arxiv: , abstract: }\nattention-for-lakes: {date: }\n"
        "a-note-on-ponds: {links: }\n"
    )
    run = Run(tmp_path, corrections)
    rivers = run.paper("attention-for-rivers")
    assert (rivers.identifiers, rivers.abstract.plain) == ({}, "")
    assert "2401.00001" not in rivers.id
    assert run.paper("attention-for-lakes").date is None
    assert run.paper("a-note-on-ponds").links == ()


def test_an_address_that_spells_an_identifier_gives_it(tmp_path: Path):
    run = Run(
        tmp_path,
        "attention-for-lakes: {url: https://doi.org/10.1000/L}\n"
        "a-note-on-ponds: {url: https://x.org/p}\n",
    )
    assert run.paper("attention-for-lakes").id == "10.1000/l"
    assert "https://x.org/p" in {link.url for link in run.paper("a-note-on-ponds").links}


def test_the_links_to_a_page_can_be_taken_away(tmp_path: Path):
    shelf = ({**PONDS, "links": ["https://arxiv.org/abs/2402.00002"]}, LAKES)
    run = Run(tmp_path, "a-note-on-ponds: {url: }", shelf)
    assert [link.kind for link in run.paper("a-note-on-ponds").links] == ["code"]


def test_an_identifier_of_another_paper_is_told(tmp_path: Path):
    run = Run(tmp_path, "attention-for-lakes:\n  arxiv: 2401.00001\n")
    assert run.problems == [
        'overrides.yml:2: warning: the "2401.00001" that is given to "Attention for Lakes" is '
        "another paper's [identifier-clash]"
    ]
    assert run.report.problems[0].hint == "if the two are one, say so with `same-as`"
    assert run.slugs == {"attention-for-rivers", "attention-for-lakes", "a-note-on-ponds"}


def test_explain_tells_what_was_set_and_what_it_was(tmp_path: Path):
    run = Run(tmp_path, "2401.00001:\n  title: Attention for All Rivers\n  venue: X\n")
    told = story(run.paper("attention-for-rivers"), run.catalog)["corrected"]
    assert told == [
        {"field": "title", "from": "overrides.yml:2", "before": "Attention for Rivers"},
        {"field": "venue", "from": "overrides.yml:3", "before": ""},
    ]


def test_a_value_that_is_none_is_reported_and_changes_nothing(tmp_path: Path):
    corrections = "attention-for-lakes:\n  date: 2024-13\n  doi: x\n  authors: et al.\n  venue: V\n"
    run = Run(tmp_path, corrections)
    lakes = run.paper("attention-for-lakes")
    assert run.problems == [
        'overrides.yml:2: warning: "2024-13" is no date (no such month) [bad-date]',
        'overrides.yml:3: warning: "x" is no doi identifier [bad-identifier]',
        'overrides.yml:4: warning: nothing could be made of this "authors" [bad-correction]',
    ]
    assert (str(lakes.date), lakes.venue) == ("2024-03", "V")


def test_corrections_count_as_no_records(tmp_path: Path):
    run = Run(tmp_path, FIELDS)
    assert (run.report.counts["records"], run.report.counts["papers"]) == (3, 3)
    assert run.report.counts["repaired"] == 0


def test_a_corrected_paper_is_known_after_every_import(tmp_path: Path):
    corrections = "attention-for-lakes: {title: On Stillness, doi: 10.1000/still, abstract: New.}"
    Run(tmp_path, corrections)
    again = Run(tmp_path, corrections)
    assert (again.problems, again.report.counts["written"]) == ([], 0)
    without = Run(tmp_path, "")
    assert without.slugs == again.slugs == {
        "attention-for-lakes",
        "attention-for-rivers",
        "a-note-on-ponds",
    }  # fmt: skip
    by_new_id = Run(tmp_path, "10.1000/still: {venue: V}")
    assert by_new_id.paper("attention-for-lakes").venue == "V"


def test_a_source_that_catches_up_keeps_the_address(tmp_path: Path):
    Run(tmp_path, "attention-for-lakes: {title: On Stillness, doi: 10.1000/still}")
    caught_up = {**LAKES, "title": "On Stillness", "doi": "10.1000/still"}
    run = Run(tmp_path, "", (RIVERS, caught_up))
    assert run.paper("attention-for-lakes").title.plain == "On Stillness"


def test_a_name_that_nothing_goes_by_is_reported_with_the_nearest(tmp_path: Path):
    run = Run(tmp_path, "attention-for-river: {hide: true}\nzzz: {same-as: yyy}\n2401.00001: "
                        "{same-as: attention-for-lake}\n")  # fmt: skip
    assert run.problems == [
        'overrides.yml:1: warning: no paper is called "attention-for-river" [unmatched-correction]',
        'overrides.yml:2: warning: no paper is called "zzz" [unmatched-correction]',
        'overrides.yml:3: warning: no paper is called "attention-for-lake" [unmatched-correction]',
    ]
    assert run.report.sorted_problems()[0].hint == (
        'did you mean "attention-for-rivers" or "attention-for-lakes"?'
    )
    assert len(run.catalog.collection) == 3


def test_a_name_that_several_papers_share_changes_none(tmp_path: Path):
    shelf = ({**RIVERS, "doi": "10.1000/x"}, {**PONDS, "doi": "10.1000/x", "arxiv": "2402.00002"})
    run = Run(tmp_path, '"10.1000/x": {hide: true}', shelf)
    assert len(run.catalog.collection) == 2
    assert any("[ambiguous-correction]" in problem for problem in run.problems)


def test_a_hidden_paper_that_was_never_shown_leaves_no_trace(tmp_path: Path):
    run = Run(tmp_path, "attention-for-lakes: {hide: true}")
    assert run.slugs == {"attention-for-rivers", "a-note-on-ponds"}
    assert (run.catalog.departed, run.report.counts["papers"]) == ({}, 2)
    assert "Lakes" not in run.ledger.dumps()
    assert Run(tmp_path, "attention-for-lakes: {hide: true}").problems == []


def test_a_hidden_paper_that_was_shown_says_so_at_its_address(tmp_path: Path):
    Run(tmp_path, "")
    run = Run(tmp_path, "attention-for-lakes: {hide: true}")
    assert run.catalog.departed == {"attention-for-lakes": "Attention for Lakes"}
    assert Run(tmp_path, "").slugs >= {"attention-for-lakes"}


def test_the_slug_of_a_hidden_paper_goes_to_no_other(tmp_path: Path):
    corrections = "attention-for-lakes: {hide: true}\na-note-on-ponds: {slug: attention-for-lakes}"
    for _ in range(2):
        run = Run(tmp_path, corrections)
        assert [problem.split("[")[-1] for problem in run.problems] == ["slug-taken]"]
        assert run.slugs == {"attention-for-rivers", "a-note-on-ponds"}


def test_a_hidden_paper_is_no_version_of_another(tmp_path: Path):
    shelf = (RIVERS, {**RIVERS, "arxiv": "2402.00002", "abstract": OTHER})
    before = Run(tmp_path, "", shelf)
    assert [len(paper.versions) for paper in before.catalog.collection] == [1, 1]
    after = Run(tmp_path, "2402.00002: {hide: true}", shelf)
    assert [paper.versions for paper in after.catalog.collection] == [()]


def test_versions_follow_an_id_that_changes(tmp_path: Path):
    shelf = (RIVERS, {**RIVERS, "arxiv": "2402.00002", "abstract": OTHER})
    run = Run(tmp_path, "2402.00002: {doi: 10.1000/second}", shelf)
    assert run.catalog.collection["2401.00001"].versions == ("10.1000/second",)


def test_a_pinned_slug_is_the_address_and_the_old_one_leads_there(tmp_path: Path):
    Run(tmp_path, "")
    run = Run(tmp_path, "attention-for-lakes: {slug: lakes}")
    assert run.slugs == {"attention-for-rivers", "lakes", "a-note-on-ponds"}
    assert run.catalog.moved == {"attention-for-lakes": "lakes"}
    forward = (tmp_path / "docs/papers/attention-for-lakes/index.html").read_text()
    assert '<meta http-equiv="refresh" content="0; url=../../papers/lakes/">' in forward
    assert '<link rel="canonical" href="../../papers/lakes/">' in forward
    assert not (tmp_path / "docs/papers/attention-for-lakes.md").exists()
    again = Run(tmp_path, "attention-for-lakes: {slug: lakes}")
    assert (again.problems, again.report.counts["written"]) == ([], 0)


def test_a_slug_pinned_twice_and_back_leaves_every_address_alive(tmp_path: Path):
    for slug in ("one", "two", "attention-for-lakes"):
        run = Run(tmp_path, f"attention-for-lakes: {{slug: {slug}}}")
        assert (run.problems, slug in run.slugs) == ([], True)
    assert run.catalog.moved == {"one": "attention-for-lakes", "two": "attention-for-lakes"}
    assert Ledger.loads(run.ledger.dumps()) == run.ledger
    assert Run(tmp_path, "").slugs == run.slugs


@pytest.mark.parametrize("taken", ["attention-for-rivers", "gone"])
def test_a_slug_of_another_paper_is_refused(tmp_path: Path, taken: str):
    Run(tmp_path, "", (*SHELF, {"title": "Gone", "abstract": "Once."}))
    run = Run(tmp_path, f"a-note-on-ponds:\n  slug: {taken}\n")
    assert run.problems == [
        f'overrides.yml:2: warning: the slug "{taken}" is or was that of another paper [slug-taken]'
    ]
    assert run.slugs == {"attention-for-rivers", "attention-for-lakes", "a-note-on-ponds"}


def test_papers_that_are_said_to_be_one_are_one(tmp_path: Path):
    Run(tmp_path, "")
    run = Run(tmp_path, "attention-for-lakes:\n  same-as: 2401.00001v3\n")
    assert run.problems == []
    assert len(run.catalog.collection) == 2
    (told,) = run.catalog.collection.merges
    assert told.why == "the same by overrides.yml:2"
    assert sorted([*run.slugs, *run.catalog.moved]) == [
        "a-note-on-ponds",
        "attention-for-lakes",
        "attention-for-rivers",
    ]
    assert run.catalog.departed == {}
    again = Run(tmp_path, "attention-for-lakes:\n  same-as: 2401.00001v3\n")
    assert again.report.counts["written"] == 0
    assert Run(tmp_path, "").slugs == {
        "attention-for-rivers",
        "attention-for-lakes",
        "a-note-on-ponds",
    }


def test_the_address_of_a_paper_that_became_one_can_be_pinned(tmp_path: Path):
    Run(tmp_path, "")
    one = "a-note-on-ponds: {same-as: attention-for-lakes}\n"
    (kept,) = Run(tmp_path, one).slugs & {"a-note-on-ponds", "attention-for-lakes"}
    (other,) = {"a-note-on-ponds", "attention-for-lakes"} - {kept}
    run = Run(tmp_path, f"a-note-on-ponds: {{same-as: attention-for-lakes, slug: {other}}}\n")
    assert (run.problems, run.catalog.moved) == ([], {kept: other})


def test_papers_that_are_said_to_differ_stay_apart(tmp_path: Path):
    copy = {**RIVERS, "title": "Attention for Small Rivers"}
    shelf = (RIVERS, copy, LAKES)
    assert len(Run(tmp_path, "", shelf).catalog.collection) == 2
    corrections = "attention-for-rivers: {not-same-as: attention-for-small-rivers}\n"
    run = Run(tmp_path, corrections, shelf)
    assert run.problems == []
    assert {paper.title.plain for paper in run.catalog.collection} == {
        "Attention for Rivers",
        "Attention for Small Rivers",
        "Attention for Lakes",
    }


def test_namesakes_that_are_said_to_differ_are_not_told_as_doubtful(tmp_path: Path):
    shelf = ({**PONDS, "doi": "10.1000/a"}, {**PONDS, "arxiv": "2401.00009"})
    assert len(Run(tmp_path, "", shelf).catalog.collection) == 1
    run = Run(tmp_path, '"10.1000/a": {not-same-as: 2401.00009}', shelf)
    assert (run.problems, len(run.catalog.collection)) == ([], 2)


def test_rulings_that_contradict_each_other_through_a_third_are_told(tmp_path: Path):
    corrections = (
        "attention-for-rivers:\n  same-as: attention-for-lakes\n  not-same-as: a-note-on-ponds\n"
        "attention-for-lakes:\n  same-as: a-note-on-ponds\n"
    )
    run = Run(tmp_path, corrections)
    assert run.problems == [
        'overrides.yml:5: warning: "attention-for-lakes" cannot be the same as "a-note-on-ponds": '
        "overrides.yml:3 says that they are not [ruling-clash]"
    ]
    assert len(run.catalog.collection) == 2


def test_what_is_kept_apart_stays_so_when_either_is_joined_to_more(tmp_path: Path):
    copies = tuple({**RIVERS, "authors": [f"Ada Waters {n}"]} for n in range(3))
    lakes = tuple({**LAKES, "doi": "10.1000/l", "authors": [f"Ben {n}"]} for n in range(3))
    corrections = "2401.00001: {not-same-as: 10.1000/l}\n10.1000/l: {same-as: 2401.00001}\n"
    run = Run(tmp_path, corrections, (*copies, *lakes))
    assert len(run.catalog.collection) == 2
    assert [problem.split("[")[-1] for problem in run.problems] == ["ruling-clash]"]


def test_two_names_for_one_record_cannot_be_kept_apart(tmp_path: Path):
    run = Run(tmp_path, "attention-for-rivers: {not-same-as: 2401.00001}")
    assert [problem.split("[")[-1] for problem in run.problems] == ["ruling-clash]"]


def test_a_preprint_and_its_publication_are_one_with_both_identifiers(tmp_path: Path):
    kept = " ".join(LONG.split()[: len(LONG.split()) * 3 // 4])
    authors = ["Ada Waters", "Ben Brook"]
    preprint = {**RIVERS, "authors": authors, "date": "2024-01", "venue": "arXiv"}
    journal = {
        "title": "Attention for rivers",
        "abstract": f"{kept} It was written anew for print, in other and quite different words.",
        "authors": ["A. Waters", "B. Brook", "C. Creek"],
        "doi": "10.1000/r",
        "date": "2025",
        "venue": "Letters on Rivers",
    }
    run = Run(tmp_path, "", (preprint, journal, LAKES))
    paper = run.paper("attention-for-rivers")
    assert paper.identifiers == {"arxiv": "2401.00001", "doi": "10.1000/r"}
    assert paper.id == "10.1000/r"
    fields = story(paper, run.catalog)["fields"]
    assert fields["venue"] == {
        "from": "papers/a.jsonl:2",
        "why": "no preprint server",
        "others": [{"from": "papers/a.jsonl:1", "value": "arXiv"}],
    }
    assert (fields["authors"]["why"], fields["date"]["why"]) == ("more of them", "with its month")
    assert fields["arxiv"]["from"] == "papers/a.jsonl:1"


def test_a_doi_that_arxiv_gave_is_its_arxiv_id(tmp_path: Path):
    doi = {"title": "Attention for Rivers", "doi": "10.48550/arXiv.2401.00001"}
    assert len(Run(tmp_path, "", (RIVERS, doi)).catalog.collection) == 1


AREAS = (Area("a", "Area"), Area("b", "Other"))
BERT, LORA, MOE = (Topic(slug, slug.upper(), area) for slug, area in
                   (("bert", "a"), ("lora", "a"), ("moe", "b")))  # fmt: skip
TAXONOMY = Taxonomy(AREAS, (TopicRule(BERT), TopicRule(LORA), TopicRule(MOE)))
GIVEN = Topics(
    {"a": AREAS[0]},
    {"bert": BERT, "lora": LORA},
    {"x": (Assignment("bert", 2.0, ()), Assignment("lora", 1.0, ())),
     "y": (Assignment("bert", 1.0, ()),)},
    {"bert": ("x", "y"), "lora": ("x",)},
)  # fmt: skip


def said(*values: str) -> tuple[Said, ...]:
    return tuple(Said(value, Origin("overrides.yml", 4)) for value in values)


def retopic(most: int = 7, report: Report | None = None, **change: Any) -> Topics:
    correction = Correction("x", Origin("overrides.yml", 1), **change)
    corrected = Corrected(Collection({}), {}, {"x": (correction,)})
    return correct_topics(GIVEN, corrected, TAXONOMY, most, report or Report())


def test_an_added_topic_comes_first_and_says_why():
    topics = retopic(add=said("moe"))
    assert topics.of["x"][0] == Assignment("moe", 2.0, (Reason(ADDED, "overrides.yml"),))
    assert topics.of["x"][0].why == "added in overrides.yml"
    assert [given.topic for given in topics.of["x"]] == ["moe", "bert", "lora"]
    assert list(topics.topics) == ["bert", "lora", "moe"]
    assert (topics.papers["moe"], list(topics.areas)) == (("x",), ["a", "b"])


def test_a_topic_that_the_paper_has_is_not_added_twice():
    assert retopic(add=said("lora")) == GIVEN


def test_added_topics_push_out_the_least_sure_ones():
    assert [given.topic for given in retopic(2, add=said("moe")).of["x"]] == ["moe", "bert"]
    assert [given.topic for given in retopic(1, add=said("moe")).of["x"]] == ["moe"]
    assert [given.topic for given in retopic(2, add=said("moe", "lora")).of["x"]] == ["moe", "lora"]


def test_a_removed_topic_that_no_paper_is_left_with_goes():
    topics = retopic(remove=said("lora"))
    assert [given.topic for given in topics.of["x"]] == ["bert"]
    assert list(topics.topics) == list(topics.papers) == ["bert"]


def test_an_unknown_topic_brings_the_nearest():
    report = Report()
    assert retopic(report=report, add=said("brt"), remove=said("zzzzzz")).of == GIVEN.of
    assert [str(problem) for problem in report.problems] == [
        'overrides.yml:4: warning: there is no topic "zzzzzz" [unknown-topic]',
        'overrides.yml:4: warning: there is no topic "brt" [unknown-topic]',
    ]
    assert report.problems[1].hint == 'did you mean "bert"?'


def test_topics_are_corrected_on_the_way(tmp_path: Path):
    taxonomy = "areas: {a: A}\ntopics: {rivers: {area: a}, calm: {area: a}}\n"
    (tmp_path / "mine.yml").write_text(taxonomy)
    Run(tmp_path, "attention-for-lakes: {topics: {add: calm}}\n"
                  "attention-for-rivers: {topics: {remove: [rivers]}}")  # fmt: skip
    settings = Settings(root=tmp_path, taxonomy="mine.yml", discover=False, min_topic_papers=1)
    catalog, _ = pipeline.catalogue(settings, plugins.Plugins(), Report())
    assert {
        id: [given.topic for given in found] for id, found in catalog.topics.of.items() if found
    } == {next(p.id for p in catalog.collection if "Lakes" in p.title.plain): ["calm"]}


def forwarded(moved: Mapping[str, str], site_url: str = "") -> str:
    catalog = Catalog(Collection({}), Topics({}, {}, {}, {}), None, {}, moved=moved)  # type: ignore[arg-type]
    settings = Settings(root=Path("/nowhere"), site_url=site_url)
    site = compose(catalog, settings, {}, Report())
    return site["papers/old/index.html"].body.decode()  # type: ignore[union-attr]


def test_a_forwarding_page_names_the_full_address_where_it_is_known():
    text = forwarded({"old": "new"}, "https://x.org/shelf/")
    assert '<link rel="canonical" href="https://x.org/shelf/papers/new/">' in text


def test_a_ledger_that_leads_round_in_a_ring_leads_nowhere():
    entry = {"id": "", "ids": {}, "keys": [], "title": ""}
    ledger = Ledger({"a": {**entry, "moved": "b"}, "b": {**entry, "moved": "a"},
                     "c": {**entry, "moved": "gone"}})  # fmt: skip
    assert ledger.follow("c") == "c"
    assert {ledger.follow("a"), ledger.follow("b")} <= {"a", "b"}
    ledger.forwards([], {})


def test_a_paper_that_is_gone_leads_to_no_namesake():
    ledger = Ledger()
    first, second = make_paper("Editorial"), make_paper("Editorial", authors=people("Ada Lovelace"))
    one, two = (merge([paper], Report()) for paper in (first, second))
    ledger.assign(one)
    slugs = ledger.assign(two)
    assert ledger.forwards(two, slugs) == {}


names = st.sampled_from(["editorial", "sparse-models", "10.1000/a", "2401.00001", "dense-models"])
origin = st.builds(Origin, st.just("overrides.yml"), st.integers(1, 9))
some = st.lists(st.builds(Said, names, origin), max_size=2).map(tuple)
entries = st.builds(
    Correction,
    names,
    origin,
    slug=st.none() | st.builds(Said, st.sampled_from(["pinned", "reply"]), origin),
    hide=st.booleans(),
    fields=st.dictionaries(
        st.sampled_from(["doi", "abstract", "venue"]), st.builds(Said, st.none(), origin)
    ),
)


@given(st.lists(papers(), max_size=6), st.lists(entries, max_size=3))
def test_corrections_change_no_address_of_another_paper(
    found: list[Paper], corrections: list[Correction]
):
    collection = merge(found, Report())
    plain = correct(collection, [], [], Ledger(), Report())
    corrected = correct(collection, corrections, [], Ledger(), Report())
    mine = {plain.slugs[id] for id in collection.papers
            if id not in corrected.slugs or id in corrected.said}  # fmt: skip
    untouched = {id: slug for id, slug in plain.slugs.items() if slug not in mine}
    assert untouched.items() <= corrected.slugs.items()
    assert len(set(corrected.slugs.values())) == len(corrected.slugs) == len(corrected.collection)


@given(st.lists(papers(), max_size=6), st.lists(entries, max_size=3))
def test_correcting_again_changes_nothing_more(found: list[Paper], corrections: list[Correction]):
    collection, ledger = merge(found, Report()), Ledger()
    first = correct(collection, corrections, [], ledger, Report())
    told = ledger.dumps()
    second = correct(collection, corrections, [], ledger, Report())
    assert first.slugs == second.slugs
    assert first.collection == second.collection
    assert ledger.dumps() == told


ruled = st.lists(st.builds(Correction, names, origin, same=some, other=some), max_size=3)


@given(st.lists(papers(), max_size=6), ruled)
def test_rulings_do_not_depend_on_the_order_of_the_papers(
    found: list[Paper], corrections: list[Correction]
):
    def merged(papers: list[Paper]) -> Collection:
        report = Report()
        return merge(papers, report, partial(rulings, corrections, Ledger(), report))

    assert merged(found) == merged(found[::-1])
