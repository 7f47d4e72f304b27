"""Self-checks handed in by areas and units: a whole sheet or nothing of it, and who is late with one."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from connectors.sheets.notes import Note
from connectors.sheets.self_checks import CheckedWithin, read_self_checks
from events.closeness import nearest
from events.codec import Event
from events.fields import field, marked
from events.messages import message
from events.moments import Moment
from events.quarters import Quarter, parse_quarter
from events.report import ReportReceived
from pipeline.home.actor import Actor, signed
from pipeline.home.appending import append_new, filed_again
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.failpoints import fail_point
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.registry_imports import resolve_rows, unknown_accounts_refused
from pipeline.office.reports.self_check_corrections import (
    EARLIER_TYPES,
    fallen_findings,
    left_out,
    refuse_other_counts,
    report_id_now,
    stated_findings,
    withdrawn_findings,
)
from pipeline.office.reports.self_check_events import (
    ReportOf,
    received_event,
    refuse_wrong_rows,
    report_events,
)
from projections.registry.cards import ACCOUNT_TYPES, cards_at
from projections.registry.units import UNIT_TYPES, units_at
from projections.reports.reporters import Reporter, expected_reporters, find_reporters, once_answered
from projections.reports.self_checks import REPORT_TYPES, ReportState, report_states
from projections.rules.rulesets import Ruleset


class Report(msgspec.Struct, frozen=True):
    """A report that stands; no events where the same file had been taken before."""

    reporter: Reporter
    received: Event[ReportReceived]
    events: list[Event[Any]]
    left_out: tuple[
        UUID, ...
    ] = ()  # findings of earlier reports of the quarter that it lacks, and that stand
    withdrawn: tuple[UUID, ...] = ()  # findings that it tells, and that were withdrawn before: they stay so
    notes: tuple[Note, ...] = ()  # what the reader of the sheet noticed


class ImportReport(msgspec.Struct, frozen=True):
    """A sheet handed in, and what it does not say of itself."""

    path: Path
    unit: str  # code or name, or an area
    quarter: str
    ruleset: Ruleset
    received_at: Moment | None = None  # None: now
    covers_year: bool = False


def import_report(workspace: Workspace, asked: ImportReport, actor: Actor) -> Report:
    """Take the self-check of a unit; raises `SheetError` or `UsageError` and then takes nothing of it.

    The receipt follows once everything that it stands for is durable: cut off before, the same import completes it.
    An account may be reported on that was the unit's at any time of the quarter.
    """
    path, ruleset = asked.path, asked.ruleset
    named = quarter_named(asked.quarter)
    if asked.covers_year and named.number != 4:
        raise UsageError(
            message(
                "{covers_year} is for the report of a fourth quarter, not of {quarter}",
                covers_year=field("covers_year"),
                quarter=asked.quarter,
            )
        )
    received = asked.received_at or Moment(datetime.now(UTC), date_only=False)
    last = min(named.end, received.at)
    start = named.year_start if asked.covers_year else named.start
    with unknown_accounts_refused(lambda: registry_now(workspace)):
        rows = read_self_checks(path, ruleset.resolve, CheckedWithin(start, last), rules=ruleset.names)
    reporter = find_reporter(workspace, asked.unit, last)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    report = ReportOf(reporter, named, received.at, received.date_only, sha256, asked.covers_year)
    earlier = workspace.known.read(("report.received", *EARLIER_TYPES))
    report_id = report_id_now(report.report_id, reporter.subject, earlier)
    for k in earlier:
        if k.event.id == report_id:
            return Report(reporter, k.event, [], notes=rows.notes)
    subjects = resolve_rows(path, rows, registry_now(workspace))
    own = _once_own(workspace, asked.unit, reporter, frozenset(subjects.values()), start, last)
    refuse_wrong_rows(path, rows, subjects, reporter, own)
    refuse_other_counts(path, rows, subjects, reporter.subject, earlier)
    fallen = fallen_findings(earlier)
    facts_of_report = [
        *report_events(report, rows, subjects, ruleset, fallen),
        received_event(report, rows, subjects),
    ]
    *facts, receipt = signed(filed_again(workspace.known, facts_of_report), actor)
    taken = append_new(workspace, facts)
    fail_point("report.before_receipt")
    workspace.log.append([receipt])
    findings = stated_findings(rows, subjects, reporter.subject, fallen)
    return Report(
        reporter,
        receipt,
        [*taken.events, receipt],
        left_out(report, findings, earlier),
        tuple(sorted(findings & withdrawn_findings(earlier))),
        rows.notes,
    )


def reports_due(
    workspace: Workspace, quarter: str, due: date | None, at: datetime, known_at: datetime
) -> list[ReportState]:
    """Return the state of a quarter's reports at T: their accounts are those at T, at the latest at its end."""
    named = quarter_named(quarter)
    then = min(at, named.end)
    units = units_at(workspace.known.read(UNIT_TYPES, known_at), then)
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES, known_at), then)
    return report_states(
        workspace.known.read(REPORT_TYPES, known_at), expected_reporters(units, cards), named, at, due
    )


def quarter_named(label: str) -> Quarter:
    """Read a quarter of the command line; raises `UsageError`."""
    try:
        return parse_quarter(label)
    except ValueError as e:
        raise UsageError(marked(e)) from None


def find_reporter(workspace: Workspace, text: str, at: datetime) -> Reporter:
    """Return who reports under a code or name of a unit, or an area; raises `NotFoundError`."""
    units = units_at(workspace.known.read(UNIT_TYPES), at)
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES), at)
    found = find_reporters(text, units, cards)
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFoundError(
            message(
                "{text!r} means {found_count} units; write the code of one", text=text, found_count=len(found)
            )
        )
    known = (
        {unit.name for unit in units.values()}
        | {c.area for c in cards.values()}
        | {c.owner for c in cards.values()}
    )
    raise NotFoundError(
        message(
            "no unit, area or owner {text!r}{nearest}; `xuncha accounts list` shows areas and owners",
            text=text,
            nearest=nearest(text, known),
        )
    )


def _once_own(
    workspace: Workspace,
    text: str,
    reporter: Reporter,
    accounts: frozenset[str],
    since: datetime,
    until: datetime,
) -> frozenset[str]:
    """Return those of `accounts` that the reporter answers for at `until`, or answered for since."""
    gone = accounts - reporter.accounts
    if not gone:
        return accounts
    account_facts = [k for k in workspace.known.read(ACCOUNT_TYPES) if k.event.subject in gone]
    formerly = once_answered(
        text, reporter.subject, workspace.known.read(UNIT_TYPES), account_facts, since, until
    )
    return (accounts & reporter.accounts) | formerly
