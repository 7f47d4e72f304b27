"""Edges of the verdict through the whole pipeline (design section 3), and what late knowledge does to a quarter."""

from datetime import timedelta
from pathlib import Path

import pytest

from events.instants import SHANGHAI
from tests.pipeline import small_city as c
from tests.pipeline.inputs import at, daily, feed_file, polls, sheet
from tests.pipeline.made_homes import MadeHomes
from tests.pipeline.program import asked, by_account, done, rows

LAST = at("2021-06-03 12:00")
LIMIT = LAST + timedelta(days=14)


def status(home: Path, check_point: object, *words: object) -> dict[str, tuple[str, str]]:
    """Return verdict and reason of each account."""
    when = check_point if isinstance(check_point, str) else check_point.isoformat()
    return {
        i: (row["verdict"], row["reason"])
        for i, row in by_account(rows(home, "status", "--check-point", when, *words)).items()
    }


@pytest.fixture
def town(home_model: Path, made_homes: MadeHomes, tmp_path: Path) -> Path:
    """A home with accounts A, B and C; C was opened long ago and never posted."""

    def build(home: Path, folder: Path) -> None:
        path = sheet(
            folder / "accounts.csv",
            ("账号ID", "账号名称", "平台", "开设时间"),
            ("A", "甲", "抖音", ""),
            ("B", "乙", "抖音", ""),
            ("C", "丙", "抖音", "2021-01-01"),
        )
        done(home, "accounts", "import", path)

    return made_homes.copy("scenarios", home_model, build, tmp_path / "town")


def look(home: Path, folder: Path, looked_at, shown, **words: str) -> None:
    """Replay one poll."""
    place = folder / f"poll-{looked_at:%d%H%M%S}"
    given = [part for name, value in words.items() for part in (f"--{name}", value)]
    done(home, "polls", "replay", polls(place, [(looked_at, shown)]), *given)


@pytest.mark.slow
def test_fourteen_days_exactly_are_fresh_and_a_look_one_second_later_proves_stale(town, tmp_path):
    """国办秘函〔2019〕19号, red line 5: only more than 14 days pass the limit, and only a later look proves it."""
    look(town, tmp_path, LIMIT, {"A": [LAST]})
    assert ("fresh", "") == status(town, LIMIT)["A"]
    assert ("unknown", "not_looked_since") == status(town, LIMIT + timedelta(microseconds=1))["A"]
    look(town, tmp_path, LIMIT + timedelta(seconds=1), {})
    assert ("fresh", "") == status(town, LIMIT)["A"]
    assert ("stale", "") == status(town, LIMIT + timedelta(seconds=1))["A"]


def test_an_account_nobody_looked_at_is_unknown(town, tmp_path):
    """Never seen is not stale, however long ago it was opened."""
    look(town, tmp_path, LIMIT, {"A": [LAST]})
    assert ("unknown", "never_looked") == status(town, LIMIT)["C"]


def test_an_account_that_never_posted_is_stale_from_its_opening(town, tmp_path):
    """Without a post the opening is the anchor; without a date of opening nobody can tell."""
    look(town, tmp_path, LIMIT, {"B": [], "C": []})
    found = status(town, LIMIT)
    assert ("stale", "") == found["C"]
    assert ("unknown", "no_post_no_opening_date") == found["B"]


@pytest.mark.slow
def test_a_source_with_lag_proves_a_day_later(town, tmp_path):
    """A third-party feed shows posts up to a day late: not proven yet, then stale by a later look."""
    check_point = LIMIT + timedelta(hours=2)
    look(town, tmp_path, check_point, {"A": [LAST]}, lag="24h")
    before = asked(town, "status", "--check-point", check_point.isoformat())
    assert ("unknown", "not_proven_yet") == status(town, check_point)["A"]
    look(town, tmp_path, check_point + timedelta(hours=24), {}, lag="24h")
    assert ("stale", "") == status(town, check_point)["A"]
    assert ("unknown", "not_proven_yet") == status(town, check_point, "--known-at", before["known_at"])["A"]


def test_a_proof_older_than_three_days_proves_no_more(town, tmp_path):
    """T − proven_until at look_max_age exactly is stale, later it is unknown: not looked since."""
    looked_at = LIMIT + timedelta(hours=1)
    look(town, tmp_path, looked_at, {"A": [LAST]})
    assert ("stale", "") == status(town, looked_at + timedelta(hours=72))["A"]
    assert ("unknown", "not_looked_since") == status(town, looked_at + timedelta(hours=72, seconds=1))["A"]


def test_a_damaged_feed_proves_nothing(town, tmp_path):
    """A page instead of a feed, or an item without a date, leaves the account unknown for that reason."""
    looked_at = LIMIT + timedelta(hours=1)
    cut = '<?xml version="1.0"?><rss><channel><item><guid>1</guid></item></channel></rss>'
    look(town, tmp_path, LIMIT - timedelta(days=4), {"A": [LAST]})
    look(town, tmp_path, looked_at, {"A": cut})
    assert ("unknown", "damaged_feed") == status(town, looked_at)["A"]
    assert 1 == len(rows(town, "dead-letters"))


