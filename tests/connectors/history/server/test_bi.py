"""The door for BI tools: its own port, user and token; the guard of the reader; a quota over all questions."""

import http.client
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from connectors.history.server.limits import Limits
from connectors.history.server.spawn import BiDoor, Server, start_server
from tests.connectors.history.server.conftest import READER_TOKEN, SINK_TOKEN, WRITER_TOKEN, Door
from tests.connectors.history.server.test_reader import HARMLESS, HOSTILE

TOKEN = "bi-" + "b" * 32


def started(folder: Path, **limits) -> Server:
    return start_server(
        folder / "chdb",
        token=WRITER_TOKEN,
        reader_token=READER_TOKEN,
        sink_token=SINK_TOKEN,
        bi=BiDoor(TOKEN),
        limits=Limits(**limits),
        state_dir=folder / "state",
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("bi")
    with started(folder) as server:
        writer = Door(server)
        writer.ask("POST", {}, b"CREATE DATABASE h")
        writer.ask("POST", {}, b"CREATE TABLE h.facts (id UInt64, url String) ENGINE = MergeTree ORDER BY id")
        writer.ask("POST", {}, "INSERT INTO h.facts VALUES (1, '江州'), (2, 'b')".encode())
        server.folder = folder / "chdb"
        yield server


def ask(
    port: int | None, query: str, user: str = "bi", token: str = TOKEN, **params: str
) -> tuple[int, str, bytes]:
    """Send a question as curl does; status, code of the refusal, body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"X-ClickHouse-User": user, "X-ClickHouse-Key": token}
        connection.request("POST", f"/?{urlencode(params)}", query.encode(), headers)
        response = connection.getresponse()
        return response.status, response.getheader("X-ClickHouse-Exception-Code", ""), response.read()
    finally:
        connection.close()


def test_each_door_lets_in_its_own(server):
    """The tokens of the home open nothing at the door of the tools, and theirs nothing at the other."""
    assert ask(server.bi_port, "SELECT 1")[0] == 200
    for port, user, token in (
        (server.bi_port, "xuncha", WRITER_TOKEN),
        (server.bi_port, "reader", READER_TOKEN),
        (server.bi_port, "sink", SINK_TOKEN),
        (server.port, "bi", TOKEN),
        (server.bi_port, "bi", TOKEN + "x"),
        (server.bi_port, "bi", ""),
        (server.bi_port, "default", ""),
    ):
        assert ask(port, "SELECT 1", user, token)[:2] == (403, "516")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_sql_of_a_tool_is_refused(server, text):
    """What the reader may not ask nobody may ask here."""
    secret = server.folder / "secret"
    secret.write_text("root:x")
    text = text.replace("{file}", str(secret)).replace("{name}", secret.name)
    status, code, body = ask(server.bi_port, text, param_t="system.processes")
    assert status >= 400
    assert int(code) in {62, 115, 164, 497}, body
    assert b"root:" not in body


def test_what_a_tool_needs_passes(server):
    """Descriptions of tables, views and columns, and every question over them."""
    for text in HARMLESS:
        assert ask(server.bi_port, text)[0] == 200, text


def test_clickhouse_connect_and_pandas_read_unmodified(server):
    """The client of Superset, and a data frame through it; Chinese comes through as it is."""
    client = clickhouse_connect.get_client(
        host="127.0.0.1", port=server.bi_port, username="bi", password=TOKEN, database="h"
    )
    assert client.query("SELECT url FROM facts ORDER BY id").result_rows == [("江州",), ("b",)]
    frame = client.query_df("SELECT id, url FROM facts ORDER BY id")
    assert list(frame["url"]) == ["江州", "b"]
    assert int(frame["id"].sum()) == 3
    assert "facts" in client.command("SHOW TABLES FROM h")
    with pytest.raises(DatabaseError):
        client.command("INSERT INTO facts VALUES (3, 'c')")
    with pytest.raises(DatabaseError):
        client.command("DROP TABLE facts")
    client.close()


def test_curl_reads(server):
    """As docs/bi.md says it."""
    command = ["curl", "--silent", "--user", f"bi:{TOKEN}", f"http://127.0.0.1:{server.bi_port}/?database=h"]
    done = subprocess.run(
        [*command, "--data-binary", "SELECT id FROM facts ORDER BY id FORMAT CSV"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "1\n2\n"


@pytest.mark.slow
def test_an_answer_or_a_question_without_end_is_ended(server):
    """Rows, bytes and seconds have limits that a tool lowers and does not lift."""
    assert ask(server.bi_port, "SELECT * FROM numbers(1000001)")[1] == "396"
    assert ask(server.bi_port, "SELECT repeat('x', 1000000) FROM numbers(300)")[1] in {"396", "241"}
    begun = time.monotonic()
    assert (
        ask(server.bi_port, "SELECT count() FROM numbers(100000000000000)", max_execution_time="1")[1]
        == "159"
    )
    assert time.monotonic() - begun < 20
    assert (
        ask(server.bi_port, "SELECT getSetting('max_execution_time')", max_execution_time="9999")[2]
        == b"30\n"
    )
    assert ask(server.bi_port, "SELECT 1", max_memory_usage="0")[1] == "115"


@pytest.mark.slow
def test_all_questions_together_have_a_quota(tmp_path):
    """Of questions and of seconds within an hour; the home itself goes on asking."""
    with started(tmp_path, bi_queries_an_hour=3) as server:
        assert [ask(server.bi_port, "SELECT 1")[1] for _ in range(5)] == ["", "", "", "201", "201"]
        assert b"it begins anew in" in ask(server.bi_port, "SELECT 1")[2]
        assert ask(server.port, "SELECT 1", "reader", READER_TOKEN)[0] == 200
    with started(tmp_path / "s", bi_seconds_an_hour=1) as server:
        ask(server.bi_port, "SELECT count() FROM numbers(100000000000000)", max_execution_time="2")
        assert ask(server.bi_port, "SELECT 1")[1] == "201"


@pytest.mark.slow
def test_tools_that_ask_much_stand_before_nobody_else(tmp_path):
    """With every slot of the tools taken, the home is answered at once, and who waits too long is told."""
    with started(tmp_path, bi_slots=1, waiting=1, wait_s=1.0) as server, ThreadPoolExecutor(4) as pool:
        slow = "SELECT count() FROM numbers(100000000000000)"
        asked = [pool.submit(ask, server.bi_port, slow, max_execution_time="4") for _ in range(3)]
        time.sleep(0.5)
        begun = time.monotonic()
        assert ask(server.port, "SELECT 1", "reader", READER_TOKEN)[0] == 200
        assert time.monotonic() - begun < 3
        assert sorted(one.result()[1] for one in asked) == ["159", "202", "202"]


@pytest.mark.slow
def test_without_a_token_there_is_no_door(tmp_path):
    """Nothing listens, and `bi` is nobody."""
    with start_server(tmp_path / "chdb", token=WRITER_TOKEN, state_dir=tmp_path / "state") as server:
        assert server.bi_port is None
        assert ask(server.port, "SELECT 1", "bi", TOKEN)[1] == "516"
        with pytest.raises(OperationalError):
            clickhouse_connect.get_client(host="127.0.0.1", port=9, username="bi", password=TOKEN)
