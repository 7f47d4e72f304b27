"""巡查清单: whom somebody has to look at today, and one look filled in by hand, read back before it is taken."""

import tempfile
from pathlib import Path
from typing import Any

from litestar import Response, get, post

from pipeline.access.users import Role
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.navigation import may_open
from pipeline.console.problems import no_such_page
from pipeline.console.visit import Asked, Visit
from pipeline.console.words import day as day_words
from pipeline.console.words import moment as moment_words
from pipeline.home.catalogue import in_chinese
from pipeline.home.errors import NotFoundError
from pipeline.office.columns import ACCOUNT, NUMBER, minute, word
from pipeline.office.filled_sheets import FilledError
from pipeline.office.one_look import (
    CLEARED,
    GAP,
    LOOKED_AT,
    NEWEST,
    NONE_SEEN,
    UPDATES,
    OneLook,
    as_read,
    find_looked,
    record_look,
)
from pipeline.office.scope import Scope
from pipeline.office.today.look_list import LookList, looks_due
from pipeline.office.today.short_quota import REASONS
from pipeline.office.today.workbooks import write_look_list

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAMES = (
    PageColumn(NUMBER, phone="pb"),
    PageColumn(ACCOUNT[0], href=lambda row: row["url"], phone="pa"),
    PageColumn(ACCOUNT[1], phone="pc"),
    PageColumn(ACCOUNT[2], phone="hide"),
)
_DUE = ListPage(
    title="巡查清单",
    path="/looks",
    columns=(
        *_NAMES,
        PageColumn(word("reason", "原因", REASONS), phone="pd"),
        PageColumn(minute("last_look_at", "上次检查"), phone="hide"),
        PageColumn(minute("newest_post_at", "已知最新发布", by_day="newest_post_by_day"), phone="hide"),
    ),
    filters=(Filter("reason", "原因", tuple((str(code), words) for code, words in REASONS.items())),),
    search=("name", "owner", "number"),
)
_OF_FIRM = ListPage(title="巡查清单", path="/looks", columns=_NAMES, search=("name", "owner", "number"))
"""What a firm sees: it looks unprejudiced."""

_FIELDS = {LOOKED_AT: "looked_at", NEWEST: "newest", GAP: "gap", UPDATES: "updates"}


def _found(visit: Visit) -> LookList:
    try:
        return looks_due(visit.home, visit.now, visit.scope)
    except NotFoundError:  # an area or a unit that has no account yet
        return LookList(visit.now.date(), ())


def _rows(visit: Visit, found: LookList) -> list[Row]:
    rows = [{name: getattr(row, name) for name in row.__struct_fields__} for row in found.rows]
    may_record = visit.user is not None and may_open(visit.user, "/looks/record")
    return [
        {**row, "url": f"/looks/record?account={row['number'] or row['account_id']}" if may_record else ""}
        for row in rows
    ]


def _list(visit: Visit) -> ListPage:
    return _OF_FIRM if visit.grant is not None and visit.grant.role == Role.FIRM else _DUE


@get("/looks", sync_to_thread=True)
def list_due(visit: Asked) -> Response[Any]:
    """List whom people have to look at today, the most urgent first."""
    found = _found(visit)
    return visit.page(
        "looks/list.html",
        listing=_list(visit).shown(visit, _rows(visit, found)),
        day=found.day,
        urgent=sum(row.cannot_wait for row in found.rows),
    )


@get("/looks.xlsx", sync_to_thread=True)
def give_look_list(visit: Asked) -> Response[bytes]:
    """Give the list as a sheet to be filled in, which comes back as any paper."""
    found = _found(visit)
    if visit.grant is not None and visit.grant.role == Role.FIRM:
        return _OF_FIRM.export(visit, _rows(visit, found), "xlsx")
    kept = {row["account_id"] for row in _DUE.narrowed(visit, _rows(visit, found))}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write_look_list(path, LookList(found.day, tuple(r for r in found.rows if r.account_id in kept)))
        content = path.read_bytes()
    return visit.file(content, f"巡查清单{found.day:%m%d}.xlsx", _XLSX)


@get("/looks.csv", sync_to_thread=True)
def give_look_text(visit: Asked) -> Response[bytes]:
    """Give the list as text."""
    return _list(visit).export(visit, _rows(visit, _found(visit)), "csv")


@get("/looks/record", sync_to_thread=True)
def ask_look(visit: Asked) -> Response[Any]:
    """Ask for one look by hand."""
    return _form(visit, visit.ask("account"), {"looked_at": moment_words(visit.now)})


@post("/looks/record", sync_to_thread=True)
def take_look(visit: Asked) -> Response[Any]:
    """Read one look back, then take it."""
    form = visit.form
    filled = {name: form.text(name) for name in ("looked_at", "seen", "newest", "gap", "updates")}
    account = form.text("account")
    newest = {"none": NONE_SEEN, "cleared": CLEARED}.get(filled["seen"], filled["newest"])
    errors = _slips(filled)
    if errors:
        return _form(visit, account, filled, errors, status=422)
    if form.text("sure") != "1":
        return _form(visit, account, filled, back=_read_back(filled))
    try:
        with visit.workspace() as workspace:
            looked = find_looked(workspace, account, visit.scope)
            look = OneLook(looked.account_id, filled["looked_at"], newest, filled["gap"], filled["updates"])
            record_look(workspace, look, visit.actor)
    except FilledError as error:
        wrong = {_FIELDS.get(cell.column, "newest"): in_chinese(cell.said) for cell in error.cells}
        return _form(visit, account, filled, wrong, status=422)
    return visit.go("/looks", done="look-taken")


def _slips(filled: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not filled["looked_at"]:
        errors["looked_at"] = "请填写检查时间。"
    if filled["seen"] not in ("post", "none", "cleared"):
        errors["seen"] = "请选择看到了什么。"
    elif filled["seen"] == "post" and not filled["newest"]:
        errors["newest"] = "请填写看到的最新一条的发布时间。"
    return errors


def _read_back(filled: dict[str, str]) -> list[tuple[str, str]]:
    """Return what a form says as the program understands it."""
    back = [("检查时间", _as_read(filled["looked_at"]))]
    match filled["seen"]:
        case "none":
            back.append(("看到的内容", "账号里没有任何内容，从未发布过"))
        case "cleared":
            back.append(("看到的内容", "原有内容已全部清空"))
        case _:
            back.append(("最新一条发布于", _as_read(filled["newest"])))
    if filled["gap"]:
        back.append(("自上次检查以来的最长间隔", f"{filled['gap']} 天"))
    if filled["updates"]:
        back.append(("近 28 天更新次数", f"{filled['updates']} 次"))
    return back


def _as_read(text: str) -> str:
    read = as_read(text)
    if read is None:
        return text
    if read.date_only:
        return f"{day_words(read.at)}（只写了日期：检查按当天零时计，能证明的时间较短）"
    return moment_words(read.at)


def _form(
    visit: Visit,
    account: str,
    filled: dict[str, str],
    errors: dict[str, str] | None = None,
    *,
    back: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Response[Any]:
    if not account:
        raise no_such_page()
    with visit.workspace() as workspace:
        looked = find_looked(workspace, account, visit.scope if visit.scope != Scope() else Scope())
    kept = {name: filled.get(name, "") for name in ("looked_at", "seen", "newest", "gap", "updates")}
    return visit.page(
        "looks/record.html",
        status=status,
        looked=looked,
        account=account,
        said=kept,
        errors=errors or {},
        back=back or [],
        today=day_words(visit.now),
    )


HANDLERS = [list_due, give_look_list, give_look_text, ask_look, take_look]
