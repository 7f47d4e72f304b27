"""The alerts: listed, and what is done about them (each further word is a command of its own)."""

from typing import Annotated

import typer

from pipeline.cli.columns import ACCOUNT, minute, placed, text, word
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import home_of
from pipeline.cli.words import FACTS
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.voice.alerts import ALERT_TYPES, level_in_words, list_alerts

alerts = typer.Typer(
    help="List the alerts, oldest first: raised, skipped, cleared, and stalled sources.",
    invoke_without_command=True,
)

AccountMeant = Annotated[str | None, typer.Option("--account", help="Only this account, by name or id.")]
State = Annotated[list[str] | None, typer.Option("--state", help="Only messages of this type: 提醒, 解除, …")]

_TYPES = {type_: FACTS[type_] for type_ in ALERT_TYPES}
_COLUMNS = (
    minute("at", "时间"),
    word("type", "类型", _TYPES),
    text("level_zh", "级别"),
    *ACCOUNT,
    text("delivered", "已送达"),
    text("withdrawn", "已撤回"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(alerts, name="alerts")


@alerts.callback()
@grouped
def alerts_main(
    ctx: typer.Context,
    account: AccountMeant = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    state: State = None,
    *,
    to: Output,
) -> None:
    """List the alerts, oldest first: raised, skipped, cleared, and stalled sources."""
    if ctx.invoked_subcommand is None:
        list_all(ctx, account=account, filters=filters, state=state, to=to)


@alerts.command("list")
@grouped
def list_all(
    ctx: typer.Context,
    account: AccountMeant = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    state: State = None,
    *,
    to: Output,
) -> None:
    """List the alerts, oldest first: raised, skipped, cleared, and stalled sources."""
    with open_workspace(home_of(ctx)) as workspace:
        types = codes_meant(state, _TYPES, "--state")
        registry = registry_now(workspace)
        subject = None if account is None else find_account(registry, account)
        kept = kept_accounts(workspace, filters, registry)
        found = [
            row
            for row in list_alerts(workspace)
            if (subject is None or row["subject"] == subject)
            and (kept is None or row["subject"] in kept)
            and (types is None or row["type"] in types)
        ]
    people = [
        placed(
            {**row, "name": row["name"] or row["subject"], "level_zh": level_in_words(row["level"])},
            registry.entries.get(row["subject"]),
        )
        for row in found
    ]
    rows = [{key: row[key] for key in row if key != "subject"} for row in found]
    show_list(rows, _COLUMNS, to, people=people)
