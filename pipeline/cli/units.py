"""Commands about units: the tree of offices, owners and firms."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from connectors.sheets.units import read_units
from events.instants import EPOCH
from events.unit import UNIT_FIELDS
from pipeline.cli.days import Day, end_of
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import print_json, print_rows, say, say_counts
from pipeline.home.appending import append_new
from pipeline.home.registry import registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.units import unit_events, unit_tree
from projections.registry.units import Unit, walk_tree

units = typer.Typer(help="Units (单位): who runs accounts, who checks them.", no_args_is_help=True)

_KINDS = {
    "city_office": "市政府办公室",
    "competent_office": "主管单位",
    "owner": "主办单位",
    "operator": "运维机构",
}
_COLUMNS = {
    "code": "单位代码",
    "name": "单位名称",
    "kind_zh": "类别",
    "tier": "层级",
    "area": "地区",
    "parent": "上级单位",
    "duties": "职责关键词",
    "representative": "代表账号",
    "since": "成立时间",
}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(units, name="units")


@units.command("import")
def import_units(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Bring the tree of units to what a sheet lists; all of it or none. Blank cells change nothing.

    Columns at least code (单位代码), name (单位名称), kind (单位类别). A unit above is named by code or full name.

    Example: xuncha units import units.xlsx
    """
    rows = read_units(file)
    with open_workspace(home_of(ctx)) as workspace:
        events = unit_events(file, rows, unit_tree(workspace), registry_now(workspace), datetime.now(UTC))
        taken = append_new(workspace, events)
    unchanged = len(rows) - len({event.subject for event in taken.events})
    say_counts(as_json=as_json, rows=len(rows), **{**taken.counts, "known": unchanged}, notes=rows.notes)


@units.command("list")
def list_units(
    ctx: typer.Context,
    on: Day = None,
    kind: Annotated[str | None, typer.Option(help="Only units of this kind: 主办单位, …")] = None,
    as_json: Json = False,
) -> None:
    """List the units that exist on a day.

    Example: xuncha units list --on 2023-03-31
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = unit_tree(workspace, end_of(on))
    rows = [_fields(unit) for _, unit in sorted(found.items())]
    print_rows(
        [row for row in rows if kind in (None, row["kind"], row["kind_zh"])],
        as_json=as_json,
        columns=_COLUMNS,
    )


@units.command("tree")
def show_tree(ctx: typer.Context, on: Day = None, as_json: Json = False) -> None:
    """Show the units under one another, as of a day.

    Example: xuncha units tree
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = unit_tree(workspace, end_of(on))
        registry = registry_now(workspace)
    rows = [{"depth": depth, **_fields(unit)} for depth, unit in walk_tree(found)]
    if as_json:
        print_json({"rows": rows})
        return
    for row in rows:
        area = f"，{row['area']}" if row["area"] else ""
        stands_for = f"；代表账号 {registry.title(row['representative'])}" if row["representative"] else ""
        say(f"{'　' * row['depth']}{row['name']}（{row['code']}，{row['kind_zh']}{area}）{stands_for}")


def _fields(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        **{name: getattr(unit, name) for name in UNIT_FIELDS},
        "kind_zh": _KINDS[unit.kind],
        "since": None if unit.since == EPOCH else unit.since,
    }
