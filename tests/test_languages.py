"""The languages of the interface: whole catalogues, right forms, and no English left on a page."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.catalog import Catalog as Messages
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader

from catalogs import catalog_of, full_paper, paper, settings, site_of, small_catalog
from markup import Tree, squeeze
from papershelf.assigned import GIVEN, IN_TITLE, TIMES, Assignment, Reason
from papershelf.compose import Env
from papershelf.compose.language import IN_ENGLISH, OURS, Language, is_tag, language_of
from papershelf.model import FOUND, FOUND_TOPIC, Author, Date, Related, Topic
from papershelf.report import Report
from papershelf.site import Asset, Page, Site

ROOT = Path(__file__).parents[1]
CODES = ["ar", "de"]
_SLOT = re.compile(r"%\(\w+\)s")


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / ".ci/catalogues.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def said() -> Messages:
    """Every text of the interface, as Babel finds it."""
    return _loaded().extracted()


def catalogue(code: str) -> Messages:
    return read_po((OURS / f"{code}.po").read_bytes().splitlines(keepends=True), abort_invalid=True)


def forms(message: Any) -> tuple[str, ...]:
    return tuple(message.string) if message.pluralizable else (message.string,)


def ids(messages: Messages) -> set[Any]:
    return {message.id for message in messages if message.id}


def spoken(code: str) -> Language:
    return language_of(code, Path("nowhere"), Report())


# ---- the catalogues ----------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_a_catalogue_that_ships_has_every_text_and_no_other(code: str, said: Messages) -> None:
    found = catalogue(code)
    assert ids(found) == ids(said), "run `make words`, and translate what is new"
    assert not found.obsolete
    assert not [message.id for message in found if message.fuzzy and message.id]
    assert not [message.id for message in found if not all(forms(message)) and message.id]


@pytest.mark.parametrize("code", CODES)
def test_translations_have_the_slots_of_the_english(code: str) -> None:
    for message in catalogue(code):
        if not message.id:
            continue
        english = message.id if message.pluralizable else (message.id,)
        wanted = set().union(*(_SLOT.findall(text) for text in english))
        # A form for one alone may do without the number.
        needed = wanted - {"%(count)s"} if message.pluralizable else wanted
        for text in forms(message):
            assert needed <= set(_SLOT.findall(text)) <= wanted, message.id


def test_texts_are_found_in_python_templates_and_scripts(said: Messages) -> None:
    kinds = {Path(place).suffix for message in said for place, _ in message.locations}
    assert kinds == {".py", ".j2", ".html", ".js"}
    assert ("%(count)s paper", "%(count)s papers") in ids(said)


@pytest.mark.parametrize("folder", ["compose/templates"])
def test_no_template_says_a_word_that_is_not_marked(folder: str) -> None:
    """Letters between tags, and labels, that no catalogue would ever see."""
    for path in sorted((OURS.parent / "templates").glob("*.j2")):
        text = re.sub(
            r"{#.*?#}|{% trans .*?{% endtrans %}", "", path.read_text("utf-8"), flags=re.S
        )
        text = re.sub(r"<code>papershelf formats</code>", "", text)
        text = re.sub(r"{%.*?%}|{{.*?}}", "§", text, flags=re.S)
        labels = re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', text)
        between = re.sub(r"&#?\w+;", "", re.sub(r"<[^>]*>", "\n", text))
        left = [one for one in [*labels, *between.split("\n")] if re.search(r"[A-Za-z]{2}", one)]
        assert not left, f"{path.name}: {left}"


def test_pages_of_the_theme_say_what_the_catalogues_say(said: Messages) -> None:
    loader = Environment(loader=FileSystemLoader(ROOT / "overrides"))
    say = loader.get_template("partials/words.html").module.say
    for message in said:
        if any(place.startswith("overrides/") and place.endswith(".html")
               for place, _ in message.locations):  # fmt: skip
            assert say(message.id, "en") == say(message.id, "fr") == message.id
            for code in CODES:
                text = catalogue(code)[message.id].string
                assert say(message.id, code) == text
                assert not set(text) & set("<>&\"'")


def test_reasons_are_told_in_the_language_of_the_site() -> None:
    related = Related("x", 0.05, "similar", topics=("A", "B"), terms=("c", "d"), is_distant=True)
    assert related.why == "distant: both about A, B; share c, d"
    assert related.reason(spoken("de").say) == "entfernt: beide zu A, B; gemeinsam: c, d"
    named = Related("x", 0.5, "series", "the name %(name)s", "100%")
    assert named.why == "the name 100%"
    assert named.reason(spoken("ar").say) == "الاسم 100%"
    papers = [paper("One"), paper("Two")]
    near = {papers[0].id: [Related(papers[1].id, 0.5, "similar", terms=("suns",))]}
    site = site_of(catalog_of(papers, related=near), language="de")
    assert "gemeinsam: suns</span>" in body(site, "papers/one/")


def test_reasons_for_topics_are_told_in_the_language_of_the_site() -> None:
    told = (Reason(GIVEN, "moe"), Reason(IN_TITLE, "MoE"), Reason(TIMES, "100% of them", 1200))
    given = Assignment("x", 1.0, told)
    assert given.why == (
        'keyword "moe" given by the source, "MoE" in the title, "100% of them" 1200 times'
    )
    assert given.reason(spoken("de").say) == (
        "Schlagwort „moe“ der Quelle, „MoE“ im Titel, „100% of them“ 1.200-mal"
    )
    assert "«MoE» في العنوان" in given.reason(spoken("ar").say)
    site = site_of(small_catalog(), language="de")
    assert 'title="„pruning“ im Titel"' in body(site, "papers/bits-and-weights/")


def test_what_we_say_of_topics_that_we_found_is_told_in_the_language_of_the_site() -> None:
    catalog = small_catalog()
    found = Topic("suns", "Suns", FOUND.slug, FOUND_TOPIC % {"label": "Suns"}, discovered=True)
    named = Topic("moons", "Moons", FOUND.slug, "The user's own words", discovered=True)
    ids = catalog.topics.papers["pruning"]
    topics = replace(
        catalog.topics,
        areas={**catalog.topics.areas, FOUND.slug: FOUND},
        topics={**catalog.topics.topics, "suns": found, "moons": named},
        papers={**catalog.topics.papers, "suns": ids, "moons": ids},
    )
    site = site_of(replace(catalog, topics=topics), language="de")
    assert "In dieser Sammlung gefunden" in body(site, "topics/suns/")
    assert "Artikel, die auf „Suns“ zurückkommen" in body(site, "topics/suns/")
    assert "The user&#39;s own words" in body(site, "topics/moons/")


# ---- words, numbers, dates -----------------------------------------------------------------


def test_every_number_has_the_form_of_its_language() -> None:
    forms = ("%(count)s paper", "%(count)s papers")
    arabic, german = spoken("ar"), spoken("de")
    assert [arabic.say_many(*forms, n) for n in (0, 1, 2, 3, 11, 100, 103, 111, 1200)] == [
        "لا أوراق", "ورقة واحدة", "ورقتان", "3 أوراق", "11 ورقةً", "100 ورقة", "103 أوراق",
        "111 ورقةً", "1,200 ورقة",
    ]  # fmt: skip
    assert [german.say_many(*forms, n) for n in (0, 1, 1200)] == [
        "0 Artikel", "1 Artikel", "1.200 Artikel",
    ]  # fmt: skip
    for language in (arabic, german, Language("hi"), Language("fa"), Language("pl")):
        for number in (-1234567, -999, 999, 1000, 1007, 99999, 1234567, 1234000, 12345678901):
            told = format_decimal(number, locale=language.code)
            assert language.number(number) == (told if abs(number) > 999 else str(number))
    topics = ("%(count)s topic", "%(count)s topics")
    assert [german.say_many(*topics, n) for n in (1, 2)] == ["1 Thema", "2 Themen"]


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("en", ["14 March 2025", "March 2025", "14 March", "March", "2025", ""]),
        ("de", ["14. März 2025", "März 2025", "14. März", "März", "2025", ""]),
        ("ar", ["14 مارس 2025", "مارس 2025", "14 مارس", "مارس", "2025", ""]),
    ],
)
def test_dates_are_written_as_in_the_language(code: str, texts: list[str]) -> None:
    dates = [Date(2025, 3, 14), Date(2025, 3), Date(None, 3, 14), Date(None, 3), Date(2025), Date()]
    assert [spoken(code).date(date) for date in dates] == texts


def test_a_day_that_no_calendar_has_is_written_all_the_same() -> None:
    assert IN_ENGLISH.date(Date(2023, 2, 30)) == "30 February 2023"
    assert IN_ENGLISH.month(9, short=True) == "Sep"


def test_scripts_get_the_plurals_by_the_names_that_browsers_have() -> None:
    words = spoken("ar").words()
    assert words["language"] == "ar"
    texts = words["texts"]
    assert isinstance(texts, dict)
    assert texts["%(count)s paper"] == {
        "zero": "لا أوراق", "one": "ورقة واحدة", "two": "ورقتان", "few": "%(count)s أوراق",
        "many": "%(count)s ورقةً", "other": "%(count)s ورقة",
    }  # fmt: skip
    assert "Walk along the shelves" not in texts  # no script says it


@pytest.mark.parametrize(
    ("text", "expected"), [("de", True), ("zh-Hant", True), ("English", False), ('e"', False)]
)
def test_only_a_tag_of_a_language_becomes_an_attribute(text: str, expected: bool) -> None:
    assert is_tag(text) is expected


# ---- catalogues of users -------------------------------------------------------------------

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
)


def with_catalogue(root: Path, text: str, code: str = "fr") -> tuple[Site, Report]:
    folder = root / "overrides" / "locales"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{code}.po").write_text(HEAD + text, "utf-8")
    report = Report()
    return site_of(small_catalog(), report, root=root, language=code), report


def body(site: Site, address: str) -> str:
    item = site[address]
    assert isinstance(item, Page)
    return item.body


def test_a_users_catalogue_is_used_and_what_it_lacks_is_english(tmp_path: Path) -> None:
    site, report = with_catalogue(tmp_path, 'msgid "Cloud"\nmsgstr "Nuage"\n')
    assert Tree(body(site, "cloud/")).one("h1").text == "Nuage"
    assert "By area" in body(site, "cloud/")
    assert report.problems == []


def test_a_users_catalogue_goes_before_ours(tmp_path: Path) -> None:
    site, _ = with_catalogue(tmp_path, 'msgid "Cloud"\nmsgstr "Schlagwortwolke"\n', "de")
    assert Tree(body(site, "cloud/")).one("h1").text == "Schlagwortwolke"


def test_a_catalogue_can_neither_make_markup_nor_markdown(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script> *x* `y` [z](javascript:1) {{ w }} &lt; %(nope)d"
    po = f'msgid "Cloud"\nmsgstr "{evil}"\n\n'
    po += f'msgid "%(count)s paper"\nmsgid_plural "%(count)s papers"\nmsgstr[0] "{evil}"\n'
    site, _ = with_catalogue(tmp_path, po + 'msgstr[1] "%(count)s <b>_x_</b>"\n')
    for address in ("cloud/", "", "topics/", "topics/pruning/"):
        page = body(site, address)
        assert not Tree(page).all("script") and not Tree(page).all("b")
        assert "*x*" not in page and "`y`" not in page and "_x_" not in page
    assert Tree(body(site, "cloud/")).one("h1").text == evil
    cloud = site["cloud/"]
    assert isinstance(cloud, Page)
    assert "<" not in cloud.meta["title"] and "*" not in cloud.meta["title"]


def test_a_translation_with_a_slot_of_its_own_is_left_out_and_reported(tmp_path: Path) -> None:
    site, report = with_catalogue(tmp_path, 'msgid "Cloud"\nmsgstr "%(secret)s"\n')
    assert Tree(body(site, "cloud/")).one("h1").text == "Cloud"
    assert [problem.code for problem in report.problems] == ["bad-catalogue"]


@pytest.mark.parametrize(
    "text",
    [
        "this is no catalogue\n",
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(__import__);\\n"\n',
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=n/0;\\n"\n',
    ],
)
def test_a_broken_catalogue_leaves_the_words_english(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "locales"
    folder.mkdir()
    (folder / "fr.po").write_text(text, "utf-8")
    report = Report()
    found = language_of("fr", folder, report)
    assert (found.code, found.wanted) == ("en", "fr")
    assert "bad-catalogue" in {problem.code for problem in report.problems}


def test_a_language_without_a_catalogue_is_noted_and_the_words_say_that_they_are_english() -> None:
    report = Report()
    site = site_of(small_catalog(), report, language="fi")
    [problem] = [one for one in report.problems if one.code == "no-catalogue"]
    assert problem.level == "info"
    page = Tree(body(site, "cloud/")).one("div", cls="ps-page")
    assert (page["lang"], page["dir"]) == ("en", "ltr")
    assert Tree(body(site, "cloud/")).one("h1").text == "Cloud"


def test_english_pages_need_neither_a_language_of_their_own_nor_a_file_of_words() -> None:
    site = site_of(small_catalog())
    assert "lang" not in Tree(body(site, "cloud/")).one("div", cls="ps-page").attributes
    assert "assets/data/words.js" not in {item.address for item in site}


# ---- keys ------------------------------------------------------------------------------------


def test_another_language_and_another_catalogue_change_every_page(tmp_path: Path) -> None:
    def keys(language: str, root: Path = tmp_path) -> dict[str, str]:
        site = site_of(small_catalog(), root=root, language=language)
        return {item.address: item.key for item in site if isinstance(item, Page)}

    english, german = keys("en"), keys("de")
    assert all(english[address] != german[address] for address in english)
    assert keys("de") == german
    with_catalogue(tmp_path, 'msgid "Cloud"\nmsgstr "Wolken"\n', "de")
    assert all(german[address] != key for address, key in keys("de").items())


# ---- whole sites -------------------------------------------------------------------------------


def bilingual() -> Any:
    hebrew = paper(
        "רשתות דלות: סקירה", "אנו מציעים שיטה. היא עוזרת.",
        authors=(Author("כהן", "דוד"), Author("Li", "Wei")), details={"language": "he"},
    )  # fmt: skip
    odd = paper("Chaque réseau", "Nous proposons.", details={"language": '"><script>'})
    papers = [full_paper(), hebrew, odd, *(paper(f"Zz {n}") for n in range(3))]
    return catalog_of(papers, {"Zz 0": ["pruning"], "Zz 1": ["pruning", "sundials"]})


def shown(site: Site) -> Iterator[tuple[str, str]]:
    """Every text and label of every page, with its address."""
    for item in site:
        if not isinstance(item, Page):
            continue
        yield item.address, item.meta["title"]
        yield item.address, item.meta["description"]
        page = re.sub(r"<(pre|code|del|ins)\b.*?</\1>", "", item.body, flags=re.S)
        for text in re.split(r"<[^>]*>", page):
            yield item.address, squeeze(text)
        for label in re.findall(r'(?:aria-label|placeholder)="([^"]*)"', page):
            yield item.address, label


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("make", [small_catalog, bilingual, lambda: catalog_of([])])
def test_no_english_is_left_on_any_page(code: str, make: Any, said: Messages) -> None:
    found = catalogue(code)
    english = []
    for message in said:
        texts = message.id if message.pluralizable else (message.id,)
        # Some words are the same in both languages, and some all slots.
        same = {re.sub(_SLOT, "", text) for text in forms(found[message.id])} if message.id else {}
        for text in texts:
            bare, pattern = _SLOT.sub("", text), _SLOT.sub("@", text.replace("%(count)s", "#"))
            # "%(one)s and %(other)s" would be half of all titles.
            if bare not in same and len(re.findall("[A-Za-z]", bare)) > 3 * ("@" in pattern):
                found_by = re.escape(pattern).replace(r"\#", r"[\d.,]+").replace("@", ".{1,99}?")
                english.append(found_by)
    left = re.compile("|".join(english))
    site = site_of(make(), language=code, root=Path("/nowhere"))
    wrong = {(at, text) for at, text in shown(site) if text and left.fullmatch(unescape(text))}
    assert not wrong


@pytest.mark.parametrize("code", CODES)
def test_titles_and_names_run_their_own_way(code: str) -> None:
    site = site_of(bilingual(), language=code)
    [address] = [
        item.address for item in site if isinstance(item, Page) and "רשתות" in item.meta["title"]
    ]
    page = Tree(body(site, address))
    assert page.one("h1")["lang"] == "he" and page.one("h1").text.startswith("רשתות")
    assert page.all("bdi")
    abstract = page.one("section", cls="ps-abstract")
    assert abstract
    assert [div for div in page.all("div", dir="auto") if div["lang"] == "he"]
    for item in site:
        if isinstance(item, Page):
            links = [a for a in Tree(item.body).all("a") if "/papers/" in a["href"]]
            # A link to a paper isolates its title, or holds what does.
            assert all(a.attributes.get("dir") == "auto" or a.attributes.get("rel") for a in links)


def test_a_language_that_is_none_is_not_told() -> None:
    site = site_of(bilingual())
    assert all("<script" not in item.body for item in site if isinstance(item, Page))


def test_the_words_of_the_scripts_are_a_file_of_their_own() -> None:
    site = site_of(small_catalog(), language="de")
    item = site["assets/data/words.js"]
    assert isinstance(item, Asset)
    call = re.fullmatch(r'papershelf\.receive\("words",(.*)\);\n', item.body.decode(), re.S)
    assert call
    data = json.loads(call[1])
    assert data["language"] == "de" and data["texts"]["Star"] == "Merken"


def test_the_short_form_of_authors_is_that_of_the_language() -> None:
    env = Env(catalog_of([]), settings(language="de"), Report())
    assert env.short_authors([Author("Li"), Author("Kim")]) == "Li und Kim"
