"""`xuncha run`: one owner a home; other commands ask it, and a kill leaves nothing in the way."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.home.folder import Home
from pipeline.home.ticks import tick
from tests.copied import copied
from tests.fork_server import Process
from tests.pipeline import small_city as c
from tests.pipeline.cli.test_commands_watch import (
    FILES_BY_SQL,
    LIFTED_BY_SQL,
    limits_hold,
    no_file_is_reached,
)
from tests.pipeline.cli.test_wrong_input import refused
from tests.pipeline.inputs import sheet
from tests.pipeline.program import (
    WITHIN_S,
    asked,
    by_account,
    command,
    done,
    environment,
    process,
    rows,
    xuncha,
)


@contextmanager
def running(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start `xuncha run` and wait until its door is open; kill it at the end."""
    with Process(
        command(home, "run"), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as owner:
        try:
            until_the_door_opens(home, owner)
            yield owner
        finally:
            owner.kill()


def until_the_door_opens(home: Path, owner: "subprocess.Popen[str]") -> None:
    """Wait until an owner that starts answers."""
    deadline = time.monotonic() + WITHIN_S
    while Home(home).door() is None:
        assert owner.poll() is None, owner.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def run_files(home: Path) -> list[str]:
    """Return what an owner leaves in its folder, logs aside."""
    return sorted(path.name for path in (home / "run").iterdir() if path.suffix != ".log")


@pytest.fixture(scope="module")
def owned_city(city_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A city whose owner runs while the tests of this module ask it; it has to end well on SIGTERM."""
    folder = tmp_path_factory.mktemp("owned") / "city"
    copied(city_model / "home", folder)
    (folder / "xuncha.toml").write_text("tick_minutes = 1\n")
    with running(folder) as owner:
        yield folder
        owner.send_signal(signal.SIGTERM)
        _, err = owner.communicate(timeout=WITHIN_S)
        assert 0 == owner.returncode, err
        assert "Traceback" not in err
        assert [] == run_files(folder)


@pytest.mark.slow
def test_commands_work_while_the_owner_runs(owned_city, tmp_path):
    """status, score, verify, imports, sql and alerts go through the owner's door, and see each other's facts."""
    assert (
        "stale" == by_account(rows(owned_city, "status", "--check-point", c.CHECK_POINT))[c.SILENT]["verdict"]
    )
    run = asked(owned_city, "score", "--check-point", c.CHECK_POINT)
    assert asked(owned_city, "verify", run["run_id"])["holds"]
    path = sheet(tmp_path / "a.csv", ("账号ID", "账号名称", "平台"), ("NEW", "某市新号", "抖音"))
    assert 1 == asked(owned_city, "accounts", "import", path)["events"]
    assert "NEW" in by_account(rows(owned_city, "accounts", "list"))
    assert [{"n": 1}] == rows(owned_city, "sql", "SELECT uniqExact(run_id) AS n FROM runs")
    assert c.SILENT in {row["account_id"] for row in rows(owned_city, "alerts")}


def test_the_owner_ticks(owned_city):
    """The owner writes the tick that is due into every partition."""
    asked_for = (
        "SELECT uniqExact(partition) AS n FROM records WHERE type = 'clock.ticked' AND time > now() - 180"
    )
    deadline = time.monotonic() + WITHIN_S
    while [{"n": 4}] != rows(owned_city, "sql", asked_for):
        assert time.monotonic() < deadline


@pytest.mark.parametrize("words", FILES_BY_SQL)
def test_sql_reaches_no_file_through_the_door(owned_city, words):
    """The owner's server refuses what reads or writes files: no content is shown, no file appears."""
    for folder in (owned_city / "history", owned_city / "run"):
        no_file_is_reached(owned_city, folder, words)


@pytest.mark.parametrize("words", LIFTED_BY_SQL)
def test_sql_cannot_lift_its_limits_at_the_door(owned_city, words):
    """The owner's server holds every query to the limits of the user who only reads."""
    limits_hold(owned_city, words)


@pytest.fixture
def city_on_a_server(owned_city: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same city to commands whose history is a ClickHouse server: the door of its owner stands for one."""
    door = Home(owned_city).door()
    assert door is not None
    monkeypatch.setenv("XUNCHA_TEST_TOKEN", door.token)
    home = owned_city.parent / "on-a-server"
    if not home.exists():
        home.mkdir()
        (home / "log.sqlite").symlink_to(owned_city / "log.sqlite")
    server = f'url = "http://127.0.0.1:{door.port}"\nuser = "xuncha"\npassword_from = "XUNCHA_TEST_TOKEN"\n'
    (home / "xuncha.toml").write_text(f"[clickhouse]\n{server}")
    return home


@pytest.mark.parametrize("words", LIFTED_BY_SQL)
def test_sql_cannot_lift_its_limits_on_a_server(city_on_a_server, words):
    """Asked as the user who writes, a server would allow more: the check of the text is made before."""
    limits_hold(city_on_a_server, words)


def test_sql_asks_the_door_as_the_reader(owned_city):
    """The owner's server holds `sql` to the limits of the user who only reads."""
    query = "SELECT getSetting('readonly') AS level, getSetting('max_execution_time') AS seconds"
    assert [{"level": 1, "seconds": 30}] == rows(owned_city, "sql", query)


def test_sql_cannot_write_through_the_door_either(owned_city):
    """The guard of `sql` is the same whoever holds the history."""
    for words in (
        "DROP TABLE records",
        "SELECT 1; SELECT 2",
        "SELECT * FROM file('/etc/hostname', 'RawBLOB')",
    ):
        refused(xuncha(owned_city, "sql", words), "refused")


@pytest.mark.slow
def test_a_second_owner_is_refused(owned_city):
    """Two owners of one home: the second exits 2 and says why; the first goes on."""
    refused(process(owned_city, "run"), "in use", "another process has the home open")
    assert 1 == rows(owned_city, "sql", "SELECT 1 AS one")[0]["one"]


@pytest.mark.slow
def test_an_owner_waits_for_a_short_command(city):
    """`run` begins once the command that has the home open has ended."""
    with Home(city).owned():
        owner = Process(
            command(city, "run"), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            owner.wait(4.0)
    with owner:
        until_the_door_opens(city, owner)
        owner.kill()


@pytest.mark.slow
def test_after_a_kill_the_next_command_works(city):
    """kill -9 leaves a door file and, for a moment, a server that holds the history: neither stands in the way."""
    with running(city) as owner:
        owner.kill()
        owner.wait(WITHIN_S)
    assert (city / "run" / "door.json").exists()
    assert "stale" == by_account(rows(city, "status", "--check-point", c.CHECK_POINT))[c.SILENT]["verdict"]
    assert not (city / "run" / "door.json").exists()


@pytest.mark.slow
def test_after_a_kill_a_new_owner_can_begin_at_once(city):
    """The next `run` waits for what the killed one left, and answers."""
    with running(city) as owner:
        owner.kill()
        owner.wait(WITHIN_S)
    (city / "run" / "door.json").unlink()
    with running(city):
        assert 5 == len(rows(city, "accounts", "list"))


def test_the_door_of_a_process_that_is_gone_is_not_waited_for(city):
    """While a command holds the home, an old door file does not send others to a port where nobody answers."""
    (city / "run" / "door.json").write_text(json.dumps({"port": 9, "token": "x", "reader_token": "y"}))
    with Home(city).owned():
        assert Home(city).door() is None
    done(city, "rounds")


@pytest.mark.slow
def test_a_tick_is_due_once_and_a_downtime_is_made_up_by_one(home):
    """On the grid, never twice, never backwards; the last one due stands for all before it."""
    log = Home(home).open_log()
    hour, noon = timedelta(hours=1), datetime(2021, 6, 17, 12, tzinfo=UTC)
    told = [tick(log, hour, noon + timedelta(minutes=m)) for m in (5, 10, 59, 60, 61, 30)]
    assert [1, 0, 0, 1, 0, 0] == told
    assert 1 == tick(log, hour, noon + timedelta(days=30))
    assert [3] * log.partitions == log.end_offsets("facts")
    log.close()


@pytest.mark.slow
def test_the_door_is_for_this_user_only(owned_city):
    """Tokens and port stand in a file that nobody else can read, in a folder that nobody else can enter."""
    assert 0o600 == (owned_city / "run" / "door.json").stat().st_mode & 0o777
    assert 0o700 == (owned_city / "run").stat().st_mode & 0o777
