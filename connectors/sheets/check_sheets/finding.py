"""The finding of one row of a check sheet, held against the round that the sheet belongs to."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

import msgspec

from connectors.sheets.errors import BadValueError
from connectors.sheets.evidence_cells import refuse_copies
from connectors.sheets.fields import RowFields
from connectors.sheets.vocabulary import SEVERITY_WORDS
from events.days import chinese_day
from events.evidence import REFERENCE_ONLY
from events.finding import Severity
from events.instants import SHANGHAI
from events.messages import message
from events.moments import Moment

FindingCode = tuple[str, Severity]
_FINDING = ("severity", "count", "found_at", "note", "evidence", "reference")


class CheckedFinding(msgspec.Struct, frozen=True):
    """What a checker found at one account."""

    rule: str
    rule_text: str
    severity: Severity
    count: int
    found_at: datetime
    date_only: bool
    note: str
    evidence: str  # name of a file beside the sheet, or empty
    reference: str


class SheetContext(msgspec.Struct, frozen=True):
    """What the rows of a sheet are held against."""

    mark: str
    names: Mapping[str, str]  # of the accounts on the sheet: account id to name
    settle_rule: Callable[[str, Severity | None], FindingCode]  # raises BadValueError
    check_file: Callable[[str], None]  # raises BadValueError for what is no evidence file beside the sheet
    start: datetime  # findings in (start, check point] count
    check_point: datetime


def read_finding(
    fields: RowFields, sheet: SheetContext, looked: Moment | None, latest: datetime
) -> CheckedFinding | None:
    """Return the finding of a row, None where it has none or a cell of it was refused."""
    text = fields.text("rule")
    if not text:
        for key in _FINDING:
            if fields.cell(key) is not None:
                fields.refuse(
                    key,
                    message("stands without a 问题"),
                    message("choose the rule that was broken, or clear the cell"),
                )
        return None
    severity = fields.choice("severity", SEVERITY_WORDS)
    code = _code(fields, sheet, text, severity)
    at = _found_at(fields, sheet, looked, latest)
    count, note = fields.count("count"), fields.text("note")
    evidence, reference = fields.text("evidence"), fields.text("reference")
    _check_evidence(fields, sheet, code, evidence)
    if code is None or at is None:
        return None
    return CheckedFinding(
        rule=code[0],
        rule_text=text,
        severity=code[1],
        count=count,
        found_at=at.at,
        date_only=at.date_only,
        note=note,
        evidence=evidence,
        reference=reference,
    )


def _found_at(
    fields: RowFields, sheet: SheetContext, looked: Moment | None, latest: datetime
) -> Moment | None:
    """Return when a finding was made, by default at the look; refuse what would count in no score of the round.

    A date alone on the day of the check point stands at the check point.
    """
    blank = fields.cell("found_at") is None
    if blank and fields.cell("looked_at") is None:
        fields.refuse(
            "found_at", message("is empty, and so is 检查时间"), message("fill in when it was found")
        )
    at = looked if blank else fields.moment("found_at", latest)
    if at is None:
        return None
    if at.date_only and chinese_day(at.at) == chinese_day(sheet.check_point):
        at = Moment(min(at.at, sheet.check_point), date_only=True)
    if not sheet.start < at.at <= sheet.check_point:
        first, last = (
            instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
            for instant in (sheet.start, sheet.check_point)
        )
        fields.refuse(
            "found_at",
            message(
                "{what}lies outside the round: the finding would never count",
                what=message("is empty, and 检查时间 ") if blank else "",
            ),
            message(
                "write when the problem stood there, after {first} and not after {last}",
                first=first,
                last=last,
            ),
        )
    return at


def _code(fields: RowFields, sheet: SheetContext, text: str, severity: str | None) -> FindingCode | None:
    try:
        return sheet.settle_rule(text, cast(Severity | None, severity))
    except BadValueError as error:
        fields.refuse("rule" if severity is None else "severity", error.problem, error.remedy)
        return None


def _check_evidence(fields: RowFields, sheet: SheetContext, code: FindingCode | None, evidence: str) -> None:
    """Refuse a file that is not there, and everything but a reference where nothing may be copied."""
    if code is not None and code[0] in REFERENCE_ONLY:
        refuse_copies(fields, code[0], "evidence", "note")
        fields.need("reference")
    elif evidence:
        try:
            sheet.check_file(evidence)
        except BadValueError as error:
            fields.refuse("evidence", error.problem, error.remedy)
