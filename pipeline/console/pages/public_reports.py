"""公众纠错: what the public reported, and how a person of the office closes it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.fields import FieldsError
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.problems import said_by
from pipeline.console.times import moment_in_form
from pipeline.console.visit import Asked, Visit
from pipeline.console.who import Who
from pipeline.home.errors import Kind, kind_of
from pipeline.home.people import called
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import ruleset_of
from pipeline.office.columns import ident, minute, text, word
from pipeline.office.publicity.given import MATTERS, RATINGS
from pipeline.office.publicity.reports import (
    STATES,
    AsCounterfeit,
    AsFinding,
    Close,
    account_meant,
    close_report,
    erase_report,
    find_report,
    is_cut_off,
    list_reports,
    read_contact,
    record_counterfeit,
    record_finding,
)

_PATH = "/reports-from-public"
_LOOKS = {"open": "warn", "taken": "ok", "handled": "ok", "dismissed": "plain"}


def _href(row: Row) -> str:
    return f"{_PATH}/{row['number']}"


def _look(row: Row) -> str:
    return _LOOKS[row["state"]]


_LIST = ListPage(
    title="公众纠错",
    path=_PATH,
    columns=(
        PageColumn(ident("number", "编号"), href=_href, phone="pa"),
        PageColumn(minute("at", "提交时间"), phone="pb"),
        PageColumn(text("called", "反映的账号"), phone="pc"),
        PageColumn(text("matter", "情况"), phone="pd"),
        PageColumn(text("rating", "评价")),
        PageColumn(word("state", "状态", STATES), tag=_look),
        PageColumn(minute("settled_at", "办结时间")),
        PageColumn(text("by", "办理人"), phone="hide"),
        PageColumn(text("reason", "答复")),
    ),
    filters=(
        Filter("state", "状态", tuple(STATES.items())),
        Filter("matter", "情况", tuple((title, title) for title in MATTERS.values())),
    ),
    search=("number", "called", "reason"),
)


def _rows(visit: Visit) -> list[Row]:
    who = Who(visit)
    rows = list_reports(visit.home, visit.now)
    return [{**row, "by": who(row["by"]) if row["state"] != "open" else ""} for row in rows]


@get(_PATH, sync_to_thread=True)
def show_reports(visit: Asked) -> Response[Any]:
    """Show every report without what it says."""
    listing = _LIST.shown(visit, _rows(visit))
    return visit.page("public_reports/list.html", listing=listing)


@get(f"{_PATH}.xlsx", sync_to_thread=True)
def reports_workbook(visit: Asked) -> Response[Any]:
    """Give the list as a workbook."""
    return _LIST.export(visit, _rows(visit), "xlsx")


@get(f"{_PATH}.csv", sync_to_thread=True)
def reports_text(visit: Asked) -> Response[Any]:
    """Give the list as CSV."""
    return _LIST.export(visit, _rows(visit), "csv")


@get(f"{_PATH}/{{number:str}}", sync_to_thread=True)
def show_report(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show a report, and what may be done about it."""
    return _page(visit, number)


@post(f"{_PATH}/{{number:str}}/finding", sync_to_thread=True)
def take_as_finding(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Record a report as a finding."""

    def act() -> None:
        with visit.workspace() as workspace:
            asked = AsFinding(
                report=number,
                account=visit.form.text("account"),
                rule=visit.form.text("rule"),
                found=moment_in_form(visit.form.text("found"), "found", visit.now),
                note=visit.form.text("note"),
            )
            record_finding(workspace, asked, visit.actor)

    return _done(visit, number, "finding", act, "public-report-taken")


@post(f"{_PATH}/{{number:str}}/counterfeit", sync_to_thread=True)
def take_as_counterfeit(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Record a report as a suspected counterfeit."""

    def act() -> None:
        with visit.workspace() as workspace:
            asked = AsCounterfeit(
                report=number,
                name=visit.form.text("name"),
                platform=visit.form.text("platform"),
                at=visit.now,
                link=visit.form.text("link"),
                imitates=visit.form.text("imitates"),
                note=visit.form.text("note"),
            )
            record_counterfeit(workspace, asked, visit.actor)

    return _done(visit, number, "counterfeit", act, "public-report-taken")


@post(f"{_PATH}/{{number:str}}/close", sync_to_thread=True)
def close(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Close a report with an answer."""

    def act() -> None:
        handled = visit.form.text("outcome") == "handled"
        with visit.workspace() as workspace:
            close_report(workspace, Close(number, visit.form.text("answer"), handled), visit.actor)

    return _done(visit, number, "close", act, "public-report-closed")


@post(f"{_PATH}/{{number:str}}/contact", sync_to_thread=True)
def show_contact(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show how whoever reported can be reached, once, for a reason that is logged."""
    contacts: list[str] = []

    def act() -> None:
        caller = called(visit.form.text("reason"), visit.actor.code)
        contacts.append(read_contact(visit.home, number, caller))

    wrong = _tried(act)
    if wrong is not None:
        return _page(visit, number, wrong={"contact": wrong})
    return _page(visit, number, contact=contacts[0] or "未留联系方式，或已到期删除")


@post(f"{_PATH}/{{number:str}}/erase", sync_to_thread=True)
def erase(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Erase what a report says."""

    def act() -> None:
        erase_report(visit.home, number, called(visit.form.text("reason"), visit.actor.code))

    return _done(visit, number, "erase", act, "public-report-erased")


def _done(visit: Visit, number: str, form: str, act: Callable[[], None], code: str) -> Response[Any]:
    """Act, and go on to the report; a form that is refused is shown again with the reason."""
    wrong = _tried(act)
    if wrong is not None:
        return _page(visit, number, wrong={form: wrong})
    return visit.go(f"{_PATH}/{number}", done=code)


def _tried(act: Callable[[], None]) -> str | None:
    try:
        act()
    except FieldsError as error:
        if kind_of(error) not in (Kind.INVALID, Kind.UNAVAILABLE):
            raise
        return said_by(error)
    return None


def _page(
    visit: Visit, number: str, *, wrong: dict[str, str] | None = None, contact: str = ""
) -> Response[Any]:
    report = find_report(visit.home, number)
    with visit.workspace() as workspace:
        registry = registry_now(workspace)
        meant = account_meant(registry, report.called)
        known = registry.title(meant) if meant else ""
        cut_off = is_cut_off(workspace, report)
        rules = [(r.code, r.name) for r in ruleset_of(visit.home).rules if r.by == "finding"]
    return visit.page(
        "public_reports/report.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        report=report,
        by=Who(visit)(report.settled_by) if report.settled_at else "",
        matter=MATTERS.get(report.matter, report.matter),
        rating=RATINGS.get(str(report.rating), ""),
        state=STATES[report.state],
        look=_LOOKS[report.state],
        known=known,
        number_known=registry.numbers.get(meant, "") or known,
        may_act=visit.may("POST", f"{_PATH}/{{number}}/finding") and (report.state == "open" or cut_off),
        may_read_contact=visit.may("POST", f"{_PATH}/{{number}}/contact")
        and report.has_contact
        and not contact,
        may_erase=visit.may("POST", f"{_PATH}/{{number}}/erase") and not report.erased,
        cut_off=cut_off,
        rules=rules,
        wrong=wrong or {},
        contact=contact,
        said=visit.form,
    )


HANDLERS = [
    show_reports,
    reports_workbook,
    reports_text,
    show_report,
    take_as_finding,
    take_as_counterfeit,
    close,
    show_contact,
    erase,
]
