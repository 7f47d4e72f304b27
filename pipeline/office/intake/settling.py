"""Answers about single rows: a record as it reads once its doubts are settled, or the records that it falls into."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from connectors.papers.paper import Doubt, Finding, Platform, Reason, Record
from connectors.papers.paper_time import PaperTime
from connectors.papers.several_accounts import parts_of
from connectors.papers.vocabulary import vocabulary
from events.folding import fold
from pipeline.office.intake.asking import Asker
from pipeline.office.intake.plan import Address

BOTH, LEAVE_OUT, STOP = "two_accounts", "leave_out", "stop"
SEVERAL = "several_findings"
_STATED = {"outcome_unclear": "outcome", "status_unclear": "state", "answer_unclear": "answer_state"}
_OF_FINDINGS = frozenset(
    {"severity", "severity_unknown", "finding_unknown", "silence_told", "several_problems", "not_an_app"}
)


def settled_records(asker: Asker, at: Address, record: Record) -> tuple[list[Record], tuple[str, ...]]:
    """Return what a row says once its doubts are settled, and the questions that this rests on.

    No record where a doubt has neither answer nor default, or the answer leaves the row out.
    """
    records, needs = [record], []
    for number, doubt in enumerate((*record.doubts, *record.contradictions)):
        question = asker.ask(
            at,
            doubt.why,
            field=doubt.field,
            cell=doubt.cell,
            answers=(*doubt.answers, LEAVE_OUT),
            default=doubt.default,
            about=str(number),
        )
        needs.append(question.id)
        answer = question.settled
        if answer is None or answer == LEAVE_OUT:
            records = []
        records = [settled for each in records for settled in _settled(each, doubt, answer or "")]
    return records, tuple(needs)


def _settled(record: Record, doubt: Doubt, answer: str) -> Sequence[Record]:
    code = doubt.why.code
    if code == "two_platforms" and answer == BOTH:
        parts = _with_own_ids(record, len(record.platforms))
        return [
            replace(p, platform=each, platforms=()) for p, each in zip(parts, record.platforms, strict=True)
        ]
    if code == "two_names" and answer == BOTH:
        names = parts_of(record.text("name"))
        names = names if len(names) > 1 else parts_of(doubt.cell)
        parts = _with_own_ids(record, len(names))
        named = [_with(part, "name", name) for part, name in zip(parts, names, strict=True)]
        if len(record.platforms) == len(names):
            pairs = zip(named, record.platforms, strict=True)
            named = [replace(part, platform=platform, platforms=()) for part, platform in pairs]
        return [replace(part, part=number) for number, part in enumerate(named)]
    return [_answered(record, code, answer)]


def _with_own_ids(record: Record, count: int) -> list[Record]:
    """Return a record for each account that a row names, with its id; one id for several accounts is nobody's."""
    ids = parts_of(record.text("account_id"))
    if not ids:
        return [record] * count
    if len(ids) == count:
        return [_with(record, "account_id", each) for each in ids]
    told = Reason("one_id_for_several", {"id": record.text("account_id")})
    return [replace(_with(record, "account_id", ""), hints=(*record.hints, told))] * count


def _answered(record: Record, code: str, answer: str) -> Record:
    match code:
        case "two_platforms" | "platform_unknown" | "platform_blank":
            return replace(record, platform=platform_of(answer, record.platforms), platforms=())
        case "outcome_unclear" | "status_unclear" | "answer_unclear":
            return _with(record, _STATED[code], answer)
        case "closed_without_day" | "closed_by_remark" | "closed_without_state":
            return _closed(record, answer)
        case "days_differ" if answer == "days_silent":
            return by_days(record)
        case _ if code in _OF_FINDINGS:
            return replace(record, findings=tuple(r for f in record.findings for r in _ruled(f, answer)))
    return record


def platform_of(answer: str, offered: Sequence[Platform] = ()) -> Platform:
    """Return the platform that an answer names, one of those offered first."""
    known = {platform.name: platform for platform in (*vocabulary().platforms.values(), *offered)}
    return known.get(answer) or vocabulary().platforms.get(fold(answer)) or Platform(answer, answer)


def _with(record: Record, field: str, value: str) -> Record:
    return replace(record, fields={**record.fields, field: value})


def _closed(record: Record, answer: str) -> Record:
    """Return a record that is closed as somebody says, or is not; another answer says when, which is kept."""
    if answer == "not_closed":
        fields = {field: value for field, value in record.fields.items() if field != "closed_at"}
        return replace(record, fields={**fields, "state": "open"})
    return _with(record, "state", answer) if answer in ("stopped", "cancelled") else record


def by_days(record: Record) -> Record:
    """Take the days that a row says instead of a date: the newest post is of the day so many days before the look."""
    looked, days = record.time("looked_at"), record.fields.get("days_silent")
    if looked is None or not isinstance(days, int):
        return record
    newest = PaperTime("day", looked.day - timedelta(days=days))
    return replace(record, fields={**record.fields, "newest_post_at": newest})


def _ruled(finding: Finding, answer: str) -> tuple[Finding, ...]:
    """Return a finding under the rule or the line that was answered, or the findings that its parts are."""
    if answer == SEVERAL and finding.parts:
        return finding.parts
    if answer in ("red", "yellow"):
        return (replace(finding, severity=answer),)
    return (replace(finding, rule=answer) if answer in finding.rules else finding,)
