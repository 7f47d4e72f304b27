"""The next look: why it is made and when, and the laws that plans keep whatever an account does."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events.instants import DAY_US, HOUR_US, SECOND_US
from projections.patrol.account_line import Seen
from projections.patrol.needs import GRACE_US, Attention, Klass, Policy, Reason
from projections.patrol.plan import Plan, plan_of, share_of
from projections.rules.ladder import Ladder
from projections.rules.ladder_steps import NamedLadder, Step
from projections.sources.health import SourceHealth, Stall
from tests.projections.patrol.lines import LADDER, WORKDAYS, at, line
from tests.projections.patrol.patrol_year import BEGIN, LIMIT_US, WatchedAccount
from tests.projections.rulebooks import KUNSHAN

FEED = Policy(source="feed")
BARE = Policy(source="feed", keeps="nothing", max_gap_us=0)
MINUTE_US = 60 * SECOND_US


def look(moment: str, span_days: float | None = None, *, source: str = "feed", lag_us: int = 0) -> Seen:
    """Return a look of a feed; with a span its list was full."""
    looked_at = at(moment)
    span_us = None if span_days is None else int(span_days * DAY_US)
    return Seen(source, looked_at, looked_at - lag_us, source == "sheets", span_us)


def planned(anchor: str | None, seen: Seen | None, policy: Policy = BARE, **options) -> Plan:
    """Return the plan of an account that posted last at its anchor."""
    fields = {name: options.pop(name) for name in ("claimed_at", "looked", "looks") if name in options}
    account = line(anchor=None if anchor is None else at(anchor), look=seen, **fields)
    return plan_of(account, policy, LADDER, WORKDAYS, since=at("2025-06-01 08:00"), **options)


def window(plan: Plan) -> tuple[int, int, Reason, Klass]:
    return plan.early, plan.deadline, plan.reason, plan.klass


def test_who_was_never_looked_at_is_looked_at_now():
    """Six hours are the latest; nobody waits for his share of them, but whoever was looked at in vain does."""
    since = at("2025-06-01 08:00")
    plan = planned(None, None)
    assert window(plan) == (since, since + 6 * HOUR_US, Reason.NEVER_LOOKED, Klass.RED)
    assert plan.eligible == plan.start == since
    assert since < planned(None, None, looked=True).eligible < since + 6 * HOUR_US


def test_a_source_looks_once_at_whom_only_people_looked_at():
    """Its list is not known yet; that is no red line, so it waits behind them where the quota is tight."""
    plan = planned("2025-05-31 10:00", look("2025-06-01 07:00", source="sheets"))
    since = at("2025-06-01 08:00")
    assert window(plan) == (since, since + 6 * HOUR_US, Reason.NEVER_LOOKED, Klass.GAP)
    assert plan.order == plan.deadline + GRACE_US[Klass.GAP]


def test_a_step_has_a_look_on_the_day_before_it():
    """Day 10 of who posted on 2 June is 12 June at nine: a look from nine on the day before carries the warning."""
    plan = planned("2025-06-02 18:00", look("2025-06-05 10:00"))
    assert window(plan) == (at("2025-06-11 09:00"), at("2025-06-12 08:00"), Reason.STEP, Klass.LADDER)
    assert plan.start == at("2025-06-12 02:00")


def test_the_last_step_is_a_red_lines():
    """Whoever was looked at for day 12 has the look of day 14 next, and behind the limit the one that proves it."""
    plan = planned("2025-06-02 18:00", look("2025-06-14 08:00"))
    assert window(plan) == (at("2025-06-15 09:00"), at("2025-06-16 08:00"), Reason.LAST_STEP, Klass.RED)
    plan = planned("2025-06-02 18:00", look("2025-06-16 08:00"))
    limit_at = at("2025-06-16 18:00")
    assert window(plan) == (limit_at + SECOND_US, limit_at + 6 * HOUR_US, Reason.LIMIT_PASSED, Klass.RED)


def test_a_look_that_proves_nothing_is_made_again_more_and_more_seldom():
    """The source has shown nothing newer than the limit: an hour later, then after half of the time, once a day."""
    limit_at, posted = at("2025-06-16 18:00"), at("2025-06-02 18:00")
    for hours, gap in ((1, 1), (10, 5), (100, 24)):
        seen = Seen("feed", limit_at + hours * HOUR_US, posted, False)
        plan = plan_of(line(anchor=posted, look=seen), BARE, LADDER, WORKDAYS, since=0)
        assert (plan.reason, plan.early) == (Reason.LIMIT_PASSED, seen.at + gap * HOUR_US)


def test_the_limit_waits_for_the_lag_of_the_source():
    """What a source shows 24 hours late proves the limit 24 hours late."""
    slow = replace(BARE, lag_us=DAY_US)
    plan = planned("2025-06-02 18:00", look("2025-06-16 08:00", lag_us=DAY_US), slow)
    limit_at = at("2025-06-17 18:00")
    assert window(plan) == (limit_at + SECOND_US, limit_at + 6 * HOUR_US, Reason.LIMIT_PASSED, Klass.RED)


def test_a_look_by_hand_carries_a_step_to_the_end_of_the_next_working_day():
    """A person looked on Friday 13 June: the step of Sunday needs no look, nor that of Monday."""
    plan = planned("2025-06-05 18:00", look("2025-06-13 10:00", source="sheets"), attention=Attention())
    assert plan.reason is Reason.NEVER_LOOKED
    both = line(anchor=at("2025-06-05 18:00"), look=look("2025-06-13 10:00", source="sheets"))
    both = replace(both, looks=(look("2025-06-06 10:00"), *both.looks))
    plan = plan_of(both, BARE, LADDER, WORKDAYS, since=0)
    assert (plan.reason, plan.deadline) == (Reason.STEP, at("2025-06-17 08:00"))


def test_before_a_holiday_looks_may_be_made_earlier_where_the_ruleset_believes_them():
    """Many steps fall on the last working day before it; the ruleset's own age of a look is never passed."""
    steps = (Step("before", workday=1, where="holiday"), Step("limit"))
    named = NamedLadder(name="n", version=1, title="", source="test", steps=steps)
    trusting = replace(KUNSHAN.freshness, warn_max_age_hours=72)
    account = line(anchor=at("2025-09-20 10:00"), look=look("2025-09-22 10:00"))
    for ruleset, early in (
        (KUNSHAN, "2025-09-29 09:00"),
        (replace(KUNSHAN, freshness=trusting), "2025-09-27 21:00"),
    ):
        plan = plan_of(account, BARE, Ladder(ruleset.on_ladder(named)), WORKDAYS, since=0)
        assert (plan.early, plan.deadline) == (at(early), at("2025-09-30 08:00"))


