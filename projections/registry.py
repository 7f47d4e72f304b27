"""The registry at a check point: who is in the population, and under which name and owner."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from events.account import AccountChanged, AccountClosed, AccountOpened
from events.facts import RegistryEntry
from events.known import Known

_FIELDS = ("given_id", "name", "platform", "owner", "tier", "area")


def registry_at(known: Iterable[Known], check_point: datetime) -> dict[str, RegistryEntry]:
    """Return the population at T by account id: opened by T or without a date, and not closed at T.

    `known` are the first records of account events as known at K, in log order. A later record wins over an earlier
    one; a change counts from its own time on.
    """
    by_account: dict[str, list[Known]] = defaultdict(list)
    for k in known:
        by_account[k.event.subject].append(k)
    entries = {account: _entry(events, check_point) for account, events in by_account.items()}
    return {account: entry for account, entry in entries.items() if entry is not None}


def _entry(known: list[Known], check_point: datetime) -> RegistryEntry | None:
    fields = dict.fromkeys(_FIELDS, "")
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
        for name in _FIELDS:
            value = getattr(data, name, None)
            if value is not None:
                fields[name] = value
    reopened = opened_at is not None and closed_at is not None and opened_at > closed_at
    if opened_id is None or (closed_at is not None and not reopened):
        return None
    return RegistryEntry(**fields, opened_at=opened_at, opened_id=opened_id)
