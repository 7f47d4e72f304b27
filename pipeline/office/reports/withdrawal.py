"""Withdrawing a self-check that was taken in by mistake: its findings fall with it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from events import fact_ids
from events.codec import Event
from events.fields import field
from events.finding import FindingRecorded, FindingWithdrawn
from events.known import Known
from events.messages import joined, message
from events.report import ReportReceived, SelfCheckRecorded
from events.sources import SHEETS
from events.withdrawal import FactWithdrawn
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from pipeline.office.reports.self_check_corrections import withdrawn_findings
from pipeline.office.taking_back import RevisionDue, TakeBack, take_back

_TYPES = (ReportReceived.type, SelfCheckRecorded.type, FindingRecorded.type, FindingWithdrawn.type)


class WithdrawReport(msgspec.Struct, frozen=True):
    """Take back a report: named by the beginning of its id, or by its unit and quarter."""

    reason: str
    report: str = ""
    unit: str = ""
    quarter: str = ""
    second: str = ""  # who agrees, where a frozen round knew it


class ReportWithdrawn(msgspec.Struct, frozen=True):
    """What went with a report."""

    report_id: UUID
    unit: str
    quarter: str
    checks: int  # self-checks of accounts
    findings: tuple[UUID, ...]  # that fell with it
    kept: tuple[UUID, ...]  # findings that another report tells, too: they stay
    revisions_due: tuple[RevisionDue, ...]


def withdraw_report(workspace: Workspace, asked: WithdrawReport, actor: Actor) -> ReportWithdrawn:
    """Withdraw a report, its self-checks and its findings; the same file handed in again counts anew.

    A finding that was withdrawn by itself (核减) stays so, also when the report comes again. Looks and posts that the
    report told stay. The report goes last: cut off before, the same again completes it. Raises `UsageError` where it
    is not found, for an empty reason, and where a frozen round knew it and no second person agrees.
    """
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say why the report was wrong", reason=field("reason")))
    workspace.home.texts.refuse({"reason": asked.reason})
    known = workspace.known.read(_TYPES)
    report = find_report(known, asked)
    mine, others = _checks(known, report.id)
    gone = withdrawn_findings(known)
    reported = {finding for check in mine for finding in check.data.finding_ids} - gone
    elsewhere = {finding for check in others for finding in check.data.finding_ids}
    now = datetime.now(UTC)
    findings = [
        _fallen(k, report.id, asked.reason, now, actor)
        for k in known
        if k.event.id in reported - elsewhere and isinstance(k.event.data, FindingRecorded)
    ]
    checks = [_void(check, asked.reason, now, actor) for check in mine]
    due = take_back(workspace, [*findings, *checks], TakeBack(asked.reason, asked.second), actor)
    fail_point("report.before_withdrawal")
    append_new(workspace, [_void(report, asked.reason, now, actor)])
    return ReportWithdrawn(
        report_id=report.id,
        unit=report.data.unit,
        quarter=report.data.quarter,
        checks=len(mine),
        findings=tuple(event.data.corrects for event in findings),
        kept=tuple(sorted(reported & elsewhere)),
        revisions_due=due,
    )


def find_report(known: list[Known], asked: WithdrawReport) -> Event[Any]:
    """Return the one report that a person names; raises `UsageError`."""
    if bool(asked.report) == bool(asked.unit and asked.quarter):
        raise UsageError(
            message(
                "name the report by its id, or by {unit} and {quarter} together",
                unit=field("unit"),
                quarter=field("quarter"),
            )
        )
    found = [
        k.event
        for k in known
        if isinstance(data := k.event.data, ReportReceived)
        and (
            str(k.event.id).startswith(asked.report.lower())
            if asked.report
            else asked.unit in (data.unit, k.event.subject) and data.quarter == asked.quarter
        )
    ]
    if len(found) == 1:
        return found[0]
    named = asked.report or f"{asked.unit} {asked.quarter}"
    if not found:
        raise UsageError(
            message("no report {named} stands; `xuncha reports due` shows who reported", named=named)
        )
    ids = joined(", ", (f"{event.id} ({event.data.unit} {event.data.quarter})" for event in found))
    raise UsageError(
        message(
            "{named} means {found_count} reports; name one by its id: {ids}",
            named=named,
            found_count=len(found),
            ids=ids,
        )
    )


def _checks(known: list[Known], report_id: UUID) -> tuple[list[Event[Any]], list[Event[Any]]]:
    """Return the self-checks of a report and those of other reports."""
    checks = [k.event for k in known if isinstance(k.event.data, SelfCheckRecorded)]
    mine = [check for check in checks if check.data.report_id == report_id]
    return mine, [check for check in checks if check.data.report_id != report_id]


def _fallen(
    finding: Known, report_id: UUID, reason: str, now: datetime, actor: Actor
) -> Event[FindingWithdrawn]:
    subject, finding_id = finding.event.subject, finding.event.id
    event_id = fact_ids.fallen_with_report(subject, finding_id, report_id)
    data = FindingWithdrawn(corrects=finding_id, reason=reason)
    return Event(event_id, SHEETS, subject, now, data, actor.origin())


def _void(fact: Event[Any], reason: str, now: datetime, actor: Actor) -> Event[FactWithdrawn]:
    data = FactWithdrawn(corrects=fact.id, of_type=fact.type, its_time=fact.time, reason=reason)
    event_id = fact_ids.withdrawn(fact.subject, fact.id)
    return Event(event_id, SHEETS, fact.subject, now, data, actor.origin())
