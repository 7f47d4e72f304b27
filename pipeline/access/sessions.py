"""Sessions: who is signed in with a browser, as the console asks for it."""

from datetime import datetime
from typing import Protocol

import msgspec

from pipeline.access.users import User


class Session(msgspec.Struct, frozen=True):
    """A browser that is signed in."""

    id: str  # names it in lists; not what the browser holds
    user: User
    csrf: str  # each form of this session carries it
    began_at: datetime
    seen_at: datetime
    client: str = ""  # what the browser calls itself, cut


class Sessions(Protocol):
    """Where the console looks sessions up."""

    def find(self, token: str, now: datetime) -> Session | None:
        """Return the session that a browser's token opens, None where it is over, ended or never was."""
        ...
