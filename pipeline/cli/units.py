"""Commands about units: the tree of offices, owners and firms."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from events.ids import is_made_up
from events.instants import EPOCH
from events.unit import UNIT_FIELDS
from pipeline.cli.days import Day, end_of
from pipeline.cli.filters import codes_meant, rows_with
from pipeline.cli.listing import show_list, write_files
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import print_json, say, say_counts
from pipeline.home.actor import OFFICE
from pipeline.home.registry import Registry, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import Row, day, ident, number, text, word
from pipeline.office.sheet_imports import ImportSheet
from pipeline.office.unit_lists import import_units
from pipeline.office.units import unit_tree
from projections.registry.units import Unit, walk_tree

units = typer.Typer(help="Units (单位): who runs accounts, who checks them.", no_args_is_help=True)

_KINDS = {
    "city_office": "市政府办公室",
    "competent_office": "主管单位",
    "owner": "主办单位",
    "operator": "运维机构",
}
_COLUMNS = (
    ident("code", "单位代码"),
    text("name", "单位名称"),
    word("kind", "类别", _KINDS),
    text("tier", "层级"),
    text("area", "地区"),
    text("parent", "上级单位"),
    text("duties", "职责关键词"),
    text("representative", "代表账号"),
    day("since", "成立时间"),
)

_TREE = (number("depth", "级次"), *_COLUMNS)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(units, name="units")


@units.command("import")
def take_units(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Bring the tree of units to what a sheet lists; all of it or none. Blank cells change nothing.

    Columns at least code (单位代码), name (单位名称), kind (单位类别). A unit above is named by code or full name.

    Example: xuncha units import units.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = import_units(workspace, ImportSheet(file), OFFICE)
    unchanged = done.rows - len({event.subject for event in done.taken.events})
    say_counts(as_json=as_json, **{**done.counts, "known": unchanged}, notes=done.notes)


@units.command("list")
@grouped
def list_units(
    ctx: typer.Context,
    on: Day = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only units of this kind: 主办单位, …; again for more.")
    ] = None,
    area: Annotated[str | None, typer.Option(help="Only units of this area.")] = None,
    tier: Annotated[str | None, typer.Option(help="Only units of this tier (层级).")] = None,
    *,
    to: Output,
) -> None:
    """List the units that exist on a day.

    Example: xuncha units list --on 2023-03-31
    """
    kinds = codes_meant(kind, _KINDS, "--kind")
    with open_workspace(home_of(ctx)) as workspace:
        found = unit_tree(workspace, end_of(on))
        registry = registry_now(workspace)
    listed = [unit for _, unit in sorted(found.items()) if kinds is None or unit.kind in kinds]
    listed = rows_with(listed, area, "--area", lambda unit: unit.area)
    listed = rows_with(listed, tier, "--tier", lambda unit: unit.tier)
    rows = [_fields(unit) for unit in listed]
    show_list(rows, _COLUMNS, to, people=[_for_people(row, found, registry) for row in rows])


@units.command("tree")
@grouped
def show_tree(ctx: typer.Context, on: Day = None, *, to: Output) -> None:
    """Show the units under one another, as of a day.

    Example: xuncha units tree
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = unit_tree(workspace, end_of(on))
        registry = registry_now(workspace)
    rows = [{"depth": depth, **_fields(unit)} for depth, unit in walk_tree(found)]
    write_files([_for_people(row, found, registry) for row in rows], _TREE, to)
    if to.as_json:
        print_json({"rows": rows})
    if to.as_json or to.files:
        return
    for row in rows:
        area = f"，{row['area']}" if row["area"] else ""
        representative = (
            f"；代表账号 {registry.title(row['representative'])}" if row["representative"] else ""
        )
        code = "" if is_made_up(row["code"]) else f"{row['code']}，"
        say(f"{'　' * row['depth']}{row['name']}（{code}{row['kind_zh']}{area}）{representative}")


def _for_people(row: Row, units: Mapping[str, Unit], registry: Registry) -> Row:
    """Return a row with names in the place of codes and ids."""
    above = units.get(row["parent"])
    return {
        **row,
        "parent": above.name if above else row["parent"],
        "representative": registry.title(row["representative"]) if row["representative"] else "",
    }


def _fields(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        **{name: getattr(unit, name) for name in UNIT_FIELDS},
        "kind_zh": _KINDS[unit.kind],
        "since": None if unit.since == EPOCH else unit.since,
    }
