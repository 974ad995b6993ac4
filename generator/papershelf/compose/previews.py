"""The images that a link to a page unfolds to: Open Graph cards, 1200 by 630, as PNG.

The only door to Pillow. The letters are those of Source Serif Pro, which a package brings along;
a sign that it lacks is left out, never drawn as an empty box.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib import resources
from unicodedata import normalize

import PIL
from PIL import Image, ImageColor, ImageDraw, ImageFont
from PIL.ImageFont import Layout

from papershelf.compose.env import Env
from papershelf.model import Catalog
from papershelf.site import Asset, Page

WIDTH, HEIGHT = 1200, 630
"""In pixels; what Facebook, Slack, Mastodon and others ask for (1.91 : 1)."""

_EDGE, _STRIPE, _FOOT = 84, 20, 548
_ROOM = WIDTH - _STRIPE - 2 * _EDGE
_TITLES = ((66, 3), (58, 3), (50, 4), (43, 4), (37, 5))  # size of the letters, lines at most
_LEADING = 1.22
_SHARE = 0.6  # of a text's letters, below which what can be drawn of it is no use

# Colours of papershelf.css; the areas' by number, the site's own first.
_PAPER, _COLOURS = "#fdfcf9", ("#23262a", "#5a5f66")
_HUES = (
    "#1b5e4b #8c2f39 #2c6e9b #c08a1e #2f6b4f #8a4a7d #b5651d #34497d #6b7d2c #a8546f #2b7a78 "
    "#5b4a8a #6d6259 #b04a2f #4f8a5b"
).split()
_READ = 600  # characters of a text that are looked at
_INK, _SOFT, _HUE = 1, 2, 3  # colours by number; each has so many steps from the paper to itself
_STEPS = 5
_EFFORT = 6
_LARGEST = 24 * 1024  # bytes; one in 300 images is drawn in coarser steps to stay below
_COARSER = (0, 2, 2, 4, 4, 5)

_Font = ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class Preview:
    """What stands on an image: `kicker` above the title, `said` below it, `hue` from 1."""

    title: str
    said: str = ""
    kicker: str = ""
    hue: int = 0


def compose_previews(catalog: Catalog, env: Env) -> Iterator[Page | Asset]:
    """`assets/previews/<address>.png` for the home, each topic and each paper."""
    if not env.settings.previews or not env.settings.site_url:
        return
    site = env.settings.site_name
    for address, preview in _previews(catalog, env):
        file, make = preview_address(env, address), partial(draw, preview, site)
        yield env.asset(file, make, preview, site, PIL.__version__)


def _previews(catalog: Catalog, env: Env) -> Iterator[tuple[str, Preview]]:
    """The address of each page that has an image of its own, and what stands on that."""
    count = len(catalog.collection)
    said = env.settings.site_description or env.say_many(
        "%(count)s paper, by topic, title and source.",
        "%(count)s papers, by topic, title and source.",
        count,
    )
    yield "", Preview(env.settings.site_name, said)
    for slug, topic in catalog.topics.topics.items():
        chip = env.chips[slug]
        many = env.papers(chip.count)
        yield chip.address, Preview(topic.label, topic.description, many, chip.hue)
    for paper in catalog.collection:
        yield env.paper_address(paper.id), _of_paper(paper.id, env)


def preview_address(env: Env, address: str) -> str:
    """Where the image of the home, a topic or a paper is; empty when there are no images."""
    wanted = env.settings.previews and env.settings.site_url
    return f"assets/previews/{address.rstrip('/') or 'home'}.png" if wanted else ""


def _of_paper(id: str, env: Env) -> Preview:
    paper, card = env.catalog.collection[id], env.view(id)
    chips = env.chips_of(id)[:3]
    said = card.teaser or ", ".join(str(author) for author in paper.authors[:4])
    hue = chips[0].hue if chips else 0
    return Preview(paper.title.plain, said, "  ·  ".join(chip.label for chip in chips), hue)


def draw(preview: Preview, site: str) -> bytes:
    """The image as PNG, the same bytes for the same words and the same release of Pillow.

    A title in a script that the letters lack leaves its place to the name of the site.
    """
    title = drawable(preview.title) or drawable(site) or "Papers"
    image = Image.new("L", (WIDTH, HEIGHT), 0)  # of numbers of colours
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, _STRIPE - 1, HEIGHT), _HUE * _STEPS)
    canvas.line((_STRIPE + _EDGE, _FOOT - 22, WIDTH - _EDGE, _FOOT - 22), 1, 2)  # the faintest ink
    _write(image, _wrapped(drawable(preview.kicker), 28, "Semibold", 1), _EDGE, _HUE)
    size, lines = _fitted(title)
    below = 20 + _write(image, lines, _EDGE + 46, _INK, size)
    most = max(0, min(4, (_FOOT - 56 - below) // round(31 * _LEADING)))
    _write(image, _wrapped(drawable(preview.said), 31, "Regular", most), below, _SOFT, 31)
    _write(image, _wrapped(drawable(site), 28, "Semibold", 1), _FOOT, _INK)
    made = _packed(image, preview.hue)
    return made if len(made) <= _LARGEST else _packed(image.point(_coarser()), preview.hue)


def _packed(image: Image.Image, hue: int) -> bytes:
    image.putpalette(_palette(hue))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=_EFFORT)
    return out.getvalue()


@cache
def _coarser() -> list[int]:
    """The number of each colour → that of one of fewer steps."""
    steps = [(number - 1) // _STEPS * _STEPS + _COARSER[(number - 1) % _STEPS + 1]
             for number in range(1, 256)]  # fmt: skip
    return [0, *steps]


def _write(image: Image.Image, lines: Sequence[str], top: int, colour: int, size: int = 28) -> int:
    """Sets the lines one below the other in one of the three colours; gives where they end."""
    font = _font(size, "Regular" if colour == _SOFT else "Semibold")
    step = round(size * _LEADING)
    if lines:
        mask = Image.new("L", (_ROOM + size, step * len(lines) + size // 4), 0)
        canvas = ImageDraw.Draw(mask)
        for number, line in enumerate(lines):
            canvas.text((0, number * step), line, 255, font)
        image.paste(mask.point(_numbers(colour)), (_STRIPE + _EDGE, top))
    return top + step * len(lines)


@lru_cache(maxsize=4)
def _numbers(colour: int) -> list[int]:
    """How much ink → the number of the colour that shows it: 0 is the bare paper."""
    steps = [round(level * _STEPS / 255) for level in range(256)]
    return [step and (colour - 1) * _STEPS + step for step in steps]


@lru_cache(maxsize=len(_HUES))
def _palette(hue: int) -> list[int]:
    """The paper, and from there to each of the three colours, step by step."""
    colours = (_COLOURS[0], _COLOURS[1], _HUES[hue % len(_HUES)])
    return [*ImageColor.getrgb(_PAPER), *(part for colour in colours for part in _ramp(colour))]


def _ramp(colour: str) -> list[int]:
    """From all but paper to the full colour."""
    ends = list(zip(ImageColor.getrgb(_PAPER), ImageColor.getrgb(colour), strict=True))
    steps = range(1, _STEPS + 1)
    return [low + (high - low) * step // _STEPS for step in steps for low, high in ends]


# Words → lines ---------------------------------------------------------------------------------


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest letters in which the title fits into its lines; the smallest cut it."""
    for size, most in _TITLES:
        lines = _wrapped(title, size, "Semibold", most + 1)
        if len(lines) <= most:
            return size, lines
    return size, _wrapped(title, size, "Semibold", most)