def test_a_warned_account_is_looked_at_more_and_more_seldom():
    """Four hours after the warning, then after half of the time since, once a day at last."""
    warned = {"attention": Attention(warned_at=at("2025-06-12 09:00"))}
    posted, hour = "2025-06-02 18:00", 4 * HOUR_US
    plan = planned(posted, look("2025-06-12 05:00"), **warned)
    first = at("2025-06-12 09:00") + hour
    assert window(plan) == (first, first + 2 * HOUR_US, Reason.WARNED, Klass.WARNED)
    plan = planned(posted, look("2025-06-12 21:00"), **warned)
    assert plan.early == at("2025-06-12 21:00") + 6 * HOUR_US
    ended = planned("2025-06-12 12:00", look("2025-06-12 13:00"), **warned)
    assert ended.reason is Reason.STEP


def test_a_proven_silence_stays_proven():
    """Gaps grow up to what keeps the newest proof younger than 72 hours, the lag taken off."""
    posted = "2025-06-02 18:00"
    plan = planned(posted, look("2025-06-16 20:00"))
    assert (plan.reason, plan.early) == (Reason.OVER_LIMIT, at("2025-06-17 00:00"))
    plan = planned(posted, look("2025-07-16 20:00"))
    assert window(plan)[:2] == (at("2025-07-19 08:00"), at("2025-07-19 19:00"))
    slow = replace(BARE, lag_us=DAY_US)
    plan = planned(posted, look("2025-07-16 20:00", lag_us=DAY_US), slow)
    assert plan.deadline == at("2025-07-16 20:00") + (72 - 24 - 1) * HOUR_US


