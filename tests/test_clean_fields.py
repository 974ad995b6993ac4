"""Names, dates, identifiers, keywords and addresses, from the many ways of writing them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.clean import clean
from papershelf.clean.dates import date
from papershelf.clean.identifiers import identifier, identifiers_of, identifiers_stated
from papershelf.clean.links import link_key, link_kind
from papershelf.clean.names import author, authors
from papershelf.clean.paper import tags
from papershelf.model import Author, Date, Origin, Paper, Record, Settings
from papershelf.report import Report


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", Author("Lovelace", "Ada")),
        ("Lovelace, Ada", Author("Lovelace", "Ada")),
        ("Plato", Author("Plato")),
        ("王小明", Author("王小明")),
        ("Ludwig van Beethoven", Author("Beethoven", "Ludwig", "van")),
        ("van der Berg, Jan", Author("Berg", "Jan", "van der")),
        ("Guido van Rossum Jr.", Author("Rossum", "Guido", "van", "Jr.")),
        ("King, Jr., Martin Luther", Author("King", "Martin Luther", "", "Jr.")),
        ("King, Martin Luther, III", Author("King", "Martin Luther", "", "III")),
        ("Vincent Van Gogh", Author("Van Gogh", "Vincent")),
        ("Donald E. Knuth", Author("Knuth", "Donald E.")),
        ("{The Big Group}", Author(literal="The Big Group")),
        ("The ATLAS Collaboration", Author(literal="The ATLAS Collaboration")),
        ('K. {Bj\\"o}rk', Author("Björk", "K.")),
        ("", Author()),
        ("others", Author()),
        ("et al.", Author()),
        (" , ", Author()),
    ],
)
def test_one_name(name: str, expected: Author) -> None:
    (found,) = authors([name]) or (Author(),)
    assert found == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Knuth, Donald E. and Ada Lovelace and others", ["Donald E. Knuth", "Ada Lovelace"]),
        ("{Barnes and Noble} and Ada Lovelace", ["Barnes and Noble", "Ada Lovelace"]),
        (
            "Ada Lovelace, Alan Turing and Grace Hopper",
            ["Ada Lovelace", "Alan Turing", "Grace Hopper"],
        ),
        ("Ada Lovelace; Turing, Alan", ["Ada Lovelace", "Alan Turing"]),
        ("Ada Lovelace, Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("van der Berg, Jan Piet", ["Jan Piet van der Berg"]),
        ("Erd\\H{o}s, Paul AND S{\\o}ren~Holm", ["Paul Erdős", "Søren Holm"]),
        ([], []),
        (None, []),
        ([None, "", "Ada Lovelace"], ["Ada Lovelace"]),
        ([["nested"]], ["['nested']"]),
        ({"name": "Ada Lovelace"}, ["Ada Lovelace"]),
    ],
)
def test_many_names(value: Any, expected: list[str]) -> None:
    assert [str(found) for found in authors(value)] == expected


def test_names_in_parts() -> None:
    value = [
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
        {"literal": "The Group"},
        {
            "first_name": "Ada",
            "lastname": "Lovelace",
            "ORCID": "https://orcid.org/0000-0001-2345-678x",
        },
        {"name": "Turing, Alan", "orcid": "none"},
        {"unknown": 1},
    ]
    assert authors(value) == (
        Author("Beethoven", "Ludwig", "van"),
        Author(literal="The Group"),
        Author("Lovelace", "Ada", orcid="0000-0001-2345-678X"),
        Author("Turing", "Alan"),
    )


@given(
    st.lists(
        st.sampled_from("Ada Lovelace van de , Jr. { } and ; III \\'e ~".split(" ")), max_size=9
    )
)
def test_any_words_are_a_name_without_blanks_at_its_ends(words: list[str]) -> None:
    found = author(" ".join(words))
    for part in (found.family, found.given, found.particle, found.suffix, found.literal):
        assert part == part.strip()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2025, "2025"),
        (2025.0, "2025"),
        ("2025", "2025"),
        ("2025-03", "2025-03"),
        ("2025/3/4", "2025-03-04"),
        ("2025-03-14T09:26:53.589+01:00", "2025-03-14"),
        ("2025-03-14 09:26", "2025-03-14"),
        ("20250314", "2025-03-14"),
        ("2017//", "2017"),
        ("Mar 14", "--03-14"),
        ("may 29", "--05-29"),
        ("May", "--05"),
        ("14 March 2025", "2025-03-14"),
        ("14th of March, 2025", "2025-03-14"),
        ("March 14, 2025", "2025-03-14"),
        ("Sept. 2025", "2025-09"),
        ("2025 Mar 14", "2025-03-14"),
        ("2025 Mar", "2025-03"),
        ("Tue, 18 Mar 2025 10:00:00 GMT", "2025-03-18"),
        ("14.3.2025", "2025-03-14"),
        ("14-Mar-2025", "2025-03-14"),
        ("3/14/2025", "2025-03-14"),
        ("14/3/2025", "2025-03-14"),
        ("4/4/2025", "2025-04-04"),
        ("3/4/2025", "2025"),
        ("Spring 2024", "2024"),
        ("c. 1999", "1999"),
        ("2019--2020", "2019"),
        ("--03-14", "--03-14"),
        ({"date-parts": [[2025, 3, 14]]}, "2025-03-14"),
        ({"date-parts": [["2025", "3"]]}, "2025-03"),
        ({"year": 2025, "month": "mar"}, "2025-03"),
        ({"raw": "14 March 2025"}, "2025-03-14"),
        ([2025, 3], "2025-03"),
        (["2025-03-18", "2025-03-19"], "2025-03-18"),
    ],
)
def test_date_is_as_precise_as_its_source(value: Any, expected: str) -> None:
    assert str(date(value)) == expected


@pytest.mark.parametrize("value", [None, "", " ", [], {}, {"raw": ""}, {"other": 1}])
def test_nothing_is_no_date(value: Any) -> None:
    assert date(value) is None


@pytest.mark.parametrize(
    "value",
    ["soon", "2025-13", "2025-02-30", "Feb 30", "n.d.", 99999999999, True, "x" * 100, [2025, 0],
     [99], {"date-parts": [[2025, 2, 30]]}, {"year": "soon"}, "14"],
)  # fmt: skip
def test_what_is_no_date_says_so(value: Any) -> None:
    with pytest.raises(ValueError):
        date(value)


@given(st.dates())
def test_every_day_is_read_back(day: Any) -> None:
    if day.year >= 1500 and day.year < 2200:
        assert date(day.isoformat()) == Date(day.year, day.month, day.day)


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        ("doi", "10.1000/ABC", ("10.1000/abc", "")),
        ("doi", "doi: 10.1000/abc.", ("10.1000/abc", "")),
        ("doi", "http://dx.doi.org/10.1000/(a)b", ("10.1000/(a)b", "")),
        ("doi", "11.1000/abc", ("", "")),
        ("doi", "", ("", "")),
        ("arxiv", "1706.03762", ("1706.03762", "")),
        ("arxiv", "arXiv:1706.03762v5 [cs.CL]", ("1706.03762", "5")),
        ("arxiv", "https://arxiv.org/pdf/1706.03762v5.pdf", ("1706.03762", "5")),
        ("arxiv", "hep-th/9901001v2", ("hep-th/9901001", "2")),
        ("arxiv", "math.GT/0309136", ("math.GT/0309136", "")),
        ("arxiv", "1706", ("", "")),
        ("acl", "P19-1001", ("P19-1001", "")),
        ("acl", "https://aclanthology.org/2020.acl-main.1.pdf", ("2020.acl-main.1", "")),
        ("acl", "acl", ("", "")),
        ("openreview", "https://openreview.net/forum?id=AbC_12-x&noteId=q", ("AbC_12-x", "")),
        ("openreview", "AbC_12-x", ("AbC_12-x", "")),
        ("openreview", "a b", ("", "")),
    ],
)
def test_identifier_loses_its_wrapping(scheme: str, text: str, expected: tuple[str, str]) -> None:
    assert identifier(scheme, text) == expected


def test_addresses_spell_identifiers() -> None:
    assert list(identifiers_of("https://doi.org/10.1/x")) == []
    assert list(identifiers_of("https://doi.org/10.1000/X")) == [("doi", "10.1000/x")]
    assert list(identifiers_of("https://arxiv.org/list/cs.CL")) == []
    assert list(identifiers_of("https://openreview.net/forum?id=abcd")) == [("openreview", "abcd")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("one, two,one", ("one", "two")),
        ("one, two; Three", ("one, two", "Three")),
        (["one, two", "three; four", " Five. ", ""], ("one, two", "three", "four", "Five")),
        ([{"name": "one"}, {"term": "two"}, {}, 3, None], ("one", "two", "3")),
        (None, ()),
        ("", ()),
    ],
)
def test_keywords_are_parted(value: Any, expected: tuple[str, ...]) -> None:
    assert tags(value) == expected


@pytest.mark.parametrize(
    ("address", "words", "kind"),
    [
        ("https://github.com/a/b", "", "code"),
        ("https://github.com/a/b", "Code and data are at", "code"),
        ("https://github.com/a/b", "Our dataset is at", "data"),
        ("https://github.com/a/b", "Checkpoints are released at", "model"),
        ("https://github.com/a/b", "for details, see", "reference"),
        ("https://anonymous.4open.science/r/x", "", "code"),
        ("https://huggingface.co/a/b", "Our code and model are at", "model"),
        ("https://huggingface.co/collections/a/b", "", "model"),
        ("https://huggingface.co/datasets/a/b", "", "data"),
        ("https://huggingface.co/spaces/a/b", "", "demo"),
        ("https://huggingface.co/papers/1", "", "reference"),
        ("https://a.github.io/b", "Project page:", "project"),
        ("https://a.github.io/b", "Audio samples are at", "demo"),
        ("https://a.github.io/b", "The project page and code are at", "project"),
        ("https://zenodo.org/records/1", "", "data"),
        ("https://zenodo.org/records/1", "The software is archived at", "code"),
        ("https://youtu.be/x", "", "demo"),
        ("https://arxiv.org/abs/1706.03762", "", "reference"),
        ("https://example.org/paper.pdf", "", "reference"),
        ("https://example.org", "The weights are at", "model"),
        ("https://example.org", "", "project"),
    ],
)
def test_link_kind_by_host_and_words(address: str, words: str, kind: str) -> None:
    assert link_kind(address, words) == kind


def test_link_key_tells_only_what_differs() -> None:
    assert link_key("http://www.GitHub.com/a/b.git") == link_key("https://github.com/a/b/")
    assert link_key("https://x.org/A") != link_key("https://x.org/a")
    assert link_key("https://X.org") == link_key("http://x.org/")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://www.arxiv.org/pdf/2401.00001v3.pdf", [("arxiv", "2401.00001")]),
        ("arxiv.org/abs/2401.00001v5?context=cs", [("arxiv", "2401.00001")]),
        ("https://arxiv.org/abs/hep-th/9901001#", [("arxiv", "hep-th/9901001")]),
        ("https://huggingface.co/papers/2401.00001", [("arxiv", "2401.00001")]),
        ("https://ar5iv.labs.arxiv.org/html/2401.00001", [("arxiv", "2401.00001")]),
        ("https://www.semanticscholar.org/arxiv/2401.00001", [("arxiv", "2401.00001")]),
        ("https://dx.doi.org/10.1000/A(b)c", [("doi", "10.1000/a(b)c")]),
        ("https://doi.org/10.1000/x.pdf", [("doi", "10.1000/x.pdf")]),
        ("https://dl.acm.org/doi/pdf/10.1145/1.2?download=true", [("doi", "10.1145/1.2")]),
        ("https://onlinelibrary.wiley.com/doi/abs/10.1002/x.1", [("doi", "10.1002/x.1")]),
        ("https://link.springer.com/chapter/10.1007/978-3_2#Sec1", [("doi", "10.1007/978-3_2")]),
        ("https://www.frontiersin.org/articles/10.3389/f.1/full", [("doi", "10.3389/f.1")]),
        ("https://aclanthology.org/P19-1001", [("acl", "P19-1001")]),
        ("https://www.aclweb.org/anthology/P19-1001/", [("acl", "P19-1001")]),
        ("https://aclanthology.org/2020.sun-main.1v2.pdf", [("acl", "2020.sun-main.1")]),
        ("https://openreview.net/pdf?id=rJ4km2R5t7&x=1", [("openreview", "rJ4km2R5t7")]),
        ("https://notarxiv.org/abs/2401.00001", []),
        ("https://example.org/?u=https://arxiv.org/abs/2401.00001", []),
        ("https://arxiv.org/list/cs.CL/new", []),
        ("https://github.com/x/10.1000/y", []),
        ("", []),
    ],
)
def test_identifiers_that_an_address_spells(address: str, expected: list[Any]) -> None:
    assert list(identifiers_of(address)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arXiv preprint arXiv:2401.00001", [("arxiv", "2401.00001")]),
        ("ArXiv e-prints, arXiv:2401.00001v2 (2017)", [("arxiv", "2401.00001")]),
        ("arXiv:2401.00001 [cs.CL], 2024", [("arxiv", "2401.00001")]),
        ("CoRR abs/2401.00001", [("arxiv", "2401.00001")]),
        ("abs/2401.00001", [("arxiv", "2401.00001")]),
        (r"\url{https://arxiv.org/abs/2401.00001}", [("arxiv", "2401.00001")]),
        ("doi: 10.1000/XYZ.", [("doi", "10.1000/xyz")]),
        ("A comment on arXiv:2401.00001", []),
        ("arXiv:2401.00001 is what we answer", []),
        ("2401.00001", []),
        ("Letters 12", []),
        ("", []),
    ],
)
def test_identifiers_that_a_note_consists_of(text: str, expected: list[Any]) -> None:
    assert list(identifiers_stated(text)) == expected


def paper_of(**fields: Any) -> Paper:
    extra = fields.pop("extra", {})
    record = Record({"title": "A Title", **fields}, Origin("x", 1), extra)
    (made,) = clean(iter([record]), Settings(root=Path()), {}, Report())
    return made


@pytest.mark.parametrize(
    "told",
    [
        {"url": "https://arxiv.org/abs/2401.00001v2"},
        {"pdf": "https://arxiv.org/pdf/2401.00001.pdf"},
        {"venue": "arXiv preprint arXiv:2401.00001"},
        {"venue": "CoRR", "volume": "abs/2401.00001"},
        {"extra": {"note": "arXiv:2401.00001 [cs]"}},
        {"doi": "10.48550/arXiv.2401.00001"},
    ],
)
def test_a_paper_has_the_identifier_that_its_source_tells(told: dict[str, Any]) -> None:
    assert paper_of(**told).identifiers["arxiv"] == "2401.00001"


def test_identifiers_in_an_abstract_are_those_of_others() -> None:
    text = "We answer arXiv:2401.00001v2, doi:10.1000/xyz. See https://doi.org/10.1000/abc."
    paper = paper_of(abstract=text)
    assert paper.identifiers == {}
    assert [(link.kind, link.url) for link in paper.links] == [
        ("reference", "https://arxiv.org/abs/2401.00001v2"),
        ("reference", "https://doi.org/10.1000/xyz"),
        ("reference", "https://doi.org/10.1000/abc"),
    ]
    assert paper.abstract.plain == text
