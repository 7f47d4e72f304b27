"""Answers of units to tasks of rectification, with the files that they hand in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from events import fact_ids
from events.codec import Event
from events.evidence import REFERENCE_ONLY
from events.fields import field
from events.instants import local_iso
from events.messages import message
from events.rectification import RectificationAnswered
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.evidence import keep_file
from pipeline.home.failpoints import fail_point
from pipeline.home.workspace import Workspace
from pipeline.office.rectification.tasks import append_once, named_tasks, nothing_waits
from projections.rounds.tasks import Task


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
    tasks = named_tasks(workspace, asked.what, lambda task: task.waits, nothing_waits)
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
    event_id = fact_ids.rectification_answered(
        account,
        data.tasks,
        text,
        (e.sha256 for e in evidence),
        telling=1
        + max(task.reopened for task in tasks),  # the same words behind a recheck are another answer
    )
    event = append_once(workspace, Event(event_id, OFFICE, account, at, data, actor.origin()))
    return Answered(account, tuple(tasks), event)


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