def test_focus_list_and_key_periods_are_looked_at_daily_or_denser():
    """A focus account has a look each day; in a key period every gap is divided."""
    seen = look("2025-06-03 10:00")
    plan = planned("2025-06-03 09:00", seen, attention=Attention(focus=True))
    assert window(plan) == (at("2025-06-04 04:00"), at("2025-06-04 10:00"), Reason.DAILY, Klass.FOCUS)
    plan = planned("2025-06-03 09:00", seen, attention=Attention(dense=4))
    assert window(plan)[1:] == (at("2025-06-03 16:00"), Reason.KEY_PERIOD, Klass.FOCUS)


def test_a_busy_account_is_looked_at_before_a_week_falls_off_its_list():
    """A full list that spans two days loses a week behind its newest post; one that was not full loses none."""
    weeks = Policy(source="feed", max_gap_us=0)
    plan = planned("2025-06-03 09:00", look("2025-06-03 10:00", 2), weeks)
    assert (plan.reason, plan.deadline) == (Reason.WEEK_AT_RISK, at("2025-06-10 09:00"))
    assert planned("2025-06-03 09:00", look("2025-06-03 10:00"), weeks).reason is Reason.STEP
    every = replace(weeks, keeps="posts")
    plan = planned("2025-06-03 09:00", look("2025-06-03 10:00", 2), every)
    assert (plan.reason, plan.early, plan.deadline) == (
        Reason.POSTS_AT_RISK,
        at("2025-06-03 22:00"),
        at("2025-06-04 10:00"),
    )


def test_a_dead_account_with_a_full_list_is_not_looked_at_hourly():
    """Its list spans an hour, but that hour lies months back: once a day is the most."""
    plan = planned("2025-01-03 09:00", look("2025-06-03 10:00", 1 / 24), FEED)
    assert plan.deadline == at("2025-06-04 10:00")


def test_nobody_goes_unseen_for_a_week_and_an_account_without_anchor_for_three_days():
    """An account that posts daily has a look a week, as long as its list holds more than that."""
    plan = planned("2025-06-03 09:00", look("2025-06-03 10:00", 60), FEED)
    assert (plan.reason, plan.deadline) == (Reason.LONG_AGO, at("2025-06-10 10:00"))
    plan = planned(None, look("2025-06-03 10:00"))
    assert window(plan)[1:] == (at("2025-06-06 10:00"), Reason.NO_ANCHOR, Klass.GAP)


def test_a_round_looks_behind_its_check_point():
    """Only at accounts of which a look has to settle the last week."""
    round_at = Attention(round_at=at("2025-06-10 00:00"))
    plan = planned("2025-06-02 18:00", look("2025-06-05 10:00"), attention=round_at)
    assert window(plan) == (at("2025-06-10 00:00"), at("2025-06-10 06:00"), Reason.ROUND, Klass.RED)
    assert planned("2025-06-08 18:00", look("2025-06-09 10:00"), attention=round_at).reason is Reason.STEP
    assert planned("2025-06-02 18:00", look("2025-06-10 10:00"), attention=round_at).reason is Reason.STEP


def test_a_claim_pulls_the_look_forward_and_proves_nothing():
    """The unit says that it has posted: a look within the hour, and one more where the source may lag behind."""
    claimed = at("2025-06-05 12:00")
    plan = planned("2025-06-02 18:00", look("2025-06-05 10:00"), claimed_at=claimed)
    assert window(plan) == (claimed, claimed + HOUR_US, Reason.CLAIMED, Klass.RED)
    assert plan.eligible == claimed
    plan = planned("2025-06-02 18:00", look("2025-06-05 12:01"), claimed_at=claimed)
    assert plan.reason is Reason.STEP
    slow = replace(BARE, lag_us=DAY_US)
    plan = planned("2025-06-02 18:00", look("2025-06-05 12:01", lag_us=DAY_US), slow, claimed_at=claimed)
    assert (plan.reason, plan.early) == (Reason.CLAIMED, claimed + DAY_US)


