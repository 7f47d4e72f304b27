"""Records of a log as a table that the history takes in one insert, laid out as Arrow does.

Buffers are filled here: `pyarrow.array` would import pandas, for which every command that stores something would wait.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import pyarrow as pa

from connectors.history.record_rows import Rows
from events.envelope import Record

_INSTANT = pa.timestamp("us", "UTC")


def record_table(
    topic: str, incarnation: str, records: Sequence[Record], rows: Rows, repeats: bytes | bytearray
) -> pa.Table:
    """Return a row for each record, with what its envelope says; `repeats` has a byte of 0 or 1 for each."""
    count = len(records)
    columns = {
        "topic": _mostly(topic, count),
        "incarnation": _mostly(incarnation, count),
        "partition": _numbers(pa.uint16(), "H", [r.partition for r in records]),
        "offset": _numbers(pa.uint64(), "Q", [r.offset for r in records]),
        "recorded_at": _numbers(_INSTANT, "q", [r.recorded_at for r in records]),
        "id": pa.Array.from_buffers(pa.binary(16), count, [None, pa.py_buffer(b"".join(rows.ids))]),
        "type": _few(rows.types),
        "source": _few(rows.sources),
        "subject": _texts(rows.subjects),
        "time": _numbers(_INSTANT, "q", rows.times),
        "dataschema": _few(rows.schemas),
        "data": _laid_out(map(len, rows.data), b"".join(rows.data)),
        "actor": _mostly("", count, {place: o.actor for place, o in rows.origins.items()}),
        "intake": _mostly("", count, {place: o.intake for place, o in rows.origins.items()}),
        "basis": _mostly("", count, {place: o.basis for place, o in rows.origins.items()}),
        "repeats": pa.Array.from_buffers(pa.uint8(), count, [None, pa.py_buffer(repeats)]),
    }
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def _numbers(type_: pa.DataType, code: str, values: Sequence[int]) -> pa.Array:
    return pa.Array.from_buffers(type_, len(values), [None, pa.py_buffer(array(code, values))])


def _texts(texts: Sequence[str]) -> pa.Array:
    joined = "".join(texts)
    lengths = map(len, texts) if joined.isascii() else (len(text.encode()) for text in texts)
    return _laid_out(lengths, joined.encode())


def _laid_out(lengths: Iterable[int], joined: bytes) -> pa.Array:
    """Return texts that stand behind one another, by the length of each."""
    ends = array("q", accumulate(lengths, initial=0))
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(joined)]
    return pa.Array.from_buffers(pa.large_string(), len(ends) - 1, buffers)


def _few(texts: Iterable[str]) -> pa.Array:
    """Return texts of which there are few different ones, each of them once."""
    numbers: dict[str, int] = {}
    codes = array("i", [numbers.setdefault(text, len(numbers)) for text in texts])
    return _coded(codes, list(numbers))


def _mostly(text: str, count: int, others: Mapping[int, str] | None = None) -> pa.Array:
    """Return one text over and over, but for those that stand elsewhere by their place."""
    numbers = {text: 0}
    codes = array("i", bytes(4 * count))
    for place, other in (others or {}).items():
        codes[place] = numbers.setdefault(other, len(numbers))
    return _coded(codes, list(numbers))


def _coded(codes: "array[int]", texts: Sequence[str]) -> pa.Array:
    indices = pa.Array.from_buffers(pa.int32(), len(codes), [None, pa.py_buffer(codes)])
    return pa.DictionaryArray.from_arrays(indices, _texts(texts))
