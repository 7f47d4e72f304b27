"""Commands about the filing form 备案登记表: written for an account or a unit."""

from pathlib import Path
from typing import Annotated

import typer

from events.messages import message
from pipeline.cli.filings import filings
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.errors import UsageError
from pipeline.home.workspace import open_workspace
from pipeline.office.example_files import mark_file
from pipeline.office.filings.writing import forms_of, write_blank, write_forms

To = Annotated[
    Path, typer.Argument(dir_okay=False, help="File to write: .docx for one account, .xlsx for many.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the group of filings."""
    del app


@filings.command("form")
def write_form(
    ctx: typer.Context,
    file: To,
    account: Annotated[list[str] | None, typer.Option(help="Account; again for more of them.")] = None,
    owner: Annotated[str | None, typer.Option(help="All accounts of this unit.")] = None,
    without_people: Annotated[
        bool,
        typer.Option("--without-people", help="Leave names and numbers out; then nobody's data are read."),
    ] = False,
    blank: Annotated[bool, typer.Option("--blank", help="An empty DOCX to fill in.")] = False,
    as_json: Json = False,
) -> None:
    """Write the filing form: DOCX for one account, XLSX with a page a unit for many; default: all accounts.

    Example: xuncha filings form --account gh_0123456789ab form.docx

    An empty one: xuncha filings form --blank form.docx
    """
    if account and owner:
        raise UsageError(message("give --account or --owner, not both"))
    if blank:
        write_blank(file)
        mark_file(home_of(ctx), file)
        say(str(file))
        return
    with open_workspace(home_of(ctx)) as workspace:
        forms = forms_of(workspace, account or [], owner, people=not without_people)
    write_forms(file, forms)
    mark_file(home_of(ctx), file)
    if as_json:
        print_json({"file": str(file), "forms": len(forms)})
    else:
        say(f"{file}: {len(forms)} 份 forms")
