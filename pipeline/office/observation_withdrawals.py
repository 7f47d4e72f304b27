"""Posts, looks and findings that were wrong: named by a person, and withdrawn from the start."""

from uuid import UUID

import msgspec

from events.fields import field
from events.moments import Moment
from pipeline.home.actor import Actor, signed
from pipeline.home.errors import UsageError
from pipeline.home.workspace import Workspace
from pipeline.office.findings import find_finding, withdrawal
from pipeline.office.look_withdrawals import find_look, find_look_at, look_withdrawal
from pipeline.office.posts import find_post, find_post_at, post_withdrawal
from pipeline.office.taking_back import RevisionDue, TakeBack, take_back


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
    _demand_reason("finding", asked.why)
    known = find_finding(workspace, asked.finding_id)
    event = withdrawal(known, asked.why.reason)
    due = take_back(workspace, signed([event], actor), asked.why, actor)
    return Withdrawn(known.event.id, known.event.subject, event.id, due)


def withdraw_post(workspace: Workspace, asked: WithdrawObservation, actor: Actor) -> Withdrawn:
    """Withdraw a post that was observed wrongly; raises `UsageError` as `withdraw_finding` does."""
    _demand_reason("post", asked.why)
    _demand_one_name("post", asked)
    if asked.account is not None and asked.at is not None:
        post = find_post_at(workspace, asked.account, asked.at)
    else:
        post = find_post(workspace, asked.id or "")
    event = post_withdrawal(post, asked.why.reason)
    due = take_back(workspace, signed([event], actor), asked.why, actor)
    return Withdrawn(post.id, post.account_id, event.id, due)


def withdraw_look(workspace: Workspace, asked: WithdrawObservation, actor: Actor) -> Withdrawn:
    """Withdraw a look that was wrong; raises `UsageError` as `withdraw_finding` does."""
    _demand_reason("look", asked.why)
    _demand_one_name("look", asked)
    if asked.account is not None and asked.at is not None:
        look = find_look_at(workspace, asked.account, asked.at)
    else:
        look = find_look(workspace, asked.id or "")
    event = look_withdrawal(look, asked.why.reason)
    due = take_back(workspace, signed([event], actor), asked.why, actor)
    return Withdrawn(look.id, look.account_id, event.id, due)


def _demand_reason(what: str, why: TakeBack) -> None:
    """Refuse a withdrawal without a reason."""
    if not why.reason.strip():
        raise UsageError(f"{field('reason')} is empty; say why the {what} is withdrawn")


def _demand_one_name(what: str, asked: WithdrawObservation) -> None:
    """Refuse a look or post that is named in both ways, in neither, or by half of the second."""
    by_time = asked.account is not None and asked.at is not None
    if (asked.id is None) != by_time or (asked.account is None) != (asked.at is None):
        raise UsageError(f"name the {what} by its id, or by {field('account')} and {field('at')} together")
