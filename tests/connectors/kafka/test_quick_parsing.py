"""What the synchronous client hands out by the other parser, against its own: the same, however it is taken."""

import pytest
from aiokafka.record.default_records import DefaultRecord, DefaultRecordBatchBuilder
from crc32c import crc32c
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError
from kafka.protocol.consumer import IsolationLevel
from kafka.record import MemoryRecords
from kafka.record.legacy_records import LegacyRecordBatchBuilder

from connectors.kafka.quick_parsing import QuickRecords, parse_quickly
from connectors.kafka.reader import Reader

PLACE = TopicPartition("facts", 3)
CODECS = range(5)
"""None, gzip, snappy, lz4, zstd."""

ABORT, COMMIT = 0, 1
_CONTROL, _APPEND_TIME = 0x20, 0x08


class Aborted:
    """An aborted transaction, as an answer of a broker names it."""

    def __init__(self, producer_id, first_offset):
        self.producer_id, self.first_offset = producer_id, first_offset


def batch(base, rows, *, producer=-1, transactional=False, control=False, codec=0, epoch=0, gone=0):
    """Make a batch as it stands in a log; of its rows, `gone` were taken away at the end by compaction."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=codec,
        is_transactional=transactional,
        producer_id=producer,
        producer_epoch=0 if producer >= 0 else -1,
        base_sequence=0 if producer >= 0 else -1,
        batch_size=1 << 20,
    )
    for n, (key, value, headers) in enumerate(rows):
        builder.append(n, timestamp=1_700_000_000_000 + n, key=key, value=value, headers=headers)
    raw = builder.build()
    raw[0:8] = base.to_bytes(8, "big")
    raw[12:16] = epoch.to_bytes(4, "big")
    raw[22] |= _APPEND_TIME | (_CONTROL if control else 0)
    raw[23:27] = (len(rows) - 1 + gone).to_bytes(4, "big")
    raw[17:21] = crc32c(raw[21:]).to_bytes(4, "big")
    return bytes(raw)


def mark(base, producer, kind):
    """Make the mark at which a transaction ends."""
    key = (0).to_bytes(2, "big") + kind.to_bytes(2, "big")
    return batch(base, [(key, bytes(6), [])], producer=producer, transactional=True, control=True)


ROWS = st.lists(
    st.tuples(
        st.none() | st.binary(max_size=3),
        st.none() | st.binary(max_size=300),
        st.lists(st.tuples(st.text(max_size=2), st.none() | st.binary(max_size=2)), max_size=2),
    ),
    min_size=1,
    max_size=6,
)
PRODUCERS = st.sampled_from([7, 8])
PARTS = st.lists(
    st.one_of(
        st.tuples(st.just("plain"), ROWS, st.sampled_from(CODECS), st.integers(0, 2)),
        st.tuples(st.just("written"), ROWS, PRODUCERS, st.sampled_from(CODECS)),
        st.tuples(st.just("ended"), PRODUCERS, st.sampled_from([ABORT, COMMIT])),
    ),
    max_size=8,
)


def fetched(parts):
    """Return the bytes of an answer, where it ends, and the transactions that it says were aborted."""
    raw, offset, open_since, aborted = [], 100, {}, []
    for epoch, part in enumerate(parts):
        match part:
            case ("plain", rows, codec, gone):
                raw.append(batch(offset, rows, codec=codec, epoch=epoch, gone=gone))
                offset += len(rows) + gone
            case ("written", rows, producer, codec):
                open_since.setdefault(producer, offset)
                raw.append(
                    batch(offset, rows, producer=producer, transactional=True, codec=codec, epoch=epoch)
                )
                offset += len(rows)
            case ("ended", producer, kind):
                if (since := open_since.pop(producer, None)) is not None and kind == ABORT:
                    aborted.append(Aborted(producer, since))
                raw.append(mark(offset, producer, kind))
                offset += 1
    return b"".join(raw), offset, aborted


def taken(kind, raw, aborted, *, begin, at_once, isolation):
    """Take everything in bites; returns each with where the next fetch would begin, and what the client counts."""
    drained = []
    records = kind(
        begin,
        PLACE,
        MemoryRecords(raw),
        isolation_level=isolation,
        aborted_transactions=aborted,
        on_drain=lambda of: drained.append((of.bytes_read > 0, of.records_read)),
    )
    bites = []
    while records:
        found = [
            (r.offset, r.timestamp, r.timestamp_type, r.key, r.value, r.headers)
            for r in records.take(at_once)
        ]
        bites.append((found, records.next_fetch_offset, records.leader_epoch))
    return bites, drained


@given(PARTS, st.integers(0, 20), st.sampled_from([1, 3, 1000]), st.sampled_from(list(IsolationLevel)))
def test_both_parsers_hand_out_the_same(parts, skipped, at_once, isolation):
    """Records, positions after each bite, epochs, what was aborted or is a mark, and which answers held nothing."""
    raw, _, aborted = fetched(parts)
    how = {"begin": 100 + skipped, "at_once": at_once, "isolation": isolation}
    quick, plain = (taken(kind, raw, aborted, **how) for kind in (QuickRecords, Fetcher.PartitionRecords))
    assert quick == plain


def test_records_are_those_of_the_other_parser():
    """With another release that asks elsewhere for the records of a batch, all would go on, and be slow."""
    (found,) = QuickRecords(100, PLACE, MemoryRecords(batch(100, [(b"k", b"v", [])]))).take(10)
    assert isinstance(found, DefaultRecord)


def test_records_of_a_former_format_are_read():
    """A topic that an old broker began holds some; they are the library's own."""
    builder = LegacyRecordBatchBuilder(magic=1, compression_type=0, batch_size=1 << 16)
    for n in range(3):
        builder.append(n, timestamp=5, key=b"k", value=b"%d" % n)
    raw = bytes(builder.build())
    how = {"begin": 0, "at_once": 2, "isolation": IsolationLevel.READ_COMMITTED}
    quick, _ = taken(QuickRecords, raw, [], **how)
    assert [[0, 1], [2]] == [[record[0] for record in found] for found, *_ in quick if found]


