"""The page of a paper in a real browser: citing, sharing, and the way along a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FULL = "papers/thin-nets-with-xx2/"
LINK = f"https://papershelf.example.org/{FULL}"
WORDS = "To address this issue, we propose to leave out nine weights in ten."


@pytest.fixture
def paper(page: Page, address: str) -> Page:
    """The page of a paper of which all is known, over http, where a clipboard may be read."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + FULL)
    return page


@pytest.fixture
def plain(chromium: Browser, address: str) -> Iterator[Page]:
    """The same without JavaScript."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + FULL)
    yield page
    context.close()


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def cite(page: Page, form: str = "BibTeX") -> None:
    page.locator("summary", has_text="Cite").click()
    page.get_by_role("tab", name=form).click()


def test_a_citation_is_copied_as_it_is_shown(paper: Page) -> None:
    for form, start in {"BibTeX": "@article{ada2024thin,\n  title", "RIS": "TY  - JOUR\n",
                        "CSL-JSON": '[{"id": "ada2024thin",\n', "APA": "Ada, B., van Gogh",
                        "Markdown": "[Thin nets with xx²]("}.items():  # fmt: skip
        cite(paper, form)
        paper.get_by_role("button", name="Copy", exact=True).click()
        expect(paper.locator("dialog").get_by_role("status")).to_have_text(f"{form} copied")
        assert copied(paper).startswith(start)
        paper.keyboard.press("Escape")
        expect(paper.locator("dialog[open]")).to_have_count(0)


def test_a_citation_is_saved_under_its_key(paper: Page) -> None:
    cite(paper, "RIS")
    with paper.expect_download() as saved:
        paper.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == "ada2024thin.ris"
    assert Path(saved.value.path()).read_text("utf-8").endswith("ER  - \n")


def test_the_dialog_is_walked_by_keyboard_and_gives_the_focus_back(paper: Page) -> None:
    summary = paper.locator("summary", has_text="Cite")
    summary.focus()
    paper.keyboard.press("Enter")
    paper.get_by_role("tab", name="BibTeX").focus()
    paper.keyboard.press("ArrowRight")
    expect(paper.get_by_role("tab", name="RIS")).to_be_focused()
    expect(paper.get_by_role("tabpanel", name="RIS")).to_be_visible()
    expect(paper.get_by_role("tabpanel")).to_have_count(1)
    paper.keyboard.press("End")
    expect(paper.get_by_role("tab", name="Markdown")).to_have_attribute("aria-selected", "true")
    paper.keyboard.press("Escape")
    expect(summary).to_be_focused()


def test_without_a_script_the_citations_unfold_and_nothing_offers_to_copy(plain: Page) -> None:
    plain.locator("summary", has_text="Cite").click()
    expect(plain.locator(".ps-forms pre").first).to_contain_text("@article{ada2024thin")
    assert plain.locator(".ps-forms pre:visible").count() == 5
    assert plain.locator("[data-ps-share]:visible").count() == 0
    expect(plain.locator(".ps-walk p")).to_have_text("in Pruning")


def test_a_link_is_copied_plain_and_as_markdown(paper: Page) -> None:
    paper.get_by_role("button", name="Copy link").click()
    expect(paper.get_by_role("status").filter(has_text="copied")).to_have_text("Link copied")
    assert copied(paper) == LINK
    paper.get_by_role("button", name="Copy as Markdown").click()
    expect(paper.get_by_role("status").filter(has_text="Mark")).to_be_visible()
    assert re.fullmatch(rf"\[Thin nets with .+\]\({LINK}\)", copied(paper))


SELECT = """words => {
  const text = document.querySelector(".ps-abstract mark").firstChild;
  getSelection().setBaseAndExtent(text, 0, text, words);
}"""


@pytest.mark.parametrize(
    ("length", "fragment"),
    [(len(WORDS), "To%20address%20this%20issue%2C%20we,out%20nine%20weights%20in%20ten."),
     (len("To address"), "To%20address")],
)  # fmt: skip
def test_selected_words_are_quoted_with_a_link_to_them(
    paper: Page, length: int, fragment: str
) -> None:
    paper.get_by_role("button", name="Quote").click()
    expect(paper.get_by_role("status").filter(has_text="Select words")).to_be_visible()
    paper.evaluate(SELECT, length)
    paper.get_by_role("button", name="Quote").click()
    expect(paper.get_by_role("status").filter(has_text="Quotation copied")).to_be_visible()
    quote, _, source = copied(paper).split("\n")
    assert quote == f"> {WORDS[:length]}"
    assert source.endswith(f"]({LINK}#:~:text={fragment})")


def test_where_there_is_no_clipboard_the_old_way_copies(chromium: Browser, site: Path) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto((site / FULL / "index.html").as_uri())
    cite(page)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("dialog").get_by_role("status")).to_have_text("BibTeX copied")
    context.close()


def test_the_way_is_along_the_list_that_one_came_from(page: Page, address: str) -> None:
    page.goto(f"{address}topics/quantization/")
    links = page.locator(".ps-cards h3 a")
    plain = "links => links.map(one => one.dataset.title || one.textContent)"
    titles = links.evaluate_all(plain)
    links.nth(1).click()
    walk = page.locator(".ps-walk")
    expect(walk.locator("p")).to_have_text("in Quantization")
    expect(walk.locator("[rel=prev]")).to_have_text(f"Previous {titles[0]}")
    walk.locator("[rel=next]").click()
    expect(page.locator("h1.ps-title")).to_have_text(titles[2])
    walk.locator("p a").click()
    assert page.url == f"{address}topics/quantization/"
    links.last.click()
    walk.locator("[rel=next]").click()
    assert page.url == f"{address}topics/quantization/2/"


def test_the_way_works_in_pages_that_were_opened_as_files(page: Page, site: Path) -> None:
    page.goto((site / "topics/quantization/index.html").as_uri())
    page.locator(".ps-cards h3 a").first.click()
    expect(page.locator(".ps-walk p")).to_have_text("in Quantization")
