"""Messages of services as pages show them."""

from datetime import UTC, datetime

from events.fields import field
from events.instants import local_iso
from events.messages import message
from pipeline.console.problems import said_by
from pipeline.home.errors import UsageError


def test_a_message_tells_beijing_time_to_the_minute():
    """No clerk reads an instant of a program; the page says it as people write it."""
    at = local_iso(datetime(2026, 9, 18, 1, 12, 30, 5, tzinfo=UTC))
    told = message("{found_at} {time} is still to come", found_at=field("found_at"), time=at)
    assert said_by(UsageError(told)) == "“发现时间”2026-09-18 09:12尚未到来"
