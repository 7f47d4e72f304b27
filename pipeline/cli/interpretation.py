"""Commands of policy interpretation 政策解读: documents, the forms that explain them, what is missing."""

from datetime import datetime
from typing import Annotated

import msgspec
import typer

from pipeline.cli.days import Day, end_of
from pipeline.cli.filters import codes_meant
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Output, grouped
from pipeline.cli.options import InputFile, Json, home_of
from pipeline.cli.output import say_counts
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.interpretation.listing import COLUMNS, FORMS, STATES, DocumentRow, list_documents
from pipeline.office.interpretation.taking import WithdrawDocument, import_interpretations, withdraw_document
from pipeline.office.scope import Scope
from pipeline.office.sheet_imports import ImportSheet

interpretation = typer.Typer(
    help="Policy interpretation (政策解读): documents, their forms, what is missing.", no_args_is_help=True
)

Unit = Annotated[
    str | None, typer.Option(help="Only documents of this unit, by name or code, and those below it.")
]
Area = Annotated[str | None, typer.Option(help="Only documents of units of this area.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(interpretation, name="interpretation")


@interpretation.command("import")
def take(ctx: typer.Context, file: InputFile, as_json: Json = False) -> None:
    """Take documents and interpretations: a row for each interpretation, or for a document that has none.

    Example: xuncha interpretation import jiedu.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        done = import_interpretations(workspace, ImportSheet(file), OFFICE)
    say_counts(as_json=as_json, **done.counts, notes=done.notes)


@interpretation.command("list")
@grouped
def show(
    ctx: typer.Context,
    unit: Unit = None,
    area: Area = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only those that stand so: 缺解读, 已解读, 无需解读.")
    ] = None,
    on: Day = None,
    *,
    to: Output,
) -> None:
    """List the documents with the forms that they were interpreted in.

    Example: xuncha interpretation list --on 2022-09-30 --state 缺解读
    """
    states = codes_meant(state, STATES, "--state")
    with open_workspace(home_of(ctx)) as workspace:
        rows = _rows(workspace, end_of(on), Scope(unit=unit, area=area))
    _show([row for row in rows if states is None or row.state in states], to)


@interpretation.command("missing")
@grouped
def missing(ctx: typer.Context, unit: Unit = None, area: Area = None, on: Day = None, *, to: Output) -> None:
    """List the normative documents that need more forms, as the annex of the bulletin words it.

    Example: xuncha interpretation missing --on 2022-09-30 --xlsx 附件2.xlsx
    """
    with open_workspace(home_of(ctx)) as workspace:
        rows = _rows(workspace, end_of(on), Scope(unit=unit, area=area))
    _show([row for row in rows if row.missing], to)


@interpretation.command("withdraw")
def take_back(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the document (文号).")],
    reason: Annotated[str, typer.Option(help="What was wrong; no names.")],
    form: Annotated[
        str | None, typer.Option(help="Only the interpretations in this form: 问答, 访谈, …")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take back a document that was entered wrongly, with its interpretations; or those in one form alone.

    Example: xuncha interpretation withdraw 潭市水字〔2022〕57号 --form 问答 --reason 登记有误
    """
    codes = codes_meant([form] if form else None, FORMS, "--form")
    asked = WithdrawDocument(document, reason, next(iter(codes)) if codes else "")
    with open_workspace(home_of(ctx)) as workspace:
        done = withdraw_document(workspace, asked, OFFICE)
    say_counts(as_json=as_json, document=done.number, withdrawn=done.facts)


def _rows(workspace: Workspace, at: datetime, scope: Scope) -> list[DocumentRow]:
    return list_documents(workspace, at, scope)


def _show(rows: list[DocumentRow], to: Output) -> None:
    show_list([msgspec.to_builtins(row) for row in rows], COLUMNS, to)
