"""Sessions: who is signed in with a browser, as the console asks for it, and as the store keeps it."""

from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from msgspec.structs import replace

from connectors.signin.port import StoredSession, StoredUser
from events.instants import from_micros, to_micros
from pipeline.access.secrets import hashed, new_id, new_token
from pipeline.access.store import Store, note
from pipeline.access.users import User, user_of

IDLE = timedelta(minutes=480)
LONGEST = timedelta(days=7)
PROVEN_FOR = timedelta(minutes=10)
_SEEN_EVERY = timedelta(minutes=1)
_KEPT = timedelta(days=90)
_LONGEST_CLIENT = 200


class Session(msgspec.Struct, frozen=True):
    """A browser that is signed in."""

    id: str  # names it in lists; not what the browser holds
    user: User
    csrf: str  # each form of this session carries it
    began_at: datetime
    seen_at: datetime
    client: str = ""  # what the browser calls itself, cut
    address: str = ""
    proven_at: datetime | None = None  # when its user last showed a password or a one-time code
    has_codes: bool = False  # its user is asked for one-time codes

    def is_proven(self, now: datetime) -> bool:
        """Tell whether its user showed who it is a moment ago, as dangerous acts ask."""
        return self.proven_at is not None and timedelta(0) <= now - self.proven_at < PROVEN_FOR


class Sessions(Protocol):
    """Where the console looks sessions up."""

    def find(self, token: str, now: datetime) -> Session | None:
        """Return the session that a browser's token opens, None where it is over, ended or never was."""
        ...


class StoredSessions:
    """Sessions of the sign-in store: one that was ended, or whose user was disabled, opens nothing from then on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, token: str, now: datetime) -> Session | None:
        """See `Sessions`."""
        with self._store.snapshot():
            found = self._store.session_of(hashed(token))
            if found is None or not is_open(found, now):
                return None
            user = self._store.user(found.user_id)
        if user is None or user.disabled:
            return None
        if now - from_micros(found.seen_at) >= _SEEN_EVERY:
            with self._store.transaction():
                self._store.change_session(replace(found, seen_at=to_micros(now)))
        return session_of(found, user)


def is_open(session: StoredSession, now: datetime) -> bool:
    """Tell whether a session still opens anything, as far as it tells itself."""
    return (
        not session.ended_at
        and now - from_micros(session.seen_at) < IDLE
        and now - from_micros(session.began_at) < LONGEST
    )


def session_of(found: StoredSession, user: StoredUser) -> Session:
    """Return a session as the console knows it."""
    return Session(
        found.id,
        user_of(user),
        found.csrf,
        from_micros(found.began_at),
        from_micros(found.seen_at),
        found.client,
        found.address,
        from_micros(found.proven_at) if found.proven_at else None,
        bool(user.code_key),
    )


def begin(store: Store, user: StoredUser, address: str, client: str, now: datetime) -> str:
    """Begin a session of a user; returns what its browser is to hold. Within a transaction.

    The token is always a new one: what a browser held before opens nothing. A user with one-time codes has shown none
    yet, so that dangerous acts ask for one.
    """
    token, at = new_token(), to_micros(now)
    proven_at = 0 if user.code_key else at
    session = StoredSession(
        new_id("s"), hashed(token), user.id, new_token(), at, at, proven_at, 0, address[:64], _plain(client)
    )
    store.add_session(session)
    store.forget_sessions(to_micros(now - _KEPT))
    return token


def list_sessions(store: Store, user_id: str, now: datetime) -> list[Session]:
    """Return the browsers in which somebody is signed in, newest first."""
    with store.snapshot():
        user = store.user(user_id)
        if user is None:
            return []
        return [session_of(one, user) for one in store.sessions(user_id) if is_open(one, now)]


def end_session(store: Store, user_id: str, session_id: str, actor: str, now: datetime) -> bool:
    """End a session of a user; returns False where it is not theirs or over."""
    with store.transaction():
        ids = {one.id for one in store.sessions(user_id) if is_open(one, now)}
        if session_id not in ids:
            return False
        store.end_sessions([session_id], to_micros(now))
        if actor != user_id:
            note(store, actor, "session.ended", user_id, now)
    return True


def end_sessions(store: Store, user_id: str, now: datetime, but: str = "") -> int:
    """End all sessions of a user, within a transaction; returns how many were open."""
    ids = [one.id for one in store.sessions(user_id) if is_open(one, now) and one.id != but]
    store.end_sessions(ids, to_micros(now))
    return len(ids)


def _plain(client: str) -> str:
    """Return what a browser calls itself without what would not print."""
    return "".join(c for c in client if c.isprintable())[:_LONGEST_CLIENT]
