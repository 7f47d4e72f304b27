"""Commands about suggestions of patrol (疑似线索): what a look saw of an account itself, for a person to judge."""

from typing import Annotated

import typer

from pipeline.cli.days import At, moment_or_now
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.registry import registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, minute, placed, text, word
from pipeline.office.suspicions import Confirm, Dismiss, Settled, confirm, dismiss, list_suspicions

suggestions = typer.Typer(help="Suggestions of patrol about accounts (疑似线索).", no_args_is_help=True)

WHAT = {
    "title": "名称不同",
    "owner": "主办单位不同",
    "site_code": "网站标识码不同",
    "unavailable": "应用无法下载",
    "missing_tag": "缺少规定的网页标签",
}
_STATES = {"open": "待确认", "confirmed": "已确认", "dismissed": "已排除"}
_COLUMNS = (
    text("number", "编号"),
    *ACCOUNT,
    word("what", "线索", WHAT),
    text("shown", "显示为", wraps=True),
    text("known", "登记为", wraps=True),
    text("source", "来源"),
    minute("seen_at", "发现时间"),
    word("state", "状态", _STATES),
    text("reason", "说明", wraps=True),
    text("suspicion_id", "线索ID"),
)
Which = Annotated[str, typer.Argument(help="Id of the suggestion, or its beginning.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(suggestions, name="suggestions")


@suggestions.command("list")
@grouped
def show_suggestions(
    ctx: typer.Context,
    filters: Filters,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help="Only suggestions that stand so: 待确认, dismissed, …"),
    ] = None,
    *,
    to: Output,
) -> None:
    """List the suggestions as known now, by time: what a look saw that the registry does not say.

    Example: xuncha suggestions list --state 待确认
    """
    states = codes_meant(state, _STATES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        registry = registry_now(workspace)
        kept = kept_accounts(workspace, filters, registry)
        found = [
            row
            for row in list_suspicions(workspace)
            if (kept is None or row["subject"] in kept) and (states is None or row["state"] in states)
        ]
    people = [placed(row, registry.entries.get(row["subject"])) for row in found]
    rows = [{key: row[key] for key in row if key != "subject"} for row in found]
    show_list(rows, _COLUMNS, to, people=people)


@suggestions.command("confirm")
def confirm_suggestion(
    ctx: typer.Context,
    which: Which,
    reason: Annotated[str, typer.Option(help="What was seen; no names.")] = "",
    rule: Annotated[str, typer.Option(help="Code of the rule that it breaks: recorded as a finding.")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Confirm a suggestion: another title or owner is filed as a change (变更), with --rule it becomes a finding.

    Example: xuncha suggestions confirm 316f4b8e --reason 已与主办单位核实
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = confirm(workspace, Confirm(which, moment_or_now(at), reason, rule), OFFICE)
    _print_done("已确认 confirmed", done, as_json=as_json)


@suggestions.command("dismiss")
def dismiss_suggestion(
    ctx: typer.Context,
    which: Which,
    reason: Annotated[str, typer.Option(help="Why it means nothing; no names.")],
    at: At = None,
    as_json: Json = False,
) -> None:
    """Dismiss a suggestion; the same one is not made again.

    Example: xuncha suggestions dismiss 316f4b8e --reason 系统缩写
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = dismiss(workspace, Dismiss(which, moment_or_now(at), reason), OFFICE)
    _print_done("已排除 dismissed", done, as_json=as_json)


def _print_done(words: str, done: Settled, *, as_json: bool) -> None:
    if as_json:
        events = [{"id": str(event.id), "type": event.type} for event in done.events]
        print_json({"suspicion_id": str(done.suspicion.id), "events": events})
        return
    say(f"{words}: {done.suspicion.id}")
