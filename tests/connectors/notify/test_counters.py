import sqlite3

import pytest

from connectors.notify.channel import DeliveryError
from connectors.notify.counters import Counters, Rate
from connectors.notify.outcome import AttemptError
from tests.connectors.notify.conftest import a_message
from tests.connectors.notify.senders import sender
from tests.connectors.notify.vendors import Vendors

TWO_A_MINUTE = (Rate(2, 60.0),)


def counted(counters, key, times=1):
    for _ in range(times):
        counters.take(key, TWO_A_MINUTE, alone=True)


def test_what_the_vendor_would_drop_is_not_sent(tmp_path):
    """The third in a minute waits for the first to be a minute old; another person has a count of their own."""
    counters = Counters(tmp_path / "channels.sqlite", "wecom")
    counted(counters, "p1", 2)
    with pytest.raises(AttemptError) as caught:
        counted(counters, "p1")
    assert 50 < (caught.value.wait_s or 0) <= 60
    assert ("again", True) == (caught.value.outcome, caught.value.alone)
    counted(counters, "p2")


def test_the_count_outlives_the_process_and_names_nobody(tmp_path):
    """A notifier that was killed does not begin anew; the file holds no id of a person."""
    path = tmp_path / "channels.sqlite"
    counted(Counters(path, "wecom"), "zhangwei", 2)
    with pytest.raises(AttemptError):
        counted(Counters(path, "wecom"), "zhangwei")
    counted(Counters(path, "another"), "zhangwei")
    assert b"zhangwei" not in path.read_bytes()


def test_a_clock_that_went_back_stops_nothing(tmp_path):
    """What was counted in the future of now is not counted."""
    path = tmp_path / "channels.sqlite"
    counters = Counters(path, "wecom")
    counted(counters, "p1", 2)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE sent SET at = at + 3600000000")
    counted(counters, "p1", 2)


@pytest.mark.parametrize("what", ["rubbish", "folder"])
def test_a_file_that_cannot_be_used_holds_up_no_message(tmp_path, what):
    """The count goes on in memory."""
    path = tmp_path / "channels.sqlite"
    if what == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"no database at all" * 99)
    counters = Counters(path, "wecom")
    counted(counters, "p1", 2)
    with pytest.raises(AttemptError):
        counted(counters, "p1")


def test_a_group_is_counted_with_all_its_parts(tmp_path):
    """A text in three parts is three messages to the robot; the last waits, and goes alone when it is sent again."""
    server = Vendors()
    counters = Counters(tmp_path / "channels.sqlite", "x")
    channel = sender("wecom-robot", server.url, counters=counters, rates=TWO_A_MINUTE)
    long = a_message(text="发" * 1500)
    with pytest.raises(DeliveryError, match="our own count"):
        channel.send(long, "x")
    counters._path = tmp_path / "later.sqlite"
    channel.send(long, "x")
    server.stop()
    assert ["（1/3）", "（2/3）", "（3/3）"] == [t["text"]["content"][:5] for t in server.taken]
