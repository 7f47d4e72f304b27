"""Operations of the sign-in store in the SQL that SQLite and PostgreSQL share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from connectors.databases.migrations import Schema
from connectors.databases.statements import Statements
from connectors.signin.port import (
    Failures,
    SigninAct,
    SigninStoreError,
    StoredGrant,
    StoredInvitation,
    StoredSession,
    StoredToken,
    StoredUser,
    StoredView,
)
from events.messages import message

Values = Mapping[str, Any]

SCHEMA = Schema("signin", message("the sign-in store"), SigninStoreError)

_USER = "id, login, name, password, disabled, code_key, code_step, made_at"
_ADD_USER = f"""
INSERT INTO signin_users ({_USER})
VALUES (:id, :login, :name, :password, :disabled, :code_key, :code_step, :made_at)
"""  # noqa: S608 (ours)
_USERS = f"SELECT {_USER} FROM signin_users ORDER BY login"  # noqa: S608
_BY_ID = f"SELECT {_USER} FROM signin_users WHERE id = :id"  # noqa: S608
_BY_LOGIN = f"SELECT {_USER} FROM signin_users WHERE login = :login"  # noqa: S608
_CHANGE_USER = """
UPDATE signin_users SET login = :login, name = :name, password = :password, disabled = :disabled,
    code_key = :code_key, code_step = :code_step
WHERE id = :id
"""
_GRANT = "role, scope, given_by, given_at, agreed_by"
_GRANTS = f"SELECT user_id, {_GRANT} FROM signin_grants ORDER BY user_id, role, scope"  # noqa: S608
_GRANTS_OF = f"SELECT {_GRANT} FROM signin_grants WHERE user_id = :id ORDER BY role, scope"  # noqa: S608
_PUT_GRANT = f"""
INSERT INTO signin_grants (user_id, {_GRANT})
VALUES (:user_id, :role, :scope, :given_by, :given_at, :agreed_by)
ON CONFLICT (user_id, role, scope) DO UPDATE SET
    given_by = excluded.given_by, given_at = excluded.given_at, agreed_by = excluded.agreed_by
