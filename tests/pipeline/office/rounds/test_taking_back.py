"""Taking back what a frozen round knew: with a reason and a second person, and the revision that is due is named."""

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.inputs import sheet
from tests.pipeline.office.rounds.steps import FREEZE, NAME, SECOND
from tests.pipeline.office.rounds.test_freeze import finding_of
from tests.pipeline.office.rounds.test_kill import facts, killed_at
from tests.pipeline.program import asked, done, xuncha


def withdraw(home, *more):
    return ("findings", "withdraw", finding_of(home, c.SERVICE), "--reason", "误报", *more)


@pytest.mark.slow
def test_behind_the_freeze_a_second_person_agrees(frozen_city):
    """Without one nothing is taken back, and the round is named; the actor is no second person."""
    for more, says in (
        ((), NAME),
        (("--second", "office"), "the second person is another"),
    ):
        answer = xuncha(frozen_city, *withdraw(frozen_city, *more))
        assert (2, True) == (answer.status, says in answer.complaint)
    assert [] == facts(frozen_city, "finding.withdrawn")
    told = asked(frozen_city, *withdraw(frozen_city, *SECOND))
    assert [{"round": NAME, "closed": False}] == told["revisions_due"]
    (withdrawn,) = asked(frozen_city, "round", "show", NAME)["withdrawn"]
    assert (1, "误报", "分管主任") == tuple(withdrawn[k] for k in ("facts", "reason", "second"))
    assert "分管主任" in done(frozen_city, "round", "show", NAME).out


def test_of_a_closed_round_it_is_said_that_its_result_stays(frozen_city):
    """Nothing is revised there any more; who agreed is on record all the same."""
    done(frozen_city, "round", "close", NAME)
    assert "已办结，结果不变" in done(frozen_city, *withdraw(frozen_city, *SECOND)).out


@pytest.mark.slow
def test_before_the_freeze_nobody_is_asked(drawn_city):
    """No result rests on it yet."""
    assert [] == asked(drawn_city, *withdraw(drawn_city))["revisions_due"]
    assert [] == facts(drawn_city, "round.basis_withdrawn")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "due"),
    [
        (("posts", "withdraw", "--account", c.POSTING, "--at", "2021-06-16 08:30"), [NAME]),
        (("looks", "withdraw", "--account", c.POSTING, "--at", "2021-06-17 12:00"), []),
        (("accounts", "withdraw", c.UNSEEN), [NAME]),
    ],
)
def test_posts_looks_and_accounts_are_asked_about_alike(frozen_city, words, due):
    """Each is refused by itself and done with a second person; a revision is due where it would change something."""
    answer = xuncha(frozen_city, *words, "--reason", "看错")
    assert (2, True) == (answer.status, "a second person agrees" in answer.complaint)
    told = asked(frozen_city, *words, "--reason", "看错", *SECOND)
    assert due == [one["round"] for one in told["revisions_due"]]


@pytest.mark.slow
def test_a_withdrawal_that_is_killed_was_agreed_on(frozen_city):
    """Between the agreement and the withdrawal: nothing was taken back, and the same again does it once."""
    words = withdraw(frozen_city, *SECOND)
    killed_at(frozen_city, ("take_back.agreed",), *words)
    assert [] == facts(frozen_city, "finding.withdrawn")
    done(frozen_city, *words)
    assert 1 == len(facts(frozen_city, "finding.withdrawn"))
    assert 1 == len(facts(frozen_city, "round.basis_withdrawn"))


@pytest.mark.slow
def test_a_replaced_intake_asks_for_a_second_person_behind_the_freeze(drawn_city, tmp_path):
    """As its undo does: what the mended paper states no more was known to the frozen round."""
    headers = ("账号ID", "账号名称", "平台", "主办单位", "问题类别", "发现时间")
    row = (c.SERVICE, c.NAMES[c.SERVICE], "微信服务号", c.OFFICE, "发布商业广告")
    first = sheet(tmp_path / "问题清单.csv", headers, (*row, "2021-06-08 10:00"))
    mended = sheet(tmp_path / "问题清单（更正）.csv", headers, (*row, "2021-06-09 10:00"))
    plan = asked(drawn_city, "intake", first, "--received", "2021-06-10")
    number = asked(drawn_city, "intake", "confirm", plan["plan"])["intake"]
    done(drawn_city, *FREEZE)
    told = asked(
        drawn_city, "intake", "replace", number, mended, "--received", "2021-06-18", "--reason", "时间写错"
    )
    confirm = ("intake", "confirm", told["plan"])
    answer = xuncha(drawn_city, *confirm)
    assert (2, True) == (answer.status, "a second person agrees" in answer.complaint)
    assert [] == facts(drawn_city, "finding.withdrawn")
    assert [NAME] == [due["round"] for due in asked(drawn_city, *confirm, *SECOND)["revisions_due"]]
    assert 1 == len(facts(drawn_city, "finding.withdrawn"))


@pytest.mark.slow
def test_a_notice_is_taken_back_and_given_anew(drawn_city):
    """Before the freeze with a reason; of a round that knew it with a second person."""
    done(drawn_city, "round", "serve", NAME, "--account", c.SERVICE, "--at", "2021-06-18T09:00")
    back = ("round", "withdraw-notice", NAME, "--account", c.SERVICE, "--reason", "告知书未送达")
    assert 1 == len(asked(drawn_city, *back)["withdrawn"])
    assert "gave no notice" in xuncha(drawn_city, *back).complaint
    again = asked(drawn_city, "round", "serve", NAME, "--account", c.SERVICE)
    assert (1, 0) == (len(again["rows"]), again["told_before"])
    done(drawn_city, *FREEZE)
    assert "a second person agrees" in xuncha(drawn_city, *back).complaint
    assert [] == asked(drawn_city, *back, *SECOND)["revisions_due"]
