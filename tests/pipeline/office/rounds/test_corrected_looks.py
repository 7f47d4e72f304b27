"""Looks that were wrong: refused until the post that they named is withdrawn, then taken as corrected."""

import pytest

from tests.pipeline import small_city as c
from tests.pipeline.office.rounds.steps import FREEZE, NAME, fill, put, row_of
from tests.pipeline.program import asked, by_account, rows, xuncha

UNSEEN = "weibo:A3"
NEWEST = "2021-06-16 09:00"
LOOK = "2021-06-17 10:00"


def handed_in(home, path, newest):
    """Hand in the sheet with a look at one account that saw this post."""
    fill(path, lambda page: put(page, row_of(page, UNSEEN), looked_at=LOOK, newest_post_at=newest))
    return xuncha(home, "round", "read", NAME, path, "--checker", "C1", "--json")


def withdrawn(home, *words):
    return xuncha(home, "posts", "withdraw", *words, "--reason", "时间看错", "--json")


@pytest.mark.slow
def test_a_corrected_look_is_refused_until_its_post_is_withdrawn(drawn_city, checked):
    """The later of two newest posts would count in silence; the withdrawn one counts for nobody who knows it."""
    assert 0 == handed_in(drawn_city, checked, "2021-06-16 09:00").status
    answer = handed_in(drawn_city, checked, "2021-05-16 09:00")
    assert 2 == answer.status
    assert (
        "column 最新发布时间: “2021-05-16T09:00:00+08:00” was 2021-06-16T09:00:00+08:00" in answer.complaint
    )
    command = f"xuncha posts withdraw --account {UNSEEN} --at 2021-06-16T09:00:00+08:00 --reason"
    assert command in answer.complaint
    assert 0 == withdrawn(drawn_city, *command.split()[3:-1]).status
    assert 0 == handed_in(drawn_city, checked, "2021-05-16 09:00").status
    run = by_account(asked(drawn_city, *FREEZE)["rows"])
    assert ("fail", "2021-05-16T09:00:00+08:00") == tuple(
        run[c.UNSEEN][key] for key in ("verdict", "newest_post_at")
    )


def test_a_look_can_be_corrected_more_than_once(drawn_city, checked):
    """Each corrected look is a fact of its own: the next correction is refused until its post is withdrawn too."""
    handed_in(drawn_city, checked, None)
    assert 0 == handed_in(drawn_city, checked, "2021-05-15 09:00").status
    assert 2 == handed_in(drawn_city, checked, "2021-05-16 09:00").status
    assert 0 == withdrawn(drawn_city, "--account", UNSEEN, "--at", "2021-05-15 09:00").status
    assert 0 == handed_in(drawn_city, checked, "2021-05-16 09:00").status
    assert 2 == handed_in(drawn_city, checked, "2021-05-17 09:00").status
    again = handed_in(drawn_city, checked, "2021-05-16 09:00")
    assert again.json["again"]


def test_a_post_that_was_withdrawn_cannot_be_seen_again(drawn_city, checked):
    """It is void for good: a look that names it would be proof of a post that does not count."""
    handed_in(drawn_city, checked, "2021-06-16 09:00")
    withdrawn(drawn_city, "--account", UNSEEN, "--at", "2021-06-16")
    fill(checked, lambda page: put(page, row_of(page, f"wechat:{c.SILENT}"), looked_at=LOOK))
    answer = handed_in(drawn_city, checked, "2021-06-16 09:00")
    assert 2 == answer.status
    assert "is the time of a post that was withdrawn" in answer.complaint


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"newest_post_at": "2021-06-15 09:00"}, "is not the newest post of row"),
        ({"newest_post_at": "无"}, "is not the newest post of row"),
        ({"newest_post_at": None}, "is empty, which says nothing"),
    ],
)
def test_two_rows_of_one_look_say_one_thing(drawn_city, checked, other, said):
    """Two times in one sheet are refused, and so is a time beside 无; nothing is taken."""

    def change(page):
        row = row_of(page, UNSEEN)
        put(page, row, looked_at=LOOK, newest_post_at=NEWEST)
        put(page, row + 10, account_id=UNSEEN, looked_at=LOOK, **other)

    answer = xuncha(drawn_city, "round", "read", NAME, fill(checked, change), "--checker", "C1")
    assert (2, True) == (answer.status, said in answer.complaint)
    assert [] == looks_at_unseen(drawn_city)


def test_rows_of_one_look_that_agree_are_one_look(drawn_city, checked):
    """A checker with two findings has two rows."""

    def change(page):
        row = row_of(page, UNSEEN)
        put(page, row, looked_at=LOOK, newest_post_at=NEWEST)
        put(page, row + 10, account_id=UNSEEN, looked_at=LOOK, newest_post_at=NEWEST)

    answer = asked(drawn_city, "round", "read", NAME, fill(checked, change), "--checker", "C1")
    assert 2 == answer["looks"]
    (look,) = looks_at_unseen(drawn_city)
    assert '"newest_post_at":"2021-06-16T01:00:00Z"' in look["data"]


def looks_at_unseen(home):
    query = f"SELECT data FROM records WHERE type = 'account.patrolled' AND subject = '{UNSEEN}'"
    return rows(home, "sql", query)
