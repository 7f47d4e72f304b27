"""Records of the asynchronous client as its parser makes them, for consumers that read much.

The library copies each record into a `ConsumerRecord` of eleven fields; offset, timestamp, key, value and headers are
all that is asked for here, and the parser's own record has them. A consumer asks for it by naming `as_parsed` as the
deserializer of its keys; all others of the process are left alone. `PartitionRecords._consumer_record` is a private
name of the library (0.14.0, pinned); a test says what breaks with another release.
"""

from typing import Any

from aiokafka.consumer.fetcher import PartitionRecords


def as_parsed(key: bytes | None) -> bytes | None:
    """Leave a key as it is; a consumer with this deserializer hands out what the parser made."""
    return key


_copied = PartitionRecords._consumer_record  # noqa: SLF001 (see above)


def _handed_out(records: Any, place: Any, record: Any) -> Any:
    """Return what a consumer is given of a record that was parsed."""
    if records._key_deserializer is as_parsed:  # noqa: SLF001 (see above)
        return record
    return _copied(records, place, record)


PartitionRecords._consumer_record = _handed_out  # noqa: SLF001 (see above)
