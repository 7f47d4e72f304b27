"""Looks that were wrong: found by id, or by account and time, and withdrawn."""

from datetime import UTC, datetime
from uuid import UUID

from connectors.history.observations import TakenLook, look_of_id, looks_between
from events import fact_ids
from events.base import Payload
from events.codec import Event
from events.days import day_of
from events.fields import field
from events.instants import DAY_US, from_micros, local_iso, to_micros
from events.messages import joined, message
from events.moments import Moment
from events.patrol import LookWithdrawn
from events.sources import SHEETS
from pipeline.home.errors import NotFoundError
from pipeline.home.registry import find_alone
from pipeline.home.workspace import Workspace

_MOST_LISTED = 5


def find_look(workspace: Workspace, look_id: str) -> TakenLook:
    """Return the look of an id; raises `NotFoundError` where there is none."""
    try:
        found = look_of_id(workspace.client, UUID(look_id))
    except ValueError:
        found = None
    if found is None:
        raise NotFoundError(
            message(
                "no look {look_id!r}; write its whole id, or name it by {account} and {at}",
                look_id=look_id,
                account=field("account"),
                at=field("at"),
            )
        )
    return found


def find_look_at(workspace: Workspace, account: str, at: Moment) -> TakenLook:
    """Return the one look at an account at a time or on a day; raises `NotFoundError` where none or several are."""
    account_id = find_alone(workspace, account)
    first = last = to_micros(at.at)
    if at.date_only:
        first, last = day_of(first)[0], day_of(first)[0] + DAY_US - 1
    found = looks_between(workspace.client, account_id, from_micros(first), from_micros(last))
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFoundError(
            message("{account} has no look then; `xuncha explain` lists them with their ids", account=account)
        )
    ids = joined(
        ", ", (f"{look.id} ({look.source}, {local_iso(look.looked_at)})" for look in found[:_MOST_LISTED])
    )
    raise NotFoundError(
        message(
            "{account} has {found_count} looks then; name one by its id: {ids}",
            account=account,
            found_count=len(found),
            ids=ids,
        )
    )


def look_withdrawal(look: TakenLook, reason: str) -> Event[Payload]:
    """Return the withdrawal of a look, void from the start; a look is withdrawn once, whoever does it again."""
    event_id = fact_ids.withdrawn(look.account_id, look.id)
    data = LookWithdrawn(corrects=look.id, source=look.source, looked_at=look.looked_at, reason=reason)
    return Event(event_id, SHEETS, look.account_id, datetime.now(UTC), data)
