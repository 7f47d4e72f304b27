"""Users who are signed in from the start, for a console without a network or without a door."""

from collections.abc import Mapping
from datetime import datetime

from pipeline.access.sessions import Session
from pipeline.access.users import Grant, Role, User

CSRF = "csrf-of-a-test"


class FixedSessions:
    """Sessions of users who are there from the start, by token."""

    def __init__(self, users: Mapping[str, User]) -> None:
        self.users = users

    def find(self, token: str, now: datetime) -> Session | None:
        user = self.users.get(token)
        return None if user is None else Session(f"s-{token}", user, CSRF, now, now)


def user_of(role: Role, scope: str = "", id_: str = "") -> User:
    return User(id_ or f"u-{role}", f"login-{role}", "某人", (Grant(role, scope),))
