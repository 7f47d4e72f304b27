"""Check sheets by way of a page: given out as files again and again, handed back as files or filled in there."""

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from connectors.sheets.check_sheets.kind import CHECKS
from connectors.sheets.errors import CellError, SheetError, SheetErrors
from events.check_sheet import SheetHandedOut
from events.messages import Message, joined, message
from pipeline.home.actor import Actor
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.filled_sheets import FilledError, WrongCell, filled_sheet
from pipeline.office.finding_records import Piece, kind_of_file, wrong_piece
from pipeline.office.rounds.read_back import ReadSheet, read_sheet
from pipeline.office.rounds.sheets import (
    HandedOut,
    account_of,
    checkable_rules,
    entries_of,
    hand_out,
    names_on,
    read_checkers,
    sheet_content,
)
from projections.rounds.state import RoundState
from projections.rules.rulesets import Rule

_SHEETS = (".xlsx", ".csv")
_MOST_FILES = 200
_MOST_LISTED = 20


class FilledRow(msgspec.Struct, frozen=True):
    """What a checker says of an account on a page, as typed; a row without anything is none."""

    account_id: str
    looked_at: str = ""
    newest_post_at: str = ""
    rule: str = ""
    count: str = ""
    note: str = ""
    reference: str = ""  # where evidence is kept that may not be copied
    piece: Piece | None = None  # evidence of the finding

    @property
    def typed(self) -> tuple[str, ...]:
        """Return what is typed, in the order of the columns."""
        return tuple(str(getattr(self, name)) for name in _FILLED)

    @property
    def is_filled(self) -> bool:
        """Tell whether anything was said of the account."""
        return self.piece is not None or any(self.typed)


def deal_sheets(workspace: Workspace, state: RoundState, number: int, actor: Actor) -> list[HandedOut]:
    """Deal the sample among so many checkers; their files are given by `sheet_file`.

    Checkers of a competent office have codes of its own, so that no checker of the city has a sheet of its rounds.
    """
    checkers, office = read_checkers(str(number)), state.announced.office
    if office:
        own = hashlib.sha256(office.encode()).hexdigest()[:_CODE_LETTERS]
        checkers = tuple(f"{own}-{code}" for code in checkers)
    with tempfile.TemporaryDirectory(prefix="xuncha-") as folder:
        return hand_out(workspace, state.name, checkers, Path(folder), actor)


def sheet_of(state: RoundState, checker: str) -> SheetHandedOut:
    """Return the sheet of a checker in the newest deal; raises `NotFoundError`."""
    newest = state.sheets[-1].checkers if state.sheets else ()
    for sheet in state.sheets:
        if sheet.checker == checker and sheet.checkers == newest:
            return sheet
    raise NotFoundError(message("no check sheet of {checker}", checker=checker))


def sheet_file(workspace: Workspace, state: RoundState, checker: str) -> bytes:
    """Return the workbook of a checker's sheet, the same whenever it is asked for."""
    sheet = sheet_of(state, checker)
    accounts, entries = names_on(workspace, state, sheet), entries_of(workspace, state)
    rows = [account_of(account, entries[account]) for account in accounts]
    return sheet_content(workspace, state, sheet, rows)


def all_sheets(workspace: Workspace, state: RoundState) -> bytes:
    """Return the sheets of the newest deal in one archive."""
    if not state.sheets:
        raise NotFoundError(message("round {name} has no check sheets yet", name=state.name))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for checker in state.sheets[-1].checkers:
            archive.writestr(f"{state.name}-{checker}.xlsx", sheet_file(workspace, state, checker))
    return content.getvalue()


def read_uploaded(
    workspace: Workspace, state: RoundState, checker: str, files: Sequence[Piece], actor: Actor
) -> ReadSheet:
    """Read a sheet that came with its evidence files; raises `UsageError` naming wrong cells, and takes nothing."""
    if len(files) > _MOST_FILES:
        raise UsageError(
            message("{number} files; {most} are taken at once", number=len(files), most=_MOST_FILES)
        )
    sheets = [file for file in files if file.name.lower().endswith(_SHEETS)]
    if len(sheets) != 1:
        raise UsageError(message("choose one check sheet, and its evidence files with it"))
    with tempfile.TemporaryDirectory(prefix="xuncha-") as folder:
        for file in files:
            name = Path(file.name).name
            if name != file.name or name.startswith("."):
                raise UsageError(message("{name} is no name of a file", name=file.name))
            (Path(folder) / name).write_bytes(file.content)
        try:
            return read_sheet(workspace, state.name, Path(folder) / sheets[0].name, checker, actor)
        except SheetErrors as e:
            raise UsageError(joined("\n", (_in_words(cell) for cell in e.errors[:_MOST_LISTED]))) from None
        except SheetError as e:
            raise UsageError(
                message(
                    "{name}: {problem}; {remedy}", name=sheets[0].name, problem=e.problem, remedy=e.remedy
                )
            ) from None


def _in_words(cell: CellError) -> Message:
    return message(
        "row {row}, {column}: {problem}, {remedy}",
        row=cell.row,
        column=cell.column,
        problem=cell.problem,
        remedy=cell.remedy,
    )


def read_filled(
    workspace: Workspace, state: RoundState, checker: str, rows: Sequence[FilledRow], actor: Actor
) -> ReadSheet:
    """Read a sheet that was filled in on a page; raises `FilledError` naming the boxes, and takes nothing then."""
    sheet = sheet_of(state, checker)
    filled = [row for row in rows if row.is_filled]
    if not filled:
        raise UsageError(message("nothing is filled in yet"))
    titles = {column.key: column.title for column in CHECKS.columns}
    _refuse_pieces(filled, titles["evidence"])
    headers = [titles[key] for key in ("mark", "account_id", *_FILLED, "evidence")]
    lines = [[sheet.sheet_id, row.account_id, *row.typed, _file_of(row)] for row in filled]
    with filled_sheet(headers, lines) as path:
        for row in filled:
            if row.piece is not None:
                (path.parent / _file_of(row)).write_bytes(row.piece.content)
        return read_sheet(workspace, state.name, path, checker, actor)


def _file_of(row: FilledRow) -> str:
    """Return under which name a file lies beside the sheet: that of its content, so that the same form is the same."""
    if row.piece is None:
        return ""
    content = row.piece.content
    return f"{hashlib.sha256(content).hexdigest()[:_NAME_LETTERS]}{kind_of_file(content) or ''}"


def _refuse_pieces(rows: Sequence[FilledRow], title: str) -> None:
    """Refuse files that are no evidence or too large; raises `FilledError` naming their boxes."""
    wrong = [
        WrongCell(number, title, problem)
        for number, row in enumerate(rows)
        if row.piece is not None and (problem := wrong_piece(row.piece)) is not None
    ]
    if wrong:
        raise FilledError(wrong)


_FILLED = ("looked_at", "newest_post_at", "rule", "count", "note", "reference")
_NAME_LETTERS, _CODE_LETTERS = 32, 4


def offered_rules(workspace: Workspace, state: RoundState) -> list[Rule]:
    """Return the rules that a checker may choose from."""
    return checkable_rules(workspace, state)
