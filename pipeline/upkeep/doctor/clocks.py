"""The clock of the database beside that of this machine."""

from datetime import timedelta

from clickhouse_connect.driver.client import Client

from events.instants import from_micros
from events.messages import message
from pipeline.upkeep.doctor.finding import Clock, Finding, check, ok, warning

APART = timedelta(seconds=2)
"""Clocks that are further apart make times that contradict one another."""


@check("database clock", message("see what the server's log says"))
def database_clock(client: Client, clock: Clock) -> Finding:
    """Ask the database for its time, between two looks at this machine's clock."""
    before = clock()
    database_at = from_micros(int(client.query("SELECT toUnixTimestamp64Micro(now64(6))").result_rows[0][0]))
    after = clock()
    apart = max(before - database_at, database_at - after, timedelta(0))
    if apart > APART:
        where = message("behind") if database_at < before else message("ahead of")
        return warning(
            message(
                "the database is {total_seconds:.1f} s {where} this machine",
                total_seconds=apart.total_seconds(),
                where=where,
            ),
            message("set the clocks of both by one time server (NTP)"),
        )
    return ok(
        message(
            "the database and this machine agree to within {total_seconds:.0f} s",
            total_seconds=APART.total_seconds(),
        )
    )
