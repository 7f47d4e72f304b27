"""Reminders of accounts beside their updates: who posts only once reminded."""

from datetime import datetime
from importlib import resources

import msgspec
from clickhouse_connect.driver.client import Client

from events.instants import to_micros


class Reminded(msgspec.Struct, frozen=True):
    """Reminders of an account in a period, its updates, and those soon after a reminder."""

    reminders: int
    updates: int
    soon_after: int


def updates_after_reminders(
    client: Client, since: datetime, at: datetime, known_at: datetime, hours: int
) -> dict[str, Reminded]:
    """Return what the accounts that were reminded in (since, T] posted in it, as known at K, by account id."""
    file = resources.files("infra") / "clickhouse" / "queries" / "updates_after_reminders.sql"
    asked = {"since": to_micros(since), "t": to_micros(at), "k": to_micros(known_at), "hours": hours}
    rows = client.query(file.read_text("utf-8"), parameters=asked).result_rows
    return {str(account): Reminded(int(n), int(updates), int(soon)) for account, n, updates, soon in rows}
