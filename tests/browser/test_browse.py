"""The browse page in a real browser: what it counts, what it keeps in the URL, how fast it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from large import build_large, catalog_of_lines
from long_tasks import Walk, freezes
from playwright.sync_api import Browser, Page, expect

from conftest import serve
from papershelf.compose.facts import when
from papershelf.model import Catalog, Paper

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def status(page: Page) -> str:
    return page.locator(".ps-browse-status").inner_text()


def settled(page: Page, state: str) -> None:
    """Waits until the page shows what its URL says."""
    page.wait_for_selector(f"[data-ps-browse][data-state='{state}']")


def titles(page: Page) -> list[str]:
    return page.locator(".ps-browse-results [data-paper]").all_inner_texts()


@pytest.fixture
def browse(page: Page, address: str) -> Page:
    """The browse page of the small site."""
    page.goto(f"{address}browse/")
    settled(page, "all")
    return page


def box(page: Page, facet: str, value: str):  # type: ignore[no-untyped-def]
    side = page.locator(".ps-facet").filter(has=page.locator("summary", has_text=facet))
    return side.locator(f"[data-value='{value}']")


# ---- the URL --------------------------------------------------------------------------------


def test_what_is_chosen_stands_in_the_url_and_comes_back_with_it(
    browse: Page, address: str, chromium: Browser
) -> None:
    box(browse, "Year", "2023").check()
    settled(browse, "?date=2023")
    browse.get_by_label("Sort").select_option("title")
    browse.get_by_label("Show", exact=True).select_option("table")
    settled(browse, "?date=2023&sort=title&view=table")
    assert browse.url == f"{address}browse/?date=2023&sort=title&view=table"
    shown = titles(browse)
    assert shown and status(browse) == f"{len(shown)} of 17 papers"
    other = chromium.new_page()
    other.goto(browse.url)
    settled(other, "?date=2023&sort=title&view=table")
    assert titles(other) == shown
    expect(box(other, "Year", "2023")).to_be_checked()
    other.close()


def test_the_back_button_takes_back_one_choice_at_a_time(browse: Page) -> None:
    box(browse, "Year", "2023").check()
    settled(browse, "?date=2023")
    box(browse, "Year", "2024").check()
    settled(browse, "?date=2023&date=2024")
    browse.go_back()
    settled(browse, "?date=2023")
    expect(box(browse, "Year", "2024")).not_to_be_checked()
    browse.go_back()
    settled(browse, "all")
    assert status(browse) == "17 papers"
    browse.go_forward()
    settled(browse, "?date=2023")


def test_a_paper_opened_and_left_leads_back_to_what_was_chosen(browse: Page) -> None:
    box(browse, "Year", "2023").check()
    settled(browse, "?date=2023")
    shown = titles(browse)
    browse.locator(".ps-browse-results a").first.click()
    expect(browse.locator(".ps-paper")).to_be_visible()
    browse.go_back()
    settled(browse, "?date=2023")
    assert titles(browse) == shown


def test_nonsense_in_the_url_is_left_aside(page: Page, address: str) -> None:
    page.goto(f"{address}browse/?date=1066&sort=constructor&view=x&page=-3&every=__proto__&words=")
    settled(page, "all")
    assert status(page) == "17 papers"


def test_what_is_typed_replaces_the_url_and_is_no_step_back(browse: Page, address: str) -> None:
    before = browse.evaluate("history.length")
    browse.locator("#ps-browse-q").press_sequentially('halves -"part 1"', delay=5)
    settled(browse, "?words=halves+-%22part+1%22")
    assert browse.evaluate("history.length") == before
    # Of parts 0 to 11, 1 and 10 and 11 begin alike.
    assert len(titles(browse)) == 9


def test_authors_and_abstracts_are_searched_too(browse: Page) -> None:
    browse.locator("#ps-browse-q").fill("gógh")
    expect(browse.locator(".ps-browse-status")).to_have_text("1 of 17 papers")
    browse.locator("#ps-browse-q").fill("nine weights in ten")
    expect(browse.locator(".ps-browse-status")).to_have_text("16 of 17 papers")
    browse.locator("#ps-browse-q").fill("no such words")
    expect(browse.locator(".ps-browse-none")).to_be_visible()
    browse.get_by_role("button", name="Start over").click()
    settled(browse, "all")


# ---- views ------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["list", "cards", "table"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_view_is_wider_than_the_screen(page: Page, address: str, view: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}browse/?view={view}")
    settled(page, "all" if view == "list" else f"?view={view}")
    assert len(titles(page)) == 17
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_text_that_looks_like_code_is_text(page: Page, address: str) -> None:
    page.goto(f"{address}browse/?view=cards&words=kernel")
    settled(page, "?words=kernel&view=cards")
    card = page.locator(".ps-card")
    expect(card.locator("a")).to_have_text("A <kernel> + <model> of 8*16B … 8*16B")
    expect(card.locator(".ps-card-teaser")).to_have_text("Is {{ this }} *safe*? <b>No.</b>")


def test_on_a_phone_the_filters_are_behind_a_button(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{address}browse/")
    settled(page, "all")
    year = box(page, "Year", "2023")
    expect(year).to_be_hidden()
    button = page.get_by_role("button", name="Filters")
    button.click()
    year.check()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()


def test_without_scripts_every_index_is_a_link(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}browse/")
    links = page.locator(".ps-browse-ways a")
    found = {link.get_attribute("href") for link in links.all()}
    ways = "topics cloud map timeline a-z authors venues years sources exports".split()
    assert found == {f"../{way}/" for way in ways}
    links.filter(has_text="A to Z").click()
    page.locator(".ps-volumes a").first.click()
    page.locator(".ps-titles a").first.click()
    expect(page.locator(".ps-abstract")).to_be_visible()
    context.close()


# ---- keys ---------------------------------------------------------------------------------------


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.paper || ''"))


def test_the_page_can_be_used_by_keys_alone(browse: Page) -> None:
    browse.keyboard.press("/")
    browse.keyboard.type("halves, part 1j")
    browse.keyboard.press("Backspace")
    settled(browse, "?words=halves%2C+part+1")
    browse.keyboard.press("Escape")
    first = focused(browse)
    browse.keyboard.press("j")
    second = focused(browse)
    assert first and second and first != second
    browse.keyboard.press("ArrowUp")
    assert focused(browse) == first
    browse.keyboard.press("k")
    assert focused(browse) == first
    browse.keyboard.press("j")
    browse.keyboard.press("s")
    star = browse.locator("li", has=browse.locator(f"[data-paper={second}]")).locator(".ps-star")
    expect(star).to_have_attribute("aria-pressed", "true")
    browse.keyboard.press("Enter")
    expect(browse.locator(".ps-paper")).to_be_visible()
    assert f"/papers/{second}/" in browse.url


def test_the_keys_are_told_and_can_be_switched_off(browse: Page, address: str) -> None:
    browse.keyboard.press("?")
    dialog = browse.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("next paper")
    dialog.get_by_label("Use these keys").uncheck()
    browse.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    browse.reload()
    settled(browse, "all")
    browse.keyboard.press("j")
    assert focused(browse) == ""


def test_boxes_keep_the_focus_when_the_counts_change(browse: Page) -> None:
    one = box(browse, "Year", "2023")
    one.focus()
    browse.keyboard.press("Space")
    settled(browse, "?date=2023")
    expect(box(browse, "Year", "2023")).to_be_focused()


# ---- 10,000 papers -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(shared: Path) -> Catalog:
    return catalog_of_lines(shared / "data" / "hf-10k.jsonl.gz")


@pytest.fixture(scope="module")
def large_address(large: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(build_large(tmp_path_factory.mktemp("large"), large)) as address:
        yield address


@pytest.mark.shared
def test_counts_are_those_of_the_collection(page: Page, large: Catalog, large_address: str) -> None:
    first, second = sorted(large.topics.papers, key=lambda name: -len(large.topics.papers[name]))[
        :2
    ]

    def has(id: str, name: str) -> bool:
        return id in members[name]

    members = {name: set(ids) for name, ids in large.topics.papers.items()}
    year = {paper.id: str(when(paper).year) for paper in large.collection}
    coded = {paper.id for paper in large.collection if paper.links}
    either = {id for id in year if has(id, first) or has(id, second)}
    found = {id for id in either if year[id] == "2025" and id in coded}

    page.goto(f"{large_address}browse/?topic={first}&topic={second}&date=2025&has=code")
    page.wait_for_selector("[data-state]")
    assert status(page) == f"{len(found):,} of {len(large.collection):,} papers"
    # The counts of a facet are of what the others let through.
    assert told(page, "Year") == counted(year[id] for id in either & coded)
    open_now = [id for id in year if year[id] == "2025" and id in coded]
    topics = Counter(name for name, ids in members.items() for id in open_now if id in ids)
    shown = told(page, "Topic")
    assert shown == {name: topics[name] for name in shown} and len(shown) == 8

    every = page.get_by_label("Papers must have all of them").first
    every.check()
    page.wait_for_selector("[data-state*=every]")
    both = {id for id in found if has(id, first) and has(id, second)}
    assert status(page) == f"{len(both):,} of {len(large.collection):,} papers"


def told(page: Page, facet: str) -> dict[str, int]:
    """The values of a facet in sight, with their counts."""
    side = page.locator(".ps-facet").filter(has=page.locator("summary", has_text=facet))
    rows = side.locator(".ps-facet-values li")
    return {
        str(row.locator("input").get_attribute("data-value")): int(
            row.locator(".ps-count").inner_text().replace(",", "")
        )
        for row in rows.all()
    }


def counted(values: Iterator[str]) -> dict[str, int]:
    return dict(Counter(values))


def recent(paper: Paper) -> tuple[int, ...]:
    """Sorts the latest first."""
    assert paper.date
    return tuple(-part for part in paper.date.sort_key())


@pytest.mark.shared
@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("newest", lambda catalog, paper: recent(paper)),
        ("title", lambda catalog, paper: ()),
        ("listed", lambda catalog, paper: (-paper.listings[0].date.month, *recent(paper))),
        ("added", lambda catalog, paper: recent(paper)),  # an address from former versions
    ],
)
def test_papers_come_in_order(
    page: Page, large: Catalog, large_address: str, sort: str, key: Callable[..., object]
) -> None:
    order = sorted(large.collection, key=lambda paper: key(large, paper))
    page.goto(f"{large_address}browse/?sort={sort}&page=3")
    page.wait_for_selector("[data-state]")
    slugs = [link.get_attribute("data-paper") for link in page.locator("[data-paper]").all()]
    assert slugs == [large.slugs[paper.id] for paper in order[100:150]]


@pytest.mark.shared
def test_authors_are_fetched_when_they_are_asked_for(page: Page, large_address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{large_address}browse/")
    settled(page, "all")
    assert not [url for url in asked if "browse/author" in url or "browse/text" in url]
    side = page.locator(".ps-facet").filter(has=page.locator("summary", has_text="Author"))
    side.locator("summary").click()
    side.get_by_role("button", name="Show").click()
    side.get_by_label("Find in Author").fill("furu wei")
    side.locator("[data-value=furu-wei]").check()
    settled(page, "?author=furu-wei")
    count = status(page)
    page.reload()
    settled(page, "?author=furu-wei")
    assert status(page) == count and count.endswith("of 9,868 papers")


@pytest.mark.shared
def test_a_facet_that_is_still_to_come_shows_nothing_to_press(
    page: Page, large_address: str
) -> None:
    page.route("**/browse/author*", lambda route: route.abort())
    page.goto(f"{large_address}browse/")
    settled(page, "all")
    side = page.locator(".ps-facet").filter(has=page.locator("summary", has_text="Author"))
    side.locator("summary").click()
    expect(side).to_contain_text("Could not be fetched")
    expect(side.locator("button:visible, input:visible")).to_have_count(0)


_WALK: dict[str, Callable[[Page], object]] = {
    "choose a topic": lambda page: page.locator(".ps-facet [data-value]").nth(1).check(),
    "show all topics": lambda page: page.locator(".ps-facet .ps-plain").first.click(),
    "open the authors": lambda page: page.locator("summary", has_text="Author").click(),
    "filter": lambda page: page.locator("#ps-browse-q").fill("diffusion model"),
    "clear": lambda page: page.get_by_role("button", name="Clear all").click(),
    "sort": lambda page: page.get_by_label("Sort").select_option("author"),
    "cards": lambda page: page.get_by_label("Show", exact=True).select_option("cards"),
    "turn the page": lambda page: page.locator("[data-turn=next]").click(),
}


@pytest.mark.shared
@pytest.mark.parametrize("rate", [1, 4])
def test_nothing_freezes(chromium: Browser, large_address: str, rate: int) -> None:
    def steps(walk: Walk) -> None:
        page = walk.page
        page.goto(f"{large_address}browse/")
        page.locator(".ps-browse-results a").first.wait_for()
        page.get_by_role("button", name="Filters").click()
        for name, step in {"load": lambda page: None, **_WALK}.items():
            step(page)
            page.wait_for_timeout(300 * rate)
            walk.note(name)

    assert freezes(chromium, steps, rate) == {}
