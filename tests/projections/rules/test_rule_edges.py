"""Every rule of every released ruleset at its edge, read from the data: domain rules, sections 2 and 3.

Clauses: 国办秘函〔2019〕19号 (red lines), 苏政办发〔2019〕56号 as 昆政办发〔2019〕162号 annex 2 has it (yellow lines),
and the sweep of early 2023. What counties ask for: 闽侯县2025-05-16, 杨凌示范区2025-04-11, 夏邑县2022年第一季度.
"""

from typing import Any

import pytest

from events.facts import Verdict
from projections.rules.digest import rows_digest
from projections.rules.rulesets import Rule, Ruleset
from projections.rules.scorer import score
from tests.projections.facts import CHECK_POINT, DAY, PERIOD, US, facts, finding
from tests.projections.rulebooks import KUNSHAN, MINHOU, NATIONAL, RELEASED, SUZHOU

RULESETS = RELEASED
SCORING = tuple(ruleset for ruleset in RULESETS if ruleset.pass_mark is not None)
SERVICE = "微信服务号"
_YELLOW = {rule.code: rule.clause for rule in KUNSHAN.rules if rule.line == "yellow"}


def each(line: str, *, by: str, effect: str) -> list[Any]:
    """Return every rule of a kind with its ruleset, named by both."""
    return [
        pytest.param(ruleset, rule, id=f"{ruleset.name}:{rule.code}")
        for ruleset in RULESETS
        for rule in ruleset.rules
        if (rule.line, rule.by, rule.effect) == (line, by, effect)
    ]


def judged(ruleset: Ruleset, *codes: tuple[str, int], **fields: Any) -> Any:
    found = tuple(sorted(finding(code, count) for code, count in codes))
    return score(facts(findings=found, **fields), ruleset, PERIOD)


@pytest.mark.parametrize(("ruleset", "rule"), each("red", by="finding", effect="fail"))
def test_one_finding_of_a_red_line_fails_and_nothing_else_is_scored(ruleset: Ruleset, rule: Rule):
    """单项否决: any one fails the account, whatever else was found; the row names the clause and takes no points."""
    yellow = [(r.code, 9) for r in ruleset.rules if r.effect == "deduct"]
    row = judged(ruleset, (rule.code, 1), *yellow, weeks_with_posts=0)
    assert (row.verdict, row.reason, row.points) == (Verdict.FAIL, rule.code, None)
    assert [(d.rule, d.clause, d.count, d.points) for d in row.deductions] == [(rule.code, rule.clause, 1, 0)]
    assert judged(ruleset).verdict == Verdict.PASS


@pytest.mark.parametrize(
    ("ruleset", "rule"),
    [*each("red", by="finding", effect="record"), *each("yellow", by="finding", effect="record")],
)
def test_a_rule_that_is_only_recorded_fails_nobody(ruleset: Ruleset, rule: Rule):
    """Suzhou 2023Q1: 43 without interaction passed; 夏邑县2022年第一季度: 每周少于3条, 未备案 fail nobody.

    The finding stands in the evidence and costs nothing.
    """
    row = judged(ruleset, (rule.code, 9))
    points = ruleset.full_points if ruleset in SCORING else None
    assert (row.verdict, row.points, row.deductions) == (Verdict.PASS, points, ())
    assert finding(rule.code, 9).id in row.evidence


@pytest.mark.parametrize(("ruleset", "rule"), each("red", by="posts", effect="fail"))
def test_two_weeks_without_an_update_fail_and_not_a_microsecond_less(ruleset: Ruleset, rule: Rule):
    """监测时间点前2周内无更新: more than 14 days before the check point; a finding without a look proves nothing.

    闽侯县2025-05-16: ten days in the place of two weeks.
    """
    limit = (10 if ruleset == MINHOU else 14) * DAY
    at_limit = {"newest_post_at": CHECK_POINT - limit, "weeks_with_posts": 0b100}
    assert judged(ruleset, **at_limit).verdict == Verdict.PASS
    row = judged(ruleset, newest_post_at=CHECK_POINT - limit - US)
    assert (row.verdict, row.reason, row.points) == (Verdict.FAIL, rule.code, None)
    assert [(d.rule, d.clause) for d in row.deductions] == [(rule.code, rule.clause)]
    assert judged(ruleset, (rule.code, 1)).verdict == Verdict.PASS


