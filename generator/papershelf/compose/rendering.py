"""Templates → text: ours, and before them those of the same name that a user wrote.

The only door to jinja2. Four promises hold for every template, a user's own included:
text is escaped on output by `prose.escape` (not by markupsafe, which leaves what Markdown
would act on), `Prose` comes out as its HTML, what stands in `{% trans %}` or
`_()` is said in the language of the site, and the text is one block without empty lines,
so that Python-Markdown hands it on untouched.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, cast

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    nodes,
)
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from papershelf.compose.language import Language
from papershelf.model import Origin, Problem
from papershelf.prose import Prose, escape
from papershelf.report import Report

_USER_ERRORS = (TemplateError, UnicodeDecodeError, ArithmeticError, AttributeError, LookupError,
                TypeError, ValueError)  # fmt: skip


class Templates:
    """Renders. A user's template that breaks is reported once, and ours takes its place."""

    def __init__(self, folder: Path, language: Language, report: Report) -> None:
        self._folder = folder
        self._report = report
        self._theirs = _with_templates_of(folder, language)
        self._ours = _ours(language)
        self.broken: set[str] = set()

    @property
    def are_ours(self) -> bool:
        """Whether the user has no template."""
        return self._theirs is None

    @property
    def depends(self) -> list[tuple[str, bytes]]:
        """The user's templates and what they may include; ours are part of our code."""
        files = (path for path in sorted(self._folder.rglob("*")) if path.is_file())
        return [(path.relative_to(self._folder).as_posix(), path.read_bytes()) for path in files]

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """The template's text without indentation and empty lines."""
        text = self._text(name, values)
        return "\n".join(filter(None, map(str.strip, text.split("\n"))))

    def _text(self, name: str, values: Mapping[str, Any]) -> str:
        if self._theirs and name not in self.broken:
            try:
                return self._theirs.get_template(name).render(values)
            except _USER_ERRORS as error:
                self._report.problem(_template_problem(error, name, self._folder))
                self.broken.add(name)
        return self._ours.get_template(name).render(values)


@lru_cache(maxsize=4)
def _ours(language: Language) -> Environment:
    """The templates that ship, compiled once in the life of a process (50 ms)."""
    return _environment(PackageLoader("papershelf.compose"), language)


def _with_templates_of(folder: Path, language: Language) -> Environment | None:
    """A user's templates before ours; nothing when the user has none."""
    if not any(folder.glob("*.j2")):
        return None
    theirs = FileSystemLoader(folder)
    return _environment(ChoiceLoader([theirs, PackageLoader("papershelf.compose")]), language)


class _Generator(CodeGenerator):
    """Writes what Jinja would, and shorter ways for what is usual: a page has some 150 values.

    What is written of a value is up to `finalize` alone, and Jinja would escape it once more;
    most values are final, or plain text. Most attributes are there, and most calls are of macros.
    """

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("(value if type(value := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(") is Markup else escaped(value) if type(value) is str else final(value))")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        if not isinstance(node.node, nodes.Name):  # it would stand there twice
            super().visit_Getattr(node, frame)
            return
        self.write("(found if (found := getattr(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, missing)) is not missing else ")
        super().visit_Getattr(node, frame)
        self.write(")")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if forward_caller or node.kwargs or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write("called(context, ")
        self.visit(node.node, frame)
        places = {"_loop_vars": frame.loop_frame, "_block_vars": frame.block_frame}
        self.signature(node, frame, {name: name for name, is_there in places.items() if is_there})
        self.write(")")


def _called(context: Context, called: Any, *args: Any, **places: Any) -> Any:
    """What a call in a template gives; a macro with all that it takes goes the short way."""
    is_macro = type(called) is Macro and len(args) == called._argument_count
    if is_macro and not (called.caller or called.catch_kwargs or called.catch_varargs):
        text = called._func(*args)
        return final_text(text) if context.eval_ctx.autoescape else text
    return context.call(called, *args, **places)


