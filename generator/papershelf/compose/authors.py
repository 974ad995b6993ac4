"""The pages of authors, and the index of them by family name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from papershelf.compose.beside import topics_of, writers_of, years_of
from papershelf.compose.env import Content, Env, front, root_of
from papershelf.compose.facts import shorten
from papershelf.compose.feeds import feeds_beside
from papershelf.compose.language import noted
from papershelf.compose.letters import label_of, letter_of
from papershelf.compose.paging import paged
from papershelf.compose.people import Person
from papershelf.compose.views import Aside, Entrance, Named, Outward, Pager
from papershelf.model import Catalog
from papershelf.prose import safe_url
from papershelf.site import Asset, Page

_SPELLINGS = 6
_TITLES = 5


def compose_authors(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`authors/<slug>/` for everybody with papers enough."""
    for person in env.people.all:
        if person.address:
            yield from _pages(person, env)


def _pages(person: Person, env: Env) -> Iterator[Page | Asset]:
    ids = env.newest(person.papers)
    told = person.name, person.filed, person.orcid, person.spellings, len(ids)
    every = env.list_key(ids)
    for address, part, pager in paged(ids, person.address, env.settings.page_size):
        cards = env.cards(part, root_of(address))
        make = partial(_content, person, ids, cards, pager, env)
        # Only the first page shows more than its own papers.
        yield env.later(
            address, "author.j2", make, told, every if pager.number == 1 else b"", cards, pager
        )


def _content(
    person: Person, ids: Sequence[str], cards: Sequence[Markup], pager: Pager, env: Env
) -> Content:
    return _meta(person, pager, env), {
        "name": person.name,
        "orcid": _orcid(person),
        "spellings": list(person.spellings[:_SPELLINGS]),
        "shelf": _shelf(person),
        "asides": _asides(person, ids, env) if pager.number == 1 else [],
        "feeds": feeds_beside(person.address, person.papers, env),
        "count": len(ids),
        "cards": cards,
        "pager": pager,
    }


def _asides(person: Person, ids: Sequence[str], env: Env) -> list[Aside]:
    asides = [
        Aside(env.say("Topics"), chips=topics_of(ids, env)),
        Aside(env.say("Often writes with"), writers_of(ids, env, person)),
        Aside(env.say("Years"), years_of(ids, env)),
    ]
    return [aside for aside in asides if aside]


def _shelf(person: Person) -> Entrance:
    letter = letter_of(person.filed)
    return Entrance(label_of(letter), f"authors/{letter}/")


def _orcid(person: Person) -> Outward | None:
    url = safe_url(f"https://orcid.org/{quote(person.orcid)}") if person.orcid else ""
    return Outward("orcid", "ORCID", url, person.orcid) if url else None


def _meta(person: Person, pager: Pager, env: Env) -> dict[str, Any]:
    many = "%(count)s papers by %(name)s."
    said = env.say_many("%(count)s paper by %(name)s.", many, len(person.papers), name=person.name)
    more = {"search": {"exclude": True}} if pager.number > 1 else {}
    return front(env.turned(person.name, pager), env.told(said, pager), **more)


def compose_author_index(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`authors/` with the letters, and `authors/<letter>/` with the names, paged."""
    shelves: dict[str, list[Person]] = {}
    for person in env.people.all:
        shelves.setdefault(letter_of(person.filed), []).append(person)
    if not shelves:
        return
    entrances = [_entrance(letter, shelves[letter]) for letter in sorted(shelves)]
    count = len(env.people.all)
    forms = noted("%(count)s author by family name.", "%(count)s authors by family name.")
    said = env.say_many(*forms, count)
    meta = front(env.say("Authors"), said, search={"exclude": True})
    yield env.page(
        "authors/",
        "authors.j2",
        meta,
        entrances=entrances,
        count=count,
        ways=env.ways_but("authors/"),
    )
    for letter in sorted(shelves):
        yield from _names(letter, shelves[letter], entrances, env)


def _entrance(letter: str, persons: Sequence[Person]) -> Entrance:
    ends = dict.fromkeys(shorten(person.filed, 40) for person in (persons[0], persons[-1]))
    return Entrance(label_of(letter), f"authors/{letter}/", len(persons), " – ".join(ends))


def _names(
    letter: str, persons: Sequence[Person], entrances: Sequence[Entrance], env: Env
) -> Iterator[Page | Asset]:
    label = label_of(letter)
    pages = list(paged(persons, f"authors/{letter}/", env.settings.page_size))
    starts = [Entrance(shorten(part[0].filed, 24), address) for address, part, _ in pages]
    for address, part, pager in pages:
        values = {
            "letter": label,
            "count": len(persons),
            # On every page this would be the square of the pages.
            "starts": starts if pager.number == 1 and pager.total > 1 else [],
            "entrances": entrances,
            "pager": pager,
        }
        make = partial(_names_content, part, values, env)
        # As plain rows: most authors of a large collection stand here and nowhere else.
        lines = [
            (person.filed, person.address, len(person.papers), *map(env.paper_key, few))
            for person in part
            for few in [_few(person, env)]
        ]
        yield env.later(address, "names.j2", make, values, lines)


def _names_content(persons: Sequence[Person], values: Mapping[str, Any], env: Env) -> Content:
    label, pager = values["letter"], values["pager"]
    said = env.say_many(
        "%(count)s author whose name begins with %(letter)s.",
        "%(count)s authors whose name begins with %(letter)s.",
        values["count"],
        letter=label,
    )
    names = [_line(person, env) for person in persons]
    title = env.say("%(letter)s – Authors", letter=env.turned(label, pager))
    meta = front(title, env.told(said, pager), search={"exclude": True})
    return meta, {**values, "names": names}


def _line(person: Person, env: Env) -> Named:
    """A line of the index."""
    papers = tuple(map(env.view, _few(person, env)))
    return Named(person.filed, person.address, len(person.papers), papers)


def _few(person: Person, env: Env) -> Sequence[str]:
    """The papers that stand in the index for who has no page."""
    return () if person.address else env.newest(person.papers)[:_TITLES]
