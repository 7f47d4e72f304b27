"""A source that freezes under the planner, on a real server and with a clock that the test moves."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from events.instants import from_micros
from pipeline.home.folder import Home
from pipeline.home.ticks import tick
from pipeline.patrol.process import AskPatrol, patrol
from pipeline.patrol.surroundings import Surroundings
from tests.pipeline.inputs import feed, sheet
from tests.pipeline.patrol.site import look_at, site
from tests.pipeline.program import by_account, done, rows

HOUR = timedelta(hours=1)
FROZEN_AT = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=3)
CANARIES = [f"c{i}" for i in range(14)]
SILENT, OTHER = "q", "r"
SHOWN = 60


def posts_of(account, until):
    """Return what a living source shows of an account at a moment: canaries post twice a day."""
    if account == OTHER:
        return [FROZEN_AT - timedelta(days=2)]
    if account == SILENT:  # it posts while the source is frozen, before its limit passes
        posts = [FROZEN_AT - timedelta(days=13, hours=12), FROZEN_AT + timedelta(hours=3)]
        return [at for at in posts if at <= until]
    number = CANARIES.index(account)
    first = FROZEN_AT - timedelta(days=32) + number * timedelta(minutes=17)
    times = (first + i * 11 * HOUR for i in range(100))
    return sorted(at for at in times if at <= until)[-SHOWN:]


def registered(home, tmp_path):
    accounts = [*CANARIES, SILENT, OTHER]
    lines = [(account, account, "抖音", "某局", "2020-01-01") for account in accounts]
    headers = ("账号ID", "账号名称", "平台", "主办单位", "开设日期")
    done(home, "accounts", "import", sheet(tmp_path / "accounts.csv", headers, *lines))
    return accounts


def pass_at(home, now):
    """Tick up to a moment and make one pass then."""
    with closing(Home(home).open_embedded_log()) as log:
        tick(log, HOUR, now)
    patrol(Home(home), AskPatrol(once=True), surroundings=Surroundings(clock=lambda: now))


@pytest.mark.slow
def test_a_source_frozen_for_two_days_blames_nobody_and_is_told_once(new_home, tmp_path):
    """No stale verdict, no limit alert, one message within a day; what thaws is told once, too."""
    accounts = registered(new_home, tmp_path)
    with site() as served:

        def show(until):
            served.feeds = {f"/{a}.xml": feed(posts_of(a, until), prefix=a) for a in accounts}

        urls = {f"douyin:{account}": served.url(f"/{account}.xml") for account in accounts}
        look_at(new_home, urls, canaries=[f"douyin:{account}" for account in CANARIES])
        begins, ends = FROZEN_AT - timedelta(days=1), FROZEN_AT + timedelta(hours=48)
        now = begins
        while now <= ends:
            show(min(now, FROZEN_AT))
            pass_at(new_home, now)
            now += 3 * HOUR
        done(new_home, "run", "--until-idle")
        alerts = rows(new_home, "alerts")
        assert not [row for row in alerts if row["level"] == "limit"]
        (stalled,) = [row for row in alerts if row["type"] == "source.stalled"]
        told_after = datetime.fromisoformat(stalled["at"]) - FROZEN_AT
        assert timedelta(0) < told_after <= timedelta(hours=24)
        verdicts = by_account(rows(new_home, "status", "--check-point", ends.isoformat()))
        assert "unknown" == verdicts[SILENT]["verdict"]
        assert not [row for row in verdicts.values() if row["verdict"] == "stale"]
        thawed = ends + 12 * HOUR  # its canaries are looked at twice a day
        show(thawed)
        pass_at(new_home, thawed)
        done(new_home, "run", "--until-idle")
        alerts = rows(new_home, "alerts")
        assert 1 == sum(row["type"] == "source.recovered" for row in alerts)
        assert not [row for row in alerts if row["level"] == "limit"]
        assert from_micros(0) < datetime.fromisoformat(alerts[-1]["at"])
