"""Reminders of rectification, as far as people are to be told of them."""

from typing import Protocol

from events import rectification_ids
from events.base import Payload
from events.codec import Event
from events.rectification import RectificationAnnounced, RectificationReminded
from events.sources import XUNCHA

_KEPT = 16
"""So many reminders are told apart; one that comes again behind more has the id that it had, and is told nobody."""


class Account(Protocol):
    """The state of an account, as far as reminders are told of it."""

    account_id: str
    name: str
    given_id: str
    reminded: list[bytes]


def announce_reminder(
    state: Account, event: Event[RectificationReminded], *, replay: bool
) -> Event[Payload] | None:
    """Return the message that follows from a reminder; none of one that was taken before."""
    if event.id.bytes in state.reminded:
        return None
    state.reminded = [*state.reminded, event.id.bytes][-_KEPT:]
    data = event.data
    announced = RectificationAnnounced(
        unit=data.unit,
        step=data.step,
        due=data.due,
        count=len(data.tasks),
        accounts=data.accounts,
        name=state.name,
        given_id=state.given_id,
        replay=replay,
    )
    event_id = rectification_ids.rectification_announced(event.id)
    return Event(event_id, XUNCHA, state.account_id, event.time, announced)
