"""The filing desk for pages: cases with their numbers, what each waits for, and whose they are."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from connectors.history.knowledge import actors_of, read_known
from events.days import chinese_day
from events.filing import FilingApplied, FilingFiled
from events.instants import FAR
from events.known import Known
from events.messages import message
from events.withdrawal import FactWithdrawn
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import numbers_now
from pipeline.home.workspace import Workspace
from pipeline.office.filings.desk import cases_at
from pipeline.office.scope import Place, Placed, Scope, area_of, keys_within
from pipeline.office.units import unit_tree
from projections.registry.cards import ACCOUNT_TYPES, AccountCard, cards_at
from projections.registry.filing_case import CaseState, FilingCase
from projections.registry.filing_deadlines import Deadline, Timeliness
from projections.registry.filing_numbers import filing_numbers
from projections.registry.units import units_by_name

_OPENING = (FilingApplied.type, FilingFiled.type)
_OPEN = (Timeliness.PENDING, Timeliness.OVERDUE)


class FilingView(msgspec.Struct, frozen=True, kw_only=True):
    """A case as a page shows it."""

    number: str  # 2026-118
    case: FilingCase
    area: str
    account_number: str  # empty: the account is not in the registry, or has none
    due: date | None = None  # last day of what is still to be done, None: nothing is, or nobody knows
    overdue: bool = False
    uncomputed: bool = False  # a deadline runs, and the calendar of its year is not announced

    def due_today(self, now: datetime) -> bool:
        """Tell whether its last day is this one."""
        return self.due is not None and self.due == chinese_day(now)


def list_filings(workspace: Workspace, scope: Scope, at: datetime, known_at: datetime) -> list[FilingView]:
    """Return the cases of a scope as of T as known at K: those with a last day first, then the newest."""
    tree = unit_tree(workspace)
    cases = cases_at(workspace, at, known_at)
    about = {case.account_id for case in cases}
    cards = cards_at(workspace.known.read(ACCOUNT_TYPES, subjects=about), FAR) if about else {}
    placed = {c.id: _place(c, cards) for c in cases}
    try:
        kept = keys_within(placed, scope, tree)
    except NotFoundError:
        return []
    by_name = units_by_name(tree)
    numbers, accounts = _numbers(workspace), numbers_now(workspace)
    found = [
        _view(c, numbers, accounts.get(c.account_id, ""), area_of(placed[c.id], by_name))
        for c in cases
        if c.id in kept
    ]
    return sorted(found, key=lambda v: (v.due is None, v.due or date.min, _descending(v.number)))


def find_filing(
    workspace: Workspace, scope: Scope, number: str, at: datetime, known_at: datetime
) -> FilingView:
    """Return a case of a scope by its number; raises `NotFoundError`."""
    for view in list_filings(workspace, scope, at, known_at):
        if view.number == number:
            return view
    raise NotFoundError(message("no filing {number}", number=number))


def applicants_of(workspace: Workspace, case: FilingCase) -> list[str]:
    """Return the codes of who applied; facts of old tell nobody."""
    facts = [fact for fact in (case.application_id, case.filing_id) if fact is not None]
    return list(actors_of(workspace.client, facts[:1]).values())


def _view(case: FilingCase, numbers: Mapping[UUID, str], account_number: str, area: str) -> FilingView:
    running = [d for d in (case.owner_deadline, case.office_deadline) if d is not None and d.state in _OPEN]
    due = min((d.due for d in running if d.due is not None), default=None)
    facts = (case.application_id, case.filing_id, case.id)
    given = [numbers[fact] for fact in facts if fact is not None and fact in numbers]
    return FilingView(
        number=min(given, default=""),
        case=case,
        area=area,
        account_number=account_number,
        due=due,
        overdue=any(d.state is Timeliness.OVERDUE for d in running),
        uncomputed=any(_unknown(d) for d in (case.owner_deadline, case.office_deadline)),
    )


def _unknown(deadline: Deadline | None) -> bool:
    return deadline is not None and deadline.state is Timeliness.UNKNOWN and deadline.due is None


def _place(case: FilingCase, cards: Mapping[str, AccountCard]) -> Placed:
    """Return where the account of a case belongs; of one that is applied for, where its owner does."""
    card = cards.get(case.account_id)
    return card.entry() if card is not None else Place(case.owner, case.platform)


def _numbers(workspace: Workspace) -> dict[UUID, str]:
    """Return the numbers of cases; only where an application was withdrawn the history tells which place it had."""
    gone = workspace.known.read((FactWithdrawn.type,), texts=False)
    if any(isinstance(k.event.data, FactWithdrawn) and k.event.data.of_type in _OPENING for k in gone):
        records = read_known(workspace.client, _OPENING, FAR)
    else:
        records = workspace.known.read(_OPENING, texts=False)
    return filing_numbers(sorted(records, key=_recorded))


def _recorded(k: Known) -> tuple[int, int, int]:
    return k.recorded_at, k.partition, k.offset


def _descending(number: str) -> tuple[int, int]:
    year, _, place = number.partition("-")
    return (-int(year), -int(place)) if place.isdecimal() else (0, 0)


def waits_for(case: FilingCase) -> str:
    """Return in Chinese what a case waits for next, empty where all is done."""
    if case.kind == "opened" and case.state is CaseState.APPROVED:
        return "待开设后备案"
    return {
        CaseState.APPLIED: "待审核" if case.owner_opinion is not None else "待主办单位意见",
        CaseState.APPROVED: "待办理后备案",
        CaseState.FILED: "待报送上级系统",
    }.get(case.state, "")
