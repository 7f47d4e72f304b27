"""Tasks of rectification (整改): what an issued bulletin, or an order of the office, asks units to put right."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from events import derived_ids, fact_ids
from events.account import AccountMerged
from events.bulletin import BulletinIssued
from events.days import chinese_day
from events.facts import VerdictRow
from events.finding import FindingRecorded, FindingWithdrawn
from events.known import Known
from events.rectification import RectificationAnswered, RectificationOrdered
from projections.rounds.served import charges_of
from projections.rules.rulesets import Ruleset

TASK_TYPES = (
    RectificationOrdered.type,
    RectificationAnswered.type,
    FindingRecorded.type,
    FindingWithdrawn.type,
    AccountMerged.type,
)
"""Types of facts that tasks follow from, beside issued bulletins and the rows of their runs."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One problem of one account that its unit has to put right."""

    id: UUID
    account_id: str
    unit: str
    rule: str
    count: int
    findings: tuple[UUID, ...]  # empty: posts and looks say so
    basis: str  # number of the bulletin; empty: an order of the office
    begun_on: date
    due: date | None  # last day for the answer; None: none was set
    answered_at: datetime | None = None
    order_id: UUID | None = None  # None: a bulletin asks


def tasks_of_bulletin(
    issue_id: UUID, issued: BulletinIssued, rows: Iterable[VerdictRow], ruleset: Ruleset
) -> list[Task]:
    """Return a task for each account and problem of the run that a bulletin is about."""
    return [
        Task(
            id=derived_ids.task(issue_id, row.account_id, charge.rule),
            account_id=row.account_id,
            unit=row.owner,
            rule=charge.rule,
            count=charge.count,
            findings=charge.findings,
            basis=issued.number,
            begun_on=issued.issued_on,
            due=issued.report_deadline,
        )
        for row in rows
        for charge in charges_of(row, ruleset)
    ]


class Moved:
    """Where findings of twins went: a merge takes them back and tells them of the other account, a separation again."""

    def __init__(self, known: Sequence[Known]) -> None:
        """Take merges and findings as known, those that stand and those that were withdrawn."""
        self._ids: dict[UUID, UUID] = {}
        findings = {k.event.id: k.event for k in known if isinstance(k.event.data, FindingRecorded)}
        for event_id, event in findings.items():
            withdrawal = fact_ids.withdrawn(event.subject, event_id)
            again = fact_ids.told_again(event.source, event.subject, event_id, withdrawal)
            if again in findings:
                self._ids[event_id] = again
        for k in known:
            if isinstance(k.event.data, AccountMerged):
                self._ids |= {UUID(old): new for old, new in k.event.data.moved.items()}

    def now(self, finding: UUID) -> UUID:
        """Return the id under which a finding counts now, its own where it never moved."""
        passed: set[UUID] = set()
        while finding in self._ids and finding not in passed:
            passed.add(finding)
            finding = self._ids[finding]
        return finding


def first_issues(known: Iterable[Known]) -> list[Known]:
    """Return the first bulletin that went out of each round; of its editions it alone asks: one problem is one task."""
    first: dict[str, Known] = {}
    for k in known:
        if isinstance(k.event.data, BulletinIssued):
            first.setdefault(k.event.subject, k)
    return list(first.values())


def tasks_held(
    issue: Known, rows: Iterable[VerdictRow], newest: Iterable[VerdictRow], ruleset: Ruleset
) -> list[Task]:
    """Return what a bulletin about `rows` asks for, as far as the newest run of its round still says so."""
    held = {(row.account_id, deduction.rule) for row in newest for deduction in row.deductions}
    tasks = tasks_of_bulletin(issue.event.id, issue.event.data, rows, ruleset)
    return [task for task in tasks if (task.account_id, task.rule) in held]


def tasks_of_orders(known: Iterable[Known], owners: Mapping[str, str]) -> list[Task]:
    """Return the tasks that the office ordered outside a bulletin; `owners` by account."""
    known = list(known)
    found = {k.event.id: k.event for k in known if isinstance(k.event.data, FindingRecorded)}
    tasks = []
    for k in known:
        event, data = k.event, k.event.data
        if not isinstance(data, RectificationOrdered) or data.finding_id not in found:
            continue
        finding = found[data.finding_id].data
        tasks.append(
            Task(
                id=derived_ids.task(event.id, event.subject, finding.rule),
                account_id=event.subject,
                unit=owners.get(event.subject, ""),
                rule=finding.rule,
                count=finding.count,
                findings=(data.finding_id,),
                basis="",
                begun_on=chinese_day(event.time),
                due=data.due,
                order_id=event.id,
            )
        )
    return tasks


def as_answered(tasks: Iterable[Task], known: Iterable[Known]) -> list[Task]:
    """Return tasks with their first answers; one whose findings were all withdrawn (核减) is none any more.

    Findings of a twin that was merged are those of the account that it is: they moved, and were not withdrawn.
    """
    known = list(known)
    moved = Moved(known)
    answered: dict[UUID, datetime] = {}
    withdrawn = set()
    for k in known:
        data = k.event.data
        if isinstance(data, RectificationAnswered):
            for task in data.tasks:
                answered[task] = min(k.event.time, answered.get(task, k.event.time))
        elif isinstance(data, FindingWithdrawn):
            withdrawn.add(data.corrects)
    return [
        replace(task, answered_at=answered.get(task.id))
        for task in (replace(t, findings=tuple(moved.now(f) for f in t.findings)) for t in tasks)
        if not task.findings or not withdrawn.issuperset(task.findings)
    ]
