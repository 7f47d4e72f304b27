"""Commands that list the cases of the filing desk, as of a day."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipeline.cli.days import Day, end_of
from pipeline.cli.filings import filings
from pipeline.cli.options import Json, home_of
from pipeline.cli.output import print_rows
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import open_workspace
from pipeline.office.filings.desk import cases_at
from pipeline.office.filings.late import PROBLEMS, deadline_text, needing_attention
from projections.registry.filing_case import CaseState, FilingCase
from projections.registry.filing_deadlines import Deadline

KINDS = {"opened": "开设", "changed": "变更", "stopped": "关停", "cancelled": "注销"}
STATES = {
    CaseState.APPLIED: "待批",
    CaseState.REFUSED: "不同意",
    CaseState.APPROVED: "已批准",
    CaseState.FILED: "已备案",
    CaseState.FORWARDED: "已报送",
}
_COLUMNS = {
    "case": "编号",
    "name": "账号名称",
    "platform": "平台",
    "owner": "主办单位",
    "kind_zh": "类别",
    "state_zh": "状态",
    "effective_at": "生效时间",
    "filed_at": "备案时间",
    "owner_zh": "主办单位期限",
    "office_zh": "市政府办公室期限",
    "problems_zh": "问题",
}


def register(app: typer.Typer) -> None:
    """Add these commands to the group of filings."""
    del app


@filings.command("list")
def list_cases(
    ctx: typer.Context,
    account: Annotated[str | None, typer.Option(help="Only the cases of this account.")] = None,
    on: Day = None,
    as_json: Json = False,
) -> None:
    """List applications and filings with their deadlines, as of a day.

    Example: xuncha filings list --on 2023-03-31
    """
    with open_workspace(home_of(ctx)) as workspace:
        cases = cases_at(workspace, end_of(on))
        if account is not None:
            subject = find_account(registry_now(workspace), account)
            cases = [case for case in cases if case.account_id == subject]
    print_cases(cases, as_json=as_json)


@filings.command("late")
def list_late(ctx: typer.Context, on: Day = None, as_json: Json = False) -> None:
    """List filings that are late, lack an approval, or whose deadline cannot be computed, as of a day.

    Example: xuncha filings late --on 2023-03-31
    """
    with open_workspace(home_of(ctx)) as workspace:
        cases = needing_attention(cases_at(workspace, end_of(on)))
    print_cases(cases, as_json=as_json)


def print_cases(cases: Sequence[FilingCase], *, as_json: bool) -> None:
    """Print cases as a table or as JSON."""
    print_rows([case_fields(case) for case in cases], as_json=as_json, columns=_COLUMNS)


def case_fields(case: FilingCase) -> dict[str, Any]:
    """Return a case as commands show it."""
    return {
        "id": str(case.id),
        "case": str(case.id)[:8],
        "account_id": case.account_id,
        "name": case.name,
        "platform": case.platform,
        "owner": case.owner,
        "kind": case.kind,
        "kind_zh": KINDS[case.kind],
        "state": str(case.state),
        "state_zh": STATES[case.state],
        "application_id": str(case.application_id) if case.application_id else None,
        "applied_at": case.applied_at,
        "effective_at": case.effective_at,
        "filed_at": case.filed_at,
        "changes": case.changes,
        "reason": case.reason,
        "owner_deadline": _deadline(case.owner_deadline),
        "owner_zh": deadline_text(case.owner_deadline),
        "office_deadline": _deadline(case.office_deadline),
        "office_zh": deadline_text(case.office_deadline),
        "forwarded": [
            {"system": f.system, "at": f.forwarded_at, "receipt": f.receipt} for f in case.forwarded
        ],
        "problems": [str(p) for p in case.problems],
        "problems_zh": [PROBLEMS[p] for p in case.problems],
        "people": case.people,
        "late": case.late,
    }


def _deadline(deadline: Deadline | None) -> dict[str, Any] | None:
    if deadline is None:
        return None
    due = deadline.due.isoformat() if deadline.due else None
    return {"due": due, "state": str(deadline.state), "reason": deadline.reason}
