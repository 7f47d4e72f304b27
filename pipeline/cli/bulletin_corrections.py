"""Commands of the correction notice 更正: drafted, checked, issued under a number of its own."""

from pathlib import Path
from typing import Annotated

import typer

from events.bulletin import CorrectedText
from events.messages import message
from pipeline.cli.bulletin_views import Folder, day_or_today, number_or_asked, print_examination, say_final
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.bulletin import RefusedError
from pipeline.office.bulletin.correction import (
    Notice,
    check_correction,
    draft_correction,
    issue_correction,
)

First = Annotated[str, typer.Argument(metavar="NUMBER", help="Number 文号 of the bulletin that went out.")]


def register(group: typer.Typer) -> None:
    """Add these commands to the group of the bulletin."""
    correct = typer.Typer(
        no_args_is_help=True,
        help="A correction notice 更正 of a bulletin that went out: what was wrong and right.",
    )
    correct.command("draft")(draft)
    correct.command("check")(check)
    correct.command("issue")(issue)
    group.add_typer(correct, name="correct")


def draft(
    ctx: typer.Context,
    first: First,
    wrong: Annotated[list[str], typer.Option(help="Words as they stand there; may be repeated.")],
    right: Annotated[list[str], typer.Option(help="What they should have been; one for each --wrong.")],
    out: Folder = None,
    as_json: Json = False,
) -> None:
    """Write a notice that names the bulletin and says what was wrong and what is right.

    Example: xuncha bulletin correct draft 苏府办〔2023〕12号 --wrong 甲区文旅 --right 甲区文旅局
    """
    if len(wrong) != len(right):
        raise UsageError(
            message(
                "--wrong is given {wrong_count} times and --right {right_count}; give a pair for each text",
                wrong_count=len(wrong),
                right_count=len(right),
            )
        )
    texts = [CorrectedText(w, r) for w, r in zip(wrong, right, strict=True)]
    with open_workspace(home_of(ctx)) as workspace:
        notice = draft_correction(workspace, first, texts, OFFICE, out)
    _print(notice, as_json=as_json)
    if not as_json:
        say(f"下一步 next: xuncha bulletin correct issue {notice.number}")


def check(ctx: typer.Context, first: First, out: Folder = None, as_json: Json = False) -> None:
    """Read the draft of a correction back. Exit 1 where it does not hold.

    Example: xuncha bulletin correct check 苏府办〔2023〕12号
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = check_correction(workspace, first, out)
    print_examination(found, str, as_json=as_json)
    if found.faults:
        raise typer.Exit(1)


def issue(
    ctx: typer.Context,
    first: First,
    number: Annotated[
        str | None, typer.Option(help="Number 文号 of the notice itself; asked for at a terminal.")
    ] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Date on it; default: today.")] = None,
    final: Annotated[
        Path | None, typer.Option(help="The signed and sealed DOCX: it has to say what ours says.")
    ] = None,
    out: Folder = None,
    as_json: Json = False,
) -> None:
    """Record under which number a correction went out. Exit 1 where it does not hold.

    Example: xuncha bulletin correct issue 苏府办〔2023〕12号 --number 苏府办〔2023〕15号 --on 2023-02-25
    """
    number = number_or_asked(number)
    with open_workspace(home_of(ctx)) as workspace:
        try:
            notice = issue_correction(
                workspace,
                first,
                OFFICE,
                new_number=number,
                issued_on=day_or_today(on),
                folder=out,
                final=final,
            )
        except RefusedError as e:
            print_examination(e.examination, str, as_json=as_json)
            raise typer.Exit(1) from None
    _print(notice, as_json=as_json)
    if not as_json:
        say_final(notice.final)


def _print(notice: Notice, *, as_json: bool) -> None:
    if as_json:
        files = {path.suffix[1:]: str(path) for path in notice.paths}
        print_json(
            {"corrects": notice.number, "files": files, "final": notice.final.name if notice.final else None}
        )
        return
    for path in notice.paths:
        say(f"已写 written {path}")
