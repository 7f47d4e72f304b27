"""How many records the history holds of each partition, beside how many its offsets say that there are."""

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.log.port import FACTS

# Sorted as the table is, so the memory that it takes does not grow with the history.
_COUNTS = """
SELECT topic, incarnation, partition, sum(times), count(), max(offset) + 1
FROM
(
    SELECT topic, partition, incarnation, offset, count() AS times FROM records
    GROUP BY topic, partition, incarnation, offset
    SETTINGS optimize_aggregation_in_order = 1
)
GROUP BY topic, incarnation, partition ORDER BY topic, incarnation, partition
"""


class RowCount(msgspec.Struct, frozen=True):
    """The records of one partition in one life of its topic."""

    topic: str
    incarnation: str
    partition: int
    rows: int
    offsets: int  # different ones
    end: int  # after the greatest one

    @property
    def doubled(self) -> int:
        return self.rows - self.offsets

    @property
    def missing(self) -> int:
        """Offsets of facts leave nothing out; those of derived events do, where a transaction has its mark."""
        return self.end - self.offsets if self.topic == FACTS else 0


def count_all(client: Client) -> int:
    """Return the number of records in the history."""
    return int(client.query("SELECT count() FROM records").result_rows[0][0])


def count_rows(client: Client) -> list[RowCount]:
    """Return the counts of every partition that has a record; reads the whole table."""
    return [RowCount(*row) for row in client.query(_COUNTS).result_rows]
