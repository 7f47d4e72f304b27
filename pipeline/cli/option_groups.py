"""Options that stand together in many commands: a command takes the group, its parser has the options."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Self, get_origin, get_type_hints

import msgspec
import typer

from events.messages import message
from pipeline.cli.options import Json
from pipeline.home.folder import example_path


class OptionGroup(msgspec.Struct, frozen=True):
    """Options of a command that belong together; each field is one, declared as Typer wants it.

    A field that is declared otherwise is none: `taken` fills it.
    """

    @classmethod
    def taken(cls, given: Mapping[str, Any], ctx: typer.Context | None) -> Self:
        """Return the group by what a command line gave; `ctx` is that of the command, None where it takes none."""
        del ctx
        return cls(**given)


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take option groups: Typer sees the options of each in the place of the parameter."""
    signature = inspect.signature(command)
    groups = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if isinstance(parameter.annotation, type) and issubclass(parameter.annotation, OptionGroup)
    }
    spread: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        spread += (
            _options(groups[name])
            if name in groups
            else [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)]
        )

    @wraps(command)
    def takes_options(*args: Any, **given: Any) -> None:
        ctx = next((one for one in (*args, *given.values()) if isinstance(one, typer.Context)), None)
        taken = {
            name: group.taken(
                {field: given.pop(field) for field in group.__struct_fields__ if field in given}, ctx
            )
            for name, group in groups.items()
            if name not in given
        }
        command(*args, **given, **taken)

    takes_options.__annotations__ = {p.name: p.annotation for p in spread}
    takes_options.__signature__ = signature.replace(parameters=spread)  # type: ignore[attr-defined]
    return takes_options


def _options(group: type[OptionGroup]) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in msgspec.structs.fields(group)
        if get_origin(hints[field.name]) is Annotated
    ]


def _file(suffix: str) -> Callable[[str], Path]:
    def named(text: str) -> Path:
        path = Path(text)
        if path.suffix.lower() != suffix:
            raise typer.BadParameter(
                message("{text} is no {suffix}; name the file by it", text=text, suffix=suffix)
            )
        if path.is_dir():
            raise typer.BadParameter(message("{text} is a folder; name a file in it", text=text))
        return path

    return named


class Output(OptionGroup, frozen=True):
    """Where a list goes: the terminal, standard output as JSON, files; the files take the place of the table."""

    as_json: Json = False
    csv: Annotated[
        Path | None,
        typer.Option("--csv", parser=_file(".csv"), metavar="FILE", help="Write the list as CSV (with BOM)."),
    ] = None
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", parser=_file(".xlsx"), metavar="FILE", help="Write the list as a workbook."),
    ] = None

    of_example: bool = False
    """The home says that its data are invented."""

    @classmethod
    def taken(cls, given: Mapping[str, Any], ctx: typer.Context | None) -> Self:
        """See `OptionGroup`."""
        return cls(**given, of_example=ctx is not None and example_path(ctx.obj.home_path).exists())

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the files that are asked for."""
        return tuple(path for path in (self.csv, self.xlsx) if path is not None)


class Filters(OptionGroup, frozen=True):
    """Which accounts a list is about: those that all given words fit."""

    unit: Annotated[
        str | None, typer.Option("--unit", help="Only this unit, by name or code, and those below it.")
    ] = None
    area: Annotated[str | None, typer.Option("--area", help="Only this area.")] = None
    tier: Annotated[str | None, typer.Option("--tier", help="Only this tier (层级).")] = None
    platform: Annotated[str | None, typer.Option("--platform", help="Only this platform: 微博, weibo.")] = (
        None
    )
