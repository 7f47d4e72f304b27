"""Messages of services as pages show them."""

import fcntl
from datetime import UTC, datetime

from events.fields import field
from events.instants import local_iso
from events.messages import message
from pipeline.access.users import Role
from pipeline.console.problems import said_by
from pipeline.home import folder
from pipeline.home.errors import UsageError
from tests.pipeline.console.browsing import NOW, console_of, text_of
from tests.pipeline.console.city import ROUND, copy_of
from tests.pipeline.console.signed_in import user_of


def test_a_message_tells_beijing_time_to_the_minute():
    """No clerk reads an instant of a program; the page says it as people write it."""
    at = local_iso(datetime(2026, 9, 18, 1, 12, 30, 5, tzinfo=UTC))
    told = message("{found_at} {time} is still to come", found_at=field("found_at"), time=at)
    assert said_by(UsageError(told)) == "“发现时间”2026-09-18 09:12尚未到来"


def test_a_home_that_somebody_holds_is_told_without_its_folder(city, tmp_path, monkeypatch):
    """Nothing that was asked is wrong: 503, and what to do, in words of people."""
    monkeypatch.setattr(folder, "_WAIT_S", 0.1)
    home, clerk = copy_of(city, tmp_path), user_of(Role.CLERK)
    with (home / "owner.lock").open("a") as held, console_of(home, clerk, now=NOW) as browser:
        fcntl.flock(held, fcntl.LOCK_EX)
        answer = browser.sign_in(clerk).get(f"/rounds/{ROUND}")
    assert answer.status_code == 503
    assert "请过几分钟再试" in text_of(answer.text)
    assert str(home) not in answer.text
