"""规则: the rulesets there are, what each says, and since which document one holds; two persons put it in force."""

from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from events.days import chinese_day
from pipeline.console.exports import exports
from pipeline.console.listing import ListPage, PageColumn, Row
from pipeline.console.pages.filings import may
from pipeline.console.problems import no_such_page
from pipeline.console.refusals import Refusal, refusing
from pipeline.console.rights import Reach, right_of
from pipeline.console.times import read_when
from pipeline.console.visit import Asked, Visit
from pipeline.home.desk import Desk
from pipeline.home.errors import NotFoundError
from pipeline.home.rulesets import NamedRuleset, find_ruleset, list_rulesets, on_named_ladder
from pipeline.office.adoptions import (
    Adopt,
    Adoption,
    adopt,
    adoption_in_force,
    list_adoptions,
    list_proposals,
    propose_adoption,
)
from pipeline.office.columns import day, text
from pipeline.office.rulings.views import Ruled, list_ruled
from pipeline.office.scope import Scope
from pipeline.scores.rules_shown import facts_of_ruleset, rule_rows, step_rows

_HIDDEN = ("规则集", "sha256")  # names of files, which pages show as 校验信息 alone

LIST = ListPage(
    title="检查指标",
    path="/rulesets",
    columns=(
        PageColumn(
            text("title", "名称"), href=lambda row: f"/rulesets/{row['label']}", phone="pa", sorts=False
        ),
        PageColumn(
            text("state", "状态"), tag=lambda row: str(row["look"]), phone="pb", sorts=False, keeps_line=True
        ),
        PageColumn(text("adopted", "启用文件"), phone="pc", sorts=False),
        PageColumn(day("effective_from", "指标施行"), keeps_line=True, sorts=False),
        PageColumn(text("documents", "依据"), sorts=False),
    ),
    none_title="没有检查指标",
)


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        adoptions = list_adoptions(workspace)
        proposed = {one.ruleset for one in list_proposals(workspace)}
    rows: list[Row] = []
    for named in list_rulesets(visit.home.path):
        label = named.ruleset.label
        standing = _standing(adoptions, label)
        held = standing is not None and standing.since <= visit.now
        state = (
            "在用" if held else "待启用" if standing is not None else "待批准" if label in proposed else ""
        )
        rows.append(
            {
                "label": label,
                "title": standing.title if standing is not None and held else named.ruleset.title,
                "state": state,
                "look": "ok" if held else "warn",
                "adopted": f"{standing.document}，{_day(standing)}起" if standing is not None else "",
                "effective_from": named.ruleset.effective_from,
                "documents": "；".join(named.ruleset.documents),
            }
        )
    return sorted(rows, key=lambda row: row["state"] != "在用")


@get("/rulesets", sync_to_thread=True)
def list_page(visit: Asked) -> Response[Any]:
    """Show the rulesets."""
    rows = _rows(visit)
    return visit.page(
        "rulesets/list.html",
        listing=LIST.shown(visit, rows),
        waiting=[row for row in rows if row["state"] == "待批准"],
    )


@get("/rulesets/{label:str}", sync_to_thread=True)
def ruleset_page(visit: Asked, label: FromPath[str]) -> Response[Any]:
    """Show what a ruleset says."""
    return _page(visit, label, Refusal())


@post("/rulesets/{label:str}/propose", sync_to_thread=True)
def propose(visit: Asked, label: FromPath[str]) -> Response[Any]:
    """Propose that the office checks by a ruleset."""
    named = _found(visit, label)
    form = visit.form
    with refusing() as refusal:
        typed = form.text("on")
        if not typed:
            refusal.refuse("请填写启用日期。")
        else:
            asked = Adopt(
                named.ruleset.label, form.text("document"), form.text("title"), _first_day(visit, typed)
            )
            with visit.workspace() as workspace:
                propose_adoption(workspace, asked, visit.actor)
    if refusal:
        return _page(visit, label, refusal)
    return visit.go(f"/rulesets/{label}", done="ruleset-proposed")