"""  # noqa: S608
_UNGRANT = """
DELETE FROM signin_grants WHERE user_id = :user_id AND role = :role AND scope = :scope RETURNING role
"""
_SESSION = "id, token, user_id, csrf, began_at, seen_at, proven_at, ended_at, address, client"
_ADD_SESSION = f"""
INSERT INTO signin_sessions ({_SESSION})
VALUES (:id, :token, :user_id, :csrf, :began_at, :seen_at, :proven_at, :ended_at, :address, :client)
"""  # noqa: S608
_SESSION_OF = f"SELECT {_SESSION} FROM signin_sessions WHERE token = :token"  # noqa: S608
_SESSIONS = f"SELECT {_SESSION} FROM signin_sessions WHERE user_id = :id ORDER BY began_at DESC, id"  # noqa: S608
_CHANGE_SESSION = "UPDATE signin_sessions SET seen_at = :seen_at, proven_at = :proven_at WHERE id = :id"
_END_SESSION = "UPDATE signin_sessions SET ended_at = :at WHERE id = :id AND ended_at = 0"
_FORGET_SESSIONS = "DELETE FROM signin_sessions WHERE seen_at < :before"
_FAILED = "SELECT failures, at FROM signin_failures WHERE key = :key"
_FAIL = """
INSERT INTO signin_failures (key, failures, at) VALUES (:key, :failures, :at)
ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, at = excluded.at
"""
_FORGET_FAILED = "DELETE FROM signin_failures WHERE key = :key"
_FORGET_FAILURES = "DELETE FROM signin_failures WHERE at < :before"
_INVITATION = "token, user_id, made_by, until, used_at"
_TAKE_BACK = "DELETE FROM signin_invitations WHERE user_id = :user_id AND used_at = 0"
_INVITE = f"""
INSERT INTO signin_invitations ({_INVITATION}) VALUES (:token, :user_id, :made_by, :until, :used_at)
"""  # noqa: S608
_INVITATION_OF = f"SELECT {_INVITATION} FROM signin_invitations WHERE token = :token"  # noqa: S608
_USE = "UPDATE signin_invitations SET used_at = :at WHERE token = :token"
_TOKEN = "id, token, title, user_id, kinds, scopes, made_at, until, revoked_at, used_at"  # noqa: S105
_ADD_TOKEN = f"""
INSERT INTO signin_tokens ({_TOKEN})
VALUES (:id, :token, :title, :user_id, :kinds, :scopes, :made_at, :until, :revoked_at, :used_at)
"""  # noqa: S608
_TOKEN_OF = f"SELECT {_TOKEN} FROM signin_tokens WHERE token = :token"  # noqa: S608
_TOKENS = f"SELECT {_TOKEN} FROM signin_tokens ORDER BY made_at DESC, id"  # noqa: S608
_CHANGE_TOKEN = "UPDATE signin_tokens SET revoked_at = :revoked_at, used_at = :used_at WHERE id = :id"  # noqa: S105
_NOTE = """
INSERT INTO signin_acts (at, actor, act, user_id, detail) VALUES (:at, :actor, :act, :user_id, :detail)
"""
_ACTS = """
SELECT at, actor, act, user_id, detail FROM signin_acts
WHERE at >= :since AND at < :until ORDER BY at DESC, id DESC
"""


_VIEWS = "SELECT user_id, path, name, query FROM signin_views WHERE user_id = :user_id ORDER BY path, name"
_KEEP_VIEW = """
INSERT INTO signin_views (user_id, path, name, query) VALUES (:user_id, :path, :name, :query)
ON CONFLICT (user_id, path, name) DO UPDATE SET query = excluded.query
"""
_DROP_VIEW = "DELETE FROM signin_views WHERE user_id = :user_id AND path = :path AND name = :name"


class SqlSigninStore(Statements):
    """The operations of `SigninStore`; an implementation says how a statement runs."""

    def add_user(self, user: StoredUser) -> None:
        """See `SigninStore`."""
        self.run(_ADD_USER, _values(user))

    def users(self) -> list[StoredUser]:
        """See `SigninStore`."""
        grants: dict[str, list[StoredGrant]] = {}
        for user_id, *grant in self.run(_GRANTS, {}):
            grants.setdefault(user_id, []).append(StoredGrant(*grant))
        return [_user(row, grants.get(row[0], ())) for row in self.run(_USERS, {})]

    def user(self, user_id: str) -> StoredUser | None:
        """See `SigninStore`."""
        return self._one(_BY_ID, {"id": user_id})

    def user_called(self, login: str) -> StoredUser | None:
        """See `SigninStore`."""
        return self._one(_BY_LOGIN, {"login": login})

    def _one(self, statement: str, values: Values) -> StoredUser | None:
        for row in self.run(statement, values):
            return _user(row, [StoredGrant(*grant) for grant in self.run(_GRANTS_OF, {"id": row[0]})])
        return None

    def change_user(self, user: StoredUser) -> None:
        """See `SigninStore`."""
        self.run(_CHANGE_USER, _values(user, "made_at"))

    def grant(self, user_id: str, grant: StoredGrant) -> None:
        """See `SigninStore`."""
        self.run(_PUT_GRANT, {"user_id": user_id, **_values(grant)})

    def ungrant(self, user_id: str, role: str, scope: str) -> bool:
        """See `SigninStore`."""
        return bool(self.run(_UNGRANT, {"user_id": user_id, "role": role, "scope": scope}))

    def add_session(self, session: StoredSession) -> None:
        """See `SigninStore`."""
        self.run(_ADD_SESSION, _values(session))

    def session_of(self, token: str) -> StoredSession | None:
        """See `SigninStore`."""
        return next((StoredSession(*row) for row in self.run(_SESSION_OF, {"token": token})), None)

    def sessions(self, user_id: str) -> list[StoredSession]:
        """See `SigninStore`."""
        return [StoredSession(*row) for row in self.run(_SESSIONS, {"id": user_id})]

    def change_session(self, session: StoredSession) -> None:
        """See `SigninStore`."""
        values = {"id": session.id, "seen_at": session.seen_at, "proven_at": session.proven_at}
        self.run(_CHANGE_SESSION, values)

    def end_sessions(self, ids: Iterable[str], at: int) -> None:
        """See `SigninStore`."""
        for session_id in ids:
            self.run(_END_SESSION, {"id": session_id, "at": at})

    def forget_sessions(self, before: int) -> None:
        """See `SigninStore`."""
        self.run(_FORGET_SESSIONS, {"before": before})

    def failures(self, keys: Sequence[str]) -> dict[str, Failures]:
        """See `SigninStore`."""
        return {key: Failures(*row) for key in keys for row in self.run(_FAILED, {"key": key})}

    def fail(self, key: str, failures: Failures) -> None:
        """See `SigninStore`."""
        self.run(_FAIL, {"key": key, **_values(failures)})

    def forget_failures(self, keys: Sequence[str] = (), before: int = 0) -> None:
        """See `SigninStore`."""
        for key in keys:
            self.run(_FORGET_FAILED, {"key": key})
        self.run(_FORGET_FAILURES, {"before": before})

    def add_invitation(self, invitation: StoredInvitation) -> None:
        """See `SigninStore`."""
        self.run(_TAKE_BACK, {"user_id": invitation.user_id})
        self.run(_INVITE, _values(invitation))

    def invitation_of(self, token: str) -> StoredInvitation | None:
        """See `SigninStore`."""
        return next((StoredInvitation(*row) for row in self.run(_INVITATION_OF, {"token": token})), None)

    def use_invitation(self, token: str, at: int) -> None:
        """See `SigninStore`."""
        self.run(_USE, {"token": token, "at": at})

    def add_token(self, token: StoredToken) -> None:
        """See `SigninStore`."""
        self.run(_ADD_TOKEN, {**_values(token), "kinds": _json(token.kinds), "scopes": _json(token.scopes)})

    def token_of(self, token: str) -> StoredToken | None:
        """See `SigninStore`."""
        return next((_token(row) for row in self.run(_TOKEN_OF, {"token": token})), None)

    def tokens(self) -> list[StoredToken]:
        """See `SigninStore`."""
        return [_token(row) for row in self.run(_TOKENS, {})]

    def change_token(self, token: StoredToken) -> None:
        """See `SigninStore`."""
        values = {"id": token.id, "revoked_at": token.revoked_at, "used_at": token.used_at}
        self.run(_CHANGE_TOKEN, values)

    def views(self, user_id: str) -> list[StoredView]:
        """See `SigninStore`."""
        return [StoredView(*row) for row in self.run(_VIEWS, {"user_id": user_id})]

    def keep_view(self, view: StoredView) -> None:
        """See `SigninStore`."""
        self.run(_KEEP_VIEW, _values(view))

    def drop_view(self, user_id: str, path: str, name: str) -> None:
        """See `SigninStore`."""
        self.run(_DROP_VIEW, {"user_id": user_id, "path": path, "name": name})

    def note(self, act: SigninAct) -> None:
        """See `SigninStore`."""
        self.run(_NOTE, _values(act))

    def acts(self, since: int = 0, until: int = 1 << 62) -> list[SigninAct]:
        """See `SigninStore`."""
        return [SigninAct(*row) for row in self.run(_ACTS, {"since": since, "until": until})]


def _values(row: msgspec.Struct, *without: str) -> dict[str, Any]:
    """Return the fields of a row as a statement binds them; a truth is a number."""
    values = {name: getattr(row, name) for name in row.__struct_fields__ if name not in ("grants", *without)}
    return {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}


def _user(row: Sequence[Any], grants: Iterable[StoredGrant]) -> StoredUser:
    id_, login, name, password, disabled, code_key, code_step, made_at = row
    return StoredUser(id_, login, name, password, bool(disabled), code_key, code_step, made_at, tuple(grants))


def _token(row: Sequence[Any]) -> StoredToken:
    id_, token, title, user_id, kinds, scopes, *rest = row
    return StoredToken(
        id_,
        token,
        title,
        user_id,
        msgspec.json.decode(kinds, type=tuple[str, ...]),
        msgspec.json.decode(scopes, type=tuple[tuple[str, str], ...]),
        *rest,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
