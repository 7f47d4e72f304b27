"""Users: added, invited, disabled; each by somebody, and each act noted with ids alone."""

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from connectors.signin.port import StoredGrant, StoredInvitation, StoredUser
from events.fields import field
from events.instants import from_micros, to_micros
from events.messages import message
from pipeline.access.logins import plain_login, require_login, require_name
from pipeline.access.passwords import hash_password, require_good
from pipeline.access.secrets import hashed, new_id, new_token
from pipeline.access.sessions import end_sessions
from pipeline.access.store import Store, note
from pipeline.access.users import SCOPED, Grant, Role
from pipeline.home.errors import ConflictError, NotFoundError, UsageError

INVITED_FOR = timedelta(days=3)
SYSTEM = "office"
"""Who acts on the command line of the machine: whoever has it has the store, too."""


class AddUser(msgspec.Struct, frozen=True):
    """Somebody who is to sign in; without a password they choose one by an invitation."""

    login: str
    name: str
    grants: tuple[Grant, ...] = ()
    password: str = ""


class Invitation(msgspec.Struct, frozen=True):
    """A link by which somebody chooses a password, once."""

    token: str  # shown once
    until: datetime


class Granted(msgspec.Struct, frozen=True):
    """What became of a role that was given."""

    waits: bool  # for a second person


def list_users(store: Store) -> list[StoredUser]:
    """Return every user, in the order of their logins."""
    with store.snapshot():
        return store.users()


def find_user(store: Store, user_id: str) -> StoredUser:
    """Return a user by id; raises `NotFoundError`."""
    with store.snapshot():
        return _found(store.user(user_id))


def find_login(store: Store, login: str) -> StoredUser:
    """Return a user by login; raises `NotFoundError`."""
    with store.snapshot():
        found = store.user_called(plain_login(login))
    if found is None:
        raise NotFoundError(message("nobody signs in as {login!r}", login=login))
    return found


def is_empty(store: Store) -> bool:
    """Tell whether nobody can sign in yet: the first run."""
    with store.snapshot():
        return not store.users()


def add_user(store: Store, asked: AddUser, actor: str, now: datetime) -> StoredUser:
    """Add a user; raises `UsageError` for what cannot be one, `ConflictError` where the login is taken."""
    made = _made(asked, now)
    with store.transaction():
        _add(store, made, asked.grants, actor, now)
    return find_user(store, made.id)


def add_first_users(store: Store, asked: tuple[AddUser, ...], now: datetime) -> list[StoredUser]:
    """Add the first users of a home, where there are none yet; raises `ConflictError` where there are."""
    made = [_made(one, now) for one in asked]
    with store.transaction():
        if store.users():
            raise ConflictError(message("users are there already; sign in"))
        for user, one in zip(made, asked, strict=True):
            _add(store, user, one.grants, made[0].id if user is not made[0] else SYSTEM, now)
    return [find_user(store, user.id) for user in made]


def set_password(store: Store, user_id: str, password: str, actor: str, now: datetime) -> None:
    """Give somebody a password; their sessions end."""
    require_good(password, find_user(store, user_id).login)
    fresh = hash_password(password)
    with store.transaction():
        user = _found(store.user(user_id))
        store.change_user(replace(user, password=fresh))
        end_sessions(store, user_id, now)
        note(store, actor, "password.set", user_id, now)


def disable_user(store: Store, user_id: str, actor: str, now: datetime, *, disabled: bool = True) -> None:
    """Keep somebody from signing in, from now on, or let them again; raises `UsageError` for the last administrator."""
    with store.transaction():
        user = _found(store.user(user_id))
        if user.disabled == disabled:
            return
        if disabled:
            if user.id == actor:
                raise UsageError(message("nobody disables themself; another administrator can"))
            _keep_an_administrator(store, {user_id})
            end_sessions(store, user_id, now)
        store.change_user(replace(user, disabled=disabled))
        note(store, actor, "user.disabled" if disabled else "user.enabled", user_id, now)


def invite(store: Store, user_id: str, actor: str, now: datetime) -> Invitation:
    """Return a link by which somebody chooses a password within three days; an earlier one is taken back."""
    token, until = new_token(), now + INVITED_FOR
    with store.transaction():
        _found(store.user(user_id))
        store.add_invitation(StoredInvitation(hashed(token), user_id, actor, to_micros(until)))
        note(store, actor, "user.invited", user_id, now)
    return Invitation(token, until)


def invited(store: Store, token: str, now: datetime) -> StoredUser | None:
    """Return whom an invitation lets choose a password; None where it is over, used, or never was."""
    with store.snapshot():
        found = store.invitation_of(hashed(token))
        if found is None or found.used_at or from_micros(found.until) <= now:
            return None
        user = store.user(found.user_id)
    return user if user is not None and not user.disabled else None


def accept(store: Store, token: str, password: str, now: datetime) -> StoredUser:
    """Choose a password by an invitation, once; raises `NotFoundError` where it is over or used."""
    user = invited(store, token, now)
    if user is None:
        raise _gone()
    require_good(password, user.login)
    fresh = hash_password(password)
    with store.transaction():
        found = store.invitation_of(hashed(token))
        current = store.user(user.id)
        if found is None or found.used_at or current is None or current.disabled:
            raise _gone()  # somebody used it a moment ago
        store.use_invitation(found.token, to_micros(now))
        store.change_user(replace(current, password=fresh))
        end_sessions(store, user.id, now)
        note(store, user.id, "invitation.used", user.id, now)
    return find_user(store, user.id)


