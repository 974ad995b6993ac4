"""Feeds: by a validator library, by the rules of the standards, and by what they must say."""

from __future__ import annotations

import io
import json
import os
import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from catalogs import ABSTRACT, catalog_of, paper, settings, site_of, small_catalog
from papershelf.compose.feed_formats import (
    Channel,
    Entry,
    atom,
    atom_entry,
    json_feed,
    json_item,
)
from papershelf.compose.feeds import day_of
from papershelf.model import Author, Date, Link
from papershelf.site import Site

A = "{http://www.w3.org/2005/Atom}"

# The elements that we may write, in our words, after RFC 4287: in any order, each with its text.
SCHEMA = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="feed"><interleave>
  <ref name="id"/><ref name="title"/><ref name="updated"/><ref name="author"/>
  <optional><element name="subtitle"><text/></element></optional>
  <oneOrMore><ref name="link"/></oneOrMore>
  <zeroOrMore><element name="entry"><interleave>
    <ref name="id"/><ref name="title"/><ref name="updated"/>
    <optional><element name="published"><data type="dateTime"/></element></optional>
    <zeroOrMore><ref name="author"/></zeroOrMore>
    <oneOrMore><ref name="link"/></oneOrMore>
    <zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
    <optional><element name="summary"><attribute name="type"><value>html</value></attribute><text/>
    </element></optional>
  </interleave></element></zeroOrMore>
</interleave></element></start>
<define name="id"><element name="id"><data type="anyURI"/></element></define>
<define name="title"><element name="title"><data type="string"><param name="minLength">1</param>
  </data></element></define>
<define name="updated"><element name="updated"><data type="dateTime"/></element></define>
<define name="author"><element name="author"><element name="name"><text/></element></element>
</define>
<define name="link"><element name="link"><interleave>
  <attribute name="rel"><choice><value>self</value><value>alternate</value><value>related</value>
  </choice></attribute>
  <attribute name="href"><data type="anyURI"/></attribute>
  <optional><attribute name="type"/></optional><optional><attribute name="title"/></optional>