def test_canaries_are_looked_at_twice_a_day_and_in_a_stall_for_that_alone():
    """In a stall no look proves anything: the next one counts from the last, and says whether the source is back."""
    seen = look("2025-06-03 10:00")
    canary = Attention(canary=True)
    plan = planned("2025-06-03 09:00", seen, attention=canary)
    assert window(plan) == (at("2025-06-03 19:00"), at("2025-06-03 22:00"), Reason.CANARY, Klass.CANARY)
    health = {"feed": SourceHealth(stalls=(Stall(at("2025-06-02 10:00")),))}
    again = planned("2025-05-20 09:00", seen, attention=canary, health=health)
    assert window(again) == window(plan)
    assert planned("2025-05-20 09:00", seen, health=health).reason is Reason.NEVER_LOOKED


def test_a_stall_that_is_over_leaves_the_look_before_it():
    """A line holds the newest two looks of a source, so that not everybody counts as never looked at."""
    health = {"feed": SourceHealth(stalls=(Stall(at("2025-06-04 10:00"), at("2025-06-06 10:00")),))}
    looks = (look("2025-06-03 10:00"), look("2025-06-05 10:00"))
    plan = planned("2025-06-02 18:00", None, looks=looks, health=health)
    assert window(plan) == window(planned("2025-06-02 18:00", looks[0]))


def test_a_look_that_is_no_fact_counts_for_the_plan():
    """One too soon after another is not written; it keeps the span that the list had."""
    account = line(anchor=at("2025-06-03 09:00"), look=look("2025-06-03 10:00", 2))
    again = account.looked_again(look("2025-06-03 12:00"))
    assert [seen.span_us for seen in again.looks] == [2 * DAY_US, 2 * DAY_US]
    assert len(again.looked_again(look("2025-06-03 14:00")).looks) == 2
    first, then = (plan_of(a, FEED, LADDER, WORKDAYS, since=0) for a in (account, again))
    assert first.reason is then.reason is Reason.WEEK_AT_RISK


def test_a_source_that_proves_nothing_waits_for_its_next_look_too():
    """Its looks stand in no line; the patrol remembers when it last looked."""
    plan = planned("2025-06-03 09:00", None, FEED, looked_at=at("2025-06-03 10:00"))
    assert plan == planned("2025-06-03 09:00", look("2025-06-03 10:00"), FEED)
    seen = look("2025-06-03 12:00", 2)
    assert planned("2025-06-03 09:00", seen, FEED, looked_at=1) == planned("2025-06-03 09:00", seen, FEED)


