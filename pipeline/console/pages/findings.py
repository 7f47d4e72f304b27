"""问题: findings with numbers for people; recorded, rechecked by another person, withdrawn, objected to."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.evidence import Evidence
from events.instants import FAR
from pipeline.access.users import Role
from pipeline.console.exports import exports
from pipeline.console.hands import acts_in
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.rights import Reach
from pipeline.console.times import read_when
from pipeline.console.visit import Asked, Visit
from pipeline.console.who import Who
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.evidence import FOLDER, missing_of
from pipeline.home.rulesets import find_ruleset
from pipeline.home.typed_numbers import typed_number
from pipeline.home.workspace import Workspace
from pipeline.office.columns import minute, text, word
from pipeline.office.finding_records import Piece, RecordFinding, checkable, record_finding
from pipeline.office.finding_views import FindingView, finding_views, objection_views
from pipeline.office.observation_withdrawals import WithdrawFinding, withdraw_finding
from pipeline.office.rounds.objections import object_to_finding
from pipeline.office.rounds.rechecks import Recheck, recheck
from pipeline.office.rounds.state import list_rounds
from pipeline.office.taking_back import TakeBack
from projections.rounds.state import RoundState, Stage
from projections.rules.period import quarter_of

STATES = {"open": "待复核", "taken": "已登记", "holds": "属实", "fails": "不属实", "withdrawn": "已核减"}
_TAGS = {"open": "warn", "taken": "plain", "holds": "ok", "fails": "bad", "withdrawn": "plain"}
_LINES = {"red": "单项否决", "yellow": "扣分", "noted": "仅登记"}
_TYPES = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "video/mp4"}
"""What a browser is told that evidence is; anything else is a file without a kind."""
_LIST = ListPage(
    title="问题",
    path="/findings",
    columns=(
        PageColumn(text("number", "编号"), href=lambda row: str(row["href"]), phone="pc", keeps_line=True),
        PageColumn(text("name", "账号名称"), beside=lambda row: str(row["platform"]), phone="pa"),
        PageColumn(text("owner", "主办单位"), phone="hide"),
        PageColumn(text("rule", "指标"), phone="pd"),
        PageColumn(
            word("severity", "性质", _LINES), tag=lambda row: "bad" if row["severity"] == "red" else "plain"
        ),
        PageColumn(
            minute("found_at", "发现时间", by_day="date_only"),
            phone="hide",
            keeps_line=True,
            sort_key=lambda row: row["found_at"],
        ),
        PageColumn(text("by", "登记"), phone="hide"),
        PageColumn(word("state", "复核", STATES), tag=lambda row: _TAGS[row["state"]], phone="pb"),
    ),
    filters=(
        Filter("state", "复核", tuple(STATES.items())),
        Filter("severity", "性质", tuple(_LINES.items())),
    ),
    search=("number", "name", "owner", "rule"),
    sort="-found_at",
    none_title="还没有问题",
    none_next="检查单交回、监测单位报送，或由经办人登记后列在这里。",
)


def seen(workspace: Workspace, visit: Visit) -> list[FindingView]:
    """Return the findings that somebody may see.

    An owner sees those that its unit was told of, a firm what it handed in, a checker the own ones and those of the
    other checkers of a round under way, which it may recheck.
    """
    views = finding_views(workspace, visit.scope, visit.known_at or FAR)
    if visit.reach is Reach.UNIT:
        return [view for view in views if view.served_at is not None]
    if visit.reach is not Reach.OWN or visit.grant is None or visit.user is None:
        return views
    mine = {visit.user.id, visit.grant.scope}
    if visit.grant.role is Role.CHECKER:
        mine |= _beside(workspace, visit.grant.scope)
    return [view for view in views if view.recorded_by in mine or view.finder in mine]


def _beside(workspace: Workspace, checker: str) -> set[str]:
    """Return the checkers of the rounds under way that a checker has a sheet of."""
    dealt = (s.sheets[-1].checkers for s in list_rounds(workspace) if s.sheets and s.stage is Stage.DRAWN)
    return {one for checkers in dealt if checker in checkers for one in checkers}


def _rows(visit: Visit) -> list[Row]:
    who = Who(visit)
    with visit.workspace() as workspace:
        return [
            {
                "number": view.number,
                "href": visit.link(f"/findings/{view.number}"),
                "name": view.name,
                "platform": view.platform,
                "owner": view.owner,
                "rule": view.rule_name,
                "severity": _nature(view),
                "found_at": view.found_at,
                "date_only": view.date_only,
                "by": who(view.finder or view.recorded_by),
                "state": view.state,
            }
            for view in seen(workspace, visit)
        ]


def _nature(view: FindingView) -> str:
    return "noted" if view.noted else view.severity


@get("/findings", sync_to_thread=True)
def show_findings(visit: Asked) -> Response[Any]:
    """Show the findings."""
    may_record = _is(visit, Role.CLERK)
    return visit.page("findings/list.html", listing=_LIST.shown(visit, _rows(visit)), may_record=may_record)


@get("/findings/new", sync_to_thread=True)
def new_finding(visit: Asked) -> Response[Any]:
    """Show the form of a finding."""
    return _form(visit)


@post("/findings/new", sync_to_thread=True)
def take_finding(visit: Asked) -> Response[Any]:
    """Record a finding."""
    form = visit.form
    count = typed_number(form.text("count") or "1")
    try:
        if count is None:
            return _form(visit, "数量填写有误，请写整数")
        when = read_when(form.text("found_at"), visit.now)
        with visit.workspace() as workspace:
            asked = RecordFinding(
                account=form.text("account"),
                rule=form.text("rule"),
                found_at=when.at,
                date_only=when.date_only,
                count=count,
                note=form.text("note"),
                reference=form.text("reference"),
                pieces=tuple(Piece(file.name, file.content) for file in form.files),
            )
            finding = record_finding(workspace, asked, visit.actor)
            number = next(v.number for v in finding_views(workspace) if v.id == finding)
    except (UsageError, ConflictError) as error:
        return _form(visit, said_by(error))
    return visit.go(f"/findings/{number}", done="finding-recorded")


@get("/findings/{number:str}", sync_to_thread=True)
def show_finding(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Show a finding."""
    return page_of_finding(visit, number)


