"""What people are told about late filings."""

from collections.abc import Iterable, Sequence

from connectors.sheets.rows import FilingRow
from events.days import chinese_day
from projections.registry.filing_case import CaseProblem, FilingCase
from projections.registry.filing_deadlines import (
    OWNER_DAYS,
    Deadline,
    Timeliness,
    judge_deadline,
)

TIMELINESS = {
    Timeliness.ON_TIME: "按时",
    Timeliness.LATE: "逾期",
    Timeliness.PENDING: "未到期",
    Timeliness.OVERDUE: "已逾期未办",
    Timeliness.UNKNOWN: "无法判断",
}
PROBLEMS = {
    CaseProblem.NO_APPLICATION: "开设未申请",
    CaseProblem.NOT_APPROVED: "未经批准即开设",
    CaseProblem.REFUSED: "不同意仍开设",
    CaseProblem.APPLIED_AFTERWARDS: "开设后才申请",
}


def late_rows(rows: Sequence[FilingRow]) -> list[str]:
    """Return a line for each row that was filed late, or whose year's holidays are not known."""
    lines = []
    for row in rows:
        if row.filed_at is None:
            continue
        name = row.account.name or row.account.given_id or "?"
        filed = chinese_day(row.filed_at)
        deadline = judge_deadline(chinese_day(row.effective_at), OWNER_DAYS, filed, None)
        if deadline.state is Timeliness.UNKNOWN:
            lines.append(f"第 {row.row} 行 {name}: 期限无法计算 deadline not computed ({deadline.reason})")
        elif deadline.state is Timeliness.LATE:
            lines.append(f"第 {row.row} 行 {name}: 备案逾期 filed {filed}, due {deadline.due}")
    return lines


def needing_attention(cases: Iterable[FilingCase]) -> list[FilingCase]:
    """Return the cases that are late, lack an approval, or whose deadline cannot be computed."""
    return [case for case in cases if case.late or case.problems or _uncomputed(case)]


def deadline_text(deadline: Deadline | None) -> str:
    """Write a deadline for people: 逾期（2023-01-29）."""
    if deadline is None:
        return ""
    day = f"（{deadline.due}）" if deadline.due else ""
    reason = f"：{deadline.reason}" if deadline.reason else ""
    return f"{TIMELINESS[deadline.state]}{day}{reason}"


def _uncomputed(case: FilingCase) -> bool:
    """Tell a case with a known day whose calendar is not announced."""
    owner, office = case.owner_deadline, case.office_deadline
    return any(
        d is not None and d.state is Timeliness.UNKNOWN and d.due is None and case.filed_at is not None
        for d in (owner, office)
    )
