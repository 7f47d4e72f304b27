"""What a running home does each hour beside its loop."""

import threading

from pipeline.runtime.hourly import Hourly


def test_it_is_done_once_an_hour_and_a_failure_holds_up_nothing():
    """The first time a while after the start; what fails is tried at the next hour."""
    done = threading.Event()

    def fail():
        done.set()
        raise OSError("away")

    hourly = Hourly(fail, name="x", first_after_s=0.0)
    assert hourly.look()
    assert done.wait(10)
    hourly.wait(10)
    assert not hourly.look()
    assert not Hourly(fail, name="x").look()
    assert not Hourly(None, name="x", first_after_s=0.0).look()
