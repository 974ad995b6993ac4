"""Previous and next: along the first topic of a paper, in the order of its pages."""

from __future__ import annotations

from catalogs import catalog_of, listing, paper, settings
from papershelf.compose.env import Env
from papershelf.compose.walk import Neighbours, neighbours
from papershelf.model import Catalog, Date
from papershelf.report import Report


def catalog() -> Catalog:
    """Three papers of a topic, listed one after the other; the middle one has another one first."""
    papers = [paper(name, listings=(listing(date=Date(2024, month)),)) for month, name in
              enumerate(("Old", "Middle", "New", "Alone"), start=1)]  # fmt: skip
    return catalog_of(
        papers, {"Old": ["pruning"], "Middle": ["attention", "pruning"], "New": ["pruning"]}
    )


def test_a_walk_is_along_the_first_topic_newest_first() -> None:
    shelf = catalog()
    found = neighbours(Env(shelf, settings(), Report()))
    ids = {one.title.plain: one.id for one in shelf.collection}
    assert found == {
        ids["New"]: Neighbours("pruning", "", ids["Middle"]),
        ids["Old"]: Neighbours("pruning", ids["Middle"], ""),
        ids["Middle"]: Neighbours("attention", "", ""),
    }
