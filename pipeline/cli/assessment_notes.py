"""Commands of the rows that are handed in for the yearly assessment: praise, ranks, what only people know."""

from pathlib import Path
from typing import Annotated

import typer

from events.messages import message
from pipeline.cli.assessment import SchemeName, UnitName, Year, assessment
from pipeline.cli.days import At, moment_or_now
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import print_json, say, say_counts
from pipeline.home.actor import OFFICE
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.assessment.note_sheets import ImportNotes, import_notes
from pipeline.office.assessment.notes import (
    NoteRow,
    ReviewNote,
    WithdrawNote,
    list_notes,
    note,
    review,
    withdraw_note,
)
from pipeline.office.assessment.shown import NOTE_COLUMNS, note_rows
from pipeline.office.assessment.words import REVIEWS

NoteId = Annotated[str, typer.Argument(metavar="ROW", help="Id of the row, or its beginning.")]


def register(app: typer.Typer) -> None:
    """Add these commands; the group is added by its own module."""
    del app


@assessment.command("note")
def take_note(
    ctx: typer.Context,
    year: Year,
    unit: UnitName,
    measure: Annotated[
        str,
        typer.Option(
            help="What is handed in: praise_city, praise_province, ranking_city, ranking_province, no_appraisal,"
            " faking, similar_accounts, no_application, not_rectified, closed_not_closed, filing_late, left_out."
        ),
    ],
    at: At = None,
    count: Annotated[int, typer.Option(min=1, help="How many.")] = 1,
    document: Annotated[str, typer.Option(help="Title or number of the paper that says so.")] = "",
    note_text: Annotated[str, typer.Option("--note", help="What else is to be said; no names.")] = "",
    file: Annotated[list[Path] | None, typer.Option(help="Evidence; more than once.")] = None,
    scheme: SchemeName = "",
    as_json: Json = False,
) -> None:
    """Take a row that a unit or the office hands in; it counts once it is accepted.

    Example: xuncha assessment note 2020 --unit 某镇人民政府 --measure praise_city --at 2020-09-17 --document 某文件
    """
    asked = NoteRow(
        year=year,
        unit=unit,
        measure=measure,
        when=moment_or_now(at),
        count=count,
        document=document,
        note=note_text,
        files=tuple(file or ()),
        scheme=scheme,
    )
    with open_workspace(home_of(ctx)) as workspace:
        row = note(workspace, asked, OFFICE)
    if as_json:
        print_json(note_rows([row])[0])
        return
    say(f"{row.said.unit}：已登记 recorded {row.id}，{REVIEWS[row.state]}")
    say(f"下一步 next: xuncha assessment review {str(row.id)[:8]} --accept")


@assessment.command("import")
def take_notes(ctx: typer.Context, file: InputFile, scheme: SchemeName = "", as_json: Json = False) -> None:
    """Take a sheet of rows that units or the office hand in; all of it or none. They count once they are accepted.

    Example: xuncha assessment import kaohe.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = import_notes(workspace, ImportNotes(file, scheme), OFFICE)
    say_counts(as_json=as_json, **done.counts, notes=done.notes)


@assessment.command("review")
def review_note(
    ctx: typer.Context,
    row: NoteId,
    accept: Annotated[bool | None, typer.Option("--accept/--refuse", help="Whether the row counts.")] = None,
    reason: Annotated[str, typer.Option(help="Why; needed where it is refused; no names.")] = "",
) -> None:
    """Accept or refuse a row that was handed in.

    Example: xuncha assessment review 3f2a --accept
    """
    if accept is None:
        raise UsageError(message("say whether the row counts: --accept or --refuse"))
    with open_workspace(home_of(ctx)) as workspace:
        done = review(workspace, ReviewNote(row, accept, reason), OFFICE)
    say(f"{done.said.unit}：{REVIEWS[done.state]}")


@assessment.command("withdraw-note")
def take_note_back(
    ctx: typer.Context,
    row: NoteId,
    reason: Annotated[str, typer.Option(help="What was wrong; no names.")],
) -> None:
    """Take a row back that was handed in by mistake, with its review.

    Example: xuncha assessment withdraw-note 3f2a --reason 文件另有所指
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_note(workspace, WithdrawNote(row, reason), OFFICE)
    say(f"{done.said.unit}：已撤回 withdrawn")


@assessment.command("notes")
@grouped
def notes(
    ctx: typer.Context,
    year: Annotated[int | None, typer.Argument(min=2000, max=2100, help="Only of this year.")] = None,
    unit: UnitName = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Only rows that wait for a review.")] = False,
    *,
    to: Output,
) -> None:
    """List the rows that were handed in, those that wait for a review first.

    Example: xuncha assessment notes 2020 --waiting
    """
    with open_workspace(home_of(ctx)) as workspace:
        found = list_notes(workspace, year)
    rows = [
        row
        for row in found
        if (not unit or unit in (row.unit, row.said.unit)) and (not waiting or row.state == "waiting")
    ]
    show_list(note_rows(rows), NOTE_COLUMNS, to)