@post("/rulesets/{label:str}/adopt", sync_to_thread=True)
def put_in_force(visit: Asked, label: FromPath[str]) -> Response[Any]:
    """Put a ruleset in force as another person proposed."""
    named = _found(visit, label)
    with refusing() as refusal, visit.workspace() as workspace:
        proposal = next(
            (one for one in list_proposals(workspace) if one.ruleset == named.ruleset.label), None
        )
        if proposal is None:
            refusal.refuse("没有待批准的启用提请。")
        else:
            asked = Adopt(proposal.ruleset, proposal.document, proposal.title, chinese_day(proposal.since))
            adopt(workspace, asked, visit.actor)
    if refusal:
        return _page(visit, label, refusal)
    return visit.go(f"/rulesets/{label}", done="ruleset-adopted")


def _page(visit: Visit, label: str, refusal: Refusal) -> Response[Any]:
    named = _found(visit, label)
    ruleset = on_named_ladder(named.ruleset, named.ruleset.ladder_from, visit.home.path)
    with visit.workspace() as workspace:
        adoptions = [one for one in list_adoptions(workspace) if one.ruleset == ruleset.label]
        standing = adoption_in_force(workspace, ruleset.label, visit.now)
        proposal = next((one for one in list_proposals(workspace) if one.ruleset == ruleset.label), None)
        ruled = [one for one in _ruled(visit, workspace) if one.ruleset == ruleset.label]
    facts = {
        title: value
        for title, value in facts_of_ruleset(ruleset, named.sha256).items()
        if title not in _HIDDEN and title != "预警阶梯"
    }
    return visit.page(
        "rulesets/ruleset.html",
        status=refusal.status,
        label=label,
        title=standing.title if standing is not None else ruleset.title,
        ruleset=ruleset,
        facts_told=list(facts.items()),
        rules=rule_rows(ruleset),
        steps_told=step_rows(ruleset.ladder, ruleset.freshness.limit_days),
        open_points=len(ruleset.assumptions),
        sha256=named.sha256,
        adoptions=[(one, _day(one)) for one in reversed(adoptions)],
        ruled=[(one, f"{chinese_day(one.since):%Y-%m-%d}" if one.since else "") for one in ruled],
        proposal=proposal,
        proposed_since=_day(proposal) if proposal is not None else "",
        may_propose=visit.known_at is None and may(visit, "POST", "/rulesets/{label}/propose"),
        may_adopt=visit.known_at is None and may(visit, "POST", "/rulesets/{label}/adopt"),
        sent=visit.form,
        refused=refusal.said,
    )


def _found(visit: Visit, label: str) -> NamedRuleset:
    try:
        return find_ruleset(label, visit.home.path)
    except NotFoundError:
        raise no_such_page() from None


def _ruled(visit: Visit, desk: Desk) -> list[Ruled]:
    """Return the accounts with rules of their own among those whose pages somebody may open."""
    reach = None if visit.grant is None else right_of("GET", "/accounts/{number}").who.get(visit.grant.role)
    if reach is None or visit.grant is None:
        return []
    scopes = {Reach.AREA: Scope(area=visit.grant.scope), Reach.UNIT: Scope(unit=visit.grant.scope)}
    try:
        return list_ruled(desk, scopes.get(reach, Scope()))
    except NotFoundError:  # no account is theirs
        return []


def _first_day(visit: Visit, typed: str) -> date:
    """Return the first day that a form names, which may be one to come."""
    return chinese_day(read_when(typed, visit.now, to_come=True).at)


def _standing(adoptions: list[Adoption], label: str) -> Adoption | None:
    return next((one for one in reversed(adoptions) if one.ruleset == label), None)


def _day(adoption: Adoption) -> str:
    on = chinese_day(adoption.since)
    return f"{on.year}年{on.month}月{on.day}日"


HANDLERS = [list_page, *exports(LIST, _rows), ruleset_page, propose, put_in_force]