def test_a_proof_is_kept_by_looks_that_are_facts():
    """A look that was not written moves the next one, but the verdict stays known only from the one that was."""
    seen = look("2025-07-16 20:00")
    plan = planned("2025-06-02 18:00", seen, looked_at=at("2025-07-17 01:00"))
    assert (plan.early, plan.deadline) == (at("2025-07-19 13:00"), at("2025-07-19 19:00"))
    same = planned("2025-06-02 18:00", seen, looked_at=seen.at + SECOND_US // 2)
    assert same == planned("2025-06-02 18:00", seen)


def test_one_look_serves_all_needs_that_are_released():
    """It bears the gravest reason, the earliest deadline, and is made as late as that allows."""
    seen = look("2025-06-11 10:00")
    plan = planned(
        "2025-06-02 18:00", seen, attention=Attention(focus=True, warned_at=at("2025-06-11 09:00"))
    )
    assert plan.reason is Reason.WARNED
    focus_due = at("2025-06-12 10:00")
    assert plan.order <= focus_due + GRACE_US[Klass.FOCUS]


def test_a_share_never_changes():
    """Plans of before and after a restart agree: the number follows from the id alone."""
    assert share_of("wechat:a") == 221565560823653


policies = st.builds(
    Policy,
    source=st.just("feed"),
    lag_us=st.sampled_from([0, 2 * HOUR_US, 24 * HOUR_US, 36 * HOUR_US]),
    max_gap_us=st.sampled_from([0, 3 * DAY_US, 7 * DAY_US]),
    keeps=st.sampled_from(["weeks", "posts", "nothing"]),
    bound_us=st.sampled_from([6 * HOUR_US, DAY_US]),
    near_us=st.sampled_from([0, 6 * HOUR_US, DAY_US]),
)


@st.composite
def accounts(draw, policy: Policy):
    """Return a line and what bears on it, somewhere in a year."""
    looked_at = BEGIN + draw(st.integers(0, 300 * 24 * 60)) * MINUTE_US
    anchor = looked_at - draw(st.integers(0, 40 * 24 * 60)) * MINUTE_US
    span = draw(st.none() | st.integers(1, 60 * 24).map(lambda hours: hours * HOUR_US))
    warned_at = draw(st.none() | st.integers(0, 4 * 24 * 60).map(lambda ago: looked_at - ago * MINUTE_US))
    attention = Attention(
        warned_at=warned_at,
        focus=draw(st.booleans()),
        dense=draw(st.sampled_from([1, 1, 2])),
        canary=draw(st.booleans()),
        round_at=draw(st.none() | st.integers(-100, 400).map(lambda hours: looked_at + hours * HOUR_US)),
    )
    living = draw(st.just(0) | st.integers(0, 30 * 24).map(lambda hours: hours * HOUR_US))
    seen = Seen("feed", looked_at, looked_at - policy.lag_us - living, False, span)
    return line(anchor=anchor, look=seen), attention


@st.composite
def policies_and_accounts(draw):
    policy = draw(policies)
    return policy, *draw(accounts(policy))


@given(policies_and_accounts(), st.floats(0, 1), st.booleans())
def test_a_look_that_brings_nothing_moves_the_deadline_past_it(drawn, share, is_frozen):
    """Law 1: wherever inside its interval it is made, even where it proves nothing new; and plans are a function."""
    policy, account, attention = drawn
    plan = plan_of(account, policy, LADDER, WORKDAYS, since=0, attention=attention)
    assert plan == plan_of(account, policy, LADDER, WORKDAYS, since=0, attention=attention)
    assert max(plan.early, plan.start) <= plan.eligible <= plan.deadline <= plan.order
    looked_at = max(account.looks[0].at + SECOND_US, plan.start + int(share * (plan.deadline - plan.start)))
    unproven = account.looks[0].proves_until if is_frozen else looked_at - policy.lag_us
    again = account.looked_again(Seen("feed", looked_at, unproven, False))
    assert plan_of(again, policy, LADDER, WORKDAYS, since=0, attention=attention).deadline > looked_at


@given(policies_and_accounts(), st.integers(1, 10 * 24 * 60))
def test_a_newer_post_never_brings_the_next_look_much_nearer(drawn, later):
    """Law 4: by a day at most, for steps stand at nine; so a look that was made late is not regretted."""
    policy, account, attention = drawn
    seen = account.looks[0]
    attention = replace(attention, warned_at=None, round_at=None)
    if seen.proves_until > account.anchor + LIMIT_US:
        return
    newer = replace(account, anchor=min(account.anchor + later * MINUTE_US, seen.at))
    before, after = (
        plan_of(one, policy, LADDER, WORKDAYS, since=0, attention=attention).deadline
        for one in (account, newer)
    )
    assert after >= before - DAY_US


@settings(max_examples=25)
@given(policies, st.lists(st.integers(1, 25 * 24), min_size=5, max_size=40), st.integers(0, 10**6))
def test_planned_looks_leave_nothing_unknown_and_nobody_unwarned(policy, gaps, seed):
    """Laws 2 and 3: looks anywhere in their intervals leave a verdict unknown only behind the limit, up to the bound.

    And every first warning comes at its deadline where the post before it had been visible a day before that.
    """
    chance, posted, moment = Random(seed), [], BEGIN - 5 * DAY_US
    for gap in gaps:
        moment += gap * HOUR_US + chance.randrange(HOUR_US)
        posted.append((moment, chance.choice([1, 1, 2, 8])))
    account = WatchedAccount("wechat:a", posted, policy, seed)
    now, end = BEGIN, posted[-1][0] + 40 * DAY_US
    while now < end:
        account.look(now)
        following = _some_time(account.plan(), now, chance)
        while (step := account.next_step()) < following:
            account.take_step(step)
            following = _some_time(account.plan(), step, chance)
        for _ in range(4):
            check_point = now + int(chance.random() * (following - now))
            if _is_unknown(account, check_point):
                limit_at = account.line.anchor + LIMIT_US
                assert limit_at < check_point <= limit_at + policy.lag_us + policy.bound_us
        now = following
    for anchor, then in zip(account.posted, account.posted[1:], strict=False):
        first = LADDER.deadline(anchor, 0)
        visible = anchor < first - policy.ahead_us and BEGIN + 3 * DAY_US < first < end - 2 * DAY_US
        if visible and then > first:
            assert account.warned.get(anchor) == first


def _some_time(plan: Plan, now: int, chance: Random) -> int:
    return max(now + SECOND_US, plan.start + int(chance.random() * (plan.deadline - plan.start)))


def _is_unknown(account: WatchedAccount, check_point: int) -> bool:
    """Tell what nobody could know at a check point, by the rule of freshness."""
    limit_at, seen = account.line.anchor + LIMIT_US, account.line.looks[-1]
    if check_point <= limit_at:
        return False
    proven = min(seen.proves_until, check_point)
    return not (proven > limit_at and check_point - proven <= LADDER.look_max_age_us)


def test_the_graver_class_comes_first():
    """Its looks may be less late than those of any class below."""
    graces = [GRACE_US[klass] for klass in (Klass.CANARY, Klass.RED, Klass.WARNED, Klass.LADDER, Klass.WEEKS)]
    assert graces == sorted(graces)
    assert GRACE_US[Klass.GAP] == max(GRACE_US.values())


def test_a_hint_pulls_the_look_of_the_source_forward():
    """Within an hour, and again once a source that shows posts late has to show it; the warning's look comes anyway."""
    hinted = Attention(hinted_at=at("2025-06-05 12:00"))
    before = planned("2025-06-02 18:00", look("2025-06-05 09:00"), attention=hinted)
    assert window(before) == (hinted.hinted_at, hinted.hinted_at + HOUR_US, Reason.HINTED, Klass.FOCUS)
    assert before.eligible == before.start
    after = planned("2025-06-02 18:00", look("2025-06-05 12:10"), attention=hinted)
    assert after.reason is Reason.STEP
    slow = replace(BARE, lag_us=DAY_US)
    again = planned("2025-06-02 18:00", look("2025-06-05 12:10", lag_us=DAY_US), slow, attention=hinted)
    assert (again.early, again.reason) == (hinted.hinted_at + DAY_US, Reason.HINTED)


def test_hints_one_after_the_other_bring_one_look_an_hour():
    """Definitions, Stores: quota is what is scarce; nobody spends it for others by hinting."""
    seen = look("2025-06-05 12:00")
    hinted = Attention(hinted_at=seen.at + MINUTE_US)
    plan = planned("2025-06-02 18:00", seen, attention=hinted)
    assert (plan.early, plan.reason) == (seen.at + HOUR_US, Reason.HINTED)


def test_a_hint_waits_behind_a_red_line():
    """An hour late costs a hint nothing: of two accounts that are due together the one at its limit is first."""
    now = at("2025-06-16 18:30")
    red = planned("2025-06-02 18:00", look("2025-06-16 08:00"))
    hinted = planned("2025-06-10 18:00", look("2025-06-16 08:00"), attention=Attention(hinted_at=now))
    assert hinted.deadline < red.deadline
    assert red.order < hinted.order
