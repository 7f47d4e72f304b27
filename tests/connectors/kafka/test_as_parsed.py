"""What the asynchronous client hands out, and on which of its private names that rests."""

from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import ConsumerRecord

from connectors.kafka.as_parsed import as_parsed

PLACE = TopicPartition("facts", 3)
ROWS = [(b"k", b"v", [("h", b"1")]), (None, None, []), (b"", b"", [])]


def records(key_deserializer):
    """Parse a batch as the client does with an answer of a broker."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=4096,
    )
    for n, (key, value, headers) in enumerate(ROWS):
        builder.append(n, timestamp=1_700_000_000_000 + n, key=key, value=value, headers=headers)
    parsed = MemoryRecords(bytes(builder.build()))
    return list(PartitionRecords(PLACE, parsed, [], 0, key_deserializer, None, True, READ_COMMITTED))


def test_a_record_as_parsed_has_all_that_is_asked_of_it():
    """Offset, time, key, value and headers, alike in both: with another release of the library this is what breaks."""
    short, whole = records(as_parsed), records(None)
    assert not any(isinstance(record, ConsumerRecord) for record in short)
    for one, other in zip(short, whole, strict=True):
        assert (one.offset, one.timestamp, one.key, one.value) == (
            other.offset,
            other.timestamp,
            other.key,
            other.value,
        )
        assert tuple(one.headers) == other.headers


def test_consumers_that_do_not_ask_for_it_are_left_alone():
    """Other consumers of the process get the library's own records, and their keys as they want them."""
    assert all(isinstance(record, ConsumerRecord) for record in records(None))
    assert [b"k!", b"!", b"!"] == [record.key for record in records(lambda key: (key or b"") + b"!")]
