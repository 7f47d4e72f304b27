"""异议: what units object to; the clerk proposes how it is decided, the signer decides."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.instants import FAR
from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import acts_in
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.findings import evidence_file
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.times import read_moment
from pipeline.console.visit import Asked, Visit
from pipeline.console.who import Who
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.evidence import missing_of
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.columns import minute, text, word
from pipeline.office.finding_views import ObjectionView, objection_views
from pipeline.office.rounds.decisions import OverlookedPost, propose_decision, reject, uphold
from pipeline.office.rounds.objections import object_to_silence
from pipeline.office.rounds.state import list_rounds
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.two_persons import is_waived
from projections.rounds.state import Stage

STATES = {"open": "待决定", "upheld": "成立", "rejected": "不成立"}
_TAGS = {"open": "warn", "upheld": "ok", "rejected": "plain"}
_LIST = ListPage(
    title="异议",
    path="/objections",
    columns=(
        PageColumn(text("number", "编号"), href=lambda row: str(row["href"]), phone="pc", keeps_line=True),
        PageColumn(text("name", "账号名称"), beside=lambda row: str(row["platform"]), phone="pa"),
        PageColumn(text("owner", "主办单位"), phone="hide"),
        PageColumn(text("about", "异议事项"), phone="pd"),
        PageColumn(text("reason", "理由", wraps=True), phone="hide"),
        PageColumn(minute("raised_at", "收到"), phone="hide", keeps_line=True),
        PageColumn(word("state", "决定", STATES), tag=lambda row: _TAGS[row["state"]], phone="pb"),
    ),
    filters=(Filter("state", "决定", tuple(STATES.items())),),
    search=("number", "name", "owner", "reason"),
    sort="-raised_at",
    none_title="没有异议",
    none_next="单位在告知后的答复期内可提出异议。",
)


def about(view: ObjectionView) -> str:
    """Return what an objection is to, in words."""
    return f"问题 {view.finding.number}：{view.finding.rule_name}" if view.finding else "被认定两周以上未更新"


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        return [
            {
                "number": view.number,
                "href": visit.link(f"/objections/{view.number}"),
                "name": view.name,
                "platform": view.platform,
                "owner": view.owner,
                "about": about(view),
                "reason": view.objection.raised.reason,
                "raised_at": view.objection.raised_at,
                "state": _state(view),
            }
            for view in objection_views(workspace, visit.scope, visit.known_at or FAR)
        ]


@get("/objections", sync_to_thread=True)
def show_objections(visit: Asked) -> Response[Any]:
    """Show the objections."""
    return visit.page("findings/objections.html", listing=_LIST.shown(visit, _rows(visit)))


@get("/objections/new", sync_to_thread=True)
def new_objection(visit: Asked) -> Response[Any]:
    """Show the form of an objection to being called silent."""
    return _form(visit)


@post("/objections/new", sync_to_thread=True)
def take_objection(visit: Asked) -> Response[Any]:
    """Record an objection to being called silent: of an own account."""
    form = visit.form
    try:
        with visit.workspace() as workspace:
            registry = registry_now(workspace)
            account = find_account(registry, form.text("account"))
            if visit.scope != Scope() and account not in accounts_within(workspace, registry, visit.scope):
                raise no_such_page()
            object_to_silence(workspace, form.text("round"), account, form.text("reason"), actor=visit.actor)
    except (UsageError, ConflictError) as error:
        return _form(visit, said_by(error))
    return visit.go("/objections", done="objection-raised")


@get("/objections/{number:str}", sync_to_thread=True)
def show_objection(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show an objection."""
    return _page(visit, number)


@get("/objections/{number:str}/evidence/{digest:str}", sync_to_thread=True)
def give_evidence(visit: Asked, number: FromPath[str], digest: FromPath[str]) -> Response[Any]:
    """Give a file that came with an objection."""
    with visit.workspace() as workspace:
        view = _found(workspace, visit, number)
    return evidence_file(visit, view.objection.raised.evidence, digest, f"异议{number}证据")


