"""Commands about looks by hand: taken, withdrawn, and whom to look at."""

from typing import Annotated

import msgspec
import typer

from pipeline.cli.days import At
from pipeline.cli.filters import codes_meant, scope_of
from pipeline.cli.listing import WHOLE_BY, write_files
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import print_json, say, say_counts
from pipeline.cli.tables import print_table
from pipeline.cli.today import On, morning_of
from pipeline.cli.withdrawing import Second, say_withdrawn
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ACCOUNT, NUMBER, minute, word
from pipeline.office.example_files import mark_file
from pipeline.office.looks import import_looks
from pipeline.office.observation_withdrawals import WithdrawObservation, withdraw_look
from pipeline.office.sheet_imports import ImportSheet
from pipeline.office.taking_back import TakeBack
from pipeline.office.today.look_list import looks_due
from pipeline.office.today.short_quota import REASONS

looks = typer.Typer(help="Looks by hand.", no_args_is_help=True)

_DUE = (
    NUMBER,
    *ACCOUNT,
    word("reason", "原因", REASONS),
    minute("last_look_at", "上次检查"),
    minute("newest_post_at", "已知最新发布", by_day="newest_post_by_day"),
)


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(looks, name="looks")


@looks.command("import")
def take_looks(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Take looks by hand: when somebody looked at an account, and the newest post that was there."""
    with open_workspace(home_of(ctx)) as workspace:
        done = import_looks(workspace, ImportSheet(file), OFFICE)
    say_counts(as_json=as_json, **done.counts, notes=done.notes)


@looks.command("withdraw")
def take_back_look(
    ctx: typer.Context,
    reason: Annotated[str, typer.Option(help="Why the look was wrong.")],
    look_id: Annotated[
        str | None, typer.Argument(help="Id of the look; or name it by account and time.")
    ] = None,
    account: Annotated[str | None, typer.Option(help="Account that was looked at, with --at.")] = None,
    at: At = None,
    second: Second = "",
    as_json: Json = False,
) -> None:
    """Withdraw a look that was wrong: it never proved anything for whoever knows this; old rounds stay as they were.

    An alert of the limit that it alone had proved is withdrawn, too. The post that it named stays: `posts withdraw`.

    Example: xuncha looks withdraw --account gh_1 --at "2023-02-12 09:00" --reason 看错了账号
    """
    asked = WithdrawObservation(id=look_id, account=account, at=at, why=TakeBack(reason, second))
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_look(workspace, asked, OFFICE)
    say_withdrawn(done, as_json=as_json)


@looks.command("due")
@grouped
def due(
    ctx: typer.Context,
    on: On = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only accounts that are on the list for this reason.")
    ] = None,
    *,
    to: Output,
) -> None:
    """List whom people have to look at today, on a day of rest on the next working day; the most urgent first.

    The sheet of --xlsx has three columns to fill in: 检查时间, 最新发布时间 (无: the account shows no post), and
    where somebody counted, 最长间隔 in days since the look before. It comes back through `xuncha intake`; a row left
    blank says nothing.

    Example: xuncha looks due --xlsx 巡查清单.xlsx
    """
    reasons = codes_meant(state, REASONS, "--state")
    found = looks_due(home_of(ctx), morning_of(on), scope_of(filters))
    listed = tuple(row for row in found.rows if reasons is None or row.reason in reasons)
    if to.xlsx is not None:
        from pipeline.office.today.workbooks import write_look_list  # noqa: PLC0415 (openpyxl is slow to import)

        write_look_list(to.xlsx, msgspec.structs.replace(found, rows=listed))
        mark_file(home_of(ctx), to.xlsx)
        if not to.as_json:
            say(f"已写入 written: {to.xlsx}（{len(listed)} 个账号）；填好后 then: xuncha intake {to.xlsx}")
    rows = [msgspec.structs.asdict(row) for row in listed]
    write_files(rows, _DUE, msgspec.structs.replace(to, xlsx=None))
    if to.as_json:
        print_json({"day": found.day, "rows": rows})
    elif not to.files:
        title = f"{found.day.year}年{found.day.month}月{found.day.day}日巡查清单：{len(rows)}"
        print_table(rows, _DUE, title=title, whole_by=WHOLE_BY)
