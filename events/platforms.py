"""Platforms: their names among people, their families, and the short form in account ids."""

from collections.abc import Mapping
from functools import lru_cache

from events.folding import fold

SERVICE_ACCOUNT = "微信服务号"
"""The one kind of account that the weekly rule treats apart (昆政办发〔2019〕162号 annex 2)."""

_SHORT = {
    "微信公众号": "wechat",
    "微信订阅号": "wechat",
    "微信服务号": "wechat",
    "视频号": "wechat-channels",
    "微信视频号": "wechat-channels",
    "小程序": "wechat-mini",
    "微信小程序": "wechat-mini",
    "新浪微博": "weibo",
    "微博": "weibo",
    "抖音": "douyin",
    "抖音号": "douyin",
    "快手": "kuaishou",
    "今日头条": "toutiao",
    "头条号": "toutiao",
    "百家号": "baijiahao",
    "企鹅号": "qiehao",
    "澎湃号": "thepaper",
    "小红书": "xiaohongshu",
    "哔哩哔哩": "bilibili",
    "移动客户端": "app",
}


def platform_slug(platform: str) -> str:
    """Return the platform part of an account id; a platform that is not known here stands as it is written."""
    return _SHORT.get(platform.strip(), platform.strip().replace(":", "-"))


def is_usual(platform: str) -> bool:
    """Tell a platform in the words of section 1 of the domain, and not in some other spelling of them."""
    return platform.strip() in _SHORT


_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "微信公众号": (
        *(
            "微信公众号",
            "公众号",
            "微信",
            "政务微信",
            "官方微信",
            "官微",
            "微信公众账号",
            "微信公众平台",
            "公众平台",
        ),
        *("微信订阅号", "订阅号", "微信公众号（订阅号）", "微信（订阅号）", "公众号（订阅号）"),
        *("微信服务号", "服务号", "微信公众号（服务号）", "微信（服务号）", "公众号（服务号）"),
    ),
    "视频号": ("视频号", "微信视频号"),
    "小程序": ("小程序", "微信小程序"),
    "新浪微博": (
        "新浪微博",
        "微博",
        "政务微博",
        "官方微博",
        "新浪政务微博",
        "新浪官方微博",
        "新浪官微",
        "新浪官博",
        "官博",
        "微博号",
    ),
    "腾讯微博": ("腾讯微博",),
    "抖音": ("抖音", "抖音短视频", "抖音政务号"),
    "快手": ("快手", "快手短视频"),
    "今日头条": ("今日头条", "头条", "今日头条头条号"),
    "百家号": ("百家号", "百度百家号"),
    "企鹅号": ("企鹅号", "腾讯企鹅号"),
    "澎湃号": ("澎湃号", "澎湃政务", "澎湃问政"),
    "小红书": ("小红书",),
    "哔哩哔哩": ("哔哩哔哩", "B站", "bilibili"),
    "移动客户端": (
        *("移动客户端", "移动客户端（APP）", "客户端", "手机客户端", "客户端APP"),
        *("APP", "手机APP", "政务APP"),
    ),
    "网易号": ("网易号", "网易"),
    "大鱼号": ("大鱼号", "UC号", "UC头条大鱼号"),
    "一点号": ("一点号", "一点资讯"),
    "腾讯微视": ("腾讯微视", "微视"),
    "大风号": ("大风号", "凤凰大风号"),
    "看点号": ("看点号", "新浪看点号"),
    "学习强国": ("学习强国",),
}
"""Names that mean one platform; of WeChat's, the kind of an account is told beside it."""

_FAMILY_OF = {fold(spelling): family for family, spellings in _FAMILIES.items() for spelling in spellings}
_TAILS = ("账号", "平台", "号")
_KINDS = ("订阅号", "服务号")


@lru_cache(maxsize=4_096)
def platform_family(platform: str) -> str:
    """Return the family of a platform: spellings of one family may name one account; unknown ones are folded."""
    folded = fold(platform)
    if folded in _FAMILY_OF:
        return _FAMILY_OF[folded]
    for tail in _TAILS:
        if folded.endswith(tail) and folded.removesuffix(tail) in _FAMILY_OF:
            return _FAMILY_OF[folded.removesuffix(tail)]
    return folded


@lru_cache(maxsize=4_096)
def wechat_kind(*texts: str) -> str:
    """Return 订阅号 or 服务号, where platform or type of an account say so; empty where they do not, or say both."""
    found = {kind for kind in _KINDS for text in texts if kind in fold(text)}
    return found.pop() if len(found) == 1 else ""