@get("/findings/{number:str}/evidence/{digest:str}", sync_to_thread=True)
def give_evidence(visit: Asked, number: FromPath[str], digest: FromPath[str]) -> Response[Any]:
    """Give a file of evidence: of a finding that somebody may see, and none but those it names."""
    with visit.workspace() as workspace:
        view = _found(workspace, visit, number)
    return evidence_file(visit, view.evidence, digest, f"问题{number}证据")


@post("/findings/{number:str}/recheck", sync_to_thread=True)
def recheck_finding(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Record a second check; a checker's is that of the code of its sheets."""
    holds = visit.form.text("holds")
    if holds not in ("1", "0"):
        return page_of_finding(visit, number, "请选择属实或不属实")
    by = visit.grant.scope if visit.grant and visit.grant.role is Role.CHECKER else visit.actor.code
    try:
        with visit.workspace() as workspace:
            view = _found(workspace, visit, number)
            if visit.reach is Reach.AREA and not _is_of_own(workspace, visit, view):
                raise no_such_page()
            form = visit.form
            asked = Recheck(str(view.id), holds == "1", by, form.text("note"), form.text("reference"))
            recheck(workspace, asked, visit.actor)
    except (UsageError, ConflictError) as error:
        return page_of_finding(visit, number, said_by(error))
    return visit.go(f"/findings/{number}", done="finding-rechecked")


@post("/findings/{number:str}/withdraw", sync_to_thread=True)
def withdraw(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Withdraw a finding (核减)."""
    try:
        with visit.workspace() as workspace:
            view = _found(workspace, visit, number)
            why = TakeBack(visit.form.text("reason"), visit.form.text("second"))
            withdraw_finding(workspace, WithdrawFinding(str(view.id), why), visit.actor)
    except (UsageError, ConflictError) as error:
        return page_of_finding(visit, number, said_by(error))
    return visit.go(f"/findings/{number}", done="finding-withdrawn")


@post("/findings/{number:str}/object", sync_to_thread=True)
def object_to(visit: Asked, number: FromPath[str]) -> Response[Any]:
    """Object to a finding, in the round in which it counts."""
    try:
        with visit.workspace() as workspace:
            view = _found(workspace, visit, number)
            rounds = _rounds_of(workspace, view)
            if not rounds:
                return page_of_finding(visit, number, "这个问题不在正在办理的检查中，请与市政府办公室联系")
            object_to_finding(
                workspace,
                rounds[-1],
                view.account_id,
                str(view.id),
                visit.form.text("reason"),
                actor=visit.actor,
                reference=visit.form.text("reference"),
            )
    except (UsageError, ConflictError) as error:
        return page_of_finding(visit, number, said_by(error))
    return visit.go(f"/findings/{number}", done="objection-raised")


def page_of_finding(visit: Visit, number: str, error: str = "") -> Response[Any]:
    """Return the page of a finding; with what was refused, where something was."""
    with visit.workspace() as workspace:
        view = _found(workspace, visit, number)
        objections = [
            o
            for o in objection_views(workspace, known_at=visit.known_at or FAR)
            if o.finding and o.finding.id == view.id
        ]
        rounds = _rounds_of(workspace, view)
        of_own = _is_of_own(workspace, visit, view)
    mine = {visit.actor.code, visit.grant.scope if visit.grant else ""}
    own = view.recorded_by == visit.actor.code or (view.finder in mine and view.finder != "")
    return visit.page(
        "findings/show.html",
        status=422 if error else 200,
        f=view,
        nature=_LINES[_nature(view)],
        objections=objections,
        states=STATES,
        tags=_TAGS,
        gone=missing_of(visit.home, view.evidence),
        own=own,
        may_recheck=view.withdrawn is None and (_is(visit, Role.CLERK) or _is(visit, Role.CHECKER) or of_own),
        may_withdraw=view.withdrawn is None and _is(visit, Role.CLERK),
        may_object=view.withdrawn is None
        and bool(rounds)
        and (_is(visit, Role.OWNER) or _is(visit, Role.CLERK)),
        who=Who(visit),
        said=error,
    )


def evidence_file(visit: Visit, evidence: tuple[Evidence, ...], digest: str, name: str) -> Response[bytes]:
    """Answer with a file that a fact names, under a name of ours and a kind that no browser runs."""
    piece = next((one for one in evidence if one.sha256 and one.sha256 == digest), None)
    path = visit.home.path / FOLDER / piece.sha256 if piece else None
    if piece is None or path is None or not path.is_file():
        raise no_such_page()
    kind = piece.media_type if piece.media_type in _TYPES else "application/octet-stream"
    return visit.original(path.read_bytes(), name + _ENDINGS.get(kind, ""), kind)


_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "video/mp4": ".mp4",
}


def _found(workspace: Workspace, visit: Visit, number: str) -> FindingView:
    """Return a finding that somebody may see; whoever may not hears that there is none."""
    view = next((view for view in seen(workspace, visit) if view.number == number), None)
    if view is None:
        raise no_such_page()
    return view


def _is_of_own(workspace: Workspace, visit: Visit, view: FindingView) -> bool:
    """Tell whether a finding was made by a checker of a round that the competent office of the visitor runs."""
    return any(
        state.announced.office and _has_sheet(state, view.finder) and acts_in(visit, state, Role.CLERK)
        for state in list_rounds(workspace, texts=False)
    )


def _has_sheet(state: RoundState, checker: str) -> bool:
    return any(sheet.checker == checker for sheet in state.sheets)


def _rounds_of(workspace: Workspace, view: FindingView) -> list[str]:
    """Return the rounds under way in which a finding may count, by name; that of its checker last."""
    rounds = sorted(list_rounds(workspace, texts=False), key=lambda state: _has_sheet(state, view.finder))
    return [
        state.name
        for state in rounds
        if state.stage in (Stage.DRAWN, Stage.FROZEN)
        and (not state.announced.office or _has_sheet(state, view.finder))
        and quarter_of(state.announced.check_point, state.announced.quarter).start
        < view.found_at
        <= state.announced.check_point
    ]


def _form(visit: Visit, error: str = "") -> Response[Any]:
    ruleset = find_ruleset(visit.home.settings.ruleset, visit.home.path).ruleset
    groups = {line: [r.name for r in checkable(ruleset) if r.line == line] for line in _LINES}
    return visit.page(
        "findings/new.html", status=422 if error else 200, said=error, groups=groups, lines=_LINES
    )


def _is(visit: Visit, role: Role) -> bool:
    return visit.user is not None and visit.user.grant(role) is not None


HANDLERS = [
    show_findings,
    *exports(_LIST, _rows),
    new_finding,
    take_finding,
    show_finding,
    give_evidence,
    recheck_finding,
    withdraw,
    object_to,
]
