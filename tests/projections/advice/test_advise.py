"""The closing adviser: each reason at its edge, with the figures it rests on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from events.advice import AdviceDecided
from events.facts import Deduction, Freshness, Verdict, VerdictRow
from pipeline.office.advice.advising import thresholds
from projections.advice.advise import Advice, Check, Decision, Warned, advise, is_quiet
from projections.registry.cards import AccountCard

LIMITS = thresholds()
NOW = datetime(2023, 3, 1, tzinfo=UTC)


def card(account: str, *, name: str = "", platform="微信订阅号", owner="某局", closed=None) -> AccountCard:
    return AccountCard(
        account_id=account,
        name=name or account,
        platform=platform,
        owner=owner,
        opened_at=None,
        opened_id=UUID(int=1),
        closed_at=closed,
    )


def row(account: str, freshness=Freshness.FRESH, rules: tuple[str, ...] = ()) -> VerdictRow:
    return VerdictRow(
        account_id=account,
        given_id=account,
        name=account,
        verdict=Verdict.PASS,
        reason="",
        freshness=freshness,
        newest_post_at=None,
        whole_days_silent=20,
        points=None,
        deductions=tuple(Deduction(rule, "", 1, 0) for rule in rules),
        evidence=(),
    )


def advised(*cards: AccountCard, rows=(), warned=None) -> list[Advice]:
    """Return the advice over checks, each of one row of account `a`."""
    checks = [Check(f"r{n}", {one.account_id: one}) for n, one in enumerate(rows)]
    return advise({c.account_id: c for c in cards or (card("a"),)}, checks, warned or {}, LIMITS)


@pytest.mark.parametrize(("silences", "choice"), [(0, None), (1, "improve"), (2, "close")])
def test_a_second_silence_of_the_year_makes_it_a_closing(silences, choice):
    """国办发〔2018〕123号: what is not kept up is closed; how often is our assumption."""
    found = advised(rows=[row("a", Freshness.STALE)] * silences)
    assert [choice] * (silences > 0) == [one.choice for one in found]


def test_an_unknown_row_is_no_silence():
    """Promise 4: an account of which nothing is proven is not stale."""
    assert [] == advised(rows=[row("a", Freshness.UNKNOWN)] * 3)


@pytest.mark.parametrize(("soon", "reminders", "is_told"), [(5, 4, True), (4, 4, False), (5, 3, False)])
def test_who_posts_only_once_reminded_is_told_of_from_half_of_its_updates_on(soon, reminders, is_told):
    """Ten updates: five soon after four reminders or more are half; figures stand beside the reason."""
    found = advised(warned={"a": Warned(reminders, 10, soon)})
    assert is_told == bool(found)
    if is_told:
        (reason,) = found[0].reasons
        assert {"reminders": 4, "updates": 10, "soon_after": 5} == reason.figures


@pytest.mark.parametrize(("accounts", "told"), [(2, 0), (3, 3)])
def test_three_of_one_unit_on_a_platform_are_to_be_merged(accounts, told):
    """昆政办发〔2019〕162号 附件3 集约整合1: three; each of them names the others."""
    found = advised(*(card(f"a{n}") for n in range(accounts)))
    assert ["merge"] * told == [one.choice for one in found]
    assert all(2 == len(one.reasons[0].accounts) for one in found)


def test_closed_accounts_count_for_nothing():
    """One that is closed is neither advised about nor counted beside others."""
    found = advised(card("a"), card("b"), card("c", closed=NOW))
    assert [] == found


def test_two_of_one_name_on_a_platform_are_to_be_merged():
    """Names are compared folded: width and blanks make no other account."""
    found = advised(card("a", name="某区发布"), card("b", name="某区 发布"))
    assert [("same-name",), ("same-name",)] == [tuple(r.code for r in one.reasons) for one in found]


@pytest.mark.parametrize(("checks", "told"), [(1, False), (2, True)])
def test_functions_found_empty_in_two_checks_are_told_of(checks, told):
    """The rules that mean it stand in the data."""
    assert told == bool(advised(rows=[row("a", rules=(LIMITS.functions[0],))] * checks))


def test_the_gravest_reason_decides_and_all_are_told():
    """One account is advised about once."""
    rows = [row("a", Freshness.STALE, rules=LIMITS.functions)] * 2
    (one,) = advised(rows=rows)
    assert ("close", ["silent-often", "functions"]) == (one.choice, [r.code for r in one.reasons])


@pytest.mark.parametrize(
    ("since", "quiet"), [(timedelta(days=365), True), (timedelta(days=365, microseconds=1), False)]
)
def test_a_decision_keeps_it_quiet_for_a_year(since, quiet):
    """Its last moment counts."""
    assert quiet == is_quiet(Decision(NOW - since, AdviceDecided(choice="keep")), NOW, LIMITS)


def test_thresholds_refuse_a_misspelt_name():
    """The data is written by people."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**msgspec.to_builtins(LIMITS), "silences": 3}, type(LIMITS))
