"""A month of supervision, unit by unit: what was found, who passed the limit, what waits, what was answered."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from connectors.history.alerts import list_alerts
from events.fields import field
from events.finding import FindingRecorded, FindingWithdrawn
from events.instants import SHANGHAI
from events.messages import message
from events.rectification import RectificationAnswered
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import ruleset_of
from pipeline.home.workspace import Workspace
from pipeline.office.columns import number, text
from pipeline.office.rectification.tasks import tasks_now
from pipeline.office.scope import Scope, accounts_within
from pipeline.office.supervision.listing import issued_now
from projections.rules.ladder import Ladder

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
COLUMNS = (
    text("unit", "主办单位"),
    number("accounts", "账号"),
    number("findings", "发现问题"),
    number("over_limit", "超期账号"),
    number("open", "待答复整改"),
    number("late", "逾期整改"),
    number("answers", "答复"),
    number("letters", "提醒函"),
    number("orders", "督办单"),
    number("unanswered", "未答复文书"),
)


class UnitMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What a month was for a unit; the tasks are as they stand now."""

    unit: str
    accounts: int  # open ones
    findings: int  # with a time in the month, not withdrawn
    over_limit: int  # accounts of which a warning of the limit was raised in the month
    open: int
    late: int
    answers: int  # of tasks, that came in the month
    letters: int
    orders: int
    unanswered: int  # letters and orders, of the month, that wait

    @property
    def is_quiet(self) -> bool:
        """Tell whether there is nothing to say of it."""
        counted = (self.findings, self.over_limit, self.open, self.answers, self.letters, self.orders)
        return not any(counted)


def ends_of(month: str) -> tuple[datetime, datetime]:
    """Return begin and end of a month, 2026-08; raises `UsageError` for another text."""
    found = _MONTH.fullmatch(month.strip())
    if found is None:
        raise UsageError(
            message("{month} {text!r} is no month; write it as 2026-08", month=field("month"), text=month)
        )
    begin = datetime(int(found[1]), int(found[2]), 1, tzinfo=SHANGHAI)
    return begin, (begin + timedelta(days=31)).replace(day=1)


def list_month(
    workspace: Workspace,
    month: str,
    today: date,
    scope: Scope = Scope(),  # noqa: B008 (frozen)
) -> list[UnitMonth]:
    """Return the units of which there is something to say of a month, by name: nobody is ranked."""
    begin, end = ends_of(month)
    registry = registry_now(workspace)
    entries, cards = registry.entries, registry.cards
    among = _among(workspace, scope)
    owner = {account: entries[account].owner for account in among}
    findings = Counter(owner[a] for a in _found(workspace, begin, end) if a in owner)
    over = Counter(owner[a] for a in set(over_limit(workspace, month)) if a in owner)
    tasks = [task for task in tasks_now(workspace) if task.account_id in among]
    answers = Counter(
        d.unit
        for k in workspace.known.read((RectificationAnswered.type,))
        if begin <= k.event.time < end
        and k.event.subject in among
        and isinstance(d := k.event.data, RectificationAnswered)
    )
    letters = [s for s in issued_now(workspace) if s.month == month and not s.withdrawn]
    accounts = Counter(owner[a] for a in among if a in cards and cards[a].closed_at is None)
    rows = [
        UnitMonth(
            unit=unit,
            accounts=accounts[unit],
            findings=findings[unit],
            over_limit=over[unit],
            open=sum(task.unit == unit and task.waits for task in tasks),
            late=sum(task.unit == unit and task.is_late(today) for task in tasks),
            answers=answers[unit],
            letters=sum(s.unit == unit and s.kind == "letter" for s in letters),
            orders=sum(s.unit == unit and s.kind == "order" for s in letters),
            unanswered=sum(s.unit == unit and not s.answers for s in letters),
        )
        for unit in sorted({*owner.values(), *(task.unit for task in tasks)} - {""})
    ]
    return [row for row in rows if not row.is_quiet]


def over_limit(workspace: Workspace, month: str) -> list[str]:
    """Return the accounts of which a warning of the limit was raised in a month, and stands."""
    begin, end = ends_of(month)
    levels = {"limit"} | {s.level for s in Ladder(ruleset_of(workspace.home)).steps if s.is_limit}
    return sorted(
        {
            row["subject"]
            for row in list_alerts(workspace.client)
            if row["type"] == "alert.raised"
            and row["level"] in levels
            and not row["withdrawn"]
            and begin <= row["at"] < end
        }
    )


def last_month(today: date) -> str:
    """Return the month before a day: it is what a sheet is about when nothing else is said."""
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


def month_in_words(month: str) -> str:
    """Return a month as papers write it: 2026年8月."""
    begin, _ = ends_of(month)
    return f"{begin.year}年{begin.month}月"


def _found(workspace: Workspace, begin: datetime, end: datetime) -> Iterable[str]:
    """Return the account of each finding of a month that stands."""
    known = workspace.known.read((FindingRecorded.type, FindingWithdrawn.type))
    withdrawn = {k.event.data.corrects for k in known if isinstance(k.event.data, FindingWithdrawn)}
    return (
        k.event.subject
        for k in known
        if isinstance(k.event.data, FindingRecorded)
        and k.event.id not in withdrawn
        and begin <= k.event.time < end
    )


def _among(workspace: Workspace, scope: Scope) -> frozenset[str]:
    try:
        return frozenset(accounts_within(workspace, registry_now(workspace), scope))
    except NotFoundError:
        if scope == Scope():
            raise
        return frozenset()
