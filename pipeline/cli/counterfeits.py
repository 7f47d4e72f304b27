"""Commands about counterfeit accounts: 发现, 核实, 通报网信和公安, 关闭."""

from pathlib import Path
from typing import Annotated

import typer

from events.base import Payload
from events.codec import Event
from events.counterfeit import (
    Authority,
    CounterfeitClosed,
    CounterfeitReported,
    CounterfeitSuspected,
    CounterfeitVerified,
)
from events.ids import is_made_up
from events.messages import joined, message
from pipeline.cli.days import At, Day, end_of, moment_or_now
from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import day, text, word
from pipeline.office.counterfeits import EvidenceGiven, Step, list_counterfeits, suspect, take_step
from pipeline.office.scope import Place, Scope, keys_within
from projections.registry.counterfeits import AUTHORITIES, CounterfeitState

counterfeits = typer.Typer(help="Counterfeit accounts (假冒).", no_args_is_help=True)

_STATES = {
    CounterfeitState.SUSPECTED: "待核实",
    CounterfeitState.VERIFIED: "已核实，待通报",
    CounterfeitState.CLEARED: "核实不是假冒",
    CounterfeitState.REPORTED: "已通报，待关闭",
    CounterfeitState.CLOSED: "已关闭",
}
_COLUMNS = (
    text("name", "账号名称"),
    text("platform", "平台"),
    text("imitates", "假冒对象"),
    word("state", "状态", _STATES),
    day("suspected_at", "发现时间"),
    text("reported_zh", "已通报"),
    day("closed_at", "关闭时间"),
    text("outcome", "结果"),
)
Which = Annotated[str, typer.Argument(help="Id or name of the suspected account.")]
Files = Annotated[
    list[Path] | None,
    typer.Option("--evidence", exists=True, dir_okay=False, help="Evidence file; again for more of them."),
]
References = Annotated[
    list[str] | None,
    typer.Option("--reference", help="Where evidence that may not be copied is kept; again for more."),
]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(counterfeits, name="counterfeits")


@counterfeits.command("suspect")
def suspect_account(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="账号名称")],
    platform: Annotated[str, typer.Option(help="平台")],
    given_id: Annotated[str, typer.Option("--id", help="Id on the platform, where it is known.")] = "",
    link: Annotated[str, typer.Option(help="账号链接")] = "",
    imitates: Annotated[str, typer.Option(help="Account or unit that it imitates.")] = "",
    finder: Annotated[str, typer.Option(help="Who saw it: a unit, not a person.")] = "",
    note: Annotated[str, typer.Option(help="备注")] = "",
    files: Files = None,
    references: References = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record an account that seems to pretend to be one of the government (发现).

    Example: xuncha counterfeits suspect --name 某市发布厅 --platform 抖音 --imitates 某市发布 --evidence shot.png
    """
    when = moment_or_now(at)
    data = CounterfeitSuspected(
        given_id=given_id,
        name=name,
        platform=platform,
        link=link,
        imitates=imitates,
        finder=finder,
        note=note,
    )
    with open_workspace(home_of(ctx)) as workspace:
        event = suspect(workspace, Step(data, when.at, _evidence(files, references)), OFFICE)
    _print_done("已记录疑似假冒 suspected", event, name, as_json)


@counterfeits.command("verify")
def verify_account(
    ctx: typer.Context,
    which: Which,
    counterfeit: Annotated[bool, typer.Option("--counterfeit/--genuine", help="假冒 or 不是假冒")],
    note: Annotated[str, typer.Option(help="How it was verified.")] = "",
    files: Files = None,
    references: References = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record what came of checking a suspicion (核实).

    Example: xuncha counterfeits verify 某市发布厅 --counterfeit --note 主办单位确认未开设
    """
    when = moment_or_now(at)
    step = Step(
        CounterfeitVerified(counterfeit=counterfeit, note=note), when.at, _evidence(files, references)
    )
    with open_workspace(home_of(ctx)) as workspace:
        event = take_step(workspace, which, step, OFFICE)
    _print_done("已核实 verified", event, which, as_json)


@counterfeits.command("report")
def report_account(
    ctx: typer.Context,
    which: Which,
    to: Annotated[str, typer.Option(help="网信 or 公安")],
    receipt: Annotated[str, typer.Option(help="回执编号")] = "",
    files: Files = None,
    references: References = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record that a verified counterfeit was reported to an authority (通报); both must be told before it is closed.

    Example: xuncha counterfeits report 某市发布厅 --to 网信
    """
    when = moment_or_now(at)
    authority = _authority(to)
    step = Step(CounterfeitReported(to=authority, receipt=receipt), when.at, _evidence(files, references))
    with open_workspace(home_of(ctx)) as workspace:
        event = take_step(workspace, which, step, OFFICE)
    _print_done("已通报 reported", event, which, as_json)


@counterfeits.command("close")
def close_case(
    ctx: typer.Context,
    which: Which,
    outcome: Annotated[str, typer.Option(help="How it ended, like 账号已被平台封禁.")],
    files: Files = None,
    references: References = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Close a case (关闭): the counterfeit is gone, or it was none.

    Example: xuncha counterfeits close 某市发布厅 --outcome 账号已被平台封禁
    """
    when = moment_or_now(at)
    step = Step(CounterfeitClosed(outcome=outcome), when.at, _evidence(files, references))
    with open_workspace(home_of(ctx)) as workspace:
        event = take_step(workspace, which, step, OFFICE)
    _print_done("已关闭 closed", event, which, as_json)


@counterfeits.command("list")
@grouped
def list_cases(
    ctx: typer.Context,
    on: Day = None,
    platform: Annotated[str | None, typer.Option(help="Only this platform: 微博, weibo.")] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only cases that stand so: 待核实, closed, …")
    ] = None,
    *,
    to: Output,
) -> None:
    """List the cases with how far each has come, as of a day.

    Example: xuncha counterfeits list
    """
    states = codes_meant(state, _STATES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        found = list_counterfeits(workspace, end_of(on))
    placed = {place: Place("", case.platform) for place, case in enumerate(found)}
    kept = keys_within(placed, Scope(platform=platform), {})
    cases = [c for n, c in enumerate(found) if n in kept and (states is None or c.state in states)]
    rows = [
        {
            "account_id": case.account_id,
            "name": case.name,
            "platform": case.platform,
            "link": case.link,
            "imitates": case.imitates,
            "finder": case.finder,
            "state": str(case.state),
            "state_zh": _STATES[case.state],
            "suspected_at": case.suspected_at,
            "verified_at": case.verified_at,
            "reported": case.reported,
            "reported_zh": [AUTHORITIES[to] for to in case.reported],
            "closed_at": case.closed_at,
            "outcome": case.outcome,
            "note": case.note,
            "evidence": [e.sha256 or e.reference for e in case.evidence],
        }
        for case in cases
    ]
    show_list(rows, _COLUMNS, to)


def _authority(text: str) -> Authority:
    for authority, name in AUTHORITIES.items():
        if text in (authority, name):
            return authority
    raise UsageError(
        message(
            "--to {text!r} is neither {authorities}",
            text=text,
            authorities=joined(" nor ", AUTHORITIES.values()),
        )
    )


def _evidence(files: list[Path] | None, references: list[str] | None) -> EvidenceGiven:
    return EvidenceGiven(tuple(files or ()), tuple(references or ()))


def _print_done(word: str, event: Event[Payload], called: str, as_json: bool) -> None:
    if as_json:
        print_json({"account_id": event.subject, "event_id": str(event.id)})
    else:
        say(f"{word}: {called if is_made_up(event.subject.partition(':')[2]) else event.subject}")
