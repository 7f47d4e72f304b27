"""检查: the rounds, and one with its nine steps, its gate and its result as it stands."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from events.facts import Verdict, VerdictRow
from events.instants import FAR
from events.two_persons import TwoPersonRule
from pipeline.console.exports import exports
from pipeline.console.listing import Filter, ListPage, PageColumn, Row
from pipeline.console.pages.account_list import account_url
from pipeline.console.pages.round_view import STAGES, key_of, may_see, page_of, rounds_seen, slug_of
from pipeline.console.problems import no_such_page
from pipeline.console.rights import Reach
from pipeline.console.visit import Asked, Visit
from pipeline.console.who import Who
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.columns import minute, number, text, word
from pipeline.office.finding_views import FindingView, finding_views
from pipeline.office.own_office import office_now
from pipeline.office.rounds.guards import findings_of
from pipeline.office.rounds.overview import Standing, standing, tallies, tally
from pipeline.office.rounds.sample import sample_of
from pipeline.office.rounds.state import round_of_key
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.two_persons import is_waived
from pipeline.scores.words import VERDICTS, verdict_in_words
from projections.rounds.state import RoundState
from projections.rules.digest import pass_rate
from projections.rules.period import quarter_of

_TAGS = {"frozen": "ok", "closed": "ok", "cancelled": "bad", "drawn": "info"}
_STRATA = {"area": "地区", "platform": "平台", "tier": "层级"}
_VERDICTS = {"pass": "合格", "fail": "不合格", "unknown": "待核实"}
_LIST = ListPage(
    title="检查",
    path="/rounds",
    columns=(
        PageColumn(text("title", "检查"), href=lambda row: str(row["href"]), phone="pa"),
        PageColumn(minute("check_point", "监测时间点"), phone="pb", keeps_line=True),
        PageColumn(text("area", "范围"), phone="pd"),
        PageColumn(text("office", "办理"), phone="hide"),
        PageColumn(number("sample", "抽查账号"), numeric=True, phone="hide"),
        PageColumn(
            word("stage", "进度", STAGES), tag=lambda row: _TAGS.get(row["stage"], "plain"), phone="pc"
        ),
    ),
    filters=(Filter("stage", "进度", tuple(STAGES.items())),),
    search=("title", "area"),
    sort="-check_point",
    none_title="还没有检查",
    none_next="先拟定检查方案，发出检查通知。",
)
_VERDICT_TAGS = {"pass": "ok", "fail": "bad", "unknown": "warn"}
_RESULTS = (
    PageColumn(text("name", "账号名称"), href=lambda row: str(row["href"]), phone="pa"),
    PageColumn(text("platform", "平台"), phone="hide"),
    PageColumn(text("owner", "主办单位"), phone="pc"),
    PageColumn(text("area", "地区"), phone="hide"),
    PageColumn(word("verdict", "结果", _VERDICTS), tag=lambda row: _VERDICT_TAGS[row["verdict"]], phone="pb"),
    PageColumn(number("points", "得分"), numeric=True, phone="hide"),
    PageColumn(text("why", "情况", wraps=True), phone="pd"),
    PageColumn(minute("newest_post_at", "最新发布"), phone="hide", keeps_line=True),
)


def _rows(visit: Visit) -> list[Row]:
    with visit.workspace() as workspace:
        return [
            {
                "title": state.announced.title,
                "href": visit.link(f"/rounds/{slug_of(state)}"),
                "check_point": state.announced.check_point,
                "area": state.announced.area or "全市",
                "office": state.announced.office or "市办",
                "sample": state.drawn.sample if state.drawn else None,
                "stage": str(state.stage),
            }
            for state in rounds_seen(workspace, visit)
        ]


@get("/rounds", sync_to_thread=True)
def show_rounds(visit: Asked) -> Response[Any]:
    """Show the rounds, cancelled ones too."""
    may_plan = visit.may("POST", "/rounds/new")
    return visit.page("rounds/list.html", listing=_LIST.shown(visit, _rows(visit)), may_plan=may_plan)


@get("/rounds/{name:str}", sync_to_thread=True)
def show_round(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show a round; a checker is led to the own sheet."""
    return page_of_round(visit, name)