</interleave></element></define>
</grammar>"""
ATOM_SCHEMA = etree.RelaxNG(etree.fromstring(SCHEMA))

TEXT = {"type": "string", "minLength": 1}
URL = {"type": "string", "pattern": r"^https?://[^\s/]+(/\S*)?$"}
JSON_SCHEMA = {
    "type": "object",
    "required": ["version", "title", "home_page_url", "feed_url", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "description": TEXT,
        "home_page_url": URL,
        "feed_url": URL,
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "url", "title", "date_published"],
                "oneOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "additionalProperties": False,
                "properties": {
                    "id": URL,
                    "url": URL,
                    "external_url": URL,
                    "date_published": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
                    "tags": {"type": "array", "items": TEXT},
                    "authors": {
                        "type": "array",
                        "items": {"type": "object", "required": ["name"]},
                    },
                    **dict.fromkeys(["title", "content_html", "content_text", "summary"], TEXT),
                },
            },
        },
    },
}


def check_atom(text: bytes) -> Any:
    """Atom by three judges: the schema, feedparser, and what neither asks."""
    root = etree.fromstring(text)
    ATOM_SCHEMA.assertValid(root)
    parsed = feedparser.parse(
        io.BytesIO(text), response_headers={"content-type": "application/atom+xml; charset=utf-8"}
    )
    assert not parsed.bozo and parsed.version == "atom10", parsed.get("bozo_exception")
    ids = [found.text for found in root.iter(f"{A}id")]
    assert len(ids) == len(set(ids))
    addresses = [*ids, *(found.get("href") for found in root.iter(f"{A}link"))]
    assert all(urlsplit(one).scheme in {"http", "https"} and urlsplit(one).netloc
               for one in addresses)  # fmt: skip
    for tag in ("updated", "published"):
        for found in root.iter(f"{A}{tag}"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.text)
            datetime.fromisoformat(found.text)
    for summary in root.iter(f"{A}summary"):
        assert not re.search(r'(?:href|src)="(?!https?://)', summary.text)
    return parsed


def check_json(text: bytes) -> Any:
    found = json.loads(text)
    jsonschema.validate(found, JSON_SCHEMA)
    ids = [item["id"] for item in found["items"]]
    assert len(ids) == len(set(ids))
    return found


def ids_of(site: Site, address: str = "feed.xml") -> list[str]:
    return [entry.title for entry in check_atom(site[address].body).entries]


# What they hold ---------------------------------------------------------------------------------


def test_every_feed_of_a_site_is_valid() -> None:
    fewest = {"min_feed_papers": 1, "min_author_papers": 1, "min_venue_papers": 1}
    site = site_of(small_catalog(), **fewest)
    atoms = [item for item in site if item.address.endswith("feed.xml")]
    jsons = [item for item in site if item.address.endswith("feed.json")]
    kinds = {item.address.partition("/")[0] for item in atoms}
    assert {"feed.xml", "topics", "authors", "venues"} <= kinds
    assert len(atoms) == len(jsons)
    for item in atoms:
        found = check_atom(item.body)
        links = {link.rel: link.href for link in found.feed.links}
        assert links["self"] == f"https://papers.example.org/{item.address}"
        assert links["alternate"] == links["self"].removesuffix("feed.xml")
        assert found.entries
    for item in jsons:
        assert check_json(item.body)["items"]


def test_an_entry_says_what_the_page_says() -> None:
    one = paper(
        "A <b> & “nets”",
        "First $x^2$ <i>.",
        date=Date(2024, 3, 5),
        authors=(Author("Li", "Wei"), Author(literal="The & Team")),
        links=(Link("pdf", "https://x.example/a.pdf?b&c"),),
    )
    site = site_of(catalog_of([one], {one.title.plain: ["pruning"]}))
    entry = check_atom(site["feed.xml"].body).entries[0]
    assert entry.title == "A <b> & “nets”"
    assert entry.link == entry.id
    assert entry.link.startswith("https://papers.example.org/papers/a-")
    assert [author.name for author in entry.authors] == ["Wei Li", "The & Team"]
    assert [tag.term for tag in entry.tags] == ["Pruning"]
    assert entry.updated == entry.published == "2024-03-05T00:00:00Z"
    assert one.abstract.html() in site["feed.xml"].body.decode().replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&amp;", "&")
    item = check_json(site["feed.json"].body)["items"][0]
    assert item["content_html"] == one.abstract.html()
    assert item["external_url"] == "https://x.example/a.pdf?b&c"
    assert item["authors"] == [{"name": "Wei Li"}, {"name": "The & Team"}]


def test_newest_come_first_and_those_of_one_day_by_title() -> None:
    papers = [
        paper("Old", date=Date(2001)),
        paper("New", date=Date(2024, 2)),
        paper("Zebra"),
        paper("Ape"),
        paper("Bee", date=Date(2024, 2, 1)),  # a month begins with its first day
    ]
    assert ids_of(site_of(catalog_of(papers))) == ["Bee", "New", "Old", "Ape", "Zebra"]


def test_what_has_no_date_has_that_of_the_newest_and_never_the_clocks() -> None:
    site = site_of(catalog_of([paper("A", date=Date(2020, 5)), paper("B", date=Date(None, 3, 1))]))
    found = check_atom(site["feed.xml"].body)
    assert {entry.updated for entry in found.entries} == {"2020-05-01T00:00:00Z"}
    assert found.feed.updated == "2020-05-01T00:00:00Z"


@pytest.mark.parametrize(
    ("told", "day"), [("", "1970-01-01"), ("1700000000", "2023-11-14"), ("soon", "1970-01-01")]
)
def test_without_any_date_the_epoch_holds(
    monkeypatch: pytest.MonkeyPatch, told: str, day: str
) -> None:
    monkeypatch.setitem(os.environ, "SOURCE_DATE_EPOCH", told)
    found = check_atom(site_of(catalog_of([paper("A")]))["feed.xml"].body)
    assert found.feed.updated == f"{day}T00:00:00Z"


def test_a_feed_holds_the_latest_only() -> None:
    papers = [paper(f"Paper {year}", date=Date(year)) for year in range(1990, 2020)]
    site = site_of(catalog_of(papers), feed_papers=3)
    assert ids_of(site) == ["Paper 2019", "Paper 2018", "Paper 2017"]


# Which there are --------------------------------------------------------------------------------


def feeds_of(**more: Any) -> set[str]:
    site = site_of(small_catalog(), **more)
    return {item.address for item in site if "feed." in item.address}


def test_authors_and_venues_need_papers_enough() -> None:
    assert not {one for one in feeds_of() if one.startswith(("authors", "venues"))}
    assert "topics/pruning/feed.json" in feeds_of()


def test_there_are_none_when_nobody_wants_them_or_nothing_could_be_linked() -> None:
    from papershelf.compose import compose
    from papershelf.report import Report

    assert feeds_of(feed_papers=0) == set()
    from dataclasses import replace

    nowhere = replace(settings(), site_url="")
    site = compose(small_catalog(), nowhere, {}, Report())
    assert [item.address for item in site if "feed." in item.address] == []
    assert 'rel="alternate" type="application/atom' not in str(site[""].meta["head"])


def test_pages_name_their_own_feeds_and_that_of_everything() -> None:
    site = site_of(small_catalog())
    pattern = re.compile(r'type="application/(?:atom|feed)\+\w+" title="([^"]*)" href="([^"]*)"')

    def named(address: str) -> list[str]:
        return [link for _, link in pattern.findall(str(site[address].meta["head"]))]

    assert named("") == ["feed.xml", "feed.json"]
    assert named("topics/pruning/") == [
        "../../topics/pruning/feed.xml",
        "../../topics/pruning/feed.json",
        "../../feed.xml",
        "../../feed.json",
    ]
    assert named("papers/bits-and-weights/") == ["../../feed.xml", "../../feed.json"]


def test_pages_show_the_feeds_that_they_have() -> None:
    def shown(address: str, **more: Any) -> list[str]:
        body = site_of(small_catalog(), min_author_papers=1, min_venue_papers=1, **more)[
            address
        ].body
        return re.findall(r'href="([^"]*feed\.\w+)" type="application/(?:atom|feed)\+\w+"', body)

    for address in ("", "topics/pruning/", "authors/byron-ada/", next_venue()):
        root = "../" * address.count("/")
        wanted = [f"{root}{address}{file}" for file in ("feed.xml", "feed.json")]
        assert shown(address, min_feed_papers=1) == wanted
        assert shown(address, feed_papers=0) == []
    assert shown("authors/byron-ada/", min_feed_papers=99) == []


def next_venue() -> str:
    site = site_of(small_catalog(), min_venue_papers=1)
    return next(item.address for item in site if re.fullmatch("venues/[^/]+/", item.address))


# Any text at all --------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec=None), max_size=40)


@given(title=WORDS, said=WORDS, name=WORDS)
def test_no_text_breaks_a_feed(title: str, said: str, name: str) -> None:
    channel = Channel("x" + title, said, "https://a.example/", "https://a.example/feed.xml",
                      "2020-01-01T00:00:00Z")  # fmt: skip
    link = "https://a.example/papers/x/"
    entry = Entry("x" + title, link, channel.updated, said, said, ("x" + name,), ("x" + title,),
                  (("pdf", link),))  # fmt: skip
    ATOM_SCHEMA.assertValid(etree.fromstring(atom(channel, [atom_entry(entry)])))
    check_json(json_feed(channel, [json_item(entry)]))


@given(st.none() | st.integers(-5, 12000), st.none() | st.integers(-1, 14), st.integers(-1, 40))
def test_no_date_breaks_a_day(year: int | None, month: int | None, day: int) -> None:
    found = day_of(Date(year, month, day))
    assert found is None or (found.year == year and found.month == (month or 1))


def test_the_same_papers_give_the_same_bytes() -> None:
    papers = [paper(f"P{n}", ABSTRACT) for n in range(9)]
    one, other = site_of(catalog_of(papers)), site_of(catalog_of(papers[::-1]))
    assert one["feed.xml"].body == other["feed.xml"].body
