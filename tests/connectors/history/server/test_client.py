"""An unmodified clickhouse-connect client over HTTP."""

import uuid
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

ROWS = 40_001  # three blocks of 16,384 rows, the last one short


@pytest.fixture(scope="module")
def client(door):
    client = door.client(tz_mode="aware")
    client.command(
        "CREATE TABLE h.posts (id UUID, n UInt64, at DateTime64(6, 'UTC'), title LowCardinality(String), "
        "note Nullable(String)) ENGINE = MergeTree ORDER BY n"
    )
    yield client
    client.close()


def columns(count):
    return [
        [uuid.uuid4() for _ in range(count)],
        list(range(count)),
        [datetime(2026, 1, 1, tzinfo=UTC)] * count,
        [f"标题{n % 7}" for n in range(count)],
        [None if n % 2 else "it's\n" for n in range(count)],
    ]


NAMES = ["id", "n", "at", "title", "note"]
TYPES = ["UUID", "UInt64", "DateTime64(6, 'UTC')", "LowCardinality(String)", "Nullable(String)"]


@pytest.mark.parametrize("compress", ["lz4", "zstd", "gzip", False])
def test_every_row_of_an_insert_of_many_blocks_arrives(door, client, compress):
    """Each block of 16,384 rows is a compressed frame of its own; all frames count."""
    client.command("TRUNCATE TABLE h.posts")
    writer = door.client(compress=compress)
    for _ in range(3):
        summary = writer.insert(
            "h.posts", columns(ROWS), column_names=NAMES, column_oriented=True, column_type_names=TYPES
        )
        assert summary.written_rows == ROWS
    counted = client.query("SELECT count(), sum(n), countIf(note IS NULL) FROM h.posts").first_row
    assert counted == (3 * ROWS, 3 * ROWS * (ROWS - 1) // 2, 3 * (ROWS // 2))
    writer.close()


def test_rows_come_back_as_they_were_sent(client):
    """Native in both directions keeps UUIDs, aware times, Chinese text, quotes and NULL."""
    client.command("TRUNCATE TABLE h.posts")
    sent = columns(10)
    client.insert("h.posts", sent, column_names=NAMES, column_oriented=True, column_type_names=TYPES)
    got = client.query("SELECT * FROM h.posts ORDER BY n", column_oriented=True).result_columns
    assert [list(column) for column in got] == sent


def test_parameters_are_bound_by_the_server(client):
    """A value full of quotes, escapes and braces is a value, of whatever type the query names."""
    nasty = "'; DROP TABLE h.posts -- \\ \t\n {x:String} 标"
    found = client.query(
        "SELECT {text:String}, {n:UInt64} + 1, {at:DateTime64(3)}, {many:Array(String)}",
        parameters={
            "text": nasty,
            "n": 41,
            "at": datetime(2026, 5, 1, 3, tzinfo=UTC),
            "many": ["a'", "b"],
        },
    ).first_row
    assert (found[0], found[1], found[3]) == (nasty, 42, ["a'", "b"])


def test_parameters_too_long_for_an_address_come_as_a_form(client):
    """clickhouse-connect turns to multipart/form-data by itself when parameters are long."""
    long = "字" * 100_000
    assert client.query("SELECT length({text:String})", parameters={"text": long}).first_row == (300_000,)


def test_arrow_goes_both_ways(client):
    """query_arrow and insert_arrow see the same rows."""
    client.command("CREATE TABLE h.arrow (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    table = pa.table({"n": pa.array(range(ROWS), pa.uint64()), "s": ["x"] * ROWS})
    assert client.insert_arrow("h.arrow", table).written_rows == ROWS
    back = client.query_arrow("SELECT * FROM h.arrow ORDER BY n", use_strings=True)
    assert back.column("n").to_pylist() == list(range(ROWS))


def test_numpy_results_have_every_row(client):
    """query_np reads a compressed answer of several blocks."""
    got = client.query_np("SELECT number FROM numbers(200000)")
    assert (got.shape, int(got.sum())) == ((200_000, 1), 199_999 * 100_000)


def test_an_empty_result_and_a_probe_of_columns_work(client):
    """No row is no error, and LIMIT 0 tells the columns."""
    assert client.query("SELECT id FROM h.facts WHERE id = 77").result_rows == []
    assert client.query("SELECT id, url FROM h.facts LIMIT 0").column_names == ("id", "url")


def test_a_default_database_is_used(door):
    """The client's database is the one that bare names mean."""
    client = door.client(database="h")
    assert client.command("SELECT count() FROM facts") == 2
    client.close()


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT * FROM h.nowhere", 60),
        ("SELEC 1", 62),
        ("SELECT throwIf(1)", 395),
        ("SELECT 1; SELECT 2", 62),
        ("SELECT 1 FROM nowhere.at_all", 81),
        ("SET max_threads = 1", 48),
        ("CREATE TEMPORARY TABLE t (n Int8)", 48),
    ],
)
def test_an_error_is_a_database_error_with_its_code(client, statement, code):
    """Codes are ClickHouse's own; what needs a session is refused instead of forgotten."""
    with pytest.raises(DatabaseError) as caught:
        client.command(statement)
    assert caught.value.code == code


def test_an_insert_that_fails_leaves_nothing(client):
    """A value that does not fit fails the whole insert with its code."""
    with pytest.raises(DatabaseError) as caught:
        client.raw_insert("h.facts", ["id", "url"], b"7\tx\nseven\ty\n", fmt="TabSeparated")
    assert caught.value.code == 27
    assert client.command("SELECT count() FROM h.facts") == 2


def test_settings_of_a_query_reach_the_engine_and_no_other_query(client):
    """A setting holds for its query; an unknown one is an error and not a hang."""
    assert client.command("SELECT getSetting('max_block_size')", settings={"max_block_size": 77}) == 77
    assert client.command("SELECT getSetting('max_block_size')") != 77
    with pytest.raises(DatabaseError, match="no_such_setting"):
        client.command("SELECT 1", settings={"no_such_setting": 1})


def test_a_client_of_the_reader_reads(door):
    """The connect sequence of the client and its queries pass the reader's guard."""
    reader = door.client("reader")
    assert reader.query("SELECT url FROM h.facts WHERE id = {id:UInt64}", parameters={"id": 2}).first_row == (
        "b",
    )
    assert reader.query_np("SELECT id FROM h.facts").shape == (2, 1)
    reader.close()
