"""比对: a round at two moments of knowledge; what changed, why, and when it was learnt."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get

from pipeline.console.listing import ListPage, PageColumn, Row
from pipeline.console.pages.account_list import account_url
from pipeline.console.pages.round_view import key_of, may_see, slug_of
from pipeline.console.problems import no_such_page, said_by
from pipeline.console.times import read_moment
from pipeline.console.visit import Asked, Visit
from pipeline.home.errors import UsageError
from pipeline.home.registry import Registry, registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.columns import minute, text
from pipeline.office.fact_words import FACTS
from pipeline.office.rounds.comparing import (
    NOW,
    Comparison,
    Side,
    compared,
    default_sides,
    moments,
    side_of,
)
from pipeline.office.rounds.state import list_rounds, round_of_key
from pipeline.scores.diff import Change
from pipeline.scores.words import verdict_in_words
from projections.rounds.state import RoundState
from projections.rules.digest import pass_rate

_MOST = 500


@get("/compare", sync_to_thread=True)
def show_compare(visit: Asked) -> Response[Any]:
    """Show what changed in a round between two moments."""
    with visit.workspace() as workspace:
        rounds = [
            s for s in list_rounds(workspace, texts=False) if s.frozen is not None and may_see(visit, s)
        ]
        choices = [(slug_of(state), state.announced.title) for state in reversed(rounds)]
        if not rounds:
            return visit.page("rounds/no_compare.html")
        state = _round(workspace, visit, rounds)
        error_text = ""
        try:
            found = _compared(workspace, visit, state)
        except UsageError as error:
            error_text = said_by(error)
            found = compared(workspace, *(side_of(workspace, state, key) for key in default_sides(state)))
        every = (*found.verdicts, *found.points)
        latest = found if found.after.key == NOW else _till_now(workspace, state, found)
        return visit.page(
            "rounds/compare.html",
            status=422 if error_text else 200,
            said=error_text,
            state=state,
            slug=slug_of(state),
            rounds=choices,
            c=found,
            groups=[
                ("结果改变", _rows(workspace, visit, found.verdicts)),
                ("只有得分改变", _rows(workspace, visit, found.points)),
            ],
            unexplained=len(found.unexplained),
            rates=[_rate(side) for side in (found.before, found.after)],
            moments=moments(workspace, state, (*every, *latest.verdicts, *latest.points)),
            most=_MOST,
        )


@get("/compare.xlsx", sync_to_thread=True)
def export_compare(visit: Asked) -> Response[Any]:
    """Give the changes as a workbook."""
    return _export(visit, "xlsx")


@get("/compare.csv", sync_to_thread=True)
def export_compare_text(visit: Asked) -> Response[Any]:
    """Give the changes as text."""
    return _export(visit, "csv")


def _export(visit: Visit, ending: str) -> Response[Any]:
    with visit.workspace() as workspace:
        rounds = [
            s for s in list_rounds(workspace, texts=False) if s.frozen is not None and may_see(visit, s)
        ]
        state = _round(workspace, visit, rounds)
        found = _compared(workspace, visit, state)
        rows = _rows(workspace, visit, (*found.verdicts, *found.points))
    page = ListPage(
        title=f"{state.announced.title}比对",
        path="/compare",
        columns=(
            PageColumn(text("name", "账号名称")),
            PageColumn(text("platform", "平台")),
            PageColumn(text("owner", "主办单位")),
            PageColumn(text("before", found.before.title)),
            PageColumn(text("after", found.after.title)),
            PageColumn(text("why", "起因")),
            PageColumn(minute("learnt", "获知时间")),
        ),
    )
    return page.export(visit, rows, ending)


def _round(workspace: Workspace, visit: Visit, rounds: Sequence[RoundState]) -> RoundState:
    asked = visit.ask("round")
    if not asked:
        if not rounds:
            raise no_such_page()
        return next((s for s in reversed(rounds) if s.revisions), rounds[-1])
    state = round_of_key(workspace, key_of(asked))
    if state not in rounds:
        return next((s for s in rounds if s.name == state.name), rounds[-1])
    return state


def _compared(workspace: Workspace, visit: Visit, state: RoundState) -> Comparison:
    sides = []
    for asked, default in zip((visit.ask("a"), visit.ask("b")), default_sides(state), strict=True):
        key = asked or default
        known = key in ("frozen", NOW) or key.startswith("rev-")
        moment = None if known else read_moment(key, "known_at")
        sides.append(side_of(workspace, state, key, moment))
    return compared(workspace, *sides)


def _till_now(workspace: Workspace, state: RoundState, found: Comparison) -> Comparison:
    return compared(workspace, found.before, side_of(workspace, state, NOW))


def _rate(side: Side) -> tuple[str, str]:
    passed, failed = side.run.passed, side.run.failed
    return pass_rate(passed, failed) or "–", f"{passed} / {passed + failed}"


def _rows(workspace: Workspace, visit: Visit, changes: Sequence[Change]) -> list[Row]:
    registry, names = registry_now(workspace), rule_names(workspace.home.path)
    return [_row(visit, registry, names, change) for change in changes[:_MOST]]


def _row(visit: Visit, registry: Registry, names: dict[str, str], change: Change) -> Row:
    row = change.after or change.before
    number = registry.numbers.get(change.account_id, "")
    causes = ["：".join(filter(None, (FACTS.get(f["type"], "其他情况"), f["reason"]))) for f in change.causes]
    return {
        "name": change.name,
        "platform": row.platform if row else "",
        "owner": row.owner if row else "",
        "href": account_url(visit, number, change.account_id),
        "before": verdict_in_words(change.before, names).replace("无法判定", "待核实"),
        "after": verdict_in_words(change.after, names).replace("无法判定", "待核实"),
        "verdict": str(change.after.verdict) if change.after else "",
        "why": "；".join(dict.fromkeys(causes)) or "没有找到起因，请核对",
        "learnt": max((fact["recorded_at"] for fact in change.causes), default=None),
    }


HANDLERS = [show_compare, export_compare, export_compare_text]
