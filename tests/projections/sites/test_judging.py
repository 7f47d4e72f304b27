"""国办秘函〔2019〕19号, websites: availability, messages, findings, deductions, and what becomes of them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.instants import MICROSECOND
from events.site import (
    SITE_SECRETS,
    SiteChanged,
    SiteEnded,
    SiteFindingRecorded,
    SiteMessageSampled,
    as_recorded,
)
from events.withdrawal import FactWithdrawn
from projections.sites.facts import site_facts
from projections.sites.judging import judge_sites, rows_digest
from projections.sites.limits import months_before
from tests.projections.sites.facts import (
    RULES,
    SITE,
    T,
    a_week,
    column,
    fact,
    judged,
    known,
    look,
    registered,
    shown,
    visits,
)

FRESH = [registered(), column("c"), look(T, shown("c", T - timedelta(days=1)))]
GOOD = [*FRESH, *a_week()]


def verdict(*events, t=T):
    return judged(*events, t=t).row.verdict


def rules_of(judgement):
    return [charge.rule for charge in judgement.row.charges]


def test_a_site_of_which_all_is_proven_passes():
    """Fresh pages and a week of visits: no veto, no points off."""
    judgement = judged(*GOOD)
    assert judgement.row.verdict == "passed"
    assert not judgement.row.charges
    assert not judgement.missing


@pytest.mark.parametrize(
    ("failures", "expected"),
    [((1,) * 6 + (0,), "passed"), ((1,) * 7, "failed"), ((7, 0, 0, 0, 0, 0, 0), "failed")],
)
def test_a_site_fails_at_five_percent_of_the_visits_of_a_week(failures, expected):
    """站点无法访问: 7 of 140 visits are exactly 5 %, which is reached; 6 are not."""
    assert verdict(*FRESH, *a_week(failures)) == expected


def test_a_week_needs_twenty_visits_on_each_of_seven_days():
    """站点无法访问: with 19 on one day, or a day without any, the week proves nothing, however many failed."""
    short = [*a_week((20,) * 6), visits(date(2022, 9, 30), 19, 19)]
    judgement = judged(*FRESH, *short)
    assert judgement.row.verdict == "unknown"
    assert judgement.missing == {"site-veto-unreachable": ("availability:6_of_7_days",)}
    assert verdict(*FRESH, *a_week((20,) * 7)[1:]) == "unknown"
    assert verdict(*FRESH, *a_week((20,) * 7)) == "failed"


def test_visits_that_waited_for_longer_do_not_count():
    """站点无法访问: fifteen seconds, and no other wait."""
    other = [*a_week()[:6], visits(date(2022, 9, 30), limit_s=30)]
    assert verdict(*FRESH, *other) == "unknown"


def test_the_week_ends_with_the_last_whole_day_before_the_check_point():
    """站点无法访问, our reading: at noon of 1 October the week is that up to 30 September."""
    later = T + timedelta(hours=12)
    news = look(later, shown("c", T))
    assert verdict(*GOOD, news, t=later) == "passed"
    earlier = T - timedelta(hours=12)
    assert verdict(*GOOD, t=earlier) == "unknown"


def message(asked_at, looked_at, answered_at=None, *, valid=True):
    data = SiteMessageSampled(reference="m1", asked_at=asked_at, answered_at=answered_at, valid=valid)
    return fact(data, looked_at)


QUARTER_AGO = months_before(T, 3)


@pytest.mark.parametrize(
    ("asked_at", "expected"), [(QUARTER_AGO, "passed"), (QUARTER_AGO - MICROSECOND, "failed")]
)
def test_a_message_may_wait_for_three_months(asked_at, expected):
    """互动回应差: only a message without an answer for more than three months fails a site."""
    judgement = judged(*GOOD, message(asked_at, T))
    assert judgement.row.verdict == expected
    assert rules_of(judgement) == (["site-veto-unanswered"] if expected == "failed" else [])


def test_messages_that_were_answered_or_need_no_answer_fail_nobody():
    """互动回应差: a valid message is one that the site has to answer; a late answer is one."""
    asked = QUARTER_AGO - timedelta(days=9)
    assert verdict(*GOOD, message(asked, T, T - timedelta(days=1))) == "passed"
    assert verdict(*GOOD, message(asked, T, valid=False)) == "passed"


def test_a_message_nobody_looked_at_again_is_unknown():
    """互动回应差: it was open before the three months were over, and may have been answered since."""
    asked = QUARTER_AGO - timedelta(days=9)
    judgement = judged(*GOOD, message(asked, asked + timedelta(days=30)))
    assert judgement.row.verdict == "unknown"
    assert judgement.missing == {"site-veto-unanswered": ("message:m1",)}


def test_an_answer_after_the_check_point_was_none_at_it():
    """互动回应差: a look after the check point that knows when the answer came proves both."""
    asked = QUARTER_AGO - timedelta(days=9)
    assert verdict(*GOOD, message(asked, T + timedelta(days=5), T + timedelta(days=2))) == "failed"


def test_a_finding_counts_in_its_quarter_and_until_it_is_taken_back():
    """互动回应差, no working channel: found by a person from the beginning of the quarter to the check point."""
    found = fact(SiteFindingRecorded(rule="site-veto-no-channel"), T - timedelta(days=3))
    assert verdict(*GOOD, found) == "failed"
    before = fact(SiteFindingRecorded(rule="site-veto-no-channel"), T - timedelta(days=93))
    assert verdict(*GOOD, before) == "passed"
    gone = FactWithdrawn(corrects=found.id, of_type=found.type, its_time=found.time, reason="误报")
    assert verdict(*GOOD, found, fact(gone, T, source="sheets")) == "passed"


def test_a_leak_of_secrets_leaves_no_text_behind():
    """安全泄密: the log has the rule and nothing of what was found."""
    told = SiteFindingRecorded(
        rule=SITE_SECRETS, note="某页", page="https://www.example.gov.cn/x", finder="某人"
    )
    assert as_recorded(told) == SiteFindingRecorded(rule=SITE_SECRETS)
    assert verdict(*GOOD, fact(as_recorded(told), T - timedelta(days=1))) == "failed"


def test_only_the_three_known_deductions_take_points():
    """扣分指标: policy 5, statistics 2, replies 3, each once; what is not known takes nothing."""
    points = {rule.code: rule.points for rule in RULES.rules if rule.effect == "deduct"}
    assert points == {"site-deduct-policy": 5, "site-deduct-statistics": 2, "site-deduct-replies": 3}
    old = T - timedelta(days=300)
    slow = ["policy", "policy", "service_statistics", "message_replies"]
    declared = [column(f"s{n}", one) for n, one in enumerate(slow)]
    seen = look(T, *(shown(f"s{n}", old) for n in range(len(slow))))
    row = judged(*GOOD, *declared, seen).row
    assert row.verdict == "passed"
    assert sum(charge.points for charge in row.charges) == 10
    assert next(c.columns for c in row.charges if c.rule == "site-deduct-policy") == ("栏目s0", "栏目s1")


@pytest.mark.parametrize(("mark", "expected"), [(95, "passed"), (96, "failed")])
def test_a_site_below_the_mark_fails(mark, expected):
    """Below the mark, at it not; the released mark is 60."""
    from msgspec.structs import replace

    from projections.sites.judging import judge_site
    from tests.projections.sites.facts import facts_of

    assert RULES.pass_mark == 60
    seen = look(T, shown("p", T - timedelta(days=300)))
    facts = facts_of(*GOOD, column("p", "policy"), seen)
    assert judge_site(facts, replace(RULES, pass_mark=mark), T).row.verdict == expected


def test_a_veto_fails_whatever_else_is_open():
    """A site that is down for a week fails, though nobody ever saw its columns."""
    assert verdict(registered(), column("c"), *a_week((20,) * 7)) == "failed"


def test_only_sites_of_the_registry_at_the_check_point_are_judged():
    """A site that ended is gone, one that comes later is not there yet, a change counts from its own time."""
    ended = fact(SiteEnded(), T)
    assert not site_facts(known(*GOOD, ended), T)
    later = registered(subject="site:new.example.gov.cn", at=T + MICROSECOND)
    renamed = fact(SiteChanged(name="新名"), T + MICROSECOND)
    (row,) = judge_sites(site_facts(known(*GOOD, later, renamed), T), RULES, T)
    assert (row.site, row.name) == (SITE, "某局网站")


@given(st.permutations(GOOD[1:]), st.randoms())
def test_neither_order_nor_repeats_of_records_change_a_row(events, random):
    """Design promise 2: looks of several sources come in any order, and may come twice."""
    again = [*GOOD[:1], *events, *random.sample(events, 3)]
    rows = judge_sites(site_facts(known(*again), T), RULES, T)
    assert rows == judge_sites(site_facts(known(*GOOD), T), RULES, T)


@given(st.integers(0, 40), st.integers(0, 40))
def test_looking_more_never_turns_a_proven_verdict_into_unknown(first, second):
    """Law: a further look that shows the same as before leaves what was proven."""
    newest = T - timedelta(days=20)
    events = [registered(), *a_week(), column("c"), look(T - timedelta(days=first), shown("c", newest))]
    more = look(T - timedelta(days=second), shown("c", newest), home=T - timedelta(days=60))
    before, after = judged(*events).row, judged(*events, more).row
    assert set(before.overdue) <= set(after.overdue)


def test_a_digest_names_the_rows_and_not_their_order():
    """Rows are digested in the order of sites."""
    other = [registered(subject=f"site:{uuid4()}.example.gov.cn") for _ in range(3)]
    rows = judge_sites(site_facts(known(*GOOD, *other), T), RULES, T)
    assert rows_digest(rows) == rows_digest(rows[::-1])
    assert rows_digest(rows) != rows_digest(rows[1:])
