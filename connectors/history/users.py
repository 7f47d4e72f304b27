"""Users and roles of a ClickHouse server: SQL that its administrator runs, passwords bound."""

import re
from collections.abc import Mapping, Sequence
from importlib import resources
from string import Template

import msgspec
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import HistoryError
from connectors.history.migrate import sql_files, statements_of
from events.messages import message

SHORTEST_PASSWORD = 12
_NAME = re.compile(r"bi_[a-z0-9_]{1,40}")


def user_statements() -> list[str]:
    """Return the statements that make roles, limits and users, in order."""
    folder = resources.files("infra") / "clickhouse" / "users"
    return [statement for file in sql_files(folder) for statement in statements_of(file)]


class AreaUser(msgspec.Struct, frozen=True):
    """Somebody who sees the rows of one area in the views for BI."""

    name: str  # bi_ and small letters, digits, underscores
    area: str  # as the registry has it
    password: str


def area_statements(user: AreaUser) -> list[str]:
    """Return the statements that make a user of an area; raises `HistoryError` for a name that is none of a user."""
    if not _NAME.fullmatch(user.name):
        raise HistoryError(
            message(
                "{name!r}: the name of a user of an area is bi_ with small letters and digits", name=user.name
            )
        )
    if not user.area.strip() or not user.area.isprintable():
        raise HistoryError(message("the user {name} needs an area", name=user.name))
    area = "'" + user.area.replace("\\", "\\\\").replace("'", "\\'") + "'"
    folder = resources.files("infra") / "clickhouse" / "areas"
    return [
        Template(statement).substitute(user=user.name, area=area)
        for file in sql_files(folder)
        for statement in statements_of(file)
    ]


def apply_users(
    client: Client, *, writer_password: str, bi_password: str, areas: Sequence[AreaUser] = ()
) -> list[str]:
    """Make roles, limits and users as this release has them, and set passwords; returns the names of the users.

    Raises `HistoryError` for a password that is too short and where the server refuses: chDB knows no users.
    """
    of_areas = [(user, area_statements(user)) for user in areas]
    passwords = [
        ("xuncha_writer", writer_password),
        ("bi", bi_password),
        *((a.name, a.password) for a in areas),
    ]
    for user, password in passwords:
        if len(password) < SHORTEST_PASSWORD:
            raise HistoryError(
                message(
                    "the password of {user} needs {shortest_password} characters or more",
                    user=user,
                    shortest_password=SHORTEST_PASSWORD,
                )
            )
    parameters = {"writer_password": writer_password, "bi_password": bi_password}
    for statement in user_statements():
        _run(client, statement, parameters)
    for area_user, statements in of_areas:
        for statement in statements:
            _run(client, statement, {"area_password": area_user.password})
    return [user for user, _ in passwords]


def _run(client: Client, statement: str, parameters: Mapping[str, str]) -> None:
    bound = {name: value for name, value in parameters.items() if f"{{{name}:" in statement}
    try:
        client.command(statement, parameters=bound)
    except ClickHouseError as e:
        raise HistoryError(
            message(
                "the server refused `{splitlines}`: {splitlines_2}; users are made by an"
                " administrator of a ClickHouse server",
                splitlines=statement.splitlines()[0],
                splitlines_2=str(e).splitlines()[0],
            )
        ) from None
