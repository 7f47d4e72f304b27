from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from connectors.history.rounds import find_runs, load_rows, load_run, store_run
from events.facts import Deduction, Freshness, Verdict, VerdictRow
from events.runs import Run
from tests.connectors.history.both_clients import both_clients

AT = datetime(2021, 6, 30, 4, 0, 0, 1, tzinfo=UTC)
RUN_ID = UUID("0a000000-0000-5000-8000-000000000001")


def a_run(**changes):
    run = Run(
        run_id=RUN_ID,
        scored_at=AT,
        check_point=AT,
        known_at=AT,
        quarter="2021Q2",
        ruleset="national-2019-19@1",
        checked=2,
        passed=1,
        failed=1,
        unknown=0,
        digest="d" * 64,
        manifest_hash="m" * 64,
        manifest="{}",
    )
    return msgspec.structs.replace(run, **changes)


def a_row(account, **changes):
    row = VerdictRow(
        account_id=account,
        given_id=account[7:],
        name="号",
        verdict=Verdict.FAIL,
        reason="red-5-silent",
        freshness=Freshness.STALE,
        newest_post_at=AT,
        whole_days_silent=15,
        points=None,
        deductions=(Deduction("red-5-silent", "内容不更新 1", 1, 100, (RUN_ID,)),),
        evidence=(RUN_ID,),
        owner="某局",
    )
    return msgspec.structs.replace(row, **changes)


ROWS = [a_row("wechat:a"), a_row("wechat:b", verdict=Verdict.PASS, newest_post_at=None, points=95)]


@both_clients
def test_a_run_reads_back_as_it_was_stored(history):
    """Manifest and rows, with every deduction and all evidence, sorted by account id."""
    store_run(history, a_run(), ROWS[::-1])
    assert load_run(history, RUN_ID) == a_run()
    assert load_rows(history, RUN_ID) == ROWS
    assert load_run(history, UUID(int=5)) is None


def test_a_run_stored_again_is_left_as_it_is(history):
    """The same question gives the same run; its first storing is the record."""
    store_run(history, a_run(), ROWS)
    store_run(history, a_run(scored_at=AT.replace(year=2022)), ROWS)
    assert [r.scored_at for r in find_runs(history)] == [AT]
    assert load_rows(history, RUN_ID) == ROWS


def test_rows_of_a_run_that_died_do_not_count_twice(history):
    """Rows without a manifest are replaced when the run is scored again, and no view shows them."""

    class Dying:
        def __getattr__(self, name):
            return getattr(history, name)

        def insert(self, table, *args, **options):
            if table == "runs":
                raise KeyboardInterrupt
            return history.insert(table, *args, **options)

    with pytest.raises(KeyboardInterrupt):
        store_run(Dying(), a_run(), ROWS)
    assert find_runs(history) == []
    assert history.query("SELECT count() FROM verdicts").first_row == (0,)
    store_run(history, a_run(), ROWS)
    assert load_rows(history, RUN_ID) == ROWS
    assert history.query("SELECT count() FROM verdicts").first_row == (2,)


def test_runs_are_found_by_the_beginning_of_their_id(history):
    """In either case, oldest first."""
    other = UUID("0A000000-0000-5000-8000-00000000000F")
    store_run(history, a_run(), ROWS)
    store_run(history, a_run(run_id=other, scored_at=AT.replace(year=2020)), [])
    assert [r.run_id for r in find_runs(history, "0A0")] == [other, RUN_ID]
    assert [r.run_id for r in find_runs(history, str(other))] == [other]
    assert find_runs(history, "ff") == []


def test_views_of_rounds_show_each_run_and_account_once(history):
    """Also where a run was stored twice at the same moment by two processes."""
    names = Run.__struct_fields__
    store_run(history, a_run(), ROWS)
    again = [getattr(a_run(), n) for n in names]
    history.insert("runs", [again], column_names=names, settings={"insert_deduplication_token": "2"})
    history.command("INSERT INTO verdict_rows SELECT * FROM verdict_rows")
    assert history.query("SELECT count() FROM runs").first_row == (2,)
    assert history.query("SELECT count() FROM verdict_rows").first_row == (4,)
    assert history.query("SELECT run_id, checked, passed FROM rounds").result_rows == [(RUN_ID, 2, 1)]
    assert history.query(
        "SELECT account_id, check_point, ruleset, verdict FROM verdicts ORDER BY account_id"
    ).result_rows == [
        ("wechat:a", AT, "national-2019-19@1", "fail"),
        ("wechat:b", AT, "national-2019-19@1", "pass"),
    ]
