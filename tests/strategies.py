"""Papers, records and texts for hypothesis and for tests by hand; hostile ones among them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from papershelf.identity import keys, public_id
from papershelf.model import (
    LINK_KINDS,
    Author,
    Collection,
    Date,
    Link,
    Listing,
    Origin,
    Paper,
    Record,
)
from papershelf.prose import Prose, Span

HOSTILE = (
    "", " ", "\n\n", "\x00", "\ud800", "\u202eabc", "\ufeff", "\u2028", "\x1b[2J", "🎉", "--", "+",
    "<script>alert(1)</script>", "{{ 7*7 }}", "{% raw %}", "]]>", "-->", "'; --", "%00", "&#0;",
    "../../etc/passwd", "CON", "aux", "COM1", "index", "404", "NUL.txt", "a" * 300, "ß", "ẞ", "ﬁ",
    "K", "İ", "\u0345", "深度学习", "C", "C++", "C#", "Foo", "foo", "Foo 2", "\\frac{1}{2}",
    "a\tb\rc", "a_b", "# title", "---", "null", "1e9", "=1+1", "```", "﷽" * 20, "e\u0301",
    "é", "#", "&amp;", "$x^2$", "- [ ] x",
)  # fmt: skip
WORDS = (
    "sparse dense quantized attention networks models training of for with the on graph vision "
    "language speech pre-training fine-tuning LoRA MoE BERT ZeRO survey data robust"
).split()
LONG = (
    "We look at how small models learn from large ones when little is known about the task, and "
    "find that a handful of labelled examples is enough if they are picked with care. The gain is "
    "largest where the two disagree most, and it fades as the data grow. Code is there to try."
)
"""An abstract long enough to know a paper by."""


def make_paper(
    title: str,
    abstract: str = "",
    at: str = "a.txt:1",
    identifiers: dict[str, str] | None = None,
    **fields: Any,
) -> Paper:
    """A paper as `clean` hands it on; `at` is the one place where it was listed."""
    path, _, line = at.partition(":")
    known = keys(title, abstract, identifiers or {})
    return Paper(
        public_id(known),
        known,
        Prose.of(title),
        Prose.of(abstract),
        (Listing(Origin(path, int(line or 0), "listing")),),
        identifiers=identifiers or {},
        raw={"title": title, "abstract": abstract},
        **fields,
    )


def collect(*papers: Paper) -> Collection:
    """A collection of papers that are known to differ."""
    return Collection({paper.id: paper for paper in papers})


def people(*names: str) -> tuple[Author, ...]:
    """Authors from names such as `Ada Lovelace`."""
    return tuple(Author(family, given) for given, _, family in (n.rpartition(" ") for n in names))


hostile = st.sampled_from(HOSTILE)
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
texts = phrases | hostile | st.text(max_size=40) | st.tuples(phrases, hostile).map(" ".join)
titles = st.sampled_from(["Editorial", "Reply", "Sparse Models", "Dense Models"]) | texts
abstracts = st.sampled_from(["", "TBA", LONG, LONG.upper(), f"{LONG} Once more."]) | texts

spans = st.one_of(
    texts.map(lambda text: Span("text", text)),
    st.sampled_from([Span("math", "x^{2}", "x²"), Span("math", "\\frac{a}", "a")]),
    st.sampled_from([Span("link", "https://example.org/a?b=1&c=2"), Span("break")]),
)
proses = st.lists(spans, max_size=5).map(lambda found: Prose(tuple(found)))

origins = st.builds(
    Origin,
    st.sampled_from(["a.txt", "b.txt", "sub/c.jsonl"]),
    st.integers(0, 5),
    st.sampled_from(["listing", "jsonl"]),
)
dates = st.none() | st.builds(
    Date,
    st.none() | st.sampled_from([1999, 2023, 2024]),
    st.none() | st.integers(1, 12),
    st.none() | st.integers(1, 28),
)
authors = st.lists(
    st.sampled_from([
        Author("Lovelace", "Ada"), Author("Hopper", "G."), Author("Dijkstra", "E. W.", "van"),
        Author(literal="The Team"), Author("Hopper", "Grace", orcid="0000-0001"),
    ]),
    max_size=3, unique=True,
).map(tuple)  # fmt: skip
identifiers = st.dictionaries(
    st.sampled_from(["doi", "arxiv", "acl", "openreview"]),
    st.sampled_from(["10.1/a", "10.1/A-b", "10.48550/arXiv.2401.00001", "2401.00001v2", "x", ""]),
    max_size=2,
)
links = st.lists(
    st.builds(
        Link,
        st.sampled_from(LINK_KINDS),
        st.sampled_from(["https://github.com/a/b", "https://github.com/a/b/", "https://x.org"]),
    ),
    max_size=3,
).map(tuple)
plain_values = st.one_of(
    st.none(), st.booleans(), st.integers(), texts, st.lists(texts, max_size=2)
)
extras = st.dictionaries(
    st.sampled_from(["stars", "other", "merged", "from"]), plain_values, max_size=2
)


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """One paper; titles, texts and identifiers are few, so that several often clash."""
    known = draw(identifiers)
    return make_paper(
        draw(titles),
        draw(abstracts),
        str(draw(origins)),
        known,
        authors=draw(authors),
        date=draw(dates),
        venue=draw(st.sampled_from(["", "arXiv", "NeurIPS"])),
        details=draw(st.dictionaries(st.sampled_from(["volume", "pages"]), st.just("1"))),
        links=draw(links),
        tags=tuple(draw(st.lists(phrases, max_size=2))),
        extra=draw(extras),
    )


def several_papers(max_size: int = 6) -> st.SearchStrategy[list[Paper]]:
    """A few papers, as they may come from several sources."""
    return st.lists(papers(), max_size=max_size)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A record with any of the fields that readers give, in any of the forms they have."""
    fields = draw(
        st.fixed_dictionaries(
            {"title": titles},
            optional={
                "abstract": abstracts,
                "authors": texts | st.lists(texts, max_size=3),
                "date": texts | st.sampled_from(["Mar 14", "2024-02-30", "2024"]),
                "doi": texts,
                "arxiv": texts,
                "url": texts,
                "keywords": st.lists(texts, max_size=3),
                "votes": st.integers(),
            },
        )
    )
    return Record(fields, draw(origins), draw(extras))
