"""昆政办发〔2019〕162号 二(三) and annex 3, 集约整合 1: how many accounts a unit has on a platform."""

import pytest

from projections.registry.checks.numbers import similarity
from tests.projections.registry.checks.views import AT, accounts, card, hits


def test_one_account_on_each_platform_is_in_order():
    """二(三): one unit, one account on a platform; two platforms are two accounts."""
    assert [] == hits("several_on_one_platform", card("1"), card("2", platform="抖音"))


def test_two_accounts_on_one_platform_are_a_hit():
    """Subscription and service accounts of WeChat are one platform; the reason names both."""
    (hit,) = hits("several_on_one_platform", card("1"), card("2", platform="微信服务号"))
    assert ("wechat:1", "wechat:2") == hit.accounts
    assert "某市交通1（微信订阅号）、某市交通2（微信服务号）" in hit.reason


def test_accounts_of_other_owners_closed_ones_and_ownerless_ones_do_not_count():
    """Only open accounts of one and the same owner are too many."""
    others = (card("2", owner="某局"), card("3", closed_at=AT), card("4", owner=""), card("5", owner=""))
    assert [] == hits("several_on_one_platform", card("1"), *others)


def test_two_similar_accounts_are_not_yet_a_hit_and_three_are():
    """Annex 3, 集约整合 1: three or more."""
    alike = [card(str(n), description="发布交通出行信息") for n in range(3)]
    assert [] == hits("similar_accounts", *alike[:2])
    assert [("wechat:0", "wechat:1", "wechat:2")] == accounts(hits("similar_accounts", *alike))


def test_three_accounts_that_serve_for_different_things_are_no_hit():
    """They are many on a platform, but they are not alike."""
    purposes = ("发布公交线路", "驾驶员培训预约", "路政执法公示")
    several = [card(str(n), description=purpose) for n, purpose in enumerate(purposes)]
    assert [] == hits("similar_accounts", *several)
    assert 1 == len(hits("several_on_one_platform", *several))


def test_a_blank_purpose_is_like_any_and_the_reason_says_so():
    """Who has not said what an account is for cannot tell it from the others."""
    several = [card("1", description="发布公交线路"), card("2"), card("3", description="驾驶员培训预约")]
    (hit,) = hits("similar_accounts", *several)
    assert "1 个未填功能定位" in hit.reason


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("交通信息", "交通信息", 1.0),
        ("交通信息", "", 1.0),
        ("交通信息", "教育新闻", 0.0),
        ("甲乙丙", "乙丙丁", 1 / 3),
    ],
)
def test_similarity_is_the_share_of_common_pairs(one, other, share):
    """Our assumption, named as a parameter: pairs of characters in both of those in either."""
    assert share == pytest.approx(similarity(one, other))
