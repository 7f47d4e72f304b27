"""Programs that call: by their token, and what it lets them do."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Protocol

from litestar.connection import ASGIConnection

from pipeline.access.sessions import Session
from pipeline.access.users import Grant, Role, User
from pipeline.home.actor import Actor
from pipeline.office.observations import Allowed

READ, HINT = "read", "hint"
_SCHEME = "bearer "
_MOST_CHARACTERS = 200


class ProgramToken(Protocol):
    """What a token lets its program do."""

    @property
    def id(self) -> str:
        """Return what names it in lists."""
        ...

    @property
    def kinds(self) -> AbstractSet[str]:
        """Return kinds of observations, `hint` for hints, and `read` for what pages show."""
        ...

    @property
    def actor(self) -> Actor:
        """Return who stands beside the facts that come by it."""
        ...

    def names(self, kind: Any, /) -> AbstractSet[str]:
        """Return the names of a kind of scope: source, area, unit; empty where it does not narrow."""
        ...


class Tokens(Protocol):
    """Where the API looks tokens up."""

    def find(self, token: str, now: datetime) -> ProgramToken | None:
        """Return what a token allows, None for one that is over, revoked or never was."""
        ...


class NoTokenError(Exception):
    """A program called without a token that is good, or with one that does not let it do this."""


def bearer_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the token of a request, empty where it has none."""
    header = connection.headers.get("authorization", "")
    if not header.lower().startswith(_SCHEME) or len(header) > _MOST_CHARACTERS:
        return ""
    return header[len(_SCHEME) :].strip()


def allowed_by(token: ProgramToken) -> Allowed:
    """Return what observations a token lets in."""
    return Allowed(
        kinds=frozenset(map(str, token.kinds)),
        areas=frozenset(token.names("area")),
        units=frozenset(token.names("unit")),
        finders=frozenset(token.names("source")),
    )


def reader_of(token: ProgramToken, now: datetime) -> Session | None:
    """Return a program that reads pages as somebody who is signed in, None where its token does not let it read.

    One that is about everything reads as an auditor, who changes nothing; others as the office of an area, the owner
    of a unit or a firm.
    """
    if READ not in token.kinds:
        return None
    grants = [
        *(Grant(Role.COMPETENT, area) for area in sorted(token.names("area"))),
        *(Grant(Role.OWNER, unit) for unit in sorted(token.names("unit"))),
        *(Grant(Role.FIRM, source) for source in sorted(token.names("source"))),
    ]
    user = User(token.id, "", "", tuple(grants or [Grant(Role.AUDITOR)]))
    return Session(token.id, user, csrf="", began_at=now, seen_at=now)
