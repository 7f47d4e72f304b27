"""Commands that list the cases of the filing desk, as of a day."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipeline.cli.days import Day, end_of
from pipeline.cli.filings import filings
from pipeline.cli.filters import codes_meant, scope_of
from pipeline.cli.listing import show_list
from pipeline.cli.option_groups import Filters, Output, grouped
from pipeline.cli.options import home_of
from pipeline.home.registry import find_alone, registry_now
from pipeline.home.workspace import Workspace, open_workspace
from pipeline.office.columns import ACCOUNT, day, ident, text, word
from pipeline.office.filings.desk import cases_at
from pipeline.office.filings.late import PROBLEMS, deadline_text, needing_attention
from pipeline.office.filings.words import KINDS, STATES
from pipeline.office.scope import Place, keys_within
from pipeline.office.units import unit_tree
from projections.registry.filing_case import FilingCase
from projections.registry.filing_deadlines import Deadline

_COLUMNS = (
    ident("case", "编号"),
    *ACCOUNT,
    word("kind", "类别", KINDS),
    word("state", "状态", STATES),
    day("effective_at", "生效时间"),
    day("filed_at", "备案时间"),
    text("owner_zh", "主办单位期限"),
    text("office_zh", "市政府办公室期限"),
    word("problems", "问题", PROBLEMS),
)
State = Annotated[
    list[str] | None,
    typer.Option("--state", help="Only cases that stand so: 待批, 已备案, …; again for more."),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the group of filings."""
    del app


@filings.command("list")
@grouped
def list_cases(
    ctx: typer.Context,
    account: Annotated[str | None, typer.Option(help="Only the cases of this account.")] = None,
    on: Day = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    state: State = None,
    *,
    to: Output,
) -> None:
    """List applications and filings with their deadlines, as of a day.

    Example: xuncha filings list --on 2023-03-31
    """
    with open_workspace(home_of(ctx)) as workspace:
        cases = cases_at(workspace, end_of(on))
        if account is not None:
            subject = find_alone(workspace, account)
            cases = [case for case in cases if case.account_id == subject]
        cases = _kept(workspace, cases, filters, state)
    show_cases(cases, to)


@filings.command("late")
@grouped
def list_late(
    ctx: typer.Context,
    on: Day = None,
    filters: Filters = Filters(),  # noqa: B008 (frozen)
    state: State = None,
    *,
    to: Output,
) -> None:
    """List filings that are late, lack an approval, or whose deadline cannot be computed, as of a day.

    Example: xuncha filings late --on 2023-03-31
    """
    with open_workspace(home_of(ctx)) as workspace:
        cases = _kept(workspace, needing_attention(cases_at(workspace, end_of(on))), filters, state)
    show_cases(cases, to)


def _kept(
    workspace: Workspace, cases: Sequence[FilingCase], filters: Filters, state: Sequence[str] | None
) -> list[FilingCase]:
    """Return the cases that people ask for; those of accounts yet to be opened, too."""
    states = codes_meant(state, STATES, "--state")
    entries = registry_now(workspace).entries
    placed = {case.id: entries.get(case.account_id) or Place(case.owner, case.platform) for case in cases}
    kept = keys_within(placed, scope_of(filters), unit_tree(workspace))
    return [case for case in cases if case.id in kept and (states is None or case.state in states)]


def show_cases(cases: Sequence[FilingCase], to: Output) -> None:
    """Give a list of cases."""
    show_list([case_fields(case) for case in cases], _COLUMNS, to)


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
