"""Commands that look things up: rulesets, the schema of events, and the history by SQL."""

from typing import Annotated

import typer

from events.schema import event_schemas
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows
from pipeline.current import current_history
from pipeline.query import run_query
from pipeline.rulesets import find_ruleset, list_rulesets

events = typer.Typer(help="The events that the log holds.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("rulesets")(rulesets)
    app.command("sql")(sql)
    app.add_typer(events, name="events")


def rulesets(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Show the rules of one ruleset.")] = None,
    as_json: Json = False,
) -> None:
    """List the rulesets, or the rules of one of them with their clauses."""
    known = list_rulesets(ctx.obj.home_path)
    if name is None:
        rows = [
            {
                "ruleset": n.ruleset.label,
                "title": n.ruleset.title,
                "effective_from": n.ruleset.effective_from,
                "documents": list(n.ruleset.documents),
                "sha256": n.sha256,
            }
            for n in known
        ]
        shown = {"ruleset": "规则", "title": "名称", "effective_from": "起用", "documents": "依据"}
        print_rows(rows, as_json=as_json, columns=shown)
        return
    ruleset = find_ruleset(name, ctx.obj.home_path).ruleset
    rules = [
        {
            "code": r.code,
            "line": r.line,
            "name": r.name,
            "effect": r.effect,
            "points_each": r.points_each,
            "max_points": r.max_points,
            "clause": r.clause,
        }
        for r in ruleset.rules
    ]
    shown = {
        "code": "代码",
        "name": "指标",
        "effect": "效果",
        "points_each": "每次扣分",
        "max_points": "最高扣分",
        "clause": "依据",
    }
    print_rows(rules, as_json=as_json, columns=shown, head={"ruleset": ruleset.label}, title=ruleset.title)


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="One SELECT; tables and views stand in docs/history.md.")],
    as_json: Json = False,
) -> None:
    """Ask the history with SQL, read-only.

    Example: xuncha sql "SELECT type, count() FROM records GROUP BY type"
    """
    home = home_of(ctx)
    with current_history(home) as current:
        columns, rows = run_query(home, current.client, query)
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    print_rows(named, as_json=as_json, columns={c: c for c in columns}, head={"columns": columns})


@events.command("schema")
def schema() -> None:
    """Print the JSON Schema of every event type, by dataschema."""
    print_json(event_schemas())
