"""Ids under which an account is known from the facts that opened it."""

from events.account import AccountOpened
from events.base import Payload
from events.codec import Event


def ids_of(opened: Event[Payload]) -> tuple[str, ...]:
    """Return account id, native id and given id of an opening; of another fact, nothing."""
    if not isinstance(opened.data, AccountOpened):
        return ()
    return opened.subject, opened.subject.partition(":")[2], opened.data.given_id
