"""Taking back what was told of rectification by mistake: an answer, a recheck, an order, a notice to a unit."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from events.base import Payload
from events.codec import Event
from events.fields import field
from events.finding import FindingServed
from events.instants import local_iso
from events.messages import message
from events.rectification import RectificationAnswered, RectificationOrdered, RectificationRechecked
from pipeline.home.actor import Actor
from pipeline.home.beginnings import named_by
from pipeline.home.errors import ConflictError, NotFoundError, UsageError
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.rectification.tasks import ID_START, follow_ups_of, tasks_now
from pipeline.office.rounds.state import load_round
from pipeline.office.taking_back import RevisionDue, TakeBack, take_back
from pipeline.office.withdrawals import compensation

P = TypeVar("P", bound=Payload)

_MOST_LISTED = 5


class WithdrawAnswer(msgspec.Struct, frozen=True):
    """An answer that was recorded wrongly."""

    what: str  # beginning of its id or of the id of a task that it answers, or an account as people name it
    why: TakeBack


class WithdrawRecheck(msgspec.Struct, frozen=True):
    """A recheck that was recorded wrongly."""

    what: str  # beginning of its id or of the id of a task that it is about, or an account as people name it
    why: TakeBack


class WithdrawOrder(msgspec.Struct, frozen=True):
    """An order of the office that was given wrongly."""

    what: str  # beginning of its id, of its task's, or of its finding's
    why: TakeBack


class WithdrawNotices(msgspec.Struct, frozen=True):
    """Notices of a round that no unit was given, or another one."""

    round: str
    accounts: tuple[str, ...]  # as people name them
    why: TakeBack


class TakenBack(msgspec.Struct, frozen=True):
    """What was taken back, and of which accounts."""

    withdrawn: tuple[UUID, ...]
    account_ids: tuple[str, ...]
    revisions_due: tuple[RevisionDue, ...]


def withdraw_answer(workspace: Workspace, asked: WithdrawAnswer, actor: Actor) -> TakenBack:
    """Withdraw an answer: its tasks wait again, unless another one answers them.

    Raises `UsageError` without a reason, or without the second person that it needs, `NotFoundError` where none or
    several are meant, and `ConflictError` for one that somebody rechecked since.
    """
    _demand_reason(workspace, asked.why)
    answer = _meant(workspace, RectificationAnswered, asked.what.strip(), message("answer"))
    for task in answer.data.tasks:
        follow_ups = [k.event for k in follow_ups_of(workspace, task)]
        behind = follow_ups[[event.id for event in follow_ups].index(answer.id) + 1 :]
        if any(isinstance(event.data, RectificationRechecked) for event in behind):
            raise ConflictError(message("the answer was rechecked since; take the recheck back first"))
    return _take_back(workspace, [answer], asked.why, actor)


def withdraw_recheck(workspace: Workspace, asked: WithdrawRecheck, actor: Actor) -> TakenBack:
    """Withdraw a recheck: its tasks stand as before it.

    Raises `UsageError` without a reason, or without the second person that it needs, and `NotFoundError` where none or
    several are meant.
    """
    _demand_reason(workspace, asked.why)
    recheck = _meant(workspace, RectificationRechecked, asked.what.strip(), message("recheck"))
    return _take_back(workspace, [recheck], asked.why, actor)


def withdraw_order(workspace: Workspace, asked: WithdrawOrder, actor: Actor) -> TakenBack:
    """Withdraw an order: it asked for nothing.

    Raises as `withdraw_answer`, and `ConflictError` for one that is answered or rechecked.
    """
    _demand_reason(workspace, asked.why)
    tasks = {task.order_id: task for task in tasks_now(workspace)}
    order = named_by(
        _recorded(workspace, RectificationOrdered),
        asked.what,
        lambda event: (event.id, event.data.finding_id, tasks[event.id].id if event.id in tasks else None),
        message("order"),
        "xuncha rectification due",
    )
    task = tasks.get(order.id)
    if task is not None and task.answered_at is not None:
        raise ConflictError(
            message(
                "the order was answered on {answered_at}; take the answer back first",
                answered_at=local_iso(task.answered_at),
            )
        )
    if task is not None and task.rechecked_at is not None:
        raise ConflictError(message("the order was rechecked; take the recheck back first"))
    return _take_back(workspace, [order], asked.why, actor)


def withdraw_notices(workspace: Workspace, asked: WithdrawNotices, actor: Actor) -> TakenBack:
    """Withdraw what a round told the units of accounts: they were told nothing, and are told anew by `serve`.

    Raises as `withdraw_answer`, and `UsageError` where no account is named.
    """
    _demand_reason(workspace, asked.why)
    state = load_round(workspace, asked.round)
    if not asked.accounts:
        raise UsageError(
            message("name with {account} of which accounts the notice is wrong", account=field("account"))
        )
    registry = registry_now(workspace)
    notices = [event for event in _recorded(workspace, FindingServed) if event.data.round == state.key]
    going: list[Event[Any]] = []
    for text in asked.accounts:
        account = find_account(registry, text)
        found = [event for event in notices if event.subject == account]
        if not found:
            raise NotFoundError(
                message(
                    "round {name} gave no notice of {text}", name=state.name, text=registry.title(account)
                )
            )
        going += found
    return _take_back(workspace, going, asked.why, actor)


def _meant(workspace: Workspace, payload: type[P], text: str, kind: str) -> Event[P]:
    """Return the answer or the recheck that a person means; of several of one task the newest."""
    facts = _recorded(workspace, payload)
    if len(text) >= ID_START:
        begins = [event for event in facts if _begins(event, text.lower())]
        if begins:
            return max(begins, key=lambda event: event.time)
    registry = registry_now(workspace)
    account = find_account(registry, text)
    subjects = {account, *(twin.subject for twin in registry.twins.get(account, ()))}
    found = [event for event in facts if event.subject in subjects]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFoundError(message("no {kind} about {text} stands", kind=kind, text=registry.title(account)))
    ids = "、".join(f"{str(event.id)[:8]}（{local_iso(event.time)}）" for event in found[:_MOST_LISTED])
    raise NotFoundError(
        message(
            "{found_count} of {kind} about {text} stand; name one by its id: {ids}",
            found_count=len(found),
            kind=kind,
            text=registry.title(account),
            ids=ids,
        )
    )


def _begins(event: Event[Any], text: str) -> bool:
    """Tell whether the id of an answer or a recheck, or of one of its tasks, begins with a text."""
    return any(str(i).startswith(text) for i in (event.id, *event.data.tasks))


def _recorded(workspace: Workspace, payload: type[P]) -> list[Event[P]]:
    """Return the facts of a type that stand, in the order of the log."""
    return [k.event for k in workspace.known.read((payload.type,)) if isinstance(k.event.data, payload)]


def _demand_reason(workspace: Workspace, why: TakeBack) -> None:
    if not why.reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    workspace.home.texts.refuse({"reason": why.reason})


def _take_back(workspace: Workspace, events: Sequence[Event[Any]], why: TakeBack, actor: Actor) -> TakenBack:
    due = take_back(workspace, [compensation(event, why.reason, actor) for event in events], why, actor)
    accounts = tuple(dict.fromkeys(event.subject for event in events))
    return TakenBack(tuple(event.id for event in events), accounts, due)
