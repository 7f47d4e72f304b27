"""What an account has scored: in the quarter that runs, and in the rounds that were frozen."""

from datetime import datetime

import msgspec

from connectors.history.rounds import load_row
from events.facts import UnknownReason, Verdict, VerdictRow
from events.quarters import parse_quarter
from pipeline.home.rulesets import find_ruleset
from pipeline.home.workspace import Workspace
from pipeline.office.adoptions import indicators_title, ruleset_in_force
from pipeline.office.rounds.state import list_rounds
from pipeline.scores.explain import explain
from pipeline.scores.scoring import ask
from pipeline.scores.worded import worded
from pipeline.scores.words import UNKNOWN_REASONS, VERDICTS, what_settles
from projections.rounds.state import Stage
from projections.rules.rulesets import Ruleset

_LAST = 6
_KEPT = frozenset({Stage.FROZEN, Stage.CLOSED})


class DeductionView(msgspec.Struct, frozen=True):
    """Points that one rule took, in words."""

    name: str
    clause: str
    count: int
    points: int


class ScoreView(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict about an account at a check point."""

    title: str
    check_point: datetime
    provisional: bool
    verdict: str
    failed: bool
    points: int | None
    why: str
    deductions: tuple[DeductionView, ...]
    records: int  # that it rests on
    weeks_not_judged: int = 0
    settled_by: str = ""  # what would settle the weeks that are not judged


def scores_of(
    workspace: Workspace, account_id: str, at: datetime, known_at: datetime | None
) -> list[ScoreView]:
    """Return the score at T as known at K, and those of the last frozen rounds before T."""
    question = ask(workspace, at, known_at, ruleset_in_force(workspace, at), None)
    now = explain(workspace, question, account_id)
    rules = question.rules_of(now.facts)
    views = [
        _view(
            now.row,
            rules,
            title=indicators_title(workspace, rules.label, at),
            check_point=at,
            provisional=True,
            settled_by=now.settled_by,
        )
    ]
    states = [
        s for s in list_rounds(workspace, texts=False) if s.stage in _KEPT and s.announced.check_point <= at
    ]
    states.sort(key=lambda state: state.announced.check_point, reverse=True)
    for state in states[:_LAST]:
        newest = state.newest
        row = None if newest is None else load_row(workspace.client, newest.run_id, account_id)
        if row is not None:
            home = workspace.home.path
            ruleset = worded(find_ruleset(state.announced.ruleset, home).ruleset, [row], home)
            title = parse_quarter(state.announced.quarter).chinese
            views.append(
                _view(row, ruleset, title=title, check_point=state.announced.check_point, provisional=False)
            )
    return views


def _view(
    row: VerdictRow,
    ruleset: Ruleset,
    *,
    title: str,
    check_point: datetime,
    provisional: bool,
    settled_by: tuple[str, ...] = (),
) -> ScoreView:
    why = ""
    if row.reason:
        rule = ruleset.rule(row.reason)
        unknown = row.reason in set(UnknownReason)
        why = UNKNOWN_REASONS[UnknownReason(row.reason)] if unknown else rule.name if rule else ""
    if any(why == rule.name for d in row.deductions if (rule := ruleset.rule(d.rule))):
        why = ""  # the deduction says it
    return ScoreView(
        title=title,
        check_point=check_point,
        provisional=provisional,
        verdict=VERDICTS[row.verdict],
        failed=row.verdict is Verdict.FAIL,
        points=row.points,
        why=why,
        deductions=tuple(
            DeductionView(rule.name if (rule := ruleset.rule(d.rule)) else "", d.clause, d.count, d.points)
            for d in row.deductions
        ),
        records=len(row.evidence),
        weeks_not_judged=row.weeks_not_judged or 0,
        settled_by=what_settles(settled_by),
    )
