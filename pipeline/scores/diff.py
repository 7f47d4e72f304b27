"""Comparing two runs: which verdicts changed, and which facts made them change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from connectors.history.records import learnt_between
from connectors.history.rounds import load_rows
from events.facts import VerdictRow
from events.runs import Run
from pipeline.home.workspace import Workspace
from pipeline.scores.causes import Fact, between, causes_of, stall_sweeps


class Change(msgspec.Struct, frozen=True):
    """One account whose row differs between two runs; None where a run does not have it."""

    account_id: str
    before: VerdictRow | None
    after: VerdictRow | None
    causes: tuple[Fact, ...]  # facts learnt between the two moments of knowledge, with the `reason` of each

    @property
    def name(self) -> str:
        row = self.after or self.before
        return row.name if row else ""

    @property
    def given_id(self) -> str:
        row = self.after or self.before
        return row.given_id if row else self.account_id


def diff_runs(workspace: Workspace, one: Run, other: Run) -> list[Change]:
    """Return what changed from one run to another, with the facts learnt in between that explain it."""
    one_rows, other_rows = (load_rows(workspace.client, run.run_id) for run in (one, other))
    return diff_rows(workspace, one, one_rows, other, other_rows)


def diff_rows(
    workspace: Workspace,
    one: Run,
    one_rows: Iterable[VerdictRow],
    other: Run,
    other_rows: Iterable[VerdictRow],
) -> list[Change]:
    """Return what changed from the rows of one run to those of another, which need not be stored yet."""
    before = {row.account_id: row for row in one_rows}
    after = {row.account_id: row for row in other_rows}
    changed = sorted(
        a for a in before.keys() | after.keys() if _content(before.get(a)) != _content(after.get(a))
    )
    if not changed:
        return []
    span = between(one, other)
    learnt: dict[str, list[Fact]] = defaultdict(list)
    for fact in learnt_between(workspace.client, changed, span.first, span.last):
        learnt[fact["subject"]].append(fact)
    causes = {a: causes_of(workspace.client, span, learnt[a], before.get(a), after.get(a)) for a in changed}
    unexplained = [a for a in changed if not causes[a]]
    if unexplained:
        causes |= stall_sweeps(workspace.client, span, unexplained)
    causes = _with_reasons(workspace, causes)
    return [Change(a, before.get(a), after.get(a), causes[a]) for a in changed]


def _with_reasons(
    workspace: Workspace, causes: Mapping[str, tuple[Fact, ...]]
) -> dict[str, tuple[Fact, ...]]:
    """Return facts with the reason that each gives, as people wrote it."""
    given = {f["event_id"]: _reason(f) for facts in causes.values() for f in facts}
    texts = workspace.home.kept_texts.told(given.values())
    return {a: tuple({**f, "reason": texts[given[f["event_id"]]]} for f in causes[a]) for a in causes}


def _reason(fact: Fact) -> str:
    return str(msgspec.json.decode(fact["data"]).get("reason", ""))


def asked_differently(one: Run, other: Run) -> dict[str, tuple[Any, Any]]:
    """Return what two runs were asked differently: check point, known at, quarter, ruleset."""
    names = ("check_point", "known_at", "quarter", "ruleset")
    return {n: (getattr(one, n), getattr(other, n)) for n in names if getattr(one, n) != getattr(other, n)}


def _content(row: VerdictRow | None) -> Any:
    """Return what the digest covers of a row."""
    if row is None:
        return None
    deductions = [(d.clause, d.count) for d in row.deductions]
    return (
        row.verdict,
        row.reason,
        row.newest_post_at,
        row.whole_days_silent,
        row.points,
        deductions,
        row.evidence,
    )
