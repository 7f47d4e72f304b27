"""The schema of the history, and the users of its server."""

import msgspec

from connectors.history.migrate import Migration, Standing, migrate, pending, require_known, standings
from connectors.history.migration_lock import Holder, force_unlock, migration_lock
from connectors.history.users import AreaUser, apply_users
from events.messages import message
from pipeline.home.errors import UsageError
from pipeline.home.folder import Home
from pipeline.home.settings import environment_value


class Migrated(msgspec.Struct, frozen=True):
    """What a migration did."""

    applied: list[str]  # names of migrations, in their order
    unlocked: Holder | None  # who held the lock that was taken away


class AreaAsked(msgspec.Struct, frozen=True):
    """A user who sees one area, and the environment variable that holds the password."""

    name: str
    area: str
    password_from: str


class MakeUsers(msgspec.Struct, frozen=True):
    """The environment variables that hold the passwords of writer and BI user, and users who see one area."""

    writer_password_from: str
    bi_password_from: str
    areas: tuple[AreaAsked, ...] = ()


def list_standings(home: Home) -> list[Standing]:
    """Return every migration with whether it is applied; raises `HistoryError` where one is not of this release."""
    applied = home.applied_migrations()
    require_known(applied)
    return standings(applied)


def list_missing(home: Home) -> list[Migration]:
    """Return the migrations that are not applied yet; nothing is changed."""
    return pending(home.applied_migrations())


def migrate_history(home: Home, *, force: bool) -> Migrated:
    """Bring tables and views to this release; `force` first takes away the lock of a migration that died."""
    with home.history(unfilled=True) as (client, _):
        held = force_unlock(client) if force else None
        with migration_lock(client):
            return Migrated(migrate(client), held)


def make_users(home: Home, asked: MakeUsers) -> list[str]:
    """Make users and roles of a ClickHouse server; returns their names. Raises `UsageError` without two passwords."""
    with home.history(unfilled=True) as (client, _):
        writer, bi = _password(asked.writer_password_from), _password(asked.bi_password_from)
        areas = [AreaUser(one.name, one.area, _password(one.password_from)) for one in asked.areas]
        passwords = [writer, bi, *(one.password for one in areas)]
        if len(set(passwords)) < len(passwords):
            raise UsageError(message("writer and BI user need passwords of their own"))
        return apply_users(client, writer_password=writer, bi_password=bi, areas=areas)


def _password(variable: str) -> str:
    value = environment_value(variable)
    if not value:
        raise UsageError(message("the environment variable {variable} holds no password", variable=variable))
    return value
