"""Alerts and messages of sources as the history holds them, with whether they were delivered."""

from datetime import datetime
from typing import Any

from clickhouse_connect.driver.client import Client

from connectors.history.derived_events import EVERYWHERE, TOLD
from events.instants import to_micros

_SQL = f"""
WITH delivered AS
(
    SELECT JSONExtractString(data, 'message_id') AS message_id,
           groupUniqArray(JSONExtractString(data, 'channel')) AS channels
    FROM occasional_records WHERE type = 'alert.delivered' GROUP BY message_id
)
SELECT toString(id) AS alert_id, subject, type, time AS at, recorded_at,
       concat(JSONExtractString(data, 'level'), JSONExtractString(data, 'step')) AS level,
       JSONExtractString(data, 'name') AS name, JSONExtractString(data, 'given_id') AS given_id,
       arraySort(delivered.channels) AS channels, withdrawn
FROM ({TOLD}) AS told
LEFT JOIN delivered ON delivered.message_id = toString(told.id)
ORDER BY at, alert_id
"""  # noqa: S608 (a query of our own)

ALERT_TYPES = (
    "alert.raised",
    "alert.skipped",
    "alert.cleared",
    "source.stalled",
    "source.recovered",
    "source.impaired",
    "source.restored",
    "alert.held",
    "emergency.announced",
    "rectification.announced",
)


def list_alerts(client: Client) -> list[dict[str, Any]]:
    """Return every alert by time; `delivered` names the channels that took it, whatever was withdrawn since."""
    result = client.query(_SQL, parameters={"types": list(ALERT_TYPES), **EVERYWHERE})
    return [
        {
            "alert_id": row["alert_id"],
            "subject": row["subject"],
            "account_id": row["given_id"] or row["subject"],
            "name": row["name"],
            "type": row["type"],
            "level": row["level"],
            "at": row["at"],
            "recorded_at": row["recorded_at"],
            "delivered": list(row["channels"]),
            "withdrawn": bool(row["withdrawn"]),
        }
        for row in result.named_results()
    ]


_OF_ACCOUNT = """
SELECT time, JSONExtractString(data, 'level') AS level
FROM occasional_records
WHERE type = 'alert.raised' AND subject = {a:String} AND time > fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
  AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
  AND toString(id) NOT IN (SELECT JSONExtractString(data, 'corrects') FROM occasional_records
                           WHERE type = 'alert.withdrawn' AND subject = {a:String})
ORDER BY time LIMIT 1 BY id LIMIT 1000
"""


def alerts_of(
    client: Client, account_id: str, begin: datetime, known_at: datetime
) -> list[tuple[datetime, str]]:
    """Return when alerts of an account were raised since a moment, as known at K, and of which level."""
    rows = client.query(
        _OF_ACCOUNT, parameters={"a": account_id, "begin": to_micros(begin), "k": to_micros(known_at)}
    ).result_rows
    return [(at, str(level)) for at, level in rows]
