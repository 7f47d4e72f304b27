"""Commands about interaction tests (互动测试), functions that fail, and public notices of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from events.interaction import Channel, QuestionKind
from pipeline.cli.days import At, moment_or_now, read_day_end
from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.interaction.acts import (
    AskQuestion,
    Done,
    Judge,
    NoteAnswer,
    NoteNotice,
    PlanTests,
    ReportBroken,
    Withdraw,
    ask_question,
    judge,
    note_answer,
    note_notice,
    plan_tests,
    report_broken,
    withdraw,
)
from pipeline.office.interaction.views import list_failures, list_tests
from pipeline.office.interaction.words import CHANNELS, FUNCTION_STATES, KINDS, QUALITIES, STATES
from pipeline.office.scope import Scope

_OPENED = {
    "open": "正常打开",
    "look_again": "打不开，一小时后再看",
    "broken": "疑似功能无法使用",
    "unknown": "无法判断",
}
C = TypeVar("C", bound=str)

interaction = typer.Typer(
    help="Interaction tests (互动测试) of accounts and websites, and functions that fail.",
    no_args_is_help=True,
)

_TESTS = (
    text("number", "编号"),
    text("name", "账号或网站"),
    text("owner", "主办单位"),
    word("channel", "渠道", CHANNELS),
    word("question_kind", "问题", KINDS),
    minute("ask_by", "计划提问期限"),
    minute("asked_at", "提问时间"),
    minute("answered_at", "答复时间"),
    word("quality", "答复质量", QUALITIES),
    word("state", "状态", STATES),
    ident("test_id", "测试ID"),
)
_FAILURES = (
    text("number", "编号"),
    text("name", "账号或网站"),
    text("owner", "主办单位"),
    text("function", "功能"),
    text("url", "链接", wraps=True),
    minute("seen_at", "发现时间"),
    word("state", "状态", FUNCTION_STATES),
    text("notice_link", "公告", wraps=True),
    ident("failure_id", "线索ID"),
)
Which = Annotated[str, typer.Argument(metavar="ACCOUNT|SITE", help="Account or website as people name it.")]
Test = Annotated[str, typer.Argument(help="Id of the test, or its beginning.")]
Fact = Annotated[
    str, typer.Argument(help="Id of a test, an answer, a failure or a notice, or its beginning.")
]
OnChannel = Annotated[str, typer.Option("--channel", help="Where it is put: 私信, mailbox, 网站留言, …")]
OfKind = Annotated[str, typer.Option("--kind", help="What it is about: 咨询, service, 投诉, …")]
State = Annotated[
    list[str] | None, typer.Option("--state", help="Only those that stand so: 待答复, suspected, …")
]
Reason = Annotated[str, typer.Option(help="Why; no names.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(interaction, name="interaction")


@interaction.command("plan")
def plan(
    ctx: typer.Context,
    by: Annotated[
        datetime, typer.Option("--by", parser=read_day_end, metavar="DAY", help="Last day for the question.")
    ],
    unit: Annotated[
        str | None, typer.Option(help="Only this unit, by name or code, and those below it.")
    ] = None,
    area: Annotated[str | None, typer.Option(help="Only this area.")] = None,
    websites: Annotated[bool, typer.Option("--websites", help="Websites in the place of accounts.")] = False,
    channel: OnChannel = "message",
    kind: OfKind = "consult",
    as_json: Json = False,
) -> None:
    """Plan one question to each account, or website, of a unit or an area; again, only what is missing is planned.

    Example: xuncha interaction plan --unit 某市水利局 --by 2026-11-30 --channel 私信 --kind 咨询
    """
    asked = PlanTests(
        scope=Scope(unit=unit, area=area),
        channel=_channel(channel),
        question_kind=_kind(kind),
        ask_by=by,
        sites=websites,
    )
    with open_workspace(home_of(ctx)) as workspace:
        _print_done("已列入计划 planned", plan_tests(workspace, asked, OFFICE), as_json=as_json)


@interaction.command("tests")
@grouped
def show_tests(
    ctx: typer.Context,
    unit: Annotated[
        str | None, typer.Option(help="Only this unit, by name or code, and those below it.")
    ] = None,
    area: Annotated[str | None, typer.Option(help="Only this area.")] = None,
    state: State = None,
    *,
    to: Output,
) -> None:
    """List the tests by time; what is overdue or poorly answered is a suggestion (疑似互动回应差).

    Example: xuncha interaction tests --state suspected
    """
    states = codes_meant(state, STATES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_tests(workspace, datetime.now(UTC), Scope(unit=unit, area=area))
        days = workspace.home.settings.interaction_days
    rows = [row for row in rows if states is None or row["state"] in states]
    if show_list(rows, _TESTS, to, head={"interaction_days": days}):
        say(
            f"{days} 天内未答复的列为线索；天数没有文件规定，由设置决定 days are our assumption: interaction_days"
        )


@interaction.command("asked")
def asked_question(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="PLAN|ACCOUNT|SITE", help="Id of a plan, or an account or website.")
    ],
    channel: OnChannel = "message",
    kind: OfKind = "consult",
    reference: Annotated[str, typer.Option(help="Number that the channel gave.")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record that a question was put; its text is not kept.

    Example: xuncha interaction asked 0042 --channel 私信 --kind 咨询
    """
    asked = AskQuestion(
        what=what,
        at=moment_or_now(at).at,
        channel=_channel(channel),
        question_kind=_kind(kind),
        reference=reference,
    )
    with open_workspace(home_of(ctx)) as workspace:
        _print_done("已提问 asked", ask_question(workspace, asked, OFFICE), as_json=as_json)


