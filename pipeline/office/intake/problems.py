"""Sheets of findings: problems that a checker or a firm named, under the rules that their words mean."""

from datetime import datetime
from uuid import UUID

from connectors.papers.paper import Finding, ReadPage, Reason, Record
from events import fact_ids
from events.codec import Event
from events.evidence import Evidence
from events.finding import FindingRecorded, Severity, as_recorded
from events.sources import SHEETS
from pipeline.office.intake.moments import moment_of
from pipeline.office.intake.plan import Address, Draft
from projections.rules.rulesets import Ruleset


def finding_facts(
    at: Address,
    subject: str,
    record: Record,
    page: ReadPage,
    ruleset: Ruleset,
    void: frozenset[UUID],
    handed_in_at: datetime,
) -> tuple[list[Draft], Reason | None]:
    """Return the findings of a row that are taken, and why one is not: a rule that the ruleset lacks, no time."""
    found_at = record.time("found_at")
    if found_at is None:
        return [], Reason("no_time_of_finding")
    drafts = []
    finder = str(page.context.checked_by.value) if page.context.checked_by else ""
    for finding in record.findings:
        code = _code(finding, ruleset)
        if code is None:
            return [], Reason(
                "rule_not_in_ruleset", {"rule": finding.rule or finding.words, "ruleset": ruleset.label}
            )
        rule, severity = code
        when = moment_of(found_at)
        note = record.text("finding_text") if finding.keeps_text else ""
        data = FindingRecorded(
            rule=rule,
            severity=severity,
            count=finding.count or 1,
            finder=finder,
            note=note,
            date_only=found_at.clock is None,
            handed_in_at=handed_in_at,
            evidence=(Evidence(reference=finding.reference, taken_at=when),) if finding.reference else (),
        )
        event_id = _standing_id(void, subject, data, when)
        drafts.append(Draft(at, Event(event_id, SHEETS, subject, when, as_recorded(data))))
    return drafts, None


def _code(finding: Finding, ruleset: Ruleset) -> tuple[str, Severity] | None:
    """Return rule and severity under which a finding counts, None where the ruleset has no such rule or line."""
    rule = ruleset.rule(finding.rule) if finding.rule else None
    if rule is None:
        return None
    severity: Severity = finding.severity or rule.line
    code = ruleset.code_on_line(rule, severity)
    return None if code is None else (code, severity)


def _standing_id(void: frozenset[UUID], subject: str, data: FindingRecorded, when: datetime) -> UUID:
    return fact_ids.standing(
        void,
        lambda telling: fact_ids.finding_recorded(
            subject, data.rule, when, data.finder, data.note, telling=telling
        ),
    )
