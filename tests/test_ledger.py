"""The ledger: addresses that last."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.identity import MAX_SLUG
from papershelf.ledger import Ledger
from papershelf.merge import merge
from papershelf.model import Collection, Date, Listing, Origin, Paper
from papershelf.report import Report
from strategies import LONG, hostile, make_paper, several_papers


def merged(*papers: Paper) -> Collection:
    return merge(papers, Report())


# The ledger: laws.


@given(several_papers())
def test_addresses_are_all_different_and_last(found: list[Paper]) -> None:
    papers, ledger = merged(*found), Ledger()
    given_first = ledger.assign(papers)
    assert len({name.casefold() for name in given_first.values()}) == len(papers)
    assert ledger.assign(papers) == given_first


@given(several_papers(), st.randoms(use_true_random=False))
def test_addresses_do_not_depend_on_the_order(found: list[Paper], chance: object) -> None:
    papers = list(merged(*found))
    shuffled = list(papers)
    chance.shuffle(shuffled)
    one, other = Ledger(), Ledger()
    assert one.assign(papers) == other.assign(shuffled)
    assert one.dumps() == other.dumps()


@given(several_papers(4), several_papers(4))
def test_adding_papers_changes_no_address(old: list[Paper], new: list[Paper]) -> None:
    old, new = placed(old, "old"), placed(new, "new")
    ledger = Ledger()
    had = {paper.listings: slug for paper, slug in paired(ledger, merged(*old))}
    has = {paper.listings: slug for paper, slug in paired(ledger, merged(*old, *new))}
    # What a newcomer was merged with is listed in more places than before.
    assert {where: had[where] for where in had if where in has}.items() <= has.items()


def placed(papers: list[Paper], path: str) -> list[Paper]:
    """The papers, each in a place of its own."""
    return [
        replace(paper, listings=(Listing(Origin(path, line)),)) for line, paper in enumerate(papers)
    ]


@given(several_papers(4), several_papers(4))
def test_no_address_is_ever_taken_back(old: list[Paper], new: list[Paper]) -> None:
    ledger = Ledger()
    had = set(ledger.assign(merged(*old)).values())
    now = set(ledger.assign(merged(*new)).values())
    assert had | now == set(ledger.entries)
    assert set(ledger.departed(now)) == had - now


@given(several_papers(4), several_papers(4))
def test_who_comes_back_finds_the_old_address(old: list[Paper], new: list[Paper]) -> None:
    ledger = Ledger()
    had = ledger.assign(merged(*old))
    ledger.assign([])
    assert ledger.assign(merged(*old)) == had


@given(several_papers(4), several_papers(4))
def test_an_alias_is_never_given_to_another(old: list[Paper], new: list[Paper]) -> None:
    ledger = Ledger()
    ledger.assign(merged(*old))
    had = ledger.aliases()
    ledger.assign(merged(*new))
    assert had.items() <= ledger.aliases().items()


@given(several_papers())
def test_every_id_of_today_has_an_alias(found: list[Paper]) -> None:
    ledger = Ledger()
    papers = merged(*found)
    slugs = ledger.assign(papers)
    aliases = ledger.aliases()
    assert sorted(aliases.values()) == sorted(slugs.values())
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", alias) for alias in aliases)


@given(several_papers(), several_papers())
def test_a_ledger_survives_the_file(old: list[Paper], new: list[Paper]) -> None:
    ledger = Ledger()
    ledger.assign(merged(*old))
    ledger.assign(merged(*new))
    text = ledger.dumps()
    text.encode("utf-8")
    again = Ledger.loads(text)
    assert again.dumps() == text
    assert again.assign(merged(*new)) == ledger.assign(merged(*new))


# The ledger: what people do to papers.


def test_two_that_want_one_slug_get_one_each_in_either_order() -> None:
    one, other = make_paper("Foo Bar", "one"), make_paper("foo-bar!", "another", "b.txt:1")
    other = replace(other, id="other")
    first, second = Ledger().assign([one, other]), Ledger().assign([other, one])
    assert first == second
    assert len(set(first.values())) == 2


def test_a_sole_paper_has_no_suffix() -> None:
    paper = make_paper("Foo Bar")
    assert Ledger().assign([paper]) == {paper.id: "foo-bar"}


def test_a_newcomer_with_a_taken_slug_gets_a_suffix() -> None:
    ledger = Ledger()
    old = make_paper("Foo Bar", LONG, identifiers={"doi": "10.1/a"})
    ledger.assign([old])
    new = make_paper("Foo/Bar", "", identifiers={"doi": "10.1/b"})
    slugs = ledger.assign([old, new])
    assert slugs[old.id] == "foo-bar"
    assert re.fullmatch(r"foo-bar-[0-9a-f]{4}", slugs[new.id])


CHANGES = [
    pytest.param({}, {"doi": "10.1/x"}, "T", LONG, "T", LONG, id="gains a DOI"),
    pytest.param({"arxiv": "2401.1"}, {"doi": "10.1/x"}, "T", LONG, "T", LONG, id="other scheme"),
    pytest.param({"doi": "10.1/x"}, {"doi": "10.1/x"}, "T", LONG, "U", "", id="only the DOI left"),
    pytest.param({}, {}, "T", LONG, "A New Title", LONG, id="new title"),
    pytest.param({}, {}, "T", LONG, "T", LONG[:-20], id="new abstract"),
    pytest.param({}, {}, "T", "", "T", LONG, id="gains an abstract"),
    pytest.param({"doi": "10.1/x"}, {}, "T", "", "T", "", id="loses its DOI"),
    pytest.param({"arxiv": "2401.1v1"}, {"arxiv": "2401.1v2"}, "T", "a", "U", "b", id="version"),
]


@pytest.mark.parametrize(("had", "has", "title", "text", "new_title", "new_text"), CHANGES)
def test_a_changed_paper_keeps_its_address(
    had: dict[str, str], has: dict[str, str], title: str, text: str, new_title: str, new_text: str
) -> None:
    ledger = Ledger()
    (before,) = ledger.assign(merged(make_paper(title, text, identifiers=had))).values()
    (after,) = ledger.assign(merged(make_paper(new_title, new_text, identifiers=has))).values()
    assert after == before


def test_the_old_short_id_goes_on_working() -> None:
    ledger = Ledger()
    (before,) = merged(make_paper("T", LONG))
    ledger.assign([before])
    (after,) = merged(make_paper("T", LONG, identifiers={"doi": "10.1/x"}))
    ledger.assign([after])
    assert ledger.aliases() == {"10-1-x": "t", before.id: "t"}
    assert next(iter(ledger.aliases())) == "10-1-x"


def test_ids_that_look_alike_have_aliases_of_their_own() -> None:
    ledger = Ledger()
    papers = [make_paper(doi, "", identifiers={"doi": doi}) for doi in ("10.1/a-b", "10.1/a/b")]
    papers += [make_paper("x", "", identifiers={"doi": f"10.1/{'x' * 90}{n}"}) for n in range(3)]
    ledger.assign(papers)
    assert len(ledger.aliases()) == 5
    assert max(map(len, ledger.aliases())) <= MAX_SLUG


def test_the_second_of_two_versions_keeps_its_address_when_its_abstract_changes() -> None:
    ledger = Ledger()
    one, two = make_paper("T", LONG, "a:1"), make_paper("T", "Another text. " * 20, "a:2")
    had = {p.abstract.plain[:9]: s for p, s in paired(ledger, merged(one, two))}
    changed = make_paper("T", "Another text entirely. " * 20, "a:2")
    has = {p.abstract.plain[:9]: s for p, s in paired(ledger, merged(one, changed))}
    assert has == had


def paired(ledger: Ledger, papers: Collection) -> list[tuple[Paper, str]]:
    slugs = ledger.assign(papers)
    return [(paper, slugs[paper.id]) for paper in papers]


def test_namesakes_without_abstract_keep_their_addresses() -> None:
    ledger = Ledger()
    years = [make_paper("Editorial", at=f"a:{y}", date=Date(y)) for y in (2001, 2005, 2009)]
    (first,) = ledger.assign(merged(years[1])).values()
    for some in (years, years[1:], years[:2]):
        found = {p.date.year: s for p, s in paired(ledger, merged(*some))}
        assert found[2005] == first
    assert len(ledger.entries) == 3


def test_a_wrong_doi_that_moves_takes_no_address_along() -> None:
    ledger = Ledger()
    one = make_paper("First Subject", LONG, "a:1", {"doi": "10.1/x"})
    two = make_paper("Second Subject", f"Other. {LONG}", "a:2")
    had = {p.title.plain: s for p, s in paired(ledger, merged(one, two))}
    one = make_paper("First Subject", LONG, "a:1")
    two = make_paper("Second Subject", f"Other. {LONG}", "a:2", {"doi": "10.1/x"})
    assert {p.title.plain: s for p, s in paired(ledger, merged(one, two))} == had


def test_papers_that_were_one_for_a_while_find_their_own_addresses_again() -> None:
    ledger = Ledger()
    one = make_paper("Preprint of It", LONG, "a:1")
    two = make_paper("It", f"In short: {LONG}", "a:2")
    had = ledger.assign(merged(one, two))
    joint = [
        make_paper(p.title.plain, p.abstract.plain, str(p.origins[0]), {"doi": "10.1/x"})
        for p in (one, two)
    ]
    assert len(ledger.assign(merged(*joint))) == 1
    assert ledger.assign(merged(one, two)) == had


def test_the_departed_are_known_by_title() -> None:
    ledger = Ledger()
    ledger.assign([make_paper("Gone"), make_paper("Here")])
    assert ledger.departed(["here"]) == {"gone": "Gone"}


# The file.


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Expecting value"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[]", 'expected an object with "papers"'),
        ('{"version": 1, "papers": []}', 'expected an object with "papers"'),
        ('{"version": 2, "papers": {}}', "expected version 1, not 2"),
        ('{"papers": {}}', "expected version 1, not null"),
        ('{"version": 1, "papers": {"../x": {"keys": []}}}', '"../x" is no slug'),
        ('{"version": 1, "papers": {"A": {"keys": []}}}', '"A" is no slug'),
        ('{"version": 1, "papers": {"con": {"keys": []}}}', '"con" is no slug'),
        ('{"version": 1, "papers": {"%s": {"keys": []}}}' % ("a" * 81), "is no slug"),
        ('{"version": 1, "papers": {"a": []}}', 'the entry "a" has no list of keys'),
        ('{"version": 1, "papers": {"a": {"keys": [1]}}}', "has no list of keys"),
        ('{"version": 1, "papers": {"a": {"keys": [], "title": 3}}}', "no text"),
        ('{"version": 1, "papers": {"a": {"keys": [], "id": null}}}', "no text"),
        ('{"version": 1, "papers": {"a": {"keys": [], "ids": []}}}', "ids that are none"),
        ('{"version": 1, "papers": {"a": {"keys": [], "ids": {"x": "/"}}}}', "ids that are none"),
        ('{"version": 1, "papers": {"a": {"keys": []}, "a": {"keys": []}}}', "stands there twice"),
        ('{"version": %s}' % ("9" * 5000), "Exceeds the limit"),
    ],
)
def test_what_is_no_ledger_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Ledger.loads(text)


@pytest.mark.parametrize("edition", [3, 0, "2", None, {"x": []}])
def test_a_file_that_counts_editions_is_read_and_counts_them_no_more(edition: object) -> None:
    ledger = Ledger()
    slugs = ledger.assign([make_paper("A"), make_paper("B")])
    data = json.loads(ledger.dumps())
    data["papers"]["b"]["edition"] = edition
    former = Ledger.loads(json.dumps(data))
    assert former.assign([make_paper("A"), make_paper("B")]) == slugs
    assert former.dumps() == ledger.dumps()


@given(st.text() | hostile)
def test_any_text_is_a_ledger_or_refused(text: str) -> None:
    for whole in (text, json.dumps({"version": 1, "papers": {text: {"keys": [text]}}})):
        try:
            Ledger.loads(whole).dumps()
        except ValueError as error:
            assert "\n" not in str(error) or isinstance(error, json.JSONDecodeError)


def test_an_empty_ledger_is_valid_json() -> None:
    assert json.loads(Ledger().dumps()) == {"version": 1, "papers": {}}


def test_a_ledger_has_a_line_an_entry() -> None:
    ledger = Ledger()
    ledger.assign([make_paper("B"), make_paper("A\u2028\nline")])
    lines = ledger.dumps().split("\n")
    assert [line[:4] for line in lines[1:3]] == ['"a-l', '"b":']
    assert len(lines) == 5


def test_half_a_surrogate_pair_survives() -> None:
    ledger = Ledger()
    ledger.assign([make_paper("x \ud800 y")])
    text = ledger.dumps()
    assert Ledger.loads(text.encode("utf-8").decode("utf-8")).entries == ledger.entries


@pytest.mark.parametrize("title", ["Paper {}", "One Title"])
def test_twenty_thousand_papers_take_a_moment(title: str) -> None:
    papers = [
        replace(make_paper(title.format(n), f"{n} {LONG}", f"a:{n}"), id=f"{n:06}")
        for n in range(20_000)
    ]
    ledger = Ledger()
    start = process_time()
    first = ledger.assign(papers)
    assert ledger.assign(papers) == first
    # 2 s on an idle core; a quadratic step would take minutes.
    assert process_time() - start < 15
