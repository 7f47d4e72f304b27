"""What went out to people, message by message, as the history holds it."""

from datetime import datetime
from typing import Any

from clickhouse_connect.driver.client import Client

_SQL = """
SELECT toString(id) AS message_id, any(time) AS at, any(data) AS body
FROM occasional_records
WHERE topic = 'derived' AND type = 'alert.composed' AND time >= {begin:DateTime64(6, 'UTC')}
  AND time < {end:DateTime64(6, 'UTC')}
GROUP BY message_id
ORDER BY at, message_id
"""


def read_composed(client: Client, begin: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return id, time and body (JSON) of each message that was composed in [begin, end)."""
    result = client.query(_SQL, parameters={"begin": begin, "end": end})
    return [dict(row) for row in result.named_results()]
