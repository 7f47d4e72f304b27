"""Pages of the console over many accounts, asked by twenty people at once, against a bare answer of the same server.

A process of its own: it prints one JSON object. The server runs in a process beside it, so that its CPU and memory are
its own.
"""

import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec

from pipeline.access.users import Role
from pipeline.home.new_home import make_home
from pipeline.home.read_model import open_read_model
from tests.bench.generate import BEGIN, stream
from tests.bench.today_speed import _seen
from tests.pipeline.console.signed_in import user_of

USERS, ROUNDS = 20, 15
NOW = BEGIN + timedelta(days=30)
PAGES = {
    "today": "/today",
    "accounts": "/accounts",
    "accounts by name": "/accounts?sort=name",
    "accounts, last page": "/accounts?sort=-newest_post_at&page=1999",
    "accounts, a word": "/accounts?q=42",
    "accounts, over the limit": "/accounts?s=unknown",
    "accounts silent 10 days": "/accounts?silent=10&sort=owner",
    "bare answer": "/healthz",
}


def main(accounts: int) -> None:
    """Make a home, start the console over it, and ask."""
    with tempfile.TemporaryDirectory(prefix="xuncha-bench-") as folder:
        path = Path(folder) / "home"
        home = make_home(path)
        with closing(home.open_embedded_log()) as log:
            log.append(list(stream(0, accounts)))  # their openings
            log.append([fact for i in range(accounts) for fact in _seen(i, NOW)])
        with open_read_model(home):
            pass
        port = _free_port()
        command = [sys.executable, "-m", "tests.bench.console_serving", path, str(port), NOW.isoformat()]
        with subprocess.Popen(command) as server:
            try:
                _wait(port)
                clicked = _clicked(port)
                found = {name: _asked(port, url, server.pid) for name, url in PAGES.items()}
                memory = _memory(server.pid)
            finally:
                server.terminate()
        told = {
            "accounts": accounts,
            "users": USERS,
            "memory_mb": memory,
            "clicked": clicked,
            "pages": found,
        }
        sys.stdout.buffer.write(msgspec.json.encode(told))


def _clicked(port: int) -> dict[str, float]:
    """Let all users click as people do, a page every one to three seconds; returns milliseconds."""
    times: list[float] = []

    def click(number: int) -> None:
        chance = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(ROUNDS):
            time.sleep(chance.uniform(1, 3))
            begin = time.perf_counter()
            _one(connection, chance.choice(list(PAGES.values())))
            times.append(time.perf_counter() - begin)

    threads = [threading.Thread(target=click, args=(number,)) for number in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return {"p50_ms": 1000 * times[len(times) // 2], "p95_ms": 1000 * times[len(times) * 95 // 100]}


def _asked(port: int, url: str, pid: int) -> dict[str, float]:
    """Ask a page by all users at once, on connections that stay open; returns milliseconds."""
    _one(http.client.HTTPConnection("127.0.0.1", port, timeout=60), url)
    times: list[float] = []
    cpu, begin = _cpu(pid), time.perf_counter()
    threads = [threading.Thread(target=_user, args=(port, url, times)) for _ in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, used = time.perf_counter() - begin, _cpu(pid) - cpu
    times.sort()
    return {
        "p50_ms": 1000 * times[len(times) // 2],
        "p95_ms": 1000 * times[len(times) * 95 // 100],
        "cpu_ms": 1000 * used / len(times),
        "per_s": len(times) / took,
    }


def _user(port: int, url: str, times: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        _one(connection, url)
        times.append(time.perf_counter() - begin)


def _one(connection: http.client.HTTPConnection, url: str) -> None:
    connection.request("GET", url, headers={"Cookie": f"xuncha_session={user_of(Role.CLERK).id}"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{url}: {answer.status} {body[:200]!r}")


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the console did not start")


if __name__ == "__main__":
    main(int(sys.argv[1]))
