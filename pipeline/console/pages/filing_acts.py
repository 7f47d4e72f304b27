"""备案: the forms of the desk: apply, give an opinion, file, forward, withdraw."""

import tempfile
from pathlib import Path
from typing import Any, Literal

from litestar import Response, get, post
from litestar.params import FromPath

from events.filing import FilingSystem
from events.instants import FAR
from events.messages import message
from events.moments import Moment
from pipeline.console.pages.filings import found_case, page_of_case, parties
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.rights import Reach
from pipeline.console.times import read_when
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.registry import find_account, registry_now
from pipeline.office.filings.desk_entries import (
    CHANGEABLE,
    Apply,
    Entered,
    FileAct,
    Forward,
    GiveOpinion,
    apply,
    file_act,
    forward,
    give_opinion,
)
from pipeline.office.filings.views import list_filings
from pipeline.office.filings.words import KINDS, SYSTEMS
from pipeline.office.scope import Place, accounts_within, area_of
from pipeline.office.units import unit_tree
from pipeline.office.withdrawals import WithdrawApplication, withdraw_application
from projections.registry.units import units_by_name

PLATFORMS = (
    *("微信订阅号", "微信服务号", "视频号", "新浪微博", "抖音", "快手", "今日头条", "百家号"),
    *("移动客户端", "小程序", "小红书", "哔哩哔哩", "澎湃号", "企鹅号"),
)
_MOST_FORM = 8 << 20  # of a filled-in form
_FORMS = (".docx", ".xlsx")


@get("/filings/new", sync_to_thread=True)
def new_page(visit: Asked) -> Response[Any]:
    """Show the form of an application."""
    return _application(visit, visit.ask("kind") or "opened", Refusal())


@post("/filings/new", sync_to_thread=True)
def take_application(visit: Asked) -> Response[Any]:
    """Take an application, told in the form or by a filled-in document."""
    kind = visit.form.text("kind")
    number = ""
    with refusing() as refusal:
        done = _entered(visit, kind)
        with visit.workspace() as workspace:
            views = list_filings(workspace, visit.scope, visit.now, FAR)
        number = next((v.number for v in views if str(v.case.application_id) in done.cases), "")
    if refusal:
        return _application(visit, kind, refusal)
    return visit.go(f"/filings/{number}" if number else "/filings", done="filing-applied")


