"""Counterfeits by command: suspected, verified, reported to both authorities, closed, with evidence."""

import hashlib

import pytest

from tests.pipeline.program import done, rows, xuncha

SUSPECT = ("counterfeits", "suspect", "--name", "某市发布厅", "--platform", "抖音", "--imitates", "某市发布")


@pytest.fixture
def suspected(home):
    done(home, *SUSPECT, "--at", "2022-11-01 09:00")
    return home


@pytest.fixture(scope="module")
def stays_suspected(shared_home):
    done(shared_home, *SUSPECT, "--at", "2022-11-01 09:00")
    return shared_home


def case(home):
    (found,) = rows(home, "counterfeits", "list")
    return found


@pytest.mark.slow
def test_a_case_goes_from_suspicion_to_its_end(suspected, tmp_path):
    """发现→核实→通报网信、公安→关闭; files are kept by their hash, what may not be copied by reference."""
    shot = tmp_path / "shot.png"
    shot.write_bytes(b"a picture")
    step = ("counterfeits", "{}", "某市发布厅")
    done(
        suspected,
        "counterfeits",
        "verify",
        step[2],
        "--counterfeit",
        "--evidence",
        shot,
        "--at",
        "2022-11-02",
    )
    done(suspected, "counterfeits", "report", step[2], "--to", "网信", "--at", "2022-11-03")
    done(
        suspected,
        "counterfeits",
        "report",
        step[2],
        "--to",
        "公安",
        "--reference",
        "公安收文 7",
        "--at",
        "2022-11-04",
    )
    assert "reported" == case(suspected)["state"]
    done(suspected, "counterfeits", "close", step[2], "--outcome", "账号已被平台封禁", "--at", "2022-11-20")
    found = case(suspected)
    sha256 = hashlib.sha256(b"a picture").hexdigest()
    assert ("closed", "账号已被平台封禁") == (found["state"], found["outcome"])
    assert [sha256, "公安收文 7"] == found["evidence"]
    assert b"a picture" == (suspected / "evidence" / sha256).read_bytes()
    assert [(sha256, "whole")] == [(r["sha256"], r["state"]) for r in rows(suspected, "evidence", "verify")]
    assert "已关闭" in done(suspected, "counterfeits", "list").out
    (before,) = rows(suspected, "counterfeits", "list", "--on", "2022-11-03")
    assert ("verified", ["cyberspace"]) == (before["state"], list(before["reported"]))


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("report", "某市发布厅", "--to", "网信"), "verify it before reporting"),
        (("close", "某市发布厅", "--outcome", "x"), "verify it before closing"),
        (("verify", "某市发布厅", "--counterfeit", "--at", "2022-10-31"), "before the last step"),
        (("verify", "别的账号", "--counterfeit"), "nobody has suspected"),
        (("report", "某市发布厅", "--to", "税务"), "neither 网信 nor 公安"),
        (("verify", "某市发布厅", "--counterfeit", "--evidence", "/nonexistent.png"), "does not exist"),
    ],
)
def test_a_step_in_the_wrong_order_is_refused(stays_suspected, words, part):
    """Exit 2 with what to do first; the case stays as it was."""
    before = case(stays_suspected)
    answer = xuncha(stays_suspected, "counterfeits", *words)
    assert 2 == answer.status
    assert part in answer.complaint
    assert before == case(stays_suspected)


def test_an_account_is_suspected_once(suspected):
    """A second suspicion is a new case only after the first is closed."""
    answer = xuncha(suspected, *SUSPECT)
    assert (2, True) == (answer.status, "a case is open" in answer.complaint)
    done(suspected, "counterfeits", "verify", "某市发布厅", "--genuine", "--at", "2022-11-02")
    done(
        suspected, "counterfeits", "close", "某市发布厅", "--outcome", "系下属单位账号", "--at", "2022-11-03"
    )
    done(suspected, *SUSPECT, "--at", "2022-12-01")
    assert "suspected" == case(suspected)["state"]


def test_both_authorities_are_told_on_one_day(suspected):
    """无锡市 2022 年第四季度通报 三(二): neither report is taken for the other, and the case can be closed."""
    which = "某市发布厅"
    done(suspected, "counterfeits", "verify", which, "--counterfeit", "--at", "2022-11-02")
    for authority in ("网信", "公安"):
        done(suspected, "counterfeits", "report", which, "--to", authority, "--at", "2022-11-03")
    assert ["cyberspace", "police"] == list(case(suspected)["reported"])
    done(suspected, "counterfeits", "close", which, "--outcome", "已封禁", "--at", "2022-11-03")
    assert "closed" == case(suspected)["state"]


def test_cases_that_begin_and_end_on_one_day_are_kept_apart(suspected):
    """Closed, suspected and closed again on one date, in the same words: each step counts."""
    day = ("--at", "2022-11-01")
    which = "某市发布厅"
    states = []
    for step in (
        ("verify", which, "--genuine"),
        ("close", which, "--outcome", "系下属单位账号"),
        SUSPECT[1:],
        ("verify", which, "--genuine"),
        ("close", which, "--outcome", "系下属单位账号"),
        SUSPECT[1:],
    ):
        done(suspected, "counterfeits", *step, *day)
        states.append(case(suspected)["state"])
    assert ["cleared", "closed", "suspected", "cleared", "closed", "suspected"] == states