@pytest.mark.parametrize("broken", [30, 70])
def test_a_batch_whose_checksum_is_wrong_is_an_error(broken):
    """What came before it is handed out first."""
    rows = [(b"k", b"v" * 50, [])]
    good, bad = batch(100, rows), bytearray(batch(101, rows))
    bad[broken] ^= 1
    records = QuickRecords(100, PLACE, MemoryRecords(good + bytes(bad)))
    assert [100] == [r.offset for r in records.take(10)]
    with pytest.raises(CorruptRecordError, match="offset 101 fails its checksum"):
        records.take(10)


def test_a_batch_that_is_no_batch_is_an_error_of_the_client():
    """With a right checksum, too: what the other parser raises is told as the client tells it."""
    raw = bytearray(batch(100, [(b"k", b"v" * 50, [])]))
    raw[57:61] = (2).to_bytes(4, "big")  # two records, of which one is there
    raw[17:21] = crc32c(raw[21:]).to_bytes(4, "big")
    records = QuickRecords(100, PLACE, MemoryRecords(bytes(raw)))
    assert [100] == [r.offset for r in records.take(10)]
    with pytest.raises(CorruptRecordError, match="offset 100"):
        records.take(10)


def test_a_consumer_is_asked_for_it_by_the_name_that_its_fetcher_uses(cluster):
    """`_fetcher`, and the class that it makes of each answer: without them a reader would be slow in silence."""
    reader = Reader(cluster)
    try:
        fetcher = reader._consumer._fetcher
        assert fetcher.PartitionRecords is QuickRecords
        assert Fetcher.PartitionRecords is not QuickRecords
        parse_quickly(reader._consumer)
    finally:
        reader.close()
