"""A lost log out of its history: the very bytes that it held."""

import msgspec
import pyarrow as pa
import pytest

from connectors.history.rebuilt import RowError, rebuild
from connectors.history.record_rows import read_rows
from connectors.history.record_table import record_table
from events.codec import CODEC, encode_event
from events.envelope import Envelope, Record
from tests.events.golden_files import GOLDEN

AN_EVENT = encode_event(CODEC.decode(GOLDEN["account.opened.1"]))


def table_of(*values: bytes, repeats: bool = False) -> pa.Table:
    records = [Record(3, n, 1_700_000_000_000_001 + n, value) for n, value in enumerate(values)]
    return record_table("facts", "abc", records, read_rows(records), bytes([repeats]) * len(values))


@pytest.mark.parametrize("name", GOLDEN)
def test_an_event_is_rebuilt_to_the_byte(name):
    """Every type there is, as `encode_event` writes it."""
    value = encode_event(CODEC.decode(GOLDEN[name]))
    (found,) = rebuild(table_of(value))
    assert value == found.value
    event = CODEC.decode(value)
    assert (event.id.bytes, event.subject) == (found.id, found.subject)
    assert found.broadcast is event.data.broadcast


def test_a_dead_letter_keeps_its_bytes():
    """What nobody could read is told apart, with its coordinates."""
    value = b'{"id": \xff\x00'
    (found,) = rebuild(table_of(value))
    assert (value, False, 3, 0) == (found.value, found.readable, found.partition, found.offset)


def test_an_event_of_a_type_to_come_is_rebuilt():
    """A later release may know what this one passes over."""
    envelope = msgspec.structs.replace(
        CODEC.envelope(AN_EVENT), type="account.adored", dataschema="urn:xuncha:account.adored:3"
    )
    value = msgspec.json.encode(envelope)
    (found,) = rebuild(table_of(value))
    assert value == found.value
    assert "account.adored" == msgspec.json.decode(found.value, type=Envelope).type


def test_a_row_that_no_record_can_be_made_of_is_named():
    """By its number in the table, which the caller knows the file of."""
    table = table_of(AN_EVENT, b"\xff")
    broken = table.set_column(11, "data", pa.array(["{}", "no hexadecimal"]))
    with pytest.raises(RowError, match="no record") as raised:
        rebuild(broken)
    assert 1 == raised.value.row


def test_what_repeats_an_id_is_left_out():
    """The first record of an id counts, and a new log needs no other."""
    assert [] == rebuild(table_of(b"x", repeats=True))
