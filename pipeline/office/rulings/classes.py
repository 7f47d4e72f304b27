"""Of which class accounts are, and how many original pieces they had: what people say of them for the rules."""

import re
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from events import ruling_ids
from events.codec import Event
from events.fields import field
from events.instants import SHANGHAI
from events.messages import message
from events.originals import OriginalsCounted
from events.ruling import AccountClass, AccountClassed
from events.sources import OFFICE
from pipeline.home.actor import Actor
from pipeline.home.appending import append_new
from pipeline.home.errors import UsageError
from pipeline.home.registry import find_account, find_alone, registry_now
from pipeline.home.workspace import Workspace

CLASSES: dict[str, str] = {"publishing": "发布类", "service": "服务类", "transaction": "办事类"}
"""What the classes of accounts are called."""

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class ClassAccounts(msgspec.Struct, frozen=True):
    """Accounts as people name them, their class, since when, and the document or list that says so."""

    accounts: tuple[str, ...]
    account_class: AccountClass
    since: date
    basis: str


class CountOriginals(msgspec.Struct, frozen=True):
    """How many original pieces an account had in a month like 2025-04, as counted at a moment."""

    account: str
    month: str
    count: int
    at: datetime
    finder: str = ""


def class_accounts(workspace: Workspace, asked: ClassAccounts, actor: Actor) -> tuple[str, ...]:
    """Record of which class accounts are; returns those of which it was not known so.

    Raises `UsageError` for a day to come or a blank basis, `NotFoundError` for an account that there is not.
    """
    now = datetime.now(UTC)
    since = datetime.combine(asked.since, time(), SHANGHAI).astimezone(UTC)
    if since > now:
        raise UsageError(message("{since} {day} is still to come", since=field("since"), day=asked.since))
    if not asked.basis.strip():
        raise UsageError(
            message("{basis} is blank; write the list or document that says so", basis=field("basis"))
        )
    registry = registry_now(workspace)
    newest = {
        k.event.subject: k.event
        for k in workspace.known.read((AccountClassed.type,))
        if isinstance(k.event.data, AccountClassed)
    }
    events: list[Event[Any]] = []
    for account in dict.fromkeys(find_account(registry, text) for text in asked.accounts):
        before = newest.get(account)
        if before is not None and before.data.account_class == asked.account_class and before.time <= since:
            continue
        event_id = ruling_ids.account_classed(
            account, asked.account_class, since, before.id if before else None
        )
        data = AccountClassed(account_class=asked.account_class, basis=asked.basis.strip(), told_at=now)
        events.append(Event(event_id, OFFICE, account, since, data, actor.origin()))
    return _append(workspace, events)


def count_originals(workspace: Workspace, asked: CountOriginals, actor: Actor) -> tuple[str, ...]:
    """Record a count of original pieces; the same again records nothing.

    Raises `UsageError` for a month of another form, one that has not begun, a time to come or a count below 0.
    """
    if not _MONTH.fullmatch(asked.month):
        raise UsageError(
            message("{month} {said!r} is no month; write 2025-04", month=field("month"), said=asked.month)
        )
    if asked.at > datetime.now(UTC):
        raise UsageError(message("{at} lies ahead", at=field("at")))
    if asked.month > f"{asked.at.astimezone(SHANGHAI):%Y-%m}":
        raise UsageError(message("{month} {said} has not begun", month=field("month"), said=asked.month))
    if asked.count < 0:
        raise UsageError(message("{count} is below 0", count=field("count")))
    account = find_alone(workspace, asked.account)
    event_id = ruling_ids.originals_counted(account, asked.month, asked.at)
    data = OriginalsCounted(month=asked.month, count=asked.count, finder=asked.finder)
    return _append(workspace, [Event(event_id, OFFICE, account, asked.at, data, actor.origin())])


def _append(workspace: Workspace, events: list[Event[Any]]) -> tuple[str, ...]:
    workspace.home.texts.refuse_in_facts(events)
    taken = append_new(workspace, events)
    if taken.events:
        workspace.catch_up()
    return tuple(event.subject for event in taken.events)
