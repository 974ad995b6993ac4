"""Who is one person: the documented rule, and what must hold whatever the names are."""

from __future__ import annotations

import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import settings as under
from hypothesis import strategies as st

from catalogs import paper
from papershelf.compose.names import distinct_slugs, filed, fold, name_of, spelling
from papershelf.compose.people import CROWD, People, Person, people
from papershelf.model import Author, Collection
from timing import grows_at_most, takes_at_most

A, B, C = "0000-0000-0000-000A", "0000-0000-0000-000B", "0000-0000-0000-000C"


def author(text: str, orcid: str = "") -> Author:
    """`Given Names|van|Family|Jr.`, `Given|van|Family`, `Given|Family`, `{Group}` or nothing."""
    if text.startswith("{"):
        return Author(literal=text[1:-1], orcid=orcid)
    given, *rest = text.split("|")
    particle, family, suffix = {0: ["", "", ""], 1: ["", *rest, ""], 2: [*rest, ""]}.get(
        len(rest), rest
    )
    return Author(family, given, particle, suffix, orcid=orcid)


def collection(*rows: list[Author] | list[str]) -> Collection:
    papers = [
        paper(f"Paper {number:03}", authors=tuple(map(as_author, row)))
        for number, row in enumerate(rows)
    ]
    return Collection({one.id: one for one in papers})


def as_author(one: Author | str) -> Author:
    return author(one) if isinstance(one, str) else one


def found(*rows: list[Author] | list[str], fewest: int = 2) -> People:
    return people(collection(*rows), fewest)


def together(one: Author | str, other: Author | str, with_both: str = "Noam|Shazeer") -> bool:
    """Whether two names on two papers, with a co-author in common, are one person."""
    result = found([as_author(one), author(with_both)], [as_author(other), author(with_both)])
    first, second = result.of.values()
    return first[0] is second[0]


# ---- the same name ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jürgen|Schmidhuber", "JURGEN|Schmidhuber"),
        ("Søren|Łoś", "Soren|Los"),
        ("Xiao-Ming|Wu", "Xiaoming|Wu"),
        ("J.-P.|Lewis", "J P|Lewis"),
        ("JP|Lewis", "J. P.|Lewis"),
        ("Conan|O'Brien", "Conan|O’Brien"),
        ("Vincent|van|Gogh", "Vincent|van Gogh"),
        ("Gabriel García|Márquez", "Gabriel|García Márquez"),
        ("John||Doe|Jr.", "John||Doe|Jr"),
        ("{The Gemma Team}", "{Gemma team}"),
        ("{Gemma Team}", "Gemma|Team"),
        ("{OpenAI}", "|OpenAI"),
        ("小明|王", "|王小明"),
    ],
)
def test_names_that_differ_in_signs_are_one_person(one: str, other: str) -> None:
    assert together(one, other, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada|Byron", "Anna|Byron"),
        ("Xiao|Wang", "Xiao Ming|Wang"),
        ("John||Doe|Jr.", "John|Doe"),
        ("Heinz|Müller", "Heinz|Mueller"),
        ("伟|王", "玮|王"),
        ("|Lian", "Li|An"),
        ("राम|सिंह", "रमा|सिंह"),
        ("{Kimi Team}", "{Qwen Team}"),
    ],
)
def test_names_that_differ_in_letters_are_two_people(one: str, other: str) -> None:
    assert not together(one, other)


# ---- ORCID ------------------------------------------------------------------------------


def test_one_orcid_is_one_person_whatever_the_name() -> None:
    assert together(author("Jane|Doe", A), author("Jane|Roe", A), "")
    assert together(author("J.|Doe", A), author("张|三", A), "")


def test_two_orcids_are_two_people_and_both_have_addresses_that_say_so() -> None:
    one, other = author("Wei|Wang", A), author("Wei|Wang", B)
    result = found([one], [one], [other], [other])
    assert [(person.name, person.orcid) for person in result.all] == [
        ("Wei Wang", A),
        ("Wei Wang", B),
    ]
    addresses = [person.address for person in result.all]
    assert len(set(addresses)) == 2
    assert all(address.startswith("authors/wei-wang-") for address in addresses)


def test_a_name_without_an_orcid_is_the_only_person_of_that_name() -> None:
    assert together(author("Wei|Wang", A), "Wei|Wang", "")


def test_a_name_without_an_orcid_stays_by_itself_between_two() -> None:
    result = found([author("Wei|Wang", A)], [author("Wei|Wang", B)], [author("Wei|Wang")])
    assert len(result.all) == 3


def test_an_orcid_that_a_paper_gives_to_several_counts_for_none() -> None:
    result = found([author("Ada|Byron", A), author("Max|Born", A)], [author("Max|Born", A)])
    assert [person.name for person in result.all] == ["Max Born", "Ada Byron"]
    assert [person.orcid for person in result.all] == [A, ""]


