"""Commands of the filing desk: applications, opinions, filings, forwarding, and what is late."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from connectors.sheets.cells import machine
from connectors.sheets.notes import Note, Rows
from connectors.sheets.readers import read_filings
from connectors.sheets.vocabulary import CHANGES, FILING_WORDS
from events.base import Payload
from events.codec import Event
from events.filing import FilingApplied, FilingFiled, FilingKind, FilingOpinionGiven, FilingSystem
from events.instants import FAR
from pipeline.cli.days import At, Effective, Filed, moment_or_now
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import print_json, say, say_counts, say_notes
from pipeline.home.actor import OFFICE
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.person_free import refuse_people
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.account_numbers import number_newcomers
from pipeline.office.filings.acts import Act, act_events
from pipeline.office.filings.desk import (
    application_event,
    cases_at,
    desk_opinion,
    find_case,
    forward_event,
    opening_act,
)
from pipeline.office.filings.late import late_rows
from pipeline.office.filings.once import append_once, require_first
from pipeline.office.filings.rows import filing_events
from pipeline.office.filings.taking import take_forms
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
def import_filings(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Take filings of openings, changes, stops and cancellings; they count from their own time on, however late."""
    rows = read_filings(file)
    with open_workspace(home_of(ctx)) as workspace:
        taken = append_new(workspace, filing_events(file, rows, registry_now(workspace)))
        workspace.catch_up()
        number_newcomers(workspace, OFFICE)
    late = late_rows(rows)
    if as_json:
        print_json({"rows": len(rows), **taken.counts, "late": len(late), "notes": rows.notes})
        return
    say_counts(as_json=False, notes=None, rows=len(rows), **taken.counts)
    say(f"逾期备案 late filings: {len(late)}")
    for line in late:
        say(line)
    say_notes(rows.notes)


@filings.command("apply")
def apply(
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
    when = moment_or_now(at)
    events: Sequence[Event[Payload]]
    with open_workspace(home_of(ctx)) as workspace:
        if form is not None:
            events = take_forms(workspace, form, when, only="applications")
        else:
            if not (name and platform and owner):
                raise UsageError("give --name, --platform and --owner, or a filled-in --form")
            data = FilingApplied(
                name=name,
                platform=platform,
                owner=owner,
                kind=_kind(kind),
                description=purpose,
                link=link,
                section=section,
                reason=reason,
                date_only=when.date_only,
            )
            events = [application_event(data, given_id, when.at)]
        appended = append_once(workspace, events, cases_at(workspace, FAR), registry_now(workspace).cards)
    _told("已登记申请 applied", appended, as_json, _notes_of(events))


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
            raise UsageError(f"--by {by!r} is neither owner nor office")
    when = moment_or_now(at)
    with open_workspace(home_of(ctx)) as workspace:
        found = find_case(workspace, case)
        data = FilingOpinionGiven(
            about=found.id, by=party, approved=approve, opinion=text, date_only=when.date_only
        )
        event = desk_opinion(found, data, when.at)
        require_first(found, party, event, replaces)
        events = append_once(workspace, [event], [found], {})
    _told("已登记意见 opinion recorded", events, as_json)


@filings.command("file")
def file_act(
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
    when = moment_or_now(filed)
    events: Sequence[Event[Payload]]
    with open_workspace(home_of(ctx)) as workspace:
        registry, cases = registry_now(workspace), cases_at(workspace, FAR)
        if form is not None:
            events = take_forms(workspace, form, when, only="acts")
        elif account is None or effective is None:
            raise UsageError("give the account and --effective, or a filled-in --form")
        else:
            word = _kind(kind)
            changes = _changes(new or [], word)
            refuse_people({**changes, "reason": reason})
            if word == "opened":
                act = opening_act(find_case(workspace, account), registry, effective, when, reason)
                known = registry.cards.get(act.account_id)
            else:
                subject = find_account(registry, account)
                card = known = registry.cards[subject]
                act = Act(
                    account_id=subject,
                    kind=word,
                    effective_at=effective.at,
                    effective_date_only=effective.date_only,
                    filed_at=when.at,
                    filed_date_only=when.date_only,
                    name=card.name,
                    platform=card.platform,
                    owner=card.owner,
                    told=changes,
                    reason=reason,
                )
            events = act_events(act, known)
        appended = append_once(workspace, events, cases, registry.cards)
        workspace.catch_up()
        number_newcomers(workspace, OFFICE)
    _told("已备案 filed", appended, as_json, _notes_of(events))


@filings.command("forward")
def forward(
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
        raise UsageError(f"--system {system!r} is neither {' nor '.join(SYSTEMS)}")
    when = moment_or_now(at)
    with open_workspace(home_of(ctx)) as workspace:
        event = forward_event(
            find_case(workspace, case), SYSTEMS[system], when.at, receipt, date_only=when.date_only
        )
        workspace.log.append([event])
    _told("已报送 forwarded", [event], as_json)


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
    _told("已撤回申请 withdrawn", [event], as_json)


def _kind(word: str) -> FilingKind:
    kind = FILING_WORDS.get(machine(word).casefold())
    if kind is None:
        raise UsageError(f"--kind {word!r} is not known; write 开设, 变更, 关停 or 注销")
    return cast(FilingKind, kind)


def _changes(new: Sequence[str], kind: FilingKind) -> dict[str, str]:
    """Read what is new; raises `UsageError` for a field that no change can have."""
    changes = {}
    for text in new:
        field, sign, value = text.partition("=")
        if field not in CHANGES or not sign or not value:
            raise UsageError(f"--new {text!r} is not FIELD=VALUE with a field of {', '.join(CHANGES)}")
        changes[field] = value
    if kind == "changed" and not changes:
        raise UsageError("a change without a new value; write --new name=…")
    if kind != "changed" and changes:
        raise UsageError("--new goes with --kind 变更 alone")
    return changes


def _notes_of(events: Sequence[Event[Payload]]) -> Sequence[Note]:
    return events.notes if isinstance(events, Rows) else ()


def _told(word: str, events: Sequence[Event[Payload]], as_json: bool, notes: Sequence[Note] = ()) -> None:
    filed = [str(e.id) for e in events if isinstance(e.data, FilingApplied | FilingFiled)]
    if as_json:
        ids = [str(e.id) for e in events]
        print_json({"events": len(events), "cases": filed, "event_ids": ids, "notes": notes})
        return
    say(f"{word}: {'、'.join(filed or [str(e.id) for e in events]) or '没有新事实 nothing new'}")
    say_notes(notes)
