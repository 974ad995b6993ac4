"""What is fuzzed: a strategy for what goes in, and a check of what must hold of what comes out.

A check raises where a promise is broken. It may take as long as `SECONDS`, and no input may make
it take longer.
"""

from __future__ import annotations

import atexit
import contextlib
import gzip
import io
import json
import posixpath
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from xml.etree import ElementTree

import html5lib
import markdown
import yaml
from damage import SCRAPS, damaged_bytes, damaged_texts
from hypothesis import strategies as st

from catalogs import full_paper, small_catalog
from hostile import TEXTS, WRITERS
from papershelf import cache as caching
from papershelf import pipeline
from papershelf.config import BadSettings, load_settings
from papershelf.identity import is_slug
from papershelf.ledger import Ledger
from papershelf.model import Origin, Settings
from papershelf.overrides import load_corrections
from papershelf.read import READERS, read
from papershelf.report import Failure, Report
from papershelf.site import Page, Site
from papershelf.taxonomy import load_taxonomy
from papershelf.write import load_ledger

SECONDS = 10.0
"""How long one check may take, in seconds of its own."""

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"


@dataclass(frozen=True)
class Target:
    """What goes in, and what must hold of it."""

    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], None]


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="papershelf-fuzz-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


# Readers: any text, any bytes.


@cache
def _seeds(name: str) -> tuple[str, ...]:
    cases = [
        path.read_bytes().decode("utf-8", "replace").partition("=== ")[0][:4000]
        for path in sorted((CASES / name).glob("*.txt"))
    ]
    return (READERS[name].EXAMPLE, *cases, WRITERS[name](PLAIN))


PLAIN = {
    "title": "A Plain Title", "abstract": "What is said here is plain. " * 3, "author": "Ada Lee",
    "tag": "graphs", "url": "https://example.org/a",
}  # fmt: skip


def _reader(name: str) -> Target:
    def check(text: str) -> None:
        for reader in READERS.values():
            assert 0 <= reader.sniff(text) <= 1
        report = Report()
        lines = text.count("\n") + 1
        for record in READERS[name].read(text, Origin("x", 0, name), report):
            assert record.origin.path == "x" and 0 <= record.origin.line <= lines
            json.dumps([dict(record.fields), dict(record.extra)])
        for problem in report.problems:
            assert problem.origin is None or 0 <= problem.origin.line <= lines
            assert problem.code and problem.message

    return Target(damaged_texts(_seeds(name)), check)


