"""Reader of the sheet of a self-check."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal, cast

import msgspec
from msgspec.structs import replace

from connectors.sheets.evidence_cells import refuse_copies
from connectors.sheets.fields import RowFields
from connectors.sheets.kinds import SELF_CHECK
from connectors.sheets.notes import Rows
from connectors.sheets.reading import read_rows
from connectors.sheets.rows import AccountRef
from connectors.sheets.vocabulary import words
from events.closeness import nearest
from events.days import chinese_day
from events.evidence import SECRETS
from events.instants import MICROSECOND
from events.messages import message
from events.moments import Moment

OUTCOME_WORDS = words(
    {
        "passed": ("合格", "通过", "正常", "是", "passed"),
        "failed": ("不合格", "未通过", "否", "failed"),
        "not_checked": ("未检查", "未自查", "not_checked"),
    }
)
RECTIFIED_WORDS = words(
    {
        "yes": ("已整改", "是", "已完成", "yes"),
        "no": ("未整改", "否", "整改中", "no"),
        "none": ("无需整改", "无", "none"),
    }
)


class SelfCheckRow(msgspec.Struct, frozen=True):
    """One account, or one problem of it, that a unit checked."""

    row: int
    account: AccountRef
    outcome: Literal["passed", "failed", "not_checked"]
    checked_at: datetime | None  # None: not checked
    date_only: bool
    rule: str | None  # code, as resolved
    rule_text: str
    count: int
    newest_post_at: datetime | None
    newest_post_date_only: bool
    rectified: bool
    note: str


class CheckedWithin(msgspec.Struct, frozen=True):
    """The stretch of time that the checks of a report lie in: (start, end], and the whole of the last day.

    A check without a time of day counts as the end of its day, though the report may come before that.
    """

    start: datetime
    end: datetime

    @property
    def last_day(self) -> date:
        """Chinese day that the end lies in; midnight ends the day before."""
        return chinese_day(self.end - MICROSECOND)

    def holds(self, checked: Moment) -> bool:
        """Tell whether a check lies in it."""
        today = checked.date_only and chinese_day(checked.at) == self.last_day
        return self.start < checked.at and (checked.at <= self.end or today)


def read_self_checks(
    path: Path,
    resolve_rule: Callable[[str], str | None],
    within: CheckedWithin,
    *,
    rules: Sequence[str] = (),
) -> Rows[SelfCheckRow]:
    """Read a self-check; `resolve_rule` and `rules` as in `read_findings`."""
    return read_rows(path, SELF_CHECK, lambda fields: _check(fields, resolve_rule, rules, within))


def _check(
    fields: RowFields,
    resolve_rule: Callable[[str], str | None],
    rules: Sequence[str],
    within: CheckedWithin,
) -> SelfCheckRow | None:
    fields.need("outcome")
    account = fields.account()
    outcome = fields.choice("outcome", OUTCOME_WORDS)
    checked = _checked(fields, outcome, within)
    rule_text = fields.text("rule")
    rule = _rule(fields, outcome, rule_text, resolve_rule, rules)
    count = fields.count("count")
    newest, date_only = _newest(fields, checked)
    rectified = fields.choice("rectified", RECTIFIED_WORDS)
    if rectified == "yes" and not rule_text:
        fields.refuse(
            "rectified", message("is filled in without a problem"), message("name the problem, or clear it")
        )
    refuse_copies(fields, rule, "note")
    note = fields.text("note")
    if outcome is None or (checked is None and outcome != "not_checked"):
        return None
    return SelfCheckRow(
        row=fields.number,
        account=account,
        outcome=cast(Literal["passed", "failed", "not_checked"], outcome),
        checked_at=checked.at if checked else None,
        date_only=checked is not None and checked.date_only,
        rule=rule,
        rule_text=rule_text,
        count=count,
        newest_post_at=newest,
        newest_post_date_only=date_only,
        rectified=rectified == "yes",
        note=note,
    )


def _checked(fields: RowFields, outcome: str | None, within: CheckedWithin) -> Moment | None:
    checked = fields.moment("checked_at")
    if outcome == "not_checked":
        for key in ("checked_at", "rule", "newest_post_at"):
            if fields.cell(key) is not None:
                fields.refuse(
                    key,
                    message("is filled in though the account was not checked"),
                    message("clear it, or write the result"),
                )
        return None
    fields.need("checked_at")
    if checked is not None and not within.holds(checked):
        first, last = chinese_day(within.start), within.last_day
        fields.refuse(
            "checked_at",
            message("does not lie in the time of the report, {first} to {last}", first=first, last=last),
            message("correct the date"),
        )
    return checked


def _rule(
    fields: RowFields,
    outcome: str | None,
    text: str,
    resolve_rule: Callable[[str], str | None],
    rules: Sequence[str],
) -> str | None:
    if outcome == "failed" and fields.cell("rule") is None:
        fields.refuse(
            "rule",
            message("is empty though the account failed"),
            message("write the code or the name of a rule"),
        )
    rule = resolve_rule(text) if text else None
    if text and rule is None:
        fields.refuse(
            "rule",
            message("is no rule of the ruleset{nearest}", nearest=nearest(text, rules)),
            message("write the code or the name of a rule"),
        )
    if rule == SECRETS:
        fields.refuse(
            "rule",
            message("is a separate case (另案处理), which the office alone records"),
            message("clear the row, and tell the office in the way that secrets are told"),
        )
        fields.errors[-1] = replace(fields.errors[-1], value="")
    return rule


def _newest(fields: RowFields, checked: Moment | None) -> tuple[datetime | None, bool]:
    """Read the newest post that the check saw; a date alone on the day of the check stands at the check."""
    newest, _ = fields.moment_or_none("newest_post_at")
    if newest is None or checked is None:
        return None, False
    at = newest.at
    if newest.date_only and chinese_day(newest.at) == chinese_day(checked.at):
        at = min(newest.at, checked.at)
    if at > checked.at:
        fields.refuse(
            "newest_post_at", message("is later than the check"), message("correct one of the two times")
        )
    return at, newest.date_only
