import pytest

from events.facts import Verdict
from events.looks import joined
from projections.rules.period import quarter_of
from projections.rules.scorer import score
from projections.rules.weeks import judge_weeks, missed_weeks
from tests.projections.facts import CHECK_POINT, DAY, PERIOD, US, covered, facts, finding
from tests.projections.rulebooks import KUNSHAN, NATIONAL, SUZHOU

WEEK = 7 * DAY
ALL = covered(CHECK_POINT - 100 * DAY)
SERVICE = "微信服务号"


def points_of(*found, ruleset=KUNSHAN, **fields):
    return score(facts(findings=tuple(sorted(found)), **fields), ruleset, PERIOD).points


@pytest.mark.parametrize(
    ("rule", "each", "most"),
    [
        ("yellow-1-inner-office", 10, 10),
        ("yellow-2-name", 10, 10),
        ("yellow-3-verification", 10, 10),
        ("yellow-4-updates", 5, 10),
        ("yellow-5-improper-content", 2, 10),
        ("yellow-6-advertising", 10, 10),
        ("yellow-7-comments", 1, 10),
        ("yellow-8-replies", 2, 10),
        ("yellow-9-functions", 2, 10),
        ("yellow-10-data-collection", 10, 10),
    ],
)
def test_each_yellow_line_takes_its_points_and_never_more_than_its_item(rule, each, most):
    """昆政办发〔2019〕162号 annex 2, 扣分指标: ten items of ten points; design section 3, Findings that count."""
    full = most // each
    assert points_of(finding(rule, 1)) == 100 - each
    assert points_of(finding(rule, full)) == 100 - most
    assert points_of(finding(rule, full + 1)) == 100 - most
    assert points_of(*(finding(rule, 1, CHECK_POINT - i * DAY) for i in range(1, full + 3))) == 100 - most


def test_all_ten_items_together_leave_nothing():
    """昆政办发〔2019〕162号 annex 2: ten items of ten points, 100 in all."""
    rules = [rule.code for rule in KUNSHAN.rules if rule.line == "yellow"]
    row = score(facts(findings=tuple(finding(rule, 10) for rule in rules)), KUNSHAN, PERIOD)
    assert (Verdict.FAIL, "below_pass_mark", 0) == (row.verdict, row.reason, row.points)
    assert [d.rule for d in row.deductions] == rules


@pytest.mark.parametrize(
    ("comments", "points", "verdict", "reason"),
    [(0, 60, Verdict.PASS, ""), (1, 59, Verdict.FAIL, "below_pass_mark")],
)
def test_sixty_points_pass_and_fifty_nine_fail(comments, points, verdict, reason):
    """Design section 3, Order: points below 60 fail; 昆政办发〔2019〕162号 annex 2."""
    tens = ("yellow-1-inner-office", "yellow-2-name", "yellow-3-verification", "yellow-6-advertising")
    found = [finding(rule) for rule in tens] + [finding("yellow-7-comments", comments)] * bool(comments)
    row = score(facts(findings=tuple(found)), KUNSHAN, PERIOD)
    assert (points, verdict, reason) == (row.points, row.verdict, row.reason)


def test_nothing_is_scored_after_a_red_line():
    """Design section 3, Order: any proven red line fails; domain rule: nothing else is scored."""
    row = score(facts(findings=(finding("red-1-wording"), finding("yellow-6-advertising"))), KUNSHAN, PERIOD)
    assert (Verdict.FAIL, "red-1-wording", None) == (row.verdict, row.reason, row.points)
    assert [d.rule for d in row.deductions] == ["red-1-wording"]


def test_a_red_line_beats_unknown_freshness():
    """Design section 3, Order: red line, else unknown, else points."""
    unlooked = {"newest_post_at": None, "proven_until": None, "last_trusted_look_at": None, "looked": False}
    assert score(facts(**unlooked), KUNSHAN, PERIOD).verdict == Verdict.UNKNOWN
    row = score(facts(findings=(finding("red-2-secrets"),), **unlooked), KUNSHAN, PERIOD)
    assert (Verdict.FAIL, "red-2-secrets") == (row.verdict, row.reason)