@interaction.command("answered")
def answered(
    ctx: typer.Context,
    test: Test,
    quality: Annotated[str, typer.Option(help="How good: good, poor, wrong.")],
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record that an answer came, and how good it was; its text is not kept.

    Example: xuncha interaction answered 316f4b8e --quality good
    """
    asked = NoteAnswer(test, moment_or_now(at).at, _one(quality, QUALITIES, "--quality"))
    with open_workspace(home_of(ctx)) as workspace:
        _print_done("已登记答复 answered", note_answer(workspace, asked, OFFICE), as_json=as_json)


@interaction.command("broken")
def broken(
    ctx: typer.Context,
    which: Which,
    function: Annotated[str, typer.Option(help="Name of the menu or service.")],
    url: Annotated[str, typer.Option(help="Its link.")] = "",
    note: Annotated[str, typer.Option(help="What happened; no names.")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record that a menu or a link of a service does not work: a suggestion, unless a notice announced it.

    Example: xuncha interaction broken 0042 --function 办事大厅
    """
    asked = ReportBroken(subject=which, function=function, at=moment_or_now(at).at, url=url, note=note)
    with open_workspace(home_of(ctx)) as workspace:
        _print_done("已登记 recorded", report_broken(workspace, asked, OFFICE), as_json=as_json)


@interaction.command("open")
def open_link(
    ctx: typer.Context,
    which: Which,
    url: Annotated[str, typer.Argument(help="Link of the menu or service.")],
    function: Annotated[str, typer.Option(help="Name of the menu or service.")],
    as_json: Json = False,
) -> None:
    """Open the link of a menu or a service; one that fails twice, an hour apart, is a suggestion.

    Example: xuncha interaction open 0042 https://www.example.gov.cn/bs/ --function 办事大厅
    """
    from pipeline.office.interaction.link_checks import (  # noqa: PLC0415 (slow to import)
        CheckFunction,
        check_function,
    )

    with open_workspace(home_of(ctx)) as workspace:
        done = check_function(workspace, CheckFunction(which, function, url), OFFICE)
    if as_json:
        print_json({"state": done.state, "cause": done.cause, "at": done.at})
        return
    say(f"{_OPENED[done.state]} {done.state}{'：' + done.cause if done.cause else ''}")


@interaction.command("noticed")
def noticed(
    ctx: typer.Context,
    which: Which,
    function: Annotated[str, typer.Option(help="Name of the menu or service; left out: all of them.")] = "",
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", parser=read_day_end, metavar="DAY", help="Last day that it names; left out: none."
        ),
    ] = None,
    link: Annotated[str, typer.Option(help="Link of the notice.")] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Record a public notice (公告) that a function fails from now on: what it announces is no suggestion.

    Example: xuncha interaction noticed 0042 --function 办事大厅 --until 2026-11-30
    """
    when = moment_or_now(at).at
    asked = NoteNotice(
        subject=which, published_at=when, starts_at=when, until=until, function=function, link=link
    )
    with open_workspace(home_of(ctx)) as workspace:
        _print_done("已登记公告 noticed", note_notice(workspace, asked, OFFICE), as_json=as_json)


@interaction.command("functions")
@grouped
def show_functions(ctx: typer.Context, state: State = None, *, to: Output) -> None:
    """List functions that failed, by time; one that a notice announced before is no suggestion.

    Example: xuncha interaction functions --state suspected
    """
    states = codes_meant(state, FUNCTION_STATES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        rows = list_failures(workspace, datetime.now(UTC))
    show_list([row for row in rows if states is None or row["state"] in states], _FAILURES, to)


@interaction.command("confirm")
def confirm(
    ctx: typer.Context,
    what: Fact,
    rule: Annotated[str, typer.Option(help="Rule that it breaks: recorded as a finding.")] = "",
    reason: Reason = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Confirm a suggestion; with --rule it becomes a finding of the account.

    Example: xuncha interaction confirm 316f4b8e --rule 互动回应失当
    """
    asked = Judge(what=what, confirmed=True, at=moment_or_now(at).at, rule=rule, reason=reason)
    with open_workspace(home_of(ctx)) as workspace:
        _print_done("已确认 confirmed", judge(workspace, asked, OFFICE), as_json=as_json)


