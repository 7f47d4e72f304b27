"""昆政办发〔2019〕162号 二(二) and annex 2: names that say whose they are."""

from datetime import UTC, datetime

import pytest

from projections.registry.checks.naming import is_inner_office
from tests.projections.registry.checks.views import OWNER, US, accounts, bureau, card, hits


def test_one_name_on_several_platforms_of_one_owner_is_what_is_asked_for():
    """二(二): a unit's accounts should bear one name."""
    assert [] == hits("same_name_other_owner", card("1", name="甲"), card("2", name="甲", platform="抖音"))


def test_one_name_of_two_owners_is_a_hit():
    """The public cannot tell whose account it is; the reason names both owners."""
    (hit,) = hits(
        "same_name_other_owner", card("1", name="甲"), card("2", name="甲", platform="抖音", owner="某局")
    )
    assert ("douyin:2", "wechat:1") == hit.accounts
    assert OWNER in hit.reason
    assert "某局" in hit.reason


def test_names_are_compared_as_a_person_reads_them():
    """A name with radicals of a PDF is the same name; a unit written short is the same owner."""
    (hit,) = hits(
        "same_name_other_owner",
        card("1", name="江城文旅"),
        card("2", name="江城⽂旅（官方微博）", owner="某局"),
    )
    assert ("wechat:1", "wechat:2") == hit.accounts
    same = (
        card("1", name="甲", owner="某市政府办公室"),
        card("2", name="甲", platform="抖音", owner="某市府办"),
    )
    assert [] == hits("same_name_other_owner", *same)


def test_a_verification_in_brackets_of_another_width_names_the_owner():
    """（ and ( are one bracket; what is missing is still told."""
    good = card("1", owner="某市文旅局（体育局）", verified_as="某市文旅局(体育局) 官方账号")
    assert [] == hits("verification_without_owner", good)
    assert hits(
        "verification_without_owner", card("1", owner="某市文旅局（体育局）", verified_as="某市文旅局")
    )


@pytest.mark.parametrize(
    ("owner", "inner"),
    [
        ("某市交通运输局宣传科", True),
        ("某市教育局安全处", True),
        ("某镇综治股（筹）", True),
        ("某市交通运输局", False),
        ("某市人民政府办公室", False),
        ("柏庐城市管理办事处", False),
        ("某市公路管理处", False),
    ],
)
def test_inner_offices_are_known_by_their_names(owner, inner):
    """A whole unit may end like one: 办公室, 办事处, 管理处."""
    assert inner is is_inner_office(owner)


def test_accounts_of_inner_offices_are_hits_from_the_first_whole_year_on():
    """Annex 2 开设不规范 counts accounts opened after it was issued; our assumption: from 2020-01-01."""
    first = datetime(2019, 12, 31, 16, tzinfo=UTC)  # midnight in China
    old, new = (card(n, owner="某局宣传科", opened_at=at) for n, at in (("1", first - US), ("2", first)))
    undated = card("3", owner="某局宣传科", opened_at=None)
    assert [("wechat:2",)] == accounts(hits("inner_office", old, new, undated))


def test_a_unit_of_the_registry_is_no_inner_office():
    """Whatever its name ends with, it stands in the tree."""
    unit = bureau(name="某市招商处")
    assert [] == hits("inner_office", card("1", owner="某市招商处"), units=(unit,))


@pytest.mark.parametrize(("name", "hit"), [("畅行出行", False), ("某市发布", False), ("悦读时光", True)])
def test_a_name_holds_a_duty_or_the_area(name, hit):
    """Annex 2 名称不规范: tied to the unit's duty; a name with the area is taken for tied."""
    assert hit is bool(hits("name_without_duty", card("1", name=name), units=(bureau(),)))


def test_a_unit_without_known_duties_is_not_judged():
    """What nobody told is not held against an account; neither is an owner that the tree does not know."""
    odd = card("1", name="悦读时光")
    assert [] == hits("name_without_duty", odd, units=(bureau(duties=()),))
    assert [] == hits("name_without_duty", odd)
    assert [] == hits("name_without_duty", odd, units=(bureau(), bureau(code="2")))


@pytest.mark.parametrize(
    ("verified_as", "hit"), [(OWNER, False), (f"{OWNER}官方账号", False), ("某公司", True), ("", False)]
)
def test_a_verification_names_the_owner(verified_as, hit):
    """Annex 2 认证信息不规范; a verification that nobody looked up is no hit."""
    assert hit is bool(hits("verification_without_owner", card("1", verified_as=verified_as)))
