"""The data dictionary of docs/history.md, made from the comments that the database itself holds."""

from clickhouse_connect.driver.client import Client


def dictionary(client: Client) -> str:
    """Return a section for each view and each table, views first, as Markdown."""
    tables = client.query(
        "SELECT name, engine, comment FROM system.tables"
        " WHERE database = currentDatabase() AND engine != 'MaterializedView'"
        " ORDER BY engine != 'View', name"
    ).result_rows
    return "\n".join(_section(client, *table) for table in tables)


def _section(client: Client, name: str, engine: str, comment: str) -> str:
    columns = client.query(
        "SELECT name, type, comment FROM system.columns WHERE database = currentDatabase() AND table = {t:String}"
        " ORDER BY position",
        parameters={"t": name},
    ).result_rows
    rows = "".join(f"| `{column}` | {_cell(kind)} | {_cell(text)} |\n" for column, kind, text in columns)
    kind = "view" if engine == "View" else "table"
    return f"### {name} ({kind})\n\n{comment}\n\n| column | type | meaning |\n|---|---|---|\n{rows}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
