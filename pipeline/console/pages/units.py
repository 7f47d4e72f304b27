"""单位与人员: the tree of units, one unit with its accounts, and who is on duty."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.days import chinese_day
from pipeline.console.exports import exports
from pipeline.console.hands import name_of
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.filings import may
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import NotFoundError
from pipeline.office.columns import number, text, word
from pipeline.office.duty import DutyView, import_duty, list_duty
from pipeline.office.people import PersonCard
from pipeline.office.unit_people import ROLE_TITLES, accesses_of, people_of_unit
from pipeline.office.unit_views import KINDS, UnitLine, UnitView, find_unit, list_units

REASONS = ("提醒更新", "联系整改", "核对名单", "值班联系", "其他工作联系")
_DUTY_DAYS = 14
_MOST_ACCESSES = 20
_MOST_SHEET = 8 << 20

LIST = ListPage(
    title="单位",
    path="/units",
    columns=(
        PageColumn(text("name", "单位"), href=lambda row: f"/units/{row['code']}", phone="pa", sorts=False),
        PageColumn(word("kind", "类别", KINDS), phone="pb", sorts=False),
        PageColumn(text("area", "地区"), phone="pc", sorts=False),
        PageColumn(text("tier", "层级"), sorts=False),
        PageColumn(text("above", "上级单位"), sorts=False),
        PageColumn(number("below", "下级单位"), numeric=True, sorts=False),
    ),
    filters=(Filter("kind", "类别", tuple(KINDS.items())),),
    search=("name", "area", "above"),
    search_hint="单位、地区、上级单位",
    none_title="还没有单位名册",
    none_next="在数据报送中上传单位名册；没有名册时，账号台账中的主办单位照样可用。",
)


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as desk:
        lines = list_units(desk, visit.scope)
    names = {line.unit.code: line.unit.name for line in lines}
    return [_row(line, names) for line in lines]


def _row(line: UnitLine, names: dict[str, str]) -> Row:
    unit = line.unit
    return {
        "code": unit.code,
        "name": unit.name,
        "depth": line.depth,
        "kind": unit.kind,
        "area": unit.area,
        "tier": unit.tier,
        "above": names.get(unit.parent, ""),
        "below": line.below,
    }


@get("/units", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show the tree of units, and who is on duty in the coming days."""
    return _page_of_list(visit, Refusal())


@post("/units/duty", sync_to_thread=True)
def take_duty(visit: Asked) -> Response[Any]:
    """Take a duty table."""
    with refusing() as refusal:
        file = next(iter(visit.form.files), None)
        suffix = Path(file.name).suffix.lower() if file is not None else ""
        if file is None or suffix not in (".xlsx", ".csv") or len(file.content) > _MOST_SHEET:
            refusal.refuse("请选择值班表：XLSX 或 CSV，不超过 8 MB。")
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"值班表{suffix}"
                path.write_bytes(file.content)
                import_duty(visit.home, path, visit.actor.code, chinese_day(visit.now))
    if refusal:
        return _page_of_list(visit, refusal)
    return visit.go("/units", done="duty-taken")


@get("/units/{code:str}", sync_to_thread=True)
def unit_page(visit: Asked, code: FromPath[str]) -> Response[Any]:
    """Show a unit."""
    return page_of_unit(visit, code)


def found_unit(visit: Visit, code: str) -> UnitView:
    """Return the unit of an address; raises the same 404 for one that is not there and one of others."""
    try:
        with visit.workspace() as desk:
            return find_unit(desk, visit.scope, code)
    except NotFoundError:
        raise no_such_page() from None


def page_of_unit(
    visit: Visit,
    code: str,
    refusal: Refusal | None = None,
    refused: str = "",
    person: PersonCard | None = None,
) -> Response[Any]:
    """Show a unit; with the one person who was asked for, or what was refused at the form called `refused`."""
    view = found_unit(visit, code)
    places = people_of_unit(visit.home, view.unit.name)
    accesses = accesses_of(visit.home, {place.person_id for place in places}, _MOST_ACCESSES)
    roles = {place.person_id: place.role for place in places}
    return visit.page(
        "units/unit.html",
        status=refusal.status if refusal else 200,
        view=view,
        unit=view.unit,
        kind=KINDS.get(view.unit.kind, ""),
        places=places,
        asked_by={p.person_id: name_of(visit, p.asked.by) for p in places if p.asked is not None},
        person=person,
        accesses=[
            (a.at, name_of(visit, a.by), a.action, roles.get(a.person_id, ""), a.reason) for a in accesses
        ],
        reasons=REASONS,
        roles=ROLE_TITLES,
        may_see=may(visit, "POST", "/units/{code}/person"),
        may_keep=may(visit, "POST", "/units/{code}/people"),
        may_agree=may(visit, "POST", "/units/{code}/erase/agree"),
        sent=visit.form,
        refused={refused: refusal.said} if refusal else {},
    )


def _page_of_list(visit: Visit, refusal: Refusal) -> Response[Any]:
    rows = _rows(visit)
    names = {row["name"] for row in rows}
    today = chinese_day(visit.now)
    duty = [one for one in list_duty(visit.home, today, _DUTY_DAYS) if one.unit in names]
    return visit.page(
        "units/list.html",
        status=refusal.status,
        listing=LIST.shown(visit, rows),
        duty=[_duty_row(one) for one in duty],
        until=today + timedelta(days=_DUTY_DAYS - 1),
        may_upload=may(visit, "POST", "/units/duty"),
        refused=refusal.said,
    )


def _duty_row(one: DutyView) -> dict[str, str]:
    first, last = (f"{day.month}月{day.day}日" for day in (one.first_day, one.last_day))
    return {
        "unit": one.unit,
        "days": first if one.first_day == one.last_day else f"{first}至{last}",
        "role": one.role or "已登记",
        "substitute": "有" if one.substitute_id else "",
    }


HANDLERS = [list_page, *exports(LIST, _rows), take_duty, unit_page]
