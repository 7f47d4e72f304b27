"""Groups of platforms as bulletins print them; which groups is a convention of the place."""

from collections.abc import Sequence

import msgspec


class PlatformGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Platforms that a bulletin counts together; one without platforms takes what no other group names."""

    name: str
    platforms: tuple[str, ...] = ()


_OFFICIAL_ACCOUNTS = ("微信公众号", "微信订阅号", "微信服务号", "订阅号", "服务号")
_WEIBO = ("新浪微博", "微博")
_APPS = ("移动客户端", "APP")
_DOUYIN = ("抖音号", "抖音")

FIVE_GROUPS = (
    PlatformGroup("微信公众号", _OFFICIAL_ACCOUNTS),
    PlatformGroup("新浪微博", _WEIBO),
    PlatformGroup("移动客户端", _APPS),
    PlatformGroup("抖音号", _DOUYIN),
    PlatformGroup("其他"),
)
"""Most places, Suzhou among them: 视频号 and 小程序 belong to 其他."""

FOUR_GROUPS = (
    PlatformGroup("微信公众号", _OFFICIAL_ACCOUNTS),
    PlatformGroup("微博", _WEIBO),
    PlatformGroup("移动客户端", _APPS),
    PlatformGroup("其他类型"),
)
"""Wuxi: 抖音 is not counted apart."""

_REST = "其他"


def group_of(platform: str, groups: Sequence[PlatformGroup]) -> str:
    """Return the name of the group of a platform; what no group names goes to the group without platforms."""
    wanted = platform.strip().casefold()
    for group in groups:
        if any(wanted == known.casefold() for known in group.platforms):
            return group.name
    return next((g.name for g in groups if not g.platforms), _REST)
