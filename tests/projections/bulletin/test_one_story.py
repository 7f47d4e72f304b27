"""The bulletin tells one story: an account is named once, under its gravest problem, and praised only without one."""

from msgspec.structs import replace

from events.bulletin import Extras
from events.facts import Deduction
from events.figures import Conventions
from projections.bulletin.content import content_of
from projections.bulletin.contradictions import contradictions
from projections.bulletin.figures import figures_of
from projections.bulletin.read_back import compare, said_of
from tests.projections.bulletin.city import (
    CHECK_POINT,
    DAY,
    EARLIER,
    FAILED,
    finding,
    material,
    row,
    silent,
)

PLAIN = Conventions()
LATE = Deduction("yellow-4-updates", "附件2", 2, 10)


def content(*rows, **fields):
    return content_of(material(*rows, **fields), PLAIN, "public", extras=Extras())


def test_late_updates_are_one_class_whoever_found_them():
    """By looks at weeks, or by hand: both are 更新不及时, and neither is counted with the silent ones a second time."""
    noticed = finding(2, "yellow-4-updates")
    eight = {"newest_post_at": CHECK_POINT - 8 * DAY, "whole_days_silent": 8}
    made = content(
        row(1, deductions=(LATE,), points=90),
        row(2, evidence=(noticed.id,)),
        row(3, deductions=(LATE,), points=90, **eight),
        silent(4, 20),
        findings=(noticed,),
    )
    figures = made.figures.plain()
    assert (4, 1, 1, 2) == tuple(
        figures[n] for n in ("not_updated", "silent_two_weeks", "over_seven_days", "missed_updates")
    )
    assert {} == figures["other_problems"]
    assert ["监测时间点前2周内无更新（已20天未更新）", "内容更新不及时（2次）", "内容更新不及时"] == [
        r.problem for r in made.annex if "8天" not in r.problem
    ]
    assert [] == contradictions(made.figures, 1)


def test_an_account_with_many_problems_is_counted_in_each_and_named_under_the_gravest():
    """Definitions 4: red lines in the order of the ruleset, then rules by their points."""
    wrong, mute, broken = (
        finding(1, "red-1-wording"),
        finding(1, "red-7-no-interaction"),
        finding(2, "yellow-9-functions"),
    )
    advert = finding(2, "yellow-6-advertising")
    made = content(
        silent(1, 30, reason="red-1-wording", evidence=(wrong.id, mute.id)),
        row(2, evidence=(broken.id, advert.id)),
        findings=(wrong, mute, broken, advert),
    )
    figures = made.figures.plain()
    assert (1, 1, 1, 1) == tuple(
        figures[n] for n in ("silent_two_weeks", "wording_errors", "no_interaction", "broken_functions")
    )
    named = {name: [a.name for a in found] for name, found in made.named.items() if found}
    assert {"wording_errors": ["某号1"], "other_problems": ["某号2"]} == named


def test_the_checker_refuses_a_text_that_names_an_account_twice():
    """A figure may be printed twice and an account not."""
    made = content(silent(1, 20), row(2))
    said = said_of(made)
    assert "某号1" == said["account.1"]
    places = {place: [text] for place, text in said.items()}
    assert [] == compare(places, made.annex, made, said)
    (fault,) = compare({**places, "account.1": ["某号1"] * 2}, made.annex, made, said)
    assert "names 某号1 2 times" in fault


def test_full_marks_are_for_who_was_checked_lost_nothing_and_is_not_named():
    """Not for weeks that nobody could judge, nor beside a problem that costs no points."""
    mute = finding(3, "red-7-no-interaction")
    rows = [row(1), row(2, weeks_not_judged=12), row(3, evidence=(mute.id,)), row(4, weeks_not_judged=0)]
    made = material(*rows, findings=(mute,), past=(replace(EARLIER, rows=()),))
    figures = figures_of(made, PLAIN)
    assert ("wechat:001", "wechat:004") == figures["full_marks"].rows == figures["full_marks_all_year"].rows


def test_what_the_registry_does_not_say_makes_no_row_of_its_own():
    """No 未填写: some unsaid are 其他, and a split that nobody filled in is left out."""
    some = figures_of(material(row(1), row(2, area="", tier="")), PLAIN).plain()
    assert ({"市级": 1, "其他": 1}, {"市级部门和单位": 1, "其他": 1}) == (
        some["checked_by_area"],
        some["accounts_by_tier"],
    )
    none = figures_of(material(row(1, area=""), row(2, area="")), PLAIN)
    assert () == none.parts("checked_by_area") == none.parts("pass_rate_by_area")
    assert [] == contradictions(none, 1)


def test_areas_stand_in_the_order_of_the_office_else_of_the_registry():
    """And so do the rows of the annex."""
    rows = [silent(1, 20, area="甲县"), silent(2, 20, area="乙县"), silent(3, 20, area="丙县")]
    made = material(*rows, areas=("丙县", "乙县", "甲县"))
    for conventions, wanted in (
        (PLAIN, ["丙县", "乙县", "甲县"]),
        (Conventions(areas=("甲县",)), ["甲县", "丙县", "乙县"]),
    ):
        told = content_of(made, conventions, "public", extras=Extras())
        assert wanted == list(told.figures.plain()["checked_by_area"])
        assert wanted == [r.unit.partition("（")[0] for r in told.annex]


def test_a_problem_under_no_rule_of_the_ruleset_is_not_named():
    """What has no clause in the rules of the round is no problem of the round, and no code stands in a text."""
    stray = finding(1, "yellow-99-strange")
    made = content(row(1, evidence=(stray.id,)), row(2, reason="red-1-wording", **FAILED), findings=(stray,))
    assert () == made.annex
