"""Records of the synchronous client, parsed by the compiled parser of the asynchronous one, in a tenth of the time.

What a fetch is, where it ends, which transactions are left out and where the next one begins stays the business of the
synchronous client: a batch is its own up to the records in it. These are handed out as the parser makes them, with
offset, timestamp and its type, key, value and headers, which is all that is asked for here. What is used of the library
(3.0.12, pinned) without being promised by it: the class that a fetcher makes of each answer, its `_unpack_records` and
what that calls, and the bytes of a batch. A test compares both parsers and says what breaks with another release.
"""

from collections.abc import Iterator
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError
from kafka.protocol.consumer import IsolationLevel

from events.messages import message

_NEWEST_FORMAT = 2


def parse_quickly(consumer: KafkaConsumer) -> None:
    """Let a consumer without deserializers hand out records as the compiled parser makes them."""
    consumer._fetcher.PartitionRecords = QuickRecords  # noqa: SLF001 (see above)


class QuickRecords(Fetcher.PartitionRecords):  # type: ignore[misc]  # the library has no types
    """What was fetched of a partition."""

    def _unpack_records(self, tp: TopicPartition, records: Any, *deserializers: None) -> Iterator[Any]:
        from aiokafka.errors import KafkaError as ParserError  # noqa: PLC0415 (slow to import)
        from aiokafka.record.default_records import DefaultRecordBatch  # noqa: PLC0415 (as above)

        del deserializers
        for batch in records:
            if self.check_crcs and not batch.validate_crc():
                raise CorruptRecordError(
                    message(
                        "{topic}/{partition}: the batch at offset {offset} fails its checksum",
                        topic=tp.topic,
                        partition=tp.partition,
                        offset=batch.base_offset,
                    )
                )
            if batch.magic < _NEWEST_FORMAT:
                for record in batch:
                    self.next_fetch_offset = record.offset + 1
                    yield record
                continue
            self.leader_epoch = batch.leader_epoch
            if not self._is_left_out(batch):
                self.bytes_read += batch.size_in_bytes
                self.records_read += batch.records_count
                try:
                    for record in DefaultRecordBatch(batch._buffer):  # noqa: SLF001 (see above)
                        self.next_fetch_offset = record.offset + 1
                        yield record
                except ParserError as e:
                    raise CorruptRecordError(
                        message(
                            "{topic}/{partition}: the batch at offset {offset} cannot be read: {error}",
                            topic=tp.topic,
                            partition=tp.partition,
                            offset=batch.base_offset,
                            error=e,
                        )
                    ) from e
            self.next_fetch_offset = batch.next_offset  # the last records may be gone, by compaction
        self.drain()

    def _is_left_out(self, batch: Any) -> bool:
        """Tell whether a batch is a mark of a transaction, or belongs to one that was aborted."""
        if self.isolation_level == IsolationLevel.READ_COMMITTED and batch.has_producer_id():
            self._consume_aborted_transactions_up_to(batch.last_offset)
            if self._contains_abort_marker(batch):
                self.aborted_producer_ids.discard(batch.producer_id)
            elif self._is_batch_aborted(batch):
                return True
        return bool(batch.is_control_batch)
