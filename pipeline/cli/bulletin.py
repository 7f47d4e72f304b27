"""Commands of the bulletin 通报: drafted, checked, signed, issued, and the templates behind it."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli import bulletin_corrections, bulletin_views
from pipeline.cli.bulletin_views import (
    Folder,
    Internal,
    RoundName,
    Tree,
    day_or_today,
    edition_of,
    number_or_asked,
    print_examination,
    say_final,
)
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.actor import OFFICE
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.bulletin import (
    RefusedError,
    Written,
    check,
    check_file,
    draft,
    issue,
    read_extras,
    sign,
    templates_of,
    unsaid_of,
)
from pipeline.office.own_office import DescribeOffice, describe_office
from pipeline.office.rounds import overrides_of

_ASKED = {"name": "落款（本办全称）", "letterhead": "版头（没有的直接回车）"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(
        no_args_is_help=True, help="The bulletin 通报 of a round: DOCX, HTML and XLSX from its rows."
    )
    group.command("draft")(draft_bulletin)
    group.command("check")(check_bulletin)
    group.command("sign")(sign_bulletin)
    group.command("issue")(issue_bulletin)
    bulletin_views.register(group)
    bulletin_corrections.register(group)
    app.add_typer(group, name="bulletin")


def draft_bulletin(
    ctx: typer.Context,
    name: RoundName,
    out: Folder = None,
    extras: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="TOML: practices, demands, deadline.")
    ] = None,
    internal: Internal = False,
    tree: Tree = "area",
    as_json: Json = False,
) -> None:
    """Write a draft of a round's bulletin from the rows of its newest run.

    Example: xuncha bulletin draft suzhou-2023Q1 --extras extras.toml
    """
    handed_in = read_extras(extras) if extras is not None else None
    edition = edition_of(internal=internal, tree=tree)
    with open_workspace(home_of(ctx)) as workspace:
        _ask_for_office(workspace)
        made = draft(workspace, name, OFFICE, extras=handed_in, edition=edition, folder=out)
    if as_json:
        figures = made.bulletin.content.figures.plain()
        print_json({"round": name, "edition": edition, **_files(made.written), "figures": figures})
        return
    for path in made.written.paths:
        say(f"已写 written {path}")
    words = f"{' --internal' if internal else ''}{' --tree line' if tree == 'line' else ''}"
    say(f"下一步 next: xuncha bulletin check {name}{words}")


def _ask_for_office(workspace: Workspace) -> None:
    """Ask once for the name and heading of documents, where somebody sits at a terminal."""
    missing = unsaid_of(workspace, templates_of(workspace.home).style)
    if not missing or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    answers = {field: typer.prompt(_ASKED[field], default="", show_default=False) for field in missing}
    describe_office(workspace, DescribeOffice(**answers), OFFICE)


def check_bulletin(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="ROUND|FILE", help="A round, or one document of a bulletin.")
    ],
    out: Folder = None,
    internal: Internal = False,
    tree: Tree = "area",
    as_json: Json = False,
) -> None:
    """Read a draft or one document back and hold it against the rows. Exit 1 if it says something else.

    Example: xuncha bulletin check suzhou-2023Q1; xuncha bulletin check suzhou-2023Q1.docx
    """
    path = Path(what)
    with open_workspace(home_of(ctx)) as workspace:
        if path.is_file():
            found = check_file(workspace, path)
        else:
            found = check(
                workspace, what, OFFICE, edition=edition_of(internal=internal, tree=tree), folder=out
            )
        title = registry_now(workspace).title if found.unknown else str
    print_examination(found, title, as_json=as_json)
    if found.faults:
        raise typer.Exit(1)


def sign_bulletin(
    ctx: typer.Context,
    name: RoundName,
    office: Annotated[str, typer.Option(help="Office that signs.")],
    role: Annotated[str, typer.Option(help="Role of the signer, never a name.")],
    internal: Internal = False,
    tree: Tree = "area",
    as_json: Json = False,
) -> None:
    """Record that a checked draft was signed 签发, where the office has no document system that does.

    Example: xuncha bulletin sign suzhou-2023Q1 --office 市政府办公室 --role 主任
    """
    with open_workspace(home_of(ctx)) as workspace:
        state = sign(
            workspace,
            name,
            OFFICE,
            office=office,
            role=role,
            edition=edition_of(internal=internal, tree=tree),
        )
    if as_json:
        print_json({"round": name, "stage": str(state.stage), "draft_id": str(state.draft_id)})
        return
    say(f"{name}: {state.stage} {office}{role}")


def issue_bulletin(
    ctx: typer.Context,
    name: RoundName,
    number: Annotated[
        str | None,
        typer.Option(help="Number of the document 文号, 苏府办〔2023〕12号; asked for at a terminal."),
    ] = None,
    final: Annotated[
        Path | None, typer.Option(help="The signed and sealed DOCX: it has to say what ours says.")
    ] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Date on it; default: today.")] = None,
    copy_to: Annotated[list[str] | None, typer.Option(help="Who gets a copy 抄送; may be repeated.")] = None,
    override: Annotated[
        list[str] | None,
        typer.Option(metavar="ACCOUNT=REASON", help="Let an account stay unknown; may be repeated."),
    ] = None,
    out: Folder = None,
    internal: Internal = False,
    tree: Tree = "area",
    as_json: Json = False,
) -> None:
    """Record under which number a bulletin went out. Exit 1 where its numbers or files do not hold.

    Proof-reading, signature and seal happen in the office's own document system; hand in what came of them as --final.

    Example: xuncha bulletin issue suzhou-2023Q1 --number 苏府办〔2023〕12号 --on 2023-02-21 --final 定稿.docx
    """
    number = number_or_asked(number)
    edition = edition_of(internal=internal, tree=tree)
    with open_workspace(home_of(ctx)) as workspace:
        try:
            issued = issue(
                workspace,
                name,
                OFFICE,
                number=number,
                issued_on=day_or_today(on),
                copy_to=tuple(copy_to or ()),
                overrides=overrides_of(workspace, override or ()),
                edition=edition,
                folder=out,
                final=final,
            )
        except RefusedError as e:
            print_examination(e.examination, registry_now(workspace).title, as_json=as_json)
            raise typer.Exit(1) from None
    if as_json:
        kept = issued.final.name if issued.final else None
        print_json(
            {"round": name, "edition": edition, "number": number, **_files(issued.written), "final": kept}
        )
        return
    for path in issued.written.paths:
        say(f"已印发 issued {path}")
    say_final(issued.final)


def _files(written: Written) -> dict[str, Any]:
    return {
        "files": {path.suffix[1:]: str(path) for path in written.paths},
        "sha256": {file.name: file.sha256 for file in written.files},
    }
