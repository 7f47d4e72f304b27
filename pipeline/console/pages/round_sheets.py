"""Check sheets 检查单: dealt, given out as files, handed back as files or filled in on the page."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.access.users import Role
from pipeline.console.navigation import may_open
from pipeline.console.pages.round_view import page_of, require_part, slug_of
from pipeline.console.pages.rounds import round_seen
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.console.who import Who
from pipeline.home.catalogue import in_chinese
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.filled_sheets import FilledError
from pipeline.office.finding_records import Piece
from pipeline.office.rounds.page_sheets import (
    FilledRow,
    all_sheets,
    deal_sheets,
    offered_rules,
    read_filled,
    read_uploaded,
    sheet_file,
    sheet_of,
)
from pipeline.office.rounds.sheets import names_on
from projections.rounds.state import RoundState, Stage

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIELDS = ("looked_at", "newest_post_at", "rule", "count", "note", "reference")
_COLUMNS = {
    "检查时间": "looked_at",
    "最新发布时间": "newest_post_at",
    "问题": "rule",
    "数量": "count",
    "备注": "note",
    "证据编号": "reference",
    "证据文件": "evidence",
}


@get("/rounds/{name:str}/sheets", sync_to_thread=True)
def show_sheets(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show the sheets of a round; a checker sees the own one."""
    return _page(visit, name)


@post("/rounds/{name:str}/sheets", sync_to_thread=True)
def hand_out_sheets(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Deal the sample among checkers."""
    checkers = visit.form.text("checkers")
    if not re.fullmatch(r"[1-9]\d?", checkers, re.ASCII):
        return _page(visit, name, "请填写检查组的数量，1 至 99")
    try:
        with visit.workspace() as workspace:
            state = require_part(visit, round_seen(workspace, visit, name), Role.CLERK)
            deal_sheets(workspace, state, int(checkers), visit.actor)
    except (UsageError, ConflictError) as error:
        return _page(visit, name, said_by(error))
    return visit.go(f"/rounds/{name}/sheets", done="round-sheets")


@get("/rounds/{name:str}/sheets.zip", sync_to_thread=True)
def give_all(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Give all sheets in one archive."""
    with visit.workspace() as workspace:
        state = require_part(visit, round_seen(workspace, visit, name), Role.CLERK)
        content = all_sheets(workspace, state)
    return visit.file(content, f"{state.announced.title}检查单.zip", "application/zip")


@get("/rounds/{name:str}/sheets/{checker:str}", sync_to_thread=True)
def give_one(visit: Asked, name: FromPath[str], checker: FromPath[str]) -> Response[Any]:
    """Give the sheet of a checker."""
    with visit.workspace() as workspace:
        state = _own(workspace, visit, name, checker)
        content = sheet_file(workspace, state, checker)
    return visit.file(content, f"{state.announced.title}检查单-{Who(visit)(checker)}.xlsx", _XLSX)


@post("/rounds/{name:str}/sheets/{checker:str}", sync_to_thread=True)
def take_one(visit: Asked, name: FromPath[str], checker: FromPath[str]) -> Response[Any]:
    """Take a sheet back, with its evidence files."""
    files = [Piece(file.name, file.content) for file in visit.form.files]
    try:
        with visit.workspace() as workspace:
            state = _own(workspace, visit, name, checker)
            read_uploaded(workspace, state, checker, files, visit.actor)
    except (UsageError, ConflictError) as error:
        return _page(visit, name, said_by(error))
    return visit.go(f"/rounds/{name}/sheets", done="round-sheet-read")


@get("/rounds/{name:str}/sheets/{checker:str}/form", sync_to_thread=True)
def show_form(visit: Asked, name: FromPath[str], checker: FromPath[str]) -> Response[Any]:
    """Show the sheet of a checker as a form."""
    return _form(visit, name, checker)


@post("/rounds/{name:str}/sheets/{checker:str}/form", sync_to_thread=True)
def take_form(visit: Asked, name: FromPath[str], checker: FromPath[str]) -> Response[Any]:
    """Take what was filled in; rows without anything are not looked at yet."""
    try:
        with visit.workspace() as workspace:
            state = _own(workspace, visit, name, checker)
            accounts = list(names_on(workspace, state, sheet_of(state, checker)))
            rows = [_filled(visit, account, n) for n, account in enumerate(accounts)]
            filled = [n for n, row in enumerate(rows) if row.is_filled]
            read_filled(workspace, state, checker, rows, visit.actor)
    except FilledError as error:
        wrong = {
            (filled[cell.row], _COLUMNS.get(cell.column, "note")): in_chinese(cell.said)
            for cell in error.cells
        }
        return _form(visit, name, checker, said_by(error), wrong)
    except (UsageError, ConflictError) as error:
        return _form(visit, name, checker, said_by(error))
    return visit.go(f"/rounds/{name}/sheets", done="round-sheet-read")


def _filled(visit: Visit, account: str, n: int) -> FilledRow:
    """Return what a form says of the account in a row."""
    file = visit.form.file(f"evidence-{n}")
    piece = None if file is None else Piece(file.name, file.content)
    return FilledRow(account, piece=piece, **{f: visit.form.text(f"{f}-{n}") for f in _FIELDS})


def _own(workspace: Workspace, visit: Visit, name: str, checker: str) -> RoundState:
    """Return the round of a sheet that somebody may handle: a checker the own one alone."""
    state = round_seen(workspace, visit, name)
    if visit.reach is Reach.OWN and (visit.grant is None or visit.grant.scope != checker):
        raise no_such_page()
    if visit.reach is not Reach.OWN:
        require_part(visit, state, Role.CLERK)
    sheet_of(state, checker)
    return state


def _page(visit: Visit, name: str, error: str = "") -> Response[Any]:
    with visit.workspace() as workspace:
        state = round_seen(workspace, visit, name)
        if visit.reach is Reach.AREA:
            require_part(visit, state, Role.CLERK)
        page = page_of(workspace, visit, state, None)
    sheets = page.sheets
    if visit.reach is Reach.OWN:
        sheets = tuple(s for s in sheets if visit.grant is not None and s.checker == visit.grant.scope)
    may_see = visit.user is not None and may_open(visit.user, "/rounds/{name}/sheets/{checker}")
    return visit.page(
        "rounds/sheets.html",
        status=422 if error else 200,
        round=page,
        state=state,
        sheets=sheets,
        may_deal=page.is_clerk and state.stage is Stage.DRAWN,
        may_hand_in=state.stage in (Stage.DRAWN, Stage.FROZEN)
        and may_see
        and (visit.reach is Reach.OWN or page.is_clerk),
        may_see=may_see,
        own=visit.reach is Reach.OWN,
        who=Who(visit),
        said=error,
    )


def _form(
    visit: Visit,
    name: str,
    checker: str,
    error: str = "",
    wrong: dict[tuple[int, str], str] | None = None,
) -> Response[Any]:
    with visit.workspace() as workspace:
        state = _own(workspace, visit, name, checker)
        entries = registry_now(workspace).entries
        accounts = [entries.get(a) for a in names_on(workspace, state, sheet_of(state, checker))]
        rules = [rule.name for rule in offered_rules(workspace, state)]
    return visit.page(
        "rounds/form.html",
        status=422 if error else 200,
        state=state,
        path=f"/rounds/{slug_of(state)}",
        checker=checker,
        title=Who(visit)(checker),
        accounts=accounts,
        rules=rules,
        said=error,
        wrong=wrong or {},
    )


HANDLERS = [show_sheets, hand_out_sheets, give_all, give_one, take_one, show_form, take_form]