@post("/objections/{number:str}/propose", sync_to_thread=True)
def propose(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Propose how an objection is decided."""
    return _settle(visit, number, decides=False)


@post("/objections/{number:str}/decide", sync_to_thread=True)
def decide(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Decide an objection."""
    return _settle(visit, number, decides=True)


def _settle(visit: Visit, number: str, *, decides: bool) -> Response[Any]:
    form = visit.form
    outcome = form.text("outcome")
    if outcome not in ("upheld", "rejected"):
        return _page(visit, number, "请选择成立或不成立")
    reason, reference, link = form.text("reason"), form.text("reference"), form.text("post_link")
    try:
        post = OverlookedPost(link, read_moment(form.text("post_at"), "post_at")) if link else None
        with visit.workspace() as workspace:
            found = _found(workspace, visit, number)
            if not acts_in(visit, found.round, Role.SIGNER if decides else Role.CLERK):
                raise no_such_page()
            key = str(found.objection.id)
            if not decides:
                propose_decision(
                    workspace,
                    key,
                    "upheld" if outcome == "upheld" else "rejected",
                    reason,
                    post if outcome == "upheld" else None,
                    actor=visit.actor,
                    reference=reference,
                )
            elif outcome == "upheld":
                uphold(workspace, key, reason, post, actor=visit.actor, reference=reference)
            else:
                reject(workspace, key, reason, actor=visit.actor, reference=reference)
    except (UsageError, ConflictError) as error:
        return _page(visit, number, said_by(error))
    return visit.go(f"/objections/{number}", done="objection-decided" if decides else "objection-proposed")


def _page(visit: Visit, number: str, error: str = "") -> Response[Any]:
    with visit.workspace() as workspace:
        view = _found(workspace, visit, number)
        alone = is_waived(workspace, "decide")
    is_clerk, is_signer = (acts_in(visit, view.round, role) for role in (Role.CLERK, Role.SIGNER))
    open_ = _state(view) == "open" and view.round.cancelled is None
    return visit.page(
        "findings/objection.html",
        status=422 if error else 200,
        v=view,
        about=about(view),
        gone=missing_of(visit.home, view.objection.raised.evidence),
        state=STATES[_state(view)],
        tag_look=_TAGS[_state(view)],
        proposal=view.objection.proposal.event.data if view.objection.proposal else None,
        may_propose=open_ and is_clerk,
        may_decide=open_ and is_signer and (alone or view.objection.proposal is not None),
        waits=open_ and is_signer and not alone and view.objection.proposal is None,
        who=Who(visit),
        said=error,
    )


def _form(visit: Visit, error: str = "") -> Response[Any]:
    with visit.workspace() as workspace:
        rounds = [
            (state.name, state.announced.title)
            for state in list_rounds(workspace, texts=False)
            if state.stage is Stage.FROZEN
        ]
        registry = registry_now(workspace)
        inside = accounts_within(workspace, registry, visit.scope)
        accounts = [
            (registry.numbers.get(account) or entry.name, f"{entry.name}（{entry.platform}）")
            for account, entry in registry.entries.items()
            if account in inside
        ]
    return visit.page(
        "findings/object.html",
        status=422 if error else 200,
        said=error,
        rounds=rounds,
        accounts=sorted(accounts, key=lambda pair: pair[1])[:500],
    )


def _found(workspace: Workspace, visit: Visit, number: str) -> ObjectionView:
    view = next(
        (v for v in objection_views(workspace, visit.scope, visit.known_at or FAR) if v.number == number),
        None,
    )
    if view is None:
        raise no_such_page()
    return view


def _state(view: ObjectionView) -> str:
    return view.objection.decided.outcome if view.objection.decided else "open"


def _is(visit: Visit, role: Role) -> bool:
    return visit.user is not None and visit.user.grant(role) is not None


HANDLERS = [
    show_objections,
    *exports(_LIST, _rows),
    new_objection,
    take_objection,
    show_objection,
    give_evidence,
    propose,
    decide,
]
