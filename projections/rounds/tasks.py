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
from events.instants import FAR
from events.known import Known
from events.rectification import RectificationAnswered, RectificationOrdered, RectificationRechecked
from projections.rounds.deadlines import is_in_time, last_day
from projections.rounds.served import charges_of
from projections.rules.rulesets import Ruleset

TASK_TYPES = (
    RectificationOrdered.type,
    RectificationAnswered.type,
    RectificationRechecked.type,
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
    answered_at: datetime | None = None  # the first time since it waits
    order_id: UUID | None = None  # None: a bulletin asks
    in_time: bool = True  # of an answer: it came by the last day
    rechecked_at: datetime | None = None  # the last time
    held: bool = False  # that recheck found it put right, and nothing is left to do
    reopened: int = 0  # so many rechecks found it not put right
    repeats: str = ""  # number of the bulletin that named the same account and rule within a year before
    unit_repeats: str = ""  # the same of the unit and rule, whichever account

    @property
    def waits(self) -> bool:
        """Tell whether the unit still has to answer."""
        return self.answered_at is None and not self.held

    def is_late(self, today: date) -> bool:
        """Tell whether its last day has passed without an answer."""
        return self.waits and self.due is not None and self.due < today


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
            due=issued.report_deadline
            or issued.ruled_deadline
            or last_day(issued.issued_on, ruleset.rectification),
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
            again = fact_ids.recorded_again(event.source, event.subject, event_id, withdrawal)
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


def as_answered(tasks: Iterable[Task], known: Iterable[Known], until: datetime = FAR) -> list[Task]:
    """Return tasks with what came of them up to T; one whose findings were all withdrawn (核减) is none any more.

    A recheck that finds a task put right closes it; one that does not lets it wait again, until the day that it names.
    Findings of a twin that was merged are those of the account that it is: they moved, and were not withdrawn.
    """
    known = list(known)
    moved = Moved(known)
    follow_ups: dict[UUID, list[Known]] = {}
    withdrawn = set()
    for k in known:
        data = k.event.data
        if isinstance(data, RectificationAnswered | RectificationRechecked):
            if k.event.time > until:
                continue
            for task in data.tasks:
                follow_ups.setdefault(task, []).append(k)
        elif isinstance(data, FindingWithdrawn):
            withdrawn.add(data.corrects)
    return [
        _gone_through(task, follow_ups.get(task.id, ()))
        for task in (replace(t, findings=tuple(moved.now(f) for f in t.findings)) for t in tasks)
        if not task.findings or not withdrawn.issuperset(task.findings)
    ]


def _gone_through(task: Task, follow_ups: Iterable[Known]) -> Task:
    """Return a task behind its answers and rechecks, in the order of their times."""
    for k in sorted(follow_ups, key=lambda k: (k.event.time, k.recorded_at, k.offset)):
        data, at = k.event.data, k.event.time
        if isinstance(data, RectificationRechecked):
            task = replace(task, rechecked_at=at, held=data.held)
            if not data.held:
                task = replace(task, answered_at=None, in_time=True, due=data.due, reopened=task.reopened + 1)
        elif task.waits:
            task = replace(task, answered_at=at, in_time=is_in_time(at, task.due))
    return task