def test_an_account_of_unknown_freshness_gets_no_points():
    """Design section 3, Order: unknown comes before points, even where points are already lost."""
    row = score(
        facts(newest_post_at=None, proven_until=None, findings=(finding("yellow-2-name"),)), KUNSHAN, PERIOD
    )
    assert (Verdict.UNKNOWN, "not_looked_since", None) == (row.verdict, row.reason, row.points)


@pytest.mark.parametrize("ruleset", [NATIONAL, KUNSHAN, SUZHOU], ids=lambda r: r.name)
def test_two_weeks_of_silence_fail_in_every_ruleset(ruleset):
    """国办秘函〔2019〕19号, red line 5; design section 3, Stale."""
    row = score(facts(newest_post_at=CHECK_POINT - 14 * DAY - US), ruleset, PERIOD)
    assert (Verdict.FAIL, "red-5-silent", 14) == (row.verdict, row.reason, row.whole_days_silent)


def test_the_national_ruleset_gives_no_points():
    """国办秘函〔2019〕19号: new media have red lines only, so a pass has no points and yellow findings cost none."""
    row = score(facts(findings=(finding("yellow-2-name", 10),), weeks_with_posts=0), NATIONAL, PERIOD)
    assert (Verdict.PASS, None, ()) == (row.verdict, row.points, row.deductions)


def test_no_interaction_is_recorded_and_fails_nobody_in_suzhou():
    """Suzhou's bulletin of 2023Q1: 43 accounts without interaction are named and not among the 28 failures."""
    found = finding("red-7-no-interaction")
    row = score(facts(findings=(found,)), SUZHOU, PERIOD)
    assert (Verdict.PASS, 100, ()) == (row.verdict, row.points, row.deductions)
    assert found.id in row.evidence
    assert score(facts(findings=(found,)), KUNSHAN, PERIOD).reason == "red-7-no-interaction"


def test_a_finding_under_a_rule_of_another_ruleset_costs_nothing():
    """A ruleset is data (design promise 9): what it does not name does not count."""
    assert points_of(finding("yellow-99-elsewhere", 9)) == 100


@pytest.mark.parametrize(("empty", "points"), [(0, 100), (1, 95), (2, 90), (3, 90), (13, 90)])
def test_each_week_without_an_update_takes_five_points_and_ten_at_most(empty, points):
    """昆政办发〔2019〕162号 annex 2, 内容更新不及时; design section 3, Weeks."""
    posted = ((1 << 13) - 1) & ~((1 << empty) - 1)
    assert points == points_of(weeks_with_posts=posted | (empty == 13), newest_post_at=CHECK_POINT - DAY)


def test_a_finding_and_an_empty_week_are_not_counted_twice():
    """昆政办发〔2019〕162号 annex 2: a person's finding may be about the same silence, so the greater counts."""
    empty_week = ((1 << 13) - 1) & ~2
    assert points_of(finding("yellow-4-updates"), weeks_with_posts=empty_week) == 95
    assert points_of(finding("yellow-4-updates", 2), weeks_with_posts=empty_week) == 90
    assert points_of(finding("yellow-4-updates", 9), weeks_with_posts=empty_week) == 90


def test_weeks_that_are_not_wholly_known_are_not_judged():
    """Design section 3, Weeks: nothing before the opening; a week that coverage does not hold is not judged."""
    start, end = CHECK_POINT - 3 * WEEK, CHECK_POINT - WEEK
    for given, missed, not_judged in (
        ({"opened_at": start}, 3, 0),
        ({"opened_at": start + US}, 2, 0),
        ({"covered": covered(start)}, 3, 10),
        ({"covered": covered(start + US)}, 2, 11),
        ({"covered": covered(start, end)}, 2, 11),
        ({"covered": covered(start, end - US)}, 1, 12),
        ({"covered": covered(start, end) + covered(end)}, 3, 10),
        ({"covered": covered(start, end - WEEK) + covered(end - US)}, 2, 11),
        ({"covered": ()}, 0, 13),
    ):
        known = facts(weeks_with_posts=0, **{**given, "covered": tuple(joined(given.get("covered", ALL)))})
        assert missed == missed_weeks(known, PERIOD), given
        assert (missed, not_judged) == tuple(map(len, judge_weeks(known, PERIOD)[1:])), given


