"""Accounts on their way out: 杨凌示范区 2025-04-11 (拟关停), 昆政办发〔2019〕162号 二(二) (closings are filed)."""

from uuid import UUID

import pytest

from events.account import AccountClosed
from projections.registry.checks.view import PostFigures
from projections.registry.filing_case import CaseState, FilingCase
from tests.projections.facts import known
from tests.projections.registry.checks.views import AT, DAY, US, accounts, card, fact, hits


def case(number, **fields):
    """Return an application to cancel an account."""
    defaults = {"kind": "cancelled", "state": CaseState.APPLIED, "filing_id": None, "effective_at": None}
    told = {"name": "", "platform": "", "owner": "", "reason": "", **defaults, **fields}
    return FilingCase(id=UUID(int=9), account_id=f"wechat:{number}", **told)


@pytest.mark.parametrize(("silent", "found"), [(14 * DAY, 0), (14 * DAY + US, 1)])
def test_an_account_that_awaits_its_cancellation_still_updates_within_two_weeks(silent, found):
    """杨凌示范区 2025-04-11: at exactly fourteen days it is in time, and only a look beyond proves more."""
    figures = {"wechat:1": PostFigures(AT - silent, proven_until=AT)}
    assert found == len(hits("awaiting_and_silent", card("1"), cases=(case("1"),), figures=figures))


def test_who_awaits_nothing_or_was_not_looked_at_is_no_hit():
    """A refused application, an end that took effect, no case, and silence that nobody proves."""
    old, unproven = PostFigures(AT - 40 * DAY, proven_until=AT), PostFigures(AT - 40 * DAY)
    for cases, figures in (
        ((), old),
        ((case("1", state=CaseState.REFUSED),), old),
        ((case("1", effective_at=AT),), old),
        ((case("1", kind="changed"),), old),
        ((case("1"),), unproven),
    ):
        assert [] == hits("awaiting_and_silent", card("1"), cases=cases, figures={"wechat:1": figures})
    later = case("1", effective_at=AT + DAY)
    assert 1 == len(hits("awaiting_and_silent", card("1"), cases=(later,), figures={"wechat:1": old}))


def test_a_closing_is_filed():
    """162号 二(二): by a case of its own, or by a list that says when it was filed."""
    closed = [card(n, closed_at=AT - DAY) for n in ("1", "2", "3")]
    facts = known(fact(AccountClosed(filed_at=AT - DAY), AT - DAY, "wechat:2"))
    filed = case("1", state=CaseState.FILED, filing_id=UUID(int=8))
    found = hits("closed_without_filing", *closed, card("4"), cases=(filed,), account_facts=tuple(facts))
    assert [("wechat:3",)] == accounts(found)
