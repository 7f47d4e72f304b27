"""Clients that are silent, slow, many or gone: none of them holds the sink."""

import gzip
import itertools
import json
import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlencode

import pytest

from connectors.history.server.limits import Limits
from connectors.history.server.spawn import LOG_FILE
from tests.connectors.history.server.conftest import TOKENS, Door

DEADLINE_S = 60
PATIENT = Limits(
    sink_slots=1, writer_slots=2, reader_slots=2, waiting=2, wait_s=600, silent_s=600, body_s=600
)
HASTY = Limits(sink_slots=1, writer_slots=1, reader_slots=1, wait_s=600, silent_s=1, body_s=1, connections=8)
ENDLESS = "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)"
LARGE = "SELECT repeat('x', 100000) FROM numbers(1000)"  # 100 MB, more than sockets hold


def wait_until(condition, what):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, f"not within {DEADLINE_S} s: {what}"
        time.sleep(0.02)


def started(tmp_path_factory, start, limits):
    folder = tmp_path_factory.mktemp("door")
    with start(folder / "chdb", folder / "state", limits) as server:
        door = Door(server, folder / "state")
        door.ask("POST", {}, b"CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
        yield door


@pytest.fixture(scope="module")
def patient(tmp_path_factory, start):
    """A server with few slots whose time limits no test reaches: what is held here stays held."""
    yield from started(tmp_path_factory, start, PATIENT)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory, start):
    """A server that waits for nobody longer than a second."""
    yield from started(tmp_path_factory, start, HASTY)


@pytest.fixture
def opened():
    """A way to send the beginning of a request and nothing else; all is closed at the end."""
    sockets = []

    def _open(door, user, query, *, length=0, sent=b""):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", door.port))
        client.settimeout(DEADLINE_S)
        sockets.append(client)
        head = f"POST /?{urlencode({'query': query})} HTTP/1.1\r\nHost: a\r\nX-ClickHouse-User: {user}\r\n"
        head += f"X-ClickHouse-Key: {TOKENS[user]}\r\nContent-Length: {length}\r\n\r\n"
        client.sendall(head.encode() + sent)
        return client

    yield _open
    for client in sockets:
        client.close()


class Inserts:
    """The sink at work, on a connection that it keeps."""

    def __init__(self, door):
        self._client = door.client("sink")
        self._door = door
        self._numbers = itertools.count()
        self._sent = []

    def go_on(self):
        """Insert and see what was inserted, as the sink does."""
        self._sent.append(next(self._numbers))
        self._client.insert("t", [[self._sent[-1]]], ["n"], column_type_names=["UInt64"])
        assert self._client.command(f"SELECT count() FROM t WHERE n = {self._sent[-1]}") == 1

    def close(self):
        self._client.close()


@pytest.fixture
def sink(patient):
    patient.ask("POST", {}, b"TRUNCATE TABLE t")
    sink = Inserts(patient)
    yield sink
    sink.close()


def test_half_bodies_of_readers_hold_their_own_slots_alone(patient, sink, opened):
    """Two readers in the middle of a body and two that wait: the next one is refused, the sink is not."""
    held = [opened(patient, "reader", "SELECT 1", length=10, sent=b" ") for _ in range(4)]
    wait_until(
        lambda: (
            patient.ask("GET", {"query": "SELECT 1"}, user="reader")[1].get("X-ClickHouse-Exception-Code")
            == "202"
        ),
        "all slots of the readers are taken",
    )
    for _ in range(3):
        sink.go_on()
    assert patient.ask("GET", {"query": "SELECT 1"})[2] == b"1\n"
    for client in held:
        client.close()
    wait_until(
        lambda: patient.ask("GET", {"query": "SELECT 1"}, user="reader")[2] == b"1\n", "the slots are free"
    )


@pytest.mark.slow
@pytest.mark.parametrize("user", ["reader", "xuncha"])
def test_answers_that_nobody_takes_hold_the_slots_of_their_user_alone(patient, sink, opened, user):
    """Clients that read nothing of a large answer keep other requests of their user waiting, and not the sink."""
    held = [opened(patient, user, LARGE) for _ in range(4)]
    wait_until(
        lambda: (
            patient.ask("GET", {"query": "SELECT 1"}, user=user)[1].get("X-ClickHouse-Exception-Code")
            == "202"
        ),
        "all slots of the user are taken",
    )
    for _ in range(3):
        sink.go_on()
    for client in held:
        client.close()
    wait_until(
        lambda: patient.ask("GET", {"query": "SELECT 1"}, user=user)[2] == b"1\n", "the slots are free"
    )


def test_many_readers_at_once_are_answered_or_refused_and_the_sink_goes_on(patient, sink):
    """Forty queries that run at the same time as inserts: each is answered, or told to come later."""
    told, goes_on = [], threading.Event()

    def ask():
        status, headers, body = patient.ask(
            "GET", {"query": ENDLESS.replace("1000000000000", "3000000")}, user="reader"
        )
        told.append((status, headers.get("X-ClickHouse-Exception-Code"), bool(body)))

    readers = [threading.Thread(target=ask) for _ in range(40)]
    for reader in readers:
        reader.start()
    while not goes_on.is_set():
        sink.go_on()
        if not any(reader.is_alive() for reader in readers):
            goes_on.set()
    for reader in readers:
        reader.join()
    assert set(told) <= {(200, None, True), (500, "202", True)}
    assert (200, None, True) in told
    assert len(told) == 40


