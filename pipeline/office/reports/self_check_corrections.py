"""A corrected self-check beside the reports before it: nothing that it says otherwise vanishes silently."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.self_checks import SelfCheckRow
from connectors.sheets.times import end_of_day
from events import fact_ids
from events.days import chinese_day
from events.finding import FindingRecorded, FindingWithdrawn
from events.known import Known
from events.messages import message
from events.report import ReportReceived, SelfCheckRecorded
from events.withdrawal import FactWithdrawn
from pipeline.office.reports.self_check_events import ReportOf, finding_id

EARLIER_TYPES = ("finding.recorded", "finding.withdrawn", "self_check.recorded")
"""Types of events that reports before this one may have left."""


def refuse_other_counts(
    path: Path, rows: Sequence[SelfCheckRow], subjects: dict[int, str], unit: str, known: Sequence[Known]
) -> None:
    """Refuse a row whose problem stands with another count: a fact does not change, and both would count."""
    withdrawn = withdrawn_findings(known)
    recorded = {
        (
            k.event.subject,
            k.event.data.rule_code,
            _stated(k.event.time, k.event.data.date_only),
            k.event.data.note,
        ): k
        for k in known
        if isinstance(k.event.data, FindingRecorded)
        and k.event.source == unit
        and k.event.id not in withdrawn
    }
    errors = []
    for row in rows:
        if row.rule is None or row.checked_at is None:
            continue
        before = recorded.get((subjects[row.row], row.rule, row.checked_at, row.note))
        if before is not None and before.event.data.count != row.count:
            problem = message("stands as {count} in a report before this one", count=before.event.data.count)
            remedy = message(
                "withdraw that with `xuncha findings withdraw {id}` and hand the sheet in again,"
                " or tell a further finding apart by its note",
                id=before.event.id,
            )
            errors.append(CellError(row.row, "数量", "", str(row.count), problem, remedy))
    if errors:
        raise SheetErrors(path, tuple(errors))


def left_out(of: ReportOf, ids: frozenset[UUID], known: Sequence[Known]) -> tuple[UUID, ...]:
    """Return the findings that earlier reports of the unit and quarter told, that stand, and that this one lacks."""
    earlier = {
        found
        for k in known
        if isinstance(k.event.data, SelfCheckRecorded)
        and (k.event.data.unit, k.event.data.quarter) == (of.reporter.subject, of.quarter.label)
        for found in k.event.data.finding_ids
    }
    return tuple(sorted(earlier - ids - withdrawn_findings(known)))


def withdrawn_findings(known: Sequence[Known]) -> set[UUID]:
    """Return the findings that were withdrawn (核减), as far as known."""
    return {k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn)}


def fallen_findings(known: Sequence[Known]) -> frozenset[UUID]:
    """Return the findings that fell with a report which was withdrawn, and were not withdrawn by themselves."""
    reports = [
        k.event.data.corrects
        for k in known
        if isinstance(k.event.data, FactWithdrawn) and k.event.data.of_type == ReportReceived.type
    ]
    fallen: set[UUID] = set()
    alone: set[UUID] = set()
    for k in known:
        if isinstance(k.event.data, FindingWithdrawn):
            finding = k.event.data.corrects
            names = (fact_ids.fallen_with_report(k.event.subject, finding, report) for report in reports)
            (fallen if k.event.id in names else alone).add(finding)
    return frozenset(fallen - alone)


def report_id_now(report_id: UUID, subject: str, known: Sequence[Known]) -> UUID:
    """Return the id of a report as it stands or would be recorded: told again after a withdrawal it is another."""
    withdrawals = {
        k.event.data.corrects: k.event.id
        for k in known
        if isinstance(k.event.data, FactWithdrawn) and k.event.data.of_type == ReportReceived.type
    }
    while (withdrawal := withdrawals.get(report_id)) is not None:
        report_id = fact_ids.recorded_again(subject, subject, report_id, withdrawal)
    return report_id


def stated_findings(
    rows: Sequence[SelfCheckRow], subjects: dict[int, str], unit: str, fallen: frozenset[UUID]
) -> frozenset[UUID]:
    """Return the ids of the findings that a sheet tells."""
    ids = (finding_id(unit, subjects[row.row], row, fallen) for row in rows)
    return frozenset(i for i in ids if i is not None)


def _stated(at: datetime, date_only: bool) -> datetime:
    """Return the moment as a sheet states it: a day alone is its end."""
    return end_of_day(chinese_day(at)).at if date_only else at
