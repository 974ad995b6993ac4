"""The images that links unfold to."""

from __future__ import annotations

import io
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from catalogs import LONG, catalog_of, paper, site_of, small_catalog
from papershelf.compose import previews
from papershelf.compose.previews import HEIGHT, WIDTH, Preview, draw, drawable
from papershelf.site import Asset

SENTENCE = "We propose to leave out nine weights in ten, and show on three tasks that it helps."
LOADED = Preview("Words " * 60, SENTENCE * 4, "Pruning  ·  Quantization  ·  Attention", 5)


def opened(image: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(image))
    found.load()
    return found


def test_an_image_is_a_small_png_of_the_size_that_is_asked_for() -> None:
    for preview in (Preview("Pruning"), LOADED):
        made = draw(preview, "My papers")
        found = opened(made)
        assert (found.format, found.size, found.mode) == ("PNG", (WIDTH, HEIGHT), "P")
        assert len(made) <= 24 * 1024


def test_an_image_that_would_be_large_is_drawn_in_coarser_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fine = draw(LOADED, "My papers")
    monkeypatch.setattr(previews, "_LARGEST", len(fine) - 1)
    coarse = draw(LOADED, "My papers")
    assert len(coarse) < 0.95 * len(fine)
    assert ImageChops.difference(*map(rgb, (fine, coarse))).getextrema() <= ((0, 60),) * 3


def rgb(image: bytes) -> Image.Image:
    return opened(image).convert("RGB")


def ink(preview: Preview, site: str = "My papers") -> Image.Image:
    return opened(draw(preview, site)).convert("L").point(lambda level: 255 * (level < 200))


def test_all_that_it_says_is_within_its_edges() -> None:
    for preview in (LOADED, Preview(LONG, LONG, LONG), Preview("W" * 400, "W" * 400, "W" * 400)):
        left, top, right, bottom = ink(preview).crop((30, 0, WIDTH, HEIGHT)).getbbox() or (0,) * 4
        assert left > 40 and top > 60
        assert right + 30 < WIDTH - 40 and bottom < HEIGHT - 30


def test_every_part_leaves_its_mark() -> None:
    whole = Preview("Title", "Said.", "Topic", 3)
    others = [
        Preview("Other", "Said.", "Topic", 3),
        Preview("Title", "More.", "Topic", 3),
        Preview("Title", "Said.", "Field", 3),
        Preview("Title", "Said.", "Topic", 4),
    ]
    made = {draw(one, "My papers") for one in (whole, *others)} | {draw(whole, "Yours")}
    assert len(made) == 6


def test_the_colour_of_the_area_runs_down_its_side() -> None:
    assert opened(draw(Preview("T", hue=2), "S")).convert("RGB").getpixel((5, 300)) == (
        0x2C,
        0x6E,
        0x9B,
    )


def test_the_colours_are_those_of_the_stylesheet() -> None:
    from papershelf.compose.previews import _HUES
    from test_policy import OVERRIDES

    sheet = (OVERRIDES / "assets/stylesheets/papershelf.css").read_text("utf-8")
    wanted = dict(re.findall(r"\.ps-hue-(\d+) \{ --ps-hue: (#\w+);", sheet))
    assert {str(number): hue for number, hue in enumerate(_HUES) if number} == {
        number: hue for number, hue in wanted.items() if number != "0"
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Čech’s α-net — größer", "Čech’s α-net — größer"),
        ("Сети", "Сети"),
        ("ℝ² and 𝒪(n)", "R² and O(n)"),
        ("nets 🚀 fly", "nets fly"),
        ("深层网络", ""),
        ("شبكات عميقة", ""),
        ("深层网络的研究 of a net", ""),
        ("\x00\x1b\u202e\ufeff", ""),
        ("!?", "!?"),
    ],
)
def test_what_the_letters_lack_is_left_out_and_no_box_is_drawn(text: str, shown: str) -> None:
    assert drawable(text) == shown


def test_a_title_in_another_script_leaves_its_place_to_the_site() -> None:
    assert draw(Preview("深层网络的研究", "日本語"), "Mine") == draw(Preview("Mine", ""), "Mine")


@given(st.text(max_size=300), st.text(max_size=80))
def test_no_text_breaks_an_image(text: str, site: str) -> None:
    assert draw(Preview(text, text, text, len(text)), site) == draw(
        Preview(text, text, text, len(text)), site
    )


def test_an_image_takes_a_few_milliseconds() -> None:
    draw(LOADED, "S")
    took = []
    for _ in range(5):
        start = time.process_time()
        draw(LOADED, "S")
        took.append(time.process_time() - start)
    assert min(took) < 0.05  # 8 ms where it was written; the test is for what is quadratic


# Of a site --------------------------------------------------------------------------------------


def test_papers_topics_and_the_home_have_one_and_name_it() -> None:
    site = site_of(small_catalog())
    for address, image in [
        ("", "home"),
        ("topics/pruning/", "topics/pruning"),
        ("papers/bits-and-weights/", "papers/bits-and-weights"),
        ("cloud/", "home"),
        ("papers/gone-paper/", "home"),
    ]:
        assert opened(site[f"assets/previews/{image}.png"].body).size == (WIDTH, HEIGHT)
        wanted = f'content="https://papers.example.org/assets/previews/{image}.png"'
        head = str(site[address].meta["head"])
        assert re.findall(r'property="og:image" (content="[^"]*")', head) == [wanted]


def test_there_are_none_when_nobody_wants_them() -> None:
    site = site_of(small_catalog(), previews=False)
    assert not [item for item in site if item.address.startswith("assets/previews/")]
    assert "og:image" not in str(site["papers/bits-and-weights/"].meta["head"])


def keys(title: str, said: str) -> dict[str, str]:
    site = site_of(catalog_of([paper(title, said), paper("Another one")]))
    return {i.address: i.key for i in site if isinstance(i, Asset) and i.address.endswith(".png")}


def test_only_an_image_that_shows_something_else_is_drawn_anew() -> None:
    before, after = keys("Nets", "We propose nets. It helps."), keys("Nets", "We propose a net.")
    changed = {address for address in before if before[address] != after[address]}
    assert changed == {"assets/previews/papers/nets.png"}
    assert keys("Nets", "We propose nets. It fails.") == before
