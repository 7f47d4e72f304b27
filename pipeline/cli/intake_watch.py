"""The command that watches a folder of papers: what is dropped there is planned, and waits for a yes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_json, say
from pipeline.home.stopping import stop_on_signals
from pipeline.home.workspace import open_workspace
from pipeline.office.intake.dropped import TAKEN_FOLDER, DropFolder, DroppedFile


def register(intake: typer.Typer) -> None:
    """Add this command to the group of intakes."""
    intake.command("watch")(watch)


def watch(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="Folder into which papers are dropped.")
    ],
    once: Annotated[bool, typer.Option("--once", help="Look once and end.")] = False,
    every: Annotated[int, typer.Option(min=1, max=3600, help="Seconds between two looks.")] = 10,
    move_taken: Annotated[
        bool, typer.Option("--move-taken", help="Move files into a folder below once they are stored.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Plan each new paper of a folder once; nothing is stored before somebody confirms the plan.

    What waits is shown by `xuncha today`. It goes on until a signal; --json looks once.

    Example: xuncha intake watch 收件箱 --once
    """
    home, drop = home_of(ctx), DropFolder(folder, move_taken=move_taken)
    if once or as_json:
        with open_workspace(home) as workspace:
            found = drop.take_up(workspace, datetime.now(UTC))
        if as_json:
            print_json({"files": [msgspec.structs.asdict(file) for file in found]})
        else:
            _say(found or None)
        return
    stop = stop_on_signals()
    while True:
        if drop.has_work(datetime.now(UTC)):
            with open_workspace(home) as workspace:
                _say(drop.take_up(workspace, datetime.now(UTC)))
        if stop.wait(every):
            return


def _say(found: list[DroppedFile] | None) -> None:
    if found is None:
        say("没有新的文件")
        return
    for file in found:
        match file.fate:
            case "planned":
                asks = f"，待答复 {file.questions} 项" if file.questions else ""
                say(f"{file.name}：可收 {file.rows} 行{asks}；确认收件：xuncha intake confirm {file.plan}")
            case "refused":
                say(f"{file.name}：未读，{file.why}")
            case "growing":
                say(f"{file.name}：仍在写入，稍后再读")
            case "moved":
                say(f"{file.name}：已收件，移入“{TAKEN_FOLDER}”")
