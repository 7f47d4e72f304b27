"""The registry at a check point: who is in the population, and under which name and owner."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.account import AccountChanged, AccountClosed, AccountOpened
from events.facts import RegistryEntry
from events.known import Known

_FIELDS: Mapping[str, Any] = {
    name: "" for name in RegistryEntry.__struct_fields__ if name not in ("opened_at", "opened_id")
}


class Told(msgspec.Struct, frozen=True, gc=False):
    """What the records say of one account at T, whether it is open or not."""

    fields: dict[str, Any]
    opened_at: datetime | None
    opened_id: UUID
    closed_at: datetime | None  # None: open
    reopened_at: datetime | None  # None: never opened again after a closing


def registry_at(known: Iterable[Known], check_point: datetime) -> dict[str, RegistryEntry]:
    """Return the population at T by account id: opened by T or without a date, and not closed at T.

    `known` are the first records of account events as known at K, in log order. A later record wins over an earlier
    one; a change counts from its own time on.
    """
    return {
        account: RegistryEntry(**told.fields, opened_at=told.opened_at, opened_id=told.opened_id)
        for account, told in told_at(known, check_point, _FIELDS).items()
        if told.closed_at is None
    }


def told_at(known: Iterable[Known], check_point: datetime, defaults: Mapping[str, Any]) -> dict[str, Told]:
    """Return what is told of every account that was opened by T, with the fields that `defaults` names."""
    by_account: dict[str, list[Known]] = defaultdict(list)
    for k in known:
        by_account[k.event.subject].append(k)
    told = {account: _told(events, check_point, defaults) for account, events in by_account.items()}
    return {account: t for account, t in told.items() if t is not None}


def _told(known: list[Known], check_point: datetime, defaults: Mapping[str, Any]) -> Told | None:
    fields = dict(defaults)
    opened_at = opened_id = closed_at = None
    for k in known:
        event, data = k.event, k.event.data
        if isinstance(data, AccountOpened):
            if data.opened_at is not None and data.opened_at > check_point:
                continue
            opened_id = event.id
            opened_at = data.opened_at or opened_at
        elif isinstance(data, AccountClosed):
            if event.time <= check_point:
                closed_at = max(event.time, closed_at or event.time)
            continue
        elif not isinstance(data, AccountChanged) or event.time > check_point:
            continue
        for name in fields:
            value = getattr(data, name, None)
            if value is not None:
                fields[name] = value
    if opened_id is None:
        return None
    reopened = opened_at is not None and closed_at is not None and opened_at > closed_at
    return Told(
        fields, opened_at, opened_id, None if reopened else closed_at, opened_at if reopened else None
    )
