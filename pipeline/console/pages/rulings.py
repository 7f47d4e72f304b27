"""适用规则: which accounts go by rules of their own, of which class they are, and what holds for areas and units."""

from datetime import date
from typing import Any, cast

from litestar import Response, get, post

from events.days import chinese_day
from events.fields import field
from events.messages import message
from events.ruling import AccountClass
from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import has
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.times import read_when
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import UsageError
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import list_rulesets
from pipeline.home.typed_numbers import typed_number
from pipeline.office.columns import text
from pipeline.office.rulings.assign import Assign, assign_ruleset
from pipeline.office.rulings.classes import (
    CLASSES,
    ClassAccounts,
    CountOriginals,
    class_accounts,
    count_originals,
)
from pipeline.office.rulings.columns import COLUMNS
from pipeline.office.rulings.places import laid_down
from pipeline.office.rulings.views import list_ruled

GENERAL = "通用指标"
_PLACES = {"area": "地区", "unit": "单位"}
_MOST_LINES = 500
_PHONE = {"name": "pa", "owner": "pc", "since": "pd"}
LIST = ListPage(
    title="适用规则",
    path="/rulings",
    columns=tuple(
        PageColumn(
            text("ruleset_title", "适用指标") if column.key == "ruleset" else column,
            href=(lambda row: row["url"]) if column.key == "name" else None,
            phone="pb" if column.key == "ruleset" else _PHONE.get(column.key, "hide"),
        )
        for column in COLUMNS
    ),
    filters=(Filter("account_class", "类别", tuple(CLASSES.items())),),
    search=("name", "owner", "number"),
    none_title="全部账号适用通用指标",
    none_next="县区、条线有专门要求的，指定后列在这里。",
)


@get("/rulings", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show who goes by rules of their own."""
    return _page(visit, Refusal())


@post("/rulings", sync_to_thread=True)
def take_ruling(visit: Asked) -> Response[Any]:
    """Take by which rules an area, a unit or single accounts go."""
    form = visit.form
    with refusing() as refusal:
        asked = Assign(
            ruleset=form.text("ruleset"),
            since=first_day(visit),
            basis=form.text("basis"),
            area=form.text("area"),
            unit=form.text("unit"),
            accounts=accounts_named(visit),
        )
        with visit.workspace() as workspace:
            assign_ruleset(workspace, asked, visit.actor)
    return _page(visit, refusal, "ruling") if refusal else visit.go("/rulings", done="ruling-taken")


@post("/rulings/class", sync_to_thread=True)
def take_class(visit: Asked) -> Response[Any]:
    """Take of which class accounts are."""
    form = visit.form
    with refusing() as refusal:
        if form.text("class") not in CLASSES:
            refusal.refuse("请选择类别。")
        elif not accounts_named(visit):
            refusal.refuse("请写明账号，一行一个。")
        else:
            asked = ClassAccounts(
                accounts_named(visit),
                cast("AccountClass", form.text("class")),
                first_day(visit),
                form.text("basis"),
            )
            with visit.workspace() as workspace:
                class_accounts(workspace, asked, visit.actor)
    return _page(visit, refusal, "class") if refusal else visit.go("/rulings", done="class-taken")


@post("/rulings/originals", sync_to_thread=True)
def take_originals(visit: Asked) -> Response[Any]:
    """Take how many original pieces an account had in a month."""
    form = visit.form
    count = typed_number(form.text("count"))
    with refusing() as refusal:
        if count is None:
            refusal.refuse("原创条数只写数字。")
        else:
            asked = CountOriginals(form.text("account"), form.text("month"), count, visit.now)
            with visit.workspace() as workspace:
                count_originals(workspace, asked, visit.actor)
    return _page(visit, refusal, "originals") if refusal else visit.go("/rulings", done="originals-taken")


def first_day(visit: Visit) -> date:
    """Return the day from which on something holds, today where the form says none; raises `UsageError`."""
    return chinese_day(read_when(visit.form.text("since"), visit.now).at)


def accounts_named(visit: Visit) -> tuple[str, ...]:
    """Return the accounts that a form names, one a line; raises `UsageError` for more than a form may hold."""
    lines = tuple(line.strip() for line in visit.form.text("accounts").splitlines() if line.strip())
    if len(lines) > _MOST_LINES:
        raise UsageError(
            message(
                "{accounts} names more than {most} accounts", accounts=field("accounts"), most=_MOST_LINES
            )
        )
    return lines


def places_to_choose(visit: Visit) -> dict[str, list[str]]:
    """Return the areas and units that forms offer."""
    with visit.workspace() as workspace:
        entries = registry_now(workspace).entries.values()
    return {
        "areas": sorted({entry.area for entry in entries} - {""}),
        "units": sorted({entry.owner for entry in entries} - {""}),
    }


def _titles(visit: Visit) -> dict[str, str]:
    return {named.ruleset.label: named.ruleset.title for named in list_rulesets(visit.home.path)}


def _rows(visit: Visit) -> list[Row]:
    titles = _titles(visit)
    moments = {name: at for name, at in (("at", visit.at), ("known_at", visit.known_at)) if at is not None}
    with visit.workspace() as workspace:
        found = list_ruled(workspace, visit.scope, **moments)
    return [
        {
            **{name: getattr(one, name) for name in one.__struct_fields__},
            "ruleset_title": titles.get(one.ruleset, "已不在本机的指标") if one.ruleset else GENERAL,
            "url": visit.link(f"/accounts/{one.number or one.account_id}"),
        }
        for one in found
    ]


def _page(visit: Visit, refusal: Refusal, form_of: str = "") -> Response[Any]:
    titles = _titles(visit)
    whole = any(has(visit, role) for role in (Role.CLERK, Role.SIGNER, Role.AUDITOR))
    with visit.workspace() as workspace:
        laid = list(laid_down(workspace).values()) if whole and not visit.is_past else []
    return visit.page(
        "rulings/list.html",
        status=refusal.status,
        listing=LIST.shown(visit, _rows(visit)),
        laid=[
            {
                "place": _PLACES[one.place],
                "name": one.name,
                "title": titles.get(one.ruleset, "已不在本机的指标") if one.ruleset else GENERAL,
                "since": one.since,
                "basis": one.basis,
            }
            for one in laid
        ],
        **places_to_choose(visit),
        rulesets=[*titles.items(), ("", GENERAL)],
        classes=tuple(CLASSES.items()),
        whole=whole,
        clerk=has(visit, Role.CLERK) and not visit.is_past,
        refused={form_of: refusal.said} if refusal else {},
        sent=visit.form,
    )


HANDLERS = [list_page, *exports(LIST, _rows), take_ruling, take_class, take_originals]
