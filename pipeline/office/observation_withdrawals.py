"""Posts, looks and findings that were wrong: named by a person, and withdrawn from the start."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import msgspec

from connectors.history.observations import ObservedPost, TakenLook
from events.base import Payload
from events.codec import Event
from events.fields import field
from events.messages import message
from events.moments import Moment
from pipeline.home.actor import Actor, signed
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.findings import find_finding, withdrawal
from pipeline.office.look_withdrawals import find_look, find_look_at, look_withdrawal
from pipeline.office.posts import find_post, find_post_at, post_withdrawal
from pipeline.office.taking_back import RevisionDue, TakeBack, take_back

Observed = TypeVar("Observed", ObservedPost, TakenLook)


class WithdrawObservation(msgspec.Struct, frozen=True, kw_only=True):
    """A post or a look, named by its id, or by its account and time."""

    id: str | None = None
    account: str | None = None
    at: Moment | None = None
    why: TakeBack


class WithdrawFinding(msgspec.Struct, frozen=True):
    """A finding that was a false alarm (核减)."""

    finding_id: str  # or its beginning
    why: TakeBack


class Withdrawn(msgspec.Struct, frozen=True):
    """What was withdrawn, by which fact, and the frozen rounds that knew it."""

    withdrawn: UUID
    account_id: str
    event_id: UUID
    revisions_due: tuple[RevisionDue, ...]


def withdraw_finding(workspace: Workspace, asked: WithdrawFinding, actor: Actor) -> Withdrawn:
    """Withdraw a finding; raises `UsageError` without a reason, or without the second person that it needs."""
    _demand_reason(message("finding"), asked.why)
    known = find_finding(workspace, asked.finding_id)
    event = withdrawal(known, asked.why.reason)
    due = take_back(workspace, signed([event], actor), asked.why, actor)
    return Withdrawn(known.event.id, known.event.subject, event.id, due)


def withdraw_post(workspace: Workspace, asked: WithdrawObservation, actor: Actor) -> Withdrawn:
    """Withdraw a post that was observed wrongly; raises `UsageError` as `withdraw_finding` does."""
    return _withdraw(workspace, asked, actor, message("post"), find_post, find_post_at, post_withdrawal)


def withdraw_look(workspace: Workspace, asked: WithdrawObservation, actor: Actor) -> Withdrawn:
    """Withdraw a look that was wrong; raises `UsageError` as `withdraw_finding` does."""
    return _withdraw(workspace, asked, actor, message("look"), find_look, find_look_at, look_withdrawal)


def _withdraw(
    workspace: Workspace,
    asked: WithdrawObservation,
    actor: Actor,
    what: str,
    find: Callable[[Workspace, str], Observed],
    find_at: Callable[[Workspace, str, Moment], Observed],
    withdrawal_of: Callable[[Observed, str], Event[Payload]],
) -> Withdrawn:
    _demand_reason(what, asked.why)
    _demand_one_name(what, asked)
    if asked.account is not None and asked.at is not None:
        observed = find_at(workspace, asked.account, asked.at)
    else:
        observed = find(workspace, asked.id or "")
    event = withdrawal_of(observed, asked.why.reason)
    due = take_back(workspace, signed([event], actor), asked.why, actor)
    return Withdrawn(observed.id, observed.account_id, event.id, due)


def _demand_reason(what: str, why: TakeBack) -> None:
    """Refuse a withdrawal without a reason."""
    if not why.reason.strip():
        raise UsageError(
            message("{reason} is empty; say why the {what} is withdrawn", reason=field("reason"), what=what)
        )


def _demand_one_name(what: str, asked: WithdrawObservation) -> None:
    """Refuse a look or post that is named in both ways, in neither, or by half of the second."""
    by_time = asked.account is not None and asked.at is not None
    if (asked.id is None) != by_time or (asked.account is None) != (asked.at is None):
        raise UsageError(
            message(
                "name the {what} by its id, or by {account} and {at} together",
                what=what,
                account=field("account"),
                at=field("at"),
            )
        )
