"""Names of any kind → addresses: safe on every system, distinct, and the same in any order."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as under
from hypothesis import strategies as st

from papershelf import disk, pipeline
from papershelf.model import Settings
from papershelf.report import Report
from papershelf.site import Page, Site

NAMES = (
    "..", ".", "../../etc/passwd", "/etc/passwd", "\\\\host\\share", "C:\\Windows\\x", "C:", "a/b",
    "a\\b", "~", "-rf", "CON", "con", "Con.txt", "PRN", "AUX", "NUL", "COM1", "COM0", "LPT9",
    "CON ", "AUX.", "index", "Index", "index.html", "404", "tags", "assets", "search", "sitemap",
    "sitemap.xml", "robots.txt", "feed.xml", "papers", "topics", "authors", "p", "a-z", "page-2",
    "0-9", ".git", ".nojekyll", ".htaccess", "_headers", "_redirects", "git~1", "x:stream",
    "%2e%2e%2f", "a%00b", "x" * 300, "é" * 300, "深" * 300, "word " * 80, "Foo", "foo", "FOO",
    "Foo 2", "foo-2", "Foo.", "Foo?", "Caf\u00e9", "Cafe\u0301", "Cafe", "Stra\u00dfe", "Strasse",
    "STRASSE", "\u1e9e", "\u212aelvin", "Kelvin", "\u0130x", "i\u0307x", "ix", "\ufb01x", "fix",
    "\u2160", "I", "!", "?!", "\u2026", "🎉", "🎊", "\u200b", "\u200d\u200d", "\u202eevil",
    "\u00ad", "\ufeff", "مقالة", "מאמר", "论文", "論文", "タイトル", "논문", "C", "C++", "C#", "c",
    "F#", ".NET",
    "a\nb", "a\tb", "a\x00b", "\x1b[0m", "nul\u0000", "<script>", "&amp;", "{{ x }}", "$x$",
    "=1+1",
)  # fmt: skip


def site_of(names: list[str]) -> tuple[dict[str, str], Site]:
    """A site of papers that bear the names everywhere; and the slug of each, by its abstract."""
    root = Path(mkdtemp())
    papers = root / "papers"
    papers.mkdir()
    for number, name in enumerate(names):
        record = {
            "title": name, "abstract": f"What this one says: {digest(name)}",
            "authors": [name, "Ada Lee"], "keywords": [name], "venue": name,
        }  # fmt: skip
        file = re.sub(r"[/\x00]", "_", name).encode()[:200].decode("utf-8", "ignore")
        file = f"{file}.{number % 3}" if file.strip(".") else f"x{file}"
        with (papers / file).open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(record) + "\n")
    chosen = Settings(
        root, docs_dir=root / "docs", site_dir=root / "site", overrides_dir=root / "o",
        taxonomy="none", site_url="https://example.org/", min_author_papers=1, min_venue_papers=1,
        min_topic_papers=1, min_feed_papers=1, short_ids=True, previews=False,
    )  # fmt: skip
    compiled = pipeline.compile_site(chosen, Report())
    slugs = compiled.catalog.slugs
    found = {paper.raw["abstract"]: slugs[paper.id] for paper in compiled.catalog.collection}
    disk.remove_tree(root)
    return found, compiled.site


def digest(name: str) -> str:
    return name.encode("utf-8", "surrogatepass").hex()[:60]


def addresses(site: Site) -> list[str]:
    return [item.address if isinstance(item, Page) else item.path for item in site]


DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.[^/]*)?\Z", re.IGNORECASE)
SPECIAL = {".nojekyll", "_headers", "_redirects"}


def check_names(found: list[str]) -> None:
    for address in found:
        assert len(address.encode()) <= 200
        for part in address.rstrip("/").split("/") if address else ():
            assert part in SPECIAL or re.fullmatch(
                r"[a-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", part
            ), address
            assert len(part) <= 100 and not DEVICE.match(part), address
    folded = [unicodedata.normalize("NFKC", address).casefold() for address in found]
    assert len(set(folded)) == len(folded)


def test_every_name_gives_safe_and_distinct_addresses() -> None:
    slugs, site = site_of(list(NAMES))
    check_names(addresses(site))
    assert len(set(slugs.values())) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs.values())


def test_addresses_do_not_depend_on_the_order_of_the_input() -> None:
    shuffled = list(NAMES)
    random.Random(1).shuffle(shuffled)
    slugs, site = site_of(list(NAMES))
    again, other = site_of(shuffled)
    assert slugs == again
    kept = [a for a in addresses(site) if not a.startswith("sources/")]
    assert sorted(kept) == sorted(a for a in addresses(other) if not a.startswith("sources/"))


def test_languages_have_pages_of_their_own() -> None:
    slugs, site = site_of(["C", "C++", "C#"])
    languages = ["c", "c-plus-plus", "c-sharp"]
    assert sorted(slugs.values()) == languages
    for folder in ("venues", "authors"):
        assert {f"{folder}/{name}/" for name in languages} <= set(addresses(site))


def test_what_is_told_apart_by_letters_alone_has_a_readable_address() -> None:
    slugs, _ = site_of(["Straße", "Über Netze", "论文", "μ-Nets"])
    assert sorted(slugs.values()) == ["lun-wen", "mu-nets", "strasse", "uber-netze"]


names = st.sampled_from(NAMES) | st.text(min_size=1, max_size=12)


@under(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(names, min_size=1, max_size=5, unique=True), st.randoms(use_true_random=False))
def test_any_names_in_any_order(found: list[str], chance: random.Random) -> None:
    slugs, site = site_of(found)
    check_names(addresses(site))
    chance.shuffle(found)
    assert site_of(found)[0] == slugs


def test_check_sees_an_unsafe_name() -> None:
    for address in ("../x/", "a/con/", "a b/", "x" * 101, "é/"):
        with pytest.raises(AssertionError):
            check_names([address])
    with pytest.raises(AssertionError):
        check_names(["a/", "a/"])
