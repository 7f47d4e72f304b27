"""Commands of emergencies 应急处置: suspected, confirmed, taken down, verified, handed over, closed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from events.counterfeit import Authority
from events.fields import field
from events.folding import fold
from events.messages import joined, message
from pipeline.cli.filters import codes_meant, kept_accounts
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import Instant, Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.registry import registry_now, title_alone
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ident, minute, number, text, word
from pipeline.office.emergencies import acts
from pipeline.office.emergencies.desk import (
    WAITS_FOR,
    EmergencyView,
    find_emergency,
    list_emergencies,
    view_of,
    written_by,
)
from pipeline.office.fact_words import FACTS
from projections.registry.counterfeits import AUTHORITIES
from projections.registry.emergencies import Emergency

emergencies = typer.Typer(
    help="Emergencies (应急处置): severe suspicions, from the first word to the review.", no_args_is_help=True
)

NO_FINDING = "应急处置不是问题认定；需计入检查的，另行登记问题：xuncha findings import 问题清单.xlsx"

_COLUMNS = (
    ident("short", "编号"),
    text("owner", "主办单位"),
    text("name", "账号名称"),
    text("platform", "平台"),
    text("problem", "情形", wraps=True),
    word("state", "状态", WAITS_FOR),
    minute("suspected_at", "发现时间"),
    number("minutes_to_confirmed", "核实用时（分）"),
    number("minutes_to_taken_down", "撤下用时（分）"),
    number("minutes_to_verified", "复核用时（分）"),
    number("minutes_to_ended", "办结用时（分）"),
)
_STEPS = (
    minute("at", "时间"),
    word("type", "事项", FACTS),
    number("minutes", "用时（分）"),
    text("by", "经办"),
    text("told", "说明", wraps=True),
)

Which = Annotated[
    str,
    typer.Argument(
        metavar="ACCOUNT|EMERGENCY", help="An account as people name it, or the first letters of an id."
    ),
]
When = Annotated[
    datetime | None,
    typer.Option("--at", parser=Instant, metavar="TIME", help="When it happened. Default: now."),
]
Note = Annotated[str, typer.Option(help="What is to be said about it; no names.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(emergencies, name="emergencies")


@emergencies.command("suspect")
def suspect(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="An account as people name it.")],
    problem: Annotated[
        str,
        typer.Option(help="What it seems to be: a red line 1, 3 or 4 by code or name, or 账号疑似被盗用."),
    ],
    link: Annotated[str, typer.Option(help="Where it can be seen.")] = "",
    note: Note = "",
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--evidence", exists=True, dir_okay=False, help="Evidence file; again for more of them."
        ),
    ] = None,
    references: Annotated[
        list[str] | None,
        typer.Option("--reference", help="Where evidence that may not be copied is kept; again for more."),
    ] = None,
    post: Annotated[
        str, typer.Option(help="Id of the post, so that a look can verify that it is gone.")
    ] = "",
    at: When = None,
    as_json: Json = False,
) -> None:
    """Record what cannot wait for a finding (发现). A second person confirms it next; nobody is alarmed before.

    Example: xuncha emergencies suspect 某市发布 --problem 严重表述错误 --evidence 截图.png
    """
    asked = acts.Suspect(
        account=account,
        problem=problem,
        link=link,
        note=note,
        files=tuple(files or ()),
        references=tuple(references or ()),
        post=post,
        at=at,
    )
    with open_workspace(home_of(ctx)) as workspace:
        case = acts.suspect(workspace, asked, OFFICE)
        _show(title_alone(workspace, case.account_id), case, "已记录，待第二人核实", as_json)
    if not as_json:
        say(NO_FINDING)


@emergencies.command("confirm")
def confirm(
    ctx: typer.Context,
    which: Which,
    second: Annotated[
        str,
        typer.Option(metavar="PERSON|ROLE", help="Who looked and agrees: a person id or the code of a role."),
    ] = "",
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Confirm a suspicion, as a second person (核实). The unit is informed at once, on every channel.

    Example: xuncha emergencies confirm 某市发布 --second section_head
    """
    with open_workspace(home_of(ctx)) as workspace:
        case = acts.confirm(workspace, acts.Confirm(which, second, note), OFFICE)
        _show(title_alone(workspace, case.account_id), case, "已核实，立即通知主办单位", as_json)


@emergencies.command("taken-down")
def taken_down(
    ctx: typer.Context, which: Which, note: Note = "", at: When = None, as_json: Json = False
) -> None:
    """Record that the unit says it is gone (已撤下); the next look verifies it.

    Example: xuncha emergencies taken-down 某市发布
    """
    with open_workspace(home_of(ctx)) as workspace:
        case = acts.take_down(workspace, acts.TakeDown(which, note, at), OFFICE)
        _show(title_alone(workspace, case.account_id), case, "已记录撤下，待复核", as_json)


