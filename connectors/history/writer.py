"""One batch into the history: whole or not at all, once, with repeats marked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from clickhouse_connect.driver.client import Client

from connectors.history.client import INSERT_SETTINGS, HistoryError
from connectors.history.known_ids import KnownIds
from connectors.history.record_rows import read_rows
from connectors.history.repeats import Known, read_standing, repeats_in
from events.envelope import Record
from events.messages import message

BATCH_RECORDS = 50_000


class MovedError(HistoryError):
    """The history of a partition does not end where a batch begins: somebody else stored records of it."""


class Range(msgspec.Struct, frozen=True):
    """A stretch of one partition: from `begin` up to before `end`."""

    partition: int
    begin: int
    end: int

    def __str__(self) -> str:
        return f"{self.partition}:{self.begin}-{self.end}"


class Batch(msgspec.Struct, frozen=True):
    """Records of one topic that stand in the history all together or not at all."""

    topic: str
    incarnation: str
    ranges: tuple[Range, ...]  # one a partition; without transactions in the log, as many offsets as records
    records: Sequence[Record]  # by partition, in order
    token: str  # two inserts of one token are one

    def __str__(self) -> str:
        return f"{self.topic} {','.join(map(str, self.ranges))}"


class Writer:
    """Stores batches by one connection.

    1. The database is asked where each partition ends, and which ids it has. A batch that stands there already is
       done: the answer to an earlier try was lost. Where the end is neither, `MovedError`. For whoever finishes what
       another process planned, a batch is also done whose partitions went on behind it.
    2. Records whose id an earlier record has are marked as repeats: the first record of an id counts, and no query
       has to find it out again.
    3. One insert, which is atomic, with a token, so that two tries of one batch store it once.
    4. The database is asked whether it holds as many rows as were sent: `written_rows` of an insert counts those of
       views too, and on some servers those that a token dropped.
    After an error the tables behind the raw one may lack the batch: see `heads.repair_views`.
    """

    def __init__(
        self,
        client: Client,
        *,
        settings: Mapping[str, Any] | None = None,
        known_ids: KnownIds | None = None,
        fail_point: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Take a connection; `known_ids` for whoever alone fills the history, and none before an error."""
        self._client = client
        self._known_ids = known_ids
        self._settings = dict(settings or {})
        self._fail_point = fail_point

    def store(self, batch: Batch, *, others_go_on: bool = False) -> bool:
        """Store a batch, and return whether rows were sent: False where it stood already.

        With `others_go_on` its partitions may belong to others, who store more behind it. Raises `MovedError`, or
        `HistoryError` where rows were lost on the way.
        """
        from connectors.history.record_table import record_table  # noqa: PLC0415 (its library is slow to import)

        rows = read_rows(batch.records)
        ids: Sequence[bytes] = rows.ids
        if self._known_ids is not None:
            ids = self._known_ids.possible(ids)
        ends, known = self._standing(batch, ids)
        is_new = not _is_stored(batch, ends, others_go_on=others_go_on)
        if is_new:
            repeats = repeats_in(batch.records, rows, known)
            if self._known_ids is not None:
                self._known_ids.add(rows.ids)
            self._fail_point("sink.before_insert")
            self._client.insert_arrow(
                "records",
                record_table(batch.topic, batch.incarnation, batch.records, rows, repeats),
                settings={**INSERT_SETTINGS, **self._settings, "insert_deduplication_token": batch.token},
            )
            self._fail_point("sink.after_insert")
        stored = self._stored(batch)
        if stored != len(batch.records):
            raise HistoryError(
                message(
                    "{batch}: sent {records_count} rows, {stored} stored",
                    batch=batch,
                    records_count=len(batch.records),
                    stored=stored,
                )
            )
        return is_new

    def _standing(self, batch: Batch, ids: Sequence[bytes]) -> tuple[dict[int, int], list[Known]]:
        """Return the next offset of each partition, and which of some ids stand."""
        begins = {r.partition: r.begin for r in batch.ranges}
        return read_standing(
            self._client, batch.topic, batch.incarnation, begins, ids, settings=self._settings
        )

    def _stored(self, batch: Batch) -> int:
        parts = []
        parameters: dict[str, Any] = {"t": batch.topic, "i": batch.incarnation}
        for n, r in enumerate(batch.ranges):
            parts.append(
                f"(partition = {{p{n}:UInt16}} AND offset >= {{b{n}:UInt64}} AND offset < {{e{n}:UInt64}})"
            )
            parameters |= {f"p{n}": r.partition, f"b{n}": r.begin, f"e{n}": r.end}
        row = self._client.query(
            "SELECT count() FROM records WHERE topic = {t:String} AND incarnation = {i:String}"  # noqa: S608
            f" AND ({' OR '.join(parts)})",
            parameters=parameters,
            settings=self._settings,
        ).result_rows[0]
        return int(row[0])


def _is_stored(batch: Batch, ends: Mapping[int, int], *, others_go_on: bool) -> bool:
    behind = [ends.get(r.partition, 0) - r.end for r in batch.ranges]
    if all(n >= 0 if others_go_on else n == 0 for n in behind):
        return True
    for r in batch.ranges:
        if (end := ends.get(r.partition, 0)) != r.begin:
            raise MovedError(
                message(
                    "{batch}: the history of partition {partition} ends at {end}; somebody else"
                    " stores it, too",
                    batch=batch,
                    partition=r.partition,
                    end=end,
                )
            )
    return False