def page_of_round(visit: Visit, name: str, error: str = "") -> Response[Any]:
    """Return the page of a round; with what was refused, where something was."""
    with visit.workspace() as workspace:
        state = round_seen(workspace, visit, name)
        if visit.reach is Reach.OWN:
            return visit.go(f"/rounds/{name}/sheets")
        found = standing(workspace, state, visit.known_at)
        rows = _rows_within(workspace, visit, found) if found else []
        rules: tuple[TwoPersonRule, ...] = ("freeze", "override")
        return visit.page(
            "rounds/show.html",
            status=422 if error else 200,
            round=page_of(workspace, visit, state, found),
            state=state,
            standing=found,
            tallies=tallies(rows, office_now(workspace).areas),
            whole=tally("合计", rows),
            rate=pass_rate,
            failing=[row for row in rows if row.verdict is Verdict.FAIL],
            unknown=[row for row in rows if row.verdict is Verdict.UNKNOWN],
            findings=_findings(workspace, visit, state),
            who=Who(visit),
            waived=[rule for rule in rules if is_waived(workspace, rule)],
            said=error,
        )


@get("/rounds/{name:str}/plan", sync_to_thread=True)
def show_plan(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show the plan of a round, and how its sample can be drawn again by anybody."""
    with visit.workspace() as workspace:
        state = round_seen(workspace, visit, name)
        page = page_of(workspace, visit, state, None)
        registry = registry_now(workspace)
        named = [registry.title(account) for account in state.announced.sample.include]
        strata = [_STRATA[one] for one in state.announced.sample.strata]
        period = quarter_of(state.announced.check_point, state.announced.quarter)
        return visit.page(
            "rounds/plan.html", round=page, state=state, first_day=period.start, named=named, strata=strata
        )


@get("/rounds/{name:str}/sample", sync_to_thread=True)
def show_sample(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show the accounts that are checked."""
    page, rows, state = _sample(visit, name)
    return visit.page("rounds/sample.html", listing=page.shown(visit, rows), state=state)


@get("/rounds/{name:str}/sample.xlsx", sync_to_thread=True)
def export_sample(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Give the sample as a workbook."""
    page, rows, _ = _sample(visit, name)
    return page.export(visit, rows, "xlsx")


@get("/rounds/{name:str}/sample.csv", sync_to_thread=True)
def export_sample_text(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Give the sample as text."""
    page, rows, _ = _sample(visit, name)
    return page.export(visit, rows, "csv")


@get("/rounds/{name:str}/results", sync_to_thread=True)
def show_results(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Show the result of every account: provisional before the freeze, then that of the newest run."""
    page, rows, state, found = _results(visit, name)
    return visit.page("rounds/results.html", listing=page.shown(visit, rows), state=state, standing=found)


@get("/rounds/{name:str}/results.xlsx", sync_to_thread=True)
def export_results(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Give the results as a workbook."""
    page, rows, *_ = _results(visit, name)
    return page.export(visit, rows, "xlsx")


@get("/rounds/{name:str}/results.csv", sync_to_thread=True)
def export_results_text(visit: Asked, name: FromPath[str]) -> Response[Any]:
    """Give the results as text."""
    page, rows, *_ = _results(visit, name)
    return page.export(visit, rows, "csv")


def round_seen(workspace: Workspace, visit: Visit, key: str) -> RoundState:
    """Return the round of an address; whoever may not see it hears that there is no such page."""
    state = round_of_key(workspace, key_of(key), visit.known_at or FAR)
    if not may_see(visit, state):
        raise no_such_page()
    return state


def _rows_within(workspace: Workspace, visit: Visit, found: Standing) -> list[VerdictRow]:
    if visit.scope == Scope():
        return list(found.rows)
    inside = accounts_within(workspace, registry_now(workspace), visit.scope)
    return [row for row in found.rows if row.account_id in inside]


def _findings(workspace: Workspace, visit: Visit, state: RoundState) -> list[FindingView]:
    counting = {k.event.id for k in findings_of(workspace, state)}
    return [
        view for view in finding_views(workspace, visit.scope, visit.known_at or FAR) if view.id in counting
    ]


def _sample(visit: Visit, name: str) -> tuple[ListPage, list[Row], RoundState]:
    with visit.workspace() as workspace:
        state = round_seen(workspace, visit, name)
        if state.drawn is None:
            raise no_such_page()
        registry = registry_now(workspace)
        inside = accounts_within(workspace, registry, visit.scope)
        rows: list[Row] = []
        for account in sample_of(workspace, state).accounts:
            if account not in inside or (entry := registry.entries.get(account)) is None:
                continue
            account_number = registry.numbers.get(account, "")
            rows.append(
                {
                    "number": account_number,
                    "name": entry.name,
                    "platform": entry.platform,
                    "owner": entry.owner,
                    "area": entry.area,
                    "href": account_url(visit, account_number, account),
                }
            )
    page = ListPage(
        title=f"{state.announced.title}抽查账号",
        path=f"/rounds/{name}/sample",
        columns=(
            PageColumn(text("number", "编号"), phone="hide"),
            PageColumn(text("name", "账号名称"), href=lambda row: str(row["href"]), phone="pa"),
            PageColumn(text("platform", "平台"), phone="pb"),
            PageColumn(text("owner", "主办单位"), phone="pc"),
            PageColumn(text("area", "地区"), phone="pd"),
        ),
        filters=(Filter("area", "地区", _choices(rows, "area")),),
        search=("name", "owner"),
        none_title="没有抽查账号",
    )
    return page, rows, state


def _results(visit: Visit, name: str) -> tuple[ListPage, list[Row], RoundState, Standing]:
    with visit.workspace() as workspace:
        state = round_seen(workspace, visit, name)
        found = standing(workspace, state, visit.known_at)
        if found is None:
            raise no_such_page()
        numbers, names = registry_now(workspace).numbers, rule_names(workspace.home.path)
        rows: list[Row] = []
        for row in _rows_within(workspace, visit, found):
            account_number = numbers.get(row.account_id, "")
            words = verdict_in_words(row, names)
            rows.append(
                {
                    "name": row.name,
                    "platform": row.platform,
                    "owner": row.owner,
                    "area": row.area,
                    "verdict": str(row.verdict),
                    "points": row.points,
                    "why": _why(row, words, names),
                    "newest_post_at": row.newest_post_at,
                    "href": account_url(visit, account_number, row.account_id),
                }
            )
    page = ListPage(
        title=f"{state.announced.title}{'结果' if found.final else '暂定结果'}",
        path=f"/rounds/{name}/results",
        columns=_RESULTS,
        filters=(
            Filter("verdict", "结果", tuple(_VERDICTS.items())),
            Filter("area", "地区", _choices(rows, "area")),
        ),
        search=("name", "owner"),
        none_title="没有结果",
    )
    return page, rows, state, found


def _why(row: VerdictRow, words: str, names: dict[str, str]) -> str:
    held = "、".join(
        f"{names.get(d.rule, '其他问题')}{f' {d.count}' if d.count > 1 else ''}" for d in row.deductions
    )
    return (
        held or words.removeprefix(VERDICTS[row.verdict]).strip("（） ").removesuffix("分")
        if row.reason
        else held
    )


def _choices(rows: list[Row], key: str) -> tuple[tuple[str, str], ...]:
    return tuple((value, value) for value in dict.fromkeys(str(row[key]) for row in rows) if value)


HANDLERS = [
    show_rounds,
    *exports(_LIST, _rows),
    show_round,
    show_plan,
    show_sample,
    export_sample,
    export_sample_text,
    show_results,
    export_results,
    export_results_text,
]
