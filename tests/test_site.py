"""The site: pages and assets, and no address given twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.site import Asset, Page, Site


def page(address: str, made_by: str = "") -> Page:
    return Page(address, {}, "", made_by)


@pytest.mark.parametrize(
    ("address", "path"), [("", "index.md"), ("papers/x/", "papers/x.md"), ("a/b/", "a/b.md")]
)
def test_a_page_is_written_where_its_address_says(address: str, path: str) -> None:
    assert page(address).path == path


def test_a_site_gives_back_what_was_added() -> None:
    home, paper, feed = page(""), page("papers/x/"), Asset("feed.xml", b"")
    site = Site([home, paper, feed])
    assert [site[""], site["papers/x/"], site["feed.xml"]] == [home, paper, feed] == list(site)
    assert len(site) == 3
    with pytest.raises(KeyError):
        site["papers/y/"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (page("x/", "papers"), page("x/", "topics")),
        (page("x/", "papers"), page("X/", "topics")),
        (page("x/", "papers"), Asset("x.md", b"", "topics")),
        (page("", "papers"), Asset("Index.md", b"", "topics")),
    ],
)
def test_a_second_claim_on_an_address_names_both_claimants(
    one: Page | Asset, other: Page | Asset
) -> None:
    with pytest.raises(ValueError, match="topics and papers both claim the address"):
        Site([one, other])


def test_claimants_without_a_name_are_somebody() -> None:
    with pytest.raises(ValueError, match="somebody and somebody"):
        Site([page("x/"), page("x/")])


@given(st.lists(st.sampled_from(["a", "A", "ß", "SS", "b/c"]), unique=True))
def test_addresses_are_one_where_file_systems_fold_case(names: list[str]) -> None:
    site, refused = Site(), 0
    for name in names:
        try:
            site.add(page(f"{name}/"))
        except ValueError:
            refused += 1
    assert len(site) == len({name.casefold() for name in names}) == len(names) - refused
