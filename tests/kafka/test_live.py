"""`xuncha live` on a real broker: a Faust agent that keeps a view of what happens."""

import json
import signal

import pytest

from connectors.log.port import DERIVED
from events.codec import encode_event
from pipeline.runtime.kafka.exits import STOPPED
from tests.kafka.contents import until
from tests.pipeline.derived import raised


@pytest.mark.slow
def test_what_people_are_told_and_what_waits_shows_in_a_file(contents, start_worker, tmp_path):
    """The view begins with what comes next; it may miss some, so alerts are raised until it shows one."""
    live = start_worker(contents.cluster, "live")
    path = tmp_path / "home-0" / "run" / "live.json"
    contents.append_raw(1, [(b"k", b"not folded")])
    written = 0

    def shows_an_alert() -> bool:
        nonlocal written
        assert live.is_running()
        written += 1
        event = raised(f"A{written}")
        contents.append_raw(0, [(event.subject.encode(), encode_event(event))], DERIVED)
        return path.exists() and bool(json.loads(path.read_text("utf-8"))["newest"])

    until(shows_an_alert)
    view = json.loads(path.read_text("utf-8"))
    assert {"alert.raised"} == set(view["counts"])
    assert view["counts"]["alert.raised"] == len({alert["id"] for alert in view["newest"]})
    assert [1] == [of["records"] for of in view["lag"] if of["group"] == "worker"]
    live.send(signal.SIGTERM)
    assert STOPPED == live.code()