# ---- initials ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Geoffrey|Hinton", "Geoffrey E.|Hinton"),
        ("Geoffrey E.|Hinton", "Geoffrey Everest|Hinton"),
        ("A.|Vaswani", "Ashish|Vaswani"),
        ("A. B.|Vaswani", "Ashish|Vaswani"),
        ("A.|Vaswani", "Ashish Bela|Vaswani"),
        ("V.|van|Gogh", "Vincent|van Gogh"),
        ("XQ|Liu", "Xiao-Qing|Liu"),
    ],
)
def test_initials_join_the_only_name_they_can_stand_for(short: str, full: str) -> None:
    assert together(short, full)
    assert not together(short, full, "")


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("A. B.|Vaswani", "Ashish Carl|Vaswani"),
        ("J.-P.|Serre", "Jean-Marc|Serre"),
        ("A.|Vaswani", "Bela|Vaswani"),
        ("A.||Doe|Jr.", "Anna|Doe"),
        ("伟|王", "伟明|王"),
    ],
)
def test_initials_that_say_something_else_join_nobody(short: str, full: str) -> None:
    assert not together(short, full)


def test_initials_that_can_stand_for_two_join_neither() -> None:
    shared = ["Noam|Shazeer", "Niki|Parmar"]
    result = found(["A.|Vaswani", *shared], ["Ashish|Vaswani", *shared], ["Anna|Vaswani"])
    assert len({row[0] for row in result.of.values()}) == 3


def test_two_middle_initials_join_nothing() -> None:
    shared = "Fritz|Haber"
    rows = ["Michael|Jordan"], ["Michael B.|Jordan"], ["Michael I.|Jordan"]
    result = found(*([*row, shared] for row in rows))
    assert len({row[0] for row in result.of.values()}) == 3


def test_two_on_one_paper_are_two_people() -> None:
    shared = ["Noam|Shazeer", "Niki|Parmar"]
    result = found(["A.|Vaswani", *shared], ["A.|Vaswani", "Ashish|Vaswani", *shared])
    assert len({row[0] for row in result.of.values()} | {result.of[next(iter(result.of))][0]}) == 1
    assert len(result.all) == 4


def test_initials_need_two_co_authors_in_common_on_every_paper() -> None:
    known = ["Ashish|Vaswani", "Noam|Shazeer", "Niki|Parmar", "Llion|Jones"]
    one = ["A.|Vaswani", "N.|Shazeer", "Ada|Byron"]
    both = ["A.|Vaswani", "N.|Shazeer", "Llion|Jones"]
    assert len({row[0] for row in found(known, both).of.values()}) == 1
    assert len({row[0] for row in found(known, one).of.values()}) == 2
    assert len({row[0] for row in found(known, both, one).of.values()}) == 2


def test_two_orcids_are_not_joined_by_initials() -> None:
    assert not together(author("A.|Vaswani", A), author("Ashish|Vaswani", B))
    assert together(author("A.|Vaswani", A), author("Ashish|Vaswani"))


def test_crowds_vouch_for_nobody() -> None:
    crowd = [f"Name{chr(97 + n % 26)}{n // 26}|Many" for n in range(CROWD)]
    result = found(["A.|Vaswani", *crowd], ["Ashish|Vaswani", *crowd])
    first, second = result.of.values()
    assert first[0] is not second[0]
    assert result.writers(result.of) == {}


# ---- the person -------------------------------------------------------------------------


def test_a_person_is_called_as_the_fullest_name_has_it() -> None:
    shared = "Noam|Shazeer"
    names = "Andre|Martins", "André F. T.|Martins", "Andre F. T.|Martins", "Andre|Martins"
    result = found(*([name, shared] for name in names))
    (person,) = {row[0] for row in result.of.values()}
    assert person is not None
    assert person.name == "André F. T. Martins"
    assert person.filed == "Martins, André F. T."
    assert person.spellings == ("Andre Martins", "Andre F. T. Martins")
    assert person.address == "authors/andre-f-t-martins/"
    assert len(person.papers) == 4


def test_too_few_papers_give_no_address() -> None:
    rows = ["Ada|Byron", "Max|Born"], ["Ada|Byron"]
    assert [p.address for p in found(*rows).all] == ["", "authors/ada-byron/"]
    assert [p.address for p in found(*rows, fewest=3).all] == ["", ""]
    assert "" not in [p.address for p in found(*rows, fewest=1).all]


def test_a_name_twice_on_a_paper_is_one_paper() -> None:
    (person,) = found(["Wei|Wang", "Wei|Wang"]).all
    assert len(person.papers) == 1


def test_nobody_is_called_nothing() -> None:
    result = found([Author(), author("Ada|Byron")])
    assert [person.name for person in result.all] == ["Ada Byron"]
    assert [row[0] for row in result.of.values()] == [None]


def test_authors_never_take_the_address_of_a_letter() -> None:
    addresses = {p.address for p in found(["|A", "|0-9", "|Z"], fewest=1).all}
    assert not addresses & {"authors/a/", "authors/0-9/", "authors/z/"}


