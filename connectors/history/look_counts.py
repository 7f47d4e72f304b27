"""How often accounts were looked at within a span: one question for all of them."""

from datetime import datetime

import msgspec
from clickhouse_connect.driver.client import Client

from events.instants import to_micros

_SQL = """
SELECT account_id, uniqExactIf(event_id, failed = '') AS worked, uniqExactIf(event_id, failed != '') AS failed_looks
FROM looks
WHERE looked_at >= fromUnixTimestamp64Micro({first:Int64}, 'UTC')
  AND looked_at < fromUnixTimestamp64Micro({end:Int64}, 'UTC')
  AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC')
  AND toString(event_id) NOT IN (SELECT JSONExtractString(data, 'corrects') FROM occasional_records
                                 WHERE topic = 'facts' AND type = 'look.withdrawn'
                                   AND recorded_at <= fromUnixTimestamp64Micro({k:Int64}, 'UTC'))
GROUP BY account_id
"""


class LookCount(msgspec.Struct, frozen=True, gc=False):
    """Looks at one account."""

    worked: int
    failed: int


def look_counts(client: Client, first: datetime, end: datetime, known_at: datetime) -> dict[str, LookCount]:
    """Return the looks at each account in [first, end) as known at K; one that was withdrawn counts nowhere."""
    rows = client.query(
        _SQL, parameters={"first": to_micros(first), "end": to_micros(end), "k": to_micros(known_at)}
    ).result_rows
    return {account: LookCount(int(worked), int(failed)) for account, worked, failed in rows}