@pytest.mark.parametrize(("ruleset", "rule"), each("red", by="original_posts", effect="fail"))
def test_a_month_with_one_original_piece_passes_and_one_with_none_fails(ruleset: Ruleset, rule: Rule):
    """杨凌示范区2025-04-11: 每月至少发布1条原创信息; one month without it is enough."""
    for counts, verdict in (((1, 1, 1), Verdict.PASS), ((9, 9, 0), Verdict.FAIL)):
        originals = tuple(zip(("2021-04", "2021-05", "2021-06"), counts, strict=True))
        row = judged(ruleset, originals=originals)
        assert (row.verdict, row.reason) == (verdict, rule.code if verdict is Verdict.FAIL else "")
        assert [(d.rule, d.clause) for d in row.deductions] == [(rule.code, rule.clause)] * (0 in counts)


@pytest.mark.parametrize(("ruleset", "rule"), each("yellow", by="finding", effect="deduct"))
def test_a_yellow_line_takes_its_points_up_to_its_item_and_no_more(ruleset: Ruleset, rule: Rule):
    """扣分指标, ten items of ten points: below, at and above the cap, and the row names the clause."""
    assert rule.max_points == 10
    at_cap = rule.max_points // rule.points_each
    expected = {
        0: 0,
        1: rule.points_each,
        at_cap - 1: rule.max_points - rule.points_each,
        at_cap: 10,
        at_cap + 1: 10,
    }
    for count, points in expected.items():
        row = judged(ruleset, *[(rule.code, count)] * (count > 0))
        assert (row.verdict, row.points) == (Verdict.PASS, 100 - points)
        taken = [(d.rule, d.clause, d.count, d.points) for d in row.deductions]
        assert taken == [(rule.code, rule.clause, count, points)] * (count > 0)


@pytest.mark.parametrize(("ruleset", "rule"), each("yellow", by="posts", effect="deduct"))
def test_weeks_without_an_update_take_five_each_and_ten_at_most(ruleset: Ruleset, rule: Rule):
    """内容更新不及时: no week 0, one week 5, two weeks 10, every further one nothing more."""
    every_week = (1 << 13) - 1
    for empty, points in ((0, 0), (1, 5), (2, 10), (3, 10), (12, 10)):
        row = judged(ruleset, weeks_with_posts=every_week & ~(((1 << empty) - 1) << 1))
        assert row.points == 100 - points
        taken = [(d.rule, d.clause, d.count, d.points) for d in row.deductions]
        assert taken == [(rule.code, rule.clause, empty, points)] * (empty > 0)


@pytest.mark.parametrize(("ruleset", "rule"), each("yellow", by="posts", effect="deduct"))
def test_a_service_account_is_judged_by_its_month_and_not_by_its_weeks(ruleset: Ruleset, rule: Rule):
    """内容更新不及时, 服务号: fewer than one a week on average over the month; four updates pass, three cost five."""
    for updates, points in ((5, 0), (4, 0), (3, 5), (0, 5)):
        row = judged(ruleset, platform=SERVICE, updates=updates, weeks_with_posts=0)
        assert (row.points, [d.rule for d in row.deductions]) == (100 - points, [rule.code] * (points > 0))
    assert judged(ruleset, updates=0).points == 100


@pytest.mark.parametrize("ruleset", SCORING, ids=lambda r: r.name)
def test_sixty_points_pass_and_fifty_nine_fail(ruleset: Ruleset):
    """昆政办发〔2019〕162号 annex 2: below 60 fails; four items of ten leave 60, one point more fails."""
    tens = [(r.code, 1) for r in ruleset.rules if r.points_each == 10][:4]
    passed, failed = judged(ruleset, *tens), judged(ruleset, *tens, ("yellow-7-comments", 1))
    assert (passed.verdict, passed.reason, passed.points) == (Verdict.PASS, "", 60)
    assert (failed.verdict, failed.reason, failed.points) == (Verdict.FAIL, "below_pass_mark", 59)


@pytest.mark.parametrize("ruleset", SCORING, ids=lambda r: r.name)
def test_the_ten_items_are_a_hundred_points(ruleset: Ruleset):
    """扣分指标: ten items, 100 in all; an account can lose each and ends at nothing, not below."""
    items = [r for r in ruleset.rules if r.line == "yellow"]
    assert (len(items), sum(r.max_points for r in items)) == (10, ruleset.full_points)
    row = judged(ruleset, *((r.code, 99) for r in items))
    assert (row.verdict, row.points) == (Verdict.FAIL, 0)


