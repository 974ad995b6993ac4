"""Collections of any size: real ones where they lie beside the checkout, else made-up ones."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

_REAL = (("hf-10k.jsonl.gz", 9_868), ("arxiv-100k.jsonl.gz", 100_000))


def records(count: int) -> tuple[str, Iterator[dict[str, Any]]]:
    """Where the records are from, and so many of them."""
    for name, held in _REAL:
        if count <= held and (SHARED / name).is_file():
            return name, islice(_lines(SHARED / name), count)
    return "made up", _made_up(count)


def write(count: int, file: Path) -> str:
    """Writes a collection as JSON Lines; says where it is from."""
    name, found = records(count)
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in found)
    return name


def change_one(file: Path, turn: int) -> None:
    """Gives the record in the middle another abstract, of the words that it had."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    at = len(lines) // 2
    record = json.loads(lines[at])
    record["abstract"] = f"{record['abstract']} It was told for the {turn}th time."
    lines[at] = json.dumps(record, ensure_ascii=False) + "\n"
    file.write_text("".join(lines), "utf-8")


def add_one(file: Path, turn: int) -> None:
    """Adds a record at the end."""
    record = {
        "title": f"A latecomer to the shelf, number {turn}",
        "abstract": "We study how language models and diffusion models meet on a shelf of papers.",
        "authors": ["Ada Lee"],
        "year": 2025,
    }
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(record) + "\n")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


_SUBJECTS = (
    "language model|diffusion model|graph neural network|reinforcement learning|retrieval|"
    "quantization|speech recognition|object detection|machine translation|transformer|"
    "continual learning|low-rank adaptation|mixture of experts|code generation|image segmentation"
).split("|")
_VERBS = "Learning|Scaling|Pruning|Aligning|Probing|Steering|Compressing|Evaluating".split("|")
_ENDS = "at Scale|without Labels|in the Wild|with Little Data|under Shift|by Example".split("|")
_SAID = (
    "We study {a} and how it meets {b}.|On the usual tasks, {a} helps more than {b} does.|"
    "What {b} lacks, {a} makes up for at little cost.|Code for {a} comes with the paper.|"
    "Small models gain most from {a}.|We say where {b} fails, and why.|"
    "The measurements for {a} were repeated with other seeds.|{b} needs half the memory then."
).split("|")


def _made_up(count: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(7)
    for number in range(count):
        a, b = chance.sample(_SUBJECTS, 2)
        said = chance.choices(_SAID, k=chance.randint(6, 12))
        people = chance.randint(1, 6)
        yield {
            "title": f"{chance.choice(_VERBS)} {a} {chance.choice(_ENDS)}, Part {number}",
            "abstract": " ".join(said).format(a=a, b=b),
            "authors": [
                f"A{chance.randrange(90)} B{chance.randrange(count)}" for _ in range(people)
            ],
            "year": chance.randint(2015, 2026),
        }
