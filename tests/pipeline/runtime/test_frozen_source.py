"""A source that freezes for two days: one message, no owner is alarmed, nobody is called stale for it."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.pipeline.inputs import at, daily, polls, sheet
from tests.pipeline.program import by_account, done, rows

FROZEN = at("2021-06-15 08:00")
"""The last poll that brought a new post."""

THAWED = FROZEN + timedelta(hours=48)
STALE, CROSSING, LIVELY = "STALE", "CROSSING", "P000"
BUSY = 120


class Town(NamedTuple):
    """A home, and where its polls stand."""

    home: Path
    folder: Path


def lively(number: int, until: datetime) -> list[datetime]:
    """Return the daily posts of an account, each account at its own minute of the day."""
    first = at("2021-05-15 07:00") + timedelta(minutes=7 * number)
    return [t for t in daily(first, 60) if t <= until]


def registry(folder: Path) -> Path:
    names = [f"P{n:03}" for n in range(BUSY)] + [STALE, CROSSING]
    return sheet(
        folder / "accounts.csv", ("账号ID", "账号名称", "平台"), *[(n, f"某市{n}", "抖音") for n in names]
    )


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Ten polls while all is well, then every two hours of the day for two days the same feeds as before."""
    folder = tmp_path_factory.mktemp("frozen")
    quiet = {
        STALE: daily(FROZEN - timedelta(days=40), 21),
        # crosses half an hour after the last good look; the steps before the limit were due before it
        CROSSING: daily(FROZEN - timedelta(days=30) + timedelta(minutes=30), 17),
    }
    earlier = [FROZEN - timedelta(days=d) for d in (2, 1, 0)]
    looks = [(t, {f"P{n:03}": lively(n, t) for n in range(BUSY)} | quiet) for t in earlier]
    silent = [FROZEN + timedelta(hours=h) for h in range(2, 49, 2)]
    daytime = [t for t in silent if 8 <= t.hour <= 22]
    looks += [(t, {}) for t in daytime]
    done(folder / "home", "init", "--partitions", 4)
    done(folder / "home", "accounts", "import", registry(folder))
    done(folder / "home", "polls", "replay", polls(folder / "polls", looks))
    done(folder / "home", "run", "--until-idle")
    return Town(folder / "home", folder)


def alerts(home: Path) -> list[dict[str, object]]:
    """Return what was raised after the source froze."""
    return [row for row in rows(home, "alerts") if datetime.fromisoformat(row["at"]) > FROZEN]


@pytest.mark.slow
def test_one_message_and_no_owner_alert(frozen):
    """Exactly one source.stalled; no account is warned, raised or cleared in that time."""
    assert ["source.stalled"] == [row["type"] for row in alerts(frozen.home)]
    lines = [json.loads(line) for line in (frozen.home / "alerts.jsonl").read_text("utf-8").splitlines()]
    assert 1 == [line["kind"] for line in lines].count("stalled")


@pytest.mark.slow
def test_the_source_is_listed_as_stalled_since_its_last_new_post(frozen):
    """`sources` says since when."""
    (row,) = rows(frozen.home, "sources")
    assert (True, FROZEN.isoformat(), BUSY + 2) == (row["stalled"], row["stalled_since"], row["accounts"])


def test_an_account_that_crosses_the_limit_in_that_time_is_unknown(frozen):
    """Reason source_stalled; the busy accounts stay fresh, for their posts are young enough."""
    found = by_account(rows(frozen.home, "status", "--check-point", THAWED.isoformat()))
    assert ("unknown", "source_stalled") == (found[CROSSING]["verdict"], found[CROSSING]["reason"])
    assert "fresh" == found[LIVELY]["verdict"]


@pytest.mark.slow
def test_an_account_that_was_stale_stays_stale_as_long_as_its_proof_holds(frozen):
    """Proven by the last look before the stall, for look_max_age (72 h), then unknown."""
    held = FROZEN + timedelta(hours=72)
    for check_point, verdict in (
        (THAWED, "stale"),
        (held, "stale"),
        (held + timedelta(seconds=1), "unknown"),
    ):
        row = by_account(rows(frozen.home, "status", "--check-point", check_point.isoformat()))[STALE]
        assert verdict == row["verdict"]
    assert "source_stalled" == row["reason"]


@pytest.mark.slow
def test_the_first_new_post_lifts_the_stall(frozen):
    """source.recovered; the crossed limit is raised by the new look, which settles the time of the stall as well."""
    home, lifted = frozen.home, THAWED + timedelta(hours=2)
    done(home, "polls", "replay", polls(frozen.folder / "thaw", [(lifted, {LIVELY: lively(0, lifted)})]))
    done(home, "run", "--until-idle")
    raised = alerts(home)
    assert 1 == [row["type"] for row in raised].count("source.recovered")
    assert 1 == [row["type"] for row in raised].count("source.stalled")
    assert [False] == [row["stalled"] for row in rows(home, "sources")]
    found = by_account(rows(home, "status", "--check-point", lifted.isoformat()))
    assert ("stale", "stale") == (found[CROSSING]["verdict"], found[STALE]["verdict"])
    limits = [row["at"] for row in raised if row["account_id"] == CROSSING and row["level"] == "limit"]
    assert [lifted.isoformat()] == limits
    back = by_account(rows(home, "status", "--check-point", THAWED.isoformat()))
    assert ("stale", lifted.isoformat()) == (
        back[CROSSING]["verdict"],
        back[CROSSING]["last_trusted_look_at"],
    )
