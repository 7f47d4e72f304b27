"""The history server under a running home: killed, hanging, gone in the middle of a store."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.history.client import HistoryError, open_http
from connectors.history.server.ready import Ready
from connectors.history.server.spawn import READY_FILE, ServerStartError
from connectors.history.sink import TOPICS
from connectors.log.port import FACTS
from events.codec import Event
from events.ids import fact_id
from events.post import PostPublished
from pipeline.home.folder import SINK, Home
from pipeline.runtime.embedded import history_server
from pipeline.runtime.embedded.history_keeper import HistoryKeeper
from pipeline.runtime.embedded.history_server import HistoryServer
from tests.pipeline.inputs import sheet
from tests.pipeline.program import WITHIN_S, asked, rows, xuncha
from tests.pipeline.runtime.test_owner import running

START = datetime(2021, 6, 1, tzinfo=UTC)
HELD = """
SELECT topic, partition, count() AS n, uniqExact(offset) AS offsets, max(offset) + 1 AS end, sum(repeats) AS repeats
FROM records GROUP BY topic, partition
"""


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + WITHIN_S
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {WITHIN_S} s: {what}"
        time.sleep(0.05)
    return found


def append_posts(home: Home, numbers: range) -> None:
    """Append posts of seven accounts."""
    with closing(home.open_embedded_log()) as log:
        log.append(
            Event(
                fact_id("test", f"weibo:{n % 7}", str(n)),
                "test",
                f"weibo:{n % 7}",
                START + timedelta(seconds=n),
                PostPublished(),
            )
            for n in numbers
        )


def all_is_stored_once(home: Home, held: list[tuple[Any, ...]]) -> None:
    """Check that the history has each record of the log, once, and none marked as a repeat."""
    with closing(home.open_embedded_log()) as log:
        ends = {
            (topic, partition): end
            for topic in TOPICS
            for partition, end in enumerate(log.end_offsets(topic))
            if end
        }
    assert {(t, p): (n, offsets, end, repeats) for t, p, n, offsets, end, repeats in held} == {
        place: (end, end, end, 0) for place, end in ends.items()
    }


@contextmanager
def kept(home: Home, fail_point: Callable[[str], None] = lambda _: None) -> Iterator[HistoryServer]:
    server = HistoryServer(home)
    keeper = HistoryKeeper(home, server, fail_point=fail_point)
    try:
        keeper.start()
        yield server
        keeper.check()
    finally:
        keeper.stop()


def caught_up(home: Home) -> bool:
    with closing(home.open_embedded_log()) as log:
        return log.stored_offsets() == log.end_offsets(FACTS)


def held_by(server: HistoryServer) -> list[tuple[Any, ...]]:
    door = server.door
    assert door is not None
    with closing(open_http("127.0.0.1", door.port, username=SINK, password=door.sink_token)) as client:
        return [tuple(row) for row in client.query(HELD).result_rows]


def another(server: HistoryServer, pid: int) -> bool:
    return server.door is not None and server.pid != pid


@pytest.mark.slow
def test_a_killed_server_is_started_again_under_a_living_run(city, tmp_path):
    """kill -9 of the history server: `run` goes on, commands wait for the next one, no fact is lost or doubled."""
    path = sheet(tmp_path / "a.csv", ("账号ID", "账号名称", "平台"), ("N1", "某市甲", "抖音"))
    with running(city) as owner:
        killed = Ready.read(city / "run" / READY_FILE)
        assert killed is not None
        os.kill(killed.pid, signal.SIGKILL)
        assert 1 == asked(city, "accounts", "import", path)["events"]
        assert "N1" in {row["account_id"] for row in rows(city, "accounts", "list")}
        held = [tuple(row.values()) for row in rows(city, "sql", HELD)]
        owner.send_signal(signal.SIGTERM)
        _, err = owner.communicate(timeout=WITHIN_S)
    assert 0 == owner.returncode, err
    assert "history server ended" in err
    assert "Traceback" not in err
    all_is_stored_once(Home(city), held)


@pytest.mark.slow
def test_a_server_that_dies_around_an_insert_ends_nothing(home):
    """One server dies before an insert, the next one after it: the third one has every record once."""
    of_home, killed = Home(home), {}
    append_posts(of_home, range(5_000))

    def kill(name: str) -> None:
        if len(killed) == ("sink.before_insert", "sink.after_insert").index(name):
            killed[name] = server.pid
            os.kill(server.pid, signal.SIGKILL)

    with kept(of_home, kill) as server:
        wait_until(lambda: caught_up(of_home), "all is stored")
        held = held_by(server)
    assert len(set(killed.values())) == 2
    all_is_stored_once(of_home, held)


@pytest.mark.long
def test_a_server_that_dies_in_the_middle_of_an_insert_ends_nothing(home, monkeypatch):
    """Killed while it takes 40,000 rows, at another moment each time: every record stands there once."""
    monkeypatch.setattr(history_server, "_PAUSES_S", (0.0, 0.1, 0.2))
    of_home, killed = Home(home), []
    append_posts(of_home, range(40_000))

    def kill(name: str) -> None:
        if name == "sink.before_insert" and len(killed) < 10:
            killed.append(server.pid)
            threading.Timer(0.01 * len(killed), os.kill, (server.pid, signal.SIGKILL)).start()

    with kept(of_home, kill) as server:
        wait_until(lambda: len(killed) == 10 and another(server, killed[-1]), "ten servers are killed")
        append_posts(of_home, range(40_000, 40_010))
        wait_until(lambda: caught_up(of_home), "all is stored")
        held = held_by(server)
    all_is_stored_once(of_home, held)


@pytest.mark.long
def test_a_server_that_hangs_is_replaced(home, monkeypatch):
    """A stopped process answers nobody and ends no connection: it is killed, and the store goes to the next one."""
    monkeypatch.setattr(history_server, "_PING_EVERY_S", 0.1)
    monkeypatch.setattr(history_server, "_PING_WITHIN_S", 1.0)
    of_home = Home(home)
    with kept(of_home) as server:
        hanging = server.pid
        os.kill(hanging, signal.SIGSTOP)
        append_posts(of_home, range(100))
        wait_until(lambda: another(server, hanging), "another server answers")
        wait_until(lambda: caught_up(of_home), "all is stored")
        all_is_stored_once(of_home, held_by(server))


@pytest.mark.slow
def test_a_server_that_cannot_start_again_is_tried_with_growing_pauses(home, monkeypatch):
    """While the folder is away each try is told and waits longer; once it is back the server answers."""
    pauses = (0.0, 0.1, 0.2)
    monkeypatch.setattr(history_server, "_PAUSES_S", pauses)
    told: list[float] = []
    monkeypatch.setattr(
        history_server._log, "warning", lambda _event, **said: told.append(said.get("again_in_s", -1.0))
    )
    of_home = Home(home)
    server = HistoryServer(of_home)
    try:
        server.look()
        os.kill(server.pid, signal.SIGKILL)
        of_home.history_path.rename(home / "away")
        of_home.history_path.write_text("not a folder")
        wait_until(
            lambda: server.look() or told, "its end is seen: a process that was killed takes a moment to go"
        )
        deadline = time.monotonic() + WITHIN_S
        while told.count(0.2) < 2:
            assert time.monotonic() < deadline
            server.look()
            assert server.door is None
            assert of_home.door() is None
        assert [pause for pause in told if pause >= 0.0][:4] == [0.0, 0.1, 0.2, 0.2]
        of_home.history_path.unlink()
        (home / "away").rename(of_home.history_path)
        wait_until(lambda: server.look() or server.door, "the server answers again")
        assert of_home.door() == server.door
    finally:
        server.stop()


def test_a_folder_that_no_server_can_open_is_told_at_the_start(home):
    """`run` begins with a history that opens, or says what is wrong and ends with 2."""
    of_home = Home(home)
    of_home.history_path.rename(home / "away")
    of_home.history_path.write_text("not a folder")
    with pytest.raises((ServerStartError, HistoryError)):
        HistoryServer(of_home).look()
    answer = xuncha(home, "run")
    assert 2 == answer.status
    assert str(of_home.history_path) in answer.complaint
    assert "Traceback" not in answer.err
