"""Raw rows out of one history and into another."""

from uuid import UUID

import pyarrow as pa
import pytest

from connectors.history.client import HistoryError, open_embedded
from connectors.history.copies import RECORDS, as_number, insert_tables, record_pages, rows_held, stretches
from connectors.history.migrate import migrate
from connectors.history.round_copies import read_runs, verdict_pages
from connectors.history.rounds import store_run
from connectors.history.sink import Sink
from tests.connectors.history.random_history import RandomHistory
from tests.connectors.history.test_measures import CHECK_POINT, append_hourly
from tests.connectors.history.test_rounds import a_row, a_run


def nothing(rows: int) -> None:
    del rows


@pytest.fixture
def filled(history, log):
    """A history of some hours, on both kinds of client."""
    append_hourly(log, RandomHistory(1, CHECK_POINT).batches(6))
    Sink(history, log).catch_up()
    return history


def pages_of(client):
    return {(s.topic, s.partition): list(record_pages(client, s)) for s in stretches(client)}


@pytest.mark.slow
def test_a_stretch_counts_what_its_pages_hold(filled):
    """Rows, last offset and all ids together, as the database counts them and as we do."""
    found = stretches(filled)
    assert found
    for s in found:
        pages = list(record_pages(filled, s))
        assert all(page.schema == RECORDS for page in pages)
        offsets = [o for page in pages for o in page.column("offset").to_pylist()]
        ids = 0
        for event_id in (i for page in pages for i in page.column("id").to_pylist()):
            ids ^= as_number(event_id)
        assert (s.rows, s.last_offset, s.ids) == (len(offsets), max(offsets), ids)
        assert sorted(offsets) == offsets


@pytest.mark.slow
@pytest.mark.parametrize("history", ["http"], indirect=True)  # one engine a process: the other one needs it
def test_copied_rows_are_the_same_rows(filled, tmp_path):
    """Places, times, ids and marks of repeats; the tables behind the raw one, too, and nothing twice."""
    other = open_embedded(tmp_path / "other")
    migrate(other)
    try:
        for _ in range(2):
            for key, pages in pages_of(filled).items():
                insert_tables(other, "records", pages, str(key), stored=nothing)
        assert stretches(filled) == stretches(other)
        for table in ("records", "posts", "looks", "post_voids", "occasional_records"):
            sql = f"SELECT * FROM {table} ORDER BY ALL"
            assert filled.query(sql).result_rows == other.query(sql).result_rows, table
    finally:
        other.close()


def test_rows_of_somebody_else_are_not_ours(filled):
    """The same places with other ids: the file is refused; its first rows alone are told by their number."""
    s = next(s for s in stretches(filled) if s.topic == "facts" and s.rows > 3)
    (page,) = record_pages(filled, s)
    assert s.rows == rows_held(s, [page], "f")
    assert 0 == rows_held(None, [page], "f")
    with pytest.raises(HistoryError, match="other rows where f has"):
        rows_held(s, [page.slice(1)], "f")
    shifted = page.set_column(5, "id", page.column("id").take(list(reversed(range(page.num_rows)))))
    assert s.rows == rows_held(s, [shifted], "f"), "the order of ids is the log's own affair"
    strange = page.column("id").to_pylist()
    strange[0] = UUID(int=7).bytes
    with pytest.raises(HistoryError, match="other rows where f has"):
        rows_held(s, [page.set_column(5, "id", pa.chunked_array([pa.array(strange, pa.binary(16))]))], "f")


def test_a_round_is_read_once_though_a_crash_stored_rows_twice(history):
    """By account, and only of runs that have a manifest."""
    run = a_run()
    store_run(history, run, [a_row("wechat:gh_1"), a_row("wechat:gh_2")])
    history.command("INSERT INTO verdict_rows SELECT * FROM verdict_rows")
    runs = read_runs(history)
    assert [run.run_id.bytes] == runs.column("run_id").to_pylist()
    accounts = [
        a for page in verdict_pages(history, run.run_id) for a in page.column("account_id").to_pylist()
    ]
    assert ["wechat:gh_1", "wechat:gh_2"] == accounts
