"""The command that says what changed since a day."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import typer

from events.days import midnight_before
from pipeline.cli.days import read_day
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import RulesetName, home_of
from pipeline.cli.output import say_known
from pipeline.cli.today import morning_of
from pipeline.home.registry import numbers_now
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, NUMBER, text, word
from pipeline.office.today.changes import Kind, changes_since
from pipeline.office.today.written import written_time

_LAST_WEEK = "last-week"
_KINDS = {
    Kind.VERDICT: "结果变化",
    Kind.OPENED: "新增账号",
    Kind.CLOSED: "关停注销",
    Kind.FOUND: "新增问题",
    Kind.WITHDRAWN: "问题核减",
}
_COLUMNS = (
    word("kind", "事项", _KINDS),
    NUMBER,
    *ACCOUNT,
    text("before", "原结果"),
    text("after", "现结果"),
    text("why", "说明", wraps=True),
)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("changes")(changes)


def _since(text: str) -> datetime:
    """Read a day as its beginning; `last-week` is the Monday of the week before this one."""
    if text == _LAST_WEEK:
        today = midnight_before(datetime.now(UTC))
        return (today - timedelta(days=today.weekday() + 7)).astimezone(UTC)
    return midnight_before(morning_of(read_day(text))).astimezone(UTC)


@grouped
def changes(
    ctx: typer.Context,
    since: Annotated[
        datetime,
        typer.Option(
            "--since", parser=_since, metavar="DAY", help="From the beginning of this day; or last-week."
        ),
    ],
    ruleset: RulesetName = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only changes of this kind: 结果变化, 新增问题, …")
    ] = None,
    *,
    to: Output,
) -> None:
    """Show what changed since a day: verdicts and why, accounts opened and closed, findings; nothing else.

    Each moment is judged by what was known at it. A verdict is the same while points alone moved.

    Example: xuncha changes --since last-week
    """
    kinds = codes_meant(state, _KINDS, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        found = changes_since(workspace, since, datetime.now(UTC), ruleset)
        kept = kept_accounts(workspace, filters)
        behind = workspace.behind(found.known_at)
        numbers = numbers_now(workspace)
    rows = [
        {"number": numbers.get(row.account_id), **msgspec.structs.asdict(row)}
        for row in found.rows
        if (kept is None or row.account_id in kept) and (kinds is None or row.kind in kinds)
    ]
    head = {"since": found.since, "until": found.until, "known_at": found.known_at, "behind": behind}
    title = f"{written_time(found.since)} 以来的变化" + ("" if rows else "：无 nothing changed")
    if show_list(rows, _COLUMNS, to, head=head, title=title):
        say_known(found.known_at, behind)
