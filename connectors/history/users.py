"""Users and roles of a ClickHouse server: SQL that its administrator runs, passwords bound."""

from importlib import resources

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from connectors.history.client import HistoryError
from connectors.history.migrate import sql_files, statements_of
from events.messages import message

SHORTEST_PASSWORD = 12


def user_statements() -> list[str]:
    """Return the statements that make roles, limits and users, in order."""
    folder = resources.files("infra") / "clickhouse" / "users"
    return [statement for file in sql_files(folder) for statement in statements_of(file)]


def apply_users(client: Client, *, writer_password: str, bi_password: str) -> list[str]:
    """Make roles, limits and users as this release has them, and set passwords; returns the names of the users.

    Raises `HistoryError` for a password that is too short and where the server refuses: chDB knows no users.
    """
    for user, password in (("xuncha_writer", writer_password), ("bi", bi_password)):
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
    return ["xuncha_writer", "bi"]
