"""A revision that makes a published result worse: the unit is told first and may answer, or it counts next quarter."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.made_homes import MadeHomes
from tests.pipeline.office.bulletin.conftest import ROUND
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, by_account, done, rows, xuncha

SERVE = ("round", "serve", ROUND, "--at", "2021-06-18T09:00:00+08:00")
REVISE = ("round", "revise", ROUND)


@pytest.fixture(scope="session")
def published_model(gone_out_model: Path, made_homes: MadeHomes) -> Path:
    """An issued bulletin, and a finding of grave wording that became known after it."""
    late = (
        ("账号ID", "问题", "发现时间", "发现单位"),
        (c.POSTING, "严重表述错误", "2021-06-10 10:00", "某监测公司"),
    )
    return made_homes.model(
        "published-bulletin",
        gone_out_model,
        lambda home, folder: done(home, "findings", "import", sheet(folder / "late.csv", *late)),
    )


@pytest.fixture
def published(published_model: Path, tmp_path: Path) -> Path:
    """A copy of that home, to change."""
    copied(published_model, tmp_path / "published")
    return tmp_path / "published"


def late_finding(home: Path) -> str:
    found = [r for r in rows(home, "findings", "list") if r["severity"] == "red" and not r["withdrawn"]]
    return str(found[0]["finding_id"])


@pytest.mark.slow
def test_a_published_result_does_not_get_worse_unheard(published):
    """Refused with the account's name, and again while the unit may still answer."""
    answer = xuncha(published, *REVISE)
    assert (2, True) == (
        answer.status,
        re.search(
            f"{c.NAMES[c.POSTING]}（[^）]*{c.OFFICE}）: its unit was not told",
            answer.complaint,
        )
        is not None,
    )
    now = datetime.now(UTC).isoformat()
    done(published, "round", "serve", ROUND, "--account", c.POSTING, "--at", now, "--days", 1)
    assert "its unit may answer until" in xuncha(published, *REVISE).complaint
    assert [] == facts(published, "round.revised")


@pytest.mark.slow
def test_a_result_that_was_told_in_time_gets_worse(published):
    """Behind the freeze `serve` tells of the rows that would get worse, and of no other."""
    assert [c.NAMES[c.POSTING]] == [row["name"] for row in asked(published, *SERVE)["rows"]]
    revision = asked(published, *REVISE)
    assert [("pass 98", "fail (red-1-wording)")] == [(r["before"], r["after"]) for r in revision["rows"]]
    assert asked(published, "verify", revision["run"]["run_id"])["holds"]


def test_what_was_not_published_may_get_worse(frozen, tmp_path):
    """Before a bulletin is issued a revision needs no notice: nobody was called anything yet."""
    late = ("账号ID", "问题", "发现时间"), (c.POSTING, "严重表述错误", "2021-06-10 10:00")
    done(frozen, "findings", "import", sheet(tmp_path / "late.csv", *late))
    assert 1 == len(asked(frozen, *REVISE)["rows"])


@pytest.mark.slow
def test_a_carried_finding_counts_in_the_next_quarter(published):
    """It leaves the round, whose result stays, and fails the account in the quarter after; killed anywhere, once."""
    words = ("round", "carry", ROUND, "--finding", late_finding(published), "--reason", "通报后发现")
    killed_at(published, ("carry.after_finding", "carry.before_fact"), *words)
    told = asked(published, *words)
    assert told == asked(published, *words)
    assert "2021Q3" == told["quarter"]
    assert 1 == len(facts(published, "round.carried"))
    assert 1 == len(facts(published, "finding.withdrawn"))
    assert None is asked(published, *REVISE)["run"]
    judged = by_account(asked(published, "score", "--check-point", "2021-07-20T00:00:00+08:00")["rows"])
    assert ("fail", [told["counts_as"]]) == (
        judged[c.POSTING]["verdict"],
        judged[c.POSTING]["deductions"][0]["evidence"],
    )
    (carried,) = asked(published, "round", "show", ROUND)["carried"]
    assert ("2021Q3", "通报后发现") == (carried["quarter"], carried["reason"])


@pytest.mark.slow
def test_a_carried_row_stays_unless_it_gets_better(published):
    """Whatever made it worse; the run says which rows are as known before, and verifies."""
    words = ("round", "carry", ROUND, "--reason", "通报后发现", "--account", c.POSTING)
    done(published, *words)
    done(published, *words)
    assert 1 == len(facts(published, "round.carried"))
    service = next(r for r in rows(published, "findings", "list") if r["account_id"] == c.SERVICE)
    done(published, "findings", "withdraw", service["finding_id"], "--reason", "误报", "--second", "分管主任")
    revision = asked(published, *REVISE)
    assert [c.SERVICE] == [row["account_id"] for row in revision["rows"]]
    assert asked(published, "verify", revision["run"]["run_id"])["holds"]
    done(
        published, "findings", "withdraw", late_finding(published), "--reason", "误报", "--second", "分管主任"
    )
    improper = next(r for r in rows(published, "findings", "list") if r["account_id"] == c.POSTING)
    done(
        published, "findings", "withdraw", improper["finding_id"], "--reason", "误报", "--second", "分管主任"
    )
    assert [("pass 98", "pass 100")] == [(r["before"], r["after"]) for r in asked(published, *REVISE)["rows"]]


def test_only_what_counts_in_the_round_is_carried(published):
    """A withdrawn finding, both names at once, none, and an empty reason are refused."""
    finding = late_finding(published)
    done(published, "findings", "withdraw", finding, "--reason", "误报")
    for words, status in (
        (("--finding", finding, "--reason", "晚"), 1),
        (("--finding", finding, "--account", c.POSTING, "--reason", "晚"), 2),
        (("--reason", "晚"), 2),
        (("--account", c.POSTING), 2),
    ):
        assert status == xuncha(published, "round", "carry", ROUND, *words).status
