"""What the history is told of each record, before it is a table."""

import subprocess
import sys
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.history.record_rows import read_rows
from connectors.history.record_table import record_table
from connectors.history.repeats import repeats_in
from connectors.history.row_kinds import NO_ID, UNREADABLE
from events.clock import ClockTicked
from events.codec import CODEC, Origin, encode_event
from events.envelope import Record
from events.post import PostPublished
from tests.events.golden_files import GOLDEN

POST = encode_event(CODEC.decode(GOLDEN["post.published.1"]))
TYPES = (PostPublished.type, ClockTicked.type)


def rows_of(*values):
    return read_rows([Record(0, n, 1_700_000_000_000_000 + n, value) for n, value in enumerate(values)])


def told(rows):
    return zip(rows.ids, rows.types, rows.subjects, rows.times, rows.data, strict=True)


@pytest.mark.parametrize("name", GOLDEN)
def test_every_type_of_event_stands_in_its_columns(name):
    """Of each there is: id, type, source, subject, time, schema, and the data as it was written."""
    value = encode_event(CODEC.decode(GOLDEN[name]))
    envelope = CODEC.envelope(value)
    rows = rows_of(value)
    (row,) = told(rows)
    assert row[:3] == (envelope.id.bytes, envelope.type, envelope.subject)
    assert row[4] == bytes(envelope.data)
    assert (rows.sources, rows.schemas) == ([envelope.source], [envelope.dataschema])


def test_a_time_of_another_zone_is_the_same_moment():
    """The column is in UTC, whatever the envelope was written in."""
    chinese = POST.replace(b'"2021-06-17T00:30:00Z"', b'"2021-06-17T08:30:00+08:00"')
    assert chinese != POST
    assert rows_of(POST).times == rows_of(chinese).times


@pytest.mark.parametrize(
    "value",
    [
        b"rubbish \xff",
        POST.replace(b'"data":{', b'"data":{"\xff":1,'),
        POST.replace(b'"data":{', b'"data":[{'),
        b"",
    ],
)
def test_what_cannot_be_read_stands_as_a_dead_letter(value):
    """Its row has no id, and the bytes as hexadecimal digits; those beside it are what they were."""
    rows = rows_of(POST, value, POST)
    before, row, after = told(rows)
    assert row == (NO_ID, UNREADABLE, "", 1_700_000_000_000_001, value.hex().encode())
    assert before == after
    assert len(rows.schemas) == len(rows.sources) == 3


def test_who_did_it_stands_beside_the_rows_that_say_so():
    """Most rows tell no origin, and hold none."""
    event = CODEC.decode(POST)
    origin = Origin(actor="p-1", basis="page 1")
    told_one = encode_event(
        type(event)(event.id, event.source, event.subject, event.time, event.data, origin)
    )
    rows = rows_of(POST, told_one, POST)
    assert rows.origins == {1: origin}
    table = record_table("facts", "life", [Record(0, n, 1, b"") for n in range(3)], rows, bytes(3))
    assert table.column("actor").to_pylist() == ["", "p-1", ""]
    assert table.column("basis").to_pylist() == ["", "page 1", ""]


def test_texts_of_any_script_keep_their_places():
    """Lengths are counted in bytes, where a text has others than ASCII, too."""
    values = [POST.replace(b'"subject":"', f'"subject":"{word}'.encode()) for word in ("a", "号", "", "é")]
    rows = rows_of(*values)
    table = record_table("facts", "life", [Record(0, n, 1, v) for n, v in enumerate(values)], rows, bytes(4))
    table.validate(full=True)
    assert table.column("subject").to_pylist() == rows.subjects
    assert table.column("data").to_pylist() == [d.decode() for d in rows.data]


def test_making_a_table_imports_no_pandas():
    """It takes a quarter of a second, for which every command that stores something would wait."""
    lines = (
        "import sys",
        "from connectors.history.record_rows import read_rows",
        "from connectors.history.record_table import record_table",
        "from events.envelope import Record",
        "records = [Record(0, 0, 1, b'')]",
        "record_table('facts', 'life', records, read_rows(records), bytes(1))",
        "sys.exit('pandas' in sys.modules)",
    )
    assert subprocess.run([sys.executable, "-c", "\n".join(lines)], check=False).returncode == 0


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.sampled_from(TYPES))),
    st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 4))),
)
def test_a_repeat_is_a_record_whose_id_an_earlier_one_has(told_records, told_known):
    """One by one: of the partition, or of an earlier life, which counts for no broadcast and for no dead letter."""
    told_records.sort(key=lambda one: one[0])
    records = [Record(partition, n, n, b"") for n, (partition, _, _) in enumerate(told_records)]
    rows = rows_of(*(b"" for _ in records))
    rows.ids = [UUID(int=number).bytes for _, number, _ in told_records]
    rows.types = [type_ for *_, type_ in told_records]
    known = [(partition, own, UUID(int=number).bytes) for partition, own, number in told_known]
    seen, expected = {(partition, event_id) for partition, _, event_id in known}, []
    for record, event_id, type_ in zip(records, rows.ids, rows.types, strict=True):
        again = (record.partition, event_id) in seen
        again |= type_ != ClockTicked.type and any(event_id == old and not own for _, own, old in known)
        expected.append(again and event_id != NO_ID)
        seen.add((record.partition, event_id))
    assert list(repeats_in(records, rows, known)) == expected