@pytest.mark.slow
def test_posts_handed_in_prove_silence_over_the_span_they_declare(town, tmp_path):
    """Rows alone prove no silence; with a span they do, for an account with nothing in it too."""
    until = LIMIT + timedelta(hours=1)
    path = sheet(tmp_path / "posts.csv", ("账号ID", "发布时间"), ("A", LAST.isoformat()), ("C", ""))
    done(town, "posts", "import", path)
    assert {"A": "unknown", "C": "unknown"} == {i: status(town, until)[i][0] for i in "AC"}
    span = ("--complete-from", "2021-06-01T00:00:00+08:00", "--complete-until", until.isoformat())
    done(town, "posts", "import", path, *span)
    assert {"A": ("stale", ""), "C": ("stale", "")} == {i: status(town, until)[i] for i in "AC"}
    later = status(town, until + timedelta(hours=73))
    assert ("unknown", "not_looked_since") == later["A"]


def test_a_look_by_hand_proves_silence_and_a_seen_post_makes_fresh(town, tmp_path):
    """`looks import` takes the newest post that was there, and the look."""
    looked_at = LIMIT + timedelta(hours=1)
    path = sheet(
        tmp_path / "looks.csv",
        ("账号ID", "检查时间", "最新发布时间"),
        ("A", looked_at.isoformat(), LAST.isoformat()),
        ("B", looked_at.isoformat(), (LAST + timedelta(days=9)).isoformat()),
    )
    done(town, "looks", "import", path)
    found = status(town, looked_at)
    assert (("stale", ""), ("fresh", "")) == (found["A"], found["B"])


@pytest.mark.slow
def test_a_closed_account_leaves_the_population_from_its_closing_on(town, tmp_path):
    """Population at T: not closed at T; a reopened account is back."""
    closed = ("账号名称", "平台", "备案类别", "生效时间")
    done(
        town,
        "filings",
        "import",
        sheet(tmp_path / "f.csv", closed, ("甲", "抖音", "注销", "2021-06-10 12:00")),
    )
    assert "A" in status(town, "2021-06-10T11:59:59+08:00")
    assert "A" not in status(town, "2021-06-10T12:00:00+08:00")
    again = sheet(tmp_path / "g.csv", ("账号ID", "备案类别", "生效时间"), ("A", "开设", "2021-06-20 12:00"))
    done(town, "filings", "import", again)
    assert "A" in status(town, "2021-06-20T12:00:00+08:00")
    assert "A" not in status(town, "2021-06-20T11:59:59+08:00")


@pytest.mark.slow
def test_late_knowledge_changes_a_new_run_and_diff_names_it(city, tmp_path):
    """A backdated closing and a withdrawn finding: the old run verifies unchanged, the two events are named."""
    old = asked(city, "score", "--check-point", c.CHECK_POINT)
    filing = sheet(
        tmp_path / "late.csv",
        ("账号ID", "备案类别", "生效时间", "备案时间"),
        (c.SILENT, "注销", "2021-06-01", "2021-06-20"),
    )
    done(city, "filings", "import", filing)
    finding = by_account(rows(city, "findings", "list"))[c.SERVICE]["finding_id"]
    withdrawn = asked(city, "findings", "withdraw", finding, "--reason", "误报")["event_id"]
    new = asked(city, "score", "--check-point", c.CHECK_POINT)
    assert (5, 4) == (old["checked"], new["checked"])
    assert old["digest"] != new["digest"]
    proof = asked(city, "verify", old["run_id"])
    assert (True, old["digest"]) == (proof["holds"], proof["recomputed_digest"])
    told = asked(city, "diff", old["run_id"], new["run_id"])
    changed = by_account(told["rows"])
    assert {c.SILENT, c.SERVICE} == changed.keys()
    events = {i: [(e["type"], e["event_id"]) for e in row["events"]] for i, row in changed.items()}
    assert [("finding.withdrawn", withdrawn)] == events[c.SERVICE]
    ((kind, _),) = events[c.SILENT]
    assert "account.closed" == kind
    assert ("pass 90", "pass 100") == (changed[c.SERVICE]["before"], changed[c.SERVICE]["after"])
    again = asked(city, "score", "--check-point", c.CHECK_POINT, "--known-at", old["known_at"])
    assert old["run_id"] == again["run_id"]


@pytest.mark.parametrize(
    ("column", "key", "values"),
    [
        ("账号名称", "name", ("甲", "甲甲")),
        ("主办单位", "owner", ("某市甲局", "某市乙局")),
        ("层级", "tier", ("市级", "县级")),
        ("地区", "area", ("某市", "某县")),
        ("开设时间", "opened_at", ("2020-01-01T08:00:00+08:00", "2020-02-01T08:00:00+08:00")),
    ],
)
def test_a_changed_registry_row_changes_the_registry_and_back_again(home, tmp_path, column, key, values):
    """A, then B, then A: the last sheet counts, whatever stood there before."""
    for value in (*values, *values):
        cells = {"账号ID": "A", "账号名称": "甲", "平台": "抖音", column: value}
        done(home, "accounts", "import", sheet(tmp_path / "a.csv", list(cells), list(cells.values())))
        (row,) = rows(home, "accounts", "list")
        assert value == row[key]


def test_a_single_feed_may_come_late(town, tmp_path):
    """A feed that was fetched before, read after a later look, takes nothing back."""
    look(town, tmp_path, LIMIT + timedelta(hours=1), {"A": [LAST]})
    path = feed_file(tmp_path / "a.xml", *daily(LAST - timedelta(days=5), 5))
    looked_at = (LIMIT - timedelta(days=10)).astimezone(SHANGHAI).isoformat()
    done(town, "feed", "read", path, "--account", "A", "--looked-at", looked_at)
    assert ("stale", "") == status(town, LIMIT + timedelta(hours=1))["A"]
