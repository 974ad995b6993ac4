"""A to Z: every title, by its first letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from papershelf import identity
from papershelf.compose.env import Content, Env, front
from papershelf.compose.facts import shorten
from papershelf.compose.paging import paged
from papershelf.compose.views import Entrance, Pager
from papershelf.model import Catalog
from papershelf.site import Asset, Page

_REST = "0-9"  # digits, and signs that no letter stands for


def compose_letters(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`a-z/` with the letters, and `a-z/<letter>/` with the titles, paged."""
    groups: dict[str, list[str]] = {}
    for paper in catalog.collection:
        groups.setdefault(letter_of(paper.title.plain), []).append(paper.id)
    entrances = [_entrance(letter, groups[letter], catalog) for letter in sorted(groups)]
    count = len(catalog.collection)
    said = env.say_many("%(count)s paper by title.", "All %(count)s papers by title.", count)
    meta = front(env.say("A to Z"), said, search={"exclude": True})
    yield env.page("a-z/", "letters.j2", meta, entrances=entrances, count=count, ways=env.ways)
    for letter, ids in sorted(groups.items()):
        yield from _pages(letter, ids, entrances, env)


def _pages(
    letter: str, ids: list[str], entrances: list[Entrance], env: Env
) -> Iterator[Page | Asset]:
    for address, part, pager in paged(ids, f"a-z/{letter}/", env.settings.page_size):
        values = {
            "letter": label_of(letter),
            "count": len(ids),
            "entrances": entrances,
            "pager": pager,
        }
        make = partial(_content, values, part, env)
        yield env.later(address, "letter.j2", make, values, [*map(env.paper_key, part)])


def _content(values: Mapping[str, Any], part: Sequence[str], env: Env) -> Content:
    meta = _meta(values["letter"], values["count"], values["pager"], env)
    return meta, {**values, "cards": [env.view(id) for id in part]}


def letter_of(title: str) -> str:
    """The letter under which a title stands: `a` to `z`, or `0-9` for all that has none.

    >>> letter_of("Über-Nets"), letter_of("μnit scaling"), letter_of("3D"), letter_of("…")
    ('u', 'm', '0-9', '0-9')
    """
    first = title[:1].lower()
    if not (first.isascii() and first.isalpha()):
        first = identity.fold(title)[:1]
    if not (first.isascii() and first.isalpha()):
        first = identity.slug(title, _REST)[0]
    return first if first.isalpha() else _REST


def label_of(letter: str) -> str:
    """A letter as a heading shows it."""
    return "0–9" if letter == _REST else letter.upper()


def _entrance(letter: str, ids: list[str], catalog: Catalog) -> Entrance:
    first, last = (catalog.collection[id].title.plain for id in (ids[0], ids[-1]))
    ends = dict.fromkeys((shorten(first, 40), shorten(last, 40)))
    return Entrance(label_of(letter), f"a-z/{letter}/", len(ids), " – ".join(ends))


def _meta(label: str, count: int, pager: Pager, env: Env) -> dict[str, Any]:
    said = env.say_many(
        "%(count)s paper whose title begins with %(letter)s.",
        "%(count)s papers whose title begins with %(letter)s.",
        count,
        letter=label,
    )
    title = env.say("%(letter)s – A to Z", letter=env.turned(label, pager))
    return front(title, env.told(said, pager), search={"exclude": True})
