"""Signing in with a password, and showing again who one is before a dangerous act."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from connectors.signin.port import StoredUser
from events.instants import to_micros
from pipeline.access import throttle
from pipeline.access.logins import plain_login
from pipeline.access.one_time_codes import step_of
from pipeline.access.passwords import fits, hash_password, is_outdated
from pipeline.access.sessions import Session, begin, end_sessions
from pipeline.access.store import Store, note
from pipeline.access.throttle import WaitError as WaitError  # noqa: PLC0414 (whoever signs in meets it here)
from pipeline.access.users import User, user_of


class WrongError(Exception):
    """Name or password are wrong: which one is not told."""


class SignIn(msgspec.Struct, frozen=True):
    """What somebody shows to sign in."""

    login: str
    password: str
    address: str = ""
    client: str = ""  # what the browser calls itself


class SignedIn(msgspec.Struct, frozen=True):
    """Who is signed in, and what their browser is to hold."""

    token: str
    user: User


def sign_in(store: Store, asked: SignIn, now: datetime) -> SignedIn:
    """Sign somebody in; raises `WrongError`, and `WaitError` for who has to wait.

    Whether a name is unknown, has no password yet, was disabled, or the password is wrong: the answer is the same, and
    takes as long.
    """
    login = plain_login(asked.login)
    with store.transaction():
        found = store.user_called(login)
        limits = throttle.limits_of(login, asked.address, known=_is_known(store, found, asked.address))
        throttle.attempt(store, limits, now)
    stored = found.password if found is not None and not found.disabled else ""
    if not fits(stored, asked.password) or found is None:
        raise WrongError
    fresh = hash_password(asked.password) if is_outdated(stored) else stored
    with store.transaction():
        user = store.user(found.id)
        if user is None or user.disabled or user.password != stored:
            raise WrongError  # somebody changed it meanwhile
        throttle.succeeded(store, limits, now)
        if fresh != stored:
            store.change_user(replace(user, password=fresh))
        token = begin(store, user, asked.address, asked.client, now)
    return SignedIn(token, user_of(user))


def sign_in_known(store: Store, login: str, address: str, client: str, now: datetime) -> SignedIn:
    """Sign in whom another service has recognised; raises `WrongError` where nobody here has the login."""
    with store.transaction():
        user = store.user_called(plain_login(login))
        if user is None or user.disabled:
            raise WrongError
        token = begin(store, user, address, client, now)
    return SignedIn(token, user_of(user))


def prove(store: Store, session: Session, proof: str, now: datetime) -> None:
    """Show again who one is: a one-time code where codes are enrolled, the password else.

    It holds for ten minutes in this session. Raises `WrongError`, and `WaitError` after several wrong ones.
    """
    limits = throttle.limits_of_act("prove", session.user.id)
    with store.transaction():
        user = store.user(session.user.id)
        throttle.attempt(store, limits, now)
    if user is None:
        raise WrongError
    step = step_of(user.code_key, proof, now, user.code_step) if user.code_key else None
    if step is None and (user.code_key or not fits(user.password, proof)):
        raise WrongError
    with store.transaction():
        current = store.user(user.id)
        if current is None or current.code_key != user.code_key or (step or 0) < current.code_step:
            raise WrongError
        if step is not None:
            if step <= current.code_step:
                raise WrongError  # the same code twice at once
            store.change_user(replace(current, code_step=step))
        throttle.succeeded(store, limits, now)
        mine = next((one for one in store.sessions(user.id) if one.id == session.id), None)
        if mine is not None:
            store.change_session(replace(mine, proven_at=to_micros(now)))


def change_password(store: Store, session: Session, old: str, new: str, now: datetime) -> None:
    """Change one's own password; all other sessions end. Raises `WrongError` and `WaitError` as `prove` does."""
    limits = throttle.limits_of_act("password", session.user.id)
    with store.transaction():
        user = store.user(session.user.id)
        throttle.attempt(store, limits, now)
    if user is None or not fits(user.password, old):
        raise WrongError
    fresh = hash_password(new)
    with store.transaction():
        current = store.user(user.id)
        if current is None or current.password != user.password:
            raise WrongError
        throttle.succeeded(store, limits, now)
        store.change_user(replace(current, password=fresh))
        end_sessions(store, user.id, now, but=session.id)
        note(store, user.id, "password.changed", user.id, now)


def _is_known(store: Store, user: StoredUser | None, address: str) -> bool:
    """Tell whether a user signed in from an address before, as far back as sessions are kept."""
    key = throttle.address_key(address)
    return user is not None and any(
        throttle.address_key(one.address) == key for one in store.sessions(user.id)
    )
