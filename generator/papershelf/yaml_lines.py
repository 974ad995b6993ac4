"""YAML → plain data that knows its lines. The only door for reading YAML.

Safe by construction: nothing of the file is ever run or imported. A tag that we do not know
(`!ENV`, `!!python/name:…`, as MkDocs files have them) leaves its value as plain data. Every
error is a `YamlError` that names the line, so that a message can say where to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from papershelf.model import Origin

Step = str | int
Data = dict[str, Any] | list[Any] | str | int | float | bool | None

# A few lines of aliases of aliases unfold to billions of values ("billion laughs"). The
# shipped taxonomy has some 7,500 values.
_MOST_VALUES = 200_000
_DEEPEST = 60
_MERGE = "tag:yaml.org,2002:merge"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml: 2.5 times as fast


class YamlError(ValueError):
    """Text that is no YAML, or more than can be meant: `message` without the place, `origin`."""

    def __init__(self, message: str, path: str, line: int) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.message = message
        self.origin = Origin(path, line, "yaml")


@dataclass(frozen=True, slots=True)
class Yaml:
    r"""A YAML file as plain data (dict, list, str, int, float, bool, None), with its lines.

    Keys of mappings are text as written; a key that comes twice keeps its first value and
    is listed in `repeated`. Dates stay text. `written` has the numbers as they stand there:
    1706.03760 is an arXiv id to some, and no number.

    >>> read = load_yaml("topics:\n  bert:\n    aliases: [BERT, RoBERTa]", "ml.yml")
    >>> read.data, read.line("topics", "bert", "aliases", 1)
    ({'topics': {'bert': {'aliases': ['BERT', 'RoBERTa']}}}, 3)
    """

    path: str
    data: Data
    lines: Mapping[tuple[Step, ...], int]
    repeated: tuple[tuple[tuple[Step, ...], int], ...] = ()
    written: Mapping[tuple[Step, ...], str] = field(default_factory=dict)

    def line(self, *steps: Step) -> int:
        """The line, from 1, of what stands at a path of keys and indexes.

        The key's own line where there is a key; the nearest value around it when there is
        no such path.
        """
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def origin(self, *steps: Step) -> Origin:
        """The same place, as messages want it."""
        return Origin(self.path, self.line(*steps), "yaml")


def load_yaml(text: str, path: str) -> Yaml:
    """The text of one YAML document → data with lines; `path` is only for messages.

    Raises:
        YamlError: the text is no YAML, or unfolds to more than can be meant.
    """
    try:
        text.encode()  # a lone surrogate would fail within libyaml, without a line
        _check_depth(text)
        root = yaml.compose(text, Loader=_LOADER)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise YamlError(f"half a character, {text[error.start]!r}", path, line) from None
    except yaml.YAMLError as error:
        raise _explain(error, text, path) from None
    reader = _Reader(path)
    data = reader.value(root, ()) if root is not None else None
    return Yaml(path, data, reader.lines, tuple(reader.repeated), reader.written)


def _check_depth(text: str) -> None:
    """Refuses deep nesting before the composer meets it.

    The composer recurses in C: 50,000 brackets end the whole process with a fault.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)


def _explain(error: yaml.YAMLError, text: str, path: str) -> YamlError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "no YAML"
    # libyaml finds what is missing at the end on a line behind the last one.
    line = min(mark.line, text.count("\n")) + 1 if mark else 1
    return YamlError(str(what), path, line)


class _Reader:
    """Nodes → data, noting each value's line under its path."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: dict[tuple[Step, ...], int] = {}
        self.repeated: list[tuple[tuple[Step, ...], int]] = []
        self.written: dict[tuple[Step, ...], str] = {}
        self._met = 0
        self._scalars = yaml.SafeLoader("")

    def value(self, node: yaml.Node, at: tuple[Step, ...]) -> Data:
        self._meet(node, at)
        self.lines.setdefault(at, _line(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*at, index)) for index, item in enumerate(node.value)]
        made = self._scalar(node)
        if isinstance(made, int | float):
            self.written[at] = node.value
        return made

    def _meet(self, node: yaml.Node, at: tuple[Step, ...]) -> None:
        self._met += 1
        if self._met > _MOST_VALUES or len(at) > _DEEPEST:
            raise YamlError("its aliases unfold to too much", self.path, _line(node))

    def _mapping(self, node: yaml.MappingNode, at: tuple[Step, ...]) -> dict[str, Data]:
        made: dict[str, Data] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                continue
            name = self._key(key)
            if name in made:
                self.repeated.append(((*at, name), _line(key)))
                continue
            self.lines[(*at, name)] = _line(key)
            made[name] = self.value(value, (*at, name))
        for base in self._bases(node):
            self._meet(base, (*at, "<<"))
            if isinstance(base, yaml.MappingNode):
                for name, data in self._mapping(base, (*at, "<<")).items():
                    made.setdefault(name, data)
        return made

    @staticmethod
    def _bases(node: yaml.MappingNode) -> Iterator[yaml.Node]:
        """What `<<: *name` and `<<: [*one, *other]` bring in; what is nearer wins."""
        for key, value in node.value:
            if key.tag == _MERGE:
                yield from value.value if isinstance(value, yaml.SequenceNode) else [value]

    def _key(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        raise YamlError("a key must be text", self.path, _line(node))

    def _scalar(self, node: yaml.Node) -> Data:
        """Text, number, truth or nothing. What claims to be one and is none stays text."""
        try:
            made = self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError, OverflowError):
            return str(node.value)
        return made if isinstance(made, (str, int, float, bool)) or made is None else node.value


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
