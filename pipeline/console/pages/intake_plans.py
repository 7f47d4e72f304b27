"""核对: a plan looked through, changed, confirmed, given back or dropped."""

from collections.abc import Iterator
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from pipeline.access.users import Role
from pipeline.console.pages.senders import called, sender_of
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import refusing
from pipeline.console.visit import Asked, Form, Visit
from pipeline.home.errors import Kind
from pipeline.home.rulesets import rule_names
from pipeline.home.typed_numbers import typed_number
from pipeline.home.workspace import Workspace
from pipeline.office.intake.changing import PageChange, PlanChange, change_plan
from pipeline.office.intake.confirm import Confirm, confirm
from pipeline.office.intake.handing_in import discard, may_confirm, require_theirs, send_back
from pipeline.office.intake.inbox import find_plan
from pipeline.office.intake.originals import Original, read_original
from pipeline.office.intake.papers import load_plan
from pipeline.office.intake.plan import Plan
from pipeline.office.intake.preview import MOST_LISTED, preview_of
from pipeline.office.intake.sender import Sender
from pipeline.office.intake.wording import KINDS
from pipeline.office.newcomers import settle_newcomers

_LEAVE_OUT = "leave_out"
_ALSO = "was."
"""Begins the name of the box that holds what a control said when the page was made."""


def changes_of(form: Form) -> PlanChange:
    """Return what a form of a preview says otherwise than the page did when it was made."""
    answers: dict[str, str] = {}
    corrected: dict[tuple[int, str, str], str] = {}
    pages: dict[tuple[int, str], PageChange] = {}
    for name, value in _changed(form):
        kind, _, rest = name.partition(":")
        match kind:
            case "q":
                answers[rest] = form.text(f"w:{rest}") or value
            case "w":
                if value:
                    answers[rest] = value
            case "cell":
                key, _, cell = rest.rpartition("!")
                corrected[(*_page_of(key), cell)] = value
            case "page":
                page_change = (
                    PageChange(leave_out=True)
                    if value == _LEAVE_OUT
                    else PageChange(kind=value, leave_out=False)
                )
                pages[_page_of(rest)] = page_change
            case "time":
                at = _page_of(rest)
                pages[at] = _joined(pages.get(at), PageChange(looked_at=value))
            case "area":
                at = _page_of(rest)
                pages[at] = _joined(pages.get(at), PageChange(area=value))
            case "col":
                key, _, letter = rest.rpartition("!")
                at = _page_of(key)
                before = pages.get(at, PageChange())
                pages[at] = _joined(before, PageChange(reads={**before.reads, letter: value}))
            case _:
                continue
    aside, aside_before = set(form.texts("aside")), set(form.texts("was.aside"))
    set_aside = {
        (*_page_of(key.rpartition("!")[0]), _row_of(key)): key in aside
        for key in dict.fromkeys(form.texts("rows"))
        if (key in aside) != (key in aside_before)
    }
    return PlanChange(answers, corrected, set_aside, pages)


def _changed(form: Form) -> Iterator[tuple[str, str]]:
    for name in form.fields:
        if not name.startswith(_ALSO) and form.text(name) != form.text(_ALSO + name):
            yield name, form.text(name)


def _joined(before: PageChange | None, more: PageChange) -> PageChange:
    if before is None:
        return more
    return PageChange(
        more.kind if more.kind is not None else before.kind,
        more.looked_at if more.looked_at is not None else before.looked_at,
        more.area if more.area is not None else before.area,
        more.leave_out if more.leave_out is not None else before.leave_out,
        {**before.reads, **more.reads},
    )


def _page_of(key: str) -> tuple[int, str]:
    file, _, page = key.partition("!")
    number = typed_number(file)
    if number is None:
        raise no_such_page()
    return number, page


def _row_of(key: str) -> int:
    row = typed_number(key.rpartition("!")[2])
    if row is None:
        raise no_such_page()
    return row


@get("/in/plans/{plan:str}", sync_to_thread=True)
def show_plan(visit: Asked, plan: FromPath[str]) -> Response[Any]:
    """Show what would come of a plan; nothing is written before somebody confirms it."""
    with visit.workspace() as workspace:
        stored = find_plan(workspace, sender_of(visit), plan)
        if stored.number:
            return visit.go(f"/in/{stored.number}")
        return _page(visit, workspace, load_plan(workspace, plan))


def _page(
    visit: Visit, workspace: Workspace, plan: Plan, *, error: str = "", said: str = "", status: int = 200
) -> Response[Any]:
    viewer = sender_of(visit)
    stored = find_plan(workspace, viewer, plan.id)
    preview = preview_of(plan, stored, rule_names(workspace.home.path))
    names = [paper.name for paper in stored.papers]
    confirms = may_confirm(workspace, plan, viewer)
    size = sum(paper.size for paper in stored.papers)
    return visit.page(
        "intake/plan.html",
        status=status,
        p=preview,
        title=names[0] if len(names) == 1 else f"{names[0]} 等 {len(names)} 个文件",
        stored=stored,
        sender=called(stored.sender.role, stored.sender.scope),
        size=f"{size // 1024 or 1} KB" if size else "",
        error=error,
        said=said,
        may_confirm=confirms,
        may_change=viewer.role != Role.SIGNER,
        may_send_back=viewer.role == Role.CLERK and not stored.sender.is_office,
        is_office=viewer.is_office,
        keeper="主管单位或市政府办公室" if viewer.role == Role.OWNER else "市政府办公室",
        kind_choices=tuple(KINDS.items()),
        most=MOST_LISTED,
    )