@interaction.command("dismiss")
def dismiss(ctx: typer.Context, what: Fact, reason: Reason, at: At = None, as_json: Json = False) -> None:
    """Dismiss a suggestion; it is not made again.

    Example: xuncha interaction dismiss 316f4b8e --reason 已电话答复
    """
    asked = Judge(what=what, confirmed=False, at=moment_or_now(at).at, reason=reason)
    with open_workspace(home_of(ctx)) as workspace:
        _print_done("已排除 dismissed", judge(workspace, asked, OFFICE), as_json=as_json)


@interaction.command("withdraw")
def take_back(ctx: typer.Context, what: Fact, reason: Reason, as_json: Json = False) -> None:
    """Take a plan, question, answer, failure, notice or judgement back: it never was.

    Example: xuncha interaction withdraw 316f4b8e --reason 登记错了账号
    """
    with open_workspace(home_of(ctx)) as workspace:
        _print_done("已撤回 withdrawn", withdraw(workspace, Withdraw(what, reason), OFFICE), as_json=as_json)


def _channel(typed: str) -> Channel:
    return _one(typed, CHANNELS, "--channel")


def _kind(typed: str) -> QuestionKind:
    return _one(typed, KINDS, "--kind")


def _one(typed: str, words: Mapping[C, str], option: str) -> C:
    """Return the one code that people mean; blank is refused as any other word that is none."""
    return next(iter(codes_meant([typed], words, option) or ()))


def _print_done(words: str, done: Done, *, as_json: bool) -> None:
    if as_json:
        finding = str(done.finding) if done.finding else None
        print_json({"ids": [str(i) for i in done.ids], "events": len(done.events), "finding": finding})
        return
    say(f"{words}: {len(done.events)}" + (f" {str(done.ids[0])[:8]}" if len(done.ids) == 1 else ""))
