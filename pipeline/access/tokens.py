"""Tokens of programs: what one may hand in, about what, until when; shown once, stored hashed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from connectors.signin.port import StoredToken, StoredUser
from events.fields import field
from events.instants import from_micros, to_micros
from events.messages import message
from pipeline.access.logins import require_name
from pipeline.access.secrets import hashed, new_id, new_token
from pipeline.access.store import Store, note
from pipeline.access.user_care import SYSTEM
from pipeline.access.users import Role, User, user_of
from pipeline.home.actor import Actor
from pipeline.home.errors import NotFoundError, UsageError

PREFIX = "xct_"
"""Begins every token, so that scanners of code and logs know one."""

LONGEST = timedelta(days=366)
_SEEN_EVERY = timedelta(minutes=1)


class TokenKind(StrEnum):
    """What a token may hand in (definitions, API); `READ`: what pages show, as JSON."""

    POST = "post"
    LOOK = "look"
    FINDING = "finding"
    ACCOUNT = "account"  # spotted, not filed
    HINT = "hint"  # an account may show something new
    READ = "read"


class ScopeKind(StrEnum):
    """What a token is about."""

    SOURCE = "source"
    AREA = "area"
    UNIT = "unit"


KIND_TITLES = {
    TokenKind.POST: "发布内容",
    TokenKind.LOOK: "监测记录",
    TokenKind.FINDING: "问题",
    TokenKind.ACCOUNT: "疑似账号",
    TokenKind.HINT: "更新线索",
    TokenKind.READ: "查询",
}
_OF_ROLE = {Role.FIRM: ScopeKind.SOURCE, Role.COMPETENT: ScopeKind.AREA, Role.OWNER: ScopeKind.UNIT}
SCOPE_TITLES = {ScopeKind.SOURCE: "数据来源", ScopeKind.AREA: "地区", ScopeKind.UNIT: "单位"}


class TokenScope(msgspec.Struct, frozen=True):
    """One thing that a token is about."""

    kind: ScopeKind
    name: str


class AddToken(msgspec.Struct, frozen=True):
    """A token that is to be made; without scopes it is about everything."""

    title: str
    kinds: tuple[TokenKind, ...]
    scopes: tuple[TokenScope, ...]
    until: datetime


class Token(msgspec.Struct, frozen=True):
    """A program that showed its token."""

    id: str
    title: str
    user: User | None  # who made it; None: the command line
    kinds: frozenset[TokenKind]
    scopes: tuple[TokenScope, ...]  # empty: about everything
    until: datetime

    @property
    def actor(self) -> Actor:
        """Return who stands beside the facts that come by this token."""
        return Actor(self.id)

    def names(self, kind: ScopeKind) -> frozenset[str]:
        """Return the names of one kind of scope; empty: not narrowed by it."""
        return frozenset(one.name for one in self.scopes if one.kind is kind)


class MadeToken(msgspec.Struct, frozen=True):
    """A new token; `secret` is shown once."""

    id: str
    secret: str


class Tokens:
    """Where the API looks tokens up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, token: str, now: datetime) -> Token | None:
        """Return what a token allows, None for one that is over, revoked, or of somebody who may not any more."""
        return find_token(self._store, token, now)


def make_token(store: Store, asked: AddToken, maker: User | None, now: datetime) -> MadeToken:
    """Make a token; raises `UsageError` for one that may do more than its maker. `maker` None: the command line."""
    if not asked.kinds:
        raise UsageError(message("{field}: say what the token may hand in", field=field("kinds")))
    if not now < asked.until <= now + LONGEST:
        raise UsageError(
            message("{field}: a token ends within {days} days", field=field("days"), days=LONGEST.days)
        )
    if any(not one.name.strip() for one in asked.scopes):
        raise UsageError(message("{field}: a scope has a name", field=field("scope")))
    if maker is not None and not may_make(maker, asked.scopes):
        raise UsageError(message("{field}: a token reaches no further than its maker", field=field("scope")))
    secret = PREFIX + new_token()
    by = maker.id if maker is not None else SYSTEM
    token = StoredToken(
        new_id("t"),
        hashed(secret),
        require_name(asked.title),
        by,
        tuple(sorted(set(asked.kinds))),
        tuple((one.kind.value, one.name.strip()) for one in asked.scopes),
        to_micros(now),
        to_micros(asked.until),
    )
    with store.transaction():
        store.add_token(token)
        note(store, by, "token.made", by, now, token.id)
    return MadeToken(token.id, secret)


def may_make(maker: User, scopes: Sequence[TokenScope]) -> bool:
    """Tell whether somebody may do all that a token of these scopes could: an administrator any, others their own."""
    if maker.grant(Role.ADMIN) is not None:
        return True
    mine = {TokenScope(_OF_ROLE[grant.role], grant.scope) for grant in maker.grants if grant.role in _OF_ROLE}
    return bool(scopes) and mine.issuperset(scopes)


def find_token(store: Store, secret: str, now: datetime) -> Token | None:
    """Return what a token allows; it dies with its time, and with the rights of whoever made it."""
    if not secret.startswith(PREFIX):
        return None
    with store.snapshot():
        found = store.token_of(hashed(secret))
        if found is None or found.revoked_at or from_micros(found.until) <= now:
            return None
        maker = store.user(found.user_id) if found.user_id != SYSTEM else None
    if found.user_id != SYSTEM and (maker is None or maker.disabled):
        return None
    user = user_of(maker) if maker is not None else None
    scopes = _scopes(found)
    if user is not None and not may_make(user, scopes):
        return None
    if now - from_micros(found.used_at) >= _SEEN_EVERY:
        with store.transaction():
            store.change_token(replace(found, used_at=to_micros(now)))
    kinds = frozenset(TokenKind(kind) for kind in found.kinds if kind in set(TokenKind))
    return Token(found.id, found.title, user, kinds, scopes, from_micros(found.until))


class ListedToken(msgspec.Struct, frozen=True):
    """A token as lists show it."""

    id: str
    title: str
    maker: StoredUser | None
    kinds: tuple[TokenKind, ...]
    scopes: tuple[TokenScope, ...]
    made_at: datetime
    until: datetime
    revoked: bool
    used_at: datetime | None


def list_tokens(store: Store) -> list[ListedToken]:
    """Return every token, newest first; never what opens anything."""
    with store.snapshot():
        users = {user.id: user for user in store.users()}
        return [
            ListedToken(
                one.id,
                one.title,
                users.get(one.user_id),
                tuple(TokenKind(kind) for kind in one.kinds if kind in set(TokenKind)),
                _scopes(one),
                from_micros(one.made_at),
                from_micros(one.until),
                bool(one.revoked_at),
                from_micros(one.used_at) if one.used_at else None,
            )
            for one in store.tokens()
        ]


def revoke_token(store: Store, token_id: str, actor: str, now: datetime) -> None:
    """End a token; one that was revoked stays so. Raises `NotFoundError`."""
    with store.transaction():
        found = next((one for one in store.tokens() if one.id == token_id), None)
        if found is None:
            raise NotFoundError(message("there is no such token"))
        if not found.revoked_at:
            store.change_token(replace(found, revoked_at=to_micros(now)))
            note(store, actor, "token.revoked", found.user_id, now, found.id)


def _scopes(found: StoredToken) -> tuple[TokenScope, ...]:
    return tuple(TokenScope(ScopeKind(kind), name) for kind, name in found.scopes)
