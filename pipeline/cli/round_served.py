"""Commands of telling units what a round holds against them before it counts, and of letting it count later."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from events.instants import SHANGHAI
from pipeline.cli.options import Instant, Json, home_of
from pipeline.cli.output import minutes, print_json, print_rows, say
from pipeline.cli.round_shown import RoundName
from pipeline.cli.withdrawing import Second, say_taken_back
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.rectification.withdrawals import WithdrawNotices, withdraw_notices
from pipeline.office.rounds import Carry, ServeRound, carry, load_round, serve
from pipeline.office.rounds.sheets import round_ruleset
from pipeline.office.taking_back import TakeBack


def register(group: typer.Typer) -> None:
    """Add these commands."""
    group.command("serve")(serve_round)
    group.command("carry")(carry_on)
    group.command("withdraw-notice")(take_notice_back)


def serve_round(
    ctx: typer.Context,
    name: RoundName,
    account: Annotated[
        list[str] | None,
        typer.Option(
            help="Only of this account, failing or not; may be repeated. Default: all that would fail."
        ),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(parser=Instant, metavar="TIME", help="When they were told; default: now."),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            min=0, max=60, help="Working days to answer; default: answer_working_days of xuncha.toml."
        ),
    ] = None,
    how: Annotated[str, typer.Option(help="How they were told: by letter, by phone; no names.")] = "",
    as_json: Json = False,
) -> None:
    """Record that units were told what the round holds against their accounts (告知); they have days to answer.

    Behind the freeze name the accounts that a revision would make worse. The same again tells nobody twice.

    Example: xuncha round serve suzhou-2023Q1 --how 书面告知
    """
    asked = ServeRound(name, tuple(account or ()), at, days, how)
    with open_workspace(home_of(ctx)) as workspace:
        served = serve(workspace, asked, OFFICE)
        ruleset = round_ruleset(workspace, load_round(workspace, name))
    words = {rule.code: rule.name for rule in ruleset.rules}
    rows = [
        {
            "unit": notified.unit,
            "account_id": notified.account_id,
            "name": notified.name,
            "rules": [c.rule for c in notified.charges],
            "problems": [words.get(c.rule, c.rule) for c in notified.charges],
            "findings": [str(f) for c in notified.charges for f in c.findings],
        }
        for notified in served.notified
    ]
    head = {"round": name, "answer_until": served.answer_until, "told_before": served.told_before}
    columns = {"unit": "主办单位", "name": "账号名称", "problems": "问题"}
    print_rows(rows, as_json=as_json, columns=columns, head=head)
    if as_json:
        return
    before = f"；此前已告知 told before: {served.told_before}" if served.told_before else ""
    if rows:
        say(f"答复期至 they may answer until {_last_moment(served.answer_until)}{before}")
    else:
        say(f"没有要告知的 nothing to tell{before}")
    if served.unannounced_year:
        say(
            f"{served.unannounced_year}年的节假日尚未公布，只按周末计算"
            " holidays not announced yet, weekends alone count"
        )


def take_notice_back(
    ctx: typer.Context,
    name: RoundName,
    account: Annotated[list[str], typer.Option(help="Account whose notice was wrong; may be repeated.")],
    reason: Annotated[str, typer.Option(help="What was wrong; no names.")],
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw what was recorded of telling units (告知): they were told nothing, and `round serve` tells them anew.

    Example: xuncha round withdraw-notice suzhou-2023Q1 --account 江城水务发布 --reason 告知书未送达
    """
    asked = WithdrawNotices(name, tuple(account), TakeBack(reason, second))
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_notices(workspace, asked, OFFICE)
    say_taken_back(done, as_json=as_json)


def _last_moment(at: datetime) -> str:
    """Write the end of a span as people do: midnight is the 24:00 of the day before."""
    local = at.astimezone(SHANGHAI)
    return minutes(at) if local.hour or local.minute else f"{local - timedelta(days=1):%Y-%m-%d} 24:00"


def carry_on(
    ctx: typer.Context,
    name: RoundName,
    finding: Annotated[str, typer.Option(help="Id of the finding, or its beginning.")] = "",
    account: Annotated[str, typer.Option(help="In place of a finding: the whole row of this account.")] = "",
    reason: Annotated[str, typer.Option(help="Why it counts in the next quarter.")] = "",
    as_json: Json = False,
) -> None:
    """Let what would make a published result worse count in the next quarter (转入下季度) and not in this round.

    A finding is withdrawn here and counts there. The row of an account stays as it is, unless it gets better.

    Example: xuncha round carry suzhou-2023Q1 --finding 88a5e2df --reason 通报后发现
    """
    with open_workspace(home_of(ctx)) as workspace:
        carried = carry(workspace, Carry(name, reason, finding, account), OFFICE)
    if as_json:
        counts_as = str(carried.counts_as) if carried.counts_as else None
        print_json({"round": name, "quarter": carried.quarter, "counts_as": counts_as})
        return
    say(f"已转入 counts in {carried.quarter}")