@emergencies.command("verify")
def verify(
    ctx: typer.Context,
    which: Annotated[
        str,
        typer.Argument(
            metavar="[ACCOUNT|EMERGENCY]",
            help="An account as people name it, or the first letters of an id. Default: all of which looks show it.",
        ),
    ] = "",
    gone: Annotated[
        bool | None,
        typer.Option(
            "--gone/--still-there", help="What you saw yourself. Default: what looks show of its post."
        ),
    ] = None,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Record whether it is gone (复核). What is still there is announced once more.

    Example: xuncha emergencies verify 某市发布 --gone
    """
    with open_workspace(home_of(ctx)) as workspace:
        if not which:
            _show_verified(acts.verify_by_looks(workspace, OFFICE), as_json)
            return
        case = acts.verify(workspace, acts.Verify(which, gone, note), OFFICE)
        outcome = "复核时问题仍在，已再次通知" if gone is False else "已复核，处置到位"
        _show(title_alone(workspace, case.account_id), case, outcome, as_json)


@emergencies.command("handed-over")
def handed_over(
    ctx: typer.Context,
    which: Which,
    to: Annotated[str, typer.Option(help="网信 or 公安")],
    receipt: Annotated[str, typer.Option(help="回执编号")] = "",
    at: When = None,
    as_json: Json = False,
) -> None:
    """Record that an authority was informed (通报); both are, before an emergency is closed.

    Example: xuncha emergencies handed-over 某市发布 --to 网信
    """
    authority = _authority(to)
    with open_workspace(home_of(ctx)) as workspace:
        case = acts.hand_over(workspace, acts.HandOver(which, authority, receipt, at), OFFICE)
        title = title_alone(workspace, case.account_id)
        _show(title, case, f"已通报{AUTHORITIES[authority]}", as_json)


@emergencies.command("close")
def close(
    ctx: typer.Context,
    which: Which,
    review: Annotated[str, typer.Option(help="What came of the review; no names.")],
    as_json: Json = False,
) -> None:
    """Close a verified emergency with its review (复盘).

    Example: xuncha emergencies close 某市发布 --review 已完善审核制度
    """
    with open_workspace(home_of(ctx)) as workspace:
        case = acts.close(workspace, acts.Close(which, review), OFFICE)
        _show(title_alone(workspace, case.account_id), case, "已复盘办结", as_json)
    if not as_json:
        say(NO_FINDING)


@emergencies.command("dismiss")
def dismiss(
    ctx: typer.Context,
    which: Which,
    reason: Annotated[str, typer.Option(help="Why it is none.")],
    as_json: Json = False,
) -> None:
    """Dismiss an emergency that is none (解除); whoever was alarmed is told so.

    Example: xuncha emergencies dismiss 某市发布 --reason 经核实为转载旧闻
    """
    with open_workspace(home_of(ctx)) as workspace:
        case = acts.dismiss(workspace, acts.Dismiss(which, reason), OFFICE)
        _show(title_alone(workspace, case.account_id), case, "已解除", as_json)


@emergencies.command("list")
@grouped
def list_all(
    ctx: typer.Context,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only those that stand so: 待复核, closed, …")
    ] = None,
    *,
    to: Output,
) -> None:
    """List emergencies, open ones first, with how long each step took.

    Example: xuncha emergencies list
    """
    states = codes_meant(state, WAITS_FOR, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        kept = kept_accounts(workspace, filters)
        found = [
            view
            for view in list_emergencies(workspace)
            if (kept is None or view.case.account_id in kept)
            and (states is None or view.case.state in states)
        ]
    show_list([_row(view) for view in found], _COLUMNS, to)


@emergencies.command("show")
@grouped
def show(ctx: typer.Context, which: Which, *, to: Output) -> None:
    """Show an emergency step by step: when, after how many minutes, by whom.

    Example: xuncha emergencies show 某市发布
    """
    with open_workspace(home_of(ctx)) as workspace:
        case = find_emergency(workspace, which)
        registry, by = registry_now(workspace), written_by(workspace, case)
    rows = [
        {
            "at": step.at,
            "type": step.type,
            "minutes": int((step.at - case.suspected_at).total_seconds() // 60),
            "by": by[step.fact_id],
            "told": step.told,
        }
        for step in case.steps
    ]
    if show_list(rows, _STEPS, to, head=_row(view_of(registry, case)), title=registry.title(case.account_id)):
        say(f"{case.problem}：{WAITS_FOR[case.state]}")


def _row(view: EmergencyView) -> dict[str, Any]:
    case = view.case
    return {
        "emergency_id": str(case.id),
        "short": str(case.id)[:8],
        "account_id": view.given_id,
        "name": view.name,
        "platform": view.platform,
        "owner": view.owner,
        "rule": case.rule,
        "problem": case.problem,
        "state": str(case.state),
        "suspected_at": case.suspected_at,
        "confirmed_at": case.confirmed_at,
        "confirmed_by": case.confirmed_by,
        "taken_down_at": case.taken_down_at,
        "verified_at": case.verified_at,
        "handed_over": case.handed_over,
        "ended_at": case.ended_at,
        **{f"minutes_to_{step}": minutes for step, minutes in case.minutes.items()},
        "evidence": [e.sha256 or e.reference for e in case.evidence],
    }


def _show_verified(cases: Sequence[Emergency], as_json: bool) -> None:
    if as_json:
        print_json({"verified": [str(case.id) for case in cases]})
        return
    ids = "、".join(str(case.id)[:8] for case in cases)
    say(f"由检查结果复核 {len(cases)} 件{f'：{ids}' if ids else ''}")


def _authority(typed: str) -> Authority:
    for authority, name in AUTHORITIES.items():
        if fold(typed) in (authority, fold(name)):
            return authority
    raise UsageError(
        message(
            "{to} {said!r} is none; there are: {known}",
            to=field("to"),
            said=typed,
            known=joined("；", list(AUTHORITIES.values())),
        )
    )


def _show(title: str, case: Emergency, heading: str, as_json: bool) -> None:
    if as_json:
        print_json({"emergency_id": str(case.id), "account_id": case.account_id, "state": str(case.state)})
        return
    say(f"{heading}：{title}，{case.problem}（{str(case.id)[:8]}）")
