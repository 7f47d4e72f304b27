"""The judgement of a unit's year, each rule of 昆政办发〔2019〕162号 annex 3 at its edge."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from projections.year.assessment import assess, results_digest
from projections.year.schemes import HANDED_IN, REPORTED
from tests.projections.year.years import grounds, kunshan, share, year

SCHEME = kunshan()
MEASURES = tuple(dict.fromkeys((*REPORTED, *HANDED_IN)))
FULL = tuple(share(3, 3, n) for n in (1, 2, 3, 4))


def points(measure: str, count: int) -> int:
    """Return what so many cases of a measure cost a unit that did nothing else."""
    left = assess(year(*grounds(measure, count)), SCHEME).left
    assert left is not None
    return 100 - left


@pytest.mark.parametrize(
    ("measure", "count", "cost"),
    [
        ("not_rectified", 1, 10),
        ("not_rectified", 3, 10),
        ("report_late", 1, 5),
        ("report_late", 3, 15),
        ("report_late", 4, 20),
        ("report_late", 5, 20),
        ("not_covered", 1, 10),
        ("similar_accounts", 2, 10),
        ("similar_accounts", 3, 15),
        ("similar_accounts", 4, 15),
        ("closed_not_closed", 4, 4),
        ("closed_not_closed", 5, 5),
        ("closed_not_closed", 6, 5),
        ("no_application", 1, 5),
        ("no_application", 2, 5),
        ("filing_late", 9, 18),
        ("filing_late", 10, 20),
        ("filing_late", 11, 20),
        ("left_out", 9, 9),
        ("left_out", 10, 10),
        ("left_out", 11, 10),
        ("no_appraisal", 1, 10),
    ],
)
def test_a_clause_costs_its_points_up_to_its_limit(measure, count, cost):
    """昆政办发〔2019〕162号 附件3 扣分指标: each case costs its points, no more than the limit of clause and item."""
    assert cost == points(measure, count)


def test_deductions_of_an_item_never_exceed_the_item():
    """附件3 指标说明: 单项指标扣分之和不超过本项指标总分值: an application and eight late filings cost 20, not 21."""
    result = assess(year(*grounds("no_application"), *grounds("filing_late", 8, 50)), SCHEME)
    (item,) = result.deductions
    assert ("filing", 20, [5, 16]) == (item.code, item.points, [c.points for c in item.charges])


def test_late_reports_and_a_year_not_covered_fill_their_item():
    """附件3 抽查检查: at most 20 of the 30 points for reports, the other ten for coverage."""
    result = assess(year(*grounds("report_late", 5), *grounds("not_covered", 1, 50)), SCHEME)
    assert [30] == [item.points for item in result.deductions]


@pytest.mark.parametrize(("lost", "left", "outcome"), [(1, 59, "failed"), (0, 60, "passed")])
def test_below_sixty_fails_and_sixty_passes(lost, left, outcome):
    """附件3 指标说明: 结果低于60分,判定为不合格."""
    told = (
        *grounds("report_late", 4),
        *grounds("not_covered", 1, 20),
        *grounds("no_appraisal", 1, 30),
        *grounds("left_out", lost, 40),
    )
    result = assess(year(*told, shares=FULL), SCHEME)
    assert (left, left, outcome, ()) == (result.left, result.total, result.outcome, result.bonuses)


@pytest.mark.parametrize(("left_out", "left", "total"), [(5, 80, 80), (4, 81, 91)])
def test_only_above_eighty_the_bonus_is_scored(left_out, left, total):
    """附件3 指标说明: 高于80分,则进入加分指标评分环节: at exactly 80 there is no bonus."""
    told = (*grounds("report_late", 3), *grounds("left_out", left_out, 20))
    result = assess(year(*told, shares=FULL), SCHEME)
    assert (left, total) == (result.left, result.total)


@pytest.mark.parametrize(
    ("measure", "enough"),
    [("upper_serious", 1), ("upper_other", 2), ("quarter_unchecked", 1), ("no_account", 1), ("faking", 1)],
)
def test_a_veto_fails_without_a_score(measure, enough):
    """附件3 单项否决指标: any of them fails the unit and nothing else is scored; one fewer does not."""
    vetoed = assess(year(*grounds(measure, enough), *grounds("left_out", 3, 50), shares=FULL), SCHEME)
    assert ("failed", None, None, (), ()) == (
        vetoed.outcome,
        vetoed.left,
        vetoed.total,
        vetoed.deductions,
        vetoed.bonuses,
    )
    assert [measure] == [veto.code for veto in vetoed.vetoes]
    spared = assess(year(*grounds(measure, enough - 1), shares=FULL), SCHEME)
    assert ((), "passed") == (spared.vetoes, spared.outcome)


@pytest.mark.parametrize(
    ("shares", "bonus"),
    [
        ([(3, 3), (3, 3), (3, 3), (3, 3)], 10),
        ([(3, 3), (3, 3), (2, 3), (3, 3)], 0),  # 66.7 %
        ([(7, 10), (7, 10), (7, 10), (7, 10)], 5),
        ([(10, 10), (10, 10), (10, 10), (7, 10)], 5),
        ([(699, 1000), (1000, 1000), (1000, 1000), (1000, 1000)], 0),  # nearly is not
        ([(0, 0), (0, 0), (2, 2), (2, 2)], 10),  # no account in the first half of the year
        ([(0, 0), (0, 0), (0, 0), (0, 0)], 0),
    ],
)
def test_the_share_checked_counts_by_its_worst_quarter(shares, bonus):
    """附件3 加分指标 检查比例: every quarter at 100 % earns 10, every quarter at 70 % or more 5."""
    result = assess(year(shares=tuple(share(*s, n) for n, s in enumerate(shares, 1))), SCHEME)
    assert 100 + bonus == result.total


@pytest.mark.parametrize(
    ("city", "province", "bonus"), [(1, 0, 1), (0, 1, 2), (3, 3, 9), (2, 4, 10), (3, 4, 10), (0, 6, 10)]
)
def test_praise_earns_ten_at_most(city, province, bonus):
    """附件3 加分指标 表彰表扬: 市级一次1分, 省级一次2分, 上限10分; a rank among five counts as praise."""
    told = (*grounds("ranking_city", city), *grounds("praise_province", province, 50))
    assert 100 + bonus == assess(year(*told), SCHEME).total


def test_all_passed_above_earns_ten():
    """附件3 加分指标 合格率: 100 % in the checks from above earns 10 once, however many they were."""
    assert 110 == assess(year(*grounds("upper_all_passed", 3)), SCHEME).total


any_year = st.lists(
    st.tuples(st.sampled_from(MEASURES), st.integers(1, 40), st.integers(1, 4)), max_size=30
).map(lambda told: [replace(g, count=n) for m, i, n in told for g in grounds(m, 1, i)])
shares_of_a_year = st.lists(
    st.integers(0, 9).flatmap(lambda all_: st.tuples(st.integers(0, all_), st.just(all_))), max_size=4
).map(lambda told: tuple(share(*s, n) for n, s in enumerate(told, 1)))


@given(any_year, shares_of_a_year, st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(told, shares, chance):
    """Whatever comes in any order, and twice, gives the same result and digest."""
    again = [*told, *told[:3]]
    chance.shuffle(again)
    one = assess(year(*told, shares=shares), SCHEME)
    other = assess(year(*again, shares=tuple(reversed(shares))), SCHEME)
    assert results_digest([one]) == results_digest([other])


@pytest.mark.slow
@given(any_year, shares_of_a_year)
def test_limits_hold_and_every_point_has_its_evidence(told, shares):
    """No clause or item takes more than its limit; each point rests on grounds; the sum is what it says."""
    result = assess(year(*told, shares=shares), SCHEME)
    limits = {i.code: i.points for i in (*SCHEME.items, *SCHEME.bonuses)}
    caps = {c.code: c.cap for c in SCHEME.clauses()}
    for item in (*result.deductions, *result.bonuses):
        assert 0 < item.points <= limits[item.code]
        for charge in item.charges:
            assert charge.grounds
            assert charge.points <= (caps.get(charge.code) or limits[item.code])
        assert item.points == min(sum(c.points for c in item.charges), limits[item.code])
    assert all(veto.grounds for veto in result.vetoes)
    if result.left is not None and result.total is not None:
        assert result.left == 100 - sum(i.points for i in result.deductions) >= 0
        assert result.total - result.left == sum(i.points for i in result.bonuses) <= 30
        assert not result.bonuses or result.left > SCHEME.bonus_above
        assert (result.outcome == "passed") == (result.left >= SCHEME.pass_mark)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_counts_for_something(measure):
    """No measure that facts or people tell is passed over by the scheme."""
    plain = assess(year(), SCHEME)
    counted: Callable[[int], object] = lambda n: assess(year(*grounds(measure, n)), SCHEME)  # noqa: E731
    assert plain != counted(2)
