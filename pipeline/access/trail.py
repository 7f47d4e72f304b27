"""The trail of acts about users, roles and tokens: no facts, for the log forgets nothing, and logins may go."""

from datetime import datetime

import msgspec

from events.instants import from_micros, to_micros
from pipeline.access.store import Store


class SigninActView(msgspec.Struct, frozen=True):
    """What somebody did, by ids."""

    at: datetime
    actor: str
    act: str
    user_id: str
    detail: str


def list_signin_acts(store: Store, since: datetime) -> list[SigninActView]:
    """Return the acts since a moment, newest first."""
    with store.snapshot():
        found = store.acts(to_micros(since))
    return [SigninActView(from_micros(one.at), one.actor, one.act, one.user_id, one.detail) for one in found]
