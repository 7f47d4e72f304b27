"""Taking back what a frozen round knew: with a reason and a second person, and the revision that is due is named."""

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.program import asked, done, xuncha
from tests.pipeline.rounds.steps import NAME, SECOND
from tests.pipeline.rounds.test_freeze import finding_of
from tests.pipeline.rounds.test_kill import facts, killed_at


def withdraw(home, *more):
    return ("findings", "withdraw", finding_of(home, c.SERVICE), "--reason", "误报", *more)


def test_behind_the_freeze_a_second_person_agrees(frozen_city):
    """Without one nothing is taken back, and the round is named; the actor is no second person."""
    for more, says in (
        ((), f"xuncha round revise {NAME}"),
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


def test_before_the_freeze_nobody_is_asked(drawn_city):
    """No result rests on it yet."""
    assert [] == asked(drawn_city, *withdraw(drawn_city))["revisions_due"]
    assert [] == facts(drawn_city, "round.basis_withdrawn")


@pytest.mark.parametrize(
    "words",
    [
        ("posts", "withdraw", "--account", c.POSTING, "--at", "2021-06-16 08:30"),
        ("looks", "withdraw", "--account", c.POSTING, "--at", "2021-06-17 12:00"),
        ("accounts", "withdraw", c.UNSEEN),
    ],
)
def test_posts_looks_and_accounts_are_asked_about_alike(frozen_city, words):
    """Each is refused by itself and done with a second person."""
    answer = xuncha(frozen_city, *words, "--reason", "看错")
    assert (2, True) == (answer.status, "须第二人同意" in answer.complaint)
    told = asked(frozen_city, *words, "--reason", "看错", *SECOND)
    assert [NAME] == [one["round"] for one in told["revisions_due"]]


def test_a_withdrawal_that_is_killed_was_agreed_on(frozen_city):
    """Between the agreement and the withdrawal: nothing was taken back, and the same again does it once."""
    words = withdraw(frozen_city, *SECOND)
    killed_at(frozen_city, ("take_back.agreed",), *words)
    assert [] == facts(frozen_city, "finding.withdrawn")
    done(frozen_city, *words)
    assert 1 == len(facts(frozen_city, "finding.withdrawn"))
    assert 1 == len(facts(frozen_city, "round.basis_withdrawn"))
