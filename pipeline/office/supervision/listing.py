"""Letters and orders as lists have them, with the state of their answers."""

from collections.abc import Mapping
from datetime import date

import msgspec

from events.claim import folded
from events.instants import UtcDatetime
from events.messages import message
from events.supervision import SupervisionAnswered
from pipeline.home.claims import known_acts
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.columns import day, ident, minute, number, text, word
from pipeline.office.scope import Scope, accounts_within
from projections.rounds.supervision import SUPERVISION_TYPES, State, Supervision, supervisions

KINDS: Mapping[str, str] = {"letter": "提醒函", "order": "督办单"}
STATES: Mapping[State, str] = {
    "late": "逾期未答复",
    "waiting": "待答复",
    "answered": "已答复",
    "withdrawn": "已撤回",
}
COLUMNS = (
    ident("number", "文号"),
    word("kind", "种类", KINDS),
    text("unit", "主办单位"),
    text("month", "月份"),
    day("issued_on", "发出"),
    day("due", "答复期限"),
    number("tasks", "整改项"),
    number("accounts", "超期账号"),
    word("state", "情况", STATES),
    minute("answered_at", "答复时间"),
)


class ListedSupervision(msgspec.Struct, frozen=True, kw_only=True):
    """A letter or an order as a list has it."""

    id: str
    number: str
    kind: str
    unit: str
    month: str
    issued_on: date
    due: date | None
    tasks: int
    accounts: int
    state: State
    answered_at: UtcDatetime | None
    in_time: bool


class SupervisionAnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit answered."""

    at: UtcDatetime
    text: str
    evidence: tuple[str, ...]  # hashes of files
    actor: str


def issued_now(workspace: Workspace) -> list[Supervision]:
    """Return every letter and order, the newest last."""
    return supervisions(known_acts(workspace.known, SUPERVISION_TYPES))


def list_supervision(
    workspace: Workspace,
    today: date,
    *,
    unit: str = "",
    month: str = "",
    scope: Scope = Scope(),  # noqa: B008 (frozen)
) -> list[ListedSupervision]:
    """Return letters and orders, the newest first; of a unit by its name, of a month, to the units of a scope."""
    units = units_within(workspace, scope)
    return [
        ListedSupervision(
            id=str(one.id),
            number=one.number,
            kind=one.kind,
            unit=one.unit,
            month=one.month,
            issued_on=one.issued_on,
            due=one.due,
            tasks=len(one.tasks),
            accounts=len(one.accounts),
            state=one.state(today),
            answered_at=one.answered_at,
            in_time=one.in_time,
        )
        for one in reversed(issued_now(workspace))
        if unit in ("", one.unit) and month in ("", one.month) and (units is None or one.unit in units)
    ]


def units_within(workspace: Workspace, scope: Scope) -> frozenset[str] | None:
    """Return the names of the units that have accounts of a scope, None for all."""
    if scope == Scope():
        return None
    registry = registry_now(workspace)
    try:
        among = accounts_within(workspace, registry, scope)
    except NotFoundError:
        return frozenset()
    return frozenset(registry.entries[account].owner for account in among)


def find_supervision(workspace: Workspace, text: str) -> Supervision:
    """Return a letter or an order by its number, or the beginning of its id; raises `NotFoundError`."""
    found = [
        one
        for one in issued_now(workspace)
        if folded(one.number) == folded(text) or (len(text) >= _ID_START and str(one.id).startswith(text))
    ]
    if len(found) != 1:
        raise NotFoundError(
            message("no letter or order {text!r}; `xuncha supervision list` shows them", text=text)
        )
    return found[0]


def answer_views(workspace: Workspace, one: Supervision) -> list[SupervisionAnswerView]:
    """Return the answers to a letter or an order, with who recorded each."""
    actors = workspace.actors_of([k.event.id for k in one.answers]) if one.answers else {}
    return [
        SupervisionAnswerView(
            at=k.event.time,
            text=d.text,
            evidence=tuple(e.sha256 for e in d.evidence if e.sha256),
            actor=actors.get(k.event.id, ""),
        )
        for k in one.answers
        if isinstance(d := k.event.data, SupervisionAnswered)
    ]


_ID_START = 6
