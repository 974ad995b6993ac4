"""Papers for hypothesis: made of records that are as hostile as sources are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from papershelf.clean import clean
from papershelf.model import Markup, Origin, Paper, Record, Settings
from papershelf.report import Report

SETTINGS = Settings(root=Path("/"))


def cleaned(*records: Record) -> list[Paper]:
    """The papers that the records tell of."""
    return list(clean(iter(records), SETTINGS, {}, Report()))


def paper(markup: Markup = "text", **fields: Any) -> Paper:
    """A paper with a title and whatever else is given, as a record would have it."""
    (made,) = cleaned(Record({"title": "A Plain Title", **fields}, Origin("x.txt"), {}, markup))
    return made


WORDS = (
    "BERT models scale with data and of the LoRA naïve 深度学习 Ω-net e-mail GPT-4 k-means "
    "iPhone 3D 10% 100,000 O(n) a/b C++ C# µm x² — – … café 𝒪 and And AND"
).split()
TRAPS = (
    "{ } {{ }} {x} {\\bf \\ \\\\ \\n \\% \\alpha \\foo \\$ % # & $ $$ $5 _ ^ ~ ~5 x_y a^b ' '' "
    "\" \"q\" ` `` ``q'' -- --- ; , : . ... = == =1+1 '=a + - @ @article{x, @foo(x=1) @ | || < > "
    "<kernel> <b> </b> <i>x</i> &amp; &lt; &#38; [x] [a](b) ](x) * ** __ # | TY -  "
    "ER  - AB - title={ ,} }, {,"
).split()
TRAPS_WITH_BLANKS = (
    "TY  - JOUR", "ER  - ", "AU  - X", "\nER  - \n", "\u2028", "\u2029", "\x85", "\x0b", "a\r\nb",
    "\n@article{x,\n title={y}}\n", '",\n"', "{a} and {b}", "% comment", "\nTitle\n", "\\\n",
)  # fmt: skip
FORMULAS = (
    "$x^2$", "$\\alpha_1$", "$O(n \\log n)$", "$a$ $b$", "$\\mathcal{L}$", "$\\foo{x}$", "$\\$5$",
    "\\(y\\)", "$x < y$", "$\\{1,2\\}$", "$n$-gram", "10^4", "O(n^3)", "lambda_{1}",
)  # fmt: skip
ADDRESSES = (
    "https://github.com/ada/lib", "https://x.org/a_(b)", "(https://x.org/?q=1&r=%20#f)",
    "https://huggingface.co/datasets/a/b.", "https://arxiv.org/abs/2401.00001",
    "https://doi.org/10.1000/other", "https://ada.github.io/page~1/",
)  # fmt: skip

_piece = st.sampled_from(WORDS) | st.sampled_from(
    [*TRAPS, *TRAPS_WITH_BLANKS, *FORMULAS, *ADDRESSES]
)
_odd = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
texts = st.lists(st.sampled_from(WORDS) | _piece | _odd, max_size=12).map(" ".join)
abstracts = st.lists(texts, max_size=3).map("\n\n".join)

_FAMILIES = "Lee Ångström O'Neil 李 Smith-Jones Zwölf Nguyễn García Turing Hopper".split()
_GIVENS = ("Ada", "B.", "J. R. R.", "Émile", "明", "Jean-Luc", "Mary Ann")
_GROUPS = (
    "OpenAI", "The Alpha Team", "A, B and C", "Simon and Schuster", "World Health Organization",
    "DeepSeek-AI", "R&D_Lab", "Team {X}", "100% Group",
)  # fmt: skip
persons = st.fixed_dictionaries(
    {"family": st.sampled_from(_FAMILIES), "given": st.sampled_from(_GIVENS)},
    optional={
        "particle": st.sampled_from(["van", "van der", "de", "von", "de la"]),
        "suffix": st.sampled_from(["Jr.", "III", "Sr."]),
        "orcid": st.sampled_from(["0000-0002-1825-0097", "0000-0001-5109-379X"]),
    },
)
groups = st.fixed_dictionaries({"literal": st.sampled_from(_GROUPS)})
# One name alone; `Plato` is also what a source without parts would give.
lone = st.fixed_dictionaries({"family": st.sampled_from(["Plato", "Ng", "Müller"])})
people = st.lists(persons | groups | lone, max_size=5)

dates = st.one_of(
    st.integers(1500, 2199).map(str),
    st.dates().filter(lambda day: 1500 <= day.year < 2200).map(str),
    st.dates().filter(lambda day: 1500 <= day.year < 2200).map(lambda day: f"{day:%Y-%m}"),
    st.sampled_from(["Mar 14", "May", "--12-31"]),
)
_kinds = st.sampled_from(["pdf", "code", "data", "model", "demo", "project", "reference"])
_urls = st.sampled_from(
    ["https://x.org/a", "https://x.org/b%20c?d=1&e=2#f", "https://github.com/ada/lib",
     "https://x.org/~ada/_p_(1)", "http://y.org", "https://huggingface.co/ada/m",
     "https://arxiv.org/abs/2401.00001v2", "https://z.org/a.pdf", "https://x.org/{a}"]
)  # fmt: skip
links = st.lists(st.fixed_dictionaries({"kind": _kinds, "url": _urls}), max_size=4)
_line = st.sampled_from(
    ["12", "3A", "Suppl. 1", "1–20", "S1-S9", "iv–xii", "100-110", "e17", "5–5, 9", "50% & {x}_1"]
)

fields = st.fixed_dictionaries(
    {"title": st.tuples(st.sampled_from(WORDS[:6]), texts).map(" ".join)},
    optional={
        "abstract": abstracts,
        "authors": people,
        "date": dates,
        "listed": dates,
        "venue": texts,
        "doi": st.sampled_from(["10.1000/a_b", "10.5555/(x)-y;z", "10.48550/arxiv.2401.00002"]),
        "arxiv": st.sampled_from(
            ["2401.00001", "1706.03762v5", "hep-th/9901001", "math.GT/0309136"]
        ),
        "acl": st.sampled_from(["P18-1001", "2021.acl-long.1"]),
        "openreview": st.sampled_from(["B1x-3", "abcDEF_12"]),
        "links": links,
        "keywords": st.lists(texts, max_size=3),
        "volume": _line,
        "number": _line,
        "pages": _line,
        "publisher": st.sampled_from(["ACM Press", "Springer & Sons", "{P}", "A_B", "=x"]),
        "language": st.sampled_from(["en", "de-DE", "中文"]),
        "key": st.sampled_from(["lee2021shelf", "Lee:2021", "a/b", "X+1", "DBLP:conf/x/Y21"]),
        "type": st.sampled_from(["article", "inproceedings", "JOUR", "misc", "odd type"]),
        "votes": st.integers(0, 99),
    },
)  # fmt: skip
_extras = st.dictionaries(
    st.sampled_from(["note", "isbn", "url", "title", "paper.x"]),
    st.recursive(st.text(max_size=5) | st.integers(-99, 10**9) | st.booleans() | st.none(),
                 lambda inner: st.lists(inner, max_size=2), max_leaves=4),
    max_size=2,
)  # fmt: skip


@st.composite
def records(draw: st.DrawFn, markup: Markup = "text") -> Record:
    return Record(draw(fields), Origin("x.txt", 3, "jsonl"), draw(_extras), markup)


def papers(markup: Markup = "text") -> st.SearchStrategy[Paper]:
    """What cleaning makes of hostile records in plain text or in LaTeX."""
    made = records(markup).map(lambda record: cleaned(record))
    return made.filter(bool).map(lambda found: found[0])
