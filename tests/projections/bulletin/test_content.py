"""The content of an edition: annex, named accounts, charts, from the same rows."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from events.bulletin import Extras, Imprint
from events.facts import Deduction
from events.figures import Conventions
from projections.bulletin.content import content_of
from projections.bulletin.material import OutsideAccount, Remark, ScoredRound
from tests.projections.bulletin.city import (
    CHECK_POINT,
    DAY,
    EARLIER,
    FAILED,
    finding,
    material,
    row,
    silent,
    unknown,
)

PLAIN = Conventions(areas=("乙县", "甲县"))


ADOPTED = Imprint(document="某府办〔2022〕3号", indicators="政务新媒体检查指标")


def content(*rows, edition="public", title="", imprint=ADOPTED, **fields):
    extras = Extras(title=title)
    return content_of(material(*rows, **fields), PLAIN, edition, extras=extras, imprint=imprint)


def test_every_named_account_stands_in_the_annex_once():
    """Vetoes first, then areas as the place orders them; accounts outside come last."""
    mute = finding(1, "red-7-no-interaction")
    broken = finding(5, "yellow-9-functions", 2)
    outside = OutsideAccount(
        account_id="douyin:x", name="某文旅", platform="抖音号", unit="某市", unfiled=True,
        findings=(finding(9, "red-5-silent"),),
    )  # fmt: skip
    made = content(
        row(1, evidence=(mute.id,)),
        silent(2, 20, area="甲县"),
        silent(3, 30, area="乙县"),
        row(4),
        silent(5, 40, area="丙县", evidence=(broken.id,)),
        findings=(mute, broken),
        outside=(outside,),
    )
    told = [(a.number, a.unit, a.problem, a.veto, a.checked) for a in made.annex]
    assert [
        (1, "乙县（某局3）", "监测时间点前2周内无更新（已30天未更新）", True, True),
        (2, "甲县（某局2）", "监测时间点前2周内无更新（已20天未更新）", True, True),
        (3, "丙县（某局5）", "监测时间点前2周内无更新（已40天未更新）；功能无法使用（2处）", True, True),
        (4, "市级（某局1）", "未提供有效互动功能", False, True),
        (5, "某市", "未按要求备案；监测时间点前2周内无更新", True, False),
    ] == told


@pytest.mark.parametrize(
    ("area", "owner", "unit"),
    [
        ("甲县", "某局", "甲县（某局）"),
        ("甲县", "甲县教育局", "甲县教育局"),
        ("", "某局", "某局"),
        ("甲县", "", "甲县"),
    ],
)
def test_a_unit_names_its_area_once(area, owner, unit):
    """地区（单位）, without saying the area twice."""
    (account,) = content(silent(1, 20, area=area, owner=owner)).annex
    assert unit == account.unit


def test_who_fails_by_points_is_named_with_what_was_deducted():
    """Below the pass mark is no veto; the public text names the rules and no points."""
    taken = (Deduction("yellow-2-name", "附件2", 1, 10), Deduction("yellow-6-advertising", "附件2", 1, 10))
    failed = row(1, reason="below_pass_mark", **(FAILED | {"points": 50}), deductions=taken)
    (account,) = content(failed).annex
    assert ("名称不规范；发布商业广告；扣分指标得分低于合格线", False) == (account.problem, account.veto)


def test_unknown_accounts_are_named_apart_and_not_in_the_annex():
    """Never looked at is no problem of the account."""
    made = content(unknown(1), row(2))
    assert ((), ["某号1"]) == (made.annex, [a.name for a in made.named["unknown"]])


def test_the_internal_version_holds_points_finders_and_evidence():
    """Of each account of the annex; the public one has none of it."""
    mute = finding(1, "red-7-no-interaction")
    rows = (row(1, evidence=(mute.id,), points=90),)
    remarks = {mute.id: Remark("某监测公司", "菜单无回复")}
    (told,) = content(*rows, edition="internal", findings=(mute,), remarks=remarks).internal
    assert (90, ("某监测公司",), ("菜单无回复",), (mute.id,)) == (
        told.points,
        told.finders,
        told.notes,
        told.evidence,
    )
    assert () == content(*rows, findings=(mute,), remarks=remarks).internal


def test_a_chart_needs_two_values():
    """One quarter, or one silent account, is no chart."""
    assert () == content(silent(1, 20)).series
    before = ScoredRound(
        name="q4", quarter="2022Q4", check_point=CHECK_POINT - 60 * DAY, full_points=100, rows=(row(1),)
    )
    made = content(silent(1, 20), silent(2, 30), row(3), past=(before,))
    assert [
        ("pass_rate_by_quarter", (("2022Q4", 100.0), ("2023Q1", 33.3))),
        ("silent_days", (("某号2", 30.0), ("某号1", 20.0))),
    ] == [(s.name, s.points) for s in made.series]


def test_the_title_of_a_bulletin_follows_from_the_round():
    """Unless the office words it."""
    assert "关于2023年第一季度全市政务新媒体检查情况的通报" == content(row(1)).title
    assert "某题" == content(row(1), title="某题").title


def test_the_provenance_is_that_of_the_run():
    """Ruleset, check point, known-at, run and digest (design promise 3)."""
    told = content(row(1)).provenance
    assert (UUID(int=99), "suzhou-practice-2023@1", CHECK_POINT) == (
        told.run_id,
        told.ruleset,
        told.check_point,
    )


@pytest.mark.parametrize(
    ("area", "title", "said"),
    [("", "2023年第一季度全市检查", "全市"), ("甲县", "全市检查", "甲县"), ("", "2023年第一季度检查", "")],
)
def test_the_area_is_that_of_the_round_or_of_its_title(area, title, said):
    """苏州 2023Q1: a round over the whole registry has no area, and its title says 全市."""
    made = material(row(1))
    made = replace(made, round=replace(made.round, area=area, title=title))
    assert said == content_of(made, PLAIN, "public", extras=Extras()).area


def test_points_are_printed_only_under_a_document_that_puts_the_rules_in_force():
    """Without one nobody has cited points: no column of them, no roll, and the documents of the round as its basis."""
    rows = (row(1, evidence=(finding(1, "red-7-no-interaction").id,), points=90), row(2))
    found = (finding(1, "red-7-no-interaction"),)
    fields = {"edition": "internal", "findings": found, "past": (EARLIER,)}
    cited, bare = (content(*rows, imprint=imprint, **fields) for imprint in (ADOPTED, Imprint()))
    assert (90, None) == (cited.internal[0].points, bare.internal[0].points)
    assert (["某号2"], []) == tuple(
        [a.name for a in made.named["full_marks_all_year"]] for made in (cited, bare)
    )
    assert ("《政务新媒体检查指标》（某府办〔2022〕3号）", "国办秘函〔2019〕19号") == cited.basis
    assert ("国办秘函〔2019〕19号",) == bare.basis
    assert ("《政务新媒体检查指标》（某府办〔2022〕3号）", "") == (
        cited.provenance.indicators,
        bare.provenance.indicators,
    )
