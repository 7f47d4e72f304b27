"""Tasks of rectification for people: whose, what, until when, and how late."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec

from events.evidence import REFERENCE_ONLY, Evidence
from events.instants import UtcDatetime
from events.messages import message
from events.rectification import RectificationAnswered, RectificationRechecked
from pipeline.home.errors import NotFoundError
from pipeline.home.evidence import FOLDER, hash_of
from pipeline.home.folder import Home
from pipeline.home.registry import Registry, registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.rectification.tasks import follow_ups_of, tasks_now
from pipeline.office.rectification.updates import updated_since
from pipeline.office.scope import Scope, accounts_within
from projections.rounds.tasks import Task

State = Literal["late", "again", "waiting", "answered", "closed"]
STATES: Mapping[State, str] = {
    "late": "逾期未答复",
    "again": "复查未过，待重新答复",
    "waiting": "待答复",
    "answered": "已答复待复查",
    "closed": "已销号",
}
"""Where a task stands, for people; in the order of lists."""


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """A task as a list has it."""

    task_id: UUID
    account_id: str
    unit: str
    number: str | None  # 编号
    name: str
    platform: str
    rule: str
    problem: str  # name of the rule
    count: int
    basis: str  # number of the bulletin; empty: an order of the office
    ordered: bool
    begun_on: date
    due: date | None
    days_left: int | None  # None: no last day, or answered; below zero: late
    state: State
    answered_at: UtcDatetime | None
    in_time: bool  # of the answer
    rechecked_at: UtcDatetime | None
    reopened: int  # so many rechecks found it not put right
    repeats: str  # number of the bulletin that named the same account and rule within a year before
    unit_repeats: str  # the same of the unit and rule
    updated_at: UtcDatetime | None  # of silence: a post since (系统核实)
    findings: tuple[UUID, ...]
    reference_only: bool  # secret or harmful content: nothing of it is copied


class FollowUpView(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit answered, or what somebody saw who rechecked it."""

    id: UUID
    at: UtcDatetime
    text: str
    evidence: tuple[Evidence, ...]
    actor: str
    held: bool | None = None  # of a recheck
    by: str = ""  # who looked, of a recheck
    due: date | None = None  # new last day, of a recheck


def list_tasks(workspace: Workspace, today: date, scope: Scope = Scope()) -> list[TaskView]:  # noqa: B008 (frozen)
    """Return the tasks of a scope, what is due first coming first and the closed ones last."""
    tasks = tasks_now(workspace)
    registry = registry_now(workspace)
    if scope != Scope():
        among = _within(workspace, scope)
        tasks = [task for task in tasks if task.account_id in among]
    return task_views(workspace, registry, tasks, today)


def task_views(
    workspace: Workspace, registry: Registry, tasks: Iterable[Task], today: date
) -> list[TaskView]:
    """Return tasks as a list has them."""
    tasks = list(tasks)
    words = rule_names(workspace.home.path)
    updated = updated_since(workspace, tasks)
    order = {state: n for n, state in enumerate(STATES)}
    views = []
    for task in tasks:
        entry = registry.entries.get(task.account_id)
        state, left = state_of(task, today)
        views.append(
            TaskView(
                task_id=task.id,
                account_id=task.account_id,
                unit=task.unit,
                number=registry.numbers.get(task.account_id),
                name=entry.name if entry else "",
                platform=entry.platform if entry else "",
                rule=task.rule,
                problem=words.get(task.rule, task.rule),
                count=task.count,
                basis=task.basis,
                ordered=task.order_id is not None,
                begun_on=task.begun_on,
                due=task.due,
                days_left=left,
                state=state,
                answered_at=task.answered_at,
                in_time=task.in_time,
                rechecked_at=task.rechecked_at,
                reopened=task.reopened,
                repeats=task.repeats,
                unit_repeats=task.unit_repeats,
                updated_at=updated.get(task.id),
                findings=task.findings,
                reference_only=task.rule in REFERENCE_ONLY,
            )
        )
    return sorted(views, key=lambda t: (order[t.state], t.due or date.max, t.unit, t.name, t.rule))


def follow_ups_to(workspace: Workspace, task_id: UUID) -> list[FollowUpView]:
    """Return the answers to a task and its rechecks that stand, with who recorded each."""
    known = follow_ups_of(workspace, task_id)
    actors = workspace.actors_of([k.event.id for k in known]) if known else {}
    return [
        FollowUpView(
            id=k.event.id, at=k.event.time, actor=actors.get(k.event.id, ""), **_content(k.event.data)
        )
        for k in known
    ]


def _content(data: object) -> dict[str, Any]:
    if isinstance(data, RectificationRechecked):
        return {"text": data.note, "evidence": (), "held": data.held, "by": data.by, "due": data.due}
    assert isinstance(data, RectificationAnswered)  # noqa: S101 (`follow_ups_of` gives no others)
    return {"text": data.text, "evidence": data.evidence}


def evidence_file(home: Home, evidence: Evidence) -> bytes:
    """Return a file of evidence; raises `NotFoundError` where it is not there as it was handed in."""
    path = home.path / FOLDER / evidence.sha256
    if not path.is_file() or hash_of(path) != evidence.sha256:
        raise NotFoundError(message("no such document is kept here"))
    return path.read_bytes()


def state_of(task: Task, today: date) -> tuple[State, int | None]:
    """Return where a task stands on a day, and the days that are left, below zero where the last one has passed."""
    if task.held:
        return "closed", None
    if task.answered_at is not None:
        return "answered", None
    left = None if task.due is None else (task.due - today).days
    if task.is_late(today):
        return "late", left
    return ("again" if task.reopened else "waiting"), left


def _within(workspace: Workspace, scope: Scope) -> frozenset[str]:
    """Return the accounts of a scope; a unit or area without accounts has none."""
    try:
        return frozenset(accounts_within(workspace, registry_now(workspace), scope))
    except NotFoundError:
        return frozenset()
