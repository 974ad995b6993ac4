"""Series: papers of one project, told by a name or a repository that they share.

"ZeRO" and "ZeRO-Offload", "ShiftAddLLM" and "ShiftAddViT", both papers on "Lamarr". The
same name alone proves nothing ("ToolGen", "Apollo", "EVA" each name two things), so the
texts must be near each other too, and known authors must not be strangers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, takewhile
from typing import NamedTuple

from papershelf.identity import fold
from papershelf.model import Paper
from papershelf.neighbours import term
from papershelf.relate.vectors import Vectors, cosines
from papershelf.terms import content_word
from papershelf.words import is_acronym, split_words

NEAR = 0.2
"""The least cosine of a series: ZeroQuant's two papers have 0.32, namesakes at most 0.1."""
NEAR_BY_WORD = 0.4
"""The same where the name is any word of their titles: the papers on Learngene have 0.42,
the only two on LiDAR 0.33."""
NEAR_BY_CODE = 0.3
"""The same for papers that share only a repository: one that holds the code of two
projects (apple/corenet) has papers at 0.13."""
MOST_PAPERS = 6
"""A name or repository that more papers share names a field or a toolkit, not a project."""


class Tie(NamedTuple):
    """What makes two papers more than similar: a text, and the name that it tells, if any."""

    told: str = ""
    name: str = ""

    def __str__(self) -> str:
        return self.told % {"name": self.name} if self.name else self.told


NO_TIE = Tie()
_NAME, _CODE = term("the name %(name)s"), term("the repository %(name)s")

Series = dict[int, dict[int, tuple[float, Tie]]]
"""Row → other row → (cosine, what the two share)."""


def series(vectors: Vectors) -> Series:
    """Which papers belong to one project."""
    found: Series = defaultdict(dict)
    pairs = [
        (*pair, shared, least)
        for shared, rows, least in _groups(vectors)
        for pair in combinations(rows, 2)
    ]
    ones, others = ([pair[at] for pair in pairs] for at in (0, 1))
    likeness = cosines(vectors.products(ones, others)).tolist()
    for (a, b, shared, least), score in zip(pairs, likeness, strict=True):
        one, other = vectors.papers[a], vectors.papers[b]
        if score >= least and not _strangers(one, other):
            tie = shared if shared.told else Tie(_NAME, _common_name(one, other))
            found[a].setdefault(b, (score, tie))
            found[b].setdefault(a, (score, tie))
    return found


def _groups(vectors: Vectors) -> Iterator[tuple[Tie, list[int], float]]:
    """What some papers share, or nothing when their names tell; their rows; the least cosine."""
    shared: dict[str, dict[str, list[int]]] = {kind: defaultdict(list) for kind in _KINDS}
    for row, paper in enumerate(vectors.papers):
        for kind, names in _claims(paper):
            for name in names:
                shared[kind][name].append(row)
    few = {
        (kind, name): shared[kind][name]
        for kind in _KINDS
        for name in sorted(name for name, rows in shared[kind].items() if _are_few(rows))
        if kind != "word" or content_word(name)  # asked last, for most names are not shared
    }
    mentions = vectors.mentions({content_word(name) for kind, name in few if kind == "word"})
    for (kind, name), rows in few.items():
        if kind == "code":
            yield Tie(_CODE, name), rows, NEAR_BY_CODE
        elif kind == "stem" or _is_own(name, rows, vectors, mentions):
            own = kind == "word"
            yield (Tie(_NAME, name), rows, NEAR_BY_WORD) if own else (NO_TIE, rows, NEAR)


def _are_few(rows: list[int]) -> bool:
    return 1 < len(rows) <= MOST_PAPERS


def _claims(paper: Paper) -> Iterator[tuple[str, set[str]]]:
    """What a paper may share with others of its project: names by their kind."""
    title = paper.title.plain
    if not _NO_NAME(title) and (stem := _stem(title_name(title))):
        yield "stem", {stem}
    yield "word", {word for word in split_words(title)[1::2] if word[2:] and word[0].isupper()}
    links = [_REPOSITORY.match(link.url) for link in paper.links if link.kind == "code"]
    yield "code", {found[1].removesuffix(".git").lower() for found in links if found}


_KINDS = ("code", "stem", "word")
_NO_NAME = frozenset(":-–—").isdisjoint
_REPOSITORY = re.compile(r"https?://(?:www\.)?(?:github|gitlab)\.com/([\w.-]{1,99}/[\w.-]{1,99})")


def title_name(title: str) -> str:
    """The name that a title gives its subject before a colon or a dash; empty without one.

    >>> title_name("ZeRO-Offload: Democratizing Model Training"), title_name("A Survey of Names")
    ('ZeRO-Offload', '')
    """
    head, sign, _ = re.sub(r"\s(?:-{1,2}|–|—)\s", ": ", title[:200]).partition(":")
    return head.strip() if sign and 0 < len(head.split()) <= 3 else ""


def _stem(name: str) -> str:
    """What the names of one project begin with; empty when they may as well be plain words.

    A plain word or an acronym ("Fast-HuBERT", "LLM-QAT") is no proof, mixed case is.
    """
    first = re.split(r"[^\w]", name, maxsplit=1)[0]
    if not is_acronym(first) or first.isupper() or len(first) < 4:
        return ""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", first)
    return "".join(parts[:2])


def _common_name(one: Paper, other: Paper) -> str:
    """What the names of two papers have in common.

    "DreamVideo" of "DreamVideo-2" and "DreamVideo-Omni".
    """
    signs = zip(*(title_name(paper.title.plain) for paper in (one, other)), strict=False)
    same = "".join(sign for sign, _ in takewhile(lambda pair: pair[0] == pair[1], signs))
    return re.sub(r"[\W_]+\Z|(?<=[A-Z])v\Z", "", same)


def _is_own(name: str, rows: list[int], vectors: Vectors, mentions: dict[str, int]) -> bool:
    """Whether a title word is a name of these papers' own, which nobody else mentions."""
    if name.isupper() or mentions.get(content_word(name), 0) > len(rows):
        return False
    texts = [split_words(vectors.papers[row].abstract.plain)[1::2] for row in rows]
    return sum(name in words for words in texts) > len(texts) / 2


def _strangers(one: Paper, other: Paper) -> bool:
    """Whether both papers name their authors, and none of them wrote both."""
    first, second = ({fold(str(author)) for author in paper.authors} for paper in (one, other))
    return bool(first and second) and first.isdisjoint(second)
