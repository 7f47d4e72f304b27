"""The life of the process: start, stop, crash, a second one, the end of its parent."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from connectors.history.server.ready import Ready
from connectors.history.server.spawn import READY_FILE, TOKEN_FILE, ServerStartError, start_server
from tests.connectors.history.server.conftest import Door

DEADLINE_S = 20


def wait_until(condition, what):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, f"not within {DEADLINE_S} s: {what}"
        time.sleep(0.02)


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.slow
def test_a_stopped_server_leaves_the_folder_free_and_its_rows_in_it(tmp_path, start):
    """Stop is clean: files of state are gone, the next server finds every row."""
    with start(tmp_path / "chdb", tmp_path / "state") as server:
        assert Ready.read(tmp_path / "state" / READY_FILE).port == server.port
        assert (tmp_path / "state" / TOKEN_FILE).stat().st_mode & 0o777 == 0o600
        door = Door(server)
        door.ask("POST", {}, b"CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
        door.ask("POST", {}, b"INSERT INTO t SELECT number FROM numbers(1000)")
    assert not server.is_running
    assert not (tmp_path / "state" / READY_FILE).exists()
    assert not (tmp_path / "state" / TOKEN_FILE).exists()
    with start(tmp_path / "chdb", tmp_path / "state") as server:
        assert Door(server).ask("GET", {"query": "SELECT count() FROM t"})[2] == b"1000\n"


@pytest.mark.slow
def test_a_second_server_on_a_folder_is_refused(tmp_path, start):
    """The second says who is in the way; the first goes on."""
    with start(tmp_path / "chdb", tmp_path / "first") as first:
        with pytest.raises(ServerStartError, match="another process has this folder open"):
            start(tmp_path / "chdb", tmp_path / "second")
        assert Door(first).ask("GET", {"query": "SELECT 1"})[2] == b"1\n"


def test_an_open_token_file_is_refused(tmp_path):
    """A token that others can read is no token."""
    token_file = tmp_path / "token"
    token_file.write_text("abc\n")
    token_file.chmod(0o644)
    command = [sys.executable, "-m", "connectors.history.server", "--path", tmp_path / "chdb"]
    ended = subprocess.run(
        [*command, "--token-file", token_file, "--ready-file", tmp_path / "ready"],
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    assert "set its mode to 0600" in json.loads(ended.stderr)["error"]
    assert not (tmp_path / "ready").exists()


@pytest.mark.slow
def test_a_kill_loses_and_doubles_no_acknowledged_row(tmp_path, start):
    """kill -9 amid inserts: after a restart each acknowledged batch is there once, whole."""
    server = start(tmp_path / "chdb", tmp_path / "state")
    door = Door(server)
    door.ask("POST", {}, b"CREATE TABLE t (batch UInt64, n UInt64) ENGINE = MergeTree ORDER BY batch")
    acknowledged, enough = [], threading.Event()

    def insert():
        client = door.client(compress="lz4")
        try:
            for batch in range(10_000):
                columns = [[batch] * 20_000, list(range(20_000))]
                client.insert(
                    "t", columns, ["batch", "n"], column_oriented=True, column_type_names=["UInt64"] * 2
                )
                acknowledged.append(batch)
                if len(acknowledged) == 5:
                    enough.set()
        except Exception:  # noqa: BLE001 (whatever a killed server looks like to its client)
            return
        finally:
            client.close()

    writer = threading.Thread(target=insert)
    writer.start()
    assert enough.wait(DEADLINE_S)
    os.kill(server.pid, signal.SIGKILL)
    writer.join()
    server.stop()
    with start(tmp_path / "chdb", tmp_path / "state") as again:
        text = "SELECT batch, count(), uniqExact(n) FROM t GROUP BY batch FORMAT JSONCompactEachRow"
        rows = Door(again).ask("GET", {"query": text})[2].splitlines()
        found = {int(batch): (int(count), int(unique)) for batch, count, unique in map(json.loads, rows)}
    assert set(acknowledged) <= set(found)
    assert set(found.values()) == {(20_000, 20_000)}


@pytest.mark.slow
def test_the_server_ends_with_its_parent(tmp_path):
    """An owner that is killed takes the server with it, and the folder is free."""
    script = (
        "import sys, time; from pathlib import Path\n"
        "from connectors.history.server.spawn import start_server\n"
        "home = Path(sys.argv[1])\n"
        "print(start_server(home / 'chdb', token='t' * 20, state_dir=home / 'state').pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE)
    with owner:
        pid = int(owner.stdout.readline())
        owner.kill()
    wait_until(lambda: not is_alive(pid), "the orphan ends")
    start_server(tmp_path / "chdb", token="t" * 20, state_dir=tmp_path / "state").stop()


@pytest.mark.slow
def test_the_end_of_the_thread_that_started_it_is_not_the_end_of_the_server(tmp_path, start):
    """Linux signals the end of a thread of the parent; the server looks and stays."""
    servers = []
    thread = threading.Thread(target=lambda: servers.append(start(tmp_path / "chdb", tmp_path / "state")))
    thread.start()
    thread.join()
    with servers[0] as server:
        for _ in range(20):
            assert Door(server).ask("GET", {"query": "SELECT 1"})[2] == b"1\n"
        assert server.is_running


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_while_a_query_runs(tmp_path, start, number):
    """A query without an end holds up nothing for longer than the grace of the stop."""
    server = start(tmp_path / "chdb", tmp_path / "state")
    door = Door(server)
    query = {"query": "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)"}

    def ask():
        with pytest.raises((ConnectionError, OSError)):
            door.ask("GET", query)

    asking = threading.Thread(target=ask)
    asking.start()
    running = {"query": "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000)'"}
    wait_until(lambda: door.ask("GET", running)[2] == b"1\n", "the query runs")
    os.kill(server.pid, number)
    wait_until(lambda: not server.is_running, "the server ends")
    asking.join()
    server.stop()
    log = (tmp_path / "state" / "history-server.log").read_text()
    assert re.search(r'"event": ?"history server stopped"', log)
