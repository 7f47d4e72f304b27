"""Commands that move a home: export and import."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Instant, Json, home_of
from pipeline.cli.output import print_json, say


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("export")(export)
    app.command("import")(import_)


def export(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder to make; it must not exist yet.")],
    from_history: Annotated[
        bool,
        typer.Option(
            "--from-history", help="The log is lost: make its facts again out of what the history holds."
        ),
    ] = False,
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=Instant,
            metavar="TIME",
            help="Leave out what was recorded later: the log was written to while a clock was wrong.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write facts, derived events, rounds and what the connectors remember into a folder, for `xuncha import`.

    All of it or nothing. What is appended while it runs is not in it, so stop what writes before a home moves.

    Example: xuncha --home city export city-export
    """
    from pipeline.upkeep.transfer.outward import export_home  # noqa: PLC0415 (Parquet is slow to import)

    done = export_home(home_of(ctx), folder, from_history=from_history, until=until)
    left_out = {"records_left_out": done.records_left_out, "rounds_left_out": done.rounds_left_out}
    if as_json:
        print_json(
            {"folder": str(folder), "records": done.records, "rounds": done.rounds}
            | ({} if until is None else left_out)
        )
        return
    say(f"已导出 exported: {folder}；记录 records: {done.records}；考核 rounds: {done.rounds}")
    if until is not None:
        say(
            f"未导出 left out: 记录 records: {done.records_left_out}；考核 rounds: {done.rounds_left_out};"
            " hand in again what was taken in between"
        )


def import_(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="What `xuncha export` wrote.")],
    as_json: Json = False,
) -> None:
    """Take an export into this home, whose log must be new: old rounds still verify, and nobody is told twice.

    An import that was cut off is completed by another one; nothing is doubled.

    Example: xuncha --home new --kafka 127.0.0.1:9092 import city-export
    """
    from pipeline.upkeep.transfer.inward import import_folder  # noqa: PLC0415 (Parquet is slow to import)

    done = import_folder(home_of(ctx), folder)
    if as_json:
        print_json(
            {"records": done.records, "rounds": done.rounds, "facts": done.facts, "told": done.outcomes}
        )
    else:
        say(
            f"已导入 imported；历史 records: {done.records}；考核 rounds: {done.rounds}；"
            f"新记录 facts: {done.facts}；已知通知 told: {done.outcomes}"
        )