@pytest.mark.parametrize("user", ["reader", "xuncha"])
def test_a_query_ends_when_its_client_goes(patient, opened, user):
    """Nobody waits for the answer: the engine stops to reckon, and the slot is free."""
    running = {"query": "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000)'"}
    client = opened(patient, user, ENDLESS)
    wait_until(lambda: patient.ask("GET", running, user="sink")[2] == b"1\n", "the query runs")
    client.close()
    wait_until(lambda: patient.ask("GET", running, user="sink")[2] == b"0\n", "the query has ended")


def test_a_write_whose_client_goes_is_done_to_its_end(patient, opened):
    """Half of a write would be no answer either: who asks again finds it whole."""
    patient.ask("POST", {}, b"CREATE TABLE whole (n UInt64) ENGINE = MergeTree ORDER BY n")
    slow = "INSERT INTO whole SELECT number + sleepEachRow(0.02) FROM numbers(50) SETTINGS max_block_size = 5"
    running = {"query": "SELECT count() FROM system.processes WHERE query LIKE 'INSERT INTO whole%'"}
    client = opened(patient, "xuncha", slow)
    wait_until(lambda: patient.ask("GET", running, user="sink")[2] == b"1\n", "the insert runs")
    client.close()
    count = {"query": "SELECT count() FROM whole"}
    wait_until(lambda: patient.ask("GET", running, user="sink")[2] == b"0\n", "the insert has ended")
    assert patient.ask("GET", count)[2] == b"50\n"


@pytest.mark.slow
@pytest.mark.parametrize("sent", [b"", b"POST /?query=SELECT%201 HTTP/1.1\r\nHost: a\r\nX-Clic"])
def test_a_connection_that_says_nothing_or_half_a_head_is_closed(hasty, sent):
    """Nobody keeps a connection for nothing."""
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=DEADLINE_S) as client:
        client.sendall(sent)
        assert client.recv(100) == b""


@pytest.mark.parametrize("drips", [False, True])
def test_a_body_that_does_not_come_ends_with_an_error(hasty, opened, drips):
    """A body that stops, or comes byte by byte, is given up: code 209, and the only slot is free again."""
    client = opened(hasty, "reader", "SELECT 1", length=1_000_000, sent=b" ")
    client.settimeout(0.1)
    got = b""
    deadline = time.monotonic() + DEADLINE_S
    while not got:
        assert time.monotonic() < deadline
        if drips:
            client.sendall(b" ")
        try:
            got = client.recv(1000)
        except TimeoutError:
            continue
    assert got.startswith(b"HTTP/1.1 408 ")
    assert b"X-ClickHouse-Exception-Code: 209" in got
    assert hasty.ask("GET", {"query": "SELECT 1"}, user="reader")[2] == b"1\n"


@pytest.mark.slow
def test_an_answer_that_is_not_taken_is_given_up(hasty, opened):
    """A client that reads nothing loses its connection, and the only slot is free again."""
    opened(hasty, "reader", LARGE)
    wait_until(lambda: "not taken in time" in (hasty.folder / LOG_FILE).read_text(), "the answer is given up")
    assert hasty.ask("GET", {"query": "SELECT 1"}, user="reader")[2] == b"1\n"
    lines = [json.loads(line) for line in (hasty.folder / LOG_FILE).read_text().splitlines()]
    assert 0 <= lines[-1]["sent"] < lines[-1]["bytes"]


@pytest.mark.slow
def test_many_silent_connections_lose_the_oldest_and_not_that_of_the_sink(start, tmp_path):
    """Beyond the bound of connections the silent ones go; the sink's kept connection and new clients are served."""
    limits = Limits(silent_s=600, connections=8)
    with start(tmp_path / "chdb", tmp_path / "state", limits) as server:
        door = Door(server)
        door.ask("POST", {}, b"CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
        sink = Inserts(door)
        sink.go_on()
        silent = [socket.create_connection(("127.0.0.1", door.port), timeout=DEADLINE_S) for _ in range(40)]
        with suppress(ConnectionResetError):
            assert silent[0].recv(1) == b""
        sink.go_on()
        assert door.ask("GET", {"query": "SELECT 1"}, user="reader")[2] == b"1\n"
        for client in silent:
            client.close()
        sink.close()


@pytest.mark.slow
def test_one_large_block_is_no_way_around_the_size_of_a_result(patient):
    """The engine counts rows block by block; a block larger than the limit is refused all the same."""
    query = "SELECT repeat('x', 1000000) FROM numbers(260)"
    status, headers, body = patient.ask("GET", {"query": query}, user="reader")
    assert (status, headers["X-ClickHouse-Exception-Code"]) == (500, "396")
    assert len(body) < 1000


@pytest.mark.slow
def test_a_reader_sends_no_large_body(patient):
    """A query and its parameters are small; packed, a large body is as large."""
    for body, headers in (
        (bytes(5 * 1024 * 1024), {}),
        (gzip.compress(bytes(5 * 1024 * 1024)), {"Content-Encoding": "gzip"}),
    ):
        status, got, _ = patient.ask("POST", {"query": "SELECT 1"}, body, user="reader", headers=headers)
        assert (status, got["X-ClickHouse-Exception-Code"]) == (413, "307")


@pytest.mark.slow
def test_a_form_is_bounded_as_a_whole(patient):
    """Many fields below the bound are together above it."""
    fields = "".join(
        f'--b\r\nContent-Disposition: form-data; name="param_p{n}"\r\n\r\n{"x" * 1024 * 1024}\r\n'
        for n in range(5)
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    status, got, _ = patient.ask(
        "POST", {"query": "SELECT 1"}, f"{fields}--b--\r\n".encode(), user="reader", headers=headers
    )
    assert (status, got["X-ClickHouse-Exception-Code"]) == (413, "307")
