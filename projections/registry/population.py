"""The registry at a check point: who is in the population, and under which name and owner."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from events.account import AccountChanged, AccountClosed, AccountOpened
from events.facts import RegistryEntry
from events.instants import to_micros
from events.known import Known
from projections.registry.rulings import NO_RULINGS, RULINGS, Rulings, ruling_of, rulings_at

REGISTRY_TYPES = (
    "account.opened",
    "account.changed",
    "account.closed",
    "account.ruled_by",
    "account.classed",
    "account.lined",
    "originals.counted",
)
"""Types of events that the population follows from."""

_RULED = ("ruleset", "account_class", "line", "originals")
_FIELDS: Mapping[str, Any] = {
    name: "" for name in RegistryEntry.__struct_fields__ if name not in ("opened_at", "opened_id", *_RULED)
}


class StatedAccount(msgspec.Struct, frozen=True, gc=False):
    """What the records say of one account at T, whether it is open or not."""

    fields: dict[str, Any]
    opened_at: datetime | None
    opened_id: UUID
    closed_at: datetime | None  # None: open
    reopened_at: datetime | None  # None: never opened again after a closing
    rulings: Rulings


def registry_at(known: Iterable[Known], check_point: datetime) -> dict[str, RegistryEntry]:
    """Return the population at T by account id: opened by T or without a date, and not closed at T.

    `known` are the first records of account events as known at K, in log order. A later record wins over an earlier
    one; a change counts from its own time on.
    """
    return {
        account: RegistryEntry(
            **stated.fields,
            opened_at=stated.opened_at,
            opened_id=stated.opened_id,
            ruleset=stated.rulings.ruleset,
            account_class=stated.rulings.account_class,
            line=stated.rulings.line,
            originals=stated.rulings.originals,
        )
        for account, stated in stated_at(known, check_point, _FIELDS).items()
        if stated.closed_at is None
    }


def entry_opened(data: AccountOpened, event_id: UUID, check_point: datetime) -> RegistryEntry | None:
    """Return what the population holds of an account of which an opening is all that is said, None: it opens later."""
    if data.opened_at is not None and data.opened_at > check_point:
        return None
    return RegistryEntry(
        given_id=data.given_id,
        name=data.name,
        platform=data.platform,
        owner=data.owner,
        tier=data.tier,
        area=data.area,
        opened_at=data.opened_at,
        opened_id=event_id,
    )


def stated_at(
    known: Iterable[Known], check_point: datetime, defaults: Mapping[str, Any]
) -> dict[str, StatedAccount]:
    """Return what is told of every account that was opened by T, with the fields that `defaults` names."""
    by_account: dict[str, list[Known]] = defaultdict(list)
    for k in known:
        by_account[k.event.subject].append(k)
    found = {account: _stated(events, check_point, defaults) for account, events in by_account.items()}
    return {account: t for account, t in found.items() if t is not None}


def _stated(known: list[Known], check_point: datetime, defaults: Mapping[str, Any]) -> StatedAccount | None:
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
    return StatedAccount(
        fields,
        opened_at,
        opened_id,
        None if reopened else closed_at,
        opened_at if reopened else None,
        _rulings(known, check_point),
    )


def _rulings(known: Iterable[Known], check_point: datetime) -> Rulings:
    events = [k.event for k in known if k.event.data.__class__ in RULINGS]
    if not events:
        return NO_RULINGS
    marks = (mark for event in events if (mark := ruling_of(event)) is not None)
    return rulings_at(marks, to_micros(check_point))
