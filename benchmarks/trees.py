"""The pages of a generated docs/ tree, and the frame that the theme puts around each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Leaf:
    """A page: its address with a slash at both ends; title, description, head and body as HTML.

    `source` is its file in docs/, whole.
    """

    address: str
    title: str
    description: str
    head: str
    body: str
    source: str = ""


@dataclass(frozen=True)
class Tree:
    """A docs/ folder that papershelf wrote, and the site that it built from it."""

    docs: Path
    site: Path

    def leaves(self) -> Iterator[Leaf]:
        """Every generated page, in the order of their names."""
        for path in sorted(self.docs.rglob("*.md")):
            text = path.read_text("utf-8")
            _, front, body = text.split("---\n", 2)
            meta = yaml.load(front, Loader=_LOADER)
            name = path.relative_to(self.docs).with_suffix("").as_posix()
            address = "/" if name == "index" else f"/{name}/"
            told = (meta["title"], meta["description"], meta["head"])
            yield Leaf(address, *told, body.strip(), text)

    @cached_property
    def paper(self) -> Path:
        """The page in docs/ that the benchmarks change: a paper's, in the middle."""
        papers = sorted((self.docs / "papers").glob("*.md"))
        return papers[len(papers) // 2]

    def frame(self, slots: Mapping[str, str]) -> str:
        """The page of a paper with something else, such as a template's slots, in some places.

        These are all that differ between the pages that the theme makes: `title`,
        `description`, `canonical`, `part` (which style the page has), `head` and `body`.
        """
        html = (self.site / "papers" / self.paper.stem / "index.html").read_text("utf-8")
        front = self.paper.read_text("utf-8").split("---\n", 2)[1]
        head = re.escape(yaml.load(front, Loader=_LOADER)["head"])
        assert "{{" not in html and "{%" not in html
        places = {
            "title": r"(?<=<title>).*?(?=</title>)",
            "description": r'(?<=<meta name="description" content=")[^"]*',
            "canonical": r'(?<=<link rel="canonical" href=")[^"]*',
            "part": r"(?<=stylesheets/papershelf-)paper(?=\.css)",
            "head": head,
            "body": r'<div class="ps-page.*(?=</article>)',
        }
        for name, pattern in places.items():
            found = re.search(pattern, html, re.DOTALL)
            assert found, name
            html = f"{html[: found.start()]}{slots[name]}{html[found.end() :]}"
        return html

    @property
    def weight(self) -> int:
        """Bytes of HTML in the site."""
        return sum(path.stat().st_size for path in self.site.rglob("*.html"))


def front_matter(**fields: str) -> str:
    """Front matter that every peer reads: texts in double quotation marks, as in JSON."""
    lines = (f"{name}: {json.dumps(text, ensure_ascii=False)}\n" for name, text in fields.items())
    return f"---\n{''.join(lines)}---\n"
