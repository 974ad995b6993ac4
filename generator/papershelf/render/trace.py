"""A page rendered once through the real templates, and what they did with it remembered.

The templates are compiled a second time, for a Jinja with eyes: whatever could look at a
watched value unseen ends the trace with `Leak`. Then there is no program, and Jinja renders.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import wraps
from operator import itemgetter
from types import BuiltinFunctionType, MappingProxyType
from typing import Any, cast

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.utils import Namespace

from papershelf.render.watched import Leak, Program, Record, Watched, is_watched


def trace(
    environment: Tracing, name: str, context: Mapping[str, Any], hidden: Sequence[str]
) -> Program:
    """Renders a template for `context["page"]` and takes down how; `hidden` may not be read.

    Raises:
        Leak: or whatever else the template raises over a watched value.
    """
    record = Record(environment.real, context["page"])
    closed = Record(environment.real, None)
    closed.is_open = False
    watched = {key: Watched(closed, 0, None) for key in hidden if key in context}
    page = Watched(record, 0, context["page"])
    environment.record = record
    try:
        template = environment.get_template(name)
        result = template.render({**context, **watched, "page": page})
        return record.program(result)
    finally:
        record.is_open = False
        environment.record = None


# Jinja, watching ----------------------------------------------------------------------------


class _Generator(CodeGenerator):
    """Sends to the environment what would make plain text of watched values."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        self.write("environment.chain((")
        for item in node.nodes:
            self.visit(item, frame)
            self.write(", ")
        self.write("))")

    def visit_Mod(self, node: nodes.BinExpr, frame: Frame) -> None:  # noqa: N802
        self.write("environment.modulo(")
        self.visit(node.left, frame)
        self.write(", ")
        self.visit(node.right, frame)
        self.write(")")


class _Context(Context):
    """Calls nothing that might look at a watched value unseen."""

    def call(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        given = {k: v for k, v in kwargs.items() if k not in ("_block_vars", "_loop_vars")}
        if isinstance(function, Watched):
            raise Leak("a call of a watched value")
        if not isinstance(function, Macro | BlockReference) and function is not Namespace:
            if any(map(is_watched, (*args, *given.values()))):
                raise Leak("a watched argument")
            if not _is_known(function):
                raise Leak("a function that might do anything")
        return super().call(function, *args, **kwargs)


_KNOWN = ("jinja2.", "mkdocs.", "markupsafe", "builtins")


def _is_known(function: Any) -> bool:
    """Whether a function is known to give the same answer for every page."""
    if hasattr(function, "jinja_pass_arg"):
        return False
    owner = getattr(function, "__self__", None)
    if isinstance(function, BuiltinFunctionType) and owner is not None:
        return isinstance(owner, str | bytes | tuple | list | dict | MappingProxyType)
    if isinstance(owner, LoopContext):
        return True
    return f"{getattr(function, '__module__', '')}.".startswith(_KNOWN)


class Tracing(Environment):
    """The templates, filters and settings of an environment, with eyes.

    `relative` names the filters that look at the page of the context and make addresses;
    each takes a page and the filter's arguments.
    """

    code_generator_class = _Generator
    context_class = _Context
    real: Environment
    record: Record | None
    relative: Mapping[str, Callable[..., Any]]

    @classmethod
    def of(cls, real: Environment, relative: Mapping[str, Callable[..., Any]]) -> Tracing:
        """An environment that watches, beside one that does not."""
        made = cast("Tracing", real.overlay())
        made.__class__ = cls
        made.real, made.record, made.relative = real, None, relative
        made.filters = {
            n: made._watch(n, cast("Callable[..., Any]", f), "filters")
            for n, f in real.filters.items()
        }
        made.tests = {
            n: made._watch(n, cast("Callable[..., Any]", f), "tests") for n, f in real.tests.items()
        }
        return made

    def concat(self, pieces: Any) -> Any:
        """What a block, a macro or a whole template gives."""
        pieces = list(pieces)
        return self.record.join(pieces) if self.record else "".join(pieces)

    def chain(self, items: Sequence[object]) -> Any:
        """The operator `~`."""
        return self.concat([str(item) for item in items])

    def modulo(self, left: Any, right: Any) -> Any:
        """The operator `%`, which can print."""
        if is_watched(left) or is_watched(right):
            raise Leak("% of a watched value")
        return left % right

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute, or else an item: `a.b`."""
        if isinstance(obj, Watched):
            return obj.read(attribute, "getattr")
        if attribute.startswith("_"):
            raise Leak("a private attribute")
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item, or else an attribute: `a[b]`."""
        if is_watched(argument):
            raise Leak("a watched key")
        if isinstance(obj, Watched):
            return obj.read(argument, "getitem")
        return super().getitem(obj, argument)

    def _watch(self, name: str, function: Callable[..., Any], kind: str) -> Callable[..., Any]:
        """A filter or test that takes down what it was asked of watched values."""
        lead = 1 if hasattr(function, "jinja_pass_arg") else 0

        @wraps(function)
        def watching(*args: Any, **kwargs: Any) -> Any:
            if self.record is None:
                return function(*args, **kwargs)
            given = args[lead:]
            if name in self.relative and kind == "filters" and not kwargs:
                return self._link(self.record, name, given)
            _check_filter(name, function)
            # All are looked at, for what lies within one that is not watched itself.
            watched = [is_watched(value) for value in (*given, *kwargs.values())]
            if not any(watched):
                return function(*args, **kwargs)
            made = self._apply(self.record, (kind, name), function, (args, kwargs, lead))
            return bool(made) if kind == "tests" else made

        return watching

    def _link(self, record: Record, name: str, given: Sequence[Any]) -> Any:
        """An address made relative to the page: a constant for all pages of one folder."""
        relative, page = self.relative[name], record.page
        watched = [is_watched(value) for value in given]
        if not any(watched):
            record.links += [str(value) for value in given]
            return relative(page, *given)
        slots = _slots(given)
        key = ("link", name, tuple(map(_slot_key(record), given)))
        value = relative(page, *map(_bare, given))
        return record.derive(
            key, lambda values: relative(values[0], *[slot(values) for slot in slots]), value
        )

    def _apply(
        self,
        record: Record,
        name: tuple[str, str],
        function: Callable[..., Any],
        call: tuple[Sequence[Any], Mapping[str, Any], int],
    ) -> Watched:
        args, kwargs, lead = call
        # The context holds watched values; Jinja's own filters want of it but the environment.
        first = tuple(self.real if isinstance(a, Environment) else a for a in args[:lead])
        given, key_of = args[lead:], _slot_key(record)
        slots, named = _slots(given), dict(zip(kwargs, _slots(tuple(kwargs.values())), strict=True))

        def make(values: list[Any]) -> Any:
            made = function(
                *first,
                *[slot(values) for slot in slots],
                **{key: slot(values) for key, slot in named.items()},
            )
            if isinstance(made, Iterator):
                raise Leak("a filter that gives what can be read but once")
            return made

        key = (*name, tuple(map(key_of, given)), tuple((k, key_of(v)) for k, v in kwargs.items()))
        bare = {key: _bare(value) for key, value in kwargs.items()}
        value = function(*first, *map(_bare, given), **bare)
        if isinstance(value, Iterator):
            raise Leak("a filter that gives what can be read but once")
        return record.derive(key, make, value)


# Of Jinja's own filters, those that do not give the same for the same.
_MOODY = frozenset({"random", "shuffle", "pprint"})


def _check_filter(name: str, function: Callable[..., Any]) -> None:
    module = getattr(function, "__module__", "") or ""
    known = ("jinja2", "markupsafe", "_operator", "builtins", "mkdocs.")
    if name in _MOODY or not module.startswith(known):
        raise Leak(f'the filter "{name}" might do anything')


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Watched) else value


def _slot_key(record: Record) -> Callable[[Any], Hashable]:
    def key(value: Any) -> Hashable:
        if not isinstance(value, Watched):
            return record.freeze(value)
        if value.record is not record:
            raise Leak("a value that may not be read")
        return "value", value.number

    return key


def _slots(given: Sequence[Any]) -> list[Callable[[list[Any]], Any]]:
    return [_slot(value) for value in given]


def _slot(value: Any) -> Callable[[list[Any]], Any]:
    if isinstance(value, Watched):
        return itemgetter(value.number)
    return lambda _: value
