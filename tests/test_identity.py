"""Who is who: keys, ids and slugs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from papershelf.identity import (
    MAX_SLUG,
    digest,
    fold,
    keys,
    public_id,
    slug,
    strong_identifiers,
)
from papershelf.merge import merge
from papershelf.model import Collection, Paper
from papershelf.report import Report
from strategies import LONG, texts

WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def merged(*papers: Paper) -> Collection:
    return merge(papers, Report())


# Folding and keys.


@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_folding_disregards_case(text: str) -> None:
    assert fold(text.swapcase().casefold()) == fold(text.casefold())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Naïve Bayes", "naive  bayes"),
        ("Pre-training: A Study", "Pre training, a study."),
        ("Straße", "STRASSE"),
        ("ﬁne-tuning", "Fine tuning"),
        ("a_b", "a b"),
    ],
)
def test_folding_leaves_out_what_does_not_tell_papers_apart(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_tells_languages_apart() -> None:
    assert len({fold("C"), fold("C++"), fold("C#")}) == 3


def test_keys_are_strongest_first() -> None:
    found = keys("T", LONG, {"acl": "P18-1001", "arxiv": "2401.00001", "doi": "10.1/X"})
    assert [key.partition(":")[0] for key in found] == [
        "doi", "arxiv", "acl", "both", "title", "abstract",
    ]  # fmt: skip
    assert found[0] == "doi:10.1/x"


def test_a_short_abstract_is_no_key() -> None:
    assert not any(key.startswith("abstract:") for key in keys("T", "To be announced.", {}))


def test_every_version_of_a_preprint_has_one_key() -> None:
    assert keys("T", "", {"arxiv": "2401.00001v2"}) == keys("T", "", {"arxiv": "2401.00001"})


def test_old_arxiv_ids_keep_their_class() -> None:
    assert strong_identifiers({"arxiv": "math/0309136v1"}) == {"arxiv": "math/0309136"}


def test_a_doi_from_arxiv_says_the_arxiv_id() -> None:
    found = strong_identifiers({"doi": "10.48550/ARXIV.2401.00001v1"})
    assert found["arxiv"] == "2401.00001"


@pytest.mark.parametrize("blank", ["", " ", "10.48550/arXiv."])
def test_a_blank_identifier_is_none(blank: str) -> None:
    assert "arxiv" not in strong_identifiers({"arxiv": "", "acl": " ", "doi": blank})


def test_the_public_id_is_the_strongest_identifier() -> None:
    assert public_id(keys("T", "", {"doi": "10.1/X"})) == "10.1/x"


def test_the_public_id_of_a_bare_title_is_ten_digits_of_it() -> None:
    found = public_id(keys("A Title", "one", {}))
    assert re.fullmatch(r"[0-9a-f]{10}", found)
    assert found == public_id(keys("a TITLE", "another", {}))


def test_papers_that_share_their_title_differ_in_id() -> None:
    ids = {public_id(keys("T", text, {}), title_is_shared=True) for text in ("one", "another")}
    assert len(ids) == 2


# Slugs.


@given(texts)
def test_a_slug_is_a_safe_name_on_every_system(text: str) -> None:
    made = slug(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= MAX_SLUG
    assert not WINDOWS.fullmatch(made)
    assert made != "index"


@given(texts)
def test_a_slug_of_a_slug_is_itself(text: str) -> None:
    assert slug(slug(text)) == slug(text)


def test_titles_without_letters_get_different_slugs() -> None:
    assert slug("🎉") != slug("🎊")


def test_slugs_keep_what_tells_names_apart() -> None:
    assert len({slug("C"), slug("C++"), slug("C#"), slug("PFGM"), slug("PFGM++")}) == 5


def test_a_slug_leaves_entities_as_the_authors_wrote_them() -> None:
    assert slug("On &#39; and &lt;") == "on-and-sharp39-and-and-lt"


def test_a_long_title_is_cut_between_words() -> None:
    assert slug("word " * 50) == "-".join(["word"] * 16)


def test_digests_are_of_the_text_alone() -> None:
    assert digest("a") == "ca978112ca"
    assert digest("\ud800", 4) == digest("\ud800", 8)[:4]
