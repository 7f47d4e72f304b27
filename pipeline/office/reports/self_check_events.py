"""A self-check as facts that its unit says: the report, and per account its check, findings and look."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from connectors.sheets.errors import CellError, SheetErrors
from connectors.sheets.self_checks import SelfCheckRow
from events import fact_ids
from events.codec import Event
from events.days import day_of
from events.finding import FindingRecorded, FindingRectified, as_recorded
from events.instants import from_micros, to_micros
from events.messages import message
from events.patrol import AccountPatrolled
from events.post import PostPublished
from events.quarters import Quarter
from events.report import ReportReceived, SelfCheckRecorded
from pipeline.patrol.look import post_event
from projections.reports.reporters import Reporter
from projections.rules.rulesets import Ruleset


class ReportOf(msgspec.Struct, frozen=True):
    """What a sheet does not say of itself: whose it is, of which quarter, and when it came."""

    reporter: Reporter
    quarter: Quarter
    received_at: datetime
    received_date_only: bool  # a day was given; `received_at` is its end
    sha256: str
    covers_year: bool

    @property
    def report_id(self) -> UUID:
        """The same file of the same unit and quarter is the same report."""
        subject = self.reporter.subject
        return fact_ids.report_received(subject, self.quarter.label, self.sha256)


def report_events(
    of: ReportOf,
    rows: Sequence[SelfCheckRow],
    subjects: dict[int, str],
    ruleset: Ruleset,
    fallen: frozenset[UUID] = frozenset(),
) -> list[Event[Any]]:
    """Return what a report says of accounts; one that was not checked has no facts.

    `fallen` are findings that fell with a report: told again they are others.

    A look stands only where a row names the newest post: a check that does not say what it saw proves no silence.
    Nothing was seen after the report came: a check or post of that day without a time of day stands at its receipt.
    """
    by_account = _by_account(rows, subjects)
    return [
        e
        for account, own_rows in by_account.items()
        for e in _account_events(of, account, own_rows, ruleset, fallen)
    ]


def received_event(
    of: ReportOf, rows: Sequence[SelfCheckRow], subjects: dict[int, str]
) -> Event[ReportReceived]:
    """Return the receipt of a report; whoever finds it takes the facts of the report for recorded."""
    by_account = _by_account(rows, subjects)
    outcomes = [own_rows[0].outcome for own_rows in by_account.values()]
    data = ReportReceived(
        unit=of.reporter.name,
        quarter=of.quarter.label,
        sha256=of.sha256,
        accounts=len(by_account),
        checked=sum(outcome != "not_checked" for outcome in outcomes),
        failed=outcomes.count("failed"),
        covers_year=of.covers_year,
        date_only=of.received_date_only,
    )
    subject = of.reporter.subject
    return Event(of.report_id, subject, subject, of.received_at, data)


def finding_id(
    unit: str, account: str, row: SelfCheckRow, fallen: frozenset[UUID] = frozenset()
) -> UUID | None:
    """Return the id of the finding that a row tells, None where it tells none.

    The moment is the one of the sheet, a day without a time of day its end; another count is another finding.
    """
    if row.rule is None or row.checked_at is None:
        return None
    named = partial(
        fact_ids.self_finding_recorded, unit, account, row.rule, row.checked_at, row.count, row.note
    )
    return fact_ids.standing(fallen, lambda telling: named(telling=telling))


def refuse_wrong_rows(
    path: Path,
    rows: Sequence[SelfCheckRow],
    subjects: dict[int, str],
    reporter: Reporter,
    own: frozenset[str],
) -> None:
    """Refuse rows about accounts of others, two outcomes of one account, and one problem twice.

    `own` are the accounts that the reporter may report on.
    """
    errors = []
    first: dict[str, SelfCheckRow] = {}
    problems: dict[tuple[Any, ...], int] = {}
    for row in rows:
        account = subjects[row.row]
        account_given = row.account.given_id or row.account.name or ""
        if account not in own:
            problem = message("is not an account of {name}", name=reporter.name)
            remedy = message("take the row out, or correct owner and area in the registry")
            errors.append(CellError(row.row, "账号", "", account_given, problem, remedy))
        before = first.setdefault(account, row)
        if before.outcome != row.outcome:
            problem = message("contradicts row {row}: two results of one account", row=before.row)
            errors.append(
                CellError(
                    row.row, "检查结果", "", account_given, problem, message("write one result in both rows")
                )
            )
        key = (account, row.rule, row.checked_at, row.note)
        again = problems.setdefault(key, row.row)
        if again != row.row:
            problem = message("is row {again} again: same account, problem, time and note", again=again)
            remedy = message("add up the count in one row, or tell them apart by a note")
            errors.append(CellError(row.row, "问题", "", row.rule_text, problem, remedy))
    if errors:
        raise SheetErrors(path, tuple(errors))


def _account_events(
    of: ReportOf, account: str, rows: list[SelfCheckRow], ruleset: Ruleset, fallen: frozenset[UUID]
) -> list[Event[Any]]:
    events: list[Event[Any]] = []
    found: list[UUID] = []
    checks = [(row.checked_at, row) for row in rows if row.checked_at is not None]
    source = of.reporter.subject
    for checked_at, row in checks:
        event_id = finding_id(source, account, row, fallen)
        if event_id is not None and (rule := ruleset.rule(row.rule or "")) is not None:
            finding = FindingRecorded(
                rule=rule.code,
                severity=rule.line,
                count=row.count,
                finder=of.reporter.name,
                note=row.note,
                date_only=row.date_only,
            )
            events.append(
                Event(event_id, source, account, min(checked_at, of.received_at), as_recorded(finding))
            )
            found.append(event_id)
            if row.rectified:
                events.append(_rectified(of, account, event_id))
        events.extend(_look(of, account, checked_at, row))
    if checks:
        newest_at, newest = max(checks, key=lambda check: check[0])
        data = SelfCheckRecorded(
            report_id=of.report_id,
            unit=source,
            quarter=of.quarter.label,
            outcome="failed" if newest.outcome == "failed" else "passed",
            finding_ids=tuple(sorted(found)),
            date_only=newest.date_only,
        )
        check_id = fact_ids.self_check_recorded(source, account, of.report_id)
        events.append(Event(check_id, source, account, min(newest_at, of.received_at), data))
    return events


def _rectified(of: ReportOf, account: str, finding_id: UUID) -> Event[FindingRectified]:
    source = of.reporter.subject
    event_id = fact_ids.finding_rectified(source, account, finding_id)
    return Event(event_id, source, account, of.received_at, FindingRectified(finding_id=finding_id))


def _look(of: ReportOf, account: str, checked_at: datetime, row: SelfCheckRow) -> list[Event[Any]]:
    """Return the look that a row is where it names the newest post: without one it proves nothing."""
    newest = row.newest_post_at
    if newest is None:
        return []
    source, looked_at = of.reporter.subject, min(checked_at, of.received_at)
    published_at = min(newest, of.received_at)
    post = PostPublished(observed_at=looked_at, date_only=row.newest_post_date_only)
    shows_from = (
        from_micros(day_of(to_micros(published_at))[1]) if row.newest_post_date_only else published_at
    )
    look = AccountPatrolled(newest_post_at=published_at, shows_from=shows_from, by_hand=True)
    look_id = fact_ids.account_patrolled(source, account, checked_at)
    return [
        post_event(source, account, fact_ids.post_key_of_time(newest), published_at, post),
        Event(look_id, source, account, looked_at, look),
    ]


def _by_account(rows: Sequence[SelfCheckRow], subjects: dict[int, str]) -> dict[str, list[SelfCheckRow]]:
    by_account: dict[str, list[SelfCheckRow]] = defaultdict(list)
    for row in rows:
        by_account[subjects[row.row]].append(row)
    return by_account