@post("/in/plans/{plan:str}", sync_to_thread=True)
def change(visit: Asked, plan: FromPath[str]) -> Response[Any]:
    """Take answers and mended cells, and show the plan as it is then."""
    with visit.workspace() as workspace:
        find_plan(workspace, sender_of(visit), plan)
        with refusing(but=Kind.NOT_FOUND) as refusal:
            made = _changed_plan(visit, workspace, plan)
        if refusal:
            return _page(
                visit, workspace, load_plan(workspace, plan), error=refusal.said, status=refusal.status
            )
    return visit.go(f"/in/plans/{made.id}", done="plan-changed")


def _changed_plan(visit: Visit, workspace: Workspace, plan: str) -> Plan:
    made = change_plan(workspace, plan, changes_of(visit.form))
    require_theirs(workspace, made, sender_of(visit))
    return made


@post("/in/plans/{plan:str}/confirm", sync_to_thread=True)
def confirm_one(visit: Asked, plan: FromPath[str]) -> Response[Any]:
    """Write what was shown; where the form says otherwise than the page did, the plan is shown anew first."""
    viewer = sender_of(visit)
    with visit.workspace() as workspace:
        stored = find_plan(workspace, viewer, plan)
        if stored.number and not stored.writing:
            return visit.go(f"/in/{stored.number}", done="intake-taken-before")
        with refusing(but=Kind.NOT_FOUND) as refusal:
            asked = changes_of(visit.form)
            if asked != PlanChange():
                made = _changed_plan(visit, workspace, plan)
                notice = "已按您的改动重新计算，请核对后再确认入库。"
                return _page(visit, workspace, made, said=notice, status=422)
            _require_confirmer(workspace, plan, viewer)
            yes = Confirm(
                plan, accept_defaults=True, second=visit.form.text("second"), shown=visit.form.text("shown")
            )
            taken = confirm(workspace, yes, visit.actor)
            settle_newcomers(workspace, visit.actor)
        if refusal:
            stored = find_plan(workspace, viewer, plan)
            if stored.number and not stored.writing:
                return visit.go(f"/in/{stored.number}", done="intake-taken-before")
            return _page(
                visit, workspace, load_plan(workspace, plan), error=refusal.said, status=refusal.status
            )
    done = "intake-taken-before" if taken.taken_before else "intake-taken"
    return visit.go(f"/in/{taken.intake}", done=done)


def _require_confirmer(workspace: Workspace, plan: str, viewer: Sender) -> None:
    """Answer as if there were no such page to whoever may not confirm a plan."""
    if viewer.role != Role.CLERK and not may_confirm(workspace, load_plan(workspace, plan), viewer):
        raise no_such_page()


@post("/in/plans/{plan:str}/back", sync_to_thread=True)
def give_back(visit: Asked, plan: FromPath[str]) -> Response[Any]:
    """Give a plan back to its sender with a reason."""
    with visit.workspace() as workspace:
        find_plan(workspace, sender_of(visit), plan)
        with refusing(but=Kind.NOT_FOUND) as refusal:
            send_back(workspace, plan, visit.form.text("reason"))
        if refusal:
            return _page(
                visit, workspace, load_plan(workspace, plan), error=refusal.said, status=refusal.status
            )
    return visit.go("/in", done="plan-sent-back")


@post("/in/plans/{plan:str}/drop", sync_to_thread=True)
def drop(visit: Asked, plan: FromPath[str]) -> Response[Any]:
    """Drop a plan that nobody confirmed."""
    with visit.workspace() as workspace:
        find_plan(workspace, sender_of(visit), plan)
        discard(workspace, plan)
    return visit.go("/in", done="plan-dropped")


@post("/in/plans/{plan:str}/original", sync_to_thread=True)
def give_original(visit: Asked, plan: FromPath[str]) -> Response[Any]:
    """Give a file of a plan as it came."""
    viewer = sender_of(visit)
    with visit.workspace() as workspace:
        find_plan(workspace, viewer, plan)
        with refusing(but=Kind.NOT_FOUND) as refusal:
            asked = Original(plan, visit.form.text("file"), visit.form.text("reason"))
            file = read_original(workspace, asked, viewer)
        if refusal:
            return _page(
                visit, workspace, load_plan(workspace, plan), error=refusal.said, status=refusal.status
            )
    return visit.original(file.content, file.name, "application/octet-stream")


HANDLERS = [show_plan, change, confirm_one, give_back, drop, give_original]
