"""Rechecks of what units put right (整改复查): another person than who recorded or answered it closes a task."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from events import rectification_ids
from events.codec import Event
from events.days import chinese_day
from events.evidence import REFERENCE_ONLY
from events.fields import field
from events.finding import FindingRecorded
from events.known import Known
from events.messages import message
from events.rectification import RectificationRechecked
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.rectification.tasks import append_once, follow_ups_of, named_tasks
from pipeline.office.rounds.sheets import check_code
from pipeline.office.two_persons import marks, require_second
from projections.rounds.tasks import Task


class RecheckRectification(msgspec.Struct, frozen=True):
    """What somebody found who looked whether it is put right."""

    what: str  # beginning of a task's id, or an account as people name it: all its tasks that are not closed
    held: bool
    by: str  # a checker's code or a person id
    note: str = ""
    due: date | None = None  # where it is not put right: the new last day


class Rechecked(msgspec.Struct, frozen=True):
    """A recheck as recorded."""

    account_id: str
    tasks: tuple[Task, ...]
    event: Event[RectificationRechecked]


def recheck_rectification(workspace: Workspace, asked: RecheckRectification, actor: Actor) -> Rechecked:
    """Record whether tasks are put right: those that are are closed, the others wait again until a new last day.

    Tasks that wait may be closed, too, where somebody saw that they are put right; only answered ones are sent back.
    Raises `UsageError` where who looked recorded the finding or the answer, where nothing is left to look at, and for
    a new last day that is missing, is over, or has no place.
    """
    check_code(asked.by)
    workspace.home.texts.refuse({"note": asked.note})
    now = datetime.now(UTC)
    _check_day(asked, chinese_day(now))
    tasks = named_tasks(
        workspace,
        asked.what,
        lambda task: not task.held and (asked.held or task.answered_at is not None),
        _nothing_left,
    )
    if any(task.held or (task.waits and not asked.held) for task in tasks):
        raise UsageError(_nothing_left(asked.what))
    if asked.note.strip() and any(task.rule in REFERENCE_ONLY for task in tasks):
        raise UsageError(
            message(
                "the task is about secret or harmful content: nothing of it is copied; leave {note} blank",
                note=field("note"),
            )
        )
    follow_ups = {k.event.id: k for task in tasks for k in follow_ups_of(workspace, task.id)}
    alone = _require_other(workspace, asked, tasks, list(follow_ups.values()), actor)
    data = RectificationRechecked(
        tasks=tuple(task.id for task in tasks),
        held=asked.held,
        by=asked.by,
        note=asked.note.strip(),
        due=asked.due,
    )
    account = tasks[0].account_id
    event_id = rectification_ids.rectification_rechecked(
        account, data.tasks, asked.by, follow_ups, held=asked.held, note=data.note
    )
    event = Event(event_id, OFFICE, account, now, data, actor.origin())
    event = append_once(workspace, event, *marks("recheck", event_id, actor, alone=alone))
    return Rechecked(account, tuple(tasks), event)


def _check_day(asked: RecheckRectification, today: date) -> None:
    if asked.held and asked.due is not None:
        raise UsageError(message("{due} is for what is not put right; leave it blank", due=field("due")))
    if not asked.held and (asked.due is None or asked.due < today):
        raise UsageError(
            message("what is not put right waits again: name with {due} a last day to come", due=field("due"))
        )


def _require_other(
    workspace: Workspace,
    asked: RecheckRectification,
    tasks: Sequence[Task],
    follow_ups: Sequence[Known],
    actor: Actor,
) -> bool:
    """Refuse whoever recorded a finding or answered; returns whether one person does both, for the rule is off."""
    findings = {finding for task in tasks for finding in task.findings}
    acts = [k.event.id for k in follow_ups if not isinstance(k.event.data, RectificationRechecked)]
    acted_by = set(workspace.actors_of([*acts, *findings]).values())
    alone = require_second(workspace, "recheck", acted_by, actor)
    recorded = workspace.known.read((FindingRecorded.type,)) if findings else []
    finders = {
        k.event.data.finder
        for k in recorded
        if k.event.id in findings and isinstance(k.event.data, FindingRecorded)
    }
    if asked.by in {*finders, *acted_by} and not alone:
        raise UsageError(
            message("{by} recorded the finding or the answer; a recheck is another person's", by=asked.by)
        )
    return alone


def _nothing_left(text: str) -> str:
    return message(
        "{text}: nothing is left to look at; `xuncha rectification due {all}` shows every task",
        text=text,
        all=field("all"),
    )
