"""Commands of checkers: sheets handed out and read back, and second checks."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, print_rows, say, say_notes
from pipeline.cli.round_shown import Reference, RoundName
from pipeline.home.actor import OFFICE
from pipeline.home.workspace import open_workspace
from pipeline.office.rounds.read_back import read_sheet
from pipeline.office.rounds.rechecks import Recheck, recheck
from pipeline.office.rounds.sheets import hand_out, read_checkers


def register(group: typer.Typer) -> None:
    """Add these commands."""
    group.command("sheets")(write_sheets)
    group.command("read")(read)
    group.command("recheck")(recheck_finding)


def write_sheets(
    ctx: typer.Context,
    name: RoundName,
    folder: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")] = Path("sheets"),
    checkers: Annotated[
        str, typer.Option(help="How many (C1, C2, …), or their codes or person ids, with commas.")
    ] = "1",
    as_json: Json = False,
) -> None:
    """Write a check sheet (检查单) for each checker: XLSX with drop-downs of the rules and locked account cells.

    The same checkers again get the same sheets, and one that lies there already is left as it is. Codes and person
    ids are taken, names are not: they'd enter the log.

    Example: xuncha round sheets suzhou-2023Q1 --folder sheets --checkers 3
    """
    codes = read_checkers(checkers)
    with open_workspace(home_of(ctx)) as workspace:
        handed = hand_out(workspace, name, codes, folder, OFFICE)
    rows = [
        {
            "checker": h.checker,
            "accounts": h.accounts,
            "file": str(h.path),
            "sheet_id": h.sheet_id,
            "kept": h.kept,
        }
        for h in handed
    ]
    columns = {
        "checker": "检查员",
        "accounts": "账号数",
        "file": "文件",
        "sheet_id": "检查单编号",
        "kept": "已有未动",
    }
    print_rows(rows, as_json=as_json, columns=columns, head={"round": name})


def read(
    ctx: typer.Context,
    name: RoundName,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="XLSX, or CSV saved from it.")
    ],
    checker: Annotated[str, typer.Option(help="Code or person id of the checker of this sheet.")],
    as_json: Json = False,
) -> None:
    """Read a check sheet back: looks, findings and their evidence files, which lie beside the sheet; all or nothing.

    The same sheet again changes nothing. A row that was taken out later withdraws nothing: see `findings withdraw`.

    Example: xuncha round read suzhou-2023Q1 sheets/suzhou-2023Q1-C1.xlsx --checker C1
    """
    with open_workspace(home_of(ctx)) as workspace:
        sheet = read_sheet(workspace, name, file, checker, OFFICE)
    if as_json:
        print_json(
            {
                "round": name,
                "sheet_id": sheet.sheet_id,
                "checker": sheet.checker,
                "looks": sheet.looks,
                "findings": [str(f) for f in sheet.findings],
                "unchecked": sheet.unchecked,
                "again": sheet.again,
                "notes": sheet.notes,
            }
        )
        return
    again = "；此前已交回，未作改动 read before, nothing changed" if sheet.again else ""
    say(
        f"{sheet.sheet_id}  查看 looks {sheet.looks}；问题 findings {len(sheet.findings)}；"
        f"未检查 unchecked {len(sheet.unchecked)}{again}"
    )
    for finding in sheet.findings:
        say(str(finding))
    say_notes(sheet.notes)


def recheck_finding(
    ctx: typer.Context,
    finding: Annotated[str, typer.Option(help="Id of the finding, or its beginning.")],
    by: Annotated[str, typer.Option(help="Code or person id of the second checker.")],
    holds: Annotated[bool, typer.Option("--holds/--fails", help="Whether the finding holds.")],
    note: Annotated[str, typer.Option(help="What was seen; no names.")] = "",
    reference: Reference = "",
    as_json: Json = False,
) -> None:
    """Record a second check (复核) of a finding by another checker; one that fails may be withdrawn.

    Example: xuncha round recheck --finding 88a5e2df --fails --by C2
    """
    with open_workspace(home_of(ctx)) as workspace:
        asked = Recheck(finding, holds, by, note, reference)
        finding_id = recheck(workspace, asked, OFFICE)
    if as_json:
        print_json({"finding_id": str(finding_id), "holds": holds, "by": by})
        return
    say(f"{finding_id}  复核 rechecked: {'属实 holds' if holds else '不属实 fails'}")
    if not holds:
        say(f"误报请核减 withdraw a false alarm: xuncha findings withdraw {str(finding_id)[:8]} --reason ...")
