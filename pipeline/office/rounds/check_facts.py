"""What the rows of a check sheet are as facts: looks, findings, and the evidence that goes with them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors.sheets.check_sheets.finding import CheckedFinding, FindingCode
from connectors.sheets.check_sheets.reader import CheckRow
from connectors.sheets.errors import BadValueError
from connectors.sheets.rows import AccountRef, FindingRow, LookRow
from events.base import Payload
from events.closeness import nearest
from events.codec import Event
from events.finding import FindingRecorded, Severity
from events.messages import message
from pipeline.home.evidence import keep_file
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.imports import LINE_REMEDY, finding_events
from projections.rules.rulesets import Rule, Ruleset


class Found(msgspec.Struct, frozen=True):
    """A finding of a row with its fact, which names no evidence file yet."""

    row: int
    finding: CheckedFinding
    event: Event[Payload]


def rule_settler(
    ruleset: Ruleset, checkable: Sequence[Rule]
) -> Callable[[str, Severity | None], FindingCode]:
    """Return what names the code and line of a rule as a checker wrote it; it raises `BadValueError`."""
    codes = {rule.code for rule in checkable}

    def settle(text: str, severity: Severity | None) -> FindingCode:
        code = ruleset.resolve(text)
        rule = ruleset.rule(code) if code else None
        if rule is None:
            problem = message("is no rule of this round{nearest}", nearest=nearest(text, ruleset.names))
            raise BadValueError(problem, message("choose one from the list, or write its code"))
        if rule.code not in codes:
            raise BadValueError(
                message("is judged from looks and posts, not found by hand"),
                message("fill in 检查时间 and 最新发布时间 instead"),
            )
        line = severity or rule.line
        on_line = ruleset.code_on_line(rule, line)
        if on_line is None or ruleset.rule(on_line) is None:
            raise BadValueError(
                message("is not what {name} is: that is a {line} line", name=rule.name, line=rule.line),
                LINE_REMEDY,
            )
        return on_line, line

    return settle


def look_rows(rows: Sequence[CheckRow]) -> list[LookRow]:
    """Return the looks of a sheet."""
    return [
        LookRow(
            row=row.row,
            account=_ref(row),
            looked_at=row.looked_at,
            looked_date_only=row.looked_date_only,
            newest_post_at=row.newest_post_at,
            newest_post_date_only=row.newest_post_date_only,
        )
        for row in rows
        if row.looked_at is not None
    ]


def found_in(
    workspace: Workspace, path: Path, rows: Sequence[CheckRow], ruleset: Ruleset, checker: str
) -> list[Found]:
    """Return the findings of a sheet; raises `SheetErrors` for two rows that would be one fact."""
    pairs = [(row, row.finding) for row in rows if row.finding is not None]
    found = [
        FindingRow(
            row=row.row,
            account=_ref(row),
            rule=finding.rule,
            rule_text=finding.rule_text,
            severity=finding.severity,
            count=finding.count,
            found_at=finding.found_at,
            date_only=finding.date_only,
            finder=checker,
            note=finding.note,
            reference=finding.reference,
        )
        for row, finding in pairs
    ]
    events = finding_events(path, found, registry_now(workspace), ruleset, datetime.now(UTC))
    return [Found(row.row, finding, event) for (row, finding), event in zip(pairs, events, strict=True)]


def with_evidence(workspace: Workspace, folder: Path, found: Found) -> Event[Payload]:
    """Return the fact of a finding with its evidence file, which is kept first, durable on return."""
    finding, event = found.finding, found.event
    if not finding.evidence or not isinstance(event.data, FindingRecorded):
        return event
    file = keep_file(workspace.home, folder / finding.evidence, finding.found_at)
    data = msgspec.structs.replace(event.data, evidence=(file, *event.data.evidence))
    return Event(event.id, event.source, event.subject, event.time, data)


def _ref(row: CheckRow) -> AccountRef:
    return AccountRef(row.account_id, None, None, None)
