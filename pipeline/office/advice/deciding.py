"""What the office decides about an account that something is advised of; a wrong decision is taken back."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from events import fact_ids, office_year_ids
from events.advice import AdviceDecided, Choice
from events.codec import Event
from events.fields import field
from events.messages import message
from events.sources import OFFICE
from events.withdrawal import FactWithdrawn
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import NotFoundError, UsageError
from pipeline.home.registry import find_account, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.advice.advising import list_advice


class Decide(msgspec.Struct, frozen=True):
    """What becomes of an account, and why."""

    account: str  # as people name it
    choice: Choice
    reason: str = ""
    at: datetime | None = None  # None: now


class WithdrawDecision(msgspec.Struct, frozen=True):
    """A decision that was recorded wrongly."""

    account: str
    reason: str


class Decided(msgspec.Struct, frozen=True):
    """A decision as recorded, or as taken back."""

    account_id: str
    name: str
    event_id: UUID


def decide(workspace: Workspace, asked: Decide, actor: Actor) -> Decided:
    """Record what the office decided; the adviser is quiet about the account for a year.

    Nothing else changes: an account is closed or merged by its filing. Raises `UsageError` for a moment still to come,
    and where a decision to keep what is advised otherwise says no reason.
    """
    workspace.home.texts.refuse({"reason": asked.reason})
    now = datetime.now(UTC)
    at = asked.at or now
    if at > now:
        raise UsageError(message("{at} is still to come; say when it was decided", at=field("at")))
    registry = registry_now(workspace)
    account = find_account(registry, asked.account)
    advised = next((a for a in list_advice(workspace, now) if a.account_id == account), None)
    if asked.choice == "keep" and not asked.reason.strip():
        raise UsageError(
            message("{reason} is empty; say why the account is kept as it is", reason=field("reason"))
        )
    codes = tuple(reason.code for reason in advised.reasons) if advised is not None else ()
    data = AdviceDecided(choice=asked.choice, reason=asked.reason.strip(), advised=codes)
    event_id = office_year_ids.advice_decided(account, asked.choice, at)
    event: Event[Any] = Event(event_id, OFFICE, account, at, data, actor.origin())
    append_new(workspace, [event])
    workspace.catch_up()
    return Decided(account, registry.title(account), event_id)


def withdraw_decision(workspace: Workspace, asked: WithdrawDecision, actor: Actor) -> Decided:
    """Take back the newest decision about an account: what was advised is advised again.

    Raises `NotFoundError` where none stands, and `UsageError` without a reason.
    """
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say what was wrong", reason=field("reason")))
    workspace.home.texts.refuse({"reason": asked.reason})
    registry = registry_now(workspace)
    account = find_account(registry, asked.account)
    known = [
        k.event
        for k in workspace.known.read((AdviceDecided.type,))
        if k.event.subject == account and isinstance(k.event.data, AdviceDecided)
    ]
    if not known:
        raise NotFoundError(message("no decision about {text} stands", text=registry.title(account)))
    event = max(known, key=lambda e: e.time)
    void = FactWithdrawn(corrects=event.id, of_type=event.type, its_time=event.time, reason=asked.reason)
    event_id = fact_ids.withdrawn(account, event.id)
    back = Event(event_id, event.source, account, datetime.now(UTC), void, actor.origin())
    append_new(workspace, [back])
    workspace.catch_up()
    return Decided(account, registry.title(account), event.id)
