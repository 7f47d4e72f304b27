"""The command that says what changed since a day."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
import typer

from events.days import midnight_before
from pipeline.cli.days import read_day
from pipeline.cli.options import Json, RulesetName, home_of
from pipeline.cli.output import print_json, print_rows, say_known
from pipeline.cli.today import morning_of
from pipeline.home.workspace import open_workspace
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
_COLUMNS = {
    "kind_zh": "事项",
    "owner": "主办单位",
    "name": "账号名称",
    "platform": "平台",
    "before": "原结果",
    "after": "现结果",
    "why": "说明",
}


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("changes")(changes)


def _since(text: str) -> datetime:
    """Read a day as its beginning; `last-week` is the Monday of the week before this one."""
    if text == _LAST_WEEK:
        today = midnight_before(datetime.now(UTC))
        return (today - timedelta(days=today.weekday() + 7)).astimezone(UTC)
    return midnight_before(morning_of(read_day(text))).astimezone(UTC)


def changes(
    ctx: typer.Context,
    since: Annotated[
        datetime,
        typer.Option(
            "--since", parser=_since, metavar="DAY", help="From the beginning of this day; or last-week."
        ),
    ],
    ruleset: RulesetName = None,
    as_json: Json = False,
) -> None:
    """Show what changed since a day: verdicts and why, accounts opened and closed, findings; nothing else.

    Each moment is judged by what was known at it. A verdict is the same while points alone moved.

    Example: xuncha changes --since last-week
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = changes_since(workspace, since, datetime.now(UTC), ruleset)
        behind = workspace.behind(found.known_at)
    rows = [msgspec.structs.asdict(row) for row in found.rows]
    if as_json:
        head = {"since": found.since, "until": found.until, "known_at": found.known_at, "behind": behind}
        print_json({**head, "rows": rows})
        return
    shown = [{**row, "kind_zh": _KINDS[row["kind"]]} for row in rows]
    title = f"{written_time(found.since)} 以来的变化" + ("" if shown else "：无 nothing changed")
    print_rows(shown, as_json=False, columns=_COLUMNS, title=title)
    say_known(found.known_at, behind)