def test_names_are_filed_by_family_name() -> None:
    names = ["Vincent|van|Gogh", "Ada|Byron", "{CERN}", "Émile|Zola", "|Plato", "小明|王"]
    assert [person.filed for person in found(names).all] == [
        "Byron, Ada", "CERN", "Gogh, Vincent van", "Plato", "Zola, Émile", "王小明",
    ]  # fmt: skip


def test_slugs_that_are_wished_for_twice_get_a_suffix_each() -> None:
    slugs = distinct_slugs({"a": "x", "b": "x", "c": "y", "d": "z"}, {"z"})
    assert slugs["c"] == "y"
    assert len(set(slugs.values())) == 4 and "x" not in slugs.values() and slugs["d"] != "z"
    again = distinct_slugs({"d": "z", "b": "x", "c": "y", "a": "x"}, {"z"})
    assert again == slugs
    taken = distinct_slugs({"a": "x", "b": "x", "e": slugs["a"]}, set())
    assert taken["e"] == slugs["a"] and len(set(taken.values())) == 3


# ---- laws -------------------------------------------------------------------------------

names = st.one_of(
    st.sampled_from(
        ["A.|Li", "Ann|Li", "Anna|Li", "Ann B.|Li", "Ann Beth|Li", "A. B.|Li", "Ann|Lee", "{Li}"]
    ).map(author),
    st.builds(Author, st.text(max_size=4), st.text(max_size=4), st.text(max_size=2)),
    st.builds(Author, literal=st.text(max_size=4)),
)
authors = st.builds(
    lambda one, orcid: Author(one.family, one.given, one.particle, one.suffix, one.literal, orcid),
    names,
    st.sampled_from(["", "", "", A, B, C]),
)
rows = st.lists(st.lists(authors, max_size=4), max_size=8)


def shape(result: People) -> set[tuple[object, ...]]:
    return {
        (p.name, p.filed, p.orcid, frozenset(p.papers), p.spellings, p.address) for p in result.all
    }


@under(max_examples=200, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_people_do_not_depend_on_the_order_of_papers_or_authors(
    drawn: list[list[Author]], chance: random.Random
) -> None:
    papers = list(collection(*drawn))
    mixed = list(papers)
    chance.shuffle(mixed)
    one = people(Collection({p.id: p for p in papers}), 1)
    other = people(Collection({p.id: p for p in mixed}), 1)
    assert shape(one) == shape(other)


@under(max_examples=200, deadline=None)
@given(rows)
def test_everybody_is_there_once_with_all_papers(drawn: list[list[Author]]) -> None:
    gathered = collection(*drawn)
    result = people(gathered, 2)
    of: dict[Person, set[str]] = {person: set() for person in result.all}
    for one in gathered:
        row = result.of[one.id]
        assert len(row) == len(one.authors)
        for person, writer in zip(row, one.authors, strict=True):
            assert (person is None) == (not spelling(writer))
            if person:
                of[person].add(one.id)
    assert all(set(person.papers) == ids for person, ids in of.items())
    addresses = [person.address for person in result.all if person.address]
    assert len({address.casefold() for address in addresses}) == len(addresses)
    assert all(len(person.papers) >= 2 for person in result.all if person.address)


@under(max_examples=200, deadline=None)
@given(rows)
def test_nobody_has_two_orcids(drawn: list[list[Author]]) -> None:
    gathered = collection(*drawn)
    result = people(gathered, 1)
    seen: dict[Person, set[str]] = {}
    for one in gathered:
        given_to = [a.orcid for a in one.authors]
        for person, writer in zip(result.of[one.id], one.authors, strict=True):
            if person and given_to.count(writer.orcid) == 1:
                seen.setdefault(person, set()).add(writer.orcid)
    assert all(len(orcids - {""}) <= 1 for orcids in seen.values())


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(authors)
def test_every_name_can_be_compared_and_filed(one: Author) -> None:
    assert bool(name_of(one).key) == bool(spelling(one))
    assert isinstance(filed(one), str)


def test_many_namesakes_take_time_in_proportion() -> None:
    def namesakes(count: int) -> Collection:
        rows = [
            [
                Author("Wang", f"Y{n:x}"),
                Author("Wang", f"Y. {n % 26 + 65:c}."),
                Author("Li", f"{n:x}"),
            ]
            for n in range(count)
        ]
        return collection(*rows)

    long, short = (partial(people, namesakes(count), 2) for count in (8000, 1000))
    assert grows_at_most(20, long, short, quick=1)


def test_three_thousand_authors_on_many_papers_are_a_normal_input() -> None:
    crowd = [Author(f"Name{n}", "A.") for n in range(3000)]

    def gather() -> People:
        result = found(*[crowd] * 20)
        result.writers(result.of)
        return result

    assert takes_at_most(5, gather)
    assert len(gather().all) == 3000
