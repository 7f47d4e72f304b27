"""Commands of the filing desk: applications, opinions, filings, forwarding, and what is late."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from events.filing import FilingSystem
from events.messages import joined, message
from pipeline.cli.days import At, Effective, Filed, moment_or_now
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import print_json, say, say_counts, say_notes
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.filings.desk_entries import (
    CHANGEABLE,
    Apply,
    Entered,
    FileAct,
    Forward,
    GiveOpinion,
    apply,
    file_act,
    forward,
    give_opinion,
)
from pipeline.office.filings.rows import import_filings
from pipeline.office.sheet_imports import ImportSheet
from pipeline.office.withdrawals import WithdrawApplication, withdraw_application

filings = typer.Typer(help="Filings (备案): applied for, approved, filed, forwarded.", no_args_is_help=True)

Case = Annotated[str, typer.Argument(help="Id of the filing or application, or its beginning.")]
Form = Annotated[
    Path | None,
    typer.Option("--form", exists=True, dir_okay=False, help="A filled-in form: DOCX, or XLSX with many."),
]

SYSTEMS: Mapping[str, FilingSystem] = {"provincial": "provincial", "national": "national"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(filings, name="filings")


@filings.command("import")
def take_filings(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Take filings of openings, changes, stops and cancellings; they count from their own time on, however late."""
    with open_workspace(home_of(ctx)) as workspace:
        done = import_filings(workspace, ImportSheet(file), OFFICE)
    if as_json:
        print_json({**done.counts, "late": len(done.late), "notes": done.notes})
        return
    say_counts(as_json=False, notes=None, **done.counts)
    say(f"逾期备案 late filings: {len(done.late)}")
    for line in done.late:
        say(line)
    say_notes(done.notes)


@filings.command("apply")
def take_application(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="账号名称")] = "",
    platform: Annotated[str, typer.Option(help="平台, like 微信订阅号")] = "",
    owner: Annotated[str, typer.Option(help="主办单位")] = "",
    given_id: Annotated[
        str | None, typer.Option("--id", help="Id on the platform, where there is one.")
    ] = None,
    kind: Annotated[str, typer.Option(help="开设, 变更, 关停 or 注销")] = "开设",
    purpose: Annotated[str, typer.Option(help="发布内容及功能定位")] = "",
    link: Annotated[str, typer.Option(help="账号链接")] = "",
    section: Annotated[str, typer.Option(help="管理科室")] = "",
    reason: Annotated[str, typer.Option(help="原因")] = "",
    form: Form = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record an application: a new account needs one, and an approval, before it opens.

    Example: xuncha filings apply --name 某市出行 --platform 抖音 --owner 某市交通运输局 --at 2023-01-10
    """
    asked = Apply(
        when=moment_or_now(at),
        form=form,
        name=name,
        platform=platform,
        owner=owner,
        given_id=given_id,
        kind=kind,
        description=purpose,
        link=link,
        section=section,
        reason=reason,
    )
    with open_workspace(home_of(ctx)) as workspace:
        done = apply(workspace, asked, OFFICE)
    _print_done("已登记申请 applied", done, as_json)


@filings.command("opinion")
def opinion(
    ctx: typer.Context,
    case: Case,
    by: Annotated[str, typer.Option(help="owner 主办单位 or office 市政府办公室")],
    approve: Annotated[bool, typer.Option("--approve/--refuse", help="同意 or 不同意")],
    text: Annotated[str, typer.Option(help="What it says.")] = "",
    replaces: Annotated[
        str,
        typer.Option(
            metavar="ID", help="The opinion that it takes the place of, or the beginning of its id."
        ),
    ] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record the opinion of the owner or of the city office on an application or a filing. Exit 1 where one stands.

    Example: xuncha filings opinion 4797aa47 --by office --approve --at 2023-01-12
    """
    party: Literal["owner", "office"]
    match by:
        case "owner" | "主办单位":
            party = "owner"
        case "office" | "市政府办公室":
            party = "office"
        case _:
            raise UsageError(message("--by {by!r} is neither owner nor office", by=by))
    asked = GiveOpinion(
        case=case, by=party, approved=approve, text=text, replaces=replaces, when=moment_or_now(at)
    )
    with open_workspace(home_of(ctx)) as workspace:
        done = give_opinion(workspace, asked, OFFICE)
    _print_done("已登记意见 opinion recorded", done, as_json)


