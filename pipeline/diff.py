"""Comparing two runs: which verdicts changed, and which facts made them change."""

from collections import defaultdict
from typing import Any

import msgspec

from connectors.history.records import learnt_between
from connectors.history.rounds import Run, load_rows
from events.facts import VerdictRow
from pipeline.current import Current

_ALWAYS = ("account.opened", "account.changed", "account.closed", "finding.recorded", "finding.withdrawn")
_ALSO = ("post.withdrawn", "post.deleted")


class Change(msgspec.Struct, frozen=True):
    """One account whose row differs between two runs; None where a run does not have it."""

    account_id: str
    before: VerdictRow | None
    after: VerdictRow | None
    causes: tuple[dict[str, Any], ...]  # facts learnt between the two moments of knowledge

    @property
    def name(self) -> str:
        row = self.after or self.before
        return row.name if row else ""

    @property
    def given_id(self) -> str:
        row = self.after or self.before
        return row.given_id if row else self.account_id


def diff_runs(current: Current, one: Run, other: Run) -> list[Change]:
    """Return what changed from one run to another, with the facts learnt in between that explain it.

    A post or a look is named only where a verdict rests on it in one run and not in the other.
    """
    before = {row.account_id: row for row in load_rows(current.client, one.run_id)}
    after = {row.account_id: row for row in load_rows(current.client, other.run_id)}
    changed = sorted(a for a in before.keys() | after.keys() if _says(before.get(a)) != _says(after.get(a)))
    if not changed:
        return []
    first, last = sorted((one.known_at, other.known_at))
    learnt: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fact in learnt_between(current.client, changed, first, last):
        learnt[fact["subject"]].append(fact)
    return [
        Change(
            account,
            before.get(account),
            after.get(account),
            tuple(f for f in learnt[account] if _explains(f, before.get(account), after.get(account))),
        )
        for account in changed
    ]


def asked_differently(one: Run, other: Run) -> dict[str, tuple[Any, Any]]:
    """Return what two runs were asked differently: check point, known at, quarter, ruleset."""
    names = ("check_point", "known_at", "quarter", "ruleset")
    return {n: (getattr(one, n), getattr(other, n)) for n in names if getattr(one, n) != getattr(other, n)}


def _says(row: VerdictRow | None) -> Any:
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


def _explains(fact: dict[str, Any], before: VerdictRow | None, after: VerdictRow | None) -> bool:
    if fact["type"] in _ALWAYS or fact["type"] in _ALSO:
        return True
    rests = {str(i) for i in before.evidence} if before else set()
    rests ^= {str(i) for i in after.evidence} if after else set()
    return fact["event_id"] in rests
