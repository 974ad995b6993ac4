"""The law of keys: what an incremental run leaves behind is, to the byte, what a clean one makes.

A key that forgot something would leave a page as it was. So everything that a page can show is
changed, one thing at a time and many at once, and the folders are compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from catalogs import TOPICS, catalog_of, full_paper, listing, paper, small_catalog
from catalogs import settings as settings_of
from papershelf import cache as caches
from papershelf.assigned import LIKE, Reason
from papershelf.cache import opened
from papershelf.compose import Composer, Env, compose
from papershelf.compose.env import front
from papershelf.compose.keys import Keys
from papershelf.model import (
    Author,
    Catalog,
    Collection,
    Date,
    Link,
    Paper,
    Related,
    Repair,
    Settings,
)
from papershelf.prose import Prose
from papershelf.report import Report
from papershelf.site import Asset, Page
from papershelf.write import write

Change = Callable[[Catalog], Catalog]


def run(
    root: Path,
    catalog: Catalog,
    composers: dict[str, Composer] | None = None,
    **more: Any,
) -> Report:
    report = Report()
    settings = settings_in(root, **more)
    write(compose(catalog, settings, composers or {}, report), settings, report)
    return report


def settings_in(root: Path, **more: Any) -> Settings:
    return replace(settings_of(root, **more), docs_dir=root / "docs")


def written(root: Path) -> dict[str, bytes]:
    """All that reaches the site."""
    folders = root / "docs", settings_in(root).beside_dir
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def clean(catalog: Catalog, templates: Path | None = None, **more: Any) -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        if templates:
            more["overrides_dir"] = templates
        run(root, catalog, **more)
        return written(root)


def with_paper(change: Callable[[Paper], Paper], catalog: Catalog) -> Catalog:
    """The catalog in which the paper of which all is known is another."""
    papers = dict(catalog.collection.papers)
    papers[FULL] = change(papers[FULL])
    return replace(catalog, collection=Collection(papers))


def changed(**fields: Any) -> Change:
    return partial(with_paper, partial(replace, **fields))


FULL = full_paper().id


def with_topic(catalog: Catalog, **fields: Any) -> Catalog:
    topics = catalog.topics
    other = {**topics.topics, "pruning": replace(topics.topics["pruning"], **fields)}
    return replace(catalog, topics=replace(topics, topics=other))


def with_why(catalog: Catalog) -> Catalog:
    first, *rest = catalog.topics.of[FULL]
    of = {**catalog.topics.of, FULL: (replace(first, told=(Reason(LIKE, "said so"),)), *rest)}
    return replace(catalog, topics=replace(catalog.topics, of=of))


def without_topic(catalog: Catalog) -> Catalog:
    topics = catalog.topics
    of = {**topics.of, FULL: topics.of[FULL][:1]}
    papers = {
        slug: tuple(id for id in ids if slug in {given.topic for given in of[id]})
        for slug, ids in topics.papers.items()
    }
    return replace(catalog, topics=replace(topics, of=of, papers=papers))


def with_area(catalog: Catalog) -> Catalog:
    areas = {**catalog.topics.areas}
    areas["comp"] = replace(areas["comp"], label="Small nets")
    return replace(catalog, topics=replace(catalog.topics, areas=areas))


def with_relation(catalog: Catalog) -> Catalog:
    other = next(id for id in catalog.slugs if id != FULL)
    relations = replace(
        catalog.relations, of={FULL: (Related(other, 0.9, "similar", "both speak of suns"),)}
    )
    return replace(catalog, relations=relations)


def without_paper(catalog: Catalog) -> Catalog:
    kept = [one for one in catalog.collection if one.id != FULL]
    return catalog_of(kept, departed={"thin-nets": "Thin nets"})


def with_new_paper(catalog: Catalog) -> Catalog:
    new = paper("Zebras and sundials", authors=(Author("Ada", "Byron"),), date=Date(2023, 1))
    named = {new.title.plain: ["pruning", "sundials"]}
    return catalog_of([*catalog.collection, new], named)


def with_slug(catalog: Catalog) -> Catalog:
    return replace(catalog, slugs={**catalog.slugs, FULL: "another-place"})


CHANGES: dict[str, Change] = {
    "title": changed(title=Prose.of("Fat nets")),
    "abstract": changed(abstract=Prose.of("We propose nothing. It helps.")),
    "no abstract": changed(abstract=Prose()),
    "authors": changed(authors=(Author("Ada", "Byron"), Author("Babbage", "Charles"))),
    "orcid": changed(authors=(replace(full_paper().authors[0], orcid="0000-0002-1825-0097"),)),
    "date": changed(date=Date(2021, 2, 3)),
    "no date": changed(date=None),
    "venue": changed(venue="Sundial Letters"),
    "details": changed(details={"volume": "13"}),
    "identifiers": changed(identifiers={"arxiv": "2404.09999"}),
    "links": changed(links=(Link("pdf", "https://example.org/other.pdf"),)),
    "tags": changed(tags=("thin",)),
    "listings": changed(listings=(listing("papers/third.txt", 5, Date(2024, 7)),)),
    "repairs": changed(repairs=(Repair("dash", "title", "a - b", "a – b"),)),
    "extra": changed(extra={"note": "kept"}),
    "topic label": lambda catalog: with_topic(catalog, label="Cutting"),
    "topic description": lambda catalog: with_topic(catalog, description="Less."),
    "topic area": lambda catalog: with_topic(catalog, area="seq"),
    "reason of a topic": with_why,
    "topic of a paper": without_topic,
    "area": with_area,
    "relation": with_relation,
    "paper gone": without_paper,
    "paper new": with_new_paper,
    "address": with_slug,
    "departed": lambda catalog: replace(catalog, departed={"gone-paper": "Gone for good"}),
    "aliases": lambda catalog: replace(catalog, aliases={}),
    "moved": lambda catalog: replace(catalog, moved={"old": catalog.slugs[FULL]}),
}
# These start from a catalog of their own, so that none can follow another.
REBUILT = {"paper gone", "paper new", "topic of a paper", "reason of a topic"}


@pytest.fixture(scope="module")
def base() -> Catalog:
    return small_catalog()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_shows_wherever_it_would_in_a_clean_run(
    name: str, base: Catalog, tmp_path: Path
) -> None:
    run(tmp_path, base)
    other = CHANGES[name](base)
    run(tmp_path, other)
    assert written(tmp_path) == clean(other)
    run(tmp_path, base)
    assert written(tmp_path) == clean(base)


@examples(max_examples=8)
@given(
    st.lists(st.lists(st.sampled_from(sorted(CHANGES.keys() - REBUILT)), max_size=4), max_size=4)
)
def test_runs_in_a_row_leave_what_the_last_would_have_made_alone(
    rows: Sequence[Sequence[str]],
) -> None:
    catalog = small_catalog()
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for row in [[], *rows]:
            catalog = small_catalog()
            for name in row:
                catalog = CHANGES[name](catalog)
            run(root, catalog)
        assert written(root) == clean(catalog)


@pytest.mark.parametrize(
    "more",
    [
        {"page_size": 2},
        {"min_author_papers": 1},
        {"min_venue_papers": 1},
        {"related": 0},
        {"exports": ("csv",)},
        {"site_description": "Of light and dark"},
        {"short_ids": True},
    ],
    ids=lambda more: next(iter(more)),
)
def test_a_setting_shows_wherever_it_would_in_a_clean_run(
    more: dict[str, Any], base: Catalog, tmp_path: Path
) -> None:
    run(tmp_path, base)
    run(tmp_path, base, **more)
    assert written(tmp_path) == clean(base, **more)


@pytest.mark.parametrize("name", ["card.j2", "parts.j2", "paper.j2", "author.j2", "redirect.j2"])
def test_a_template_shows_wherever_it_would_in_a_clean_run(
    name: str, base: Catalog, tmp_path: Path
) -> None:
    ours = Path(compose.__code__.co_filename).with_name("templates") / name
    mine = tmp_path / "overrides" / "templates" / name
    run(tmp_path, base)
    mine.parent.mkdir(parents=True)
    mine.write_text(
        ours.read_text("utf-8").replace("<p", "<p lang=la").replace("<li", "<li lang=la")
    )
    run(tmp_path, base)
    assert written(tmp_path) == clean(base, mine.parents[1])
    mine.unlink()
    run(tmp_path, base)
    assert written(tmp_path) == clean(base)


def test_a_template_that_broke_is_told_of_in_every_run(base: Catalog, tmp_path: Path) -> None:
    mine = tmp_path / "overrides" / "templates" / "card.j2"
    mine.parent.mkdir(parents=True)
    mine.write_text("{% if card.teaser %}{{ nothing }}{% endif %}<li>{{ card.title }}</li>")
    for _ in range(2):
        report = run(tmp_path, base)
        assert [problem.code for problem in report.problems] == ["broken-template"]
        assert written(tmp_path) == clean(base, mine.parents[1])


def test_nothing_is_made_when_nothing_changed(
    base: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, base)
    made: list[str] = []

    def note(item: Page | Asset) -> Any:
        made.append(item.address)
        return item._make()

    monkeypatch.setattr(Page, "made", note)
    monkeypatch.setattr(Asset, "made", note)
    report = run(tmp_path, small_catalog())
    # What has no key is a few bytes, and at hand.
    assert set(made) <= {"robots.txt", "_headers", "_redirects", ".nojekyll"}
    assert not report.counts["written"]
    assert not report.counts["removed"]


def test_one_changed_abstract_touches_what_shows_it(base: Catalog, tmp_path: Path) -> None:
    run(tmp_path, base)
    before = written(tmp_path)
    other = run(tmp_path, CHANGES["repairs"](base))
    after = written(tmp_path)
    differ = {path for path in after if before.get(path) != after[path]}
    assert other.counts["written"] == len(differ)
    slug = base.slugs[FULL]
    assert f"docs/papers/{slug}.md" in differ
    assert not any(
        path.startswith(("docs/topics", "docs/authors", "docs/years")) for path in differ
    )


# Users' own composers -----------------------------------------------------------------------


def test_a_page_of_values_that_nobody_can_compare_is_made_each_time(tmp_path: Path) -> None:
    class Odd:
        def __init__(self, text: str) -> None:
            self.text = text

        def __str__(self) -> str:
            return self.text

    def composer(text: str) -> Composer:
        def compose_odd(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
            meta = front("Odd", "Odd")
            yield env.page("odd/", "departed.j2", meta, title=Odd(text))
            yield Asset("odd.txt", text.encode())

        return compose_odd

    catalog = catalog_of([paper("Alone")])
    for text in ("one", "two"):
        run(tmp_path, catalog, {"odd": composer(text)})
        assert text in (tmp_path / "docs" / "odd.md").read_text()
        assert (tmp_path / "docs" / "odd.txt").read_text() == text


def test_code_that_nobody_can_read_makes_its_files_each_time(tmp_path: Path) -> None:
    """A composer that is no function of a module says by no key what its code is."""

    class Spoken:
        text = b"one"

        def __call__(self, catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
            yield env.asset("spoken.txt", lambda: self.text)

    spoken = Spoken()
    for spoken.text in (b"one", b"two"):
        run(tmp_path, catalog_of([paper("Alone")]), {"spoken": spoken})
        assert (tmp_path / "docs" / "spoken.txt").read_bytes() == spoken.text


def test_a_file_comes_in_pieces(tmp_path: Path) -> None:
    def composer(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
        yield env.asset("big.txt", lambda: iter([b"one ", b"", b"two"]), 1)
        yield env.asset("beside.txt", lambda: b"", beside=True)

    for _ in range(2):
        run(tmp_path, catalog_of([]), {"big": composer})
        assert (tmp_path / "docs" / "big.txt").read_bytes() == b"one two"
        assert (settings_in(tmp_path).beside_dir / "beside.txt").read_bytes() == b""
    run(tmp_path, catalog_of([]))
    assert not (tmp_path / "docs" / "big.txt").exists()
    assert not (settings_in(tmp_path).beside_dir / "beside.txt").exists()


# Pieces ---------------------------------------------------------------------------------------


def in_pieces(texts: dict[str, str], made: list[str]) -> Composer:
    """A composer of one file, a text of it a piece, that notes which of them it made."""

    def note(name: str) -> bytes:
        made.append(name)
        return texts[name].encode()

    def compose_pieces(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
        pieces = [env.piece(partial(note, name), name, text) for name, text in texts.items()]
        yield env.asset("big.txt", lambda: [b"head ", *pieces], texts)

    return compose_pieces


def test_only_the_piece_that_changed_is_made(tmp_path: Path) -> None:
    made: list[str] = []
    texts = {"a": "one ", "b": "two ", "c": "three "}
    run(tmp_path, catalog_of([]), {"big": in_pieces(texts, made)})
    assert made == ["a", "b", "c"]
    for change, expected in (
        ({"b": "a longer second "}, ["b"]),
        ({"b": ""}, ["b"]),
        ({"b": "two ", "d": "four "}, ["b", "d"]),
    ):
        made.clear()
        texts |= change
        run(tmp_path, catalog_of([]), {"big": in_pieces(texts, made)})
        assert made == expected
        found = (tmp_path / "docs" / "big.txt").read_text()
        assert found == "head " + "".join(texts.values())


@pytest.mark.parametrize(
    "index",
    ["", "[]", "{", '{"version":1,"files":{"docs/big.txt":7}}',
     '{"version":1,"files":{"docs/big.txt":[["x",99999999999999999999,"y"]]}}'],
)  # fmt: skip
def test_a_damaged_index_of_pieces_costs_time_and_nothing_else(index: str, tmp_path: Path) -> None:
    made: list[str] = []
    texts = {"a": "one ", "b": "two "}
    run(tmp_path, catalog_of([]), {"big": in_pieces(texts, made)})
    kept = settings_in(tmp_path).state_dir / "pieces.json"
    assert kept.exists()
    kept.write_text(index)
    texts["b"] = "more "
    run(tmp_path, catalog_of([]), {"big": in_pieces(texts, made)})
    assert (tmp_path / "docs" / "big.txt").read_text() == "head one more "


def test_pieces_of_an_edited_file_are_made_anew(tmp_path: Path) -> None:
    made: list[str] = []
    texts = {"a": "one ", "b": "two "}
    run(tmp_path, catalog_of([]), {"big": in_pieces(texts, made)})
    manifest = settings_in(tmp_path).state_dir / "manifest.json"
    path = tmp_path / "docs" / "big.txt"
    # As if a fault of the disk had turned a letter, with size and times as they were.
    path.write_text("head oNe two ")
    text = manifest.read_text()
    found = path.stat()
    times = re.search(r'"big.txt": \["[0-9a-f]+", \d+, (\d+)', text)
    assert times
    manifest.write_text(text.replace(times[1], str(max(found.st_mtime_ns, found.st_ctime_ns))))
    texts["b"] = "more "
    run(tmp_path, catalog_of([]), {"big": in_pieces(texts, made)})
    assert path.read_text() == "head one more "


def test_one_more_paper_changes_one_piece_of_an_export(base: Catalog, tmp_path: Path) -> None:
    # Titles that begin with a word each, or citation keys would be told apart by letters.
    many = [paper(f"Sun{n} rises", venue="Nets") for n in range(300)]
    run(tmp_path, catalog_of(many[1:]))
    pieces = settings_in(tmp_path).state_dir / "pieces.json"
    before = json.loads(pieces.read_text())["files"]
    run(tmp_path, catalog_of(many))
    after = json.loads(pieces.read_text())["files"]
    assert before.keys() == after.keys()
    assert len(after) == len(settings_in(tmp_path).exports) + 1  # papers.jsonl
    for path, rows in after.items():
        assert len(rows) > 3
        assert sum(row not in before[path] for row in rows) <= 2, path
    assert written(tmp_path) == clean(catalog_of(many))


# People ---------------------------------------------------------------------------------------


def test_people_of_an_earlier_run_are_those_of_this_one(base: Catalog, tmp_path: Path) -> None:
    def told(catalog: Catalog) -> list[Any]:
        cache = opened(tmp_path, "people", ("compose",))
        people = Env(catalog, settings_in(tmp_path), Report(), cache).people
        cache.save()
        everybody = {id(one): n for n, one in enumerate(people.all)}
        rows = {key: [one and everybody[id(one)] for one in row] for key, row in people.of.items()}
        return [[tuple(getattr(one, slot) for slot in one.__slots__) for one in people.all], rows]

    expected = told(base)
    caches._open.clear()
    assert told(base) == expected
    assert told(CHANGES["authors"](base)) != expected


# Keys -----------------------------------------------------------------------------------------

LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES, VALUES)
def test_keys_are_equal_just_where_values_are(one: Any, other: Any) -> None:
    keys = Keys()
    assert (keys.of(one) == keys.of(other)) == (repr(one) == repr(other))


def test_keys_do_not_depend_on_what_is_one_object() -> None:
    text, same = "some text", "".join(["some ", "text"])
    assert Keys().of([text, text]) == Keys().of([text, same])
    assert Keys().of({"a", "b", "c"}) == Keys().of({"c", "b", "a"})


def test_keys_tell_kinds_apart() -> None:
    values: list[Any] = [1, True, 1.0, "1", b"1", ("1",), {"1": 1}, {"1"}, Path("1"), Prose.of("1")]
    values += [None, Date(1), Author("1"), TOPICS["pruning"], [[]], [], {}]
    assert len({Keys().of(value) for value in values}) == len(values)


def test_keys_refuse_what_cannot_be_compared() -> None:
    with pytest.raises(TypeError, match="object cannot be part of a key"):
        Keys().of({"a": [object()]})
