"""Sheets of findings: problems that a checker or a firm named, under the rules that their words mean."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from connectors.papers.paper import Finding, ReadPage, Reason, Record
from events import fact_ids
from events.codec import Event
from events.evidence import Evidence
from events.finding import FindingRecorded, Severity, as_recorded
from events.folding import fold
from events.sources import SHEETS
from pipeline.office.intake.moments import moment_of
from pipeline.office.intake.plan import Address, Draft
from projections.rules.rulesets import Ruleset

_OFFERED = 3


def as_ruled(record: Record, ruleset: Ruleset) -> Record:
    """Return a record of which the findings offer rules of a ruleset alone: those that they name, else the nearest."""
    findings = tuple(
        replace(finding, rules=rules_offered(finding, ruleset)) if finding.rules else finding
        for finding in record.findings
    )
    if findings == record.findings:
        return record
    offered = {
        code: now.rules
        for before, now in zip(record.findings, findings, strict=True)
        for code in before.rules
    }
    doubts = tuple(
        replace(doubt, answers=_offering(doubt.answers, offered)) if doubt.field == "rule" else doubt
        for doubt in record.doubts
    )
    return replace(record, findings=findings, doubts=doubts)


def _offering(answers: Sequence[str], offered: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for answer in answers for code in offered.get(answer, (answer,))))


def rules_offered(finding: Finding, ruleset: Ruleset) -> tuple[str, ...]:
    """Return the rules of a finding that a ruleset has, in their order; of none, those whose names come nearest."""
    known = tuple(code for code in finding.rules if ruleset.rule(code) is not None)
    return known or nearest_rules(finding.words, ruleset)


def nearest_rules(words: str, ruleset: Ruleset) -> tuple[str, ...]:
    """Return the rules that people judge whose names share most pairs of characters with some words."""
    pairs = _pairs(words)
    shared = [
        (max(len(pairs & _pairs(name)) for name in (rule.name, *rule.aliases)), -place, rule.code)
        for place, rule in enumerate(ruleset.rules)
        if rule.by == "finding"
    ]
    return tuple(code for count, _, code in sorted(shared, reverse=True)[:_OFFERED] if count)


def _pairs(text: str) -> set[str]:
    folded = fold(text)
    return {folded[place : place + 2] for place in range(len(folded) - 1)}


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
            near = [rule.name for rule in ruleset.rules if rule.code in nearest_rules(finding.words, ruleset)]
            nearest = f"；相近的有：{'、'.join(near)}" if near else ""
            rule_stated = finding.words or finding.rule or ""
            return [], Reason(
                "rule_not_in_ruleset", {"rule": rule_stated, "ruleset": ruleset.label, "nearest": nearest}
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
        event_id = _finding_id(void, subject, data, when)
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


def _finding_id(void: frozenset[UUID], subject: str, data: FindingRecorded, when: datetime) -> UUID:
    return fact_ids.standing(
        void,
        lambda telling: fact_ids.finding_recorded(
            subject, data.rule, when, data.finder, data.note, telling=telling
        ),
    )
