"""Figures of a bulletin, derived from rows (domain section 9)."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from events.facts import Deduction, Freshness, RegistryEntry, Verdict
from events.figures import Conventions
from pipeline.scores.worded import with_rules_of
from projections.bulletin.catalogue import LABELS
from projections.bulletin.contradictions import contradictions
from projections.bulletin.figures import figures_of, share
from projections.bulletin.material import OutsideAccount, ScoredRound
from tests.projections.bulletin.city import (
    CHECK_POINT,
    CITY,
    COUNTY,
    DAY,
    EARLIER,
    FAILED,
    finding,
    material,
    row,
    silent,
    unknown,
)
from tests.projections.rulebooks import MINHOU, NATIONAL, SUZHOU

PLAIN = Conventions()


def plain(*rows, conventions=PLAIN, **fields):
    return figures_of(material(*rows, **fields), conventions).plain()


def test_the_catalogue_names_every_figure_in_order():
    """Who reads the list of figures reads what the code gives."""
    assert list(LABELS) == [f.name for f in figures_of(material(row(1), past=(EARLIER,)), PLAIN).all]


def test_of_nothing_checked_no_rate_is_made():
    """0 checked: counts are 0, rates are nothing, and nothing contradicts."""
    figures = figures_of(material(), PLAIN)
    assert (0, None, None) == tuple(figures[n].value for n in ("checked", "pass_rate", "share_checked"))
    assert [] == contradictions(figures, 1)


def test_where_all_are_unknown_there_is_no_pass_rate():
    """Design section 3: the rate is of the judged; unknown is not failed."""
    figures = plain(unknown(1), unknown(2))
    assert (2, 2, 0, None) == tuple(figures[n] for n in ("checked", "unknown", "failed", "pass_rate"))


@pytest.mark.parametrize(
    ("part", "whole", "digits", "printed"),
    [
        (353, 381, 1, "92.7%"),  # 苏州 2023Q1
        (442, 445, 1, "99.3%"),  # 无锡 2022Q4
        (111, 112, 2, "99.11%"),  # 湘潭 2022Q3
        (381, 634, 1, "60.1%"),
        (354, 381, 1, "92.9%"),
        (1, 16, 1, "6.3%"),  # 6.25: half up, where half to even gives 6.2
        (1, 8, 2, "12.50%"),
        (0, 3, 1, "0.0%"),
        (3, 3, 1, "100.0%"),
        (0, 0, 1, None),
    ],
)
def test_rates_are_rounded_half_up(part, whole, digits, printed):
    """Design section 3: half up, digits by template; the printed rates of three cities."""
    assert printed == share(part, whole, digits)


def test_whole_tiers_and_the_drawn_rest_make_the_checked():
    """苏州 2023Q1: all of the city's own accounts, and a part of the counties'."""
    rows = [row(1), row(2), row(3, tier=COUNTY), row(4, tier=COUNTY)]
    entry = RegistryEntry("9", "未抽到", "抖音", "某局", COUNTY, "甲县", None, UUID(int=5))
    whole = material(*rows)
    figures = figures_of(replace(whole, population={**whole.population, "douyin:9": entry}), PLAIN).plain()
    assert (5, 4, 2, 2, "80.0%") == tuple(
        figures[n] for n in ("accounts_total", "checked", "checked_whole", "checked_sampled", "share_checked")
    )
    assert {CITY: 2, COUNTY: 3} == figures["accounts_by_tier"]
    assert {"微信公众号": 4, "新浪微博": 0, "移动客户端": 0, "抖音号": 1, "其他": 0} == figures[
        "accounts_by_platform"
    ]


def test_a_round_of_everybody_has_no_drawn_rest():
    """Without a sample every account is checked whole."""
    everybody = material(row(1), row(2, tier=COUNTY))
    everybody = replace(everybody, round=replace(everybody.round, tiers_whole=None))
    assert (2, 0) == tuple(
        figures_of(everybody, PLAIN).plain()[n] for n in ("checked_whole", "checked_sampled")
    )


def test_silence_is_told_in_two_classes_with_whole_days():
    """苏州 2023Q1 names the two-week class and the one of more than 7 days, the longest silence first."""
    eight = {"newest_post_at": CHECK_POINT - 8 * DAY, "whole_days_silent": 8}
    figures = plain(silent(1, 38), silent(2, 96), row(3, **eight), row(4))
    assert (3, 2, 1, 96) == tuple(
        figures[n] for n in ("not_updated", "silent_two_weeks", "over_seven_days", "longest_silence")
    )
    assert [("某号2（微信订阅号）", 96), ("某号1（微信订阅号）", 38)] == list(figures["silent_days"].items())
    assert {"某号3（微信订阅号）": 8} == figures["slow_days"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"newest_post_at": CHECK_POINT - 7 * DAY}, 0),  # at exactly seven days
        ({"newest_post_at": CHECK_POINT - 7 * DAY - DAY / 24}, 1),
        ({"newest_post_at": CHECK_POINT - 8 * DAY, "proven_until": CHECK_POINT - DAY}, 0),  # not proven
        ({"newest_post_at": CHECK_POINT - 8 * DAY, "platform": "微信服务号"}, 0),  # an average over a month
        ({"newest_post_at": CHECK_POINT - 8 * DAY, "freshness": Freshness.UNKNOWN}, 0),
    ],
)
def test_more_than_seven_days_is_more_and_proven(fields, named):
    """昆政办发〔2019〕162号 annex 2: one update a week, a service account by its month; unknown is not silent."""
    assert named == plain(row(1, **fields))["over_seven_days"]


def test_days_since_the_opening_where_nothing_was_ever_posted():
    """An account without a post is silent since it was opened."""
    never = silent(1, 1, newest_post_at=None, whole_days_silent=None)
    assert {"某号1（微信订阅号）": 900} == plain(never)["silent_days"]


def test_two_accounts_of_one_name_and_platform_stand_apart():
    """Names repeat in a country; a figure with parts loses none."""
    assert 2 == len(plain(silent(1, 20, name="甲"), silent(2, 30, name="甲"))["silent_days"])


def test_recorded_findings_count_without_failing():
    """苏州 2023Q1: 43 accounts without interaction are named and passed; findings that no row rests on do not count."""
    wording, mute, broken, stray = (
        finding(1, "red-1-wording"),
        finding(2, "red-7-no-interaction"),
        finding(2, "yellow-9-functions", 3),
        finding(3, "red-7-no-interaction"),
    )
    rows = [
        row(1, reason="red-1-wording", evidence=(wording.id,), **FAILED),
        row(2, evidence=(mute.id, broken.id)),
        row(3),
    ]
    figures = plain(*rows, findings=(wording, mute, broken, stray))
    assert (1, 1, 1, 1, 2) == tuple(
        figures[n] for n in ("wording_errors", "no_interaction", "broken_functions", "failed", "named")
    )
    assert {"严重表述错误": 1} == figures["failed_by_reason"]


def test_the_kind_of_secret_content_is_not_a_key():
    """Secrets and harmful content are counted together under the heading of their lines, also inside the office."""
    secret, harmful = finding(1, "red-2-secrets"), finding(2, "red-3-harmful-content")
    rows = [
        row(1, reason="red-2-secrets", evidence=(secret.id,), **FAILED),
        row(2, reason="red-3-harmful-content", evidence=(harmful.id,), **FAILED),
    ]
    figures = figures_of(material(*rows, findings=(secret, harmful)), PLAIN, "internal").plain()
    assert {"安全、泄密事故等严重问题": 2} == figures["other_problems"] == figures["failed_by_reason"]


def test_outside_accounts_are_listed_and_not_counted():
    """湘潭 2022Q3: two in the annex, one of them unfiled; 99.11 % of 112 counts one failure."""
    outside = OutsideAccount(
        account_id="douyin:x", name="某文旅", platform="抖音号", unit="某市", unfiled=True
    )
    rows = [silent(1, 20), *(row(i) for i in range(2, 113))]
    figures = plain(*rows, outside=(outside,), conventions=Conventions(digits=2))
    assert (112, 1, "99.11%", 1, 1, 2) == tuple(
        figures[n] for n in ("checked", "failed", "pass_rate", "named", "named_outside", "annex_rows")
    )


def test_full_marks_of_a_year_need_every_check():
    """无锡 2022Q4: 100 points in every check; in a round of red lines an account must have passed."""
    earlier = ScoredRound(
        name="q3", quarter="2023Q1", check_point=CHECK_POINT - 30 * DAY, full_points=None,
        rows=(row(1, points=None), silent(2, 20), row(3, points=None)),
    )  # fmt: skip
    last_year = ScoredRound(
        name="old", quarter="2022Q4", check_point=CHECK_POINT - 60 * DAY, full_points=100,
        rows=(silent(1, 20),),
    )  # fmt: skip
    figures = plain(row(1), row(2), row(3, points=95), row(4), past=(last_year, earlier))
    assert (3, 2) == (figures["full_marks"], figures["full_marks_all_year"])
    assert (2, 1, "75.0%") == tuple(
        figures[n] for n in ("rounds_in_quarter", "failed_in_quarter", "pass_rate_in_quarter")
    )
    assert {"2022Q4": "0.0%", "2023Q1": "100.0%"} == figures["pass_rate_by_quarter"]


def test_red_lines_alone_give_no_full_marks():
    """国办秘函〔2019〕19号 has no points, so nobody has all of them, and a year has no roll."""
    rows = (row(1, points=None), row(2, points=None))
    earlier = replace(EARLIER, rows=rows)
    figures = plain(*rows, ruleset=NATIONAL, past=(earlier,))
    assert (2, 0) == tuple(figures[n] for n in ("passed", "full_marks"))
    assert "full_marks_all_year" not in figures


def test_one_check_makes_no_roll_of_the_year():
    """A roll of every check says something from the second check of a year on."""
    figures = plain(row(1), row(2))
    assert (1, 2) == (figures["rounds_in_year"], figures["full_marks"])
    assert "full_marks_all_year" not in figures


def test_every_figure_names_the_rows_behind_it():
    """A count is the number of the accounts that it was derived from."""
    figures = figures_of(material(silent(1, 20), row(2), unknown(3)), PLAIN)
    counted = [f for f in figures.all if f.rows and isinstance(f.value, int)]
    assert all(f.value == len(f.rows) for f in counted)
    assert {"checked", "passed", "failed", "unknown", "silent_two_weeks", "named"} <= {
        f.name for f in counted
    }
    assert ("wechat:001",) == figures["failed"].rows
    assert all(p.value == len(p.rows) for p in figures.parts("checked_by_area"))


def test_weeks_that_nobody_could_judge_are_told_with_their_accounts():
    """Three weeks of two accounts; one that is not judged by weeks has none."""
    rows = [row(n, weeks_not_judged=weeks) for n, weeks in enumerate((2, 0, 1, None))]
    told = {f.name: (f.value, f.rows) for f in figures_of(material(*rows), PLAIN).all}
    open_ones = ("wechat:000", "wechat:002")
    assert told["weeks_not_judged"] == (3, open_ones)
    assert told["with_weeks_not_judged"] == (2, open_ones)


def test_a_silence_is_named_by_the_rules_of_its_account():
    """闽侯县 2025-05-16 in a round of Suzhou: eleven days are not two weeks; whom no line binds is not named."""
    ten_days = MINHOU.rule("red-9-silent-10-days")
    broken = Deduction("red-9-silent-10-days", ten_days.clause, 1, 0)
    county = silent(2, 11, reason=broken.rule, deductions=(broken,), ruleset=MINHOU.label)
    service = silent(3, 40, verdict=Verdict.PASS, reason="", ruleset="national-publishing-2023@1")
    rules = with_rules_of(SUZHOU, [MINHOU])
    figures = figures_of(material(silent(1, 20), county, service, ruleset=rules), PLAIN)
    assert 1 == figures["silent_two_weeks"].value
    assert {ten_days.name: 1} == {part.key: part.value for part in figures["other_problems"].parts}
    assert 2 == figures["named"].value