def enrol_codes(store: Store, user_id: str, key: str, step: int, now: datetime) -> None:
    """Ask a user for one-time codes of a key from now on; `step` is that of the code that showed it works."""
    with store.transaction():
        user = _found(store.user(user_id))
        store.change_user(replace(user, code_key=key, code_step=step))
        note(store, user_id, "codes.enrolled", user_id, now)


def drop_codes(store: Store, user_id: str, actor: str, now: datetime) -> None:
    """Ask a user for no one-time codes any more, as when a phone is lost."""
    with store.transaction():
        user = _found(store.user(user_id))
        store.change_user(replace(user, code_key="", code_step=0))
        note(store, actor, "codes.dropped", user_id, now)


def grant_role(
    store: Store, user_id: str, grant: Grant, actor: str, now: datetime, *, alone: bool = False
) -> Granted:
    """Give somebody a role. That of an administrator waits for a second person, unless the office lets one act alone.

    Nobody gives himself a role. What a role is about has to be said where it is about something.
    """
    _require_scope(grant)
    if user_id == actor:
        raise UsageError(message("nobody gives himself a role; another administrator can"))
    waits = grant.role is Role.ADMIN and not (alone or actor == SYSTEM)
    stored = StoredGrant(grant.role, grant.scope, actor, to_micros(now), "" if waits else actor)
    with store.transaction():
        user = _found(store.user(user_id))
        if any((g.role, g.scope) == (stored.role, stored.scope) and g.agreed_by for g in user.grants):
            return Granted(waits=False)
        if waits and any(g.role == stored.role and g.given_by != actor for g in user.grants):
            raise ConflictError(
                message("another administrator has proposed this; agree to it, or take it back")
            )
        store.grant(user_id, stored)
        action = "role.proposed" if waits else "role.alone" if grant.role is Role.ADMIN else "role.given"
        note(store, actor, action, user_id, now, _detail(grant))
    return Granted(waits)


def agree_to_role(store: Store, user_id: str, grant: Grant, actor: str, now: datetime) -> None:
    """Agree to a role that somebody else proposed for a third person."""
    with store.transaction():
        user = _found(store.user(user_id))
        waiting = next(
            (g for g in user.grants if (g.role, g.scope) == (grant.role, grant.scope) and not g.agreed_by),
            None,
        )
        if waiting is None:
            raise NotFoundError(message("no role of this user waits for a second person"))
        if actor in (waiting.given_by, user_id):
            raise UsageError(
                message("two persons give this role: neither who proposed it, nor who gets it, agrees")
            )
        store.grant(user_id, replace(waiting, agreed_by=actor))
        note(store, actor, "role.agreed", user_id, now, _detail(grant))


def revoke_role(store: Store, user_id: str, grant: Grant, actor: str, now: datetime) -> None:
    """Take a role from somebody; raises `UsageError` where nobody would be left to administer."""
    with store.transaction():
        user = _found(store.user(user_id))
        held = next((g for g in user.grants if (g.role, g.scope) == (grant.role, grant.scope)), None)
        if held is None:
            raise NotFoundError(message("{login} has no such role", login=user.login))
        if grant.role is Role.ADMIN and held.agreed_by:
            _keep_an_administrator(store, {user_id})
        store.ungrant(user_id, grant.role, grant.scope)
        note(store, actor, "role.taken", user_id, now, _detail(grant))


def _add(store: Store, user: StoredUser, grants: tuple[Grant, ...], actor: str, now: datetime) -> None:
    if store.user_called(user.login) is not None:
        raise ConflictError(message("somebody signs in as {login!r} already", login=user.login))
    store.add_user(user)
    note(store, actor, "user.added", user.id, now)
    for grant in grants:
        waits = grant.role is Role.ADMIN and actor != SYSTEM
        agreed_by = "" if waits else actor
        store.grant(user.id, StoredGrant(grant.role, grant.scope, actor, to_micros(now), agreed_by))
        note(store, actor, "role.proposed" if waits else "role.given", user.id, now, _detail(grant))


def _made(asked: AddUser, now: datetime) -> StoredUser:
    login = require_login(asked.login)
    for grant in asked.grants:
        _require_scope(grant)
    if asked.password:
        require_good(asked.password, login)
    password = hash_password(asked.password) if asked.password else ""
    return StoredUser(new_id("u"), login, require_name(asked.name), password, made_at=to_micros(now))


def _require_scope(grant: Grant) -> None:
    if (grant.role in SCOPED) != bool(grant.scope.strip()):
        raise UsageError(
            message(
                "{field}: say what the role is about, and nothing for one that is about all",
                field=field("scope"),
            )
        )


def _keep_an_administrator(store: Store, without: set[str]) -> None:
    found = [
        user.id
        for user in store.users()
        if not user.disabled and any(g.role == Role.ADMIN and g.agreed_by for g in user.grants)
    ]
    if found and not set(found) - without:
        raise UsageError(message("nobody would be left who adds users; make another administrator first"))


def _detail(grant: Grant) -> str:
    return f"{grant.role}:{grant.scope}" if grant.scope else grant.role.value


def _found(user: StoredUser | None) -> StoredUser:
    if user is None:
        raise NotFoundError(message("there is no such user"))
    return user


def _gone() -> NotFoundError:
    return NotFoundError(message("this link was used, or is older than three days; ask for a new one"))
