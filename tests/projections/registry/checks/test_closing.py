"""昆政办发〔2019〕162号 annex 3, 集约整合 2: closed accounts say so, and stay closed."""

from datetime import timedelta

from events.account import AccountStopNoticed
from projections.registry.checks.view import PostFigures
from tests.projections.facts import known
from tests.projections.registry.checks.views import AT, DAY, US, accounts, card, fact, hits

CLOSED = AT - 10 * DAY


def test_a_closed_account_needs_a_stop_notice():
    """An open one needs none; a notice after the moment that is asked for is not there yet."""
    closed = [card(n, closed_at=CLOSED) for n in ("1", "2", "3")]
    facts = known(
        fact(AccountStopNoticed(), CLOSED - DAY, "wechat:1"), fact(AccountStopNoticed(), AT + US, "wechat:2")
    )
    found = hits("closed_without_notice", *closed, card("4"), account_facts=tuple(facts))
    assert [("wechat:2",), ("wechat:3",)] == accounts(found)


def test_a_closed_account_that_posts_is_a_hit_after_a_day():
    """The stop notice itself may come on the day of the closing or within a day; our assumption."""
    closed = card("1", closed_at=CLOSED)
    for newest, expected in (
        (CLOSED, 0),
        (CLOSED + DAY, 0),
        (CLOSED + DAY + US, 1),
        (CLOSED + timedelta(days=5), 1),
    ):
        figures = {"wechat:1": PostFigures(newest)}
        assert expected == len(hits("closed_but_posting", closed, figures=figures)), newest
    assert [] == hits("closed_but_posting", closed)


def test_an_open_account_may_post():
    """The check looks at closed accounts alone."""
    assert [] == hits("closed_but_posting", card("1"), figures={"wechat:1": PostFigures(AT)})


def test_an_account_that_was_opened_again_is_a_hit():
    """二(三): it was closed to be merged; the reason gives the day."""
    found = hits("reopened", card("1", reopened_at=AT - DAY), card("2"))
    assert [("wechat:1",)] == accounts(found)
    assert "2023-03-31" in found[0].reason
