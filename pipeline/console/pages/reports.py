"""自查报送: who has reported on a quarter and who has not; a self-check filled in on a page."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.folding import fold_owner
from events.quarters import Quarter, parse_quarter, quarter_at
from pipeline.access.users import Role
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.navigation import may_open
from pipeline.console.pages.senders import sender_of
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked, Form, Visit
from pipeline.console.words import day as day_words
from pipeline.home.catalogue import in_chinese
from pipeline.home.errors import Kind, NotFoundError
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import ruleset_of
from pipeline.home.workspace import Workspace
from pipeline.office.columns import day, minute, number, share, text, word
from pipeline.office.filled_sheets import FilledError
from pipeline.office.intake.handing_in import own_units
from pipeline.office.reports.filled import (
    FilledCheck,
    FillReport,
    KnownOfAccount,
    fill_report,
    known_of,
    rules_of_people,
)
from pipeline.office.reports.self_checks import reports_due
from pipeline.office.reports.withdrawal import WithdrawReport, withdraw_report
from pipeline.office.units import unit_tree

_TIMINGS = {"on_time": "按时", "late": "逾期报送", "missing": "未报送", "pending": "未到期"}
_TAGS = {"on_time": "ok", "late": "warn", "missing": "bad", "pending": "plain"}
_OUTCOMES = ("合格", "不合格", "未检查")
_PROBLEMS = 2  # that the form has boxes for, of one account
_DUE = ListPage(
    title="自查报送",
    path="",
    columns=(
        PageColumn(text("unit", "单位"), href=lambda row: row["url"], phone="pa"),
        PageColumn(word("timing", "报送", _TIMINGS), tag=lambda row: _TAGS[row["timing"]], phone="pb"),
        PageColumn(day("due", "报送期限"), keeps_line=True, phone="pc"),
        PageColumn(minute("received_at", "收到时间"), keeps_line=True, phone="pd"),
        PageColumn(number("days_late", "逾期天数"), numeric=True, phone="hide"),
        PageColumn(number("accounts", "账号数"), numeric=True, phone="hide"),
        PageColumn(number("checked", "已检查"), numeric=True, phone="hide"),
        PageColumn(share("share", "检查比例"), numeric=True, phone="hide"),
        PageColumn(number("failed", "不合格"), numeric=True, phone="hide"),
        PageColumn(text("unchecked", "未检查的账号"), phone="hide", sorts=False),
    ),
    filters=(Filter("timing", "报送", tuple(_TIMINGS.items())),),
    search=("unit",),
)


def _quarter(label: str) -> Quarter:
    try:
        return parse_quarter(label)
    except ValueError:
        raise no_such_page() from None


def _shifted(quarter: Quarter, by: int) -> Quarter:
    place = quarter.year * 4 + quarter.number - 1 + by
    return Quarter(place // 4, place % 4 + 1)


@get("/reports", sync_to_thread=True)
def begin(visit: Asked) -> Response[Any]:
    """Lead to the present quarter."""
    return visit.go(f"/reports/{quarter_at(visit.now).label}")


def _rows(visit: Visit, quarter: Quarter) -> list[Row]:
    with visit.workspace() as workspace:
        known_at = workspace.known_at(visit.known_at)
        states = reports_due(workspace, quarter.label, None, visit.at or visit.now, known_at)
        own = _own(workspace, visit)
        entries = registry_now(workspace).entries
    may_fill = visit.user is not None and may_open(visit.user, "/reports/{quarter}/fill")
    return [
        {
            "unit": state.name,
            "url": f"/reports/{quarter.label}/fill?unit={state.name}" if may_fill else "",
            "due": state.due,
            "timing": str(state.timing),
            "received_at": state.received_at,
            "days_late": state.days_late or None,
            "accounts": state.accounts,
            "checked": state.checked,
            "share": state.share,
            "failed": state.failed,
            "reports": state.reports,
            "unchecked": "、".join(entries[a].name for a in state.unchecked[:5] if a in entries)
            + (f" 等 {len(state.unchecked)} 个" if len(state.unchecked) > 5 else ""),
        }
        for state in states
        if own is None or fold_owner(state.name) in own
    ]


def _own(workspace: Workspace, visit: Visit) -> frozenset[str] | None:
    """Return the folded names of the units that somebody reports for, None for all."""
    sender = sender_of(visit)
    return None if sender.is_office else own_units(unit_tree(workspace), sender)


@get("/reports/{quarter:str}", sync_to_thread=True)
def list_reports(visit: Asked, quarter: FromPath[str]) -> Response[Any]:
    """List who has reported on a quarter and who has not, by unit."""
    named = _quarter(quarter)
    rows = _rows(visit, named)
    grant = visit.grant
    outside = grant is not None and grant.role in (Role.COMPETENT, Role.OWNER)
    return visit.page(
        "reports/list.html",
        listing=_DUE.shown(visit, rows),
        quarter=named.label,
        words=named.chinese,
        before=_shifted(named, -1).label,
        after=_shifted(named, 1).label if named < quarter_at(visit.now) else "",
        counts={code: sum(row["timing"] == code for row in rows) for code in _TIMINGS},
        own=grant.scope if grant is not None and outside else "",
        may_fill=grant is not None and grant.role in (Role.CLERK, Role.COMPETENT, Role.OWNER),
    )


@get("/reports/{quarter:str}/list.xlsx", sync_to_thread=True)
def export_reports_workbook(visit: Asked, quarter: FromPath[str]) -> Response[bytes]:
    """Give the list as a workbook."""
    return _DUE.export(visit, _rows(visit, _quarter(quarter)), "xlsx")


@get("/reports/{quarter:str}/list.csv", sync_to_thread=True)
def export_reports_text(visit: Asked, quarter: FromPath[str]) -> Response[bytes]:
    """Give the list as text."""
    return _DUE.export(visit, _rows(visit, _quarter(quarter)), "csv")


@get("/reports/{quarter:str}/fill", sync_to_thread=True)
def ask_report(visit: Asked, quarter: FromPath[str]) -> Response[Any]:
    """Ask for a self-check, prefilled with what is known."""
    return _form(visit, _quarter(quarter), visit.ask("unit"), Form())


def _unit(workspace: Workspace, visit: Visit, unit: str) -> str:
    """Return for whom somebody fills a report in; for others than their own there is no such page."""
    grant = visit.grant
    own = _own(workspace, visit)
    asked = unit or (grant.scope if grant is not None else "")
    if not asked or (own is not None and fold_owner(asked) not in own):
        raise no_such_page()
    return asked


def _form(
    visit: Visit,
    quarter: Quarter,
    unit: str,
    form: Form,
    errors: dict[str, str] | None = None,
    *,
    error: str = "",
    back: dict[str, int] | None = None,
    status: int = 200,
) -> Response[Any]:
    with visit.workspace() as workspace:
        asked = _unit(workspace, visit, unit)
        try:
            known = known_of(workspace, asked, quarter.label, visit.now)
        except NotFoundError:
            known = []
    return visit.page(
        "reports/fill.html",
        status=status,
        quarter=quarter.label,
        words=quarter.chinese,
        fourth=quarter.number == 4,
        unit=asked,
        accounts=[_boxes(account, form, visit.now) for account in known],
        rules=rules_of_people(ruleset_of(visit.home)),
        outcomes=_OUTCOMES,
        problems=range(1, _PROBLEMS + 1),
        errors=errors or {},
        error=error,
        back=back,
        checked_at=form.text("checked_at") or visit.now.astimezone().strftime("%Y-%m-%d"),
        covers_year=bool(form.text("covers_year")),
        may_withdraw=visit.grant is not None and visit.grant.role == Role.CLERK and not form.fields,
    )


def _boxes(account: KnownOfAccount, form: Form, now: datetime) -> dict[str, Any]:
    """Return an account with what its boxes say: what was sent, else what is known."""
    key = account.account_id
    newest = account.newest_post_at
    days = None if newest is None else (now - newest).days
    known = "没有发布记录" if newest is None else f"{day_words(newest)}，{days} 天前"
    sent = bool(form.fields)
    outcome = form.text(f"outcome:{key}") if sent else ("不合格" if account.findings else "")
    return {
        "key": key,
        "number": account.number,
        "name": account.name,
        "platform": account.platform,
        "owner": account.owner,
        "known": known,
        "findings": "、".join(account.findings),
        "outcome": outcome,
        "newest": form.text(f"newest:{key}"),
        "note": form.text(f"note:{key}"),
        "problems": [
            (form.text(f"rule{n}:{key}"), form.text(f"count{n}:{key}"), form.text(f"rectified{n}:{key}"))
            for n in range(1, _PROBLEMS + 1)
        ],
    }


def _filled(form: Form, known: list[KnownOfAccount]) -> tuple[list[FilledCheck], list[str]]:
    """Return the rows of a form, and beside each the box that it came from."""
    rows, boxes = [], []
    checked_at = form.text("checked_at")
    for account in known:
        key = account.account_id
        outcome = form.text(f"outcome:{key}")
        if outcome not in _OUTCOMES:
            continue
        is_checked = outcome != "未检查"
        numbers = [n for n in range(1, _PROBLEMS + 1) if form.text(f"rule{n}:{key}")] if is_checked else []
        for n in numbers or [0]:
            rows.append(
                FilledCheck(
                    key,
                    outcome,
                    checked_at if is_checked else "",
                    form.text(f"rule{n}:{key}") if n else "",
                    form.text(f"count{n}:{key}") if n else "",
                    form.text(f"newest:{key}") if is_checked else "",
                    "已整改" if n and form.text(f"rectified{n}:{key}") else "",
                    form.text(f"note:{key}") if is_checked else "",
                )
            )
            boxes.append(key)
    return rows, boxes


@post("/reports/{quarter:str}/fill", sync_to_thread=True)
def take_report(visit: Asked, quarter: FromPath[str]) -> Response[Any]:
    """Read a self-check back, then take it as the sheet of it would be."""
    named, form = _quarter(quarter), visit.form
    with visit.workspace() as workspace:
        unit = _unit(workspace, visit, form.text("unit"))
        try:
            known = known_of(workspace, unit, named.label, visit.now)
        except NotFoundError:
            raise no_such_page() from None
    rows, boxes = _filled(form, known)
    if not rows:
        return _form(visit, named, unit, form, error="请至少填写一个账号的检查结果。", status=422)
    if form.text("sure") != "1":
        outcomes = dict(zip(boxes, (row.outcome for row in rows), strict=True))
        back = {word: sum(said == word for said in outcomes.values()) for word in _OUTCOMES}
        back["没有填写"] = len(known) - len(outcomes)
        return _form(visit, named, unit, form, back=back)
    asked = FillReport(unit, named.label, tuple(rows), ruleset_of(visit.home), bool(form.text("covers_year")))
    with refusing(but=Kind.NOT_FOUND) as refusal:
        try:
            with visit.workspace() as workspace:
                fill_report(workspace, asked, visit.actor)
        except FilledError as error:
            said = {boxes[cell.row]: f"{cell.column}：{in_chinese(cell.said)}" for cell in error.cells}
            return _form(visit, named, unit, form, said, error=said_by(error), status=422)
    if refusal:
        return _form(visit, named, unit, form, error=refusal.said, status=refusal.status)
    return visit.go(f"/reports/{named.label}", done="report-taken")


@post("/reports/{quarter:str}/withdraw", sync_to_thread=True)
def withdraw_one(visit: Asked, quarter: FromPath[str]) -> Response[Any]:
    """Withdraw a self-check that was handed in by mistake."""
    named, form = _quarter(quarter), visit.form
    with refusing(but=Kind.NOT_FOUND) as refusal, visit.workspace() as workspace:
        unit = _unit(workspace, visit, form.text("unit"))
        asked = WithdrawReport(form.text("reason"), "", unit, named.label, form.text("second"))
        withdraw_report(workspace, asked, visit.actor)
    if refusal:
        return _form(visit, named, form.text("unit"), Form(), error=refusal.said, status=refusal.status)
    return visit.go(f"/reports/{named.label}", done="report-withdrawn")


HANDLERS = [
    begin,
    list_reports,
    export_reports_workbook,
    export_reports_text,
    ask_report,
    take_report,
    withdraw_one,
]
