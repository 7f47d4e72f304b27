"""The alerts: listed, and what is done about them (each further word is a command of its own)."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from msgspec.structs import asdict

from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.cli.reader import in_language
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, minute, placed, text, word
from pipeline.office.fact_words import FACTS
from pipeline.voice.alerts import ALERT_TYPES, level_in_words, list_alerts
from pipeline.voice.trial import TryChannel, try_channel

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

_OUTCOMES = {
    "delivered": "已送达 delivered",
    "partly": "部分送达 delivered in part",
    "refused": "被拒收 refused",
    "again": "暂未送达，可重试 not delivered, may be tried again",
    "unknown": "是否送达不明 nobody knows whether it was delivered",
}


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


@alerts.command("test")
def send_test(
    ctx: typer.Context,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="CHANNEL[:PERSON]",
            help="The channel, and for one that writes to people the id of the person.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Send one test message at once, and say what the other side answered; nothing of it is recorded.

    Exit 1 unless it was delivered.

    Example: xuncha alerts test --to office-group
    """
    channel, _, person_id = to.partition(":")
    tried = try_channel(home_of(ctx), TryChannel(channel, person_id), lambda: datetime.now(UTC))
    if as_json:
        print_json({**asdict(tried), "reason": str(tried.reason)})
    else:
        say(f"{tried.channel}：{_OUTCOMES[tried.outcome]}（{tried.seconds:.1f} 秒）")
        if tried.reason:
            say(f"对方答复 answer: {in_language(tried.reason)}")
        if tried.wait_s:
            say(f"可在 {tried.wait_s:.0f} 秒后重试 wait")
        if tried.unreached:
            say(f"未送达 unreached: {'、'.join(tried.unreached)}")
    if tried.outcome != "delivered":
        raise typer.Exit(1)