@post("/filings/{number:str}/opinion", sync_to_thread=True)
def take_opinion(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Take the opinion of a party; who applied gives none."""
    view = found_case(visit, number)
    allowed = dict(parties(visit))
    with refusing() as refusal:
        party: Literal["owner", "office"] = "owner" if visit.form.text("by") == "owner" else "office"
        decided = visit.form.text("approved")
        if party not in allowed or decided not in ("yes", "no"):
            refusal.refuse("请选择同意或不同意。")
        else:
            asked = GiveOpinion(
                case=str(view.case.id),
                by=party,
                approved=decided == "yes",
                text=visit.form.text("text"),
                replaces="",
                when=_when(visit, "at"),
            )
            with visit.workspace() as workspace:
                give_opinion(workspace, asked, visit.actor)
    if refusal:
        return page_of_case(visit, number, refusal, "opinion")
    return visit.go(f"/filings/{number}", done="filing-opinion")


@post("/filings/{number:str}/file", sync_to_thread=True)
def take_filing(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Take the filing of what was applied for, once it took effect."""
    case = found_case(visit, number).case
    with refusing() as refusal:
        changes = {}
        if case.kind == "changed" and visit.form.text("field") in CHANGEABLE and visit.form.text("value"):
            changes = {visit.form.text("field"): visit.form.text("value")}
        asked = FileAct(
            filed=_when(visit, "filed"),
            account=str(case.application_id) if case.kind == "opened" else case.account_id,
            kind=KINDS[case.kind],
            effective=_when(visit, "effective") if visit.form.text("effective") else None,
            changes=changes,
            reason=visit.form.text("reason"),
        )
        if asked.effective is None:
            refusal.refuse("请填写生效日期。")
        elif case.kind == "changed" and not changes:
            refusal.refuse("请填写变更后的内容。")
        else:
            with visit.workspace() as workspace:
                file_act(workspace, asked, visit.actor)
    if refusal:
        return page_of_case(visit, number, refusal, "file")
    return visit.go(f"/filings/{number}", done="filing-filed")


@post("/filings/{number:str}/forward", sync_to_thread=True)
def take_forwarding(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Take that a filing was entered into a system above."""
    view = found_case(visit, number)
    with refusing() as refusal:
        system: FilingSystem = "national" if visit.form.text("system") == "national" else "provincial"
        receipt = visit.form.text("receipt")
        asked = Forward(case=str(view.case.id), system=system, receipt=receipt, when=_when(visit, "at"))
        if any(one.system == system for one in view.case.forwarded):
            refusal.refuse(f"已登记报送{SYSTEMS[system]}，不重复登记。")
        else:
            with visit.workspace() as workspace:
                forward(workspace, asked, visit.actor)
    if refusal:
        return page_of_case(visit, number, refusal, "forward")
    return visit.go(f"/filings/{number}", done="filing-forwarded")


@post("/filings/{number:str}/withdraw", sync_to_thread=True)
def take_withdrawal(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Take back an application that nobody decided on."""
    view = found_case(visit, number)
    with refusing() as refusal, visit.workspace() as workspace:
        asked = WithdrawApplication(str(view.case.id), visit.form.text("reason"))
        withdraw_application(workspace, asked, visit.actor)
    if refusal:
        return page_of_case(visit, number, refusal, "withdraw")
    return visit.go("/filings", done="filing-withdrawn")


def _application(visit: Visit, kind: str, refusal: Refusal) -> Response[Any]:
    kind = kind if kind in KINDS else "opened"
    return visit.page(
        "filings/new.html",
        status=refusal.status,
        kind=kind,
        kinds=[(code, word, visit.url("/filings/new", kind=code)) for code, word in KINDS.items()],
        title=f"{KINDS[kind]}申请",
        platforms=PLATFORMS,
        owners=_owners(visit),
        owner=visit.scope.unit or "",
        by_document=visit.reach is Reach.ALL,
        sent=visit.form,
        refused=refusal.said,
    )


def _owners(visit: Visit) -> list[str]:
    """Return the units that somebody may apply for, as a list to choose from; empty for an owner, who has one."""
    if visit.scope.unit is not None:
        return []
    with visit.workspace() as workspace:
        units = unit_tree(workspace)
    area = visit.scope.area
    return sorted({u.name for u in units.values() if area is None or u.area == area})


def _application_in(visit: Visit, kind: str) -> Apply:
    """Return what the form tells, within what its sender may apply for; raises `UsageError`."""
    form, account = visit.form, None
    name, platform, owner = form.text("name"), form.text("platform"), form.text("owner")
    with visit.workspace() as workspace:
        if kind in KINDS and kind != "opened":
            registry = registry_now(workspace)
            account = find_account(registry, form.text("account"))
            if account not in accounts_within(workspace, registry, visit.scope):
                raise NotFoundError(message("no account {account}", account=form.text("account")))
            card = registry.cards[account]
            name, platform, owner = card.name, card.platform, card.owner
        elif visit.scope.unit is not None:
            owner = visit.scope.unit
        elif visit.scope.area is not None:
            by_name = units_by_name(unit_tree(workspace))
            if area_of(Place(owner, platform), by_name) != visit.scope.area:
                raise NotFoundError(message("{owner} is no unit of this area", owner=owner))
    return Apply(
        when=_when(visit, "at"),
        name=name,
        platform=platform,
        owner=owner,
        given_id=account.partition(":")[2] if account is not None else form.text("given_id") or None,
        kind=KINDS.get(kind, kind),
        description=form.text("description"),
        link=form.text("link"),
        section=form.text("section"),
        reason=form.text("reason"),
    )


def _entered(visit: Visit, kind: str) -> Entered:
    """Enter what the form tells, or a filled-in document, which only who sees all units hands in here."""
    if not visit.form.files:
        asked = _application_in(visit, kind)
        with visit.workspace() as workspace:
            return apply(workspace, asked, visit.actor)
    (file, *_) = visit.form.files
    suffix = Path(file.name).suffix.lower()
    if visit.reach is not Reach.ALL or suffix not in _FORMS or len(file.content) > _MOST_FORM:
        raise UsageError(message("hand in one filled-in form: .docx, or .xlsx, of at most 8 MB"))
    with tempfile.TemporaryDirectory() as folder, visit.workspace() as workspace:
        path = Path(folder) / f"备案登记表{suffix}"
        path.write_bytes(file.content)
        return apply(workspace, Apply(when=_when(visit, "at"), form=path, kind="开设"), visit.actor)


def _when(visit: Visit, name: str) -> Moment:
    return read_when(visit.form.text(name), visit.now)


HANDLERS = [
    new_page,
    take_application,
    take_opinion,
    take_filing,
    take_forwarding,
    take_withdrawal,
]
