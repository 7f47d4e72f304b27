"""Withdrawing a flag of the monitoring firm that was wrong: the entry that it caused falls with it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from events import fact_ids
from events.codec import Event
from events.days import chinese_day
from events.fields import field
from events.focus import FocusEntered, FocusFlagged
from events.instants import local_iso
from events.messages import joined, message
from events.moments import Moment
from events.sources import SHEETS
from events.withdrawal import FactWithdrawn
from pipeline.home.actor import Actor
from pipeline.home.errors import UsageError
from pipeline.home.registry import find_alone, registry_now
from pipeline.home.workspace import Workspace
from pipeline.office.taking_back import RevisionDue, TakeBack, take_back
from projections.focus.focus_list import FOCUS_TYPES, focus_at

_MOST_LISTED = 5
_SECOND = timedelta(seconds=1)


class WithdrawFlag(msgspec.Struct, frozen=True):
    """Take back a flag: named by the beginning of its id, or by its account and, of several, its time."""

    reason: str
    flag: str = ""
    account: str = ""
    at: Moment | None = None
    second: str = ""  # who agrees, where a frozen round knew it


class FlagWithdrawn(msgspec.Struct, frozen=True):
    """What went with a flag."""

    flag_id: UUID
    account_id: str
    name: str
    entries: int  # entries into the list that rested on it: they are void
    still_listed: bool  # the account stands on the list for another cause
    revisions_due: tuple[RevisionDue, ...]


def withdraw_flag(workspace: Workspace, asked: WithdrawFlag, actor: Actor) -> FlagWithdrawn:
    """Withdraw a flag; its entry into the list never was, for whoever knows this. A drawn sample stays as it is.

    Raises `UsageError` where it is not found, for an empty reason, and where a frozen round knew it and no second
    person agrees.
    """
    if not asked.reason.strip():
        raise UsageError(message("{reason} is empty; say why the flag was wrong", reason=field("reason")))
    workspace.home.texts.refuse({"reason": asked.reason})
    registry = registry_now(workspace)
    known = workspace.known.read(FOCUS_TYPES)
    flag = _find(workspace, asked)
    entries = [
        k for k in known if isinstance(k.event.data, FocusEntered) and k.event.data.cause_id == flag.id
    ]
    now = datetime.now(UTC)
    data = FactWithdrawn(corrects=flag.id, of_type=flag.type, its_time=flag.time, reason=asked.reason)
    event_id = fact_ids.withdrawn(flag.subject, flag.id)
    event = Event(event_id, SHEETS, flag.subject, now, data, actor.origin())
    due = take_back(workspace, [event], TakeBack(asked.reason, asked.second), actor)
    workspace.catch_up()
    listed = focus_at(workspace.known.read(FOCUS_TYPES), now)
    return FlagWithdrawn(
        flag_id=flag.id,
        account_id=flag.subject,
        name=registry.title(flag.subject),
        entries=len(entries),
        still_listed=flag.subject in listed,
        revisions_due=due,
    )


def _find(workspace: Workspace, asked: WithdrawFlag) -> Event[Any]:
    if bool(asked.flag) == bool(asked.account):
        raise UsageError(
            message(
                "name the flag by its id, or by {account} and {at}", account=field("account"), at=field("at")
            )
        )
    flags = [
        k.event for k in workspace.known.read((FocusFlagged.type,)) if isinstance(k.event.data, FocusFlagged)
    ]
    if asked.flag:
        found = [event for event in flags if str(event.id).startswith(asked.flag.lower())]
    else:
        account = find_alone(workspace, asked.account)
        found = [e for e in flags if e.subject == account and (asked.at is None or _is_at(e.time, asked.at))]
    if len(found) == 1:
        return found[0]
    named = asked.flag or asked.account
    if not found:
        raise UsageError(
            message("no flag of {named} stands; `xuncha focus list` shows who is listed and why", named=named)
        )
    ids = joined(
        ", ", (f"{event.id} ({event.data.by}, {local_iso(event.time)})" for event in found[:_MOST_LISTED])
    )
    raise UsageError(
        message(
            "{named} means {found_count} flags; name one by its id: {ids}",
            named=named,
            found_count=len(found),
            ids=ids,
        )
    )


def _is_at(time: datetime, at: Moment) -> bool:
    if at.date_only:
        return chinese_day(time) == chinese_day(at.at - _SECOND)
    return time == at.at