def test_weeks_beyond_the_quarter_are_not_counted():
    """Design section 3, Weeks: over the period of the ruleset, the quarter up to T."""
    assert missed_weeks(facts(weeks_with_posts=0), PERIOD) == 13
    day_nine = quarter_of(PERIOD.start + 9 * DAY)
    known = covered(day_nine.start - 9 * DAY, day_nine.check_point)
    assert missed_weeks(facts(weeks_with_posts=0, covered=known), day_nine) == 1


def test_a_row_tells_how_many_of_its_weeks_nobody_can_judge():
    """Definitions, Weeks: not judged counts neither way, and is shown."""
    lost = facts(weeks_with_posts=0b1, covered=covered(CHECK_POINT - 2 * WEEK))
    assert (95, 11) == (score(lost, KUNSHAN, PERIOD).points, score(lost, KUNSHAN, PERIOD).weeks_not_judged)
    assert score(facts(), KUNSHAN, PERIOD).weeks_not_judged == 0
    assert score(lost, NATIONAL, PERIOD).weeks_not_judged is None


@pytest.mark.parametrize(("updates", "points"), [(4, 100), (3, 95), (0, 95)])
def test_a_service_account_with_fewer_than_four_updates_in_28_days_loses_five_points_once(updates, points):
    """昆政办发〔2019〕162号 annex 2, 服务号; design section 3, Weeks: fewer than 4: -5 once."""
    assert points == points_of(platform=SERVICE, updates=updates, weeks_with_posts=0)


@pytest.mark.parametrize(
    "fields",
    [
        {"opened_at": CHECK_POINT - 28 * DAY + US},
        {"covered": covered(CHECK_POINT - 28 * DAY + US)},
        {"covered": covered(CHECK_POINT - 28 * DAY, CHECK_POINT - US)},
        {"covered": ()},
    ],
    ids=str,
)
def test_a_month_that_is_not_wholly_known_is_given_to_the_service_account(fields):
    """Design section 3, Weeks: what was not observed is not counted; 28 days are."""
    assert points_of(platform=SERVICE, updates=0, **fields) == 100
    whole = {"opened_at": CHECK_POINT - 28 * DAY, "covered": covered(CHECK_POINT - 28 * DAY)}
    assert points_of(platform=SERVICE, updates=0, **whole) == 95


@pytest.mark.parametrize(
    ("counted", "known", "points"),
    [
        ((CHECK_POINT, 3), (), 95),
        ((CHECK_POINT, 4), (), 100),
        ((CHECK_POINT - 2 * DAY, 3), (), 100),
        ((CHECK_POINT - 2 * DAY, 3), covered(CHECK_POINT - 2 * DAY), 95),
        ((CHECK_POINT - 2 * DAY, 5), covered(CHECK_POINT - 28 * DAY), 100),
    ],
)
def test_a_count_by_hand_settles_a_service_account_where_all_since_is_known(counted, known, points):
    """Definitions, Weeks: 近28天更新次数 settles it at that look; what lies behind has to be known."""
    assert points == points_of(platform=SERVICE, updates=0, counted=counted, covered=known)


def test_the_weekly_rule_of_other_accounts_does_not_ask_for_updates_in_a_month():
    """昆政办发〔2019〕162号 annex 2: the monthly average is for service accounts only."""
    assert points_of(platform="微信订阅号", updates=0) == 100


def test_evidence_names_what_the_verdict_rests_on():
    """Design section 3, Digest: evidence ids of raw facts, sorted, each once."""
    known = facts(newest_post_at=CHECK_POINT - 20 * DAY, findings=(finding("red-1-wording"),))
    row = score(known, KUNSHAN, PERIOD)
    assert sorted({known.newest_post_id, known.look_id, known.findings[0].id}) == list(row.evidence)
    never_posted = score(facts(newest_post_at=None, newest_post_id=None), KUNSHAN, PERIOD)
    assert sorted([known.opened_id, known.look_id]) == list(never_posted.evidence)
