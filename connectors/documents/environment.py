"""The Jinja environment of an office's templates: sandboxed, strict, bounded, and with errors that name file and line.

Jinja's sandbox keeps templates from Python. What is added here is what it leaves out: lengths of texts, and places of
faults.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from types import CodeType
from typing import Any

import jinja2
from jinja2 import nodes, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.filters import make_attrgetter, sync_do_join
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from connectors.documents.errors import TemplateError
from events.messages import message

FAULTS = (jinja2.TemplateError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError)
"""What a template can raise; a recursion is one that includes or calls itself."""

_LARGEST = 100_000
"""Neither text nor number that a template multiplies may become longer or greater."""

_LONGEST = 10_000_000
"""Characters of any text that a template makes, a whole document among them."""

_TOO_LONG = message("a text of more than {longest} characters is not allowed in a template", longest=_LONGEST)

_FILTERS = frozenset(
    {
        "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float",
        "forceescape", "groupby", "int", "items", "join", "last", "length", "list", "lower", "map", "max",
        "min", "reject", "rejectattr", "reverse", "round", "safe", "select", "selectattr", "sort",
        "string", "striptags", "title", "trim", "truncate", "unique", "upper", "wordcount",
    }
)  # fmt: skip
"""Filters of Jinja that make nothing much longer than what they are given; `join` is bounded."""

_TEXT_METHODS = frozenset(
    {
        "count", "endswith", "find", "isdecimal", "isdigit", "lower", "lstrip", "removeprefix",
        "removesuffix", "rstrip", "split", "splitlines", "startswith", "strip", "upper",
    }
)  # fmt: skip
_GLOBALS = frozenset({"cycler", "dict", "joiner", "namespace", "range"})


class _Generator(CodeGenerator):
    """Compiles `~` so that its text is measured."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 (the compiler asks for this name)
        self.write("environment.measured(")
        super().visit_Concat(node, frame)
        self.write(")")


def _bounded(pieces: Iterable[str]) -> str:
    """Put pieces together until they are too long."""
    kept, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > _LONGEST:
            raise SecurityError(_TOO_LONG)
        kept.append(piece)
    return "".join(kept)


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates come from a folder that others may write to: no attributes of Python, no code, no endless texts."""

    intercepted_binops = frozenset(["*", "**", "%", "+"])
    code_generator_class = _Generator
    concat = staticmethod(_bounded)  # whole documents, macros, and `{% set %}` blocks

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse powers, formats, and sums and products beyond reason."""
        if operator == "**":
            raise SecurityError(message("powers are not allowed in a template"))
        if operator == "+":
            return self.measured(super().call_binop(context, operator, left, right))
        if operator == "%":
            if isinstance(left, str):
                raise SecurityError(message("formats are not allowed in a template"))
            return super().call_binop(context, operator, left, right)
        sizes = [len(v) if hasattr(v, "__len__") else abs(v) for v in (left, right)]
        if sizes[0] * sizes[1] > _LARGEST:
            raise SecurityError(message("a product of this size is not allowed in a template"))
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow the few methods of a text that cannot make it longer, and none of a number."""
        if isinstance(obj, str):
            return attr in _TEXT_METHODS
        return not isinstance(obj, int | float) and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """Leave `str.format` to `is_safe_attribute`: a width in a format makes a text of any length."""

    def measured(self, made: Any) -> Any:
        """Return what a template made, where it is no longer than allowed."""
        if hasattr(made, "__len__") and len(made) > _LONGEST:
            raise SecurityError(_TOO_LONG)
        return made

    def from_string(
        self,
        source: str | nodes.Template,
        globals: Any = None,  # noqa: A002 (Jinja's name)
        template_class: type[jinja2.Template] | None = None,
    ) -> jinja2.Template:
        """Return the template of a text, as a library asks for it; its code is kept, as `render` keeps it."""
        if not isinstance(source, str):
            return super().from_string(source, globals, template_class)
        code = _compiled(frozenset(self.filters.items()), bool(self.autoescape), None, source)
        return (template_class or self.template_class).from_code(self, code, self.make_globals(globals))


def sandbox(filters: Mapping[str, Callable[..., Any]], *, autoescape: bool = False) -> Sandbox:
    """Return an environment that knows only the given filters beside Jinja's own."""
    environment = Sandbox(
        undefined=jinja2.StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    kept = {name: f for name, f in environment.filters.items() if name in _FILTERS}
    environment.filters = {**kept, "join": _joined, **filters}
    environment.globals = {name: v for name, v in environment.globals.items() if name in _GLOBALS}
    return environment


@pass_eval_context
def _joined(
    at: EvalContext, values: Iterable[Any], between: Any = "", attribute: str | int | None = None
) -> str:
    """Join values by a text as Jinja's own filter does, where the result is no longer than allowed."""
    items = list(values if attribute is None else map(make_attrgetter(at.environment, attribute), values))
    if sum(len(str(value)) for value in items) + len(str(between)) * len(items) > _LONGEST:
        raise SecurityError(_TOO_LONG)
    return sync_do_join(at, items, between)


@contextmanager
def errors_by_line(name: str) -> Iterator[None]:
    """Turn what goes wrong in a template into a `TemplateError` that names file and line."""
    try:
        yield
    except jinja2.TemplateSyntaxError as e:
        raise TemplateError(
            message(
                "{filename}, line {lineno}: {message}; correct the template",
                filename=e.filename or name,
                lineno=e.lineno,
                message=e.message,
            )
        ) from None
    except FAULTS as e:
        if isinstance(e, TemplateError):
            raise
        line = _line_of(e, name)
        place = message("{name}, line {line}", name=name, line=line) if line else name
        raise TemplateError(message("{place}: {error}; correct the template", place=place, error=e)) from None


def render(environment: Sandbox, name: str, source: str, context: Mapping[str, Any]) -> str:
    """Render a template; raises `TemplateError`."""
    environment.loader = jinja2.FunctionLoader(lambda w: (source, w, lambda: True) if w == name else None)
    with errors_by_line(name):
        code = _compiled(frozenset(environment.filters.items()), bool(environment.autoescape), name, source)
        return jinja2.Template.from_code(environment, code, environment.make_globals(None)).render(context)


@lru_cache(maxsize=32)
def _compiled(
    filters: frozenset[tuple[str, Callable[..., Any]]], autoescape: bool, name: str | None, source: str
) -> CodeType:
    """Return the code of a template, which depends on nothing else; to make it takes longer than to run it."""
    return sandbox(dict(filters), autoescape=autoescape).compile(source, name, name)


def chinese_date(day: date | None) -> str:
    """Return a day as documents write it: 2023年3月15日."""
    return "" if day is None else f"{day.year}年{day.month}月{day.day}日"


def _line_of(error: BaseException, name: str) -> int | None:
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == name]
    return lines[-1] if lines else None
