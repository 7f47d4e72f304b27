"""A machine whose clock was wrong: what commands say, what `doctor` names, and how the home is repaired."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.log.embedded import EmbeddedLog
from events.instants import local_iso
from pipeline.home.folder import Home
from pipeline.home.ticks import append_ticks, tick, tick_at
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, polls, sheet
from tests.pipeline.program import asked, by_account, done, rows, xuncha
from tests.pipeline.transfer.moving import facts, scored

HEADERS = ("账号ID", "账号名称", "平台")
HOUR = timedelta(hours=1)


def at_the_time(home: Path, moment: datetime) -> EmbeddedLog:
    """Open the log of a home on a machine whose clock shows another time."""
    return EmbeddedLog(Home(home).log_path, clock=lambda: moment)


def ends(home: Path) -> list[list[int]]:
    with closing(Home(home).open_log()) as log:
        return [log.end_offsets(topic) for topic in ("facts", "derived")]


@pytest.mark.slow
def test_a_home_that_stood_still_for_long_asks_whether_the_clock_is_right(home, tmp_path):
    """Every writer is refused with both times, `run` too; said once, the home goes on as any other."""
    with closing(at_the_time(home, datetime.now(UTC) - timedelta(days=401))) as log:
        append_ticks(log, [tick_at(datetime.now(UTC) - timedelta(days=401))])
    file, before = sheet(tmp_path / "a.csv", HEADERS, ("NEW", "某市新号", "抖音")), ends(home)
    for words in (
        ("accounts", "import", file),
        ("score", "--check-point", c.CHECK_POINT),
        ("run",),
    ):
        refused = xuncha(home, *words)
        assert (2, before) == (refused.status, ends(home))
        assert "401 days after the newest record" in refused.err
        assert "xuncha --clock-is-right" in refused.err
    done(home, "--clock-is-right", "accounts", "import", file)
    done(home, "run", "--until-idle")
    assert "NEW" in by_account(rows(home, "accounts", "list"))
    (home / "xuncha.toml").write_text("max_clock_gap_days = 1\n")
    with closing(at_the_time(home, datetime.now(UTC) - timedelta(days=1, minutes=1))) as log:
        assert log.last_recorded_at()
    done(home, "status", "--check-point", c.CHECK_POINT)


@pytest.fixture
def jumped(city: Path, tmp_path: Path) -> Path:
    """The city, where one import was taken while the clock stood 300 days ahead, and another after it was set right."""
    run = scored(city)["run_id"]
    (tmp_path / "run").write_text(run)
    ahead = datetime.now(UTC) + timedelta(days=300)
    with closing(at_the_time(city, ahead)) as log:
        tick(log, HOUR, ahead)
    done(city, "accounts", "import", sheet(tmp_path / "b.csv", HEADERS, ("LATER", "某市后来", "抖音")))
    scored(city)
    return city


@pytest.mark.slow
def test_a_clock_that_was_ahead_is_named_and_repaired_by_an_export_up_to_it(jumped, tmp_path):
    """`doctor` says until when the log is right; an import of that begins a new life, without what came later."""
    found = {row["name"]: row for row in xuncha(jumped, "doctor", "--json").rows}["times of the log"]
    assert "wrong" == found["state"]
    assert "299 days ahead of now" in found["found"]
    until = found["advice"].split("--until ")[1].split("`")[0]
    export = asked(jumped, "export", tmp_path / "export", "--until", until)
    assert (1, 1) == (export["rounds"], export["rounds_left_out"])
    assert 0 < export["records_left_out"]
    new = tmp_path / "new"
    done(new, "init")
    done(new, "import", tmp_path / "export")
    found = {row["name"]: row["state"] for row in xuncha(new, "doctor", "--json").rows}
    assert ("ok", "ok") == (found["times of the log"], found["log and history"])
    assert asked(new, "verify", (tmp_path / "run").read_text())["holds"]
    assert "LATER" not in by_account(rows(new, "accounts", "list"))
    done(new, "accounts", "import", tmp_path / "b.csv")
    assert "LATER" in by_account(rows(new, "accounts", "list"))
    assert 0 == asked(new, "run", "--until-idle")["delivered"]
    ahead = {row["id"] for row in facts(jumped)} - {row["id"] for row in facts(new)}
    assert {"clock.ticked"} == {row["type"] for row in facts(jumped) if row["id"] in ahead}


def test_a_tick_of_the_future_alone_is_named_too(home):
    """Whoever wrote it: until then no alert comes by time."""
    with closing(Home(home).open_log()) as log:
        append_ticks(log, [tick_at(datetime.now(UTC) + timedelta(days=3))])
    found = {row["name"]: row for row in xuncha(home, "doctor", "--json").rows}["times of the log"]
    assert ("wrong", True) == (found["state"], "the newest tick is of" in found["found"])


@pytest.mark.slow
def test_an_export_up_to_a_time_before_everything_says_so(city, tmp_path):
    """Nothing is written then."""
    early = local_iso(datetime.now(UTC) - timedelta(days=9))
    refused = xuncha(city, "export", tmp_path / "export", "--until", early)
    assert (2, True) == (refused.status, f"recorded by {early}" in refused.err)
    assert not (tmp_path / "export").exists()


@pytest.mark.parametrize(
    ("first", "options", "told"),
    [
        ("1950-01-02 00:00", (), "lies before 2000"),
        ("1950-01-02 00:00", ("--as-history",), "lies before 2000"),
        ("1999-12-31 23:59", (), "lies before 2000"),
        ("2022-01-16 07:59", (), "max_clock_gap_days allows 400"),
    ],
)
def test_a_poll_of_a_wrong_year_is_refused_with_its_folder(home, tmp_path, first, options, told):
    """Nothing stands in the home: neither the first poll nor the accounts that came with it, nor any tick."""
    folder = polls(tmp_path / "polls", [(at(first), {"A": [at(first)]}), (at("2023-02-20 08:00"), {"A": []})])
    accounts = sheet(tmp_path / "a.csv", HEADERS, ("A", "某市发布", "微信订阅号"))
    before = ends(home)
    refused = xuncha(home, "polls", "replay", folder, "--accounts", accounts, *options)
    assert (2, before) == (refused.status, ends(home))
    assert told in refused.err
    assert f"{folder}/" in refused.err


def test_polls_years_apart_are_taken_where_both_times_are_right(home, tmp_path):
    """One tick stands for the gap, in the log and for every alert; without ticks nothing has to be said."""
    folder = polls(
        tmp_path / "polls",
        [
            (at("2019-03-01 08:00"), {"A": [at("2019-03-01 07:00")]}),
            (at("2019-03-01 12:00"), {"A": []}),
            (at("2023-02-20 08:30"), {"A": []}),
        ],
    )
    done(home, "accounts", "import", sheet(tmp_path / "a.csv", HEADERS, ("A", "某市发布", "微信订阅号")))
    done(home, "--clock-is-right", "polls", "replay", folder)
    ticks = rows(
        home,
        "sql",
        "SELECT DISTINCT toString(time) AS at FROM records WHERE type = 'clock.ticked' ORDER BY at",
    )
    wanted = [*(f"2019-03-01 {hour:02}:00:00.000000" for hour in range(5)), "2023-02-20 00:00:00.000000"]
    assert [*wanted, "2023-02-20 00:30:00.000000"] == [row["at"] for row in ticks]
