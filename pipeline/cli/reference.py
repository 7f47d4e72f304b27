"""Commands that look things up: the schema of events, and the history by SQL."""

from typing import Annotated

import typer

from events.schema import event_schemas
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows
from pipeline.home.workspace import open_workspace
from pipeline.scores.query import run_query

events = typer.Typer(help="The events that the log holds.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("sql")(sql)
    app.add_typer(events, name="events")


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="One SELECT; tables and views stand in docs/history.md.")],
    as_json: Json = False,
) -> None:
    """Ask the history with SQL, read-only.

    Example: xuncha sql "SELECT type, count() FROM records GROUP BY type"
    """
    home = home_of(ctx)
    with open_workspace(home) as workspace:
        columns, rows = run_query(home, workspace.client, query)
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    print_rows(named, as_json=as_json, columns={c: c for c in columns}, head={"columns": columns})


@events.command("schema")
def schema() -> None:
    """Print the JSON Schema of every event type, by dataschema."""
    print_json(event_schemas())
