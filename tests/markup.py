"""HTML → what is in it, for tests. Strict: a tag that is not closed in order is an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    parents: tuple[str, ...] = ()

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]


@dataclass
class Tree(HTMLParser):
    """All elements of a text, in order, each with the text inside it."""

    source: str
    elements: list[Element] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        self.errors += [f"<{element.tag}> is not closed" for element in self._open]

    def __hash__(self) -> int:
        return id(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.errors.append(f"<{tag}> has an attribute twice")
        parents = tuple(element.tag for element in self._open)
        element = Element(tag, {name: value or "" for name, value in attrs}, "", parents)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1].tag == tag:
            self._open.pop()
        else:
            self.errors.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.text += data
        for element in self._open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        self.errors.append(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        self.errors.append(f"a declaration: {decl}")

    unknown_decl = handle_pi = handle_decl

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """The elements of a tag whose attributes hold the given words (`cls` is class)."""
        wanted = {name.replace("cls", "class"): word for name, word in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == (tag or element.tag)
            and all(w in element.attributes.get(name, "").split() for name, w in wanted.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag}> {attributes}"
        return found[0]


def squeeze(text: str) -> str:
    return " ".join(text.split())
