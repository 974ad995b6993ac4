"""The pages of a generated docs/ tree, and the frame that the theme puts around each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Leaf:
    """A page: its address with a slash at both ends; title, description and body as HTML."""

    address: str
    title: str
    description: str
    body: str


@dataclass(frozen=True)
class Tree:
    """A docs/ folder that papershelf wrote, and the site that it built from it."""

    docs: Path
    site: Path

    def leaves(self) -> Iterator[Leaf]:
        """Every generated page, in the order of their names."""
        for path in sorted(self.docs.rglob("*.md")):
            _, front, body = path.read_text("utf-8").split("---\n", 2)
            meta = yaml.load(front, Loader=_LOADER)
            name = path.relative_to(self.docs).with_suffix("").as_posix()
            address = "/" if name == "index" else f"/{name}/"
            yield Leaf(address, meta["title"], meta["description"], body.strip())

    @cached_property
    def paper(self) -> Path:
        """The page in docs/ that the benchmarks change: a paper's, in the middle."""
        papers = sorted((self.docs / "papers").glob("*.md"))
        return papers[len(papers) // 2]

    def frame(self, title: str, description: str, body: str) -> str:
        """The page of a paper with something else, such as a template's slots, in three places.

        With it every page of a peer has the weight of ours.
        """
        html = (self.site / "papers" / self.paper.stem / "index.html").read_text("utf-8")
        assert "{{" not in html and "{%" not in html
        for pattern, slot in (
            (r"(?<=<title>).*?(?=</title>)", title),
            (r'(?<=<meta name="description" content=")[^"]*', description),
            (r'<div class="ps-page.*(?=</article>)', body),
        ):
            html, count = re.subn(
                pattern, lambda _, slot=slot: slot, html, count=1, flags=re.DOTALL
            )
            assert count == 1, pattern
        return html

    @property
    def weight(self) -> int:
        """Bytes of HTML in the site."""
        return sum(path.stat().st_size for path in self.site.rglob("*.html"))


def front_matter(**fields: str) -> str:
    """Front matter that every peer reads: texts in single quotation marks."""
    texts = {name: value.replace("'", "''").replace("\n", " ") for name, value in fields.items()}
    return "---\n" + "".join(f"{name}: '{text}'\n" for name, text in texts.items()) + "---\n"