def _packed(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


MAIL = b"""\
From: a@b.c
Subject: x
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Disposition: attachment; filename=a.bib

BODY
--b--
"""


@cache
def _files() -> tuple[bytes, ...]:
    texts = [READERS[name].EXAMPLE.encode() for name in READERS]
    mail = MAIL.replace(b"BODY", texts[1])
    odd = [texts[1].decode().encode(name) for name in ("utf-16", "utf-32", "utf-8-sig")]
    packed = [gzip.compress(texts[1], mtime=0), _packed("a/b.bib", texts[1]), mail]
    return (*texts, *odd, *packed, _packed("x.zip", packed[1]), gzip.compress(packed[2], mtime=0))


def _read_bytes(data: bytes) -> None:
    """A file of any bytes between two good ones: these get through, and who is lost is told."""
    with _folder() as root:
        papers = root / "papers"
        papers.mkdir()
        for name in ("a.jsonl", "c.jsonl"):
            (papers / name).write_text('{"title": "A Good Neighbour", "abstract": "Said."}\n')
        (papers / "b").write_bytes(data)
        report = Report()
        found = list(read(Settings(root, sources=("papers",)), {}, report))
        good = [one for one in found if one.origin.path.endswith(("/a.jsonl", "/c.jsonl"))]
        assert len(good) == 2
        assert len(found) > 2 or any(
            problem.origin and problem.origin.path.startswith("papers/b")
            for problem in report.problems
        )
        for record in found:
            json.dumps([dict(record.fields), dict(record.extra)], ensure_ascii=False).encode()
        assert "\x1b" not in "".join(map(str, report.sorted_problems())) or b"\x1b" in data


# A record → pages, feeds and data: no element and no attribute that a plain one has not.

_FIELDS = (
    "title abstract authors keywords venue date url pdf code doi arxiv acl openreview links "
    "volume pages publisher language key type votes listed other"
).split()
_VALUES = damaged_texts((*TEXTS, *PLAIN.values(), *SCRAPS))
_RECORDS = st.lists(
    st.dictionaries(
        st.sampled_from(_FIELDS), _VALUES | st.lists(_VALUES, max_size=3), max_size=6
    ).flatmap(lambda made: _VALUES.map(lambda title: {"title": title, **made})),
    min_size=1,
    max_size=2,
)
_PLAIN_RECORDS = [
    {
        "title": f"A Plain Title, part {number} of $x^2$", "url": "https://github.com/a/b",
        "abstract": "Of $\\frac{a}{b}$ and https://example.org/b we say: it is 4times70.\n\nTwo.",
        "authors": ["Ada Lee", "Bo Berg", "The Team", *(f"C{n} D{n}" for n in range(20))],
        "keywords": ["graphs", "C++"], "venue": "Acts & Laws", "date": "2021-05-03", "pages": "1-9",
        "pdf": "https://e.org/a.pdf", "code": "https://github.com/a/c",
        "arxiv": f"2401.0000{number}",
        "doi": f"10.1000/a{number}", "acl": "P19-1001", "openreview": "abcDEF123", "votes": "3",
        "volume": "2", "publisher": "P", "language": "en", "listed": "Mar 14", "other": "x",
        "links": ["https://e.org/demo"], "key": "lee", "type": "article",
    }
    for number in range(1, 4)
]  # fmt: skip


def _site(records: list[dict[str, Any]]) -> Site:
    with _folder() as root:
        (root / "papers").mkdir()
        lines = [json.dumps(record) for record in records]
        (root / "papers" / "a.jsonl").write_text("\n".join(lines))
        few = {"min_author_papers": 1, "min_venue_papers": 1, "min_feed_papers": 1}
        settings = Settings(
            root, docs_dir=root / "docs", site_dir=root / "site", overrides_dir=root / "overrides",
            site_url="https://example.org/", taxonomy="none", min_topic_papers=1, short_ids=True,
            previews=False, **few,
        )  # fmt: skip
        return _made(pipeline.compile_site(settings, Report()).site)


def _made(site: Site) -> Site:
    """The site with every text made, while the folder is there."""
    for item in site:
        if hasattr(item, "body"):
            _ = item.body
    return site


@cache
def _engine() -> markdown.Markdown:
    """Markdown as the site's own settings have it."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda *_: None)
    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader)
    named = config["markdown_extensions"]
    configs = {
        name: options or {}
        for one in named
        if isinstance(one, dict)
        for name, options in one.items()
    }
    configs.pop("pymdownx.emoji", None)
    names = [one if isinstance(one, str) else next(iter(one)) for one in named]
    return markdown.Markdown(extensions=names, extension_configs=configs)


def _html(page: Page) -> str:
    """A page as the theme makes it: title, description and head as they stand."""
    meta = page.meta
    return (
        f"<!doctype html><html><head><title>{meta['title']}</title>"
        f'<meta name="description" content="{meta["description"]}">{meta.get("head", "")}</head>'
        f"<body>{_engine().reset().convert(page.body)}</body></html>"
    )


def _elements(html: str) -> Iterator[tuple[ElementTree.Element, bool]]:
    """Every element, as a browser's rules find it, and whether it stands in a formula."""
    pending = [(html5lib.parse(html, namespaceHTMLElements=False), False)]
    while pending:
        element, in_math = pending.pop()
        in_math = in_math or str(element.tag).endswith("math")
        yield element, in_math
        pending += [(inner, in_math) for inner in element]


@cache
def _plain_marks() -> frozenset[tuple[str, str]]:
    """The elements that plain records bring about, each with every attribute of its own."""
    shared = [{"title": f"Sundials of {place}"} for place in ("Rome", "Oslo", "Lima")]
    sites = [
        _site(_PLAIN_RECORDS),
        _site(_PLAIN_RECORDS[:1]),
        _site([{"title": "T"}]),
        _site(shared),
        _site([]),
    ]
    sites.append(_site([{"title": f"Graph {one}"} for one in ("sundials", "clocks")]))
    sites += [_site([{"title": "T", "abstract": "x", name: "a"}]) for name in _FIELDS[2:]]
    pages = [page for site in sites for page in site if isinstance(page, Page)]
    found = [
        element for page in pages for element, is_math in _elements(_html(page)) if not is_math
    ]
    return frozenset((str(e.tag), name) for e in found for name in ("", *map(str, e.attrib)))


_MATH_ATTRIBUTES = frozenset(
    "display xmlns alttext accent accentunder stretchy fence form separator lspace rspace class "
    "mathvariant linethickness columnalign rowspacing columnspacing columnlines rowlines minsize "
    "maxsize notation width height depth voffset displaystyle scriptlevel symmetric largeop "
    "movablelimits mathcolor mathbackground encoding open close separators title".split()
)


def check_page(page: Page) -> None:
    for element, is_math in _elements(_html(page)):
        tag = str(element.tag)
        if is_math:
            assert re.search(r"(\A|\})(math|m[a-z]{1,12}|semantics|annotation)\Z", tag), tag
            names = {str(name).rpartition("}")[2] for name in element.attrib}
            assert names <= _MATH_ATTRIBUTES, element.attrib
        else:
            marks = {(tag, name) for name in ("", *map(str, element.attrib))}
            assert marks <= _plain_marks(), (page.address, tag, element.attrib)
        for name in ("href", "src"):
            address = re.sub(r"[\x00-\x20]", "", element.get(name, "")).lower()
            assert not re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:", address), address
        if tag == "script":
            assert element.get("type") in {"application/json", "application/ld+json"}
            json.loads(element.text or "")


def _check_file(path: str, data: bytes) -> None:
    text = data.decode("utf-8") if not path.endswith(".png") else ""
    if path.endswith(".xml"):
        ElementTree.fromstring(data)
    elif path.endswith((".json", ".jsonl")):
        for part in [text] if path.endswith(".json") else text.splitlines() and text.split("\n"):
            if part:
                json.loads(part, parse_constant=_refuse)
    elif path.endswith(".js"):
        call = re.fullmatch(r'papershelf\.receive\("[\w/.-]+",(.*)\);?\s*', text, re.DOTALL)
        assert call and "</" not in text and "\u2028" not in text
        json.loads(call[1], parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*|\.nojekyll")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z", re.IGNORECASE)


def check_address(address: str) -> None:
    """A path below the folder whose every part is a safe name on every system."""
    assert posixpath.normpath(address or ".") == (address.rstrip("/") or ".")
    assert len(address.encode()) <= 200, address
    for part in address.rstrip("/").split("/") if address else ():
        assert _NAME.fullmatch(part) and not _DEVICE.match(part), address
        assert len(part) <= 100 and not part.endswith("."), address


def _check_site(records: list[dict[str, Any]]) -> None:
    site = _site(records)
    folded: set[str] = set()
    for item in site:
        address = item.address if isinstance(item, Page) else item.path
        check_address(address)
        assert address.casefold() not in folded
        folded.add(address.casefold())
        if isinstance(item, Page):
            check_page(item)
        elif isinstance(item.body, bytes):
            _check_file(item.path, item.body)


# Files that the user keeps, and files that an earlier run left.


@cache
def _ledger_text() -> str:
    ledger = Ledger()
    for papers in (list(small_catalog().collection), [full_paper()]):
        ledger.assign(papers)
    return ledger.dumps()


def _load_ledger(data: bytes) -> None:
    """A damaged ledger is refused and left as it is, or is a ledger in every way."""
    with _folder() as root:
        settings = Settings(root)
        settings.ledger_file.write_bytes(data)
        try:
            ledger = load_ledger(settings, Report())
        except Failure as refusal:
            assert refusal.problems if hasattr(refusal, "problems") else str(refusal)
            assert settings.ledger_file.read_bytes() == data
            return
    had = set(ledger.entries)
    assert all(map(is_slug, had))
    papers = list(small_catalog().collection)
    given = ledger.assign(papers)
    assert len(set(given.values())) == len(papers) and all(map(is_slug, given.values()))
    assert had <= set(ledger.entries)
    again = Ledger.loads(ledger.dumps())
    assert again.dumps() == ledger.dumps() and again.assign(papers) == given


_OVERRIDES = """\
10.1/a:
  title: Another Title
  authors: [Ada Lee, {family: Berg, given: Bo}]
  topics: {add: [pruning], remove: [attention]}
  links: {code: https://github.com/a/b}
papers/mail.txt:3:
  hide: true
2401.00001:
  same-as: 10.1/a
  slug: a-slug
"""
_TAXONOMY = """\
extends: ml
areas: {comp: Compression}
topics:
  pruning: {area: comp, aliases: [pruning, "sparsi*"], weak: [halves], never: [tree pruning]}
  lean: {label: Lean, area: comp, patterns: ['Lean ?4?\\b']}
ignore: [state of the art]
hide: [attention]
rename: {pruning: Cutting}
"""


def _load_overrides(data: bytes) -> None:
    with _folder() as root:
        (root / "overrides.yml").write_bytes(data)
        report = Report()
        for correction in load_corrections(Settings(root), report):
            assert correction
        assert all(problem.message for problem in report.problems)


def _load_taxonomy(data: bytes) -> None:
    with _folder() as root:
        (root / "t.yml").write_bytes(data)
        taxonomy = load_taxonomy(Settings(root, taxonomy="t.yml"), Report())
        for rule in taxonomy.rules:
            assert is_slug(rule.topic.slug), rule.topic.slug


def _load_settings(data: bytes) -> None:
    with _folder() as root:
        (root / "mkdocs.yml").write_bytes(data)
        with contextlib.suppress(BadSettings):
            settings = load_settings(root / "mkdocs.yml", {}, Report())
            assert settings.root == root.resolve()
            assert settings.docs_dir.is_absolute() and settings.site_dir.is_absolute()


@cache
def _shelf() -> tuple[Path, dict[str, bytes], dict[str, bytes]]:
    """A site made once: its folder, what lies in docs/, and what was kept for the next run."""
    root = Path(mkdtemp(prefix="papershelf-fuzz-shelf-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    (root / "papers").mkdir()
    lines = [json.dumps(record) for record in _PLAIN_RECORDS]
    (root / "papers" / "a.jsonl").write_text("\n".join(lines))
    pipeline.generate(_shelf_settings(root), Report())
    return root, _tree(root / "docs"), _tree(root / ".papershelf")


def _shelf_settings(root: Path) -> Settings:
    return Settings(
        root, docs_dir=root / "docs", site_dir=root / "site", overrides_dir=root / "overrides",
        previews=False, taxonomy="none", min_author_papers=1,
    )  # fmt: skip


def _tree(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@st.composite
def _damaged_state(draw: st.DrawFn) -> tuple[str, bytes]:
    kept = {name: data for name, data in _shelf()[2].items() if data and "lock" not in name}
    name = draw(st.sampled_from(sorted(kept)))
    return name, draw(damaged_bytes([kept[name], b"", b"{}", b"[[[["]))


def _rebuild(state: tuple[str, bytes]) -> None:
    """Whatever became of what was kept: the same pages, and nothing raised."""
    name, data = state
    root, docs, _ = _shelf()
    with _folder() as folder:
        copy = folder / "shelf"
        shutil.copytree(root, copy)
        (copy / ".papershelf" / name).write_bytes(data)
        caching._open.clear()
        pipeline.generate(_shelf_settings(copy), Report())
        assert _tree(copy / "docs") == docs


TARGETS: dict[str, Target] = {
    **{f"read-{name}": _reader(name) for name in READERS},
    "files": Target(st.deferred(lambda: damaged_bytes(_files())), _read_bytes),
    "pages": Target(_RECORDS, _check_site),
    "ledger": Target(
        st.deferred(lambda: damaged_bytes([_ledger_text().encode(), Ledger().dumps().encode()])),
        _load_ledger,
    ),
    "overrides": Target(damaged_bytes([_OVERRIDES.encode()]), _load_overrides),
    "taxonomy": Target(damaged_bytes([_TAXONOMY.encode()]), _load_taxonomy),
    "settings": Target(
        st.deferred(lambda: damaged_bytes([(ROOT / "mkdocs.yml").read_bytes()])), _load_settings
    ),
    "state": Target(_damaged_state(), _rebuild),
}
"""Name → target; the names are those that `make fuzz FUZZ_TARGETS=…` takes."""