@filings.command("file")
def take_act(
    ctx: typer.Context,
    account: Annotated[
        str | None, typer.Argument(help="Account, or the application it was opened on.")
    ] = None,
    kind: Annotated[str, typer.Option(help="开设, 变更, 关停 or 注销")] = "开设",
    effective: Effective = None,
    filed: Filed = None,
    new: Annotated[
        list[str] | None, typer.Option("--new", metavar="FIELD=VALUE", help="What is new, for a change.")
    ] = None,
    reason: Annotated[str, typer.Option(help="原因")] = "",
    form: Form = None,
    as_json: Json = False,
) -> None:
    """File what took effect: an opening on its application, or a change, stop or cancelling of an account.

    Example: xuncha filings file gh_1 --kind 变更 --new name=某市出行 --effective 2023-01-20 --filed 2023-01-29
    """
    asked = FileAct(
        filed=moment_or_now(filed),
        form=form,
        account=account,
        kind=kind,
        effective=effective,
        changes=_changes(new or []),
        reason=reason,
    )
    with open_workspace(home_of(ctx)) as workspace:
        done = file_act(workspace, asked, OFFICE)
    _print_done("已备案 filed", done, as_json)


@filings.command("forward")
def take_forwarding(
    ctx: typer.Context,
    case: Case,
    system: Annotated[str, typer.Option(help="provincial 全省系统 or national 全国系统")] = "provincial",
    receipt: Annotated[str, typer.Option(help="回执编号")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record that a filing was entered into the provincial or national system: one working day after the filing.

    Example: xuncha filings forward 4797aa47 --at 2023-01-30
    """
    if system not in SYSTEMS:
        raise UsageError(
            message(
                "--system {system!r} is neither {systems}", system=system, systems=joined(" nor ", SYSTEMS)
            )
        )
    asked = Forward(case=case, system=SYSTEMS[system], receipt=receipt, when=moment_or_now(at))
    with open_workspace(home_of(ctx)) as workspace:
        done = forward(workspace, asked, OFFICE)
    _print_done("已报送 forwarded", done, as_json)


@filings.command("withdraw")
def withdraw(
    ctx: typer.Context,
    case: Case,
    reason: Annotated[str, typer.Option(help="Why nobody applied for it.")],
    as_json: Json = False,
) -> None:
    """Withdraw an application that was entered by mistake: there never was one. Refused once its case went on.

    Example: xuncha filings withdraw 4797aa47 --reason 账号写错
    """
    with open_workspace(home_of(ctx)) as workspace:
        event = withdraw_application(workspace, WithdrawApplication(case, reason), OFFICE)
    _print_done("已撤回申请 withdrawn", Entered((event,)), as_json)


def _changes(new: Sequence[str]) -> dict[str, str]:
    """Read what is new; raises `UsageError` for a field that no change can have."""
    changes = {}
    for text in new:
        field, sign, value = text.partition("=")
        if field not in CHANGEABLE or not sign or not value:
            raise UsageError(
                message(
                    "--new {text!r} is not FIELD=VALUE with a field of {changeable}",
                    text=text,
                    changeable=joined(", ", CHANGEABLE),
                )
            )
        changes[field] = value
    return changes


def _print_done(word: str, done: Entered, as_json: bool) -> None:
    ids = [str(e.id) for e in done.events]
    if as_json:
        print_json({"events": len(ids), "cases": done.cases, "event_ids": ids, "notes": done.notes})
        return
    say(f"{word}: {'、'.join(done.cases or ids) or '没有新事实 nothing new'}")
    say_notes(done.notes)
