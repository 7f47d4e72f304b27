"""The sign-in store: what it keeps, and what both implementations do (definitions, Stores).

It knows no rules: services read and write within `transaction`, where one of them is alone, so that what two people do
at once happens one after the other. Moments are microseconds since the epoch; 0 means never.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from events.fields import FieldsError


class SigninStoreError(FieldsError):
    """The store cannot be used; says what to do."""


class StoredGrant(msgspec.Struct, frozen=True):
    """A role of a user, and about what."""

    role: str
    scope: str  # empty: about everything
    given_by: str
    given_at: int
    agreed_by: str = ""  # empty: waits for a second person


class StoredUser(msgspec.Struct, frozen=True):
    """Somebody who may sign in."""

    id: str
    login: str  # as it is compared
    name: str
    password: str = ""  # a hash; empty: none was chosen
    disabled: bool = False
    code_key: str = ""  # of one-time codes; empty: none enrolled
    code_step: int = 0  # the newest step whose code was used
    made_at: int = 0
    grants: tuple[StoredGrant, ...] = ()


class StoredSession(msgspec.Struct, frozen=True):
    """A browser that is signed in, or was."""

    id: str
    token: str  # hashed
    user_id: str
    csrf: str
    began_at: int
    seen_at: int
    proven_at: int = 0
    ended_at: int = 0
    address: str = ""
    client: str = ""


class Failures(msgspec.Struct, frozen=True):
    """How often signing in failed, and when last."""

    failures: int
    at: int


class StoredInvitation(msgspec.Struct, frozen=True):
    """A link that lets its user choose a password once."""

    token: str  # hashed
    user_id: str
    made_by: str
    until: int
    used_at: int = 0


class StoredToken(msgspec.Struct, frozen=True):
    """What a program shows to hand something in."""

    id: str
    token: str  # hashed
    title: str
    user_id: str  # who made it
    kinds: tuple[str, ...]
    scopes: tuple[tuple[str, str], ...]  # kind of scope (source, area, unit) and which
    made_at: int
    until: int
    revoked_at: int = 0
    used_at: int = 0


class StoredView(msgspec.Struct, frozen=True):
    """A list that somebody keeps under a name, with what narrows and orders it."""

    user_id: str
    path: str
    name: str
    query: str  # as the address has it


class SigninAct(msgspec.Struct, frozen=True):
    """What somebody did about users, roles and tokens; ids alone."""

    at: int
    actor: str
    act: str
    user_id: str  # whom it was about
    detail: str = ""


class SigninStore(Protocol):
    """Contract of both implementations; every operation raises `SigninStoreError` where the store is away."""

    def transaction(self) -> AbstractContextManager[None]:
        """Write alone: nobody else writes before the end; rolled back on any exception. May not be nested."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Read what belongs together, without holding up writers."""
        ...

    def add_user(self, user: StoredUser) -> None:
        """Store a user who is not there, without grants; the caller has looked whether the login is free."""
        ...

    def users(self) -> list[StoredUser]:
        """Return every user with their grants, in the order of their logins."""
        ...

    def user(self, user_id: str) -> StoredUser | None:
        """Return a user by id."""
        ...

    def user_called(self, login: str) -> StoredUser | None:
        """Return a user by login, as it is compared."""
        ...

    def change_user(self, user: StoredUser) -> None:
        """Store what is known of a user anew; grants stay."""
        ...

    def grant(self, user_id: str, grant: StoredGrant) -> None:
        """Store a role of a user; one of the same scope is replaced."""
        ...

    def ungrant(self, user_id: str, role: str, scope: str) -> bool:
        """Take a role from a user; returns False where it has none."""
        ...

    def add_session(self, session: StoredSession) -> None:
        """Store a session."""
        ...

    def session_of(self, token: str) -> StoredSession | None:
        """Return a session by the hash of what its browser holds."""
        ...

    def sessions(self, user_id: str) -> list[StoredSession]:
        """Return the sessions of a user, ended ones too, newest first."""
        ...

    def change_session(self, session: StoredSession) -> None:
        """Store when a session was seen and proven anew."""
        ...

    def end_sessions(self, ids: Iterable[str], at: int) -> None:
        """End sessions; one that has ended stays as it is."""
        ...

    def forget_sessions(self, before: int) -> None:
        """Forget the sessions that were last seen before."""
        ...

    def failures(self, keys: Sequence[str]) -> dict[str, Failures]:
        """Return what failed under the keys."""
        ...

    def fail(self, key: str, failures: Failures) -> None:
        """Store what failed under a key."""
        ...

    def forget_failures(self, keys: Sequence[str] = (), before: int = 0) -> None:
        """Forget what failed under the keys, and whatever failed last before a moment."""
        ...

    def add_invitation(self, invitation: StoredInvitation) -> None:
        """Store an invitation; earlier ones of the same user are taken back."""
        ...

    def invitation_of(self, token: str) -> StoredInvitation | None:
        """Return an invitation by the hash of its token."""
        ...

    def use_invitation(self, token: str, at: int) -> None:
        """Store that an invitation was used."""
        ...

    def add_token(self, token: StoredToken) -> None:
        """Store a token."""
        ...

    def token_of(self, token: str) -> StoredToken | None:
        """Return a token by the hash of what the program shows."""
        ...

    def tokens(self) -> list[StoredToken]:
        """Return every token, newest first."""
        ...

    def change_token(self, token: StoredToken) -> None:
        """Store when a token was used or revoked."""
        ...

    def views(self, user_id: str) -> list[StoredView]:
        """Return the views of a user, by list and name."""
        ...

    def keep_view(self, view: StoredView) -> None:
        """Store a view; one of the same name takes the place of the former."""
        ...

    def drop_view(self, user_id: str, path: str, name: str) -> None:
        """Forget a view; nothing where there is none."""
        ...

    def note(self, act: SigninAct) -> None:
        """Store an act."""
        ...

    def acts(self, since: int = 0, until: int = 1 << 62) -> list[SigninAct]:
        """Return the acts since a moment and before another, newest first."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...
