"""Tasks of rectification for people: whose, what, until when, and how late."""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from connectors.history.knowledge import actors_of
from events.evidence import REFERENCE_ONLY, Evidence
from events.instants import UtcDatetime
from events.messages import message
from events.rectification import RectificationAnswered
from pipeline.home.errors import NotFoundError
from pipeline.home.evidence import FOLDER, hash_of
from pipeline.home.folder import Home
from pipeline.home.registry import registry_now
from pipeline.home.rulesets import rule_names
from pipeline.home.workspace import Workspace
from pipeline.office.rectification import answers_to, tasks_now
from pipeline.office.scope import Scope, accounts_within
from projections.rounds.tasks import Task

State = Literal["late", "waiting", "answered"]


class ShownTask(msgspec.Struct, frozen=True, kw_only=True):
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
    begun_on: date
    due: date | None
    days_left: int | None  # None: no last day, or answered; below zero: late
    state: State
    answered_at: UtcDatetime | None
    findings: tuple[UUID, ...]
    reference_only: bool  # secret or harmful content: nothing of it is copied


class ShownAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit answered."""

    at: UtcDatetime
    text: str
    evidence: tuple[Evidence, ...]
    actor: str


def list_tasks(workspace: Workspace, today: date, scope: Scope = Scope()) -> list[ShownTask]:  # noqa: B008 (frozen)
    """Return the tasks of a scope, what is due first coming first and the answered ones last."""
    tasks = tasks_now(workspace)
    registry = registry_now(workspace)
    if scope != Scope():
        among = _within(workspace, scope)
        tasks = [task for task in tasks if task.account_id in among]
    words = rule_names(workspace.home.path)
    order = {"late": 0, "waiting": 1, "answered": 2}
    shown = []
    for task in tasks:
        entry = registry.entries.get(task.account_id)
        state, left = _state(task, today)
        shown.append(
            ShownTask(
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
                begun_on=task.begun_on,
                due=task.due,
                days_left=left,
                state=state,
                answered_at=task.answered_at,
                findings=task.findings,
                reference_only=task.rule in REFERENCE_ONLY,
            )
        )
    return sorted(shown, key=lambda t: (order[t.state], t.due or date.max, t.unit, t.name, t.rule))


def shown_answers(workspace: Workspace, task_id: UUID) -> list[ShownAnswer]:
    """Return the answers to a task that stand, with who recorded each."""
    known = answers_to(workspace, task_id)
    actors = actors_of(workspace.client, [k.event.id for k in known]) if known else {}
    return [
        ShownAnswer(at=k.event.time, text=data.text, evidence=data.evidence, actor=actors.get(k.event.id, ""))
        for k in known
        if isinstance(data := k.event.data, RectificationAnswered)
    ]


def evidence_file(home: Home, evidence: Evidence) -> bytes:
    """Return a file of evidence; raises `NotFoundError` where it is not there as it was handed in."""
    path = home.path / FOLDER / evidence.sha256
    if not path.is_file() or hash_of(path) != evidence.sha256:
        raise NotFoundError(message("no such document is kept here"))
    return path.read_bytes()


def _state(task: Task, today: date) -> tuple[State, int | None]:
    if task.answered_at is not None:
        return "answered", None
    if task.due is None:
        return "waiting", None
    left = (task.due - today).days
    return ("late" if left < 0 else "waiting"), left


def _within(workspace: Workspace, scope: Scope) -> frozenset[str]:
    """Return the accounts of a scope; a unit or area without accounts has none."""
    try:
        return frozenset(accounts_within(workspace, registry_now(workspace), scope))
    except NotFoundError:
        return frozenset()
