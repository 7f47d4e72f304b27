"""Commands about the pages for the public: the static site, and reports that came to the office."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.days import At, moment_or_now
from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.console.static_site import write_site
from pipeline.home.actor import OFFICE
from pipeline.home.people import called
from pipeline.home.workspace import open_workspace
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.publicity.directory import public_directory
from pipeline.office.publicity.report_files import take_report_file
from pipeline.office.publicity.reports import STATES, Close, close_report, erase_report, list_reports

reports = typer.Typer(help="Reports of the public (公众纠错、好差评).", no_args_is_help=True)

_COLUMNS = (
    ident("number", "编号"),
    minute("at", "提交时间"),
    text("called", "反映的账号"),
    text("matter", "情况"),
    text("rating", "评价"),
    word("state", "状态", STATES),
    minute("settled_at", "办结时间"),
    text("by", "办理人"),
    text("reason", "答复", wraps=True),
)
By = Annotated[str | None, typer.Option("--by", help="Who asks, for the access log; default: this user.")]
States = Annotated[
    list[str] | None, typer.Option("--state", help=f"Only reports that are so: {', '.join(STATES.values())}.")
]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the report, like 2026-12.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("site")(write)
    app.add_typer(reports, name="public-reports")


def write(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of the site; an empty one, or the one of last time.")
    ],
    url: Annotated[
        str, typer.Option(help="Where everybody will reach the folder, for QR codes: https://…/xmt")
    ] = "",
    at: At = None,
    as_json: Json = False,
) -> None:
    """Write the pages for the public as files that need no server: directory, verification, open data.

    Example: xuncha site /srv/portal/xmt --url https://www.example.gov.cn/xmt
    """
    home = home_of(ctx)
    with open_workspace(home) as workspace:
        directory = public_directory(workspace, moment_or_now(at).at)
    written = write_site(home.settings.public, directory, folder, url)
    if as_json:
        print_json({"folder": str(folder), "files": written.files, "accounts": written.accounts})
        return
    say(f"已写入 {folder}：{written.files} 个文件，{written.accounts} 个账号")


@reports.command("list")
@grouped
def show_reports(ctx: typer.Context, state: States = None, *, to: Output) -> None:
    """List the reports of the public, the newest first, without what they say.

    Example: xuncha public-reports list --state 待处理
    """
    states = codes_meant(state, STATES, "--state")
    rows = list_reports(home_of(ctx), datetime.now(UTC))
    show_list([row for row in rows if states is None or row["state"] in states], _COLUMNS, to)


@reports.command("take-in")
def take_in(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or JSON.")],
    as_json: Json = False,
) -> None:
    """Take reports that came to the office on the form of the static site; all of a file or none.

    Example: xuncha public-reports take-in 纠错.csv
    """
    taken = take_report_file(home_of(ctx), file, datetime.now(UTC))
    if as_json:
        print_json({"reports": list(taken.numbers), "new": taken.new})
        return
    say(f"{len(taken.numbers)} 条，其中新 {taken.new} 条")


@reports.command("close")
def close(
    ctx: typer.Context,
    number: Number,
    answer: Annotated[
        str,
        typer.Option(
            "--answer", "--reason", help="What was done, or why nothing is; without names and numbers."
        ),
    ],
    handled: Annotated[bool, typer.Option("--handled/--dismissed", help="已办理 or 不予处理")] = True,
    as_json: Json = False,
) -> None:
    """Close a report with an answer: it was dealt with otherwise, or is dismissed. That it was closed is a fact.

    Example: xuncha public-reports close 2026-12 --dismissed --answer 经核实不属实
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = close_report(workspace, Close(number, answer, handled), OFFICE)
    if as_json:
        print_json({"number": done.number, "state": done.state})
        return
    say(f"{done.number}：{STATES[done.state]}")


@reports.command("erase")
def erase(
    ctx: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why, for the access log; without names and numbers.")],
    by: By = None,
    as_json: Json = False,
) -> None:
    """Erase what a report says, for good; its number and what became of it stay.

    Example: xuncha public-reports erase 2026-12 --reason 提交人要求
    """
    erased = erase_report(home_of(ctx), number, called(reason, by))
    if as_json:
        print_json({"number": number, "erased": erased})
        return
    say(f"{number}：{'已删除' if erased else '此前已删除'}")
