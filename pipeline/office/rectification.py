"""Rectification (整改): who has to answer what, the answers of units, and orders of the office outside a bulletin."""

from collections.abc import Container, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from connectors.history.rounds import load_rows
from events import fact_ids
from events.bulletin import BulletinIssued
from events.codec import Event
from events.evidence import REFERENCE_ONLY
from events.fields import field
from events.instants import local_iso
from events.known import Known
from events.messages import message
from events.rectification import RectificationAnswered, RectificationOrdered
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.appending import filed_again
from pipeline.home.claims import known_acts
from pipeline.home.errors import ConflictError, UsageError
from pipeline.home.evidence import keep_file
from pipeline.home.failpoints import fail_point
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.findings import find_finding, is_withdrawn
from pipeline.office.rounds.sheets import round_ruleset
from pipeline.office.rounds.state import find_round
from projections.rounds.state import subject_of
from projections.rounds.tasks import (
    TASK_TYPES,
    Task,
    as_answered,
    first_issues,
    tasks_held,
    tasks_of_orders,
)

_ROUND = subject_of("")
ID_START = 6
"""So many letters of an id are taken for one before they are taken for the name of an account."""


class OrderRectification(msgspec.Struct, frozen=True):
    """Ask a unit to put a finding right that no bulletin names."""

    finding: str  # beginning of its id
    due: date | None = None
    reason: str = ""


class AnswerRectification(msgspec.Struct, frozen=True):
    """What a unit said of an account's tasks."""

    what: str  # beginning of a task's id, or an account as people name it: all its open tasks
    text: str = ""
    files: tuple[Path, ...] = ()
    at: datetime | None = None  # when it came; None: now
    reference: str = ""  # about secret or harmful content, in place of text and files: where it is kept


class Answered(msgspec.Struct, frozen=True):
    """An answer as recorded."""

    account_id: str
    tasks: tuple[Task, ...]
    event: Event[RectificationAnswered]


def tasks_now(workspace: Workspace, *, without: Container[UUID] = ()) -> list[Task]:
    """Return every task, answered ones too, by unit, account and problem; facts `without` are not known.

    Of the editions of a round's bulletin the one that went out first counts, for one problem is one task. What a
    revision holds against an account no more is no task. A twin that was merged since then is asked under the account
    that it is now.
    """
    known = [k for k in workspace.known.read(TASK_TYPES) if k.event.id not in without]
    registry = registry_now(workspace)
    tasks = tasks_of_orders(known, {account: e.owner for account, e in registry.entries.items()})
    for issue in first_issues(known_acts(workspace.known, (BulletinIssued.type,))):
        state = find_round(workspace, issue.event.subject.removeprefix(_ROUND))
        if state is not None:
            rows = load_rows(workspace.client, issue.event.data.run_id)
            newest = rows if state.newest is None else load_rows(workspace.client, state.newest.run_id)
            tasks += tasks_held(issue, rows, newest, round_ruleset(workspace, state))
    now = {twin.subject: twin.into for of_it in registry.twins.values() for twin in of_it}
    tasks = [replace(task, account_id=now.get(task.account_id, task.account_id)) for task in tasks]
    return sorted(as_answered(tasks, known), key=lambda t: (t.unit, t.account_id, t.rule, str(t.id)))


def order(workspace: Workspace, asked: OrderRectification, actor: Actor) -> UUID:
    """Order that a finding is put right; ordered again nothing changes. Returns the id of the order.

    Raises `UsageError` for a finding that is unknown, and `ConflictError` for one that is withdrawn or that an issued
    bulletin asks about already.
    """
    workspace.home.texts.refuse({"reason": asked.reason})
    finding = find_finding(workspace, asked.finding)
    finding_id, account = finding.event.id, finding.event.subject
    if is_withdrawn(workspace, finding):
        raise ConflictError(
            message(
                "finding {finding_id} is withdrawn already; there is nothing to put right",
                finding_id=finding_id,
            )
        )
    for task in tasks_now(workspace):
        if task.order_id is not None and finding_id in task.findings:
            return task.order_id
        if task.basis and finding_id in task.findings:
            raise ConflictError(
                message(
                    "bulletin {basis} asks about finding {finding_id} already: task {id}",
                    basis=task.basis,
                    finding_id=finding_id,
                    id=task.id,
                )
            )
    data = RectificationOrdered(finding_id=finding_id, due=asked.due, reason=asked.reason)
    event_id = fact_ids.rectification_ordered(account, finding_id)
    return _append_once(
        workspace, Event(event_id, OFFICE, account, datetime.now(UTC), data, actor.origin())
    ).id


