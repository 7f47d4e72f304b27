import asyncio
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn

from pipeline.console import protocol
from pipeline.console.protocol import TimedProtocol
from pipeline.console.server import Reached, config_of
from pipeline.console.slow_bodies import in_time
from pipeline.home.new_home import make_home
from tests.pipeline.console.signed import CLERK, PASSWORD, door_of

DEADLINE_S = 30.0


@contextmanager
def running(config):
    """Serve in a thread; yields a port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + DEADLINE_S
        while not server.started:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(DEADLINE_S)


def talk(port, *parts, pause_s=0.0):
    """Send parts with pauses, and return what comes back until the server closes or says nothing more."""
    with socket.create_connection(("127.0.0.1", port), DEADLINE_S) as connection:
        said = b""
        try:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause_s)
        except ConnectionError:
            pass  # it was closed from there; what was said before may still lie here
        connection.settimeout(DEADLINE_S)
        while True:
            try:
                more = connection.recv(65536)
            except ConnectionError:
                return said
            if not more:
                return said
            said += more


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    home = make_home(tmp_path_factory.mktemp("server") / "home").path
    with door_of(home) as opened:
        opened.add("wang", CLERK)
        yield opened


def ask(path, *headers, method="GET"):
    return "\r\n".join(
        [f"{method} {path} HTTP/1.1", "Host: a.example", "Connection: close", *headers, "", ""]
    ).encode()


@pytest.mark.slow
def test_the_server_answers_and_bounds_heads(door):
    """A head of 32 KB at most; it does not say what it runs on."""
    with running(config_of(door.console, Reached("127.0.0.1", 1))) as port:
        fine = talk(port, ask("/healthz"))
        assert fine.startswith(b"HTTP/1.1 200")
        assert b"server:" not in fine.lower()
        parts = [b"GET /healthz HTTP/1.1\r\nX-A: ", *[b"a" * 20_000] * 3]
        assert talk(port, *parts, pause_s=0.1).startswith(b"HTTP/1.1 4")


@pytest.mark.slow
def test_a_head_that_never_ends_is_cut_off(door, monkeypatch):
    """Whoever sends nothing, or a line now and then, holds no connection."""
    monkeypatch.setattr(protocol, "HEAD_S", 0.3)
    with running(config_of(door.console, Reached("127.0.0.1", 1))) as port:
        began = time.monotonic()
        assert talk(port) == b""
        assert talk(port, b"GET / HTTP/1.1\r\n", b"Host: a\r\n", pause_s=0.1) == b""
        assert time.monotonic() - began < DEADLINE_S
        assert talk(port, ask("/healthz")).startswith(b"HTTP/1.1 200")


@pytest.mark.slow
def test_a_second_request_on_a_connection_is_timed_too(door, monkeypatch):
    """The first one answered, the head of the next never comes whole."""
    monkeypatch.setattr(protocol, "HEAD_S", 0.3)
    first = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with running(config_of(door.console, Reached("127.0.0.1", 1))) as port:
        said = talk(port, first, b"GET /hea", pause_s=0.2)
        assert said.count(b"HTTP/1.1") == 1


def test_a_body_that_never_ends_is_refused(door):
    """With a page that says so, in the time that is given to a part of it."""
    config = uvicorn.Config(
        in_time(door.app, whole_s=2.0, part_s=0.3), log_config=None, lifespan="off", http=TimedProtocol
    )
    head = ask(
        "/login", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 100", method="POST"
    )
    with running(config) as port:
        said = talk(port, head, b"username=")
        assert said.startswith(b"HTTP/1.1 408")
        assert "上传超时".encode() in said
        began = time.monotonic()
        dripping = talk(port, head, *[b"a" for _ in range(60)], pause_s=0.1)
        assert dripping.startswith(b"HTTP/1.1 408") or not dripping
        assert time.monotonic() - began < 60 * 0.1 + 1


def test_a_body_in_time_is_taken(door):
    """In several parts, whole within the time."""
    config = uvicorn.Config(in_time(door.app, whole_s=5.0, part_s=3.0), log_config=None, lifespan="off")
    head = ask(
        "/login", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 10", method="POST"
    )
    with running(config) as port:
        assert talk(port, head, b"userna", b"me=x", pause_s=0.1).startswith(b"HTTP/1.1 403")


@pytest.mark.slow
@pytest.mark.parametrize("length", ["99999999999", str((64 << 20) + 1)])
def test_a_body_that_is_too_large_is_refused_by_its_length(door, length):
    """Before a byte of it is read."""
    head = ask(
        "/login",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {length}",
        method="POST",
    )
    with running(config_of(door.console, Reached("127.0.0.1", 1))) as port:
        assert talk(port, head).startswith(b"HTTP/1.1 413")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("behind", "proxy", "counts"),
    [(True, "127.0.0.1", True), (True, "10.0.0.0/8", False), (False, "127.0.0.1", False)],
)
def test_forwarded_headers_count_from_the_proxy_alone(door, behind, proxy, counts):
    """A browser that says it is somewhere else is where it is, unless the proxy says so."""
    reached = Reached("127.0.0.1", 1, behind, proxy)
    with running(config_of(door.console, reached)) as port:
        page = talk(port, ask("/login", "X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https"))
        assert (b"strict-transport-security" in page) is counts
        begun = page.partition(b"xuncha_begun=")[2].partition(b";")[0].decode()
        form = f"username=wang&password=x&_begun={begun}".encode()
        head = ask(
            "/login",
            "X-Forwarded-For: 198.51.100.7",
            f"Cookie: xuncha_begun={begun}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(form)}",
            method="POST",
        )
        seen = []
        for _ in range(3):
            seen.append(talk(port, head, form)[:12])  # noqa: PERF401
        assert seen == [b"HTTP/1.1 422"] * 3
    from pipeline.access.throttle import limits_of

    pairs = {address: limits_of("wang", address, known=True) for address in ("198.51.100.7", "127.0.0.1")}
    counted = {address: bool(door.store.failures(list(keys)[:1])) for address, keys in pairs.items()}
    assert counted["198.51.100.7"] is counts
    door.store.forget_failures(before=1 << 62)


def test_a_password_is_in_no_log(door, capfd):
    """Of a sign-in that worked, and of one that did not."""
    browser = door.browser()
    browser.sign_in("wang", "geheim geheim")
    browser.sign_in("wang")
    out, err = capfd.readouterr()
    assert "geheim" not in out + err
    assert PASSWORD not in out + err
    assert (browser.session or "none") not in out + err


def test_the_time_limit_lets_answers_through():
    """An application that answers before the body is read, or reads on behind it, is not disturbed."""

    async def app(scope, receive, send):  # noqa: ARG001
        first = await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": first["body"], "more_body": False})
        assert (await receive())["type"] == "http.disconnect"

    sent = []

    async def send(message):
        sent.append(message)

    messages = [{"type": "http.request", "body": b"x", "more_body": False}, {"type": "http.disconnect"}]

    async def receive():
        if len(messages) == 1:
            await asyncio.sleep(0.3)
        return messages.pop(0)

    asyncio.run(in_time(app, whole_s=0.2, part_s=0.1)({"type": "http"}, receive, send))
    assert [m["type"] for m in sent] == ["http.response.start", "http.response.body"]


@pytest.mark.slow
def test_the_console_loads_no_library_that_pages_do_not_need():
    """Workbooks bring NumPy: together these take a quarter of its memory, and wait until somebody asks for a file."""
    large = {"numpy", "pandas", "pyarrow", "openpyxl", "docx", "docxtpl", "lxml", "xlrd", "aiohttp", "chdb"}
    line = f"import sys, pipeline.console.server; print(sorted({large} & sys.modules.keys()))"
    said = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert "[]\n" == said.stdout
