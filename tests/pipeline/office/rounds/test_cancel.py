"""Cancelling a round before its freeze: its name is free, its sheets are refused, it counts for no quarter."""

import pytest

from tests.copied import copied
from tests.pipeline import small_city as c
from tests.pipeline.office.rounds.steps import FREEZE, NAME, announced, fill, put, row_of, sheet_of
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, rows, xuncha

CANCEL = ("round", "cancel", NAME, "--reason", "监测时间点写错")
LATER = "2021-06-21T00:00:00+08:00"


def stages(home):
    return [(row["check_point"][:10], row["stage_zh"]) for row in rows(home, "round", "list")]


@pytest.mark.slow
def test_a_cancelled_round_frees_its_name_for_another_plan(drawn_city):
    """The wrong check point is cancelled and the right one announced under its name; both are listed, one goes on."""
    done(drawn_city, *CANCEL)
    assert "cancelled" == asked(drawn_city, *CANCEL)["stage"]
    assert "监测时间点写错" in done(drawn_city, "round", "show", NAME).out
    announced(drawn_city, "--check-point", LATER)
    assert "announced" == asked(drawn_city, "round", "show", NAME)["stage"]
    assert [("2021-06-17", "已取消"), ("2021-06-21", "已通知")] == stages(drawn_city)
    asked(drawn_city, "round", "draw", NAME)
    run = asked(drawn_city, *FREEZE)
    assert asked(drawn_city, "verify", run["run_id"])["holds"]
    assert 1 == len(rows(drawn_city, "rounds"))


@pytest.mark.slow
def test_a_cancelled_round_goes_no_further(drawn_city, tmp_path):
    """Draw, sheets and freeze are refused with what to do; so is the cancellation of a frozen round."""
    done(drawn_city, *CANCEL)
    for words in (("draw", NAME), ("sheets", NAME, "--folder", tmp_path / "s"), ("freeze", NAME)):
        answer = xuncha(drawn_city, "round", *words)
        assert (2, True) == (answer.status, "announce it again under its name" in answer.complaint)


def test_a_frozen_round_is_not_cancelled(frozen_city):
    """What is frozen stays; what is learnt later makes a revision."""
    answer = xuncha(frozen_city, *CANCEL)
    assert 2 == answer.status
    assert "is frozen and cannot be cancelled" in answer.complaint
    assert 2 == xuncha(frozen_city, "round", "cancel", NAME, "--reason", " ").status


def test_a_sheet_of_a_cancelled_round_is_refused(drawn_city, checked, tmp_path):
    """Also once the name is taken again with the same sample and checkers: the new sheets bear another mark."""
    fill(checked, lambda page: put(page, row_of(page, f"wechat:{c.POSTING}"), looked_at="2021-06-17 10:00"))
    read = ("round", "read", NAME, checked, "--checker", "C1")
    done(drawn_city, *CANCEL)
    answer = xuncha(drawn_city, *read)
    assert (2, True) == (answer.status, "is cancelled and cannot be checked" in answer.complaint)
    announced(drawn_city)
    asked(drawn_city, "round", "draw", NAME)
    new = sheet_of(drawn_city, tmp_path / "new")
    answer = xuncha(drawn_city, *read)
    assert (2, True) == (answer.status, "was not handed out for round" in answer.complaint)
    done(drawn_city, "round", "read", NAME, new, "--checker", "C1")


@pytest.mark.slow
def test_a_cancellation_that_is_killed_goes_on_and_keeps_the_freeze_out(drawn_city, tmp_path):
    """Between claim and act nobody freezes; done again it is one cancellation. The other way round it is the same."""
    copied(drawn_city, tmp_path / "other")
    killed_at(drawn_city, ("claim.after_claim", "cancel.before_fact"), *CANCEL)
    rival = xuncha(drawn_city, *FREEZE)
    assert (1, True) == (rival.status, f"a cancellation of {NAME}" in rival.complaint)
    killed_at(drawn_city, ("cancel.after_fact",), *CANCEL)
    assert "cancelled" == asked(drawn_city, *CANCEL)["stage"]
    assert 1 == len(facts(drawn_city, "round.cancelled"))
    other = tmp_path / "other"
    killed_at(other, ("freeze.before_fact",), *FREEZE)
    rival = xuncha(other, *CANCEL)
    assert (1, True) == (rival.status, f"a freeze of {NAME}" in rival.complaint)
    asked(other, *FREEZE)
    assert [] == asked(other, "claims", "list", "--waiting")["rows"]


@pytest.mark.slow
def test_a_cancellation_before_the_draw_keeps_the_draw_out(city):
    """Draw and cancellation exclude each other, too."""
    announced(city)
    killed_at(city, ("cancel.before_fact",), *CANCEL)
    rival = xuncha(city, "round", "draw", NAME)
    assert (1, True) == (rival.status, f"a cancellation of {NAME}" in rival.complaint)
    done(city, *CANCEL)
    assert [] == facts(city, "sample.drawn")