class _Template(Template):
    """A template of ours or of a user's, none of which is given globals of its own."""

    @classmethod
    def _from_namespace(
        cls,
        environment: Environment,
        namespace: MutableMapping[str, Any],
        globals: MutableMapping[str, Any],
    ) -> Template:
        namespace.update(escaped=_escaped_text, final=_finalize, called=_called)
        # Each context goes through all globals: in one dictionary, and not in Jinja's chain of two.
        return super()._from_namespace(environment, namespace, dict(globals))

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class _Environment(Environment):
    code_generator_class = _Generator
    template_class = _Template

    def get_template(self, name: Any, *more: Any, **named: Any) -> Template:
        """The template of a name, found once: every page and card asks for two."""
        if name not in self._found:
            self._found[name] = super().get_template(name, *more, **named)
        return self._found[name]

    @cached_property
    def _found(self) -> dict[Any, Template]:
        return {}

    def _generate(self, source: nodes.Template, *more: Any, **named: Any) -> str:
        gettext = cast(Callable[[str], Markup], self.globals["gettext"])
        return super()._generate(_Said(gettext).visit(source), *more, **named)


class _Said(NodeTransformer):
    """Says what has no slot when a template is compiled: a page has some thirty such texts."""

    def __init__(self, gettext: Callable[[str], Markup]) -> None:
        self._gettext = gettext

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        match self.generic_visit(node):
            case nodes.Call(
                node=nodes.Name(name="_" | "gettext"), args=[nodes.Const(value=str(text))],
                kwargs=[], dyn_args=None, dyn_kwargs=None,
            ):  # fmt: skip
                return nodes.TemplateData(str(self._gettext(text)), lineno=node.lineno)
        return node


def _environment(loader: ChoiceLoader | PackageLoader, language: Language) -> Environment:
    environment = _Environment(
        loader=loader,
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    # New style: the values reach our functions, which escape them, and the catalogue, as we do.
    vars(environment)["newstyle_gettext"] = True
    environment.globals.update(_texts(language), language=language)
    environment.filters["e"] = environment.filters["escape"] = _escaped
    return environment


def _texts(language: Language) -> dict[str, Callable[..., Markup]]:
    """What `{% trans %}` and `_()` call: texts, escaped like any other, in a language."""
    whole: dict[str, Markup] = {}  # most texts have no slot
    counted: dict[tuple[str, int], Markup] = {}  # and most others one for their number

    def gettext(text: str, **values: object) -> Markup:
        if values:
            return Markup(language.filled(language.say(text), values, _dressed))
        if text not in whole:
            whole[text] = Markup(language.filled(language.say(text), {}, _dressed))
        return whole[text]

    def ngettext(one: str, many: str, num: int, **values: object) -> Markup:
        if values != {"count": num}:
            return Markup(language.filled(language.form(one, many, num), values, _dressed))
        if (one, num) not in counted:
            said = language.filled(language.form(one, many, num), values, _dressed)
            counted[one, num] = Markup(said)
        return counted[one, num]

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def _dressed(value: object) -> str:
    return _finalize(value)


final_text = cast(Callable[[str], Markup], partial(str.__new__, Markup))
"""Text that is HTML → `Markup`; its own `__new__` asks first what it has been given."""


# Labels, addresses and titles come back on page after page: 86 % of all texts are found here.
@lru_cache(maxsize=1 << 16)
def _escaped_text(text: str) -> Markup:
    return final_text(escape(text))


def _escaped(value: object) -> Markup:
    return value if isinstance(value, Markup) else _escaped_text(str(value))


def _finalize(value: Any) -> str:
    """What is written of a value.

    Raises:
        UndefinedError: there is none of its name.
    """
    kind = type(value)
    if kind is Markup:
        return cast(str, value)
    if kind is str:
        return _escaped_text(value)
    return value.html() if isinstance(value, Prose) else str(_escaped(value))


def _template_problem(error: Exception, name: str, folder: Path) -> Problem:
    path, line = _place(error, folder / name)
    return Problem(
        "broken-template",
        f'the template "{path.name}" does not work: {error}',
        Origin(str(path), line, "template"),
        "mend it or remove it; the page was made with the template of the same name that ships",
        "error",
    )


def _place(error: Exception, path: Path) -> tuple[Path, int]:
    """The file and line that an error comes from: the deepest place in a user's own template."""
    if isinstance(error, TemplateSyntaxError):
        return Path(error.filename or path), error.lineno
    places = [
        (Path(frame.filename), frame.lineno or 0)
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).parent == path.parent
    ]
    return places[-1] if places else (path, 0)


def as_script(name: str, value: Any) -> bytes:
    """JSON that a script tag can load, also from a page that was opened as a file."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"papershelf.receive({json.dumps(name)},{text});\n".encode()
