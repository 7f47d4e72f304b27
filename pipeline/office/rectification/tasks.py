"""Tasks as known now: what bulletins and orders ask for, what came of it, and which problems came again."""

from collections.abc import Callable, Container
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from connectors.history.rounds import load_rows
from events.account import AccountMerged
from events.bulletin import BulletinIssued
from events.codec import Event
from events.facts import VerdictRow
from events.fields import field
from events.instants import FAR
from events.known import Known
from events.messages import message
from events.rectification import RectificationAnswered, RectificationRechecked
from pipeline.home.appending import filed_again
from pipeline.home.claims import known_acts
from pipeline.home.desk import Desk
from pipeline.home.errors import UsageError
from pipeline.home.registry import find_alone, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.rounds.sheets import round_ruleset
from pipeline.office.rounds.state import find_round
from projections.registry.identity.twins import twins
from projections.rounds.repeats import as_repeated
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


def tasks_now(workspace: Workspace, *, without: Container[UUID] = (), known_at: datetime = FAR) -> list[Task]:
    """Return every task, answered ones too, by unit, account and problem; facts `without` are not known.

    As known now, or at another moment: then neither what was told later counts, nor a later revision.

    Of the editions of a round's bulletin the one that went out first counts, for one problem is one task. What a
    revision holds against an account no more is no task. A twin that was merged since then is asked under the account
    that it is now.
    """
    known = [k for k in workspace.known.read(TASK_TYPES, known_at) if k.event.id not in without]
    registry = registry_now(workspace)
    tasks = tasks_of_orders(known, {account: e.owner for account, e in registry.entries.items()})
    for issue in first_issues(known_acts(workspace.known, (BulletinIssued.type,), known_at)):
        state = find_round(workspace, issue.event.subject.removeprefix(_ROUND))
        if state is not None:
            of_run = _rows(workspace, issue.event.data.run_id)
            frozen = [one for one in (state.frozen, *state.revisions) if one and one.known_at <= known_at]
            newest = _rows(workspace, frozen[-1].run_id) if frozen else of_run
            tasks += tasks_held(issue, of_run, newest, round_ruleset(workspace, state))
    merged = twins(k for k in known if isinstance(k.event.data, AccountMerged))
    now = {twin.subject: twin.into for of_it in merged.values() for twin in of_it}
    tasks = [replace(task, account_id=now.get(task.account_id, task.account_id)) for task in tasks]
    done = as_repeated(as_answered(tasks, known))
    return sorted(done, key=lambda t: (t.unit, t.account_id, t.rule, str(t.id)))


def _rows(workspace: Workspace, run_id: UUID) -> list[VerdictRow]:
    """Return the rows of a run; a read model keeps them, for none changes."""

    def load() -> list[VerdictRow]:
        return load_rows(workspace.client, run_id)

    return workspace.model.rows_of_run(run_id, load) if isinstance(workspace, Desk) else load()


def follow_ups_of(workspace: Workspace, task_id: UUID) -> list[Known]:
    """Return the answers to a task and its rechecks that stand, in the order in which they came."""
    known = workspace.known.read((RectificationAnswered.type, RectificationRechecked.type))
    found = [
        k
        for k in known
        if isinstance(d := k.event.data, RectificationAnswered | RectificationRechecked)
        and task_id in d.tasks
    ]
    return sorted(found, key=lambda k: (k.event.time, k.recorded_at, k.offset))


def answers_to(workspace: Workspace, task_id: UUID) -> list[Known]:
    """Return the answers to a task that stand, in the order in which they came."""
    return [k for k in follow_ups_of(workspace, task_id) if isinstance(k.event.data, RectificationAnswered)]


def named_tasks(
    workspace: Workspace, text: str, wanted: Callable[[Task], bool], none: Callable[[str], str]
) -> list[Task]:
    """Return the tasks that a person names: one by its id, or those of an account that are `wanted`.

    Raises `UsageError` with what `none` says of the text where an account has none of these.
    """
    tasks = tasks_now(workspace)
    if len(text) >= ID_START:
        found = [task for task in tasks if str(task.id).startswith(text.lower())]
        if len(found) == 1:
            return found
    account = find_alone(workspace, text)
    found = [task for task in tasks if task.account_id == account and wanted(task)]
    if not found:
        raise UsageError(none(text))
    return found


def nothing_waits(text: str) -> str:
    """Return what is said where no task of an account waits for an answer."""
    return message(
        "{text}: nothing waits for an answer; `xuncha rectification due {all}` shows every task",
        text=text,
        all=field("all"),
    )


def append_once(workspace: Workspace, event: Event[Any], *before: Event[Any]) -> Event[Any]:
    """Append a fact unless it stands, anew where it was taken back; when its files were kept is no part of it.

    What has to stand `before` it goes with it.
    """
    (event,) = filed_again(workspace.known, [event])
    if all(k.event.id != event.id for k in workspace.known.read((event.type,))):
        workspace.log.append([*before, event])
    return event