def answer(workspace: Workspace, asked: AnswerRectification, actor: Actor) -> Answered:
    """Record what a unit answered; files are kept, durable, before it. The same answer again changes nothing.

    Raises `UsageError` where nothing is open, for an answer without words and files, one of the future, and one
    about secret or harmful content that is more than a reference.
    """
    workspace.home.texts.refuse({"text": asked.text})
    now = datetime.now(UTC)
    at = asked.at or now
    if at > now:
        raise UsageError(
            message(
                "{at} {at_2} is still to come; say when the answer came", at=field("at"), at_2=local_iso(at)
            )
        )
    tasks = _meant(workspace, asked.what)
    text = _text(asked, tasks)
    evidence = tuple(keep_file(workspace.home, path, now) for path in asked.files)
    fail_point("answer.before_fact")
    data = RectificationAnswered(
        tasks=tuple(task.id for task in tasks),
        unit=tasks[0].unit,
        text=text,
        evidence=evidence,
        findings=tuple(sorted({finding for task in tasks for finding in task.findings})),
    )
    account = tasks[0].account_id
    event_id = fact_ids.rectification_answered(account, data.tasks, text, (e.sha256 for e in evidence))
    event = _append_once(workspace, Event(event_id, OFFICE, account, at, data, actor.origin()))
    return Answered(account, tuple(tasks), event)


def answers_to(workspace: Workspace, task_id: UUID) -> list[Known]:
    """Return the answers to a task that stand, in the order in which they came."""
    known = workspace.known.read((RectificationAnswered.type,))
    found = [k for k in known if isinstance(d := k.event.data, RectificationAnswered) and task_id in d.tasks]
    return sorted(found, key=lambda k: k.event.time)


def _append_once(workspace: Workspace, event: Event[Any]) -> Event[Any]:
    """Append a fact unless it stands, anew where it was taken back; when its files were kept is no part of it."""
    (event,) = filed_again(workspace.known, [event])
    if all(k.event.id != event.id for k in workspace.known.read((event.type,))):
        workspace.log.append([event])
    return event


def _meant(workspace: Workspace, text: str) -> list[Task]:
    """Return the tasks that a person names: one by its id, or those of an account that nobody answered."""
    tasks = tasks_now(workspace)
    if len(text) >= ID_START:
        found = [task for task in tasks if str(task.id).startswith(text.lower())]
        if len(found) == 1:
            return found
    account = find_account(registry_now(workspace), text)
    waiting = [task for task in tasks if task.account_id == account and task.answered_at is None]
    if not waiting:
        raise UsageError(
            message(
                "{text}: nothing waits for an answer; `xuncha rectification due {all}` shows every task",
                text=text,
                all=field("all"),
            )
        )
    return waiting


def _text(asked: AnswerRectification, tasks: Sequence[Task]) -> str:
    """Return what enters the log of an answer; raises `UsageError`."""
    if any(task.rule in REFERENCE_ONLY for task in tasks):
        if asked.text.strip() or asked.files or not asked.reference:
            raise UsageError(
                message(
                    "the answer is about secret or harmful content: nothing of it is copied; name"
                    " with {reference} alone where it is kept",
                    reference=field("reference"),
                )
            )
        return f"见{asked.reference}"
    if asked.reference:
        raise UsageError(
            message(
                "{reference} is for secret or harmful content alone; write {text}",
                reference=field("reference"),
                text=field("text"),
            )
        )
    if not asked.text.strip() and not asked.files:
        raise UsageError(
            message("the answer is empty; give {text} or {file}", text=field("text"), file=field("file"))
        )
    return asked.text.strip()
