"""A history without rows, as migrations make it: emptied where that is possible, for to migrate anew takes a second."""

from typing import NamedTuple

from clickhouse_connect.driver.client import Client

from connectors.history.client import DATABASE


class Made(NamedTuple):
    """A table or a view, and how it was made."""

    name: str
    engine: str
    by: str


def shape_of(client: Client) -> list[Made]:
    """Return the tables and views of a history."""
    rows = client.query(
        "SELECT name, engine, create_table_query FROM system.tables WHERE database = {d:String} ORDER BY name",
        parameters={"d": DATABASE},
    ).result_rows
    return [Made(*row) for row in rows]


def is_cleared(client: Client, migrated: list[Made] | None) -> bool:
    """Empty the tables of a history that are as they were when it was `migrated`; False: they are not."""
    shape = shape_of(client)
    if not shape or shape != migrated:
        return False
    for table in shape:
        if table.engine.endswith("MergeTree") and table.name != "schema_migrations":
            client.command(f"TRUNCATE TABLE {table.name}")
    return True
