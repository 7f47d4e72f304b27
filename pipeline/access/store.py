"""The sign-in store of a home: a file in it, or PostgreSQL where settings say so."""

from datetime import datetime
from typing import TypeAlias

from connectors.signin.port import SigninAct, SigninStore
from connectors.signin.sqlite import SqliteSigninStore
from events.instants import to_micros
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.settings import environment_value

FILE_NAME = "signin.sqlite"
Store: TypeAlias = SigninStore


def open_signin(home: Home) -> Store:
    """Open the sign-in store of a home, for its caller to close; where the people store is in a database, beside it."""
    settings = home.settings.signin or home.settings.people
    if settings is None:
        return SqliteSigninStore(home.path / FILE_NAME)
    section = "people" if home.settings.signin is None else "signin"
    url = environment_value(settings.url_from)
    if not url:
        raise UsageError(
            message(
                "[{section}] url_from names {url_from}, which is not set in the environment",
                section=section,
                url_from=settings.url_from,
            )
        )
    from connectors.signin.postgres import PostgresSigninStore  # noqa: PLC0415 (its library is slow to import)

    return PostgresSigninStore(url)


def note(store: Store, actor: str, act: str, user_id: str, now: datetime, detail: str = "") -> None:
    """Store what somebody did; within the transaction of what was done."""
    store.note(SigninAct(to_micros(now), actor, act, user_id, detail))
