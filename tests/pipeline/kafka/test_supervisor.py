"""The processes of a log on Kafka on one machine, and the history server beside them."""

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.home.folder import Home
from pipeline.runtime.embedded import history_server
from pipeline.runtime.kafka.supervisor import Child, keep, watched_history

ASKED_S = 60.0
WITHIN_S = 20.0


@pytest.fixture
def child(tmp_path):
    """A process that ends at once, each time that it is started, and leaves a line in `starts`."""
    child = Child("short", [sys.executable, "-c", f"open({str(tmp_path / 'starts')!r}, 'a').write('.')"])
    yield child
    child.await_end(time.monotonic() + WITHIN_S)


def started(tmp_path):
    path = tmp_path / "starts"
    return path.stat().st_size if path.exists() else 0


@pytest.mark.slow
def test_a_history_server_that_hangs_holds_up_no_other_process(home, child, tmp_path, monkeypatch):
    """While somebody waits for the answer of a stopped server, what ended is started again."""
    monkeypatch.setattr(history_server, "_PING_EVERY_S", 0.1)
    monkeypatch.setattr(history_server, "_PING_WITHIN_S", ASKED_S)
    stop = threading.Event()
    with watched_history(Home(home)) as history, ThreadPoolExecutor(1) as thread:
        server = history.pid
        os.kill(server, signal.SIGSTOP)
        try:
            keeping = thread.submit(keep, history, [child], stop)
            deadline = time.monotonic() + WITHIN_S
            while started(tmp_path) < 3:
                assert time.monotonic() < deadline
                assert not keeping.done()
                time.sleep(0.05)
        finally:
            stop.set()
            os.kill(server, signal.SIGCONT)
        keeping.result(WITHIN_S)
        assert server == history.pid


@pytest.mark.slow
def test_what_ends_the_watch_of_the_history_ends_the_supervision(home, child, monkeypatch):
    """A defect there is told, and no history is left without anybody who looks."""
    with watched_history(Home(home)) as history:
        monkeypatch.setattr(history, "look", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            keep(history, [child], threading.Event())
