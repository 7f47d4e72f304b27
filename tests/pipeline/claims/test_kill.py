"""kill -9 between attempt, claim and act: the same command goes on under its own claim, and no other does."""

import pytest

from tests.pipeline.filing_desk import APPLY
from tests.pipeline.office.rounds.test_kill import killed_at
from tests.pipeline.program import asked, rows, xuncha

ANNOUNCE = ("round", "announce", "r", "--check-point", "2023-02-13T00:00:00+08:00", "--title")
OPINION = ("filings", "opinion", "{case}", "--by", "office")
FILE = ("filings", "file", "{case}", "--effective")


def facts(home, type_):
    return rows(home, "sql", f"SELECT toString(id) AS id FROM records WHERE type = '{type_}'")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("type_", "points", "words", "rival"),
    [
        (
            "round.announced",
            ("claim.before_claim", "claim.after_claim", "claim.before_act"),
            (*ANNOUNCE, "甲"),
            (*ANNOUNCE, "乙"),
        ),
        ("filing.opinion_given", ("claim.before_act",), (*OPINION, "--approve"), (*OPINION, "--refuse")),
        ("filing.filed", ("claim.before_act",), (*FILE, "2023-01-20"), (*FILE, "2023-01-21")),
    ],
)
def test_a_winner_that_is_killed_goes_on_under_its_own_claim(home, type_, points, words, rival):
    """One claim, one act, whatever moment the second try begins at; somebody who means another act is told who won."""
    case = ""
    if "{case}" in words:
        (case,) = asked(home, *APPLY, "--at", "2023-01-10")["cases"]
    words, rival = (tuple(word.format(case=case) for word in w) for w in (words, rival))
    killed_at(home, points, *words)
    assert [] == facts(home, type_)
    told = xuncha(home, *rival)
    assert (1, True) == (told.status, "the same command goes on where it began" in told.complaint)
    (claim,) = asked(home, "claims", "list", "--waiting")["rows"]
    asked(home, *words)
    assert 1 == len(facts(home, type_))
    assert [claim["claim_id"]] == [fact["id"] for fact in facts(home, "claim.made")]
    (claim,) = asked(home, "claims", "list")["rows"]
    assert ("used", facts(home, type_)[0]["id"]) == (claim["state"], claim["act"])
    assert 1 == xuncha(home, *rival).status


@pytest.mark.slow
def test_an_act_that_stood_before_the_kill_is_done_once(home):
    """Killed right behind its act: the same command finds it done, adds nothing, and the claim is used."""
    words = (*ANNOUNCE, "甲")
    killed_at(home, ("claim.after_act",), *words)
    (act,) = facts(home, "round.announced")
    asked(home, *words)
    assert [act] == facts(home, "round.announced")
    assert 1 == len(facts(home, "claim.made"))
    (claim,) = asked(home, "claims", "list")["rows"]
    assert ("used", act["id"]) == (claim["state"], claim["act"])
    assert 1 == xuncha(home, *ANNOUNCE, "乙").status