def _wrapped(text: str, size: int, weight: str, most: int) -> list[str]:
    """The text in lines of at most the room, `most` of them; an ellipsis where it is cut."""
    lines: list[list[str]] = []
    free = 0.0
    for word in (piece for one in text.split() for piece in _pieces(one, size, weight)):
        width = _width(f" {word}", size, weight)
        if lines and width <= free:
            lines[-1].append(word)
            free -= width
        elif len(lines) < most:
            lines.append([word])
            free = _ROOM - _width(word, size, weight)
        else:
            return [" ".join(line) for line in [*lines[:-1], _ended(lines[-1], size, weight)]]
    return [" ".join(line) for line in lines]


def _pieces(word: str, size: int, weight: str) -> Iterator[str]:
    """The word, in pieces if it is wider than the room."""
    widest = int(_ROOM / size)  # no letter is wider than it is high, but for a few
    while len(word) > widest and _width(word, size, weight) > _ROOM:
        yield word[:widest]
        word = word[widest:]
    yield word


def _ended(words: list[str], size: int, weight: str) -> list[str]:
    """A line that says that it is cut."""
    while len(words) > 1 and _width(" ".join(words) + "…", size, weight) > _ROOM:
        words = words[:-1]
    return [" ".join(words).rstrip(" ,;:–-") + "…"]


# The words of a collection come back again and again: nine in ten are found here.
@lru_cache(maxsize=1 << 16)
def _width(text: str, size: int, weight: str) -> float:
    return _font(size, weight).getlength(text)


# Letters ---------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _font(size: int, weight: str) -> _Font:
    file = resources.files("font_source_serif_pro") / "files" / f"SourceSerifPro-{weight}.ttf"
    # Not Raqm, which not every machine has: the same words should give the same image.
    return ImageFont.truetype(io.BytesIO(file.read_bytes()), size, layout_engine=Layout.BASIC)


def drawable(text: str) -> str:
    """What the letters can show of a text; nothing where too much would be missing.

    >>> drawable("Čech’s α-net in ℝ²"), drawable("深层网络的研究 of nets")
    ('Čech’s α-net in R²', '')
    """
    text = " ".join(text[:_READ].split())
    shown = "".join(map(_shown, normalize("NFC", text)))
    letters, kept = (sum(map(str.isalnum, one)) for one in (text, shown))
    return " ".join(shown.split()) if kept >= _SHARE * letters else ""


@lru_cache(maxsize=1 << 14)
def _shown(sign: str) -> str:
    """The sign, else a plainer form of it, else nothing."""
    plain = normalize("NFKD", sign)
    return next((form for form in (sign, plain) if all(map(_has, form))), "")


def _has(sign: str) -> bool:
    return sign == " " or _mask(sign) != _mask("\U0010ffff")


def _mask(sign: str) -> bytes:
    return bytes(_font(40, "Semibold").getmask(sign))
