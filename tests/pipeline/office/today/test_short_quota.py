"""What sources look at by plan people need not look at, unless a quota, a stall or failures stand against it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from openpyxl import load_workbook

from connectors.patrolstore.port import AccountNote, BackOff, Breaker
from events.instants import DAY_US
from pipeline.home.folder import Home
from pipeline.home.patrol_store import FILE_NAME, open_patrol_store
from pipeline.home.read_model import open_read_model
from pipeline.patrol.carrying import Rules
from projections.patrol.needs import Policy
from projections.patrol.quota import Limits
from tests.pipeline.office.today.office import DAY
from tests.pipeline.program import asked, done
from tests.projections.patrol.lines import at

ON_LIST = {"乙区民政", "乙区文旅", "甲区水务", "江城教育"}


def patrol(
    home: Path, limits: Limits, note: AccountNote | None = None, breaker: Breaker | None = None
) -> None:
    """Let a patrol look at every account of the home over one lane."""
    rules = msgspec.json.encode(Rules(limits, Policy(source="wechat")))
    with open_read_model(Home(home)) as model:
        accounts = {line.account_id: "log-in" for line in model.lines()}
    with closing(open_patrol_store(Home(home))) as store:
        lease = store.lease("wechat", "patrol", 600)
        assert lease is not None
        store.watch(lease, rules, accounts)
        notes = {} if note is None else dict.fromkeys(accounts, note)
        store.keep(lease, notes, {} if breaker is None else {"log-in": breaker})


def due(home: Path) -> set[str]:
    return {row["name"] for row in asked(home, "looks", "due", "--on", DAY)["rows"]}


def test_nobody_looks_by_hand_at_whom_a_source_looks_at(city):
    """While its quota suffices; today has nothing to say of it."""
    assert due(city) == ON_LIST
    patrol(city, Limits(quota=200))
    assert due(city) == set()
    assert asked(city, "today", "--on", DAY)["short_quotas"] == []


def test_a_quota_that_does_not_suffice_is_said_and_hands_accounts_to_people(city, tmp_path):
    """Of one look a day most come too late: they are named, and stand on the list of the day."""
    patrol(city, Limits(quota=1))
    (short,) = asked(city, "today", "--on", DAY)["short_quotas"]
    assert (short["source"], short["least"]) == ("wechat", len(short["accounts"]))
    assert 0 < short["least"] <= short["number"] <= short["most"] <= 6
    late = {late["name"] for late in short["accounts"]}
    assert due(city) <= late
    assert due(city)
    said = done(city, "today", "--on", DAY).out
    assert "来源 wechat 额度不足：至10月9日约" in said
    assert "额度不足，需人工检查或增加登录" in said
    done(city, "today", "--on", DAY, "--xlsx", tmp_path / "today.xlsx")
    page = load_workbook(tmp_path / "today.xlsx")["额度不足"]
    assert {row[1].value for row in page.iter_rows(min_row=3)} == late
    short_of_area = asked(city, "today", "--on", DAY, "--area", "乙区")["short_quotas"]
    assert {one["name"] for one in short_of_area[0]["accounts"]} <= {"乙区文旅", "乙区民政"}


@pytest.mark.parametrize(
    ("note", "breaker"),
    [
        (AccountNote("log-in", BackOff(9, at(f"{DAY} 09:00") + 30 * DAY_US)), None),
        (None, Breaker(9, 9, at(f"{DAY} 09:00") + 30 * DAY_US)),
    ],
)
def test_whose_looks_fail_is_looked_at_by_people(city, note, breaker):
    """An account that waits after failures, or whose log-in does not work, until behind the deadline of its look."""
    patrol(city, Limits(quota=200), note, breaker)
    assert due(city) == ON_LIST


def test_a_patrol_that_is_gone_looks_at_nobody(city):
    """What it once told does not keep anybody off the list."""
    patrol(city, Limits(quota=200))
    with closing(sqlite3.connect(city / FILE_NAME)) as db:
        db.execute("UPDATE patrol_leases SET alive_at = alive_at - ?", (2 * DAY_US,))
        db.commit()
    assert due(city) == ON_LIST


def test_rules_that_nobody_understands_carry_nobody(city):
    """They are those of another release."""
    patrol(city, Limits(quota=200))
    with closing(sqlite3.connect(city / FILE_NAME)) as db:
        db.execute("UPDATE patrol_leases SET rules = '{}'")
        db.commit()
    assert due(city) == ON_LIST
