"""The figures of docs/people.md, measured on ten thousand real papers."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from papershelf.clean.names import authors
from papershelf.compose.names import name_of
from papershelf.compose.people import Person, people
from papershelf.model import Author, Collection, Paper
from papershelf.prose import Prose

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def real(shared: Path) -> Collection:
    """The papers of the fixture with nothing but their authors."""
    papers = {}
    with gzip.open(shared / "data" / "hf-10k.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            papers[record["id"]] = Paper(
                record["id"], (), Prose(), Prose(), (), authors=authors(record["authors"])
            )
    return Collection(papers)


def is_joined(person: Person) -> bool:
    """Whether spellings that differ in letters are this person."""
    return len({name_of(authors(name)[0]).key for name in (person.name, *person.spellings)}) > 1


def test_few_names_of_many_are_joined(real: Collection) -> None:
    found = people(real, 2)
    assert 40_000 < len(found.all) < 42_000
    assert 50 < sum(map(is_joined, found.all)) < 80
    assert 16_000 < sum(bool(person.address) for person in found.all) < 18_000


def cut(author: Author) -> Author:
    """The author with initials for given names."""
    initials = " ".join(f"{word[0]}." for word in author.given.replace("-", " ").split())
    return replace(author, given=initials) if len(author.given) > 2 else author


def test_nine_joined_names_in_ten_are_joined_to_the_right_one(real: Collection) -> None:
    chance = random.Random(1)
    some = Collection({id: real[id] for id in chance.sample(sorted(real.papers), 2500)})
    truth = people(some, 2)
    short = {id for id in some.papers if chance.random() < 0.5}
    after = people(
        Collection(
            {
                paper.id: replace(paper, authors=tuple(map(cut, paper.authors)))
                if paper.id in short
                else paper
                for paper in some
            }
        ),
        2,
    )
    full: dict[Person, set[Person]] = {}
    cuts: list[tuple[Person, Person]] = []
    for paper in some:
        for author, true, found in zip(
            paper.authors, truth.of[paper.id], after.of[paper.id], strict=True
        ):
            assert true and found
            if paper.id in short and cut(author) != author:
                cuts.append((true, found))
            elif name_of(author).first:
                full.setdefault(found, set()).add(true)
    joined = [(true, found) for true, found in cuts if found in full]
    right = sum(true in full[found] for true, found in joined)
    assert len(joined) > 100
    assert right / len(joined) > 0.9
