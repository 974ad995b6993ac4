"""LaTeX of BibTeX files → text, formulas, addresses and names."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papershelf.clean import STEPS, clean
from papershelf.clean.latex import latex, plain, unescaped
from papershelf.clean.latex_names import latex_author, latex_authors
from papershelf.model import Author, Date, Link, Markup, Origin, Paper, Record, Settings
from papershelf.prose import Prose, Span
from papershelf.report import Report
from timing import grows_at_most


def paper_of(fields: dict[str, Any], markup: Markup = "latex") -> Paper:
    records = iter([Record(fields, Origin("lib.bib", 1, "bibtex"), {}, markup)])
    return next(clean(records, Settings(Path()), STEPS, Report()))


PLAIN = {
    r"{BERT} and {{RoBERTa}}": "BERT and RoBERTa",
    r"na{\"\i}ve na\"{\i}ve na\"ive na\"{i}ve": "naïve naïve naïve naïve",
    r"\'{E}mile {\'E}mile \' Emile": "Émile Émile Émile",
    r"Gar\c{c}on gar\c con \v{C}apek Erd\H{o}s": "Garçon garçon Čapek Erdős",
    r"\k{a} \d{s} \u{g} \r{a}": "ą ṣ ğ å",
    r"\.I \.{z} \=a \^o \`a \~n \t{oo}": "İ ż ā ô à ñ o͡o",
    r"{\ss} \o re \AE{} {\L}\'od\'z \'{\ae} \aa ngstr\"om": "ß øre Æ Łódź ǽ ångström",
    r"\= 22 \^{} \~{} \'": "2̄2 ^ ~ ´",
    r"A \& B, 5\% of \$3, a\_b, \#1, \{x\}": "A & B, 5% of $3, a_b, #1, {x}",
    r"\emph{a} \textbf{b {c}} {\em d} \textcolor{red}{e} \mkbibemph{f}": "a b c d e f",
    r"``Double'' `single' it's \enquote{out \enquote{in}}": "“Double” ‘single’ it's “out ‘in’”",
    "1--2 a---b x -- y": "1–2 a—b x – y",
    r"models~(LLMs) ~68 and (~5": "models (LLMs) ~68 and (~5",
    r"\LaTeX{} \TeX\ and\ldots\textellipsis": "LaTeX TeX and……",
    r"H\textsubscript{2}O 10\textsuperscript{-3} x\textsuperscript2": "H₂O 10⁻³ x²",
    r"5\textsuperscript{th} \textsubscript{low}": "5th low",
    r"\ensuremath{\alpha} $\beta$ \(\gamma\) \alpha-helix 3 \times 4": "α β γ α-helix 3 × 4",
    r"$\langle 001\rangle$ \textless{}b\textgreater{}": "⟨001⟩ <b>",
    r"costs $5 and $6, Cu$2$O, 7 $\textrm{\textmu m}$": "costs $5 and $6, Cu2O, 7 µm",
    r"\frac{1}{2} \SYSTEM{} is \SYSTEM and \mine{this}": r"1/2 \SYSTEM is \SYSTEM and this",
    r"\href{https://x.org/a\_b}{here} \url{http://y.org/~z}": "here http://y.org/~z",
    r"see https://x.org/a--b_c~d\_e.": "see https://x.org/a--b_c~d_e.",
    r"pre\-fix \hspace{2em}a\label{x} b\\c": "prefix a b c",
    r"\noopsort{b}Title {\relax Te}xt": "Title Text",
    r"$\unknowable{x}$ and $x": r"$\unknowable{x}$ and $x",
    "}}}{{{": "",
}  # fmt: skip


@pytest.mark.parametrize("source", PLAIN)
def test_latex_reads_as_text(source: str) -> None:
    assert plain(source) == PLAIN[source].replace("μ", "µ") or plain(source) == PLAIN[
        source
    ].replace("µ", "μ")


def test_formulas_and_addresses_become_spans() -> None:
    assert latex(r"$n^2$ at \url{https://x.org}") == [
        Span("math", "n^2", "n²"), Span("text", " at "),
        Span("link", "https://x.org", "https://x.org"),
    ]  # fmt: skip
    assert latex(r"\href{javascript:alert(1)}{x}") == [Span("text", "x")]
    assert latex("plain") == [Span("text", "plain")]
    assert latex("") == []


def test_scripts_without_dollars_keep_their_braces_for_the_formula_step() -> None:
    assert paper_of({"title": "At 10^{-3} and $x_{1}$"}).title.plain == "At 10⁻³ and x₁"


ADDRESSES = {
    r"\url{https://x.org/a\_b{\%}}": "https://x.org/a_b%",
    r"10.1000/a{\_}b\&c": "10.1000/a_b&c",
    "https://x.org/~a": "https://x.org/~a",
    r"http://x.org/\textasciitilde ada": "http://x.org/~ ada",
}


@pytest.mark.parametrize("source", ADDRESSES)
def test_escapes_of_addresses_are_taken_off(source: str) -> None:
    assert unescaped(source) == ADDRESSES[source]


NAMES = {
    "Ludwig van Beethoven": Author("Beethoven", "Ludwig", "van"),
    "van der Berg, Bo": Author("Berg", "Bo", "van der"),
    "{van der Plas}, Jan": Author("van der Plas", "Jan"),
    "Smith, Jr., Bob": Author("Smith", "Bob", suffix="Jr."),
    "von Hicks, III, Michael": Author("Hicks", "Michael", "von", "III"),
    "Bob Smith III": Author("Smith", "Bob", suffix="III"),
    "Hyun Kong, Bo": Author("Hyun Kong", "Bo"),
    r"de la Vall{\'e}e Poussin, Charles Louis": Author("Vallée Poussin", "Charles Louis", "de la"),
    r"{\'E}mile {von Foo}": Author("von Foo", "Émile"),
    "Jean-Paul d'Arc": Author("d'Arc", "Jean-Paul"),
    "Knuth, D.~E.": Author("Knuth", "D. E."),
    "{Barnes and Noble}": Author(literal="Barnes and Noble"),
    "The BigScience Team": Author(literal="The BigScience Team"),
    "Plato": Author("Plato"),
    "family=Harman, given=Hans, prefix=von, suffix=Jr.": Author("Harman", "Hans", "von", "Jr."),
    "others": Author(),
    "": Author(),
}


@pytest.mark.parametrize("name", NAMES)
def test_name_is_parted_as_bibtex_does(name: str) -> None:
    assert latex_author(name) == NAMES[name]


LISTS = {
    "Ada Lee and Bo Berg AND Cy Nul and others": ["Ada Lee", "Bo Berg", "Cy Nul"],
    "{Barnes and Noble} and\n  Lee, Ada": ["Barnes and Noble", "Ada Lee"],
    "Lee, Ada; Berg, Bo": ["Ada Lee", "Bo Berg"],
    "Ada Lee, Bo Berg, Cy Nul": ["Ada Lee", "Bo Berg", "Cy Nul"],
    "Lee, Ada": ["Ada Lee"],
    " and and ": [],
}


@pytest.mark.parametrize("text", LISTS)
def test_names_of_a_list_are_parted(text: str) -> None:
    assert [str(author) for author in latex_authors(text)] == LISTS[text]


def test_names_in_parts_are_decoded() -> None:
    given = [{"family": r"M{\"u}ller", "given": "Jo"}, r"Erd{\H{o}}s, P."]
    assert latex_authors(given) == (Author("Müller", "Jo"), Author("Erdős", "P."))


def test_entry_in_latex_becomes_a_paper() -> None:
    paper = paper_of({
        "title": r"{\"U}ber {BERT}: $O(n)$ -- \emph{fast}", "abstract": "One.\n\nTwo 5\\% `here'.",
        "authors": r"M{\"u}ller, J{\"o}rg and {The Team}", "date": "2021-05",
        "venue": r"Proc.\ of X \& Y",
        "doi": r"10.1000/A\_b", "url": r"\url{https://x.org/a\_b}", "keywords": r"na{\"\i}ve, owls",
        "pages": "1--9", "publisher": r"Springer \& Co", "key": "k", "type": "article",
        "volume": "3",
    })  # fmt: skip
    assert paper.title.plain == "Über BERT: O(n) – fast"
    assert [part.plain for part in paper.abstract.paragraphs()] == ["One.", "Two 5% ‘here’."]
    assert [str(author) for author in paper.authors] == ["Jörg Müller", "The Team"]
    assert (paper.date, paper.venue) == (Date(2021, 5), "Proc. of X & Y")
    assert paper.identifiers == {"doi": "10.1000/a_b"}
    assert paper.links == (Link("reference", "https://x.org/a_b"),)
    assert paper.tags == ("naïve", "owls")
    assert paper.details == {
        "volume": "3", "pages": "1–9", "publisher": "Springer & Co", "key": "k", "type": "article",
    }  # fmt: skip
    assert paper.repairs == (), "to read a language is no repair"


def test_text_that_is_no_latex_is_not_decoded() -> None:
    assert paper_of({"title": "{x} & `y'"}, "text").title.plain == "{x} & ‘y’"


@given(st.text("\\{}$~-`'^_\"abcé \n%&[]()#/", max_size=60))
def test_no_latex_raises_and_braces_balance_nothing(text: str) -> None:
    spans = latex(text)
    assert all(span.kind in {"text", "math", "link"} for span in spans)
    assert isinstance(plain(text), str)
    latex_authors(text)
    Prose(tuple(spans)).html()


@given(st.text("abc déßø,.;:!?()[]–“”’0189", max_size=40))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert plain(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "scrap",
    [r"\url{", r"\'{", "{", "}", "$", r"\(", r"\emph{", r"\href{", "~", "^{", r"\frac{", r"\x ",
     "``", r"\enquote{", r"$\frac{1}{2}$", " and ", "{ and ", ",", ";", "a "],
)  # fmt: skip
def test_latex_takes_time_in_proportion_to_its_length(scrap: str) -> None:
    long, short = (scrap * (size // len(scrap)) for size in (40_000, 10_000))
    assert grows_at_most(9, partial(decode, long), partial(decode, short), quick=0.5)


def decode(text: str) -> None:
    latex(text)
    latex_authors(text)
