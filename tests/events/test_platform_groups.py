import pytest

from events.platform_groups import FIVE_GROUPS, FOUR_GROUPS, PlatformGroup, group_of


@pytest.mark.parametrize(
    ("platform", "five", "four"),
    [
        ("微信订阅号", "微信公众号", "微信公众号"),
        ("微信服务号", "微信公众号", "微信公众号"),
        (" 微信公众号 ", "微信公众号", "微信公众号"),
        ("新浪微博", "新浪微博", "微博"),
        ("抖音", "抖音号", "其他类型"),
        ("app", "移动客户端", "移动客户端"),
        ("视频号", "其他", "其他类型"),
        ("小程序", "其他", "其他类型"),
        ("没见过的平台", "其他", "其他类型"),
    ],
)
def test_platforms_are_grouped_as_the_place_prints_them(platform, five, four):
    """Domain section 1: five groups in most places, four in 无锡."""
    assert (five, four) == (group_of(platform, FIVE_GROUPS), group_of(platform, FOUR_GROUPS))


def test_a_platform_is_never_lost():
    """Groups of an office that name no rest still count everything."""
    assert "其他" == group_of("抖音", (PlatformGroup("微信公众号", ("微信订阅号",)),))
