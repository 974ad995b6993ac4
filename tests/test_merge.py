"""Merging: each paper once, every origin kept, and nothing that only looks alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.clean import clean
from papershelf.merge import MOST_VERSIONS, merge
from papershelf.merge.combine import combine
from papershelf.model import (
    Author,
    Collection,
    Date,
    Link,
    Listing,
    Origin,
    Paper,
    Problem,
    Repair,
    Settings,
)
from papershelf.prose import Prose
from papershelf.read import read
from papershelf.report import Report
from strategies import LONG, make_paper, people, several_papers

OTHER = (
    "Nothing of this has been tried before: we let the machine write its own lessons, and read "
    "them aloud to a second one that has never seen a lesson. It learns, slowly at first, then "
    "faster than its teacher, and in the end asks questions that nobody in the room can answer."
)


def merged(*papers: Paper) -> Collection:
    return merge(papers, Report())


def reported(*papers: Paper) -> list[Problem]:
    report = Report()
    merge(papers, report)
    return report.sorted_problems()


def codes(*papers: Paper) -> list[str]:
    return [problem.code for problem in reported(*papers)]


def whys(*papers: Paper) -> list[str]:
    return [found.why for found in merged(*papers).merges]


# Laws.


@given(several_papers(), st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order(papers: list[Paper], chance: Random) -> None:
    shuffled = [*papers, *chance.sample(papers, len(papers) // 2)]
    chance.shuffle(shuffled)
    one, other = Report(), Report()
    first, second = merge(papers, one), merge(shuffled, other)
    assert first == second
    assert list(first.papers) == list(second.papers)
    assert one.sorted_problems() == other.sorted_problems()


@given(several_papers())
def test_every_origin_is_kept_once(papers: list[Paper]) -> None:
    collection = merged(*papers)
    assert {o for paper in collection for o in paper.origins} == {p.origins[0] for p in papers}
    for paper in collection:
        assert list(paper.origins) == sorted(paper.origins)
        assert len(set(paper.listings)) == len(paper.listings)


@given(several_papers())
def test_every_paper_counts(papers: list[Paper]) -> None:
    report = Report()
    collection = merge(papers, report)
    assert report.counts["papers"] == len(collection)
    assert report.counts["papers"] + report.counts["merged"] == len(papers)
    assert all(id == paper.id for id, paper in collection.papers.items())


@given(several_papers())
def test_merging_what_is_merged_changes_nothing(papers: list[Paper]) -> None:
    once = merged(*papers)
    # A contested identifier is nobody's key any more; what is known of the papers stays.
    assert merged(*once).papers == once.papers


@given(several_papers())
def test_versions_name_each_other_and_are_there(papers: list[Paper]) -> None:
    collection = merged(*papers)
    for paper in collection:
        for id in paper.versions:
            assert id != paper.id
            assert paper.id in collection[id].versions


@given(several_papers())
def test_no_value_is_dropped_silently(papers: list[Paper]) -> None:
    collection = merged(*papers)
    told = " ".join(
        f"{p.title} {p.abstract} {p.venue} {dict(p.identifiers)} {p.authors} {p.date} {p.extra!r} "
        f"{p.extra.get('merged')}"
        for p in collection
    )
    for paper in papers:
        for value in (paper.title.plain, paper.abstract.plain, paper.venue, str(paper.date or "")):
            assert value in told or repr(value)[1:-1] in told
        for value in paper.identifiers.values():
            assert value in told


def test_an_empty_collection_is_fine() -> None:
    assert merged() == Collection({})


# Which papers are one.


def test_the_same_title_and_abstract_is_the_same_paper() -> None:
    papers = [make_paper("A Title", LONG, f"{n}.txt:7") for n in "cab"]
    (paper,) = merged(*papers)
    assert [str(origin) for origin in paper.origins] == ["a.txt:7", "b.txt:7", "c.txt:7"]
    assert whys(*papers) == ["the same title and abstract"]


def test_the_merge_names_id_origins_and_reason() -> None:
    (found,) = merged(make_paper("T", LONG, "a:1"), make_paper("t!", LONG, "b:2")).merges
    (paper,) = merged(make_paper("T", LONG, "a:1"))
    assert (found.id, [str(o) for o in found.origins]) == (paper.id, ["a:1", "b:2"])


def test_the_same_record_read_twice_is_no_merge() -> None:
    report = Report()
    collection = merge([make_paper("T", LONG)] * 2, report)
    assert (len(collection), collection.merges) == (1, ())
    assert report.counts["merged"] == 1


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"doi": "10.1/X"}, {"doi": "10.1/x"}, "the same DOI 10.1/x"),
        ({"arxiv": "2401.1v1"}, {"arxiv": "2401.1v3"}, "the same arXiv id 2401.1"),
        ({"acl": "P18-1001"}, {"acl": "P18-1001"}, "the same ACL id p18-1001"),
        ({"arxiv": "2401.1"}, {"doi": "10.48550/arXiv.2401.1"}, "the same arXiv id 2401.1"),
        (
            {"arxiv": "2401.1", "doi": "10.48550/arXiv.2401.1"},
            {"arxiv": "2401.1", "doi": "10.1/x"},
            "the same arXiv id 2401.1",
        ),
    ],
)
def test_the_same_identifier_is_the_same_paper(
    one: dict[str, str], other: dict[str, str], why: str
) -> None:
    papers = (
        make_paper("Deep Nets for Graphs", LONG, "a:1", one),
        make_paper("Deep nets for large graphs", OTHER, "b:1", other),
    )
    (paper,) = merged(*papers)
    assert whys(*papers) == [why]
    assert paper.identifiers == {**other, **one, **({"doi": "10.1/x"} if len(one) > 1 else {})}


def test_a_chain_of_identifiers_makes_one_paper() -> None:
    papers = (
        make_paper("T", "", "a:1", {"arxiv": "2401.1"}),
        make_paper("T of U", "", "a:2", {"arxiv": "2401.1", "doi": "10.1/x"}),
        make_paper("T of U", "", "a:3", {"doi": "10.1/x", "acl": "x-1"}),
    )
    (paper,) = merged(*papers)
    assert paper.id == "10.1/x"
    assert whys(*papers) == ["the same DOI 10.1/x; the same arXiv id 2401.1"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"title": "Learning to Rank"}, {"title": "Learning to rank"}, id="title"),
        pytest.param({"abstract": LONG}, {}, id="no abstract"),
        pytest.param({"abstract": LONG}, {"abstract": f"{LONG} Accepted."}, id="a word more"),
        pytest.param({"date": Date(2023)}, {"date": Date(2024)}, id="a year apart"),
        pytest.param({"date": Date(2023)}, {"date": Date(None, 3, 14)}, id="no year"),
        pytest.param(
            {"authors": people("Ada Lovelace", "Grace Hopper")},
            {"authors": people("G. Hopper")},
            id="a common author",
        ),
        pytest.param(
            {"authors": people("Ada Lovelace")},
            {"authors": (Author(literal="Ada Lovelace"),)},
            id="author in one piece",
        ),
        pytest.param(
            {"identifiers": {"doi": "10.48550/arXiv.2401.1"}},
            {"identifiers": {"doi": "10.1/x"}},
            id="preprint and published",
        ),
        pytest.param({"identifiers": {"doi": "10.1/x"}}, {}, id="an identifier"),
    ],
)
def test_one_title_is_one_paper_where_nothing_contradicts(
    one: dict[str, object], other: dict[str, object]
) -> None:
    assert len(merged(titled("a:1", **one), titled("b:1", **other))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"abstract": LONG}, {"abstract": OTHER}, id="abstract"),
        pytest.param({"date": Date(2021)}, {"date": Date(2023)}, id="two years apart"),
        pytest.param(
            {"authors": people("Ada Lovelace")}, {"authors": people("Grace Hopper")}, id="authors"
        ),
        pytest.param(
            {"identifiers": {"doi": "10.1/x"}}, {"identifiers": {"doi": "10.1/y"}}, id="DOI"
        ),
        pytest.param(
            {"identifiers": {"openreview": "x"}},
            {"identifiers": {"openreview": "y"}},
            id="other id",
        ),
    ],
)
def test_one_title_is_two_papers_where_anything_contradicts(
    one: dict[str, object], other: dict[str, object]
) -> None:
    collection = merged(titled("a:1", **one), titled("b:1", **other))
    assert len(collection) == 2


def titled(at: str, title: str = "Learning to Rank", **fields: object) -> Paper:
    return make_paper(title, at=at, **{"abstract": "", **fields})


def test_the_same_long_abstract_outweighs_other_metadata() -> None:
    one = make_paper("T", LONG, "a:1", {"doi": "10.5281/zenodo.1"}, date=Date(2020))
    other = make_paper("T", LONG, "b:1", {"doi": "10.5281/zenodo.2"}, date=Date(2024))
    assert len(merged(one, other)) == 1


def test_no_likeness_of_titles_merges() -> None:
    assert (
        len(
            merged(
                make_paper("RepX-ViT: Post-Training Scaling"),
                make_paper("MPTX-ViT: Post-Training Scaling"),
            )
        )
        == 2
    )


def test_papers_without_a_title_are_not_one_for_that() -> None:
    assert len(merged(make_paper("", LONG, "a:1"), make_paper("", OTHER, "b:1"))) == 2


def test_a_copy_that_fits_two_versions_stays_by_itself() -> None:
    papers = (
        make_paper("T", LONG, "a:1"),
        make_paper("T", OTHER, "a:2"),
        make_paper("T", "", "a:3"),
    )
    assert len(merged(*papers)) == 3
    assert codes(*papers) == ["ambiguous-title"]


def test_copies_that_agree_merge_beside_one_that_fits_several() -> None:
    years = [titled(f"a:{n}", date=Date(year)) for n, year in enumerate((2001, 2002, 2010), 1)]
    collection = merged(*years, titled("a:4"))
    assert sorted(len(paper.origins) for paper in collection) == [1, 1, 2]


# Identifiers given to strangers.


def test_an_identifier_of_two_strangers_is_reported_and_belongs_to_nobody() -> None:
    papers = (
        make_paper("On Birds", LONG, "a.txt:3", {"doi": "10.1/x"}, authors=people("A Lee")),
        make_paper("Cooking Rice", OTHER, "b.txt:9", {"doi": "10.1/x"}, authors=people("B Wu")),
    )
    collection = merged(*papers)
    assert len(collection) == 2
    assert "10.1/x" not in collection.papers
    assert all(paper.identifiers["doi"] == "10.1/x" for paper in collection)
    (problem,) = reported(*papers)
    assert (problem.code, str(problem.origin), problem.level) == (
        "identifier-clash", "b.txt:9", "warning",
    )  # fmt: skip
    assert problem.message == (
        'the DOI "10.1/x" stands at "Cooking Rice" and at "On Birds" (a.txt:3)'
    )


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"authors": people("A Lee")}, id="same authors"),
        pytest.param({"abstract": LONG}, id="same abstract"),
        pytest.param({"title": "On Birds, and on Rice"}, id="longer title"),
        pytest.param({"title": ""}, id="no title"),
    ],
)
def test_a_renamed_paper_is_known_by_its_identifier(fields: dict[str, object]) -> None:
    one = make_paper("On Birds", LONG, "a:1", {"doi": "10.1/x"}, authors=people("Ann Lee"))
    other = titled("b:1", **{"title": "Cooking Rice", "identifiers": {"doi": "10.1/x"}, **fields})
    assert len(merged(one, other)) == 1


def test_a_doi_that_half_a_journal_has_joins_nobody() -> None:
    papers = [make_paper(f"Subject {'x' * n}", "", f"a:{n}", {"doi": "10.1/j"}) for n in range(40)]
    report = Report()
    assert len(merge(papers, report)) == 40
    (problem,) = report.problems
    assert problem.message.endswith("and 38 more")


def test_one_abstract_under_two_titles_is_told() -> None:
    papers = (make_paper("On Birds", LONG, "a:1"), make_paper("On Rice", LONG, "a:2"))
    assert len(merged(*papers)) == 2
    (problem,) = reported(*papers)
    assert (problem.code, problem.level) == ("same-abstract", "info")
    assert problem.message == '"On Rice" has the abstract of "On Birds"'


# Versions, namesakes, ids.


def test_two_tellings_of_one_title_are_versions() -> None:
    one, other = merged(make_paper("T", LONG, "a:1"), make_paper("T", OTHER, "a:2"))
    assert (one.versions, other.versions) == ((other.id,), (one.id,))
    assert {one.id, other.id} == {p.keys[0].removeprefix("both:")[:10] for p in (one, other)}


def test_an_extended_version_by_the_same_people_is_a_version() -> None:
    who = people("Ada Lovelace")
    one = titled("a:1", abstract=LONG, authors=who, date=Date(2019))
    other = titled("a:2", abstract=OTHER, authors=who, date=Date(2022))
    assert all(paper.versions for paper in merged(one, other))


@pytest.mark.parametrize(
    "fields",
    [{"authors": people("B C")}, {"date": Date(2011), "authors": ()}],
    ids=["other people", "other year"],
)
def test_namesakes_are_no_versions(fields: dict[str, object]) -> None:
    one = titled("a:1", date=Date(2001), authors=people("Ada Lovelace"))
    if not fields["authors"]:
        one = replace(one, authors=())
    assert not any(paper.versions for paper in merged(one, titled("a:2", **fields)))


def test_a_title_of_many_has_no_versions() -> None:
    papers = [
        make_paper("Reply", f"{n} {LONG[n * 5 :]}" * 2, f"a:{n}") for n in range(MOST_VERSIONS + 1)
    ]
    papers = [replace(p, authors=people(f"A{n} B{n}")) for n, p in enumerate(papers)]
    assert not any(paper.versions for paper in merged(*papers))


def test_a_title_of_very_many_is_told_once() -> None:
    papers = [titled(f"a:{n}", "Editorial", date=Date(1900 + 2 * n)) for n in range(30)]
    report = Report()
    assert len(merge(papers, report)) == 30
    assert [problem.code for problem in report.problems] == ["common-title"]


def test_ids_whose_short_forms_clash_grow_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papershelf.merge.public_id", lambda keys, shared: "same")
    one, other = merged(make_paper("One", at="a:1"), make_paper("Other", at="a:2"))
    assert len({one.id, other.id}) == 2
    assert all(len(id) == 16 for id in (one.id, other.id))


def test_the_collection_is_sorted_by_folded_title() -> None:
    titles = ["beta", "Alpha", "“Gamma”", "Ångström"]
    assert [p.title.plain for p in merged(*map(make_paper, titles))] == [
        "Alpha", "Ångström", "beta", "“Gamma”",
    ]  # fmt: skip


# Which value wins.


def pair(**fields: tuple[object, object]) -> Paper:
    """What becomes of two copies that differ in these fields, listed in a:1 and b:1."""
    one, other = make_paper("T", LONG, "a:1"), make_paper("T", LONG, "b:1")
    return combine([
        replace(one, **{name: values[0] for name, values in fields.items()}),
        replace(other, **{name: values[1] for name, values in fields.items()}),
    ])  # fmt: skip


FULL = people("Ada Lovelace", "Grace Hopper")
RULES = [
    pytest.param("title", Prose.of("TITLE OF IT"), Prose.of("Title of It"), id="case"),
    pytest.param("title", Prose.of("ZeRO"), Prose.of("ZeRO: Memory"), id="subtitle"),
    pytest.param("abstract", Prose.of("Short."), Prose.of("Longer text."), id="longer"),
    pytest.param("authors", people("Ada Lovelace"), FULL, id="more authors"),
    pytest.param("authors", people("A. Lovelace", "G. Hopper"), FULL, id="names in full"),
    pytest.param("authors", FULL, (FULL[0], replace(FULL[1], orcid="0")), id="ORCID"),
    pytest.param("date", Date(2024), Date(2024, 5), id="month"),
    pytest.param("date", Date(None, 3, 14), Date(2024), id="year before day"),
    pytest.param("date", None, Date(None, 3), id="any date"),
    pytest.param("venue", "arXiv preprint arXiv:2401.1", "ICML", id="published"),
    pytest.param("venue", "ICML", "Proceedings of ICML", id="in full"),
    pytest.param("venue", "", "arXiv", id="any venue"),
]


@pytest.mark.parametrize(("field", "poorer", "richer"), RULES)
def test_the_richer_value_wins(field: str, poorer: object, richer: object) -> None:
    assert getattr(pair(**{field: (poorer, richer)}), field) == richer
    assert getattr(pair(**{field: (richer, poorer)}), field) == richer


@pytest.mark.parametrize(("field", "poorer", "richer"), RULES)
def test_the_loser_is_kept_with_its_origin(field: str, poorer: object, richer: object) -> None:
    account = pair(**{field: (richer, poorer)}).extra["merged"]
    assert account["from"][field] == "a:1"
    others = {(one["field"], one["origin"]) for one in account.get("other", ())}
    same_to_read = str(poorer) in ("", "None") or (field == "authors" and poorer == FULL)
    assert others == (set() if same_to_read else {(field, "b:1")})


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("title", Prose.of("Title A"), Prose.of("Title B")),
        ("date", Date(2023), Date(2024)),
        ("venue", "ICML", "ICLR"),
        ("authors", people("A Lee"), people("B Wu")),
    ],
)
def test_of_equals_the_first_origin_wins(field: str, one: object, other: object) -> None:
    assert getattr(pair(**{field: (one, other)}), field) == one


def test_identifiers_of_all_schemes_come_together() -> None:
    paper = pair(identifiers=({"arxiv": "2401.1"}, {"doi": "10.1/x", "acl": "x"}))
    assert paper.identifiers == {"acl": "x", "arxiv": "2401.1", "doi": "10.1/x"}
    assert [key.partition(":")[0] for key in paper.keys[:3]] == ["doi", "arxiv", "acl"]


def test_a_publishers_doi_goes_before_the_one_of_arxiv() -> None:
    paper = pair(identifiers=({"doi": "10.48550/arXiv.2401.1"}, {"doi": "10.1/x"}))
    assert paper.identifiers == {"doi": "10.1/x"}
    assert paper.extra["merged"]["other"] == [
        {"field": "doi", "value": "10.48550/arXiv.2401.1", "origin": "a:1"}
    ]


def test_details_come_from_the_copy_with_the_venue_first() -> None:
    paper = pair(venue=("arXiv", "JMLR"), details=({"volume": "1", "key": "lee"}, {"volume": "22"}))
    assert paper.details == {"key": "lee", "volume": "22"}
    assert {"field": "volume", "value": "1", "origin": "a:1"} in paper.extra["merged"]["other"]


def test_links_are_listed_once_and_the_better_kind_is_kept() -> None:
    paper = pair(
        links=(
            (Link("reference", "https://x.org/a"), Link("code", "https://x.org/b")),
            (Link("code", "https://x.org/a/"), Link("demo", "https://x.org/b")),
        )
    )
    assert paper.links == (Link("code", "https://x.org/a"), Link("code", "https://x.org/b"))


def test_tags_are_listed_once() -> None:
    assert pair(tags=(("Vision", "NLP"), ("vision", "graphs"))).tags == ("Vision", "NLP", "graphs")


def test_extra_values_come_together_and_the_losers_are_kept() -> None:
    paper = pair(extra=({"stars": 5}, {"stars": 7, "team": "x"}))
    assert {name: paper.extra[name] for name in ("stars", "team")} == {"stars": 5, "team": "x"}
    assert paper.extra["merged"]["other"] == [{"field": "stars", "value": 7, "origin": "b:1"}]


@pytest.mark.parametrize("foreign", ["a word", {"other": [3, {"x": 1}]}, {"other": "x"}, None])
def test_a_foreign_value_called_merged_does_no_harm(foreign: object) -> None:
    assert "from" in pair(extra=({"merged": foreign}, {})).extra["merged"]


def test_what_lost_before_is_remembered() -> None:
    once = pair(venue=("Proceedings of ICML", "ICML"))
    twice = combine([once, replace(make_paper("T", LONG, "c:1"), venue="PMLR")])
    assert [one["value"] for one in twice.extra["merged"]["other"]] == ["ICML", "PMLR"]


def test_raw_text_and_repairs_go_with_the_value_that_won() -> None:
    short, long = Repair("tex", "abstract", "a", "b"), Repair("tex", "abstract", "c", "d")
    title = Repair("spacing", "title", "e", "f")
    paper = pair(
        abstract=(Prose.of("Short."), Prose.of("Longer text.")),
        raw=({"title": "t1", "abstract": "s"}, {"title": "t2", "abstract": "l", "x": "y"}),
        repairs=((short, title), (long, title)),
    )
    assert paper.raw == {"title": "t1", "abstract": "l", "x": "y"}
    assert paper.repairs == (title, long)


def test_listings_keep_their_dates_in_order_of_origin() -> None:
    listings = [
        (Listing(Origin(path, 1), Date(None, 3, day)),) for path, day in (("b", 1), ("a", 9))
    ]
    paper = pair(listings=tuple(listings))
    assert paper.listings == (listings[1][0], listings[0][0])


def test_keys_of_all_copies_are_kept() -> None:
    one = make_paper("Old Name", LONG, "a:1", {"doi": "10.1/x"})
    other = make_paper("Old Name Extended", OTHER, "b:1", {"doi": "10.1/x"})
    (paper,) = merged(one, other)
    assert {*one.keys, *other.keys} <= set(paper.keys)


# Scale and real listings.


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="nothing else"),
        pytest.param({"abstract": "{n} " + LONG}, id="other abstracts"),
        pytest.param({"date": True}, id="years"),
        pytest.param({"authors": True}, id="authors"),
        pytest.param({"identifiers": {"doi": "10.1/x"}, "title": "Title{n}"}, id="one DOI"),
    ],
)
def test_ten_thousand_namesakes_take_a_moment(fields: dict[str, object]) -> None:
    def made(n: int) -> Paper:
        known = {k: v.format(n=n) if isinstance(v, str) else v for k, v in fields.items()}
        if "date" in known:
            known["date"] = Date(n)
        if "authors" in known:
            known["authors"] = (Author(f"F{n}"),)
        return titled(f"a:{n}", **known)

    papers = [made(n) for n in range(10_000)]
    start = process_time()
    merged(*papers)
    # Half a second on an idle core; in pairs it would be hours.
    assert process_time() - start < 10


@pytest.fixture(scope="module")
def seeds(shared: Path) -> list[Paper]:
    config = Settings(root=shared, sources=("seeds",))
    report = Report()
    return list(clean(read(config, {}, report), config, {}, report))


@pytest.mark.shared
def test_the_five_listings_hold_649_papers(seeds: list[Paper]) -> None:
    report = Report()
    collection = merge(seeds, report)
    assert (len(seeds), len(collection), report.counts["merged"]) == (700, 649, 51)
    assert Counter(len(paper.origins) for paper in collection) == {1: 604, 2: 39, 3: 6}
    assert report.problems == []


@pytest.mark.shared
def test_only_fusechat_has_versions_in_the_listings(seeds: list[Paper]) -> None:
    told = [paper for paper in merged(*seeds) if paper.versions]
    assert {paper.title.plain for paper in told} == {"FuseChat: Knowledge Fusion of Chat Models"}
    assert len(told) == 2
