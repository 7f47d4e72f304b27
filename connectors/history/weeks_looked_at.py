"""Weeks in which accounts were looked at, for the plan of looks."""

from datetime import datetime
from importlib import resources

from clickhouse_connect.driver.client import Client

from events.instants import DAY_US, to_micros


def weeks_looked_at(client: Client, since: datetime, at: datetime) -> dict[str, int]:
    """Return in how many weeks of (since, T], counted from its beginning, a look at each account worked."""
    file = resources.files("infra") / "clickhouse" / "queries" / "weeks_looked_at.sql"
    asked = {"since": to_micros(since), "t": to_micros(at), "week": 7 * DAY_US}
    rows = client.query(file.read_text("utf-8"), parameters=asked).result_rows
    return {str(account): int(weeks) for account, weeks in rows}