@pytest.mark.parametrize("ruleset", RULESETS, ids=lambda r: r.name)
def test_every_rule_is_at_an_edge_of_this_page(ruleset: Ruleset):
    """A rule of a new kind has no test here, and this says so."""
    kinds = {("red", "finding", "fail"), ("red", "finding", "record"), ("red", "posts", "fail")}
    kinds |= {("red", "original_posts", "fail")}
    kinds |= {("yellow", "finding", "deduct"), ("yellow", "posts", "deduct"), ("yellow", "finding", "record")}
    assert {(r.line, r.by, r.effect) for r in ruleset.rules} <= kinds


def test_places_ask_for_what_their_bulletins_name():
    """Part 8 of the rules since 2019: which lines stand beside the national ones, and under which clause."""
    beside = {
        ruleset.name: {r.code: r.clause for r in ruleset.rules} for ruleset in RULESETS if ruleset != KUNSHAN
    }
    national = beside.pop(NATIONAL.name)
    told = {
        name: {code: clause for code, clause in rules.items() if code not in national | _YELLOW}
        for name, rules in beside.items()
    }
    assert {name: rules for name, rules in told.items() if rules} == {
        "minhou-practice-2025": {"red-9-silent-10-days": "闽侯县2025-05-16通报 每10天至少更新一次"},
        "yangling-practice-2025": {
            "red-10-no-original": "杨凌示范区2025-04-11通报 每月至少发布1条原创信息",
            "red-11-no-repost": "杨凌示范区2025-04-11通报 转载中央决策部署",
            "red-12-not-cancelled": "杨凌示范区2025-04-11通报 注销不到位",
        },
        "xiayi-practice-2022": {
            "yellow-11-three-a-week": "夏邑县2022年第一季度通报 每周更新不少于3条",
            "yellow-12-unfiled": "夏邑县2022年第一季度通报 未备案开设",
        },
    }


def test_the_same_facts_give_three_results_under_three_rulesets():
    """Nationally no points; Kunshan fails who offers no interaction; Suzhou names and passes them."""
    tens = [r.code for r in KUNSHAN.rules if r.points_each == 10][:4]
    accounts = {
        "no interaction": ("red-7-no-interaction",),
        "fifty-nine points": (*tens, "yellow-7-comments"),
        "an advertisement": ("yellow-6-advertising",),
    }
    results = {}
    for ruleset in (NATIONAL, KUNSHAN, SUZHOU):
        rows = [judged(ruleset, *((code, 1) for code in codes)) for codes in accounts.values()]
        results[ruleset.name] = [(row.verdict, row.reason, row.points) for row in rows], rows_digest(rows)
    no_interaction, below = (
        (Verdict.FAIL, "red-7-no-interaction", None),
        (Verdict.FAIL, "below_pass_mark", 59),
    )
    assert {name: told for name, (told, _) in results.items()} == {
        NATIONAL.name: [no_interaction, (Verdict.PASS, "", None), (Verdict.PASS, "", None)],
        KUNSHAN.name: [no_interaction, below, (Verdict.PASS, "", 90)],
        SUZHOU.name: [(Verdict.PASS, "", 100), below, (Verdict.PASS, "", 90)],
    }
    assert len({digest for _, digest in results.values()}) == 3


@pytest.mark.parametrize("ruleset", RULESETS, ids=lambda r: r.name)
def test_a_round_of_red_lines_scores_nothing(ruleset: Ruleset):
    """无锡市2022年第四季度通报 一, 单否问题专项检查: red lines fail as in a full check, and nobody has points."""
    red_lines = ruleset.red_lines_only()
    yellow = [(r.code, 9) for r in KUNSHAN.rules if r.line == "yellow"]
    row = judged(red_lines, *yellow, weeks_with_posts=0)
    assert (row.verdict, row.reason, row.points, row.deductions) == (Verdict.PASS, "", None, ())
    for rule in ruleset.rules:
        if rule.line == "red" and rule.by == "finding":
            assert judged(red_lines, (rule.code, 1)).reason == judged(ruleset, (rule.code, 1)).reason
    silent = {"newest_post_at": CHECK_POINT - 15 * DAY}
    assert judged(red_lines, **silent) == judged(ruleset, **silent)
    assert red_lines.label == ruleset.label
    assert red_lines.red_lines_only() == red_lines
